//! One file per `grant_type`, one function per file (RFC 6749 §4).

mod authorization_code;
mod client_credentials;
mod password;
mod refresh_token;

pub use authorization_code::{CodeFacts, CodeRequest, authorization_code};
pub use client_credentials::{ClientCredentialsRequest, client_credentials};
pub use password::{Entered, PasswordFacts, PasswordRequest, check_password_request, password};
pub use refresh_token::{RefreshFacts, RefreshRequest, refresh_token};

use crate::{
    AuthorizationId, Change, ClientKey, Context, ErrorCode, OAuthError, Scope, SessionId, Timestamp, UserId,
    activity::{About, Reason},
    change::AuditKind,
    client_auth::AuthenticatedClient,
    manage::Who,
    model::{Authorization, AuthorizationState, Client, RefreshProof, RefreshVerifier},
    settings::GrantType,
};

/// RFC 6749 §5.2 `unauthorized_client`.
fn check_grant(client: &AuthenticatedClient, grant: GrantType) -> Result<(), OAuthError> {
    if client.may(grant) {
        return Ok(());
    }
    let error = OAuthError::new(ErrorCode::UnauthorizedClient, "the client may not use this grant type");
    Err(error.because_of(Reason::GrantNotAllowed, About::what(grant.as_str())))
}

/// What an authorization begins with.
struct Beginning {
    id: AuthorizationId,
    client: ClientKey,
    user: UserId,
    session: Option<SessionId>,
    scope: Scope,
    audience: Option<Vec<String>>,
    auth_time: Timestamp,
    amr: String,
    nonce: Option<String>,
}

/// A fresh authorization; with a refresh token where client and realm allow one for this grant.
fn begin(beginning: Beginning, client: &Client, grant: GrantType, cx: &mut Context<'_>) -> Authorization {
    let settings = &cx.realm.settings;
    let own = client.effective(settings);
    let refresh = (client.may(GrantType::RefreshToken) && settings.refresh_token_grants.contains(&grant)).then(|| {
        let mut seed = [0u8; 16];
        cx.rng.fill_bytes(&mut seed);
        RefreshVerifier {
            generation: 0,
            rotated_at: cx.now,
            expires_at: cx.now + own.refresh_token_lifetime(),
            proof: RefreshProof::Derived { seed, key: cx.refresh_keys.current },
        }
    });
    // Without a refresh token nothing outlives the access token.
    let lifetime = if refresh.is_some() { own.authorization_lifetime() } else { own.access_token_lifetime() };
    Authorization {
        id: beginning.id,
        realm: cx.realm.id(),
        client: beginning.client,
        user: beginning.user,
        session: beginning.session,
        scope: beginning.scope,
        audience: beginning.audience,
        auth_time: beginning.auth_time,
        amr: Some(beginning.amr),
        nonce: beginning.nonce,
        created_at: cx.now,
        expires_at: cx.now + lifetime,
        epoch: cx.epoch,
        state: AuthorizationState::Active,
        not_before: Timestamp::default(),
        refresh,
    }
}

/// What became of an authorization.
fn audit(kind: AuditKind, who: Who, authorization: AuthorizationId, user: UserId, client: &Client, cx: &mut Context<'_>) -> Change {
    cx.audit(kind, who).user(user).about_client(client).authorization(authorization).into()
}
