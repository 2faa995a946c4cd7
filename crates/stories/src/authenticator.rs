//! An authenticator in software: makes passkeys, and signs with them, as a browser hands it on; and does it wrongly
//! where a story wants that.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::call::Answer;

/// One passkey.
pub struct Authenticator {
    key: EcdsaKeyPair,
    pub credential: Vec<u8>,
    /// Flags of authenticator data: 1 somebody was there, 4 and was checked, 8 it may leave its device, 16 it did.
    pub flags: u8,
    pub count: u32,
    pub origin: String,
    pub host: String,
    /// Whose it is, as it was told.
    pub user: Option<String>,
}

/// What the page's script puts into the form.
pub type Fields = Vec<(&'static str, String)>;

fn written(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What a page asks the browser for.
#[track_caller]
pub fn options(page: &Answer) -> Value {
    let html = page.text();
    let text = html.split("data-options=\"").nth(1).unwrap_or_else(|| panic!("no passkey is asked for in {html}"));
    let json = text.split('"').next().unwrap().replace("&quot;", "\"").replace("&amp;", "&").replace("&#x27;", "'");
    serde_json::from_str(&json).unwrap()
}

impl Authenticator {
    /// A security key that checks a PIN, and counts.
    pub fn new(credential: &[u8]) -> Self {
        Self {
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap(),
            credential: credential.to_vec(),
            flags: 1 | 4,
            count: 1,
            origin: "http://127.0.0.1:8080".to_owned(),
            host: "127.0.0.1".to_owned(),
            user: None,
        }
    }

    /// Makes a passkey for the page that asks.
    pub fn make(&mut self, page: &Answer) -> Fields {
        let options = options(page);
        self.user = options["user"]["id"].as_str().map(str::to_owned);
        let point = self.key.public_key().as_ref();
        let key = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], &point[1..33], &[0x22, 0x58, 32], &point[33..65]].concat();
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let data = [&self.head(0x40), [0; 16].as_slice(), &length, &self.credential, &key].concat();
        let size = u16::try_from(data.len()).unwrap().to_be_bytes();
        let attestation = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &size, &data].concat();
        let client = self.client_data("webauthn.create", &options);
        vec![("client_data", written(client)), ("attestation", written(attestation))]
    }

    /// Signs for the page that asks, and counts.
    pub fn sign(&mut self, page: &Answer) -> Fields {
        self.count += u32::from(self.count > 0);
        let client = self.client_data("webauthn.get", &options(page));
        let data = self.head(0);
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        let mut fields = vec![
            ("credential", written(&self.credential)),
            ("client_data", written(client)),
            ("authenticator_data", written(data)),
            ("signature", written(signature)),
        ];
        fields.extend(self.user.clone().map(|user| ("user", user)));
        fields
    }

    fn head(&self, more: u8) -> Vec<u8> {
        [digest(&SHA256, self.host.as_bytes()).as_ref(), &[self.flags | more], &self.count.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false }).to_string().into_bytes()
    }
}
