//! What an approval or a refusal by the person writes and answers.

use super::{AuthorizationRequest, AuthorizationResponse};
use crate::{
    AuthorizationId, Change, CodeId, Context, Decision, Effect, ErrorCode, OAuthError, PendingRequestId, Scope,
    change::{AuditKind, AuthorizationChange, CodeChange, ConsentChange, PendingRequestChange, SessionChange},
    manage::Who,
    model::{AuthorizationCode, CodeState, Consent, Session},
    secret::{self, Kind},
};

/// How it came to be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// The person pressed the button just now.
    Asked,
    /// Remembered, or the client belongs to the realm.
    Silent,
}

/// A code for the client. What the person approved just now is remembered, unless the client may be
/// anybody: a public one on a redirect URI of the person's own device (RFC 8252 §8.6).
/// A request that waited is answered with this: one answer uses it up, whoever races. A session that ends
/// in the same moment approves nothing.
pub fn approve(
    request: &AuthorizationRequest,
    waited: Option<PendingRequestId>,
    session: &Session,
    remembered: Option<&Consent>,
    how: Approval,
    cx: &mut Context<'_>,
) -> Decision<AuthorizationResponse> {
    let by_memory = how == Approval::Silent && !request.is_trusted();
    if by_memory && remembered.is_none() {
        return Err(OAuthError::invalid_request("The approval was withdrawn just now. Go back to the application and start again.").into());
    }
    let id = CodeId::new(cx.now, cx.rng);
    let (text, verifier) = secret::make(Kind::AuthorizationCode, id.0, cx.rng);
    let authorization = AuthorizationId::new(cx.now, cx.rng);
    let realm = cx.realm.id();
    let mut changes: Vec<_> = waited.map(|id| answered(id, session)).into_iter().collect();
    // In the order in which an ending goes on (`manage::ending`): what ends meanwhile ends this too.
    if by_memory {
        changes.push(Change::Consent(ConsentChange::Require { realm, user: session.user, client: request.client.key }));
    }
    if how == Approval::Asked && !request.may_be_anybodys() {
        let scope = remembered.map_or_else(|| request.scope.clone(), |before| before.scope.union(&request.scope));
        let declined = remembered.map_or_else(|| request.left_out.clone(), |before| before.declined.union(&request.left_out));
        let declined = Scope::from_tokens(declined.iter().filter(|token| !scope.contains(token))).unwrap_or_default();
        let consent = Consent { realm, user: session.user, client: request.client.key, scope, declined, granted_at: cx.now };
        changes.push(Change::Consent(ConsentChange::Grant(consent)));
    }
    changes.push(Change::Session(SessionChange::Require { realm, id: session.id }));
    // Here, as redeeming the code is to write no more than it must.
    let keep = cx.realm.settings.authorizations_per_account - 1;
    changes.push(Change::Authorization(AuthorizationChange::Trim { realm, user: session.user, keep }));
    changes.push(Change::Code(CodeChange::Create(AuthorizationCode {
        id,
        realm,
        client: request.client.key,
        user: session.user,
        session: Some(session.id),
        verifier,
        redirect_uri: request.redirect_uri_sent.then(|| request.redirect_uri.clone()),
        code_challenge: request.code_challenge,
        scope: request.scope.clone(),
        audience: request.audience.clone(),
        nonce: request.nonce.clone(),
        auth_time: session.auth_time,
        amr: session.amr.clone(),
        created_at: cx.now,
        expires_at: cx.now + request.client.effective(&cx.realm.settings).authorization_code_lifetime(),
        authorization,
        state: CodeState::Fresh,
    })));
    if how == Approval::Asked {
        changes.push(audit(AuditKind::ConsentGranted, request, session, cx));
    }
    let answer = AuthorizationResponse::code(request.client.key, &request.redirect_uri, request.state.clone(), cx.realm, text);
    Ok(Effect { answer, changes })
}

/// RFC 6749 §4.1.2.1 `access_denied`.
pub fn deny(
    request: &AuthorizationRequest,
    waited: PendingRequestId,
    session: &Session,
    cx: &mut Context<'_>,
) -> Decision<AuthorizationResponse> {
    let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not approve");
    let answer = AuthorizationResponse::refusal(request.client.key, &request.redirect_uri, request.state.clone(), cx.realm, &error);
    Ok(Effect { answer, changes: vec![answered(waited, session), audit(AuditKind::ConsentDenied, request, session, cx)] })
}

fn answered(id: PendingRequestId, session: &Session) -> Change {
    Change::PendingRequest(PendingRequestChange::Answer { realm: session.realm, id, session: session.id })
}

fn audit(kind: AuditKind, request: &AuthorizationRequest, session: &Session, cx: &mut Context<'_>) -> Change {
    let event = cx.audit(kind, Who::Person(session.user)).user(session.user);
    event.about_client(&request.client).detail(request.scope.to_string()).into()
}
