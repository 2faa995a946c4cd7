//! A client gives a token back (RFC 7009).

use crate::{
    Change, Context, Decision, Effect, OAuthError, Timestamp,
    bearer::{LiveToken, TokenKind},
    change::{AccessTokenChange, AuditKind, AuthorizationChange},
    client_auth::AuthenticatedClient,
    manage::Who,
    model::{Authorization, RevocationReason},
    refresh_secret::PresentedRefresh,
};

/// What the presented text turned out to be.
pub enum Presented<'a> {
    /// Unknown, dead or not a token at all: nothing to do, and said to be done (RFC 7009 §2.2).
    Nothing,
    /// An access token that lives, or a personal one.
    Access(&'a LiveToken),
    /// A refresh token whose authorization was found; not proven yet.
    Refresh {
        /// What was presented.
        presented: &'a PresentedRefresh,
        /// The authorization that it names.
        authorization: &'a Authorization,
    },
}

/// A refresh token, of whatever generation, takes its authorization with it (RFC 7009 §2.1); an
/// access token goes alone. A personal access token is its owner's to revoke, not a client's.
pub fn revoke(presented: &Presented<'_>, client: &AuthenticatedClient, cx: &mut Context<'_>) -> Decision<()> {
    let foreign = || OAuthError::invalid_grant("the token was not issued to this client");
    let (change, kind, user, authorization) = match presented {
        Presented::Nothing => return Ok(Effect::only(())),
        Presented::Access(token) => {
            if token.client.as_ref().is_none_or(|own| own.key != client.key) {
                return Err(foreign().into());
            }
            let realm = cx.realm.id();
            let change = match (token.kind, token.jti) {
                (TokenKind::OpaqueAccess(id), _) => AccessTokenChange::Delete { realm, id },
                (TokenKind::JwtAccess, Some(jti)) => {
                    AccessTokenChange::RevokeJti { realm, jti, expires_at: token.expires_at.unwrap_or(Timestamp::from_millis(i64::MAX)) }
                }
                _ => return Ok(Effect::only(())),
            };
            (Change::AccessToken(change), AuditKind::AccessTokenRevoked, token.user, token.authorization)
        }
        Presented::Refresh { presented, authorization } => {
            if !presented.is_genuine(authorization, cx.refresh_keys) {
                return Ok(Effect::only(()));
            }
            if authorization.client != client.key {
                return Err(foreign().into());
            }
            let revoke =
                AuthorizationChange::Revoke { realm: authorization.realm, id: authorization.id, at: cx.now, why: RevocationReason::Client };
            (Change::Authorization(revoke), AuditKind::AuthorizationRevoked, Some(authorization.user), Some(authorization.id))
        }
    };
    let event = cx.audit(kind, Who::Client(client.key)).user(user).about_client(client).authorization(authorization);
    Ok(Effect { answer: (), changes: vec![change, event.into()] })
}
