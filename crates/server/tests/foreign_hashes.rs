//! Other people's libraries hash passwords: each is checked here, and becomes today's hash.
//!
//! `tests/foreign/install` provides them. A trial whose library is missing is ignored, unless
//! `JETON_REQUIRE` names its language (`node`, `python`): then it fails.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use jeton_oauth::{model::PasswordHash, secret::SecretText};
use jeton_server::password::{PasswordPool, PoolOptions, identify};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use serde_json::json;

fn main() {
    let arguments = Arguments::from_args();
    libtest_mimic::run(&arguments, LIBRARIES.iter().map(trial).collect()).exit();
}

struct Library {
    name: &'static str,
    language: &'static str,
    /// In target/foreign: the program, if the installation brings it, and a package.
    program: fn(&Path) -> PathBuf,
    package: &'static str,
    script: &'static str,
    /// Formats that it makes.
    formats: usize,
    missing: &'static str,
}

const LIBRARIES: [Library; 2] = [
    Library {
        name: "hashes_of_python_libraries_verify_and_are_upgraded",
        language: "python",
        program: |installed| installed.join("venv/bin/python"),
        package: "venv/lib/*/site-packages/werkzeug",
        script: "hash_passwords.py",
        formats: 33,
        missing: "needs python3 and its libraries: run tests/foreign/install",
    },
    Library {
        name: "hashes_of_aspnet_identity_verify_and_are_upgraded",
        language: "node",
        program: |_| "node".into(),
        package: "node_modules/aspnetcore-identity-password-hasher",
        script: "hash_passwords.mjs",
        formats: 2,
        missing: "needs node and aspnetcore-identity-password-hasher: run tests/foreign/install",
    },
];

#[derive(Deserialize)]
struct Made {
    from: String,
    password: String,
    hash: String,
}

fn passwords() -> [String; 4] {
    ["correct horse \u{e9}".into(), "x".into(), "\u{1f50b}".repeat(16), "long and longer ".repeat(4)]
}

fn trial(library: &'static Library) -> Trial {
    if !is_installed(library) {
        let required = std::env::var("JETON_REQUIRE").is_ok_and(|all| all.split(',').any(|one| one.trim() == library.language));
        return Trial::test(format!("{} ({})", library.name, library.missing), move || Err(library.missing.into()))
            .with_ignored_flag(!required);
    }
    Trial::test(library.name, move || {
        let made = ask(library)?;
        assert_eq!(made.len(), library.formats * passwords().len());
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(check(&made));
        Ok(())
    })
}

async fn check(made: &[Made]) {
    let pool = PasswordPool::new(PoolOptions { threads: 2, queue: 8 }).unwrap();
    for Made { from, password, hash } in made {
        identify(hash).unwrap_or_else(|fault| panic!("{from}: {fault}"));
        let stored = Some(PasswordHash(hash.clone()));
        let right = pool.verify(SecretText::new(password.clone()), stored.clone()).await.unwrap();
        assert!(right.matched, "{from}: {password}");
        assert!(right.upgrade.is_some_and(|hash| hash.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")), "{from}");
        let wrong = format!("{}!", password.chars().next().unwrap());
        assert!(!pool.verify(SecretText::new(wrong), stored).await.unwrap().matched, "{from}");
    }
}

fn ask(library: &Library) -> Result<Vec<Made>, Failed> {
    let mut child = Command::new((library.program)(&installed()))
        .arg(workspace().join("tests/foreign").join(library.script))
        .arg(installed())
        // Otherwise Python leaves its caches among the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    stdin.write_all(json!({ "passwords": passwords() }).to_string().as_bytes())?;
    drop(stdin);
    let output = child.wait_with_output()?;
    serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("no answer ({}): {error}\n{}", output.status, String::from_utf8_lossy(&output.stderr)).into())
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn installed() -> PathBuf {
    workspace().join("target/foreign")
}

fn is_installed(library: &Library) -> bool {
    let program = (library.program)(&installed());
    let runs = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    runs.is_ok_and(|status| status.success()) && exists(library.package)
}

/// `package` may have one `*` in place of a folder's name.
fn exists(package: &str) -> bool {
    let Some((before, after)) = package.split_once("/*/") else { return installed().join(package).exists() };
    installed().join(before).read_dir().is_ok_and(|folders| folders.flatten().any(|folder| folder.path().join(after).exists()))
}
