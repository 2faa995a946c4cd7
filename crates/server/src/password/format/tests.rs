use super::*;
use proptest::prelude::*;

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
        (format!("pbkdf2_sha256$1000000$saltsaltsalt${OUTPUT}="), HashFormat::Pbkdf2Sha256),
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
    ] {
        let error = identify(&hash).unwrap_err();
        assert!(matches!(error, HashFault::Malformed { .. }), "{hash}: {error:?}");
        assert!(error.to_string().contains("must look like"));
    }
}

#[test]
fn what_is_no_known_hash_is_answered_with_the_ones_that_are() {
    for hash in ["", "hunter2", "$", "$$", "$1$salt$out", "$2x$12$", "$7$C6..../....", "{SSHA}AAAA", "argon2id$", "$argon2id", "$é$"] {
        let error = identify(hash).unwrap_err();
        assert_eq!(error, HashFault::Unknown, "{hash}");
        assert!(!error.to_string().contains("hunter2"));
    }
    assert_eq!(identify(&"$argon2id$".repeat(100)), Err(HashFault::Unknown));
}

proptest! {
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
