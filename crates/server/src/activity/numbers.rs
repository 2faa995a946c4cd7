//! Numbers to be written down: what was counted, added up for whom it is of and for how long.

use std::collections::HashMap;

use jeton_oauth::{
    Change, ClientKey, RealmId, Timestamp,
    activity::{Call, Count, Grain, Outcome, What, Whose},
    change::ActivityChange,
};

use super::entry::Minute;

#[derive(Default)]
pub struct Numbers(HashMap<(Whose, Grain, i64, What), u64>);

/// As many wait for a database that is away; more are lost.
const WAITING: usize = 200_000;

impl Numbers {
    /// A minute of a client, or of nobody who is known, in a realm: its hours, and the realm's and everybody's minutes and hours.
    pub fn minute(&mut self, realm: RealmId, client: Option<ClientKey>, minute: &Minute) {
        let at = Timestamp::from_millis(minute.number * Grain::Minute.millis());
        let answered = Call::ALL.iter().zip(minute.answered).map(|(call, times)| (*call, Outcome::Answered, times));
        let refused = minute.refused.iter().map(|(call, reason, times)| (*call, Outcome::Refused(*reason), *times));
        for (call, outcome, times) in answered.chain(refused).filter(|(_, _, times)| *times > 0) {
            let what = What::Call(call, outcome);
            if let Some(client) = client {
                self.add(Whose::Client(realm, client), Grain::Hour, at, what, times.into());
            }
            for whose in [Whose::Realm(realm), Whose::Everybody] {
                self.add(whose, Grain::Minute, at, what, times.into());
                self.add(whose, Grain::Hour, at, what, times.into());
            }
        }
    }

    pub fn add(&mut self, whose: Whose, grain: Grain, at: Timestamp, what: What, times: u64) {
        let key = (whose, grain, grain.begin(at).as_millis(), what);
        if let Some(known) = self.0.get_mut(&key) {
            *known += times;
        } else if self.0.len() < WAITING {
            self.0.insert(key, times);
        }
    }

    /// Adds what could not be written.
    pub fn put_back(&mut self, changes: &[Change]) {
        for change in changes {
            if let Change::Activity(ActivityChange::Count(count)) = change {
                self.add(count.whose, count.grain, count.began_at, count.what, count.times);
            }
        }
    }

    /// In one order on every node, so that none waits for another in a circle.
    pub fn take(&mut self) -> Vec<Change> {
        let mut numbers: Vec<_> = std::mem::take(&mut self.0).into_iter().collect();
        numbers.sort_unstable_by_key(|(key, _)| *key);
        let count = |((whose, grain, began_at, what), times)| {
            let began_at = Timestamp::from_millis(began_at);
            Change::Activity(ActivityChange::Count(Count { whose, grain, began_at, what, times }))
        };
        numbers.into_iter().map(count).collect()
    }
}
