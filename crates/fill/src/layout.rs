//! Which row belongs to which: everything follows from a row's number, so nothing is kept.

use anyhow::{Context, Result};
use jeton_oauth::{
    AuthorizationId, ClientKey, RealmId, Scope, Timestamp, UserId,
    model::{Authorization, AuthorizationState, RefreshProof, RefreshVerifier},
    refresh_secret,
};
use uuid::{Builder, Uuid};

use crate::{Size, template::Template};

/// Every tenth client, person and authorization is of the realm that was there.
const OWN: u64 = 10;
const DAY: i64 = 86_400_000;
/// For how many days the installation has been used.
const DAYS: i64 = 80;

pub struct Layout {
    size: Size,
    /// Milliseconds since 1970: now, and when it all began.
    now: i64,
    began: i64,
    own_realm: Uuid,
    own_client: Uuid,
}

/// What kind of row a number is of; each has its own ids.
#[derive(Clone, Copy)]
pub enum Noun {
    Realm = 1,
    Client,
    Secret,
    Person,
    Authorization,
}

impl Layout {
    pub fn new(size: Size, template: &Template) -> Self {
        let now = template.now.as_millis();
        Self { size, now, began: now - DAYS * DAY, own_realm: template.config.id.0, own_client: template.client.0 }
    }

    pub fn now(&self) -> i64 {
        self.now
    }

    pub fn people(&self) -> u64 {
        self.size.people
    }

    /// When an authorization was made.
    pub fn made_at(&self, number: u64) -> i64 {
        self.at(number, self.size.authorizations)
    }

    pub fn ends_at(&self, number: u64) -> i64 {
        self.made_at(number) + (DAYS + 30) * DAY
    }

    pub fn realm(&self, number: u64) -> Uuid {
        self.id(Noun::Realm, number, self.size.realms)
    }

    pub fn client(&self, number: u64) -> Uuid {
        self.id(Noun::Client, number, self.size.clients)
    }

    pub fn secret(&self, number: u64) -> Uuid {
        self.id(Noun::Secret, number, self.size.clients)
    }

    pub fn person(&self, number: u64) -> Uuid {
        self.id(Noun::Person, number, self.size.people)
    }

    pub fn authorization(&self, number: u64) -> Uuid {
        self.id(Noun::Authorization, number, self.size.authorizations)
    }

    /// The realm of one of `count` rows that realms share out.
    pub fn realm_of(&self, number: u64) -> Uuid {
        if number.is_multiple_of(OWN) { self.own_realm } else { self.realm(number % self.size.realms) }
    }

    /// Realm, client and person of an authorization: all of one realm.
    pub fn parties(&self, number: u64) -> (Uuid, Uuid, Uuid) {
        let chance = scatter(number);
        if number.is_multiple_of(OWN) {
            let person = self.person(chance % (self.size.people / OWN) * OWN);
            return (self.own_realm, self.own_client, person);
        }
        // Numbers of one realm are those with its remainder, less those that are the own realm's.
        let realm = chance % self.size.realms;
        let of_realm = |count: u64, chance: u64| {
            let rounds = (count / self.size.realms).max(1);
            (0..rounds)
                .map(|round| (chance.wrapping_add(round) % rounds) * self.size.realms + realm)
                .find(|number| !number.is_multiple_of(OWN))
        };
        match of_realm(self.size.clients, chance >> 20).zip(of_realm(self.size.people, chance >> 40)) {
            Some((client, person)) => (self.realm(realm), self.client(client), self.person(person)),
            // A realm of round number has nobody.
            None => self.parties(number + 1),
        }
    }

    pub fn seed(&self, number: u64) -> [u8; 16] {
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&scatter(number ^ 0x5eed).to_be_bytes());
        seed
    }

    /// Names of the clients of the realm that was there.
    pub fn own_clients(&self) -> Vec<String> {
        (0..self.size.clients).step_by(OWN as usize).map(client_id).collect()
    }

    /// The current refresh tokens of `count` authorizations of the realm that was there, from all times.
    pub fn tokens(&self, template: &Template, count: usize) -> Result<Vec<String>> {
        let own = self.size.authorizations / OWN;
        let count = (count as u64).min(own);
        (0..count).map(|at| self.token(template, at * own / count * OWN)).collect()
    }

    fn token(&self, template: &Template, number: u64) -> Result<String> {
        let (realm, client, person) = self.parties(number);
        let at = Timestamp::from_millis(self.made_at(number));
        let ends = Timestamp::from_millis(self.ends_at(number));
        let proof = RefreshProof::Derived { seed: self.seed(number), key: template.refresh_key() };
        let authorization = Authorization {
            id: AuthorizationId(self.authorization(number)),
            realm: RealmId(realm),
            client: ClientKey(client),
            user: UserId(person),
            session: None,
            scope: Scope::default(),
            audience: None,
            auth_time: at,
            amr: None,
            nonce: None,
            created_at: at,
            expires_at: ends,
            epoch: template.epoch,
            state: AuthorizationState::Active,
            not_before: Timestamp::default(),
            refresh: Some(RefreshVerifier { generation: 0, rotated_at: at, expires_at: ends, proof }),
        };
        let text = refresh_secret::text(&authorization, 0, template.refresh_keys()).context("the realm has no key for refresh tokens")?;
        Ok(text.expose().to_owned())
    }

    /// The time of row `number` of `count`: they come evenly, up to an hour ago.
    fn at(&self, number: u64, count: u64) -> i64 {
        let span = self.now - self.began - DAY / 24;
        self.began + (i128::from(number) * i128::from(span) / i128::from(count.max(1))) as i64
    }

    /// A UUIDv7 of the row's time; its random part follows from the number.
    fn id(&self, noun: Noun, number: u64, count: u64) -> Uuid {
        let chance = scatter(number ^ (noun as u64) << 56);
        let mut random = [0; 10];
        // Numbers count up within a millisecond too.
        random[..2].copy_from_slice(&((number % 4096) as u16).to_be_bytes());
        random[2..].copy_from_slice(&chance.to_be_bytes());
        Builder::from_unix_timestamp_millis(self.at(number, count).unsigned_abs(), &random).into_uuid()
    }
}

pub fn client_id(number: u64) -> String {
    format!("client-{number:08}")
}

/// SplitMix64: the same for the same number, and like chance otherwise.
fn scatter(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
