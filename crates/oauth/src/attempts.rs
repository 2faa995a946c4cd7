//! Guesses at what people chose (passwords, codes, client secrets), counted before they are compared.
//!
//! A guess is counted by what it is guessed at together with the network that it comes from: too many
//! there, and that network waits. It is counted over all networks too: then everybody waits a little,
//! a little longer each time, but for devices and networks that were right before. So nobody guesses
//! for long, and nobody locks another out.

use crate::{
    Change, Context, Decision, Effect, ErrorCode, OAuthError, Seconds, Timestamp, UserId,
    change::{AttemptChange, AuditKind},
    manage::Who,
    model::Client,
    settings::Settings,
};

/// A counter's name: a keyed hash, so that the table names nobody.
pub type Bucket = [u8; 32];

/// How many wrong guesses there may be at one thing, and how long they are remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wrong guesses within a window, from one network; over all networks there may be more.
    pub attempts: u32,
    /// How long they are remembered.
    pub window: Seconds,
}

/// Wrong guesses over all networks before everybody waits, as a multiple of what one network has.
const NETWORKS: u32 = 5;
/// Those are remembered for this many windows: who waits for one to end does not begin anew.
const LONG_MEMORY: u32 = 4;
/// The first wait is this part of a window; each one after it is twice as long, up to a window.
const FIRST_WAIT: u32 = 30;
/// A network that was right once is known for this long.
const KNOWN: Seconds = Seconds(30 * 86_400);

impl Limits {
    /// Of passwords and of client secrets that somebody chose.
    pub fn of_passwords(settings: &Settings) -> Self {
        Self { attempts: settings.password_attempts, window: settings.attempts_window }
    }

    /// Of the codes of a second factor, over all sign-ins of an account.
    pub const fn of_factors() -> Self {
        Self { attempts: 10, window: Seconds(3600) }
    }

    /// Of mail that somebody asks for at a page: by what is typed, over all networks, and by the address that it goes to.
    pub const fn of_mail() -> Self {
        Self { attempts: 30, window: Seconds(3600) }
    }

    /// Of the codes of a second factor within one sign-in, which ends with the last of them.
    pub const fn of_one_sign_in() -> Self {
        Self { attempts: 5, window: Seconds(3600) }
    }
}

/// What one guess is counted under.
#[derive(Clone, Debug)]
pub struct Buckets {
    /// What is guessed at, whether or not it exists.
    pub target: Bucket,
    /// The same, as guessed at by who guesses.
    pub by: Guesser,
    /// All that one network guesses through one client.
    pub client: Option<Bucket>,
    /// All that one network guesses.
    pub network: Option<Bucket>,
}

/// Who guesses, as far as that is known.
#[derive(Clone, Debug)]
pub enum Guesser {
    /// A device that was right before: counted by itself alone, so that strangers cannot lock it out.
    Device(Bucket),
    /// Somebody in a network.
    Network(Bucket),
    /// Nothing is known.
    Anybody,
    /// Somebody who guesses nothing, and asks for mail; in a network, if one is known. There are no more than the
    /// limit over all networks, and it is no lock: operators neither see nor end it.
    Asks(Option<Bucket>),
}

/// Who is guessed at, for those who look at locks.
#[derive(Clone, Debug, Default)]
pub struct About<'a> {
    /// The account, where the guess names one that is there.
    pub user: Option<UserId>,
    /// The client that the guess comes through, or whose secret is guessed at.
    pub client: Option<&'a Client>,
    /// Whether its secret is what is guessed at.
    pub at_secret: bool,
    /// Words for the network, where it is known.
    pub network: Option<String>,
}

/// What is known of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Wrong guesses since it began.
    pub count: u32,
    /// When the first of them was made.
    pub began_at: Timestamp,
    /// Closed until then.
    pub opens_at: Option<Timestamp>,
    /// Who is counted here was right before, and is known until then.
    pub known_until: Option<Timestamp>,
}

/// A guess that may be made.
#[derive(Debug)]
pub struct Reserved {
    buckets: Vec<Bucket>,
    /// To be remembered as known if the guess is right.
    remember: Option<Bucket>,
}

/// When a bucket closes, and for how long.
#[derive(Clone, Copy)]
enum Rule {
    /// For the rest of the window.
    Window(Limits),
    /// For a while, longer each time.
    Rising { limits: Limits, first: Seconds, longest: Seconds },
}

impl Buckets {
    /// In the order in which [`reserve`] expects their tallies.
    pub fn all(&self) -> Vec<Bucket> {
        [self.by.bucket(), self.client, self.network, Some(self.target)].into_iter().flatten().collect()
    }

    /// The narrowest one: whoever waits for a turn waits for others of the same.
    pub fn narrowest(&self) -> Bucket {
        self.by.bucket().unwrap_or(self.target)
    }
}

impl Guesser {
    /// The counter of who guesses.
    pub const fn bucket(&self) -> Option<Bucket> {
        match self {
            Self::Device(bucket) | Self::Network(bucket) | Self::Asks(Some(bucket)) => Some(*bucket),
            Self::Anybody | Self::Asks(None) => None,
        }
    }
}

/// Reserves a guess in every bucket that counts it; parallel guesses meet the guard. `tallies` are in
/// the order of [`Buckets::all`].
///
/// # Errors
/// Too many attempts, and when the last of the closed buckets opens.
pub fn reserve(
    buckets: &Buckets,
    limits: Limits,
    about: &About<'_>,
    tallies: &[Option<Tally>],
    cx: &mut Context<'_>,
) -> Decision<Reserved> {
    let now = cx.now;
    let tally = |bucket: Bucket| {
        let at = buckets.all().iter().position(|one| *one == bucket)?;
        tallies.get(at).copied().flatten()
    };
    let own = buckets.by.bucket();
    let known = own.and_then(tally).and_then(|tally| tally.known_until).is_some_and(|until| now < until);
    let rules = rules(buckets, limits, known, &cx.realm.settings);
    let closed = || {
        rules
            .iter()
            .filter_map(|(bucket, rule)| Some((*bucket, *rule, tally(*bucket)?)))
            .filter_map(|(bucket, rule, tally)| Some((bucket, tally, rule.opens_at(&tally, now)?)))
    };
    if let Some(opens_at) = closed().map(|(.., opens_at)| opens_at).max() {
        // One that a lowered limit closed was never written down as closed.
        let unseen = closed().filter(|(_, tally, _)| locked_until(tally, now).is_none());
        let mut changes: Vec<_> = unseen
            .map(|(bucket, tally, until)| Change::Attempt(AttemptChange::Close { bucket, count: tally.count, until, at: now }))
            .collect();
        let mut event = cx.audit(AuditKind::AttemptsExceeded, Who::Stranger).user(about.user);
        if let Some(client) = about.client {
            event = event.about_client(client);
        }
        changes.push(event.into());
        return Err(Effect { answer: too_many(now, opens_at), changes });
    }
    let changes = rules.iter().map(|(bucket, rule)| {
        let (limit, closed_until) = rule.next(tally(*bucket), now);
        let of_target = own == Some(*bucket) || *bucket == buckets.target;
        let (user, client) = match of_target {
            true => (about.user, about.client.filter(|_| about.at_secret)),
            false => (None, about.client.filter(|_| buckets.client == Some(*bucket))),
        };
        let is_lock = !matches!(buckets.by, Guesser::Asks(_));
        // A name that nobody has is nobody's lock.
        let of_somebody = is_lock && (!of_target || user.is_some() || client.is_some());
        Change::Attempt(AttemptChange::Reserve {
            bucket: *bucket,
            realm: is_lock.then(|| cx.realm.id()),
            limit,
            window_ms: rule.window_ms(),
            closed_until,
            at: now,
            user,
            client: client.map(|client| client.key),
            network: about.network.clone().filter(|_| of_somebody && *bucket != buckets.target),
        })
    });
    let changes = changes.collect();
    // Remembered anew when half of the time is over: not at every sign-in.
    let lately = |tally: Tally| tally.known_until.is_some_and(|until| now + Seconds(KNOWN.0 / 2) < until);
    let remember = match buckets.by {
        Guesser::Network(bucket) if !tally(bucket).is_some_and(lately) => Some(bucket),
        _ => None,
    };
    let reserved = Reserved { buckets: rules.into_iter().map(|(bucket, _)| bucket).collect(), remember };
    Ok(Effect { answer: reserved, changes })
}

/// Counts one thing of which there may be so many in a window, in the unit that does it; parallel ones
/// meet the guard.
///
/// # Errors
/// There were as many already: how long until the window is over.
pub fn count(bucket: Bucket, limits: Limits, tally: Option<Tally>, now: Timestamp) -> Result<Change, Seconds> {
    let rule = Rule::Window(limits);
    if let Some(opens_at) = tally.and_then(|tally| rule.opens_at(&tally, now)) {
        return Err(wait(now, opens_at));
    }
    let (limit, closed_until) = rule.next(tally, now);
    let window_ms = rule.window_ms();
    Ok(Change::Attempt(AttemptChange::Reserve {
        bucket,
        limit,
        window_ms,
        closed_until,
        at: now,
        realm: None,
        user: None,
        client: None,
        network: None,
    }))
}

/// When whoever is counted in a bucket may guess again; `None` where it is open. For those who look.
pub fn locked_until(tally: &Tally, now: Timestamp) -> Option<Timestamp> {
    tally.opens_at.filter(|opens_at| now < *opens_at)
}

impl Reserved {
    /// The guess was right: it goes back, and who made it is known from now on.
    pub fn succeeded(&self, now: Timestamp) -> impl Iterator<Item = Change> {
        let known = self.remember.map(|bucket| AttemptChange::Remember { bucket, until: now + KNOWN });
        self.given_back().chain(known.map(Change::Attempt))
    }

    /// Nothing was compared, so nothing was guessed.
    pub fn given_back(&self) -> impl Iterator<Item = Change> {
        self.buckets.iter().map(|bucket| Change::Attempt(AttemptChange::GiveBack { bucket: *bucket }))
    }
}

/// What counts a guess. In one order always, so that two units never wait for each other.
fn rules(buckets: &Buckets, limits: Limits, known: bool, settings: &Settings) -> Vec<(Bucket, Rule)> {
    let mut rules = Vec::with_capacity(4);
    let everybody = |attempts| Rule::Rising {
        limits: Limits { attempts, window: Seconds(limits.window.0.saturating_mul(LONG_MEMORY)) },
        first: Seconds((limits.window.0 / FIRST_WAIT).max(1)),
        longest: limits.window,
    };
    let of_network = |attempts| Rule::Window(Limits { attempts, window: settings.attempts_window });
    match buckets.by {
        Guesser::Device(bucket) => return vec![(bucket, Rule::Window(limits))],
        Guesser::Network(bucket) => {
            rules.push((bucket, Rule::Window(limits)));
            if !known {
                rules.push((buckets.target, everybody(limits.attempts.saturating_mul(NETWORKS))));
            }
        }
        Guesser::Anybody => rules.push((buckets.target, everybody(limits.attempts))),
        Guesser::Asks(network) => {
            rules.extend(network.map(|bucket| (bucket, Rule::Window(limits))));
            rules.push((buckets.target, Rule::Window(limits)));
        }
    }
    rules.extend(buckets.client.map(|bucket| (bucket, of_network(settings.client_attempts))));
    rules.extend(buckets.network.map(|bucket| (bucket, of_network(settings.network_attempts))));
    rules
}

impl Rule {
    const fn limits(&self) -> Limits {
        match self {
            Self::Window(limits) | Self::Rising { limits, .. } => *limits,
        }
    }

    /// A window is over when its length is: not a millisecond later.
    fn window_ms(&self) -> i64 {
        self.limits().window.as_millis() - 1
    }

    /// A window that began more than its length ahead was counted by a clock that has since been set
    /// back: it is over too.
    fn is_live(&self, tally: &Tally, now: Timestamp) -> bool {
        (now.as_millis() - tally.began_at.as_millis()).abs() <= self.window_ms()
    }

    /// `None` where a guess may be made now.
    fn opens_at(&self, tally: &Tally, now: Timestamp) -> Option<Timestamp> {
        if !self.is_live(tally, now) {
            return None;
        }
        let end = tally.began_at + self.limits().window;
        let opens_at = match self {
            Self::Window(limits) if tally.count >= limits.attempts => Some(end),
            Self::Window(_) => None,
            Self::Rising { longest, .. } => tally.opens_at.filter(|opens_at| *opens_at <= now + *longest),
        };
        opens_at.map(|opens_at| opens_at.min(end)).filter(|opens_at| now < *opens_at)
    }

    /// How many there may be with the next one, and until when the last of them closes the bucket.
    fn next(&self, tally: Option<Tally>, now: Timestamp) -> (u32, Timestamp) {
        let live = tally.filter(|tally| self.is_live(tally, now));
        match self {
            Self::Window(limits) => (limits.attempts, live.map_or(now, |tally| tally.began_at) + limits.window),
            Self::Rising { limits, first, longest } => {
                let count = live.map_or(0, |tally| tally.count);
                let limit = limits.attempts.max(count.saturating_add(1));
                let doubled = 1u32.checked_shl(limit - limits.attempts).unwrap_or(u32::MAX);
                (limit, now + Seconds(first.0.saturating_mul(doubled).min(longest.0)))
            }
        }
    }
}

fn too_many(now: Timestamp, opens_at: Timestamp) -> OAuthError {
    let error = OAuthError::new(ErrorCode::TooManyRequests, "too many attempts; wait and try again").detail("too many attempts");
    error.retry_after(wait(now, opens_at))
}

fn wait(now: Timestamp, opens_at: Timestamp) -> Seconds {
    let seconds = (opens_at.as_millis() - now.as_millis()).max(1).unsigned_abs().div_ceil(1000);
    Seconds(u32::try_from(seconds).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests;
