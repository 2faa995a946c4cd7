//! One key of each algorithm, made once per test binary.

use std::sync::LazyLock;

use jeton_jose::{Algorithm, SigningKey};

pub fn key(algorithm: Algorithm) -> &'static SigningKey {
    KEYS.iter().find(|key| key.algorithm() == algorithm).expect("one of each")
}

static KEYS: LazyLock<Vec<SigningKey>> = LazyLock::new(|| {
    // One RSA key serves all six algorithms: making one takes long.
    let rsa = SigningKey::generate(Algorithm::RS256).unwrap().private_bytes();
    Algorithm::ALL
        .into_iter()
        .map(|algorithm| match algorithm.is_rsa() {
            true => SigningKey::from_private_bytes(algorithm, &rsa).unwrap(),
            false => SigningKey::generate(algorithm).unwrap(),
        })
        .collect()
});
