//! Which keys sign, and which are shown, while one follows the other.

use jeton_jose::{Algorithm, JwkSet};
use jeton_oauth::{
    Change, Seconds,
    change::RealmChange,
    model::{ClientAuthMethod, KeyPurpose, RealmConfig},
    settings::SettingsPatch,
};
use jeton_server::keys::Rotation;

use crate::{
    browser::Browser,
    grants::{VERIFIER, query, redemption},
    jwks::{jwks, verified, verify_with},
    setup::{NOW, Setup},
    world::{Engine, World, cases},
};

cases![
    access_tokens_are_signed_as_the_realm_says,
    id_tokens_are_signed_as_the_client_says,
    a_key_is_announced_before_it_is_used_and_kept_while_its_tokens_live,
    at_once_is_at_once_and_earlier_tokens_still_verify,
    a_revoked_key_takes_its_tokens_with_it,
    keys_follow_each_other_on_schedule,
    a_lowered_lifetime_ends_no_token_before_its_time,
    keys_outlive_a_restart,
    a_changed_algorithm_leaves_earlier_tokens_alive,
    whoever_proves_nothing_makes_no_keys,
    a_key_leaves_with_the_last_token_that_it_signed,
];

const SIGN: KeyPurpose = KeyPurpose::Sign(Algorithm::ES256);
const DAY: u32 = 86_400;

fn kids(set: &JwkSet) -> Vec<String> {
    set.keys.iter().filter_map(|key| key.kid.clone()).collect()
}

/// A token of `web`, and the key that signed it.
async fn token(world: &World) -> (String, String) {
    let token = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    let (header, _) = verified(world, "acme", "at+jwt", &token).await;
    (token, header.kid.unwrap())
}

async fn rotate(world: &World, rotation: Rotation) -> String {
    let realm = world.realm("acme").await;
    world.app.keys.rotate(&realm, SIGN, world.clock.now(), rotation).await.unwrap().key.to_string()
}

async fn access_tokens_are_signed_as_the_realm_says(engine: Engine) {
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS256, Algorithm::ES384] {
        let world = World::with_settings(engine, SettingsPatch { access_token_alg: Some(algorithm), ..SettingsPatch::default() }).await;
        let token = world.ann("openid").await["access_token"].as_str().unwrap().to_owned();
        let (header, claims) = verified(&world, "acme", "at+jwt", &token).await;
        assert_eq!((header.alg, claims["sub"].as_str()), (algorithm, Some("sub-ann")));
        assert!(world.is_active(&token).await, "{algorithm}");
        assert_eq!(world.get("/acme/userinfo").bearer(&token).send().await.status, 200, "{algorithm}");
    }
}

async fn whoever_proves_nothing_makes_no_keys(engine: Engine) {
    let setup = Setup::new("acme", "standard").client("app", ClientAuthMethod::None, |_| {});
    let realm = setup.id();
    let world = World::start(engine, vec![setup]).await;
    let keys = async || world.app.store.in_realm(realm).keys().await.unwrap();
    let by_nobody = |form: &[(&str, &str)]| world.post("/acme/token").form(form);
    let code = format!("jtn_ac_{}", "A".repeat(70));
    by_nobody(&[("grant_type", "client_credentials"), ("client_id", "nobody"), ("client_secret", "x")]).send().await;
    by_nobody(&[("grant_type", "authorization_code"), ("client_id", "app"), ("code", &code), ("code_verifier", VERIFIER)]).send().await;
    by_nobody(&[("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", "jtn_rt_x")]).send().await;
    by_nobody(&[("grant_type", "password"), ("client_id", "app"), ("username", "ann"), ("password", "wrong")]).send().await;
    world.post("/acme/token").basic("web", "wrong").form(&[("grant_type", "client_credentials")]).send().await;
    for path in ["/acme/authorize?client_id=app", "/acme/sign-in", "/acme/account"] {
        world.get(path).send().await;
    }
    world
        .get("/acme/userinfo")
        .bearer("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.x")
        .send()
        .await
        .refused(401, "invalid_token");
    assert!(keys().await.is_empty());
    let code = Browser::new(&world).authorize(&query("openid read")).await.parameters()["code"].clone();
    assert!(keys().await.is_empty(), "a code is no token");
    let tokens = world.token(&redemption(&code)).send().await;
    assert!(world.is_active(&tokens.member("access_token")).await);
    assert_eq!(
        world.token(&[("grant_type", "refresh_token"), ("refresh_token", &tokens.member("refresh_token"))]).send().await.status,
        200
    );
    let purposes: Vec<_> = keys().await.iter().map(|key| key.purpose).collect();
    assert_eq!(purposes.len(), 3, "for access tokens, ID tokens and refresh tokens: {purposes:?}");
}

async fn a_key_leaves_with_the_last_token_that_it_signed(engine: Engine) {
    let world = World::standard(engine).await;
    let realm = world.realm("acme").await;
    let granted = world.ann("openid").await;
    let kept = async || {
        world.app.keys.tend(&realm, world.clock.now()).await.unwrap();
        world.app.store.in_realm(realm.id()).keys().await.unwrap().len()
    };
    let before = kept().await;
    world.advance(1);
    for purpose in [SIGN, KeyPurpose::Refresh] {
        world.app.keys.rotate(&realm, purpose, world.clock.now(), Rotation::Immediate).await.unwrap();
    }
    assert_eq!(kept().await, before + 2);
    world.advance(DAY + 3600);
    assert_eq!(kept().await, before + 1, "the refresh token of before lives");
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", granted["refresh_token"].as_str().unwrap())];
    assert_eq!(world.token(&refresh).send().await.status, 200);
    for _ in 0..7 {
        world.advance(30 * DAY);
        kept().await;
    }
    while world.app.store.sweep(world.app.now(), 100).await.unwrap().more {}
    let rows = world.app.store.in_realm(realm.id());
    kept().await;
    let old =
        rows.keys().await.unwrap().into_iter().filter(|key| key.created_at == NOW && key.purpose != KeyPurpose::Sign(Algorithm::RS256));
    assert_eq!(old.count(), 0, "nothing rests on the first keys any more");
}

async fn id_tokens_are_signed_as_the_client_says(engine: Engine) {
    for (wanted, expected) in
        [(None, Algorithm::RS256), (Some(Algorithm::ES256), Algorithm::ES256), (Some(Algorithm::EdDSA), Algorithm::EdDSA)]
    {
        let world = World::start(engine, vec![Setup::new("acme", "standard").web(|web| web.id_token_signed_response_alg = wanted)]).await;
        let token = world.ann("openid").await["id_token"].as_str().unwrap().to_owned();
        let (header, claims) = verified(&world, "acme", "JWT", &token).await;
        assert_eq!(
            (header.alg, claims["aud"].as_str(), claims["iss"].as_str()),
            (expected, Some("web"), Some("http://127.0.0.1:8080/acme"))
        );
    }
}

async fn a_key_is_announced_before_it_is_used_and_kept_while_its_tokens_live(engine: Engine) {
    let world = World::standard(engine).await;
    let (first_token, first) = token(&world).await;
    let before = kids(&jwks(&world, "acme").await);
    rotate(&world, Rotation::Announced).await;
    let announced: Vec<_> = kids(&jwks(&world, "acme").await).into_iter().filter(|kid| !before.contains(kid)).collect();
    assert_eq!(announced.len(), 1, "the successor is shown");
    assert_eq!(token(&world).await.1, first, "and not used yet");
    rotate(&world, Rotation::Announced).await;
    assert_eq!(kids(&jwks(&world, "acme").await).len(), before.len() + 1, "announced once");

    world.advance(DAY - 1);
    let (last_token, last) = token(&world).await;
    assert_eq!(last, first);
    world.advance(1);
    assert_eq!(token(&world).await.1, announced[0]);
    assert!(kids(&jwks(&world, "acme").await).contains(&first));
    assert!(world.is_active(&last_token).await && verify_with(&jwks(&world, "acme").await, "at+jwt", &first_token).is_some());
    // Until the last token of it has ended, and a day for clocks that differ.
    world.advance(DAY + 3600);
    assert!(!kids(&jwks(&world, "acme").await).contains(&first));
    assert!(!world.is_active(&last_token).await);
}

async fn at_once_is_at_once_and_earlier_tokens_still_verify(engine: Engine) {
    let world = World::standard(engine).await;
    let (token_before, before) = token(&world).await;
    rotate(&world, Rotation::Immediate).await;
    let (_, after) = token(&world).await;
    assert_ne!(before, after);
    assert!(world.is_active(&token_before).await);
    verified(&world, "acme", "at+jwt", &token_before).await;
    // One that was only announced takes over at once, too.
    rotate(&world, Rotation::Announced).await;
    rotate(&world, Rotation::Immediate).await;
    let (_, last) = token(&world).await;
    assert!(last != after && kids(&jwks(&world, "acme").await).len() == 4, "three for access tokens, one for ID tokens");
}

async fn a_revoked_key_takes_its_tokens_with_it(engine: Engine) {
    let world = World::standard(engine).await;
    let (token_before, before) = token(&world).await;
    let realm = world.realm("acme").await;
    let rows = world.app.store.in_realm(realm.id()).keys().await.unwrap();
    let key = rows.iter().find(|row| row.purpose == SIGN).unwrap().id;
    world.app.keys.revoke(&realm, key, world.clock.now()).await.unwrap();
    assert!(!kids(&jwks(&world, "acme").await).contains(&before) && !world.is_active(&token_before).await);
    world.get("/acme/userinfo").bearer(&token_before).send().await.refused(401, "invalid_token");
    let (token_after, _) = token(&world).await;
    assert!(world.is_active(&token_after).await);
}

async fn keys_follow_each_other_on_schedule(engine: Engine) {
    let settings =
        SettingsPatch { key_rotation_interval: Some(Seconds(10 * DAY)), key_announcement: Some(Seconds(DAY)), ..SettingsPatch::default() };
    let world = World::with_settings(engine, settings).await;
    let (_, first) = token(&world).await;
    let shown = kids(&jwks(&world, "acme").await).len();
    let tend = || async {
        let realm = world.realm("acme").await;
        world.app.keys.tend(&realm, world.clock.now()).await.unwrap()
    };
    assert_eq!(tend().await, 0);
    world.advance(9 * DAY);
    assert!(tend().await >= 1);
    assert_eq!((tend().await, kids(&jwks(&world, "acme").await).len() > shown), (0, true));
    assert_eq!(token(&world).await.1, first);
    world.advance(DAY);
    assert_ne!(token(&world).await.1, first);
}

/// A lifetime is lowered, and the key that signed by the old one is followed by another.
async fn a_lowered_lifetime_ends_no_token_before_its_time(engine: Engine) {
    let long = SettingsPatch { access_token_lifetime: Some(Seconds(30 * DAY)), ..SettingsPatch::default() };
    let world = World::with_settings(engine, long).await;
    let (token_before, before) = token(&world).await;
    let config = (*world.app.store.realm_by_name("acme").await.unwrap().unwrap()).clone();
    let short = SettingsPatch { access_token_lifetime: Some(Seconds(60)), ..config.settings.clone() };
    world.commit(Change::Realm(RealmChange::Update(RealmConfig { settings: short, ..config }))).await;
    world.notice().await;
    rotate(&world, Rotation::Immediate).await;
    let world = world.restart().await;
    let (_, claims) = verified(&world, "acme", "at+jwt", &token(&world).await.0).await;
    assert_eq!(claims["exp"].as_i64(), Some(world.clock.now().as_seconds() + 60));
    world.advance(29 * DAY);
    assert!(kids(&jwks(&world, "acme").await).contains(&before) && world.is_active(&token_before).await);
    // A day for clocks that differ, then it leaves.
    world.advance(2 * DAY);
    assert!(!kids(&jwks(&world, "acme").await).contains(&before));
}

async fn keys_outlive_a_restart(engine: Engine) {
    let world = World::standard(engine).await;
    let (token_before, before) = token(&world).await;
    let refresh = world.ann("openid").await["refresh_token"].as_str().unwrap().to_owned();
    let shown = kids(&jwks(&world, "acme").await);
    let world = world.restart().await;
    assert_eq!((kids(&jwks(&world, "acme").await), token(&world).await.1), (shown, before));
    assert!(world.is_active(&token_before).await && world.is_active(&refresh).await);
}

async fn a_changed_algorithm_leaves_earlier_tokens_alive(engine: Engine) {
    let world = World::standard(engine).await;
    let (token_before, _) = token(&world).await;
    let config = Setup::new("acme", "standard")
        .settings(SettingsPatch { access_token_alg: Some(Algorithm::EdDSA), ..SettingsPatch::default() })
        .config;
    world.commit(Change::Realm(RealmChange::Update(config))).await;
    let (token_after, _) = token(&world).await;
    assert_eq!(verified(&world, "acme", "at+jwt", &token_after).await.0.alg, Algorithm::EdDSA);
    verified(&world, "acme", "at+jwt", &token_before).await;
    assert!(world.is_active(&token_before).await && world.is_active(&token_after).await);
}
