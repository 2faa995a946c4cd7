//! Applications manage their own registration (RFC 7592).

use http::Method;
use jeton_oauth::{Change, change::ClientChange, manage::registration::Lifetime, model::Status, settings::GrantType};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    call::Answer,
    registrations::{browser_client, initial_token, managed, open, place, read, registered, replaced, replacement, row, text},
    setup::{REDIRECT_URI, Setup},
    world::{Engine, World, cases},
};

cases![
    a_registration_is_read_replaced_and_removed_by_its_own_token,
    what_is_left_out_of_a_replacement_goes_back_to_usual,
    a_client_chooses_neither_its_id_nor_its_secret,
    a_client_that_becomes_confidential_gets_a_secret,
    what_operators_gave_a_client_outlives_its_replacements,
    a_strangers_client_stays_a_strangers,
    nobody_elses_token_opens_a_registration,
    of_parallel_replacements_one_wins,
];

async fn a_registration_is_read_replaced_and_removed_by_its_own_token(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let first = registered(&world, &json!({ "redirect_uris": [REDIRECT_URI], "client_name": "First" })).await;
    let seen = read(&world, &first).await;
    assert_eq!(seen.status, 200, "{}", seen.text());
    let mut expected = first.clone();
    for once in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(once);
    }
    assert_eq!(seen.json(), expected, "the same, without the secret");
    assert_eq!(managed(&world, Method::HEAD, &first, &text(&first, "registration_access_token"), None).await.status, 200);
    let second = replaced(&world, &first, json!({ "redirect_uris": ["https://app.example/other"], "client_name": "Second" })).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let second = second.json();
    assert_eq!((&second["client_name"], &second["redirect_uris"]), (&json!("Second"), &json!(["https://app.example/other"])));
    assert_eq!((&second["client_id"], second.get("client_secret")), (&first["client_id"], None));
    assert_ne!(second["registration_access_token"], first["registration_access_token"]);
    // The first token is dead for everything.
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let body = replacement(&first, browser_client());
        let answer = managed(&world, method, &first, &text(&first, "registration_access_token"), Some(&body)).await;
        answer.refused(401, "invalid_token");
        assert!(answer.header("www-authenticate").is_some_and(|challenge| challenge.starts_with("Bearer ")));
    }
    // The same document once more is a change of the token alone.
    let third = replaced(&world, &second, json!({ "redirect_uris": ["https://app.example/other"], "client_name": "Second" })).await.json();
    read(&world, &second).await.refused(401, "invalid_token");
    assert_eq!(read(&world, &third).await.json()["client_name"], "Second");
    // What is refused changes nothing, not even the token.
    replaced(&world, &third, json!({ "redirect_uris": ["http://app.example/"] })).await.refused(400, "invalid_redirect_uri");
    assert_eq!(read(&world, &third).await.json()["client_name"], "Second");
    // The secret of the first answer still proves it.
    let introspected =
        world.post("/acme/introspect").basic(&text(&first, "client_id"), &text(&first, "client_secret")).form(&[("token", "x")]).send();
    assert_eq!(introspected.await.status, 200);
    let by = text(&third, "registration_access_token");
    assert_eq!(managed(&world, Method::DELETE, &third, &by, None).await.status, 204);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        managed(&world, method, &third, &by, Some(&replacement(&third, browser_client()))).await.refused(401, "invalid_token");
    }
    assert_eq!(row(&world, &text(&third, "client_id")).await, None);
}

async fn what_is_left_out_of_a_replacement_goes_back_to_usual(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let first = json!({
        "redirect_uris": [REDIRECT_URI],
        "client_name": "First",
        "client_uri": "https://app.example/",
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": "read",
        "contacts": ["ann@example.com"],
    });
    let client = registered(&world, &first).await;
    let second = replaced(&world, &client, json!({ "redirect_uris": [REDIRECT_URI], "client_name": null })).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let second = second.json();
    assert_eq!(second["grant_types"], json!(["authorization_code"]));
    assert!(text(&second, "scope").contains("write"));
    for member in ["client_name", "client_uri", "contacts"] {
        assert_eq!(second.get(member), None, "{second}");
    }
}

async fn a_client_chooses_neither_its_id_nor_its_secret(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let client = registered(&world, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    let by = text(&client, "registration_access_token");
    let put = |body: Value| {
        let (world, client, by) = (&world, &client, by.clone());
        async move { managed(world, Method::PUT, client, &by, Some(&body)).await }
    };
    for id in [json!(null), json!("web"), json!(5)] {
        put(json!({ "redirect_uris": [REDIRECT_URI], "client_id": id })).await.refused(400, "invalid_client_metadata");
    }
    for secret in [json!("chosen"), json!(5), json!("")] {
        let answer = put(json!({ "redirect_uris": [REDIRECT_URI], "client_id": client["client_id"], "client_secret": secret })).await;
        answer.refused(400, "invalid_client_metadata");
    }
    let own =
        put(json!({ "redirect_uris": [REDIRECT_URI], "client_id": client["client_id"], "client_secret": client["client_secret"] })).await;
    assert_eq!(own.status, 200, "{}", own.text());
}

async fn a_client_that_becomes_confidential_gets_a_secret(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let public = registered(&world, &browser_client()).await;
    let confidential = replaced(&world, &public, json!({ "redirect_uris": [REDIRECT_URI] })).await.json();
    assert_eq!(
        (&confidential["token_endpoint_auth_method"], &confidential["client_secret_expires_at"]),
        (&json!("client_secret_basic"), &json!(0))
    );
    let introspect =
        |secret: &str| world.post("/acme/introspect").basic(&text(&public, "client_id"), secret).form(&[("token", "x")]).send();
    let secret = text(&confidential, "client_secret");
    assert_eq!(introspect(&secret).await.status, 200);
    // And back: its secret is gone.
    let public = replaced(&world, &confidential, browser_client()).await.json();
    assert_eq!(introspect(&secret).await.status, 401);
    assert_eq!(row(&world, &text(&public, "client_id")).await.unwrap().secrets.len(), 0);
}

async fn what_operators_gave_a_client_outlives_its_replacements(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let client = registered(&world, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    let mut given = row(&world, &text(&client, "client_id")).await.unwrap();
    given.audiences = vec!["https://api.example.com".into()];
    given.grant_types.push(GrantType::ClientCredentials);
    world.commit(Change::Client(ClientChange::Update(given))).await;
    let document = json!({ "redirect_uris": [REDIRECT_URI], "grant_types": ["authorization_code", "client_credentials"], "audiences": [] });
    let answer = replaced(&world, &client, document).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let after = row(&world, &text(&client, "client_id")).await.unwrap();
    assert_eq!(after.audiences, ["https://api.example.com"]);
    assert!(after.may(GrantType::ClientCredentials));
}

async fn a_strangers_client_stays_a_strangers(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let client = registered(&world, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    for grants in [json!(["client_credentials"]), json!(["authorization_code", "password"])] {
        let answer = replaced(&world, &client, json!({ "redirect_uris": [REDIRECT_URI], "grant_types": grants, "trusted": true })).await;
        answer.refused(400, "invalid_client_metadata");
    }
    let answer =
        replaced(&world, &client, json!({ "redirect_uris": [REDIRECT_URI], "trusted": true, "audiences": ["https://x.example"] })).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let row = row(&world, &text(&client, "client_id")).await.unwrap();
    assert!(!row.trusted && row.audiences.is_empty());
}

async fn nobody_elses_token_opens_a_registration(engine: Engine) {
    let mut other = Setup::new("other", "standard");
    other.config.settings = open();
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(open()), other]).await;
    let (mine, theirs) = (registered(&world, &browser_client()).await, registered(&world, &browser_client()).await);
    let elsewhere = world.post("/other/register").json(&browser_client()).send().await.json();
    let (_, initial) = initial_token(&world, "acme", Lifetime::default()).await;
    let access = world.ann("read").await;
    let mut flipped = text(&mine, "registration_access_token");
    flipped.replace_range(20..21, if &flipped[20..21] == "A" { "B" } else { "A" });
    let tokens = [
        text(&theirs, "registration_access_token"),
        text(&elsewhere, "registration_access_token"),
        initial,
        text(&access, "access_token"),
        flipped,
        "x".into(),
    ];
    for token in &tokens {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = managed(&world, method, &mine, token, Some(&replacement(&mine, browser_client()))).await;
            answer.refused(401, "invalid_token");
        }
    }
    let nothing = world.get(&place(&mine)).send().await;
    assert_eq!((nothing.status.as_u16(), nothing.header("www-authenticate")), (401, Some("Bearer realm=\"acme\"")));
    // A client that others made has no such token at all, and one that is disabled has none that lives.
    world.get("/acme/register/web").bearer(&text(&mine, "registration_access_token")).send().await.refused(401, "invalid_token");
    let mut row = row(&world, &text(&mine, "client_id")).await.unwrap();
    row.status = Status::Disabled;
    world.commit(Change::Client(ClientChange::Update(row))).await;
    read(&world, &mine).await.refused(401, "invalid_token");
    assert_eq!(read(&world, &theirs).await.status, 200);
}

async fn of_parallel_replacements_one_wins(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    for same in [false, true] {
        let client = registered(&world, &browser_client()).await;
        let mut running = JoinSet::new();
        for turn in 0..10 {
            let mut document = replacement(&client, browser_client());
            if !same {
                document["client_name"] = json!(format!("Number {turn}"));
            }
            let call = world.request(Method::PUT, &place(&client)).bearer(&text(&client, "registration_access_token")).json(&document);
            running.spawn(call.send());
        }
        let answers = running.join_all().await;
        let winners: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(winners.len(), 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        answers.iter().filter(|answer| answer.status != 200).for_each(|answer| answer.refused(401, "invalid_token"));
        assert_eq!(read(&world, &winners[0].json()).await.json()["client_name"], winners[0].json()["client_name"]);
    }
}
