//! What consoles need besides: administrators, locks, letters, second factors, initial access tokens, and dialects that go.

use http::Method;
use jeton_oauth::{
    AuthorizationId, Change, MailId, Seconds,
    change::{AttemptChange, AuthorizationChange, MailChange},
    manage::AdministratorRole,
    model::{Authorization, Mail},
};
use jeton_server::randomness::SystemRng;
use serde_json::{Value, json};

use crate::{
    admins::Admin,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    administrators_are_listed_changed_and_kept_out,
    somebody_is_invited_to_administer_and_it_is_withdrawn,
    a_program_gets_a_token_of_its_own,
    only_who_owns_everything_says_who_administers,
    a_dialect_goes_once_no_realm_speaks_it,
    locks_are_ended_by_whom_they_name,
    second_factors_are_listed_and_removed,
    initial_access_tokens_are_made_listed_and_revoked,
    everything_that_a_person_granted_is_revoked_together,
    an_application_with_thousands_of_authorizations_goes_while_others_are_served,
    the_audit_is_filtered_by_address,
    letters_are_listed_and_those_alone_that_were_given_up_are_sent_again,
];

fn items(part: &Value) -> &Vec<Value> {
    part["items"].as_array().unwrap_or_else(|| panic!("no items in {part}"))
}

async fn administrators_are_listed_changed_and_kept_out(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let owner = Admin::owner(&world).await;
    world.advance(1);
    let other = Admin::new(&world, AdministratorRole::Owner, &[], "all").await;
    let listed = owner.get("/administrators").await.json();
    assert_eq!(items(&listed).len(), 2, "{listed}");
    let path = format!("/administrators/{}", items(&listed)[1]["sub"].as_str().unwrap());
    let shown = owner.get(&path).await;
    assert_eq!((&shown.json()["role"], &shown.json()["realms"], &shown.json()["kind"]), (&json!("owner"), &Value::Null, &json!("program")));
    let tag = shown.header("etag").unwrap().to_owned();
    let change = |tag: Option<&str>, body: Value| {
        let call = owner.call(Method::PATCH, &path).json(&body);
        match tag {
            Some(tag) => call.header("if-match", tag),
            None => call,
        }
    };
    change(None, json!({ "role": "support" })).send().await.problem(428);
    let changed = change(Some(&tag), json!({ "role": "support", "realms": ["acme"] })).send().await;
    assert_eq!((changed.status.as_u16(), &changed.json()["realms"]), (200, &json!(["acme"])), "{}", changed.text());
    change(Some(&tag), json!({ "role": "owner" })).send().await.problem(412);
    assert_eq!(other.get("/realms/acme").await.status, 200);
    other.get("/realms/other").await.problem(404);
    other.get("/administrators").await.problem(403);
    for (wrong, pointer) in [
        (json!({ "role": "king" }), "/role"),
        (json!({ "realms": ["nowhere"] }), "/realms/0"),
        (json!({ "realms": [] }), "/realms"),
        (json!({ "realms": ["admin"] }), "/realms/0"),
        (json!({ "status": "active" }), "/status"),
    ] {
        let tag = owner.get(&path).await.header("etag").unwrap().to_owned();
        assert_eq!(change(Some(&tag), wrong.clone()).send().await.problem(400), [pointer], "{wrong}");
    }
    assert_eq!(owner.call(Method::POST, &format!("{path}/disable")).send().await.json()["status"], "disabled");
    other.get("/realms/acme").await.problem(401);
    assert_eq!(owner.call(Method::POST, &format!("{path}/enable")).send().await.json()["status"], "active");
    other.get("/realms/acme").await.problem(401);
    owner.get("/administrators/nobody").await.problem(404);
}

async fn somebody_is_invited_to_administer_and_it_is_withdrawn(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    let made =
        owner.post("/administrator-invitations", &json!({ "email": "ann@example.com", "role": "auditor", "realms": ["acme"] })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let link = made.member("link");
    let path = link.strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    assert_eq!(world.get(&path).header("accept", "text/html").send().await.status, 200);
    let listed = owner.get("/administrator-invitations").await;
    assert_eq!((items(&listed.json()).len(), &items(&listed.json())[0]["email"]), (1, &json!("ann@example.com")));
    assert!(!listed.repeats(&link));
    let id = made.member("id");
    assert_eq!(owner.delete(&format!("/administrator-invitations/{id}")).await.status, 204);
    owner.delete(&format!("/administrator-invitations/{id}")).await.problem(404);
    assert_eq!(world.get(&path).header("accept", "text/html").send().await.status, 404);
    assert_eq!(items(&owner.get("/administrator-invitations").await.json()).len(), 0);
    assert_eq!(owner.post("/administrator-invitations", &json!({ "email": "x", "role": "auditor" })).await.problem(400), ["/email"]);
    assert_eq!(owner.post("/administrator-invitations", &json!({ "email": "x@example.com" })).await.problem(400), ["/role"]);
}

async fn a_program_gets_a_token_of_its_own(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    let made = owner.post("/administrator-tokens", &json!({ "name": "watch", "scope": "realms:read", "role": "auditor" })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let watch = world.request(Method::GET, "/admin/api/v1/realms").bearer(&made.member("token")).send().await;
    assert_eq!(watch.status, 200);
    assert_eq!(owner.delete(&format!("/realms/admin/tokens/{}", made.member("id"))).await.status, 204);
    world.request(Method::GET, "/admin/api/v1/realms").bearer(&made.member("token")).send().await.problem(401);
    // The same name again is another program.
    let again = owner.post("/administrator-tokens", &json!({ "name": "watch", "scope": "all" })).await;
    assert!(again.member("administrator").starts_with("watch-"), "{}", again.text());
    assert_eq!(owner.post("/administrator-tokens", &json!({ "name": "x", "scope": "realms:raed" })).await.problem(400), ["/scope"]);
}

async fn only_who_owns_everything_says_who_administers(engine: Engine) {
    use AdministratorRole::{Auditor, Owner, Support};
    let world = World::standard(engine).await;
    // List, invite, make a token.
    let rows: [(AdministratorRole, &[&str], &str, [u16; 3]); 6] = [
        (Owner, &[], "all", [200, 201, 201]),
        (Owner, &[], "people:write realms:write clients:write tokens:write", [403, 403, 403]),
        (Support, &[], "all", [200, 403, 403]),
        (Auditor, &[], "all", [200, 403, 403]),
        (Owner, &["acme"], "all", [403, 403, 403]),
        (Auditor, &["acme"], "all", [403, 403, 403]),
    ];
    for (role, realms, scope, expected) in rows {
        let admin = Admin::new(&world, role, realms, scope).await;
        let found = [
            admin.get("/administrators").await.status.as_u16(),
            admin.post("/administrator-invitations", &json!({ "email": "x@example.com", "role": "auditor" })).await.status.as_u16(),
            admin.post("/administrator-tokens", &json!({ "name": "x", "scope": "all" })).await.status.as_u16(),
        ];
        assert_eq!(found, expected, "{role:?} of {realms:?} with {scope}");
    }
}

async fn a_dialect_goes_once_no_realm_speaks_it(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    let toml = owner.get("/dialects/standard").await.member("toml").replacen("\"standard\"", "\"ours\"", 1);
    let put = owner.call(Method::PUT, "/dialects/ours").json(&json!({ "toml": toml })).send().await;
    assert_eq!(put.status, 200, "{}", put.text());
    assert_eq!(owner.patch("/realms/acme", &json!({ "dialect": "ours" })).await.status, 200);
    let refused = owner.delete("/dialects/ours").await;
    refused.problem(409);
    assert!(refused.text().contains("acme"), "{}", refused.text());
    assert_eq!(owner.patch("/realms/acme", &json!({ "dialect": "standard" })).await.status, 200);
    owner.call(Method::DELETE, "/dialects/ours").header("if-match", "\"stale\"").send().await.problem(412);
    assert_eq!(owner.delete("/dialects/ours").await.status, 204);
    owner.delete("/dialects/ours").await.problem(404);
    owner.delete("/dialects/standard").await.problem(409);
    let told = owner.get("/realms/admin/audit?kind=dialect_changed").await.json();
    assert_eq!(items(&told).len(), 2, "{told}");
    let support = Admin::new(&world, AdministratorRole::Support, &[], "all").await;
    support.delete("/dialects/ours").await.problem(403);
}

async fn locks_are_ended_by_whom_they_name(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    assert_eq!(items(&owner.get("/realms/acme/locks?limit=1").await.json()).len(), 0);
    let (realm, at) = (world.realm("acme").await.id(), world.clock.now());
    let ann = crate::setup::person(realm, "ann").id();
    let web = world.app.store.in_realm(realm).client("web").await.unwrap().unwrap().key;
    let close = |number: u8, user, client, network: Option<&str>| {
        Change::Attempt(AttemptChange::Reserve {
            bucket: [number; 32],
            realm: Some(realm),
            limit: 1,
            window_ms: 60_000,
            closed_until: at + Seconds(u32::from(number)),
            at,
            user,
            client,
            network: network.map(str::to_owned),
        })
    };
    world.commit_all(vec![close(90, Some(ann), None, None), close(80, None, Some(web), Some("192.0.2.7"))]).await;
    let named = |lock: &Value| {
        let text = |name: &str| lock[name].as_str().unwrap_or_default().to_owned();
        [text("sub"), text("username"), text("client_id"), text("network")]
    };
    let listed = owner.get("/realms/acme/locks").await.json();
    let names: Vec<_> = items(&listed).iter().map(named).collect();
    assert_eq!(names, [["sub-ann", "ann", "", ""], ["", "", "web", "192.0.2.7"]], "{listed}");
    let of_ann = owner.get("/realms/acme/locks?person=sub-ann").await.json();
    assert_eq!(items(&of_ann).iter().map(named).collect::<Vec<_>>(), [["sub-ann", "ann", "", ""]], "{of_ann}");
    assert_eq!(owner.post("/realms/acme/locks/end", &json!({ "all": true })).await.status, 204);
    for (wrong, pointer) in [
        (json!({}), ""),
        (json!({ "network": "x" }), "/network"),
        (json!({ "all": true, "client_id": "web" }), "/all"),
        (json!({ "netwrok": "203.0.113.5" }), "/netwrok"),
    ] {
        assert_eq!(owner.post("/realms/acme/locks/end", &wrong).await.problem(400), [pointer], "{wrong}");
    }
    owner.post("/realms/acme/locks/end", &json!({ "client_id": "nobody" })).await.problem(404);
    let auditor = Admin::new(&world, AdministratorRole::Auditor, &[], "all").await;
    auditor.post("/realms/acme/locks/end", &json!({ "all": true })).await.problem(403);
    let support = Admin::new(&world, AdministratorRole::Support, &["acme"], "people:write").await;
    assert_eq!(support.post("/realms/acme/locks/end", &json!({ "client_id": "web" })).await.status, 204);
    assert_eq!(items(&owner.get("/realms/acme/locks").await.json()).len(), 0);
}

async fn second_factors_are_listed_and_removed(engine: Engine) {
    let world = World::standard(engine).await;
    world.ann("read").await;
    let owner = Admin::owner(&world).await;
    let path = "/realms/acme/people/sub-ann/factors";
    assert_eq!(items(&owner.get(path).await.json()).len(), 0);
    let support = Admin::new(&world, AdministratorRole::Support, &["acme"], "people:write").await;
    assert_eq!(support.delete(path).await.status, 204);
    let auditor = Admin::new(&world, AdministratorRole::Auditor, &[], "all").await;
    auditor.delete(path).await.problem(403);
    let told = owner.get("/realms/acme/audit?kind=user_changed").await;
    assert!(told.text().contains("second factors removed by an administrator"), "{}", told.text());
}

async fn initial_access_tokens_are_made_listed_and_revoked(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    const ALL: &str = "/realms/acme/registration-tokens";
    let made = owner.post(ALL, &json!({ "name": "partner", "uses": 1 })).await;
    assert_eq!((made.status.as_u16(), &made.json()["limit"]), (201, &json!(1)), "{}", made.text());
    let listed = owner.get(ALL).await;
    assert_eq!(items(&listed.json())[0]["id"].as_str(), Some(&*made.member("id")));
    assert!(!listed.repeats(&made.member("token")));
    assert_eq!(owner.delete(&format!("{ALL}/{}", made.member("id"))).await.status, 204);
    owner.delete(&format!("{ALL}/{}", made.member("id"))).await.problem(404);
    assert_eq!(owner.post(ALL, &json!({ "uses": 1 })).await.problem(400), ["/name"]);
    assert_eq!(owner.post(ALL, &json!({ "name": "x", "uses": 0 })).await.problem(400), ["/uses"]);
    let support = Admin::new(&world, AdministratorRole::Support, &[], "all").await;
    support.post(ALL, &json!({ "name": "x" })).await.problem(403);
}

async fn everything_that_a_person_granted_is_revoked_together(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    let token = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    let path = "/realms/acme/people/sub-ann/authorizations";
    owner.delete(&format!("{path}?client=nobody")).await.problem(404);
    owner.delete(&format!("{path}?clinet=web")).await.problem(400);
    assert!(world.is_active(&token).await);
    assert_eq!(owner.delete(&format!("{path}?client=web")).await.status, 204);
    assert!(!world.is_active(&token).await);
}

async fn an_application_with_thousands_of_authorizations_goes_while_others_are_served(engine: Engine) {
    const MANY: usize = 6_000;
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    let token = world.ann("read").await["access_token"].as_str().unwrap().to_owned();
    let machine = json!({ "client_id": "other", "grant_types": ["client_credentials"], "scope": "read" });
    let secret = owner.post("/realms/acme/clients", &machine).await.member("client_secret");
    let rows = world.app.store.in_realm(world.realm("acme").await.id());
    let ann = rows.user_by_sub("sub-ann").await.unwrap().unwrap().id();
    let granted = rows.authorizations_of_user(ann).await.unwrap().remove(0);
    for _ in 0..MANY / 500 {
        let again = || Authorization { id: AuthorizationId::new(world.clock.now(), &mut SystemRng), ..granted.clone() };
        let unit = (0..500).map(|_| Change::Authorization(AuthorizationChange::Create(again()))).collect();
        world.app.store.commit(unit).await.unwrap();
    }
    assert_eq!(owner.delete("/realms/acme/clients/web").await.status, 204);
    owner.get("/realms/acme/clients/web").await.problem(404);
    let told = world.get("/acme/userinfo").bearer(&token).send().await.status;
    assert!(told.is_client_error(), "dead at once: {told}");
    let mut steps = 0;
    while world.app.store.clear_deleted(500).await.unwrap() {
        steps += 1;
        let call = world.post("/acme/token").basic("other", &secret).form(&[("grant_type", "client_credentials")]);
        assert_eq!(call.send().await.status, 200, "step {steps}");
    }
    assert!(steps >= MANY / 500, "{steps}: each takes little");
    assert_eq!(owner.get("/realms/acme/authorizations").await.json()["items"], json!([]));
}

async fn the_audit_is_filtered_by_address(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    assert_eq!(owner.patch("/realms/acme/clients/web", &json!({ "client_name": "W" })).await.status, 200);
    let all = owner.get("/realms/acme/audit?kind=client_changed").await.json();
    assert_eq!(items(&all).len(), 1, "{all}");
    assert_eq!(items(&owner.get("/realms/acme/audit?kind=client_changed&address=198.51.100.77").await.json()).len(), 0);
    owner.get("/realms/acme/audit?address=somewhere").await.problem(400);
}

async fn letters_are_listed_and_those_alone_that_were_given_up_are_sent_again(engine: Engine) {
    let world = World::standard(engine).await;
    let owner = Admin::owner(&world).await;
    assert_eq!(items(&owner.get("/mails?given_up=true").await.json()).len(), 0);
    owner.get("/mails?given_up=maybe").await.problem(400);
    owner.call(Method::POST, "/mails/01890a5d-ac96-774b-bcce-b302099a8057/try-again").send().await.problem(404);
    let at = world.clock.now();
    let mail = Mail {
        id: MailId::new(at, &mut SystemRng),
        realm: world.realm("acme").await.id(),
        sealed: vec![0; 40],
        created_at: at,
        attempts: 9,
        next_at: at,
        given_up_at: Some(at),
        fault: Some("550 no".to_owned()),
    };
    world.commit(Change::Mail(MailChange::Post(mail.clone()))).await;
    let listed = items(&owner.get("/mails?given_up=true").await.json())[0].clone();
    assert_eq!((&listed["realm"], &listed["fault"]), (&json!("acme"), &json!("550 no")));
    let again = owner.call(Method::POST, &format!("/mails/{}/try-again", mail.id)).send().await.json();
    assert_eq!((&again["realm"], &again["given_up_at"]), (&json!("acme"), &json!(null)));
    let here = Admin::new(&world, AdministratorRole::Owner, &["acme"], "all").await;
    here.get("/mails").await.problem(403);
}
