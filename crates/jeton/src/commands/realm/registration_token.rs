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
    cli::Common,
    failure::Failure,
    installation::{Installation, now},
    output,
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
    let Place::Folder(installation) = place else {
        return Err(Failure::Usage("initial access tokens are worked on in a data folder only: leave --server out".to_owned()));
    };
    let json = command.common().json;
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
    if json {
        let mut value = view(&token);
        value["token"] = text.expose().into();
        output::json(&value);
        return Ok(());
    }
    output::say!("initial access token {name} made in {}", realm.name);
    output::properties(&[("id", token.id.to_string()), ("token", text.expose().to_owned())]);
    output::say!("The token is shown this once; only a hash of it is kept.");
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
    if json {
        output::json(&tokens.iter().map(view).collect::<Vec<_>>());
        return Ok(());
    }
    let mut table = output::Rows::new(
        &["id", "name", "used", "expires", "last used", "state"],
        "no initial access tokens; make one with `jeton realm registration-token create`",
    );
    for token in tokens {
        let used = token.limit.map_or_else(|| token.uses.to_string(), |limit| format!("{} of {limit}", token.uses));
        let (end, last) = (output::instant_or(token.expires_at, "never"), output::instant_or(token.last_used_at, "never"));
        let state = state(&token, now()).to_owned();
        table.add([token.id.to_string(), token.name, used, end, last, state]);
    }
    table.print();
    Ok(())
}

async fn revoke(installation: &Installation, realm: &RealmConfig, id: InitialAccessTokenId, json: bool) -> Result<(), Failure> {
    let found = installation.store.in_realm(realm.id).initial_access_token(id).await?;
    let missing = || {
        let hint = format!("`jeton realm registration-token list {}` lists them", realm.name);
        Failure::NotFound(format!("the realm {} has no initial access token {id}; {hint}", realm.name))
    };
    let token = found.ok_or_else(missing)?;
    installation.act(realm, |desk| revoke_token(&token, desk)).await?;
    if json {
        output::json(&json!({ "id": id, "revoked": true }))
    } else {
        output::say!("the initial access token {} is revoked", token.name)
    }
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
