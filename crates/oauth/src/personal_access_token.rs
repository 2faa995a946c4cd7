//! Tokens that people make for programs of their own: made, regenerated, revoked.

use crate::{
    Change, Context, Decision, Effect, ErrorCode, OAuthError, PersonalAccessTokenId, Scope, Timestamp, UserId,
    bearer::{LiveToken, TokenKind},
    change::{AuditKind, PersonalAccessTokenChange},
    manage::Who,
    model::PersonalAccessToken,
    secret::{self, Kind, SecretText},
};

pub struct CreateRequest {
    pub name: String,
    pub scope: Scope,
    pub expires_at: Option<Timestamp>,
}

/// A token's row, and the token itself: shown this once.
#[derive(Debug)]
pub struct Made {
    pub token: PersonalAccessToken,
    pub text: SecretText,
}

/// Characters of a token that its owner sees again: the prefix and what tells two tokens apart.
const SHOWN_CHARACTERS: usize = 20;
const MAX_NAME_CHARACTERS: usize = 100;

/// Whether a token may manage personal access tokens: an access token of a person with the scope
/// `jeton:tokens`, never a personal access token (which could then outlive itself).
pub fn check_manager(token: &LiveToken) -> Result<UserId, OAuthError> {
    match (token.kind, token.user) {
        (TokenKind::JwtAccess | TokenKind::OpaqueAccess(_), Some(user)) if token.scope.contains("jeton:tokens") => Ok(user),
        (TokenKind::JwtAccess | TokenKind::OpaqueAccess(_), _) => {
            Err(OAuthError::new(ErrorCode::InsufficientScope, "the token lacks the scope jeton:tokens"))
        }
        (TokenKind::Personal(_), _) => {
            Err(OAuthError::new(ErrorCode::InsufficientScope, "a personal access token cannot manage personal access tokens"))
        }
        (TokenKind::Refresh, _) => Err(OAuthError::invalid_token("the token is unknown or revoked")),
    }
}

/// What a person may give a token: the realm's own scopes, but not the one that makes tokens.
pub fn grantable_scopes(cx: &Context<'_>) -> Scope {
    Scope::from_tokens(cx.realm.scopes.iter().filter(|token| !matches!(*token, "jeton:tokens" | "offline_access"))).unwrap_or_default()
}

pub fn create(request: &CreateRequest, user: UserId, cx: &mut Context<'_>) -> Decision<Made> {
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS || name.chars().any(char::is_control) {
        return Err(OAuthError::invalid_request("name must have 1 to 100 characters and no control characters").into());
    }
    if request.scope.is_empty() || !request.scope.is_subset_of(&grantable_scopes(cx)) {
        return Err(OAuthError::new(
            ErrorCode::InvalidScope,
            "scopes must be one or more of those that this realm offers for personal access tokens",
        )
        .into());
    }
    if request.expires_at.is_some_and(|end| end <= cx.now) {
        return Err(OAuthError::invalid_request("expires_at must be in the future").into());
    }
    let id = PersonalAccessTokenId::new(cx.now, cx.rng);
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, id.0, cx.rng);
    let token = PersonalAccessToken {
        id,
        realm: cx.realm.id(),
        user,
        name: name.to_owned(),
        scope: request.scope.clone(),
        verifier,
        prefix: shown(&text),
        created_at: cx.now,
        regenerated_at: None,
        expires_at: request.expires_at,
        last_used_at: None,
        revoked_at: None,
        epoch: cx.epoch,
        version: 0,
    };
    let changes = vec![
        Change::PersonalAccessToken(PersonalAccessTokenChange::Create(token.clone())),
        audit(AuditKind::PersonalAccessTokenCreated, &token, cx),
    ];
    Ok(Effect { answer: Made { token, text }, changes })
}

/// The same name, scopes and expiry, another secret; the old one is dead.
pub fn regenerate(token: Option<&PersonalAccessToken>, user: UserId, cx: &mut Context<'_>) -> Decision<Made> {
    let old = owned(token, user)?;
    if old.expires_at.is_some_and(|end| end <= cx.now) {
        return Err(OAuthError::invalid_request("the token has expired; create a new one").into());
    }
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, old.id.0, cx.rng);
    let token = PersonalAccessToken {
        verifier,
        prefix: shown(&text),
        regenerated_at: Some(cx.now),
        last_used_at: None,
        version: old.version + 1,
        ..old.clone()
    };
    let change = PersonalAccessTokenChange::Regenerate {
        realm: token.realm,
        id: token.id,
        version: old.version,
        verifier,
        prefix: token.prefix.clone(),
        at: cx.now,
    };
    let changes = vec![Change::PersonalAccessToken(change), audit(AuditKind::PersonalAccessTokenRegenerated, &token, cx)];
    Ok(Effect { answer: Made { token, text }, changes })
}

pub fn revoke(token: Option<&PersonalAccessToken>, user: UserId, cx: &mut Context<'_>) -> Decision<PersonalAccessTokenId> {
    let token = owned(token, user)?;
    let change = PersonalAccessTokenChange::Revoke { realm: token.realm, user, id: token.id, at: cx.now };
    let changes = vec![Change::PersonalAccessToken(change), audit(AuditKind::PersonalAccessTokenRevoked, token, cx)];
    Ok(Effect { answer: token.id, changes })
}

/// Somebody else's token and none at all are one answer.
fn owned(token: Option<&PersonalAccessToken>, user: UserId) -> Result<&PersonalAccessToken, OAuthError> {
    token
        .filter(|token| token.user == user && token.revoked_at.is_none())
        .ok_or_else(|| OAuthError::new(ErrorCode::NotFound, "there is no such personal access token"))
}

fn shown(text: &SecretText) -> String {
    text.expose().chars().take(SHOWN_CHARACTERS).collect()
}

fn audit(kind: AuditKind, token: &PersonalAccessToken, cx: &mut Context<'_>) -> Change {
    cx.audit(kind, Who::Person(token.user)).user(token.user).detail(token.name.clone()).into()
}
