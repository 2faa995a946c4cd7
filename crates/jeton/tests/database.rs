//! The built binary on a PostgreSQL: several servers, and commands beside them.

#[expect(dead_code, reason = "shared with the suite on data folders, which needs more of it")]
#[path = "cli/support.rs"]
mod support;

use std::{fs, process::Command, thread, time::Duration};

use jeton_postgres_test::{Cluster, Place};
use libtest_mimic::{Arguments, Trial};
use support::{Ended, FORM, Home, Running, http};

fn main() {
    let cases: [(&str, fn()); 3] = [
        ("two_servers_share_a_database_and_heed_commands", two_servers_share_a_database_and_heed_commands),
        ("a_server_with_another_master_key_is_refused", a_server_with_another_master_key_is_refused),
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

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..500 {
        if holds() {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{what}: not within ten seconds");
}
