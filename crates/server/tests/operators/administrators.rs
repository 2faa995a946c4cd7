//! How somebody becomes an administrator, and who stays one.

use jeton_oauth::{
    Effect,
    manage::{
        Actor, AdministratorRole, Desk, Reach,
        administrator::{self, Appointment},
    },
};
use jeton_server::{administrators, randomness::SystemRng};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    admins::Admin,
    browser::{Browser, form},
    world::{Engine, World, cases},
};

cases![
    the_first_link_makes_an_owner_once,
    the_form_says_what_is_wrong_with_it,
    an_invitation_makes_what_it_says,
    of_many_who_open_the_first_link_one_is_the_owner,
    the_last_owner_stays,
    of_two_owners_who_disable_each_other_one_stays,
    of_two_who_change_one_administrator_the_second_looks_again,
    an_account_of_the_realm_alone_opens_nothing,
    an_access_token_of_the_realm_opens_what_its_scope_says,
    a_narrow_token_makes_nobody_an_administrator,
    an_old_session_looks_and_changes_nothing,
];

const PASSWORD: &str = "three words of mine";

/// The path of a link for the first owner; `None` where there is an owner.
async fn first(world: &World) -> Option<String> {
    let link = administrators::first_link(&world.app.store, "http://127.0.0.1:8080", world.clock.now()).await.unwrap()?;
    Some(link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned())
}

async fn invite(world: &World, email: &str, role: AdministratorRole) -> String {
    let realm = world.realm("admin").await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
    let Effect { answer, changes } = administrator::invite(email, role, Reach::All, &mut desk).unwrap();
    world.app.store.commit(changes).await.unwrap();
    administrators::link("", answer.text.expose())
}

/// What a person answers to a link's form.
async fn accept<'a>(world: &'a World, link: &str, name: &str) -> (Browser<'a>, u16) {
    let browser = Browser::new(world);
    let page = browser.get(link).await.page();
    assert_eq!(page.status, 200, "{}", page.text());
    let answer = browser.submit(&form(&page).unwrap(), &[("name", name), ("password", PASSWORD), ("repeated", PASSWORD)]).await;
    let status = answer.page().status.as_u16();
    (browser, status)
}

async fn the_first_link_makes_an_owner_once(engine: Engine) {
    let world = World::standard(engine).await;
    let (one, other) = (first(&world).await.unwrap(), first(&world).await.unwrap());
    assert!(one != other && one.len() > "/admin/setup/".len() + 40, "{one}");
    // Looking uses nothing up.
    for _ in 0..2 {
        let page = world.get(&one).send().await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Make this server yours"));
    }
    let (browser, status) = accept(&world, &one, "ann@example.com").await;
    assert_eq!(status, 200, "the account's page follows");
    let api = browser.get("/admin/api/v1/realms").await.page();
    assert_eq!((api.status.as_u16(), api.json()["items"][0]["name"].as_str()), (200, Some("acme")), "the session opens the API");
    assert_eq!(world.get(&one).send().await.status, 404, "it works once");
    assert_eq!(world.get(&other).send().await.status, 404, "and so do all that were printed");
    assert!(first(&world).await.is_none());
    let owners = world.app.store.administrators(None, 10).await.unwrap();
    assert_eq!(
        (owners.len(), owners[0].administrator.role, owners[0].user.username.as_str()),
        (1, AdministratorRole::Owner, "ann@example.com")
    );
}

async fn the_form_says_what_is_wrong_with_it(engine: Engine) {
    let world = World::standard(engine).await;
    let link = first(&world).await.unwrap();
    let browser = Browser::new(&world);
    let page = browser.get(&link).await.page();
    let form = form(&page).unwrap();
    for (name, password, repeated, words) in [
        ("", PASSWORD, PASSWORD, "Write a name"),
        ("ann", "thirteen char", "thirteen char", "at least 14 characters"),
        ("ann", "password123456", "password123456", "tried first"),
        ("ann", PASSWORD, "three words of yours", "not the same password"),
    ] {
        let answer = browser.submit(&form, &[("name", name), ("password", password), ("repeated", repeated)]).await.page();
        assert_eq!(answer.status, 422, "{name} {password}");
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
        assert!(!answer.text().contains(PASSWORD));
    }
    // Without the token of the form, and by another site, nothing happens.
    let fields = [("name", "ann"), ("password", PASSWORD), ("repeated", PASSWORD)];
    assert_eq!(world.post(&link).form(&fields).send().await.status, 403);
    assert_eq!(world.post(&link).header("sec-fetch-site", "cross-site").form(&fields).send().await.status, 403);
    world.advance(86_400);
    assert_eq!(world.get(&link).send().await.status, 404, "a day later it has ended");
    for nonsense in ["/admin/setup/x", "/admin/setup/", "/acme/setup/x"] {
        assert_eq!(world.get(nonsense).send().await.status, 404, "{nonsense}");
    }
}

async fn an_invitation_makes_what_it_says(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let link = invite(&world, "bob@example.com", AdministratorRole::Auditor).await;
    let (browser, status) = accept(&world, &link, "ann").await;
    assert_eq!(status, 422, "the name is taken");
    drop(browser);
    let (browser, status) = accept(&world, &link, "bob").await;
    assert_eq!((status, browser.get("/admin/api/v1/realms").await.page().status.as_u16()), (200, 200));
    assert_eq!(world.get(&link).send().await.status, 404);
    let administrators = world.app.store.administrators(None, 10).await.unwrap();
    let bob = administrators.into_iter().find(|facts| facts.user.username == "bob").unwrap();
    assert_eq!((bob.administrator.role, bob.user.email.map(|email| email.verified)), (AdministratorRole::Auditor, Some(false)));
    // A session writes nothing without the page's token.
    let owner = accept(&world, &invite(&world, "eve@example.com", AdministratorRole::Owner).await, "eve").await.0;
    let page = owner.get("/admin/account/security").await.page();
    let token = form(&page).unwrap().fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let make = |name: &str| world.post("/admin/api/v1/realms").header("cookie", &owner.cookies()).json(&json!({ "name": name }));
    assert_eq!(make("x").send().await.status, 403);
    assert_eq!(make("x").header("x-csrf-token", "x").send().await.status, 403);
    assert_eq!(make("x").header("x-csrf-token", &token).header("sec-fetch-site", "cross-site").send().await.status, 403);
    assert_eq!(make("x").header("x-csrf-token", &token).header("origin", "https://evil.example").send().await.status, 403);
    assert_eq!(make("x").header("x-csrf-token", &token).sent_by_our_page().send().await.status, 201);
    assert_eq!(make("y").header("x-csrf-token", &token).send().await.status, 201);
    let by_bob = world.post("/admin/api/v1/realms").header("cookie", &browser.cookies()).header("x-csrf-token", &token);
    assert_eq!(by_bob.json(&json!({ "name": "z" })).send().await.status, 403, "the token is another browser's");
    let answer =
        world.post("/admin/api/v1/realms").header("cookie", &browser.cookies()).body("application/json", b"{\"name\":\"x\"}").send().await;
    assert_eq!(answer.status, 403, "{}", answer.text());
}

async fn of_many_who_open_the_first_link_one_is_the_owner(engine: Engine) {
    let world = World::standard(engine).await;
    let mut links = Vec::new();
    for _ in 0..8 {
        links.push(first(&world).await.unwrap());
    }
    let mut calls = JoinSet::new();
    for (number, link) in links.iter().enumerate() {
        let fields = [("name", &*format!("person-{number}")), ("password", PASSWORD), ("repeated", PASSWORD)];
        calls.spawn(world.post(link).sent_by_our_page().form(&fields).send());
    }
    let mut statuses: Vec<u16> = calls.join_all().await.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (303, [404; 7].as_slice()));
    assert_eq!(world.app.store.administrators(None, 10).await.unwrap().len(), 1);
}

async fn appointment(world: &World, name: &str) -> Appointment {
    let facts = world.app.store.administrators(None, 10).await.unwrap().into_iter().find(|facts| facts.user.username == name).unwrap();
    let another_owner = world.app.store.has_owner(Some(facts.user.id())).await.unwrap();
    Appointment { user: facts.user, administrator: facts.administrator, another_owner }
}

async fn the_last_owner_stays(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let realm = world.realm("admin").await;
    let ann = appointment(&world, "ann").await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
    assert!(administrator::disable(&ann, &mut desk).unwrap_err().answer.to_string().contains("last owner"));
    let less = jeton_oauth::manage::Administrator { role: AdministratorRole::Support, ..ann.administrator.clone() };
    assert!(administrator::appoint(&ann, less, &[], &mut desk).unwrap_err().answer.to_string().contains("last owner"));
    // Whoever says otherwise meets the guard.
    let removal = jeton_oauth::manage::user::remove(&ann.user, &mut desk).unwrap().changes;
    assert!(matches!(world.app.store.commit(removal).await, Err(jeton_store::CommitError::Conflict)));
    assert!(world.app.store.has_owner(None).await.unwrap());
}

async fn of_two_owners_who_disable_each_other_one_stays(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let link = invite(&world, "bob@example.com", AdministratorRole::Owner).await;
    accept(&world, &link, "bob").await;
    let realm = world.realm("admin").await;
    let mut units = Vec::new();
    for name in ["ann", "bob"] {
        let who = appointment(&world, name).await;
        let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
        units.push(administrator::disable(&who, &mut desk).unwrap().changes);
    }
    let mut commits = JoinSet::new();
    for unit in units {
        let store = world.app.store.clone();
        commits.spawn(async move { store.commit(unit).await.is_ok() });
    }
    assert_eq!(commits.join_all().await.iter().filter(|done| **done).count(), 1);
    assert!(world.app.store.has_owner(None).await.unwrap());
}

/// One changes the role, the other the realms; each looked before the other wrote.
async fn of_two_who_change_one_administrator_the_second_looks_again(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let link = invite(&world, "bob@example.com", AdministratorRole::Owner).await;
    accept(&world, &link, "bob").await;
    let (realm, acme) = (world.realm("admin").await, world.realm("acme").await.id());
    let bob = appointment(&world, "bob").await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.clock.now(), rng: &mut SystemRng };
    let role = jeton_oauth::manage::Administrator { role: AdministratorRole::Auditor, ..bob.administrator.clone() };
    let realms = jeton_oauth::manage::Administrator { reach: Reach::Named([acme].into()), ..bob.administrator.clone() };
    let first = administrator::appoint(&bob, role.clone(), &[], &mut desk).unwrap().changes;
    let second = administrator::appoint(&bob, realms, &["acme".to_owned()], &mut desk).unwrap().changes;
    world.app.store.commit(first).await.unwrap();
    assert!(matches!(world.app.store.commit(second).await, Err(jeton_store::CommitError::Conflict)));
    let bob = appointment(&world, "bob").await;
    assert_eq!(bob.administrator, role, "nothing is lost");
    let realms = jeton_oauth::manage::Administrator { reach: Reach::Named([acme].into()), ..role };
    let unit = administrator::appoint(&bob, realms.clone(), &["acme".to_owned()], &mut desk).unwrap().changes;
    world.app.store.commit(unit).await.unwrap();
    let bob = appointment(&world, "bob").await;
    assert_eq!(bob.administrator, realms);
    // From some realms to others, and back to all.
    let all = jeton_oauth::manage::Administrator { reach: Reach::All, ..realms.clone() };
    let unit = administrator::appoint(&bob, all.clone(), &[], &mut desk).unwrap().changes;
    world.app.store.commit(unit).await.unwrap();
    assert_eq!(appointment(&world, "bob").await.administrator, all);
    let owner = Admin::owner(&world).await;
    let events = owner.get("/realms/admin/audit?kind=administrator_changed").await.json();
    assert!(events["items"].to_string().contains("bob made auditor of acme by"), "{events}");
}

async fn an_access_token_of_the_realm_opens_what_its_scope_says(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let admin = Admin::owner(&world).await;
    let client = json!({
        "client_id": "console", "grant_types": ["password", "client_credentials"], "scope": "realms:read", "audiences": ["https://api.example.com"],
    });
    let made = admin.post("/realms/admin/clients", &client).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.member("client_secret");
    let token = async |form: &[(&str, &str)]| {
        let answer = world.post("/admin/token").basic("console", &secret).form(form).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.member("access_token")
    };
    let open = async |token: &str, path: &str| world.get(&format!("/admin/api/v1{path}")).bearer(token).send().await.status.as_u16();
    let person = [("grant_type", "password"), ("username", "ann"), ("password", PASSWORD)];
    let anns = token(&person).await;
    assert_eq!((open(&anns, "/realms").await, open(&anns, "/realms/acme/clients").await), (200, 403));
    let elsewhere = token(&[person.as_slice(), &[("resource", "https://api.example.com")]].concat()).await;
    assert_eq!(open(&elsewhere, "/realms").await, 401, "it is for another resource");
    let own = token(&[("grant_type", "client_credentials")]).await;
    assert_eq!(open(&own, "/realms").await, 403, "an application is no administrator");
    let ann = world.app.store.administrators(None, 10).await.unwrap().into_iter().find(|facts| facts.user.username == "ann").unwrap();
    assert_eq!(admin.call(http::Method::POST, &format!("/realms/admin/people/{}/disable", ann.user.account.sub)).send().await.status, 409);
}

async fn an_account_of_the_realm_alone_opens_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let realm = world.realm("admin").await;
    let mut user = crate::setup::person(realm.id(), "carl");
    user.roles = vec![jeton_oauth::model::Role { name: "owner".to_owned(), permissions: Vec::new() }];
    world.commit(jeton_oauth::Change::User(jeton_oauth::change::UserChange::Create(user))).await;
    let browser = Browser::new(&world);
    let page = browser.get("/admin/sign-in").await.page();
    let signed_in = browser.submit(&form(&page).unwrap(), &[("username", "carl"), ("password", crate::setup::PASSWORD)]).await.page();
    assert_eq!(signed_in.status, 200);
    assert_eq!(browser.get("/admin/api/v1/realms").await.page().status, 403);
}

async fn a_narrow_token_makes_nobody_an_administrator(engine: Engine) {
    let world = World::standard(engine).await;
    accept(&world, &first(&world).await.unwrap(), "ann").await;
    let narrow = Admin::new(&world, AdministratorRole::Owner, &[], "realms:write clients:write people:write tokens:write keys:write").await;
    let people = narrow.get("/realms/admin/people?search=ann").await.json();
    let ann = format!("/realms/admin/people/{}", people["items"][0]["sub"].as_str().unwrap());
    let password = json!({ "password": "another three words" });
    narrow.post(&format!("{ann}/password"), &password).await.problem(403);
    narrow.delete(&format!("{ann}/factors")).await.problem(403);
    narrow.delete(&ann).await.problem(403);
    narrow.post("/realms/admin/people", &json!({ "username": "eve" })).await.problem(403);
    narrow.post("/realms/admin/clients", &json!({ "client_name": "x", "grant_types": ["client_credentials"] })).await.problem(403);
    let file = "[realm]\nname = \"admin\"\n\n[settings]\nsign_up = \"open\"\n";
    narrow.post("/apply", &json!({ "files": [{ "name": "admin.toml", "text": file }] })).await.problem(403);
    assert_eq!(narrow.post("/realms/acme/people/sub-ann/unlock", &json!({})).await.status, 200, "elsewhere it does what it says");
    let whole = Admin::owner(&world).await;
    assert_eq!(whole.post(&format!("{ann}/password"), &password).await.status, 200);
}

async fn an_old_session_looks_and_changes_nothing(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = accept(&world, &first(&world).await.unwrap(), "ann").await.0;
    world.advance(16 * 60);
    let page = owner.get("/admin/account/security").await.page();
    let token = form(&page).unwrap().fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let make = world.post("/admin/api/v1/realms").header("cookie", &owner.cookies()).header("x-csrf-token", &token).sent_by_our_page();
    make.json(&json!({ "name": "x" })).send().await.problem(403);
    assert_eq!(owner.get("/admin/api/v1/realms").await.page().status, 200);
}
