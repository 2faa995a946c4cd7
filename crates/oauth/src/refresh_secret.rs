//! Refresh tokens of every generation, derived and proven without storing any of them.
//!
//! `jtn_rt_` ‖ base64url(authorization id ‖ generation ‖ HMAC-SHA-256(refresh key, authorization id ‖
//! seed ‖ generation) ‖ CRC-32). A token of any generation is first proven genuine, and only a
//! genuine one may revoke.

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use zeroize::Zeroizing;

use crate::{
    AuthorizationId,
    decision::RefreshKeys,
    model::{Authorization, RefreshProof},
    secret::{Kind, SecretText, read_body, write},
};

/// A refresh token that somebody presented: well formed, not yet proven.
pub struct PresentedRefresh {
    /// Which authorization it says it is of.
    pub authorization: AuthorizationId,
    /// Which turn of the counter it says it is; the first is 0.
    pub generation: u32,
    secret: Zeroizing<[u8; 32]>,
}

impl PresentedRefresh {
    /// `None` for anything that we cannot have made.
    pub fn read(text: &str) -> Option<Self> {
        let body = read_body::<52>(Kind::RefreshToken, text)?;
        let (id, rest) = body.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<4>()?;
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(rest);
        Some(Self { authorization: AuthorizationId::from_bytes(*id), generation: u32::from_be_bytes(*generation), secret })
    }

    /// Whether we made this token, in whatever generation; in constant time.
    pub fn is_genuine(&self, authorization: &Authorization, keys: &RefreshKeys) -> bool {
        self.authorization == authorization.id
            && derive(authorization, self.generation, keys)
                .is_some_and(|own| verify_slices_are_equal(own.as_ref(), self.secret.as_slice()).is_ok())
    }
}

/// The text of one generation; `None` if its key is gone or its proof was brought from elsewhere.
pub fn text(authorization: &Authorization, generation: u32, keys: &RefreshKeys) -> Option<SecretText> {
    let secret = derive(authorization, generation, keys)?;
    Some(write(Kind::RefreshToken, &[authorization.id.as_bytes(), &generation.to_be_bytes(), secret.as_ref()]))
}

fn derive(authorization: &Authorization, generation: u32, keys: &RefreshKeys) -> Option<hmac::Tag> {
    let RefreshProof::Derived { seed, key } = &authorization.refresh.as_ref()?.proof else { return None };
    let mut message = [0u8; 36];
    message[..16].copy_from_slice(authorization.id.as_bytes());
    message[16..32].copy_from_slice(seed);
    message[32..].copy_from_slice(&generation.to_be_bytes());
    Some(hmac::sign(keys.by_id.get(key)?, &message))
}
