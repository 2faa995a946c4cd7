//! Public keys as authenticators write them (COSE, RFC 9052 §7, RFC 9053 §7): which are taken, and what they signed.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use minicbor::{Decoder, data::Type};

/// What is offered to authenticators, the first most liked: Ed25519, ECDSA on P-256 with SHA-256, and RSA
/// with SHA-256, by their numbers (RFC 9053 §2, RFC 8812 §2).
pub const ALGORITHMS: [i64; 3] = [-8, -7, -257];

/// Bytes of the longest key that is kept: RSA of 8192 bits, and what stands around it.
pub const LONGEST: usize = 1100;

/// A key that was parsed.
pub struct CoseKey(ParsedPublicKey);

/// The members by their labels: −1 is the curve or `n`, −2 `x` or `e`, −3 `y`.
#[derive(Default)]
struct Members<'a> {
    kty: Option<i64>,
    alg: Option<i64>,
    crv: Option<i64>,
    one: Option<&'a [u8]>,
    two: Option<&'a [u8]>,
    three: Option<&'a [u8]>,
}

impl CoseKey {
    /// `None` for another kind of key than was offered, one that is no key, and more than one.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > LONGEST {
            return None;
        }
        let Members { kty, alg, crv, one, two, three } = Members::read(bytes)?;
        let key = match (kty?, alg?, crv) {
            (1, -8, Some(6)) => ParsedPublicKey::new(&ED25519, two?).ok()?,
            (2, -7, Some(1)) => {
                let (x, y) = (<&[u8; 32]>::try_from(two?).ok()?, <&[u8; 32]>::try_from(three?).ok()?);
                ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, [&[4], x.as_slice(), y].concat()).ok()?
            }
            (3, -257, None) => RsaPublicKeyComponents { n: one?, e: two? }.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()?,
            _ => return None,
        };
        Some(Self(key))
    }

    /// Whether `signature` is this key's, of `message`; of ECDSA as ASN.1 (Web Authentication §6.5.5).
    pub fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl<'a> Members<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Decoder::new(bytes);
        let mut members = Self::default();
        for _ in 0..reader.map().ok()?? {
            let twice = match reader.i64().ok()? {
                1 => members.kty.replace(reader.i64().ok()?).is_some(),
                3 => members.alg.replace(reader.i64().ok()?).is_some(),
                -1 if reader.datatype().ok()? == Type::Bytes => members.one.replace(reader.bytes().ok()?).is_some(),
                -1 => members.crv.replace(reader.i64().ok()?).is_some(),
                -2 => members.two.replace(reader.bytes().ok()?).is_some(),
                -3 => members.three.replace(reader.bytes().ok()?).is_some(),
                _ => reader.skip().is_err(),
            };
            if twice {
                return None;
            }
        }
        (reader.position() == bytes.len()).then_some(members)
    }
}
