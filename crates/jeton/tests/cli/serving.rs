//! `jeton serve` and `jeton demo`: how they start, what they refuse, how they end.

use std::{
    io::{Read, Write},
    process::Stdio,
};

use crate::support::{Ended, FORM, Home, Process, Running, http, until};
use serde_json::Value;

fn serve(home: &Home) -> Running {
    Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]))
}

fn demo(home: &Home) -> (Running, Value) {
    let running = Running::start(&mut home.command(&["demo", "--json", "--listen", "127.0.0.1:0"]));
    let said: Value = serde_json::from_str(&running.said).unwrap();
    (running, said["realms"].clone())
}

/// The address in a line of `jeton serve`.
fn address(said: &str) -> &str {
    said.split(' ').find(|word| word.starts_with("http://")).unwrap()
}

#[test]
fn an_empty_folder_becomes_a_server_with_the_realm_main() {
    let home = Home::new();
    let server = serve(&home);
    let url = address(&server.said).to_owned();
    let (status, body) = http("GET", &format!("{url}/main/.well-known/openid-configuration"), &[], "");
    let metadata: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, metadata["issuer"].as_str()), (200, Some(format!("{url}/main").as_str())));
    let ended = server.stop();
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("stopping"), "{}", ended.stderr);
    assert!(ended.stdout.contains("jeton user create ann --realm main"), "{}", ended.stdout);
}

#[test]
fn commands_beside_a_running_server_are_heeded() {
    let home = Home::new();
    let server = serve(&home);
    let token = format!("{}/main/token", address(&server.said));
    let made = home.json(&["client", "create", "nightly", "--grant", "client_credentials", "--auth", "client_secret_post", "--json"]);
    let body = format!("grant_type=client_credentials&client_id=nightly&client_secret={}", made["client_secret"].as_str().unwrap());
    let ask = || http("POST", &token, &[FORM], &body).0;
    assert_eq!(ask(), 200);
    home.run(&["client", "disable", "nightly"]).says(0, "nightly is disabled");
    until("a disabled client is refused", || ask() == 401);
    home.run(&["client", "enable", "nightly"]).says(0, "nightly is active");
    until("an enabled client is served", || ask() == 200);
    home.run(&["key", "rotate", "--alg", "ES256", "--now"]).says(0, "is the next ES256 key");
    let key = home.json(&["key", "list", "--json"])[0]["id"].as_str().unwrap().to_owned();
    assert!(!home.json(&["key", "show", &key, "--json"]).as_object().unwrap().contains_key("wrapped"));
    home.run(&["key", "revoke", "01890a5d-ac96-774b-bcce-b302099a8057"]).says(4, "has no key");
    assert_eq!(home.json(&["key", "list", "--json"]).as_array().unwrap().iter().filter(|key| key["purpose"] == "ES256").count(), 2);
    home.run(&["doctor"]).says(0, "belongs to this database");
    home.run(&["backup", "copy.db"]).says(0, "bytes");
}

#[test]
fn a_realm_that_is_applied_beside_the_server_is_served() {
    let home = Home::new();
    let server = serve(&home);
    home.write("acme.toml", "[realm]\nname = \"acme\"\n");
    home.run(&["apply", "acme.toml"]).says(0, "1 changed");
    let url = format!("{}/acme/jwks", address(&server.said));
    until("the new realm is served", || http("GET", &url, &[], "").0 == 200);
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let home = Home::new();
    let _server = serve(&home);
    home.run(&["serve", "--listen", "127.0.0.1:0"]).says(1, "another server is running on");
}

#[test]
fn a_port_in_use_is_refused() {
    let home = Home::new();
    let server = serve(&home);
    let taken = address(&server.said).trim_start_matches("http://").to_owned();
    home.run(&["serve", "--listen", &taken, "--data", "other"]).says(1, "another program does already");
    assert!(!home.path("other").exists());
}

#[test]
fn a_read_only_folder_is_refused() {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let home = Home::new();
    let folder = home.path("locked");
    std::fs::create_dir(&folder).unwrap();
    let mut command = home.command(&["serve", "--listen", "127.0.0.1:0", "--data", "locked"]);
    if is_root(&folder) {
        // Root may write anywhere, so somebody else has to try.
        std::fs::set_permissions(home.path(""), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    Ended::of(&mut command).says(1, "cannot be written");
}

const NOBODY: u32 = 65_534;

fn is_root(own: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(own).unwrap().uid() == 0
}

#[test]
fn a_folder_that_is_a_file_is_refused() {
    let home = Home::new();
    home.write("file", "");
    home.run(&["serve", "--listen", "127.0.0.1:0", "--data", "file"]).says(1, "file is a file; name a folder");
}

#[test]
fn a_missing_master_key_is_refused() {
    let home = Home::new();
    let server = serve(&home);
    let jwks = format!("{}/main/jwks", address(&server.said));
    assert_eq!(http("GET", &jwks, &[], "").0, 200);
    server.stop();
    std::fs::remove_file(home.path("jeton-data/master.key")).unwrap();
    home.run(&["serve", "--listen", "127.0.0.1:0"]).says(1, "the master key is missing");
    home.run(&["doctor"]).says(1, "the master key is missing");
}

#[test]
fn the_configuration_is_read_and_the_command_line_comes_first() {
    let home = Home::new();
    home.write("jeton.toml", "listen = \"127.0.0.1:1\"\ndata = \"elsewhere\"\nlog = \"json\"\npublic_url = \"https://auth.example.com\"\n");
    let server = Running::start(&mut home.command(&["serve", "--config", "jeton.toml", "--listen", "127.0.0.1:0"]));
    assert!(server.said.contains("https://auth.example.com from elsewhere, listening on http://127.0.0.1:"), "{}", server.said);
    let log = server.stop().stderr;
    assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{log}");
    home.write("jeton.toml", "log = \"json\"\nlisten_on = \"127.0.0.1:1\"\n");
    home.run(&["serve", "--config", "jeton.toml"]).says(3, "jeton.toml:2:1: unknown field `listen_on`");
    home.run(&["serve", "--public-url", "http://auth.example.com"]).says(3, "an issuer uses https");
    home.run(&["serve", "--tls-cert", "cert.pem"]).says(2, "both tls_cert and tls_key");
    home.run(&["serve", "--tls-cert", "cert.pem", "--tls-key", "key.pem"]).says(1, "cert.pem");
}

#[test]
fn the_demo_says_one_line_and_all_of_it_works() {
    let home = Home::new();
    let (_running, realms) = demo(&home);
    let names: Vec<&String> = realms.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 6);
    for (name, realm) in realms.as_object().unwrap() {
        let members: Vec<&str> = realm.as_object().unwrap().keys().map(String::as_str).collect();
        for member in ["url", "client_id", "client_secret", "username", "password", "redirect_uri", "scopes"] {
            assert!(members.contains(&member), "{name} has no {member}");
        }
        assert!(realm["scopes"].is_array());
    }
    let text = |realm: &str, member: &str| realms[realm][member].as_str().unwrap().to_owned();
    assert_eq!(realms["voipex"]["client_secret"], Value::Null);
    assert_eq!(realms["depotfinity"]["username"], Value::Null);

    let password = |realm: &str| {
        format!(
            "grant_type=password&client_id={}&username={}&password={}",
            text(realm, "client_id"),
            text(realm, "username").replace('@', "%40"),
            text(realm, "password")
        )
    };
    let (status, body) = http(
        "POST",
        &format!("{}/oauth", text("volt", "url")),
        &[FORM],
        &format!("{}&client_secret={}", password("volt"), text("volt", "client_secret")),
    );
    assert_eq!(status, 200, "{body}");
    let (status, body) = http("POST", &format!("{}/token", text("voipex", "url")), &[FORM], &password("voipex"));
    assert_eq!((status, serde_json::from_str::<Value>(&body).unwrap()["scope"].as_str()), (200, Some("profile email")), "{body}");
    let headers = [
        ("content-type", "application/json"),
        ("x-violet-app-id", &text("violet", "client_id")),
        ("x-violet-app-secret", &text("violet", "client_secret")),
    ];
    let login = serde_json::json!({ "username": text("violet", "username"), "password": text("violet", "password") }).to_string();
    let (status, body) = http("POST", &format!("{}/v1/login", text("violet", "url")), &headers, &login);
    let person: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &person["id"], &person["date_created"]), (200, &9999.into(), &"2016-11-01T22:17:39+0000".into()), "{body}");
}

#[test]
fn a_demo_starts_again_on_its_own_data() {
    let home = Home::new();
    let (running, realms) = demo(&home);
    running.stop();
    let (_running, again) = demo(&home);
    assert_eq!(realms["volt"]["client_secret"], again["volt"]["client_secret"]);
    assert_eq!(home.json(&["realm", "list", "--data", "jeton-demo", "--json"]).as_array().unwrap().len(), 6);
    let findings = home.json(&["doctor", "--data", "jeton-demo", "--json"])["findings"].clone();
    // Nobody administers a demo.
    let fine = |finding: &Value| finding["state"] == "ok" || finding["about"] == "administrators";
    assert!(findings.as_array().unwrap().iter().all(fine), "{findings}");
}

#[test]
fn a_demo_refuses_a_folder_that_is_not_its_own() {
    let home = Home::new();
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    home.run(&["demo", "--data", "jeton-data", "--listen", "127.0.0.1:0"]).says(1, "is not empty and not a demo's");
    assert_eq!(home.json(&["realm", "list", "--json"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let home = Home::new();
    // Held and never read: the pipe takes 64 KiB.
    let (_unread, stderr) = std::io::pipe().unwrap();
    let server = Running::start_with(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]), stderr.into());
    let token = format!("{}/main/token", address(&server.said));
    for _ in 0..2000 {
        assert_eq!(http("POST", &token, &[FORM], "grant_type=guessing").0, 400);
    }
    server.signal("TERM");
    assert_eq!(server.end().code, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_first_line_that_nobody_reads_stops_nothing() {
    let home = Home::new();
    let (_unread, stdout) = full_pipe();
    let mut server = Process::start_with(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]), stdout.into(), Stdio::piped());
    let line = server.logs("listening on ");
    let (address, _) = line.split_once("listening on ").unwrap().1.split_once('\n').unwrap();
    assert_eq!(http("GET", &format!("http://{address}/health/live"), &[], "").0, 200);
    server.signal("TERM");
    assert_eq!(server.end().code, 0);
}

/// A pipe that takes nothing more.
#[cfg(target_os = "linux")]
fn full_pipe() -> (std::io::PipeReader, std::io::PipeWriter) {
    use std::{os::fd::AsRawFd, os::unix::fs::OpenOptionsExt};
    const NONBLOCKING: i32 = 0o4000;
    let (reader, writer) = std::io::pipe().unwrap();
    let path = format!("/proc/self/fd/{}", writer.as_raw_fd());
    let mut filler = std::fs::OpenOptions::new().write(true).custom_flags(NONBLOCKING).open(path).unwrap();
    for size in [4096, 1] {
        while filler.write(&vec![b' '; size]).is_ok() {}
    }
    (reader, writer)
}

#[test]
fn a_hangup_does_not_end_the_server() {
    let home = Home::new();
    let mut server = serve(&home);
    server.signal("HUP");
    server.logs("SIGHUP");
    assert_eq!(http("GET", &format!("{}/main/jwks", address(&server.said)), &[], "").0, 200);
    assert_eq!(server.stop().code, 0);
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    let home = Home::new();
    let mut server = serve(&home);
    // A request that never ends, so that the first signal has somebody to wait for.
    let address = address(&server.said).trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let head =
        "POST /main/token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    server.signal("TERM");
    server.logs("stopping");
    server.signal("INT");
    assert_eq!(server.end().code, 1);
}

#[test]
fn metrics_and_reasons_are_on_the_internal_listener_alone() {
    let home = Home::new();
    let words = ["serve", "--listen", "127.0.0.1:0", "--internal-listen", "127.0.0.1:0"];
    let server = Running::start(&mut home.command(&words));
    let urls: Vec<&str> = server.said.split_whitespace().filter(|word| word.starts_with("http://")).collect();
    let [public, internal] = urls.as_slice() else { panic!("{}", server.said) };
    let get = |url: &str, path: &str| http("GET", &format!("{url}{path}"), &[], "");
    assert_eq!(get(public, "/metrics").0, 404);
    assert_eq!(get(public, "/health/ready"), (200, "{\"status\":\"ready\"}".to_owned()));
    let (status, metrics) = get(internal, "/metrics");
    assert_eq!(status, 200);
    for name in ["jeton_requests_total", "jeton_log_lines_lost_total 0", "jeton_panics_total 0"] {
        assert!(metrics.contains(name), "{name} is not in {metrics}");
    }
    assert_eq!((get(internal, "/health/ready").0, get(internal, "/main/jwks").0), (200, 404));
}

#[test]
fn several_addresses_and_a_unix_socket_are_served() {
    let home = Home::new();
    let words = ["serve", "--listen", "127.0.0.1:0", "--listen", "unix:socket", "--listen", "127.0.0.1:0", "--socket-mode", "600"];
    // The file of a server that was killed is in nobody's way.
    drop(std::os::unix::net::UnixListener::bind(home.path("socket")).unwrap());
    let server = Running::start(&mut home.command(&words));
    let urls: Vec<&str> = server.said.split_whitespace().filter(|word| word.starts_with("http://")).collect();
    assert_eq!(urls.len(), 3, "the public one, and two of its own: {}", server.said);
    for url in urls {
        assert_eq!(http("GET", &format!("{url}/health/live"), &[], "").0, 200);
    }
    let mut stream = std::os::unix::net::UnixStream::connect(home.path("socket")).unwrap();
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(server.stop().code, 0);
    assert!(!home.path("socket").exists());
}

#[test]
fn plain_http_beyond_this_machine_needs_the_operators_word() {
    let home = Home::new();
    let words = ["serve", "--listen", "127.0.0.1:0", "--public-url", "http://auth.lan:8080"];
    home.run(&words).says(3, "--allow-plain-http");
    let server = Running::start(&mut home.command(&[&words[..], &["--allow-plain-http"]].concat()));
    assert!(server.said.contains("http://auth.lan:8080 from"), "{}", server.said);
    home.write("lan.toml", "[realm]\nname = \"lan\"\nissuer = \"http://10.0.0.7:8080/lan\"\n");
    home.run(&["apply", "lan.toml"]).says(3, "--allow-plain-http");
    home.run(&["apply", "lan.toml", "--allow-plain-http"]).says(0, "1 changed");
    let create = ["realm", "create", "typed", "--issuer", "http://10.0.0.7:8080/typed"];
    home.run(&create).says(3, "--allow-plain-http");
    home.run(&[&create[..], &["--allow-plain-http"]].concat()).says(0, "http://10.0.0.7:8080/typed");
    home.run(&["doctor"]).says(0, "plain http");
}

#[test]
fn what_cannot_be_listened_on_is_refused_in_words() {
    let home = Home::new();
    home.run(&["serve", "--listen", "localhost"]).says(2, "127.0.0.1:8080");
    home.run(&["serve", "--listen", "127.0.0.1:0", "--idle-timeout", "0"]).says(2, "1..=7200");
    home.run(&["serve", "--listen", "unix:socket"]).says(2, "--public-url");
    home.write("letter", "dear");
    home.run(&["serve", "--listen", "unix:letter", "--public-url", "https://auth.example.com"]).says(1, "no socket");
    home.write("jeton.toml", "listen = [\"127.0.0.1:0\", \"nowhere\"]\n");
    home.run(&["serve", "--config", "jeton.toml"]).says(2, "nowhere");
}
