//! How a client proves itself: in its one registered way, once per request (RFC 6749 §2.3).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jeton_oauth::{
    Change, Seconds,
    change::ClientChange,
    model::{ClientAuthMethod, SecretHash, Status},
};

use crate::{
    call::Call,
    grants::{CHALLENGE, VERIFIER},
    setup::{NOW, PASSWORD, REDIRECT_URI, SECRET, Setup, secret},
    world::{Engine, World, cases},
};

cases![
    conflicting_credentials_are_refused,
    malformed_basic_credentials_are_refused,
    each_client_has_one_way_to_authenticate,
    an_expired_secret_is_dead_and_its_successor_lives,
    a_secret_is_hashed_slowly_once_and_its_successor_is_heeded,
    a_disabled_client_is_refused_as_an_unknown_one,
    a_public_client_has_no_credentials_of_its_own,
    a_public_client_redeems_its_own_codes_with_pkce,
    a_client_uses_only_the_grants_that_it_has,
];

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const NEW: &str = "new-secret-0123456789-abcdefghijklmnopqrstuvwxyz";

fn token(world: &World) -> Call {
    world.post("/acme/token")
}

fn basic(text: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(text))
}

async fn world(engine: Engine) -> World {
    let setup = Setup::new("acme", "standard").client("post", ClientAuthMethod::ClientSecretPost, |_| {}).client(
        "app",
        ClientAuthMethod::None,
        |_| {},
    );
    World::start(engine, vec![setup]).await
}

async fn conflicting_credentials_are_refused(engine: Engine) {
    let world = world(engine).await;
    let twice = token(&world).basic("web", SECRET).basic("web", SECRET).form(&[GRANT]);
    let both = token(&world).basic("web", SECRET).form(&[GRANT, ("client_secret", SECRET)]);
    let other = token(&world).basic("web", SECRET).form(&[GRANT, ("client_id", "post")]);
    let nobody = token(&world).form(&[GRANT, ("client_secret", SECRET)]);
    for (what, call) in [("Basic twice", twice), ("Basic and body", both), ("another client_id", other), ("no client_id", nobody)] {
        let answer = call.send().await;
        assert!(!answer.repeats(SECRET), "{what}");
        answer.refused(400, "invalid_request");
    }
    let same = token(&world).basic("web", SECRET).form(&[GRANT, ("client_id", "web")]).send().await;
    assert_eq!(same.status, 200, "its own id beside Basic does no harm: {}", same.text());
    for path in ["/acme/introspect", "/acme/revoke"] {
        let both = world.post(path).basic("web", SECRET).form(&[("token", "x"), ("client_secret", SECRET)]).send().await;
        both.refused(400, "invalid_request");
    }
}

async fn malformed_basic_credentials_are_refused(engine: Engine) {
    let world = world(engine).await;
    let bearer = format!("Bearer {SECRET}");
    for value in [
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic d2Vi",
        &bearer,
        &basic(":"),
        &basic(&format!(":{SECRET}")),
        &basic("web:"),
        &basic(&format!("web%:{SECRET}")),
        &basic(&format!("we%00b:{SECRET}")),
        &basic(&format!("web:{SECRET}\n")),
        &format!("Digest username=\"web\", response=\"{SECRET}\""),
    ] {
        let answer = token(&world).header("authorization", value).form(&[GRANT]).send().await;
        answer.refused(401, "invalid_client");
        assert!(answer.header("www-authenticate").unwrap().starts_with("Basic ") && !answer.repeats(SECRET), "{value}");
    }
    assert_eq!(
        token(&world)
            .header("authorization", &basic(&format!("web:{SECRET}")).replace("Basic", "bAsIc"))
            .form(&[GRANT])
            .send()
            .await
            .status,
        200
    );
}

async fn each_client_has_one_way_to_authenticate(engine: Engine) {
    let world = world(engine).await;
    let in_body = |id, secret| token(&world).form(&[GRANT, ("client_id", id), ("client_secret", secret)]);
    assert_eq!(in_body("post", SECRET).send().await.status, 200);
    for refused in [
        in_body("web", SECRET),
        token(&world).basic("post", SECRET).form(&[GRANT]),
        in_body("app", SECRET),
        token(&world).basic("app", "").form(&[GRANT]),
    ] {
        refused.send().await.refused(401, "invalid_client");
    }
    // A confidential client does not become public by saying nothing.
    for id in ["web", "post", "nobody"] {
        token(&world).form(&[GRANT, ("client_id", id)]).send().await.refused(401, "invalid_client");
    }
    token(&world).form(&[GRANT]).send().await.refused(401, "invalid_client");
}

async fn an_expired_secret_is_dead_and_its_successor_lives(engine: Engine) {
    let ends = NOW + Seconds(60);
    let setup = Setup::new("acme", "standard").web(|web| web.secrets = vec![secret(1, SECRET, Some(ends)), secret(2, NEW, None)]);
    let world = World::start(engine, vec![setup]).await;
    let by = |text| token(&world).basic("web", text).form(&[GRANT]).send();
    assert_eq!((by(SECRET).await.status, by(NEW).await.status), (200.try_into().unwrap(), 200.try_into().unwrap()));
    world.advance(59);
    assert_eq!(by(SECRET).await.status, 200);
    world.advance(1);
    by(SECRET).await.refused(401, "invalid_client");
    assert_eq!(by(NEW).await.status, 200);
    let (realm, client) = (Setup::new("acme", "standard").id(), Setup::new("acme", "standard").clients[0].key);
    world.commit(Change::Client(ClientChange::RemoveSecret { realm, client, secret: secret(2, NEW, None).id })).await;
    by(NEW).await.refused(401, "invalid_client");
}

async fn a_secret_is_hashed_slowly_once_and_its_successor_is_heeded(engine: Engine) {
    // What an operator chose, `hunter2`, as another system hashed it.
    let chosen = || SecretHash::Slow(bcrypt::hash("hunter2", 4).unwrap());
    let setup = Setup::new("acme", "standard").web(|web| web.secrets[0].hash = chosen());
    let world = World::start(engine, vec![setup]).await;
    let by = |text| token(&world).basic("web", text).form(&[GRANT]).send();
    for _ in 0..3 {
        assert_eq!(by("hunter2").await.status, 200);
    }
    // The second time meets the upgraded hash, and is remembered from then on.
    let hashed = || world.app.slow_secrets.work().verifications;
    assert!(hashed() <= 2, "{}", hashed());
    let before = hashed();
    by("hunter3").await.refused(401, "invalid_client");
    assert_eq!(hashed(), before + 1, "a wrong one is hashed each time");
    let (realm, client) = (Setup::new("acme", "standard").id(), Setup::new("acme", "standard").clients[0].clone());
    world.commit(Change::Client(ClientChange::RemoveSecret { realm, client: client.key, secret: client.secrets[0].id })).await;
    by("hunter2").await.refused(401, "invalid_client");
}

async fn a_disabled_client_is_refused_as_an_unknown_one(engine: Engine) {
    let world = world(engine).await;
    let first = token(&world).basic("web", SECRET).form(&[GRANT]).send().await;
    assert!(
        world.post("/acme/introspect").basic("web", SECRET).form(&[("token", &first.member("access_token"))]).send().await.json()["active"]
            .as_bool()
            .unwrap()
    );
    let mut web = Setup::new("acme", "standard").clients.remove(0);
    web.status = Status::Disabled;
    world.commit(Change::Client(ClientChange::Update(web))).await;
    let disabled = token(&world).basic("web", SECRET).form(&[GRANT]).send().await;
    let unknown = token(&world).basic("nobody", SECRET).form(&[GRANT]).send().await;
    disabled.refused(401, "invalid_client");
    assert_eq!((&disabled.headers, &disabled.body), (&unknown.headers, &unknown.body));
}

async fn a_public_client_has_no_credentials_of_its_own(engine: Engine) {
    let world = world(engine).await;
    token(&world).form(&[GRANT, ("client_id", "app")]).send().await.refused(400, "unauthorized_client");
    let form = [("grant_type", "password"), ("client_id", "app"), ("username", "ann"), ("password", PASSWORD), ("scope", "read")];
    let tokens = token(&world).form(&form).send().await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    // It refreshes as it signed in: by its id, and nobody else does it for it.
    let refresh = tokens.member("refresh_token");
    token(&world)
        .basic("web", SECRET)
        .form(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)])
        .send()
        .await
        .refused(400, "invalid_grant");
    let again = token(&world).form(&[("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", &refresh)]).send().await;
    assert_eq!(again.status, 200, "{}", again.text());
}

async fn a_public_client_redeems_its_own_codes_with_pkce(engine: Engine) {
    let world = world(engine).await;
    let query = [
        ("client_id", "app"),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = crate::browser::Browser::new(&world).authorize(&query).await.parameters().remove("code").unwrap();
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT_URI), ("code_verifier", VERIFIER)];
    // Not its owner, or no proof that it is: refused, and the code still stands.
    token(&world).basic("web", SECRET).form(&form).send().await.refused(400, "invalid_grant");
    token(&world).form(&form).send().await.refused(401, "invalid_client");
    let own = [&form[..], &[("client_id", "app")]].concat();
    token(&world).form(&own[..3].iter().copied().chain([own[4]]).collect::<Vec<_>>()).send().await.refused(400, "invalid_grant");
    let wrong: Vec<_> =
        own.iter().map(|(name, value)| (*name, if *name == "code_verifier" { "x".repeat(43) } else { (*value).to_string() })).collect();
    let wrong: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    token(&world).form(&wrong).send().await.refused(400, "invalid_grant");
    let answer = token(&world).form(&own).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn a_client_uses_only_the_grants_that_it_has(engine: Engine) {
    let setup = Setup::new("acme", "standard").web(|web| web.grant_types.clear());
    let world = World::start(engine, vec![setup]).await;
    for form in [
        &[GRANT][..],
        &[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)],
        &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        &[("grant_type", "authorization_code"), ("code", "x")],
    ] {
        token(&world).basic("web", SECRET).form(form).send().await.refused(400, "unauthorized_client");
    }
    assert_eq!(world.app.passwords.work().verifications, 0, "the password is not looked at");
}
