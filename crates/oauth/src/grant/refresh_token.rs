//! A client turns a refresh token into new tokens (RFC 6749 §6, RFC 9700 §4.14).

use std::sync::Arc;

use super::{audit, check_grant};
use crate::{
    Change, Context, Decision, Effect, OAuthError, Scope,
    activity::{About, Reason},
    change::{AuditKind, AuthorizationChange},
    client_auth::AuthenticatedClient,
    issue::{self, IssuedTokens, RefreshAnswer, UserGrant, invalid_scope, is_outdated, narrowed_audience, understood},
    manage::Who,
    model::{Account, Authorization, AuthorizationState, Client, RefreshVerifier, RevocationReason, User},
    refresh_secret::PresentedRefresh,
    settings::GrantType,
};

/// The token request of the refresh grant (RFC 6749 §6).
pub struct RefreshRequest {
    /// `None`: nothing that we can have made.
    pub presented: Option<PresentedRefresh>,
    /// Narrows the scope of this access token; `None` for all that was granted and still exists.
    pub scope: Option<Scope>,
    /// Narrows the audience of this access token (RFC 8707 §2.2).
    pub resource: Vec<String>,
}

/// What a refresh looks at.
pub struct RefreshFacts {
    /// The authorization that the token names, whatever its state.
    pub authorization: Authorization,
    /// The user who granted it.
    pub account: Account,
    /// Present where the realm's claims or the dialect's answer show the person.
    pub user: Option<Arc<User>>,
}

/// Rotation is a counter: the current generation turns it, an older one is a replay and revokes,
/// and within the realm's grace the immediate predecessor gets the same successor again.
///
/// **Invariant**: no consent is looked up here. Withdrawing one revokes its authorizations in the
/// same unit.
pub fn refresh_token(
    request: &RefreshRequest,
    client: &AuthenticatedClient,
    facts: Option<&RefreshFacts>,
    cx: &mut Context<'_>,
) -> Decision<IssuedTokens> {
    check_grant(client, GrantType::RefreshToken)?;
    let (Some(presented), Some(facts)) = (&request.presented, facts) else {
        return Err(unknown_token(Reason::UnknownRefreshToken, "no such authorization").into());
    };
    let authorization = &facts.authorization;
    let Some(current) = &authorization.refresh else {
        return Err(unknown_token(Reason::UnknownRefreshToken, "the authorization has no refresh token").into());
    };
    if !presented.is_genuine(authorization, cx.refresh_keys) {
        return Err(unknown_token(Reason::UnknownRefreshToken, "an authorization's id with the wrong secret").into());
    }
    if authorization.client != client.key {
        return Err(unknown_token(Reason::RefreshTokenOfAnother, "a refresh token of another client").into());
    }
    refresh(request, (presented, current), client, facts, cx).map_err(|refused| Effect { answer: refused.answer.proved(), ..refused })
}

/// A genuine refresh token of the client.
fn refresh(
    request: &RefreshRequest,
    (presented, current): (&PresentedRefresh, &RefreshVerifier),
    client: &AuthenticatedClient,
    facts: &RefreshFacts,
    cx: &mut Context<'_>,
) -> Decision<IssuedTokens> {
    let authorization = &facts.authorization;
    if let AuthorizationState::Revoked { why, .. } = authorization.state {
        return Err(unknown_token(why.into(), why.as_str()).into());
    }
    if authorization.epoch != cx.epoch || presented.generation > current.generation {
        return Err(unknown_token(Reason::RefreshTokenEnded, "issued before the database was restored").into());
    }
    let again = match current.generation - presented.generation {
        0 => false,
        1 if within_grace(current, client, cx) => true,
        _ => {
            return Err(replayed(
                authorization,
                client,
                unknown_token(Reason::RefreshTokenUsed, "an old refresh token came back: its authorization is revoked"),
                cx,
            ));
        }
    };
    if cx.now >= current.expires_at || cx.now >= authorization.expires_at {
        return Err(unknown_token(Reason::RefreshTokenExpired, "an expired refresh token").expired().into());
    }
    let killed =
        current.rotated_at < authorization.not_before || is_outdated(current.rotated_at, cx.realm, Some(client), Some(&facts.account));
    if killed || !facts.account.is_active() {
        return Err(unknown_token(Reason::RefreshTokenEnded, "the account is disabled, or a not-before killed the token").into());
    }
    let scope = narrowed_scope(request.scope.as_ref(), authorization, client, cx)?;
    let audience = narrowed_audience(&request.resource, authorization.audience.as_deref(), cx.realm)?;

    let rotates = cx.realm.settings.refresh_token_rotation;
    let mut changes = Vec::new();
    let mut turned = authorization.clone();
    if rotates {
        let to = if again {
            // Written as it stands: a database that crashed may show a rotation that its standbys have
            // not got yet, and this answer is to wait for them too.
            current.clone()
        } else {
            RefreshVerifier {
                generation: current.generation + 1,
                rotated_at: cx.now,
                expires_at: cx.now + client.effective(&cx.realm.settings).refresh_token_lifetime(),
                proof: current.proof.clone(),
            }
        };
        changes.push(Change::Authorization(AuthorizationChange::Rotate {
            realm: authorization.realm,
            id: authorization.id,
            generation: current.generation,
            to: to.clone(),
        }));
        turned.refresh = Some(to);
    }
    let grant = UserGrant {
        client,
        account: &facts.account,
        user: facts.user.as_ref(),
        authorization: &turned,
        scope,
        audience,
        refresh: if rotates { RefreshAnswer::Current } else { RefreshAnswer::None },
        nonce: None,
    };
    let answer = issue::for_user(grant, cx, &mut changes);
    Ok(Effect { answer, changes })
}

/// One answer to all that can be wrong with a refresh token.
fn unknown_token(reason: Reason, detail: &'static str) -> OAuthError {
    let error = OAuthError::invalid_grant("the refresh token is unknown, expired, revoked, used, or not this client's");
    error.because(reason).detail(detail)
}

fn within_grace(current: &RefreshVerifier, client: &Client, cx: &Context<'_>) -> bool {
    let grace = client.effective(&cx.realm.settings).refresh_token_grace();
    grace.0 > 0 && cx.now < current.rotated_at + grace
}

fn replayed(authorization: &Authorization, client: &AuthenticatedClient, answer: OAuthError, cx: &mut Context<'_>) -> Effect<OAuthError> {
    let event = audit(AuditKind::RefreshReplayed, Who::Client(client.key), authorization.id, authorization.user, client, cx);
    let revoke =
        AuthorizationChange::Revoke { realm: authorization.realm, id: authorization.id, at: cx.now, why: RevocationReason::RefreshReplay };
    Effect { answer, changes: vec![Change::Authorization(revoke), event] }
}

/// RFC 6749 §6: never wider than what was granted, nor than what client and realm still have.
fn narrowed_scope(
    asked: Option<&Scope>,
    authorization: &Authorization,
    client: &AuthenticatedClient,
    cx: &Context<'_>,
) -> Result<Scope, OAuthError> {
    let still = authorization.scope.intersection(&client.scope).intersection(&cx.realm.scopes);
    match asked {
        None => Ok(still),
        Some(asked) if asked.is_empty() => Ok(still),
        Some(asked) => {
            let asked = understood(asked, cx.realm);
            if let Some(token) = asked.iter().find(|token| !still.contains(token)) {
                let about = About::what(token);
                return Err(invalid_scope(token, "is more than what was granted").because_of(Reason::ScopeNotGranted, about));
            }
            Ok(asked)
        }
    }
}
