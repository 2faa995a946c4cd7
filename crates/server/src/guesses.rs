//! Checking what somebody chose as a secret: reserve a guess, hash once with equal work for an unknown
//! account, and let the verdict be a fact.

use std::{net::IpAddr, sync::Arc};

use jeton_oauth::{
    Change, ClientKey, Context, Decision, Effect, ErrorCode, OAuthError, Seconds, UserId,
    attempts::{self, About, Buckets, Guesser, Limits, Reserved},
    change::UserChange,
    factor::has_second,
    login_name::LoginName,
    model::{Client, PasswordHash, User},
    secret::SecretText,
};
use jeton_store::StoreError;

use crate::{
    app::{App, LOOKS, Scene},
    failure::{Broken, Failure},
    proxies::Network,
    turns::Turn,
};

/// What somebody says they know, and what the guess is counted under.
pub struct Guess<'a> {
    limits: Limits,
    buckets: Buckets,
    about: About<'a>,
}

/// A guess at an account's password.
pub struct PasswordGuess<'a> {
    name: Option<LoginName>,
    guess: Guess<'a>,
}

/// The verdict on a guess at a password.
pub struct Checked {
    pub user: Option<Arc<User>>,
    pub matched: bool,
    /// Whether they have a second factor; looked for whether or not there is such an account.
    pub has_second_factor: bool,
    /// What the password was compared with.
    stored: Option<PasswordHash>,
    upgrade: Option<PasswordHash>,
}

/// A guess that is counted; it is the caller's turn until this is dropped.
pub struct Counted<'t> {
    pub reserved: Reserved,
    _turn: Turn<'t>,
}

impl<'a> PasswordGuess<'a> {
    /// `device` says which device a browser is, if the account named signed in on it before. All names of an account are one, and names that are nobody's are counted alike.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn of(
        app: &App,
        scene: &Scene,
        username: &str,
        client: Option<&'a Client>,
        device: impl FnOnce(UserId, &LoginName) -> Option<String>,
    ) -> Result<Self, Failure> {
        let name = LoginName::fold(username);
        let user = match &name {
            Some(name) => app.store.in_realm(scene.realm.id()).user_by_login(name).await?.map(|user| user.id()),
            None => None,
        };
        let target: (&str, &[u8]) = match (&user, &name) {
            (Some(user), _) => ("account", user.as_bytes()),
            (None, Some(name)) => ("name", name.as_str().as_bytes()),
            (None, None) => ("name", b""),
        };
        let device = user.zip(name.as_ref()).and_then(|(user, name)| device(user, name));
        let mut guess = Guess::at(app, scene, Limits::of_passwords(&scene.realm.settings), target, device.as_deref());
        guess.buckets.client = client.and_then(|client| guess.of_network(app, scene, "client", client.key));
        guess.about = About { user, client, ..guess.about };
        Ok(Self { name, guess })
    }
}

impl<'a> Guess<'a> {
    /// A guess at a client secret that somebody chose.
    pub fn at_secret_of(app: &App, scene: &Scene, client: &'a Client) -> Self {
        let limits = Limits::of_passwords(&scene.realm.settings);
        let guess = Self::at(app, scene, limits, ("client secret", client.key.as_bytes()), None);
        Self { about: About { client: Some(client), at_secret: true, ..guess.about }, ..guess }
    }

    /// A guess at the codes of somebody's second factor, over all sign-ins.
    pub fn at_codes_of(app: &App, scene: &Scene, user: UserId, device: Option<&str>) -> Self {
        let guess = Self::at(app, scene, Limits::of_factors(), ("codes", user.as_bytes()), device);
        Self { about: About { user: Some(user), ..guess.about }, ..guess }
    }

    /// An answer of a passkey that may be anybody's.
    pub fn at_passkey(app: &App, scene: &Scene, credential: &[u8]) -> Self {
        Self::at(app, scene, Limits::of_factors(), ("passkey", credential), None)
    }

    /// A guess within one sign-in, wherever it comes from: the last one ends it.
    pub fn within(app: &App, scene: &Scene, attempt: &str) -> Self {
        let target = app.seal.bucket(scene.realm.id(), "one sign-in", attempt.as_bytes());
        let buckets = Buckets { target, by: Guesser::Device(target), client: None, network: None };
        Self { limits: Limits::of_one_sign_in(), buckets, about: About::default() }
    }

    /// Whether there are no more guesses to be made.
    ///
    /// # Errors
    /// When rows cannot be read.
    pub async fn is_closed(&self, app: &App, scene: &Scene) -> Result<bool, Failure> {
        let tallies = app.store.in_realm(scene.realm.id()).attempts(&[self.buckets.target]).await?;
        Ok(tallies.into_iter().flatten().any(|tally| tally.count >= self.limits.attempts))
    }

    /// A wish for mail, by what was typed.
    fn at_mailbox(app: &App, scene: &Scene, typed: Option<&LoginName>) -> Self {
        let what = typed.map_or(b"".as_slice(), |name| name.as_str().as_bytes());
        let mut guess = Self::at(app, scene, Limits::of_mail(), ("mail", what), None);
        guess.buckets.by = Guesser::Asks(guess.buckets.by.bucket());
        // Apart from what the network guesses.
        guess.buckets.network =
            network(scene.from.address).map(|network| app.seal.bucket(scene.realm.id(), "mail of a network", &network.bytes()));
        guess
    }

    fn at(app: &App, scene: &Scene, limits: Limits, (kind, what): (&str, &[u8]), device: Option<&str>) -> Self {
        let realm = scene.realm.id();
        let network = network(scene.from.address);
        let joined = |more: &[u8]| [what, b"\0", more].concat();
        let by = match (device, &network) {
            (Some(device), _) => Guesser::Device(app.seal.bucket(realm, &format!("{kind} on a device"), &joined(device.as_bytes()))),
            (None, Some(network)) => Guesser::Network(app.seal.bucket(realm, &format!("{kind} in a network"), &joined(&network.bytes()))),
            (None, None) => Guesser::Anybody,
        };
        let buckets = Buckets {
            target: app.seal.bucket(realm, kind, what),
            by,
            client: None,
            network: network.map(|network| app.seal.bucket(realm, "network", &network.bytes())),
        };
        let about = About { network: network.map(|network| network.to_string()), ..About::default() };
        Self { limits, buckets, about }
    }

    fn of_network(&self, app: &App, scene: &Scene, kind: &str, key: ClientKey) -> Option<[u8; 32]> {
        let network = network(scene.from.address)?;
        Some(app.seal.bucket(scene.realm.id(), kind, &[key.as_bytes(), &network.bytes()[..]].concat()))
    }

    /// Waits for a turn, and counts the guess before it is made.
    ///
    /// # Errors
    /// Too many attempts; too many that wait for a turn.
    pub async fn count<'t>(&self, app: &'t App, scene: &Scene) -> Result<Counted<'t>, Failure> {
        admit(app, scene)?;
        self.reserve(app, scene).await
    }

    /// As [`Guess::count`], for who was admitted already.
    async fn reserve<'t>(&self, app: &'t App, scene: &Scene) -> Result<Counted<'t>, Failure> {
        let turn = app.turns.take(self.buckets.narrowest(), self.limits.attempts).await?;
        let store = app.store.in_realm(scene.realm.id());
        let buckets = self.buckets.all();
        let tallies = || async { store.attempts(&buckets).await };
        let decide = |tallies: Vec<_>, cx: &mut Context<'_>| attempts::reserve(&self.buckets, self.limits, &self.about, &tallies, cx);
        Ok(Counted { reserved: app.settle(scene, tallies, decide).await?, _turn: turn })
    }
}

/// Counts a wish for mail to `typed`, or to whoever signs in as that, as guesses are counted: by what was typed and where
/// from, and by nothing else, or the limit would tell who has an account. What an address is sent is counted by
/// [`letter_to`].
///
/// # Errors
/// This name was typed often, or this network asked for many; rows cannot be read or written.
pub async fn count_mail<'t>(app: &'t App, scene: &Scene, typed: &str) -> Result<Counted<'t>, Failure> {
    admit(app, scene)?;
    Guess::at_mailbox(app, scene, LoginName::fold(typed).as_ref()).reserve(app, scene).await
}

/// Counts a letter that somebody asked for at a page, in the unit that posts it: whatever was typed, one address is sent no
/// more than the limit, so that nobody's mailbox is filled. `None` for one more, which is dropped without a word.
///
/// # Errors
/// When rows cannot be read.
pub async fn letter_to(app: &App, scene: &Scene, address: &str) -> Result<Option<Change>, StoreError> {
    let name = LoginName::fold(address);
    let what = name.as_ref().map_or(address.as_bytes(), |name| name.as_str().as_bytes());
    let bucket = app.seal.bucket(scene.realm.id(), "letters to an address", what);
    let tally = app.store.in_realm(scene.realm.id()).attempts(&[bucket]).await?.pop().flatten();
    Ok(attempts::count(bucket, Limits::of_mail(), tally, app.now()).ok())
}

impl Counted<'_> {
    /// Nothing was compared, so nothing was guessed.
    pub async fn give_back(&self, app: &App) {
        self.write(app, self.reserved.given_back().collect()).await;
    }

    /// The guess was right.
    pub async fn succeeded(&self, app: &App) {
        self.write(app, self.reserved.succeeded(app.now()).collect()).await;
    }

    async fn write(&self, app: &App, changes: Vec<Change>) {
        if let Err(error) = app.store.commit(changes).await {
            tracing::info!("an attempt that was not made, or was right, stays counted: {error}");
        }
    }
}

/// Bounds what one network has hashed, before anything is read or written for it.
///
/// # Errors
/// It had too much.
pub fn admit(app: &App, scene: &Scene) -> Result<(), Failure> {
    let Some(network) = network(scene.from.address) else { return Ok(()) };
    app.hashing.take(network, app.clock.uptime()).map_err(|wait| {
        app.metrics.not_admitted();
        let seconds = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
        let error = OAuthError::new(ErrorCode::TooManyRequests, "too many sign-ins from one network; wait and try again");
        error.detail("too many sign-ins from one network").retry_after(Seconds(seconds)).into()
    })
}

/// A loopback peer is a proxy that nobody named, or a test, and tells nothing.
fn network(peer: Option<IpAddr>) -> Option<Network> {
    network_of(peer.filter(|peer| !peer.to_canonical().is_loopback()))
}

/// What one customer of a network has, whoever that is.
pub fn network_of(peer: Option<IpAddr>) -> Option<Network> {
    peer.map(Network::around)
}

/// Settles with the verdict on a guess as a fact. One that was changed while it was compared is
/// compared again, with what is stored now.
///
/// # Errors
/// Those of `decide`; too many attempts; too many passwords being hashed right now.
pub async fn settle<T>(
    app: &App,
    scene: &Scene,
    guess: &PasswordGuess<'_>,
    password: SecretText,
    decide: impl Fn(&Checked, &mut Context<'_>) -> Decision<T>,
) -> Result<T, Failure> {
    let counted = guess.guess.count(app, scene).await?;
    for _ in 0..LOOKS {
        let checked = match verify(app, scene, guess, password.clone()).await {
            Ok(checked) => checked,
            Err(failure) => {
                counted.give_back(app).await;
                return Err(failure);
            }
        };
        let answer = app.attempt(scene, |cx| {
            let Effect { answer, changes: decided } = decide(&checked, cx)?;
            // First: what is decided may rest on the account's turn.
            let mut changes = checked.succeeded();
            changes.extend(decided);
            changes.extend(counted.reserved.succeeded(cx.now));
            Ok(Effect { answer, changes })
        });
        if let Some(answer) = answer.await? {
            return Ok(answer);
        }
    }
    Err(Broken::Contended.into())
}

async fn verify(app: &App, scene: &Scene, guess: &PasswordGuess<'_>, password: SecretText) -> Result<Checked, Failure> {
    let user = match &guess.name {
        Some(name) => app.store.in_realm(scene.realm.id()).user_by_login(name).await?.map(Arc::new),
        None => None,
    };
    let stored = user.as_ref().and_then(|user| user.password.clone());
    let decoy = app.decoys.for_name(&app.store, &app.seal, scene.realm.id(), guess.name.as_ref(), app.now()).await?;
    let verdict = app.passwords.verify_or(password, stored.clone(), decoy).await?;
    let whose = user.as_ref().map_or(UserId(uuid::Uuid::nil()), |user| user.id());
    let has_second_factor = has_second(&app.store.in_realm(scene.realm.id()).factors(whose).await?);
    Ok(Checked { matched: verdict.matched, has_second_factor, stored, upgrade: verdict.upgrade, user })
}

impl Checked {
    /// What a right password writes besides what it was right for.
    fn succeeded(&self) -> Vec<Change> {
        let mut changes = Vec::new();
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
