//! Time-based codes of an authenticator app (RFC 6238): six digits, SHA-1, a new one every 30 seconds,
//! as every app knows them.

use aws_lc_rs::hmac;
use rand_core::CryptoRng;
use subtle::{Choice, ConstantTimeEq};
use url::form_urlencoded;
use zeroize::Zeroizing;

use crate::{Timestamp, secret::SecretText};

/// Seconds that a code stands.
const PERIOD: u64 = 30;
const DIGITS: usize = 6;
/// Clocks may differ by this many steps, either way (RFC 6238 §5.2).
const DRIFT: u64 = 1;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The key that app and server share (RFC 4226 §4: 160 bits).
pub struct TotpKey(Zeroizing<[u8; 20]>);

/// A moment of the clock that codes are made by. One that was used is not taken again, nor an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step(pub u64);

impl TotpKey {
    /// A fresh key of 20 random bytes.
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        let mut key = Zeroizing::new([0; 20]);
        rng.fill_bytes(key.as_mut());
        Self(key)
    }

    /// As it was kept, once it is decrypted.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// To be encrypted before it is kept.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// What a person types into the app: Base32 without padding (RFC 4648 §6).
    pub fn base32(&self) -> SecretText {
        let bits = |from: usize| (0..5).fold(0, |value, bit| value << 1 | (self.0[(from + bit) / 8] >> (7 - (from + bit) % 8) & 1));
        SecretText::new((0..32).map(|letter| char::from(ALPHABET[usize::from(bits(letter * 5))])).collect::<String>())
    }

    /// What the app scans.
    pub fn uri(&self, realm: &str, account: &str) -> SecretText {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        let (realm, account) = (encoded(realm), encoded(account));
        SecretText::new(format!("otpauth://totp/{realm}:{account}?secret={}&issuer={realm}", self.base32().expose()))
    }

    /// The step that `code` was made at: now, or as much before or after as clocks may differ, and later
    /// than the one `used` last. Blanks do not count. Every candidate is compared, in constant time.
    pub fn matched(&self, code: &str, now: Timestamp, used: Option<Step>) -> Option<Step> {
        let typed: Zeroizing<Vec<u8>> = Zeroizing::new(code.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
        let this = u64::try_from(now.as_seconds()).ok()? / PERIOD;
        let mut found = None;
        for step in this.saturating_sub(DRIFT)..=this + DRIFT {
            let same: Choice = typed.as_slice().ct_eq(self.code(step).as_bytes());
            if bool::from(same) && used.is_none_or(|used| Step(step) > used) {
                found = Some(Step(step));
            }
        }
        found
    }

    /// RFC 4226 §5.3.
    fn code(&self, step: u64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, self.0.as_slice());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag[tag.len() - 1] & 15);
        let number = tag[offset..offset + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte)) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % 1_000_000)
    }
}

impl std::fmt::Debug for TotpKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, whose codes have eight digits: the last six of them.
    const KNOWN: [(i64, &str); 6] = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];

    fn key() -> TotpKey {
        TotpKey::from_bytes(b"12345678901234567890").unwrap()
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn the_codes_of_the_standard_are_right() {
        for (seconds, code) in KNOWN {
            assert_eq!(key().matched(code, at(seconds), None), Some(Step(u64::try_from(seconds).unwrap() / 30)), "{seconds}");
            assert!(key().matched(&format!("{} {}", &code[..3], &code[3..]), at(seconds), None).is_some(), "{seconds}");
        }
    }

    #[test]
    fn clocks_may_differ_by_one_step_and_no_more() {
        for (seconds, right) in [(59 - 60, false), (29, true), (59, true), (89, true), (90, false)] {
            assert_eq!(key().matched("287082", at(seconds), None).is_some(), right, "{seconds}");
        }
    }

    #[test]
    fn a_step_counts_once_and_no_earlier_one_after_it() {
        let used = key().matched("287082", at(59), None);
        assert_eq!(key().matched("287082", at(59), used), None);
        let earlier = key().code(0);
        assert_eq!(key().matched(&earlier, at(31), used), None);
        assert!(key().matched(&key().code(2), at(61), used).is_some());
    }

    #[test]
    fn what_is_no_code_matches_nothing() {
        for typed in ["", "28708", "2870822", "abcdef", "２８７０８２", "-87082"] {
            assert_eq!(key().matched(typed, at(59), None), None, "{typed}");
        }
    }

    #[test]
    fn an_app_can_read_the_key() {
        assert_eq!(key().base32().expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let uri = key().uri("Volt & Time", "tess@volttime.example");
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Volt%20%26%20Time:tess%40volttime.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Volt%20%26%20Time"
        );
        assert!(!format!("{:?}", key()).contains("1234"));
    }
}
