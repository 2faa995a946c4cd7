//! Which key of a realm signs, which are believed and shown, and when the next one is due.
//!
//! Pure: rows, settings and a time in, an answer out. One line of keys per purpose, numbered by
//! `ordinal`: the greatest number that has begun and is not revoked is the current one.

use jeton_oauth::{
    KeyId, Seconds, Timestamp,
    model::{Key, KeyPurpose},
    settings::{Settings, TokenFormat},
};

/// Clocks of nodes, and of those who verify, may differ by this.
const MARGIN: Seconds = Seconds(86_400);

/// What every realm needs before it issues a token.
pub(super) fn needed(settings: &Settings) -> impl Iterator<Item = KeyPurpose> {
    let refresh_jwt = (settings.refresh_token_format == TokenFormat::Jwt).then_some(KeyPurpose::RefreshJwt);
    [KeyPurpose::Sign(settings.access_token_alg), KeyPurpose::Refresh].into_iter().chain(refresh_jwt)
}

/// The key that is used for new tokens. Where none has begun, the next one: another node, whose
/// clock is ahead, made the first a moment ago, and a second would be one too many.
pub(super) fn current(keys: &[Key], purpose: KeyPurpose, now: Timestamp) -> Option<&Key> {
    let live = || of(keys, purpose).filter(|key| is_live(key, now));
    live().filter(|key| key.active_at <= now).max_by_key(|key| key.ordinal).or_else(|| live().min_by_key(|key| key.ordinal))
}

/// The key that is shown already and takes over later.
pub(super) fn announced(keys: &[Key], purpose: KeyPurpose, now: Timestamp) -> Option<&Key> {
    let current = current(keys, purpose, now).map_or(0, |key| key.ordinal);
    of(keys, purpose).filter(|key| is_live(key, now) && key.active_at > now && key.ordinal > current).max_by_key(|key| key.ordinal)
}

/// Whether tokens of this key are believed, and its public half is shown.
pub(super) fn is_believed(keys: &[Key], key: &Key, settings: &Settings, now: Timestamp) -> bool {
    is_live(key, now)
        && (ends_at(keys, key, settings).is_none_or(|end| now < end)
            || current(keys, key.purpose, now).is_some_and(|current| current.id == key.id))
}

/// When the answers above change next, if nobody changes the rows.
pub(super) fn next_change(keys: &[Key], settings: &Settings, now: Timestamp) -> Option<Timestamp> {
    keys.iter().flat_map(|key| [Some(key.active_at), ends_at(keys, key, settings), key.revoked_at]).flatten().filter(|at| *at > now).min()
}

/// The number of the next key: two nodes that make it at once choose the same, and one succeeds.
pub(super) fn next_ordinal(keys: &[Key], purpose: KeyPurpose) -> u32 {
    of(keys, purpose).map(|key| key.ordinal).max().unwrap_or(0) + 1
}

/// Whose successor is to be announced at `now`, so that it can take over on schedule.
pub(super) fn due(keys: &[Key], settings: &Settings, now: Timestamp) -> Vec<KeyPurpose> {
    if settings.key_rotation_interval.0 == 0 {
        return Vec::new();
    }
    let mut purposes: Vec<KeyPurpose> = Vec::new();
    for key in keys {
        if !purposes.contains(&key.purpose) {
            purposes.push(key.purpose);
        }
    }
    purposes.retain(|purpose| {
        let late = |key: &Key| key.active_at + settings.key_rotation_interval - settings.key_announcement <= now;
        announced(keys, *purpose, now).is_none() && current(keys, *purpose, now).is_some_and(late)
    });
    purposes
}

/// How long the longest token lives that these settings let a key sign; `None` for keys that derive
/// refresh tokens: those prove an old token to be genuine, and so a replay, for as long as its
/// authorization lives.
pub(super) fn longest_token(settings: &Settings, purpose: KeyPurpose) -> Option<Seconds> {
    match purpose {
        KeyPurpose::Refresh => None,
        KeyPurpose::RefreshJwt => Some(settings.authorization_lifetime.max(settings.refresh_token_lifetime)),
        KeyPurpose::Sign(_) => Some(settings.access_token_lifetime.max(settings.id_token_lifetime)),
    }
}

/// Keys that may sign longer tokens from now on than was written down, each with how long they live. A
/// key of before, of which nothing was, may have signed by these settings: there are no others to be had.
pub(super) fn unpromised(keys: &[Key], settings: &Settings, now: Timestamp) -> Vec<(KeyId, Seconds)> {
    let longest = |key: &Key| {
        let longest = longest_token(settings, key.purpose)?;
        let signs = || current(keys, key.purpose, now).is_some_and(|current| current.id == key.id);
        let promise = match key.longest_token {
            None => is_believed(keys, key, settings, now),
            Some(promised) => promised < longest && signs(),
        };
        promise.then_some((key.id, longest))
    };
    keys.iter().filter_map(longest).collect()
}

/// Keys whose rows are of no use any more: the last token that they signed ended, by any clock. They go from
/// the oldest of a line on, as a later one tells when an earlier one was superseded; the last of a line
/// stays, so that its number is never given again.
pub(super) fn gone<'k>(keys: &'k [Key], settings: &Settings, now: Timestamp) -> Vec<&'k Key> {
    let mut gone = Vec::new();
    for last in keys.iter().filter(|key| of(keys, key.purpose).all(|other| other.ordinal <= key.ordinal)) {
        let current = current(keys, last.purpose, now).map_or(last.ordinal, |current| current.ordinal.min(last.ordinal));
        let mut line: Vec<&Key> = of(keys, last.purpose).filter(|key| key.ordinal < current).collect();
        line.sort_by_key(|key| key.ordinal);
        gone.extend(line.into_iter().take_while(|key| outlived_at(keys, key, settings).is_some_and(|end| end <= now)));
    }
    gone
}

/// When the last token ended that a key signed before it was revoked or superseded, and a refresh token that
/// it derived: those end with their authorizations.
fn outlived_at(keys: &[Key], key: &Key, settings: &Settings) -> Option<Timestamp> {
    let authorizations = settings.authorization_lifetime.max(settings.refresh_token_lifetime);
    let longest = key.longest_token.or(longest_token(settings, key.purpose)).unwrap_or(authorizations);
    let stopped = key.revoked_at.into_iter().chain(superseded_at(keys, key)).min()?;
    Some(stopped + longest + MARGIN)
}

/// When the last token made with a superseded key has expired everywhere; `None` while it is not
/// superseded, and for keys that derive refresh tokens.
fn ends_at(keys: &[Key], key: &Key, settings: &Settings) -> Option<Timestamp> {
    let now_longest = longest_token(settings, key.purpose)?;
    // What was signed before a setting was lowered lives on.
    let longest = key.longest_token.unwrap_or(now_longest);
    Some(superseded_at(keys, key)? + longest + MARGIN)
}

fn superseded_at(keys: &[Key], key: &Key) -> Option<Timestamp> {
    // A successor that was revoked before it began never took over.
    let took_over = |next: &&Key| next.ordinal > key.ordinal && next.revoked_at.is_none_or(|at| at > next.active_at);
    of(keys, key.purpose).filter(took_over).map(|next| next.active_at).min()
}

fn of(keys: &[Key], purpose: KeyPurpose) -> impl Iterator<Item = &Key> {
    keys.iter().filter(move |key| key.purpose == purpose)
}

fn is_live(key: &Key, now: Timestamp) -> bool {
    key.revoked_at.is_none_or(|at| now < at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jeton_jose::Algorithm;
    use jeton_oauth::{KeyId, RealmId};

    const SIGN: KeyPurpose = KeyPurpose::Sign(Algorithm::ES256);
    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn key(purpose: KeyPurpose, ordinal: u32, active: i64) -> Key {
        Key {
            id: KeyId::from_bytes([ordinal as u8; 16]),
            realm: RealmId::from_bytes([0; 16]),
            purpose,
            ordinal,
            wrapped: Vec::new(),
            wrapping_key: String::new(),
            public_jwk: None,
            created_at: at(active - DAY),
            active_at: at(active),
            longest_token: None,
            revoked_at: None,
        }
    }

    fn revoked(mut key: Key, seconds: i64) -> Key {
        key.revoked_at = Some(at(seconds));
        key
    }

    /// Access and ID tokens of an hour; rotation every 90 days, announced a day before.
    fn settings() -> Settings {
        Settings::default()
    }

    fn ordinal(key: Option<&Key>) -> Option<u32> {
        key.map(|key| key.ordinal)
    }

    #[test]
    fn an_announced_key_is_shown_before_it_signs() {
        let keys = [key(SIGN, 1, 0), key(SIGN, 2, 10 * DAY)];
        let before = at(10 * DAY - 1);
        assert_eq!(ordinal(current(&keys, SIGN, before)), Some(1));
        assert_eq!(ordinal(announced(&keys, SIGN, before)), Some(2));
        assert!(keys.iter().all(|key| is_believed(&keys, key, &settings(), before)));
        assert_eq!(ordinal(current(&keys, SIGN, at(10 * DAY))), Some(2));
        assert_eq!(announced(&keys, SIGN, at(10 * DAY)), None);
    }

    #[test]
    fn a_key_leaves_when_nothing_that_it_signed_can_live() {
        let keys = [key(SIGN, 1, 0), key(SIGN, 2, 10 * DAY), key(SIGN, 3, 20 * DAY)];
        let leave = |keys: &[Key], seconds| gone(keys, &settings(), at(seconds)).iter().map(|key| key.ordinal).collect::<Vec<_>>();
        let end = 3600 + DAY;
        assert!(leave(&keys, 10 * DAY + end - 1).is_empty());
        assert_eq!(leave(&keys, 10 * DAY + end), [1]);
        assert_eq!(leave(&keys, 10_000 * DAY), [1, 2], "the current one stays");
        // One that signed for longer is waited for, and what came after it with it.
        let long = [Key { longest_token: Some(Seconds(40 * 86_400)), ..keys[0].clone() }, keys[1].clone(), keys[2].clone()];
        assert!(leave(&long, 30 * DAY).is_empty());
        assert_eq!(leave(&long, 51 * DAY), [1, 2]);
        // A revoked one goes in its turn, and the last of a line never.
        let revoked = [revoked(key(SIGN, 1, 0), 5 * DAY), revoked(key(SIGN, 2, DAY), 5 * DAY)];
        assert!(leave(&revoked, DAY + end - 1).is_empty());
        assert_eq!(leave(&revoked, 10_000 * DAY), [1]);
        // What derives refresh tokens is kept for as long as an authorization may live.
        let refresh = [key(KeyPurpose::Refresh, 1, 0), key(KeyPurpose::Refresh, 2, DAY)];
        let longest = i64::from(settings().authorization_lifetime.max(settings().refresh_token_lifetime).0);
        assert!(leave(&refresh, 2 * DAY + longest - 1).is_empty());
        assert_eq!(leave(&refresh, 2 * DAY + longest), [1]);
    }

    #[test]
    fn a_superseded_key_is_believed_until_its_last_token_expired_and_a_day_more() {
        let keys = [key(SIGN, 1, 0), key(SIGN, 2, 10 * DAY)];
        let end = 10 * DAY + 3600 + DAY;
        assert!(is_believed(&keys, &keys[0], &settings(), at(end - 1)));
        assert!(!is_believed(&keys, &keys[0], &settings(), at(end)));
        assert!(is_believed(&keys, &keys[1], &settings(), at(1000 * DAY)));
    }

    #[test]
    fn the_longest_lifetime_of_the_realm_counts() {
        let keys = [key(SIGN, 1, 0), key(SIGN, 2, 10 * DAY), key(KeyPurpose::RefreshJwt, 1, 0), key(KeyPurpose::RefreshJwt, 2, 10 * DAY)];
        let settings = Settings { id_token_lifetime: Seconds(7200), ..settings() };
        assert!(is_believed(&keys, &keys[0], &settings, at(10 * DAY + 7199 + DAY)));
        assert!(is_believed(&keys, &keys[2], &settings, at(10 * DAY + 180 * DAY)));
        assert!(!is_believed(&keys, &keys[2], &settings, at(10 * DAY + 181 * DAY)));
    }

    #[test]
    fn a_key_that_derives_refresh_tokens_is_believed_for_ever_unless_revoked() {
        let keys =
            [key(KeyPurpose::Refresh, 1, 0), key(KeyPurpose::Refresh, 2, DAY), revoked(key(KeyPurpose::Refresh, 3, 2 * DAY), 3 * DAY)];
        let late = at(10_000 * DAY);
        assert!(is_believed(&keys, &keys[0], &settings(), late));
        assert!(!is_believed(&keys, &keys[2], &settings(), late));
        assert_eq!(ordinal(current(&keys, KeyPurpose::Refresh, late)), Some(2));
    }

    #[test]
    fn a_revoked_key_neither_signs_nor_is_shown() {
        let keys = [key(SIGN, 1, 0), revoked(key(SIGN, 2, DAY), 2 * DAY)];
        assert_eq!(ordinal(current(&keys, SIGN, at(2 * DAY - 1))), Some(2));
        assert_eq!(ordinal(current(&keys, SIGN, at(2 * DAY))), Some(1));
        assert!(!is_believed(&keys, &keys[1], &settings(), at(2 * DAY)));
        assert!(is_believed(&keys, &keys[0], &settings(), at(100 * DAY)), "it signs again");
        assert_eq!(next_ordinal(&keys, SIGN), 3, "a number is never used again");
    }

    #[test]
    fn a_successor_revoked_before_it_began_supersedes_nothing() {
        let keys = [key(SIGN, 1, 0), revoked(key(SIGN, 2, 10 * DAY), 5 * DAY)];
        assert_eq!(announced(&keys, SIGN, at(6 * DAY)), None);
        assert!(is_believed(&keys, &keys[0], &settings(), at(50 * DAY)));
        assert_eq!(next_change(&keys, &settings(), at(11 * DAY)), None);
    }

    #[test]
    fn a_first_key_from_a_clock_ahead_is_used_before_its_time() {
        let keys = [key(SIGN, 1, 5)];
        assert_eq!(ordinal(current(&keys, SIGN, at(4))), Some(1));
        assert_eq!(announced(&keys, SIGN, at(4)), None);
    }

    #[test]
    fn purposes_do_not_mix() {
        let other = KeyPurpose::Sign(Algorithm::RS256);
        let keys = [key(SIGN, 1, 0), key(other, 1, 0), key(other, 2, DAY)];
        assert_eq!(ordinal(current(&keys, SIGN, at(DAY))), Some(1));
        assert!(is_believed(&keys, &keys[0], &settings(), at(100 * DAY)));
        assert_eq!((next_ordinal(&keys, SIGN), next_ordinal(&keys, other), next_ordinal(&keys, KeyPurpose::Refresh)), (2, 3, 1));
    }

    #[test]
    fn the_next_change_is_the_next_beginning_or_end() {
        let keys = [key(SIGN, 1, 0), key(SIGN, 2, 10 * DAY)];
        let change = |now| next_change(&keys, &settings(), now);
        assert_eq!(change(at(DAY)), Some(at(10 * DAY)));
        assert_eq!(change(at(10 * DAY)), Some(at(11 * DAY + 3600)));
        assert_eq!(change(at(11 * DAY + 3600)), None);
    }

    #[test]
    fn a_successor_is_due_a_day_before_the_interval_ends_and_only_once() {
        let keys = vec![key(SIGN, 1, 0)];
        assert_eq!(due(&keys, &settings(), at(89 * DAY - 1)), []);
        assert_eq!(due(&keys, &settings(), at(89 * DAY)), [SIGN]);
        let with_next = [keys.clone(), vec![key(SIGN, 2, 90 * DAY)]].concat();
        assert_eq!(due(&with_next, &settings(), at(89 * DAY)), []);
        assert_eq!(due(&with_next, &settings(), at(178 * DAY)), []);
        assert_eq!(due(&with_next, &settings(), at(179 * DAY)), [SIGN]);
        assert_eq!(due(&keys, &Settings { key_rotation_interval: Seconds(0), ..settings() }, at(1000 * DAY)), []);
    }

    #[test]
    fn a_key_is_believed_until_its_last_token_ends_whatever_the_setting_says_by_then() {
        let promised = |key: Key| Key { longest_token: Some(Seconds(30 * 86_400)), ..key };
        let keys = [promised(key(SIGN, 1, 0)), key(SIGN, 2, DAY)];
        assert!(is_believed(&keys, &keys[0], &settings(), at(32 * DAY - 1)));
        assert!(!is_believed(&keys, &keys[0], &settings(), at(32 * DAY)));
        assert_eq!(next_change(&keys, &settings(), at(2 * DAY)), Some(at(32 * DAY)));
    }

    #[test]
    fn longer_tokens_are_promised_by_the_key_that_signs_them_and_the_unknown_by_all() {
        let promised = |key: Key, seconds| Key { longest_token: Some(Seconds(seconds)), ..key };
        let promises = |keys: &[Key]| unpromised(keys, &settings(), at(DAY)).into_iter().map(|(_, longest)| longest.0).collect::<Vec<_>>();
        let refresh = key(KeyPurpose::Refresh, 1, 0);
        assert_eq!(promises(&[key(SIGN, 1, 0), key(SIGN, 2, DAY), refresh.clone()]), [3600, 3600]);
        assert_eq!(promises(&[promised(key(SIGN, 1, 0), 60), promised(key(SIGN, 2, DAY), 60), refresh.clone()]), [3600]);
        assert!(promises(&[promised(key(SIGN, 1, 0), 60), promised(key(SIGN, 2, DAY), 7200), refresh]).is_empty());
    }

    #[test]
    fn a_realm_needs_what_its_settings_say() {
        assert_eq!(needed(&settings()).collect::<Vec<_>>(), [SIGN, KeyPurpose::Refresh]);
        let settings = Settings { access_token_alg: Algorithm::EdDSA, refresh_token_format: TokenFormat::Jwt, ..settings() };
        assert_eq!(
            needed(&settings).collect::<Vec<_>>(),
            [KeyPurpose::Sign(Algorithm::EdDSA), KeyPurpose::Refresh, KeyPurpose::RefreshJwt]
        );
    }
}
