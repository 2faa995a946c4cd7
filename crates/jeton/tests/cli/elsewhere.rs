//! Commands that work on a server by its admin API: the same words, answers and exit codes as on a data folder.

use std::process::Command;

use serde_json::Value;

use crate::support::{Ended, Home, Running, http};

/// A server that runs, and a folder elsewhere whose commands ask it.
struct Elsewhere {
    /// Where its data is.
    home: Home,
    /// Where commands are run.
    desk: Home,
    url: String,
    token: String,
    server: Running,
}

impl Elsewhere {
    fn new() -> Self {
        let home = Home::new();
        let server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
        let url = server.said.split(' ').find(|word| word.starts_with("http://")).unwrap().to_owned();
        let token = token(&home, &["--scope", "all"]);
        Self { home, desk: Home::new(), url, token, server }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.desk.command(words);
        command.env("JETON_SERVER", &self.url).env("JETON_TOKEN", &self.token);
        command
    }

    fn run(&self, words: &[&str]) -> Ended {
        Ended::of(&mut self.command(words))
    }

    fn json(&self, words: &[&str]) -> Value {
        let ended = self.run(&[words, &["--json"]].concat());
        assert_eq!(ended.code, 0, "{words:?}: {}{}", ended.stdout, ended.stderr);
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}: {}", ended.stdout))
    }

    /// Asserts that a command says the same of the server and of its data folder.
    #[track_caller]
    fn both(&self, words: &[&str]) {
        let (there, here) = (self.run(words), self.home.run(words));
        assert_eq!((there.code, &there.stdout), (here.code, &here.stdout), "{words:?}: {}\n{}", there.stderr, here.stderr);
    }
}

fn token(home: &Home, words: &[&str]) -> String {
    let made = home.json(&[&["administrator", "token", "create", "--name", "ci", "--json"], words].concat());
    made["token"].as_str().unwrap().to_owned()
}

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

#[test]
fn realms_are_made_shown_changed_and_removed() {
    let there = Elsewhere::new();
    there.run(&["realm", "create", "acme", "--title", "Acme"]).says(0, "acme");
    there.run(&["realm", "list"]).says(0, &format!("acme  {}/acme", there.url));
    there.run(&["realm", "create", "acme"]).says(5, "there is a realm \"acme\" already");
    there.run(&["realm", "change", "acme", "--set", "access_token_lifetime=600", "--audience", "https://api.example.com"]).says(0, "600");
    there.run(&["realm", "change", "acme", "--set", "refresh_token_grace=10"]).says(3, "relaxes");
    there.run(&["realm", "change", "acme", "--set", "refresh_token_grace=10", "--relaxes", "refresh_token_grace"]).says(0, "grace");
    there.run(&["realm", "change", "acme", "--unset", "access_token_lifetime"]).says(0, "refresh_token_grace");
    assert_eq!(there.home.json(&["realm", "show", "acme", "--json"])["settings"], there.json(&["realm", "show", "acme"])["settings"]);
    there.run(&["realm", "change", "acme", "--set", "acess_token_lifetime=600"]).says(3, "--set acess_token_lifetime");
    there.run(&["realm", "disable", "acme"]).says(0, "acme is disabled");
    assert_eq!(http("GET", &format!("{}/acme/jwks", there.url), &[], "").0, 404);
    there.run(&["realm", "enable", "acme"]).says(0, "acme is active");
    there.run(&["realm", "not-before", "acme", "--now"]).says(0, "every token of acme");
    there.run(&["realm", "delete", "acme"]).says(2, "--yes acme");
    there.run(&["realm", "delete", "acme", "--yes", "acme"]).says(0, "acme is gone");
    there.run(&["realm", "show", "acme"]).says(4, "there is no realm");
}

#[test]
fn applications_are_registered_and_worked_on() {
    let there = Elsewhere::new();
    let made = there.json(&["client", "create", "nightly", "--grant", "client_credentials", "--name", "Nightly"]);
    let secret = made["client_secret"].as_str().unwrap();
    let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("nightly:{secret}"));
    let headers = [("authorization", &*format!("Basic {basic}")), crate::support::FORM];
    assert_eq!(http("POST", &format!("{}/main/token", there.url), &headers, "grant_type=client_credentials").0, 200);
    there.run(&["client", "create", "nightly", "--grant", "client_credentials"]).says(5, "nightly");
    there.run(&["client", "create", "spa", "--grant", "authorization_code", "--auth", "none"]).says(3, "--redirect-uri");
    there.run(&["client", "create", "x", "--grant", "cleint_credentials"]).says(3, "--grant");
    there
        .run(&["client", "create", "spa", "--grant", "authorization_code", "--auth", "none", "--redirect-uri", "http://127.0.0.1/cb"])
        .says(0, "spa created in main");
    there.both(&["client", "list"]);
    there.both(&["client", "list", "--limit", "1"]);
    there.both(&["client", "list", "--after", "nightly"]);
    there.both(&["client", "list", "--json"]);
    there.run(&["client", "change", "nightly", "--set", "access_token_lifetime=60"]).says(0, "nightly changed");
    there.both(&["client", "show", "nightly", "--json"]);
    there.run(&["client", "change", "nightly", "--unset", "access_token_lifetime", "--name", "Night"]).says(0, "nightly changed");
    assert_eq!(there.home.json(&["client", "show", "nightly", "--json"])["name"], "Night");
    there.run(&["client", "rotate-secret", "nightly"]).says(0, "nightly has a new secret; 2 live");
    let shown = there.json(&["client", "show", "nightly"]);
    let first = shown["secrets"][0]["id"].as_str().unwrap();
    there.run(&["client", "remove-secret", "nightly", "--secret", first]).says(0, "is gone");
    there.run(&["client", "remove-secret", "nightly", "--secret", first]).says(4, "`jeton client show nightly` lists them");
    there.run(&["client", "disable", "nightly"]).says(0, "nightly is disabled");
    there.run(&["client", "enable", "nightly"]).says(0, "nightly is active");
    there.run(&["client", "revoke", "nightly"]).says(0, "every token of nightly");
    there.both(&["client", "show", "nightly"]);
    there.run(&["client", "delete", "nightly"]).says(0, "nightly is gone");
    there.run(&["client", "show", "nightly"]).says(4, "`jeton client list --realm main` lists them");
    let log = there.server.stop().stderr;
    assert!(!log.contains(secret) && !log.contains(&there.token), "{log}");
}

#[test]
fn files_are_planned_and_applied() {
    let there = Elsewhere::new();
    there.desk.write("realms/acme.toml", ACME);
    there.desk.write("realms/ann.secret", "correct horse battery\n");
    let apply = |words: &[&str]| {
        let mut command = there.command(&[&["apply"], words].concat());
        Ended::of(command.env("WEB_SECRET", "a secret that an operator chose"))
    };
    apply(&["realms/acme.toml", "--dry-run"]).says(6, "4 would change");
    there.run(&["realm", "show", "acme"]).says(4, "acme");
    apply(&["realms/acme.toml"]).says(0, "create  acme   client  web");
    assert_eq!(http("GET", &format!("{}/acme/jwks", there.url), &[], "").0, 200, "it is served at once");
    apply(&["realms/acme.toml"]).says(0, "nothing to change: 4 as the files say");
    let planned: Value = serde_json::from_str(&apply(&["realms/acme.toml", "--dry-run", "--json"]).stdout).unwrap();
    assert_eq!((&planned["would_change"], &planned["differences"][0]["action"]), (&Value::Bool(false), &"unchanged".into()));
    // What a file names is looked for where the file is, and not on the server.
    there.run(&["apply", "realms/acme.toml"]).says(3, "realms/acme.toml:11:12:");
    there.run(&["apply", "realms/acme.toml"]).says(3, "the environment has no WEB_SECRET");
    std::fs::remove_file(there.desk.path("realms/ann.secret")).unwrap();
    apply(&["realms/acme.toml"]).says(3, "realms/ann.secret cannot be read");
    there.desk.write("realms/ann.secret", "correct horse battery\n");
    there.desk.write("bad.toml", "[realm]\nname = \"bad\"\ndialekt = \"volt\"\n");
    apply(&["realms/acme.toml", "bad.toml"]).says(3, "bad.toml:3:1: `dialekt` is no key of [realm]\n  instead: did you mean `dialect`?");
    there.run(&["realm", "show", "bad"]).says(4, "bad");
    there.desk.write("few.toml", "[realm]\nname = \"acme\"\n");
    apply(&["few.toml", "--prune=clients", "--dry-run"]).says(6, "remove  acme   client  web");
    apply(&["few.toml", "--prune=cleints"]).says(2, "did you mean");
    apply(&["few.toml", "--prune=clients"]).says(0, "1 changed");
    there.run(&["client", "show", "web", "--realm", "acme"]).says(4, "web");
    let event = &there.home.json(&["audit", "list", "--realm", "acme", "--kind", "client_changed", "--json"])[0];
    assert_eq!(event["actor"], "administrator", "{event}");
}

#[test]
fn people_and_their_tokens_are_worked_on() {
    let there = Elsewhere::new();
    let made = there.json(&["user", "create", "ann", "--email", "ann@example.com", "--email-verified", "--role", "admin"]);
    assert_eq!((&made["profile"], made["email_verified"].as_bool()), (&serde_json::json!({}), Some(true)), "{made}");
    assert!(made["password"].as_str().is_some_and(|password| password.len() > 10));
    there.run(&["user", "create", "ann"]).says(5, "signs in as \"ann\" already");
    there.run(&["user", "create", "anna", "--email", "x"]).says(3, "--email");
    there.run(&["user", "create", "robot", "--api-user"]).says(0, "robot created in main");
    there.both(&["user", "list", "--json"]);
    there.both(&["user", "list"]);
    there.both(&["user", "list", "--search", "rob"]);
    there
        .run(&["user", "change", "ann@example.com", "--given-name", "Ann", "--set", "attributes={\"plan\": \"gold\"}"])
        .says(0, "ann changed");
    there.run(&["user", "change", "ann", "--email", "ann@example.org"]).says(0, "ann has the address ann@example.org, unverified");
    there.run(&["user", "change", "ann", "--unset", "given_name"]).says(0, "ann changed");
    let shown = there.home.json(&["user", "show", "ann", "--json"]);
    assert_eq!((&shown["attributes"]["plan"], &shown["email_verified"]), (&"gold".into(), &Value::Bool(false)), "{shown}");
    let (here, elsewhere) = (there.home.run(&["user", "show", "robot"]), there.run(&["user", "show", "robot"]));
    assert_eq!(here.stdout.lines().next(), elsewhere.stdout.lines().next());
    there.run(&["user", "set-password", "ann"]).says(0, "ann has a new password");
    there.run(&["user", "unlock", "ann"]).says(0, "ann did not wait");
    there.run(&["user", "revoke", "ann", "--personal-access-tokens"]).says(0, "sessions, approvals and authorizations of ann have ended");
    there.run(&["token", "list", "--user", "ann"]).says(0, "nothing granted to applications");
    there.run(&["token", "revoke", "--user", "ann"]).says(0, "everything that ann granted is revoked");
    there.run(&["user", "disable", "robot"]).says(0, "robot is disabled");
    there.run(&["user", "enable", "robot"]).says(0, "robot is active");
    there.run(&["user", "delete", "robot"]).says(0, "robot is gone");
    there.run(&["user", "show", "robot"]).says(4, "`jeton user list --realm main` lists them");
    there.run(&["user", "invite"]).says(5, "sign_up");
    there.run(&["audit", "list", "--user", "ann", "--limit", "2"]).says(0, "administrator ci");
    there.run(&["lock", "list"]).says(0, "nobody waits");
    there.run(&["lock", "end", "--all"]).says(0, "whoever waited may try again at once");
    there.run(&["lock", "end", "--client", "nobody"]).says(4, "`jeton client list` lists them");
}

#[test]
fn scopes_keys_dialects_and_administrators_are_worked_on() {
    let there = Elsewhere::new();
    there.run(&["scope", "create", "read", "--description", "See your data"]).says(0, "the scope read of main is created");
    there.run(&["scope", "change", "read", "--optional"]).says(0, "the scope read of main is changed");
    there.both(&["scope", "list"]);
    there.both(&["scope", "list", "--json"]);
    there.run(&["scope", "delete", "read"]).says(0, "the scope read of main is deleted");
    there.run(&["scope", "delete", "read"]).says(4, "read");
    there.run(&["key", "rotate", "--alg", "ES256", "--now"]).says(0, "is the next ES256 key");
    there.run(&["key", "rotate", "--alg", "none"]).says(3, "is no use of a key");
    there.both(&["key", "list"]);
    let id = there.json(&["key", "list"])[0]["id"].as_str().unwrap().to_owned();
    there.both(&["key", "show", &id]);
    there.run(&["key", "revoke", &id]).says(0, "is out of use");
    let toml = there.run(&["dialect", "show", "standard"]).stdout;
    there.desk.write("ours.toml", &toml.replacen("\"standard\"", "\"ours\"", 1));
    there.run(&["dialect", "apply", "ours.toml"]).says(0, "the dialect ours is created: version 1, spoken by 0 realms");
    there.run(&["dialect", "apply", "ours.toml"]).says(0, "the dialect ours is unchanged: version 1");
    there.run(&["dialect", "list"]).says(0, "ours");
    there.run(&["realm", "change", "main", "--dialect", "ours"]).says(0, "ours");
    there.run(&["dialect", "remove", "ours"]).says(5, "spoken by 1 realm (main)");
    there.run(&["realm", "change", "main", "--dialect", "standard"]).says(0, "standard");
    there.run(&["dialect", "remove", "ours"]).says(0, "the dialect ours is removed");
    there.run(&["dialect", "show", "ours"]).says(4, "ours");
    there.run(&["administrator", "invite", "bob@example.com", "--role", "support", "--realm", "main"]).says(0, "/admin/setup/");
    let made = there.json(&["administrator", "token", "create", "--name", "watch", "--scope", "realms:read", "--role", "auditor"]);
    let watch = made["token"].as_str().unwrap();
    Ended::of(there.command(&["realm", "list"]).env("JETON_TOKEN", watch)).says(0, "main");
    there.both(&["administrator", "list"]);
    there.both(&["administrator", "list", "--json"]);
    there.run(&["administrator", "role", "watch", "support", "--realm", "main"]).says(0, "watch is support of main");
    there.run(&["administrator", "role", "watch", "auditor"]).says(0, "watch is auditor of main");
    there.run(&["administrator", "role", "watch", "support", "--all-realms"]).says(0, "watch is support of all realms");
    there.run(&["administrator", "disable", "watch"]).says(0, "watch is disabled");
    Ended::of(there.command(&["realm", "list"]).env("JETON_TOKEN", watch)).says(1, "does not let this token in");
    there.run(&["administrator", "disable", "bob@example.com"]).says(0, "withdrawn");
    there.run(&["administrator", "disable", "nobody"]).says(4, "no administrator is called");
    let made = there.json(&["realm", "registration-token", "create", "main", "--name", "partner", "--uses", "1"]);
    assert!(made["token"].as_str().is_some_and(|token| !token.is_empty()), "{made}");
    there.both(&["realm", "registration-token", "list", "main"]);
    there.run(&["realm", "registration-token", "revoke", "main", "--token", made["id"].as_str().unwrap()]).says(0, "is revoked");
    there.run(&["doctor"]).says(0, "database");
}

#[test]
fn who_may_not_is_told_and_writes_nothing() {
    let there = Elsewhere::new();
    there.desk.write("acme.toml", "[realm]\nname = \"acme\"\n");
    there.desk.write("main.toml", "[realm]\nname = \"main\"\n[[client]]\nid = \"x\"\ngrants = [\"client_credentials\"]\n");
    let with = |token: &str, words: &[&str]| Ended::of(there.command(words).env("JETON_TOKEN", token));
    let auditor = token(&there.home, &["--scope", "all", "--role", "auditor"]);
    with(&auditor, &["realm", "list"]).says(0, "main");
    with(&auditor, &["realm", "create", "acme"]).says(1, "your role does not allow this here");
    with(&auditor, &["apply", "acme.toml", "--dry-run"]).says(1, "your role does not allow this here");
    let narrow = token(&there.home, &["--scope", "realms:write"]);
    with(&narrow, &["apply", "main.toml"]).says(1, "the token lacks the scope clients:write");
    with(&narrow, &["client", "list"]).says(1, "the token lacks the scope clients:read");
    with(&narrow, &["apply", "acme.toml"]).says(0, "1 changed");
    // Whoever reaches one realm makes no other, and cannot tell those that there are from those that there are not.
    let here = token(&there.home, &["--scope", "all", "--realm", "main"]);
    with(&here, &["apply", "main.toml"]).says(0, "1 changed");
    with(&here, &["client", "list", "--realm", "acme"]).says(4, "there is no realm \"acme\"");
    there.desk.write("none.toml", "[realm]\nname = \"none\"\n");
    let (one, other) = (with(&here, &["apply", "acme.toml"]), with(&here, &["apply", "none.toml"]));
    one.says(1, "your role does not allow this here");
    assert_eq!(one.stderr, other.stderr);
    with("jeton_pat_nonsense", &["realm", "list"]).says(1, "does not let this token in");
    assert_eq!(there.home.json(&["realm", "list", "--json"]).as_array().unwrap().len(), 2);
}

#[test]
fn a_server_that_cannot_be_asked_is_told_of_in_words() {
    let home = Home::new();
    let to = |server: &str, words: &[&str]| {
        Ended::of(home.command(&[&["realm", "list", "--server", server], words].concat()).env("JETON_TOKEN", "jeton_pat_nothing"))
    };
    to("http://127.0.0.1:1", &[]).says(1, "http://127.0.0.1:1 cannot be asked");
    to("https://127.0.0.1:1", &[]).says(1, "https://127.0.0.1:1 cannot be asked");
    to("http://auth.example.com", &[]).says(2, "plain http to this machine only");
    to("127.0.0.1:8080", &[]).says(2, "--server");
    to("http://127.0.0.1:1", &["--token-file", "no-such-file"]).says(4, "no-such-file cannot be read");
    home.write("empty", "\n");
    to("http://127.0.0.1:1", &["--token-file", "empty"]).says(2, "the token is empty");
    home.run(&["realm", "list", "--server", "http://127.0.0.1:1"]).says(2, "JETON_TOKEN");
    home.run(&["doctor", "--token-file", "empty"]).says(2, "--server");
    to("http://127.0.0.1:1", &["--token-file", "empty"]).says(2, "the token is empty");
    // What answers is something else.
    let server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
    let url = server.said.split(' ').find(|word| word.starts_with("http://")).unwrap();
    to(&format!("{url}/main"), &[]).says(1, "is this the address of a Jeton server?");
    let ended = home.run(&["backup", "x", "--server", url]);
    ended.says(2, "works on a data folder only");
    assert!(!home.path("x").exists());
}
