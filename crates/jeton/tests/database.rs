//! The built binary on a PostgreSQL: several servers, and commands beside them.

#[path = "cli/bulk.rs"]
mod bulk;
#[expect(dead_code, reason = "shared with the suite on data folders, which needs more of it")]
#[path = "cli/support.rs"]
mod support;

use std::{
    fs,
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use jeton_postgres_test::{Cluster, Place};
use libtest_mimic::{Arguments, Trial};
use support::{Ended, FORM, Home, Process, Running, http, until};

fn main() {
    let cases: [(&str, fn()); 7] = [
        ("two_servers_share_a_database_and_heed_commands", two_servers_share_a_database_and_heed_commands),
        ("a_server_with_another_master_key_is_refused", a_server_with_another_master_key_is_refused),
        ("an_installation_moves_to_postgres_and_back_with_its_tokens", an_installation_moves_to_postgres_and_back_with_its_tokens),
        ("a_restored_database_is_told_so_and_no_server_may_be_on_it", a_restored_database_is_told_so_and_no_server_may_be_on_it),
        ("a_copy_that_was_killed_goes_on", a_copy_that_was_killed_goes_on),
        ("a_server_ends_although_its_database_says_nothing_any_more", a_server_ends_although_its_database_says_nothing_any_more),
        ("a_url_that_cannot_be_is_refused_without_its_password", a_url_that_cannot_be_is_refused_without_its_password),
    ];
    let trial = |(name, case): (&str, fn())| {
        let trial = Trial::test(format!("postgres::{name}"), move || {
            case();
            Ok(())
        });
        match jeton_postgres_test::missing() {
            Some(missing) if !jeton_postgres_test::required() => trial.with_kind(missing).with_ignored_flag(true),
            _ => trial,
        }
    };
    libtest_mimic::run(&Arguments::from_args(), cases.map(trial).into()).exit();
}

/// `jeton` with these words, on the rows of `place` and the master key of `folder`.
fn on(home: &Home, place: &Place, folder: &str, words: &[&str]) -> Command {
    let mut command = home.command(words);
    command.env("JETON_DATABASE", place.url()).env("JETON_DATA", folder);
    command
}

fn two_servers_share_a_database_and_heed_commands() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    let run = |words: &[&str]| Ended::of(&mut on(&home, &place, "one", words));
    run(&["realm", "create", "main"]).says(0, "main");
    let made = run(&["client", "create", "nightly", "--grant", "client_credentials", "--auth", "client_secret_post", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    let body = format!("grant_type=client_credentials&client_id=nightly&client_secret={}", made["client_secret"].as_str().unwrap());

    let start = |folder: &str| Running::start(&mut on(&home, &place, folder, &["serve", "--listen", "127.0.0.1:0"]));
    let url = |server: &Running| format!("{}/main/token", server.said.split(' ').find(|word| word.starts_with("http://")).unwrap());
    let one = start("one");
    fs::create_dir(home.path("two")).unwrap();
    fs::copy(home.path("one/master.key"), home.path("two/master.key")).unwrap();
    let two = start("two");
    let urls = [url(&one), url(&two)];
    let answers = |status: u16| urls.iter().all(|url| http("POST", url, &[FORM], &body).0 == status);
    assert!(answers(200));
    run(&["client", "disable", "nightly"]).says(0, "nightly is disabled");
    until("both servers refuse a disabled client", || answers(401));
    run(&["client", "enable", "nightly"]).says(0, "nightly is active");
    until("both servers serve an enabled client", || answers(200));
    run(&["doctor"]).says(0, "PostgreSQL");
    let found = run(&["doctor", "--json"]).stdout;
    assert_eq!(found.matches("the server on").count(), 2, "{found}");
    place.execute(
        "INSERT INTO nodes (id, kind, program, knows_schema, place, started_at, clock_at, seen_at) \
         SELECT '00000000-0000-7000-8000-000000000000', kind, '99.0.0', 99, 'three', started_at, seen_at + 5000, seen_at FROM nodes LIMIT 1",
    );
    let found = run(&["doctor", "--json"]).stdout;
    assert!(found.contains("different versions") && found.contains("5 s ahead of"), "{found}");
    run(&["backup", "copy.db"]).says(1, "pg_dump");
    assert_eq!((one.stop().code, two.stop().code), (0, 0));
}

fn a_server_with_another_master_key_is_refused() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    let server = Running::start(&mut on(&home, &place, "one", &["serve", "--listen", "127.0.0.1:0"]));
    let other = Ended::of(&mut on(&home, &place, "two", &["serve", "--listen", "127.0.0.1:0"]));
    other.says(1, "master");
    assert_eq!(server.stop().code, 0);
}

fn a_url_that_cannot_be_is_refused_without_its_password() {
    let home = Home::new();
    for url in ["mysql://ann:s3cret@db/rows", "postgres://ann:s3cret@db:x/rows", "postgres://ann:s3cret@%2Fnowhere/rows"] {
        let ended = Ended::of(home.command(&["serve", "--listen", "127.0.0.1:0"]).env("JETON_DATABASE", url));
        ended.says(1, "postgres://");
        assert!(!format!("{ended:?}").contains("s3cret"), "{ended:?}");
    }
}

fn an_installation_moves_to_postgres_and_back_with_its_tokens() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    let address = |server: &Running| server.said.split(' ').find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let first = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--data", "old"]));
    let at = address(&first);
    let made = home.json(&[
        "client",
        "create",
        "nightly",
        "--grant",
        "client_credentials",
        "--auth",
        "client_secret_post",
        "--json",
        "--data",
        "old",
    ]);
    let proof = format!("client_id=nightly&client_secret={}", made["client_secret"].as_str().unwrap());
    let issued = http("POST", &format!("http://{at}/main/token"), &[FORM], &format!("grant_type=client_credentials&{proof}"));
    let issued: serde_json::Value = serde_json::from_str(&issued.1).unwrap();
    let token = issued["access_token"].as_str().unwrap().to_owned();
    let lives =
        || http("POST", &format!("http://{at}/main/introspect"), &[FORM], &format!("token={token}&{proof}")).1.contains("\"active\":true");
    assert!(lives());
    assert_eq!(first.stop().code, 0);

    home.run(&["copy", "--from", "sqlite://old", "--to", &place.url()]).says(0, "serve with --data old and --database postgres://");
    let second = Running::start(&mut on(&home, &place, "old", &["serve", "--listen", &at]));
    assert!(lives());
    assert_eq!(second.stop().code, 0);

    home.run(&["copy", "--from", &place.url(), "--to", "sqlite://new"]).says(0, "copy master.key (or JETON_MASTER_KEY)");
    fs::copy(home.path("old/master.key"), home.path("new/master.key")).unwrap();
    let third = Running::start(&mut home.command(&["serve", "--listen", &at, "--data", "new"]));
    assert!(lives());
    assert_eq!(third.stop().code, 0);
}

fn a_restored_database_is_told_so_and_no_server_may_be_on_it() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    let start = |listen: &str| Running::start(&mut on(&home, &place, "one", &["serve", "--listen", listen]));
    let run = |words: &[&str]| Ended::of(&mut on(&home, &place, "one", words));
    let first = start("127.0.0.1:0");
    let at = first.said.split(' ').find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
    let made = run(&["client", "create", "nightly", "--grant", "client_credentials", "--auth", "client_secret_post", "--json"]).stdout;
    let made: serde_json::Value = serde_json::from_str(&made).unwrap();
    let proof = format!("client_id=nightly&client_secret={}", made["client_secret"].as_str().unwrap());
    let issue = || -> String {
        let body = http("POST", &format!("http://{at}/main/token"), &[FORM], &format!("grant_type=client_credentials&{proof}")).1;
        serde_json::from_str::<serde_json::Value>(&body).unwrap()["access_token"].as_str().unwrap().to_owned()
    };
    let lives = |token: &str| {
        http("POST", &format!("http://{at}/main/introspect"), &[FORM], &format!("token={token}&{proof}")).1.contains("\"active\":true")
    };
    let old = issue();
    assert!(lives(&old));
    run(&["restore"]).says(1, "the server on");
    assert!(lives(&old));
    assert_eq!(first.stop().code, 0);
    run(&["restore"]).says(0, "is dead");
    let second = start(&at);
    assert!(!lives(&old) && lives(&issue()));
    assert_eq!(second.stop().code, 0);
}

fn a_copy_that_was_killed_goes_on() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    bulk::fill(&home.path("jeton-data"), 60_000);
    let url = place.url();
    let copy = ["copy", "--from", "sqlite://jeton-data", "--to", &url, "--json"];
    let mut killed = Process::start(&mut home.command(&copy));
    while !Ended::of(&mut on(&home, &place, "jeton-data", &["realm", "list"])).stderr.contains("is half a copy") {
        assert!(killed.child.try_wait().unwrap().is_none(), "it ended before it was killed");
    }
    drop(killed);
    let serve = Ended::of(&mut on(&home, &place, "jeton-data", &["serve", "--listen", "127.0.0.1:0"]));
    serve.says(1, "run the same `jeton copy` again");
    assert_eq!(home.json(&copy)["resumed"], true);
    Ended::of(&mut on(&home, &place, "jeton-data", &["realm", "list"])).says(0, "acme");
}

/// A way to the database on which nothing moves once `silent` is set, and nothing is ever closed.
fn passage(place: &Place, folder: &std::path::Path, silent: Arc<AtomicBool>) {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    let socket = place.socket();
    let carry = move |mut from: UnixStream, mut to: UnixStream, silent: Arc<AtomicBool>| {
        thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(length @ 1..) = from.read(&mut buffer) {
                while silent.load(Relaxed) {
                    thread::park();
                }
                if to.write_all(&buffer[..length]).is_err() {
                    return;
                }
            }
        });
    };
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let server = UnixStream::connect(&socket).unwrap();
            carry(client.try_clone().unwrap(), server.try_clone().unwrap(), silent.clone());
            carry(server, client, silent.clone());
        }
    });
}

fn a_server_ends_although_its_database_says_nothing_any_more() {
    let (home, place) = (Home::new(), Cluster::careless().place());
    let silent = Arc::new(AtomicBool::new(false));
    passage(&place, &home.path(""), silent.clone());
    let url = place.url_through(&home.path(""));
    let mut server = Running::start(home.command(&["serve", "--listen", "127.0.0.1:0"]).env("JETON_DATABASE", url));
    silent.store(true, Relaxed);
    server.logs("could not be read");
    assert_eq!(server.stop().code, 0);
}
