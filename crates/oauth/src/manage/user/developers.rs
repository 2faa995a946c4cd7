//! API users that developers make: of one client, then each of its developers looks after them, or of the developer alone.

use super::{NewUser, Taken, UserDocument, create, disable, enable, set_password};
use crate::{
    Change, Effect, Seconds, UserId,
    attempts::{self, Bucket, Limits, Tally},
    change::{DeveloperChange, UserChange},
    login_name::LoginName,
    manage::{Desk, Fault, Refusal, Verdict, Who, client::developer_of},
    model::{AccountKind, Client, PasswordHash, Status, User},
    settings::{GrantType, Settings},
};

/// Names that others have, tried by one developer: whoever tries more wants to know who has an account.
const TRIES: Limits = Limits { attempts: 20, window: Seconds(3600) };

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
}

/// What a look finds for it.
pub struct ApiUserFacts<'a> {
    /// Names that are others'.
    pub taken: &'a Taken,
    /// How many API users carry the developer's name already.
    pub owned: u32,
    /// What it is for; `None` for the developer alone.
    pub application: Option<Beside<'a>>,
    /// Where names of others are counted that this developer tried, and how many there were.
    pub tries: (Bucket, Option<Tally>),
}

/// Whether API users are any good: they sign in by the password grant alone, which the realm lets developers' applications
/// have, or this one has.
pub fn has_api_users(settings: &Settings, application: Option<&Client>) -> bool {
    settings.registration_grants.contains(&GrantType::Password) || application.is_some_and(|client| client.may(GrantType::Password))
}

/// Whether [`create_api_user`] would make it: before a password is hashed for it.
pub fn judge_api_user(wanted: &WantedApiUser, facts: &ApiUserFacts<'_>, desk: &mut Desk<'_>) -> Verdict<()> {
    make(wanted, None, facts, desk).map(|_| Effect::only(()))
}

/// A developer makes an API user, which signs in with a password that was made for it.
pub fn create_api_user(wanted: &WantedApiUser, password: PasswordHash, facts: &ApiUserFacts<'_>, desk: &mut Desk<'_>) -> Verdict<User> {
    make(wanted, Some(password), facts, desk)
}

fn make(wanted: &WantedApiUser, password: Option<PasswordHash>, facts: &ApiUserFacts<'_>, desk: &mut Desk<'_>) -> Verdict<User> {
    let ApiUserFacts { taken, owned, application, tries: (bucket, tally) } = *facts;
    let Who::Developer(developer) = desk.by.who else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    if !has_api_users(&desk.realm.settings, application.map(|(client, _)| client)) {
        let words = "API users sign in by the password grant, which applications of developers may not use here";
        return Err(Refusal::Conflict(words.to_owned()).into());
    }
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
    // It would take somebody's place who has not come yet.
    if LoginName::fold(&said.username).is_some_and(|name| name.as_str().contains('@')) {
        let what = "a name with @ is somebody's e-mail address";
        return Err(Refusal::from(Fault::new("username", what, "choose a name without @")).into());
    }
    let Ok(counted) = attempts::count(bucket, TRIES, tally, desk.now) else {
        let words = "you tried many names that others have; wait an hour and try again";
        return Err(Refusal::Conflict(words.to_owned()).into());
    };
    if taken.username.is_some() {
        let refused = Refusal::from(Fault::new("username", "somebody has this name already", "choose another"));
        return Err(Effect { answer: refused, changes: vec![counted] });
    }
    let new = NewUser {
        document: wanted.document.clone(),
        kind: AccountKind::ApiUser,
        sub: Some(wanted.sub.clone()),
        number: None,
        owner: Some(developer),
        status: Status::Active,
        password,
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
