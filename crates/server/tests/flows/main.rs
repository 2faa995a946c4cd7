//! What a client or an attacker meets over HTTP: one trial per storage engine and story.

mod approval;
mod audit;
mod authorize;
mod bad_requests;
mod client_authentication;
mod client_credentials;
mod code;
mod dialects;
mod ending;
mod endpoints;
mod guessing;
mod hints;
mod hosts;
mod introspection;
mod keys;
mod metadata;
mod moving;
mod nodes;
mod outages;
mod own_settings;
mod password;
mod pending_requests;
mod realms;
mod refresh;
mod regressions;
mod resource;
mod revocation;
mod sequences;
mod staleness;
mod standby;
mod strange_clients;
#[path = "../support/transcript.rs"]
mod transcript;
mod transcripts;
mod userinfo;
mod vendors;
mod who_and_why;

use jeton_stories::{browser, call, demo, grants, jwks, registrations, setup, world};

fn main() {
    world::run(&[
        ("approval", approval::CASES),
        ("audit", audit::CASES),
        ("authorize", authorize::CASES),
        ("bad_requests", bad_requests::CASES),
        ("client_authentication", client_authentication::CASES),
        ("client_credentials", client_credentials::CASES),
        ("code", code::CASES),
        ("dialects", dialects::CASES),
        ("ending", ending::CASES),
        ("endpoints", endpoints::CASES),
        ("guessing", guessing::CASES),
        ("hints", hints::CASES),
        ("hosts", hosts::CASES),
        ("introspection", introspection::CASES),
        ("keys", keys::CASES),
        ("metadata", metadata::CASES),
        ("moving", moving::CASES),
        ("nodes", nodes::CASES),
        ("outages", outages::CASES),
        ("own_settings", own_settings::CASES),
        ("password", password::CASES),
        ("pending_requests", pending_requests::CASES),
        ("realms", realms::CASES),
        ("refresh", refresh::CASES),
        ("regressions", regressions::CASES),
        ("resource", resource::CASES),
        ("revocation", revocation::CASES),
        ("sequences", sequences::CASES),
        ("staleness", staleness::CASES),
        ("standby", standby::CASES),
        ("strange_clients", strange_clients::CASES),
        ("transcripts", transcripts::CASES),
        ("userinfo", userinfo::CASES),
        ("vendors", vendors::CASES),
        ("who_and_why", who_and_why::CASES),
    ]);
}
