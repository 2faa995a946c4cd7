//! Developers who own a client together: one whom its row names, and others beside. Any of them does with it what
//! an owner may; the one who is named says who else owns it.

use super::verbs::{allow, updated};
use crate::{
    Change, Effect, Seconds, UserId,
    change::{AuditKind, ClientChange, DeveloperChange},
    login_name::LoginName,
    manage::{Act, Desk, Fault, Refusal, Verdict, Who, user::address_fault},
    model::{Client, ClientInvitation, User},
};

/// An invitation waits for so long.
const INVITED: Seconds = Seconds(14 * 86_400);
/// Others who own a client, and invitations that wait: with more, nobody knows any more who did what.
pub const MOST_CO_DEVELOPERS: usize = 20;

/// As whom a person acts on a client; `None` where it is not theirs. `together`: they own it beside the one whom
/// its row names.
pub fn developer_of(client: &Client, person: UserId, together: bool) -> Option<Who> {
    match client.owner {
        Some(owner) if owner == person => Some(Who::Developer(person)),
        _ => together.then_some(Who::CoDeveloper { user: person, shares: client.key.0 }),
    }
}

/// Whoever has this address, and proved it, may own the client too. `waiting`: those who own it beside, and those who
/// are invited.
pub fn invite(client: &Client, email: &str, waiting: usize, desk: &mut Desk<'_>) -> Verdict<ClientInvitation> {
    allow(client, Act::Change, desk)?;
    let Some(invited_by) = person(desk) else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    let folded = match (address_fault(email), LoginName::fold(email)) {
        (None, Some(folded)) => folded.as_str().to_owned(),
        (Some(fault), _) => return Err(Refusal::from(fault).into()),
        (None, None) => {
            return Err(Refusal::from(Fault::new("email", "this cannot be an e-mail address", "write it like ann@example.com")).into());
        }
    };
    if waiting >= MOST_CO_DEVELOPERS {
        let words = format!("an application has at most {MOST_CO_DEVELOPERS} developers besides its owner; take one away first");
        return Err(Refusal::Conflict(words).into());
    }
    let invitation = ClientInvitation {
        client: client.key,
        realm: client.realm,
        email: folded,
        invited_by,
        created_at: desk.now,
        expires_at: desk.now + INVITED,
    };
    let words = format!("{}: {} invited by {}", client.id, invitation.email, desk.by.who.words());
    let event = desk.event(AuditKind::ClientChanged).about_client(client).detail(words);
    let changes = vec![Change::Developer(DeveloperChange::Invite(invitation.clone())), event.into()];
    Ok(Effect { answer: invitation, changes })
}

/// Takes an invitation back. Asking twice is asking once.
pub fn uninvite(client: &Client, email: &str, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(client, Act::Change, desk)?;
    let words = format!("{}: the invitation of {email} withdrawn by {}", client.id, desk.by.who.words());
    let event = desk.event(AuditKind::ClientChanged).about_client(client).detail(words);
    let (realm, key) = (client.realm, client.key);
    let changes = vec![Change::Developer(DeveloperChange::Uninvite { realm, client: key, email: email.to_owned() }), event.into()];
    Ok(Effect { answer: (), changes })
}

/// Whether an invitation is this person's: its address is theirs, and proven.
pub fn is_invited(invitation: &ClientInvitation, person: &User) -> bool {
    let own = person.email.as_ref().filter(|email| email.verified).and_then(|email| LoginName::fold(&email.address));
    own.is_some_and(|own| own.as_str() == invitation.email)
}

/// A developer who was invited owns the client too. Guard: the invitation is there.
pub fn join(client: &Client, invitation: Option<&ClientInvitation>, person: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    let is_theirs = |invitation: &&ClientInvitation| {
        invitation.client == client.key && desk.now < invitation.expires_at && is_invited(invitation, person)
    };
    if desk.by.who != Who::Developer(person.id()) || !person.is_developer(&desk.realm.settings) {
        return Err(Refusal::Forbidden(desk.by.who.words()).into());
    }
    let gone = || Refusal::NotFound("this invitation was taken back, or has ended".to_owned());
    let email = invitation.filter(is_theirs).ok_or_else(gone)?.email.clone();
    let (realm, key) = (client.realm, client.key);
    if client.owner == Some(person.id()) {
        return Ok(Effect { answer: (), changes: vec![Change::Developer(DeveloperChange::Uninvite { realm, client: key, email })] });
    }
    let words = format!("{}: {} owns it too, as they were invited to", client.id, person.username);
    let event = desk.event(AuditKind::ClientChanged).about_client(client).user(person.id()).detail(words);
    let change = DeveloperChange::Join { realm, client: key, user: person.id(), email, at: desk.now };
    Ok(Effect { answer: (), changes: vec![Change::Developer(change), event.into()] })
}

/// A person declines an invitation of theirs.
pub fn decline(invitation: &ClientInvitation, person: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    if desk.by.who != Who::Developer(person.id()) || !is_invited(invitation, person) {
        return Err(Refusal::Forbidden(desk.by.who.words()).into());
    }
    let change = DeveloperChange::Uninvite { realm: invitation.realm, client: invitation.client, email: invitation.email.clone() };
    let event = desk.event(AuditKind::ClientChanged).client(invitation.client).detail("an invitation declined");
    Ok(Effect { answer: (), changes: vec![Change::Developer(change), event.into()] })
}

/// Whoever acts owns the client no more. Where its row names them, the one who owns it beside them for the longest
/// takes their place; the last one stays. `others`: who owns it beside, the longest first. API users go along.
pub fn leave(client: &Client, others: &[UserId], desk: &mut Desk<'_>) -> Verdict<()> {
    allow(client, Act::Change, desk)?;
    let Some(me) = person(desk) else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    if let Some(owner) = client.owner.filter(|owner| *owner != me) {
        return Ok(gone_from(client, me, owner, desk));
    }
    let Some(heir) = others.iter().copied().find(|other| *other != me) else {
        let words = "you are its only developer; delete the application, or invite somebody first";
        return Err(Refusal::Conflict(words.to_owned()).into());
    };
    Ok(named(client, me, heir, desk))
}

/// The client, and what belongs to it, is somebody else's who owns it beside already.
pub fn hand_over(client: &Client, others: &[UserId], to: UserId, desk: &mut Desk<'_>) -> Verdict<()> {
    let me = its_owner(client, desk)?;
    if !others.contains(&to) {
        return Err(nobody_such().into());
    }
    Ok(named(client, me, to, desk))
}

/// Somebody owns the client beside no more, by the word of the one whom its row names.
pub fn dismiss(client: &Client, others: &[UserId], who: UserId, desk: &mut Desk<'_>) -> Verdict<()> {
    let me = its_owner(client, desk)?;
    if !others.contains(&who) {
        return Err(nobody_such().into());
    }
    Ok(gone_from(client, who, me, desk))
}

fn named(client: &Client, from: UserId, to: UserId, desk: &mut Desk<'_>) -> Effect<()> {
    let mut changed = Client { owner: Some(to), ..client.clone() };
    let mut changes = updated(&mut changed, "handed over", desk);
    let (realm, key) = (client.realm, client.key);
    changes.push(Change::Developer(DeveloperChange::Leave { realm, client: key, user: from, heir: to }));
    changes.push(Change::Developer(DeveloperChange::Leave { realm, client: key, user: to, heir: to }));
    Effect { answer: (), changes }
}

fn gone_from(client: &Client, who: UserId, heir: UserId, desk: &mut Desk<'_>) -> Effect<()> {
    let words = format!("{}: somebody owns it no more, by {}", client.id, desk.by.who.words());
    let event = desk.event(AuditKind::ClientChanged).about_client(client).user(who).detail(words);
    let change = DeveloperChange::Leave { realm: client.realm, client: client.key, user: who, heir };
    Effect { answer: (), changes: vec![Change::Developer(change), event.into()] }
}

fn its_owner(client: &Client, desk: &Desk<'_>) -> Result<UserId, Refusal> {
    allow(client, Act::Change, desk)?;
    person(desk).filter(|me| client.owner == Some(*me)).ok_or(Refusal::Forbidden("a developer who does not own it by name"))
}

fn person(desk: &Desk<'_>) -> Option<UserId> {
    match desk.by.who {
        Who::Developer(user) | Who::CoDeveloper { user, .. } => Some(user),
        _ => None,
    }
}

fn nobody_such() -> Refusal {
    Refusal::NotFound("nobody of this name owns the application".to_owned())
}

/// What a developer does is done only where they still own the client.
pub fn still_theirs(client: &Client, person: UserId) -> Change {
    Change::Developer(DeveloperChange::Require { realm: client.realm, client: client.key, user: person })
}

/// Live secrets that a developer's client has at most: one in use, and one that programs are moved to.
pub const MOST_SECRETS: usize = 2;

/// Another secret beside the one that lives, for a developer who saw this version of the client.
pub fn add_second_secret(client: &Client, desk: &mut Desk<'_>) -> Verdict<super::SecretAdded> {
    if client.live_secrets(desk.now).count() >= MOST_SECRETS {
        let words = "the application has two secrets; remove the older one before you add another";
        return Err(Refusal::Conflict(words.to_owned()).into());
    }
    let mut effect = super::add_secret(client, None, super::OldSecrets::Stay, desk)?;
    // Of two requests at once the second looks again.
    effect.changes.insert(0, Change::Client(ClientChange::Update(client.clone())));
    Ok(effect)
}
