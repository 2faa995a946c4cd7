//! Who was it, and why: what clients are told that did almost everything right, and what tokens tell of people.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jeton_oauth::{
    model::{ClientAuthMethod, Profile},
    settings::{ClaimSource, ExtraClaim, IdTokenContent, SettingsPatch, TokenFormat, UnknownScopes},
};
use serde_json::{Value, json};

use crate::{
    call::{Answer, Call},
    jwks::{jwks, verified},
    setup::{PASSWORD, SECRET, Setup, secret},
    world::{Engine, World, cases},
};

cases![
    a_right_secret_by_another_method_is_told_which_one_is_registered,
    basic_credentials_are_read_decoded_and_as_they_stand,
    a_client_id_may_have_a_colon,
    a_refused_scope_is_named,
    a_scope_that_nobody_knows_is_left_out_beside_openid,
    challenges_name_the_realm,
    introspection_tells_the_name_and_the_realms_claims_of_every_token,
    id_tokens_say_what_scopes_allow_where_the_realm_wants_it,
    reading_key_sets_makes_few_realms_keys,
];

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
/// What form-encoding changes.
const ODD: &str = "a+b%41c%zz&d=0123456789-abcdefghijklmnopqrstuvwxyz";

fn by_basic(world: &World, text: &str) -> Call {
    world.post("/acme/token").header("authorization", &format!("Basic {}", BASE64_STANDARD.encode(text))).form(&[GRANT])
}

async fn a_right_secret_by_another_method_is_told_which_one_is_registered(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("post", ClientAuthMethod::ClientSecretPost, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let in_body = |id, secret| world.post("/acme/token").form(&[GRANT, ("client_id", id), ("client_secret", secret)]);
    for (call, registered) in [
        (in_body("web", SECRET), "client_secret_basic"),
        (world.post("/acme/token").basic("post", SECRET).form(&[GRANT]), "client_secret_post"),
    ] {
        let answer = call.send().await;
        answer.refused(401, "invalid_client");
        assert!(answer.member("error_description").contains(registered) && !answer.repeats(SECRET), "{}", answer.text());
    }
    let introspected = world.post("/acme/introspect").basic("post", SECRET).form(&[("token", "x")]).send().await;
    assert!(introspected.member("error_description").contains("client_secret_post"), "{}", introspected.text());
    // Whoever has not got the secret learns nothing.
    let told: Vec<_> = [in_body("web", "wrong").send().await, in_body("nobody", "wrong").send().await].iter().map(Answer::text).collect();
    assert_eq!(told[0], told[1]);
    assert!(!told[0].contains("client_secret"), "{}", told[0]);
}

async fn basic_credentials_are_read_decoded_and_as_they_stand(engine: Engine) {
    let slow = "p+w%20";
    let setup = Setup::new("acme", "standard")
        .client("odd", ClientAuthMethod::ClientSecretBasic, |odd| odd.secrets = vec![secret(5, ODD, None)])
        .client("slow", ClientAuthMethod::ClientSecretBasic, |odd| {
            odd.secrets = vec![secret(6, SECRET, None)];
            odd.secrets[0].hash = jeton_oauth::model::SecretHash::Slow(bcrypt::hash(slow, 4).unwrap());
        });
    let world = World::start(engine, vec![setup]).await;
    assert_eq!(world.post("/acme/token").basic("odd", ODD).form(&[GRANT]).send().await.status, 200, "as RFC 6749 says");
    assert_eq!(by_basic(&world, &format!("odd:{ODD}")).send().await.status, 200, "as many clients do");
    assert_eq!(world.post("/acme/token").basic("slow", slow).form(&[GRANT]).send().await.status, 200);
    assert_eq!(by_basic(&world, &format!("slow:{slow}")).send().await.status, 200);
    for wrong in [ODD.replace('+', " "), ODD.replace("%41", "A"), format!("{ODD}+")] {
        by_basic(&world, &format!("odd:{wrong}")).send().await.refused(401, "invalid_client");
    }
    let introspected =
        world.post("/acme/introspect").header("authorization", &format!("Basic {}", BASE64_STANDARD.encode(format!("odd:{ODD}"))));
    assert_eq!(introspected.form(&[("token", "x")]).send().await.json(), json!({ "active": false }));
}

async fn a_client_id_may_have_a_colon(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("urn:app:1", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let answer = world.post("/acme/token").basic("urn:app:1", SECRET).form(&[GRANT]).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn with_scope(world: &World, scope: &str) -> Call {
    world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", scope)])
}

async fn a_refused_scope_is_named(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| web.scope = jeton_oauth::Scope::parse("openid read").unwrap());
    let world = World::start(engine, vec![setup]).await;
    for (asked, named) in [("read admin", "admin"), ("read write", "write"), ("openid write", "write")] {
        let answer = with_scope(&world, asked).send().await;
        answer.refused(400, "invalid_scope");
        assert!(answer.member("error_description").contains(&format!(" {named} ")), "{asked}: {}", answer.text());
    }
    let refresh = with_scope(&world, "read").send().await.member("refresh_token");
    let wider = world.token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh), ("scope", "read openid")]).send().await;
    assert!(wider.member("error_description").contains("openid"), "{}", wider.text());
}

async fn a_scope_that_nobody_knows_is_left_out_beside_openid(engine: Engine) {
    let world = World::standard(engine).await;
    let answer = with_scope(&world, "openid made-up read").send().await;
    assert_eq!((answer.status.as_u16(), answer.json()["scope"].as_str()), (200, Some("openid read")), "{}", answer.text());
    let refresh = answer.member("refresh_token");
    let again = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", "openid made-up read")];
    assert_eq!(world.token(&again).send().await.json()["scope"], "openid read", "and so when it refreshes");
    with_scope(&world, "made-up read").send().await.refused(400, "invalid_scope");
    let strict = SettingsPatch { unknown_scopes: Some(UnknownScopes::Refuse), ..SettingsPatch::default() };
    let world = World::with_settings(engine, strict).await;
    with_scope(&world, "openid made-up read").send().await.refused(400, "invalid_scope");
}

async fn challenges_name_the_realm(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("shop", "violet")]).await;
    for (path, realm) in [("/acme/token", "acme"), ("/shop/token", "shop"), ("/acme/introspect", "acme"), ("/shop/revoke", "shop")] {
        let answer = world.post(path).basic("web", "wrong").form(&[GRANT, ("token", "x")]).send().await;
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.starts_with(&format!("Basic realm=\"{realm}\"")), "{path}: {challenge}");
    }
    let answer = world.get("/shop/userinfo").bearer("x").send().await;
    assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer realm=\"shop\""), "{:?}", answer.headers);
}

fn claims() -> Vec<ExtraClaim> {
    let from = |name: &str, from: &str| ExtraClaim { name: name.into(), from: ClaimSource::parse(from), value: None };
    vec![
        from("mail", "user.email"),
        from("app", "client.id"),
        ExtraClaim { name: "tier".into(), from: None, value: Some(json!(7)) },
        ExtraClaim { name: "active".into(), from: None, value: Some(json!("never")) },
    ]
}

async fn introspection_tells_the_name_and_the_realms_claims_of_every_token(engine: Engine) {
    for format in [TokenFormat::Jwt, TokenFormat::Opaque] {
        let settings = SettingsPatch { access_token_format: Some(format), claims: Some(claims()), ..SettingsPatch::default() };
        let world = World::with_settings(engine, settings).await;
        let introspect =
            async |token: &str| world.post("/acme/introspect").basic("web", SECRET).form(&[("token", token)]).send().await.json();
        let tokens = world.ann("read jeton:tokens").await;
        let said = introspect(tokens["access_token"].as_str().unwrap()).await;
        let shown = |said: &Value| ["active", "username", "mail", "app", "tier"].map(|name| said[name].clone());
        let expected = [json!(true), json!("ann"), json!("ann@example.com"), json!("web"), json!(7)];
        assert_eq!(shown(&said), expected, "{format:?}: {said}");
        let own = world.token(&[GRANT]).send().await.member("access_token");
        let said = introspect(&own).await;
        let expected = [json!(true), Value::Null, Value::Null, json!("web"), json!(7)];
        assert_eq!(shown(&said), expected, "{format:?}: a client's own: {said}");
        let personal = world.post("/acme/account/tokens").bearer(tokens["access_token"].as_str().unwrap());
        let personal = personal.json(&json!({ "name": "n", "scopes": ["read"] })).send().await.member("token");
        let said = introspect(&personal).await;
        let expected = [json!(true), json!("ann"), json!("ann@example.com"), Value::Null, json!(7)];
        assert_eq!(shown(&said), expected, "{format:?}: a personal access token: {said}");
        let said = introspect(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!((&said["active"], &said["username"]), (&json!(true), &json!("ann")), "{said}");
    }
}

async fn id_tokens_say_what_scopes_allow_where_the_realm_wants_it(engine: Engine) {
    let named = |settings| {
        let profile = Profile { name: Some("Ann Bee".into()), ..Profile::default() };
        Setup::new("acme", "standard").settings(settings).ann(|ann| ann.profile = profile)
    };
    let settings = SettingsPatch { id_token_claims: Some(IdTokenContent::Scopes), ..SettingsPatch::default() };
    let world = World::start(engine, vec![named(settings)]).await;
    let tokens = world.ann("openid profile email").await;
    for token in [tokens.clone(), {
        let refresh = tokens["refresh_token"].as_str().unwrap();
        world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).send().await.json()
    }] {
        let (_, said) = verified(&world, "acme", "JWT", token["id_token"].as_str().unwrap()).await;
        assert_eq!(
            (&said["sub"], &said["name"], &said["email"]),
            (&json!("sub-ann"), &json!("Ann Bee"), &json!("ann@example.com")),
            "{said}"
        );
        assert_eq!(said.get("phone_number"), None, "{said}");
    }
    let (_, said) = verified(&world, "acme", "JWT", world.ann("openid").await["id_token"].as_str().unwrap()).await;
    assert_eq!((&said["sub"], said.get("name")), (&json!("sub-ann"), None), "{said}");
    let world = World::start(engine, vec![named(SettingsPatch::default())]).await;
    let (_, said) = verified(&world, "acme", "JWT", world.ann("openid profile").await["id_token"].as_str().unwrap()).await;
    assert_eq!(said.get("name"), None, "only who it is: {said}");
    // One application may want it otherwise than the realm.
    let own = named(SettingsPatch::default()).web(|web| web.id_token_claims = Some(IdTokenContent::Scopes));
    let world = World::start(engine, vec![own]).await;
    let (_, said) = verified(&world, "acme", "JWT", world.ann("openid profile").await["id_token"].as_str().unwrap()).await;
    assert_eq!(said["name"], "Ann Bee", "{said}");
}

async fn reading_key_sets_makes_few_realms_keys(engine: Engine) {
    let names: Vec<String> = (0..12).map(|number| format!("realm-{number}")).collect();
    let world = World::start(engine, names.iter().map(|name| Setup::new(name, "standard")).collect()).await;
    let mut made = 0;
    for name in &names {
        assert_eq!(world.get(&format!("/{name}/.well-known/openid-configuration")).send().await.status, 200);
        let keys = world.app.store.in_realm(Setup::new(name, "standard").id()).keys().await.unwrap();
        assert!(keys.is_empty(), "metadata makes no keys");
        let answer = world.get(&format!("/{name}/jwks")).send().await;
        let shown = answer.json()["keys"].as_array().unwrap().len();
        let kept = answer.header("cache-control").unwrap().contains("max-age");
        assert_eq!((answer.status.as_u16(), kept), (200, shown == 2), "{name}: what is not whole is not kept: {}", answer.text());
        made += usize::from(shown == 2);
    }
    assert_eq!(made, 8, "as many as a server makes for whoever asks, at once");
    // Who proves something gets what it needs, and the set shows it.
    let last = names.last().unwrap();
    let form = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "openid")];
    let tokens = world.post(&format!("/{last}/token")).basic("web", SECRET).form(&form).send().await.json();
    assert_eq!(jwks(&world, last).await.keys.len(), 2);
    verified(&world, last, "JWT", tokens["id_token"].as_str().unwrap()).await;
    // And a while later one more realm is served.
    world.advance(10);
    assert_eq!(jwks(&world, &names[8]).await.keys.len(), 2);
}
