//! Applications register themselves (RFC 7591).

use http::Method;
use jeton_oauth::{
    Scope,
    model::{ClientAuthMethod, Status},
    settings::{GrantType, SettingsPatch, WhoRegisters},
};
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    grants::{CHALLENGE, VERIFIER},
    registrations::{browser_client, clients, managed, open, place, register, registered, replaced, replacement, row, text},
    setup::REDIRECT_URI,
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
    the_audit_log_says_who_it_was,
    scripts_of_other_origins_register,
];

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
        registration_scopes: Some(Scope::parse("read openid").unwrap()),
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
