//! Clients that nobody knows, and secrets that somebody guesses at.

use jeton_oauth::{
    Seconds,
    change::{AuditEvent, AuditKind},
    model::SecretHash,
    settings::SettingsPatch,
};
use jeton_store::AuditFilter;

use crate::{
    call::Answer,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_client_that_nobody_knows_costs_no_hash,
    guesses_at_a_chosen_secret_are_counted_before_they_are_hashed,
    a_secret_that_was_right_before_is_right_however_much_is_guessed,
    sign_ins_do_not_wait_for_client_secrets,
    refused_clients_are_in_the_audit_by_what_they_sent,
    many_refusals_of_one_network_are_one_event,
    a_refused_redirect_uri_is_in_the_audit_and_its_page_names_the_request,
    the_audit_is_asked_by_kind_person_client_address_and_time,
    one_network_has_so_many_hashes_and_then_one_after_the_other,
];

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const CHOSEN: &str = "hunter2";

/// `web` has a secret that somebody chose.
async fn world(engine: Engine, settings: SettingsPatch) -> World {
    let hash = SecretHash::Slow(bcrypt::hash(CHOSEN, 4).unwrap());
    World::start(engine, vec![Setup::new("acme", "standard").settings(settings).web(|web| web.secrets[0].hash = hash)]).await
}

async fn ask(world: &World, peer: &str, id: &str, secret: &str) -> Answer {
    world.post("/acme/token").basic(id, secret).form(&[GRANT]).peer(peer).send().await
}

async fn events(world: &World) -> Vec<AuditEvent> {
    let events = world.app.store.in_realm(Setup::new("acme", "standard").id()).audit(None, 1000).await.unwrap();
    events.into_iter().filter(|event| event.kind.is_refusal()).collect()
}

fn hashed(world: &World) -> (u64, u64) {
    (world.app.passwords.work().verifications, world.app.slow_secrets.work().verifications)
}

async fn a_client_that_nobody_knows_costs_no_hash(engine: Engine) {
    let world = World::standard(engine).await;
    for (id, secret) in
        [("nobody", "short"), ("web", "short"), ("nobody", SECRET), ("web", "another long secret 0123456789 abcdefghijklmnop")]
    {
        ask(&world, "203.0.113.5", id, secret).await.refused(401, "invalid_client");
    }
    assert_eq!(hashed(&world), (0, 0));
}

async fn guesses_at_a_chosen_secret_are_counted_before_they_are_hashed(engine: Engine) {
    let world = world(engine, SettingsPatch { password_attempts: Some(3), ..SettingsPatch::default() }).await;
    for _ in 0..3 {
        ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
    }
    for _ in 0..2 {
        let refused = ask(&world, "203.0.113.5", "web", CHOSEN).await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, Some("900")));
    }
    assert_eq!(hashed(&world), (0, 3));
    assert_eq!(ask(&world, "198.51.100.7", "web", CHOSEN).await.status, 200, "from elsewhere");
    world.advance(900);
    ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
}

async fn a_secret_that_was_right_before_is_right_however_much_is_guessed(engine: Engine) {
    let world = world(engine, SettingsPatch { password_attempts: Some(2), ..SettingsPatch::default() }).await;
    for peer in ["203.0.113.5", "127.0.0.1"] {
        for _ in 0..2 {
            assert_eq!(ask(&world, peer, "web", CHOSEN).await.status, 200);
        }
        for _ in 0..2 {
            ask(&world, peer, "web", "wrong").await.refused(401, "invalid_client");
        }
        assert_eq!(ask(&world, peer, "web", "wrong").await.status, 429);
        assert_eq!(ask(&world, peer, "web", CHOSEN).await.status, 200);
    }
}

async fn sign_ins_do_not_wait_for_client_secrets(engine: Engine) {
    let world = world(engine, SettingsPatch::default()).await;
    ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
    let page = world.post("/acme/sign-in").sent_by_our_page().form(&[("username", "ann"), ("password", PASSWORD)]).send().await;
    assert_eq!((page.status.as_u16(), hashed(&world)), (303, (1, 1)), "each in its own lane");
}

async fn refused_clients_are_in_the_audit_by_what_they_sent(engine: Engine) {
    let world = World::standard(engine).await;
    let long = "x".repeat(3000);
    for (peer, id) in [("203.0.113.5", "web"), ("203.0.113.6", "no body"), ("2001:db8::7", &long)] {
        ask(&world, peer, id, "wrong").await.refused(401, "invalid_client");
    }
    let mut seen: Vec<_> = events(&world)
        .await
        .into_iter()
        .map(|event| {
            let named = event.client_id.unwrap();
            (event.address.unwrap().to_string(), named.len(), event.client.is_some(), event.detail.unwrap())
        })
        .collect();
    seen.sort_unstable();
    let expected = [
        ("2001:db8::7".to_owned(), 255, false, "unknown client".to_owned()),
        ("203.0.113.5".to_owned(), 3, true, "wrong secret".to_owned()),
        ("203.0.113.6".to_owned(), 7, false, "unknown client".to_owned()),
    ];
    assert_eq!(seen, expected);
    for event in events(&world).await {
        assert_eq!((event.kind, event.endpoint.as_deref(), event.request.is_some()), (AuditKind::ClientRefused, Some("token"), true));
    }
}

async fn many_refusals_of_one_network_are_one_event(engine: Engine) {
    let world = World::standard(engine).await;
    for number in 0..50 {
        ask(&world, "203.0.113.5", &format!("nobody {number}"), "wrong").await.refused(401, "invalid_client");
    }
    world.commit_all(world.app.refusals.take(world.app.now())).await;
    let events = events(&world).await;
    assert_eq!(events.iter().map(|event| event.times).collect::<Vec<_>>(), [50]);
    world.advance(900);
    ask(&world, "203.0.113.5", "nobody", "wrong").await.refused(401, "invalid_client");
    assert_eq!(self::events(&world).await.len(), 2, "told anew in the next quarter of an hour");
}

async fn a_refused_redirect_uri_is_in_the_audit_and_its_page_names_the_request(engine: Engine) {
    let world = World::standard(engine).await;
    let ask = async |query: &str| world.get(&format!("/acme/authorize?{query}")).peer("203.0.113.5").send().await;
    let page = ask("response_type=code&client_id=web&redirect_uri=https%3A%2F%2Fevil.example%2Fcb").await;
    assert_eq!(page.status, 400);
    let unknown = ask("response_type=code&client_id=nobody&redirect_uri=https%3A%2F%2Fevil.example%2Fcb").await;
    assert_eq!(unknown.status, 400);
    ask("response_type=code").await;
    let mut seen = events(&world).await;
    seen.sort_by_key(|event| event.kind.as_str());
    let [client, uri] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!((client.kind, client.client_id.as_deref()), (AuditKind::ClientRefused, Some("nobody")));
    assert_eq!((uri.kind, uri.client_id.as_deref()), (AuditKind::RedirectUriRefused, Some("web")));
    assert_eq!((uri.redirect_uri.as_deref(), uri.endpoint.as_deref()), (Some("https://evil.example/cb"), Some("authorize")));
    assert!(page.text().contains(uri.request.as_deref().unwrap()), "{}", page.text());
}

async fn the_audit_is_asked_by_kind_person_client_address_and_time(engine: Engine) {
    let world = World::standard(engine).await;
    let rows = Setup::new("acme", "standard");
    world.ann("read").await;
    ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
    world.advance(60);
    ask(&world, "203.0.113.6", "nobody", "wrong").await.refused(401, "invalid_client");
    let found = async |filter: AuditFilter| {
        let events = world.app.store.in_realm(rows.id()).audit_of(&filter, None, 100).await.unwrap();
        events.into_iter().filter(|event| event.kind != AuditKind::KeyCreated).count()
    };
    let any = AuditFilter::default;
    assert_eq!(found(any()).await, 3);
    assert_eq!(found(AuditFilter { kind: Some(AuditKind::ClientRefused), ..any() }).await, 2);
    assert_eq!(found(AuditFilter { user: Some(rows.users[0].id()), ..any() }).await, 1);
    assert_eq!(found(AuditFilter { client_id: Some("nobody".into()), ..any() }).await, 1);
    assert_eq!(found(AuditFilter { address: Some([203, 0, 113, 5].into()), ..any() }).await, 1);
    assert_eq!(found(AuditFilter { since: Some(world.app.now()), ..any() }).await, 1);
    assert_eq!(found(AuditFilter { kind: Some(AuditKind::SignedIn), client_id: Some("nobody".into()), ..any() }).await, 0);
}

async fn one_network_has_so_many_hashes_and_then_one_after_the_other(engine: Engine) {
    let settings = SettingsPatch { password_attempts: Some(1000), network_attempts: Some(1000), ..SettingsPatch::default() };
    let world = world(engine, settings).await;
    for _ in 0..100 {
        ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
    }
    let refused = ask(&world, "203.0.113.5", "web", "wrong").await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after"), hashed(&world).1), (429, Some("1"), 100));
    ask(&world, "203.0.113.6", "web", "wrong").await.refused(401, "invalid_client");
    world.clock.run_on(Seconds(1));
    for _ in 0..5 {
        ask(&world, "203.0.113.5", "web", "wrong").await.refused(401, "invalid_client");
    }
    assert_eq!(ask(&world, "203.0.113.5", "web", "wrong").await.status, 429);
    assert!(world.internal("/metrics").send().await.text().contains("jeton_hashing_not_admitted_total 2"));
}
