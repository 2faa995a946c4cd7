//! Which people and API users can be.

use jeton_oauth::{
    login_name::LoginName,
    model::{AccountKind, User},
};

use super::{Scene, is_line, owner};
use crate::{entry::UserEntry, fault::Faults};

pub(super) fn check(scene: &Scene<'_>, faults: &mut Faults) {
    for (index, entry) in scene.entry.users.iter().enumerate() {
        let Some(login) = LoginName::fold(&entry.username.value) else {
            faults.add(
                entry.username.at,
                format!("{:?} cannot be a user name", entry.username.value),
                "write 1 to 255 bytes without control characters",
            );
            continue;
        };
        let stored = scene.held.user_named(&login);
        username(scene, entry, index, &login, faults);
        if !entry.sound {
            continue;
        }
        email(scene, entry, index, stored, faults);
        fixed(scene, entry, index, stored, faults);
        owner(scene, entry.owner.as_ref(), faults);
        for (key, said) in [("type", &entry.user_type)] {
            if let Some(text) = said
                && !is_line(&text.value)
            {
                faults.add(text.at, format!("`{key}` cannot be {:?}", text.value), "write one line of 1 to 255 bytes");
            }
        }
    }
}

fn username(scene: &Scene<'_>, entry: &UserEntry, index: usize, login: &LoginName, faults: &mut Faults) {
    let at = entry.username.at;
    if let Some(other) = scene.names.usernames.get(login).filter(|first| **first < index).map(|first| &scene.entry.users[*first]) {
        faults.add(
            at,
            format!("the user name {:?} is taken: {:?} is the same to somebody who signs in", entry.username.value, other.username.value),
            "keep one of the two, or choose another name",
        );
    }
    if let Some(other) = scene.held.user_with_address(login)
        && LoginName::fold(&other.username).as_ref() != Some(login)
    {
        faults.add(
            at,
            format!("{:?} is the verified e-mail address of {:?}", entry.username.value, other.username),
            "choose another user name",
        );
    }
}

fn email(scene: &Scene<'_>, entry: &UserEntry, index: usize, stored: Option<&User>, faults: &mut Faults) {
    if let Some(verified) = &entry.email_verified
        && verified.value
        && entry.email.is_none()
        && stored.is_none_or(|stored| stored.email.is_none())
    {
        faults.add(verified.at, "there is no address that could be verified", "write email = \"…\" too");
    }
    let Some(email) = &entry.email else { return };
    if !is_address(&email.value) {
        faults.add(email.at, format!("{:?} cannot be an e-mail address", email.value), "write it like ann@example.com");
        return;
    }
    let Some(folded) = LoginName::fold(&email.value).filter(|_| entry.email_verified.as_ref().is_some_and(|verified| verified.value))
    else {
        return;
    };
    let own = LoginName::fold(&entry.username.value);
    let earlier = |first: &&usize| **first < index;
    let in_files = scene.names.usernames.get(&folded).filter(earlier).or_else(|| scene.names.addresses.get(&folded).filter(earlier));
    let in_files = in_files.map(|first| &scene.entry.users[*first]);
    let stored = [scene.held.user_with_address(&folded), scene.held.user_named(&folded)]
        .into_iter()
        .flatten()
        .find(|other| LoginName::fold(&other.username) != own);
    // Somebody whom the files name too may be giving the address up in the same unit.
    let gives_up = |other: &&User| {
        let named = LoginName::fold(&other.username).and_then(|name| scene.names.usernames.get(&name).copied());
        named.is_some_and(|index| scene.entry.users[index].email.is_some())
    };
    let stored = stored.filter(|other| !gives_up(other));
    if let Some(other) = in_files.map(|other| &other.username.value).or(stored.map(|other| &other.username)) {
        faults.add(
            email.at,
            format!("{:?} signs in with {:?} already", other, email.value),
            "one address signs in one account: choose another, or leave email_verified out",
        );
    }
}

/// What never changes once an account is made.
fn fixed(scene: &Scene<'_>, entry: &UserEntry, index: usize, stored: Option<&User>, faults: &mut Faults) {
    if let Some(stored) = stored
        && stored.account.kind != entry.kind
    {
        let (is, instead) = match stored.account.kind {
            AccountKind::Person => ("a person", "write [[user]]"),
            AccountKind::ApiUser => ("an API user", "write [[api_user]]"),
        };
        faults.add(
            entry.username.at,
            format!("{:?} is {is} already", entry.username.value),
            format!("{instead}, or choose another user name"),
        );
    }
    if let Some(sub) = &entry.sub {
        subject(scene, entry, index, &sub.value, stored, faults);
    }
    if let Some(number) = &entry.number {
        if number.value < 1 {
            faults.add(
                number.at,
                format!("`number` cannot be {}", number.value),
                "write a whole number from 1, or leave it out for the next free one",
            );
        }
        if let Some(stored) = stored
            && stored.account.number != number.value
        {
            faults.add(
                number.at,
                format!("{:?} has the number {} and keeps it", entry.username.value, stored.account.number),
                format!("write number = {}, or remove the line", stored.account.number),
            );
        }
        let taken = scene.names.numbers.get(&number.value).is_some_and(|first| *first < index);
        let taken_by_stored = scene
            .held
            .user_with_number(number.value)
            .is_some_and(|other| LoginName::fold(&other.username) != LoginName::fold(&entry.username.value));
        if taken || taken_by_stored {
            faults.add(
                number.at,
                format!("another account has the number {}", number.value),
                "choose another, or leave it out for the next free one",
            );
        }
    }
}

fn subject(scene: &Scene<'_>, entry: &UserEntry, index: usize, sub: &str, stored: Option<&User>, faults: &mut Faults) {
    let at = entry.sub.as_ref().map_or(entry.username.at, |sub| sub.at);
    if sub.is_empty() || sub.len() > 255 || !sub.bytes().all(|byte| matches!(byte, 0x20..=0x7e)) {
        faults.add(
            at,
            format!("{sub:?} cannot be a `sub`"),
            "write 1 to 255 printable ASCII characters (OpenID Connect Core section 2), or leave it out",
        );
    }
    if let Some(stored) = stored
        && stored.account.sub != sub
    {
        faults.add(
            at,
            format!("{:?} has the `sub` {:?} and keeps it", entry.username.value, stored.account.sub),
            "remove the line: tokens and other people's databases know the account by it",
        );
    }
    let in_files = scene.names.subs.get(sub).is_some_and(|first| *first < index);
    let in_store =
        scene.held.user_with_sub(sub).is_some_and(|other| LoginName::fold(&other.username) != LoginName::fold(&entry.username.value));
    if in_files || in_store {
        faults.add(at, format!("another account has the `sub` {sub:?}"), "choose another, or leave it out");
    }
    if scene.names.clients.contains_key(sub) || scene.held.client(sub).is_some() {
        faults.add(
            at,
            format!("a client of this realm is named {sub:?}"),
            "choose another: a token's subject must not be taken for another",
        );
    }
}

/// Not the grammar of RFC 5322: one @ with something on both sides, and nothing that breaks a line.
fn is_address(text: &str) -> bool {
    let parts = text
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.'));
    parts && text.len() <= 254 && text.matches('@').count() == 1 && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}
