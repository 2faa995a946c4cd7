//! `jeton restore`: nothing that died after the backup lives again.

use serde_json::Value;

use crate::support::{FORM, Home, Running, http};

#[test]
fn nothing_that_was_rotated_or_revoked_after_the_backup_lives_again() {
    let home = Home::new();
    let first = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
    let at = first.said.split(' ').find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let grants = ["--grant", "password", "--grant", "refresh_token", "--grant", "client_credentials", "--auth", "client_secret_post"];
    let made = home.json(&[&["client", "create", "web", "--json"][..], &grants].concat());
    let password = home.json(&["user", "create", "ann", "--json"])["password"].as_str().unwrap().to_owned();
    let proof = format!("client_id=web&client_secret={}", made["client_secret"].as_str().unwrap());
    let ask = |path: &str, form: &str| http("POST", &format!("http://{at}/main/{path}"), &[FORM], &format!("{proof}&{form}"));
    let sign_in = || -> Value {
        let (status, body) = ask("token", &format!("grant_type=password&username=ann&password={password}"));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    };
    let text = |body: &Value, member: &str| body[member].as_str().unwrap_or_else(|| panic!("no {member} in {body}")).to_owned();
    let refresh = |token: &str| ask("token", &format!("grant_type=refresh_token&refresh_token={token}")).0;
    let active = |token: &str| ask("introspect", &format!("token={token}")).1.contains("\"active\":true");

    let (rotated, revoked, untouched) = (sign_in(), sign_in(), sign_in());
    home.run(&["backup", "backup.db"]).says(0, "bytes");
    assert_eq!(refresh(&text(&rotated, "refresh_token")), 200);
    assert_eq!(ask("revoke", &format!("token={}", text(&revoked, "refresh_token"))).0, 200);
    home.run(&["restore", "backup.db", "--replace"]).says(1, "another server is running");
    assert_eq!(first.stop().code, 0);

    home.run(&["restore", "backup.db"]).says(5, "--replace");
    home.run(&["restore", "backup.db", "--replace", "--server", "https://auth.example.com"]).says(2, "leave --server");
    home.run(&["restore", "backup.db", "--replace"]).says(0, "jeton.db.replaced-");
    let _second = Running::start(&mut home.command(&["serve", "--listen", &at]));
    for before in [&rotated, &revoked, &untouched] {
        assert_eq!(refresh(&text(before, "refresh_token")), 400);
        assert!(!active(&text(before, "access_token")));
    }
    let anew = sign_in();
    assert!(active(&text(&anew, "access_token")));
    assert_eq!(refresh(&text(&anew, "refresh_token")), 200);
}

#[test]
fn a_log_that_was_left_behind_is_not_read_into_the_restored_database() {
    let home = Home::new();
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    home.run(&["backup", "backup.db"]).says(0, "bytes");
    std::fs::remove_file(home.path("jeton-data/jeton.db")).unwrap();
    home.write("jeton-data/jeton.db-wal", "of another database");
    home.run(&["restore", "backup.db"]).says(0, "is dead");
    assert!(!home.path("jeton-data/jeton.db-wal").exists());
    home.run(&["realm", "list"]).says(0, "acme");
}

#[test]
fn a_database_in_use_is_not_taken_for_a_backup() {
    let home = Home::new();
    let server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    home.run(&["restore", "jeton-data/jeton.db", "--data", "other"]).says(1, "jeton backup");
    assert!(!home.path("other/jeton.db").exists());
    assert_eq!(server.stop().code, 0);
}

#[test]
fn what_is_no_backup_of_this_key_is_refused() {
    let home = Home::new();
    let start = |data: &str| Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--data", data])).stop();
    assert_eq!(start("jeton-data").code, 0);
    home.run(&["backup", "backup.db"]).says(0, "bytes");
    assert_eq!(start("other").code, 0);
    home.run(&["restore", "backup.db", "--data", "other", "--replace"]).says(1, "is not the one");
    home.run(&["restore", "backup.db", "--data", "empty"]).says(1, "the master key is missing");
    home.run(&["restore", "nothing.db"]).says(4, "there is no file");
    home.write("note.db", "this is no database at all, though it is long enough to be taken for one by its length");
    home.run(&["restore", "note.db", "--replace"]).says(1, "is not a backup");
    home.run(&["restore"]).says(2, "--database");
    home.run(&["restore", "backup.db", "--database", "postgres://db/rows"]).says(2, "by its own means");
    assert!(!home.path("empty/jeton.db").exists());
}
