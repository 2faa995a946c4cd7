//! What has to happen before a request is granted.

use super::{AuthorizationRequest, AuthorizationResponse, Hint};
use crate::{
    Context, ErrorCode, OAuthError, Scope, Seconds, Timestamp,
    factor::{ONE_FACTOR, TWO_FACTORS},
    model::{Account, AccountKind, Consent, Realm, Session},
};

/// What the person in front of the browser is asked next, if anything.
#[derive(Debug)]
pub enum Step {
    /// Nobody is signed in, or not recently enough.
    SignIn,
    /// Somebody is signed in and has to approve.
    Consent,
    /// Nothing more to ask.
    Approve,
    /// Somebody is signed in, but not by as much as is needed.
    Missing(Missing),
    /// `prompt=none`, and something would have to be asked.
    Refuse(Box<AuthorizationResponse>),
}

/// OpenID Connect Core §3.1.2.3, §3.1.2.4. `asked_at` is when the browser first brought this request:
/// a sign-in after it satisfies `prompt=login`. Where `id_token_hint` names a person (§3.1.2.1), nobody
/// else is answered for.
pub fn next_step(
    request: &AuthorizationRequest,
    session: Option<(&Session, &Account)>,
    consent: Option<&Scope>,
    asked_at: Timestamp,
    cx: &Context<'_>,
) -> Step {
    let refuse = |code, description: &'static str| {
        Step::Refuse(Box::new(AuthorizationResponse::refusal(
            request.client.key,
            &request.redirect_uri,
            request.state.clone(),
            cx.realm,
            &OAuthError::new(code, description),
        )))
    };
    let live = session.filter(|(session, account)| is_live(session, account, cx));
    if let Some(hint) = &request.id_token_hint {
        let other = live.filter(|(_, account)| !hint.fits(account));
        // Who signed in for this very request as another is not asked in circles.
        if other.is_some_and(|(session, _)| request.prompt.none || session.auth_time >= asked_at) {
            return refuse(ErrorCode::LoginRequired, "somebody else is signed in than id_token_hint names");
        }
        if other.is_some() {
            return Step::SignIn;
        }
        if request.prompt.none && *hint == Hint::Nobody {
            return refuse(
                ErrorCode::LoginRequired,
                "id_token_hint is no ID token that this server gave to the application, or is too old",
            );
        }
    }
    let signed_in = live.filter(|(session, _)| is_recent(request, session, asked_at, cx.now));
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

/// What a sign-in lacks for what is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A code of the second factor that its person has.
    Code,
    /// They have none, and have to set one up first.
    Factor,
}

/// Whether two factors are needed and were not proven. Who must have them is the realm's and the
/// client's to say; `acr_values` only asks who has them (RFC 9470 §4, OpenID Connect Core §3.1.2.1).
pub fn missing(request: &AuthorizationRequest, session: &Session, has_factor: bool, cx: &Context<'_>) -> Option<Missing> {
    let must = request.client.effective(&cx.realm.settings).needs_second_factor();
    match has_factor {
        _ if session.has_two_factors() => None,
        true if must || wishes(request) => Some(Missing::Code),
        false if must => Some(Missing::Factor),
        _ => None,
    }
}

/// What then has to happen.
pub fn without(missing: Missing, request: &AuthorizationRequest, cx: &Context<'_>) -> Step {
    if !request.prompt.none {
        return Step::Missing(missing);
    }
    let error = OAuthError::new(ErrorCode::LoginRequired, "a second factor is needed, and was not proven");
    Step::Refuse(Box::new(AuthorizationResponse::refusal(
        request.client.key,
        &request.redirect_uri,
        request.state.clone(),
        cx.realm,
        &error,
    )))
}

/// Whether a look at somebody's factors can change anything.
pub fn may_miss(request: &AuthorizationRequest, session: &Session, cx: &Context<'_>) -> bool {
    missing(request, session, true, cx).is_some()
}

/// Whether the first level that `acr_values` names and that there is wants two factors.
fn wishes(request: &AuthorizationRequest) -> bool {
    let levels = request.acr_values.as_deref().unwrap_or_default().split(' ');
    levels.into_iter().find(|level| [ONE_FACTOR, TWO_FACTORS].contains(level)) == Some(TWO_FACTORS)
}

/// What a person need not be asked about again: what they allowed, and the optional scopes that they left out.
pub fn settled(consent: &Consent, realm: &Realm) -> Scope {
    let left_out = consent.declined.iter().filter(|token| realm.is_optional(token));
    consent.scope.union(&Scope::from_tokens(left_out).unwrap_or_default())
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
