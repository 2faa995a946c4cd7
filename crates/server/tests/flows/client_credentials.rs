//! A program asks for a token of its own (RFC 6749 §4.4).

use jeton_jose::{Algorithm, Expect, JwkSet, VerifyingKey, verify};
use serde_json::Value;

use crate::{
    setup::{API, SECRET},
    world::{Engine, World, cases},
};

cases![
    a_client_gets_a_token_that_the_jwks_verifies,
    basic_credentials_are_form_decoded,
    a_wrong_secret_and_an_unknown_client_are_one_answer,
    two_ways_to_authenticate_are_one_too_many,
    a_scope_that_the_client_may_not_have_is_refused,
];

const GRANT: &[(&str, &str)] = &[("grant_type", "client_credentials")];

async fn a_client_gets_a_token_that_the_jwks_verifies(engine: Engine) {
    let world = World::standard(engine).await;
    let answer = world.token(GRANT).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["scope"], "read");
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());

    let jwks: JwkSet = serde_json::from_slice(&world.get("/acme/jwks").send().await.body).unwrap();
    let verified = verify(body["access_token"].as_str().unwrap(), &Expect::new(&[Algorithm::ES256], &["at+jwt"]), |header| {
        VerifyingKey::from_jwk(jwks.find(header.kid.as_deref()?)?, Algorithm::ES256).ok()
    });
    let claims: Value = verified.unwrap().claims().unwrap();
    assert_eq!(claims["iss"], "http://127.0.0.1:8080/acme");
    assert_eq!(claims["sub"], "web");
    assert_eq!(claims["client_id"], "web");
    assert_eq!(claims["aud"], API);
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
}

async fn basic_credentials_are_form_decoded(engine: Engine) {
    let world = World::standard(engine).await;
    // `%77%65%62` is `web`.
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let value = format!("Basic {}", BASE64_STANDARD.encode(format!("%77%65%62:{SECRET}")));
    assert_eq!(world.post("/acme/token").header("authorization", &value).form(GRANT).send().await.status, 200);
}

async fn a_wrong_secret_and_an_unknown_client_are_one_answer(engine: Engine) {
    let world = World::standard(engine).await;
    let wrong = "wrong-secret-0123456789-abcdefghijklmnopqrstuvwxyz";
    let known = world.post("/acme/token").basic("web", wrong).form(GRANT).send().await;
    let unknown = world.post("/acme/token").basic("nobody", wrong).form(GRANT).send().await;
    known.refused(401, "invalid_client");
    assert!(known.header("www-authenticate").unwrap().starts_with("Basic"));
    assert_eq!((known.status, &known.headers, &known.body), (unknown.status, &unknown.headers, &unknown.body));
    assert_eq!(world.app.passwords.work().verifications, 0, "such a secret is never hashed slowly");

    for id in ["web", "nobody"] {
        world.post("/acme/token").basic(id, "short").form(GRANT).send().await.refused(401, "invalid_client");
    }
    assert_eq!(world.app.passwords.work().verifications, 0, "nor is a guessable one, unless the client's own is hashed slowly");
}

async fn two_ways_to_authenticate_are_one_too_many(engine: Engine) {
    let world = World::standard(engine).await;
    let form = &[("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
    world.token(form).send().await.refused(400, "invalid_request");
    // Right secret, but this client is registered for Basic.
    world.post("/acme/token").form(form).send().await.refused(401, "invalid_client");
}

async fn a_scope_that_the_client_may_not_have_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    for scope in ["admin", "read admin", "read\twrite"] {
        world.token(&[("grant_type", "client_credentials"), ("scope", scope)]).send().await.refused(400, "invalid_scope");
    }
}
