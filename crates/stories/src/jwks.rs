//! What somebody knows of a token who has nothing but the realm's JWK Set.

use jeton_jose::{Algorithm, Expect, Header, JwkSet, VerifyingKey, peek_header, verify};
use serde_json::Value;

use crate::world::World;

pub async fn jwks(world: &World, realm: &str) -> JwkSet {
    let answer = world.get(&format!("/{realm}/jwks")).send().await;
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.text()))
}

/// Header and claims of a token of this type, its signature verified offline by the key that `kid` names.
pub async fn verified(world: &World, realm: &str, typ: &str, token: &str) -> (Header, Value) {
    verify_with(&jwks(world, realm).await, typ, token).unwrap_or_else(|| panic!("the keys of {realm} do not verify {token}"))
}

/// `None` where no key of the set verifies it.
pub fn verify_with(jwks: &JwkSet, typ: &str, token: &str) -> Option<(Header, Value)> {
    let header = peek_header(token).ok()?;
    let algorithms: &[Algorithm] = &[header.alg];
    let key = VerifyingKey::from_jwk(jwks.find(header.kid.as_deref()?)?, header.alg).ok()?;
    let claims = verify(token, &Expect::new(algorithms, &[typ]), |_| Some(&key)).ok()?.claims().ok()?;
    Some((header, claims))
}
