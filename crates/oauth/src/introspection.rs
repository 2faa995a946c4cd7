//! What a client is told about a token (RFC 7662).

use serde::Serialize;
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
    pub active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aud: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<Uuid>,
}

/// A client may look at tokens issued to it, or meant for an audience that it is registered for.
pub fn introspect(token: Option<LiveToken>, caller: &AuthenticatedClient, cx: &Context<'_>) -> Introspection {
    let Some(token) = token.filter(|token| may_see(token, caller)) else { return Introspection::default() };
    Introspection {
        active: true,
        scope: (!token.scope.is_empty()).then(|| token.scope.to_string()),
        client_id: token.client.map(|client| client.id.clone()),
        // A refresh token is no bearer token of any API (RFC 7662 §2.2, RFC 6749 §7.1).
        token_type: (token.kind != TokenKind::Refresh).then_some("Bearer"),
        exp: token.expires_at.map(|at| at.as_seconds()),
        iat: Some(token.issued_at.as_seconds()),
        sub: Some(token.sub),
        aud: token.audience,
        iss: Some(cx.realm.issuer.clone()),
        jti: token.jti,
    }
}

fn may_see(token: &LiveToken, caller: &AuthenticatedClient) -> bool {
    let own = token.client.as_ref().is_some_and(|client| client.key == caller.key);
    own || (token.kind != TokenKind::Refresh && token.audience.iter().any(|audience| caller.audiences.contains(audience)))
}
