//! `jeton token`: what people granted, and their personal access tokens.

mod server;

use clap::{Args, Subcommand};
use jeton_oauth::{
    AuthorizationId, PersonalAccessTokenId,
    bearer::PatFacts,
    login_name::LoginName,
    manage::{self, grants},
    model::{Authorization, AuthorizationState, RealmConfig, User},
    personal_access_token::is_kept,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    cli::InRealm,
    failure::Failure,
    installation::{Installation, now},
    output::{self, words},
    place::Place,
};

#[derive(Subcommand)]
pub enum Token {
    /// List what somebody granted to applications, and their personal access tokens
    #[command(after_help = "Example:\n  jeton token list --user ann --realm acme")]
    List {
        /// User name
        #[arg(long, value_name = "USERNAME")]
        user: String,
        /// At most this many of each, newest first
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Only those before this id, as the end of another list names it
        #[arg(long, value_name = "ID")]
        after: Option<Uuid>,
        #[command(flatten)]
        scope: InRealm,
    },
    /// Make tokens dead
    Revoke(Box<Revoke>),
}

#[derive(Args)]
#[command(
    after_help = "Introspection, userinfo and refresh know it within a second. An API that checks JWTs by itself accepts them until their `exp`.

Examples:
  jeton token revoke --authorization 01890a5d-… --realm acme
  jeton token revoke --user ann --client web --realm acme
  jeton token revoke --client web --realm acme"
)]
#[group(id = "which", required = true, multiple = true)]
pub struct Revoke {
    /// What one sign-in granted, with every token of it; the approval stays remembered
    #[arg(long, value_name = "ID", group = "which", conflicts_with_all = ["user", "client", "personal_access_token"])]
    pub authorization: Option<AuthorizationId>,
    /// Everything that somebody granted, their approvals too; with --client, to that application alone
    #[arg(long, value_name = "USERNAME", group = "which")]
    pub user: Option<String>,
    /// Every token of an application
    #[arg(long, value_name = "CLIENT_ID", group = "which")]
    pub client: Option<String>,
    /// A personal access token of --user
    #[arg(long, value_name = "ID", group = "which", requires = "user", conflicts_with = "client")]
    pub personal_access_token: Option<PersonalAccessTokenId>,
    #[command(flatten)]
    pub scope: InRealm,
}

impl Token {
    pub fn scope(&self) -> &InRealm {
        match self {
            Self::List { scope, .. } => scope,
            Self::Revoke(revoke) => &revoke.scope,
        }
    }
}

pub async fn run(token: Token) -> Result<(), Failure> {
    let scope = token.scope();
    match Place::of(&scope.common)? {
        Place::Folder(installation) => {
            let realm = installation.realm(scope.realm.as_deref()).await?;
            match token {
                Token::List { user, limit, after, scope } => {
                    let found = list(&installation, &realm, &user, (limit, after)).await?;
                    show(&found, &user, &realm.name, scope.common.json);
                    Ok(())
                }
                Token::Revoke(revoke) => self::revoke(&installation, &realm, *revoke).await,
            }
        }
        Place::Server(server) => {
            let realm = server.realm(scope.realm.as_deref()).await?;
            match token {
                Token::List { user, limit, after, scope } => {
                    let found = server::list(&server, &realm, &user, (limit, after)).await?;
                    show(&found, &user, &realm, scope.common.json);
                }
                Token::Revoke(revoke) => {
                    let words = server::revoke(&server, &realm, &revoke).await?;
                    told(&words, revoke.scope.common.json);
                }
            }
            Ok(())
        }
    }
}

fn told(words: &str, json: bool) {
    if json { output::json(&json!({ "revoked": true, "at": output::instant(now()) })) } else { output::say!("{words}") }
}

/// What was found of somebody, and where the next list begins.
fn show(found: &Value, username: &str, realm: &str, json: bool) {
    if json {
        output::json(found);
        return;
    }
    let mut table = output::Rows::new(&["authorization", "client", "scope", "created", "state"], "nothing granted to applications");
    for authorization in found["authorizations"].as_array().into_iter().flatten() {
        let client = output::words_or(&authorization["client_id"], &words(&authorization["client"]));
        let [id, scope, created, state] = ["id", "scope", "created_at", "state"].map(|name| words(&authorization[name]));
        table.add([id, client, scope, created, state]);
    }
    table.print();
    output::line(format_args!(""));
    let mut table = output::Rows::new(
        &["personal access token", "name", "prefix", "scope", "created", "last used", "state"],
        "no personal access tokens",
    );
    for token in found["personal_access_tokens"].as_array().into_iter().flatten() {
        let [id, name, prefix, scope, created, state] =
            ["id", "name", "prefix", "scope", "created_at", "state"].map(|name| words(&token[name]));
        table.add([id, name, prefix, scope, created, output::words_or(&token["last_used_at"], "never"), state]);
    }
    table.print();
    if let Some(next) = found["next"].as_str() {
        output::line(format_args!("\nThere is more: jeton token list --user {username} --realm {realm} --after {next}"));
    }
}

async fn list(
    installation: &Installation,
    realm: &RealmConfig,
    username: &str,
    (limit, after): (u32, Option<Uuid>),
) -> Result<Value, Failure> {
    let rows = installation.store.in_realm(realm.id);
    let user = find_user(installation, realm, username).await?;
    let before = after.unwrap_or(Uuid::max());
    let mut authorizations = rows.authorizations_before(user.id(), before, limit + 1).await?;
    let mut personal = rows.personal_access_tokens_before(user.id(), before, limit + 1).await?;
    // Ids tell when they were made: both lists end at the same one.
    let last = |ids: Vec<Uuid>| ids.get(limit as usize).and(ids.get(limit as usize - 1)).copied();
    let ends = [
        last(authorizations.iter().map(|authorization| authorization.id.0).collect()),
        last(personal.iter().map(|facts| facts.token.id.0).collect()),
    ];
    let next = ends.into_iter().flatten().max();
    if let Some(next) = next {
        authorizations.retain(|authorization| authorization.id.0 >= next);
        personal.retain(|facts| facts.token.id.0 >= next);
    }
    let mut granted = Vec::new();
    for authorization in &authorizations {
        let client = rows.client_by_key(authorization.client).await?.map(|client| client.id.clone());
        let mut view = authorization_view(authorization);
        view["client_id"] = client.into();
        granted.push(view);
    }
    let personal: Vec<Value> = personal.iter().map(personal_view).collect();
    Ok(json!({ "authorizations": granted, "personal_access_tokens": personal, "next": next }))
}

async fn revoke(installation: &Installation, realm: &RealmConfig, revoke: Revoke) -> Result<(), Failure> {
    let rows = installation.store.in_realm(realm.id);
    let user = match &revoke.user {
        Some(username) => Some(find_user(installation, realm, username).await?),
        None => None,
    };
    let client = match &revoke.client {
        Some(id) => {
            Some(rows.client(id).await?.ok_or_else(|| Failure::NotFound(format!("the realm {} has no client {id:?}", realm.name)))?)
        }
        None => None,
    };
    let words = match (revoke.authorization, revoke.personal_access_token, &user, &client) {
        (Some(id), ..) => {
            let missing = || Failure::NotFound(format!("the realm {} has no authorization {id}", realm.name));
            let authorization = rows.authorization(id).await?.ok_or_else(missing)?.authorization;
            installation.act(realm, |desk| grants::revoke_authorization(&authorization, desk)).await?;
            format!("the authorization {id} is revoked")
        }
        (None, Some(id), Some(user), _) => {
            let tokens = rows.personal_access_tokens(user.id()).await?;
            let live = tokens.iter().find(|facts| facts.token.id == id && is_kept(facts));
            let missing = || Failure::NotFound(format!("{} has no live personal access token {id}", user.username));
            let token = &live.ok_or_else(missing)?.token;
            installation.act(realm, |desk| grants::revoke_personal_access_token(user, token, desk)).await?;
            format!("the personal access token {id} is revoked")
        }
        (None, None, Some(user), client) => {
            installation.act(realm, |desk| grants::revoke_grants(user, client.as_deref(), desk)).await?;
            let whose = client.as_ref().map_or_else(String::new, |client| format!(" to {}", client.id));
            format!("everything that {} granted{whose} is revoked, and their approval is forgotten", user.username)
        }
        (None, _, None, Some(client)) => {
            let revoked = installation.act(realm, |desk| manage::client::revoke_all(client, desk)).await?;
            format!("every token of {} made before {} is dead", client.id, output::instant(revoked.not_before))
        }
        (None, _, None, None) => return Err(Failure::Usage("say what to revoke: --authorization, --user or --client".to_owned())),
    };
    told(&words, revoke.scope.common.json);
    Ok(())
}

async fn find_user(installation: &Installation, realm: &RealmConfig, username: &str) -> Result<User, Failure> {
    let missing = || Failure::NotFound(format!("nobody signs in as {username:?} in the realm {}", realm.name));
    let login = LoginName::fold(username).ok_or_else(missing)?;
    installation.store.in_realm(realm.id).user_by_login(&login).await?.ok_or_else(missing)
}

fn state(authorization: &Authorization) -> String {
    match authorization.state {
        AuthorizationState::Active if authorization.expires_at <= now() => "expired".to_owned(),
        AuthorizationState::Active => "active".to_owned(),
        AuthorizationState::Revoked { at, why } => format!("revoked {} ({})", output::instant(at), why.as_str()),
    }
}

fn personal_state(facts: &PatFacts) -> String {
    match (facts.token.revoked_at, facts.token.expires_at) {
        (None, _) if !is_kept(facts) => "revoked with its application".to_owned(),
        (Some(at), _) => format!("revoked {}", output::instant(at)),
        (None, Some(end)) if end <= now() => "expired".to_owned(),
        _ => "active".to_owned(),
    }
}

fn authorization_view(authorization: &Authorization) -> Value {
    json!({
        "id": authorization.id,
        "client": authorization.client,
        "scope": authorization.scope.tokens(),
        "created_at": output::instant(authorization.created_at),
        "expires_at": output::instant(authorization.expires_at),
        "state": state(authorization),
    })
}

fn personal_view(facts: &PatFacts) -> Value {
    let token = &facts.token;
    json!({
        "id": token.id,
        "name": token.name,
        "prefix": token.prefix,
        "scope": token.scope.tokens(),
        "created_at": output::instant(token.created_at),
        "expires_at": token.expires_at.map(output::instant),
        "last_used_at": token.last_used_at.map(output::instant),
        "authorization": token.authorization,
        "state": personal_state(facts),
    })
}
