//! Checking a password: reserve an attempt, hash once with equal work for an unknown account, and
//! let the verdict be a fact.

use std::{net::IpAddr, sync::Arc};

use jeton_oauth::{
    Change, ClientKey, Context, Decision, Effect,
    attempts::{self, Buckets},
    change::UserChange,
    login_name::LoginName,
    model::{PasswordHash, User},
    secret::SecretText,
};

use crate::{
    app::{App, LOOKS, Scene},
    failure::{Broken, Failure},
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
    /// What the password was compared with.
    stored: Option<PasswordHash>,
    upgrade: Option<PasswordHash>,
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

/// IPv4 address or IPv6 /64; a loopback peer is a proxy that nobody named, or a test, and tells nothing.
fn network(peer: IpAddr) -> Option<Vec<u8>> {
    match peer.to_canonical() {
        ip if ip.is_loopback() => None,
        IpAddr::V4(ip) => Some(ip.octets().to_vec()),
        IpAddr::V6(ip) => Some(ip.octets()[..8].to_vec()),
    }
}

/// Settles with the verdict on a guess as a fact. One that was changed while it was compared is
/// compared again, with what is stored now.
///
/// # Errors
/// Those of `decide`; too many attempts; too many passwords being hashed right now.
pub async fn settle<T>(
    app: &App,
    scene: &Scene,
    guess: &Guess,
    password: SecretText,
    decide: impl Fn(&Checked, &mut Context<'_>) -> Decision<T>,
) -> Result<T, Failure> {
    let _turn = app.turns.take(guess.buckets.account, scene.realm.settings.password_attempts).await?;
    reserve(app, scene, guess).await?;
    for _ in 0..LOOKS {
        let checked = match verify(app, scene, guess, password.clone()).await {
            Ok(checked) => checked,
            Err(failure) => {
                give_back(app, guess).await;
                return Err(failure);
            }
        };
        let answer = app.attempt(scene, |cx| {
            let Effect { answer, mut changes } = decide(&checked, cx)?;
            changes.extend(checked.succeeded(guess));
            Ok(Effect { answer, changes })
        });
        if let Some(answer) = answer.await? {
            return Ok(answer);
        }
    }
    Err(Broken::Contended.into())
}

async fn reserve(app: &App, scene: &Scene, guess: &Guess) -> Result<(), Failure> {
    let store = app.store.in_realm(scene.realm.id());
    let buckets = guess.buckets.all();
    let window_ms = scene.realm.settings.attempts_window.as_millis();
    let counts = || async { store.attempts(&buckets, window_ms, app.now()).await };
    app.settle(scene, counts, |counts, cx| attempts::reserve(&guess.buckets, &counts, cx)).await
}

/// Nothing was compared, so nothing was guessed.
async fn give_back(app: &App, guess: &Guess) {
    if let Err(error) = app.store.commit(attempts::succeeded(&guess.buckets).collect()).await {
        tracing::info!("an attempt that was not made stays counted: {error}");
    }
}

async fn verify(app: &App, scene: &Scene, guess: &Guess, password: SecretText) -> Result<Checked, Failure> {
    let user = match &guess.name {
        Some(name) => app.store.in_realm(scene.realm.id()).user_by_login(name).await?.map(Arc::new),
        None => None,
    };
    let stored = user.as_ref().and_then(|user| user.password.clone());
    let verdict = app.passwords.verify(password, stored.clone()).await?;
    Ok(Checked { matched: verdict.matched, stored, upgrade: verdict.upgrade, user })
}

impl Checked {
    /// What a right password writes besides what it was right for.
    fn succeeded(&self, guess: &Guess) -> Vec<Change> {
        let mut changes: Vec<_> = attempts::succeeded(&guess.buckets).collect();
        if let (Some(user), Some(stored)) = (&self.user, &self.stored) {
            let (realm, user) = (user.realm, user.id());
            changes.push(Change::User(UserChange::RequirePassword { realm, user, is: stored.clone() }));
            if let Some(to) = &self.upgrade {
                changes.push(Change::User(UserChange::UpgradePassword { realm, user, from: stored.clone(), to: to.clone() }));
            }
        }
        changes
    }
}
