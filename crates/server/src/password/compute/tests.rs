use jeton_oauth::password_hash;

use super::*;

fn verify(password: &str, hash: &str) -> bool {
    super::verify(&ParsedHash::parse(hash).unwrap(), password.as_bytes(), &mut Memory::default())
}

#[test]
fn what_we_make_verifies_and_is_current() {
    let mut memory = Memory::default();
    let hash = make(b"correct horse", &mut memory).unwrap();
    let parsed = ParsedHash::parse(&hash.0).unwrap();
    assert!(parsed.is_current());
    assert!(super::verify(&parsed, b"correct horse", &mut memory));
    assert!(!super::verify(&parsed, b"correct horse ", &mut memory));
    assert_ne!(hash, make(b"correct horse", &mut memory).unwrap(), "each has a salt of its own");
}

#[test]
fn used_memory_changes_no_result() {
    let mut memory = Memory::default();
    let hash = make(b"one", &mut memory).unwrap();
    make(b"two", &mut memory).unwrap();
    assert!(super::verify(&ParsedHash::parse(&hash.0).unwrap(), b"one", &mut memory));
    assert!(verify("one", &hash.0));
}

#[test]
fn nobodys_hash_costs_what_ours_costs() {
    let nobody = ParsedHash::of_nobody();
    assert!(nobody.is_current());
    assert_eq!(nobody.filled(), u64::from(MEMORY * PASSES));
    assert!(!super::verify(&nobody, b"", &mut Memory::default()));
}

/// Made by other libraries from `correct horse é` and the salt `saltsaltsaltsalt`.
const KNOWN: &[&str] = &[
    "$argon2id$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$6T86E1F9scG2im1z6SzZT6AsMCjUpPwkmEYxAoNdAKk",
    "$argon2i$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$+9YSOtMp6NWtCWU/FahXkmbhZFWyO7gfKciVL/iPkqQ",
    "$argon2d$v=19$m=64,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$uT8BPSfA90pQU71H4BhuM/8rZ8gH18NTW4Z+OVbJ26w",
    "$argon2i$v=16$m=128,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$SjQbADvLWpAAaVlDE/iNbRGeG8o/bHHC",
    "$argon2id$v=19$m=32768,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$UBwf2fT7GxteO+J99ewx8/BTqbEC13jB49tSWGZSBFY",
    "$scrypt$ln=10,r=8,p=2$c2FsdHNhbHRzYWx0c2FsdA$jzy96c8Snbc6ZVnUtn2+buFhVBTLoKyGYYqLndUR51Y",
    "$2b$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
    "$2y$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
    "$2a$04$abcdefghijklmnopqrstuub.ZjCeFtaHcVNO3csJiht1Oa5O89F5e",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$vziugTYXn+vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA",
    "$pbkdf2-sha256$1000$c2FsdHNhbHRzYWx0c2FsdA$vziugTYXn.vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA",
    "$pbkdf2-sha512$i=1000$c2FsdHNhbHRzYWx0c2FsdA$BYCVja7FflbpYgkpLtVUNR3AYhqM0uTDND/cIU+k8pxukcx/D8ahtsgjX7RYoiF1rc6TnuuCqAj8cdh3iaqJ0A",
    "pbkdf2_sha256$1000$saltsaltsaltsalt$vziugTYXn+vq18wXgJqgh9qsyB3sQnHKAWx1PZZ1kkA=",
];
/// Made of `correct horse é` too, by the programs of `tests/foreign/`, each format in the spelling of whoever moves in.
const MOVED_IN: &[&str] = &[
    "$P$5nwYMsDADymrqOnjJNFoDf6Wzo6/od/",
    "$H$6BeMymxD1JPuud/nTkQt.79mTOE9Gi0",
    "$wp$2y$04$qLBH5eJMLrnweZiwPNDAJOgzMlMx3vnhDw6WnRdN6r4Q0brJEx8pa",
    "$fbscrypt$v=1,n=10,r=8,p=1,ss=Bw==,sk=Zsck4ToASK1s7ZT36yFoQfqwhC+2kLHuFcklhjYUzNL5esd6V7+634dxcdUX6B0quPj4LZOXWkBxpmQSjrYrKA==$1Arf2e4sw7eYQQ==$AnJyYQi2XCDT30IOaBvJCvbuQiI5FUEQqQH5VcjMlXkYhoinp2t2mBENM9wVl/xtiXldrvSqiEPI3ZiMESe7wg==",
    "pbkdf2_sha1$1000$FVPUUCq1GoHub0QZvu41iR$C9GQ0RgNb4xH8x3da+2sUiA0odU=",
    "argon2$argon2id$v=19$m=64,t=1,p=2$OXpOQWE5T1BFMEdQdEFnV3dOVzdFMg$BMd+6Hk1+VaY5rhFnZgEBL57bihabamWRk0thAffXso",
    "bcrypt$$2b$04$0yP/alA1Plm9CeVwN7Kmsu6phcx8TqulLG2Y5QsCzlt7guL9L/qwm",
    "bcrypt_sha256$$2b$04$MaFmYpRAZqoHFUKgBxnlXOHjAOOMhnLYbEBpo7ucCxOx3/13wqcvW",
    "scrypt$1024$o5ldzLwsW7wYxmGPY8erJG$8$5$/IK1W7t7QcPkX0Kd9eVwt3J4onmuB8MqSXON/G37GvSx9e9egE3l8yrEhmFTVR52DUoPxGqs6bD/uaRvMnKYIg==",
    "scrypt:1024:8:1$1hifogcgaJPsnFwD$b0f2251a35c788d947603905478ab5ae5d02d10b8b21bbba7cf0627ecdce5caa468850d89101a708dc41d9e6ca9d7b5ae0252642001613041e88d4391a16b588",
    "pbkdf2:sha1:1000$DBs8EaGgAIibCDvk$51ecdc0b17f47fbfe9b458cef1ba696d441ff00d",
    "pbkdf2:sha256:1000$YgexlVIPzFMlKRG4$c7c8babbc5fad5d0a84acffd8ad75ee3672f883ba83fee9550a0757984de14fd",
    "pbkdf2:sha512:1000$R7YSOXpB$23dd01b4064830d7e022dc71b1683299c5d1a246d17cdcafe22218188e85e907f290d502a605f5454a2bc9f2e2c4ccd2065c1b453c2ad20a9e324dbb5da14ea9",
    "{SSHA}JimrHuoTGMNm/4FMksrZW0hh17Lc+x+D",
    "{SSHA256}iDrDLIwQlOV7nVWLVkHCRDFuMBz+bqtGJ5+UgMjXjKHkPAegVEpJyQ==",
    "{SSHA512}96m5C/CyISNb0nrGuzLPq8UktNj4sLMXWo1a3XrabaizBKcwB5j44Ao15Jo6geCDkq9Iwpr597HMs3+c8UQokdW613rPuTcmpFTqPUcIgfA=",
    "{CRYPT}$6$rounds=1000$PNPZHG8w4ndUzy8T$E6ODhWmx.BRRi5POUVj.XRMV0EGJiUBrLIwCsd/bVnsIM5hjOFSlFDyEhK4sjy.Gn2ZIcaorBCnuVijBaxPN9/",
    "$5$rounds=1000$Cy4BvBE3q6GlAdk7$aj7YJQkIBFhGf0MKvTvaiTWR24pG/M7o0EDXbk2tfe.",
    "$5$cBsnteaZHaiDDOCF$hyzcP.DW9kWpbHjjh1OyzN6.8XqsrJ6HgU.4U9kq1gB",
    "$6$rounds=1234$pIbbYnPfCyEmWSsl$.ur5zqAbUXI6zGHv2f2SOW2uyNodwlevCh4GXJVbx8dkVALzL2Ze5XPwrO4f0CzgaTcyrCOqbca6D/2tNqN0y/",
    "$6$6rzvEdcKbOWxtVaB$joX.Pn3KAVA6cAKzOrxN20SEzjPMx/kKRD74kX7PMmM5iYgC8pOg3LVkpATh2umaJtl8OrfWOA5IHpU4d3wCz0",
    "$pbkdf2$1000$zXlPCSHEuDfmPCfEGANAyA$V/sjkELfMa7XvjuZ9VKrmTm3RTM",
    r#"{"id": "9f0d7c1e-0000-4000-8000-000000000000", "type": "password", "userLabel": "Mein Kennwort ü", "createdDate": 1716206254000, "secretData": "{\"value\": \"ekUdlPMQSnr7YkO7cD2YXSPRHg3pxhZmXg8ckxpdQImT0O0NnM74/ySo/LEmS/oVzs/htQJUmIEUb6wVIBHCvA==\", \"salt\": \"KJZX83Z9azPe5+ORt6dT7Q==\", \"additionalParameters\": {}}", "credentialData": "{\"hashIterations\": 500, \"algorithm\": \"pbkdf2\", \"additionalParameters\": {}}"}"#,
    r#"{"id": "9f0d7c1e-0000-4000-8000-000000000000", "type": "password", "userLabel": "Mein Kennwort ü", "createdDate": 1716206254000, "secretData": "{\"value\": \"scxRpLtH2rR2v21XITnkAfgrZFPf7HuuVIeG4s3a/o1umBav12FVUsg8Ft1HUVFUWDh62hWosR8zpdVlQWJ6zQ==\", \"salt\": \"NPf5aJCKyhbiJgjZHeVxTg==\", \"additionalParameters\": {}}", "credentialData": "{\"hashIterations\": 500, \"algorithm\": \"pbkdf2-sha512\", \"additionalParameters\": {}}"}"#,
    r#"{"id": "9f0d7c1e-0000-4000-8000-000000000000", "type": "password", "userLabel": "Mein Kennwort ü", "createdDate": 1716206254000, "secretData": "{\"value\": \"ch2oefgmj4UwJKq6/bYP1h6yKCBUC9B5hLMr12CiZHo=\", \"salt\": \"wlosyeyP55BXKF/3za1kCA==\", \"additionalParameters\": {}}", "credentialData": "{\"hashIterations\": 3, \"algorithm\": \"argon2\", \"additionalParameters\": {\"hashLength\": [\"32\"], \"memory\": [\"64\"], \"type\": [\"id\"], \"version\": [\"1.3\"], \"parallelism\": [\"1\"]}}"}"#,
    r#"{"type": "password", "hashedSaltedValue": "7+mhiAXh78bEBJsZKBIFrFv4skwHpXg1L3ByMreJiksLdm884MYt1hd+6MAHzXkirqOlmPYWvCcpMWBBpEiuxg==", "salt": "dYjjyu6Aid8cDJMXJRBCtA==", "hashIterations": 500, "counter": 0, "algorithm": "pbkdf2-sha256", "digits": 0}"#,
    "ADPE+cz09pdX+EM4brCi2qC67g8fBoxVO+ZToFoz81W4tTUKAHUarP1d+u0/byHlhg==",
    "AQAAAAEAACcQAAAAEDwZln4IwrHW9GI6gPZBc093LMktkhliGNCBQCe8123g/SF62uslkd6nhG4sLNxQQg==",
];
/// bcrypt, from 72 times `a`.
const KNOWN_LONG: &str = "$2b$04$abcdefghijklmnopqrstuuBzzIgyKkz7xMWYSzkIjUSnxEQFQ0WNe";

#[test]
fn hashes_made_elsewhere_verify() {
    for hash in KNOWN.iter().chain(MOVED_IN) {
        assert!(verify("correct horse é", hash), "{hash}");
        assert!(!verify("correct horse e", hash), "{hash}");
        assert!(!ParsedHash::parse(hash).unwrap().is_current(), "{hash}");
    }
}

#[test]
fn a_hash_that_needs_more_memory_leaves_none_behind() {
    let mut memory = Memory::default();
    let hash = KNOWN.iter().find(|hash| hash.contains("m=32768")).unwrap();
    assert!(super::verify(&ParsedHash::parse(hash).unwrap(), "correct horse é".as_bytes(), &mut memory));
    assert!(!memory.is_held());
}

#[test]
fn bcrypt_compares_72_bytes_as_its_makers_did() {
    assert!(verify(&"a".repeat(72), KNOWN_LONG));
    assert!(verify(&"a".repeat(90), KNOWN_LONG));
    assert!(!verify(&"a".repeat(71), KNOWN_LONG));
}

#[test]
fn the_hash_of_nobody_costs_what_somebodys_does_and_matches_nothing() {
    for hash in KNOWN.iter().chain(MOVED_IN) {
        let decoy = password_hash::decoy(hash).unwrap();
        let (hash, parsed) = (ParsedHash::parse(hash).unwrap(), ParsedHash::parse(&decoy).unwrap());
        assert_eq!((parsed.filled(), parsed.rounds()), (hash.filled(), hash.rounds()), "{decoy}");
        assert_eq!(std::mem::discriminant(&parsed), std::mem::discriminant(&hash), "{decoy}");
        assert!(!super::verify(&parsed, "correct horse é".as_bytes(), &mut Memory::default()), "{decoy}");
        assert_eq!(password_hash::decoy(&decoy), Some(decoy.clone()), "one kind has one decoy");
    }
}

#[test]
fn bits_that_encode_nothing_do_not_spoil_a_bcrypt_hash() {
    let hash = KNOWN.iter().find(|hash| hash.starts_with("$2b$")).unwrap();
    // The 22nd character of the salt has four such bits.
    let sloppy = hash.replacen("stuub.", "stuvb.", 1);
    assert_ne!(&sloppy, hash);
    assert!(verify("correct horse é", &sloppy));
}

#[test]
fn an_endless_password_costs_a_repeated_digest_no_more_than_a_long_one() {
    let phpass = MOVED_IN.iter().find(|hash| hash.starts_with("$P$")).unwrap();
    let crypt = MOVED_IN.iter().find(|hash| hash.starts_with("$6$")).unwrap();
    for hash in [phpass, crypt] {
        assert!(!verify(&"a".repeat(1024), hash));
    }
}
