//! What is written down for the operator: who did what, and never a secret.

use http::Method;
use jeton_oauth::{
    change::{AuditEvent, AuditKind},
    manage::ActorKind,
};
use serde_json::json;

use crate::{
    browser::{Browser, encoded, form},
    grants::{query, redemption, refresh},
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    what_people_and_clients_do_is_written_down,
    events_say_who_acted_and_from_where,
    replays_are_written_down_with_whose_they_are,
    no_secret_is_written_down
];

async fn events(world: &World) -> Vec<AuditEvent> {
    let events = world.app.store.in_realm(Setup::new("acme", "standard").id()).audit(None, 1000).await.unwrap();
    // Keys are made in the background, and are no one's doing.
    events.into_iter().filter(|event| event.kind != AuditKind::KeyCreated).collect()
}

async fn newest(world: &World, before: usize) -> Vec<AuditKind> {
    let events = events(world).await;
    let mut kinds: Vec<_> = events.into_iter().map(|event| (event.id, event.kind)).collect();
    kinds.sort_by_key(|(id, _)| *id);
    let mut kinds: Vec<_> = kinds.into_iter().skip(before).map(|(_, kind)| kind).collect();
    kinds.sort_by_key(|kind| kind.as_str());
    kinds
}

async fn what_people_and_clients_do_is_written_down(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let mut before = 0;
    let mut check = async |expected: &[AuditKind]| {
        let mut expected = expected.to_vec();
        expected.sort_by_key(|kind| kind.as_str());
        assert_eq!(newest(&world, before).await, expected);
        before += expected.len();
        // Ids are ordered by their moment.
        world.advance(1);
    };

    let authorize = format!("/acme/authorize?{}", encoded(&query("read")));
    let page = browser.get(&authorize).await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", "wrong")]).await.page();
    check(&[AuditKind::PasswordRefused]).await;
    let page = browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    check(&[AuditKind::SignedIn]).await;
    browser.submit(&form(&page).unwrap(), &[("decision", "deny")]).await.parameters();
    check(&[AuditKind::ConsentDenied]).await;
    let page = browser.get(&authorize).await.page();
    browser.submit(&form(&page).unwrap(), &[("decision", "allow")]).await.parameters();
    check(&[AuditKind::ConsentGranted]).await;

    let tokens = world.ann("jeton:tokens read").await;
    check(&[AuditKind::SignedIn]).await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let made = world.post("/acme/account/tokens").bearer(access).json(&json!({ "name": "n", "scopes": ["read"] })).send().await;
    check(&[AuditKind::PersonalAccessTokenCreated]).await;
    let path = format!("/acme/account/tokens/{}", made.member("id"));
    world.post(&format!("{path}/regenerate")).bearer(access).send().await;
    check(&[AuditKind::PersonalAccessTokenRegenerated]).await;
    world.request(Method::DELETE, &path).bearer(access).send().await;
    check(&[AuditKind::PersonalAccessTokenRevoked]).await;
    for (token, kind) in [(access, AuditKind::AccessTokenRevoked), (refresh, AuditKind::AuthorizationRevoked)] {
        world.post("/acme/revoke").basic("web", SECRET).form(&[("token", token)]).send().await;
        check(&[kind]).await;
    }
    let page = browser.get("/acme/sign-out").await.page();
    browser.submit(&form(&page).unwrap(), &[]).await.page();
    check(&[AuditKind::SignedOut]).await;
}

async fn events_say_who_acted_and_from_where(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = Browser::new(&world);
    let page = browser.get(&format!("/acme/authorize?{}", encoded(&query("read")))).await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", "wrong")]).await.page();
    browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page();
    let tokens = world.ann("read").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    world.post("/acme/revoke").basic("web", SECRET).form(&[("token", refresh)]).send().await;

    let rows = Setup::new("acme", "standard");
    let (ann, web) = (rows.users[0].id(), rows.clients[0].key);
    let events = events(&world).await;
    let who = |kind| events.iter().find(|event| event.kind == kind).map(|event| (event.actor, event.actor_id)).unwrap();
    assert_eq!(who(AuditKind::PasswordRefused), (Some(ActorKind::Stranger), None));
    assert_eq!(who(AuditKind::SignedIn), (Some(ActorKind::Person), Some(ann.0)));
    assert_eq!(who(AuditKind::AuthorizationRevoked), (Some(ActorKind::Client), Some(web.0)));
    assert!(events.iter().all(|event| event.address.is_some_and(|address| address.is_loopback())), "{events:?}");
    let revoked = events.iter().find(|event| event.kind == AuditKind::AuthorizationRevoked).unwrap();
    assert_eq!(revoked.client_id.as_deref(), Some("web"));
    let keys = world.app.store.in_realm(rows.id()).audit(None, 1000).await.unwrap();
    assert!(keys.iter().filter(|event| event.kind == AuditKind::KeyCreated).all(|event| event.actor == Some(ActorKind::System)));
}

async fn replays_are_written_down_with_whose_they_are(engine: Engine) {
    let world = World::standard(engine).await;
    let code = crate::grants::approved_code(&world, "read").await;
    let tokens = world.token(&redemption(&code)).send().await;
    world.token(&redemption(&code)).send().await.refused(400, "invalid_grant");
    let other = world.ann("read").await["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(world.token(&refresh(&other)).send().await.status, 200);
    world.token(&refresh(&other)).send().await.refused(400, "invalid_grant");
    // A dead one that comes back once more is no news.
    world.token(&refresh(&tokens.member("refresh_token"))).send().await.refused(400, "invalid_grant");
    let rows = Setup::new("acme", "standard");
    let replays: Vec<_> = events(&world)
        .await
        .into_iter()
        .filter(|event| matches!(event.kind, AuditKind::CodeReplayed | AuditKind::RefreshReplayed))
        .collect();
    assert_eq!(replays.len(), 2);
    for replay in replays {
        assert_eq!(
            (replay.user, replay.client, replay.authorization.is_some()),
            (Some(rows.users[0].id()), Some(rows.clients[0].key), true)
        );
    }
}

async fn no_secret_is_written_down(engine: Engine) {
    let world = World::standard(engine).await;
    let wrong = "hush-hush-password";
    for form in [[("username", "ann"), ("password", wrong)], [("username", wrong), ("password", wrong)]] {
        world.post("/acme/sign-in").sent_by_our_page().form(&form).send().await;
        world.token(&[&form[..], &[("grant_type", "password")]].concat()).send().await.refused(400, "invalid_grant");
    }
    let written = events(&world).await;
    assert_eq!(written.len(), 4);
    // Not the name either: people type their password into the wrong field.
    assert!(!format!("{written:?}").contains("hush"), "{written:?}");
}
