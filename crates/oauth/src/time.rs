//! Time as it is passed in: milliseconds since the Unix epoch, and whole seconds of lifetime.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From a clock, or from a row.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From a NumericDate (RFC 7519 §2); one too far away becomes the last there is.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; negative before.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded down: a NumericDate (RFC 7519 §2).
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds from `earlier` to here, rounded down; 0 when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> Seconds {
        Seconds(u32::try_from((self.0 - earlier.0).max(0) / 1000).unwrap_or(u32::MAX))
    }
}

impl std::ops::Add<Seconds> for Timestamp {
    type Output = Self;
    fn add(self, seconds: Seconds) -> Self {
        Self(self.0.saturating_add(seconds.as_millis()))
    }
}

impl std::ops::Sub<Seconds> for Timestamp {
    type Output = Self;
    fn sub(self, seconds: Seconds) -> Self {
        Self(self.0.saturating_sub(seconds.as_millis()))
    }
}

/// A length of time in whole seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Seconds(pub u32);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl serde::de::Visitor<'_> for Whole {
            type Value = Seconds;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("whole seconds, such as 3600, without quotes")
            }

            fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Seconds, E> {
                let range = |_| E::invalid_value(serde::de::Unexpected::Unsigned(seconds), &"at most 4294967295 seconds");
                u32::try_from(seconds).map(Seconds).map_err(range)
            }

            fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<Seconds, E> {
                let negative = |_| E::invalid_value(serde::de::Unexpected::Signed(seconds), &self);
                u64::try_from(seconds).map_err(negative).and_then(|seconds| self.visit_u64(seconds))
            }
        }
        deserializer.deserialize_u32(Whole)
    }
}

impl Seconds {
    /// The same in milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0 as i64 * 1000
    }
}
