//! The commands that look after one thing each.

use std::{io::Write, process::Stdio};

use crate::support::Home;

fn acme() -> Home {
    let home = Home::new();
    home.run(&["realm", "create", "acme", "--issuer", "https://auth.example.com/acme"]).says(0, "https://auth.example.com/acme");
    home
}

#[test]
fn a_client_gets_its_secret_once_and_two_secrets_live() {
    let home = acme();
    let made = home.json(&["client", "create", "web", "--grant", "client_credentials", "--json"]);
    assert!(made["client_secret"].as_str().unwrap().starts_with("jtn_cs_"));
    assert_eq!(home.json(&["client", "show", "web", "--json"])["client_secret"], serde_json::Value::Null);
    let rotated = home.json(&["client", "rotate-secret", "web", "--json"]);
    assert_ne!(rotated["client_secret"], made["client_secret"]);
    assert_eq!(rotated["secrets"].as_array().unwrap().len(), 2);
    assert_eq!(home.json(&["client", "rotate-secret", "web", "--json"])["secrets"].as_array().unwrap().len(), 2, "a third ends the oldest");
    assert_eq!(home.json(&["client", "rotate-secret", "web", "--now", "--json"])["secrets"].as_array().unwrap().len(), 1);
    let secret = home.json(&["client", "show", "web", "--json"])["secrets"][0]["id"].as_str().unwrap().to_owned();
    home.run(&["client", "remove-secret", "web", "--secret", &secret]).says(0, "is gone");
    home.run(&["doctor"]).says(0, "web in acme has no secret");
}

#[test]
fn an_impossible_client_is_refused_with_what_to_write_instead() {
    let home = acme();
    home.run(&["client", "create", "spa", "--grant", "client_credentials", "--auth", "none"]).says(3, "a public client has no credentials");
    home.run(&["client", "create", "spa", "--grant", "authorization_code", "--redirect-uri", "javascript:1"]).says(3, "runs code");
    home.run(&["client", "create", "spa", "--grant", "pasword"]).says(3, "did you mean `password`?");
    home.run(&["client", "create", "spa"]).says(2, "--grant");
    home.run(&["client", "show", "spa"]).says(4, "no client \"spa\"");
}

#[test]
fn every_fault_is_told_at_once_by_the_option_that_it_is_about() {
    let home = acme();
    let uris = ["--redirect-uri", "https://app.example/cb", "--redirect-uri", "javascript:1"];
    let mut words =
        vec!["client", "create", "web", "--grant", "authorization_code", "--scope", "raed", "--set", "logo_url=https://x.example"];
    words.extend(uris);
    let ended = home.run(&words);
    ended.says(3, "the command line: --redirect-uri: \"javascript:1\" cannot be a redirect URI");
    ended.says(3, "the command line: --scope: this realm has no scope \"raed\"");
    ended.says(3, "--set logo_url: `logo_url` is not known here\n  instead: did you mean `logo_uri`?");
    home.run(&["client", "show", "web"]).says(4, "no client \"web\"");
}

#[test]
fn an_application_is_changed_and_has_settings_of_its_own() {
    let home = acme();
    home.run(&["client", "create", "web", "--grant", "password", "--grant", "refresh_token"]).says(0, "client_secret");
    home.run(&["client", "change", "web"]).says(2, "say what to change");
    home.run(&["client", "change", "web", "--name", "The web", "--set", "access_token_lifetime=600"]).says(0, "web changed");
    let web = home.json(&["client", "show", "web", "--json"]);
    assert_eq!((&web["client_name"], &web["grant_types"][0]), (&"The web".into(), &"password".into()));
    assert_eq!(web["effective"]["access_token_lifetime"], serde_json::json!({ "value": 600, "from": "client" }));
    assert_eq!(web["effective"]["id_token_lifetime"], serde_json::json!({ "value": 3600, "from": "standard" }));
    home.run(&["client", "show", "web"]).says(0, "access_token_lifetime");
    home.run(&["doctor"]).says(0, "web in acme has settings of its own: access_token_lifetime = 600");

    home.run(&["client", "change", "web", "--set", "acess_token_lifetime=5"]).says(3, "did you mean `access_token_lifetime`?");
    home.run(&["client", "change", "web", "--unset", "acess_token_lifetime"]).says(3, "did you mean `access_token_lifetime`?");
    home.run(&["client", "change", "web", "--set", "access_token_lifetime=600000"]).says(3, "`client_lifetime_limit`");
    home.run(&["client", "change", "web", "--set", "refresh_token_grace=10"]).says(3, "`relaxes` does not say so");
    home.run(&["client", "change", "web", "--set", "refresh_token_grace=10", "--set", "relaxes=[\"refresh_token_grace\"]"])
        .says(0, "changed");
    home.run(&["doctor"]).says(0, "web in acme: its refresh_token_grace makes \"refresh_token_grace\"");
    home.run(&["client", "change", "web", "--unset", "access_token_lifetime"]).says(0, "changed");
    assert_eq!(home.json(&["client", "show", "web", "--json"])["effective"]["access_token_lifetime"]["from"], "dialect");
}

#[test]
fn realms_scopes_and_people_are_changed_by_their_documents() {
    let home = acme();
    home.run(&["realm", "change", "acme", "--title", "Acme", "--set", "access_token_lifetime=700"]).says(0, "Acme");
    home.run(&["realm", "change", "acme", "--set", "access_token_lifetme=7"]).says(3, "did you mean `access_token_lifetime`?");
    home.run(&["realm", "change", "acme", "--set", "refresh_token_grace=10"]).says(3, "`--relaxes` does not say so");
    home.run(&["realm", "change", "acme", "--set", "refresh_token_grace=10", "--relaxes", "refresh_token_grace"]).says(0, "Acme");
    home.run(&["realm", "change", "acme", "--audience", "https://api.example.com"]).says(0, "https://api.example.com");
    let acme = home.json(&["realm", "show", "acme", "--json"]);
    assert_eq!(acme["settings"], serde_json::json!({ "access_token_lifetime": 700, "refresh_token_grace": 10 }));
    home.run(&["realm", "create", "inner", "--issuer", "https://auth.example.com/acme/inner"]).says(3, "--issuer: the issuer");

    home.run(&["scope", "create", "read", "--description", "See your data"]).says(0, "the scope read of acme is created");
    home.run(&["scope", "create", "read"]).says(5, "has a scope \"read\" already");
    home.run(&["scope", "change", "read", "--optional"]).says(0, "changed");
    assert_eq!(
        home.json(&["scope", "list", "--json"]),
        serde_json::json!([{ "name": "read", "description": "See your data", "optional": true }])
    );
    home.run(&["scope", "create", "two words"]).says(3, "cannot be a scope");
    home.run(&["scope", "delete", "read"]).says(0, "deleted");
    home.run(&["scope", "delete", "read"]).says(4, "defines no scope \"read\"");

    home.run(&["user", "create", "ann", "--email", "ann@example.com", "--email-verified"]).says(0, "ann created");
    home.run(&["user", "change", "ann", "--set", "locale=de", "--name", "Ann"]).says(0, "ann changed");
    home.run(&["user", "change", "ann", "--set", "locle=de"]).says(3, "did you mean `locale`?");
    let ann = home.json(&["user", "show", "ann", "--json"]);
    assert_eq!((&ann["profile"]["locale"], &ann["email_verified"]), (&"de".into(), &true.into()));
    home.run(&["user", "create", "bob", "--email", "ann@example.com", "--email-verified"])
        .says(3, "signs in with \"ann@example.com\" already");
}

#[test]
fn what_exists_is_not_made_twice() {
    let home = acme();
    home.run(&["realm", "create", "acme"]).says(5, "already");
    home.run(&["client", "create", "web", "--grant", "client_credentials"]).says(0, "client_secret");
    home.run(&["client", "create", "web", "--grant", "client_credentials"]).says(5, "already");
    home.run(&["user", "create", "ann"]).says(0, "shown this once");
    home.run(&["user", "create", "ANN"]).says(5, "already");
}

#[test]
fn a_password_comes_from_stdin_or_is_made() {
    let home = acme();
    let made = home.json(&["user", "create", "ann", "--email", "ann@example.com", "--email-verified", "--json"]);
    assert_eq!(made["password"].as_str().unwrap().len(), 24);
    let mut child = home
        .command(&["user", "set-password", "ann", "--password-stdin", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse battery\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &value["password"]), (Some(0), &serde_json::Value::Null));
    home.run(&["user", "set-password", "ann", "--password-stdin"]).says(3, "the password is empty");
    for (typed, wrong) in [("short one", "at least 10 characters"), ("Password123", "tried first")] {
        let mut child =
            home.command(&["user", "create", "bob", "--password-stdin"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(3) && said.contains(wrong) && !said.contains(typed), "{said}");
    }
}

#[test]
fn accounts_are_disabled_enabled_revoked_and_removed() {
    let home = acme();
    home.run(&["user", "create", "ann"]).says(0, "ann created");
    home.run(&["user", "create", "robot", "--api-user", "--owner", "ann"]).says(0, "robot created");
    home.run(&["user", "create", "robot2", "--api-user", "--owner", "nobody"]).says(3, "there is no \"nobody\"");
    home.run(&["user", "change", "ann", "--email", "ann@example.org"]).says(0, "ann has the address ann@example.org, unverified");
    assert_eq!(home.json(&["user", "show", "ann", "--json"])["email"], "ann@example.org");
    home.run(&["user", "show", "ann@example.org"]).says(4, "nobody signs in as");
    home.run(&["user", "change", "ann", "--email", "ann@example.org", "--email-verified"]).says(0, "ann has the address");
    home.run(&["user", "show", "ann@example.org"]).says(0, "ann");
    home.run(&["user", "change", "ann", "--email", "not an address"]).says(3, "not an address");
    home.run(&["user", "disable", "ann"]).says(0, "ann is disabled");
    assert_eq!(home.json(&["user", "show", "ann", "--json"])["status"], "disabled");
    home.run(&["user", "enable", "ann"]).says(0, "ann is active");
    home.run(&["user", "revoke", "ann", "--personal-access-tokens"]).says(0, "every token made before");
    home.run(&["token", "list", "--user", "ann"]).says(0, "no personal access tokens");
    home.run(&["token", "revoke", "--user", "ann"]).says(0, "everything that ann granted is revoked");
    home.run(&["token", "revoke"]).says(2, "--authorization");
    home.run(&["user", "delete", "robot"]).says(0, "robot is gone");
    home.run(&["user", "show", "robot"]).says(4, "nobody signs in as \"robot\"");
    home.run(&["user", "list", "--search", "an"]).says(0, "ann");
    home.run(&["audit", "list"]).says(0, "ann removed by a command".replace("ann removed", "robot removed").as_str());
}

#[test]
fn a_realm_is_named_or_there_is_only_one() {
    let home = acme();
    home.run(&["realm", "create", "other"]).says(0, "other");
    home.run(&["client", "list"]).says(2, "say which realm: --realm NAME, one of acme, other");
    home.run(&["client", "list", "--realm", "acmee"]).says(4, "did you mean acme?");
    home.run(&["realm", "create", "bad", "--issuer", "http://auth.example.com"]).says(3, "an issuer uses https");
    home.run(&["realm", "disable", "other"]).says(0, "other is disabled");
    home.run(&["realm", "not-before", "acme", "--now"]).says(0, "every token of acme made before");
    home.run(&["realm", "list"]).says(0, "https://auth.example.com/acme");
}

#[test]
fn a_data_folder_that_is_not_there_is_not_found() {
    let home = Home::new();
    for words in [&["client", "list"][..], &["user", "list"], &["audit", "list"], &["backup", "x.db"], &["key", "list"], &["realm", "list"]]
    {
        home.run(words).says(4, "jeton-data");
        assert!(!home.path("jeton-data").exists());
    }
}

#[test]
fn dialects_are_listed_shown_and_checked() {
    let home = Home::new();
    home.run(&["dialect", "list"]).says(0, "depotfinity");
    let volt = home.run(&["dialect", "show", "volt"]);
    volt.says(0, "[[route]]");
    home.write("ours.toml", &volt.stdout);
    home.run(&["dialect", "check", "ours.toml"]).says(0, "is a dialect");
    home.write("bad.toml", &volt.stdout.replacen("[[route]]", "[[rout]]", 1));
    let line = volt.stdout.lines().position(|line| line.starts_with("[[route]]")).unwrap() + 1;
    home.run(&["dialect", "check", "bad.toml"]).says(3, &format!("bad.toml:{line}:"));
    home.run(&["dialect", "check", "nowhere.toml"]).says(4, "cannot be read");
    home.run(&["dialect", "show", "nothing"]).says(4, "built in are standard, volt");
}

#[test]
fn an_operators_dialect_is_a_file_in_the_data_folder() {
    let home = acme();
    let volt = home.run(&["dialect", "show", "volt"]).stdout;
    let name = volt.lines().find(|line| line.starts_with("name")).unwrap().to_owned();
    home.write("jeton-data/dialects/ours.toml", &volt.replacen(&name, "name = \"ours\"", 1));
    home.run(&["realm", "create", "ours", "--dialect", "ours"]).says(0, "ours");
    home.run(&["doctor"]).says(0, "2, each with a dialect");
    home.write("jeton-data/dialects/ours.toml", "nonsense");
    home.run(&["doctor"]).says(1, "ours is not served");
}

#[test]
fn a_dialect_is_stored_changed_listed_and_removed() {
    let home = acme();
    home.write("ours.toml", "name = \"ours\"\ntitle = \"Ours\"\n");
    home.run(&["dialect", "apply", "ours.toml"]).says(0, "the dialect ours is created: version 1");
    home.run(&["dialect", "apply", "ours.toml"]).says(0, "the dialect ours is unchanged: version 1");
    home.run(&["dialect", "list"]).says(0, "stored");
    home.run(&["realm", "create", "mine", "--dialect", "ours"]).says(0, "mine");
    home.write("ours.toml", "name = \"ours\"\ntitle = \"Ours anew\"\n");
    let changed = home.json(&["dialect", "apply", "ours.toml", "--json"]);
    assert_eq!((&changed["action"], &changed["version"], &changed["realms"]), (&"changed".into(), &2.into(), &1.into()));
    home.run(&["dialect", "show", "ours"]).says(0, "Ours anew");
    home.run(&["audit", "list", "--realm", "mine"]).says(0, "the dialect ours was written, version 2");
    home.run(&["dialect", "remove", "ours"]).says(5, "the dialect ours is spoken by 1 realm (mine)");
    home.run(&["copy", "--from", "sqlite://jeton-data", "--to", "sqlite://new"]).says(0, "rows are the same on both sides");
    home.run(&["dialect", "show", "ours", "--data", "new"]).says(0, "Ours anew");

    home.write("spare.toml", "name = \"spare\"\ntitle = \"Spare\"\n");
    home.run(&["dialect", "apply", "spare.toml"]).says(0, "created");
    home.run(&["dialect", "remove", "spare"]).says(0, "the dialect spare is removed");
    home.run(&["dialect", "show", "spare"]).says(4, "none of this name is stored");
    home.run(&["dialect", "remove", "spare"]).says(4, "no dialect \"spare\" is stored");
    home.run(&["dialect", "remove", "volt"]).says(5, "built in");
}

#[test]
fn a_dialect_that_is_broken_or_breaks_a_realm_is_never_stored() {
    let home = acme();
    home.write("ours.toml", "name = \"ours\"\ntitle = \"Ours\"\n");
    home.run(&["dialect", "apply", "ours.toml"]).says(0, "created");
    home.run(&["realm", "create", "mine", "--dialect", "ours"]).says(0, "mine");
    home.write("bad.toml", "name = \"ours\"\ntitle = \"Ours\"\nnonsense = 1\n");
    home.run(&["dialect", "apply", "bad.toml"]).says(3, "bad.toml:3:1:");
    let volt = home.run(&["dialect", "show", "volt"]).stdout;
    home.write("volt.toml", &volt);
    home.run(&["dialect", "apply", "volt.toml"]).says(3, "volt is the name of a dialect that is built in");
    home.run(&["dialect", "apply", "nowhere.toml"]).says(4, "cannot be read");
    assert!(!home.run(&["dialect", "show", "ours"]).stdout.contains("nonsense"));
    home.run(&["doctor"]).says(0, "2, each with a dialect");
}

#[test]
fn the_doctor_says_what_realms_loosen_and_which_dialects_other_servers_may_not_have() {
    let home = acme();
    home.run(&["realm", "create", "loose", "--dialect", "volt"]).says(0, "loose");
    home.write("jeton-data/dialects/ours.toml", "name = \"ours\"\ntitle = \"Ours\"\n");
    let told = home.run(&["doctor"]);
    told.says(0, "the dialect volt (1 realms) relaxes the standard");
    told.says(0, "store it: jeton dialect apply");
}

#[test]
fn a_backup_is_a_database_that_opens() {
    let home = acme();
    home.run(&["backup", "copy/jeton.db"]).says(1, "copy/jeton.db");
    std::fs::create_dir(home.path("copy")).unwrap();
    home.run(&["backup", "copy/jeton.db"]).says(0, "bytes");
    home.run(&["backup", "copy/jeton.db"]).says(5, "exists already");
    home.run(&["realm", "list", "--data", "copy"]).says(0, "acme");
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let home = Home::new();
    home.run(&["doctor"]).says(1, "start the server once");
    let home = acme();
    let healthy = home.json(&["doctor", "--json"]);
    assert_eq!(healthy["healthy"], true, "{healthy}");
    home.write("jeton-data/jeton.db", "this was a database once, and now it is long enough to be looked at");
    home.run(&["doctor"]).says(1, "is not a Jeton database");
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let home = Home::new();
    let commands: &[&[&str]] = &[
        &["serve"],
        &["demo"],
        &["apply"],
        &["backup"],
        &["copy"],
        &["restore"],
        &["doctor"],
        &["realm", "create"],
        &["client", "create"],
        &["client", "rotate-secret"],
        &["user", "create"],
        &["user", "set-password"],
        &["key", "rotate"],
        &["token", "revoke"],
        &["dialect", "check"],
        &["audit", "list"],
    ];
    for words in commands {
        home.run(&[words, &["--help"][..]].concat()).says(0, &format!("jeton {}", words.join(" ")));
        home.run(&[words, &["--help"][..]].concat()).says(0, "Example");
    }
    home.run(&["--help"]).says(0, "Exit codes:");
    home.run(&[]).says(2, "Usage");
    home.run(&["sevre"]).says(2, "serve");
}

#[test]
fn initial_access_tokens_are_made_listed_and_revoked() {
    let home = acme();
    home.run(&["realm", "registration-token", "list", "acme"]).says(0, "no initial access tokens");
    let made =
        home.json(&["realm", "registration-token", "create", "acme", "--name", "ci", "--uses", "2", "--expires-in", "3600", "--json"]);
    assert!(made["token"].as_str().unwrap().starts_with("jtn_it_"));
    home.run(&["realm", "registration-token", "create", "acme", "--name", "partner"]).says(0, "shown this once");
    let listed = home.json(&["realm", "registration-token", "list", "acme", "--json"]);
    assert_eq!((listed[0]["name"].as_str(), &listed[0]["limit"], listed[0]["state"].as_str()), (Some("ci"), &2.into(), Some("active")));
    assert!(!listed.to_string().contains("jtn_it_") && listed[1]["expires_at"].is_null());
    home.run(&["realm", "registration-token", "list", "acme"]).says(0, "0 of 2");
    let id = made["id"].as_str().unwrap();
    home.run(&["realm", "registration-token", "revoke", "acme", "--token", id]).says(0, "ci is revoked");
    home.run(&["realm", "registration-token", "revoke", "acme", "--token", id]).says(4, "lists them");
    home.run(&["realm", "registration-token", "create", "acme", "--name", "two\nlines"]).says(3, "one line");
    home.run(&["realm", "registration-token", "create", "acme", "--name", "ci", "--uses", "0"]).says(2, "--uses");
    home.run(&["realm", "registration-token", "create", "nowhere", "--name", "ci"]).says(4, "nowhere");
    home.run(&["audit", "list", "--realm", "acme"]).says(0, "initial_access_token_revoked");
}
