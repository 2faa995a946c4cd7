//! What the vendors' pages say beyond their transcripts, and what only these dialects do.

use http::Method;
use jeton_oauth::{Change, change::RealmChange, model::ClientAuthMethod, settings::SettingsPatch};
use serde_json::{Value, json};

use crate::{
    demo::{DEMO_SECRET, demo, realm},
    jwks::verified,
    setup::{SECRET, Setup, secret},
    world::{Engine, World, cases},
};

cases![
    every_access_token_verifies_by_the_realms_jwks,
    volt_signs_in_by_json_and_lists_scopes_in_the_token,
    wrong_credentials_at_a_volt_refresh_use_nothing_up,
    a_volt_refresh_token_ends_after_a_day,
    raising_the_not_before_of_voipex_kills_every_earlier_token,
    a_head_request_never_makes_a_token,
    a_violet_refresh_token_does_not_call_the_api,
    violet_credentials_stand_in_their_headers_alone,
    depotfinity_answers_403_for_oauth_errors_only,
    depotfinity_reads_basic_raw,
    a_preflight_names_the_headers_of_the_dialect,
];

/// An access token of the demo's realm.
async fn access_token(world: &World, name: &str) -> String {
    let body = sign_in(world, name).await;
    let member = if name == "violet" { "token" } else { "access_token" };
    body[member].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

/// The vendor's own first request.
async fn sign_in(world: &World, name: &str) -> Value {
    let demo = realm(name);
    let (id, username, password) = (demo.client_id, demo.username, demo.password);
    let with_password = [("grant_type", "password"), ("client_id", id), ("username", username), ("password", password)];
    let call = match name {
        "volt" => world.post("/volt/oauth").form(&[&with_password[..], &[("client_secret", DEMO_SECRET)]].concat()),
        "voipex" => world.post("/voipex/token").form(&with_password),
        "violet" => {
            let call = world.post("/violet/v1/login").header("x-violet-app-id", id).header("x-violet-app-secret", DEMO_SECRET);
            call.json(&json!({ "username": username, "password": password }))
        }
        "depotfinity" => world.post("/depotfinity/oauth2/token").basic(id, DEMO_SECRET).form(&[("grant_type", "client_credentials")]),
        _ => world.post("/standard/token").basic(id, DEMO_SECRET).form(&with_password),
    };
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{name}: {}", answer.text());
    answer.json()
}

async fn every_access_token_verifies_by_the_realms_jwks(engine: Engine) {
    let world = demo(engine).await;
    for (name, audience) in [
        ("volt", "https://api.volt.example"),
        ("voipex", "https://api.voipex.example"),
        ("violet", "https://api.violet.example"),
        ("depotfinity", "https://api.depotfinity.example"),
        ("standard", "https://api.example.org"),
    ] {
        let token = access_token(&world, name).await;
        let (header, claims) = verified(&world, name, "at+jwt", &token).await;
        assert_eq!(header.alg.to_string(), "ES256", "{name}");
        assert_eq!((claims["iss"].as_str(), claims["aud"].as_str()), (Some(&*format!("http://127.0.0.1:8080/{name}")), Some(audience)));
    }
}

async fn volt_signs_in_by_json_and_lists_scopes_in_the_token(engine: Engine) {
    let world = demo(engine).await;
    let volt = realm("volt");
    let body = json!({
        "grant_type": "password", "client_id": volt.client_id, "client_secret": DEMO_SECRET,
        "username": volt.username, "password": volt.password, "scope": ["payments"],
    });
    let answer = world.post("/volt/oauth").json(&body).send().await;
    assert_eq!((answer.status.as_u16(), answer.json()["token_type"].as_str()), (200, Some("bearer")), "{}", answer.text());
    let (_, claims) = verified(&world, "volt", "at+jwt", &answer.member("access_token")).await;
    assert_eq!((&claims["scopes"], claims.get("scope")), (&json!(["payments"]), None));
}

async fn wrong_credentials_at_a_volt_refresh_use_nothing_up(engine: Engine) {
    let world = demo(engine).await;
    let token = sign_in(&world, "volt").await["refresh_token"].as_str().unwrap().to_owned();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", &token)];
    let id = realm("volt").client_id;
    let wrong: [&[(&str, &str)]; 3] = [
        &[("client_id", id), ("client_secret", "wrong")],
        &[("client_id", "another")],
        &[("client_id", "another"), ("client_secret", DEMO_SECRET)],
    ];
    for credentials in wrong {
        world.post("/volt/oauth").form(&[&refresh[..], credentials].concat()).send().await.refused(401, "invalid_client");
    }
    world.post("/volt/oauth").basic(id, "wrong").form(&refresh).send().await.refused(401, "invalid_client");
    // A token of the right form that nobody was given names no client.
    world
        .post("/volt/oauth")
        .form(&[("grant_type", "refresh_token"), ("refresh_token", "jtn_rt_x")])
        .send()
        .await
        .refused(400, "invalid_grant");
    let answer = world.post("/volt/oauth").form(&refresh).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn a_volt_refresh_token_ends_after_a_day(engine: Engine) {
    let world = demo(engine).await;
    let first = sign_in(&world, "volt").await["refresh_token"].as_str().unwrap().to_owned();
    world.advance(86_399);
    let answer = world.post("/volt/oauth").form(&[("grant_type", "refresh_token"), ("refresh_token", &first)]).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    world.advance(86_400);
    let updated = answer.member("refresh_token");
    world
        .post("/volt/oauth")
        .form(&[("grant_type", "refresh_token"), ("refresh_token", &updated)])
        .send()
        .await
        .refused(400, "invalid_grant");
    sign_in(&world, "volt").await;
}

async fn raising_the_not_before_of_voipex_kills_every_earlier_token(engine: Engine) {
    let world = demo(engine).await;
    let vera = realm("voipex");
    let form = [
        ("client_id", "api"),
        ("grant_type", "password"),
        ("username", vera.username),
        ("password", vera.password),
        ("scope", "openid profile"),
    ];
    let before = world.post("/voipex/token").form(&form).send().await;
    let (access, refresh) = (before.member("access_token"), before.member("refresh_token"));
    assert_eq!(world.get("/voipex/userinfo").bearer(&access).send().await.status, 200);

    world.advance(10);
    let id = world.realm("voipex").await.id();
    world.commit(Change::Realm(RealmChange::RaiseNotBefore { realm: id, to: world.clock.now() })).await;
    world.get("/voipex/userinfo").bearer(&access).send().await.refused(401, "invalid_token");
    let again = [("client_id", "api"), ("grant_type", "refresh_token"), ("refresh_token", &refresh)];
    world.post("/voipex/token").form(&again).send().await.refused(400, "invalid_grant");

    let after = world.post("/voipex/token").form(&form).send().await;
    assert_eq!(after.json()["not-before-policy"], world.clock.now().as_seconds());
    assert_eq!(world.get("/voipex/userinfo").bearer(&after.member("access_token")).send().await.status, 200);
}

async fn a_head_request_never_makes_a_token(engine: Engine) {
    let world = demo(engine).await;
    let refresh = sign_in(&world, "violet").await["refresh_token"].as_str().unwrap().to_owned();
    let ask = |method| {
        let call =
            world.request(method, "/violet/v1/auth/token").header("x-violet-app-id", "10042").header("x-violet-app-secret", DEMO_SECRET);
        call.header("x-violet-token", &refresh)
    };
    let answer = ask(Method::HEAD).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("GET")));
    assert_eq!(ask(Method::GET).send().await.status, 200);
    for path in ["/violet/jwks", "/violet/.well-known/openid-configuration"] {
        assert_eq!(world.request(Method::HEAD, path).send().await.status, 200, "{path} may be read by HEAD");
    }
}

async fn a_violet_refresh_token_does_not_call_the_api(engine: Engine) {
    let world = demo(engine).await;
    let refresh = sign_in(&world, "violet").await["refresh_token"].as_str().unwrap().to_owned();
    let answer = world.get("/violet/userinfo").header("x-violet-token", &refresh).send().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error_code"]), (401, &json!(10)), "{}", answer.text());
    // Nor does an access token refresh.
    let token = access_token(&world, "violet").await;
    let call = world.get("/violet/v1/auth/token").header("x-violet-app-id", "10042").header("x-violet-app-secret", DEMO_SECRET);
    let answer = call.header("x-violet-token", &token).send().await;
    assert_eq!((answer.status.as_u16(), &answer.json()["error_code"]), (400, &json!(3)), "{}", answer.text());
}

async fn violet_credentials_stand_in_their_headers_alone(engine: Engine) {
    let world = demo(engine).await;
    let login = json!({ "username": "ultra", "password": "demo-violet-password" });
    let mut in_body = login.clone();
    in_body["client_id"] = "10042".into();
    in_body["client_secret"] = DEMO_SECRET.into();
    let answers = [
        world.post("/violet/v1/login").json(&login).send().await,
        world.post("/violet/v1/login").json(&in_body).send().await,
        world.post("/violet/v1/login").basic("10042", DEMO_SECRET).json(&login).send().await,
        world.post("/violet/v1/login").header("x-violet-app-id", "10042").json(&login).send().await,
        world
            .post("/violet/v1/login")
            .header("x-violet-app-id", "10043")
            .header("x-violet-app-secret", DEMO_SECRET)
            .json(&login)
            .send()
            .await,
    ];
    for answer in answers {
        let body = answer.json();
        assert!(matches!(answer.status.as_u16(), 400 | 401) && body["status"] == answer.status.as_u16(), "{}", answer.text());
        assert!(body["message"].is_string() && body["timestamp"].is_i64() && !answer.repeats(DEMO_SECRET), "{}", answer.text());
    }
}

async fn depotfinity_answers_403_for_oauth_errors_only(engine: Engine) {
    let settings = SettingsPatch { password_attempts: Some(1), ..SettingsPatch::default() };
    let world = World::start(engine, vec![Setup::new("depots", "depotfinity").settings(settings)]).await;
    let token = |form: &[(&str, &str)]| world.post("/depots/oauth2/token").basic("web", SECRET).form(form);
    token(&[("grant_type", "client_credentials"), ("scope", "admin")]).send().await.refused(403, "invalid_scope");
    token(&[]).send().await.refused(403, "invalid_request");
    world.post("/depots/oauth2/token").basic("web", "wrong").form(&[]).send().await.refused(403, "invalid_request");

    let wrong_password = [("grant_type", "password"), ("username", "ann"), ("password", "wrong")];
    token(&wrong_password).send().await.refused(403, "invalid_grant");
    assert_eq!(token(&wrong_password).send().await.status, 429);
    assert_eq!(world.get("/depots/oauth2/token").send().await.status, 405);
    assert_eq!(token(&[("scope", &"x".repeat(70_000))]).send().await.status, 413);
    assert_eq!(world.post("/depots/oauth2/token").basic("web", SECRET).json(&json!({})).send().await.status, 415);
}

async fn depotfinity_reads_basic_raw(engine: Engine) {
    let text = "per%41cent+plus:colon-0123456789-abcdefghijklmnopqrstuv";
    let setup = Setup::new("depots", "depotfinity")
        .client("a%62", ClientAuthMethod::ClientSecretBasic, |client| client.secrets = vec![secret(5, text, None)]);
    let world = World::start(engine, vec![setup]).await;
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let raw = format!("Basic {}", BASE64_STANDARD.encode(format!("a%62:{text}")));
    let answer =
        world.post("/depots/oauth2/token").header("authorization", &raw).form(&[("grant_type", "client_credentials")]).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    world
        .post("/depots/oauth2/token")
        .basic("a%62", text)
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .refused(403, "invalid_client");
}

const VIOLET: &[&str] = &["authorization", "content-type", "x-violet-app-id", "x-violet-app-secret", "x-violet-token"];

async fn a_preflight_names_the_headers_of_the_dialect(engine: Engine) {
    let world = demo(engine).await;
    for (path, methods, headers) in [
        ("/violet/v1/login", "POST", VIOLET),
        ("/violet/v1/auth/token", "GET", VIOLET),
        ("/standard/token", "POST", &["authorization", "content-type", "dpop", "x-requested-with"]),
    ] {
        let answer = world
            .request(Method::OPTIONS, path)
            .header("origin", "https://app.example")
            .header("access-control-request-method", methods)
            .send()
            .await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (204, Some("*")), "{path}");
        assert_eq!(answer.header("access-control-allow-methods"), Some(methods), "{path}");
        let allowed: Vec<_> = answer.header("access-control-allow-headers").unwrap().split(", ").collect();
        assert!(headers.iter().all(|name| allowed.contains(name)), "{path}: {allowed:?}");
    }
    // Where a cookie plays a part, scripts of others read nothing.
    let answer = world.request(Method::OPTIONS, "/standard/account/tokens").header("origin", "https://app.example").send().await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (405, None));
}
