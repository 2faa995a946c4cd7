//! `jeton realm registration-token`: what lets programs register applications (RFC 7591 §1.2).

use clap::{Args, Subcommand};
use jeton_oauth::{
    InitialAccessTokenId, Seconds, Timestamp,
    manage::registration::{Lifetime, create_token, revoke_token},
    model::{InitialAccessToken, RealmConfig},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::One;
use crate::{
    api::{Server, segment},
    cli::Common,
    failure::Failure,
    installation::{Installation, now},
    output::{self, words},
    place::Place,
};

#[derive(Subcommand)]
pub enum RegistrationToken {
    /// Make an initial access token; prints it, once
    #[command(after_help = "It is asked for where the realm says registration = \"initial_access_token\".

Examples:
  jeton realm registration-token create acme --name ci
  jeton realm registration-token create acme --name partner --uses 1 --expires-in 604800")]
    Create {
        #[command(flatten)]
        one: One,
        /// What you call it
        #[arg(id = "token-name", long = "name", value_name = "TEXT")]
        name: String,
        /// How often it may be used; as often as one likes where it is left out
        #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
        uses: Option<u32>,
        /// Seconds until it ends; never where it is left out
        #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
        expires_in: Option<u32>,
    },
    /// List initial access tokens, those that have ended too
    #[command(after_help = "Example:\n  jeton realm registration-token list acme")]
    List(One),
    /// End an initial access token; what was registered with it stays
    Revoke(Revoke),
}

#[derive(Args)]
pub struct Revoke {
    #[command(flatten)]
    one: One,
    /// The token's id, as `list` prints it
    #[arg(long, value_name = "ID")]
    token: InitialAccessTokenId,
}

impl RegistrationToken {
    pub fn common(&self) -> &Common {
        match self {
            Self::Create { one, .. } | Self::List(one) | Self::Revoke(Revoke { one, .. }) => &one.common,
        }
    }
}

pub async fn run(place: &Place, command: RegistrationToken) -> Result<(), Failure> {
    let json = command.common().json;
    let installation = match place {
        Place::Folder(installation) => installation,
        Place::Server(server) => return elsewhere(server, command, json).await,
    };
    match command {
        RegistrationToken::Create { one, name, uses, expires_in } => {
            let realm = installation.realm(Some(&one.name)).await?;
            create(installation, &realm, &name, Lifetime { seconds: expires_in.map(Seconds), uses }, json).await
        }
        RegistrationToken::List(one) => list(installation, &*installation.realm(Some(&one.name)).await?, json).await,
        RegistrationToken::Revoke(Revoke { one, token }) => {
            revoke(installation, &*installation.realm(Some(&one.name)).await?, token, json).await
        }
    }
}

async fn create(installation: &Installation, realm: &RealmConfig, name: &str, lifetime: Lifetime, json: bool) -> Result<(), Failure> {
    let (token, text) = installation.act(realm, |desk| create_token(name, lifetime, desk)).await?;
    let mut value = view(&token);
    value["token"] = text.expose().into();
    made(&value, &realm.name, json);
    Ok(())
}

fn made(token: &Value, realm: &str, json: bool) {
    if json {
        output::json(token);
        return;
    }
    output::say!("initial access token {} made in {realm}", words(&token["name"]));
    output::properties(&[("id", words(&token["id"])), ("token", words(&token["token"]))]);
    output::say!("The token is shown this once; only a hash of it is kept.");
}

async fn elsewhere(server: &Server, command: RegistrationToken, json: bool) -> Result<(), Failure> {
    let all = |realm: &str| format!("/realms/{}/registration-tokens", segment(realm));
    match command {
        RegistrationToken::Create { one, name, uses, expires_in } => {
            let sent = json!({ "name": name, "uses": uses, "expires_in": expires_in });
            let mut token = server.post(&all(&one.name), &sent).await??.body;
            output::to_the_second(&mut token);
            made(&token, &one.name, json);
        }
        RegistrationToken::List(one) => {
            let mut tokens = server.list(&all(&one.name), "", usize::MAX).await??;
            tokens.iter_mut().for_each(output::to_the_second);
            print(&tokens, json);
        }
        RegistrationToken::Revoke(Revoke { one, token }) => {
            server.delete(&format!("{}/{token}", all(&one.name))).await??;
            revoked(token, &token.to_string(), json);
        }
    }
    Ok(())
}

async fn list(installation: &Installation, realm: &RealmConfig, json: bool) -> Result<(), Failure> {
    const PAGE: u32 = 1000;
    let rows = installation.store.in_realm(realm.id);
    let mut tokens: Vec<InitialAccessToken> = Vec::new();
    loop {
        let after = tokens.last().map_or(InitialAccessTokenId(Uuid::nil()), |token| token.id);
        let page = rows.initial_access_tokens(after, PAGE).await?;
        let whole = page.len() == PAGE as usize;
        tokens.extend(page);
        if !whole {
            break;
        }
    }
    print(&tokens.iter().map(view).collect::<Vec<_>>(), json);
    Ok(())
}

fn print(tokens: &[Value], json: bool) {
    if json {
        output::json(&tokens);
        return;
    }
    let mut table = output::Rows::new(
        &["id", "name", "used", "expires", "last used", "state"],
        "no initial access tokens; make one with `jeton realm registration-token create`",
    );
    for token in tokens {
        let uses = words(&token["uses"]);
        let used = if token["limit"].is_null() { uses } else { format!("{uses} of {}", words(&token["limit"])) };
        let (end, last) = (output::words_or(&token["expires_at"], "never"), output::words_or(&token["last_used_at"], "never"));
        table.add([words(&token["id"]), words(&token["name"]), used, end, last, words(&token["state"])]);
    }
    table.print();
}

fn revoked(id: InitialAccessTokenId, name: &str, json: bool) {
    if json { output::json(&json!({ "id": id, "revoked": true })) } else { output::say!("the initial access token {name} is revoked") }
}

async fn revoke(installation: &Installation, realm: &RealmConfig, id: InitialAccessTokenId, json: bool) -> Result<(), Failure> {
    let found = installation.store.in_realm(realm.id).initial_access_token(id).await?;
    let missing = || {
        let hint = format!("`jeton realm registration-token list {}` lists them", realm.name);
        Failure::NotFound(format!("the realm {} has no initial access token {id}; {hint}", realm.name))
    };
    let token = found.ok_or_else(missing)?;
    installation.act(realm, |desk| revoke_token(&token, desk)).await?;
    revoked(id, &token.name, json);
    Ok(())
}

fn state(token: &InitialAccessToken, now: Timestamp) -> &'static str {
    match token.is_live(now) {
        true => "active",
        false if token.expires_at.is_some_and(|end| end <= now) => "expired",
        false => "used up",
    }
}

fn view(token: &InitialAccessToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "created_at": output::instant(token.created_at),
        "expires_at": token.expires_at.map(output::instant),
        "uses": token.uses,
        "limit": token.limit,
        "last_used_at": token.last_used_at.map(output::instant),
        "state": state(token, now()),
    })
}
