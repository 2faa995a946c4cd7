//! What a client is told about a token (RFC 7662).

use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    Context,
    bearer::{LiveToken, TokenKind},
    client_auth::AuthenticatedClient,
};

/// RFC 7662 §2.2. A token that is dead, or none of the caller's business, is `active: false` and
/// nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Introspection {
    /// Whether the token lives and the caller may know.
    pub active: bool,
    /// What it may be used for; `None` where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Whom it was given to; `None` for a personal access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// As the user's name is written; `None` for the client's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// `Bearer`; `None` for a refresh token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// When it ends, in seconds since the epoch; `None` where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was made, in seconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Whom it speaks for: a user's `sub`, or the client's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Whom it is meant for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    /// The realm's issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Its own name; `None` for a refresh token and a personal one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<Uuid>,
    /// What the realm's settings add to access tokens.
    #[serde(flatten)]
    pub claims: Map<String, Value>,
}

/// Why a client is told nothing but `active: false`; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// Unknown, forged, expired or revoked.
    Dead,
    /// It lives, but it was issued to another client, and for none of the audiences that the client is registered for.
    NotForThisClient,
}

/// Members that have a meaning of their own here, so that no claim of a realm may take their place.
const RESERVED: [&str; 3] = ["active", "username", "token_type"];

/// A client may look at tokens issued to it, or meant for an audience that it is registered for.
pub fn introspect(token: Option<LiveToken>, caller: &AuthenticatedClient, cx: &Context<'_>) -> Result<Introspection, Hidden> {
    let token = token.ok_or(Hidden::Dead)?;
    if !may_see(&token, caller) {
        return Err(Hidden::NotForThisClient);
    }
    Ok(Introspection {
        active: true,
        scope: (!token.scope.is_empty()).then(|| token.scope.to_string()),
        client_id: token.client.map(|client| client.id.clone()),
        username: token.username,
        // A refresh token is no bearer token of any API (RFC 7662 §2.2, RFC 6749 §7.1).
        token_type: (token.kind != TokenKind::Refresh).then_some("Bearer"),
        exp: token.expires_at.map(|at| at.as_seconds()),
        iat: Some(token.issued_at.as_seconds()),
        sub: Some(token.sub),
        aud: token.audience,
        iss: Some(cx.realm.issuer.clone()),
        jti: token.jti,
        claims: token.claims.into_iter().filter(|(name, _)| !RESERVED.contains(&name.as_str())).collect(),
    })
}

fn may_see(token: &LiveToken, caller: &AuthenticatedClient) -> bool {
    let own = token.client.as_ref().is_some_and(|client| client.key == caller.key);
    own || (token.kind != TokenKind::Refresh && token.audience.iter().any(|audience| caller.audiences.contains(audience)))
}
