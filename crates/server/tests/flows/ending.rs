//! What ends together, and that none of it comes back.

use jeton_oauth::{
    Change, ClientKey, RealmId, Seconds, UserId,
    change::{ClientChange, RealmChange, UserChange},
    manage::{end_grants, end_of_account, end_of_client, end_of_password, end_of_realm},
    model::{ClientAuthMethod, RevocationReason, Status},
    settings::SettingsPatch,
};
use jeton_server::outlived::Round;
use serde_json::json;

use crate::{
    browser::{Browser, Landed, encoded, form},
    grants::{query, redemption},
    setup::{NOW, PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    withdrawing_ends_codes_tokens_and_the_memory_of_the_approval,
    withdrawing_from_one_client_leaves_the_others,
    a_new_password_ends_what_rests_on_the_old_one,
    a_code_that_is_approved_beside_a_new_password_is_dead,
    a_disabled_account_gets_nothing_back,
    a_disabled_client_gets_nothing_back,
    a_disabled_realm_gets_nothing_back,
    an_authorization_leaves_when_nothing_rests_on_it,
    of_too_many_authorizations_the_one_that_was_used_least_lately_goes,
];

/// The ids of `acme`, `web` and `ann`.
fn ids() -> (RealmId, ClientKey, UserId) {
    let setup = Setup::new("acme", "standard");
    (setup.id(), setup.clients[0].key, setup.users[0].id())
}

async fn commit(world: &World, unit: Vec<Change>) {
    world.app.store.commit(unit).await.unwrap();
}

/// What one person has at one moment: a code in flight, tokens, and a personal access token.
struct Held<'w> {
    world: &'w World,
    browser: Browser<'w>,
    code: String,
    refresh: String,
    access: String,
    personal: String,
}

impl<'w> Held<'w> {
    async fn by_ann(world: &'w World) -> Self {
        let browser = Browser::new(world);
        let first = browser.authorize(&query("openid read")).await.parameters()["code"].clone();
        let tokens = world.token(&redemption(&first)).send().await;
        let body = json!({ "name": "n", "scopes": ["read"] });
        let made = world.post("/acme/account/tokens").header("cookie", &browser.cookies()).header("sec-fetch-site", "same-origin");
        let personal = made.json(&body).send().await.member("token");
        let code = silently(&browser).await["code"].clone();
        Self { world, browser, code, refresh: tokens.member("refresh_token"), access: tokens.member("access_token"), personal }
    }

    async fn refresh(&self) -> u16 {
        self.world.token(&[("grant_type", "refresh_token"), ("refresh_token", &self.refresh)]).send().await.status.as_u16()
    }

    async fn redeem(&self) -> u16 {
        self.world.token(&redemption(&self.code)).send().await.status.as_u16()
    }

    async fn assert_dead(&self) {
        assert_eq!((self.redeem().await, self.refresh().await), (400, 400));
        assert!(!self.world.is_active(&self.access).await);
    }
}

async fn silently(browser: &Browser<'_>) -> std::collections::HashMap<String, String> {
    let silent = [&query("openid read")[..], &[("prompt", "none")]].concat();
    browser.get(&format!("/acme/authorize?{}", encoded(&silent))).await.parameters().into_iter().collect()
}

async fn withdrawing_ends_codes_tokens_and_the_memory_of_the_approval(engine: Engine) {
    let (realm, web, ann) = ids();
    for client in [Some(web), None] {
        let world = World::standard(engine).await;
        let held = Held::by_ann(&world).await;
        commit(&world, end_grants(realm, ann, client, NOW, RevocationReason::Person)).await;
        held.assert_dead().await;
        assert_eq!(silently(&held.browser).await["error"], "consent_required");
        assert!(world.is_active(&held.personal).await, "it is the person's own");
    }
}

async fn withdrawing_from_one_client_leaves_the_others(engine: Engine) {
    let (realm, web, ann) = ids();
    let other = Setup::new("acme", "standard").client("other", ClientAuthMethod::ClientSecretBasic, |_| {});
    let key = other.clients[1].key;
    assert_ne!(key, web);
    let world = World::start(engine, vec![other]).await;
    let held = Held::by_ann(&world).await;
    commit(&world, end_grants(realm, ann, Some(key), NOW, RevocationReason::Person)).await;
    assert_eq!((held.redeem().await, held.refresh().await), (200, 200));
    assert!(silently(&held.browser).await.contains_key("code"));
}

async fn a_new_password_ends_what_rests_on_the_old_one(engine: Engine) {
    let (realm, _, ann) = ids();
    let world = World::standard(engine).await;
    let held = Held::by_ann(&world).await;
    let granted = world.ann("read").await;
    commit(&world, end_of_password(realm, ann, NOW, RevocationReason::Operator)).await;
    held.assert_dead().await;
    let refresh = granted["refresh_token"].as_str().unwrap();
    world.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)]).send().await.refused(400, "invalid_grant");
    assert_eq!(silently(&held.browser).await["error"], "login_required");
    assert!(world.is_active(&held.personal).await, "it is a secret of its own");
}

async fn a_disabled_account_gets_nothing_back(engine: Engine) {
    let (realm, _, ann) = ids();
    let world = World::standard(engine).await;
    let held = Held::by_ann(&world).await;
    let mut user = Setup::new("acme", "standard").users.remove(0);
    user.account.status = Status::Disabled;
    commit(&world, [vec![Change::User(UserChange::Update(user.clone()))], end_of_account(realm, ann, NOW)].concat()).await;
    user.account.status = Status::Active;
    user.version += 1;
    world.commit(Change::User(UserChange::Update(user))).await;
    world.advance(1);
    held.assert_dead().await;
    assert!(!world.is_active(&held.personal).await);
    assert_eq!(silently(&held.browser).await["error"], "login_required");
    // Signing in again is all that it takes, and the approval is remembered.
    let page = held.browser.get("/acme/sign-in").await.page();
    held.browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    assert!(silently(&held.browser).await.contains_key("code"));
}

async fn a_disabled_client_gets_nothing_back(engine: Engine) {
    let (realm, key, _) = ids();
    let world = World::standard(engine).await;
    let held = Held::by_ann(&world).await;
    let own = world.token(&[("grant_type", "client_credentials"), ("scope", "read")]).send().await.member("access_token");
    let mut web = Setup::new("acme", "standard").clients.remove(0);
    web.status = Status::Disabled;
    commit(&world, [vec![Change::Client(ClientChange::Update(web.clone()))], end_of_client(realm, key, NOW)].concat()).await;
    web.status = Status::Active;
    web.version += 1;
    world.commit(Change::Client(ClientChange::Update(web))).await;
    world.advance(1);
    held.assert_dead().await;
    assert!(!world.is_active(&own).await);
    assert!(world.is_active(&held.personal).await, "it is not the client's");
    let code = silently(&held.browser).await["code"].clone();
    assert_eq!(world.token(&redemption(&code)).send().await.status, 200);
}

async fn a_disabled_realm_gets_nothing_back(engine: Engine) {
    let (realm, ..) = ids();
    let world = World::standard(engine).await;
    let held = Held::by_ann(&world).await;
    let mut config = Setup::new("acme", "standard").config;
    config.status = Status::Disabled;
    commit(&world, [vec![Change::Realm(RealmChange::Update(config.clone()))], end_of_realm(realm, NOW)].concat()).await;
    config.status = Status::Active;
    config.version += 1;
    world.commit(Change::Realm(RealmChange::Update(config))).await;
    world.advance(1);
    held.assert_dead().await;
    assert!(!world.is_active(&held.personal).await);
    assert_eq!(silently(&held.browser).await["error"], "login_required");
    assert_eq!(world.token(&[("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)]).send().await.status, 200);
    assert_eq!(world.post("/acme/introspect").basic("web", SECRET).form(&[("token", "x")]).send().await.status, 200);
}

async fn an_authorization_leaves_when_nothing_rests_on_it(engine: Engine) {
    let (realm, _, ann) = ids();
    let settings = SettingsPatch {
        refresh_token_lifetime: Some(Seconds(1000)),
        client_lifetime_limit: Some(Seconds(3600)),
        ..SettingsPatch::default()
    };
    let world = World::with_settings(engine, settings).await;
    let left = || async { world.app.store.in_realm(realm).authorizations_of_user(ann).await.unwrap().len() };
    let round = Round::default();
    for _ in 0..3 {
        world.ann("read").await;
    }
    let manager = world.ann("read jeton:tokens").await;
    let body = json!({ "name": "n", "scopes": ["read"] });
    let made = world.post("/acme/account/tokens").bearer(manager["access_token"].as_str().unwrap()).json(&body).send().await;
    let used = world.ann("read").await;
    world.advance(900);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", used["refresh_token"].as_str().unwrap())];
    let used = world.token(&refresh).send().await;
    world.advance(200);
    assert!(!round.step(&world.app).await.unwrap());
    assert_eq!(left().await, 5, "their access tokens may live");
    world.advance(86_400 + 3600);
    round.step(&world.app).await.unwrap();
    assert_eq!(left().await, 2, "what was used later, and what a personal access token rests on");
    assert!(world.is_active(&made.member("token")).await);
    world.advance(2000);
    round.step(&world.app).await.unwrap();
    assert_eq!(left().await, 1);
    let late = [("grant_type", "refresh_token"), ("refresh_token", &used.member("refresh_token"))];
    world.token(&late).send().await.refused(400, "invalid_grant");
}

async fn of_too_many_authorizations_the_one_that_was_used_least_lately_goes(engine: Engine) {
    let (realm, _, ann) = ids();
    let world = World::with_settings(engine, SettingsPatch { authorizations_per_account: Some(3), ..SettingsPatch::default() }).await;
    let mut refresh = Vec::new();
    for _ in 0..3 {
        refresh.push(world.ann("read").await["refresh_token"].as_str().unwrap().to_owned());
        world.advance(1);
    }
    let turn = |token: &str| world.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
    let used = turn(&refresh[0]).send().await.member("refresh_token");
    world.advance(1);
    let access = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    assert!(world.is_active(&access).await);
    assert_eq!(world.app.store.in_realm(realm).authorizations_of_user(ann).await.unwrap().len(), 3);
    turn(&refresh[1]).send().await.refused(400, "invalid_grant");
    assert_eq!(turn(&used).send().await.status, 200);
    assert_eq!(turn(&refresh[2]).send().await.status, 200);
    // A person who approves again and again has no more.
    for _ in 0..5 {
        let code = Browser::new(&world).authorize(&query("openid read")).await.parameters()["code"].clone();
        assert_eq!(world.token(&redemption(&code)).send().await.status, 200);
    }
    assert_eq!(world.app.store.in_realm(realm).authorizations_of_user(ann).await.unwrap().len(), 3);
    // Nor who approves all at first, and redeems after that.
    let browser = Browser::new(&world);
    browser.authorize(&query("openid read")).await.parameters();
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(silently(&browser).await["code"].clone());
    }
    for code in &codes {
        assert_eq!(world.token(&redemption(code)).send().await.status, 200);
    }
    commit(&world, world.app.marks.take()).await;
    assert_eq!(world.app.store.in_realm(realm).authorizations_of_user(ann).await.unwrap().len(), 3);
}

/// Whatever comes first: the approval finds no session, or its code finds itself ended.
async fn a_code_that_is_approved_beside_a_new_password_is_dead(engine: Engine) {
    let (realm, _, ann) = ids();
    let world = World::standard(engine).await;
    for round in 0..8 {
        let browser = Browser::new(&world);
        let page = browser.get(&format!("/acme/authorize?{}", encoded(&query("read")))).await.page();
        let asks = browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await;
        let ends = async {
            for _ in 0..round {
                tokio::task::yield_now().await;
            }
            commit(&world, end_of_password(realm, ann, NOW, RevocationReason::Operator)).await;
        };
        let approve = async {
            match asks {
                Landed::Page(page) => browser.submit(&form(&page).unwrap(), &[("decision", "allow")]).await,
                landed => landed,
            }
        };
        let (landed, ()) = tokio::join!(approve, ends);
        if let Landed::Elsewhere(url) = landed
            && let Some((_, code)) = url.query_pairs().find(|(name, _)| name == "code")
        {
            world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
        }
        commit(&world, end_grants(realm, ann, None, NOW, RevocationReason::Person)).await;
    }
}
