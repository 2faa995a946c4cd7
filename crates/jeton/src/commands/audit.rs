//! `jeton audit`: who did what, newest first.

use std::{collections::HashMap, net::IpAddr};

use clap::Subcommand;
use jeton_oauth::{
    AuditId, ClientKey, Timestamp, UserId,
    change::{AuditEvent, AuditKind},
    login_name::LoginName,
    manage::ActorKind,
    model::RealmConfig,
};
use jeton_store::{AuditFilter, RealmStore};
use serde_json::{Value, json};

use crate::{cli::InRealm, failure::Failure, installation::Installation, output};

#[derive(Subcommand)]
pub enum Audit {
    /// List what happened in a realm, newest first
    #[command(
        after_help = "A refusal that is repeated is one event with a number, for a quarter of an hour.\n\nExamples:\n  jeton audit list --realm acme --limit 20\n  jeton audit list --realm acme --kind client_refused --address 203.0.113.5\n  jeton audit list --realm acme --user ann --since 2026-01-31T08:00:00Z --json"
    )]
    List {
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only what happened before the event of this id
        #[arg(long, value_name = "ID")]
        before: Option<AuditId>,
        /// Only this kind, such as signed_in or client_refused
        #[arg(long, value_name = "KIND", value_parser = kind)]
        kind: Option<AuditKind>,
        /// Only what was done to this account, by its user name or address
        #[arg(long, value_name = "USERNAME")]
        user: Option<String>,
        /// Only what this client did, or who called itself so
        #[arg(long, value_name = "CLIENT_ID")]
        client: Option<String>,
        /// Only what came from this address
        #[arg(long, value_name = "ADDRESS")]
        address: Option<IpAddr>,
        /// Only what happened from then on
        #[arg(long, value_name = "TIME", value_parser = instant)]
        since: Option<Timestamp>,
        #[command(flatten)]
        scope: InRealm,
    },
}

impl Audit {
    pub fn scope(&self) -> &InRealm {
        let Self::List { scope, .. } = self;
        scope
    }
}

pub async fn run(audit: Audit) -> Result<(), Failure> {
    let Audit::List { limit, before, kind, user, client, address, since, scope } = audit;
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let rows = installation.store.in_realm(realm.id);
    let user = match user {
        Some(name) => Some(account(&rows, &realm, &name).await?),
        None => None,
    };
    let filter = AuditFilter { kind, user, client_id: client, address, since };
    let events = rows.audit_of(&filter, before, limit).await?;
    let mut names = Names { rows: &rows, people: HashMap::new(), clients: HashMap::new() };
    if scope.common.json {
        let mut views = Vec::new();
        for event in &events {
            views.push(view(event, &mut names).await?);
        }
        output::json(&views);
        return Ok(());
    }
    let mut table = output::Rows::new(&["at", "what", "times", "by", "from", "user", "client", "detail"], "nothing happened yet");
    for event in events {
        let user = names.person(event.user).await?.or(event.user.map(|id| id.to_string()));
        let client = names.client(&event).await?.or(event.client.map(|key| key.to_string()));
        let by = match event.actor {
            Some(kind) => match names.actor(&event).await? {
                Some(name) => format!("{} {name}", kind.as_str()),
                None => kind.as_str().to_owned(),
            },
            None => String::new(),
        };
        table.add([
            output::instant(event.at),
            event.kind.as_str().to_owned(),
            event.times.to_string(),
            by,
            event.address.map(|address| address.to_string()).unwrap_or_default(),
            user.unwrap_or_default(),
            client.unwrap_or_default(),
            match (event.detail.unwrap_or_default(), event.redirect_uri) {
                (detail, Some(uri)) => format!("{detail}: {uri}"),
                (detail, None) => detail,
            },
        ]);
    }
    table.print();
    Ok(())
}

fn kind(text: &str) -> Result<AuditKind, String> {
    AuditKind::parse(text).ok_or_else(|| {
        let known: Vec<_> = AuditKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("no event is called so; there are {}", known.join(", "))
    })
}

fn instant(text: &str) -> Result<Timestamp, String> {
    let at: jiff::Timestamp = text.parse().map_err(|_| "write a time such as 2026-01-31T08:00:00Z")?;
    Ok(Timestamp::from_millis(at.as_millisecond()))
}

async fn account(rows: &RealmStore<'_>, realm: &RealmConfig, name: &str) -> Result<UserId, Failure> {
    let user = match LoginName::fold(name) {
        Some(login) => rows.user_by_login(&login).await?,
        None => None,
    };
    user.map(|user| user.id()).ok_or_else(|| Failure::NotFound(format!("nobody signs in as {name:?} in the realm {}", realm.name)))
}

/// Names of rows that are still there, each looked up once.
struct Names<'a> {
    rows: &'a RealmStore<'a>,
    people: HashMap<UserId, Option<String>>,
    clients: HashMap<ClientKey, Option<String>>,
}

impl Names<'_> {
    async fn person(&mut self, id: Option<UserId>) -> Result<Option<String>, Failure> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let name = self.rows.user(id).await?.map(|user| user.username);
        self.people.insert(id, name.clone());
        Ok(name)
    }

    /// As it is called now; else as it was called, or as somebody called it.
    async fn client(&mut self, event: &AuditEvent) -> Result<Option<String>, Failure> {
        let name = match event.client {
            Some(key) => self.client_by_key(key).await?,
            None => None,
        };
        Ok(name.or_else(|| event.client_id.clone()))
    }

    async fn client_by_key(&mut self, key: ClientKey) -> Result<Option<String>, Failure> {
        if let Some(known) = self.clients.get(&key) {
            return Ok(known.clone());
        }
        let name = self.rows.client_by_key(key).await?.map(|client| client.id.clone());
        self.clients.insert(key, name.clone());
        Ok(name)
    }

    /// Administrators are people of another realm: their ids stand for themselves.
    async fn actor(&mut self, event: &AuditEvent) -> Result<Option<String>, Failure> {
        let Some(id) = event.actor_id else { return Ok(None) };
        let name = match event.actor {
            Some(ActorKind::Person | ActorKind::Developer) => self.person(Some(UserId(id))).await?,
            Some(ActorKind::Client) => self.client_by_key(ClientKey(id)).await?,
            _ => None,
        };
        Ok(Some(name.unwrap_or_else(|| id.to_string())))
    }
}

async fn view(event: &AuditEvent, names: &mut Names<'_>) -> Result<Value, Failure> {
    Ok(json!({
        "id": event.id,
        "at": output::instant(event.at),
        "kind": event.kind.as_str(),
        "actor": event.actor.map(ActorKind::as_str),
        "actor_id": event.actor_id,
        "actor_name": names.actor(event).await?,
        "address": event.address,
        "request": event.request.as_deref(),
        "endpoint": event.endpoint.as_deref(),
        "times": event.times,
        "last_at": event.last_at.map(output::instant),
        "redirect_uri": event.redirect_uri,
        "user": event.user,
        "username": names.person(event.user).await?,
        "client": event.client,
        "client_id": names.client(event).await?,
        "authorization": event.authorization,
        "detail": event.detail,
    }))
}
