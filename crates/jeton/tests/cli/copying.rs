//! `jeton copy` from folder to folder; `tests/database.rs` has what needs a PostgreSQL.

use crate::{
    bulk::fill,
    support::{Home, Running},
};

const COPY: &[&str] = &["copy", "--from", "sqlite://jeton-data", "--to", "sqlite://new"];

#[test]
fn a_folder_moves_with_its_key_and_its_dialects() {
    let home = Home::new();
    let serve = |data: &str| Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--data", data]));
    assert_eq!(serve("jeton-data").stop().code, 0);
    home.run(&["user", "create", "ann"]).says(0, "ann created");
    let volt = home.run(&["dialect", "show", "volt"]).stdout;
    home.write("jeton-data/dialects/ours.toml", &volt.replacen("name = \"volt\"", "name = \"ours\"", 1));
    let copied = home.run(COPY);
    copied.says(0, "rows are the same on both sides");
    copied.says(0, "serve with --data new");
    copied.says(0, "never serve the old rows again");
    for file in ["master.key", "dialects/ours.toml"] {
        let read = |folder: &str| std::fs::read(home.path(folder).join(file)).unwrap();
        assert_eq!(read("jeton-data"), read("new"));
    }
    assert_eq!(serve("new").stop().code, 0);
    home.run(&["user", "show", "ann", "--data", "new"]).says(0, "ann");
    home.run(&["doctor", "--data", "new"]).says(0, "belongs to this database");
    home.run(COPY).says(5, "holds all of this installation already");
}

#[test]
fn a_copy_that_was_killed_goes_on() {
    let home = Home::new();
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    fill(&home.path("jeton-data"), 60_000);
    let mut killed = home.command(COPY).spawn().unwrap();
    while !home.run(&["realm", "list", "--data", "new"]).stderr.contains("is half a copy") {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it was killed");
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    home.run(&["serve", "--listen", "127.0.0.1:0", "--data", "new"]).says(1, "run the same `jeton copy` again");
    let done = home.json(&[COPY, &["--json"]].concat());
    assert_eq!(done["resumed"], true);
    let events = done["tables"].as_array().unwrap().iter().find(|table| table["table"] == "audit_events").unwrap().clone();
    assert!(events["rows"].as_u64().unwrap() > 60_000, "{events}");
    home.run(&["realm", "list", "--data", "new"]).says(0, "acme");
}

#[test]
fn a_place_that_cannot_be_is_refused() {
    let home = Home::new();
    let copy = |from: &str, to: &str| home.run(&["copy", "--from", from, "--to", to]);
    for wrong in ["mysql://ann:s3cret@db/rows", "s3cret", "sqlite://", "postgres://ann:s3cret@db:x/rows"] {
        for ended in [copy(wrong, "sqlite://new"), copy("sqlite://jeton-data", wrong)] {
            ended.says(2, "postgres://");
            assert!(!format!("{ended:?}").contains("s3cret"), "{ended:?}");
        }
    }
    copy("sqlite://nowhere", "sqlite://new").says(4, "there is no data folder at nowhere");
    assert!(!home.path("new").exists());
    home.run(&["realm", "create", "acme"]).says(0, "acme");
    copy("sqlite://jeton-data", "sqlite://./jeton-data").says(2, "source and destination are both");
    home.run(&["realm", "create", "other", "--data", "other"]).says(0, "other");
    copy("sqlite://jeton-data", "sqlite://other").says(5, "rows of another installation");
    home.run(&["realm", "list", "--data", "other"]).says(0, "other");
    home.run(&["copy", "--from", "sqlite://jeton-data"]).says(2, "--to");
}

#[test]
fn a_folder_that_a_server_holds_is_neither_source_nor_destination() {
    let home = Home::new();
    home.run(&["realm", "create", "acme", "--data", "idle"]).says(0, "acme");
    let _server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
    home.run(&["copy", "--from", "sqlite://jeton-data", "--to", "sqlite://new"]).says(1, "is in use by a server");
    home.run(&["copy", "--from", "sqlite://idle", "--to", "sqlite://jeton-data"]).says(1, "is in use by a server");
    assert!(!home.path("new").exists());
}

#[test]
fn a_folder_with_another_installations_key_is_no_destination() {
    let home = Home::new();
    for data in ["jeton-data", "new"] {
        assert_eq!(Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0", "--data", data])).stop().code, 0);
    }
    std::fs::remove_file(home.path("new/jeton.db")).unwrap();
    home.run(COPY).says(5, "is the key of another installation");
    assert!(!home.path("new/jeton.db").exists());
}
