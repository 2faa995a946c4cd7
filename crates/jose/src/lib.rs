//! The seals: which signatures are made, and which are believed.
//!
//! JSON Web Signatures in compact form (RFC 7515), the keys behind them (RFC 7517,
//! RFC 7518, RFC 8037) and their thumbprints (RFC 7638), on aws-lc. Encryption (JWE),
//! unsigned tokens (`none`) and keys that a token brings along are deliberately absent.
//!
//! ```
//! use jeton_jose::{Algorithm, Expect, SigningKey, verify};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SigningKey::generate(Algorithm::ES256)?;
//! let token = key.sign("at+jwt", &serde_json::json!({ "sub": "ann" }))?;
//!
//! let ours = key.verifying_key();
//! let expect = Expect::new(&[Algorithm::ES256], &["at+jwt"]);
//! let verified = verify(&token, &expect, |header| {
//!     (header.kid.as_deref() == Some(ours.kid())).then_some(&ours)
//! })?;
//! let claims: serde_json::Value = verified.claims()?;
//! assert_eq!(claims["sub"], "ann");
//! # Ok(()) }
//! ```

#![warn(missing_docs)]

mod algorithm;
pub mod base64url;
mod claims;
mod error;
mod header;
mod header_start;
pub mod json;
mod jwk;
mod jwk_members;
mod jwk_set;
mod rsa_der;
mod signing_key;
mod token;
mod verifying_key;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use claims::{Audience, NumericDate};
pub use error::{KeyError, SignError, VerifyError};
pub use header::{Expect, Header};
pub use jwk::{EcCurve, Jwk, PublicParameters};
pub use jwk_set::JwkSet;
pub use signing_key::SigningKey;
pub use token::{MAX_TOKEN_LENGTH, Verified, peek_header, verify};
pub use verifying_key::VerifyingKey;
