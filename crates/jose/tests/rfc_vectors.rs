//! The examples of the RFCs: their tokens verify, their keys have their thumbprints.

use jeton_jose::{Algorithm, Expect, Jwk, SigningKey, VerifyingKey, base64url, verify};
use serde::Deserialize;

#[derive(Deserialize)]
struct Example {
    section: String,
    alg: Algorithm,
    jwk: Option<Jwk>,
    secret: Option<String>,
    token: String,
    payload: String,
}

fn examples() -> Vec<Example> {
    serde_json::from_str(include_str!("vectors/rfc_jws.json")).unwrap()
}

fn key(example: &Example) -> VerifyingKey {
    match (&example.jwk, &example.secret) {
        (Some(jwk), None) => VerifyingKey::from_jwk(jwk, example.alg),
        (None, Some(secret)) => VerifyingKey::from_secret(example.alg, &base64url::decode(secret).unwrap()),
        _ => panic!("{} has one key", example.section),
    }
    .unwrap()
}

#[test]
fn signatures_of_the_examples_verify() {
    assert_eq!(examples().len(), 5);
    for example in examples() {
        let algorithms = [example.alg];
        let expect = Expect::new(&algorithms, &["JWT"]).or_absent_typ();
        let verified = verify(&example.token, &expect, |_| Some(key(&example)));
        assert_eq!(verified.unwrap().payload, example.payload.as_bytes(), "{}", example.section);
    }
}

#[test]
fn no_example_verifies_with_the_key_of_another() {
    let algorithms = Algorithm::ALL;
    let expect = Expect::new(&algorithms, &["JWT"]).or_absent_typ();
    for one in examples() {
        for other in examples().iter().filter(|other| other.section != one.section) {
            let verified = verify(&one.token, &expect, |_| Some(key(other)));
            assert!(verified.is_err(), "{} with {}", one.section, other.section);
        }
    }
}

/// RFC 7638 §3.1.
#[test]
fn an_rsa_key_has_its_thumbprint() {
    let key: Jwk = serde_json::from_str(
        r#"{
          "kty": "RSA",
          "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
          "e": "AQAB",
          "alg": "RS256",
          "kid": "2011-04-29"
        }"#,
    )
    .unwrap();
    assert_eq!(key.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.kid.as_deref(), Some("2011-04-29"));
}

/// RFC 8037 §A.1 to §A.4: the seed's PKCS#8 form, its public key, thumbprint and signature.
#[test]
fn the_ed25519_seed_gives_key_thumbprint_and_signature() {
    let seed: [u8; 32] = base64url::decode_array("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    // RFC 8410 §7: version 0, id-Ed25519, an OCTET STRING in an OCTET STRING.
    let mut pkcs8 = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    pkcs8.extend(seed);
    let key = SigningKey::from_pkcs8(Algorithm::EdDSA, &pkcs8).unwrap();
    assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(key.private_bytes().as_slice(), pkcs8);

    let example = examples().into_iter().find(|example| example.alg == Algorithm::EdDSA).unwrap();
    let jwk = key.public_jwk().unwrap();
    assert_eq!(jwk.parameters(), example.jwk.unwrap().parameters());
}
