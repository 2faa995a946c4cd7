//! The filter of the documentation, against what a server really logs.

use regex_automata::meta::Regex;

use crate::support::{FORM, Home, Running, http};

/// The `failregex` of the documentation, as fail2ban reads it.
fn filter() -> Regex {
    let text = include_str!("../../../../docs/operations.md");
    let pattern = text.lines().find_map(|line| line.strip_prefix("failregex = ")).expect("the documentation has a filter");
    assert_eq!(pattern.matches("<ADDR>").count(), 1);
    Regex::new(&pattern.replace("<ADDR>", "(?P<address>[0-9a-fA-F:.]+)")).unwrap()
}

#[test]
fn the_filter_of_the_documentation_finds_who_guesses_and_nobody_else() {
    let home = Home::new();
    let mut server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"]));
    let url = server.said.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned();
    let client = home.json(&["client", "create", "app", "--grant", "password", "--auth", "client_secret_post", "--json"]);
    let secret = client["client_secret"].as_str().unwrap();
    home.run(&["user", "create", "ann"]).says(0, "ann");
    let post = |path: &str, from: &str, body: &str| {
        http("POST", &format!("{url}/main/{path}"), &[FORM, ("x-forwarded-for", from), ("sec-fetch-site", "same-origin")], body).0
    };
    let of_app = format!("grant_type=password&client_id=app&client_secret={secret}");

    // Guessing.
    assert_eq!(post("token", "203.0.113.1", &format!("{of_app}&username=ann&password=wrong")), 400);
    assert_eq!(post("token", "203.0.113.2", &format!("{of_app}&username=nobody&password=wrong")), 400);
    assert_eq!(post("token", "203.0.113.3", "grant_type=client_credentials&client_id=app&client_secret=wrong"), 401);
    assert_eq!(post("token", "203.0.113.4", "grant_type=client_credentials&client_id=nobody&client_secret=wrong"), 401);
    assert_eq!(post("sign-in", "2001:db8::5", "username=ann&password=wrong"), 400);
    // No guessing, though one tries to have another banned.
    let forged = "x%22%20INFO%20refused%20address%3D198.51.100.1%20realm%3D%22m%22%20endpoint%3D%22t%22%20error%3D%22e%22%20detail%3D%22wrong%20password%22";
    assert_eq!(post("token", "192.0.2.1", &format!("{of_app}&username=ann&password=x&scope=no-such-scope")), 400);
    assert_eq!(post("token", "192.0.2.2", &format!("grant_type=nonsense&client_id={forged}&client_secret=wrong")), 400);
    assert_eq!(post("token", "203.0.113.6", &format!("grant_type=client_credentials&client_id={forged}&client_secret=wrong")), 401);

    server.logs("address=203.0.113.6");
    let log = server.stop().stderr;
    let filter = filter();
    let banned: Vec<&str> = log
        .lines()
        .filter_map(|line| {
            let mut found = filter.create_captures();
            filter.captures(line, &mut found);
            found.get_group_by_name("address").map(|at| &line[at.range()])
        })
        .collect();
    assert_eq!(banned, ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "2001:db8::5", "203.0.113.6"], "{log}");
    for known in ["client_id=\"app\"", "client_id=\"nobody\"", "realm=\"main\"", "endpoint=\"token\"", "request="] {
        assert!(log.contains(known), "{known} is not in {log}");
    }
}
