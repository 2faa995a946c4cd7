//! A client exchanges a user's name and password for tokens (RFC 6749 §4.3): for APIs that already
//! work so, off unless a client lists it.

use std::sync::Arc;

use super::{Beginning, audit, begin, check_grant};
use crate::{
    AuthorizationId, Change, Context, Decision, Effect, OAuthError, Scope,
    activity::Reason,
    change::{AuditKind, AuthorizationChange, FactorChange},
    client_auth::AuthenticatedClient,
    factor::PASSWORD,
    issue::{self, IssuedTokens, RefreshAnswer, UserGrant, requested_audience, requested_scope},
    manage::Who,
    model::{AccountKind, User},
    settings::GrantType,
};

/// The token request of the password grant (RFC 6749 §4.3.2), without the password.
pub struct PasswordRequest {
    /// What is asked for; `None` for the client's default.
    pub scope: Option<Scope>,
    /// The audience that is asked for (RFC 8707 §2); empty for the realm's default.
    pub resource: Vec<String>,
}

/// The password was hashed before, with equal work for an unknown user.
pub struct PasswordFacts {
    /// Whose name it is, if anybody's.
    pub user: Option<Arc<User>>,
    /// Whether the password is that user's; `false` without a user.
    pub password_matched: bool,
    /// Whether they have a second factor, which this grant cannot ask for.
    pub has_second_factor: bool,
}

/// What must hold before a password is worth hashing: refused here, no attempt is counted.
pub fn check_password_request(
    request: &PasswordRequest,
    client: &AuthenticatedClient,
    cx: &Context<'_>,
) -> Result<(Scope, Option<Vec<String>>), OAuthError> {
    check_grant(client, GrantType::Password)?;
    Ok((requested_scope(request.scope.as_ref(), client, cx.realm)?, requested_audience(&request.resource, client, cx.realm)?))
}

/// What a right password leads to: tokens, or why it is not enough. It was no wrong guess either way.
pub type Entered = Result<IssuedTokens, OAuthError>;

/// RFC 6749 §4.3.2. An unknown user, a wrong password and a disabled account are one answer. A person who has a second
/// factor, or needs one here, signs in on the page: a password alone is what it is there against. API users have no page.
pub fn password(request: &PasswordRequest, client: &AuthenticatedClient, facts: &PasswordFacts, cx: &mut Context<'_>) -> Decision<Entered> {
    let (scope, audience) = check_password_request(request, client, cx)?;
    let user = match &facts.user {
        Some(user) if facts.password_matched && user.account.is_active() => user,
        other => return Err(refused(other.as_deref(), client, cx)),
    };
    if let Some(why) = one_step_too_few(user, facts, client, cx) {
        return Ok(needs_two(user, why, client, cx));
    }
    let id = AuthorizationId::new(cx.now, cx.rng);
    let authorization = begin(
        Beginning {
            id,
            client: client.key,
            user: user.id(),
            session: None,
            scope: scope.clone(),
            audience,
            auth_time: cx.now,
            amr: PASSWORD.to_owned(),
            nonce: None,
        },
        client,
        GrantType::Password,
        cx,
    );
    let mut changes = vec![
        Change::Factor(FactorChange::RequireNone { realm: user.realm, user: user.id() }),
        Change::Authorization(AuthorizationChange::Create(authorization.clone())),
        Change::Authorization(AuthorizationChange::Trim {
            realm: authorization.realm,
            user: authorization.user,
            keep: cx.realm.settings.authorizations_per_account,
        }),
        audit(AuditKind::SignedIn, Who::Person(user.id()), id, user.id(), client, cx),
    ];
    let grant = UserGrant {
        client,
        account: &user.account,
        user: Some(user),
        authorization: &authorization,
        scope,
        audience: authorization.audience.clone(),
        refresh: RefreshAnswer::Current,
        nonce: None,
    };
    let answer = issue::for_user(grant, cx, &mut changes);
    Ok(Effect { answer: Ok(answer), changes })
}

/// Why a right password is not enough here, if it is not.
fn one_step_too_few(user: &User, facts: &PasswordFacts, client: &AuthenticatedClient, cx: &Context<'_>) -> Option<&'static str> {
    if user.account.kind == AccountKind::Person && client.effective(&cx.realm.settings).needs_second_factor() {
        return Some("this application needs two steps, and the password grant has one: use the authorization code flow");
    }
    let why = "this account is signed in to with two steps, and the password grant has one: use the authorization code flow";
    facts.has_second_factor.then_some(why)
}

fn needs_two(user: &User, why: &'static str, client: &AuthenticatedClient, cx: &mut Context<'_>) -> Effect<Entered> {
    let detail = "a right password where a second step is needed";
    let event = cx.audit(AuditKind::SecondStepRefused, Who::Client(client.key)).user(user.id()).about_client(client).detail(detail);
    let error = OAuthError::invalid_grant(why).because(Reason::SecondStepNeeded).detail(detail).asked(|| (&event).into());
    Effect { answer: Err(error), changes: vec![event.into()] }
}

fn refused(user: Option<&User>, client: &AuthenticatedClient, cx: &mut Context<'_>) -> Effect<OAuthError> {
    let detail = match user {
        None => "unknown user",
        Some(user) if !user.account.is_active() => "the account is disabled",
        Some(_) => "wrong password",
    };
    let event = cx.audit(AuditKind::PasswordRefused, Who::Client(client.key)).user(user.map(User::id)).about_client(client).detail(detail);
    Effect {
        answer: OAuthError::invalid_grant("the user name or the password is wrong").because(Reason::WrongPassword).detail(detail),
        changes: vec![event.into()],
    }
}
