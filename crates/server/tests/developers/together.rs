//! Several developers own one application.

use crate::{
    applications::with_shop,
    browser::Browser,
    forms::{form_to, signed_in, text_of},
    registrations::row,
    setup::SECRET,
    world::{Engine, World, cases},
};

cases![
    a_colleague_is_invited_and_owns_it_too,
    an_invitation_is_for_its_address_alone_and_is_taken_back,
    an_application_is_handed_over_with_its_api_users,
    the_last_one_stays,
];

const PATH: &str = "/acme/developers/applications/shop";

async fn invite(browser: &Browser<'_>, email: &str) {
    let page = browser.get(&format!("{PATH}/developers")).await.page();
    let invited = browser.submit(&form_to(&page, "/shop/developers"), &[("email", email)]).await.page();
    assert!(invited.text().contains("is invited"), "{}", invited.text());
}

/// `ann` and `bob` own `shop`.
async fn both(world: &World) -> (Browser<'_>, Browser<'_>) {
    let (ann, bob) = (signed_in(world, "ann").await, signed_in(world, "bob").await);
    invite(&ann, "Bob@Example.com").await;
    let page = bob.get("/acme/developers").await.page();
    let joined = bob.submit(&form_to(&page, "/accept"), &[]).await.page();
    assert!(joined.text().contains("is yours too"), "{}", joined.text());
    (ann, bob)
}

async fn a_colleague_is_invited_and_owns_it_too(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = both(&world).await;
    let letter = world.mail().await.remove(0);
    assert!(letter.text.split_whitespace().any(|word| word.ends_with("/acme/developers")), "{}", letter.text);
    // Whatever an owner does, bob does.
    for page in ["", "/credentials", "/api-users", "/settings", "/developers", "/delete"] {
        assert_eq!(bob.get(&format!("{PATH}{page}")).await.page().status, 200, "{page}");
    }
    assert!(bob.get("/acme/developers").await.page().text().contains("The shop application"));
    let page = bob.get(&format!("{PATH}/credentials")).await.page();
    assert_eq!(bob.submit(&form_to(&page, "/credentials/add"), &[]).await.page().status, 200);
    let page = bob.get(&format!("{PATH}/api-users")).await.page();
    let made = bob.submit(&form_to(&page, "/shop/api-users"), &[("username", "of-bob")]).await.page();
    assert_eq!(made.status, 200, "{}", made.text());
    // Its API users are looked after by both.
    let page = ann.get(&format!("{PATH}/api-users")).await.page();
    let changed = ann.submit(&form_to(&page, "/password"), &[]).await.page();
    assert_eq!(changed.status, 200, "{}", changed.text());
    // Only the owner by name takes somebody away; then nothing is left to them.
    assert!(!bob.get(&format!("{PATH}/developers")).await.page().text().contains("/dismiss"));
    let page = ann.get(&format!("{PATH}/developers")).await.page();
    let dismissed = ann.submit(&form_to(&page, "/dismiss"), &[]).await.page();
    assert!(dismissed.text().contains("own it no more"), "{}", dismissed.text());
    assert_eq!(bob.get(PATH).await.page().status, 404);
    assert!(!bob.get("/acme/developers/api-users").await.page().text().contains("of-bob"), "it went to the owner");
    assert!(ann.get("/acme/developers/api-users").await.page().text().contains("of-bob"));
}

async fn an_invitation_is_for_its_address_alone_and_is_taken_back(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = (signed_in(&world, "ann").await, signed_in(&world, "bob").await);
    invite(&ann, "carl@example.com").await;
    let page = bob.get("/acme/developers").await.page();
    assert!(!page.text().contains("/accept"));
    invite(&ann, "bob@example.com").await;
    let page = bob.get("/acme/developers").await.page();
    let accept = form_to(&page, "/accept");
    let waiting = ann.get(&format!("{PATH}/developers")).await.page();
    assert!(waiting.text().contains("carl@example.com") && waiting.text().contains("bob@example.com"));
    // The first of the list is bob's.
    ann.submit(&form_to(&waiting, "/uninvite"), &[]).await.page();
    assert_eq!(bob.submit(&accept, &[]).await.page().status, 404);
    invite(&ann, "bob@example.com").await;
    world.advance(15 * 86_400);
    let bob = signed_in(&world, "bob").await;
    assert!(!bob.get("/acme/developers").await.page().text().contains("/accept"), "it has ended");
    for odd in ["", "nobody", "a@b@c", "x@y\r\nBcc: z@z"] {
        let ann = signed_in(&world, "ann").await;
        let page = ann.get(&format!("{PATH}/developers")).await.page();
        let refused = ann.submit(&form_to(&page, "/shop/developers"), &[("email", odd)]).await.page();
        assert!(refused.status.is_client_error(), "{odd:?}");
    }
}

async fn an_application_is_handed_over_with_its_api_users(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = both(&world).await;
    let page = ann.get(&format!("{PATH}/api-users")).await.page();
    let made = ann.submit(&form_to(&page, "/shop/api-users"), &[("username", "of-ann")]).await.page();
    let password = text_of(&made, "password");
    let before = row(&world, "shop").await.unwrap();
    let page = ann.get(&format!("{PATH}/developers/sub-bob/hand-over")).await.page();
    assert!(page.text().contains("You lose them"), "{}", page.text());
    assert_eq!(bob.get(&format!("{PATH}/developers/sub-ann/hand-over")).await.page().status, 404);
    let handed = ann.submit(&form_to(&page, "/hand-over"), &[]).await.page();
    assert!(handed.text().contains("is handed over"), "{}", handed.text());
    let after = row(&world, "shop").await.unwrap();
    assert!(after.owner != before.owner && after.secrets == before.secrets);
    assert_eq!((ann.get(PATH).await.page().status.as_u16(), bob.get(PATH).await.page().status.as_u16()), (404, 200));
    assert!(bob.get("/acme/developers/api-users").await.page().text().contains("of-ann"));
    assert!(!ann.get("/acme/developers/api-users").await.page().text().contains("of-ann"));
    let ask = [("grant_type", "password"), ("username", "of-ann"), ("password", password.as_str())];
    assert_eq!(world.post("/acme/token").basic("shop", SECRET).form(&ask).send().await.status, 200, "nothing breaks");
}

async fn the_last_one_stays(engine: Engine) {
    let world = with_shop(engine).await;
    let ann = signed_in(&world, "ann").await;
    let page = ann.get(&format!("{PATH}/developers/leave")).await.page();
    assert_eq!(ann.submit(&form_to(&page, "/leave"), &[]).await.page().status, 409);
    assert_eq!(ann.get(PATH).await.page().status, 200);
    let (ann, bob) = both(&world).await;
    let page = ann.get(&format!("{PATH}/developers/leave")).await.page();
    let left = ann.submit(&form_to(&page, "/leave"), &[]).await.page();
    assert!(left.text().contains("no more"), "{}", left.text());
    assert_eq!((ann.get(PATH).await.page().status.as_u16(), bob.get(PATH).await.page().status.as_u16()), (404, 200));
}
