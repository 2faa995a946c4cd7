//! A client that has another value for some of its realm's settings.

use jeton_jose::Algorithm;
use jeton_oauth::{
    Seconds,
    model::{Client, ClientAuthMethod},
    settings::{IdTokenContent, RequirePkce, SettingsPatch, TokenFormat},
};

use crate::{
    grants::refresh,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    tokens_of_a_client_live_as_it_says_and_those_of_others_as_the_realm_says,
    a_longer_life_ends_at_the_realms_limit,
    a_client_signs_access_tokens_with_its_own_algorithm,
    grace_is_the_clients,
    an_id_token_says_what_its_client_wants,
    keys_are_kept_for_the_longest_life_that_a_client_may_have,
];

fn world(settings: SettingsPatch, change: impl FnOnce(&mut Client)) -> Setup {
    Setup::new("acme", "standard").settings(settings).client("own", ClientAuthMethod::ClientSecretBasic, change)
}

async fn tokens(world: &World, client: &str, grant: &[(&str, &str)]) -> serde_json::Value {
    let answer = world.post("/acme/token").basic(client, SECRET).form(grant).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

const CREDENTIALS: &[(&str, &str)] = &[("grant_type", "client_credentials")];

fn ann(scope: &str) -> [(&str, &str); 4] {
    [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", scope)]
}

fn claims(token: &serde_json::Value) -> serde_json::Value {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

async fn tokens_of_a_client_live_as_it_says_and_those_of_others_as_the_realm_says(engine: Engine) {
    let setup = world(SettingsPatch::default(), |own| {
        own.access_token_lifetime = Some(Seconds(7200));
        own.refresh_token_lifetime = Some(Seconds(50));
        own.id_token_lifetime = Some(Seconds(30));
    });
    let world = World::start(engine, vec![setup]).await;
    assert_eq!(tokens(&world, "own", CREDENTIALS).await["expires_in"], 7200);
    assert_eq!(tokens(&world, "web", CREDENTIALS).await["expires_in"], 3600);
    let answer = tokens(&world, "own", &ann("openid read")).await;
    let id_token = claims(&answer["id_token"]);
    assert_eq!(id_token["exp"].as_i64().unwrap() - id_token["iat"].as_i64().unwrap(), 30);
    world.advance(49);
    let old = answer["refresh_token"].as_str().unwrap();
    let next = tokens(&world, "own", &refresh(old)).await["refresh_token"].as_str().unwrap().to_owned();
    world.advance(50);
    world.post("/acme/token").basic("own", SECRET).form(&refresh(&next)).send().await.refused(400, "invalid_grant");
}

/// Whatever the realm says by now: keys and revocations are kept for no longer.
async fn a_longer_life_ends_at_the_realms_limit(engine: Engine) {
    let settings = SettingsPatch { client_lifetime_limit: Some(Seconds(4000)), ..SettingsPatch::default() };
    let world = World::start(engine, vec![world(settings, |own| own.access_token_lifetime = Some(Seconds(7200)))]).await;
    assert_eq!(tokens(&world, "own", CREDENTIALS).await["expires_in"], 4000);
}

async fn a_client_signs_access_tokens_with_its_own_algorithm(engine: Engine) {
    let setup = world(SettingsPatch::default(), |own| own.access_token_alg = Some(Algorithm::EdDSA));
    let world = World::start(engine, vec![setup]).await;
    let token = tokens(&world, "own", CREDENTIALS).await["access_token"].as_str().unwrap().to_owned();
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
    let header: serde_json::Value =
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header["alg"], "EdDSA");
    assert!(world.is_active(&token).await);
    let jwks = world.get("/acme/jwks").send().await.json();
    assert!(jwks["keys"].as_array().unwrap().iter().any(|key| key["kid"] == header["kid"]));
}

async fn grace_is_the_clients(engine: Engine) {
    let setup = world(SettingsPatch::default(), |own| own.refresh_token_grace = Some(Seconds(30)));
    let world = World::start(engine, vec![setup]).await;
    let old = tokens(&world, "own", &ann("read")).await["refresh_token"].as_str().unwrap().to_owned();
    let new = tokens(&world, "own", &refresh(&old)).await["refresh_token"].clone();
    assert_eq!(tokens(&world, "own", &refresh(&old)).await["refresh_token"], new);
    let old = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    world.token(&refresh(&old)).send().await;
    world.token(&refresh(&old)).send().await.refused(400, "invalid_grant");
}

async fn an_id_token_says_what_its_client_wants(engine: Engine) {
    let settings =
        SettingsPatch { require_pkce: Some(RequirePkce::All), access_token_format: Some(TokenFormat::Opaque), ..SettingsPatch::default() };
    let setup = world(settings, |own| {
        own.id_token_claims = Some(IdTokenContent::Scopes);
        own.access_token_format = Some(TokenFormat::Jwt);
    });
    let world = World::start(engine, vec![setup.ann(|ann| ann.profile.given_name = Some("Ann".to_owned()))]).await;
    let own = tokens(&world, "own", &ann("openid profile")).await;
    assert_eq!(claims(&own["id_token"])["given_name"], "Ann");
    assert_eq!(claims(&own["access_token"])["client_id"], "own");
    let web = tokens(&world, "web", &ann("openid profile")).await;
    assert_eq!(claims(&web["id_token"]).get("given_name"), None);
    assert!(!web["access_token"].as_str().unwrap().contains('.'), "opaque, as the realm says");
}

async fn keys_are_kept_for_the_longest_life_that_a_client_may_have(engine: Engine) {
    let setup = world(SettingsPatch::default(), |own| own.access_token_lifetime = Some(Seconds(86_400)));
    let world = World::start(engine, vec![setup]).await;
    let token = tokens(&world, "own", CREDENTIALS).await["access_token"].as_str().unwrap().to_owned();
    let realm = world.realm("acme").await;
    let keys = world.app.store.in_realm(realm.id()).keys().await.unwrap();
    assert!(keys.iter().any(|key| key.longest_token == Some(Seconds(86_400))), "{keys:?}");
    world.advance(86_399);
    assert!(world.is_active(&token).await);
}
