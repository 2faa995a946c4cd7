//! Developers who own a client together: one whom its row names, and others beside. Any of them does with it what
//! an owner may; the one who is named says who else owns it.

use super::verbs::{allow, updated};
use crate::{
    Change, ClientSecretId, Effect, Seconds, Timestamp, UserId,
    change::{AuditKind, ClientChange, DeveloperChange},
    login_name::LoginName,
    manage::{Act, Desk, Fault, Refusal, Verdict, Who, user::address_fault},
    model::{Client, ClientInvitation, ClientSecret, User},
    settings::Settings,
};

/// An invitation waits for so long.
const INVITED: Seconds = Seconds(14 * 86_400);
/// Others who own a client, and invitations that wait: with more, nobody knows any more who did what.
pub const MOST_CO_DEVELOPERS: u32 = 20;

/// As whom a person acts on a client; `None` where it is not theirs. `together`: they own it beside the one whom
/// its row names.
pub fn developer_of(client: &Client, person: UserId, together: bool) -> Option<Who> {
    match client.owner {
        Some(owner) if owner == person => Some(Who::Developer(person)),
        _ => together.then_some(Who::CoDeveloper { user: person, shares: client.key.0 }),
    }
}

/// Somebody who owns a client beside the one whom its row names, and might own it in their place.
#[derive(Clone, Copy, Debug)]
pub struct Heir<'a> {
    /// Who.
    pub user: &'a User,
    /// How many clients carry their name already.
    pub applications: u32,
    /// How many API users do.
    pub api_users: u32,
}

impl Heir<'_> {
    /// Whether the client may carry their name: the realm lets them make such, and they have room for it and for
    /// those of its API users that come along.
    pub fn may_inherit(&self, coming: u32, settings: &Settings) -> bool {
        let room = self.applications < settings.applications_per_developer;
        let beds = coming == 0 || self.api_users.saturating_add(coming) <= settings.api_users_per_developer;
        self.user.is_developer(settings) && room && beds
    }
}

/// What a look finds for an invitation.
pub struct Invited<'a> {
    /// Invitations that wait.
    pub waiting: usize,
    /// Who owns the client beside the one whom its row names.
    pub others: &'a [UserId],
    /// Whose address it is, if anybody's.
    pub user: Option<UserId>,
}

/// Whoever has this address, and proved it, may own the client too. Only the one whom its row names invites: whom they
/// took away would come back otherwise.
pub fn invite(client: &Client, email: &str, found: &Invited<'_>, desk: &mut Desk<'_>) -> Verdict<ClientInvitation> {
    let invited_by = its_owner(client, desk)?;
    let folded = match (address_fault(email), LoginName::fold(email)) {
        (None, Some(folded)) => folded.as_str().to_owned(),
        (Some(fault), _) => return Err(Refusal::from(fault).into()),
        (None, None) => {
            return Err(Refusal::from(Fault::new("email", "this cannot be an e-mail address", "write it like ann@example.com")).into());
        }
    };
    if found.user.is_some_and(|user| client.owner == Some(user) || found.others.contains(&user)) {
        return Err(Refusal::from(Fault::new("email", "this person owns the application already", "invite somebody else")).into());
    }
    if found.waiting + found.others.len() >= MOST_CO_DEVELOPERS as usize {
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
    let written = DeveloperChange::Invite { invitation: invitation.clone(), most: MOST_CO_DEVELOPERS };
    let changes = vec![Change::Developer(written), event.into()];
    Ok(Effect { answer: invitation, changes })
}

/// Takes an invitation back. Asking twice is asking once.
pub fn uninvite(client: &Client, email: &str, desk: &mut Desk<'_>) -> Verdict<()> {
    its_owner(client, desk)?;
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

/// A developer who was invited, by the one whom the client's row names, owns it too. Guard: the invitation is there.
pub fn join(client: &Client, invitation: Option<&ClientInvitation>, person: &User, desk: &mut Desk<'_>) -> Verdict<()> {
    let is_theirs = |invitation: &&ClientInvitation| {
        let stands = client.owner == Some(invitation.invited_by) && desk.now < invitation.expires_at;
        invitation.client == client.key && stands && is_invited(invitation, person)
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

/// What a look finds where somebody leaves a client, or hands it over.
pub struct Together<'a> {
    /// Who owns it beside the one whom its row names, the longest first.
    pub others: &'a [Heir<'a>],
    /// Whether the account of the one whom its row names is there still.
    pub owner_stays: bool,
    /// How many of its API users carry the name of whoever acts.
    pub coming: u32,
}

impl Together<'_> {
    /// Who takes the place of the one whom the client's row names: whoever owns it the longest, of those who may.
    pub fn heir(&self, but: UserId, settings: &Settings) -> Option<&Heir<'_>> {
        self.others.iter().find(|other| other.user.id() != but && other.may_inherit(self.coming, settings))
    }
}

/// Whoever acts owns the client no more. Where its row names them, another takes their place ([`Together::heir`]); the
/// last one stays. API users go along.
pub fn leave(client: &Client, found: &Together<'_>, desk: &mut Desk<'_>) -> Verdict<()> {
    allow(client, Act::Change, desk)?;
    let Some(me) = person(desk) else { return Err(Refusal::Forbidden(desk.by.who.words()).into()) };
    let alone = !found.others.iter().any(|other| other.user.id() != me);
    if client.owner != Some(me) {
        if alone && !found.owner_stays {
            return Err(last_one().into());
        }
        return Ok(gone_from(client, me, client.owner, desk));
    }
    if alone {
        return Err(last_one().into());
    }
    let Some(heir) = found.heir(me, &desk.realm.settings) else {
        let words = "none of its other developers may own it: they are no developers here any more, or own as much as one may";
        return Err(Refusal::Conflict(words.to_owned()).into());
    };
    named(client, me, heir, found.coming, desk).map_err(Into::into)
}

/// The client, and what belongs to it, is somebody else's who owns it beside already.
pub fn hand_over(client: &Client, found: &Together<'_>, to: UserId, desk: &mut Desk<'_>) -> Verdict<()> {
    let me = its_owner(client, desk)?;
    let heir = found.others.iter().find(|other| other.user.id() == to).ok_or_else(nobody_such)?;
    if !heir.may_inherit(found.coming, &desk.realm.settings) {
        let words = "they cannot own it: they are no developer here any more, or own as much as one may";
        return Err(Refusal::Conflict(words.to_owned()).into());
    }
    named(client, me, heir, found.coming, desk).map_err(Into::into)
}

/// Somebody owns the client beside no more, by the word of the one whom its row names.
pub fn dismiss(client: &Client, others: &[UserId], who: UserId, desk: &mut Desk<'_>) -> Verdict<()> {
    let me = its_owner(client, desk)?;
    if !others.contains(&who) {
        return Err(nobody_such().into());
    }
    Ok(gone_from(client, who, Some(me), desk))
}

/// Guards: the heir is active and owns it beside still, and has room for it, and for what comes along.
fn named(client: &Client, from: UserId, heir: &Heir<'_>, coming: u32, desk: &mut Desk<'_>) -> Result<Effect<()>, Refusal> {
    let (realm, key, to) = (client.realm, client.key, heir.user.id());
    let mut changed = Client { owner: Some(to), ..client.clone() };
    let mut changes = vec![room_for_one_more(to, heir.applications, desk)?];
    changes.push(Change::Developer(DeveloperChange::Promote { realm, client: key, user: to }));
    changes.extend(updated(&mut changed, "handed over", desk));
    changes.push(Change::Developer(DeveloperChange::Leave { realm, client: key, user: from, heir: Some(to) }));
    if coming > 0 {
        // They are theirs by now.
        let limit = desk.realm.settings.api_users_per_developer.saturating_add(1);
        changes.push(Change::Developer(DeveloperChange::RequireRoomForApiUser { realm, user: to, limit }));
    }
    Ok(Effect { answer: (), changes })
}

/// A client more in a developer's name: the guard that there is room. `owned`: how many carry it already.
pub(in crate::manage) fn room_for_one_more(developer: UserId, owned: u32, desk: &Desk<'_>) -> Result<Change, Refusal> {
    let limit = desk.realm.settings.applications_per_developer;
    if owned >= limit {
        return Err(Refusal::Conflict(format!("you own {limit} applications, as many as one may here; delete one first")));
    }
    Ok(Change::Developer(DeveloperChange::RequireRoomForClient { realm: desk.realm_id(), user: developer, limit }))
}

fn gone_from(client: &Client, who: UserId, heir: Option<UserId>, desk: &mut Desk<'_>) -> Effect<()> {
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

fn last_one() -> Refusal {
    Refusal::Conflict("you are its only developer; delete the application, or invite somebody first".to_owned())
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

/// Whether a secret goes only once the client's name was typed: programs use it, or nothing else would prove the client.
/// `used`: when it proved it last.
pub fn asks_for_its_name(client: &Client, secret: &ClientSecret, used: Option<Timestamp>, now: Timestamp) -> bool {
    let last = !client.live_secrets(now).any(|other| other.id != secret.id);
    secret.is_live(now) && (last || used.is_some())
}

/// A developer's secret goes. `typed`: the client's name, where it has to be typed ([`asks_for_its_name`]). Of two at once
/// the second looks again: its own may be the last by then.
pub fn remove_secret_of_developer(
    client: &Client,
    secret: ClientSecretId,
    used: Option<Timestamp>,
    typed: Option<&str>,
    desk: &mut Desk<'_>,
) -> Verdict<Client> {
    let mut effect = super::remove_secret(client, secret, desk)?;
    let asks = client.secrets.iter().any(|own| own.id == secret && asks_for_its_name(client, own, used, desk.now));
    if asks && typed.map(str::trim) != Some(client.title().trim()) {
        return Err(Refusal::from(Fault::new("confirm", "this is not its name", "write the name of the application")).into());
    }
    effect.changes.insert(0, Change::Client(ClientChange::Update(client.clone())));
    Ok(effect)
}
