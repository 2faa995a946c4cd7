//! What may be done with an administrator, and what that writes.

use super::{REALM_ID, scopes};
use crate::{
    Change, Effect, PersonalAccessTokenId, Scope,
    change::{AdministratorChange, AuditKind, PersonalAccessTokenChange},
    manage::{
        Act, Administrator, AdministratorRole, Desk, Fault, Noun, Reach, Refusal, Subject, UserDocument, UserMetadata, Verdict,
        did_you_mean, fit,
        user::{self, NewUser, Taken},
    },
    model::{AccountKind, PersonalAccessToken, Profile, Status, User},
    secret::{self, Kind, SecretText},
};

/// An administrator, and whether somebody else could go on without them.
pub struct Appointment {
    /// Their account in the administrators' realm.
    pub user: User,
    /// Their role now, and where they reach.
    pub administrator: Administrator,
    /// Another person owns everything, and can sign in.
    pub another_owner: bool,
}

/// A token that was made for a program, and who it speaks as.
#[derive(Debug)]
pub struct TokenMade {
    /// An account that nobody signs in with.
    pub user: User,
    /// What the program may do.
    pub administrator: Administrator,
    /// The token's row.
    pub token: PersonalAccessToken,
    /// Shown this once.
    pub text: SecretText,
}

/// Characters of a token that its owner sees again.
const SHOWN_CHARACTERS: usize = 20;

/// Gives an administrator another role, or other realms. `realms`: what those are called, where it is not all.
pub fn appoint(who: &Appointment, to: Administrator, realms: &[String], desk: &mut Desk<'_>) -> Verdict<Administrator> {
    desk.allow(Noun::Administrator, Act::Change, of_admins())?;
    if who.administrator == to {
        return Ok(Effect::only(to));
    }
    let still_owns = owns(&to);
    let mut changes = Vec::new();
    if !still_owns {
        leaves_an_owner(who)?;
        changes.push(Change::Administrator(AdministratorChange::RequireAnotherOwner { but: who.user.id() }));
    }
    let reappoint = AdministratorChange::Reappoint { from: who.administrator.clone(), to: to.clone() };
    changes.push(Change::Administrator(reappoint));
    let of = if to.reach == Reach::All { "all realms".to_owned() } else { realms.join(", ") };
    let words = format!("{} made {} of {of} by {}", who.user.username, to.role.as_str(), desk.by.who.words());
    changes.push(desk.event(AuditKind::AdministratorChanged).user(who.user.id()).detail(words).into());
    Ok(Effect { answer: to, changes })
}

/// Their sessions and tokens end, and they sign in no more.
pub fn disable(who: &Appointment, desk: &mut Desk<'_>) -> Verdict<User> {
    desk.allow(Noun::Administrator, Act::Disable, of_admins())?;
    leaves_an_owner(who)?;
    user::disable(&who.user, desk)
}

/// They sign in again; their old tokens stay dead.
pub fn enable(who: &Appointment, desk: &mut Desk<'_>) -> Verdict<User> {
    desk.allow(Noun::Administrator, Act::Enable, of_admins())?;
    user::enable(&who.user, desk)
}

/// A personal access token for a program, which is an administrator of its own: nobody signs in as it, and
/// disabling it ends the token. `username` is free; `epoch` is the installation's.
pub fn create_token(
    name: &str,
    username: String,
    scope: Scope,
    (role, reach): (AdministratorRole, Reach),
    epoch: u32,
    desk: &mut Desk<'_>,
) -> Verdict<TokenMade> {
    desk.allow(Noun::Administrator, Act::Create, of_admins())?;
    fit(token_faults(name, &scope))?;
    let document = UserDocument {
        own: UserMetadata { username, ..UserMetadata::default() },
        claims: Profile { name: Some(name.to_owned()), ..Profile::default() },
    };
    let new = NewUser {
        document,
        kind: AccountKind::ApiUser,
        sub: None,
        number: None,
        owner: None,
        status: Status::Active,
        password: None,
        created_at: None,
    };
    let Effect { answer: user, mut changes } = user::create(new, &Taken::default(), desk)?;
    let administrator = Administrator { user: user.id(), role, reach };
    changes.push(Change::Administrator(AdministratorChange::Appoint { administrator: administrator.clone(), at: desk.now }));
    let (token, text) = made(name, scope, &user, epoch, desk);
    let create = PersonalAccessTokenChange::Create { token: token.clone(), since: desk.now, limit: u32::MAX };
    changes.push(Change::PersonalAccessToken(create));
    let words = format!("{name}: made by {} for {}", desk.by.who.words(), role.as_str());
    changes.push(desk.event(AuditKind::PersonalAccessTokenCreated).user(user.id()).detail(words).into());
    Ok(Effect { answer: TokenMade { user, administrator, token, text }, changes })
}

fn made(name: &str, scope: Scope, user: &User, epoch: u32, desk: &mut Desk<'_>) -> (PersonalAccessToken, SecretText) {
    let id = PersonalAccessTokenId::new(desk.now, desk.rng);
    let (text, verifier) = secret::make(Kind::PersonalAccessToken, id.0, desk.rng);
    let token = PersonalAccessToken {
        id,
        realm: REALM_ID,
        user: user.id(),
        authorization: None,
        name: name.to_owned(),
        scope,
        verifier,
        prefix: text.expose().chars().take(SHOWN_CHARACTERS).collect(),
        created_at: desk.now,
        regenerated_at: None,
        expires_at: None,
        last_used_at: None,
        last_used_from: None,
        revoked_at: None,
        epoch,
        version: 0,
    };
    (token, text)
}

fn token_faults(name: &str, scope: &Scope) -> Vec<Fault> {
    let mut faults = Vec::new();
    if name.trim().is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        faults.push(Fault::new(
            "name",
            format!("{name:?} cannot be a token's name"),
            "write 1 to 100 characters without control characters",
        ));
    }
    let known = scopes();
    let names: Vec<&str> = known.iter().collect();
    let unknown = scope.iter().filter(|token| !known.contains(token));
    faults
        .extend(unknown.map(|token| Fault::new("scope", format!("{token:?} is no scope of administrators"), did_you_mean(token, &names))));
    if scope.is_empty() {
        faults.push(Fault::new("scope", "a token without a scope opens nothing", format!("write one or more of {}", names.join(", "))));
    }
    faults
}

/// Somebody has to be able to let others in again.
fn leaves_an_owner(who: &Appointment) -> Result<(), Refusal> {
    let is_needed = owns(&who.administrator) && who.user.account.kind == AccountKind::Person && who.user.account.is_active();
    if is_needed && !who.another_owner {
        return Err(last_owner(&who.user.username));
    }
    Ok(())
}

/// Why the last owner of everything stays.
pub fn last_owner(username: &str) -> Refusal {
    Refusal::Conflict(format!(
        "{username} is the last owner of everything; make somebody else an owner first, so that the server stays yours"
    ))
}

fn owns(administrator: &Administrator) -> bool {
    administrator.role == AdministratorRole::Owner && administrator.reach == Reach::All
}

fn of_admins() -> Subject {
    Subject { realm: Some(REALM_ID), ..Subject::default() }
}
