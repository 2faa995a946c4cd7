//! Other people's libraries: each believes our tokens, we believe theirs, and both read
//! the same keys in the same way.
//!
//! `tests/foreign/install` provides them. A trial whose library is missing is ignored,
//! unless `JETON_REQUIRE` names its language (`node`, `python`): then it fails.

mod keys_of_all;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};

use jeton_jose::{Algorithm, Expect, Jwk, SigningKey, VerifyingKey, base64url, verify};
use keys_of_all::key;
use libtest_mimic::{Arguments, Trial};
use serde::Deserialize;
use serde_json::{Value, json};

fn main() {
    let arguments = Arguments::from_args();
    let trials = LIBRARIES.iter().flat_map(trials).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

struct Library {
    name: &'static str,
    language: &'static str,
    /// In target/foreign: the program, if the installation brings it, and the package.
    program: fn(&Path) -> PathBuf,
    package: &'static str,
    script: &'static str,
    missing: &'static str,
}

const LIBRARIES: [Library; 3] = [
    Library {
        name: "npm_jose",
        language: "node",
        program: |_| "node".into(),
        package: "node_modules/jose",
        script: "with_jose.mjs",
        missing: "needs node and npm's jose: run tests/foreign/install",
    },
    Library {
        name: "pypi_joserfc",
        language: "python",
        program: |installed| installed.join("venv/bin/python"),
        package: "venv/lib/*/site-packages/joserfc",
        script: "with_joserfc.py",
        missing: "needs python3 and joserfc: run tests/foreign/install",
    },
    Library {
        name: "pypi_jwcrypto",
        language: "python",
        program: |installed| installed.join("venv/bin/python"),
        package: "venv/lib/*/site-packages/jwcrypto",
        script: "with_jwcrypto.py",
        missing: "needs python3 and jwcrypto: run tests/foreign/install",
    },
];

#[derive(Deserialize)]
struct Answer {
    ours: Ours,
    theirs: Theirs,
}

/// What the library makes of our token and our keys.
#[derive(Deserialize)]
struct Ours {
    claims: Value,
    kid: String,
    thumbprint: String,
    public: Option<Jwk>,
    signed_with_our_key: String,
}

/// What the library made by itself.
#[derive(Deserialize)]
struct Theirs {
    kid: String,
    jwk: Option<Jwk>,
    secret: Option<String>,
    pkcs8: Option<String>,
    token: String,
}

fn trials(library: &'static Library) -> Vec<Trial> {
    let absence = absence(library);
    // One process answers for all algorithms, and none is started for a mere list.
    let answers = Arc::new(OnceLock::new());
    let mut trials = Vec::new();
    for algorithm in Algorithm::ALL {
        for (what, check) in CHECKS {
            let name = format!("{}::{algorithm}::{what}", library.name);
            if let Some(reason) = absence {
                let trial = Trial::test(format!("{name} ({reason})"), move || Err(reason.into()));
                trials.push(trial.with_ignored_flag(!required(library.language)));
                continue;
            }
            let answers = Arc::clone(&answers);
            trials.push(Trial::test(name, move || {
                let answers: &Answers = answers.get_or_init(|| ask(library));
                let answer = answers.as_ref()?.get(algorithm.name());
                check(algorithm, answer.ok_or("the library did not answer for this algorithm")?);
                Ok(())
            }));
        }
    }
    trials
}

type Answers = Result<BTreeMap<String, Answer>, String>;

type Check = fn(Algorithm, &Answer);

const CHECKS: [(&str, Check); 4] = [
    ("believes_our_token", |algorithm, answer| {
        assert_eq!(answer.ours.claims, claims());
        assert_eq!(answer.ours.kid, key(algorithm).kid());
    }),
    ("reads_our_keys_as_we_do", |algorithm, answer| {
        let key = key(algorithm);
        assert_eq!(answer.ours.thumbprint, key.kid());
        let (ours, theirs) = (key.public_jwk(), answer.ours.public.as_ref());
        assert_eq!(ours.as_ref().map(Jwk::parameters), theirs.map(Jwk::parameters));
        believed(&answer.ours.signed_with_our_key, &key.verifying_key(), key.kid());
    }),
    ("makes_tokens_that_we_believe", |algorithm, answer| {
        let theirs = &answer.theirs;
        let key = match (&theirs.jwk, &theirs.secret) {
            (Some(jwk), None) => VerifyingKey::from_jwk(jwk, algorithm).unwrap(),
            (None, Some(secret)) => VerifyingKey::from_secret(algorithm, &base64url::decode(secret).unwrap()).unwrap(),
            _ => panic!("one key was expected"),
        };
        believed(&theirs.token, &key, &theirs.kid);
    }),
    ("makes_keys_that_we_read_as_it_does", |algorithm, answer| {
        let theirs = &answer.theirs;
        let private = theirs.pkcs8.as_ref().or(theirs.secret.as_ref()).unwrap();
        let private = base64url::decode(private).unwrap();
        let key = SigningKey::from_private_bytes(algorithm, &private).unwrap();
        assert_eq!(key.kid(), theirs.kid);
        assert_eq!(key.public_jwk(), theirs.jwk);
        if let Some(jwk) = &theirs.jwk {
            assert_eq!(jwk.thumbprint(), theirs.kid);
        }
    }),
];

fn believed(token: &str, key: &VerifyingKey, kid: &str) {
    let algorithms = [key.algorithm()];
    let verified = verify(token, &Expect::new(&algorithms, &["at+jwt"]), |header| (header.kid.as_deref() == Some(kid)).then_some(key));
    assert_eq!(verified.unwrap().claims(), Ok(claims()));
}

fn claims() -> Value {
    json!({
        "iss": "https://auth.example.com/acme",
        "sub": "\u{e4}nn",
        "aud": ["a", "b"],
        "exp": 4_102_444_800_u64,
        "nested": { "empty": {}, "half": 0.5, "none": null },
    })
}

/// Why the library cannot be asked.
fn absence(library: &Library) -> Option<&'static str> {
    let installed = installed();
    match exists(&installed, library.package) && runs(&(library.program)(&installed)) {
        true => None,
        false => Some(library.missing),
    }
}

fn ask(library: &Library) -> Answers {
    let installed = installed();
    let mut child = Command::new((library.program)(&installed))
        .arg(workspace().join("tests/foreign").join(library.script))
        .arg(&installed)
        // Otherwise Python leaves its caches among the sources.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cannot start: {error}"))?;
    let mut stdin = child.stdin.take().ok_or("no standard input")?;
    stdin.write_all(&request()).map_err(|error| format!("takes no request: {error}"))?;
    drop(stdin);
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        format!("no answer ({}): {error}\n{stderr}", output.status)
    })
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn installed() -> PathBuf {
    workspace().join("target/foreign")
}

fn request() -> Vec<u8> {
    let keys: Vec<_> = Algorithm::ALL
        .into_iter()
        .map(|algorithm| {
            let key = key(algorithm);
            let private = base64url::encode(key.private_bytes());
            let token = key.sign("at+jwt", &claims()).unwrap();
            match key.public_jwk() {
                Some(jwk) => {
                    json!({ "alg": algorithm, "token": token, "jwk": jwk, "pkcs8": private })
                }
                None => json!({ "alg": algorithm, "token": token, "secret": private }),
            }
        })
        .collect();
    json!({ "claims": claims(), "keys": keys }).to_string().into_bytes()
}

/// `package` may have one `*` in place of a folder's name.
fn exists(installed: &Path, package: &str) -> bool {
    let Some((before, after)) = package.split_once("/*/") else {
        return installed.join(package).exists();
    };
    installed.join(before).read_dir().is_ok_and(|folders| folders.flatten().any(|folder| folder.path().join(after).exists()))
}

fn runs(program: &Path) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn required(language: &str) -> bool {
    std::env::var("JETON_REQUIRE").is_ok_and(|all| all.split(',').any(|one| one.trim() == language))
}
