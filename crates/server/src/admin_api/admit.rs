//! Who comes in: an administrator, by a token of their realm or by their browser's session there.

use jeton_oauth::{
    ErrorCode, OAuthError, Scope, Seconds, UserId,
    bearer::{LiveToken, TokenKind},
    factor::{is_recent, may_change},
    model::Session,
};
use uuid::Uuid;

use crate::{
    app::App,
    csrf,
    endpoints::presented_token::bearer,
    failure::Failure,
    incoming::{Admitted, Caller, Incoming},
    session,
};

const CSRF_HEADER: &str = "x-csrf-token";

/// Finds out who asks, and refuses everybody who is no administrator: 401 for who shows nothing that counts,
/// 403 for who is somebody else.
pub async fn admit(app: &App, incoming: &mut Incoming) -> Result<(), Failure> {
    let (key, user, scope) = match incoming.has_bearer() {
        true => by_token(app, incoming).await?,
        false => by_session(app, incoming).await?,
    };
    if session::comes_from_elsewhere(incoming) {
        return Err(OAuthError::new(ErrorCode::AccessDenied, "the request came from another site's page").into());
    }
    if scope.is_none() && !incoming.parts.method.is_safe() {
        page_of_ours(app, incoming)?;
    }
    app.api_pace.take(key, app.clock.uptime()).map_err(|wait| {
        let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
        OAuthError::new(ErrorCode::TooManyRequests, "too many requests with this token; wait and try again").retry_after(Seconds(seconds))
    })?;
    // Whoever changed something at another server a moment ago sees it here.
    app.notice().await?;
    let facts = app.store.administrator(user).await?.filter(|facts| facts.user.account.is_active());
    let none = || OAuthError::new(ErrorCode::AccessDenied, "whoever this token speaks for is no administrator");
    let administrator = facts.ok_or_else(none)?.administrator;
    incoming.caller = Caller::Administrator(Box::new(Admitted { administrator, scope }));
    Ok(())
}

async fn by_token(app: &App, incoming: &Incoming) -> Result<(Uuid, UserId, Option<Scope>), Failure> {
    let token = bearer(app, incoming, None).await?;
    let key = key(&token).ok_or_else(|| OAuthError::invalid_token("the token is unknown or revoked"))?;
    // One for another resource is not for this (RFC 8707, RFC 9068 §4).
    if !token.audience.iter().any(|audience| audience == incoming.scene.realm.default_audience()) {
        return Err(OAuthError::invalid_token("the token is for another resource").into());
    }
    let user = token
        .user
        .ok_or_else(|| OAuthError::new(ErrorCode::AccessDenied, "the token speaks for an application, and for no administrator"))?;
    Ok((key, user, Some(token.scope)))
}

/// What its requests are counted under; `None` for what is no access token.
fn key(token: &LiveToken) -> Option<Uuid> {
    match token.kind {
        TokenKind::Personal(id) => Some(id.0),
        TokenKind::OpaqueAccess(id) => Some(id.0),
        TokenKind::JwtAccess => token.jti,
        TokenKind::Refresh => None,
    }
}

async fn by_session(app: &App, incoming: &Incoming) -> Result<(Uuid, UserId, Option<Scope>), Failure> {
    let nobody = || OAuthError::invalid_token("there is no access token in the request, and nobody is signed in").missing();
    let current = session::current(app, incoming).await?.ok_or_else(nobody)?;
    proves_enough(app, incoming, &current.session).await?;
    Ok((current.session.id.0, current.account.id, None))
}

/// A session counts here for what it counts for at the console: whoever has a second factor proved it, and what changes
/// something comes from somebody who proved lately that it is them.
async fn proves_enough(app: &App, incoming: &Incoming, session: &Session) -> Result<(), Failure> {
    let refused = |words: &'static str| OAuthError::new(ErrorCode::AccessDenied, words);
    if !session.has_two_factors() {
        let factors = app.store.in_realm(session.realm).factors(session.user).await?;
        if !may_change(session, &factors) {
            return Err(refused("this browser signed in by a password alone; sign in again with the second step").into());
        }
    }
    if !incoming.parts.method.is_safe() && !is_recent(session, app.now()) {
        return Err(refused("the sign-in is older than 15 minutes; sign in again, or use a token").into());
    }
    Ok(())
}

/// A session alone changes nothing: the page's token comes along, which no other site knows.
fn page_of_ours(app: &App, incoming: &Incoming) -> Result<(), OAuthError> {
    let sent = incoming.text_header(CSRF_HEADER);
    let realm = &incoming.scene.realm;
    if csrf::is_of_a_page(&app.seal, realm, incoming.headers(), sent, app.now()) {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::AccessDenied, "with a browser's session the header X-CSRF-Token has to carry the page's token"))
}
