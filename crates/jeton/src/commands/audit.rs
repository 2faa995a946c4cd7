//! `jeton audit`: who did what, newest first.

use clap::Subcommand;
use jeton_oauth::{AuditId, change::AuditEvent};
use serde_json::{Value, json};

use crate::{cli::InRealm, failure::Failure, installation::Installation, output};

#[derive(Subcommand)]
pub enum Audit {
    /// List what happened in a realm, newest first
    #[command(after_help = "Examples:\n  jeton audit list --realm acme --limit 20\n  jeton audit list --realm acme --json")]
    List {
        /// At most this many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only what happened before the event of this id
        #[arg(long, value_name = "ID")]
        before: Option<AuditId>,
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
    let Audit::List { limit, before, scope } = audit;
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let rows = installation.store.in_realm(realm.id);
    let events = rows.audit(before, limit).await?;
    if scope.common.json {
        output::json(&events.iter().map(view).collect::<Vec<_>>());
        return Ok(());
    }
    let mut table = output::Rows::new(&["at", "what", "user", "client", "detail"], "nothing happened yet");
    for event in events {
        let user = match event.user {
            Some(id) => rows.user(id).await?.map_or_else(|| id.to_string(), |user| user.username),
            None => String::new(),
        };
        let client = match event.client {
            Some(key) => rows.client_by_key(key).await?.map_or_else(|| key.to_string(), |client| client.id.clone()),
            None => String::new(),
        };
        table.add([output::instant(event.at), event.kind.as_str().to_owned(), user, client, event.detail.unwrap_or_default()]);
    }
    table.print();
    Ok(())
}

fn view(event: &AuditEvent) -> Value {
    json!({
        "id": event.id,
        "at": output::instant(event.at),
        "kind": event.kind.as_str(),
        "user": event.user,
        "client": event.client,
        "authorization": event.authorization,
        "detail": event.detail,
    })
}
