//! What strangers cause is told, and told by aggregates: one audit event for whom, from where and why
//! in a quarter of an hour, with a number that rises.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jeton_oauth::{
    AuditId, Change, ClientKey, RealmId, Seconds, Timestamp, UserId,
    change::{AuditEvent, AuditKind, AuditRepeat},
};

use crate::proxies::Network;

/// Refusals that were told lately by this process.
#[derive(Default)]
pub struct Refusals(Mutex<Told>);

#[derive(Default)]
struct Told {
    events: HashMap<Key, Entry>,
    /// How many events each realm has in its present hour.
    hours: HashMap<RealmId, Hour>,
}

/// What is told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    realm: RealmId,
    kind: AuditKind,
    /// `None` where a realm's hour is full: then all of a kind are one.
    whom: Option<Whom>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Whom {
    user: Option<UserId>,
    client: Option<ClientKey>,
    network: Option<Network>,
}

struct Entry {
    id: AuditId,
    began_at: Timestamp,
    /// Since they were last written down.
    more: u32,
    last_at: Timestamp,
}

struct Hour {
    began_at: Timestamp,
    events: u32,
}

/// Events that a unit is about to write for the first time.
#[must_use]
pub struct First(Vec<Key>);

const WINDOW: Seconds = Seconds(900);
const HOUR: Seconds = Seconds(3600);
/// Events of one realm in an hour, on one node.
const OF_REALM: u32 = 500;
/// Events that are remembered at once, of all realms.
const REMEMBERED: usize = 50_000;

impl Refusals {
    /// Takes out of a unit what was told already; it is counted, and written by a job. What stays is to
    /// be written now.
    pub fn fold(&self, changes: &mut Vec<Change>) -> First {
        let mut first = First(Vec::new());
        if changes.iter().all(|change| refusal(change).is_none()) {
            return first;
        }
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        changes.retain_mut(|change| match change {
            Change::Audit(event) if event.kind.is_refusal() => told.is_first(event, &mut first),
            _ => true,
        });
        first
    }

    /// The unit was not written: whoever comes next is the first.
    pub fn unwritten(&self, first: &First) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &first.0 {
            told.events.remove(key);
        }
    }

    /// What was counted since this was last asked, to be written down.
    pub fn take(&self, now: Timestamp) -> Vec<Change> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let repeats = told.events.iter_mut().filter(|(_, entry)| entry.more > 0).map(|(key, entry)| {
            let repeat = AuditRepeat { realm: key.realm, id: entry.id, more: entry.more, last_at: entry.last_at };
            entry.more = 0;
            Change::AuditRepeat(repeat)
        });
        let repeats = repeats.collect();
        told.events.retain(|_, entry| is_within(entry.began_at, WINDOW, now));
        told.hours.retain(|_, hour| is_within(hour.began_at, HOUR, now));
        repeats
    }
}

impl Told {
    fn is_first(&mut self, event: &mut AuditEvent, first: &mut First) -> bool {
        let network = event.address.map(Network::around);
        let key = Key { realm: event.realm, kind: event.kind, whom: Some(Whom { user: event.user, client: event.client, network }) };
        if self.counted(key, event.at) {
            return false;
        }
        let hour = self.hours.entry(event.realm).or_insert(Hour { began_at: event.at, events: 0 });
        if !is_within(hour.began_at, HOUR, event.at) {
            *hour = Hour { began_at: event.at, events: 0 };
        }
        let key = if hour.events < OF_REALM && self.events.len() < REMEMBERED {
            hour.events += 1;
            key
        } else {
            let key = Key { whom: None, ..key };
            if self.counted(key, event.at) {
                return false;
            }
            // Its kind and its number are what is left to tell.
            let kept = AuditEvent { user: None, client: None, client_id: None, address: None, ..event.clone() };
            *event = kept.detail("too many to be told apart, of different accounts, applications or addresses");
            key
        };
        self.events.insert(key, Entry { id: event.id, began_at: event.at, more: 0, last_at: event.at });
        first.0.push(key);
        true
    }

    /// Whether it was told in this window, and is counted now.
    fn counted(&mut self, key: Key, at: Timestamp) -> bool {
        let Some(entry) = self.events.get_mut(&key).filter(|entry| is_within(entry.began_at, WINDOW, at)) else { return false };
        entry.more = entry.more.saturating_add(1);
        entry.last_at = at;
        true
    }
}

/// The refusal that a change writes down.
pub fn refusal(change: &Change) -> Option<&AuditEvent> {
    match change {
        Change::Audit(event) if event.kind.is_refusal() => Some(event),
        _ => None,
    }
}

/// A clock that was set back ends a window too.
fn is_within(began_at: Timestamp, length: Seconds, now: Timestamp) -> bool {
    began_at <= now && now < began_at + length
}

#[cfg(test)]
mod tests {
    use jeton_oauth::{
        AuditId, Change, RealmId, Seconds, Timestamp, UserId,
        change::{AuditEvent, AuditKind, AuditRepeat},
        manage::{Actor, Origin, Who},
    };
    use uuid::Uuid;

    use super::{OF_REALM, Refusals};

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const REALM: RealmId = RealmId(Uuid::nil());

    fn event(number: u32, kind: AuditKind, address: [u8; 4], at: Timestamp) -> Change {
        let by = Actor { who: Who::Stranger, from: Origin { address: Some(address.into()), ..Origin::default() } };
        AuditEvent::with_id(AuditId(Uuid::from_u128(number.into())), kind, &by, REALM, at).user(UserId(Uuid::nil())).into()
    }

    /// How many of these are written at once.
    fn written(refusals: &Refusals, mut changes: Vec<Change>) -> usize {
        let _ = refusals.fold(&mut changes);
        changes.len()
    }

    #[test]
    fn what_was_told_is_counted_and_told_anew_in_the_next_window() {
        let refusals = Refusals::default();
        let refused = |at| vec![event(1, AuditKind::PasswordRefused, [192, 0, 2, 7], at)];
        assert_eq!(written(&refusals, refused(NOW)), 1);
        assert_eq!(written(&refusals, refused(NOW + Seconds(5))), 0);
        assert_eq!(written(&refusals, refused(NOW + Seconds(6))), 0);
        let repeat = AuditRepeat { realm: REALM, id: AuditId(Uuid::from_u128(1)), more: 2, last_at: NOW + Seconds(6) };
        assert_eq!(refusals.take(NOW + Seconds(7)), [Change::AuditRepeat(repeat)]);
        assert_eq!(refusals.take(NOW + Seconds(8)), []);
        assert_eq!(written(&refusals, vec![event(2, AuditKind::PasswordRefused, [192, 0, 2, 8], NOW)]), 1, "another network");
        assert_eq!(written(&refusals, vec![event(3, AuditKind::AttemptsExceeded, [192, 0, 2, 7], NOW)]), 1, "another kind");
        assert_eq!(written(&refusals, refused(NOW + Seconds(900))), 1);
    }

    #[test]
    fn what_is_no_refusal_is_written_each_time() {
        let refusals = Refusals::default();
        for number in 0..3 {
            assert_eq!(written(&refusals, vec![event(number, AuditKind::SignedIn, [192, 0, 2, 7], NOW)]), 1);
        }
    }

    #[test]
    fn an_event_that_was_not_written_is_written_by_the_next() {
        let refusals = Refusals::default();
        let mut changes = vec![event(1, AuditKind::PasswordRefused, [192, 0, 2, 7], NOW)];
        let first = refusals.fold(&mut changes);
        refusals.unwritten(&first);
        assert_eq!(written(&refusals, changes), 1);
    }

    #[test]
    fn an_hour_of_a_realm_is_full_at_last_and_goes_on_as_one_number() {
        let refusals = Refusals::default();
        let from = |number: u32| {
            let [_, _, high, low] = number.to_be_bytes();
            vec![event(number, AuditKind::PasswordRefused, [10, 0, high, low], NOW)]
        };
        let all: usize = (0..OF_REALM + 100).map(|number| written(&refusals, from(number))).sum();
        assert_eq!(all, OF_REALM as usize + 1);
        let [Change::AuditRepeat(repeat)] = &refusals.take(NOW)[..] else { panic!("one is repeated") };
        assert_eq!((repeat.id, repeat.more), (AuditId(Uuid::from_u128(OF_REALM.into())), 99));
    }
}
