//! The admin API over people: accounts, passwords, sessions, what they granted, and who did what.

use aws_lc_rs::digest::{Context, SHA256, digest};
use http::Method;
use jeton_oauth::{UserId, manage::AdministratorRole};
use serde_json::{Value, json};

use crate::{
    admins::Admin,
    browser::{Browser, form},
    setup::{PASSWORD, Setup},
    world::{Engine, World, cases},
};

cases![
    a_person_is_made_found_changed_and_removed,
    an_address_that_changes_is_unverified,
    people_are_searched_to_the_letter_and_listed_once,
    names_that_are_others_are_refused,
    a_password_is_given_or_made_and_ends_what_rested_on_the_old_one,
    what_is_remembered_of_a_request_lets_nobody_guess_its_password,
    disabling_a_person_ends_what_speaks_for_them,
    api_users_are_no_people,
    sessions_are_listed_and_ended,
    what_people_granted_is_listed_and_revoked,
    personal_access_tokens_are_listed_and_revoked,
    everything_of_a_person_ends_at_once,
    an_invitation_lets_somebody_make_an_account,
    the_audit_says_who_did_what,
    support_resets_and_auditors_look,
    nobody_resets_an_owner_but_an_owner,
];

const PEOPLE: &str = "/realms/acme/people";

async fn a_person_is_made_found_changed_and_removed(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let body = json!({ "username": "bob", "email": "bob@example.com", "email_verified": true, "given_name": "Bob", "password": PASSWORD, "attributes": { "plan": "gold" } });
    let made = admin.post(PEOPLE, &body).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let sub = made.member("sub");
    assert_eq!(made.header("location"), Some(format!("http://127.0.0.1:8080/admin/api/v1{PEOPLE}/{sub}").as_str()));
    assert!(!made.repeats(PASSWORD) && made.json()["has_password"] == true);
    let path = format!("{PEOPLE}/{sub}");
    let shown = admin.get(&path).await.json();
    assert_eq!((&shown["given_name"], &shown["attributes"]["plan"], &shown["status"]), (&json!("Bob"), &json!("gold"), &json!("active")));
    let token = world.token(&[("grant_type", "password"), ("username", "bob@example.com"), ("password", PASSWORD)]).send().await;
    assert_eq!(token.status, 200, "{}", token.text());
    let changed = admin.patch(&path, &json!({ "given_name": null, "family_name": "Builder", "roles": [{ "name": "editor" }] })).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert!(changed.json().get("given_name").is_none() && changed.json()["family_name"] == "Builder");
    admin.call(Method::PATCH, &path).json(&json!({})).send().await.problem(428);
    for member in ["status", "owner", "version", "realm", "sub", "password", "number"] {
        assert_eq!(admin.patch(&path, &json!({ member: "x" })).await.problem(400), [format!("/{member}")]);
    }
    for member in ["status", "owner", "version", "realm", "number"] {
        assert_eq!(admin.post(PEOPLE, &json!({ "username": "x", member: "x" })).await.problem(400), [format!("/{member}")]);
    }
    assert!(admin.post(PEOPLE, &json!({ "usernam": "x" })).await.problem(400).contains(&"/usernam".to_owned()));
    assert_eq!(admin.post(PEOPLE, &json!({ "username": "x", "password": "short" })).await.problem(400), ["/password"]);
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.get(&path).await.problem(404);
    let token = world.token(&[("grant_type", "password"), ("username", "bob"), ("password", PASSWORD)]).send().await;
    assert_eq!(token.status, 400);
}

async fn an_address_that_changes_is_unverified(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let ann = format!("{PEOPLE}/sub-ann");
    assert_eq!(admin.get(&ann).await.json()["email_verified"], true);
    let changed = admin.patch(&ann, &json!({ "email": "ann@elsewhere.example" })).await.json();
    assert!(changed["email_verified"] != true, "{changed}");
    let verified = admin.patch(&ann, &json!({ "email_verified": true })).await.json();
    assert_eq!(verified["email_verified"], true);
    assert!(admin.patch(&ann, &json!({ "email": null })).await.json().get("email").is_none());
}

async fn people_are_searched_to_the_letter_and_listed_once(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for name in ["a%b", "a_b", "axb", "anna"] {
        assert_eq!(admin.post(PEOPLE, &json!({ "username": name })).await.status, 201);
    }
    let found = |search: &str| {
        let path = format!("{PEOPLE}?search={search}");
        let admin = &admin;
        async move {
            let answer = admin.get(&path).await;
            let found = answer.json();
            let people = found["items"].as_array().unwrap().iter();
            people.map(|person| person["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(found("a%25").await, ["a%b"]);
    assert_eq!(found("a_").await, ["a_b"]);
    // By name and address both, and once all the same.
    assert_eq!(found("ann").await, ["ann", "anna"]);
    assert_eq!(found("ANN%40").await, ["ann"]);
    assert_eq!(found("%25").await, [""; 0]);
    let (mut seen, mut path) = (Vec::new(), format!("{PEOPLE}?limit=2"));
    loop {
        let part = admin.get(&path).await.json();
        seen.extend(part["items"].as_array().unwrap().iter().map(|person| person["username"].as_str().unwrap().to_owned()));
        let Some(next) = part["next"].as_str() else { break };
        path = format!("{PEOPLE}?limit=2&after={next}");
    }
    seen.sort();
    assert_eq!(seen, ["a%b", "a_b", "ann", "anna", "axb"]);
    let next = admin.get(&format!("{PEOPLE}?limit=1")).await.member("next");
    admin.get(&format!("{PEOPLE}?search=a&after={next}")).await.problem(400);
    admin.get(&format!("/realms/acme/api-users?after={next}")).await.problem(400);
}

async fn names_that_are_others_are_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    assert_eq!(admin.post(PEOPLE, &json!({ "username": "ANN" })).await.problem(400), ["/username"]);
    assert_eq!(
        admin.post(PEOPLE, &json!({ "username": "x", "email": "ann@example.com", "email_verified": true })).await.problem(400),
        ["/email"]
    );
    assert_eq!(admin.post(PEOPLE, &json!({ "username": "x", "sub": "sub-ann" })).await.problem(400), ["/sub"]);
    assert_eq!(admin.post(PEOPLE, &json!({ "username": "x", "sub": "web" })).await.problem(400), ["/sub"], "an application is called so");
}

async fn a_password_is_given_or_made_and_ends_what_rested_on_the_old_one(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = format!("{PEOPLE}/sub-ann/password");
    let before = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    let sign_in = |password: String| {
        let world = &world;
        async move { world.token(&[("grant_type", "password"), ("username", "ann"), ("password", &password)]).send().await.status.as_u16() }
    };
    let given = admin.post(&path, &json!({ "password": "another horse battery" })).await;
    assert_eq!(given.status, 200, "{}", given.text());
    assert!(given.json().get("password").is_none());
    assert!(!world.is_active(&before).await);
    assert_eq!((sign_in(PASSWORD.to_owned()).await, sign_in("another horse battery".to_owned()).await), (400, 200));
    let made = admin.call(Method::POST, &path).header("idempotency-key", "k").send().await;
    let fresh = made.member("password");
    assert_eq!(sign_in(fresh.clone()).await, 200);
    let again = admin.call(Method::POST, &path).header("idempotency-key", "k").send().await;
    assert!(again.status == 200 && !again.repeats(&fresh));
    assert_eq!(sign_in(fresh).await, 200, "a repetition changes nothing");
    assert_eq!(admin.post(&path, &json!({ "password": "short" })).await.problem(400), ["/password"]);
    assert_eq!(admin.post(&path, &json!({ "pasword": "x" })).await.problem(400), ["/pasword"]);
    assert_eq!(admin.call(Method::POST, &format!("{PEOPLE}/sub-ann/unlock")).send().await.status, 200);
}

async fn what_is_remembered_of_a_request_lets_nobody_guess_its_password(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = format!("{PEOPLE}/sub-ann/password");
    let body = json!({ "password": "another horse battery" });
    let call = || admin.call(Method::POST, &path).header("idempotency-key", "k").json(&body).send();
    assert_eq!(call().await.status, 200);
    let programs = admin.get("/realms/admin/api-users").await.json();
    let asker: UserId = programs["items"][0]["sub"].as_str().unwrap_or_else(|| panic!("{programs}")).parse().unwrap();
    let hash = |parts: &[&[u8]]| {
        let mut context = Context::new(&SHA256);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.finish().as_ref().to_vec()
    };
    let id = hash(&[asker.0.as_bytes(), b"POST", format!("/admin/api/v1{path}").as_bytes(), b"k"]);
    let kept = world.app.store.answered(id.as_slice().try_into().unwrap(), world.clock.now()).await.unwrap().unwrap();
    // Whoever reads the table knows all but the server's key.
    let sent = body.to_string();
    for guessed in [hash(&[sent.as_bytes()]), digest(&SHA256, sent.as_bytes()).as_ref().to_vec()] {
        assert_ne!(kept.request.to_vec(), guessed);
    }
    assert_eq!(call().await.status, 200);
}

async fn disabling_a_person_ends_what_speaks_for_them(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let token = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    assert_eq!(admin.call(Method::POST, &format!("{PEOPLE}/sub-ann/disable")).send().await.json()["status"], "disabled");
    assert!(!world.is_active(&token).await);
    assert_eq!(admin.call(Method::POST, &format!("{PEOPLE}/sub-ann/enable")).send().await.json()["status"], "active");
    assert!(!world.is_active(&token).await, "nothing comes back");
    world.ann("read").await;
}

async fn api_users_are_no_people(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = "/realms/acme/api-users";
    let made = admin.post(path, &json!({ "username": "shop", "password": PASSWORD })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let sub = made.member("sub");
    admin.get(&format!("{PEOPLE}/{sub}")).await.problem(404);
    admin.get(&format!("{path}/sub-ann")).await.problem(404);
    let names = |answer: Value| answer["items"].as_array().unwrap().iter().map(|user| user["username"].clone()).collect::<Vec<_>>();
    assert_eq!(names(admin.get(path).await.json()), ["shop"]);
    assert_eq!(names(admin.get(PEOPLE).await.json()), ["ann"]);
    let token =
        || async { world.token(&[("grant_type", "password"), ("username", "shop"), ("password", PASSWORD)]).send().await.status.as_u16() };
    assert_eq!(token().await, 200);
    assert_eq!(admin.call(Method::POST, &format!("{path}/{sub}/disable")).send().await.status, 200);
    assert_eq!(token().await, 400);
    assert_eq!(admin.call(Method::POST, &format!("{path}/{sub}/enable")).send().await.status, 200);
    assert_eq!(admin.patch(&format!("{path}/{sub}"), &json!({ "user_type": "SHOP" })).await.json()["user_type"], "SHOP");
    assert_eq!(admin.delete(&format!("{path}/{sub}")).await.status, 204);
}

async fn signed_in(world: &World) -> Browser<'_> {
    let browser = Browser::new(world);
    let page = browser.get("/acme/sign-in").await.page();
    assert_eq!(browser.submit(&form(&page).unwrap(), &[("username", "ann"), ("password", PASSWORD)]).await.page().status, 200);
    browser
}

async fn sessions_are_listed_and_ended(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let admin = Admin::owner(&world).await;
    let browser = signed_in(&world).await;
    world.advance(1);
    let other = signed_in(&world).await;
    let list = admin.get("/realms/acme/sessions").await.json();
    assert_eq!(
        (list["items"].as_array().unwrap().len(), &list["items"][0]["sub"], &list["next"]),
        (2, &json!("sub-ann"), &Value::Null),
        "{list}"
    );
    let id = list["items"][1]["id"].as_str().unwrap();
    assert_eq!(admin.get("/realms/acme/sessions?person=sub-ann&limit=1").await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(admin.get("/realms/acme/sessions?person=nobody").await.json(), json!({ "items": [], "next": null }));
    assert_eq!(admin.get("/realms/other/sessions").await.json()["items"], json!([]));
    admin.delete(&format!("/realms/other/sessions/{id}")).await.problem(404);
    assert_eq!(admin.delete(&format!("/realms/acme/sessions/{id}")).await.status, 204);
    let is_in = |browser: &Browser<'_>| {
        let cookies = browser.cookies();
        let world = &world;
        async move { world.get("/acme/account").header("cookie", &cookies).header("accept", "text/html").send().await.status == 200 }
    };
    assert!(!is_in(&browser).await && is_in(&other).await);
    assert_eq!(admin.delete(&format!("{PEOPLE}/sub-ann/sessions")).await.status, 204);
    assert!(!is_in(&other).await);
    assert_eq!(admin.get(&format!("{PEOPLE}/sub-ann/sessions")).await.json()["items"], json!([]));
}

async fn what_people_granted_is_listed_and_revoked(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let admin = Admin::owner(&world).await;
    let token = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    world.advance(1);
    world.ann("write").await;
    for path in ["/realms/acme/authorizations", "/realms/acme/authorizations?person=sub-ann", "/realms/acme/authorizations?client=web"] {
        let list = admin.get(path).await.json();
        let scopes: Vec<_> = list["items"].as_array().unwrap().iter().map(|granted| granted["scope"].clone()).collect();
        assert_eq!(scopes, ["write", "read"], "{path}");
        assert_eq!((&list["items"][0]["client_id"], &list["items"][0]["sub"]), (&json!("web"), &json!("sub-ann")));
    }
    assert_eq!(admin.get("/realms/other/authorizations").await.json()["items"], json!([]));
    assert_eq!(admin.get("/realms/acme/authorizations?client=nobody").await.json()["items"], json!([]));
    let first = admin.get("/realms/acme/authorizations?limit=1").await;
    let second = admin.get(&format!("/realms/acme/authorizations?limit=1&after={}", first.member("next"))).await.json();
    let id = second["items"][0]["id"].as_str().unwrap();
    admin.delete(&format!("/realms/other/authorizations/{id}")).await.problem(404);
    assert_eq!(admin.delete(&format!("/realms/acme/authorizations/{id}")).await.status, 204);
    assert!(!world.is_active(&token).await);
    assert!(admin.get("/realms/acme/authorizations").await.json()["items"][1]["revoked_at"].is_string());
}

async fn personal_access_tokens_are_listed_and_revoked(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let manager = world.ann("openid jeton:tokens").await["access_token"].as_str().unwrap().to_owned();
    let made = world.post("/acme/account/tokens").bearer(&manager).json(&json!({ "name": "n", "scopes": ["openid"] })).send().await;
    let (id, token) = (made.member("id"), made.member("token"));
    for path in ["/realms/acme/tokens", "/realms/acme/tokens?person=sub-ann"] {
        let list = admin.get(path).await;
        assert_eq!((list.json()["items"][0]["id"].as_str(), list.json()["items"][0]["name"].as_str()), (Some(id.as_str()), Some("n")));
        assert!(!list.repeats(&token));
    }
    assert_eq!(admin.delete(&format!("/realms/acme/tokens/{id}")).await.status, 204);
    assert!(!world.is_active(&token).await);
    admin.delete(&format!("/realms/acme/tokens/{id}")).await.problem(404);
    let narrow = Admin::new(&world, AdministratorRole::Owner, &[], "tokens:read").await;
    assert_eq!(narrow.get("/realms/acme/tokens").await.status, 200);
    narrow.delete(&format!("/realms/acme/tokens/{id}")).await.problem(403);
    narrow.get(PEOPLE).await.problem(403);
}

async fn everything_of_a_person_ends_at_once(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let manager = world.ann("openid jeton:tokens").await["access_token"].as_str().unwrap().to_owned();
    let browser = signed_in(&world).await;
    let token = world
        .post("/acme/account/tokens")
        .header("cookie", &browser.cookies())
        .sent_by_our_page()
        .json(&json!({ "name": "n", "scopes": ["openid"] }))
        .send()
        .await
        .member("token");
    world.advance(1);
    let ended = admin.post(&format!("{PEOPLE}/sub-ann/not-before"), &json!({ "personal_access_tokens": true })).await;
    assert!(ended.json()["not_before"].is_string(), "{}", ended.text());
    assert!(!world.is_active(&manager).await && !world.is_active(&token).await);
    assert_eq!(
        admin.post(&format!("{PEOPLE}/sub-ann/not-before"), &json!({ "personal_access_tokens": "x" })).await.problem(400),
        ["/personal_access_tokens"]
    );
    let client = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    world.advance(1);
    assert_eq!(admin.call(Method::POST, "/realms/acme/clients/web/not-before").send().await.status, 200);
    assert!(!world.is_active(&client).await);
    let client = world.token(&[("grant_type", "client_credentials")]).send().await.member("access_token");
    world.advance(1);
    assert_eq!(admin.call(Method::POST, "/realms/acme/not-before").send().await.status, 200);
    assert!(!world.is_active(&client).await);
}

async fn an_invitation_lets_somebody_make_an_account(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let path = "/realms/acme/invitations";
    admin.call(Method::POST, path).send().await.problem(409);
    assert_eq!(admin.patch("/realms/acme", &json!({ "settings": { "sign_up": "invited" } })).await.status, 200);
    assert_eq!(world.get("/acme/sign-up").header("accept", "text/html").send().await.status, 403);
    let made = admin.call(Method::POST, path).header("idempotency-key", "k").send().await;
    assert_eq!(made.status, 201, "{}", made.text());
    let link = made.member("link");
    let page = world.get(link.strip_prefix("http://127.0.0.1:8080").unwrap()).header("accept", "text/html").send().await;
    assert_eq!(page.status, 200, "{}", page.text());
    let again = admin.call(Method::POST, path).header("idempotency-key", "k").send().await;
    assert!(again.member("id") == made.member("id") && !again.repeats(&link));
}

async fn the_audit_says_who_did_what(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    admin.patch("/realms/acme/clients/web", &json!({ "client_name": "Changed" })).await;
    world.advance(60);
    admin.call(Method::POST, &format!("{PEOPLE}/sub-ann/disable")).peer("203.0.113.9").send().await;
    world.advance(60);
    let all = admin.get("/realms/acme/audit").await.json();
    let event = &all["items"][0];
    assert_eq!(
        (&event["kind"], &event["actor"], &event["address"], &event["sub"]),
        (&json!("user_changed"), &json!("administrator"), &json!("203.0.113.9"), &json!("sub-ann")),
        "{event}"
    );
    assert!(event["actor_name"].as_str().unwrap().starts_with("program-"));
    let kinds = |path: String| {
        let admin = &admin;
        async move {
            let answer = admin.get(&path).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            answer.json()["items"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        }
    };
    assert_eq!(kinds("/realms/acme/audit?kind=client_changed".into()).await, ["client_changed"]);
    assert_eq!(kinds("/realms/acme/audit?subject=sub-ann".into()).await, ["user_changed"]);
    assert_eq!(kinds("/realms/acme/audit?subject=web".into()).await, ["client_changed"]);
    assert_eq!(kinds("/realms/acme/audit?actor=person".into()).await, [""; 0]);
    assert_eq!(kinds(format!("/realms/acme/audit?actor={}", event["actor_id"].as_str().unwrap())).await.len(), 2);
    // The story begins at 2027-01-15T08:00:00Z.
    assert_eq!(kinds("/realms/acme/audit?since=2027-01-15T08:00:30Z".into()).await, ["user_changed"]);
    assert_eq!(kinds("/realms/acme/audit?until=2027-01-15T08:00:30Z".into()).await, ["client_changed"]);
    for wrong in ["kind=client_change", "since=yesterday", "actor=nobody", "sort=at"] {
        admin.get(&format!("/realms/acme/audit?{wrong}")).await.problem(400);
    }
    let lines = admin.call(Method::GET, "/realms/acme/audit?actor=administrator").header("accept", "application/x-ndjson").send().await;
    assert_eq!((lines.status.as_u16(), lines.header("content-type")), (200, Some("application/x-ndjson")));
    let events: Vec<Value> = lines.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.iter().map(|event| event["kind"].clone()).collect::<Vec<_>>(), ["user_changed", "client_changed"]);
    let part = admin.get("/realms/acme/audit?limit=1").await;
    let next = admin.get(&format!("/realms/acme/audit?limit=1&after={}", part.member("next"))).await.json();
    assert_eq!(next["items"][0]["kind"], "client_changed");
    let narrow = Admin::new(&world, AdministratorRole::Owner, &[], "people:write").await;
    narrow.get("/realms/acme/audit").await.problem(403);
}

/// A role, its realms (none: all), and the statuses in both realms.
type Allowed = (AdministratorRole, &'static [&'static str], [u16; 7], [u16; 7]);

async fn support_resets_and_auditors_look(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    // Look, make, change, disable, reset, end sessions, remove.
    let rows: [Allowed; 4] = [
        (AdministratorRole::Support, &[], [200, 403, 403, 200, 200, 204, 403], [200, 403, 403, 200, 200, 204, 403]),
        (AdministratorRole::Auditor, &[], [200, 403, 403, 403, 403, 403, 403], [200, 403, 403, 403, 403, 403, 403]),
        (AdministratorRole::Support, &["acme"], [200, 403, 403, 200, 200, 204, 403], [404; 7]),
        (AdministratorRole::Owner, &["other"], [404; 7], [200, 201, 200, 200, 200, 204, 204]),
    ];
    for (role, realms, acme, other) in rows {
        let admin = Admin::new(&world, role, realms, "all").await;
        for (realm, expected) in [("acme", acme), ("other", other)] {
            let people = format!("/realms/{realm}/people");
            let ann = format!("{people}/sub-ann");
            let found = [
                admin.get(&ann).await.status.as_u16(),
                admin.post(&people, &json!({ "username": "new" })).await.status.as_u16(),
                admin.patch(&ann, &json!({ "nickname": "A" })).await.status.as_u16(),
                admin.call(Method::POST, &format!("{ann}/disable")).send().await.status.as_u16(),
                admin.call(Method::POST, &format!("{ann}/password")).send().await.status.as_u16(),
                admin.delete(&format!("{ann}/sessions")).await.status.as_u16(),
                admin.delete(&ann).await.status.as_u16(),
            ];
            assert_eq!(found, expected, "{role:?} of {realms:?} in {realm}");
        }
    }
}

async fn nobody_resets_an_owner_but_an_owner(engine: Engine) {
    let world = World::standard(engine).await;
    let realm = world.realm("admin").await;
    let user = crate::setup::person(realm.id(), "ann");
    world.commit(jeton_oauth::Change::User(jeton_oauth::change::UserChange::Create(user))).await;
    let ann = "/realms/admin/people/sub-ann";
    for role in [AdministratorRole::Support, AdministratorRole::Auditor] {
        let admin = Admin::new(&world, role, &[], "all").await;
        assert_eq!(admin.get(ann).await.status, 200);
        admin.call(Method::POST, &format!("{ann}/password")).send().await.problem(403);
        admin.call(Method::POST, &format!("{ann}/disable")).send().await.problem(403);
        admin.delete(&format!("{ann}/sessions")).await.problem(403);
    }
    let named = Admin::new(&world, AdministratorRole::Owner, &["acme"], "all").await;
    named.get(ann).await.problem(404);
    let owner = Admin::owner(&world).await;
    assert_eq!(owner.post(&format!("{ann}/password"), &json!({ "password": "thirteen char" })).await.problem(400), ["/password"]);
    assert_eq!(owner.call(Method::POST, &format!("{ann}/password")).send().await.status, 200);
}
