//! A person signs in on a page, and out again.

use std::sync::Arc;

use crate::{
    Change, Context, Decision, Effect, OAuthError, SessionId, authorize,
    change::{AuditKind, PendingRequestChange, SessionChange},
    manage::Who,
    model::{Account, AccountKind, Session, User},
    secret::{self, Kind, Presented, SecretText},
};

pub struct SignInFacts {
    /// Whose name it is, if anybody's.
    pub user: Option<Arc<User>>,
    pub password_matched: bool,
    /// The session that the browser came with; it ends, so that ids change at sign-in.
    pub previous: Option<SessionId>,
    pub user_agent: Option<String>,
}

#[derive(Debug)]
pub struct SignedIn {
    pub session: Session,
    /// The cookie's value.
    pub cookie: SecretText,
}

/// Unknown names, wrong passwords, disabled accounts and API users are one answer.
pub fn sign_in(facts: &SignInFacts, cx: &mut Context<'_>) -> Decision<SignedIn> {
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
    let id = SessionId::new(cx.now, cx.rng);
    let (cookie, verifier) = secret::make(Kind::Session, id.0, cx.rng);
    let session = Session {
        id,
        realm: cx.realm.id(),
        user: user.id(),
        verifier,
        auth_time: cx.now,
        created_at: cx.now,
        last_seen_at: cx.now,
        expires_at: cx.now + cx.realm.settings.session_lifetime,
        user_agent: facts.user_agent.clone(),
        address: cx.from.address,
    };
    let event = cx.audit(AuditKind::SignedIn, Who::Person(user.id())).user(user.id());
    let mut changes = vec![Change::Session(SessionChange::Create(session.clone())), event.into()];
    let keep = cx.realm.settings.sessions_per_account;
    changes.push(Change::Session(SessionChange::Trim { realm: cx.realm.id(), user: user.id(), keep }));
    if let Some(previous) = facts.previous {
        let follow = PendingRequestChange::Follow { realm: cx.realm.id(), user: user.id(), from: previous, to: id };
        changes.push(Change::PendingRequest(follow));
        changes.push(Change::Session(SessionChange::End { realm: cx.realm.id(), id: previous }));
    }
    Ok(Effect { answer: SignedIn { session, cookie }, changes })
}

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
