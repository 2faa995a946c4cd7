//! The vendors' documented requests, as they are read; and what is refused on the way in.

use std::sync::Arc;

use http::{Method, Request, request::Parts};

use super::{Dialect, Found, TokenRoute};
use crate::{
    Endpoint, ErrorCode, OAuthError,
    parameters::Parameters,
    request::{Credentials, Grant, SecretPlace, TokenRequest},
    secret::SecretText,
};

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("Content-type", "application/json");

fn parts(method: &str, uri: &str, headers: &[(&str, &str)]) -> Parts {
    let request = headers.iter().fold(Request::builder().method(method).uri(uri), |request, (name, value)| request.header(*name, *value));
    request.body(()).unwrap().into_parts().0
}

fn route(dialect: &Dialect, method: &Method, path: &str) -> TokenRoute {
    match dialect.map.find(method, path) {
        Found::Here(standing) => dialect.token_route(standing).unwrap_or_else(|| panic!("{path} is {standing:?}")).clone(),
        other => panic!("{path} is {other:?}"),
    }
}

fn read(name: &str, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Result<TokenRequest, OAuthError> {
    let dialect: Arc<Dialect> = Dialect::built_in(name).unwrap();
    let parts = parts(method, uri, headers);
    route(&dialect, &parts.method, parts.uri.path()).decode(&dialect, &parts, body.as_bytes())
}

fn refused(name: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> (ErrorCode, String) {
    let error = read(name, "POST", uri, headers, body).expect_err("must be refused");
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    (error.code, error.description.into_owned())
}

fn secret(place: SecretPlace, client_id: &str, secret: &str) -> Credentials {
    Credentials::secret(place, client_id, SecretText::new(secret))
}

fn password(username: &str, password: &str) -> Grant {
    Grant::Password { username: username.into(), password: SecretText::new(password), scope: None, resource: Vec::new() }
}

#[test]
fn volt_reads_the_password_grant_as_a_form_and_as_json() {
    let charset = ("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    let form = read("volt", "POST", "/oauth", &[charset], "client_id=app&client_secret=s&username=robot&password=p%26&grant_type=password")
        .unwrap();
    assert_eq!(form, TokenRequest { credentials: secret(SecretPlace::Body, "app", "s"), grant: password("robot", "p&") });
    let json = r#"{"client_id":"app","client_secret":"s","username":"robot","password":"p&","grant_type":"password"}"#;
    assert_eq!(read("volt", "POST", "/oauth", &[JSON], json).unwrap(), form);
}

#[test]
fn volt_refreshes_without_client_credentials_and_still_reads_those_that_are_sent() {
    let bare = read("volt", "POST", "/oauth", &[FORM], "grant_type=refresh_token&refresh_token=r").unwrap();
    assert_eq!(bare.credentials, Credentials::FromToken);
    let with = read("volt", "POST", "/oauth", &[FORM], "grant_type=refresh_token&refresh_token=r&client_id=app&client_secret=s").unwrap();
    assert_eq!(with.credentials, secret(SecretPlace::Body, "app", "s"));
    // No other dialect, and no other grant of this one, goes without.
    assert_eq!(
        read("standard", "POST", "/token", &[FORM], "grant_type=refresh_token&refresh_token=r").unwrap().credentials,
        Credentials::Missing
    );
    assert_eq!(read("volt", "POST", "/oauth", &[FORM], "grant_type=client_credentials").unwrap().credentials, Credentials::Missing);
}

#[test]
fn volt_time_exchanges_a_code_below_oauth() {
    let body = "client_id=app&client_secret=s&grant_type=authorization_code&code=c&redirect_uri=https%3A%2F%2Fapp.example%2Fcb";
    let request = read("volt-time", "POST", "/oauth/token", &[FORM], body).unwrap();
    let grant = Grant::AuthorizationCode {
        code: SecretText::new("c"),
        redirect_uri: Some("https://app.example/cb".into()),
        code_verifier: None,
        resource: Vec::new(),
    };
    assert_eq!(request, TokenRequest { credentials: secret(SecretPlace::Body, "app", "s"), grant });
    let dialect = Dialect::built_in("volt-time").unwrap();
    let find = |path| dialect.map.find(&Method::GET, path);
    assert!(matches!(find("/oauth/authorize"), Found::Here(standing) if standing.endpoint == Endpoint::Authorization));
    assert_eq!(find("/authorize"), Found::Nothing);
    let Found::OtherMethod(other) = find("/oauth/token") else { panic!("tokens by GET") };
    assert_eq!(other.allowed().collect::<Vec<_>>(), [Method::POST]);
}

#[test]
fn voipex_reads_a_public_client() {
    let request =
        read("voipex", "POST", "/token", &[FORM], "client_id=api&username=your%40email.com&password=*****&grant_type=password").unwrap();
    assert_eq!(
        request,
        TokenRequest { credentials: Credentials::Public { client_id: "api".into() }, grant: password("your@email.com", "*****") }
    );
}

#[test]
fn violet_reads_a_login_and_a_refresh_by_get() {
    let app = [("X-Violet-App-Id", "10042"), ("X-Violet-App-Secret", "s")];
    let request = read("violet", "POST", "/v1/login", &[app[0], app[1], JSON], r#"{"username": "ann", "password": "p"}"#).unwrap();
    assert_eq!(request, TokenRequest { credentials: secret(SecretPlace::Header, "10042", "s"), grant: password("ann", "p") });
    let request = read("violet", "GET", "/v1/auth/token", &[app[0], app[1], ("X-Violet-Token", "r")], "").unwrap();
    let grant = Grant::RefreshToken { refresh_token: SecretText::new("r"), scope: None, resource: Vec::new() };
    assert_eq!(request, TokenRequest { credentials: secret(SecretPlace::Header, "10042", "s"), grant });
    let missing = read("violet", "GET", "/v1/auth/token", &app, "").unwrap_err();
    assert_eq!((missing.code, &*missing.description), (ErrorCode::InvalidRequest, "header x-violet-token is missing"));
    let half = refused("violet", "/v1/login", &[app[0], JSON], "{}");
    assert_eq!(half, (ErrorCode::InvalidRequest, "header x-violet-app-secret is missing".into()));
}

#[test]
fn depotfinity_reads_basic_as_it_is_and_the_standard_decodes_it() {
    let basic = ("Authorization", "Basic YSUyMCtiOnAlMjA6Kw=="); // a%20+b:p%20:+
    let raw = read("depotfinity", "POST", "/oauth2/token", &[FORM, basic], "grant_type=client_credentials").unwrap();
    assert_eq!(raw.credentials, secret(SecretPlace::Basic, "a%20+b", "p%20:+"));
    let decoded = read("standard", "POST", "/token", &[FORM, basic], "grant_type=client_credentials").unwrap();
    let Credentials::Secret { place, client_id, secret: sent, as_sent: Some(as_sent) } = decoded.credentials else { panic!("no secret") };
    assert_eq!((place, client_id.as_str(), sent.expose()), (SecretPlace::Basic, "a  b", "p : "));
    assert_eq!((as_sent.client_id.as_str(), as_sent.secret.expose()), ("a%20+b", "p%20:+"), "for clients that encode nothing");
    // What cannot have been encoded counts as it stands.
    let plain =
        read("standard", "POST", "/token", &[FORM, ("Authorization", "Basic YSU6aHVzaA==")], "grant_type=client_credentials").unwrap();
    assert_eq!(plain.credentials, secret(SecretPlace::Basic, "a%", "hush"));
}

#[test]
fn a_client_authenticates_in_exactly_one_way() {
    let basic = ("Authorization", "Basic YXBwOmh1c2g="); // app:hush
    let twice = "the client authenticates in more than one way; use one";
    assert_eq!(refused("standard", "/token", &[FORM, basic], "grant_type=client_credentials&client_id=app&client_secret=hush").1, twice);
    assert_eq!(
        refused("standard", "/token", &[FORM, basic, basic], "grant_type=client_credentials").1,
        "header authorization stands more than once"
    );
    let headers = [("X-Violet-App-Id", "10042"), ("X-Violet-App-Secret", "hush")];
    assert_eq!(
        refused(
            "violet",
            "/v1/login",
            &[headers[0], headers[1], JSON],
            r#"{"client_secret":"hush","client_id":"10042","username":"a","password":"b"}"#
        )
        .1,
        twice
    );
    let other = refused("standard", "/token", &[FORM, basic], "grant_type=client_credentials&client_id=other");
    assert_eq!(other, (ErrorCode::InvalidRequest, "parameter client_id names another client than the one that authenticates".into()));
    assert!(read("standard", "POST", "/token", &[FORM, basic], "grant_type=client_credentials&client_id=app").is_ok());
    assert_eq!(
        refused("standard", "/token", &[FORM], "grant_type=client_credentials&client_secret=hush").1,
        "parameter client_id is missing"
    );
}

#[test]
fn broken_basic_credentials_are_challenged() {
    for value in ["Basic", "Basic !", "Basic aHVzaA==", "Basic Omh1c2g=", "Bearer hush", "Basic /zpo", "Basic YQA6aHVzaA=="] {
        let error = read("standard", "POST", "/token", &[FORM, ("Authorization", value)], "grant_type=client_credentials").unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidClient, "{value}");
        assert!(error.challenge_basic);
        assert!(!format!("{error:?}").contains("hush"));
    }
}

#[test]
fn ways_that_the_route_does_not_admit_are_refused() {
    assert_eq!(
        refused("violet", "/v1/login", &[JSON, ("Authorization", "Basic YXBwOmh1c2g=")], r#"{"username":"a","password":"b"}"#).0,
        ErrorCode::InvalidClient
    );
    assert_eq!(
        refused("violet", "/token", &[FORM], "grant_type=refresh_token&refresh_token=hush&client_id=10042").0,
        ErrorCode::InvalidClient
    );
}

#[test]
fn what_is_missing_or_unknown_is_named() {
    let said = |body: &str| refused("standard", "/token", &[FORM], body);
    assert_eq!(said("client_id=a"), (ErrorCode::InvalidRequest, "parameter grant_type is missing".into()));
    assert_eq!(said("client_id=a&grant_type="), (ErrorCode::InvalidRequest, "parameter grant_type is missing".into()));
    assert_eq!(said("client_id=a&grant_type=authorization_code"), (ErrorCode::InvalidRequest, "parameter code is missing".into()));
    assert_eq!(said("client_id=a&grant_type=password&username=b"), (ErrorCode::InvalidRequest, "parameter password is missing".into()));
    assert_eq!(said("client_id=a&grant_type=hush").0, ErrorCode::UnsupportedGrantType);
    assert_eq!(said("client_id=a&grant_type=client_credentials&scope=a%22b").0, ErrorCode::InvalidScope);
    assert_eq!(said(""), (ErrorCode::InvalidRequest, "parameter grant_type is missing".into()));
}

#[test]
fn secrets_in_the_url_are_refused() {
    let said = refused("standard", "/token?client_secret=hush", &[FORM], "grant_type=client_credentials&client_id=a");
    assert_eq!(said, (ErrorCode::InvalidRequest, "parameter client_secret stands in the URL; send it in the body".into()));
    assert!(read("standard", "POST", "/token?version=2", &[FORM], "grant_type=client_credentials&client_id=a").is_ok());
}

#[test]
fn other_media_types_are_refused_as_such() {
    let body = "grant_type=client_credentials&client_id=a";
    for value in
        ["text/plain", "application/json", "application/x-www-form-urlencoded;charset=latin1", "application/x-www-form-urlencodedx", ""]
    {
        assert_eq!(refused("standard", "/token", &[("Content-Type", value)], body).0, ErrorCode::UnsupportedMediaType, "{value}");
    }
    assert_eq!(refused("standard", "/token", &[], body).0, ErrorCode::UnsupportedMediaType);
    assert_eq!(refused("standard", "/token", &[FORM, ("Content-Encoding", "gzip")], body).0, ErrorCode::UnsupportedMediaType);
    assert_eq!(refused("standard", "/token", &[FORM, FORM], body).0, ErrorCode::InvalidRequest);
    for value in ["APPLICATION/X-WWW-Form-urlencoded ; Charset=\"utf-8\"", "application/x-www-form-urlencoded;q=1"] {
        assert!(read("standard", "POST", "/token", &[("Content-Type", value)], body).is_ok(), "{value}");
    }
}

#[test]
fn endpoints_that_no_dialect_rewrites_read_credentials_the_dialects_way() {
    let dialect = Dialect::built_in("violet").unwrap();
    let headers = [("X-Violet-App-Id", "10042"), ("X-Violet-App-Secret", "s")];
    let mut form = Parameters::from_form(b"token=t").unwrap();
    assert_eq!(
        dialect.decode_credentials(&parts("POST", "/introspect", &headers), &mut form),
        Ok(secret(SecretPlace::Header, "10042", "s"))
    );
    let mut form = Parameters::from_form(b"token=t&client_id=a&client_secret=s").unwrap();
    assert_eq!(dialect.decode_credentials(&parts("POST", "/introspect", &[]), &mut form), Ok(secret(SecretPlace::Body, "a", "s")));
    assert_eq!(form.names().collect::<Vec<_>>(), ["token"]);
}
