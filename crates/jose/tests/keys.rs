//! Keys as JWK and PKCS#8: only what fits is read, and nothing private is shown.

mod keys_of_all;

use jeton_jose::{Algorithm, Jwk, JwkSet, KeyError, SigningKey, VerifyingKey, base64url, json};
use keys_of_all::key;
use proptest::prelude::*;
use serde_json::{Value, json};

fn jwk(value: &Value) -> Result<Jwk, serde_json::Error> {
    serde_json::from_value(value.clone())
}

fn public(algorithm: Algorithm) -> Value {
    serde_json::to_value(key(algorithm).public_jwk().unwrap()).unwrap()
}

fn any_algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(Algorithm::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(26))]

    #[test]
    fn a_key_survives_being_stored(algorithm in any_algorithm()) {
        let key = key(algorithm);
        let back = SigningKey::from_private_bytes(algorithm, &key.private_bytes()).unwrap();
        prop_assert_eq!(back.kid(), key.kid());
        prop_assert_eq!(back.public_jwk(), key.public_jwk());
        prop_assert_eq!(back.private_bytes(), key.private_bytes());
        let token = back.sign_bytes("JWT", b"x").unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = base64url::decode(signature).unwrap();
        prop_assert_eq!(key.verifying_key().verify(signed.as_bytes(), &signature), Ok(()));
    }
}

#[test]
fn a_public_jwk_reads_back_with_its_thumbprint_as_kid() {
    for algorithm in Algorithm::ALL.into_iter().filter(|algorithm| !algorithm.is_symmetric()) {
        let own = key(algorithm).public_jwk().unwrap();
        let back = jwk(&public(algorithm)).unwrap();
        assert_eq!(back, own);
        assert_eq!(back.thumbprint(), key(algorithm).kid());
        assert_eq!(back.kid.as_deref(), Some(key(algorithm).kid()));
        assert_eq!(back.alg, Some(algorithm));
        assert_eq!(public(algorithm)["use"], "sig");
        let verifying = VerifyingKey::from_jwk(&back, algorithm).unwrap();
        assert_eq!(verifying.kid(), key(algorithm).kid());
    }
}

#[test]
fn symmetric_keys_have_no_public_half() {
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        assert_eq!(key(algorithm).public_jwk(), None);
    }
}

#[test]
fn debug_shows_kid_and_algorithm_alone() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let kid = key.kid();
        let expected = format!("{{ kid: {kid:?}, alg: {algorithm}, .. }}");
        assert_eq!(format!("{key:?}"), format!("SigningKey {expected}"));
        assert_eq!(format!("{:?}", key.verifying_key()), format!("VerifyingKey {expected}"));
    }
}

#[test]
fn keys_can_be_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<SigningKey>();
    shared::<VerifyingKey>();
}

#[test]
fn private_members_are_refused_whatever_their_value() {
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        for value in [json!("AA"), json!(""), json!(null), json!([1])] {
            let mut with = public(Algorithm::ES256);
            with[member] = value;
            let error = jwk(&with).unwrap_err().to_string();
            assert!(error.contains("private members"), "{member}: {error}");
            let set = json!({ "keys": [public(Algorithm::EdDSA), with] });
            assert!(serde_json::from_value::<JwkSet>(set).is_err(), "{member}");
        }
    }
    assert!(jwk(&json!({ "kty": "oct", "k": "AAAA" })).is_err());
}

#[test]
fn malformed_public_members_are_refused() {
    let ec = |member: &str, value: Value| {
        let mut key = public(Algorithm::ES256);
        key[member] = value;
        key
    };
    let x = public(Algorithm::ES256)["x"].as_str().unwrap().to_owned();
    let short = base64url::encode(&base64url::decode(&x).unwrap()[1..]);
    let long = base64url::encode([&[0], base64url::decode(&x).unwrap().as_slice()].concat());
    for broken in [
        ec("x", json!(short)),
        ec("x", json!(long)),
        ec("x", json!(format!("{x}="))),
        ec("x", json!(format!(" {x}"))),
        ec("x", json!(null)),
        ec("y", json!(7)),
        ec("crv", json!("P-384")),
        ec("crv", json!("secp256k1")),
        ec("crv", json!(null)),
        ec("kty", json!("RSA")),
        ec("kty", json!("ec")),
        ec("alg", json!("ES384")),
        ec("alg", json!("RS256")),
        ec("alg", json!("ECDH-ES")),
        ec("use", json!("enc")),
        ec("key_ops", json!(["sign"])),
        ec("key_ops", json!("verify")),
        ec("kid", json!(1)),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "AAAA" }),
        json!({ "kty": "OKP", "crv": "X25519", "x": base64url::encode([9; 32]) }),
        json!({ "kty": "OKP", "crv": "Ed448", "x": base64url::encode([9; 57]) }),
        json!({}),
        json!([]),
    ] {
        assert!(jwk(&broken).is_err(), "{broken}");
    }
    assert!(jwk(&ec("key_ops", json!(["verify"]))).is_ok());
    assert!(jwk(&ec("x5t", json!([1, 2]))).is_ok(), "unknown members mean nothing");
}

#[test]
fn a_point_off_the_curve_is_no_key() {
    let mut off = public(Algorithm::ES256);
    off["y"] = off["x"].clone();
    let parsed = jwk(&off).unwrap();
    assert!(matches!(VerifyingKey::from_jwk(&parsed, Algorithm::ES256), Err(KeyError::Malformed(_))));
}

#[test]
fn weak_or_strange_rsa_keys_are_refused() {
    let n = base64url::decode(public(Algorithm::RS256)["n"].as_str().unwrap()).unwrap();
    let rsa = |n: &[u8], e: &[u8]| jwk(&json!({ "kty": "RSA", "n": base64url::encode(n), "e": base64url::encode(e) }));
    assert!(rsa(&n, &[1, 0, 1]).is_ok());
    assert!(rsa(&n, &[3]).is_ok());
    let mut of_2047_bits = n.clone();
    of_2047_bits[0] &= 0x7f;
    let mut even = n.clone();
    even[255] &= 0xfe;
    for (n, e) in [
        (&n[..], &[][..]),
        (&n, &[1]),
        (&n, &[0]),
        (&n, &[2]),
        (&n, &[1, 0, 0]),
        (&n, &[0, 3]),
        (&n, &[1, 0, 0, 0, 1]),
        (&[], &[3]),
        (&n[..128], &[3]),
        (&of_2047_bits, &[3]),
        (&even, &[3]),
        (&[&[0], n.as_slice()].concat(), &[3]),
        (&[0xff; 1025], &[3]),
    ] {
        assert!(rsa(n, e).is_err(), "{} bytes, {e:?}", n.len());
    }
}

#[test]
fn a_key_fits_only_its_algorithms() {
    for of in Algorithm::ALL {
        for as_ in Algorithm::ALL {
            let fits = of == as_ || (of.is_rsa() && as_.is_rsa()) || (of.is_symmetric() && as_.is_symmetric());
            if fits {
                continue;
            }
            let private = SigningKey::from_private_bytes(as_, &key(of).private_bytes());
            // PKCS#8 text is long enough for a secret: it is the bytes that the caller names.
            assert!(private.is_err() || as_.is_symmetric(), "{of} as {as_}");
            if let Some(jwk) = key(of).public_jwk() {
                assert_eq!(VerifyingKey::from_jwk(&jwk, as_).unwrap_err(), KeyError::Unfit(as_));
            }
        }
    }
    let reserved = key(Algorithm::RS256).public_jwk().unwrap();
    assert!(VerifyingKey::from_jwk(&reserved, Algorithm::PS256).is_err(), "`alg` reserves a key");
}

#[test]
fn a_set_skips_what_it_cannot_use() {
    let strangers = [
        json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AA" }),
        json!({ "kty": "OKP", "crv": "X25519", "x": base64url::encode([9; 32]) }),
        json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "short" }),
        json!({ "kid": "nothing" }),
        json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "use": "enc" }),
    ];
    let mut keys = strangers.to_vec();
    keys.push(public(Algorithm::ES256));
    keys.push(public(Algorithm::RS256));
    let text = json!({ "keys": keys, "more": 1 }).to_string();
    let set: JwkSet = json::from_slice_strict(text.as_bytes()).unwrap();
    assert_eq!(set.keys.len(), 2);
    let kid = key(Algorithm::RS256).kid();
    assert_eq!(set.find(kid), key(Algorithm::RS256).public_jwk().as_ref());
    assert_eq!(set.find("short"), None);
    assert_eq!(set.candidates(Algorithm::ES256, None).count(), 1);
    assert_eq!(set.candidates(Algorithm::ES256, Some(kid)).count(), 0);
    assert_eq!(set.candidates(Algorithm::PS256, None).count(), 0);
    for broken in ["{}", r#"{"keys":{}}"#, r#"{"keys":[1]}"#, r#"{"keys":[],"keys":[]}"#, "[]"] {
        assert!(json::from_slice_strict::<JwkSet>(broken.as_bytes()).is_err(), "{broken}");
    }
}
