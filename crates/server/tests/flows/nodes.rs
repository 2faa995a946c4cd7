//! Two servers on one database are as one: nothing that matters is in either.

use std::collections::BTreeSet;

use http::Method;
use jeton_jose::{Algorithm, SigningKey};
use jeton_oauth::{
    Change, Seconds,
    change::{AuthorizationChange, ClientChange, RealmChange, UserChange},
    model::{Client, KeyPurpose, RealmConfig, RevocationReason, Status},
    settings::{SettingsPatch, TokenFormat},
};
use jeton_server::keys::Rotation;
use jeton_store::NodeKind;
use tokio::task::JoinSet;

use crate::{
    browser::{Browser, encoded},
    call::Answer,
    grants::{approved_code, query, redemption, refresh},
    jwks::jwks,
    registrations::{self, browser_client, managed, registered},
    setup::{NOW, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_code_of_one_is_redeemed_once_on_the_other,
    a_sign_in_on_one_is_a_sign_in_on_the_other,
    fifty_redemptions_across_both_have_one_winner,
    fifty_rotations_across_both_without_grace_have_one_winner,
    fifty_rotations_across_both_with_grace_have_one_successor,
    a_token_revoked_on_one_is_dead_on_the_other,
    a_client_disabled_on_one_is_refused_by_the_other,
    a_person_disabled_on_one_has_no_tokens_on_the_other,
    what_is_deleted_on_one_is_dead_on_the_other_before_its_rows_leave,
    a_secret_removed_on_one_is_refused_by_the_other,
    a_raised_not_before_of_the_realm_kills_tokens_on_both,
    settings_of_one_are_those_of_the_other,
    a_key_rotated_on_one_signs_on_the_other,
    tokens_of_keys_that_were_made_elsewhere_a_moment_ago_are_believed,
    what_names_keys_that_nobody_has_is_refused_as_ever,
    rotating_on_both_at_once_makes_one_successor,
    servers_that_start_together_agree_on_schema_and_keys,
    guesses_on_both_count_together,
    applications_register_on_one_and_are_known_to_the_other,
    registrations_on_both_count_together,
    a_server_does_not_start_beside_who_has_the_rows_to_himself,
    a_server_that_was_taken_for_dead_vouches_for_nothing_beside_who_has_the_rows_to_himself,
];

struct Nodes {
    one: World,
    two: World,
}

impl Nodes {
    async fn start(engine: Engine, settings: SettingsPatch) -> Self {
        let one = World::start(engine, vec![Setup::new("acme", "standard").settings(settings)]).await;
        let two = one.another().await;
        Self { one, two }
    }

    /// Node by node, `turn` after `turn`.
    fn take(&self, turn: usize) -> &World {
        [&self.one, &self.two][turn % 2]
    }
}

fn opaque() -> SettingsPatch {
    SettingsPatch { access_token_format: Some(TokenFormat::Opaque), ..SettingsPatch::default() }
}

fn text<'a>(body: &'a serde_json::Value, member: &str) -> &'a str {
    body[member].as_str().unwrap_or_else(|| panic!("no {member} in {body}"))
}

async fn client(world: &World) -> Client {
    let realm = world.realm("acme").await;
    (*world.app.store.in_realm(realm.id()).client("web").await.unwrap().unwrap()).clone()
}

async fn a_code_of_one_is_redeemed_once_on_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let code = approved_code(&one, "read").await;
    let answer = two.token(&redemption(&code)).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let token = text(&answer.json(), "access_token").to_owned();
    assert!(one.is_active(&token).await);
    one.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
    two.notice().await;
    assert!(!one.is_active(&token).await && !two.is_active(&token).await);
}

async fn a_sign_in_on_one_is_a_sign_in_on_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let browser = Browser::new(&one);
    browser.authorize(&query("read")).await.parameters();
    let asked = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query("read")).finish();
    let answer = two.get(&format!("/acme/authorize?{asked}")).header("cookie", &browser.cookies()).send().await;
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.contains("code="), "{location}");
}

async fn applications_register_on_one_and_are_known_to_the_other(engine: Engine) {
    let nodes = Nodes::start(engine, registrations::open()).await;
    let client = registered(&nodes.one, &browser_client()).await;
    let by = text(&client, "registration_access_token").to_owned();
    assert_eq!(managed(&nodes.two, Method::GET, &client, &by, None).await.status, 200);
    let mut document = browser_client();
    document["client_id"] = client["client_id"].clone();
    let answers = race(|turn| {
        let path = text(&client, "registration_client_uri").strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
        nodes.take(turn).request(Method::PUT, &path).bearer(&by).json(&document).send()
    })
    .await;
    let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(winners.len(), 1);
    answers.iter().filter(|answer| answer.status != 200).for_each(|answer| answer.refused(401, "invalid_token"));
    let last = winners[0].json();
    let by = text(&last, "registration_access_token");
    assert_eq!(managed(&nodes.one, Method::DELETE, &last, by, None).await.status, 204);
    nodes.two.notice().await;
    managed(&nodes.two, Method::GET, &last, by, None).await.refused(401, "invalid_token");
}

async fn registrations_on_both_count_together(engine: Engine) {
    let settings = SettingsPatch { registrations_per_network: Some(5), ..registrations::open() };
    let nodes = Nodes::start(engine, settings).await;
    let answers = race(|turn| nodes.take(turn).post("/acme/register").json(&browser_client()).send()).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 5);
    answers.iter().filter(|answer| answer.status != 201).for_each(|answer| answer.refused(429, "temporarily_unavailable"));
}

async fn fifty_redemptions_across_both_have_one_winner(engine: Engine) {
    let nodes = Nodes::start(engine, SettingsPatch::default()).await;
    let code = approved_code(&nodes.one, "read").await;
    let answers = race(|turn| nodes.take(turn).token(&redemption(&code)).send()).await;
    let token = only_winner(&answers, "access_token");
    nodes.one.notice().await;
    nodes.two.notice().await;
    assert!(!nodes.one.is_active(&token).await && !nodes.two.is_active(&token).await);
}

async fn fifty_rotations_across_both_without_grace_have_one_winner(engine: Engine) {
    let nodes = Nodes::start(engine, SettingsPatch::default()).await;
    let old = text(&nodes.one.ann("read").await, "refresh_token").to_owned();
    let answers = race(|turn| nodes.take(turn).token(&refresh(&old)).send()).await;
    let leaf = only_winner(&answers, "refresh_token");
    nodes.one.notice().await;
    nodes.two.notice().await;
    assert!(!nodes.one.is_active(&leaf).await && !nodes.two.is_active(&leaf).await);
}

async fn fifty_rotations_across_both_with_grace_have_one_successor(engine: Engine) {
    let nodes = Nodes::start(engine, SettingsPatch { refresh_token_grace: Some(Seconds(30)), ..SettingsPatch::default() }).await;
    let old = text(&nodes.one.ann("read").await, "refresh_token").to_owned();
    let answers = race(|turn| nodes.take(turn).token(&refresh(&old)).send()).await;
    let successors: BTreeSet<_> = answers.iter().map(|answer| text(&answer.json(), "refresh_token").to_owned()).collect();
    assert_eq!(successors.len(), 1);
    assert!(nodes.one.is_active(successors.first().unwrap()).await);
}

/// A person, a client, a realm: each is marked, and everything of it is dead, with all its rows still there.
async fn what_is_deleted_on_one_is_dead_on_the_other_before_its_rows_leave(engine: Engine) {
    for settings in [SettingsPatch::default(), opaque()] {
        for what in ["person", "client", "realm"] {
            let Nodes { one, two } = Nodes::start(engine, settings.clone()).await;
            let (realm, web) = (one.realm("acme").await.id(), client(&one).await);
            let granted = two.ann("openid read").await;
            let (access, refresh_token) = (text(&granted, "access_token"), text(&granted, "refresh_token"));
            let code = approved_code(&two, "read").await;
            let browser = Browser::new(&two);
            browser.authorize(&query("read")).await.parameters();
            assert!(two.is_active(access).await);
            let rows = one.app.store.in_realm(realm);
            let ann = rows.user_by_sub("sub-ann").await.unwrap().unwrap().id();
            one.commit(match what {
                "person" => Change::User(UserChange::Delete { realm, user: ann }),
                "client" => Change::Client(ClientChange::Delete { realm, client: web.key }),
                _ => Change::Realm(RealmChange::Delete { realm }),
            })
            .await;
            two.notice().await;
            for node in [&one, &two] {
                let asked = node.post("/acme/introspect").basic("web", SECRET).form(&[("token", access)]).send().await;
                match what {
                    "person" => assert_eq!(asked.json()["active"], false, "{what}"),
                    "client" => assert_eq!(asked.status, 401, "{what}"),
                    _ => assert_eq!(asked.status, 404, "{what}"),
                }
                for form in [refresh(refresh_token).to_vec(), redemption(&code)] {
                    assert!(node.token(&form).send().await.status.is_client_error(), "{what}: {form:?}");
                }
                let told = node.get("/acme/userinfo").bearer(access).send().await.status;
                assert!(told == 401 || told == 404, "{what}: {told}");
                let asked = encoded(&[&query("read")[..], &[("prompt", "none")]].concat());
                let answer = node.get(&format!("/acme/authorize?{asked}")).header("cookie", &browser.cookies()).send().await;
                assert!(answer.headers.get("location").is_none_or(|to| !to.to_str().unwrap().contains("code=")), "{what}");
            }
            assert!(one.app.store.clear_deleted(1).await.unwrap(), "its rows are still there");
        }
    }
}

async fn a_token_revoked_on_one_is_dead_on_the_other(engine: Engine) {
    for settings in [SettingsPatch::default(), opaque()] {
        let Nodes { one, two } = Nodes::start(engine, settings).await;
        let body = one.ann("read").await;
        let token = text(&body, "access_token");
        assert!(two.is_active(token).await);
        let answer =
            one.post("/acme/revoke").basic("web", crate::setup::SECRET).form(&[("token", text(&body, "refresh_token"))]).send().await;
        assert_eq!(answer.status, 200);
        two.notice().await;
        assert!(!two.is_active(token).await);
        two.token(&refresh(text(&body, "refresh_token"))).send().await.refused(400, "invalid_grant");
    }
}

async fn a_client_disabled_on_one_is_refused_by_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    assert_eq!(two.token(&[("grant_type", "client_credentials")]).send().await.status, 200);
    one.commit(Change::Client(ClientChange::Update(Client { status: Status::Disabled, ..client(&one).await }))).await;
    two.notice().await;
    two.token(&[("grant_type", "client_credentials")]).send().await.refused(401, "invalid_client");
}

async fn a_person_disabled_on_one_has_no_tokens_on_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let body = one.ann("read").await;
    assert!(two.is_active(text(&body, "access_token")).await);
    let realm = one.realm("acme").await.id();
    let mut ann = one.app.store.in_realm(realm).user_by_sub("sub-ann").await.unwrap().unwrap();
    let user = ann.id();
    ann.account.status = Status::Disabled;
    let unit = vec![
        Change::User(UserChange::Update(ann)),
        Change::User(UserChange::RaiseNotBefore { realm, user, to: NOW + Seconds(1) }),
        Change::Authorization(AuthorizationChange::RevokeOfUser { realm, user, client: None, at: NOW, why: RevocationReason::Operator }),
    ];
    one.app.store.commit(unit).await.unwrap();
    two.notice().await;
    assert!(!two.is_active(text(&body, "access_token")).await);
    two.token(&refresh(text(&body, "refresh_token"))).send().await.refused(400, "invalid_grant");
}

async fn a_secret_removed_on_one_is_refused_by_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    assert_eq!(two.token(&[("grant_type", "client_credentials")]).send().await.status, 200);
    let web = client(&one).await;
    one.commit(Change::Client(ClientChange::RemoveSecret { realm: web.realm, client: web.key, secret: web.secrets[0].id })).await;
    two.notice().await;
    two.token(&[("grant_type", "client_credentials")]).send().await.refused(401, "invalid_client");
}

async fn a_raised_not_before_of_the_realm_kills_tokens_on_both(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let body = one.token(&[("grant_type", "client_credentials")]).send().await.json();
    let token = text(&body, "access_token");
    assert!(one.is_active(token).await && two.is_active(token).await);
    one.advance(1);
    let realm = one.realm("acme").await.id();
    one.commit(Change::Realm(RealmChange::RaiseNotBefore { realm, to: NOW + Seconds(1) })).await;
    two.notice().await;
    assert!(!one.is_active(token).await && !two.is_active(token).await);
}

async fn settings_of_one_are_those_of_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let config = one.realm("acme").await.config.clone();
    let settings = SettingsPatch { access_token_lifetime: Some(Seconds(77)), ..config.settings.clone() };
    one.commit(Change::Realm(RealmChange::Update(RealmConfig { settings, ..config.clone() }))).await;
    two.notice().await;
    let lifetime = async |world: &World| world.token(&[("grant_type", "client_credentials")]).send().await.json()["expires_in"].clone();
    assert_eq!((lifetime(&one).await, lifetime(&two).await), (77.into(), 77.into()));
}

async fn a_key_rotated_on_one_signs_on_the_other(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let kid = async |world: &World| {
        let body = world.token(&[("grant_type", "client_credentials")]).send().await.json();
        jeton_jose::peek_header(text(&body, "access_token")).unwrap().kid.unwrap()
    };
    let before = kid(&one).await;
    two.notice().await;
    assert_eq!(kid(&two).await, before);
    let realm = one.realm("acme").await;
    one.app.keys.rotate(&realm, KeyPurpose::parse("ES256").unwrap(), NOW, Rotation::Immediate).await.unwrap();
    two.notice().await;
    let after = kid(&two).await;
    assert_ne!(after, before);
    assert_eq!(kid(&one).await, after);
    assert!(jwks(&one, "acme").await.find(&after).is_some() && jwks(&two, "acme").await.find(&before).is_some());
}

/// The other node has not been told of the new keys yet.
async fn tokens_of_keys_that_were_made_elsewhere_a_moment_ago_are_believed(engine: Engine) {
    for refresh_token_format in [TokenFormat::Opaque, TokenFormat::Jwt] {
        let settings = SettingsPatch { refresh_token_format: Some(refresh_token_format), ..SettingsPatch::default() };
        let Nodes { one, two } = Nodes::start(engine, settings).await;
        assert!(two.is_active(text(&two.ann("openid read").await, "access_token")).await);
        let realm = one.realm("acme").await;
        for purpose in ["refresh", "refresh_jwt", "ES256"] {
            one.app.keys.rotate(&realm, KeyPurpose::parse(purpose).unwrap(), NOW, Rotation::Immediate).await.unwrap();
        }
        let body = one.ann("openid read").await;
        let (access, old) = (text(&body, "access_token"), text(&body, "refresh_token"));
        // Each on a node that has not looked yet.
        assert!(one.another().await.is_active(access).await && two.is_active(access).await);
        assert_eq!(two.get("/acme/userinfo").bearer(access).send().await.status, 200);
        assert!(two.is_active(old).await);
        let three = two.another().await;
        assert!(!three.is_active("eyJ").await && three.is_active(old).await);
        one.app.keys.rotate(&realm, KeyPurpose::Refresh, NOW, Rotation::Immediate).await.unwrap();
        let new = one.ann("read").await;
        let turned = three.token(&refresh(text(&new, "refresh_token"))).send().await;
        assert_eq!(turned.status, 200, "{}", turned.text());
        let turned = two.token(&refresh(old)).send().await;
        assert_eq!(turned.status, 200, "{}", turned.text());
        one.app.keys.rotate(&realm, KeyPurpose::Refresh, NOW, Rotation::Immediate).await.unwrap();
        let last = one.ann("read").await;
        let revoked = two.post("/acme/revoke").basic("web", crate::setup::SECRET).form(&[("token", text(&last, "refresh_token"))]);
        assert_eq!(revoked.send().await.status, 200);
        assert!(!one.is_active(text(&last, "refresh_token")).await);
    }
}

async fn what_names_keys_that_nobody_has_is_refused_as_ever(engine: Engine) {
    let Nodes { one, two } = Nodes::start(engine, SettingsPatch::default()).await;
    let foreign = SigningKey::generate(Algorithm::ES256).unwrap();
    let mut asking = JoinSet::new();
    for typ in ["at+jwt", "rt+jwt"] {
        let token = foreign.sign(typ, &serde_json::json!({ "iss": "http://127.0.0.1:8080/acme" })).unwrap();
        assert!(!one.is_active(&token).await);
        for _ in 0..50 {
            asking.spawn(two.get("/acme/userinfo").bearer(&token).send());
        }
        two.token(&refresh(&token)).send().await.refused(400, "invalid_grant");
    }
    for answer in asking.join_all().await {
        answer.refused(401, "invalid_token");
    }
}

async fn rotating_on_both_at_once_makes_one_successor(engine: Engine) {
    let nodes = Nodes::start(engine, SettingsPatch::default()).await;
    let purpose = || KeyPurpose::parse("ES256").unwrap();
    nodes.one.token(&[("grant_type", "client_credentials")]).send().await;
    let mut rotations = JoinSet::new();
    for turn in 0..6 {
        let world = nodes.take(turn);
        let (app, realm) = (world.app.clone(), world.realm("acme").await);
        rotations.spawn(async move { app.keys.rotate(&realm, purpose(), NOW, Rotation::Announced).await.unwrap().key });
    }
    let successors: BTreeSet<_> = rotations.join_all().await.into_iter().map(|key| key.0).collect();
    assert_eq!(successors.len(), 1);
    let realm = nodes.one.realm("acme").await.id();
    let keys = nodes.two.app.store.in_realm(realm).keys().await.unwrap();
    assert_eq!(keys.iter().filter(|key| key.purpose == purpose()).count(), 2);
}

async fn servers_that_start_together_agree_on_schema_and_keys(engine: Engine) {
    let one = World::standard(engine).await;
    let (two, three) = tokio::join!(one.another(), one.another());
    let worlds = [&one, &two, &three];
    // The first token of each makes the keys that are missing.
    let (a, b, c) = tokio::join!(one.ann("openid read"), two.ann("openid read"), three.ann("openid read"));
    for world in worlds {
        world.notice().await;
    }
    for body in [&a, &b, &c] {
        for world in worlds {
            assert!(world.is_active(text(body, "access_token")).await);
            assert!(crate::jwks::verify_with(&jwks(world, "acme").await, "at+jwt", text(body, "access_token")).is_some());
        }
    }
    let rotated = three.token(&refresh(text(&a, "refresh_token"))).send().await;
    assert_eq!(rotated.status, 200, "{}", rotated.text());
}

async fn guesses_on_both_count_together(engine: Engine) {
    let nodes = Nodes::start(engine, SettingsPatch { password_attempts: Some(5), ..SettingsPatch::default() }).await;
    let guess = |turn: usize, password: &str| {
        nodes.take(turn).token(&[("grant_type", "password"), ("username", "ann"), ("password", password)]).send()
    };
    for turn in 0..5 {
        guess(turn, "wrong").await.refused(400, "invalid_grant");
    }
    for turn in 0..2 {
        assert_ne!(guess(turn, crate::setup::PASSWORD).await.status, 200);
    }
}

async fn a_server_does_not_start_beside_who_has_the_rows_to_himself(engine: Engine) {
    let one = World::standard(engine).await;
    let command = one.home.open_beside();
    let copying = async || command.join(NodeKind::Exclusive, "1.2.3", "jeton copy").await;
    let refused = copying().await.unwrap_err();
    assert!(refused.to_string().contains("a story"), "{refused}");
    one.app.clone().close().await;
    let copy = copying().await.unwrap();
    let refused = one.another_if_it_may().await.err().unwrap();
    assert!(refused.to_string().starts_with("jeton copy (version 1.2.3) has the database to itself"), "{refused}");
    copy.leave().await.unwrap();
    one.another().await;
}

async fn a_server_that_was_taken_for_dead_vouches_for_nothing_beside_who_has_the_rows_to_himself(engine: Engine) {
    let one = World::standard(engine).await;
    let body = one.ann("read").await;
    one.home.execute("UPDATE nodes SET seen_at = seen_at - 15000");
    let copy = one.home.open_beside().join(NodeKind::Exclusive, "1.2.3", "jeton copy").await.unwrap();
    one.app.renew().await.unwrap_err();
    let asked = || one.post("/acme/introspect").basic("web", crate::setup::SECRET).form(&[("token", text(&body, "access_token"))]).send();
    asked().await.refused(503, "temporarily_unavailable");
    assert_eq!(one.get("/health/ready").send().await.status, 503);
    copy.leave().await.unwrap();
    one.app.renew().await.unwrap();
    assert_eq!((asked().await.status, one.get("/health/ready").send().await.status), (http::StatusCode::OK, http::StatusCode::OK));
}

/// Fifty at once, node by node.
async fn race<F: Future<Output = Answer> + Send + 'static>(ask: impl Fn(usize) -> F) -> Vec<Answer> {
    let mut race = JoinSet::new();
    for turn in 0..50 {
        race.spawn(ask(turn));
    }
    race.join_all().await
}

/// What the one answer that succeeded says; every other is refused.
fn only_winner(answers: &[Answer], member: &str) -> String {
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 200) {
        lost.refused(400, "invalid_grant");
    }
    text(&won[0].json(), member).to_owned()
}
