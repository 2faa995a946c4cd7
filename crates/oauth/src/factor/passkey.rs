//! Passkeys (Web Authentication Level 2): whether what a browser sent answers a challenge of ours, and what it proves.
//!
//! **Invariant**: no attestation is asked for and none is believed. Who made an authenticator says nothing of
//! who holds it, and tells people apart.

use aws_lc_rs::digest::{SHA256, digest};
use jeton_jose::base64url;
use minicbor::Decoder;
use serde::Deserialize;
use subtle::ConstantTimeEq;
use thiserror::Error;

use super::cose::CoseKey;
use crate::{UserId, model::Factor};

/// How many one account may have.
pub const MOST: usize = 20;
/// Characters of a name.
pub const NAME_CHARACTERS: u32 = 60;
/// Bytes of what an authenticator calls a passkey (§5.4.3).
const LONGEST_CREDENTIAL: usize = 1023;
/// Bytes of what a browser says of a ceremony, and of what an authenticator does.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Flags of authenticator data (§6.1).
const PRESENT: u8 = 1;
const VERIFIED: u8 = 1 << 2;
const MAY_LEAVE: u8 = 1 << 3;
const HAS_LEFT: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// What an answer has to fit.
pub struct Expected<'a> {
    /// What was to be signed.
    pub challenge: &'a [u8],
    /// Scheme, host and port of the page.
    pub origin: &'a str,
    /// The relying party: the host alone.
    pub party: &'a str,
}

/// A passkey that an authenticator made just now.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    /// What the authenticator calls it.
    pub credential: Vec<u8>,
    /// Its public key, as COSE has it.
    pub key: Vec<u8>,
    /// How many signatures it made; 0 where it does not count.
    pub count: u32,
    /// Whether it may leave its device.
    pub synced: bool,
}

/// A browser's answer to who one is, decoded.
pub struct Assertion<'a> {
    /// What the browser says of the ceremony, as JSON (§5.8.1).
    pub client_data: &'a [u8],
    /// What the authenticator says of it (§6.1).
    pub authenticator_data: &'a [u8],
    /// Over both.
    pub signature: &'a [u8],
    /// Whose it is, as its authenticator says.
    pub user: Option<&'a [u8]>,
}

/// What an assertion proved.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// How many signatures it made by now; 0 where it does not count.
    pub count: u32,
    /// Whether the authenticator checked a finger, a face or a PIN.
    pub verified: bool,
}

/// Why an answer counts for nothing; for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Untrue {
    /// Too long, cut off, or no such thing.
    #[error("a passkey's answer cannot be read")]
    Unreadable,
    /// It was made where one was to be shown, or the other way round.
    #[error("a passkey answered another question")]
    OtherCeremony,
    /// Not what our page carried.
    #[error("a passkey answered another challenge")]
    OtherChallenge,
    /// Scheme, host or port are not those of the issuer.
    #[error("a passkey answered on a page of another origin")]
    OtherOrigin,
    /// It was made for another host.
    #[error("a passkey is for another server")]
    OtherParty,
    /// No presence.
    #[error("nobody touched the passkey")]
    NobodyThere,
    /// None of our algorithms, or no key.
    #[error("a passkey's key is of a kind that was not offered")]
    OtherKey,
    /// It says that it is of another account.
    #[error("a passkey is another person's")]
    OtherPerson,
    /// Not by the key that is kept.
    #[error("a passkey's signature is wrong")]
    WrongSignature,
    /// Another authenticator has it too, or its count was lost.
    #[error("a passkey's counter went back: it may have been copied")]
    MaybeCopied,
    /// It says now that it may leave its device, or no more.
    #[error("a passkey changed what it said of itself")]
    Changed,
}

/// Registering (§7.1).
///
/// # Errors
/// Why it is not taken.
pub fn made(expected: &Expected<'_>, client_data: &[u8], attestation: &[u8]) -> Result<Made, Untrue> {
    read_client_data(expected, "webauthn.create", client_data)?;
    let data = Data::read(authenticator_data_in(attestation).ok_or(Untrue::Unreadable)?).ok_or(Untrue::Unreadable)?;
    data.check(expected)?;
    let (credential, key) = data.credential.ok_or(Untrue::Unreadable)?;
    if credential.is_empty() || credential.len() > LONGEST_CREDENTIAL {
        return Err(Untrue::Unreadable);
    }
    CoseKey::parse(key).ok_or(Untrue::OtherKey)?;
    Ok(Made { credential: credential.to_vec(), key: key.to_vec(), count: data.count, synced: data.has(MAY_LEAVE) })
}

/// Signing in with `kept` (§7.2).
///
/// # Errors
/// Why it proves nothing.
pub fn shown(expected: &Expected<'_>, kept: &Factor, sent: &Assertion<'_>) -> Result<Shown, Untrue> {
    if sent.user.is_some_and(|user| user != handle(kept.user)) {
        return Err(Untrue::OtherPerson);
    }
    read_client_data(expected, "webauthn.get", sent.client_data)?;
    let data = Data::read(sent.authenticator_data).ok_or(Untrue::Unreadable)?;
    data.check(expected)?;
    let key = CoseKey::parse(&kept.secret).ok_or(Untrue::OtherKey)?;
    let signed = [sent.authenticator_data, digest(&SHA256, sent.client_data).as_ref()].concat();
    if !key.signed(&signed, sent.signature) {
        return Err(Untrue::WrongSignature);
    }
    if kept.passkey.as_ref().is_some_and(|passkey| passkey.synced != data.has(MAY_LEAVE)) {
        return Err(Untrue::Changed);
    }
    // What counts nothing says 0 always (§6.1.1).
    let before = kept.step.unwrap_or_default();
    if i64::from(data.count) <= before && (data.count, before) != (0, 0) {
        return Err(Untrue::MaybeCopied);
    }
    Ok(Shown { count: data.count, verified: data.has(VERIFIED) })
}

/// What authenticators keep as a person's name: nothing that says who it is (§14.6.1).
pub fn handle(user: UserId) -> [u8; 16] {
    *user.as_bytes()
}

/// A name as its person typed it: without blanks around it, not too long, and without what is not to be seen, or turns
/// what stands beside it.
pub fn name(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME_CHARACTERS as usize && !name.chars().any(is_hidden);
    fits.then(|| name.to_owned())
}

/// Controls, letters without width, and directions (Unicode TR 9 and 36).
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// §5.8.1. Members that are not known are of later editions.
#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: bool,
}

fn read_client_data(expected: &Expected<'_>, kind: &str, json: &[u8]) -> Result<(), Untrue> {
    if json.len() > LONGEST_ANSWER {
        return Err(Untrue::Unreadable);
    }
    let data: ClientData = serde_json::from_slice(json).map_err(|_| Untrue::Unreadable)?;
    if data.kind != kind {
        return Err(Untrue::OtherCeremony);
    }
    let challenge = base64url::decode(&data.challenge).map_err(|_| Untrue::OtherChallenge)?;
    if !bool::from(challenge.ct_eq(expected.challenge)) {
        return Err(Untrue::OtherChallenge);
    }
    if data.origin != expected.origin || data.cross_origin {
        return Err(Untrue::OtherOrigin);
    }
    Ok(())
}

/// §6.5.4: a map, whose statement of who made the authenticator is passed over.
fn authenticator_data_in(attestation: &[u8]) -> Option<&[u8]> {
    if attestation.len() > LONGEST_ANSWER {
        return None;
    }
    let mut reader = Decoder::new(attestation);
    let mut data = None;
    for _ in 0..reader.map().ok()?? {
        match reader.str().ok()? {
            "authData" if data.is_none() => data = Some(reader.bytes().ok()?),
            "authData" => return None,
            _ => reader.skip().ok()?,
        }
    }
    data.filter(|_| reader.position() == attestation.len())
}

/// Authenticator data (§6.1).
struct Data<'a> {
    party: &'a [u8; 32],
    flags: u8,
    count: u32,
    /// What it is called, and its public key.
    credential: Option<(&'a [u8], &'a [u8])>,
}

impl<'a> Data<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (party, rest) = bytes.split_first_chunk::<32>()?;
        let (&[flags], rest) = rest.split_first_chunk::<1>()?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (_model, after) = rest.split_first_chunk::<16>()?;
            let (length, after) = after.split_first_chunk::<2>()?;
            let (id, after) = after.split_at_checked(u16::from_be_bytes(*length).into())?;
            let (key, after) = item(after)?;
            credential = Some((id, key));
            rest = after;
        }
        if flags & HAS_EXTENSIONS != 0 {
            rest = item(rest)?.1;
        }
        rest.is_empty().then_some(Self { party, flags, count: u32::from_be_bytes(*count), credential })
    }

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    fn check(&self, expected: &Expected<'_>) -> Result<(), Untrue> {
        if self.party.as_slice() != digest(&SHA256, expected.party.as_bytes()).as_ref() {
            return Err(Untrue::OtherParty);
        }
        if !self.has(PRESENT) {
            return Err(Untrue::NobodyThere);
        }
        // What has left may leave.
        if self.has(HAS_LEFT) && !self.has(MAY_LEAVE) { Err(Untrue::Unreadable) } else { Ok(()) }
    }
}

/// One item of CBOR, and what stands behind it.
fn item(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Decoder::new(bytes);
    reader.skip().ok()?;
    bytes.split_at_checked(reader.position())
}

#[cfg(test)]
mod tests;
