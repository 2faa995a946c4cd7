//! What has to happen before a request is granted.

use super::{AuthorizationRequest, AuthorizationResponse};
use crate::{
    Context, ErrorCode, OAuthError, Scope, Seconds, Timestamp,
    model::{Account, AccountKind, Session},
};

#[derive(Debug)]
pub enum Step {
    /// Nobody is signed in, or not recently enough.
    SignIn,
    /// Somebody is signed in and has to approve.
    Consent,
    /// Nothing more to ask.
    Approve,
    /// `prompt=none`, and something would have to be asked.
    Refuse(AuthorizationResponse),
}

/// OpenID Connect Core §3.1.2.3, §3.1.2.4. `asked_at` is when the browser first brought this request:
/// a sign-in after it satisfies `prompt=login`.
pub fn next_step(
    request: &AuthorizationRequest,
    session: Option<(&Session, &Account)>,
    consent: Option<&Scope>,
    asked_at: Timestamp,
    cx: &Context<'_>,
) -> Step {
    let refuse = |code, description: &'static str| {
        Step::Refuse(AuthorizationResponse::refusal(
            &request.redirect_uri,
            request.state.clone(),
            cx.realm,
            &OAuthError::new(code, description),
        ))
    };
    let signed_in = session.filter(|(session, account)| is_live(session, account, cx) && is_recent(request, session, asked_at, cx.now));
    if signed_in.is_none() {
        return if request.prompt.none {
            refuse(ErrorCode::LoginRequired, "nobody is signed in, or not recently enough")
        } else {
            Step::SignIn
        };
    }
    let remembered =
        cx.realm.settings.remember_consent && !request.may_be_anybodys() && consent.is_some_and(|scope| request.scope.is_subset_of(scope));
    if (request.is_trusted() || remembered) && !request.prompt.consent {
        return Step::Approve;
    }
    if request.prompt.none { refuse(ErrorCode::ConsentRequired, "the person has not approved this yet") } else { Step::Consent }
}

/// Whether a session still signs its person in.
pub(crate) fn is_live(session: &Session, account: &Account, cx: &Context<'_>) -> bool {
    let idle_end = session.last_seen_at + cx.realm.settings.session_idle_lifetime;
    account.is_active()
        && account.kind == AccountKind::Person
        && cx.now < session.expires_at
        && cx.now < idle_end
        && session.auth_time >= account.not_before
        && session.auth_time >= cx.realm.config.not_before
}

fn is_recent(request: &AuthorizationRequest, session: &Session, asked_at: Timestamp, now: Timestamp) -> bool {
    let age = now.as_millis() - session.auth_time.as_millis();
    // A sign-in that this very request asked for is recent enough for any max_age.
    let fresh = session.auth_time >= asked_at;
    let by_age = request.max_age.is_none_or(|limit| fresh || age <= Seconds(limit).as_millis());
    let by_prompt = !request.prompt.login || fresh;
    by_age && by_prompt
}
