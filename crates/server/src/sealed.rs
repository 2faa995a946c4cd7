//! Values that travel through a browser and come back: unforgeable, bound to a purpose, with an end.
//!
//! base64url(JSON) ‖ `.` ‖ base64url(HMAC-SHA-256(key, purpose ‖ NUL ‖ realm ‖ JSON)). Not secret: it
//! holds nothing that its bearer does not know.

use aws_lc_rs::hmac;
use jeton_jose::base64url;
use jeton_oauth::{RealmId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

use crate::keys::MasterKey;

pub struct Seal {
    pages: hmac::Key,
    buckets: hmac::Key,
}

/// What a sealed value is for; one is never taken for another.
#[derive(Clone, Copy, Debug)]
pub enum Purpose {
    /// An authorization request on its way through sign-in and consent.
    AuthorizationRequest,
    /// Proof that an account signed in on this device before.
    Device,
    /// Proof that a form stood on a page of ours.
    Form,
    /// What just succeeded, on its way to the next page.
    Flash,
    /// Lets somebody make an account where nobody else may.
    Invitation,
    /// Where a part of a list ended.
    Cursor,
    /// Who typed a right password, on the way to the code of their second factor.
    Half,
    /// What a passkey is to sign.
    Passkey,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AuthorizationRequest => b"authorization request\0",
            Self::Device => b"device\0",
            Self::Form => b"form\0",
            Self::Flash => b"flash\0",
            Self::Invitation => b"invitation\0",
            Self::Cursor => b"cursor\0",
            Self::Half => b"half signed in\0",
            Self::Passkey => b"passkey\0",
        }
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Envelope<T> {
    until: Timestamp,
    value: T,
}

impl Seal {
    pub fn new(master: &MasterKey) -> Self {
        let key = |label| hmac::Key::new(hmac::HMAC_SHA256, master.derive(label).as_slice());
        Self { pages: key("sealed values on pages"), buckets: key("buckets of password attempts") }
    }

    pub fn seal(&self, purpose: Purpose, realm: RealmId, value: &impl Serialize, until: Timestamp) -> String {
        let json = serde_json::to_vec(&Envelope { until, value }).unwrap_or_default();
        format!("{}.{}", base64url::encode(&json), base64url::encode(self.tag(purpose, realm, &json)))
    }

    /// `None` for what we did not seal for this purpose and realm, or what is too old.
    pub fn open<T: DeserializeOwned>(&self, purpose: Purpose, realm: RealmId, text: &str, now: Timestamp) -> Option<T> {
        let (json, tag) = text.split_once('.')?;
        let json = base64url::decode(json).ok()?;
        let tag = base64url::decode(tag).ok()?;
        aws_lc_rs::constant_time::verify_slices_are_equal(self.tag(purpose, realm, &json).as_ref(), &tag).ok()?;
        let envelope: Envelope<T> = serde_json::from_slice(&json).ok()?;
        (now < envelope.until).then_some(envelope.value)
    }

    /// A counter's name: says nothing of what is counted to who reads the table.
    pub fn bucket(&self, realm: RealmId, kind: &str, what: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.buckets);
        context.update(realm.as_bytes());
        context.update(kind.as_bytes());
        context.update(b"\0");
        context.update(what);
        let mut bucket = [0; 32];
        bucket.copy_from_slice(context.sign().as_ref());
        bucket
    }

    fn tag(&self, purpose: Purpose, realm: RealmId, json: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.pages);
        context.update(purpose.label());
        context.update(realm.as_bytes());
        context.update(json);
        context.sign()
    }
}
