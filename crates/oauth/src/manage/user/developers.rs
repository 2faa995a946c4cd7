//! API users that developers make: of one client, then each of its developers looks after them, or of the developer alone.

use super::{NewUser, Taken, UserDocument, create, disable, enable, set_password};
use crate::{
    Change, Effect, UserId,
    change::{DeveloperChange, UserChange},
    manage::{Desk, Fault, Refusal, Verdict, Who, client::developer_of},
    model::{AccountKind, Client, PasswordHash, Status, User},
};

/// A client, and whether the person at work owns it beside the one whom its row names.
pub type Beside<'a> = (&'a Client, bool);

/// As whom a person acts on an API user; `None` where it is not theirs. `application`: what it belongs to.
pub fn api_user_of(user: &User, application: Option<Beside<'_>>, person: UserId) -> Option<Who> {
    let by_name = user.owner == Some(person);
    match application {
        Some((client, together)) => {
            developer_of(client, person, together)?;
            Some(if by_name { Who::Developer(person) } else { Who::CoDeveloper { user: person, shares: user.id().0 } })
        }
        None => by_name.then_some(Who::Developer(person)),
    }
}

/// An API user that a developer wants.
pub struct WantedApiUser {
    /// What it signs in with, and what it is for.
    pub document: UserDocument,
    /// Fresh, so that asking twice makes one.
    pub sub: String,
    /// Of a password that was made for it.
    pub password: PasswordHash,
}

/// A developer makes an API user. `owned`: how many carry their name already.
pub fn create_api_user(
    wanted: WantedApiUser,
    taken: &Taken,
    owned: u32,
    application: Option<Beside<'_>>,
    desk: &mut Desk<'_>,
) -> Verdict<User> {
    let Who::Developer(developer) = desk.by.who else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    if application.is_some_and(|(client, together)| developer_of(client, developer, together).is_none()) {
        return Err(Refusal::Forbidden(desk.by.who.words()).into());
    }
    let limit = desk.realm.settings.api_users_per_developer;
    if owned >= limit {
        return Err(Refusal::Conflict(format!("you own {limit} API users, as many as one may here; ask those who run the realm")).into());
    }
    let said = &wanted.document.own;
    if said.email.is_some() || said.user_type.is_some() || !said.roles.is_empty() || !said.attributes.is_empty() {
        let what = "a developer says of an API user its name and what it is for";
        return Err(Refusal::from(Fault::new("username", what, "leave the rest out")).into());
    }
    let new = NewUser {
        document: wanted.document,
        kind: AccountKind::ApiUser,
        sub: Some(wanted.sub),
        number: None,
        owner: Some(developer),
        status: Status::Active,
        password: Some(wanted.password),
        created_at: None,
    };
    let mut effect = create(new, taken, desk)?;
    let realm = desk.realm_id();
    effect.changes.insert(0, Change::Developer(DeveloperChange::RequireRoomForApiUser { realm, user: developer, limit }));
    if let Some((client, _)) = application {
        let user = effect.answer.id();
        effect.changes.push(Change::Developer(DeveloperChange::Attach { realm, user, client: client.key }));
    }
    Ok(effect)
}

/// Another password for an API user, for whoever saw this version of it; the answer is whether they did. Of two who
/// ask at once the second sees another version.
pub fn renew_password(user: &User, seen: Option<u32>, to: PasswordHash, desk: &mut Desk<'_>) -> Verdict<bool> {
    if seen != Some(user.version) {
        return Ok(Effect::only(false));
    }
    let Effect { mut changes, .. } = set_password(user, to, desk)?;
    changes.insert(0, Change::User(UserChange::Update(user.clone())));
    Ok(Effect { answer: true, changes })
}

/// Its developer disables an API user, and may enable it again.
pub fn pause(user: &User, desk: &mut Desk<'_>) -> Verdict<User> {
    let mut effect = disable(user, desk)?;
    if !effect.changes.is_empty() {
        effect.changes.push(Change::Developer(DeveloperChange::Pause { realm: user.realm, user: user.id(), at: Some(desk.now) }));
    }
    Ok(effect)
}

/// Its developer enables an API user again. `paused`: a developer disabled it; what those who run the realm disabled
/// stays so.
pub fn resume(user: &User, paused: bool, desk: &mut Desk<'_>) -> Verdict<User> {
    if !user.account.is_active() && !paused {
        let words = "those who run the realm disabled this API user; ask them";
        return Err(Refusal::Conflict(words.to_owned()).into());
    }
    let mut effect = enable(user, desk)?;
    if !effect.changes.is_empty() {
        effect.changes.push(Change::Developer(DeveloperChange::Pause { realm: user.realm, user: user.id(), at: None }));
    }
    Ok(effect)
}
