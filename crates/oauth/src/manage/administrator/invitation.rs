//! A link that makes somebody an administrator: good once, until it ends.

use super::REALM_ID;
use crate::{
    Change, Effect, ErrorCode, OAuthError, OneTimeLinkId, Seconds, Timestamp,
    change::{AdministratorChange, AuditKind},
    manage::{
        Act, Administrator, AdministratorRole, Desk, Noun, Reach, Subject, UserDocument, UserMetadata, Verdict, fit,
        user::{NewUser, Taken, address_fault, create},
    },
    model::{AccountKind, PasswordHash, Profile, Status, User},
    secret::{self, Kind, Presented, SecretText, Verifier},
};

/// A link that makes whoever follows it an administrator, once.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// The selector in the link.
    pub id: OneTimeLinkId,
    /// Of the link's secret half.
    pub verifier: Verifier,
    /// Whom it was made for. `None`: whoever runs the server, and only while nobody owns it.
    pub email: Option<String>,
    /// What they may do.
    pub role: AdministratorRole,
    /// Where they may do it.
    pub reach: Reach,
    /// When the link was made.
    pub created_at: Timestamp,
    /// It is good until then.
    pub expires_at: Timestamp,
}

/// An invitation, and the link itself.
#[derive(Debug)]
pub struct Invited {
    /// What is stored.
    pub invitation: Invitation,
    /// What the link ends with; shown this once.
    pub text: SecretText,
}

/// Somebody who opened a link, and who they want to be.
pub struct Accepted {
    /// What they sign in with.
    pub username: String,
    /// Hashed already.
    pub password: PasswordHash,
}

const LIFETIME: Seconds = Seconds(7 * 86_400);
const LIFETIME_OF_FIRST: Seconds = Seconds(86_400);

/// A link for the person with this address.
pub fn invite(email: &str, role: AdministratorRole, reach: Reach, desk: &mut Desk<'_>) -> Verdict<Invited> {
    desk.allow(Noun::Administrator, Act::Create, Subject { realm: Some(REALM_ID), ..Subject::default() })?;
    fit(address_fault(email).into_iter().collect())?;
    let invited = made(Some(email.to_owned()), role, reach, LIFETIME, desk);
    let event = desk.event(AuditKind::AdministratorInvited).detail(desk.words(&format!("{email}, {}", role.as_str()), "invited"));
    let changes = vec![Change::Administrator(AdministratorChange::Invite(invited.invitation.clone())), event.into()];
    Ok(Effect { answer: invited, changes })
}

/// A link for the first owner, for as long as there is none. Others of before stay good until then.
pub fn invite_first(desk: &mut Desk<'_>) -> Verdict<Invited> {
    desk.allow(Noun::Administrator, Act::Create, Subject { realm: Some(REALM_ID), ..Subject::default() })?;
    let invited = made(None, AdministratorRole::Owner, Reach::All, LIFETIME_OF_FIRST, desk);
    let changes = vec![
        Change::Administrator(AdministratorChange::RequireNoOwner),
        Change::Administrator(AdministratorChange::Invite(invited.invitation.clone())),
    ];
    Ok(Effect { answer: invited, changes })
}

fn made(email: Option<String>, role: AdministratorRole, reach: Reach, lifetime: Seconds, desk: &mut Desk<'_>) -> Invited {
    let id = OneTimeLinkId::new(desk.now, desk.rng);
    let (text, verifier) = secret::make(Kind::OneTimeLink, id.0, desk.rng);
    let invitation = Invitation { id, verifier, email, role, reach, created_at: desk.now, expires_at: desk.now + lifetime };
    Invited { invitation, text }
}

/// Whether a link that somebody opened still is good. `has_owner`: some person owns everything.
///
/// # Errors
/// One for everything else: used, ended, never made.
pub fn is_open<'a>(
    presented: Option<&Presented>,
    invitation: Option<&'a Invitation>,
    has_owner: bool,
    now: Timestamp,
) -> Result<&'a Invitation, OAuthError> {
    let ended = || OAuthError::new(ErrorCode::NotFound, "this link was used, has ended, or is not whole");
    let (Some(presented), Some(invitation)) = (presented, invitation) else { return Err(ended()) };
    let proven = invitation.verifier.proves(presented.secret.as_slice());
    if !proven || now >= invitation.expires_at || invitation.email.is_none() && has_owner {
        return Err(ended());
    }
    Ok(invitation)
}

/// Makes them an administrator, and the link is used up. The invitation is one that [`is_open`] let pass;
/// the actor is the server, which heard it from them.
pub fn accept(invitation: &Invitation, by: Accepted, taken: &Taken, desk: &mut Desk<'_>) -> Verdict<User> {
    let document = UserDocument {
        own: UserMetadata {
            // One that was invited has proven no address: the link may have come by other ways.
            email: invitation.email.clone().or_else(|| address_fault(&by.username).is_none().then(|| by.username.clone())),
            username: by.username,
            ..UserMetadata::default()
        },
        claims: Profile::default(),
    };
    let new = NewUser {
        document,
        kind: AccountKind::Person,
        sub: None,
        number: None,
        owner: None,
        status: Status::Active,
        password: Some(by.password),
        created_at: None,
    };
    let Effect { answer: user, mut changes } = create(new, taken, desk)?;
    let at = desk.now;
    // First what others may have done meanwhile.
    let mut unit = Vec::new();
    if invitation.email.is_none() {
        unit.push(AdministratorChange::RequireNoOwner);
    }
    unit.push(AdministratorChange::UseInvitation { id: invitation.id, at });
    let mut unit: Vec<Change> = unit.into_iter().map(Change::Administrator).collect();
    unit.append(&mut changes);
    let administrator = Administrator { user: user.id(), role: invitation.role, reach: invitation.reach.clone() };
    unit.push(Change::Administrator(AdministratorChange::Appoint { administrator, at }));
    if invitation.role == AdministratorRole::Owner && invitation.reach == Reach::All {
        unit.push(Change::Administrator(AdministratorChange::EndFirst));
    }
    let words = format!("{} became {} by a link", user.username, invitation.role.as_str());
    unit.push(desk.event(AuditKind::AdministratorChanged).user(user.id()).detail(words).into());
    Ok(Effect { answer: user, changes: unit })
}

/// The links of these are good no more.
pub fn withdraw(invited: &[Invitation], desk: &mut Desk<'_>) -> Verdict<()> {
    desk.allow(Noun::Administrator, Act::Remove, Subject { realm: Some(REALM_ID), ..Subject::default() })?;
    let mut changes = Vec::new();
    for invitation in invited {
        changes.push(Change::Administrator(AdministratorChange::UseInvitation { id: invitation.id, at: desk.now }));
        let words = format!("{} is not invited any more", invitation.email.as_deref().unwrap_or_default());
        changes.push(desk.event(AuditKind::AdministratorChanged).detail(words).into());
    }
    Ok(Effect { answer: (), changes })
}
