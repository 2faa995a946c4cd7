//! A person signs in on a page, and out again.

use std::{borrow::Cow, sync::Arc};

use crate::{
    Change, Context, Decision, Effect, OAuthError, SessionId, Timestamp, UserId,
    activity::Reason,
    authorize,
    change::{AuditKind, FactorChange, PendingRequestChange, SessionChange},
    factor::{self, Proof},
    manage::Who,
    model::{Account, AccountKind, Session, User},
    secret::{self, Kind, Presented, SecretText},
};

/// What a sign-in by password looks at.
pub struct SignInFacts {
    /// Whose name it is, if anybody's.
    pub user: Option<Arc<User>>,
    /// Whether the password is that user's; hashed with equal work for an unknown one.
    pub password_matched: bool,
    /// The session that the browser came with; it ends, so that ids change at sign-in.
    pub previous: Option<SessionId>,
    /// The header of the browser, for the list of sessions.
    pub user_agent: Option<String>,
    /// Whether they have a second factor: then a password alone signs nobody in.
    pub has_second_factor: bool,
}

/// How far a right password leads.
#[derive(Debug)]
pub enum Entered {
    /// They are signed in.
    In(SignedIn),
    /// Nobody is signed in: a code of the second factor is needed too.
    Half(Arc<User>),
}

/// A session that was born now.
#[derive(Debug)]
pub struct SignedIn {
    /// Its row.
    pub session: Session,
    /// The cookie's value.
    pub cookie: SecretText,
}

/// Unknown names, wrong passwords, disabled accounts and API users are one answer.
pub fn sign_in(facts: &SignInFacts, cx: &mut Context<'_>) -> Decision<Entered> {
    let may = |user: &&Arc<User>| facts.password_matched && user.account.is_active() && user.account.kind == AccountKind::Person;
    let Some(user) = facts.user.as_ref().filter(may) else {
        let detail = match &facts.user {
            None => "unknown user",
            Some(user) if !user.account.is_active() => "the account is disabled",
            Some(user) if facts.password_matched && user.account.kind != AccountKind::Person => "an API user signs in by no page",
            Some(_) => "wrong password",
        };
        let event = cx.audit(AuditKind::PasswordRefused, Who::Stranger).user(facts.user.as_deref().map(User::id)).detail(detail);
        return Err(Effect {
            answer: OAuthError::invalid_grant("The user name or the password is wrong.").detail(detail),
            changes: vec![event.into()],
        });
    };
    if facts.has_second_factor {
        return Ok(Effect::only(Entered::Half(Arc::clone(user))));
    }
    let Effect { answer, mut changes } = begin(user, factor::PASSWORD, cx.now, facts.previous, facts.user_agent.clone(), cx);
    changes.insert(0, Change::Factor(FactorChange::RequireNone { realm: user.realm, user: user.id() }));
    Ok(Effect { answer: Entered::In(answer), changes })
}

/// The second half: the code or the passkey was right. `auth_time` is that of the password.
pub fn complete(
    user: &User,
    proof: Proof,
    auth_time: Timestamp,
    previous: Option<SessionId>,
    user_agent: Option<String>,
    cx: &mut Context<'_>,
) -> Effect<SignedIn> {
    let used = proof.used(cx);
    let mut effect = begin(user, proof.amr(), auth_time, previous, user_agent, cx);
    effect.changes.insert(0, used);
    effect
}

/// By a passkey that checked who holds it, and nothing else. Another account than a person's that is active is told
/// what an unknown passkey is told.
pub fn by_passkey(
    user: &User,
    proof: Proof,
    previous: Option<SessionId>,
    user_agent: Option<String>,
    cx: &mut Context<'_>,
) -> Decision<SignedIn> {
    let detail = match user.account.kind {
        _ if !user.account.is_active() => Some("the account is disabled"),
        AccountKind::ApiUser => Some("an API user signs in by no page"),
        AccountKind::Person => None,
    };
    if let Some(detail) = detail {
        return Err(no_passkey(Some(user.id()), detail, cx));
    }
    let synced = matches!(proof, Proof::Passkey { synced: true, .. });
    let used = proof.used(cx);
    let mut effect = begin(user, factor::amr_of_passkey(false, synced), cx.now, previous, user_agent, cx);
    effect.changes.insert(0, used);
    Ok(effect)
}

/// A passkey that signs nobody in, and why.
pub fn no_passkey(user: Option<UserId>, detail: impl Into<Cow<'static, str>>, cx: &mut Context<'_>) -> Effect<OAuthError> {
    let detail = detail.into();
    let event = cx.audit(AuditKind::SecondStepRefused, Who::Stranger).user(user).detail(detail.clone());
    let error = OAuthError::invalid_grant("this passkey signs nobody in here").because(Reason::WrongSecondStep).detail(detail);
    Effect { answer: error, changes: vec![event.into()] }
}

/// Whoever made their account just now is signed in with it.
pub fn at_once(user: &User, user_agent: Option<String>, cx: &mut Context<'_>) -> Effect<SignedIn> {
    begin(user, factor::PASSWORD, cx.now, None, user_agent, cx)
}

/// A session is born.
fn begin(
    user: &User,
    amr: &str,
    auth_time: Timestamp,
    previous: Option<SessionId>,
    user_agent: Option<String>,
    cx: &mut Context<'_>,
) -> Effect<SignedIn> {
    let id = SessionId::new(cx.now, cx.rng);
    let (cookie, verifier) = secret::make(Kind::Session, id.0, cx.rng);
    let session = Session {
        id,
        realm: cx.realm.id(),
        user: user.id(),
        verifier,
        auth_time,
        amr: amr.to_owned(),
        created_at: cx.now,
        last_seen_at: cx.now,
        expires_at: cx.now + cx.realm.settings.session_lifetime,
        user_agent,
        address: cx.from.address,
    };
    let event = cx.audit(AuditKind::SignedIn, Who::Person(user.id())).user(user.id());
    let mut changes = vec![Change::Session(SessionChange::Create(session.clone())), event.into()];
    let keep = cx.realm.settings.sessions_per_account;
    changes.push(Change::Session(SessionChange::Trim { realm: cx.realm.id(), user: user.id(), keep }));
    if let Some(previous) = previous {
        let follow = PendingRequestChange::Follow { realm: cx.realm.id(), user: user.id(), from: previous, to: id };
        changes.push(Change::PendingRequest(follow));
        changes.push(Change::Session(SessionChange::End { realm: cx.realm.id(), id: previous }));
    }
    Effect { answer: SignedIn { session, cookie }, changes }
}

/// Ends the session; what applications were granted in it lives on.
pub fn sign_out(session: &Session, cx: &mut Context<'_>) -> Decision<()> {
    let changes = vec![
        Change::Session(SessionChange::End { realm: session.realm, id: session.id }),
        cx.audit(AuditKind::SignedOut, Who::Person(session.user)).user(session.user).into(),
    ];
    Ok(Effect { answer: (), changes })
}

/// Whether the cookie proves this session, and the session still signs its person in.
pub fn is_signed_in(presented: &Presented, session: &Session, account: &Account, cx: &Context<'_>) -> bool {
    session.verifier.proves(presented.secret.as_slice()) && authorize::is_live(session, account, cx)
}
