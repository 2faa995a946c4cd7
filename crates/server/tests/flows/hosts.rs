//! Which host a request is for, and what other origins' scripts are told.

use std::time::Duration;

use http::Method;
use jeton_server::{Endpoints, listener};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    call::{Answer, Call},
    setup::{SECRET, Setup},
    world::{Engine, World, cases},
};

cases![
    a_request_names_one_host_as_hosts_are_written,
    a_host_that_nobody_has_is_told_the_servers_address,
    scripts_of_other_origins_may_send_what_clients_send,
    what_a_cache_keeps_is_for_every_origin,
    scripts_of_other_origins_read_why_they_were_refused,
    an_https_issuer_is_asked_for_by_https_alone,
    an_expectation_that_nobody_meets_is_refused,
    a_body_that_announces_too_much_is_refused_by_its_announcement,
];

/// An answer that is not there by then never comes.
const DEADLINE: Duration = Duration::from_secs(60);

async fn a_request_names_one_host_as_hosts_are_written(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/sign-in", "/sign-in", "/acme/jwks", "/health/live", "/assets/style.css"] {
        for host in [
            "host:1:2",
            "127.0.0.1:8080/acme",
            "127.0.0.1:8080/",
            "",
            ":8080",
            "127.0.0.1:port",
            "127.0.0.1:99999",
            "ann@127.0.0.1:8080",
            "[::1",
            "a b",
        ] {
            let answer = world.get(path).host(host).send().await;
            answer.refused(400, "invalid_request");
        }
        let two = world.get(path).header("host", "127.0.0.1:8080").send().await;
        two.refused(400, "invalid_request");
        let none = world.get(path).without("host").send().await;
        none.refused(400, "invalid_request");
    }
    for host in ["127.0.0.1:8080", "LOCALHOST:8080"] {
        assert_eq!(world.get("/acme/jwks").host(host).send().await.status, 200, "{host}");
    }
}

async fn a_host_that_nobody_has_is_told_the_servers_address(engine: Engine) {
    let world = World::standard(engine).await;
    for host in ["auth.example.com", "127.0.0.1:8081", "10.0.0.7"] {
        let answer = world.get("/acme/jwks").host(host).send().await;
        answer.refused(404, "not_found");
        assert!(answer.member("error_description").contains("http://127.0.0.1:8080"), "{}", answer.text());
    }
    let answer = world.get("/nobody/jwks").send().await;
    answer.refused(404, "not_found");
    assert!(!answer.text().contains("127.0.0.1"), "the host is right, the path is not: {}", answer.text());
}

fn asked(world: &World, path: &str, method: &str, headers: &str) -> Call {
    let call = world.request(Method::OPTIONS, path).header("origin", "https://app.example");
    call.header("access-control-request-method", method).header("access-control-request-headers", headers)
}

async fn scripts_of_other_origins_may_send_what_clients_send(engine: Engine) {
    let world = World::standard(engine).await;
    let names = [
        "authorization",
        "content-type",
        "accept",
        "x-requested-with",
        "mcp-protocol-version",
        "dpop",
        "traceparent",
        "tracestate",
        "baggage",
    ];
    for path in ["/acme/token", "/acme/userinfo", "/acme/revoke", "/acme/jwks", "/acme/.well-known/openid-configuration"] {
        let answer = asked(&world, path, "POST", &names.join(",")).send().await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (204, Some("*")), "{path}");
        let allowed = answer.header("access-control-allow-headers").unwrap();
        for name in names {
            assert!(allowed.split(", ").any(|own| own == name), "{path}: {name} is not among {allowed}");
        }
        assert!(answer.header("access-control-allow-credentials").is_none(), "{path}");
    }
}

async fn what_a_cache_keeps_is_for_every_origin(engine: Engine) {
    let world = World::standard(engine).await;
    for path in ["/acme/jwks", "/acme/.well-known/openid-configuration", "/acme/.well-known/oauth-authorization-server"] {
        for origin in [None, Some("https://app.example")] {
            let call = world.get(path);
            let answer = match origin {
                Some(origin) => call.header("origin", origin),
                None => call,
            };
            let answer = answer.send().await;
            assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, Some("*")), "{path} {origin:?}");
        }
    }
}

async fn scripts_of_other_origins_read_why_they_were_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let exposed = |answer: &Answer, what: &str| {
        let names = answer.header("access-control-expose-headers").unwrap_or_default().to_ascii_lowercase();
        for name in ["www-authenticate", "retry-after", "dpop-nonce"] {
            assert!(names.split(", ").any(|own| own == name), "{what}: {name} is not among {names:?}");
        }
    };
    let refused = world.post("/acme/token").basic("web", "wrong").form(&[("grant_type", "client_credentials")]);
    exposed(&refused.header("origin", "https://app.example").send().await, "token");
    exposed(&world.get("/acme/userinfo").header("origin", "https://app.example").send().await, "userinfo");
    let granted = world.post("/acme/token").basic("web", SECRET).form(&[("grant_type", "client_credentials")]);
    exposed(&granted.header("origin", "https://app.example").send().await, "a token");
}

async fn an_https_issuer_is_asked_for_by_https_alone(engine: Engine) {
    let mut https = Setup::new("secure", "standard");
    https.config.issuer = Some("https://auth.example.com/secure".into());
    let world = World::start(engine, vec![Setup::new("acme", "standard"), https]).await;
    for path in ["/sign-in", "/jwks", "/.well-known/openid-configuration", "/authorize", "/userinfo"] {
        let answer = world.get(&format!("/secure{path}")).host("auth.example.com").send().await;
        let policy = answer.header("strict-transport-security").unwrap_or_default();
        assert!(policy.starts_with("max-age=") && !policy.starts_with("max-age=0"), "{path}: {policy:?}");
        let plain = world.get(&format!("/acme{path}")).send().await;
        assert_eq!(plain.header("strict-transport-security"), None, "{path}");
    }
}

async fn an_expectation_that_nobody_meets_is_refused(engine: Engine) {
    let world = World::standard(engine).await;
    let grant = [("grant_type", "client_credentials")];
    assert_eq!(world.token(&grant).header("expect", "100-continue").send().await.status, 200);
    assert_eq!(world.token(&grant).header("expect", "miracles").send().await.status, 417);
}

/// The first line of what a server over TCP answers to this head, before any body is sent.
async fn first_line(address: std::net::SocketAddr, head: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(2).any(|pair| pair == b"\r\n") {
        let read = timeout(DEADLINE, stream.read_buf(&mut answer)).await.expect("no answer").unwrap();
        assert!(read > 0, "the connection ended");
    }
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

async fn a_body_that_announces_too_much_is_refused_by_its_announcement(engine: Engine) {
    let world = World::standard(engine).await;
    let socket = listener::bind(&"127.0.0.1:0".parse().unwrap(), listener::SOCKET_MODE).unwrap();
    let &listener::Address::Tcp(address) = socket.address() else { panic!("an address of TCP") };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let until = async move {
        let _ = stopped.await;
    };
    let serving = tokio::spawn(listener::serve(vec![socket], Endpoints::new(&world.app), listener::Options::default(), until));
    for (path, length) in
        [("/acme/token", 65_537), ("/acme/introspect", 1_u64 << 40), ("/acme/sign-in", 131_073), ("/acme/userinfo", 65_537)]
    {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
        );
        assert_eq!(first_line(address, &head).await, "HTTP/1.1 413 Payload Too Large", "{path}");
    }
    let fitting = "POST /acme/token HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n";
    assert_eq!(first_line(address, fitting).await, "HTTP/1.1 100 Continue");
    stop.send(()).unwrap();
    serving.await.unwrap();
}
