//! Who gets in, and what is listed.

use jeton_oauth::{
    model::{ClientAuthMethod, Role},
    settings::{Developers, SettingsPatch},
};

use crate::{
    browser::Browser,
    forms::signed_in,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![the_console_is_for_those_whom_the_realm_lets, an_application_is_its_owners_alone];

fn settings(developers: Developers) -> SettingsPatch {
    SettingsPatch { developers: Some(developers), ..SettingsPatch::default() }
}

async fn the_console_is_for_those_whom_the_realm_lets(engine: Engine) {
    for (who, is_invited, may) in [
        (Developers::Off, true, false),
        (Developers::Invited, false, false),
        (Developers::Invited, true, true),
        (Developers::Everybody, false, true),
    ] {
        let setup = Setup::new("acme", "standard").settings(settings(who)).ann(|ann| {
            ann.roles.extend(is_invited.then(|| Role { name: "developer".into(), permissions: Vec::new() }));
        });
        let world = World::start(engine, vec![setup]).await;
        let browser = signed_in(&world, "ann").await;
        let page = browser.get("/acme/developers").await.page();
        let account = browser.get("/acme/account").await.page();
        assert_eq!(page.status, if may { 200 } else { 404 }, "{who:?} {is_invited}");
        assert_eq!(account.text().contains("/acme/developers"), may, "the way there");
    }
    // Whoever is not signed in is led back here.
    let world = World::with_settings(engine, settings(Developers::Everybody)).await;
    let browser = Browser::new(&world);
    let page = browser.get("/acme/developers").await.page();
    assert!(page.text().contains("value=\"/developers\""), "{}", page.text());
}

async fn an_application_is_its_owners_alone(engine: Engine) {
    let setup = Setup::new("acme", "standard").settings(settings(Developers::Everybody)).person("bob", |_| {});
    let ann = setup.users[0].id();
    let setup = setup.client("shop/1", ClientAuthMethod::None, |client| client.owner = Some(ann));
    let world = World::start(engine, vec![setup, Setup::new("other", "standard").settings(settings(Developers::Everybody))]).await;
    let (ann, bob) = (signed_in(&world, "ann").await, signed_in(&world, "bob").await);
    let list = ann.get("/acme/developers").await.page();
    assert!(list.text().contains("/acme/developers/applications/shop%2F1"), "{}", list.text());
    assert!(!list.text().contains("The web application"), "nobody's");
    assert_eq!(ann.get("/acme/developers/applications/shop%2F1").await.page().status, 200);
    for nobodys in ["web", "none", "shop%2f2", "%00"] {
        assert_eq!(ann.get(&format!("/acme/developers/applications/{nobodys}")).await.page().status, 404, "{nobodys}");
    }
    let foreign = bob.get("/acme/developers/applications/shop%2F1").await.page();
    let missing = bob.get("/acme/developers/applications/shop%2F2").await.page();
    assert_eq!((foreign.status.as_u16(), missing.status.as_u16()), (404, 404));
    assert!(!bob.get("/acme/developers").await.page().text().contains("shop"));
}
