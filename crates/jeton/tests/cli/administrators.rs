//! `jeton administrator`, the first owner's link, and what the doctor says of them.

use serde_json::{Value, json};

use crate::support::{FORM, Home, Running, http, until};

fn serve(home: &Home) -> Running {
    Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]))
}

fn address(said: &str) -> String {
    said.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned()
}

const BROWSER: (&str, &str) = ("sec-fetch-site", "same-origin");

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

#[test]
fn a_token_for_a_program_opens_the_api_until_it_is_disabled() {
    let home = Home::new();
    // Before the first start, too.
    let early = home.json(&["administrator", "token", "create", "--name", "ci", "--scope", "all", "--json"]);
    let server = serve(&home);
    let url = address(&server.said);
    let realms = |token: &str| http("GET", &format!("{url}/admin/api/v1/realms"), &[("authorization", &bearer(token))], "");
    let token = early["token"].as_str().unwrap();
    let (status, body) = realms(token);
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, body["items"][0]["name"].as_str()), (200, Some("main")), "{body}");
    // The same name again is another program.
    let other = home.json(&[
        "administrator",
        "token",
        "create",
        "--name",
        "ci",
        "--scope",
        "realms:read",
        "--role",
        "auditor",
        "--realm",
        "main",
        "--json",
    ]);
    assert_eq!((other["role"].as_str(), &other["realms"]), (Some("auditor"), &json!(["main"])));
    assert_eq!(realms(other["token"].as_str().unwrap()).0, 200);
    let made = http(
        "POST",
        &format!("{url}/admin/api/v1/realms"),
        &[("authorization", &bearer(token)), ("content-type", "application/json")],
        r#"{"name":"fresh"}"#,
    );
    assert_eq!(made.0, 201, "{}", made.1);
    assert_eq!(http("GET", &format!("{url}/fresh/jwks"), &[], "").0, 200, "it is served at once");
    let names = home.json(&["realm", "list", "--json"]);
    assert_eq!(names.as_array().unwrap().iter().map(|realm| realm["name"].as_str().unwrap()).collect::<Vec<_>>(), ["fresh", "main"]);
    let listed = home.json(&["administrator", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(token));
    home.run(&["administrator", "disable", "ci"]).says(0, "ci is disabled");
    until("a disabled program is refused", || realms(token).0 == 401);
    home.run(&["administrator", "token", "create", "--name", "x", "--scope", "realms:raed"]).says(3, "did you mean `realms:read`?");
    home.run(&["administrator", "token", "create", "--name", "x", "--scope", "all", "--realm", "nowhere"]).says(4, "there is no realm");
    home.run(&["administrator", "disable", "nobody"]).says(4, "no administrator is called");
}

#[test]
fn the_first_owner_comes_by_the_link_that_serve_prints_and_lets_others_in() {
    let home = Home::new();
    let server = serve(&home);
    let url = address(&server.said);
    home.run(&["doctor"]).says(0, "there is no administrator");
    home.run(&["administrator", "list"]).says(0, "nobody administers this server yet");
    let stopped = server.stop();
    let link = stopped
        .stdout
        .lines()
        .find(|line| line.contains("/admin/setup/"))
        .unwrap_or_else(|| panic!("no link: {}", stopped.stdout))
        .trim()
        .to_owned();
    assert!(!stopped.stderr.contains("/admin/setup/"), "the log has no link");
    // Another start prints another one; both are good until one is used.
    let listen = url.trim_start_matches("http://").to_owned();
    let _server = Running::start(&mut home.command(&["serve", "--listen", &listen]));
    assert_eq!(http("GET", &link, &[("accept", "text/html")], "").0, 200);
    let form = "name=ann&password=three+words+of+mine&repeated=three+words+of+mine";
    assert_eq!(http("POST", &link, &[FORM, BROWSER], form).0, 303);
    assert_eq!(http("POST", &link, &[FORM, BROWSER], form).0, 404);
    home.run(&["doctor"]).says(0, "somebody owns this server");
    home.run(&["administrator", "disable", "ann"]).says(5, "last owner");
    home.run(&["administrator", "role", "ann", "auditor"]).says(5, "last owner");
    home.run(&["user", "disable", "ann", "--realm", "admin"]).says(5, "last owner");
    home.run(&["user", "delete", "ann", "--realm", "admin"]).says(5, "last owner");
    home.write("admin.toml", "[realm]\nname = \"admin\"\n");
    home.run(&["apply", "admin.toml", "--prune=people"]).says(3, "`jeton administrator disable`");
    let invited = home.json(&["administrator", "invite", "bob@example.com", "--role", "owner", "--json"]);
    let link = invited["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{url}/admin/setup/")), "{link}");
    assert_eq!(home.json(&["administrator", "list", "--json"])[1]["status"], "invited");
    let form = "name=bob&password=three+words+of+his&repeated=three+words+of+his";
    assert_eq!(http("POST", link, &[FORM, BROWSER], form).0, 303);
    home.run(&["administrator", "role", "ann", "--role", "support", "--realm", "main"]).says(0, "ann is support of main");
    home.run(&["administrator", "disable", "bob@example.com"]).says(5, "last owner");
    home.run(&["administrator", "role", "ann", "owner"]).says(0, "ann is owner of main");
    home.run(&["administrator", "role", "ann", "owner", "--all-realms"]).says(0, "ann is owner of all realms");
    home.run(&["administrator", "disable", "bob@example.com"]).says(0, "bob is disabled");
    home.run(&["administrator", "invite", "carl@example.com", "--role", "auditor"]).says(0, "/admin/setup/");
    home.run(&["administrator", "disable", "carl@example.com"]).says(0, "withdrawn");
}

#[test]
fn nobody_else_calls_a_realm_admin() {
    let home = Home::new();
    home.run(&["realm", "create", "admin"]).says(3, "the server's own");
    home.run(&["realm", "create", "admin", "--issuer", "https://elsewhere.example"]).says(3, "the server's own");
    home.write("admin.toml", "[realm]\nname = \"admin\"\nissuer = \"https://elsewhere.example\"\n");
    home.run(&["apply", "admin.toml"]).says(3, "the server's own");
    let server = serve(&home);
    home.run(&["realm", "disable", "admin"]).says(5, "holds the administrators");
    home.run(&["realm", "delete", "admin", "--yes", "admin"]).says(5, "holds the administrators");
    assert_eq!(http("GET", &format!("{}/admin/.well-known/openid-configuration", address(&server.said)), &[], "").0, 200);
}
