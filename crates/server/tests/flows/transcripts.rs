//! Each vendor's documented exchanges, sent to the demo's realm of that vendor.

use crate::{
    browser::Browser,
    demo::{DEMO_SECRET, demo, realm},
    transcript::{Variables, parse},
    world::{Engine, World, cases},
};

cases![
    standard_answers_as_its_transcript_says,
    volt_answers_as_its_transcript_says,
    volt_time_answers_as_its_transcript_says,
    voipex_answers_as_its_transcript_says,
    violet_answers_as_its_transcript_says,
    depotfinity_answers_as_its_transcript_says,
];

async fn standard_answers_as_its_transcript_says(engine: Engine) {
    play(&demo(engine).await, "standard", &[]).await;
}

async fn volt_answers_as_its_transcript_says(engine: Engine) {
    play(&demo(engine).await, "volt", &[]).await;
}

async fn volt_time_answers_as_its_transcript_says(engine: Engine) {
    let world = demo(engine).await;
    let (redirect_uri, scope) = ("https://client.example.org/callback", "chargers:read sessions:read");
    let tess = realm("volt-time");
    let query = [("client_id", tess.client_id), ("response_type", "code"), ("redirect_uri", redirect_uri), ("scope", scope)];
    let back = Browser::of(&world, tess.username, tess.password).authorize_at("/volt-time/oauth/authorize", &query).await.parameters();
    play(&world, "volt-time", &[("code", &back["code"]), ("redirect_uri", redirect_uri), ("scope", scope)]).await;
}

async fn voipex_answers_as_its_transcript_says(engine: Engine) {
    play(&demo(engine).await, "voipex", &[]).await;
}

async fn violet_answers_as_its_transcript_says(engine: Engine) {
    play(&demo(engine).await, "violet", &[]).await;
}

async fn depotfinity_answers_as_its_transcript_says(engine: Engine) {
    play(&demo(engine).await, "depotfinity", &[]).await;
}

/// Sends every exchange of the dialect's file in order, and compares every answer.
async fn play(world: &World, name: &str, more: &[(&str, &str)]) {
    let text = std::fs::read_to_string(format!("{}/../../dialects/{name}.http", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let realm = realm(name);
    let own = [("client_id", realm.client_id), ("client_secret", DEMO_SECRET), ("username", realm.username), ("password", realm.password)];
    let mut variables: Variables = own.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for exchange in parse(&text).unwrap() {
        world.advance(exchange.later);
        let request = exchange.render(&format!("http://127.0.0.1:8080/{name}"), &variables).unwrap();
        let response = world.written(request).send().await.into_response();
        let captured = exchange.matches(&response, &variables).unwrap_or_else(|wrong| panic!("{name}.http: {wrong}"));
        variables.extend(captured);
    }
}
