//! What a client, a person or an attacker meets over HTTP: one trial per storage engine and story.

mod account;
mod admin_api;
mod admin_nouns;
mod admin_people;
mod administrators;
mod admins;
mod approval;
mod audit;
mod authorize;
mod bad_requests;
mod browser;
mod call;
mod client_authentication;
mod client_credentials;
mod code;
mod demo;
mod dialects;
mod email_change;
mod ending;
mod endpoints;
mod forgotten;
mod frame;
mod guessing;
mod hints;
mod hosts;
mod introspection;
mod jwks;
mod keys;
mod metadata;
mod moving;
mod nodes;
mod outages;
mod own_settings;
mod pages;
mod password;
mod pending_requests;
mod personal_access_tokens;
mod realms;
mod refresh;
mod registration;
mod regressions;
mod resource;
mod revocation;
mod second_factor;
mod sequences;
mod sessions;
mod setup;
mod sign_up;
mod staleness;
mod standby;
mod strange_clients;
#[path = "../support/transcript.rs"]
mod transcript;
mod transcripts;
mod userinfo;
mod vendors;
mod who_and_why;
mod world;

use libtest_mimic::{Arguments, Trial};
use world::{Case, Engine};

fn main() {
    let suites: &[(&str, &[Case])] = &[
        ("account", account::CASES),
        ("admin_api", admin_api::CASES),
        ("admin_nouns", admin_nouns::CASES),
        ("admin_people", admin_people::CASES),
        ("administrators", administrators::CASES),
        ("approval", approval::CASES),
        ("audit", audit::CASES),
        ("authorize", authorize::CASES),
        ("bad_requests", bad_requests::CASES),
        ("client_authentication", client_authentication::CASES),
        ("client_credentials", client_credentials::CASES),
        ("code", code::CASES),
        ("email_change", email_change::CASES),
        ("ending", ending::CASES),
        ("endpoints", endpoints::CASES),
        ("guessing", guessing::CASES),
        ("forgotten", forgotten::CASES),
        ("frame", frame::CASES),
        ("hints", hints::CASES),
        ("hosts", hosts::CASES),
        ("dialects", dialects::CASES),
        ("introspection", introspection::CASES),
        ("keys", keys::CASES),
        ("metadata", metadata::CASES),
        ("moving", moving::CASES),
        ("nodes", nodes::CASES),
        ("outages", outages::CASES),
        ("own_settings", own_settings::CASES),
        ("pages", pages::CASES),
        ("password", password::CASES),
        ("pending_requests", pending_requests::CASES),
        ("personal_access_tokens", personal_access_tokens::CASES),
        ("realms", realms::CASES),
        ("refresh", refresh::CASES),
        ("registration", registration::CASES),
        ("regressions", regressions::CASES),
        ("resource", resource::CASES),
        ("revocation", revocation::CASES),
        ("second_factor", second_factor::CASES),
        ("sequences", sequences::CASES),
        ("sessions", sessions::CASES),
        ("sign_up", sign_up::CASES),
        ("staleness", staleness::CASES),
        ("standby", standby::CASES),
        ("strange_clients", strange_clients::CASES),
        ("transcripts", transcripts::CASES),
        ("userinfo", userinfo::CASES),
        ("vendors", vendors::CASES),
        ("who_and_why", who_and_why::CASES),
    ];
    let mut trials = Vec::new();
    for engine in Engine::ALL {
        for (suite, cases) in suites.iter().filter(|(suite, _)| !["nodes", "outages", "standby"].contains(suite) || engine.is_shared()) {
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
