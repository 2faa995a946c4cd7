//! Guesses at passwords, counted before they are hashed: per account, per client, per network.

use crate::{
    Change, Context, Decision, Effect, ErrorCode, OAuthError, Seconds,
    change::{AttemptChange, AuditKind},
    manage::Who,
};

/// A counter's name: a keyed hash, so that the table names nobody.
pub type Bucket = [u8; 32];

/// What one attempt is counted under.
#[derive(Clone)]
pub struct Buckets {
    /// The login name, whether or not the account exists; another one for a device that the account
    /// used before, so that strangers cannot lock its owner out.
    pub account: Bucket,
    pub client: Option<Bucket>,
    /// `None` where the peer's address tells nothing (loopback).
    pub network: Option<Bucket>,
}

impl Buckets {
    pub fn all(&self) -> Vec<Bucket> {
        [Some(self.account), self.client, self.network].into_iter().flatten().collect()
    }
}

/// Reserves an attempt in every bucket; parallel guesses meet the guard. `counts` is in the order of
/// [`Buckets::all`]. The first refusal of a window is audited and counted, one past the limit; the
/// others write nothing, so that a siege fills no disk.
pub fn reserve(buckets: &Buckets, counts: &[u32], cx: &mut Context<'_>) -> Decision<()> {
    let settings = &cx.realm.settings;
    let limits = [
        Some((buckets.account, settings.password_attempts)),
        buckets.client.map(|bucket| (bucket, settings.client_attempts)),
        buckets.network.map(|bucket| (bucket, settings.network_attempts)),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    let window_ms = settings.attempts_window.as_millis();
    let refused = too_many(settings.attempts_window);
    if limits.iter().zip(counts).any(|((_, limit), count)| count > limit) {
        return Err(refused.into());
    }
    if let Some(((bucket, limit), _)) = limits.iter().zip(counts).find(|((_, limit), count)| *count == limit) {
        let past = AttemptChange::Reserve { bucket: *bucket, limit: limit.saturating_add(1), window_ms, at: cx.now };
        let event = cx.audit(AuditKind::AttemptsExceeded, Who::Stranger);
        return Err(Effect { answer: refused, changes: vec![Change::Attempt(past), event.into()] });
    }
    let changes = limits
        .into_iter()
        .map(|(bucket, limit)| Change::Attempt(AttemptChange::Reserve { bucket, limit, window_ms, at: cx.now }))
        .collect();
    Ok(Effect { answer: (), changes })
}

/// What a right password does to its buckets: the reservation goes back.
pub fn succeeded(buckets: &Buckets) -> impl Iterator<Item = Change> {
    buckets.all().into_iter().map(|bucket| Change::Attempt(AttemptChange::GiveBack { bucket }))
}

fn too_many(window: Seconds) -> OAuthError {
    OAuthError::new(ErrorCode::TooManyRequests, "too many attempts; wait and try again").retry_after(window)
}
