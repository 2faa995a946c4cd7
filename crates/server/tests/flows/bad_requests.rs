//! What is ambiguous, broken, too large or in the wrong form is refused, and no secret comes back with it.

use axum::body::Body;
use http::Method;
use http_body_util::BodyExt;
use jeton_oauth::settings::SettingsPatch;
use jeton_server::Endpoints;
use tower::ServiceExt;

use crate::{
    call::Answer,
    setup::{PASSWORD, SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    head_is_get_without_the_body,
    an_ambiguous_or_broken_form_is_refused,
    every_endpoint_reads_forms_as_strictly,
    a_secret_in_the_url_is_refused,
    other_media_types_are_refused,
    other_methods_are_told_which_ones_fit,
    a_compressed_body_is_not_read,
    a_body_that_is_too_large_is_not_read,
    json_that_is_ambiguous_or_deep_is_refused,
    an_unknown_grant_is_named_so,
    what_is_broken_in_a_session_cookie_is_no_session,
];

async fn head_is_get_without_the_body(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/jwks", "/acme/.well-known/openid-configuration", "/health/live", "/assets/style.css"] {
        let get = world.get(path).send().await;
        let request = http::Request::head(path).header("host", "127.0.0.1:8080").body(Body::empty()).unwrap();
        let head = Endpoints::new(&world.app).oneshot(request).await.unwrap();
        assert_eq!((head.status(), head.headers().get("content-type")), (get.status, get.headers.get("content-type")), "{path}");
        assert_eq!(head.headers()["content-length"], get.body.len().to_string(), "{path}");
        assert!(head.into_body().collect().await.unwrap().to_bytes().is_empty(), "{path}");
    }
}

/// Part of every secret that these stories send.
const HUSH: &str = "hush-hush";

/// Asserts a refusal as RFC 6749 §5.2 writes it, and that no secret is in it.
#[track_caller]
fn assert_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (status, Some(code)), "{what}: {}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    assert!(answer.json()["error_description"].as_str().is_some_and(is_description), "{what}: {}", answer.text());
    assert!(!answer.repeats(HUSH), "{what} gives a secret away: {}", answer.text());
}

/// RFC 6749 §5.2: `%x20-21 / %x23-5B / %x5D-7E`.
fn is_description(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\'))
}

const FORM: &str = "application/x-www-form-urlencoded";

fn broken_forms() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(8193);
    vec![
        ("nothing", Vec::new()),
        ("no grant_type", b"scope=read".to_vec()),
        ("an empty grant_type", b"grant_type=&scope=read".to_vec()),
        ("grant_type twice", b"grant_type=client_credentials&grant_type=client_credentials".to_vec()),
        ("scope twice", b"grant_type=client_credentials&scope=read&scope=write".to_vec()),
        ("an unknown parameter twice", b"grant_type=client_credentials&hush-hush=1&hush-hush=2".to_vec()),
        ("password twice", b"grant_type=password&username=ann&password=hush-hush&password=hush-hush".to_vec()),
        ("an over-long value", format!("grant_type=client_credentials&scope={long}").into_bytes()),
        ("an over-long name", format!("grant_type=client_credentials&{}=1", "n".repeat(129)).into_bytes()),
        ("too many parameters", (0..65).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&").into_bytes()),
        ("half a percent-encoding", b"grant_type=client_credentials&scope=hush-hush%4".to_vec()),
        ("a bad percent-encoding", b"grant_type=client_credentials&scope=hush-hush%zz".to_vec()),
        ("bytes that are not UTF-8", b"grant_type=client_credentials&scope=hush-hush%ff%fe".to_vec()),
        ("bare bytes that are not UTF-8", b"grant_type=client_credentials&scope=hush-hush\xff".to_vec()),
        ("NUL in a value", b"grant_type=client_credentials&scope=hush-hush%00".to_vec()),
        ("NUL in a name", b"grant_type=client_credentials&hush-hush%00=1".to_vec()),
        ("a value without a name", b"grant_type=client_credentials&=hush-hush".to_vec()),
        ("a code that is missing", b"grant_type=authorization_code&code=".to_vec()),
        ("a refresh token that is missing", b"grant_type=refresh_token".to_vec()),
        ("a user name that is missing", b"grant_type=password&password=hush-hush".to_vec()),
        ("a password that is missing", b"grant_type=password&username=ann".to_vec()),
    ]
}

async fn an_ambiguous_or_broken_form_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    for (what, body) in broken_forms() {
        let answer = world.post("/acme/token").basic("web", SECRET).body(FORM, &body).send().await;
        assert_refused(&answer, 400, "invalid_request", what);
    }
    assert_eq!(world.app.passwords.work().verifications, 0, "none of it is worth hashing");
}

async fn every_endpoint_reads_forms_as_strictly(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/introspect", "/acme/revoke"] {
        for body in ["token=hush-hush&token=hush-hush", "token=hush-hush%ff", "token=hush-hush%0", "token=hush-hush%00", "", "token="] {
            let answer = world.post(path).basic("web", SECRET).body(FORM, body.as_bytes()).send().await;
            assert_refused(&answer, 400, "invalid_request", &format!("{path} {body}"));
        }
    }
    let answer = world.post("/acme/userinfo").body(FORM, b"access_token=hush-hush&access_token=hush-hush").send().await;
    assert_refused(&answer, 400, "invalid_request", "userinfo");
    // Pages say it as pages.
    for path in ["/acme/authorize?client_id=web&client_id=web", "/acme/authorize?client_id=%ff", "/acme/sign-in?request=%00"] {
        let answer = world.get(path).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (400, Some("text/html; charset=utf-8")), "{path}");
    }
}

async fn a_secret_in_the_url_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    for query in
        ["client_secret=hush-hush", "password=hush-hush", "grant_type=client_credentials", "refresh_token=hush-hush", "code=hush-hush"]
    {
        let answer =
            world.post(&format!("/acme/token?{query}")).basic("web", SECRET).form(&[("grant_type", "client_credentials")]).send().await;
        assert_refused(&answer, 400, "invalid_request", query);
    }
    // What nobody reads does no harm (RFC 6749 §3.2).
    let answer = world
        .post("/acme/token?utm_source=x")
        .basic("web", SECRET)
        .form(&[("grant_type", "client_credentials"), ("foo", "bar")])
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn other_media_types_are_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let body = b"grant_type=client_credentials&token=x";
    for path in ["/acme/token", "/acme/introspect", "/acme/revoke"] {
        for media_type in ["text/plain", "application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded2", ""] {
            let answer = world.post(path).basic("web", SECRET).body(media_type, body).send().await;
            assert_refused(&answer, 415, "invalid_request", &format!("{path} {media_type}"));
        }
    }
    for path in ["/acme/token", "/acme/introspect", "/acme/revoke", "/acme/userinfo"] {
        for charset in ["iso-8859-1", "utf-16", "utf-8; charset=utf-16"] {
            let media_type = format!("{FORM}; charset={charset}");
            let answer = world.post(path).basic("web", SECRET).body(&media_type, body).send().await;
            assert_refused(&answer, 415, "invalid_request", &format!("{path} {charset}"));
        }
        for other in ["application/json", FORM] {
            let both = world.post(path).basic("web", SECRET).body(FORM, body).header("content-type", other).send().await;
            assert_refused(&both, 400, "invalid_request", &format!("{path}: two content types"));
        }
        let codings = world.post(path).basic("web", SECRET).body(FORM, body).header("content-encoding", "identity");
        let codings = codings.header("content-encoding", "gzip").send().await;
        assert_refused(&codings, 400, "invalid_request", &format!("{path}: two codings"));
    }
    for path in ["/acme/token", "/acme/introspect", "/acme/revoke"] {
        for media_type in ["APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded ; Charset=\"utf-8\""] {
            assert_eq!(world.post(path).basic("web", SECRET).body(media_type, body).send().await.status, 200, "{path} {media_type}");
        }
    }
    let answer = world.post("/acme/account/tokens").bearer("x").body("text/plain", b"{}").send().await;
    assert_eq!(answer.status, 401, "who asks comes before what is asked");
}

async fn other_methods_are_told_which_ones_fit(engine: Engine) {
    let world = World::standard(engine).await;
    for (path, allow) in [
        ("/acme/token", "POST"),
        ("/acme/introspect", "POST"),
        ("/acme/revoke", "POST"),
        ("/acme/userinfo", "GET, POST"),
        ("/acme/authorize", "GET, POST"),
        ("/acme/jwks", "GET"),
        ("/acme/.well-known/openid-configuration", "GET"),
        ("/acme/account/tokens", "GET, POST"),
        ("/acme/sign-in", "GET, POST"),
        ("/acme/consent", "GET, POST"),
    ] {
        for method in
            [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE, Method::from_bytes(b"MADEUP").unwrap()]
        {
            if allow.contains("GET") && matches!(method, Method::GET | Method::HEAD) {
                continue;
            }
            let answer = world.request(method.clone(), path).send().await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some(allow)), "{method} {path}");
            if method != Method::HEAD {
                assert_refused(&answer, 405, "invalid_request", &format!("{method} {path}"));
            }
        }
    }
}

async fn a_compressed_body_is_not_read(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/token", "/acme/introspect", "/acme/revoke", "/acme/userinfo"] {
        for coding in ["gzip", "br", "deflate", "zstd", "identity, gzip"] {
            let answer = world
                .post(path)
                .basic("web", SECRET)
                .header("content-encoding", coding)
                .form(&[("grant_type", "client_credentials")])
                .send()
                .await;
            assert_refused(&answer, 415, "invalid_request", &format!("{path} {coding}"));
        }
    }
    let plain = world.token(&[("grant_type", "client_credentials")]).header("content-encoding", "identity").send().await;
    assert_eq!(plain.status, 200, "{}", plain.text());
}

async fn a_body_that_is_too_large_is_not_read(engine: Engine) {
    let world = World::standard(engine).await;
    let large = format!("grant_type=client_credentials&token={HUSH}&x={}", "x".repeat(64 * 1024));
    for path in ["/acme/token", "/acme/introspect", "/acme/revoke", "/acme/userinfo"] {
        let answer = world.post(path).basic("web", SECRET).body(FORM, large.as_bytes()).send().await;
        assert_refused(&answer, 413, "invalid_request", path);
    }
    assert_eq!(world.post("/acme/consent").body(FORM, large.as_bytes()).send().await.status, 413);
    // A document that is only read has no use for any body.
    assert_refused(&world.get("/acme/jwks").body(FORM, b"x").send().await, 413, "invalid_request", "jwks");
}

async fn json_that_is_ambiguous_or_deep_is_refused(engine: Engine) {
    let world = World::start(engine, vec![Setup::new("volt", "volt"), Setup::new("acme", "standard")]).await;
    let deep = format!("{{\"grant_type\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    let objects = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"hush-hush\"",
        "{\"grant_type\":\"password\"}x",
        "{\"grant_type\":\"password\",\"grant_type\":\"hush-hush\"}",
        "{\"grant_type\":\"password\",\"username\":[\"ann\"],\"password\":\"hush-hush\"}",
        "{\"grant_type\":\"password\",\"username\":\"ann\",\"password\":{\"a\":\"hush-hush\"}}",
        "{\"grant_type\":\"password\",\"username\":\"ann\",\"password\":1.5}",
        "{\"grant_type\":\"password\",\"username\":\"ann\",\"password\":\"hush-hush\\u0000\"}",
        "{\"grant_type\":\"password\",\"username\":\"ann\",\"password\":\"\\ud800\"}",
        &deep,
        &objects,
    ] {
        let answer = world.post("/volt/oauth").basic("web", SECRET).body("application/json", body.as_bytes()).send().await;
        assert_refused(&answer, 400, "invalid_request", &body.chars().take(60).collect::<String>());
    }
    let token = world.ann("jeton:tokens read").await["access_token"].as_str().unwrap().to_owned();
    for body in
        ["{\"name\":\"a\",\"name\":\"b\",\"scopes\":[\"read\"]}", "{\"name\":\"a\",\"scopes\":[\"read\"],\"more\":1}", &deep, &objects]
    {
        let answer = world.post("/acme/account/tokens").bearer(&token).body("application/json", body.as_bytes()).send().await;
        assert_refused(&answer, 400, "invalid_request", &body.chars().take(60).collect::<String>());
    }
}

async fn an_unknown_grant_is_named_so(engine: Engine) {
    let world = World::standard(engine).await;
    for grant in ["none", "Password", "password ", "urn:ietf:params:oauth:grant-type:jwt-bearer", "implicit"] {
        let answer = world.token(&[("grant_type", grant), ("assertion", HUSH)]).send().await;
        assert_refused(&answer, 400, "unsupported_grant_type", grant);
    }
}

async fn what_is_broken_in_a_session_cookie_is_no_session(engine: Engine) {
    let world = World::with_settings(engine, SettingsPatch::default()).await;
    let name = format!("jeton-{}", world.realm("acme").await.id());
    let page = world.get("/acme/sign-in").send().await;
    let form = [("username", "ann"), ("password", PASSWORD)];
    let signed_in = world.post("/acme/sign-in").sent_by_our_page().form(&form).send().await;
    let cookie = signed_in.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with(&name) && page.status == 200);
    assert_eq!(world.get("/acme/account/tokens").header("cookie", &cookie).send().await.status, 200);
    let other = format!("{cookie}x");
    for broken in [
        format!("{name}="),
        format!("{name}=x"),
        other,
        format!("{cookie}; {cookie}"),
        cookie.replace(&name, "jeton-x"),
        cookie.to_uppercase(),
    ] {
        assert_eq!(world.get("/acme/account/tokens").header("cookie", &broken).send().await.status, 401, "{broken}");
    }
}
