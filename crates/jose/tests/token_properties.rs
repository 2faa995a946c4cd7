//! Whatever is signed is believed; whatever is changed or made up is refused, calmly.

mod keys_of_all;

use jeton_jose::{Algorithm, Expect, SigningKey, Verified, VerifyError, base64url, json, peek_header, verify};
use keys_of_all::key;
use proptest::prelude::*;
use serde_json::{Value, json};

const TYP: &str = "at+jwt";

fn read(token: &str, key: &SigningKey) -> Result<Verified, VerifyError> {
    let algorithms = [key.algorithm()];
    verify(token, &Expect::new(&algorithms, &[TYP]), |_| Some(key.verifying_key()))
}

fn any_algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_signed_is_read_back(
        algorithm in any_algorithm(),
        payload in prop::collection::vec(any::<u8>(), 0..600),
        typ in "[a-z0-9+.-]{1,64}",
    ) {
        let key = key(algorithm);
        let token = key.sign_bytes(&typ, &payload).unwrap();
        let (algorithms, types) = ([algorithm], [typ.as_str()]);
        let expect = Expect::new(&algorithms, &types);
        let verified = verify(&token, &expect, |header| {
            (header.kid.as_deref() == Some(key.kid())).then(|| key.verifying_key())
        }).unwrap();
        prop_assert_eq!(verified.payload, payload);
        prop_assert_eq!(verified.header.alg, algorithm);
        prop_assert_eq!(verified.header.typ.as_deref(), Some(typ.as_str()));
        prop_assert_eq!(peek_header(&token).unwrap(), verified.header);
    }

    #[test]
    fn a_token_with_any_byte_changed_is_refused(
        algorithm in any_algorithm(),
        at in any::<prop::sample::Index>(),
        mask in 1u8..,
    ) {
        let key = key(algorithm);
        let mut bytes = key.sign(TYP, &json!({ "sub": "ann" })).unwrap().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= mask;
        if let Ok(token) = String::from_utf8(bytes) {
            prop_assert!(read(&token, key).is_err(), "{} at {}", token, at);
        }
    }

    #[test]
    fn any_text_is_refused_calmly(text in "\\PC{0,200}") {
        prop_assert!(read(&text, key(Algorithm::HS256)).is_err());
        prop_assert!(peek_header(&text).is_err());
    }

    #[test]
    fn any_bytes_in_the_parts_are_refused_calmly(
        header in prop::collection::vec(any::<u8>(), 0..80),
        payload in prop::collection::vec(any::<u8>(), 0..80),
        signature in prop::collection::vec(any::<u8>(), 0..200),
        algorithm in any_algorithm(),
        good_header in any::<bool>(),
    ) {
        let good = format!(r#"{{"alg":"{algorithm}","typ":"{TYP}"}}"#);
        let header = if good_header { good.as_bytes() } else { &header };
        let token = [header, &payload, &signature].map(base64url::encode).join(".");
        prop_assert!(read(&token, key(algorithm)).is_err());
    }

    #[test]
    fn any_bytes_as_json_or_keys_are_refused_calmly(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
        let _ = json::check(&bytes);
        let strict = json::from_slice_strict::<Value>(&bytes).is_ok();
        prop_assert!(!strict || serde_json::from_slice::<Value>(&bytes).is_ok());
        for algorithm in [Algorithm::RS256, Algorithm::ES256, Algorithm::ES512, Algorithm::EdDSA] {
            prop_assert!(SigningKey::from_pkcs8(algorithm, &bytes).is_err());
        }
    }
}

#[test]
fn every_position_of_a_token_counts() {
    let key = key(Algorithm::ES256);
    let token = key.sign(TYP, &json!({ "sub": "ann" })).unwrap();
    assert!(read(&token, key).is_ok());
    for at in 0..token.len() {
        for other in ["A", "_", "."] {
            let mut changed = token.clone();
            changed.replace_range(at..=at, other);
            if changed != token {
                assert!(read(&changed, key).is_err(), "{at} to {other}");
            }
        }
        let mut longer = token.clone();
        longer.insert(at, 'A');
        assert!(read(&longer, key).is_err(), "one more at {at}");
        let mut shorter = token.clone();
        shorter.remove(at);
        assert!(read(&shorter, key).is_err(), "one less at {at}");
    }
}
