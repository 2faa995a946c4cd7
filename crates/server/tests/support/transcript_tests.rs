//! What a transcript says, and when a response is as it says.

use http::Response;
use jeton_oauth::dialect::{Dialect, Found};

use super::transcript::{Exchange, Variables, parse};

const TEXT: &str = r#"# A comment for readers.

### Sign in
# later: 301
POST /login?to={{where}} HTTP/1.1
Host: vendor.example
Authorization: Basic {{basic}}
Content-Type: application/json

{"username": "{{username}}"}

HTTP/1.1 200 OK
Content-Type: application/json

{
  "token": "{{token=jwt}}",
  "id": "{{integer}}",
  "next": "{{next!=token}}",
  "who": "{{username}}",
  "roles": [{"name": "R", "on": "{{boolean}}"}]
}

### Form
POST /form HTTP/1.1
Content-Type: application/x-www-form-urlencoded;charset=UTF-8

username={{username}}

HTTP/1.1 204 No Content
"#;

fn variables() -> Variables {
    [("where", "a b"), ("username", "ann\"&é"), ("client_id", "app"), ("client_secret", "s:1"), ("token", "old")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

fn exchanges() -> Vec<Exchange> {
    parse(TEXT).unwrap()
}

fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
    Response::builder().status(status).header("content-type", "application/json").body(body.as_bytes().to_vec()).unwrap()
}

const GOOD: &str = r#"{"token":"a.b.c","id":7,"next":"new","who":"ann\"&é","roles":[{"name":"R","on":true}]}"#;

#[test]
fn requests_carry_variables_as_their_place_needs() {
    let [login, form] = &exchanges()[..] else { panic!("two exchanges") };
    assert_eq!((login.title.as_str(), login.line, login.later, form.later), ("Sign in", 3, 301, 0));
    let request = login.render("http://127.0.0.1:1/acme", &variables()).unwrap();
    assert_eq!(request.uri(), "http://127.0.0.1:1/acme/login?to=a+b");
    assert_eq!(request.headers()["authorization"], "Basic YXBwOnM6MQ==");
    assert!(!request.headers().contains_key("host"));
    assert_eq!(String::from_utf8_lossy(request.body()), r#"{"username": "ann\"&é"}"#);
    let request = form.render("http://127.0.0.1:1", &variables()).unwrap();
    assert_eq!(String::from_utf8_lossy(request.body()), "username=ann%22%26%C3%A9");
}

#[test]
fn an_unknown_variable_is_named() {
    let wrong = exchanges()[1].render("http://127.0.0.1:1", &Variables::new()).unwrap_err();
    assert_eq!(wrong, "Form (line 23): the variable username is not known");
}

#[test]
fn a_response_as_documented_gives_its_captures() {
    let captured = exchanges()[0].matches(&answer(200, GOOD), &variables()).unwrap();
    assert_eq!(captured, Variables::from([("token".into(), "a.b.c".into()), ("next".into(), "new".into())]));
    assert_eq!(exchanges()[1].matches(&answer(204, ""), &variables()).unwrap(), Variables::new());
}

#[test]
fn a_difference_says_where_it_is() {
    for (status, from, to, wrong) in [
        (400, "", "", "status 200 expected"),
        (200, "\"id\":7", "\"id\":\"7\"", "body.id: integer expected, not \"7\""),
        (
            200,
            "\"id\":7,",
            "",
            "the members [\"token\", \"id\", \"next\", \"who\", \"roles\"] expected, in this order, not [\"token\", \"next\"",
        ),
        (200, "\"id\":7,\"next\":\"new\"", "\"next\":\"new\",\"id\":7", "in this order"),
        (200, "a.b.c", "a.b", "body.token: jwt expected"),
        (200, "\"new\"", "\"old\"", "body.next: another text expected"),
        (200, "ann", "bob", "body.who: username expected"),
        (200, "\"R\"", "\"S\"", "body.roles[0].name: \"R\" expected, not \"S\""),
        (200, "{\"token\"", "[\"token\"", "the body is not JSON"),
    ] {
        let difference = exchanges()[0].matches(&answer(status, &GOOD.replacen(from, to, 1)), &variables()).unwrap_err();
        assert!(difference.starts_with("Sign in (line 3): ") && difference.contains(wrong), "{difference}");
    }
    let bare = Response::builder().status(200).body(GOOD.as_bytes().to_vec()).unwrap();
    assert!(exchanges()[0].matches(&bare, &variables()).unwrap_err().contains("header Content-Type: application/json expected, not []"));
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    assert_eq!(parse("GET / HTTP/1.1").unwrap_err(), "line 1: an exchange begins with a line ### title");
    assert!(parse("### A\nGET / HTTP/1.1\n").unwrap_err().contains("there is no response"));
    assert!(parse("### A\nGET / HTTP/1.1\nnonsense\n\nHTTP/1.1 200\n").unwrap_err().contains("\"nonsense\" is no header"));
}

fn transcript(name: &str) -> Vec<Exchange> {
    let text = std::fs::read_to_string(format!("{}/../../dialects/{name}.http", env!("CARGO_MANIFEST_DIR"))).unwrap();
    parse(&text).unwrap_or_else(|wrong| panic!("{name}.http: {wrong}"))
}

#[test]
fn every_dialect_has_a_transcript_with_a_success_and_an_error() {
    for name in Dialect::BUILT_IN {
        let exchanges = transcript(name);
        assert!(exchanges.iter().any(|exchange| exchange.status == 200), "{name}.http shows no success");
        assert!(exchanges.iter().any(|exchange| exchange.status >= 400), "{name}.http shows no error");
    }
}

#[test]
fn every_documented_request_is_one_that_its_dialect_reads() {
    let names =
        ["client_id", "client_secret", "username", "password", "code", "redirect_uri", "refresh_token", "updated_refresh_token", "token"];
    let variables: Variables = names.map(|name| (name.to_owned(), format!("any {name}"))).into();
    for name in Dialect::BUILT_IN {
        let dialect = Dialect::built_in(name).unwrap();
        for exchange in transcript(name) {
            let (parts, body) = exchange.render("", &variables).unwrap().into_parts();
            let Found::Here(standing) = dialect.map.find(&parts.method, parts.uri.path()) else { panic!("{name}: {}", exchange.title) };
            let Some(token) = dialect.token_route(standing) else { continue };
            let read = token.decode(&dialect, &parts, &body);
            assert!(read.is_ok() || exchange.status >= 400, "{name}: {}: {read:?}", exchange.title);
        }
    }
}
