//! Who waits after too many wrong passwords, as operators see it and end it.

use crate::support::{FORM, Home, Running, http, until};

#[test]
fn a_lock_is_shown_and_ended_by_unlock_and_by_a_new_password() {
    let home = Home::new();
    let server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]));
    let url = server.said.split(' ').find(|word| word.starts_with("http://")).unwrap();
    let token = format!("{url}/main/token");
    let client = home.json(&["client", "create", "app", "--grant", "password", "--auth", "client_secret_post", "--json"]);
    let mut password = home.json(&["user", "create", "ann", "--json"])["password"].as_str().unwrap().to_owned();
    let secret = client["client_secret"].as_str().unwrap();
    let sign_in = |password: &str| {
        let body = format!("grant_type=password&client_id=app&client_secret={secret}&username=ann&password={password}");
        http("POST", &token, &[FORM, ("x-forwarded-for", "203.0.113.5")], &body).0
    };
    for ended_by in ["unlock", "set-password"] {
        for _ in 0..10 {
            assert_eq!(sign_in("wrong"), 400);
        }
        assert_eq!(sign_in(&password), 429);
        home.run(&["user", "show", "ann"]).says(0, "locked until");
        let shown = home.json(&["user", "show", "ann", "--json"]);
        assert_eq!((&shown["locks"][0]["network"], &shown["locks"][0]["until"]), (&"203.0.113.5".into(), &shown["locked_until"]));
        let ended = home.json(&["user", ended_by, "ann", "--json"]);
        password = ended["password"].as_str().map_or(password, str::to_owned);
        assert_eq!(home.json(&["user", "show", "ann", "--json"])["locked_until"], serde_json::Value::Null);
        assert_eq!(sign_in(&password), 200, "after {ended_by}");
    }
    home.run(&["user", "unlock", "ann"]).says(0, "did not wait");
    // A hundred guesses at others close the network for everybody.
    home.json(&["user", "create", "bob", "--json"]);
    let guess = |name: &str, password: &str| {
        let body = format!("grant_type=password&client_id=app&client_secret={secret}&username={name}&password={password}");
        http("POST", &token, &[FORM, ("x-forwarded-for", "203.0.113.5")], &body).0
    };
    let mut stranger = 0;
    // More than the limit that comes now: what it closes is seen too.
    for _ in 0..6 {
        stranger += 1;
        guess(&format!("nobody{stranger}"), "wrong");
    }
    home.write("patient.toml", "[realm]\nname = \"main\"\n[settings]\nclient_attempts = 1000\nnetwork_attempts = 5\n");
    home.run(&["apply", "patient.toml"]).says(0, "changed");
    for ended_by in [&["user", "unlock", "ann"][..], &["lock", "end", "--network", "203.0.113.5"], &["lock", "end", "--all"]] {
        // Who guesses quickly is slowed down before that, with the same answer: what counts is what operators see.
        until("the network waits", || {
            stranger += 1;
            guess(&format!("nobody{stranger}"), "wrong");
            home.run(&["user", "show", "ann"]).stdout.contains("which waits for all accounts")
        });
        assert_eq!(guess("ann", &password), 429);
        home.run(&["user", "show", "ann"]).says(0, "203.0.113.5, which waits for all accounts");
        let shown = home.json(&["lock", "list", "--json"]);
        let closed = shown.as_array().unwrap().iter().find(|lock| lock["username"].is_null() && lock["client_id"].is_null()).unwrap();
        assert_eq!(closed["network"], "203.0.113.5");
        home.run(&["lock", "list"]).says(0, "203.0.113.5");
        home.run(ended_by).says(0, "at once");
        until("ann signs in again", || guess("ann", &password) == 200);
    }
    home.run(&["lock", "end"]).says(2, "--network");
    home.run(&["lock", "end", "--network", "nowhere"]).says(2, "is no network");
    home.run(&["lock", "end", "--client", "nobody"]).says(4, "no application");
    home.run(&["audit", "list"]).says(0, "attempts_forgotten");
    let refused = home.json(&["audit", "list", "--user", "ann", "--kind", "attempts_exceeded", "--address", "203.0.113.5", "--json"]);
    assert_eq!((&refused[0]["username"], &refused[0]["endpoint"]), (&"ann".into(), &"token".into()));
    home.run(&["audit", "list", "--kind", "nonsense"]).says(2, "password_refused");
    home.run(&["audit", "list", "--since", "yesterday"]).says(2, "2026-01-31T08:00:00Z");
}
