//! What a change makes caches forget, here at once and in every other process by polling.

use std::{
    collections::{BTreeMap, btree_map::OccupiedEntry},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jeton_oauth::{
    AuthorizationId, Change, ClientKey, KeyId, RealmId, Timestamp, UserId,
    change::{AccessTokenChange, AuthorizationChange, ClientChange, KeyChange, PersonalAccessTokenChange, RealmChange, UserChange},
    model::{Client, Key, RealmConfig, User},
};
use uuid::Uuid;

use crate::{
    StoreError,
    cache::Caches,
    deaths::Deaths,
    row::Fields,
    statement::{Statement, values},
};

/// Something that changed: forget what is remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noticed {
    /// Changes were missed, or the process was asleep for long: forget all.
    Everything,
    /// Settings, status or not-before.
    Realm(RealmId),
    /// The client, one of its secrets, or its not-before.
    Client(RealmId, ClientKey),
    /// The signing key: made, rotated, retired or removed.
    Key(RealmId, KeyId),
    /// The user, their password or not-before, or all of their authorizations.
    User(RealmId, UserId),
    /// Revoked.
    Authorization(RealmId, AuthorizationId),
    /// The `jti` of a JWT that was revoked, or the id of an opaque token that was; or of a personal
    /// one, that was revoked or made anew.
    AccessToken(RealmId, Uuid),
}

/// Longer than any transaction may last: ids are handed out in it and seen after it. A missing id is
/// waited for so long, even if its COMMIT waits for a standby; most were of units that failed.
const OVERLAP: Duration = Duration::from_secs(60);

impl Noticed {
    /// What `change` makes stale. Marks (`…Used`, `Seen`) and what nobody caches make nothing so.
    pub(crate) fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Realm(RealmChange::Create(RealmConfig { id, .. }) | RealmChange::Update(RealmConfig { id, .. })) => {
                Some(Self::Realm(*id))
            }
            Change::Realm(RealmChange::RaiseNotBefore { realm, .. } | RealmChange::Delete { realm }) => Some(Self::Realm(*realm)),
            Change::Client(
                ClientChange::Create(Client { realm, key: client, .. }) | ClientChange::Update(Client { realm, key: client, .. }),
            )
            | Change::Client(
                ClientChange::AddSecret { realm, client, .. }
                | ClientChange::RemoveSecret { realm, client, .. }
                | ClientChange::UpgradeSecret { realm, client, .. }
                | ClientChange::RaiseNotBefore { realm, client, .. }
                | ClientChange::Delete { realm, client },
            ) => Some(Self::Client(*realm, *client)),
            Change::User(UserChange::Update(User { realm, account, .. })) => Some(Self::User(*realm, account.id)),
            Change::User(
                UserChange::SetPassword { realm, user, .. }
                | UserChange::RaiseNotBefore { realm, user, .. }
                | UserChange::Delete { realm, user },
            )
            | Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, .. }) => Some(Self::User(*realm, *user)),
            Change::Authorization(AuthorizationChange::Revoke { realm, id, .. }) => Some(Self::Authorization(*realm, *id)),
            Change::AccessToken(AccessTokenChange::RevokeJti { realm, jti, .. }) => Some(Self::AccessToken(*realm, *jti)),
            Change::AccessToken(AccessTokenChange::Delete { realm, id }) => Some(Self::AccessToken(*realm, id.0)),
            Change::PersonalAccessToken(
                PersonalAccessTokenChange::Regenerate { realm, id, .. } | PersonalAccessTokenChange::Revoke { realm, id, .. },
            ) => Some(Self::AccessToken(*realm, id.0)),
            Change::Key(KeyChange::Create(Key { realm, id, .. })) => Some(Self::Key(*realm, *id)),
            Change::Key(
                KeyChange::Activate { realm, key, .. }
                | KeyChange::Revoke { realm, key, .. }
                | KeyChange::Promise { realm, key, .. }
                | KeyChange::Delete { realm, key }
                | KeyChange::Rewrap { realm, key, .. },
            ) => Some(Self::Key(*realm, *key)),
            // Whatever realms speak it, and whatever keys they have: it is seldom.
            Change::Dialect(_) => Some(Self::Everything),
            Change::Client(ClientChange::SecretUsed { .. })
            | Change::User(UserChange::Create(_) | UserChange::RequirePassword { .. } | UserChange::UpgradePassword { .. })
            | Change::Authorization(
                AuthorizationChange::Create(_)
                | AuthorizationChange::Rotate { .. }
                | AuthorizationChange::Trim { .. }
                | AuthorizationChange::Leave { .. },
            )
            | Change::AccessToken(AccessTokenChange::Create(_))
            | Change::Code(_)
            | Change::PersonalAccessToken(
                PersonalAccessTokenChange::Create { .. }
                | PersonalAccessTokenChange::Used { .. }
                | PersonalAccessTokenChange::Remind { .. },
            )
            | Change::Session(_)
            | Change::PendingRequest(_)
            | Change::Link(_)
            | Change::Factor(_)
            | Change::Mail(_)
            | Change::Consent(_)
            | Change::Attempt(_)
            | Change::AuditRepeat(_)
            | Change::Administrator(_)
            | Change::Answer(_)
            | Change::Realm(RealmChange::ServeAt { .. })
            | Change::Registration(_)
            | Change::Developer(_)
            | Change::Audit(_)
            | Change::Activity(_) => None,
        }
    }

    pub(crate) fn statement(self, now: Timestamp) -> Statement<'static> {
        let (realm, kind, target) = match self {
            Self::Everything => (Uuid::nil(), "everything", Uuid::nil()),
            Self::Realm(realm) => (realm.0, "realm", realm.0),
            Self::Client(realm, client) => (realm.0, "client", client.0),
            Self::Key(realm, key) => (realm.0, "key", key.0),
            Self::User(realm, user) => (realm.0, "user", user.0),
            Self::Authorization(realm, authorization) => (realm.0, "authorization", authorization.0),
            Self::AccessToken(realm, token) => (realm.0, "access_token", token),
        };
        Statement::free("INSERT INTO changes (realm_id, kind, target_id, at) VALUES (?1, ?2, ?3, ?4)", values![realm, kind, target, now])
    }

    /// A kind that this program does not know was written by a newer one: forget all.
    fn read(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let realm = fields.id(RealmId)?;
        let kind = fields.text()?;
        let target = fields.id(|id| id)?;
        Ok(match kind {
            "realm" => Self::Realm(realm),
            "client" => Self::Client(realm, ClientKey(target)),
            "key" => Self::Key(realm, KeyId(target)),
            "user" => Self::User(realm, UserId(target)),
            "authorization" => Self::Authorization(realm, AuthorizationId(target)),
            "access_token" => Self::AccessToken(realm, target),
            _ => Self::Everything,
        })
    }
}

/// Rows of the change table after `?1`, in order, [`PAGE`] at most.
pub(crate) const CHANGES_AFTER: &str = "SELECT id, realm_id, kind, target_id FROM changes WHERE id > ?1 ORDER BY id LIMIT ?2";
/// However many there are, each look at them is short.
pub(crate) const PAGE: u32 = 1000;
/// The oldest that is still there; the newest is never swept, so there is one unless nothing ever changed.
pub(crate) const OLDEST_CHANGE: &str = "SELECT min(id) FROM changes";

/// A row of [`CHANGES_AFTER`].
pub(crate) fn read_change(fields: &mut Fields<'_>) -> Result<(i64, Noticed), StoreError> {
    Ok((fields.int()?, Noticed::read(fields)?))
}

/// How far the change table has been read.
pub(crate) struct Poll {
    /// Every change up to here was noticed, and none can appear below it any more.
    settled: i64,
    /// Those above, and when they were noticed.
    seen: BTreeMap<i64, Instant>,
}

impl Poll {
    /// Begins after `settled` and `seen`: nothing older can be in a cache that is still empty.
    pub fn new(settled: i64, seen: impl IntoIterator<Item = i64>) -> Self {
        let now = Instant::now();
        Self { settled, seen: seen.into_iter().map(|id| (id, now)).collect() }
    }

    pub fn settled(&self) -> i64 {
        self.settled
    }

    /// Whether rows were swept that were never read here, if `oldest` is the first that is left.
    pub fn missed(&self, oldest: Option<i64>) -> bool {
        let newest_seen = self.seen.last_key_value().map_or(self.settled, |(id, _)| *id);
        oldest.is_some_and(|oldest| oldest > newest_seen + 1)
    }

    /// Tells what is new in a page that a poll read at `now`, takes the page as seen, and says what was
    /// told. Every row that another poll has taken meanwhile is left out; if telling panics, nothing is taken.
    pub fn take(&mut self, rows: &[(i64, Noticed)], now: Instant, tell: impl FnOnce(&[Noticed])) -> Vec<Noticed> {
        // It is read again by every poll until it is settled.
        let is_new = |(id, _): &&(i64, Noticed)| *id > self.settled && !self.seen.contains_key(id);
        let (ids, noticed): (Vec<i64>, Vec<Noticed>) = rows.iter().filter(is_new).copied().unzip();
        tell(&noticed);
        // When it was first seen counts.
        self.seen.extend(ids.into_iter().map(|id| (id, now)));
        let settled = |entry: &OccupiedEntry<'_, i64, Instant>, before: i64| {
            *entry.key() == before + 1 || now.saturating_duration_since(*entry.get()) > OVERLAP
        };
        while let Some(entry) = self.seen.first_entry().filter(|entry| settled(entry, self.settled)) {
            self.settled = *entry.key();
            entry.remove();
        }
        noticed
    }
}

type Subscriber = Box<dyn Fn(&[Noticed]) + Send + Sync>;

/// Tells the caches of this process what changed, before anybody hears that it was committed.
#[derive(Default)]
pub(crate) struct Announcer {
    pub caches: Caches,
    /// Shared with the threads and tasks that it counts.
    pub deaths: Arc<Deaths>,
    subscribers: RwLock<Vec<Subscriber>>,
}

impl Announcer {
    pub fn subscribe(&self, subscriber: Subscriber) {
        self.subscribers.write().unwrap_or_else(PoisonError::into_inner).push(subscriber);
    }

    pub fn announce(&self, noticed: &[Noticed]) {
        if noticed.is_empty() {
            return;
        }
        for one in noticed {
            self.caches.forget(*one);
        }
        for subscriber in self.subscribers.read().unwrap_or_else(PoisonError::into_inner).iter() {
            let told = self.deaths.survive("a cache of this server", || subscriber(noticed));
            // It may remember what is over: it forgets all, or this process must not go on.
            if told.is_none() && self.deaths.survive("a cache of this server", || subscriber(&[Noticed::Everything])).is_none() {
                tracing::error!("a cache cannot forget what is over; the process ends, so that nothing revoked is believed");
                std::process::abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        panic::{AssertUnwindSafe, catch_unwind},
        time::{Duration, Instant},
    };

    use jeton_oauth::RealmId;
    use uuid::Uuid;

    use super::{Noticed, OVERLAP, Poll};

    const A: Noticed = Noticed::Realm(RealmId(Uuid::nil()));

    fn take(poll: &mut Poll, ids: &[i64], now: Instant) -> usize {
        let rows: Vec<_> = ids.iter().map(|id| (*id, A)).collect();
        poll.take(&rows, now, |_| {}).len()
    }

    #[test]
    fn a_change_is_noticed_once() {
        let mut poll = Poll::new(0, []);
        let now = Instant::now();
        assert_eq!((take(&mut poll, &[1], now), take(&mut poll, &[1], now)), (1, 0));
    }

    #[test]
    fn a_change_that_could_not_be_told_is_told_again() {
        let mut poll = Poll::new(0, []);
        let telling = catch_unwind(AssertUnwindSafe(|| poll.take(&[(1, A)], Instant::now(), |_| panic!("nobody hears this"))));
        assert!(telling.is_err());
        assert_eq!(take(&mut poll, &[1], Instant::now()), 1);
    }

    #[test]
    fn an_id_that_commits_late_is_noticed_within_the_overlap() {
        let mut poll = Poll::new(1, []);
        let now = Instant::now();
        assert_eq!(take(&mut poll, &[3], now), 1);
        assert_eq!(poll.settled(), 1);
        assert_eq!(take(&mut poll, &[2, 3], now + Duration::from_secs(1)), 1);
        assert_eq!(poll.settled(), 3);
    }

    #[test]
    fn an_id_that_never_commits_is_given_up_after_the_overlap() {
        let mut poll = Poll::new(1, []);
        let now = Instant::now();
        take(&mut poll, &[3], now);
        take(&mut poll, &[3], now + OVERLAP);
        assert_eq!(poll.settled(), 1);
        take(&mut poll, &[3], now + OVERLAP + Duration::from_secs(1));
        assert_eq!(poll.settled(), 3);
    }

    #[test]
    fn a_gap_means_everything() {
        let poll = Poll::new(3, []);
        assert!(poll.missed(Some(9)) && !poll.missed(Some(4)) && !poll.missed(None));
    }
}
