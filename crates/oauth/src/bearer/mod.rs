//! Whether a presented token lives, and what it may do: one answer for introspection, userinfo, the
//! account endpoints and revocation.

mod facts;

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use crate::{
    AuthorizationId, Context, OAuthError, PersonalAccessTokenId, Scope, Timestamp, UserId,
    ids::born_at,
    issue::{extra_claims, is_outdated},
    model::{Account, Authorization, AuthorizationState, Client, Subject, User},
    personal_access_token,
    refresh_secret::PresentedRefresh,
};
pub use facts::{AuthorizationFacts, OpaqueFacts, PatFacts, ReadClaims, TokenFacts};

/// A token that lives.
#[derive(Clone, Debug)]
pub struct LiveToken {
    /// Which of our tokens it is.
    pub kind: TokenKind,
    /// Whom it speaks for: a user's `sub`, or the client's id.
    pub sub: String,
    /// Whose token it is; `None` when it is the client's own.
    pub user: Option<UserId>,
    /// The client that it was given to; `None` for a personal access token.
    pub client: Option<Arc<Client>>,
    /// What it may be used for now: of a personal one, what the realm still has.
    pub scope: Scope,
    /// Whom it is meant for; of a refresh token, the issuer alone.
    pub audience: Vec<String>,
    /// What can be revoked of it alone; `None` for a refresh token and a personal one.
    pub jti: Option<Uuid>,
    /// What it rests on; `None` for the client's own and a personal one.
    pub authorization: Option<AuthorizationId>,
    /// Of a refresh token when it was last rotated; of a personal one when its present secret was made.
    pub issued_at: Timestamp,
    /// `None` for a personal access token without an end.
    pub expires_at: Option<Timestamp>,
    /// The user's name, as it is written.
    pub username: Option<String>,
    /// What the realm's settings add to access tokens.
    pub claims: Vec<(String, Value)>,
}

/// The forms in which a live token comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token that is a JWT (RFC 9068).
    JwtAccess,
    /// An access token that is a row here.
    OpaqueAccess(crate::AccessTokenId),
    /// A token that a person made for a program of their own.
    Personal(PersonalAccessTokenId),
    /// A refresh token, the current one of its authorization.
    Refresh,
}

/// Why a token is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dead {
    /// It was good, and its time is over.
    Expired,
    /// Unknown, forged, revoked or killed by a not-before: nobody is told which.
    Other,
}

impl Dead {
    /// RFC 6750 §3.1 `invalid_token`.
    pub fn into_error(self) -> OAuthError {
        match self {
            Self::Expired => OAuthError::invalid_token("the token has expired").expired(),
            Self::Other => OAuthError::invalid_token("the token is unknown or revoked"),
        }
    }
}

/// Decides whether the token lives now.
pub fn judge(facts: &TokenFacts, cx: &Context<'_>) -> Result<LiveToken, Dead> {
    match facts {
        TokenFacts::Jwt { claims, client, revoked, grant, extra } => {
            let token = jwt(claims, client.as_ref(), *revoked, grant.as_deref(), cx)?;
            Ok(LiveToken { claims: extra.clone(), ..token })
        }
        TokenFacts::Opaque { presented, client, facts, user } => {
            if !facts.token.verifier.proves(presented.secret.as_slice()) {
                return Err(Dead::Other);
            }
            opaque(facts, client.as_ref(), user.as_deref(), cx)
        }
        TokenFacts::Personal { presented, client, facts, user } => {
            if !facts.token.verifier.proves(presented.secret.as_slice()) {
                return Err(Dead::Other);
            }
            personal(facts, client.as_deref(), user.as_deref(), cx)
        }
        TokenFacts::Refresh { presented, client, facts } => refresh(presented, client.as_ref(), facts, cx),
    }
}

fn jwt(
    claims: &ReadClaims,
    client: Option<&Arc<Client>>,
    revoked: bool,
    grant: Option<&AuthorizationFacts>,
    cx: &Context<'_>,
) -> Result<LiveToken, Dead> {
    let birth = born_at(claims.jti).ok_or(Dead::Other)?;
    let client = client.filter(|client| client.is_active()).ok_or(Dead::Other)?;
    // A client that was removed leaves its id to the next one, but not its tokens.
    if claims.iss != cx.realm.issuer || revoked || claims.client_id != client.id || birth < client.created_at {
        return Err(Dead::Other);
    }
    if claims.aid.is_some() != grant.is_some() || is_outdated(birth, cx.realm, Some(client), grant.map(|grant| &grant.account)) {
        return Err(Dead::Other);
    }
    if let Some(AuthorizationFacts { authorization, account, .. }) = grant {
        check_grant(authorization, account, birth, cx)?;
    }
    if cx.now.as_seconds() >= claims.exp {
        return Err(Dead::Expired);
    }
    let scope = match (&claims.scope, &claims.scopes) {
        (Some(text), _) => Scope::parse(text),
        (None, Some(tokens)) => Scope::from_tokens(tokens.iter().map(String::as_str)),
        (None, None) => Ok(Scope::default()),
    };
    Ok(LiveToken {
        kind: TokenKind::JwtAccess,
        sub: claims.sub.clone(),
        user: grant.map(|grant| grant.account.id),
        client: Some(Arc::clone(client)),
        scope: scope.map_err(|_| Dead::Other)?,
        audience: claims.aud.names().to_vec(),
        jti: Some(claims.jti),
        authorization: claims.aid,
        issued_at: Timestamp::from_seconds(claims.iat),
        expires_at: Some(Timestamp::from_seconds(claims.exp)),
        username: grant.map(|grant| grant.username.clone()),
        claims: Vec::new(),
    })
}

fn opaque(facts: &OpaqueFacts, client: Option<&Arc<Client>>, user: Option<&User>, cx: &Context<'_>) -> Result<LiveToken, Dead> {
    let OpaqueFacts { token, account, username, authorization } = facts;
    let (account, authorization) = (account.as_ref(), authorization.as_ref());
    let client = client.filter(|client| client.is_active() && client.key == token.client).ok_or(Dead::Other)?;
    if token.epoch != cx.epoch || is_outdated(token.created_at, cx.realm, Some(client), account) {
        return Err(Dead::Other);
    }
    let sub = match (token.subject, account) {
        (Subject::Client(_), _) => client.id.clone(),
        (Subject::User(_), Some(account)) => {
            let authorization = authorization.ok_or(Dead::Other)?;
            check_grant(authorization, account, token.created_at, cx)?;
            account.sub.clone()
        }
        (Subject::User(_), None) => return Err(Dead::Other),
    };
    if cx.now >= token.expires_at {
        return Err(Dead::Expired);
    }
    Ok(LiveToken {
        kind: TokenKind::OpaqueAccess(token.id),
        sub,
        user: account.map(|account| account.id),
        client: Some(Arc::clone(client)),
        scope: token.scope.clone(),
        audience: token.audience.clone(),
        jti: Some(token.id.0),
        authorization: token.authorization,
        issued_at: token.created_at,
        expires_at: Some(token.expires_at),
        username: username.clone(),
        claims: extra_claims(cx, Some(client), user),
    })
}

fn personal(facts: &PatFacts, client: Option<&Client>, user: Option<&User>, cx: &Context<'_>) -> Result<LiveToken, Dead> {
    let PatFacts { token, account, username, authorization } = facts;
    let birth = token.born_at();
    if token.revoked_at.is_some() || token.epoch != cx.epoch || !account.is_active() || is_outdated(birth, cx.realm, None, Some(account)) {
        return Err(Dead::Other);
    }
    let mut scope = token.scope.intersection(&cx.realm.scopes);
    if token.authorization.is_some() {
        let authorization = authorization.as_ref().ok_or(Dead::Other)?;
        let client = client.filter(|client| client.is_active() && client.key == authorization.client).ok_or(Dead::Other)?;
        if is_outdated(birth, cx.realm, Some(client), None) {
            return Err(Dead::Other);
        }
        check_grant(authorization, account, birth, cx)?;
        scope = scope.intersection(&client.scope);
    }
    let end = personal_access_token::end(token, cx.realm);
    if end.is_some_and(|end| cx.now >= end) {
        return Err(Dead::Expired);
    }
    Ok(LiveToken {
        kind: TokenKind::Personal(token.id),
        sub: account.sub.clone(),
        user: Some(account.id),
        client: None,
        scope,
        audience: vec![cx.realm.default_audience().to_owned()],
        jti: None,
        authorization: None,
        issued_at: birth,
        expires_at: end,
        username: Some(username.clone()),
        claims: extra_claims(cx, None, user),
    })
}

fn refresh(
    presented: &PresentedRefresh,
    client: Option<&Arc<Client>>,
    facts: &AuthorizationFacts,
    cx: &Context<'_>,
) -> Result<LiveToken, Dead> {
    let AuthorizationFacts { authorization, account, username } = facts;
    let current = authorization.refresh.as_ref().ok_or(Dead::Other)?;
    if !presented.is_genuine(authorization, cx.refresh_keys) || presented.generation != current.generation {
        return Err(Dead::Other);
    }
    let client = client.filter(|client| client.is_active() && client.key == authorization.client).ok_or(Dead::Other)?;
    if is_outdated(current.rotated_at, cx.realm, Some(client), Some(account)) {
        return Err(Dead::Other);
    }
    check_grant(authorization, account, current.rotated_at, cx)?;
    let end = current.expires_at.min(authorization.expires_at);
    if cx.now >= end {
        return Err(Dead::Expired);
    }
    Ok(LiveToken {
        kind: TokenKind::Refresh,
        sub: account.sub.clone(),
        user: Some(account.id),
        client: Some(Arc::clone(client)),
        scope: authorization.scope.clone(),
        audience: vec![cx.realm.issuer.clone()],
        jti: None,
        authorization: Some(authorization.id),
        issued_at: current.rotated_at,
        expires_at: Some(end),
        username: Some(username.clone()),
        claims: Vec::new(),
    })
}

/// An authorization that tokens born at `birth` may still rest on.
fn check_grant(authorization: &Authorization, account: &Account, birth: Timestamp, cx: &Context<'_>) -> Result<(), Dead> {
    let lives = authorization.state == AuthorizationState::Active
        && authorization.epoch == cx.epoch
        && birth >= authorization.not_before
        && account.is_active();
    if lives { Ok(()) } else { Err(Dead::Other) }
}
