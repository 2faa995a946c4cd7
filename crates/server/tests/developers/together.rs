//! Several developers own one application.

use http::Method;
use jeton_oauth::{
    Scope,
    manage::{Actor, Desk, client::change, user::disable},
    model::ClientAuthMethod,
    settings::{SettingsPatch, WhoRegisters},
};
use jeton_server::randomness::SystemRng;
use serde_json::{Value, json};

use crate::{
    applications::{everybody, with_shop},
    browser::{Browser, Form},
    forms::{form_to, signed_in, text_of},
    registrations::{managed, row, text},
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_colleague_is_invited_and_owns_it_too,
    an_invitation_is_for_its_address_alone_and_is_taken_back,
    an_application_is_handed_over_with_its_api_users,
    the_last_one_stays,
    only_the_owner_says_who_else_owns_it,
    what_an_owner_knew_of_its_registration_ends_with_them,
    nobody_gets_an_application_who_may_not_own_it,
    an_application_outlives_the_account_of_its_owner,
    what_lets_others_in_asks_for_a_recent_sign_in,
];

const PATH: &str = "/acme/developers/applications/shop";

async fn invite(browser: &Browser<'_>, email: &str) {
    invite_to(browser, PATH, email).await;
}

async fn invite_to(browser: &Browser<'_>, path: &str, email: &str) {
    let page = browser.get(&format!("{path}/developers")).await.page();
    let own = path.rsplit('/').next().unwrap();
    let invited = browser.submit(&form_to(&page, &format!("/{own}/developers")), &[("email", email)]).await.page();
    assert!(invited.text().contains("is invited"), "{}", invited.text());
}

/// `ann` and `bob` own `shop`.
async fn both(world: &World) -> (Browser<'_>, Browser<'_>) {
    both_of(world, PATH).await
}

async fn both_of<'w>(world: &'w World, path: &str) -> (Browser<'w>, Browser<'w>) {
    let (ann, bob) = (signed_in(world, "ann").await, signed_in(world, "bob").await);
    invite_to(&ann, path, "Bob@Example.com").await;
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

/// A form of a page of theirs that is sent somewhere else.
async fn by_hand(browser: &Browser<'_>, action: &str, fields: &[(&str, &str)]) -> u16 {
    let page = browser.get("/acme/developers/register").await.page();
    let form = Form { action: action.to_owned(), ..form_to(&page, "/developers/register") };
    browser.submit(&form, fields).await.page().status.as_u16()
}

async fn only_the_owner_says_who_else_owns_it(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = both(&world).await;
    invite(&ann, "carl@example.com").await;
    let page = bob.get(&format!("{PATH}/developers")).await.page();
    assert!(page.text().contains("carl@example.com"), "{}", page.text());
    assert!(!page.text().contains("/uninvite") && !page.text().contains("name=\"email\""), "{}", page.text());
    for act in ["", "/uninvite"] {
        let by_bob = by_hand(&bob, &format!("{PATH}/developers{act}"), &[("email", "carl@example.com")]).await;
        assert_eq!(by_bob, 403, "{act}");
    }
    // Neither the owner nor who owns it already is invited once more.
    for own in ["ann@example.com", "Bob@example.com", "bob"] {
        let page = ann.get(&format!("{PATH}/developers")).await.page();
        let refused = ann.submit(&form_to(&page, "/shop/developers"), &[("email", own)]).await.page();
        assert_eq!(refused.status, 422, "{own}");
    }
    // With the owner go their invitations: another says now who owns it.
    let page = ann.get(&format!("{PATH}/developers/sub-bob/hand-over")).await.page();
    ann.submit(&form_to(&page, "/hand-over"), &[]).await.page();
    let page = bob.get(&format!("{PATH}/developers")).await.page();
    assert!(!page.text().contains("carl@example.com") && page.text().contains("name=\"email\""), "{}", page.text());
}

async fn what_an_owner_knew_of_its_registration_ends_with_them(engine: Engine) {
    for act in ["hand-over", "dismiss", "leave", "given"] {
        let settings = SettingsPatch { registration: Some(WhoRegisters::Developers), ..everybody() };
        let setup = Setup::new("acme", "standard").settings(settings).person("bob", |_| {});
        let setup = setup.web(|web| web.scope = web.scope.union(&Scope::parse("jeton:clients").unwrap()));
        let world = World::start(engine, vec![setup]).await;
        let ask = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD), ("scope", "jeton:clients")];
        let token = world.token(&ask).send().await.member("access_token");
        let wanted = json!({ "grant_types": ["client_credentials"], "client_name": "Once ann's" });
        let made: Value = world.post("/acme/register").bearer(&token).json(&wanted).send().await.json();
        let its = text(&made, "registration_access_token");
        let path = format!("/acme/developers/applications/{}", text(&made, "client_id"));
        let (ann, bob) = both_of(&world, &path).await;
        assert_eq!(managed(&world, Method::GET, &made, &its, None).await.status, 200);
        let done = match act {
            "hand-over" => {
                let page = ann.get(&format!("{path}/developers/sub-bob/hand-over")).await.page();
                assert!(page.text().contains("You still know its secrets"), "{}", page.text());
                ann.submit(&form_to(&page, "/hand-over"), &[]).await.page()
            }
            "dismiss" => {
                let page = ann.get(&format!("{path}/developers")).await.page();
                ann.submit(&form_to(&page, "/dismiss"), &[]).await.page()
            }
            "given" => {
                let client = row(&world, &text(&made, "client_id")).await.unwrap();
                let realm = world.realm("acme").await;
                let to = world.app.store.in_realm(realm.id()).user_by_sub("sub-bob").await.unwrap().unwrap().id();
                let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
                let given = change(&client, client.metadata.clone(), Some(to), &mut desk).unwrap();
                world.commit_all(given.changes).await;
                let page = bob.get(&format!("{path}/developers")).await.page();
                assert_eq!(page.text().matches("<span><bdi>bob@example.com</bdi></span>").count(), 1, "{}", page.text());
                page
            }
            _ => {
                let page = bob.get(&format!("{path}/developers/leave")).await.page();
                assert!(page.text().contains("You still know its secrets"), "{}", page.text());
                bob.submit(&form_to(&page, "/leave"), &[]).await.page()
            }
        };
        assert_eq!(done.status, 200, "{act}: {}", done.text());
        managed(&world, Method::GET, &made, &its, None).await.refused(401, "invalid_token");
        managed(&world, Method::DELETE, &made, &its, None).await.refused(401, "invalid_token");
    }
}

async fn nobody_gets_an_application_who_may_not_own_it(engine: Engine) {
    let setup = |limit| {
        let settings = SettingsPatch { applications_per_developer: Some(limit), api_users_per_developer: Some(1), ..everybody() };
        let setup = Setup::new("acme", "standard").settings(settings).person("bob", |_| {});
        let (ann, bob) = (setup.users[0].id(), setup.users[1].id());
        let setup = setup.client("shop", ClientAuthMethod::ClientSecretBasic, |client| client.owner = Some(ann));
        setup.client("his", ClientAuthMethod::ClientSecretBasic, |client| client.owner = Some(bob))
    };
    let hand_over = format!("{PATH}/developers/sub-bob/hand-over");
    let refuses = async |world: &World, ann: &Browser<'_>| {
        let before = row(world, "shop").await;
        let list = ann.get(&format!("{PATH}/developers")).await.page();
        assert!(!list.text().contains("/hand-over") && list.text().contains("/dismiss"), "{}", list.text());
        let page = ann.get(&hand_over).await.page();
        assert_eq!(ann.submit(&form_to(&page, "/hand-over"), &[]).await.page().status, 409);
        let page = ann.get(&format!("{PATH}/developers/leave")).await.page();
        assert_eq!(ann.submit(&form_to(&page, "/leave"), &[]).await.page().status, 409);
        assert_eq!(row(world, "shop").await, before, "nothing happened");
    };
    // As many as one may.
    let world = World::start(engine, vec![setup(1)]).await;
    let (ann, _) = both(&world).await;
    refuses(&world, &ann).await;
    // Room for the application, and none for what comes along.
    let world = World::start(engine, vec![setup(2)]).await;
    let (ann, bob) = both(&world).await;
    for (browser, path, name) in [(&ann, PATH, "of-ann"), (&bob, "/acme/developers/applications/his", "of-bob")] {
        let page = browser.get(&format!("{path}/api-users")).await.page();
        assert_eq!(browser.submit(&form_to(&page, "/api-users"), &[("username", name)]).await.page().status, 200);
    }
    refuses(&world, &ann).await;
    // Disabled.
    let world = World::start(engine, vec![setup(2)]).await;
    let (ann, _) = both(&world).await;
    let realm = world.realm("acme").await;
    let bob = world.app.store.in_realm(realm.id()).user_by_sub("sub-bob").await.unwrap().unwrap();
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let disabled = disable(&bob, &mut desk).unwrap();
    world.commit_all(disabled.changes).await;
    refuses(&world, &ann).await;
    // Somebody who may.
    let world = World::start(engine, vec![setup(2)]).await;
    let (ann, bob) = both(&world).await;
    let page = ann.get(&hand_over).await.page();
    assert_eq!(ann.submit(&form_to(&page, "/hand-over"), &[]).await.page().status, 200);
    assert_eq!((ann.get(PATH).await.page().status.as_u16(), bob.get(PATH).await.page().status.as_u16()), (404, 200));
}

async fn an_application_outlives_the_account_of_its_owner(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = both(&world).await;
    invite(&ann, "carl@example.com").await;
    let realm = world.realm("acme").await;
    let user = world.app.store.in_realm(realm.id()).user_by_sub("sub-ann").await.unwrap().unwrap();
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let gone = jeton_oauth::manage::user::remove(&user, &mut desk).unwrap();
    world.commit_all(gone.changes).await;
    // Bob goes on; nobody says any more who else owns it, and nothing that was said before holds.
    let page = bob.get(&format!("{PATH}/developers")).await.page();
    assert!(page.status == 200 && !page.text().contains("carl@example.com"), "{}", page.text());
    assert_eq!(by_hand(&bob, &format!("{PATH}/developers"), &[("email", "carl@example.com")]).await, 403);
    // He is the last one.
    assert_eq!(by_hand(&bob, &format!("{PATH}/developers/leave"), &[]).await, 409);
    assert_eq!(bob.get(PATH).await.page().status, 200);
}

async fn what_lets_others_in_asks_for_a_recent_sign_in(engine: Engine) {
    let world = with_shop(engine).await;
    let (ann, bob) = (signed_in(&world, "ann").await, signed_in(&world, "bob").await);
    invite(&ann, "bob@example.com").await;
    let withdraw = form_to(&ann.get(&format!("{PATH}/developers")).await.page(), "/uninvite");
    let accept = form_to(&bob.get("/acme/developers").await.page(), "/accept");
    let make = form_to(&ann.get(&format!("{PATH}/api-users")).await.page(), "/api-users");
    let settings = form_to(&ann.get(&format!("{PATH}/settings")).await.page(), "/shop/settings");
    world.advance(16 * 60);
    for (browser, form, fields) in [
        (&bob, &accept, &[][..]),
        (&ann, &withdraw, &[]),
        (&ann, &make, &[("username", "late")]),
        (&ann, &settings, &[("name", "The shop"), ("redirect_uri", "https://elsewhere.example/callback"), ("scope", "read")]),
    ] {
        let asked = browser.submit(form, fields).await.page();
        assert!(asked.text().contains("current-password"), "{}: {}", form.action, asked.text());
    }
    assert_eq!(bob.get(PATH).await.page().status, 404);
    assert_eq!(row(&world, "shop").await.unwrap().version, 0, "nothing happened");
    // What sends nobody elsewhere is saved.
    let fields = [("name", "The shop"), ("redirect_uri", crate::setup::REDIRECT_URI), ("scope", "read")];
    let saved = ann.submit(&settings, &fields).await.page();
    assert!(saved.text().contains("The settings are saved"), "{}", saved.text());
}
