//! A token in every form: proof that the form came from a page of ours that this browser was shown.
//!
//! It counts where a browser says neither `Sec-Fetch-Site` nor `Origin`. It is bound to the browser's
//! session, or before there is one to a cookie of its own; to the realm; and to where the form goes.
//! No two are alike, so that a compressed page tells nothing of it.

use aws_lc_rs::digest::{SHA256, digest};
use http::{HeaderMap, HeaderValue};
use jeton_jose::base64url;
use jeton_oauth::{RealmId, Seconds, Timestamp, model::Realm};
use rand_core::RngCore;
use serde::{Deserialize, Serialize};

use crate::{
    cookies,
    randomness::SystemRng,
    sealed::{Purpose, Seal},
};

/// The field's name.
pub const FIELD: &str = "csrf";

/// A page may stay open for this long.
const LIFETIME: Seconds = Seconds(86_400);

/// Which browser it is: its session's cookie, or its visitor's.
#[derive(Clone)]
pub struct Binding([u8; 32]);

#[derive(Serialize, Deserialize)]
struct Token {
    browser: String,
    path: String,
    salt: String,
}

impl Binding {
    /// Of the browser that sent these headers; a new visitor's comes with the cookie to give it.
    pub fn of(headers: &HeaderMap, realm: &Realm) -> (Self, Option<HeaderValue>) {
        match Self::known(headers, realm) {
            Some(known) => (known, None),
            None => {
                let mut random = [0; 16];
                SystemRng.fill_bytes(&mut random);
                let visitor = base64url::encode(random);
                (Self::from(visitor.as_bytes()), Some(cookies::visitor_cookie(realm, visitor)))
            }
        }
    }

    /// For what is bound to a browser besides forms.
    pub const fn as_bytes(&self) -> [u8; 32] {
        self.0
    }

    fn known(headers: &HeaderMap, realm: &Realm) -> Option<Self> {
        cookies::browser(headers, realm).map(|text| Self::from(text.as_bytes()))
    }

    fn from(bytes: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Self(hash)
    }
}

/// A token for a form that goes to `path`, below the issuer.
pub fn token(seal: &Seal, realm: RealmId, browser: &Binding, path: &str, now: Timestamp) -> String {
    let mut salt = [0; 12];
    SystemRng.fill_bytes(&mut salt);
    let token = Token { browser: base64url::encode(browser.0), path: path.to_owned(), salt: base64url::encode(salt) };
    seal.seal(Purpose::Form, realm, &token, now + LIFETIME)
}

/// Whether a form that went to `path` carries this browser's token.
pub fn holds(seal: &Seal, realm: &Realm, headers: &HeaderMap, path: &str, sent: Option<&str>, now: Timestamp) -> bool {
    opened(seal, realm, headers, sent, now).is_some_and(|token| token.path == path)
}

/// Whether a request carries the token of some form that this browser was shown: for scripts of our pages,
/// which send it in a header that no form can.
pub fn is_of_a_page(seal: &Seal, realm: &Realm, headers: &HeaderMap, sent: Option<&str>, now: Timestamp) -> bool {
    opened(seal, realm, headers, sent, now).is_some()
}

fn opened(seal: &Seal, realm: &Realm, headers: &HeaderMap, sent: Option<&str>, now: Timestamp) -> Option<Token> {
    let token: Token = seal.open(Purpose::Form, realm.id(), sent?, now)?;
    let browser = Binding::known(headers, realm)?;
    (token.browser == base64url::encode(browser.0)).then_some(token)
}
