//! `jeton realm`: issuers with their people, clients, keys and settings.

mod folder;
mod registration_token;
mod server;

use clap::{Args, Subcommand};
use jeton_oauth::{
    manage::issuer::PlainHttp,
    model::{RealmConfig, Status},
    settings::SettingsPatch,
};
use serde_json::{Map, Value, json};

use crate::{
    cli::Common,
    failure::Failure,
    output::{self, words},
    place::Place,
    said::{Reset, Said, Set},
};

#[derive(Subcommand)]
pub enum Realm {
    /// List realms
    #[command(after_help = "Example:\n  jeton realm list")]
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Show a realm
    Show(One),
    /// Make a realm
    #[command(
        after_help = "Examples:\n  jeton realm create acme\n  jeton realm create acme --issuer https://auth.example.com/acme --audience https://api.example.com"
    )]
    Create {
        #[command(flatten)]
        one: One,
        /// What people see; the name where it is left out
        #[arg(long)]
        title: Option<String>,
        /// Issuer; the server's address, / and the name where it is left out
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
        /// Wire format
        #[arg(long, default_value = "standard")]
        dialect: String,
        /// `aud` of access tokens for which no resource was asked
        #[arg(long, value_name = "URI")]
        audience: Option<String>,
        /// A loosening that the settings make; may be repeated
        #[arg(long = "relaxes", value_name = "NAME")]
        relaxes: Vec<String>,
        /// Take an issuer with plain http, for development on a network of your own
        #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
        allow_plain_http: bool,
        #[command(flatten)]
        set: Set,
    },
    /// Change a realm, and its settings
    #[command(
        after_help = "--set and --unset name settings.\n\nExamples:\n  jeton realm change acme --title Acme --set access_token_lifetime=600\n  jeton realm change acme --set refresh_token_grace=10 --relaxes refresh_token_grace\n  jeton realm change acme --unset access_token_lifetime"
    )]
    Change {
        #[command(flatten)]
        one: One,
        /// What people see
        #[arg(long)]
        title: Option<String>,
        /// Issuer
        #[arg(long, value_name = "URL")]
        issuer: Option<String>,
        /// Wire format
        #[arg(long)]
        dialect: Option<String>,
        /// `aud` of access tokens for which no resource was asked
        #[arg(long, value_name = "URI")]
        audience: Option<String>,
        /// A loosening that the settings make; may be repeated
        #[arg(long = "relaxes", value_name = "NAME")]
        relaxes: Vec<String>,
        /// Take an issuer with plain http, for development on a network of your own
        #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
        allow_plain_http: bool,
        #[command(flatten)]
        reset: Reset,
    },
    /// Stop serving a realm, and end its sessions and tokens for good
    #[command(
        after_help = "Enabling the realm brings nothing of them back: people sign in again. Their accounts, approvals and applications stay.\n\nExample:\n  jeton realm disable acme"
    )]
    Disable(One),
    /// Undo disable: the realm is served again, and what was issued before stays dead
    Enable(One),
    /// Remove a realm with everybody and everything in it
    #[command(
        after_help = "It is gone at once, and its name is free; its rows leave in small steps while a server runs. Nothing brings it back but a backup.\n\nExample:\n  jeton realm delete acme --yes acme"
    )]
    Delete {
        #[command(flatten)]
        one: One,
        /// Type the realm's name again
        #[arg(long, value_name = "NAME")]
        yes: Option<String>,
    },
    /// Make every token of a realm dead
    #[command(after_help = "Example:\n  jeton realm not-before acme --now")]
    NotBefore {
        #[command(flatten)]
        one: One,
        /// Everything issued until now
        #[arg(long, required = true)]
        now: bool,
    },
    /// Make, list or revoke what lets programs register applications (initial access tokens)
    #[command(subcommand)]
    RegistrationToken(registration_token::RegistrationToken),
}

#[derive(Args)]
pub struct One {
    /// Name
    pub name: String,
    #[command(flatten)]
    pub common: Common,
}

impl Realm {
    pub fn common(&self) -> &Common {
        match self {
            Self::List { common } => common,
            Self::Show(one) | Self::Disable(one) | Self::Enable(one) => &one.common,
            Self::RegistrationToken(command) => command.common(),
            Self::Create { one, .. } | Self::Change { one, .. } | Self::NotBefore { one, .. } | Self::Delete { one, .. } => &one.common,
        }
    }
}

/// What may be done with realms, wherever they are.
trait Realms {
    async fn list(&self) -> Result<Vec<Value>, Failure>;
    async fn show(&self, name: &str) -> Result<Value, Failure>;
    async fn create(&self, name: &str, wanted: &Wanted) -> Result<(), Failure>;
    async fn change(&self, name: &str, wanted: &Wanted) -> Result<(), Failure>;
    async fn set_status(&self, name: &str, to: Status) -> Result<(), Failure>;
    async fn remove(&self, name: &str) -> Result<(), Failure>;
    /// Since when tokens are believed.
    async fn revoke_all(&self, name: &str) -> Result<String, Failure>;
}

/// What the options of `create` and `change` say.
struct Wanted {
    said: Said,
    texts: [(&'static str, Option<String>); 4],
    relaxes: Vec<String>,
    allow_plain_http: bool,
}

impl Wanted {
    /// Members of the realm's document, over what is stored and what it relaxes already; without settings.
    fn members(&self, mut stored: Map<String, Value>, mut relaxes: Vec<String>) -> Map<String, Value> {
        stored.extend(self.texts.iter().filter_map(|(name, text)| Some(((*name).to_owned(), text.clone()?.into()))));
        relaxes.extend(self.relaxes.iter().cloned());
        stored.insert("relaxes".to_owned(), relaxes.into());
        stored
    }
}

pub async fn run(realm: Realm) -> Result<(), Failure> {
    let common = realm.common();
    let json = common.json;
    let place = match realm {
        Realm::Create { .. } => Place::of_or_made(common)?,
        _ => Place::of(common)?,
    };
    if let Realm::RegistrationToken(command) = realm {
        return registration_token::run(&place, command).await;
    }
    match &place {
        Place::Folder(installation) => Desk { realms: &**installation, json }.run(realm).await,
        Place::Server(server) => Desk { realms: server, json }.run(realm).await,
    }
}

struct Desk<'a, R> {
    realms: &'a R,
    json: bool,
}

impl<R: Realms> Desk<'_, R> {
    async fn run(&self, realm: Realm) -> Result<(), Failure> {
        match realm {
            Realm::List { .. } => self.list().await,
            Realm::Show(one) => self.show(&one.name).await,
            Realm::Create { one, title, issuer, dialect, audience, relaxes, allow_plain_http, set } => {
                let texts = [("title", title), ("issuer", issuer), ("dialect", Some(dialect)), ("audience", audience)];
                let wanted = Wanted { said: Said::new(&set, OPTIONS)?, texts, relaxes, allow_plain_http };
                self.realms.create(&one.name, &wanted).await?;
                self.show(&one.name).await
            }
            Realm::Change { one, title, issuer, dialect, audience, relaxes, allow_plain_http, reset } => {
                let texts = [("title", title), ("issuer", issuer), ("dialect", dialect), ("audience", audience)];
                let wanted = Wanted { said: Said::again(reset, OPTIONS, SettingsPatch::NAMES)?, texts, relaxes, allow_plain_http };
                self.realms.change(&one.name, &wanted).await?;
                self.show(&one.name).await
            }
            Realm::Disable(one) => self.set_status(&one.name, Status::Disabled).await,
            Realm::Enable(one) => self.set_status(&one.name, Status::Active).await,
            Realm::Delete { one, yes } => self.delete(&one.name, yes.as_deref()).await,
            Realm::NotBefore { one, .. } => {
                let (name, at) = (&one.name, self.realms.revoke_all(&one.name).await?);
                self.say(json!({ "name": name, "not_before": at }), format!("every token of {name} made before {at} is dead"));
                Ok(())
            }
            // Run elsewhere.
            Realm::RegistrationToken(_) => Ok(()),
        }
    }

    async fn list(&self) -> Result<(), Failure> {
        let realms = self.realms.list().await?;
        if self.json {
            output::json(&realms);
            return Ok(());
        }
        let mut rows =
            output::Rows::new(&["name", "issuer", "dialect", "status"], "no realms; make one with `jeton realm create` or `jeton apply`");
        for realm in realms {
            rows.add([words(&realm["name"]), issuer(&realm), words(&realm["dialect"]), words(&realm["status"])]);
        }
        rows.print();
        Ok(())
    }

    async fn show(&self, name: &str) -> Result<(), Failure> {
        let realm = self.realms.show(name).await?;
        if self.json {
            output::json(&realm);
            return Ok(());
        }
        let scopes: Vec<String> = realm["scopes"].as_array().into_iter().flatten().map(|scope| words(&scope["name"])).collect();
        let audience = realm["audience"].as_str().unwrap_or("the issuer").to_owned();
        output::properties(&[
            ("name", words(&realm["name"])),
            ("title", words(&realm["title"])),
            ("issuer", issuer(&realm)),
            ("dialect", words(&realm["dialect"])),
            ("audience", audience),
            ("status", words(&realm["status"])),
            ("scopes", scopes.join(" ")),
            ("settings", realm["settings"].to_string()),
            ("clients", words(&realm["clients"])),
            ("people and API users", words(&realm["users"])),
            ("created", words(&realm["created_at"])),
            ("tokens before", words(&realm["not_before"])),
        ]);
        Ok(())
    }

    async fn set_status(&self, name: &str, to: Status) -> Result<(), Failure> {
        self.realms.set_status(name, to).await?;
        self.say(json!({ "name": name, "status": to.as_str() }), format!("{name} is {}", to.as_str()));
        Ok(())
    }

    async fn delete(&self, name: &str, yes: Option<&str>) -> Result<(), Failure> {
        if yes != Some(name) {
            let realm = self.realms.show(name).await?;
            let how_many = |member: &str| Some(realm[member].as_u64().filter(|_| realm[member].is_u64())?.to_string());
            let what = match (how_many("clients"), how_many("users")) {
                (Some(clients), Some(users)) => format!("its {clients} applications and {users} accounts"),
                _ => "everybody and everything in it".to_owned(),
            };
            return Err(Failure::Usage(format!("this removes {name} with {what} for good; if that is right, add --yes {name}")));
        }
        self.realms.remove(name).await?;
        self.say(json!({ "name": name, "deleted": true }), format!("{name} is gone, with everybody and everything in it"));
        Ok(())
    }

    fn say(&self, value: Value, words: String) {
        if self.json { output::json(&value) } else { output::say!("{words}") }
    }
}

/// Members of a realm's document, and the options that say them.
const OPTIONS: &[(&str, &str)] =
    &[("title", "--title"), ("issuer", "--issuer"), ("dialect", "--dialect"), ("audience", "--audience"), ("relaxes", "--relaxes")];

fn taken(anywhere: bool) -> PlainHttp {
    if anywhere { PlainHttp::Anywhere } else { PlainHttp::Loopback }
}

fn issuer(realm: &Value) -> String {
    realm["issuer"].as_str().map_or_else(|| format!("(the server's address)/{}", words(&realm["name"])), str::to_owned)
}

fn view(realm: &RealmConfig) -> Value {
    json!({
        "id": realm.id,
        "name": realm.name,
        "title": realm.title,
        "issuer": realm.issuer,
        "dialect": realm.dialect,
        "audience": realm.audience,
        "scopes": realm.scopes,
        "settings": realm.settings,
        "status": realm.status,
        "not_before": output::instant(realm.not_before),
        "created_at": output::instant(realm.created_at),
    })
}
