//! Who comes in, and what they have to prove first.

use jeton_oauth::manage::AdministratorRole::{Auditor, Support};

use crate::{
    browser::Browser,
    desks::{PASSWORD, administrator, first_link, newcomer, owner, places, shown, sign_in, with_an_app},
    forms::{form_to, signed_in},
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    the_first_owner_is_led_to_the_console_through_a_second_factor,
    a_stranger_signs_in_first_and_comes_back,
    a_session_with_a_password_alone_opens_nothing,
    nobody_else_is_let_in,
    whoever_reaches_one_realm_sees_no_other,
];

async fn the_first_owner_is_led_to_the_console_through_a_second_factor(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, landed) = newcomer(&world, &first_link(&world).await, "odile@example.com").await;
    assert_eq!(landed.status, 200);
    assert!(landed.text().contains("Set up a second step first"), "{}", landed.text());
    let page = browser.get("/admin/account/security/totp").await.page();
    let key = crate::forms::text_of(&page, "totp-key");
    let codes = browser.submit(&form_to(&page, "/security/totp"), &[("code", &shown(&world, &key))]).await.page();
    assert!(codes.text().contains("href=\"http://127.0.0.1:8080/admin\">I"), "the codes lead on: {}", codes.text());
    let page = browser.get("/admin").await.page();
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<h1>Dashboard</h1>"), "{}", page.text());
    let names: Vec<String> = places(&page).into_iter().map(|(_, name)| name).collect();
    for place in ["Dashboard", "Realms"] {
        assert!(names.iter().any(|name| name == place), "{place}: {names:?}");
    }
}

async fn a_stranger_signs_in_first_and_comes_back(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, _) = newcomer(&world, &first_link(&world).await, "odile@example.com").await;
    let key = with_an_app(&world, &browser).await;
    for (asked, heading) in
        [("/admin", "Dashboard"), ("/admin/realms", "Realms"), ("/admin/new-realm?like=acme", "A realm like <bdi>acme</bdi>")]
    {
        let stranger = Browser::new(&world);
        let page = stranger.get(asked).await.page();
        let landed = sign_in(&world, &stranger, &page, "odile@example.com", &key).await;
        assert!(landed.text().contains(&format!("<h1>{heading}</h1>")), "{asked}: {}", landed.text());
        world.advance(30);
    }
}

async fn a_session_with_a_password_alone_opens_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let (browser, _) = newcomer(&world, &first_link(&world).await, "odile@example.com").await;
    for path in ["/admin", "/admin/realms", "/admin/realms/acme/people"] {
        let page = browser.get(path).await.page();
        assert!(page.text().contains("Set up a second step first") && !page.text().contains("id=\"side\""), "{path}");
    }
    // Another browser of hers has set it up: this one proves it too.
    let other = Browser::new(&world);
    let page = other.get("/admin/sign-in").await.page();
    other.submit(&form_to(&page, "/sign-in"), &[("username", "odile@example.com"), ("password", PASSWORD)]).await.page();
    with_an_app(&world, &other).await;
    let page = browser.get("/admin").await.page();
    assert!(page.text().contains("current-password"), "{}", page.text());
}

async fn nobody_else_is_let_in(engine: Engine) {
    let world = World::standard(engine).await;
    let ann = signed_in(&world, "ann").await;
    // A session of another realm is none of this one.
    assert!(ann.get("/admin").await.page().text().contains("current-password"));
    assert_eq!(ann.get("/acme/realms").await.page().status, 404);
}

async fn whoever_reaches_one_realm_sees_no_other(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let one = administrator(&world, "one@example.com", Support, &["acme"]).await;
    let page = one.get("/admin/realms").await.page();
    assert!(page.text().contains("/realms/acme\"") && !page.text().contains("/realms/other\""), "{}", page.text());
    assert_eq!(one.get("/admin/realms/other").await.page().status, 404);
    let all = administrator(&world, "all@example.com", Auditor, &[]).await;
    let page = all.get("/admin/realms").await.page();
    assert!(page.text().contains("/realms/acme\"") && page.text().contains("/realms/other\""));
    assert!(!page.text().contains("New realm"), "an auditor makes none");
    assert!(owner(&world).await.get("/admin/realms").await.page().text().contains("New realm"));
}
