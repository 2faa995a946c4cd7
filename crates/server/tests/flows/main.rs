//! What a client, a person or an attacker meets over HTTP: one trial per storage engine and story.

mod browser;
mod call;
mod client_credentials;
mod code;
mod demo;
mod jwks;
mod metadata;
mod nodes;
mod refresh;
mod regressions;
mod resource;
mod setup;
#[path = "../support/transcript.rs"]
mod transcript;
mod transcripts;
mod vendors;
mod world;

use libtest_mimic::{Arguments, Trial};
use world::{Case, Engine};

fn main() {
    let suites: &[(&str, &[Case])] = &[
        ("client_credentials", client_credentials::CASES),
        ("code", code::CASES),
        ("metadata", metadata::CASES),
        ("nodes", nodes::CASES),
        ("refresh", refresh::CASES),
        ("regressions", regressions::CASES),
        ("resource", resource::CASES),
        ("transcripts", transcripts::CASES),
        ("vendors", vendors::CASES),
    ];
    let mut trials = Vec::new();
    for engine in Engine::ALL {
        for (suite, cases) in suites.iter().filter(|(suite, _)| *suite != "nodes" || engine.is_shared()) {
            for case in *cases {
                let trial = Trial::test(format!("{engine}::{suite}::{}", case.name), move || case.run(engine));
                trials.push(match engine.missing() {
                    Some(missing) if !jeton_postgres_test::required() => trial.with_kind(missing).with_ignored_flag(true),
                    _ => trial,
                });
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
