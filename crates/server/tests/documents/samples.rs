//! Every sample of every dialect's page does what it is for, run in its language.
//!
//! Trials are called `samples::LANGUAGE`. Where a language is missing they are ignored and say what to install, unless
//! `JETON_REQUIRE` names it.

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

use super::{
    languages::{RUNNERS, Runner, Told},
    served::{Sample, Served},
};

pub fn trials() -> Vec<Trial> {
    let required = std::env::var("JETON_REQUIRE").unwrap_or_default();
    RUNNERS
        .iter()
        .map(|runner| {
            let name = format!("samples::{}", runner.language.replace('-', "_"));
            match (runner.missing)() {
                None => Trial::test(name, || every_sample(runner)),
                Some(words) => {
                    let required = required.split(',').any(|tool| tool == runner.tool);
                    Trial::test(format!("{name} ({words})"), move || Err(words.into())).with_ignored_flag(!required)
                }
            }
        })
        .collect()
}

fn every_sample(runner: &Runner) -> Result<(), Failed> {
    let served = Served::get();
    let samples: Vec<_> = served
        .samples(runner.language)
        .into_iter()
        .map(|sample| {
            let filled = served.filled(&sample);
            (sample, filled)
        })
        .collect();
    let told = (runner.run)(&samples);
    assert!(!std::path::Path::new("jeton-was-here").exists(), "what an API user is called was run");
    let fault = |((sample, text), told): (&(Sample, String), &Told)| {
        let wrong = match told {
            Ok(said) => wrong(sample, said),
            Err(error) => Some(error.clone()),
        }?;
        Some(format!("{} {} {}: {wrong}\n{text}\n", runner.language, sample.realm, sample.call))
    };
    let faults: Vec<_> = samples.iter().zip(&told).filter_map(fault).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
}

/// What is wrong with what a sample said.
fn wrong(sample: &Sample, said: &str) -> Option<String> {
    let answer = || serde_json::from_str::<Value>(said).unwrap_or_default();
    let fine = match sample.call.as_str() {
        "code" | "password" | "client-credentials" | "refresh" => {
            ["access_token", "token"].iter().any(|name| answer()[*name].as_str().is_some_and(|token| token.split('.').count() == 3))
        }
        "introspection" => answer()["active"] == true,
        "userinfo" => answer()["sub"] == "sub-ann",
        "jwks" => answer()["sub"] == "sub-ann",
        // Their answers are the API's, or nothing.
        "resource" | "revocation" | "personal" => true,
        other => return Some(format!("nobody knows what {other} should say")),
    };
    (!fine).then(|| format!("it said {said}"))
}
