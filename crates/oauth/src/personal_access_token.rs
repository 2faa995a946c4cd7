//! Tokens that people make for programs of their own: made, regenerated, revoked.

use crate::{
    AuthorizationId, Change, ClientKey, Context, Decision, Effect, ErrorCode, OAuthError, PersonalAccessTokenId, Scope, Timestamp, UserId,
    bearer::{LiveToken, PatFacts, TokenKind},
    change::{AuditKind, PersonalAccessTokenChange},
    ids::born_at,
    manage::Who,
    model::{Authorization, AuthorizationState, PersonalAccessToken, Realm, Session},
    secret::{self, Kind, SecretText},
};

/// Who manages a person's tokens.
#[derive(Clone, Debug)]
pub struct Manager {
    /// Whose tokens they are.
    pub user: UserId,
    /// Birth of the session or the access token that says so.
    since: Timestamp,
    application: Option<Application>,
}

/// An application that a person let manage their tokens.
#[derive(Clone, Debug)]
struct Application {
    client: ClientKey,
    authorization: AuthorizationId,
    /// Of the access token that it showed.
    scope: Scope,
}

/// A token that somebody asks for.
pub struct CreateRequest {
    /// The row to be, where a page has named it, so that a form that is sent twice makes one token.
    pub id: Option<PersonalAccessTokenId>,
    /// What its person calls it; checked, blanks around it do not count.
    pub name: String,
    /// What it is to be used for.
    pub scope: Scope,
    /// When it is to end; `None` for as late as the realm lets it.
    pub expires_at: Option<Timestamp>,
}

/// A token's row, and the token itself: shown this once.
#[derive(Debug)]
pub struct Made {
    /// What is stored.
    pub token: PersonalAccessToken,
    /// To be shown to its person.
    pub text: SecretText,
}

/// Characters of a token that its owner sees again: the prefix and what tells two tokens apart.
const SHOWN_CHARACTERS: usize = 20;
const MAX_NAME_CHARACTERS: usize = 100;

impl Manager {
    /// The person, in a browser: what they make rests on nothing but them.
    pub fn person(session: &Session) -> Self {
        Self { user: session.user, since: session.created_at, application: None }
    }

    /// The bearer of an access token of a person with the scope `jeton:tokens`; never of a personal
    /// access token, which could then outlive itself.
    ///
    /// # Errors
    /// RFC 6750 §3.1 `insufficient_scope`, or `invalid_token` for a refresh token.
    pub fn bearer(token: &LiveToken) -> Result<Self, OAuthError> {
        match token.kind {
            TokenKind::JwtAccess | TokenKind::OpaqueAccess(_) => {}
            TokenKind::Personal(_) => {
                return Err(OAuthError::new(ErrorCode::InsufficientScope, "a personal access token cannot manage personal access tokens"));
            }
            TokenKind::Refresh => return Err(OAuthError::invalid_token("the token is unknown or revoked")),
        }
        match (token.user, &token.client, token.authorization) {
            (Some(user), Some(client), Some(authorization)) if token.scope.contains("jeton:tokens") => Ok(Self {
                user,
                since: token.jti.and_then(born_at).unwrap_or(token.issued_at),
                application: Some(Application { client: client.key, authorization, scope: token.scope.clone() }),
            }),
            _ => Err(OAuthError::new(ErrorCode::InsufficientScope, "the token lacks the scope jeton:tokens")),
        }
    }

    /// What the application that asks was granted, where one does: [`create`] needs to know it.
    pub fn authorization(&self) -> Option<AuthorizationId> {
        self.application.as_ref().map(|application| application.authorization)
    }

    /// The scopes of what it makes: what the person may give, and from an application no more than the
    /// token that it showed has.
    fn check_scope(&self, scope: &Scope, cx: &Context<'_>) -> Result<(), OAuthError> {
        if scope.is_empty() || !scope.is_subset_of(&grantable_scopes(cx)) {
            return Err(OAuthError::new(
                ErrorCode::InvalidScope,
                "scopes must be one or more of those that this realm offers for personal access tokens",
            ));
        }
        match &self.application {
            Some(application) if !scope.is_subset_of(&application.scope) => {
                Err(OAuthError::new(ErrorCode::InvalidScope, "scopes must be among those of the access token that asks"))
            }
            _ => Ok(()),
        }
    }

    fn check_allowed(&self, cx: &Context<'_>) -> Result<(), OAuthError> {
        if self.application.is_none() || cx.realm.settings.personal_access_tokens_by_applications {
            return Ok(());
        }
        Err(OAuthError::new(
            ErrorCode::AccessDenied,
            "applications may not make personal access tokens here; people make them on their account's page",
        ))
    }
}

/// What a person may give a token: the realm's own scopes, but not those that make credentials.
pub fn grantable_scopes(cx: &Context<'_>) -> Scope {
    Scope::from_tokens(cx.realm.scopes.iter().filter(|token| !token.starts_with("jeton:") && *token != "offline_access"))
        .unwrap_or_default()
}

/// When a token ends: when its owner said, or earlier where the realm lets none live so long.
pub fn end(token: &PersonalAccessToken, realm: &Realm) -> Option<Timestamp> {
    let longest = realm.settings.personal_access_token_lifetime;
    let latest = (longest.0 > 0).then(|| token.born_at() + longest);
    earlier(token.expires_at, latest)
}

/// A token that its owner sees and can make anew. What an application made is gone with what it was granted.
pub fn is_kept(facts: &PatFacts) -> bool {
    let stands = facts.authorization.as_ref().is_some_and(|authorization| authorization.state == AuthorizationState::Active);
    facts.token.revoked_at.is_none() && (facts.token.authorization.is_none() || stands)
}

/// A token of the manager's person. An application's has at most the scopes that the application
/// showed, rests on what it was granted, and ends no later than that. `authorization` is
/// [`Manager::authorization`]'s, `living` how many tokens the person has that live.
pub fn create(
    request: &CreateRequest,
    manager: &Manager,
    authorization: Option<&Authorization>,
    living: u32,
    cx: &mut Context<'_>,
) -> Decision<Made> {
    manager.check_allowed(cx)?;
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARACTERS || name.chars().any(char::is_control) {
        return Err(OAuthError::invalid_request("name must have 1 to 100 characters and no control characters").into());
    }
    manager.check_scope(&request.scope, cx)?;
    if request.expires_at.is_some_and(|end| end <= cx.now) {
        return Err(OAuthError::invalid_request("expires_at must be in the future").into());
    }
    let limit = cx.realm.settings.personal_access_tokens_per_account;
    if living >= limit {
        return Err(
            OAuthError::invalid_request(format!("this account has {living} personal access tokens already; revoke one first")).into()
        );
    }
    let longest = cx.realm.settings.personal_access_token_lifetime;
    let latest = (longest.0 > 0).then(|| cx.now + longest);
    if let (Some(end), Some(latest)) = (request.expires_at, latest)
        && end > latest
    {
        return Err(OAuthError::invalid_request("expires_at is too late: a personal access token may not live so long here").into());
    }
    let mut expires_at = request.expires_at.or(latest);
    if manager.application.is_some() {
        let authorization = authorization.filter(|authorization| authorization.state == AuthorizationState::Active);
        let authorization = authorization.ok_or_else(|| OAuthError::invalid_token("the token is unknown or revoked"))?;
        expires_at = earlier(expires_at, Some(authorization.expires_at));
    }
    let id = request.id.unwrap_or_else(|| PersonalAccessTokenId::new(cx.now, cx.rng));
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, id.0, cx.rng);
    let token = PersonalAccessToken {
        id,
        realm: cx.realm.id(),
        user: manager.user,
        authorization: manager.authorization(),
        name: name.to_owned(),
        scope: request.scope.clone(),
        verifier,
        prefix: shown(&text),
        created_at: cx.now,
        regenerated_at: None,
        expires_at,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
        epoch: cx.epoch,
        version: 0,
    };
    let changes = vec![
        Change::PersonalAccessToken(PersonalAccessTokenChange::Create { token: token.clone(), since: manager.since, limit }),
        audit(AuditKind::PersonalAccessTokenCreated, &token, manager, cx),
    ];
    Ok(Effect { answer: Made { token, text }, changes })
}

/// The same name, scopes and expiry, another secret; the old one is dead. An application makes anew
/// only what it made itself, since its person approved it last, and what is no wider than what it shows.
pub fn regenerate(facts: Option<&PatFacts>, manager: &Manager, cx: &mut Context<'_>) -> Decision<Made> {
    let old = owned(facts, manager)?;
    manager.check_allowed(cx)?;
    if manager.application.is_some() {
        if old.authorization != manager.authorization() {
            return Err(OAuthError::new(
                ErrorCode::AccessDenied,
                "an application makes anew only those tokens that it made; create a new one",
            )
            .into());
        }
        manager.check_scope(&old.scope, cx)?;
    }
    if old.expires_at.is_some_and(|end| end <= cx.now) {
        return Err(OAuthError::invalid_request("the token has expired; create a new one").into());
    }
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, old.id.0, cx.rng);
    let token = PersonalAccessToken {
        verifier,
        prefix: shown(&text),
        regenerated_at: Some(cx.now),
        last_used_at: None,
        last_used_from: None,
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
        since: manager.since,
    };
    let changes = vec![Change::PersonalAccessToken(change), audit(AuditKind::PersonalAccessTokenRegenerated, &token, manager, cx)];
    Ok(Effect { answer: Made { token, text }, changes })
}

/// Ends a token of the manager's person for good; another's is as none at all.
pub fn revoke(facts: Option<&PatFacts>, manager: &Manager, cx: &mut Context<'_>) -> Decision<PersonalAccessTokenId> {
    let token = owned(facts, manager)?;
    let change = PersonalAccessTokenChange::Revoke { realm: token.realm, user: token.user, id: token.id, at: cx.now };
    let changes = vec![Change::PersonalAccessToken(change), audit(AuditKind::PersonalAccessTokenRevoked, token, manager, cx)];
    Ok(Effect { answer: token.id, changes })
}

/// Somebody else's token and none at all are one answer.
fn owned<'a>(facts: Option<&'a PatFacts>, manager: &Manager) -> Result<&'a PersonalAccessToken, OAuthError> {
    facts
        .filter(|facts| facts.token.user == manager.user && is_kept(facts))
        .map(|facts| &facts.token)
        .ok_or_else(|| OAuthError::new(ErrorCode::NotFound, "there is no such personal access token"))
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

fn shown(text: &SecretText) -> String {
    text.expose().chars().take(SHOWN_CHARACTERS).collect()
}

fn audit(kind: AuditKind, token: &PersonalAccessToken, manager: &Manager, cx: &mut Context<'_>) -> Change {
    let event = match &manager.application {
        None => cx.audit(kind, Who::Person(token.user)),
        Some(application) => {
            cx.audit(kind, Who::Client(application.client)).client(application.client).authorization(application.authorization)
        }
    };
    event.user(token.user).detail(token.name.clone()).into()
}
