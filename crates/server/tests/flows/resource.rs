//! Which APIs a token is for: `resource` (RFC 8707), and never more than was granted.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    grants::{query, redemption},
    jwks::verified,
    setup::{API, Setup},
    world::{Engine, World, cases},
};

cases![
    a_client_asks_for_the_apis_that_it_is_registered_for,
    a_code_gives_a_token_for_one_of_the_apis_that_were_granted,
    a_refresh_narrows_one_token_and_not_the_grant,
    a_resource_that_was_not_granted_uses_nothing_up,
];

const OTHER: &str = "https://other.example.com";
const FOREIGN: &str = "https://foreign.example.com";

async fn world(engine: Engine) -> World {
    World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.audiences.push(OTHER.into()))]).await
}

async fn audience(world: &World, tokens: &Value) -> Value {
    verified(world, "acme", "at+jwt", tokens["access_token"].as_str().unwrap()).await.1["aud"].clone()
}

/// A code for both APIs, or for what the realm says where the request names none.
async fn code(world: &World, resources: &[&'static str]) -> String {
    let mut query = query("read");
    query.extend(resources.iter().map(|resource| ("resource", *resource)));
    Browser::new(world).authorize(&query).await.parameters().remove("code").unwrap()
}

async fn a_client_asks_for_the_apis_that_it_is_registered_for(engine: Engine) {
    let world = world(engine).await;
    let grant = ("grant_type", "client_credentials");
    for (resources, expected) in [(&[][..], json!(API)), (&[OTHER][..], json!(OTHER)), (&[API, OTHER][..], json!([API, OTHER]))] {
        let form: Vec<_> = resources.iter().map(|resource| ("resource", *resource)).chain([grant]).collect();
        let answer = world.token(&form).send().await;
        assert_eq!(audience(&world, &answer.json()).await, expected);
    }
    world.token(&[grant, ("resource", OTHER), ("resource", FOREIGN)]).send().await.refused(400, "invalid_target");
}

async fn a_code_gives_a_token_for_one_of_the_apis_that_were_granted(engine: Engine) {
    let world = world(engine).await;
    let code = code(&world, &[API, OTHER]).await;
    let mut form = redemption(&code);
    form.push(("resource", OTHER));
    let tokens = world.token(&form).send().await.json();
    assert_eq!(audience(&world, &tokens).await, OTHER);
    // What was granted is still there for the next token.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let tokens = world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).send().await.json();
    assert_eq!(audience(&world, &tokens).await, json!([API, OTHER]));
}

async fn a_refresh_narrows_one_token_and_not_the_grant(engine: Engine) {
    let world = world(engine).await;
    let tokens = world.token(&redemption(&code(&world, &[API, OTHER]).await)).send().await.json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let narrowed = world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh), ("resource", API)]).send().await.json();
    assert_eq!(audience(&world, &narrowed).await, API);
    let refresh = narrowed["refresh_token"].as_str().unwrap();
    let wide = world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).send().await.json();
    assert_eq!(audience(&world, &wide).await, json!([API, OTHER]));
}

async fn a_resource_that_was_not_granted_uses_nothing_up(engine: Engine) {
    let world = world(engine).await;
    // Registered for the client, but not asked for at the authorization endpoint.
    let code = code(&world, &[]).await;
    for resource in [OTHER, FOREIGN] {
        let mut form = redemption(&code);
        form.push(("resource", resource));
        world.token(&form).send().await.refused(400, "invalid_target");
    }
    let tokens = world.token(&redemption(&code)).send().await.json();
    assert_eq!(audience(&world, &tokens).await, API);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    world.token(&[&refresh[..], &[("resource", OTHER)]].concat()).send().await.refused(400, "invalid_target");
    let tokens = world.token(&[&refresh[..], &[("resource", API)]].concat()).send().await.json();
    assert_eq!(audience(&world, &tokens).await, API);
}
