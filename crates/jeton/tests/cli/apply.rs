//! `jeton apply`: what it writes, what it leaves alone, what it refuses.

use crate::support::{Ended, Home};

const ACME: &str = r#"
[realm]
name = "acme"
[[scope]]
name = "read"
[[client]]
id = "web"
grants = ["authorization_code"]
redirect_uris = ["https://app.example/cb"]
scopes = ["read"]
secrets = [{ env = "WEB_SECRET" }]
[[user]]
username = "ann"
email = "ann@example.com"
password = { file = "ann.secret" }
"#;

fn apply(home: &Home, words: &[&str]) -> Ended {
    Ended::of(home.command(&[&["apply"], words].concat()).env("WEB_SECRET", "a secret that an operator chose"))
}

#[test]
fn a_realm_is_made_and_made_again_without_a_change() {
    let home = Home::new();
    home.write("realms/acme.toml", ACME);
    home.write("realms/ann.secret", "correct horse battery\n");
    apply(&home, &["realms/acme.toml"]).says(0, "4 changed");
    assert_eq!(home.json(&["client", "list", "--json"])[0]["id"], "web");
    assert_eq!(home.json(&["user", "show", "ann", "--json"])["has_password"], true);
    let audit = home.json(&["audit", "list", "--json"]).as_array().unwrap().len();
    apply(&home, &["realms/acme.toml"]).says(0, "nothing to change: 4 as the files say");
    assert_eq!(home.json(&["audit", "list", "--json"]).as_array().unwrap().len(), audit);
}

#[test]
fn a_dry_run_shows_the_difference_and_makes_nothing() {
    let home = Home::new();
    home.write("acme.toml", ACME);
    home.write("ann.secret", "correct horse battery");
    apply(&home, &["acme.toml", "--dry-run"]).says(6, "4 would change");
    assert!(!home.path("jeton-data").exists(), "not even the data folder");
    apply(&home, &["acme.toml"]).says(0, "create  acme   client  web");
    home.write("acme.toml", &ACME.replace("https://app.example/cb", "https://app.example/other"));
    apply(&home, &["acme.toml", "--dry-run"]).says(6, "redirect_uris: [\"https://app.example/cb\"] → [\"https://app.example/other\"]");
    assert_eq!(home.json(&["client", "show", "web", "--json"])["redirect_uris"][0], "https://app.example/cb");
}

#[test]
fn secrets_are_nowhere_in_what_it_prints_or_stores() {
    let home = Home::new();
    home.write("acme.toml", ACME);
    home.write("ann.secret", "correct horse battery");
    let ended = apply(&home, &["acme.toml", "--json"]);
    let printed = format!("{}{}", ended.stdout, ended.stderr);
    assert!(!printed.contains("operator chose") && !printed.contains("correct horse"), "{printed}");
    let held = std::fs::read(home.path("jeton-data/jeton.db")).unwrap();
    for secret in ["a secret that an operator chose", "correct horse battery"] {
        assert!(!held.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

#[test]
fn refused_files_change_nothing_and_every_fault_has_its_place() {
    let home = Home::new();
    home.write("acme.toml", ACME);
    home.write("ann.secret", "correct horse battery");
    apply(&home, &["acme.toml"]).says(0, "4 changed");
    let before = home.json(&["audit", "list", "--json"]);
    home.write("fine.toml", "[realm]\nname = \"fine\"\n");
    home.write(
        "bad.toml",
        "[realm]\nname = \"bad\"\ndialekt = \"volt\"\n[[client]]\nid = \"x\"\ngrants = [\"client_credentials\"]\nauth = \"none\"\n",
    );
    home.write("worse.toml", "[realm]\nname = \"worse\"\n[[user]]\nusername = \"u\"\npassword = \"hush\"\n");
    let ended = apply(&home, &["fine.toml", "bad.toml", "worse.toml"]);
    ended.says(3, "bad.toml:3:1: `dialekt` is no key of [realm]\n  instead: did you mean `dialect`?");
    ended.says(3, "bad.toml:6:10: a public client has no credentials for client_credentials");
    ended.says(3, "worse.toml:5:1: a password does not stand in a realm file");
    ended.says(3, "3 faults; nothing was changed");
    assert!(!ended.stderr.contains("hush"));
    assert_eq!(home.json(&["realm", "list", "--json"]).as_array().unwrap().len(), 1);
    assert_eq!(home.json(&["audit", "list", "--json"]), before);
}

#[test]
fn faults_come_as_json_for_programs() {
    let home = Home::new();
    home.write("bad.toml", "[realm]\nname = \"bad\"\n[[user]]\nusername = \"\"\n");
    let ended = apply(&home, &["bad.toml", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((ended.code, &value["exit_code"], &value["faults"][0]["line"]), (3, &3.into(), &4.into()));
    assert!(!home.path("jeton-data").exists());
}

#[test]
fn a_missing_file_is_refused_by_name() {
    let home = Home::new();
    apply(&home, &["nowhere.toml"]).says(3, "nowhere.toml: this file cannot be read");
}

#[test]
fn pruning_removes_what_no_file_names() {
    let home = Home::new();
    home.write("acme.toml", ACME);
    home.write("ann.secret", "correct horse battery");
    apply(&home, &["acme.toml"]).says(0, "4 changed");
    home.run(&["client", "create", "stray", "--grant", "client_credentials"]).says(0, "stray created in acme");
    apply(&home, &["acme.toml"]).says(0, "nothing to change");
    apply(&home, &["acme.toml", "--prune"]).says(2, "say what to remove: --prune=KIND");
    apply(&home, &["acme.toml", "--prune=cleints"]).says(2, "did you mean `clients`?");
    apply(&home, &["acme.toml", "--prune=clients"]).says(0, "remove  acme   client  stray");
    apply(&home, &["acme.toml", "--dry-run"]).says(0, "nothing to change");
    home.run(&["client", "show", "stray"]).says(4, "no client \"stray\"");
}

/// The realm file that the documents show, with a hash that is whole.
const DOCUMENTED: &str = r#"
[realm]
name     = "acme"
issuer   = "https://auth.example.com/acme"   # default: the server's address + "/acme"
dialect  = "standard"
audience = "https://api.example.com"
[[scope]]
name = "read"
description = "See your data"
[[client]]
id            = "web"
auth          = "client_secret_basic"        # client_secret_post, none, header
grants        = ["authorization_code", "refresh_token"]
redirect_uris = ["https://app.example/cb"]
scopes        = ["read"]
secrets       = [{ env = "WEB_SECRET" }]     # or { file = … }, { hash = … }
[[user]]
username = "ann"
email    = "ann@example.com"
password = { hash = "$2b$12$abcdefghijklmnopqrstuuC6Dmm1GbM6Lb9sX2oUIVRL2PGBGFvPq" }
[[api_user]]
username = "robot"
owner    = "ann"
password = { env = "ROBOT_PASSWORD" }
"#;

#[test]
fn the_documented_file_works_as_it_stands() {
    let home = Home::new();
    home.write("acme.toml", DOCUMENTED);
    let run = || Ended::of(home.command(&["apply", "acme.toml"]).env("WEB_SECRET", "of the web").env("ROBOT_PASSWORD", "beep boop beep"));
    run().says(0, "5 changed");
    run().says(0, "nothing to change");
}

#[test]
fn whoever_stops_reading_is_not_an_error() {
    let home = Home::new();
    let mut child = home
        .command(&["dialect", "show", "volt"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}
