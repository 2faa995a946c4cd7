//! What an access token lets its bearer know about the person (OpenID Connect Core §5.3).

use jeton_oauth::model::{ClientAuthMethod, Profile};
use serde_json::{Value, json};

use crate::{
    call::Call,
    setup::{NOW, Setup},
    world::{Engine, World, cases},
};

cases![
    each_scope_gives_its_claims_and_no_more,
    the_token_comes_by_header_or_by_body,
    a_token_in_two_places_or_in_the_url_is_refused,
    what_is_no_access_token_of_a_person_is_refused,
    a_token_without_openid_is_not_enough,
    scripts_of_other_origins_may_read_it,
];

/// Everything that OpenID Connect Core §5.1 names.
fn profile() -> Profile {
    let text = |text: &str| Some(text.to_owned());
    Profile {
        name: text("Ann Marie Example"),
        given_name: text("Ann"),
        family_name: text("Example"),
        middle_name: text("Marie"),
        nickname: text("Annie"),
        preferred_username: text("annie"),
        profile: text("https://people.example/ann"),
        picture: text("https://people.example/ann.png"),
        website: text("https://ann.example"),
        gender: text("female"),
        birthdate: text("1990-04-01"),
        zoneinfo: text("Europe/Berlin"),
        locale: text("de-DE"),
        phone_number: text("+49 30 901820"),
        phone_number_verified: Some(true),
        address: json!({ "locality": "Berlin", "country": "DE" }).as_object().cloned(),
    }
}

async fn world(engine: Engine) -> World {
    World::start(engine, vec![Setup::new("acme", "standard").ann(|ann| ann.profile = profile())]).await
}

async fn token(world: &World, scope: &str) -> String {
    world.ann(scope).await["access_token"].as_str().unwrap().to_owned()
}

async fn each_scope_gives_its_claims_and_no_more(engine: Engine) {
    let world = world(engine).await;
    let all = json!({
        "profile": {
            "name": "Ann Marie Example", "given_name": "Ann", "family_name": "Example", "middle_name": "Marie", "nickname": "Annie",
            "preferred_username": "annie", "profile": "https://people.example/ann", "picture": "https://people.example/ann.png",
            "website": "https://ann.example", "gender": "female", "birthdate": "1990-04-01", "zoneinfo": "Europe/Berlin", "locale": "de-DE",
            "updated_at": NOW.as_seconds(),
        },
        "email": { "email": "ann@example.com", "email_verified": true },
        "address": { "address": { "locality": "Berlin", "country": "DE" } },
        "phone": { "phone_number": "+49 30 901820", "phone_number_verified": true },
        "read": {},
    });
    assert_eq!(all["profile"].as_object().unwrap().len(), 14);
    for scope in ["", "profile", "email", "address", "phone", "read", "profile email address phone"] {
        let mut expected = json!({ "sub": "sub-ann" });
        for one in scope.split(' ').filter(|one| !one.is_empty()) {
            expected.as_object_mut().unwrap().extend(all[one].as_object().unwrap().clone());
        }
        let answer = world.get("/acme/userinfo").bearer(&token(&world, &format!("openid {scope}")).await).send().await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type"), answer.header("cache-control")),
            (200, Some("application/json"), Some("no-store"))
        );
        assert_eq!(answer.json(), expected, "{scope}");
    }
}

async fn the_token_comes_by_header_or_by_body(engine: Engine) {
    let world = world(engine).await;
    let token = token(&world, "openid").await;
    let calls: [(&str, Call); 5] = [
        ("GET", world.get("/acme/userinfo").bearer(&token)),
        ("GET, another case", world.get("/acme/userinfo").header("authorization", &format!("bEARER {token}"))),
        ("POST by header", world.post("/acme/userinfo").bearer(&token)),
        ("POST by header with an empty form", world.post("/acme/userinfo").bearer(&token).form(&[])),
        ("POST by body", world.post("/acme/userinfo").form(&[("access_token", &token)])),
    ];
    for (what, call) in calls {
        let answer = call.send().await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "sub": "sub-ann" })), "{what}");
    }
}

async fn a_token_in_two_places_or_in_the_url_is_refused(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("violet", "violet")]).await;
    let token = token(&world, "openid").await;
    for call in [
        world.post("/acme/userinfo").bearer(&token).form(&[("access_token", &token)]),
        world.get("/acme/userinfo").bearer(&token).bearer(&token),
        world.get("/violet/userinfo").bearer(&token).header("x-violet-token", &token),
        world.get("/violet/userinfo").header("x-violet-token", &token).header("x-violet-token", &token),
    ] {
        let answer = call.send().await;
        assert!(answer.status == 400 && !answer.repeats(&token), "{}", answer.text());
    }
    for call in [
        world.get(&format!("/acme/userinfo?access_token={token}")),
        world.post(&format!("/acme/userinfo?access_token={token}")),
        // RFC 6750 §2.2: a body is for POST.
        world.get("/acme/userinfo").form(&[("access_token", &token)]),
    ] {
        let answer = call.send().await;
        assert!(answer.status == 401 && !answer.repeats(&token), "{}", answer.text());
    }
}

async fn what_is_no_access_token_of_a_person_is_refused(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").client("post", ClientAuthMethod::ClientSecretPost, |_| {})]).await;
    let tokens = world.ann("openid read").await;
    let own = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    for token in [text("refresh_token"), text("id_token"), own, "x".into(), format!("{}x", text("access_token")), String::new()] {
        let answer = world.get("/acme/userinfo").bearer(&token).send().await;
        answer.refused(401, "invalid_token");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "));
    }
    world.get("/acme/userinfo").basic("web", &text("access_token")).send().await.refused(401, "invalid_token");
}

async fn a_token_without_openid_is_not_enough(engine: Engine) {
    let world = world(engine).await;
    let answer = world.get("/acme/userinfo").bearer(&token(&world, "profile").await).send().await;
    answer.refused(403, "insufficient_scope");
    assert!(answer.header("www-authenticate").unwrap().contains("error=\"insufficient_scope\""));
}

async fn scripts_of_other_origins_may_read_it(engine: Engine) {
    let world = world(engine).await;
    let answer = world.get("/acme/userinfo").bearer(&token(&world, "openid").await).header("origin", "https://spa.example").send().await;
    assert_eq!((answer.header("access-control-allow-origin"), answer.header("access-control-allow-credentials")), (Some("*"), None));
    let page: Value = world.get("/acme/.well-known/openid-configuration").header("origin", "https://spa.example").send().await.json();
    assert!(page["userinfo_endpoint"].is_string());
}
