//! API users: what they may be called, and where they are of use.

use jeton_oauth::settings::{GrantType, SettingsPatch};

use crate::{
    applications::{everybody, with_shop},
    forms::{form_to, forms, signed_in},
    setup::Setup,
    world::{Engine, World, cases},
};

cases![nobodys_address_is_a_name, names_cannot_be_tried_one_by_one, where_they_could_not_sign_in_there_are_none];

const PAGE: &str = "/acme/developers/api-users";

fn with_passwords() -> SettingsPatch {
    SettingsPatch { registration_grants: Some(GrantType::ALL.to_vec()), ..everybody() }
}

async fn world(engine: Engine) -> World {
    World::start(engine, vec![Setup::new("acme", "standard").settings(with_passwords()).person("bob", |_| {})]).await
}

async fn nobodys_address_is_a_name(engine: Engine) {
    let world = world(engine).await;
    let ann = signed_in(&world, "ann").await;
    // Whether or not somebody has it already.
    for name in ["new@example.com", "bob@example.com", "Ann@Example.com", "\u{ff20}home", "a@b"] {
        let form = form_to(&ann.get(PAGE).await.page(), "/api-users");
        let refused = ann.submit(&form, &[("username", name)]).await.page();
        assert!(refused.status == 422 && refused.text().contains("Choose a name without @"), "{name}: {}", refused.text());
    }
    let form = form_to(&ann.get(PAGE).await.page(), "/api-users");
    assert_eq!(ann.submit(&form, &[("username", "nightly")]).await.page().status, 200);
}

async fn names_cannot_be_tried_one_by_one(engine: Engine) {
    let world = world(engine).await;
    let (ann, bob) = (signed_in(&world, "ann").await, signed_in(&world, "bob").await);
    let form = form_to(&ann.get(PAGE).await.page(), "/api-users");
    let hashes = world.app.passwords.work().hashes;
    for _ in 0..20 {
        assert_eq!(ann.submit(&form, &[("username", "bob")]).await.page().status, 422);
    }
    // From now on nothing is told, of a name that is free either.
    for name in ["bob", "free"] {
        assert_eq!(ann.submit(&form, &[("username", name)]).await.page().status, 409, "{name}");
    }
    assert_eq!(world.app.passwords.work().hashes, hashes, "nothing is hashed for what is refused");
    let others = form_to(&bob.get(PAGE).await.page(), "/api-users");
    assert_eq!(bob.submit(&others, &[("username", "of-bob")]).await.page().status, 200);
    world.advance(3601);
    let ann = signed_in(&world, "ann").await;
    let form = form_to(&ann.get(PAGE).await.page(), "/api-users");
    assert_eq!(ann.submit(&form, &[("username", "free")]).await.page().status, 200);
}

async fn where_they_could_not_sign_in_there_are_none(engine: Engine) {
    let world = World::with_settings(engine, everybody()).await;
    let ann = signed_in(&world, "ann").await;
    assert!(!ann.get("/acme/developers").await.page().text().contains("/developers/api-users"));
    let page = ann.get(PAGE).await.page();
    assert!(page.text().contains("may not use here") && forms(&page).iter().all(|form| !form.action.ends_with("/api-users")));
    let fields = [("kind", "service"), ("name", "Nightly"), ("scope", "read")];
    let made = ann.submit(&form_to(&ann.get("/acme/developers/register").await.page(), "/developers/register"), &fields).await.page();
    let path = format!("/acme/developers/applications/{}", crate::forms::text_of(&made, "cid"));
    assert!(!ann.get(&path).await.page().text().contains("/api-users"));
    for action in [PAGE.to_owned(), format!("{path}/api-users")] {
        let form = form_to(&ann.get("/acme/developers/register").await.page(), "/developers/register");
        let form = crate::browser::Form { action, ..form };
        assert_eq!(ann.submit(&form, &[("username", "nightly")]).await.page().status, 409);
    }
    // An application that has the grant by those who run the realm has them.
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get("/acme/developers/applications/shop/api-users").await.page();
    assert_eq!(ann.submit(&form_to(&page, "/api-users"), &[("username", "nightly")]).await.page().status, 200);
}
