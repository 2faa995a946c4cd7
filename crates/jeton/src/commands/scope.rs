//! `jeton scope`: what tokens of a realm may be used for.

use clap::{Args, Subcommand};
use jeton_oauth::{
    manage::{ScopeDocument, scope as manage},
    settings::built_in_scopes,
};
use serde_json::{Map, Value, json};

use crate::{
    api::{Server, segment},
    cli::InRealm,
    failure::Failure,
    installation::Installation,
    output,
    place::Place,
};

#[derive(Subcommand)]
pub enum Scope {
    /// List the scopes of a realm
    #[command(after_help = "Example:\n  jeton scope list --realm acme")]
    List {
        #[command(flatten)]
        scope: InRealm,
    },
    /// Define a scope
    #[command(after_help = "Example:\n  jeton scope create read --realm acme --description 'See your data'")]
    Create(Define),
    /// Change what a scope means; what is not named stays
    #[command(after_help = "Example:\n  jeton scope change read --realm acme --optional true")]
    Change(Define),
    /// Take a scope away: no new token has it, and tokens that have it are believed without it
    #[command(after_help = "Example:\n  jeton scope delete read --realm acme")]
    Delete {
        /// Name
        name: String,
        #[command(flatten)]
        scope: InRealm,
    },
}

#[derive(Args)]
pub struct Define {
    /// Name
    pub name: String,
    /// What people are told that it means
    #[arg(long)]
    pub description: Option<String>,
    /// Whether people may leave it out and approve the rest
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true")]
    pub optional: Option<bool>,
    #[command(flatten)]
    pub scope: InRealm,
}

impl Scope {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope } | Self::Delete { scope, .. } => scope,
            Self::Create(define) | Self::Change(define) => &define.scope,
        }
    }
}

pub async fn run(scope: Scope) -> Result<(), Failure> {
    let (realm, json) = (scope.scope().realm.clone(), scope.scope().common.json);
    match Place::of(&scope.scope().common)? {
        Place::Folder(installation) => here(&installation, realm.as_deref(), scope, json).await,
        Place::Server(server) => elsewhere(&server, realm.as_deref(), scope, json).await,
    }
}

async fn here(installation: &Installation, realm: Option<&str>, scope: Scope, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(realm).await?;
    let (name, done) = match scope {
        Scope::List { .. } => {
            list(&realm.scopes, json);
            return Ok(());
        }
        Scope::Create(Define { name, description, optional, .. }) => {
            let document =
                ScopeDocument { name: name.clone(), description: description.unwrap_or_default(), optional: optional.unwrap_or_default() };
            installation.act(&realm, |desk| manage::create(document, desk)).await?;
            (name, "created")
        }
        Scope::Change(Define { name, description, optional, .. }) => {
            let mut document = realm.scopes.iter().find(|scope| scope.name == name).cloned().unwrap_or_default();
            document.name.clone_from(&name);
            document.description = description.unwrap_or(document.description);
            document.optional = optional.unwrap_or(document.optional);
            installation.act(&realm, |desk| manage::change(document, desk)).await?;
            (name, "changed")
        }
        Scope::Delete { name, .. } => {
            installation.act(&realm, |desk| manage::remove(&name, desk)).await?;
            (name, "deleted")
        }
    };
    say(&realm.name, &name, done, json);
    Ok(())
}

async fn elsewhere(server: &Server, realm: Option<&str>, scope: Scope, json: bool) -> Result<(), Failure> {
    let realm = server.realm(realm).await?;
    let all = format!("/realms/{}/scopes", segment(&realm));
    let (name, done) = match scope {
        Scope::List { .. } => {
            let found = server.list(&all, "", usize::MAX).await??;
            let own: Vec<ScopeDocument> = found.into_iter().filter_map(|scope| serde_json::from_value(scope).ok()).collect();
            list(&own, json);
            return Ok(());
        }
        Scope::Create(Define { name, description, optional, .. }) => {
            let sent = json!({ "name": name, "description": description.unwrap_or_default(), "optional": optional.unwrap_or_default() });
            server.post(&all, &sent).await??;
            (name, "created")
        }
        Scope::Change(Define { name, description, optional, .. }) => {
            let to = |mut stored: Map<String, Value>| {
                stored.extend(description.map(|words| ("description".to_owned(), words.into())));
                stored.extend(optional.map(|yes| ("optional".to_owned(), yes.into())));
                stored
            };
            server.change(&format!("{all}/{}", segment(&name)), to).await??;
            (name, "changed")
        }
        Scope::Delete { name, .. } => {
            server.delete(&format!("{all}/{}", segment(&name))).await??;
            (name, "deleted")
        }
    };
    say(&realm, &name, done, json);
    Ok(())
}

fn say(realm: &str, name: &str, done: &str, json: bool) {
    if json { output::json(&json!({ "name": name, done: true })) } else { output::say!("the scope {name} of {realm} is {done}") }
}

fn list(own: &[ScopeDocument], json: bool) {
    if json {
        output::json(&own);
        return;
    }
    let mut rows = output::Rows::new(&["name", "description", "may be left out"], "");
    for scope in own {
        rows.add([scope.name.clone(), scope.description.clone(), output::yes(scope.optional).to_owned()]);
    }
    for name in built_in_scopes().iter().filter(|name| !own.iter().any(|scope| scope.name == *name)) {
        rows.add([name.to_owned(), "every realm has it".to_owned(), output::yes(false).to_owned()]);
    }
    rows.print();
}
