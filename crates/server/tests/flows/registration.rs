//! Applications register themselves and manage their registration (RFC 7591, RFC 7592).

use http::Method;
use jeton_oauth::{
    Change, Seconds,
    change::ClientChange,
    manage::{
        Actor, Desk,
        registration::{Lifetime, create_token, revoke_token},
    },
    model::{AccountKind, Client, ClientAuthMethod, InitialAccessToken, Role, Status},
    settings::{Developers, GrantType, SettingsPatch, WhoRegisters},
};
use jeton_server::{randomness::SystemRng, unused_registrations};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    call::Answer,
    code::{CHALLENGE, VERIFIER},
    setup::{REDIRECT_URI, Setup},
    world::{Engine, World, cases},
};

cases![
    it_is_there_where_the_realm_says_so,
    an_application_in_a_browser_registers_signs_people_in_and_refreshes,
    what_is_left_out_is_as_usual_and_told,
    what_is_not_understood_is_ignored,
    what_belongs_to_those_who_run_the_realm_is_ignored,
    strangers_get_no_grant_without_a_person_in_it,
    what_cannot_be_is_refused_in_plain_words,
    redirect_uris_are_checked_as_everywhere,
    hostile_bodies_are_refused_and_make_nothing,
    software_statements_are_refused,
    the_policy_of_the_realm_is_kept,
    a_registration_is_read_replaced_and_removed_by_its_own_token,
    what_is_left_out_of_a_replacement_goes_back_to_usual,
    a_client_chooses_neither_its_id_nor_its_secret,
    a_client_that_becomes_confidential_gets_a_secret,
    what_operators_gave_a_client_outlives_its_replacements,
    a_strangers_client_stays_a_strangers,
    nobody_elses_token_opens_a_registration,
    of_parallel_replacements_one_wins,
    one_network_registers_a_hundred_in_a_day,
    parallel_registrations_keep_to_the_limit,
    an_initial_access_token_lets_in_as_often_as_it_says,
    initial_access_tokens_end,
    developers_register_what_belongs_to_them,
    what_nobody_uses_leaves,
    the_audit_log_says_who_it_was,
    scripts_of_other_origins_register,
];

pub fn open() -> SettingsPatch {
    SettingsPatch { registration: Some(WhoRegisters::Open), ..SettingsPatch::default() }
}

fn by_token() -> SettingsPatch {
    SettingsPatch { registration: Some(WhoRegisters::InitialAccessToken), ..SettingsPatch::default() }
}

/// As an MCP client in a browser registers.
pub fn browser_client() -> Value {
    json!({
        "client_name": "An MCP client",
        "redirect_uris": [REDIRECT_URI],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": "openid read",
    })
}

pub async fn register(world: &World, document: &Value) -> Answer {
    world.post("/acme/register").json(document).send().await
}

pub async fn registered(world: &World, document: &Value) -> Value {
    let answer = register(world, document).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

fn text(document: &Value, member: &str) -> String {
    document[member].as_str().unwrap_or_else(|| panic!("no {member} in {document}")).to_owned()
}

/// Where the registration is managed, without the server's address.
fn place(document: &Value) -> String {
    text(document, "registration_client_uri").strip_prefix("http://127.0.0.1:8080").unwrap().to_owned()
}

pub async fn managed(world: &World, method: Method, of: &Value, by: &str, body: Option<&Value>) -> Answer {
    let call = world.request(method, &place(of)).bearer(by);
    let call = match body {
        Some(body) => call.json(body),
        None => call,
    };
    call.send().await
}

async fn read(world: &World, of: &Value) -> Answer {
    managed(world, Method::GET, of, &text(of, "registration_access_token"), None).await
}

/// The document, with the id that a replacement has to say.
fn replacement(of: &Value, mut document: Value) -> Value {
    document["client_id"] = of["client_id"].clone();
    document
}

async fn replaced(world: &World, of: &Value, document: Value) -> Answer {
    let by = text(of, "registration_access_token");
    managed(world, Method::PUT, of, &by, Some(&replacement(of, document))).await
}

async fn row(world: &World, client_id: &str) -> Option<Client> {
    let realm = world.realm("acme").await;
    world.app.store.in_realm(realm.id()).client(client_id).await.unwrap().map(|client| (*client).clone())
}

async fn clients(world: &World) -> usize {
    world.app.store.in_realm(world.realm("acme").await.id()).clients(None, 1000).await.unwrap().len()
}

/// As `jeton realm registration-token create` makes it.
pub async fn initial_token(world: &World, realm: &str, lifetime: Lifetime) -> (InitialAccessToken, String) {
    let realm = world.realm(realm).await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let made = create_token("ci", lifetime, &mut desk).unwrap();
    world.commit_all(made.changes).await;
    let (token, text) = made.answer;
    (token, text.expose().to_owned())
}

async fn it_is_there_where_the_realm_says_so(engine: Engine) {
    let world = World::standard(engine).await;
    let metadata = |world: &World| world.get("/acme/.well-known/oauth-authorization-server");
    assert_eq!(metadata(&world).send().await.json()["registration_endpoint"], Value::Null);
    register(&world, &browser_client()).await.refused(404, "not_found");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        world.request(method, "/acme/register/x").bearer("x").json(&json!({})).send().await.refused(404, "not_found");
    }
    for who in [WhoRegisters::Open, WhoRegisters::InitialAccessToken, WhoRegisters::Developers] {
        let world = World::with_settings(engine, SettingsPatch { registration: Some(who), ..SettingsPatch::default() }).await;
        assert_eq!(metadata(&world).send().await.json()["registration_endpoint"], "http://127.0.0.1:8080/acme/register", "{who:?}");
    }
}

async fn an_application_in_a_browser_registers_signs_people_in_and_refreshes(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let client = registered(&world, &browser_client()).await;
    assert_eq!((&client["client_secret"], &client["token_endpoint_auth_method"]), (&Value::Null, &json!("none")));
    let id = text(&client, "client_id");
    let query = [
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid read"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = Browser::new(&world).authorize(&query).await.parameters().remove("code").unwrap();
    let redeemed = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("code", &code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let answer = world.post("/acme/token").form(&redeemed).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let refreshed = [("grant_type", "refresh_token"), ("client_id", &id), ("refresh_token", &answer.member("refresh_token"))];
    let answer = world.post("/acme/token").form(&refreshed).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(world.is_active(&answer.member("access_token")).await);
    // It goes with all that it was granted.
    let gone = managed(&world, Method::DELETE, &client, &text(&client, "registration_access_token"), None).await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    assert!(!world.is_active(&answer.member("access_token")).await);
}

async fn what_is_left_out_is_as_usual_and_told(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let answer = register(&world, &json!({ "redirect_uris": [REDIRECT_URI] })).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (201, Some("application/json")), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let client = answer.json();
    assert_eq!(client["redirect_uris"], json!([REDIRECT_URI]));
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(client["grant_types"], json!(["authorization_code"]));
    assert_eq!(client["response_types"], json!(["code"]));
    assert_eq!(client["client_secret_expires_at"], 0);
    assert_eq!(client["client_id_issued_at"], 1_800_000_000);
    assert!(text(&client, "client_secret").starts_with("jtn_cs_"));
    assert!(text(&client, "registration_access_token").starts_with("jtn_ra_"));
    let scope = text(&client, "scope");
    assert!(scope.split(' ').any(|token| token == "read") && !scope.contains("jeton:"), "{scope}");
    assert_eq!(client["client_name"], Value::Null);
    let introspected =
        world.post("/acme/introspect").basic(&text(&client, "client_id"), &text(&client, "client_secret")).form(&[("token", "x")]).send();
    assert_eq!(introspected.await.status, 200, "the secret proves it");
}

async fn what_is_not_understood_is_ignored(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let mut asked = browser_client();
    let more = json!({
        "grant_types": ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code", "implicit"],
        "response_types": ["code", "code id_token"],
        "jwks_uri": "https://app.example/jwks",
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "1.2",
        "application_type": "native",
        "client_name#ja": "クライアント",
        "made_up": { "nested": [1, 2, null] },
        "client_uri": null,
    });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let client = registered(&world, &asked).await;
    assert_eq!(client["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(client["response_types"], json!(["code"]));
    for member in ["jwks_uri", "software_id", "software_version", "application_type", "client_name#ja", "made_up", "client_uri"] {
        assert_eq!(client.get(member), None, "{member}: {client}");
    }
}

async fn what_belongs_to_those_who_run_the_realm_is_ignored(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let mut asked = browser_client();
    let more = json!({
        "trusted": true,
        "owner": "ann",
        "owner_id": "0191b0a0-0000-7000-8000-000000000000",
        "audiences": ["https://api.example.com"],
        "require_pkce": false,
        "default_scope": "write",
        "access_token_format": "opaque",
        "id_token_claims": "scopes",
        "status": "disabled",
        "version": 7,
        "realm": "admin",
        "not_before": 1,
        "client_id": "web",
        "client_secret": "chosen",
        "client_secrets": [{ "hash": "x" }],
        "registration_access_token": "chosen",
        "registration_client_uri": "https://evil.example/",
    });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let client = registered(&world, &asked).await;
    assert_ne!(client["client_id"], "web");
    for member in
        ["trusted", "owner", "owner_id", "audiences", "require_pkce", "default_scope", "access_token_format", "status", "version", "realm"]
    {
        assert_eq!(client.get(member), None, "{member}: {client}");
    }
    let row = row(&world, &text(&client, "client_id")).await.unwrap();
    assert_eq!((row.owner, row.status, row.secrets.len()), (None, Status::Active, 0));
    assert!(!row.trusted && row.audiences.is_empty() && row.require_pkce.is_none() && row.default_scope.is_none());
    assert!(!client.to_string().contains("chosen") && !client.to_string().contains("evil"), "{client}");
}

async fn strangers_get_no_grant_without_a_person_in_it(engine: Engine) {
    let every = SettingsPatch { registration_grants: Some(GrantType::ALL.to_vec()), ..open() };
    for settings in [open(), every] {
        let world = World::with_settings(engine, settings).await;
        for grants in [json!(["client_credentials"]), json!(["password"]), json!(["authorization_code", "client_credentials"])] {
            let answer = register(&world, &json!({ "redirect_uris": [REDIRECT_URI], "grant_types": grants })).await;
            answer.refused(400, "invalid_client_metadata");
            assert!(answer.member("error_description").contains("ask for authorization_code"), "{}", answer.text());
        }
        assert_eq!(clients(&world).await, 1);
    }
}

async fn what_cannot_be_is_refused_in_plain_words(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let cases = [
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "token_endpoint_auth_method"),
        (json!({ "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"] }), "token_endpoint_auth_method"),
        (json!({ "token_endpoint_auth_method": "header" }), "token_endpoint_auth_method"),
        (json!({ "grant_types": ["implicit"] }), "grant_types"),
        (json!({ "grant_types": [] }), "grant_types"),
        (json!({ "grant_types": "authorization_code" }), "grant_types"),
        (json!({ "grant_types": ["refresh_token"], "response_types": null, "redirect_uris": null }), "grant_types"),
        (json!({ "response_types": ["token"] }), "response_types"),
        (json!({ "response_types": "code" }), "response_types"),
        (json!({ "scope": "read nonsense" }), "scope"),
        (json!({ "scope": "jeton:tokens" }), "scope"),
        (json!({ "scope": ["read"] }), "scope"),
        (json!({ "scope": "re\"ad" }), "scope"),
        (json!({ "client_name": "two\nlines" }), "client_name"),
        (json!({ "client_name": 5 }), "client_name"),
        (json!({ "client_uri": "javascript:alert(1)" }), "client_uri"),
        (json!({ "logo_uri": "https://a.example/\" onerror=\"x" }), "logo_uri"),
        (json!({ "logo_uri": "https://a.example/\u{0}" }), "logo_uri"),
        (json!({ "tos_uri": "https://a.example/\n" }), "tos_uri"),
        (json!({ "contacts": "ann@example.com" }), "contacts"),
        (json!({ "contacts": vec!["a@example.com"; 101] }), "contacts"),
        (json!({ "id_token_signed_response_alg": "none" }), "id_token_signed_response_alg"),
        (json!({ "id_token_signed_response_alg": "HS256" }), "id_token_signed_response_alg"),
    ];
    for (change, about) in cases {
        let mut asked = browser_client();
        asked.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = register(&world, &asked).await;
        answer.refused(400, "invalid_client_metadata");
        let told = answer.member("error_description");
        assert!(told.contains(about), "{change}: {told}");
        assert!(told.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)) && told.len() < 600, "{told}");
    }
    assert_eq!(clients(&world).await, 1);
}

async fn redirect_uris_are_checked_as_everywhere(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let with = |uris: Value| {
        let mut asked = browser_client();
        asked["redirect_uris"] = uris;
        asked
    };
    for fine in ["http://127.0.0.1/cb", "http://127.0.0.1:9999/cb", "http://[::1]:1/cb", "http://localhost:33418/", "com.example.app:/cb"] {
        registered(&world, &with(json!([fine]))).await;
    }
    let refused = [
        json!(["https://user@app.example/cb"]),
        json!(["https://user:secret@app.example/cb"]),
        json!(["http://app.example/cb"]),
        json!(["https://app.example/cb#fragment"]),
        json!(["javascript:alert(1)"]),
        json!(["data:text/html,x"]),
        json!(["https://*.example/cb"]),
        json!(["/relative"]),
        json!([""]),
        json!([REDIRECT_URI, "https://app.example/cb?code=x"]),
        json!([REDIRECT_URI, REDIRECT_URI]),
        json!([5]),
        json!("https://app.example/cb"),
        json!([]),
        json!(null),
        json!((0..101).map(|n| format!("https://app.example/{n}")).collect::<Vec<_>>()),
    ];
    for uris in refused {
        register(&world, &with(uris)).await.refused(400, "invalid_redirect_uri");
    }
    assert_eq!(clients(&world).await, 6);
}

async fn hostile_bodies_are_refused_and_make_nothing(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let send = |media_type: &str, body: &[u8]| world.post("/acme/register").body(media_type, body).send();
    let fine = browser_client().to_string();
    let twice = fine.replacen('{', r#"{"client_name":"a","#, 1);
    let nested = fine.replacen('{', &format!("{{\"x\":{}1{},", "[".repeat(40), "]".repeat(40)), 1);
    let deep_twice = fine.replacen('{', r#"{"x":{"a":1,"a":2},"#, 1);
    let bodies: [&[u8]; 9] = [
        b"",
        b"null",
        b"[]",
        b"\"x\"",
        b"{\"a\":",
        twice.as_bytes(),
        nested.as_bytes(),
        deep_twice.as_bytes(),
        b"{\"client_name\":\"\xff\"}",
    ];
    for body in bodies {
        send("application/json", body).await.refused(400, "invalid_client_metadata");
    }
    send("application/json", &vec![b' '; 1024 * 1024]).await.refused(413, "invalid_request");
    send("application/json", format!("{{\"x\":\"{}\"}}", "y".repeat(1024 * 1024)).as_bytes()).await.refused(413, "invalid_request");
    for media_type in ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=latin1", "application/jwt"] {
        send(media_type, fine.as_bytes()).await.refused(415, "invalid_request");
    }
    world.post("/acme/register").send().await.refused(415, "invalid_request");
    let packed = world.post("/acme/register").header("content-encoding", "gzip").body("application/json", fine.as_bytes()).send().await;
    packed.refused(415, "invalid_request");
    assert_eq!(world.get("/acme/register").send().await.status, 405);
    assert_eq!(clients(&world).await, 1);
}

async fn software_statements_are_refused(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    for statement in [json!("eyJhbGciOiJub25lIn0.e30."), json!(""), json!({})] {
        let mut asked = browser_client();
        asked["software_statement"] = statement;
        register(&world, &asked).await.refused(400, "unapproved_software_statement");
    }
}

async fn the_policy_of_the_realm_is_kept(engine: Engine) {
    let settings = SettingsPatch {
        registration_grants: Some(vec![GrantType::AuthorizationCode]),
        registration_auth_methods: Some(vec![ClientAuthMethod::None]),
        registration_scopes: Some("read openid".parse_scope()),
        registration_redirect_hosts: Some(vec!["app.example".into(), "*.example.org".into()]),
        ..open()
    };
    let world = World::with_settings(engine, settings).await;
    let client = registered(&world, &json!({ "redirect_uris": [REDIRECT_URI, "https://a.example.org/"] })).await;
    assert_eq!((text(&client, "scope").as_str(), text(&client, "token_endpoint_auth_method").as_str()), ("read openid", "none"));
    let refused = [
        (json!({ "grant_types": ["authorization_code", "refresh_token"] }), "invalid_client_metadata"),
        (json!({ "token_endpoint_auth_method": "client_secret_basic" }), "invalid_client_metadata"),
        (json!({ "scope": "write" }), "invalid_client_metadata"),
        (json!({ "redirect_uris": ["https://evil.example/"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["http://127.0.0.1/"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["com.example.app:/cb"] }), "invalid_redirect_uri"),
    ];
    for (change, code) in refused {
        let mut asked = json!({ "redirect_uris": [REDIRECT_URI] });
        asked.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        register(&world, &asked).await.refused(400, code);
        let mut asked = replacement(&client, asked);
        asked.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        replaced(&world, &client, asked).await.refused(400, code);
    }
}

trait ParseScope {
    fn parse_scope(&self) -> jeton_oauth::Scope;
}

impl ParseScope for str {
    fn parse_scope(&self) -> jeton_oauth::Scope {
        jeton_oauth::Scope::parse(self).unwrap()
    }
}

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

async fn one_network_registers_a_hundred_in_a_day(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let from = |address: &str| world.post("/acme/register").peer(address).json(&browser_client()).send();
    for turn in 0..100 {
        let answer = from("203.0.113.7").await;
        assert_eq!(answer.status, 201, "{turn}: {}", answer.text());
    }
    world.advance(3600);
    let refused = from("203.0.113.7").await;
    refused.refused(429, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), Some("82800"), "the rest of the day");
    assert_eq!(clients(&world).await, 101);
    assert_eq!(from("203.0.113.8").await.status, 201, "another network");
    world.advance(82_800);
    assert_eq!(from("203.0.113.7").await.status, 201, "the next day");
}

async fn parallel_registrations_keep_to_the_limit(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { registrations_per_network: Some(3), ..open() }).await;
    let mut running = JoinSet::new();
    for turn in 0..12 {
        // One customer has a whole /64.
        let call = world.post("/acme/register").peer(&format!("2001:db8::{turn:x}")).json(&browser_client());
        running.spawn(call.send());
    }
    let answers = running.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 3);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 9);
    // What was refused for what it says counts for nothing.
    for _ in 0..5 {
        world.post("/acme/register").peer("203.0.113.9").json(&json!({})).send().await.refused(400, "invalid_redirect_uri");
    }
    assert_eq!(world.post("/acme/register").peer("203.0.113.9").json(&browser_client()).send().await.status, 201);
}

async fn an_initial_access_token_lets_in_as_often_as_it_says(engine: Engine) {
    let mut other = Setup::new("other", "standard");
    other.config.settings = by_token();
    let world = World::start(engine, vec![Setup::new("acme", "standard").settings(by_token()), other]).await;
    let nothing = register(&world, &browser_client()).await;
    assert_eq!((nothing.status.as_u16(), nothing.header("www-authenticate")), (401, Some("Bearer realm=\"acme\"")));
    let (_, token) = initial_token(&world, "acme", Lifetime { uses: Some(2), seconds: None }).await;
    let by = |token: &str, document: Value| world.post("/acme/register").bearer(token).json(&document).send();
    for wrong in ["x", "jtn_it_AAAA", &text(&world.ann("read").await, "access_token")] {
        by(wrong, browser_client()).await.refused(401, "invalid_token");
    }
    world.post("/other/register").bearer(&token).json(&browser_client()).send().await.refused(401, "invalid_token");
    // Credentials come first, and what is refused uses nothing up.
    world.post("/acme/register").body("text/plain", b"x").send().await.refused(401, "invalid_token");
    by(&token, json!({})).await.refused(400, "invalid_redirect_uri");
    let mut running = JoinSet::new();
    for _ in 0..8 {
        running.spawn(by(&token, json!({ "grant_types": ["client_credentials"], "scope": "read" })));
    }
    let answers = running.join_all().await;
    let winners: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(winners.len(), 2);
    answers.iter().filter(|answer| answer.status != 201).for_each(|answer| answer.refused(401, "invalid_token"));
    let client = winners[0].json();
    assert_eq!(client["response_types"], json!([]));
    let form = [("grant_type", "client_credentials")];
    let answer = world.post("/acme/token").basic(&text(&client, "client_id"), &text(&client, "client_secret")).form(&form).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn initial_access_tokens_end(engine: Engine) {
    let world = World::with_settings(engine, by_token()).await;
    let (_, short) = initial_token(&world, "acme", Lifetime { seconds: Some(Seconds(60)), uses: None }).await;
    let (long, text_of_long) = initial_token(&world, "acme", Lifetime::default()).await;
    let by = |token: &str| world.post("/acme/register").bearer(token).json(&browser_client()).send();
    assert_eq!(by(&short).await.status, 201);
    world.advance(60);
    by(&short).await.refused(401, "invalid_token");
    assert_eq!(by(&text_of_long).await.status, 201);
    let realm = world.realm("acme").await;
    let mut desk = Desk { realm: &realm, by: &Actor::COMMAND, now: world.app.now(), rng: &mut SystemRng };
    let revoked = revoke_token(&long, &mut desk).unwrap();
    world.commit_all(revoked.changes).await;
    by(&text_of_long).await.refused(401, "invalid_token");
    // Ended ones are listed for a while, and leave.
    let rows = world.app.store.in_realm(realm.id());
    let all = || rows.initial_access_tokens(jeton_oauth::InitialAccessTokenId(uuid::Uuid::nil()), 10);
    assert_eq!(all().await.unwrap().len(), 1);
    world.advance(91 * 86_400);
    assert_eq!(world.app.store.sweep(world.app.now(), 100).await.unwrap().initial_access_tokens, 1);
    assert_eq!(all().await.unwrap().len(), 0);
}

async fn developers_register_what_belongs_to_them(engine: Engine) {
    let settings =
        SettingsPatch { registration: Some(WhoRegisters::Developers), developers: Some(Developers::Invited), ..SettingsPatch::default() };
    let developer = Role { name: "developer".into(), permissions: Vec::new() };
    let setup = Setup::new("acme", "standard")
        .settings(settings)
        .web(|web| web.scope = web.scope.union(&"jeton:clients".parse_scope()))
        .ann(|ann| ann.roles = vec![developer.clone()])
        .person("bob", |_| {})
        .person("robot", |robot| {
            robot.roles = vec![developer.clone()];
            robot.account.kind = AccountKind::ApiUser;
        });
    let world = World::start(engine, vec![setup]).await;
    let token = async |who: &str, scope: &str| {
        let form = [("grant_type", "password"), ("username", who), ("password", crate::setup::PASSWORD), ("scope", scope)];
        world.token(&form).send().await.member("access_token")
    };
    let by = |token: String| world.post("/acme/register").bearer(&token).json(&json!({ "grant_types": ["client_credentials"] })).send();
    by("x".into()).await.refused(401, "invalid_token");
    assert_eq!(register(&world, &browser_client()).await.status, 401);
    by(token("ann", "read").await).await.refused(403, "insufficient_scope");
    by(token("bob", "jeton:clients").await).await.refused(403, "access_denied");
    by(token("robot", "jeton:clients").await).await.refused(403, "access_denied");
    let made = by(token("ann", "jeton:clients").await).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let owner = row(&world, &made.member("client_id")).await.unwrap().owner;
    assert!(owner.is_some() && made.json().get("owner").is_none());
    // The application's own token is nobody's.
    let form = [("grant_type", "client_credentials"), ("scope", "read jeton:clients")];
    by(world.token(&form).send().await.member("access_token")).await.refused(403, "insufficient_scope");
}

async fn what_nobody_uses_leaves(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch { registration_unused_lifetime: Some(Seconds(86_400)), ..open() }).await;
    let document = json!({ "redirect_uris": [REDIRECT_URI], "scope": "openid read" });
    let (used, proven, idle) =
        (registered(&world, &document).await, registered(&world, &document).await, registered(&world, &document).await);
    // `web`, which an operator made, stays whatever happens.
    let id = text(&used, "client_id");
    let query = [
        ("client_id", id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "read"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    Browser::new(&world).authorize(&query).await.parameters();
    let look = async || while unused_registrations::step(&world.app, &*world.realm("acme").await).await.unwrap() {};
    look().await;
    assert_eq!(clients(&world).await, 4, "nobody leaves before a day is over");
    world.advance(86_000);
    let introspected =
        world.post("/acme/introspect").basic(&text(&proven, "client_id"), &text(&proven, "client_secret")).form(&[("token", "x")]).send();
    assert_eq!(introspected.await.status, 200);
    world.commit_all(world.app.marks.take()).await;
    world.advance(500);
    look().await;
    assert_eq!(row(&world, &text(&idle, "client_id")).await, None);
    read(&world, &idle).await.refused(401, "invalid_token");
    assert_eq!((read(&world, &used).await.status.as_u16(), read(&world, &proven).await.status.as_u16()), (200, 200));
    // Whose only use was a proof long ago leaves later; who was approved stays.
    world.advance(2 * 86_400);
    look().await;
    world.advance(2 * 86_400);
    look().await;
    assert_eq!(row(&world, &text(&proven, "client_id")).await, None);
    assert!(row(&world, &id).await.is_some() && row(&world, "web").await.is_some());
}

async fn the_audit_log_says_who_it_was(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let client = world.post("/acme/register").peer("203.0.113.7").json(&browser_client()).send().await.json();
    // Ids are ordered by their moment.
    world.advance(1);
    let changed = replaced(&world, &client, json!({ "redirect_uris": [REDIRECT_URI], "client_name": "Other" })).await.json();
    world.advance(1);
    managed(&world, Method::DELETE, &changed, &text(&changed, "registration_access_token"), None).await;
    let realm = world.realm("acme").await;
    let events = world.app.store.in_realm(realm.id()).audit(None, 100).await.unwrap();
    let about = text(&client, "client_id");
    let mut told: Vec<_> = events
        .into_iter()
        .filter(|event| event.client_id.as_deref() == Some(&about))
        .map(|event| {
            (event.id, event.kind.as_str(), event.actor.unwrap().as_str(), event.address.map(|address| address.to_string()), event.detail)
        })
        .collect();
    told.sort_by_key(|event| event.0);
    let told: Vec<_> =
        told.iter().map(|(_, kind, actor, address, detail)| (*kind, *actor, address.as_deref(), detail.as_deref().unwrap())).collect();
    let registered = format!("{about} registered by a stranger");
    assert_eq!(told[0], ("client_changed", "stranger", Some("203.0.113.7"), registered.as_str()));
    assert!(told[1..].iter().all(|(_, actor, address, _)| (*actor, *address) == ("client", Some("127.0.0.1"))), "{told:?}");
    assert!(told.last().unwrap().3.contains("removed by a client"), "{told:?}");
}

async fn scripts_of_other_origins_register(engine: Engine) {
    let world = World::with_settings(engine, open()).await;
    let asked = world
        .request(Method::OPTIONS, "/acme/register")
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type, authorization, mcp-protocol-version")
        .send()
        .await;
    assert_eq!((asked.status.as_u16(), asked.header("access-control-allow-methods")), (204, Some("POST")));
    assert!(asked.header("access-control-allow-headers").is_some_and(|headers| headers.contains("authorization")));
    let answer = world.post("/acme/register").header("origin", "https://app.example").json(&browser_client()).send().await;
    assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (201, Some("*")));
    let asked = world.request(Method::OPTIONS, &place(&answer.json())).header("origin", "https://app.example").send().await;
    assert_eq!(asked.header("access-control-allow-methods"), Some("GET, PUT, DELETE"));
    let refused = world.post("/acme/register").header("origin", "https://app.example").json(&json!({})).send().await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (400, Some("*")));
}
