//! `jeton realm`: issuers with their people, clients, keys and settings.

mod registration_token;

use clap::{Args, Subcommand};
use jeton_oauth::{
    manage::{self, Actor, RealmDocument, Refusal, administrator::REALM_ID, issuer::PlainHttp, read},
    model::{RealmConfig, Status},
    settings::SettingsPatch,
};
use serde_json::{Map, Value, json};

use crate::{
    cli::Common,
    failure::Failure,
    installation::Installation,
    output,
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

pub async fn run(realm: Realm) -> Result<(), Failure> {
    let common = realm.common();
    let json = common.json;
    let installation = match realm {
        Realm::Create { .. } => Installation::open_or_make(common)?,
        _ => Installation::open(common)?,
    };
    match realm {
        Realm::List { .. } => list(&installation, json).await,
        Realm::Show(one) => show(&installation, &one.name, json).await,
        Realm::Create { one, title, issuer, dialect, audience, relaxes, allow_plain_http, set } => {
            if installation.store.realm_by_name(&one.name).await?.is_some() {
                return Err(Failure::Conflict(format!("there is a realm {:?} already", one.name)));
            }
            let said = Said::new(&set, OPTIONS)?;
            let members =
                members(Map::new(), [("title", title), ("issuer", issuer), ("dialect", Some(dialect)), ("audience", audience)], relaxes);
            let document = document(&said, members, Map::new()).map_err(|refusal| said.refused(refusal))?;
            let clash = installation.clash(&one.name, document.issuer.as_deref()).await?;
            let by = &Actor::COMMAND;
            let made = installation.found(by, |desk| {
                desk.plain_http = taken(allow_plain_http);
                manage::realm::create(&one.name, document, clash, desk)
            });
            let made = made.await?;
            made.map_err(|refusal| said.refused(refusal))?;
            show(&installation, &one.name, json).await
        }
        Realm::Change { one, title, issuer, dialect, audience, relaxes, allow_plain_http, reset } => {
            let realm = installation.realm(Some(&one.name)).await?;
            let said = Said::again(reset, OPTIONS, SettingsPatch::NAMES)?;
            let before = RealmDocument::of(&realm, &installation.resolve(&realm).await?.dialect);
            let settings = before.settings.to_document();
            let listed = before.relaxes.iter().map(|relaxation| relaxation.to_string());
            let stored = RealmDocument { settings: SettingsPatch::default(), relaxes: Vec::new(), ..before.clone() }.to_document();
            let texts = [("title", title), ("issuer", issuer), ("dialect", dialect), ("audience", audience)];
            let members = members(stored, texts, listed.chain(relaxes).collect());
            let document = document(&said, members, settings).map_err(|refusal| said.refused(refusal))?;
            let clash = match document.issuer == realm.issuer {
                true => None,
                false => installation.clash(&realm.name, document.issuer.as_deref()).await?,
            };
            let by = &Actor::COMMAND;
            let changed = installation.found(by, |desk| {
                desk.plain_http = taken(allow_plain_http);
                manage::realm::change(&realm, document, clash, desk)
            });
            let changed = changed.await?;
            changed.map_err(|refusal| said.refused(refusal))?;
            show(&installation, &one.name, json).await
        }
        Realm::Disable(one) => set_status(&installation, &one.name, Status::Disabled, json).await,
        Realm::Enable(one) => set_status(&installation, &one.name, Status::Active, json).await,
        Realm::Delete { one, yes } => delete(&installation, &one.name, yes.as_deref(), json).await,
        Realm::NotBefore { one, .. } => raise_not_before(&installation, &one.name, json).await,
        Realm::RegistrationToken(command) => registration_token::run(&installation, command).await,
    }
}

fn taken(anywhere: bool) -> PlainHttp {
    if anywhere { PlainHttp::Anywhere } else { PlainHttp::Loopback }
}

/// Members of a realm's document, and the options that say them.
const OPTIONS: &[(&str, &str)] =
    &[("title", "--title"), ("issuer", "--issuer"), ("dialect", "--dialect"), ("audience", "--audience"), ("relaxes", "--relaxes")];

fn members(mut stored: Map<String, Value>, texts: [(&str, Option<String>); 4], relaxes: Vec<String>) -> Map<String, Value> {
    stored.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))));
    stored.insert("relaxes".to_owned(), relaxes.into());
    stored
}

/// The realm's document, with the settings that are said over those of before.
fn document(said: &Said, mut members: Map<String, Value>, settings: Map<String, Value>) -> Result<RealmDocument, Refusal> {
    members.insert("settings".to_owned(), Value::Object(said.over(settings)));
    match read(&members) {
        (document, unread) if unread.is_empty() => Ok(document),
        (_, unread) => Err(Refusal::Faults(unread)),
    }
}

async fn list(installation: &Installation, json: bool) -> Result<(), Failure> {
    let mut realms = installation.store.realms().await?;
    realms.retain(|realm| realm.id != REALM_ID);
    if json {
        let values: Vec<Value> = realms.iter().map(|realm| json!({ "id": realm.id, "name": realm.name, "issuer": realm.issuer, "dialect": realm.dialect, "status": realm.status })).collect();
        output::json(&values);
        return Ok(());
    }
    let mut rows =
        output::Rows::new(&["name", "issuer", "dialect", "status"], "no realms; make one with `jeton realm create` or `jeton apply`");
    for realm in realms {
        let issuer = realm.issuer.unwrap_or_else(|| format!("(the server's address)/{}", realm.name));
        rows.add([realm.name, issuer, realm.dialect, realm.status.as_str().to_owned()]);
    }
    rows.print();
    Ok(())
}

async fn show(installation: &Installation, name: &str, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(Some(name)).await?;
    let counts = installation.store.in_realm(realm.id).counts().await?;
    if json {
        let mut value = view(&realm);
        value["clients"] = counts.clients.into();
        value["users"] = counts.users.into();
        output::json(&value);
        return Ok(());
    }
    let scopes: Vec<&str> = realm.scopes.iter().map(|scope| scope.name.as_str()).collect();
    output::properties(&[
        ("name", realm.name.clone()),
        ("title", realm.title.clone().unwrap_or_default()),
        ("issuer", realm.issuer.clone().unwrap_or_else(|| format!("(the server's address)/{}", realm.name))),
        ("dialect", realm.dialect.clone()),
        ("audience", realm.audience.clone().unwrap_or_else(|| "the issuer".to_owned())),
        ("status", realm.status.as_str().to_owned()),
        ("scopes", scopes.join(" ")),
        ("settings", serde_json::to_string(&realm.settings).unwrap_or_default()),
        ("clients", counts.clients.to_string()),
        ("people and API users", counts.users.to_string()),
        ("created", output::instant(realm.created_at)),
        ("tokens before", output::instant(realm.not_before)),
    ]);
    Ok(())
}

async fn set_status(installation: &Installation, name: &str, to: Status, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(Some(name)).await?;
    let verb = if to == Status::Active { manage::realm::enable } else { manage::realm::disable };
    installation.act(&realm, verb).await?;
    if json {
        output::json(&json!({ "name": name, "status": to.as_str() }))
    } else {
        output::say!("{name} is {}", to.as_str())
    }
    Ok(())
}

async fn delete(installation: &Installation, name: &str, yes: Option<&str>, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(Some(name)).await?;
    if yes != Some(name) {
        let counts = installation.store.in_realm(realm.id).counts().await?;
        return Err(Failure::Usage(format!(
            "this removes {name} with its {} applications and {} accounts for good; if that is right, add --yes {name}",
            counts.clients, counts.users
        )));
    }
    installation.act(&realm, |desk| manage::realm::remove(name, desk)).await?;
    if json {
        output::json(&json!({ "name": name, "deleted": true }))
    } else {
        output::say!("{name} is gone, with everybody and everything in it")
    }
    Ok(())
}

async fn raise_not_before(installation: &Installation, name: &str, json: bool) -> Result<(), Failure> {
    let realm = installation.realm(Some(name)).await?;
    let at = output::instant(installation.act(&realm, manage::realm::revoke_all).await?);
    if json {
        output::json(&json!({ "name": name, "not_before": at }))
    } else {
        output::say!("every token of {name} made before {at} is dead")
    }
    Ok(())
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
