//! Answers and errors as each dialect writes them, to the byte.

use std::sync::Arc;

use http::{Response, header};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Dialect, TokenRoute};
use crate::{
    ErrorCode, OAuthError, RealmId, Scope, Seconds, Timestamp, UserId,
    model::{Account, AccountKind, Email, Profile, Role, Status, User},
    request::TokenAnswer,
    secret::SecretText,
};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

fn route(name: &str, path: &str) -> TokenRoute {
    let dialect = Dialect::built_in(name).unwrap();
    dialect.token_routes().find(|(route, _)| route.path == path).unwrap().1.clone()
}

fn answer() -> TokenAnswer {
    TokenAnswer {
        access_token: SecretText::new("AT"),
        expires_in: Seconds(3000),
        refresh_token: Some(SecretText::new("RT")),
        refresh_expires_in: Some(Seconds(7200)),
        id_token: None,
        scope: Scope::parse("profile email").unwrap(),
        session_state: Some(Uuid::from_u128(0xfbf5_9841_8288_4a71_8192_2bd4_bf8a_5c50)),
        not_before: Timestamp::from_millis(0),
        user: None,
    }
}

fn written(name: &str, path: &str, answer: &TokenAnswer) -> String {
    let response = route(name, path).encode_answer(answer);
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[header::PRAGMA], "no-cache");
    String::from_utf8(response.into_body()).unwrap()
}

fn refusal(name: &str, path: &str, error: &OAuthError) -> Response<String> {
    route(name, path).encode_error(error, "acme", NOW).map(|body| String::from_utf8(body).unwrap())
}

#[test]
fn each_answer_has_its_members_in_the_vendors_order() {
    assert_eq!(
        written("standard", "/token", &answer()),
        r#"{"access_token":"AT","token_type":"Bearer","expires_in":3000,"refresh_token":"RT","scope":"profile email"}"#
    );
    assert_eq!(
        written("volt", "/oauth", &answer()),
        r#"{"access_token":"AT","token_type":"bearer","expires_in":3000,"refresh_token":"RT"}"#
    );
    assert_eq!(
        written("voipex", "/token", &answer()),
        r#"{"access_token":"AT","expires_in":3000,"refresh_expires_in":7200,"refresh_token":"RT","token_type":"Bearer","not-before-policy":0,"session_state":"fbf59841-8288-4a71-8192-2bd4bf8a5c50","scope":"profile email"}"#
    );
    assert_eq!(written("violet", "/v1/auth/token", &answer()), r#"{"token":"AT"}"#);
    assert_eq!(written("depotfinity", "/oauth2/token", &answer()), r#"{"access_token":"AT","expires_in":3000,"token_type":"Bearer"}"#);
}

#[test]
fn violets_login_is_answered_with_the_person() {
    let user = User {
        account: Account {
            id: UserId(Uuid::from_u128(7)),
            sub: "7".into(),
            number: 9999,
            kind: AccountKind::Person,
            status: Status::Active,
            not_before: Timestamp::default(),
        },
        realm: RealmId(Uuid::from_u128(1)),
        username: "ultra".into(),
        email: Some(Email { address: "ultra@violet.example".into(), verified: true }),
        profile: Profile { given_name: Some("Ultra".into()), family_name: Some("Vi\"olet é".into()), ..Profile::default() },
        user_type: Some("DEVELOPER".into()),
        roles: vec![Role { name: "ROLE_DEVELOPER".into(), permissions: Vec::new() }],
        attributes: Map::from_iter([("tos_accepted".into(), Value::from(true))]),
        password: None,
        owner: None,
        created_at: Timestamp::from_seconds(1_478_038_659),
        updated_at: Timestamp::from_seconds(1_478_038_660),
        version: 1,
    };
    assert_eq!(
        written("violet", "/v1/login", &TokenAnswer { user: Some(Arc::new(user)), ..answer() }),
        concat!(
            r#"{"id":9999,"first_name":"Ultra","last_name":"Vi\"olet é","email":"ultra@violet.example","type":"DEVELOPER","verified":true,"#,
            r#""status":"ACTIVE","date_created":"2016-11-01T22:17:39+0000","date_last_modified":"2016-11-01T22:17:40+0000","#,
            r#""roles":[{"name":"ROLE_DEVELOPER","permissions":[]}],"tos_accepted":true,"payment_configured":false,"token":"AT","refresh_token":"RT"}"#
        )
    );
}

#[test]
fn what_is_absent_is_left_out() {
    let bare = TokenAnswer { refresh_token: None, scope: Scope::default(), ..answer() };
    assert_eq!(written("standard", "/token", &bare), r#"{"access_token":"AT","token_type":"Bearer","expires_in":3000}"#);
}

#[test]
fn the_standard_writes_errors_as_the_rfc_does() {
    let response = refusal("standard", "/token", &OAuthError::invalid_grant("no").detail("hush"));
    assert_eq!((response.status().as_u16(), response.body().as_str()), (400, r#"{"error":"invalid_grant","error_description":"no"}"#));
    assert!(!response.headers().contains_key(header::WWW_AUTHENTICATE));
    let response = refusal("standard", "/token", &OAuthError::invalid_client("hush"));
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], r#"Basic realm="acme", charset="UTF-8""#);
    let response = refusal("standard", "/token", &OAuthError::new(ErrorCode::TooManyRequests, "wait").retry_after(Seconds(30)));
    assert_eq!((response.status().as_u16(), response.headers()[header::RETRY_AFTER].to_str().unwrap()), (429, "30"));
}

#[test]
fn depotfinity_answers_403_to_oauth_errors_only() {
    for (code, status) in [
        (ErrorCode::InvalidRequest, 403),
        (ErrorCode::InvalidClient, 403),
        (ErrorCode::UnsupportedGrantType, 403),
        (ErrorCode::MethodNotAllowed, 405),
        (ErrorCode::TooLarge, 413),
        (ErrorCode::UnsupportedMediaType, 415),
        (ErrorCode::TooManyRequests, 429),
        (ErrorCode::ServerError, 500),
        (ErrorCode::TemporarilyUnavailable, 503),
    ] {
        let response = refusal("depotfinity", "/oauth2/token", &OAuthError::new(code, "no"));
        assert_eq!(response.status().as_u16(), status, "{code:?}");
        assert_eq!(*response.body(), format!(r#"{{"error":"{}","error_description":"no"}}"#, code.as_str()));
    }
}

#[test]
fn violet_writes_errors_its_own_way_and_knows_what_has_expired() {
    let response = refusal("violet", "/v1/login", &OAuthError::invalid_grant("wrong"));
    assert_eq!(
        (response.status().as_u16(), response.body().as_str()),
        (400, r#"{"status":400,"message":"wrong","error_code":3,"timestamp":1700000000123}"#)
    );
    let expired = r#"{"status":401,"message":"Token has expired","error_code":11,"timestamp":1700000000123}"#;
    let response = refusal("violet", "/v1/auth/token", &OAuthError::invalid_grant("old").expired());
    assert_eq!((response.status().as_u16(), response.body().as_str()), (401, expired));
    let resource = Dialect::built_in("violet").unwrap().resource.clone().unwrap();
    assert_eq!(resource.header, "x-violet-token");
    let response = resource.encode_error(&OAuthError::invalid_token("old \"one\"").expired(), "acme", NOW);
    assert_eq!((response.status().as_u16(), &response.body()[..]), (401, expired.as_bytes()));
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], r#"Bearer realm="acme", error="invalid_token", error_description="old one""#);
    let read = route("violet", "/v1/auth/token").decode_error(401, expired.as_bytes());
    assert!(read.expired);
    assert_eq!(read.description.as_deref(), Some("Token has expired"));
}
