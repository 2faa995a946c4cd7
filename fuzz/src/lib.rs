//! What strangers and operators send as text, read as Jeton reads it. Each function takes any bytes, must
//! not panic, and asserts what must hold of whatever it read.

use std::{io, path::Path};

use http::{HeaderValue, Request, header};
use jeton_jose::{Algorithm, Expect, Jwk, VerifyingKey, peek_header, verify};
use jeton_oauth::{
    dialect::Dialect,
    factor::{
        cose::CoseKey,
        passkey::{Expected, made},
    },
    parameters::Parameters,
    password_hash::{ParsedHash, decoy, identify},
    redirect_uri::RedirectUri,
    request::Credentials,
};
use jeton_provision::{Files, Outside, Source, prepare};

/// A target: its name, which its corpus has too, and what it does.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 9] = [
    ("form", form),
    ("json", json),
    ("jws", jws),
    ("dialect", dialect),
    ("realm_file", realm_file),
    ("password_hash", password_hash),
    ("basic", basic),
    ("redirect_uri", redirect_uri),
    ("passkey", passkey),
];

/// What an authenticator says of a passkey that it made (Web Authentication Level 2 §6.5), and its key alone.
pub fn passkey(data: &[u8]) {
    let expected = Expected { challenge: &[0], origin: "https://auth.example.com", party: "auth.example.com" };
    let client = br#"{"type":"webauthn.create","challenge":"AA","origin":"https://auth.example.com"}"#;
    if let Ok(made) = made(&expected, client, data) {
        assert!((1..=1023).contains(&made.credential.len()) && CoseKey::parse(&made.key).is_some());
    }
    let _ = made(&expected, data, b"");
    let _ = CoseKey::parse(data);
}

/// A form body (WHATWG's encoding, RFC 6749 appendix B): no name is read twice.
pub fn form(data: &[u8]) {
    if let Ok(parameters) = Parameters::from_form(data) {
        consistent(&parameters);
    }
    if let Ok(query) = std::str::from_utf8(data) {
        let _ = Parameters::from_query(query);
    }
}

/// A JSON body.
pub fn json(data: &[u8]) {
    if let Ok(parameters) = Parameters::from_json(data) {
        consistent(&parameters);
    }
}

fn consistent(parameters: &Parameters) {
    for name in parameters.names() {
        // One that was sent without a value counts as left out (RFC 6749 §3.1).
        assert!(parameters.get_all(name).all(|value| !value.is_empty()), "an empty value");
    }
}

/// A token in compact form (RFC 7515 §7.1), and a key (RFC 7517): what nobody signed is not believed.
pub fn jws(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let _ = peek_header(text);
    let expect = Expect::new(&[Algorithm::ES256, Algorithm::EdDSA], &["at+jwt"]);
    assert!(verify(text, &expect, |_| None::<&VerifyingKey>).is_err());
    let _ = serde_json::from_str::<Jwk>(text);
}

/// A dialect's file.
pub fn dialect(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Err(faults) = Dialect::parse(text) {
        assert!(!faults.is_empty(), "refused without a reason");
    }
}

/// A realm file, whose secrets stand nowhere.
pub fn realm_file(data: &[u8]) {
    struct Nowhere;
    impl Outside for Nowhere {
        fn variable(&self, _: &str) -> Option<String> {
            None
        }
        fn file(&self, _: &Path) -> io::Result<String> {
            Err(io::ErrorKind::NotFound.into())
        }
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    let sources = vec![Source { name: "realm.toml".to_owned(), text: text.to_owned() }];
    let _ = prepare(Files { sources, folders: Vec::new() }, &Nowhere);
}

/// A password's hash, of any program: what one reader takes, the others take too.
pub fn password_hash(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let parsed = ParsedHash::parse(text);
    assert_eq!(parsed.is_ok(), identify(text).is_ok());
    if let Some(decoy) = decoy(text) {
        assert!(identify(&decoy).is_ok(), "a decoy that cannot be read");
    }
}

/// An `Authorization` header (RFC 7617, RFC 6749 §2.3.1).
pub fn basic(data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else { return };
    let request = Request::post("/token").header(header::AUTHORIZATION, value).body(());
    let Ok((parts, ())) = request.map(Request::into_parts) else { return };
    for name in ["standard", "depotfinity"] {
        let Some(dialect) = Dialect::built_in(name) else { continue };
        if let Ok(Credentials::Secret { client_id, .. }) = dialect.decode_credentials(&parts, &mut Parameters::default()) {
            assert!(!client_id.is_empty() && !client_id.chars().any(char::is_control));
        }
    }
}

/// A redirect URI (RFC 6749 §3.1.2, RFC 8252 §7): what may be registered matches itself.
pub fn redirect_uri(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(uri) = RedirectUri::register(text) {
        assert!(uri.matches(text) && uri.as_str() == text);
        assert!(!uri.matches(&format!("{text}#")));
    }
}
