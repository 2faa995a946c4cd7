//! Somebody else's program reads the admin API's document and asks everything that it describes, and what it does not:
//! schemathesis, which `tests/foreign/install` provides. It finds no failure of the server, no status and no body that
//! the document does not tell of.

#[path = "cli/support.rs"]
#[expect(dead_code, reason = "shared with the command line's tests")]
mod support;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use libtest_mimic::{Arguments, Failed, Trial};
use support::{Home, Running};

const NAME: &str = "the_admin_api_is_as_its_document_says";
const MISSING: &str = "needs python3 and schemathesis: run tests/foreign/install";
const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance";

fn main() {
    let required = std::env::var("JETON_REQUIRE").unwrap_or_default().split(',').any(|part| part.trim() == "python");
    let trial = match program() {
        Some(program) => Trial::test(NAME, move || finds_nothing(&program)),
        None => Trial::test(format!("{NAME} ({MISSING})"), || Err(MISSING.into())).with_ignored_flag(!required),
    };
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit();
}

fn program() -> Option<PathBuf> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/foreign/venv/bin/schemathesis");
    let runs = Command::new(&program).arg("--version").output();
    runs.is_ok_and(|output| output.status.success()).then_some(program)
}

fn finds_nothing(program: &Path) -> Result<(), Failed> {
    let home = Home::new();
    let server = Running::start(&mut home.command(&["serve", "--listen", "127.0.0.1:0"]));
    let url = server.said.split(' ').find(|word| word.starts_with("http://")).ok_or("no address")?.to_owned();
    home.run(&["user", "create", "ann", "--email", "ann@example.com", "--email-verified"]).says(0, "ann created");
    home.run(&["client", "create", "nightly", "--grant", "client_credentials"]).says(0, "nightly created");
    home.run(&["scope", "create", "read", "--description", "See your data"]).says(0, "created");
    let made = home.json(&["administrator", "token", "create", "--name", "schemathesis", "--scope", "all", "--json"]);
    let output = Command::new(program)
        .arg("run")
        .arg(format!("{url}/admin/api/openapi.json"))
        .args(["--header", &format!("Authorization: Bearer {}", made["token"].as_str().ok_or("no token")?)])
        .args(["--checks", CHECKS, "--continue-on-failure", "--warnings", "off", "--no-color"])
        // A token may be shown fifty times a second.
        .args(["--rate-limit", "40/s", "--max-time", "75", "--request-timeout", "60"])
        .current_dir(home.path("."))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()?;
    let log = server.stop().stderr;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{}{}\n{log}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)).into())
}
