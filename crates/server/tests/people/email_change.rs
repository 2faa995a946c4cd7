//! Another e-mail address counts once its reader says so, and the reader of the one before is told.

use jeton_oauth::{login_name::LoginName, model::User};

use crate::{
    browser::Browser,
    call::Answer,
    forms::{form_to, signed_in},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    an_address_counts_once_it_is_proven_and_the_old_one_is_told,
    opening_a_link_changes_no_address,
    an_address_of_somebody_else_is_given_to_nobody,
    who_signs_in_with_their_address_does_so_with_the_new_one,
    what_is_no_address_is_said_beside_the_field,
    changing_an_address_asks_for_a_recent_sign_in,
];

async fn ann(world: &World) -> User {
    let realm = world.realm("acme").await;
    world.app.store.in_realm(realm.id()).user(crate::setup::person(realm.id(), "ann").id()).await.unwrap().unwrap()
}

async fn ask(browser: &Browser<'_>, address: &str) -> Answer {
    let page = browser.get("/acme/account/email").await.page();
    browser.submit(&form_to(&page, "/account/email"), &[("email", address)]).await.page()
}

async fn link(world: &World) -> String {
    let text = world.mail().await.remove(0).text;
    let line = text.lines().find(|line| line.contains("/confirm-email?token=")).unwrap_or_else(|| panic!("{text}"));
    line.replace("http://127.0.0.1:8080", "")
}

fn address(user: &User) -> (&str, bool) {
    user.email.as_ref().map_or(("", false), |email| (email.address.as_str(), email.verified))
}

async fn an_address_counts_once_it_is_proven_and_the_old_one_is_told(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    let sent = ask(&browser, "new@example.com").await;
    assert!(sent.text().contains("role=\"status\"") && sent.text().contains("new@example.com"), "{}", sent.text());
    let path = link(&world).await;
    assert_eq!((world.mail().await[0].to.as_str(), address(&ann(&world).await)), ("new@example.com", ("ann@example.com", true)));
    world.advance(1);
    let page = browser.get(&path).await.page();
    let done = browser.submit(&form_to(&page, "/confirm-email"), &[]).await.page();
    assert!(done.text().contains("role=\"status\""), "{}", done.text());
    assert_eq!(address(&ann(&world).await), ("new@example.com", true));
    let told = world.mail().await.remove(0);
    assert!(told.to == "ann@example.com" && !told.text.contains("new@example.com"), "{told:?}");
    let form = |name| [("username", name), ("password", PASSWORD)];
    for (name, status) in [("new@example.com", 303), ("ann@example.com", 400), ("ann", 303)] {
        assert_eq!(world.post("/acme/sign-in").sent_by_our_page().form(&form(name)).send().await.status, status, "{name}");
    }
    assert_eq!(browser.get(&path).await.page().status, 404);
}

async fn opening_a_link_changes_no_address(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    ask(&browser, "first@example.com").await;
    let first = link(&world).await;
    assert_eq!(Browser::new(&world).get(&first).await.page().status, 200);
    assert_eq!(address(&ann(&world).await).0, "ann@example.com");
    world.advance(1);
    ask(&browser, "second@example.com").await;
    let second = link(&world).await;
    assert_eq!(browser.get(&first).await.page().status, 404, "a newer link ends it");
    assert!(browser.get(&second.replace("/acme/confirm-email", "/acme/reset-password")).await.page().status.is_client_error());
    world.advance(86_400);
    assert_eq!(browser.get(&second).await.page().status, 404, "a day is over");
}

async fn an_address_of_somebody_else_is_given_to_nobody(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").person("eve", |_| {})]).await;
    let eve = signed_in(&world, "eve").await;
    let sent = ask(&eve, "ann@example.com").await;
    assert!(sent.text().contains("role=\"status\""), "nobody learns here who has an account");
    let path = link(&world).await;
    assert_eq!(eve.get(&path).await.page().status, 404);
    assert_eq!(address(&ann(&world).await), ("ann@example.com", true));
    // Nor one that somebody took meanwhile.
    world.advance(1);
    ask(&eve, "late@example.com").await;
    let path = link(&world).await;
    let page = eve.get(&path).await.page();
    let mut user = ann(&world).await;
    user.email = Some(jeton_oauth::model::Email { address: "late@example.com".into(), verified: true });
    world.commit(jeton_oauth::Change::User(jeton_oauth::change::UserChange::Update(user))).await;
    assert_eq!(eve.submit(&form_to(&page, "/confirm-email"), &[]).await.page().status, 404);
}

async fn who_signs_in_with_their_address_does_so_with_the_new_one(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard").ann(|ann| ann.username = "ann@example.com".into())]).await;
    let browser = signed_in(&world, "ann@example.com").await;
    ask(&browser, "new@example.com").await;
    let page = browser.get(&link(&world).await).await.page();
    browser.submit(&form_to(&page, "/confirm-email"), &[]).await.page();
    assert_eq!(ann(&world).await.username, "new@example.com");
    let realm = world.realm("acme").await;
    let before = world.app.store.in_realm(realm.id()).user_by_login(&LoginName::fold("ann@example.com").unwrap()).await.unwrap();
    assert!(before.is_none(), "the address before is nobody's");
}

async fn what_is_no_address_is_said_beside_the_field(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    for bad in [
        "",
        "ann",
        "ann@",
        "ann@example",
        "a@b@example.com",
        "a b@example.com",
        "<script>@example.com",
        "a@example.com,b@example.com",
        "ann@example.com",
    ] {
        let refused = ask(&browser, bad).await;
        assert!(
            refused.status == 422 && refused.text().contains("aria-invalid=\"true\"") && !refused.text().contains("<script>@"),
            "{bad}"
        );
    }
    assert_eq!(world.mail().await, []);
}

async fn changing_an_address_asks_for_a_recent_sign_in(engine: Engine) {
    let world = World::standard(engine).await;
    let browser = signed_in(&world, "ann").await;
    world.advance(16 * 60);
    assert!(browser.get("/acme/account/email").await.page().text().contains("current-password"));
}
