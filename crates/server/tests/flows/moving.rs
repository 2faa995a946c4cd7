//! An installation that moved to another database is the same one: whoever was signed in still is,
//! what was issued still works, what was dead stays dead.

use jeton_oauth::settings::{SettingsPatch, TokenFormat};
use serde_json::json;

use crate::{
    browser::Browser,
    grants::{approved_code, query, redemption, refresh},
    jwks::{jwks, verify_with},
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![tokens_codes_and_sessions_work_after_a_move, opaque_tokens_work_after_a_move, what_was_dead_stays_dead_after_a_move];

/// Where it may move to.
fn elsewhere() -> impl Iterator<Item = Engine> {
    Engine::ALL.into_iter().filter(|engine| engine.missing().is_none())
}

fn text(body: &serde_json::Value, member: &str) -> String {
    body[member].as_str().unwrap_or_else(|| panic!("no {member} in {body}")).to_owned()
}

async fn tokens_codes_and_sessions_work_after_a_move(engine: Engine) {
    for to in elsewhere() {
        let world = World::standard(engine).await;
        let tokens = world.ann("openid read jeton:tokens").await;
        let access = text(&tokens, "access_token");
        let made = world.post("/acme/account/tokens").bearer(&access).json(&json!({ "name": "n", "scopes": ["openid"] })).send().await;
        let personal = made.member("token");
        let code = approved_code(&world, "read").await;
        let browser = Browser::new(&world);
        browser.authorize(&query("read")).await.parameters();
        let cookies = browser.cookies();

        let world = world.moved(to).await;
        assert!(world.is_active(&access).await && world.is_active(&personal).await);
        assert!(verify_with(&jwks(&world, "acme").await, "at+jwt", &access).is_some());
        assert_eq!(world.get("/acme/userinfo").bearer(&access).send().await.status, 200);
        let rotated = world.token(&refresh(&text(&tokens, "refresh_token"))).send().await;
        assert_eq!(rotated.status, 200, "{}", rotated.text());
        assert_eq!(world.token(&redemption(&code)).send().await.status, 200);
        let asked = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read")).finish();
        let answer = world.get(&format!("/acme/authorize?{asked}")).header("cookie", &cookies).send().await;
        assert!(answer.location().contains("code="), "{}", answer.location());
        // Its keys sign on, and what they sign is known at home.
        assert!(world.is_active(&text(&world.ann("read").await, "access_token")).await);
    }
}

async fn opaque_tokens_work_after_a_move(engine: Engine) {
    let settings = SettingsPatch { access_token_format: Some(TokenFormat::Opaque), ..SettingsPatch::default() };
    for to in elsewhere() {
        let world = World::start(engine, vec![Setup::new("acme", "standard").settings(settings.clone())]).await;
        let of_ann = text(&world.ann("read").await, "access_token");
        let of_web = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
        let world = world.moved(to).await;
        assert!(world.is_active(&of_ann).await && world.is_active(&of_web).await);
    }
}

async fn what_was_dead_stays_dead_after_a_move(engine: Engine) {
    for to in elsewhere() {
        let world = World::standard(engine).await;
        let (old, gone) = (world.ann("read").await, world.ann("read").await);
        let code = approved_code(&world, "read").await;
        assert_eq!(world.token(&redemption(&code)).send().await.status, 200);
        let new = world.token(&refresh(&text(&old, "refresh_token"))).send().await.member("refresh_token");
        let alone = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
        for token in [&alone, &text(&gone, "refresh_token")] {
            assert_eq!(world.post("/acme/revoke").basic("web", SECRET).form(&[("token", token)]).send().await.status, 200);
        }

        let world = world.moved(to).await;
        for dead in [&alone, &text(&gone, "access_token"), &text(&gone, "refresh_token"), &text(&old, "refresh_token")] {
            assert!(!world.is_active(dead).await);
        }
        assert!(world.is_active(&new).await);
        world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
        world.token(&refresh(&text(&old, "refresh_token"))).send().await.refused(400, "invalid_grant");
        assert!(!world.is_active(&new).await, "a replay revokes here as there");
    }
}
