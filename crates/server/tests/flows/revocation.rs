//! A client gives a token back (RFC 7009).

use jeton_oauth::{
    model::ClientAuthMethod,
    settings::{SettingsPatch, TokenFormat},
};
use serde_json::Value;

use crate::{
    call::Answer,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    revoking_a_refresh_token_kills_its_access_tokens,
    revoking_an_access_token_leaves_the_others,
    an_opaque_token_is_gone_when_it_is_revoked,
    the_token_of_another_client_is_refused_and_unharmed,
    an_old_refresh_token_revokes_as_well,
    what_is_unknown_is_as_good_as_revoked,
    a_public_client_revokes_its_own_tokens,
    a_personal_access_token_is_its_owners_to_revoke,
    revoked_stays_revoked_after_a_restart,
];

async fn revoke(world: &World, client: &str, token: &str) -> Answer {
    world.post("/acme/revoke").basic(client, SECRET).form(&[("token", token)]).send().await
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

async fn revoking_a_refresh_token_kills_its_access_tokens(engine: Engine) {
    let world = World::standard(engine).await;
    let (one, other) = (world.ann("openid read").await, world.ann("openid read").await);
    let refreshed = world.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&one, "refresh_token"))]).send().await.json();
    let answer = revoke(&world, "web", text(&refreshed, "refresh_token")).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    for token in [text(&one, "access_token"), text(&refreshed, "access_token"), text(&refreshed, "refresh_token")] {
        assert!(!world.is_active(token).await);
    }
    world.get("/acme/userinfo").bearer(text(&refreshed, "access_token")).send().await.refused(401, "invalid_token");
    world
        .token(&[("grant_type", "refresh_token"), ("refresh_token", text(&refreshed, "refresh_token"))])
        .send()
        .await
        .refused(400, "invalid_grant");
    assert!(
        world.is_active(text(&other, "access_token")).await && world.is_active(text(&other, "refresh_token")).await,
        "another sign-in is another matter"
    );
}

async fn revoking_an_access_token_leaves_the_others(engine: Engine) {
    let world = World::standard(engine).await;
    let first = world.ann("openid read").await;
    let second = world.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))]).send().await.json();
    assert_eq!(revoke(&world, "web", text(&first, "access_token")).await.status, 200);
    assert!(!world.is_active(text(&first, "access_token")).await);
    assert!(world.is_active(text(&second, "access_token")).await && world.is_active(text(&second, "refresh_token")).await);
    // A client's own token has no authorization behind it: its jti is kept.
    let own = world.token(&[("grant_type", "client_credentials")]).send().await.json();
    let another = world.token(&[("grant_type", "client_credentials")]).send().await.json();
    assert_eq!(revoke(&world, "web", text(&own, "access_token")).await.status, 200);
    assert!(!world.is_active(text(&own, "access_token")).await && world.is_active(text(&another, "access_token")).await);
}

async fn an_opaque_token_is_gone_when_it_is_revoked(engine: Engine) {
    let world =
        World::with_settings(engine, SettingsPatch { access_token_format: Some(TokenFormat::Opaque), ..SettingsPatch::default() }).await;
    let (one, other) = (world.ann("openid").await, world.ann("openid").await);
    for _ in 0..2 {
        assert_eq!(revoke(&world, "web", text(&one, "access_token")).await.status, 200);
    }
    assert!(!world.is_active(text(&one, "access_token")).await && world.is_active(text(&other, "access_token")).await);
    assert!(world.is_active(text(&one, "refresh_token")).await);
}

async fn the_token_of_another_client_is_refused_and_unharmed(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let tokens = world.ann("read").await;
    for token in ["access_token", "refresh_token"] {
        revoke(&world, "other", text(&tokens, token)).await.refused(400, "invalid_grant");
        assert!(world.is_active(text(&tokens, token)).await, "{token}");
    }
    let nobody = world.post("/acme/revoke").form(&[("token", text(&tokens, "refresh_token"))]).send().await;
    nobody.refused(401, "invalid_client");
    revoke(&world, "nobody", text(&tokens, "refresh_token")).await.refused(401, "invalid_client");
    assert!(world.is_active(text(&tokens, "refresh_token")).await);
}

async fn an_old_refresh_token_revokes_as_well(engine: Engine) {
    let world = World::standard(engine).await;
    let first = world.ann("read").await;
    let second = world.token(&[("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))]).send().await.json();
    assert_eq!(revoke(&world, "web", text(&first, "refresh_token")).await.status, 200);
    assert!(!world.is_active(text(&second, "refresh_token")).await && !world.is_active(text(&second, "access_token")).await);
}

async fn what_is_unknown_is_as_good_as_revoked(engine: Engine) {
    let world = World::standard(engine).await;
    let tokens = world.ann("openid read").await;
    let refresh = text(&tokens, "refresh_token");
    // Its selector is right, its secret is not: it revokes nothing.
    let mut garbled = refresh.to_owned();
    let last = garbled.pop().unwrap();
    garbled.push(if last == 'A' { 'B' } else { 'A' });
    for token in ["x", "a.b.c", "jtn_rt_x", &garbled, text(&tokens, "id_token")] {
        assert_eq!(revoke(&world, "web", token).await.status, 200, "{token}");
    }
    assert!(world.is_active(refresh).await);
    world.advance(3600);
    assert_eq!(revoke(&world, "web", text(&tokens, "access_token")).await.status, 200, "an expired one");
}

async fn a_public_client_revokes_its_own_tokens(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("app", ClientAuthMethod::None, |_| {});
    let world = World::start(engine, vec![setup]).await;
    let form = [("grant_type", "password"), ("client_id", "app"), ("username", "ann"), ("password", PASSWORD), ("scope", "openid")];
    let tokens = world.post("/acme/token").form(&form).send().await;
    let access = tokens.member("access_token");
    let own = world.post("/acme/revoke").form(&[("token", &tokens.member("refresh_token")), ("client_id", "app")]).send().await;
    assert_eq!(own.status, 200, "{}", own.text());
    world.get("/acme/userinfo").bearer(&access).send().await.refused(401, "invalid_token");
    let web = world.ann("read").await;
    let foreign = world.post("/acme/revoke").form(&[("token", text(&web, "refresh_token")), ("client_id", "app")]).send().await;
    foreign.refused(400, "invalid_grant");
    assert!(world.is_active(text(&web, "refresh_token")).await);
}

async fn a_personal_access_token_is_its_owners_to_revoke(engine: Engine) {
    let world = World::standard(engine).await;
    let manager = world.ann("jeton:tokens read").await;
    let made = world
        .post("/acme/account/tokens")
        .bearer(text(&manager, "access_token"))
        .json(&serde_json::json!({ "name": "n", "scopes": ["read"] }))
        .send()
        .await;
    let token = made.member("token");
    revoke(&world, "web", &token).await.refused(400, "invalid_grant");
    assert!(world.is_active(&token).await);
}

async fn revoked_stays_revoked_after_a_restart(engine: Engine) {
    let world = World::standard(engine).await;
    let (one, own) = (world.ann("read").await, world.token(&[("grant_type", "client_credentials")]).send().await.json());
    for token in [text(&one, "refresh_token"), text(&own, "access_token")] {
        assert_eq!(revoke(&world, "web", token).await.status, 200);
    }
    let world = world.restart().await;
    world.app.store.sweep(world.clock.now(), 1000).await.unwrap();
    for token in [text(&one, "refresh_token"), text(&one, "access_token"), text(&own, "access_token")] {
        assert!(!world.is_active(token).await);
    }
}
