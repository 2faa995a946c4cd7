//! A request that waits for a person who is signed in: kept for one session, under a short handle.

use super::AuthorizationRequest;
use crate::{
    Change, Context, Decision, Effect, OAuthError, PendingRequestId, Seconds, Timestamp,
    change::PendingRequestChange,
    error::Cause,
    model::{PendingRequest, Session},
};

/// A person may take this long to approve.
const LIFETIME: Seconds = Seconds(3600);

/// Keeps a request until this session's person answers. `asked_at` is when the browser first brought it.
pub fn wait(request: &AuthorizationRequest, session: &Session, asked_at: Timestamp, cx: &mut Context<'_>) -> Decision<PendingRequestId> {
    let id = PendingRequestId::new(cx.now, cx.rng);
    let pending = PendingRequest {
        id,
        realm: cx.realm.id(),
        client: request.client.key,
        client_id: request.client.id.clone(),
        session: session.id,
        user: session.user,
        asked: request.asked.clone(),
        asked_at,
        expires_at: cx.now + LIFETIME,
    };
    Ok(Effect { answer: id, changes: vec![Change::PendingRequest(PendingRequestChange::Create(pending))] })
}

/// The request that a handle names, for the session that it waits in.
///
/// # Errors
/// When it was answered, waited too long, or is another session's: these are one answer.
pub fn find(pending: Option<PendingRequest>, session: &Session, now: Timestamp) -> Result<PendingRequest, OAuthError> {
    pending.filter(|pending| pending.session == session.id && now < pending.expires_at).ok_or_else(finished)
}

/// The refusal of a request that nobody can answer any more.
pub fn finished() -> OAuthError {
    OAuthError::invalid_request("this request was answered already, or has waited too long; start again from the application")
        .caused_by(Cause::Finished)
}
