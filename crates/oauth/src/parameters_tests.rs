//! What a request's parameters may be, and what is refused.

use super::{MAX_PARAMETERS, MAX_VALUE, Parameters};

fn refusal(read: Result<Parameters, crate::OAuthError>) -> String {
    let error = read.expect_err("must be refused");
    assert_eq!(error.code, crate::ErrorCode::InvalidRequest);
    error.description.into_owned()
}

#[test]
fn forms_are_decoded_completely() {
    let form = Parameters::from_form(b"username=your%40email.com&password=a%2Bb+c%26&grant_type=password&flag").unwrap();
    assert_eq!(form.get("username"), Some("your@email.com"));
    assert_eq!(form.get("password"), Some("a+b c&"));
    assert_eq!(form.get("flag"), None);
    assert_eq!(form.get("absent"), None);
}

#[test]
fn an_empty_value_counts_as_left_out() {
    assert_eq!(Parameters::from_form(b"scope=&state").unwrap().get("scope"), None);
    assert_eq!(Parameters::from_json(br#"{"scope":"","state":null}"#).unwrap().get("state"), None);
}

#[test]
fn a_repeated_parameter_is_refused_unless_it_is_resource() {
    assert_eq!(refusal(Parameters::from_form(b"scope=a&scope=a")), "parameter scope stands more than once");
    assert_eq!(refusal(Parameters::from_form(b"scope=a&sc%6Fpe=")), "parameter scope stands more than once");
    assert_eq!(refusal(Parameters::from_json(br#"{"code":"a","c\u006fde":"b"}"#)), "parameter code stands more than once");
    let form = Parameters::from_form(b"resource=https://a.example&resource=https://b.example").unwrap();
    assert_eq!(form.get_all("resource").collect::<Vec<_>>(), ["https://a.example", "https://b.example"]);
}

#[test]
fn what_does_not_decode_is_refused() {
    assert_eq!(refusal(Parameters::from_form(b"code=%4")), "parameter code has an incomplete percent-encoding");
    assert_eq!(refusal(Parameters::from_form(b"code=%zz")), "parameter code has a bad percent-encoding");
    assert_eq!(refusal(Parameters::from_form(b"code=%ff")), "parameter code is not UTF-8");
    assert_eq!(refusal(Parameters::from_form(b"a=1&\xff=2")), "the name of parameter 2 is not UTF-8");
    assert_eq!(refusal(Parameters::from_form(b"username=a%00b")), "parameter username contains NUL");
    assert_eq!(refusal(Parameters::from_form(b"=b")), "parameter 1 has no name");
}

#[test]
fn sizes_are_bounded() {
    let many = vec!["a=1"; MAX_PARAMETERS + 1].iter().enumerate().map(|(n, _)| format!("p{n}=1")).collect::<Vec<_>>();
    assert!(Parameters::from_form(many[1..].join("&").as_bytes()).is_ok());
    assert_eq!(refusal(Parameters::from_form(many.join("&").as_bytes())), "more than 64 parameters");
    let long = "x".repeat(MAX_VALUE);
    assert!(Parameters::from_form(format!("code={long}").as_bytes()).is_ok());
    assert_eq!(refusal(Parameters::from_form(format!("code={long}x").as_bytes())), "parameter code is longer than 8192 bytes");
    assert_eq!(refusal(Parameters::from_form(format!("{long}=1").as_bytes())), "parameter 1 has a name longer than 128 bytes");
}

#[test]
fn json_is_flat() {
    let json = Parameters::from_json(
        br#" {"client_id": 12, "flag": true, "scope": ["a", "b"], "resource": ["https://a.example", "https://b.example"]} "#,
    )
    .unwrap();
    assert_eq!(json.get("client_id"), Some("12"));
    assert_eq!(json.get("flag"), Some("true"));
    assert_eq!(json.get("scope"), Some("a b"));
    assert_eq!(json.get_all("resource").count(), 2);
    assert_eq!(refusal(Parameters::from_json(br#"{"scope":{"a":1}}"#)), "parameter scope is an object; send one string");
    assert_eq!(refusal(Parameters::from_json(br#"{"code":["a"]}"#)), "parameter code is a list; send one string");
    assert_eq!(refusal(Parameters::from_json(br#"{"scope":[["a"]]}"#)), "parameter scope is a list; send one string");
    assert_eq!(
        refusal(Parameters::from_json(br#"{"max_age":1.5}"#)),
        "parameter max_age is a number that is not whole or too large; send it as a string"
    );
    for broken in [&b""[..], b"[]", b"{\"a\":1", b"{\"a\":1}x", b"{\"a\":\"\xff\"}", b"\"a\"", b"\xef\xbb\xbf{}"] {
        assert!(refusal(Parameters::from_json(broken)).starts_with("the body is not a JSON object"), "{broken:?}");
    }
    refusal(Parameters::from_json("[".repeat(50_000).as_bytes()));
    refusal(Parameters::from_json(format!("{{\"scope\":{}", "[".repeat(50_000)).as_bytes()));
}

#[test]
fn refusals_and_debug_show_no_value_and_no_unregistered_name() {
    let parameters = Parameters::from_form(b"password=hush&client_secret=hush").unwrap();
    assert_eq!(format!("{parameters:?}"), r#"["password", "client_secret"]"#);
    assert_eq!(refusal(Parameters::from_form(b"hush&hush")), "parameter 2 stands more than once");
    assert!(!refusal(Parameters::from_json(br#"{"password":"hush"#)).contains("hush"));
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_readers_panic(bytes: Vec<u8>) {
        let _ = Parameters::from_form(&bytes);
        let _ = Parameters::from_json(&bytes);
    }

    #[test]
    fn nothing_that_looks_like_a_form_makes_the_reader_panic(text in "[a-z%0-9+=&\\x00{}\":\\[\\],]{0,80}") {
        let _ = Parameters::from_query(&text);
        let _ = Parameters::from_json(text.as_bytes());
    }
}
