//! What happens is counted, and shown to those who own it.

mod counted;
mod nodes;
mod pages;
mod reasons;
mod strangers;

use jeton_stories::{admins, browser, forms, grants, setup, world};

fn main() {
    world::run(&[
        ("counted", counted::CASES),
        ("nodes", nodes::CASES),
        ("pages", pages::CASES),
        ("reasons", reasons::CASES),
        ("strangers", strangers::CASES),
    ]);
}

/// What the API says of an application.
async fn of_client(world: &world::World, id: &str, span: &str) -> serde_json::Value {
    let admin = admins::Admin::owner(world).await;
    let answer = admin.get(&format!("/realms/acme/clients/{id}/activity?span={span}")).await;
    assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// What it says of one call.
fn of_call(figures: &serde_json::Value, call: &str) -> (u64, u64) {
    let found = figures["calls"].as_array().unwrap().iter().find(|one| one["call"] == call);
    found.map_or((0, 0), |one| (one["answered"].as_u64().unwrap(), one["refused"].as_u64().unwrap()))
}

/// Reasons of the last refusals, the newest first, with how often.
fn failures(figures: &serde_json::Value) -> Vec<(String, String, u64)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let all = figures["failures"].as_array().unwrap();
    all.iter().map(|one| (text(&one["reason"]), text(&one["why"]), one["times"].as_u64().unwrap())).collect()
}
