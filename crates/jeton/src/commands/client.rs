//! `jeton client`: applications and their secrets.

mod view;

use std::sync::Arc;

use clap::{Args, Subcommand};
use jeton_oauth::{
    ClientSecretId, Seconds,
    manage::{
        ClientMetadata, Verdict,
        client::{self as manage, FirstSecret, OldSecrets, Registration},
        read, unread_too,
    },
    model::{Client as Application, RealmConfig, Status},
    secret::SecretText,
};
use serde_json::{Value, json};

use crate::{
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now},
    output,
    said::{Reset, Said, Set},
};

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
    /// authorization_code, refresh_token, client_credentials or password; may be repeated
    #[arg(long = "grant", value_name = "GRANT", required = true)]
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
    /// authorization_code, refresh_token, client_credentials or password; may be repeated
    #[arg(long = "grant", value_name = "GRANT")]
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

pub async fn run(client: Client) -> Result<(), Failure> {
    let scope = client.scope();
    let installation = Installation::open(&scope.common)?;
    let realm = installation.realm(scope.realm.as_deref()).await?;
    let json = scope.common.json;
    let desk = Desk { installation, realm, json };
    match client {
        Client::List { limit, after, .. } => desk.list(after.as_deref(), limit).await,
        Client::Show(one) => desk.show(&one.id).await,
        Client::Create(create) => desk.create(*create).await,
        Client::Change(change) => desk.change(*change).await,
        Client::Disable(one) => desk.set_status(&one.id, Status::Disabled).await,
        Client::Enable(one) => desk.set_status(&one.id, Status::Active).await,
        Client::Delete(one) => desk.delete(&one.id).await,
        Client::RotateSecret { one, now, old_lives } => desk.rotate_secret(&one.id, if now { Some(0) } else { old_lives }).await,
        Client::RemoveSecret { one, secret } => desk.remove_secret(&one.id, secret).await,
        Client::Revoke(one) => desk.revoke(&one.id).await,
    }
}

/// The realm whose applications are worked on.
struct Desk {
    installation: Installation,
    realm: Arc<RealmConfig>,
    json: bool,
}

impl Desk {
    async fn list(&self, after: Option<&str>, limit: u32) -> Result<(), Failure> {
        let clients = self.installation.store.in_realm(self.realm.id).clients(after, limit).await?;
        if self.json {
            output::json(&clients.iter().map(view::json).collect::<Vec<_>>());
            return Ok(());
        }
        let mut rows = output::Rows::new(
            &["id", "name", "auth", "grants", "secrets", "status"],
            "no applications; make one with `jeton client create`",
        );
        for client in &clients {
            let secrets = client.live_secrets(now()).count();
            rows.add([
                client.id.clone(),
                client.title().to_owned(),
                client.token_endpoint_auth_method.to_string(),
                grants(client).join(" "),
                secrets.to_string(),
                client.status.as_str().to_owned(),
            ]);
        }
        rows.print();
        Ok(())
    }

    async fn show(&self, id: &str) -> Result<(), Failure> {
        let client = self.find(id).await?;
        // A realm whose dialect is broken shows its clients all the same.
        let layers = self.installation.resolve(&self.realm).await.map(|realm| client.layers(&realm)).unwrap_or_default();
        if self.json {
            let mut value = view::json(&client);
            let effective =
                layers.iter().map(|(name, value, layer)| ((*name).to_owned(), json!({ "value": value, "from": layer.as_str() })));
            value["effective"] = Value::Object(effective.collect());
            output::json(&value);
            return Ok(());
        }
        let uris: Vec<&str> = client.redirect_uris.iter().map(|uri| uri.as_str()).collect();
        output::properties(&[
            ("id", client.id.clone()),
            ("name", client.title().to_owned()),
            ("status", client.status.as_str().to_owned()),
            ("auth", client.token_endpoint_auth_method.to_string()),
            ("grants", grants(&client).join(" ")),
            ("redirect_uris", uris.join(" ")),
            ("scopes", client.scope.to_string()),
            ("default_scopes", client.default_scope.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("audiences", client.audiences.join(" ")),
            ("trusted", output::yes(client.trusted).to_owned()),
            ("created", output::instant(client.created_at)),
            ("tokens before", output::instant(client.not_before)),
        ]);
        let mut rows = output::Rows::new(
            &["secret", "created", "expires", "last used"],
            if client.is_public() { "public: keeps no secret" } else { "no secret; make one with `jeton client rotate-secret`" },
        );
        for secret in &client.secrets {
            rows.add([
                secret.id.to_string(),
                output::instant(secret.created_at),
                output::instant_or(secret.expires_at, "never"),
                output::instant_or(secret.last_used_at, "never"),
            ]);
        }
        output::line(format_args!(""));
        rows.print();
        let mut rows = output::Rows::new(&["setting", "value", "from"], "");
        for (name, value, layer) in layers {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            rows.add([name.to_owned(), value, layer.as_str().to_owned()]);
        }
        output::line(format_args!(""));
        rows.print();
        Ok(())
    }

    async fn create(&self, create: Create) -> Result<(), Failure> {
        let client_id = create.one.id;
        let said = create.members.said(&create.grants, Said::new(&create.set, OPTIONS)?);
        let rows = self.installation.store.in_realm(self.realm.id);
        let taken = rows.client(&client_id).await?.is_some() || rows.user_by_sub(&client_id).await?.is_some();
        let owner = self.installation.owner(&self.realm, create.members.owner.as_deref()).await?;
        let words = format!("{client_id} created in {}", self.realm.name);
        let registered = self.installation.decide(&self.realm, |desk| {
            let (metadata, unread) = read::<ClientMetadata>(&said.members);
            unread_too(unread, || metadata.faults(desk.realm))?;
            let registration = Registration { client_id, metadata, owner, status: Status::Active, secret: FirstSecret::Make };
            manage::register(registration, taken, desk)
        });
        let registered = registered.await?.map_err(|refusal| said.refused(refusal))?;
        self.print_with_secret(&registered.client, registered.secret.as_ref(), &words);
        Ok(())
    }

    async fn change(&self, change: Change) -> Result<(), Failure> {
        let client = self.find(&change.one.id).await?;
        let known: Vec<&str> = ClientMetadata::MEMBERS.iter().map(|member| member.name).collect();
        let said = change.members.said(&change.grants, Said::again(change.reset, OPTIONS, &known)?);
        let owner = self.installation.owner(&self.realm, change.members.owner.as_deref()).await?;
        if said.is_empty() && owner.is_none() {
            return Err(Failure::Usage("say what to change, such as --name; `jeton client change --help` lists it".to_owned()));
        }
        let changed = self.installation.decide(&self.realm, |desk| {
            let (metadata, unread) = read::<ClientMetadata>(&said.over(client.metadata.to_document()));
            unread_too(unread, || metadata.faults(desk.realm))?;
            manage::change(&client, metadata, owner.or(client.owner), desk)
        });
        let changed = changed.await?.map_err(|refusal| said.refused(refusal))?;
        if self.json {
            output::json(&view::json(&changed));
        } else {
            output::say!("{} changed", changed.id);
        }
        Ok(())
    }

    async fn set_status(&self, id: &str, to: Status) -> Result<(), Failure> {
        let client = self.find(id).await?;
        let verb = if to == Status::Active { manage::enable } else { manage::disable };
        self.act(|desk| verb(&client, desk)).await?;
        self.say(json!({ "id": id, "status": to.as_str() }), format!("{id} is {}", to.as_str()));
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Failure> {
        let client = self.find(id).await?;
        self.act(|desk| manage::remove(&client, desk)).await?;
        self.say(json!({ "id": id, "deleted": true }), format!("{id} is gone, with everything that was granted to it"));
        Ok(())
    }

    async fn revoke(&self, id: &str) -> Result<(), Failure> {
        let client = self.find(id).await?;
        let to = output::instant(self.act(|desk| manage::revoke_all(&client, desk)).await?.not_before);
        self.say(json!({ "id": id, "not_before": to }), format!("every token of {id} made before {to} is dead"));
        Ok(())
    }

    /// A new secret; of the old ones the newest lives on, or all of them for as long as `old_lives` says.
    async fn rotate_secret(&self, id: &str, old_lives: Option<u32>) -> Result<(), Failure> {
        let client = self.find(id).await?;
        let old = old_lives.map_or(OldSecrets::NewestStays, |seconds| OldSecrets::EndAfter(Seconds(seconds)));
        let added = self.act(|desk| manage::add_secret(&client, None, old, desk)).await?;
        let live = added.client.live_secrets(now()).count();
        self.print_with_secret(&added.client, added.secret.as_ref(), &format!("{id} has a new secret; {live} live"));
        Ok(())
    }

    async fn remove_secret(&self, id: &str, secret: ClientSecretId) -> Result<(), Failure> {
        let client = self.find(id).await?;
        self.act(|desk| manage::remove_secret(&client, secret, desk)).await.map_err(|failure| match failure {
            Failure::NotFound(words) => Failure::NotFound(format!("{words}; `jeton client show {id}` lists them")),
            other => other,
        })?;
        self.say(json!({ "id": id, "removed": secret }), format!("the secret {secret} of {id} is gone"));
        Ok(())
    }

    async fn act<T>(&self, verb: impl FnOnce(&mut jeton_oauth::manage::Desk<'_>) -> Verdict<T>) -> Result<T, Failure> {
        self.installation.act(&self.realm, verb).await
    }

    async fn find(&self, id: &str) -> Result<Application, Failure> {
        let found = self.installation.store.in_realm(self.realm.id).client(id).await?;
        found.map(|client| (*client).clone()).ok_or_else(|| {
            Failure::NotFound(format!(
                "the realm {} has no client {id:?}; `jeton client list --realm {}` lists them",
                self.realm.name, self.realm.name
            ))
        })
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }

    fn print_with_secret(&self, client: &Application, secret: Option<&SecretText>, words: &str) {
        let secret = secret.map(SecretText::expose);
        if self.json {
            let mut value = view::json(client);
            value["client_secret"] = secret.into();
            output::json(&value);
            return;
        }
        output::say!("{words}");
        output::properties(&[("client_id", client.id.clone()), ("client_secret", secret.unwrap_or_default().to_owned())]);
        if secret.is_some() {
            output::say!("The secret is shown this once; only a hash of it is kept.");
        }
    }
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

fn grants(client: &Application) -> Vec<&'static str> {
    client.grant_types.iter().map(|grant| grant.as_str()).collect()
}
