//! How keys are succeeded and withdrawn: on schedule, by command, at once.

use jeton_oauth::{
    Change, KeyId, Timestamp,
    change::{AuditKind, KeyChange},
    manage::Actor,
    model::{Key, KeyPurpose, Realm},
};
use jeton_store::CommitError;

use super::{
    error::KeyRingError,
    make::{Place, audit, make},
    plan,
    ring::{KeyRing, LOOKS},
};

/// When a successor takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// After it was shown for the realm's `key_announcement`: whoever verifies has it by then.
    Announced,
    /// At once: the old key may be in wrong hands, or nobody caches the JWK Set.
    Immediate,
}

/// The key that takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successor {
    pub key: KeyId,
    pub active_at: Timestamp,
}

impl KeyRing {
    /// Makes a successor; one that is announced already is that successor.
    pub async fn rotate(&self, realm: &Realm, purpose: KeyPurpose, now: Timestamp, rotation: Rotation) -> Result<Successor, KeyRingError> {
        for _ in 0..LOOKS {
            let (successor, unit) = self.rotation(realm, purpose, now, rotation, self.by()).await?;
            if unit.is_empty() || self.write(unit).await? {
                return Ok(successor);
            }
        }
        Err(KeyRingError::Contended)
    }

    /// What [`KeyRing::rotate`] would write, said to be done by `by`; nothing where a successor is announced already.
    pub async fn rotation(
        &self,
        realm: &Realm,
        purpose: KeyPurpose,
        now: Timestamp,
        rotation: Rotation,
        by: &Actor,
    ) -> Result<(Successor, Vec<Change>), KeyRingError> {
        if let KeyPurpose::Sign(algorithm) = purpose
            && algorithm.is_symmetric()
        {
            return Err(KeyRingError::Symmetric(algorithm));
        }
        let rows = self.store().in_realm(realm.id()).keys().await?;
        let pending = plan::announced(&rows, purpose, now);
        let unit = match (pending, rotation) {
            (Some(key), Rotation::Announced) => return Ok((Successor { key: key.id, active_at: key.active_at }, Vec::new())),
            (Some(key), Rotation::Immediate) => activate(key, by, now)?,
            // A line that has no key yet has nobody to tell.
            (None, Rotation::Announced) if plan::current(&rows, purpose, now).is_some() => {
                self.successor(&rows, realm, purpose, now, now + realm.settings.key_announcement, by).await?
            }
            (None, _) => self.successor(&rows, realm, purpose, now, now, by).await?,
        };
        let successor = unit.iter().find_map(successor_in).ok_or(KeyRingError::Contended)?;
        Ok((successor, unit))
    }

    /// Takes a key out of use and out of the JWK Set at once; if it was the current one, another takes
    /// over in the same unit. Tokens that it signed or derived are not believed any more.
    pub async fn revoke(&self, realm: &Realm, key: KeyId, now: Timestamp) -> Result<(), KeyRingError> {
        for _ in 0..LOOKS {
            let unit = self.revocation(realm, key, now, self.by()).await?;
            if unit.is_empty() || self.write(unit).await? {
                return Ok(());
            }
        }
        Err(KeyRingError::Contended)
    }

    /// Announces the successors that are due, and deletes the keys that nothing rests on any more; for a job, on
    /// any number of servers at once. Says how many were announced.
    /// It also reads the keys of a realm that has some, so that its JWK Set is there if the database is not.
    pub async fn tend(&self, realm: &Realm, now: Timestamp) -> Result<usize, KeyRingError> {
        let rows = self.store().in_realm(realm.id()).keys().await?;
        if !rows.is_empty() && self.has_room() {
            self.realm_keys(realm, now).await?;
        }
        let due = plan::due(&rows, &realm.settings, now);
        for purpose in &due {
            let successor = self.rotate(realm, *purpose, now, Rotation::Announced).await?;
            tracing::info!(realm = realm.config.name, %purpose, key = %successor.key, "announced the successor of a key");
        }
        self.clear(realm, &rows, now).await?;
        Ok(due.len())
    }

    async fn clear(&self, realm: &Realm, rows: &[Key], now: Timestamp) -> Result<(), KeyRingError> {
        let mut unit = Vec::new();
        for key in plan::gone(rows, &realm.settings, now) {
            // The settings of today do not tell how long the authorizations of before live.
            if key.purpose == KeyPurpose::Refresh && self.store().in_realm(realm.id()).derives(key.id).await? {
                continue;
            }
            tracing::info!(realm = realm.config.name, purpose = %key.purpose, key = %key.id, "deleted a key that nothing rests on any more");
            unit.push(Change::Key(KeyChange::Delete { realm: realm.id(), key: key.id }));
        }
        if unit.is_empty() {
            return Ok(());
        }
        self.write(unit).await.map(|_| ())
    }

    /// What [`KeyRing::revoke`] would write, said to be done by `by`; nothing where it is done already.
    pub async fn revocation(&self, realm: &Realm, id: KeyId, now: Timestamp, by: &Actor) -> Result<Vec<Change>, KeyRingError> {
        let rows = &self.store().in_realm(realm.id()).keys().await?;
        let key = rows.iter().find(|key| key.id == id).ok_or(KeyRingError::NoSuchKey(id))?;
        if key.revoked_at.is_some_and(|at| at <= now) {
            return Ok(Vec::new());
        }
        let mut unit =
            vec![Change::Key(KeyChange::Revoke { realm: realm.id(), key: id, at: now }), audit(key, AuditKind::KeyRevoked, by, now)?];
        if plan::current(rows, key.purpose, now).is_some_and(|current| current.id == id) {
            unit.extend(match plan::announced(rows, key.purpose, now) {
                Some(next) => activate(next, by, now)?,
                None => self.successor(rows, realm, key.purpose, now, now, by).await?,
            });
        }
        Ok(unit)
    }

    async fn successor(
        &self,
        rows: &[Key],
        realm: &Realm,
        purpose: KeyPurpose,
        now: Timestamp,
        active_at: Timestamp,
        by: &Actor,
    ) -> Result<Vec<Change>, KeyRingError> {
        let place = Place {
            realm: realm.id(),
            purpose,
            ordinal: plan::next_ordinal(rows, purpose),
            active_at,
            longest_token: plan::longest_token(&realm.settings, purpose),
        };
        Ok(make(place, self.master(), by, now).await?.into())
    }

    /// Whether it was written; another server may have been first.
    async fn write(&self, unit: Vec<Change>) -> Result<bool, KeyRingError> {
        match self.store().commit(unit).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict) => Ok(false),
            Err(CommitError::Failed(error)) => Err(error.into()),
        }
    }
}

fn activate(key: &Key, by: &Actor, now: Timestamp) -> Result<Vec<Change>, KeyRingError> {
    Ok(vec![Change::Key(KeyChange::Activate { realm: key.realm, key: key.id, at: now }), audit(key, AuditKind::KeyActivated, by, now)?])
}

fn successor_in(change: &Change) -> Option<Successor> {
    match change {
        Change::Key(KeyChange::Create(key)) => Some(Successor { key: key.id, active_at: key.active_at }),
        Change::Key(KeyChange::Activate { key, at, .. }) => Some(Successor { key: *key, active_at: *at }),
        _ => None,
    }
}
