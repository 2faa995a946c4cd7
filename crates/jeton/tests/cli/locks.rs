//! Who waits after too many wrong passwords, as operators see it and end it.

use crate::support::{FORM, Home, Running, http};

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
    home.run(&["audit", "list"]).says(0, "attempts_forgotten");
    let refused = home.json(&["audit", "list", "--user", "ann", "--kind", "attempts_exceeded", "--address", "203.0.113.5", "--json"]);
    assert_eq!((&refused[0]["username"], &refused[0]["endpoint"]), (&"ann".into(), &"token".into()));
    home.run(&["audit", "list", "--kind", "nonsense"]).says(2, "password_refused");
    home.run(&["audit", "list", "--since", "yesterday"]).says(2, "2026-01-31T08:00:00Z");
}
