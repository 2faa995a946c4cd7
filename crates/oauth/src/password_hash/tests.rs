use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const SALT: &str = "c2FsdHNhbHRzYWx0c2FsdA";
const OUTPUT: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const BCRYPT: &str = "L6Bc/AlTQHyd9liGgGEZyOFLPHNgyxeEPfgYfBCVxJ7JIlwxyVU3u";

#[test]
fn every_promised_format_is_identified() {
    for (hash, format) in [
        (format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${OUTPUT}"), HashFormat::Argon2id),
        (format!("$argon2i$m=65536,t=3,p=4${SALT}${OUTPUT}"), HashFormat::Argon2i),
        (format!("$argon2d$v=16$m=65536,t=3,p=4${SALT}${OUTPUT}"), HashFormat::Argon2d),
        (format!("$scrypt$ln=17,r=8,p=1${SALT}${OUTPUT}"), HashFormat::Scrypt),
        (format!("$2a$10${}", &BCRYPT[..53]), HashFormat::Bcrypt),
        (format!("$2b$12${}", &BCRYPT[..53]), HashFormat::Bcrypt),
        (format!("$2y$14${}", &BCRYPT[..53]), HashFormat::Bcrypt),
        (format!("$pbkdf2-sha256$i=600000,l=32${SALT}${OUTPUT}"), HashFormat::Pbkdf2Sha256),
        (format!("$pbkdf2-sha256$29000${SALT}${OUTPUT}"), HashFormat::Pbkdf2Sha256),
        (format!("$pbkdf2-sha512$i=210000${SALT}${OUTPUT}"), HashFormat::Pbkdf2Sha512),
        (format!("$pbkdf2$i=1300000${SALT}${OUTPUT}"), HashFormat::Pbkdf2Sha1),
        (format!("pbkdf2_sha256$1000000$saltsaltsalt${OUTPUT}="), HashFormat::DjangoPbkdf2),
        (format!("pbkdf2_sha1$600000$saltsaltsalt${OUTPUT}="), HashFormat::DjangoPbkdf2),
        (format!("argon2$argon2id$v=19$m=102400,t=2,p=8${SALT}${OUTPUT}"), HashFormat::DjangoArgon2),
        (format!("bcrypt$$2b$12${}", &BCRYPT[..53]), HashFormat::DjangoBcrypt),
        (format!("bcrypt_sha256$$2b$12${}", &BCRYPT[..53]), HashFormat::DjangoBcryptSha256),
        (format!("scrypt$16384$saltsaltsalt$8$5${OUTPUT}="), HashFormat::DjangoScrypt),
        ("scrypt:32768:8:1$saltsalt$00112233445566778899aabbccddeeff".into(), HashFormat::Werkzeug),
        ("pbkdf2:sha256:600000$saltsalt$00112233445566778899aabbccddeeff".into(), HashFormat::Werkzeug),
        (format!("$P$B{}", &BCRYPT[..30]), HashFormat::Phpass),
        (format!("$H$9{}", &BCRYPT[..30]), HashFormat::Phpass),
        (format!("$wp$2y$10${}", &BCRYPT[..53]), HashFormat::WordPress),
        (aspnet_2(), HashFormat::AspNet),
        (aspnet_3(100_000, 16), HashFormat::AspNet),
        (firebase(14, 8, 1), HashFormat::Firebase),
        (format!("{{SSHA}}{}", encoded::write_padded(&[7; 28])), HashFormat::Ldap),
        (format!("{{ssha}}{}", encoded::write_padded(&[7; 24])), HashFormat::Ldap),
        (format!("{{SSHA256}}{}", encoded::write_padded(&[7; 40])), HashFormat::Ldap),
        (format!("{{SSHA384}}{}", encoded::write_padded(&[7; 56])), HashFormat::Ldap),
        (format!("{{SSHA512}}{}", encoded::write_padded(&[7; 80])), HashFormat::Ldap),
        (format!("{{CRYPT}}$6$salt${}", "x".repeat(86)), HashFormat::Ldap),
        (format!("{{CRYPT}}$2y$10${}", &BCRYPT[..53]), HashFormat::Ldap),
        (format!("$5$rounds=535000$salt${}", "x".repeat(43)), HashFormat::ShaCrypt),
        (format!("$6$salt${}", "x".repeat(86)), HashFormat::ShaCrypt),
        (keycloak("pbkdf2-sha256", 27_500, json!({})), HashFormat::Keycloak),
        (keycloak("argon2", 5, argon2_of_keycloak("7168")), HashFormat::Keycloak),
        (json!({ "type": "password", "hashedSaltedValue": OUTPUT.to_owned() + "=", "salt": SALT.to_owned() + "==", "hashIterations": 27_500, "algorithm": "pbkdf2-sha256" }).to_string(), HashFormat::Keycloak),
    ] {
        assert_eq!(identify(&hash), Ok(format), "{hash}");
    }
}

#[test]
fn a_hash_that_could_hang_the_server_is_too_costly() {
    for hash in [
        format!("$argon2id$v=19$m=262145,t=1,p=1${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=4294967295,t=4294967295,p=1${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=65536,t=17,p=1${SALT}${OUTPUT}"),
        format!("$scrypt$ln=19,r=8,p=1${SALT}${OUTPUT}"),
        format!("$scrypt$ln=63,r=4294967295,p=1${SALT}${OUTPUT}"),
        format!("$scrypt$ln=17,r=8,p=4294967295${SALT}${OUTPUT}"),
        format!("$2b$15${}", &BCRYPT[..53]),
        format!("$2b$31${}", &BCRYPT[..53]),
        format!("$pbkdf2-sha256$i=3000001${SALT}${OUTPUT}"),
        format!("pbkdf2_sha256$4294967295$saltsaltsalt${OUTPUT}="),
        // Two blocks of output each.
        format!("$pbkdf2$i=1500001${SALT}${OUTPUT}"),
        format!("argon2$argon2id$v=19$m=262145,t=2,p=8${SALT}${OUTPUT}"),
        format!("bcrypt_sha256$$2b$15${}", &BCRYPT[..53]),
        format!("scrypt$1048576$saltsaltsalt$8$1${OUTPUT}="),
        "scrypt:2147483648:8:1$saltsalt$00112233445566778899aabbccddeeff".into(),
        "pbkdf2:sha256:4294967295$saltsalt$00112233445566778899aabbccddeeff".into(),
        format!("$P$K{}", &BCRYPT[..30]),
        format!("$H$z{}", &BCRYPT[..30]),
        format!("$wp$2y$15${}", &BCRYPT[..53]),
        aspnet_3(u32::MAX, 16),
        firebase(19, 8, 1),
        firebase(14, 8, u32::MAX),
        format!("$6$rounds=1000001$salt${}", "x".repeat(86)),
        format!("$5$rounds=999999999$salt${}", "x".repeat(43)),
        format!("{{CRYPT}}$6$rounds=999999999$salt${}", "x".repeat(86)),
        keycloak("pbkdf2-sha512", 3_000_001, json!({})),
        keycloak("argon2", u32::MAX, argon2_of_keycloak("262144")),
    ] {
        assert!(matches!(identify(&hash), Err(HashFault::TooCostly { .. })), "{hash}");
    }
}

#[test]
fn malformed_hashes_are_refused_with_an_example() {
    for hash in [
        "$argon2id$".to_owned(),
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}"),
        format!("$argon2id$v=20$m=19456,t=2,p=1${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$t=2,m=19456,p=1${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1,keyid=AAAA${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=19456,t=0,p=1${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=8,t=1,p=4294967295${SALT}${OUTPUT}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}==${OUTPUT}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1$AAAA${OUTPUT}"),
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}$AAAA"),
        format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${OUTPUT}$"),
        format!("$scrypt$ln=0,r=8,p=1${SALT}${OUTPUT}"),
        format!("$2b$03${}", &BCRYPT[..53]),
        format!("$2b$12${}", &BCRYPT[..52]),
        "$2b$1".to_owned(),
        format!("$pbkdf2-sha256$i=0${SALT}${OUTPUT}"),
        format!("$pbkdf2-sha256$i=1000,l=31${SALT}${OUTPUT}"),
        format!("pbkdf2_sha256$1000$saltsaltsalt${OUTPUT}"),
        format!("pbkdf2_sha256$saltsaltsalt${OUTPUT}="),
        "argon2$argon2id$".into(),
        format!("argon2$argon2id$v=19$m=102400,t=2,p=0${SALT}${OUTPUT}"),
        format!("bcrypt_sha256$2b$12${}", &BCRYPT[..53]),
        format!("scrypt$16383$saltsaltsalt$8$5${OUTPUT}="),
        format!("scrypt$0$saltsaltsalt$8$5${OUTPUT}="),
        "scrypt:32768:8$saltsalt$00112233445566778899aabbccddeeff".into(),
        "scrypt:32768:8:1$saltsalt$00112233445566778899aabbccddeeffg".into(),
        "pbkdf2:md5:1000$saltsalt$00112233445566778899aabbccddeeff".into(),
        "pbkdf2:sha256$saltsalt$00112233445566778899aabbccddeeff".into(),
        format!("$P$B{}", &BCRYPT[..29]),
        format!("$P$.{}", &BCRYPT[..30]),
        format!("$wp$P$B{}", &BCRYPT[..30]),
        aspnet_3(1000, 4_000_000_000),
        "AQAAAA".into(),
        "AQAAAA==".into(),
        firebase(0, 8, 1),
        "$fbscrypt$v=1,n=14,r=8,p=1$c2FsdA$AAAA".into(),
        "{SSHA}".into(),
        format!("{{SSHA}}{}", encoded::write_padded(&[7; 20])),
        "{CRYPT}rl0uE0V1uWlI2".into(),
        format!("$6$rounds=999$salt${}", "x".repeat(86)),
        format!("$6$salt${}", "x".repeat(85)),
        format!("$6${}${}", "s".repeat(17), "x".repeat(86)),
        "{\"type\":\"password\"}".into(),
        "{\"no JSON}".into(),
        keycloak("bcrypt", 10, json!({})),
        keycloak("argon2", 5, json!({})),
        keycloak("pbkdf2", 27_500, json!({})).replace("\"password\"", "\"otp\""),
    ] {
        let error = identify(&hash).unwrap_err();
        assert!(matches!(error, HashFault::Malformed { .. }), "{hash}: {error:?}");
        assert!(error.to_string().contains("must look like"));
    }
}

#[test]
fn what_is_no_known_hash_is_answered_with_the_ones_that_are() {
    for hash in [
        "",
        "hunter2",
        "$",
        "$$",
        "$1$salt$out",
        "$2x$12$",
        "$7$C6..../....",
        "{SMD5}AAAA",
        "{SHA}AAAA",
        "{",
        "{}",
        "argon2id$",
        "AAAA",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$argon2id",
        "$é$",
    ] {
        let error = identify(hash).unwrap_err();
        assert_eq!(error, HashFault::Unknown, "{hash}");
        assert!(!error.to_string().contains("hunter2"));
    }
    assert_eq!(identify(&"$argon2id$".repeat(1000)), Err(HashFault::Unknown));
}

fn aspnet_2() -> String {
    encoded::write_padded(&[&[0][..], &[7; 48]].concat())
}

fn aspnet_3(iterations: u32, salt_length: u32) -> String {
    let numbers = [1_u32, iterations, salt_length].map(u32::to_be_bytes).concat();
    encoded::write_padded(&[&[1][..], &numbers, &[7; 48]].concat())
}

fn firebase(n: u32, r: u32, p: u32) -> String {
    let key = encoded::write_padded(&[7; 64]);
    format!("$fbscrypt$v=1,n={n},r={r},p={p},ss=Bw==,sk={key}$c2FsdHNhbHQ=${key}")
}

fn keycloak(algorithm: &str, iterations: u32, more: Value) -> String {
    json!({
        "type": "password",
        "userLabel": "é",
        "secretData": json!({ "value": OUTPUT.to_owned() + "=", "salt": SALT.to_owned() + "==" }).to_string(),
        "credentialData": json!({ "hashIterations": iterations, "algorithm": algorithm, "additionalParameters": more }).to_string(),
    })
    .to_string()
}

fn argon2_of_keycloak(memory: &str) -> Value {
    json!({ "hashLength": ["32"], "memory": [memory], "type": ["id"], "version": ["1.3"], "parallelism": ["1"] })
}

#[test]
fn kinds_differ_by_cost_and_not_by_salt() {
    let bcrypt = |salt: &str, cost| decoy(&format!("$2y${cost}${salt}{}", &BCRYPT[22..53])).unwrap();
    assert_eq!(bcrypt(&BCRYPT[..22], "10"), bcrypt("abcdefghijklmnopqrstuu", "10"));
    assert_ne!(bcrypt(&BCRYPT[..22], "10"), bcrypt(&BCRYPT[..22], "11"));
    assert_eq!(decoy(&format!("$argon2id$v=19$m=19456,t=2,p=1${SALT}${OUTPUT}")), None, "today's own");
    assert_eq!(decoy("no hash"), None);
}

proptest! {
    #[test]
    fn no_hash_of_elsewhere_makes_the_parser_panic(
        head in "(argon2|bcrypt|bcrypt_sha256|pbkdf2_sha1|scrypt)\\$|scrypt:|pbkdf2:sha256:|\\$(P|H|wp|fbscrypt|5|6|pbkdf2)\\$|\\{(SSHA|SSHA512|CRYPT)\\}|AQAAAA|\\{\"",
        tail in "[ -~é]{0,120}",
    ) {
        let _ = identify(&format!("{head}{tail}"));
        let _ = decoy(&format!("{head}{tail}"));
    }

    #[test]
    fn no_bytes_of_aspnet_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = identify(&encoded::write_padded(&[&[1, 0, 0, 0][..], &bytes].concat()));
    }

    #[test]
    fn no_text_makes_the_parser_panic(head in "(\\$(argon2(id|i|d)|scrypt|2[aby]|pbkdf2-sha(256|512)))?|pbkdf2_sha256", tail in "[ -~é]{0,120}") {
        let _ = identify(&format!("{head}{tail}"));
        let _ = identify(&format!("{head}${tail}"));
    }

    #[test]
    fn no_costs_make_the_parser_panic(a in any::<u32>(), b in any::<u32>(), c in any::<u32>()) {
        let _ = identify(&format!("$argon2id$v=19$m={a},t={b},p={c}${SALT}${OUTPUT}"));
        let _ = identify(&format!("$scrypt$ln={a},r={b},p={c}${SALT}${OUTPUT}"));
        let _ = identify(&format!("$scrypt$ln={},r={},p={c}${SALT}${OUTPUT}", a % 32, b % 2048));
    }
}
