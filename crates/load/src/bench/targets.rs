//! What each operation should reach, and the cryptography that it cannot do without.
//!
//! The figures are those of "Targets" in docs/performance.md. Ratios hold anywhere; rates
//! per second are those of the two-core machine that the page describes.

use crate::database::Engine;
use crate::limits::Cryptography;

/// What a row is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// (Bare handler + cryptography) ÷ server CPU per request, at least.
    Efficiency(f64),
    /// Requests per second, at least, and the 99th percentile in microseconds, at most.
    Rate { per_second: f64, p99_us: Option<u64> },
    /// Part of the Argon2id rate of all cores, at least.
    OfArgon2(f64),
    /// Server CPU per request in microseconds, at most.
    ServerCpu(f64),
    /// Shown for orientation.
    None,
}

/// One operation of the suite.
#[derive(Clone, Copy, Debug)]
pub struct Benchmark {
    pub name: &'static str,
    pub target: Target,
    pub cryptography: fn(&Cryptography) -> f64,
}

pub const DISCOVERY: Benchmark = Benchmark { name: "discovery", target: Target::Efficiency(0.7), cryptography: |_| 0.0 };
pub const JWKS: Benchmark = Benchmark { name: "jwks", target: Target::Efficiency(0.7), cryptography: |_| 0.0 };
pub const CLIENT_CREDENTIALS_ES256: Benchmark = Benchmark {
    name: "client_credentials, ES256",
    target: Target::Efficiency(0.65),
    cryptography: |crypto| crypto.sha256_us + crypto.es256_sign_us,
};
pub const CLIENT_CREDENTIALS_EDDSA: Benchmark = Benchmark {
    name: "client_credentials, EdDSA",
    target: Target::Efficiency(0.55),
    cryptography: |crypto| crypto.sha256_us + crypto.eddsa_sign_us,
};
pub const CLIENT_CREDENTIALS_RS256: Benchmark = Benchmark {
    name: "client_credentials, RS256",
    target: Target::Efficiency(0.9),
    cryptography: |crypto| crypto.sha256_us + crypto.rs256_sign_us,
};
pub const INTROSPECT_OPAQUE: Benchmark =
    Benchmark { name: "introspection, opaque", target: Target::Efficiency(0.5), cryptography: |crypto| 2.0 * crypto.sha256_us };
pub const INTROSPECT_JWT: Benchmark = Benchmark {
    name: "introspection, JWT (ES256)",
    target: Target::Efficiency(0.75),
    cryptography: |crypto| crypto.sha256_us + crypto.es256_verify_us,
};
pub const REFRESH: Benchmark = Benchmark {
    name: "refresh rotation, ES256",
    target: Target::Rate { per_second: 13_000.0, p99_us: Some(25_000) },
    cryptography: signs_and_hashes,
};
pub const REFRESH_POSTGRES: Benchmark = Benchmark { target: Target::Rate { per_second: 6_000.0, p99_us: None }, ..REFRESH };
pub const CODE_OBTAIN: Benchmark =
    Benchmark { name: "authorization code: obtain", target: Target::None, cryptography: |crypto| crypto.sha256_us };
pub const CODE_REDEEM: Benchmark = Benchmark {
    name: "authorization code: redeem",
    target: Target::Rate { per_second: 8_000.0, p99_us: None },
    cryptography: signs_and_hashes,
};
pub const PASSWORD: Benchmark = Benchmark {
    name: "password grant",
    target: Target::OfArgon2(0.9),
    cryptography: |crypto| crypto.argon2id_us + signs_and_hashes(crypto),
};

/// A page of those that people open.
pub const fn page(name: &'static str) -> Benchmark {
    Benchmark { name, target: Target::ServerCpu(5_000.0), cryptography: |_| 0.0 }
}

/// How much slower others may be while passwords are checked.
pub const OTHERS_P99_BESIDE_PASSWORDS: f64 = 2.0;
pub const IDLE_MIB: f64 = 30.0;
pub const LOADED_MIB: f64 = 64.0;
pub const FIRST_START_MS: f64 = 150.0;
pub const LATER_START_MS: f64 = 50.0;
/// Megabytes of a million octets.
pub const BINARY_MB: f64 = 20.0;

/// What one node reaches depends on who writes.
pub fn refresh(engine: Engine) -> Benchmark {
    match engine {
        Engine::Sqlite => REFRESH,
        Engine::Postgres => REFRESH_POSTGRES,
    }
}

/// The client's secret, the presented token and the new one are hashed; one token is signed.
fn signs_and_hashes(crypto: &Cryptography) -> f64 {
    3.0 * crypto.sha256_us + crypto.es256_sign_us
}

impl Target {
    pub fn describe(self) -> String {
        match self {
            Self::Efficiency(least) => format!("efficiency ≥ {least}"),
            Self::Rate { per_second, p99_us } => {
                let p99 = p99_us.map(|micros| format!(", p99 ≤ {} ms", micros / 1_000)).unwrap_or_default();
                format!("≥ {}k/s{p99}", per_second / 1e3)
            }
            Self::OfArgon2(least) => format!("≥ {least} of Argon2id"),
            Self::ServerCpu(most) => format!("server CPU ≤ {} ms", most / 1e3),
            Self::None => "–".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_read_as_they_are_meant() {
        assert_eq!(REFRESH.target.describe(), "≥ 13k/s, p99 ≤ 25 ms");
        assert_eq!(DISCOVERY.target.describe(), "efficiency ≥ 0.7");
        assert_eq!(page("page: account").target.describe(), "server CPU ≤ 5 ms");
    }
}
