//! What a realm says of itself is what it does (RFC 8414, OpenID Connect Discovery §3).

use http::Method;
use jeton_jose::{Jwk, JwkSet};
use serde_json::{Value, json};

use crate::{
    demo::{REALMS, demo},
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    both_well_known_places_say_the_same,
    what_conformance_needs_is_all_there,
    every_endpoint_that_is_named_is_served,
    grants_and_methods_are_those_of_the_token_endpoint,
    a_moved_key_set_is_named_where_it_is,
    the_key_set_shows_public_keys_alone,
];

async fn document(world: &World, realm: &str) -> Value {
    let answer = world.get(&format!("/{realm}/.well-known/openid-configuration")).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/json")), "{realm}: {}", answer.text());
    answer.json()
}

async fn both_well_known_places_say_the_same(engine: Engine) {
    let world = World::standard(engine).await;
    let expected = document(&world, "acme").await;
    assert_eq!(expected["issuer"], "http://127.0.0.1:8080/acme");
    for path in [
        "/.well-known/openid-configuration/acme",
        "/.well-known/oauth-authorization-server/acme",
        "/acme/.well-known/oauth-authorization-server",
    ] {
        assert_eq!(world.get(path).send().await.json(), expected, "{path}");
    }
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/nobody",
        "/.well-known/openid-configuration/acme/more",
        "/.well-known/openid-configuration/acme2",
    ] {
        assert_eq!(world.get(path).send().await.status, 404, "{path}");
    }
}

async fn what_conformance_needs_is_all_there(engine: Engine) {
    let world = World::standard(engine).await;
    let said = document(&world, "acme").await;
    let has = |member: &str, value: &str| said[member].as_array().is_some_and(|list| list.iter().any(|one| one == value));
    for (member, value) in [
        ("response_types_supported", "code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("code_challenge_methods_supported", "S256"),
        ("grant_types_supported", "authorization_code"),
        ("grant_types_supported", "refresh_token"),
        ("ui_locales_supported", "de"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
        ("claims_supported", "sub"),
        ("claims_supported", "phone_number_verified"),
    ] {
        assert!(has(member, value), "{member} lacks {value}: {said}");
    }
    assert_eq!(said["authorization_response_iss_parameter_supported"], true);
    // Left out, request_uri would be true (OpenID Connect Discovery §3).
    assert_eq!((&said["request_parameter_supported"], &said["request_uri_parameter_supported"]), (&json!(false), &json!(false)));
    assert!(!has("scopes_supported", "jeton:tokens"), "the scope of the account's own pages is no API's");
}

async fn every_endpoint_that_is_named_is_served(engine: Engine) {
    let world = demo(engine).await;
    for realm in REALMS {
        let said = document(&world, realm.name).await;
        let endpoints: Vec<_> =
            said.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri").collect();
        assert!(endpoints.len() >= 6, "{said}");
        for (name, url) in endpoints {
            let path = url.as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
            // Each is there: for the method that is meant, and with 405 for one that is not.
            let reads = matches!(name.as_str(), "authorization_endpoint" | "jwks_uri" | "userinfo_endpoint");
            let answer = world.request(if reads { Method::GET } else { Method::POST }, path).send().await;
            assert!(!matches!(answer.status.as_u16(), 404 | 405 | 500..), "{} {name}: {} {}", realm.name, answer.status, answer.text());
            let other = world.request(Method::PUT, path).send().await;
            assert!(other.status == 405 && other.header("allow").is_some(), "{} {name}", realm.name);
        }
    }
}

async fn grants_and_methods_are_those_of_the_token_endpoint(engine: Engine) {
    let world = demo(engine).await;
    let all = json!(["authorization_code", "refresh_token", "client_credentials", "password"]);
    for (realm, path, grants, methods) in [
        ("standard", "/token", all.clone(), json!(["client_secret_basic", "client_secret_post", "none"])),
        ("volt", "/oauth", all.clone(), json!(["client_secret_post", "client_secret_basic", "none"])),
        ("violet", "/token", all, json!(["client_secret_basic", "client_secret_post"])),
        (
            "depotfinity",
            "/oauth2/token",
            json!(["authorization_code", "client_credentials", "password"]),
            json!(["client_secret_basic", "client_secret_post", "none"]),
        ),
    ] {
        let said = document(&world, realm).await;
        assert_eq!(said["token_endpoint"], format!("http://127.0.0.1:8080/{realm}{path}"));
        assert_eq!((&said["grant_types_supported"], &said["token_endpoint_auth_methods_supported"]), (&grants, &methods), "{realm}");
    }
}

const MOVED: &str = r#"
name  = "moved"
title = "Moved"

[[route]]
operation = "jwks"
path      = "/keys.json"

[[route]]
operation    = "token"
path         = "/only-machines"
grants       = ["client_credentials"]
authenticate = ["client_secret_basic"]
"#;

async fn a_moved_key_set_is_named_where_it_is(engine: Engine) {
    let world = World::with_dialect(engine, Setup::new("acme", "moved"), MOVED).await;
    let said = document(&world, "acme").await;
    assert_eq!(said["jwks_uri"], "http://127.0.0.1:8080/acme/keys.json");
    assert_eq!(world.get("/acme/keys.json").send().await.status, 200);
    assert_eq!(world.get("/acme/jwks").send().await.status, 404);
    assert_eq!(
        (&said["grant_types_supported"], &said["token_endpoint_auth_methods_supported"]),
        (&json!(["client_credentials"]), &json!(["client_secret_basic"]))
    );
    let refused = world
        .post("/acme/only-machines")
        .basic("web", SECRET)
        .form(&[("grant_type", "password"), ("username", "ann"), ("password", "x")])
        .send()
        .await;
    refused.refused(400, "unsupported_grant_type");
}

async fn the_key_set_shows_public_keys_alone(engine: Engine) {
    let world = World::standard(engine).await;
    // Refresh tokens and ID tokens, so that every kind of key exists.
    world.ann("openid read").await;
    let answer = world.get("/acme/jwks").send().await;
    let set: JwkSet = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(set.keys.len(), 2, "one for access tokens, one for ID tokens");
    for key in answer.json()["keys"].as_array().unwrap() {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k", "oth"] {
            assert!(key.get(private).is_none(), "{private} is shown");
        }
        assert_ne!(key["kty"], "oct");
    }
    let mut kids: Vec<_> = set.keys.iter().filter_map(|key: &Jwk| key.kid.clone()).collect();
    kids.sort();
    kids.dedup();
    assert_eq!(kids.len(), set.keys.len(), "each key has a kid of its own");
}
