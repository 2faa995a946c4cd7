//! Realm files over the admin API: planned and written as `jeton apply` does, by whom the role allows.

use http::Method;
use jeton_oauth::manage::AdministratorRole;
use serde_json::{Value, json};

use crate::{
    admins::Admin,
    setup::Setup,
    world::{Engine, World, cases},
};

cases![
    files_are_planned_and_then_written_once,
    a_fault_is_told_with_its_place_and_nothing_is_written,
    the_servers_own_secrets_are_out_of_reach,
    only_who_may_do_all_of_it_applies_files,
    a_large_body_of_a_stranger_is_not_read,
];

const CRM: &str = r#"
[realm]
name = "crm"
[[scope]]
name = "read"
[[client]]
id = "nightly"
grants = ["client_credentials"]
scopes = ["read"]
secrets = [{ env = "NIGHTLY" }]
"#;

fn sent(text: &str) -> Value {
    let secrets = json!([{ "env": "NIGHTLY", "value": "a secret that an operator chose" }]);
    json!({ "files": [{ "name": "crm.toml", "text": text }], "secrets": secrets })
}

fn dry(text: &str) -> Value {
    let mut sent = sent(text);
    sent["dry_run"] = true.into();
    sent
}

async fn files_are_planned_and_then_written_once(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let planned = admin.post("/apply", &dry(CRM)).await;
    assert_eq!((planned.status.as_u16(), planned.json()["would_change"].as_bool()), (200, Some(true)), "{}", planned.text());
    assert_eq!(
        planned.json()["differences"][0],
        json!({ "realm": "crm", "kind": "realm", "name": "crm", "action": "create", "what": ["dialect standard"] })
    );
    admin.get("/realms/crm").await.problem(404);
    let applied = admin.post("/apply", &sent(CRM)).await;
    assert_eq!((applied.status.as_u16(), applied.json()["changed"].as_bool()), (200, Some(true)), "{}", applied.text());
    assert!(!applied.repeats("operator chose"));
    let call = world.post("/crm/token").basic("nightly", "a secret that an operator chose");
    assert_eq!(call.form(&[("grant_type", "client_credentials")]).send().await.status, 200, "at once");
    let again = admin.post("/apply", &sent(CRM)).await.json();
    assert_eq!((again["changed"].as_bool(), again["differences"][2]["action"].as_str()), (Some(false), Some("unchanged")), "{again}");
    let mut fewer = sent("[realm]\nname = \"crm\"\n");
    fewer["prune"] = json!(["clients"]);
    assert_eq!(admin.post("/apply", &fewer).await.json()["differences"].as_array().unwrap().last().unwrap()["action"], "remove");
    admin.get("/realms/crm/clients/nightly").await.problem(404);
    let audit = admin.get("/realms/crm/audit").await.json();
    let by_others = |event: &&Value| event["actor"] != "administrator" && event["kind"] != "key_created";
    assert_eq!(audit["items"].as_array().unwrap().iter().find(by_others), None);
}

async fn a_fault_is_told_with_its_place_and_nothing_is_written(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let mut faulty = sent(CRM);
    faulty["files"].as_array_mut().unwrap().push(json!({ "name": "b/bad.toml", "text": "[realm]\nname = \"bad\"\ntitel = \"x\"\n" }));
    let answer = admin.post("/apply", &faulty).await;
    assert_eq!(answer.problem(400), ["/files"]);
    let fault = &answer.json()["errors"][0];
    assert_eq!((&fault["file"], &fault["line"], &fault["column"]), (&json!("b/bad.toml"), &json!(3), &json!(1)), "{fault}");
    admin.get("/realms/crm").await.problem(404);
    for (wrong, pointer) in [
        (json!({}), "/files"),
        (json!({ "files": [] }), "/files"),
        (json!({ "files": [{ "name": "x" }] }), "/files/0"),
        (json!({ "files": [{ "name": "x", "text": "", "secret": "x" }] }), "/files/0/secret"),
        (json!({ "files": [{ "name": "x", "text": "" }], "prune": ["cleints"] }), "/prune"),
        (json!({ "files": [{ "name": "x", "text": "" }], "dry-run": true }), "/dry-run"),
    ] {
        assert_eq!(admin.post("/apply", &wrong).await.problem(400), [pointer], "{wrong}");
    }
    admin.call(Method::POST, "/apply").body("text/plain", b"{}").send().await.problem(415);
}

async fn the_servers_own_secrets_are_out_of_reach(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    for (source, words) in [("env = \"PATH\"", "the environment has no PATH"), ("file = \"/etc/hostname\"", "it was not sent along")] {
        let mut sent = sent(&CRM.replace("env = \"NIGHTLY\"", source));
        sent["secrets"] = json!([]);
        let answer = admin.post("/apply", &sent).await;
        answer.problem(400);
        assert!(answer.text().contains(words), "{}", answer.text());
    }
}

async fn only_who_may_do_all_of_it_applies_files(engine: Engine) {
    use AdministratorRole::{Auditor, Owner, Support};
    let world = World::start(engine, vec![Setup::new("acme", "standard"), Setup::new("other", "standard")]).await;
    let of = |realm: &str| json!({ "files": [{ "name": "f.toml", "text": format!("[realm]\nname = \"{realm}\"\ntitle = \"T\"\n[[client]]\nid = \"web\"\n") }], "dry_run": true });
    // A realm that is there, another, one that is not.
    let rows: [(AdministratorRole, &[&str], &str, [u16; 3]); 8] = [
        (Owner, &[], "all", [200, 200, 200]),
        (Owner, &[], "realms:write clients:write", [200, 200, 200]),
        (Owner, &[], "realms:write", [403, 403, 403]),
        (Owner, &[], "realms:read clients:write", [403, 403, 403]),
        (Support, &[], "all", [403, 403, 403]),
        (Auditor, &[], "all", [403, 403, 403]),
        (Owner, &["acme"], "all", [200, 403, 403]),
        (Auditor, &["acme"], "all", [403, 403, 403]),
    ];
    for (role, realms, scope, expected) in rows {
        let admin = Admin::new(&world, role, realms, scope).await;
        let mut found = Vec::new();
        for realm in ["acme", "other", "none"] {
            let answer = admin.post("/apply", &of(realm)).await;
            // A new application has to say more.
            let known = answer.status == 400 && answer.text().contains("f.toml");
            found.push(if known { 200 } else { answer.status.as_u16() });
        }
        assert_eq!(found, expected, "{role:?} of {realms:?} with {scope}");
    }
    let here = Admin::new(&world, Owner, &["acme"], "all").await;
    here.post("/apply", &of("admin")).await.problem(403);
}

async fn a_large_body_of_a_stranger_is_not_read(engine: Engine) {
    let world = World::standard(engine).await;
    let admin = Admin::owner(&world).await;
    let large = format!("{{\"files\":[{{\"name\":\"x\",\"text\":\"{}\"}}]}}", "#".repeat(2 << 20));
    world.post("/admin/api/v1/apply").body("application/json", large.as_bytes()).send().await.problem(401);
    // A file that is a comment says nothing.
    let answer = admin.call(Method::POST, "/apply").body("application/json", large.as_bytes()).send().await;
    assert!(answer.status == 200 || answer.status == 400, "{}", answer.text());
    let larger = format!("\"{}\"", "x".repeat(17 << 20));
    admin.call(Method::POST, "/apply").body("application/json", larger.as_bytes()).send().await.problem(413);
}
