//! What may be done with an account, and what that writes.

use super::{Taken, UserDocument};
use crate::{
    Change, Effect, PersonalAccessTokenId, Timestamp, UserId,
    change::{AdministratorChange, AttemptChange, AuditKind, DeveloperChange, FactorChange, PersonalAccessTokenChange, UserChange},
    manage::{
        Act, Desk, Fault, Noun, Refusal, Subject, Verdict, Who, administrator, end_of_account, end_of_account_and_approvals,
        end_of_password, fit, grants::reason, of_what_differs,
    },
    model::{Account, AccountKind, FactorKind, PasswordHash, Status, User},
};

/// An account that is to be made.
pub struct NewUser {
    /// What is said about it.
    pub document: UserDocument,
    /// A person, or an API user.
    pub kind: AccountKind,
    /// A fresh one where there is none.
    pub sub: Option<String>,
    /// The next free one where there is none.
    pub number: Option<i64>,
    /// The developer that an API user belongs to: a person of this realm.
    pub owner: Option<UserId>,
    /// Whether it may be used from the start.
    pub status: Status,
    /// Hashed already; `None` for an account that nobody signs in to with a password.
    pub password: Option<PasswordHash>,
    /// When the account was made elsewhere.
    pub created_at: Option<Timestamp>,
}

/// Makes an account.
pub fn create(new: NewUser, taken: &Taken, desk: &mut Desk<'_>) -> Verdict<User> {
    let NewUser { document, kind, sub, number, owner, status, password, created_at } = new;
    desk.allow(noun(kind), Act::Create, Subject { realm: Some(desk.realm_id()), owner, ..Subject::default() })?;
    let mut faults = document.faults();
    faults.extend(taken.faults(&document));
    faults.extend(fixed_faults(sub.as_deref(), number));
    if kind == AccountKind::Person && owner.is_some() {
        faults.push(Fault::new("owner", "a person has no owner", "make an API user for a machine's login, or leave `owner` out"));
    }
    fit(faults)?;
    let id = UserId::new(desk.now, desk.rng);
    let created_at = created_at.unwrap_or(desk.now);
    let user = User {
        account: Account {
            id,
            sub: sub.unwrap_or_else(|| id.to_string()),
            number: number.unwrap_or(0),
            kind,
            status,
            not_before: Timestamp::default(),
        },
        realm: desk.realm_id(),
        email: document.email(None),
        username: document.own.username,
        profile: document.claims,
        user_type: document.own.user_type,
        roles: document.own.roles,
        attributes: document.own.attributes,
        password,
        owner,
        created_at,
        updated_at: created_at,
        version: 0,
    };
    let event = desk.event(AuditKind::UserChanged).user(id).detail(desk.words(&user.username, "created"));
    Ok(Effect { answer: user.clone(), changes: vec![Change::User(UserChange::Create(user)), event.into()] })
}

/// Makes it what the document says. Only what differs is judged, and nothing is written where nothing does.
pub fn change(user: &User, to: UserDocument, owner: Option<UserId>, taken: &Taken, desk: &mut Desk<'_>) -> Verdict<User> {
    allow(user, Act::Change, desk)?;
    let mut faults = to.faults();
    if !faults.is_empty() {
        faults = of_what_differs(faults, &UserDocument::of(user).to_document(), &to.to_document());
    }
    faults.extend(taken.faults(&to));
    faults.extend(unsaid(user, &to, &desk.by.who));
    if owner != user.owner && !desk.by.who.runs_the_realm() {
        faults.push(Fault::new("owner", "only those who run the realm give an API user to somebody else", "leave `owner` as it is"));
    }
    fit(faults)?;
    let changed = User {
        email: to.email(user.email.as_ref()),
        username: to.own.username,
        profile: to.claims,
        user_type: to.own.user_type,
        roles: to.own.roles,
        attributes: to.own.attributes,
        owner,
        ..user.clone()
    };
    if changed == *user {
        return Ok(Effect::only(changed));
    }
    Ok(updated(changed, "changed", desk))
}

/// Nobody signs in with it any more, and everything that speaks for it ends.
pub fn disable(user: &User, desk: &mut Desk<'_>) -> Verdict<User> {
    allow(user, Act::Disable, desk)?;
    let mut effect = set_status(user, Status::Disabled, desk);
    if !effect.changes.is_empty() {
        effect.changes.extend(end_of_account(user.realm, user.id(), desk.now));
        effect.changes.extend(somebody_stays(user));
        effect.changes.extend(said_by_the_realm(user, desk));
    }
    Ok(effect)
}

/// They sign in again; tokens that died stay dead.
pub fn enable(user: &User, desk: &mut Desk<'_>) -> Verdict<User> {
    allow(user, Act::Enable, desk)?;
    let mut effect = set_status(user, Status::Active, desk);
    if !effect.changes.is_empty() {
        effect.changes.extend(said_by_the_realm(user, desk));
    }
    Ok(effect)
}

/// What those who run the realm say of an API user's status is not its developer's to take back.
fn said_by_the_realm(user: &User, desk: &Desk<'_>) -> Option<Change> {
    let by_realm = desk.by.who.runs_the_realm() && user.account.kind == AccountKind::ApiUser;
    by_realm.then(|| Change::Developer(DeveloperChange::Pause { realm: user.realm, user: user.id(), at: None }))
}

/// Another password. What rests on the old one ends, and wrong guesses of before are forgotten.
pub fn set_password(user: &User, to: PasswordHash, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(user, Act::AddSecret, desk)?;
    let event = desk.event(AuditKind::PasswordChanged).user(user.id());
    let event = event.detail(format!("{}: by {}", user.username, desk.by.who.words()));
    let mut changes = vec![Change::User(UserChange::SetPassword { realm: user.realm, user: user.id(), to, at: desk.now })];
    changes.extend(end_of_password(user.realm, user.id(), desk.now, reason(&desk.by.who)));
    changes.push(event.into());
    Ok(Effect { answer: (), changes })
}

/// Opens what is closed after wrong guesses, and forgets them; where those who run the realm do it, the networks
/// too from which the account was guessed at.
pub fn unlock(user: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(user, Act::AddSecret, desk)?;
    let event = desk.event(AuditKind::AttemptsForgotten).user(user.id());
    let event = event.detail(format!("{}: by {}", user.username, desk.by.who.words()));
    let mut changes = Vec::new();
    if desk.by.who.runs_the_realm() {
        changes.push(Change::Attempt(AttemptChange::OpenNetworksOf { realm: user.realm, user: user.id() }));
    }
    changes.extend([Change::Attempt(AttemptChange::Forget { user: user.id() }), event.into()]);
    Ok(Effect { answer: (), changes })
}

/// Whoever lost their phone sets up a second factor anew, where one is needed.
pub fn reset_factors(user: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(user, Act::AddSecret, desk)?;
    let (realm, id) = (user.realm, user.id());
    let gone = |kind| Change::Factor(FactorChange::RemoveAll { realm, user: id, kind });
    let words = format!("{}: second factors removed by {}", user.username, desk.by.who.words());
    let event = desk.event(AuditKind::UserChanged).user(id).detail(words);
    Ok(Effect { answer: (), changes: vec![gone(FactorKind::Totp), gone(FactorKind::Recovery), gone(FactorKind::Passkey), event.into()] })
}

/// Sessions, approvals and authorizations end, and every token made until now is dead; of the personal access
/// tokens those that are named.
pub fn revoke_all(user: &User, tokens: &[PersonalAccessTokenId], desk: &mut Desk<'_>) -> Verdict<Timestamp> {
    allow(user, Act::Revoke, desk)?;
    let (realm, id, at) = (user.realm, user.id(), desk.now);
    let mut changes = end_of_account_and_approvals(realm, id, at, reason(&desk.by.who));
    let revoke = |token| Change::PersonalAccessToken(PersonalAccessTokenChange::Revoke { realm, user: id, id: token, at });
    changes.extend(tokens.iter().copied().map(revoke));
    let words = format!("{}: everything revoked by {}", user.username, desk.by.who.words());
    changes.push(desk.event(AuditKind::NotBeforeRaised).user(id).detail(words).into());
    Ok(Effect { answer: at, changes })
}

/// It goes, with everything that it granted. Its `sub` is never given again.
pub fn remove(user: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(user, Act::Remove, desk)?;
    let event = desk.event(AuditKind::UserChanged).user(user.id()).detail(desk.words(&user.username, "removed"));
    let mut changes = vec![Change::User(UserChange::Delete { realm: user.realm, user: user.id() }), event.into()];
    changes.extend(somebody_stays(user));
    Ok(Effect { answer: (), changes })
}

/// Of those who own everything one stays.
fn somebody_stays(user: &User) -> Option<Change> {
    let guard = AdministratorChange::RequireAnotherOwner { but: user.id() };
    (user.realm == administrator::REALM_ID).then_some(Change::Administrator(guard))
}

fn allow(user: &User, act: Act, desk: &Desk<'_>) -> Result<(), Refusal> {
    let subject = Subject { realm: Some(user.realm), person: Some(user.id()), owner: user.owner, client: None };
    desk.allow(noun(user.account.kind), act, subject)
}

const fn noun(kind: AccountKind) -> Noun {
    match kind {
        AccountKind::Person => Noun::User,
        AccountKind::ApiUser => Noun::ApiUser,
    }
}

fn set_status(user: &User, to: Status, desk: &mut Desk<'_>) -> Effect<User> {
    if user.account.status == to {
        return Effect::only(user.clone());
    }
    let mut changed = user.clone();
    changed.account.status = to;
    updated(changed, to.as_str(), desk)
}

/// The guard is the version that was looked at; the answer has the next one.
fn updated(mut changed: User, done: &str, desk: &mut Desk<'_>) -> Effect<User> {
    changed.updated_at = desk.now;
    let event = desk.event(AuditKind::UserChanged).user(changed.id()).detail(desk.words(&changed.username, done));
    let update = Change::User(UserChange::Update(changed.clone()));
    changed.version += 1;
    Effect { answer: changed, changes: vec![update, event.into()] }
}

/// What never changes once an account is made.
pub fn fixed_faults(sub: Option<&str>, number: Option<i64>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(sub) = sub.filter(|sub| sub.is_empty() || sub.len() > 255 || !sub.bytes().all(|byte| matches!(byte, 0x20..=0x7e))) {
        faults.push(Fault::new(
            "sub",
            format!("{sub:?} cannot be a `sub`"),
            "write 1 to 255 printable ASCII characters (OpenID Connect Core section 2), or leave it out",
        ));
    }
    if let Some(number) = number.filter(|number| *number < 1) {
        faults.push(Fault::new(
            "number",
            format!("`number` cannot be {number}"),
            "write a whole number from 1, or leave it out for the next free one",
        ));
    }
    faults
}

/// What people do not say about themselves.
fn unsaid(user: &User, to: &UserDocument, who: &Who) -> Vec<Fault> {
    if who.runs_the_realm() {
        return Vec::new();
    }
    let own = &to.own;
    let verifies = own.email_verified == Some(true)
        && user.email.as_ref().is_none_or(|email| !email.verified || Some(&email.address) != own.email.as_ref());
    let said = [
        ("roles", own.roles != user.roles),
        ("user_type", own.user_type != user.user_type),
        ("attributes", own.attributes != user.attributes),
        ("email_verified", verifies),
    ];
    let fault = |member: &'static str| {
        Fault::new(member, format!("only those who run the realm may change `{member}`"), format!("leave `{member}` out"))
    };
    said.into_iter().filter(|(_, differs)| *differs).map(|(member, _)| fault(member)).collect()
}
