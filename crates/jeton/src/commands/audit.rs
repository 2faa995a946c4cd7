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

use crate::{
    api::{Server, pair, segment},
    cli::InRealm,
    commands::user::find,
    failure::Failure,
    installation::Installation,
    output::{self, words},
    place::Place,
};

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
    let json = scope.common.json;
    let asked = Asked { limit, before, kind, user, client, address, since };
    let events = match Place::of(&scope.common)? {
        Place::Folder(installation) => here(&installation, scope.realm.as_deref(), asked).await?,
        Place::Server(server) => elsewhere(&server, scope.realm.as_deref(), asked).await?,
    };
    if json {
        output::json(&events);
        return Ok(());
    }
    let mut table = output::Rows::new(&["at", "what", "times", "by", "from", "user", "client", "detail"], "nothing happened yet");
    for event in events {
        let name = output::words_or(&event["actor_name"], &words(&event["actor_id"]));
        let by = [words(&event["actor"]), name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let detail = [words(&event["detail"]), words(&event["redirect_uri"])].into_iter().filter(|part| !part.is_empty());
        table.add([
            words(&event["at"]),
            words(&event["kind"]),
            words(&event["times"]),
            by,
            words(&event["address"]),
            output::words_or(&event["username"], &words(&event["user"])),
            output::words_or(&event["client_id"], &words(&event["client"])),
            detail.collect::<Vec<_>>().join(": "),
        ]);
    }
    table.print();
    Ok(())
}

/// Which events.
struct Asked {
    limit: u32,
    before: Option<AuditId>,
    kind: Option<AuditKind>,
    user: Option<String>,
    client: Option<String>,
    address: Option<IpAddr>,
    since: Option<Timestamp>,
}

async fn here(installation: &Installation, realm: Option<&str>, asked: Asked) -> Result<Vec<Value>, Failure> {
    let realm = installation.realm(realm).await?;
    let rows = installation.store.in_realm(realm.id);
    let user = match asked.user {
        Some(name) => Some(account(&rows, &realm, &name).await?),
        None => None,
    };
    let filter = AuditFilter { kind: asked.kind, user, client_id: asked.client, address: asked.address, since: asked.since };
    let events = rows.audit_of(&filter, asked.before, asked.limit).await?;
    let mut names = Names { rows: &rows, people: HashMap::new(), clients: HashMap::new() };
    let mut views = Vec::new();
    for event in &events {
        views.push(view(event, &mut names).await?);
    }
    Ok(views)
}

async fn elsewhere(server: &Server, realm: Option<&str>, asked: Asked) -> Result<Vec<Value>, Failure> {
    let realm = server.realm(realm).await?;
    let mut subject = asked.client;
    if let Some(name) = &asked.user {
        if subject.is_some() {
            return Err(Failure::Usage("--user and --client together work on a data folder only: name one of them".to_owned()));
        }
        let missing = || Failure::NotFound(format!("nobody signs in as {name:?} in the realm {realm}"));
        subject = Some(words(&find(server, &realm, name).await?.ok_or_else(missing)?.0["sub"]));
    }
    let since = asked.since.map(output::instant);
    let filters = [
        ("kind", asked.kind.map(|kind| kind.as_str().to_owned())),
        ("subject", subject),
        ("address", asked.address.map(|address| address.to_string())),
        ("since", since),
    ];
    let query: Vec<String> = filters.into_iter().filter_map(|(name, value)| Some(pair(name, &value?))).collect();
    let before = asked.before.map(|id| id.to_string());
    let counts = |event: &Value| before.as_deref().is_none_or(|before| event["id"].as_str().is_some_and(|id| id < before));
    let path = format!("/realms/{}/audit", segment(&realm));
    let mut events = server.list_of(&path, &query.join("&"), asked.limit as usize, counts).await??;
    events.iter_mut().for_each(output::to_the_second);
    Ok(events)
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
