//! The real time and fresh names, for what no rule ever sees: when a migration ran, when a cache
//! was told to forget, what an installation or a half-made file is called.

use std::time::SystemTime;

use jeton_oauth::Timestamp;
use uuid::Uuid;

#[expect(clippy::disallowed_methods, reason = "no rule and no answer depends on this time, and tests cannot tell it from another")]
pub(crate) fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX))
}

#[expect(clippy::disallowed_methods, reason = "names what is made once, outside every rule")]
pub(crate) fn fresh_name() -> Uuid {
    Uuid::now_v7()
}
