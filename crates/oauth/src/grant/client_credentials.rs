//! A client asks for a token of its own (RFC 6749 §4.4). Writes nothing, unless tokens are opaque.

use super::check_grant;
use crate::{
    Context, Decision, Effect, ErrorCode, OAuthError, Scope,
    activity::Reason,
    client_auth::AuthenticatedClient,
    issue::{self, IssuedTokens, requested_audience, requested_scope},
    settings::GrantType,
};

/// The token request of the client credentials grant (RFC 6749 §4.4.2).
pub struct ClientCredentialsRequest {
    /// What is asked for; `None` for the client's default.
    pub scope: Option<Scope>,
    /// The audience that is asked for (RFC 8707 §2); empty for the realm's default.
    pub resource: Vec<String>,
}

/// RFC 6749 §4.4.2: for confidential clients only; scopes that speak of a person are not a client's own.
pub fn client_credentials(
    request: &ClientCredentialsRequest,
    client: &AuthenticatedClient,
    cx: &mut Context<'_>,
) -> Decision<IssuedTokens> {
    check_grant(client, GrantType::ClientCredentials)?;
    if client.is_public() {
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, "a public client has no credentials of its own")
            .because(Reason::PublicClient)
            .into());
    }
    let asked = requested_scope(request.scope.as_ref(), client, cx.realm)?;
    let personal = |token: &str| {
        matches!(token, "openid" | "profile" | "email" | "address" | "phone" | "offline_access") || token.starts_with("jeton:")
    };
    let scope = Scope::from_tokens(asked.iter().filter(|token| !personal(token))).unwrap_or_default();
    let audience = requested_audience(&request.resource, client, cx.realm)?;
    let mut changes = Vec::new();
    let answer = issue::for_client(client, scope, audience, cx, &mut changes);
    Ok(Effect { answer, changes })
}
