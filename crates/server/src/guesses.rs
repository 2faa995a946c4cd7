//! Checking a password: reserve an attempt, hash once with equal work for an unknown account, and
//! let the verdict be a fact.

use std::{net::IpAddr, sync::Arc};

use jeton_oauth::{
    Change, ClientKey,
    attempts::{self, Buckets},
    change::UserChange,
    login_name::LoginName,
    model::{PasswordHash, User},
    secret::SecretText,
};

use crate::{
    app::{App, Scene},
    failure::Failure,
};

/// Whose password somebody says they know, and what the attempt is counted under.
pub struct Guess {
    name: Option<LoginName>,
    buckets: Buckets,
}

/// The verdict on a guess.
pub struct Checked {
    pub user: Option<Arc<User>>,
    pub matched: bool,
    upgrade: Option<(PasswordHash, PasswordHash)>,
    buckets: Buckets,
}

impl Guess {
    /// `device`: what this browser was given when the account signed in on it before.
    pub fn of(app: &App, scene: &Scene, username: &str, client: Option<ClientKey>, peer: Option<IpAddr>, device: Option<&str>) -> Self {
        let name = LoginName::fold(username);
        let realm = scene.realm.id();
        let folded = name.as_ref().map_or(&b""[..], |name| name.as_str().as_bytes());
        let account = match device {
            Some(device) => app.seal.bucket(realm, "account on a device", &[folded, b"\0", device.as_bytes()].concat()),
            None => app.seal.bucket(realm, "account", folded),
        };
        let buckets = Buckets {
            account,
            client: client.map(|key| app.seal.bucket(realm, "client", key.as_bytes())),
            network: peer.and_then(network).map(|prefix| app.seal.bucket(realm, "network", &prefix)),
        };
        Self { name, buckets }
    }
}

/// IPv4 address or IPv6 /64; a loopback peer is a proxy or a test and tells nothing.
fn network(peer: IpAddr) -> Option<Vec<u8>> {
    match peer.to_canonical() {
        ip if ip.is_loopback() => None,
        IpAddr::V4(ip) => Some(ip.octets().to_vec()),
        IpAddr::V6(ip) => Some(ip.octets()[..8].to_vec()),
    }
}

/// # Errors
/// Too many attempts, or too many passwords being hashed right now.
pub async fn check(app: &App, scene: &Scene, guess: &Guess, password: SecretText) -> Result<Checked, Failure> {
    let store = app.store.in_realm(scene.realm.id());
    let buckets = guess.buckets.all();
    let window_ms = i64::from(scene.realm.settings.attempts_window.0) * 1000;
    let counts = || async { store.attempts(&buckets, window_ms, app.now()).await };
    app.settle(scene, counts, |counts, cx| attempts::reserve(&guess.buckets, &counts, cx)).await?;

    let user = match &guess.name {
        Some(name) => store.user_by_login(name).await?.map(Arc::new),
        None => None,
    };
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let verdict = app.passwords.verify(password, hash.clone()).await?;
    Ok(Checked { matched: verdict.matched, upgrade: hash.zip(verdict.upgrade), buckets: guess.buckets.clone(), user })
}

impl Checked {
    /// What a right password writes besides what it was right for.
    pub fn succeeded(&self) -> Vec<Change> {
        let upgrade = self.user.as_ref().zip(self.upgrade.as_ref()).map(|(user, (from, to))| {
            Change::User(UserChange::UpgradePassword { realm: user.realm, user: user.id(), from: from.clone(), to: to.clone() })
        });
        attempts::succeeded(&self.buckets).chain(upgrade).collect()
    }
}
