//! Which tokens are refused, and by what error, however genuine their signature is.

mod keys_of_all;

use jeton_jose::{
    Algorithm, Expect, Header, KeyError, MAX_TOKEN_LENGTH, SignError, SigningKey, Verified, VerifyError, base64url, peek_header, verify,
};
use keys_of_all::key;
use serde_json::{Value, json};

const TYP: &str = "at+jwt";

fn read(token: &str, key: &SigningKey) -> Result<Verified, VerifyError> {
    let algorithms = [key.algorithm()];
    verify(token, &Expect::new(&algorithms, &[TYP]), |_| Some(key.verifying_key()))
}

/// A token with this header, as it stands, and a genuine signature.
fn with_header(key: &SigningKey, header: &str, payload: &[u8]) -> String {
    // The key signs `header'.payload'` for its own header only, so for a foreign one the
    // HMAC is made here.
    let signed = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key.private_bytes());
    let tag = aws_lc_rs::hmac::sign(&secret, signed.as_bytes());
    format!("{signed}.{}", base64url::encode(tag))
}

#[test]
fn only_three_canonical_parts_are_a_token() {
    let key = key(Algorithm::HS256);
    let token = key.sign(TYP, &json!({})).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    for broken in [
        String::new(),
        "..".to_owned(),
        signed.to_owned(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{token}="),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{signed}.{signature}.."),
        format!("{signed}. {signature}"),
        // JSON serialization (RFC 7515 §7.2).
        json!({ "payload": "e30", "protected": "e30", "signature": signature }).to_string(),
    ] {
        assert!(matches!(read(&broken, key), Err(VerifyError::Malformed)), "{broken}");
    }
    assert!(matches!(read(&format!("{signed}."), key), Err(VerifyError::BadSignature)));
}

#[test]
fn long_tokens_are_refused_before_anything_is_decoded() {
    let key = key(Algorithm::HS256);
    let fits = key.sign_bytes(TYP, &vec![b' '; MAX_TOKEN_LENGTH / 4 * 3 - 300]).unwrap();
    assert!(fits.len() <= MAX_TOKEN_LENGTH);
    assert!(read(&fits, key).is_ok());
    let long = key.sign_bytes(TYP, &vec![b' '; MAX_TOKEN_LENGTH]).unwrap();
    assert!(matches!(read(&long, key), Err(VerifyError::TooLong)));
    assert_eq!(peek_header(&"a".repeat(MAX_TOKEN_LENGTH + 1)), Err(VerifyError::TooLong));
}

#[test]
fn the_caller_pins_algorithm_and_type() {
    let key = key(Algorithm::ES256);
    let token = key.sign("JWT", &json!({})).unwrap();
    let ours = || Some(key.verifying_key());
    let ask = |expect: Expect<'_>| verify(&token, &expect, |_| ours()).map(|_| ());
    let all = Algorithm::ALL;
    assert_eq!(ask(Expect::new(&all, &["JWT"])), Ok(()));
    assert_eq!(ask(Expect::new(&all, &["at+jwt"])), Err(VerifyError::TypeNotAllowed));
    assert_eq!(ask(Expect::new(&all, &["at+jwt"]).or_absent_typ()), Err(VerifyError::TypeNotAllowed));
    assert_eq!(ask(Expect::new(&[Algorithm::RS256], &["JWT"])), Err(VerifyError::AlgorithmNotAllowed));
    assert_eq!(ask(Expect::new(&[], &["JWT"])), Err(VerifyError::AlgorithmNotAllowed));
}

#[test]
fn a_key_verifies_its_own_algorithm_only() {
    let rs256 = key(Algorithm::RS256);
    let token = rs256.sign(TYP, &json!({})).unwrap();
    let all = Algorithm::ALL;
    for other in Algorithm::ALL.into_iter().filter(|other| *other != Algorithm::RS256) {
        let outcome = verify(&token, &Expect::new(&all, &[TYP]), |_| Some(key(other).verifying_key()));
        assert_eq!(outcome.unwrap_err(), VerifyError::AlgorithmNotAllowed, "{other}");
    }
}

/// RFC 8725 §2.1: an HMAC under the public key's text.
#[test]
fn a_public_key_is_never_a_secret() {
    let rs256 = key(Algorithm::RS256);
    let public = serde_json::to_vec(&rs256.public_jwk()).unwrap();
    let forger = SigningKey::from_secret(Algorithm::HS256, &public).unwrap();
    let forged = forger.sign(TYP, &json!({ "sub": "root" })).unwrap();
    let all = Algorithm::ALL;
    let outcome = verify(&forged, &Expect::new(&all, &[TYP]), |_| Some(rs256.verifying_key()));
    assert_eq!(outcome.unwrap_err(), VerifyError::AlgorithmNotAllowed);
}

#[test]
fn unsigned_tokens_are_refused() {
    for alg in ["none", "None", "NONE", "nOnE"] {
        let header = base64url::encode(format!(r#"{{"alg":"{alg}","typ":"{TYP}"}}"#));
        for signature in ["", "AA"] {
            let token = format!("{header}.e30.{signature}");
            let outcome = read(&token, key(Algorithm::HS256));
            assert_eq!(outcome.unwrap_err(), VerifyError::AlgorithmNotAllowed);
        }
    }
}

/// RFC 7515 §4.1.3, §4.1.6, and duplicates: genuine signatures do not help.
#[test]
fn strange_headers_are_refused_although_genuinely_signed() {
    let key = key(Algorithm::HS256);
    let plain = with_header(key, r#"{"alg":"HS256","typ":"at+jwt"}"#, b"{}");
    assert!(read(&plain, key).is_ok());
    for (header, error) in [
        (r#"{"alg":"HS256","typ":"at+jwt","crit":["x"],"x":1}"#, VerifyError::CriticalHeader),
        (r#"{"alg":"HS256","typ":"at+jwt","b64":false}"#, VerifyError::CriticalHeader),
        (r#"{"alg":"HS256","typ":"at+jwt","kid":"a","kid":"a"}"#, VerifyError::DuplicateMember),
        (r#"{"alg":"HS256","typ":"at+jwt","x":{"a":1,"a":2}}"#, VerifyError::DuplicateMember),
        (r#"{"alg":"HS256","typ":"at+jwt"} {}"#, VerifyError::Malformed),
        (r#"{"alg":"HS256","typ":["at+jwt"]}"#, VerifyError::Malformed),
        (r#"{"alg":"HS256","typ":null}"#, VerifyError::Malformed),
        (r#"{"alg":"HS256"}"#, VerifyError::TypeNotAllowed),
    ] {
        let token = with_header(key, header, b"{}");
        assert_eq!(read(&token, key).unwrap_err(), error, "{header}");
    }
}

#[test]
fn a_key_in_the_header_is_never_used() {
    let ours = key(Algorithm::ES256);
    let theirs = SigningKey::generate(Algorithm::ES256).unwrap();
    let jwk = serde_json::to_value(theirs.public_jwk()).unwrap();
    let header = json!({ "alg": "ES256", "typ": TYP, "kid": ours.kid(), "jwk": jwk });
    let genuine = theirs.sign(TYP, &json!({})).unwrap();
    let (_, rest) = genuine.split_once('.').unwrap();
    let token = format!("{}.{rest}", base64url::encode(header.to_string()));
    assert_eq!(read(&token, ours).unwrap_err(), VerifyError::BadSignature);
}

#[test]
fn the_payload_is_read_strictly_after_the_signature() {
    let key = key(Algorithm::EdDSA);
    let claims = |payload: &[u8]| {
        let token = key.sign_bytes(TYP, payload).unwrap();
        read(&token, key).unwrap().claims::<serde_json::Map<String, Value>>()
    };
    assert!(claims(br#"{"sub":"ann","exp":1}"#).is_ok());
    for (payload, error) in [
        (&br#"{"sub":"ann","sub":"eve"}"#[..], VerifyError::DuplicateMember),
        (br#"{"act":{"sub":"a","sub":"b"}}"#, VerifyError::DuplicateMember),
        (br#"{"sub":"ann"#, VerifyError::Malformed),
        (b"", VerifyError::Malformed),
        (br#"["sub"]"#, VerifyError::BadClaims),
        (br#""sub""#, VerifyError::BadClaims),
    ] {
        assert_eq!(claims(payload), Err(error));
    }
}

#[test]
fn the_key_is_looked_up_only_for_acceptable_headers() {
    let token = key(Algorithm::HS256).sign("JWT", &json!({})).unwrap();
    let never = |_: &Header| -> Option<jeton_jose::VerifyingKey> { panic!("was looked up") };
    let algorithms = [Algorithm::HS256];
    assert!(verify(&token, &Expect::new(&algorithms, &[TYP]), never).is_err());
    assert!(verify(&token, &Expect::new(&[], &["JWT"]), never).is_err());
    let none = |_: &Header| None::<jeton_jose::VerifyingKey>;
    let outcome = verify(&token, &Expect::new(&algorithms, &["JWT"]), none);
    assert_eq!(outcome.unwrap_err(), VerifyError::UnknownKey);
}

#[test]
fn errors_repeat_nothing_of_the_token() {
    let key = key(Algorithm::HS256);
    let token = with_header(key, r#"{"alg":"hush","typ":"hush","kid":"hush"}"#, b"hush");
    let error = read(&token, key).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hush"));
}

#[test]
fn only_media_types_become_typ() {
    let key = key(Algorithm::HS256);
    let long = "a".repeat(65);
    for typ in ["", "a b", "a\"b", "a\\b", "\u{e9}", "a\n", long.as_str()] {
        assert_eq!(key.sign(typ, &json!({})), Err(SignError::Type), "{typ:?}");
    }
    let key_value = std::collections::HashMap::from([(vec![1], 1)]);
    assert_eq!(key.sign(TYP, &key_value), Err(SignError::Claims));
}

#[test]
fn secrets_are_as_long_as_the_hash() {
    for (algorithm, minimum) in [(Algorithm::HS256, 32), (Algorithm::HS384, 48), (Algorithm::HS512, 64)] {
        let short = SigningKey::from_secret(algorithm, &vec![1; minimum - 1]);
        assert_eq!(short.unwrap_err(), KeyError::SecretTooShort { algorithm, minimum });
        assert!(SigningKey::from_secret(algorithm, &vec![1; minimum]).is_ok());
    }
}
