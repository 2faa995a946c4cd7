//! A tiny authorization server in memory, honest or not, to try the load generator on.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::{Operation, Scene, block_on, measure};
use crate::oauth::{AuthMethod, Client, CodeRequest, Person, Pkce, Server};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Character {
    Honest,
    /// Takes every refresh token that it ever gave, and answers with a new one.
    Generous,
}

struct Stub {
    character: Character,
    state: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    issued: u64,
    live: HashSet<String>,
    consented: bool,
}

type Form = HashMap<String, String>;

impl Stub {
    fn fresh(&self, prefix: &str) -> String {
        let mut memory = self.state.lock().unwrap();
        memory.issued += 1;
        let token = format!("{prefix}{}", memory.issued);
        memory.live.insert(token.clone());
        token
    }

    fn spend(&self, token: &str) -> bool {
        let spent = self.state.lock().unwrap().live.remove(token);
        spent || (self.character == Character::Generous && token.starts_with("rt"))
    }
}

async fn token(State(stub): State<Arc<Stub>>, headers: HeaderMap, body: String) -> Response {
    let form = parsed(&body);
    let refused = || (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#).into_response();
    if !headers.contains_key("authorization") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let allowed = match form["grant_type"].as_str() {
        "client_credentials" => true,
        "password" => form["password"] == "right",
        "refresh_token" => stub.spend(&form["refresh_token"]),
        _ => form.contains_key("code_verifier") && stub.spend(&form["code"]),
    };
    if !allowed {
        return refused();
    }
    let refresh_token = stub.fresh("rt");
    format!(r#"{{"access_token":"a.b.c", "refresh_token" : "{refresh_token}"}}"#).into_response()
}

async fn authorize(State(stub): State<Arc<Stub>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if headers.get("cookie").is_none_or(|cookie| cookie != "sid=1") {
        return Redirect::to("login?next=x").into_response();
    }
    if !stub.state.lock().unwrap().consented {
        return Html(r#"<form method=post action="consent"><button name=no value=deny>No<button name=yes value=allow>Yes</form>"#)
            .into_response();
    }
    let query = parsed(&query.unwrap_or_default());
    let code = stub.fresh("code");
    let location = format!("{}?code={code}&state={}", query["redirect_uri"], query["state"]);
    (StatusCode::SEE_OTHER, [("location", location)]).into_response()
}

async fn login(body: String) -> Response {
    if parsed(&body)["pass"] != "right" {
        return Html(SIGN_IN).into_response();
    }
    (StatusCode::SEE_OTHER, [("location", "authorize?redirect_uri=https://app.example/cb&state=s"), ("set-cookie", "sid=1; HttpOnly")])
        .into_response()
}

async fn consent(State(stub): State<Arc<Stub>>, body: String) -> Response {
    if parsed(&body).get("yes").is_none_or(|value| value != "allow") {
        return Redirect::to("https://app.example/cb?error=access_denied").into_response();
    }
    stub.state.lock().unwrap().consented = true;
    Redirect::to("authorize?redirect_uri=https://app.example/cb&state=s").into_response()
}

const SIGN_IN: &str = "<form method=post action=login><input name=user><input type=password name=pass><button>Go</button></form>";

fn parsed(body: &str) -> Form {
    url::form_urlencoded::parse(body.as_bytes()).into_owned().collect()
}

/// Serves on a thread until the test process ends.
fn scene(character: Character) -> Scene {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}/as", listener.local_addr().unwrap());
            sender.send(base.clone()).unwrap();
            let metadata = serde_json::json!({
                "token_endpoint": format!("{base}/token"),
                "authorization_endpoint": format!("{base}/authorize"),
                "introspection_endpoint": format!("{base}/introspect"),
                "jwks_uri": format!("{base}/jwks"),
            });
            let app = Router::new()
                .route("/as/.well-known/openid-configuration", get(move || async move { metadata.to_string() }))
                .route("/as/token", post(token))
                .route("/as/introspect", post(async || r#"{"active": true}"#))
                .route("/as/jwks", get(async || r#"{"keys":[]}"#))
                .route("/as/authorize", get(authorize))
                .route("/as/login", get(async || Html(SIGN_IN)).post(login))
                .route("/as/consent", post(consent))
                .with_state(Arc::new(Stub { character, state: Mutex::default() }));
            axum::serve(listener, app).await.unwrap();
        })
    });
    let issuer = receiver.recv().unwrap().parse().unwrap();
    Scene {
        server: block_on(Server::discover(&issuer)).unwrap().unwrap(),
        client: Client { id: "web".into(), secret: "s".into(), auth: AuthMethod::Basic },
        person: Some(Person { username: "ann".into(), password: "right".into() }),
        code: Some(CodeRequest {
            redirect_uri: "https://app.example/cb".into(),
            scope: "read".into(),
            pkce: Some(Pkce::generate().unwrap()),
        }),
        scope: String::new(),
        connections: 4,
        threads: 2,
        pool: 6,
    }
}

const BRIEFLY: Duration = Duration::from_millis(50);

#[test]
fn every_operation_succeeds_without_errors() {
    let scene = scene(Character::Honest);
    for operation in [
        Operation::ClientCredentials,
        Operation::Password,
        Operation::Introspect,
        Operation::IntrospectJwt,
        Operation::Discovery,
        Operation::Jwks,
        Operation::Refresh,
        Operation::Code,
    ] {
        for measured in measure(&scene, operation, BRIEFLY, &[std::process::id()]).unwrap() {
            assert!(measured.requests > 0, "{operation:?}");
            assert_eq!(measured.errors, 0, "{measured:?}");
            assert!(measured.memory_after.unwrap().resident > 0);
        }
    }
}

#[test]
fn an_honest_server_double_spends_nothing() {
    let measured = measure(&scene(Character::Honest), Operation::Refresh, BRIEFLY, &[]).unwrap();
    let found = measured[0].double_spends.clone().unwrap();
    assert_eq!((found.total(), found.raced, found.replayed), (0, 6, 6));
}

#[test]
fn a_generous_server_is_caught() {
    let measured = measure(&scene(Character::Generous), Operation::Refresh, BRIEFLY, &[]).unwrap();
    let found = measured[0].double_spends.clone().unwrap();
    assert_eq!((found.two_successors, found.accepted), (6, 6));
}

#[test]
fn refusals_are_counted_by_status() {
    let mut scene = scene(Character::Honest);
    scene.person = Some(Person { username: "ann".into(), password: "wrong".into() });
    let measured = measure(&scene, Operation::Password, BRIEFLY, &[]).unwrap();
    assert_eq!(measured[0].statuses.keys().collect::<Vec<_>>(), [&400]);
    assert_eq!(measured[0].errors, measured[0].requests);
}

#[test]
fn a_wrong_password_at_the_page_is_told() {
    let mut scene = scene(Character::Honest);
    scene.person = Some(Person { username: "ann".into(), password: "wrong".into() });
    let refusal = format!("{:#}", scene.sign_in().err().unwrap());
    assert!(refusal.contains("asked for the password again"), "{refusal}");
}

#[test]
fn codes_come_from_the_pages_once_and_from_the_cookie_afterwards() {
    let tokens = super::scene::obtain_refresh_tokens(&scene(Character::Honest), 20).unwrap();
    assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), 20);
}
