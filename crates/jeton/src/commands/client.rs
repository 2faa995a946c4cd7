//! `jeton client`: applications and their secrets.

mod folder;
mod server;
mod view;

use clap::{Args, Subcommand};
use jeton_oauth::{ClientSecretId, manage::ClientMetadata, model::Status, settings::GrantType};
use serde_json::{Value, json};

use crate::{
    cli::InRealm,
    failure::Failure,
    output::{self, words},
    place::Place,
    said::{Reset, Said, Set},
};
use folder::Folder;
use server::Elsewhere;

#[derive(Subcommand)]
pub enum Client {
    /// List applications
    #[command(after_help = "Example:\n  jeton client list --realm acme --limit 20")]
    List {
        /// At most this many
        #[arg(long, default_value_t = 100)]
        limit: u32,
        /// Only those after this id
        #[arg(long, value_name = "ID")]
        after: Option<String>,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Show an application, its secrets, and where the settings of its tokens come from
    Show(One),
    /// Register an application; prints its secret, once
    Create(Box<Create>),
    /// Change an application; what is not named stays
    Change(Box<Change>),
    /// Stop an application from getting tokens, and end those that it has for good
    Disable(One),
    /// Undo disable: the application gets new tokens, and those of before stay dead
    Enable(One),
    /// Remove an application with everything that was granted to it
    Delete(One),
    /// Give an application another secret; the one before it stays valid
    #[command(
        after_help = "At most two secrets live: a third ends the oldest.\n\nExamples:\n  jeton client rotate-secret web --realm acme\n  jeton client rotate-secret web --realm acme --now"
    )]
    RotateSecret {
        #[command(flatten)]
        one: One,
        /// End the other secrets at once
        #[arg(long)]
        now: bool,
        /// End the other secrets after this many seconds
        #[arg(long, value_name = "SECONDS", conflicts_with = "now")]
        old_lives: Option<u32>,
    },
    /// End a secret
    RemoveSecret {
        #[command(flatten)]
        one: One,
        /// The secret's id, as `show` prints it
        #[arg(long, value_name = "ID")]
        secret: ClientSecretId,
    },
    /// Make every token of an application dead
    Revoke(One),
}

#[derive(Args)]
pub struct One {
    /// client_id
    pub id: String,
    #[command(flatten)]
    pub scope: InRealm,
}

#[derive(Args)]
#[command(after_help = "Examples:
  jeton client create web --realm acme --grant authorization_code --grant refresh_token \\
      --redirect-uri https://app.example/callback --scope openid --scope read
  jeton client create nightly --realm acme --grant client_credentials --scope read
  jeton client create app --realm acme --auth none --grant authorization_code --redirect-uri com.example.app:/callback")]
pub struct Create {
    #[command(flatten)]
    pub one: One,
    #[arg(long = "grant", value_name = "GRANT", required = true, help = grant_words())]
    pub grants: Vec<String>,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub set: Set,
}

#[derive(Args)]
#[command(after_help = "An option that may be repeated replaces the whole list.

Examples:
  jeton client change web --realm acme --name 'The web' --redirect-uri https://app.example/callback
  jeton client change web --realm acme --set access_token_lifetime=600 --set id_token_claims=scopes
  jeton client change web --realm acme --unset access_token_lifetime")]
pub struct Change {
    #[command(flatten)]
    pub one: One,
    #[arg(long = "grant", value_name = "GRANT", help = grant_words())]
    pub grants: Vec<String>,
    #[command(flatten)]
    pub members: Members,
    #[command(flatten)]
    pub reset: Reset,
}

/// What is said about an application.
#[derive(Args)]
pub struct Members {
    /// What people see; the id where it is left out
    #[arg(long)]
    pub name: Option<String>,
    /// How it proves itself: client_secret_basic, client_secret_post (or both: repeat it), header, none
    #[arg(long = "auth", value_name = "METHOD")]
    pub auths: Vec<String>,
    /// Where people return to; may be repeated
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub redirect_uris: Vec<String>,
    /// What it may ask for; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    pub scopes: Vec<String>,
    /// What it gets when it asks for nothing; may be repeated
    #[arg(long = "default-scope", value_name = "SCOPE")]
    pub default_scopes: Vec<String>,
    /// Resources that it may ask tokens for, and whose tokens it may introspect; may be repeated
    #[arg(long = "audience", value_name = "URI")]
    pub audiences: Vec<String>,
    /// Do not ask people to approve it: it belongs to those who run the realm
    #[arg(long)]
    pub trusted: bool,
    /// User name of the developer it belongs to
    #[arg(long, value_name = "USERNAME")]
    pub owner: Option<String>,
}

impl Client {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope, .. } => scope,
            Self::Create(create) => &create.one.scope,
            Self::Change(change) => &change.one.scope,
            Self::RotateSecret { one, .. } | Self::RemoveSecret { one, .. } => &one.scope,
            Self::Show(one) | Self::Disable(one) | Self::Enable(one) | Self::Delete(one) | Self::Revoke(one) => &one.scope,
        }
    }
}

/// What may be done with the applications of a realm, wherever it is.
trait Applications {
    fn realm(&self) -> &str;
    async fn list(&self, after: Option<&str>, limit: u32) -> Result<Vec<Value>, Failure>;
    /// With `effective`, the settings of its tokens and where they come from.
    async fn show(&self, id: &str) -> Result<Value, Failure>;
    /// With `client_secret`, if it has one.
    async fn create(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure>;
    async fn change(&self, id: &str, said: &Said, owner: Option<&str>) -> Result<Value, Failure>;
    async fn set_status(&self, id: &str, to: Status) -> Result<(), Failure>;
    async fn remove(&self, id: &str) -> Result<(), Failure>;
    /// Since when its tokens are believed.
    async fn revoke_all(&self, id: &str) -> Result<String, Failure>;
    /// A new secret; of the old ones the newest lives on, or all of them for as long as `old_lives` says.
    async fn add_secret(&self, id: &str, old_lives: Option<u32>) -> Result<Value, Failure>;
    async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure>;
}

pub async fn run(client: Client) -> Result<(), Failure> {
    let scope = client.scope();
    let (name, json) = (scope.realm.clone(), scope.common.json);
    match Place::of(&scope.common)? {
        Place::Folder(installation) => {
            let realm = installation.realm(name.as_deref()).await?;
            Desk { of: Folder { installation, realm }, json }.run(client).await
        }
        Place::Server(server) => {
            let realm = server.realm(name.as_deref()).await?;
            Desk { of: Elsewhere { server, realm }, json }.run(client).await
        }
    }
}

struct Desk<A> {
    of: A,
    json: bool,
}

impl<A: Applications> Desk<A> {
    async fn run(&self, client: Client) -> Result<(), Failure> {
        match client {
            Client::List { limit, after, .. } => self.list(after.as_deref(), limit).await,
            Client::Show(one) => self.show(&one.id).await,
            Client::Create(create) => self.create(*create).await,
            Client::Change(change) => self.change(*change).await,
            Client::Disable(one) => self.set_status(&one.id, Status::Disabled).await,
            Client::Enable(one) => self.set_status(&one.id, Status::Active).await,
            Client::Delete(one) => self.delete(&one.id).await,
            Client::RotateSecret { one, now, old_lives } => self.rotate_secret(&one.id, if now { Some(0) } else { old_lives }).await,
            Client::RemoveSecret { one, secret } => self.remove_secret(&one.id, secret).await,
            Client::Revoke(one) => self.revoke(&one.id).await,
        }
    }

    async fn list(&self, after: Option<&str>, limit: u32) -> Result<(), Failure> {
        let clients = self.of.list(after, limit).await?;
        if self.json {
            output::json(&clients);
            return Ok(());
        }
        let mut rows = output::Rows::new(
            &["id", "name", "auth", "grants", "secrets", "status"],
            "no applications; make one with `jeton client create`",
        );
        for client in &clients {
            let shown = ["id", "name", "auth", "grants"].map(|name| words(&client[name]));
            rows.add(shown.into_iter().chain([live_secrets(client).to_string(), words(&client["status"])]));
        }
        rows.print();
        Ok(())
    }

    async fn show(&self, id: &str) -> Result<(), Failure> {
        let client = self.of.show(id).await?;
        if self.json {
            output::json(&client);
            return Ok(());
        }
        let trusted = output::yes(client["trusted"] == true).to_owned();
        let named = ["id", "name", "status", "auth", "grants", "redirect_uris", "scopes", "default_scopes", "audiences"];
        let mut lines: Vec<(&str, String)> = named.into_iter().map(|name| (name, words(&client[name]))).collect();
        lines.extend([("trusted", trusted), ("created", words(&client["created_at"])), ("tokens before", words(&client["not_before"]))]);
        output::properties(&lines);
        let is_public = client["auth"] == "none";
        let mut rows = output::Rows::new(
            &["secret", "created", "expires", "last used"],
            if is_public { "public: keeps no secret" } else { "no secret; make one with `jeton client rotate-secret`" },
        );
        for secret in client["secrets"].as_array().into_iter().flatten() {
            rows.add([
                words(&secret["id"]),
                words(&secret["created_at"]),
                output::words_or(&secret["expires_at"], "never"),
                output::words_or(&secret["last_used_at"], "never"),
            ]);
        }
        output::line(format_args!(""));
        rows.print();
        let mut rows = output::Rows::new(&["setting", "value", "from"], "");
        for (name, layer) in client["effective"].as_object().into_iter().flatten() {
            let value = layer["value"].as_str().map_or_else(|| layer["value"].to_string(), str::to_owned);
            rows.add([name.clone(), value, words(&layer["from"])]);
        }
        output::line(format_args!(""));
        rows.print();
        Ok(())
    }

    async fn create(&self, create: Create) -> Result<(), Failure> {
        let id = create.one.id;
        let said = create.members.said(&create.grants, Said::new(&create.set, OPTIONS)?);
        let made = self.of.create(&id, &said, create.members.owner.as_deref()).await?;
        self.print_with_secret(&made, &format!("{id} created in {}", self.of.realm()));
        Ok(())
    }

    async fn change(&self, change: Change) -> Result<(), Failure> {
        let known: Vec<&str> = ClientMetadata::MEMBERS.iter().map(|member| member.name).collect();
        let said = change.members.said(&change.grants, Said::again(change.reset, OPTIONS, &known)?);
        let owner = change.members.owner.as_deref();
        if said.is_empty() && owner.is_none() {
            return Err(Failure::Usage("say what to change, such as --name; `jeton client change --help` lists it".to_owned()));
        }
        let changed = self.of.change(&change.one.id, &said, owner).await?;
        self.say(changed, format!("{} changed", change.one.id));
        Ok(())
    }

    async fn set_status(&self, id: &str, to: Status) -> Result<(), Failure> {
        self.of.set_status(id, to).await?;
        self.say(json!({ "id": id, "status": to.as_str() }), format!("{id} is {}", to.as_str()));
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Failure> {
        self.of.remove(id).await?;
        self.say(json!({ "id": id, "deleted": true }), format!("{id} is gone, with everything that was granted to it"));
        Ok(())
    }

    async fn revoke(&self, id: &str) -> Result<(), Failure> {
        let to = self.of.revoke_all(id).await?;
        self.say(json!({ "id": id, "not_before": to }), format!("every token of {id} made before {to} is dead"));
        Ok(())
    }

    async fn rotate_secret(&self, id: &str, old_lives: Option<u32>) -> Result<(), Failure> {
        let client = self.of.add_secret(id, old_lives).await?;
        self.print_with_secret(&client, &format!("{id} has a new secret; {} live", live_secrets(&client)));
        Ok(())
    }

    async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure> {
        self.of.remove_secret(id, secret).await.map_err(|failure| match failure {
            Failure::NotFound(words) if words.contains("secret") => {
                Failure::NotFound(format!("{words}; `jeton client show {id}` lists them"))
            }
            other => other,
        })?;
        self.say(json!({ "id": id, "removed": secret }), format!("the secret {secret} of {id} is gone"));
        Ok(())
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }

    fn print_with_secret(&self, client: &Value, words: &str) {
        if self.json {
            output::json(client);
            return;
        }
        output::say!("{words}");
        let secret = output::words(&client["client_secret"]);
        output::properties(&[("client_id", output::words(&client["id"])), ("client_secret", secret.clone())]);
        if !secret.is_empty() {
            output::say!("The secret is shown this once; only a hash of it is kept.");
        }
    }
}

/// How many of its secrets have not ended.
fn live_secrets(client: &Value) -> usize {
    let secrets = client["secrets"].as_array().into_iter().flatten();
    secrets.filter(|secret| secret["expires_at"].is_null() || !output::is_over(&secret["expires_at"])).count()
}

fn missing(realm: &str, id: &str) -> Failure {
    Failure::NotFound(format!("the realm {realm} has no client {id:?}; `jeton client list --realm {realm}` lists them"))
}

/// Members of a client's document, and the options that say them.
const OPTIONS: &[(&str, &str)] = &[
    ("client_name", "--name"),
    ("token_endpoint_auth_method", "--auth"),
    ("grant_types", "--grant"),
    ("redirect_uris", "--redirect-uri"),
    ("scope", "--scope"),
    ("default_scope", "--default-scope"),
    ("audiences", "--audience"),
    ("trusted", "--trusted"),
    ("client_id", "ID"),
];

impl Members {
    fn said(&self, grants: &[String], mut said: Said) -> Said {
        said.say("client_name", self.name.as_deref());
        match self.auths.as_slice() {
            [only] => said.say("token_endpoint_auth_method", only.as_str()),
            several => said.say("token_endpoint_auth_method", several),
        }
        said.say("grant_types", grants);
        said.say("redirect_uris", self.redirect_uris.as_slice());
        said.say("scope", self.scopes.as_slice());
        said.say("default_scope", self.default_scopes.as_slice());
        said.say("audiences", self.audiences.as_slice());
        said.say("trusted", self.trusted);
        said
    }
}

fn grant_words() -> String {
    let words = GrantType::ALL.map(GrantType::as_str);
    let (last, others) = words.split_last().map_or(("", &[][..]), |(last, others)| (*last, others));
    format!("{} or {last}; may be repeated", others.join(", "))
}
