use std::net::SocketAddr;

use axum::{Extension, Router, body::Bytes, routing::any};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use super::*;

mod over_tls;

struct Running {
    address: SocketAddr,
    shutdown: Option<oneshot::Sender<()>>,
    server: JoinHandle<Drained>,
    gate: Arc<Gate>,
    metrics: ListenerMetrics,
}

/// Lets a test decide when a slow request goes on.
#[derive(Default)]
struct Gate {
    entered: Notify,
    open: Notify,
}

fn start(mut options: Options) -> Running {
    let gate = Arc::new(Gate::default());
    let inside = gate.clone();
    let slow = move || async move {
        inside.entered.notify_one();
        inside.open.notified().await;
        "at last"
    };
    let read = |body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move {
        body.map_or_else(|error| error.body_text(), |body| format!("{} bytes", body.len()))
    };
    let peer = |Extension(peer): Extension<Peer>| async move { format!("{} {}", peer.address, peer.tls) };
    let fault = |request: Request<Body>| async move {
        assert!(request.uri().path().is_empty(), "a fault");
        ""
    };
    let app = Router::new().route("/fault", any(fault)).route("/peer", any(peer)).route("/read", any(read)).route("/slow", any(slow));
    options.metrics = ListenerMetrics::default();
    let metrics = options.metrics.clone();
    let listener = bind(&"127.0.0.1:0".parse().unwrap(), SOCKET_MODE).unwrap();
    let Address::Tcp(address) = *listener.address() else { panic!("not TCP") };
    let (shutdown, stop) = oneshot::channel();
    let server = tokio::spawn(serve(vec![listener], app, options, async {
        let _ = stop.await;
    }));
    Running { address, shutdown: Some(shutdown), server, gate, metrics }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    fn stop(&mut self) {
        self.shutdown.take().unwrap().send(()).unwrap();
    }
}

/// Writes, and reads until the server closes.
async fn exchange(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A server that cuts with bytes unread resets the connection; what came before counts.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

async fn http2_get(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, path: &str) -> (StatusAndVersion, String) {
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let request = Request::get(format!("http://localhost{path}")).body(Full::<Bytes>::default()).unwrap();
    let response = sender.send_request(request).await.unwrap();
    let head = (response.status().as_u16(), response.version());
    let body = response.into_body().collect().await.unwrap().to_bytes();
    driver.abort();
    (head, String::from_utf8(body.to_vec()).unwrap())
}

type StatusAndVersion = (u16, http::Version);

#[tokio::test]
async fn http1_is_answered_and_the_request_knows_its_peer() {
    let server = start(Options::default());
    let mut stream = server.connect().await;
    let address = stream.local_addr().unwrap();
    let answer = exchange(&mut stream, "GET /peer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with(&format!("{address} false")), "{answer}");
}

#[tokio::test]
async fn http2_with_prior_knowledge_is_answered_on_the_same_port() {
    let server = start(Options::default());
    let stream = server.connect().await;
    let address = stream.local_addr().unwrap();
    let ((status, version), body) = http2_get(stream, "/peer").await;
    assert_eq!((status, version, body), (200, http::Version::HTTP_2, format!("{address} false")));
}

#[tokio::test]
async fn a_length_beside_chunks_closes_the_connection() {
    let server = start(Options::default());
    let mut stream = server.connect().await;
    let smuggled = "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let answer = exchange(&mut stream, smuggled).await;
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
}

#[tokio::test]
async fn two_different_lengths_and_unknown_codings_are_refused() {
    let server = start(Options::default());
    for framing in [
        "Content-Length: 4\r\nContent-Length: 5",
        "Content-Length: +4",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: xchunked",
    ] {
        let mut stream = server.connect().await;
        let answer = exchange(&mut stream, &format!("POST /read HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\nabcd")).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{framing}: {answer}");
    }
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let server = start(Options::default());
    let mut stream = server.connect().await;
    let answer = exchange(&mut stream, &format!("GET /peer HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "a".repeat(2 * MAX_HEAD))).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test]
async fn a_client_that_never_ends_its_head_is_cut() {
    let server =
        start(Options { header_timeout: Duration::from_millis(30), idle_timeout: Duration::from_millis(30), ..Options::default() });
    for piece in ["", "GET /peer HTTP/1.1\r\nHost: loc"] {
        let mut stream = server.connect().await;
        assert_eq!(exchange(&mut stream, piece).await, "");
    }
    let mut stream = server.connect().await;
    let answer = exchange(&mut stream, "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "idle later, and closed, but answered first: {answer}");
}

#[tokio::test]
async fn a_second_head_that_never_ends_is_cut_long_before_the_connection_is_idle() {
    let server =
        start(Options { header_timeout: Duration::from_millis(30), idle_timeout: Duration::from_secs(3600), ..Options::default() });
    let mut stream = server.connect().await;
    stream.write_all(b"GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    let mut piece = [0; 1024];
    assert!(stream.read(&mut piece).await.unwrap() > 0);
    assert_eq!(exchange(&mut stream, "GET /peer HTTP/1.1\r\nHo").await, "");
}

#[tokio::test]
async fn a_body_that_never_ends_is_an_error_for_the_endpoint() {
    let server = start(Options { body_timeout: Duration::from_millis(30), ..Options::default() });
    let mut stream = server.connect().await;
    let answer = exchange(&mut stream, "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc").await;
    assert!(answer.contains(&BodyTooSlow.to_string()), "{answer}");
}

#[tokio::test]
async fn a_connection_above_the_limit_waits_until_another_ends() {
    let server = start(Options { max_connections: 1, ..Options::default() });
    let mut first = server.connect().await;
    first.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    server.gate.entered.notified().await;
    let mut second = server.connect().await;
    second.write_all(b"GET /peer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    assert_eq!((server.metrics.accepted.get(), server.metrics.active.get()), (1, 1));
    server.gate.open.notify_one();
    assert!(exchange(&mut first, "").await.ends_with("at last"));
    assert!(exchange(&mut second, "").await.starts_with("HTTP/1.1 200"));
    assert_eq!(server.metrics.accepted.get(), 2);
}

#[tokio::test]
async fn a_shutdown_lets_a_slow_request_finish_and_takes_no_new_ones() {
    let mut server = start(Options::default());
    let mut slow = server.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    server.gate.entered.notified().await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert!(idle.read(&mut [0; 1024]).await.unwrap() > 0);
    server.stop();
    assert_eq!(exchange(&mut idle, "").await, "", "an idle connection closes at once");
    while let Ok(mut late) = TcpStream::connect(server.address).await {
        // The system may have taken it before the listener closed; nobody answers.
        assert_eq!(exchange(&mut late, "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n").await, "");
    }
    server.gate.open.notify_one();
    assert!(exchange(&mut slow, "").await.ends_with("at last"));
    assert_eq!(server.server.await.unwrap(), Drained { finished: 2, cut: 0 });
}

#[tokio::test]
async fn a_request_that_outlasts_the_deadline_is_cut() {
    let mut server = start(Options { drain_deadline: Duration::from_millis(30), ..Options::default() });
    let mut slow = server.connect().await;
    slow.write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    server.gate.entered.notified().await;
    server.stop();
    assert_eq!(exchange(&mut slow, "").await, "");
    assert_eq!(server.server.await.unwrap(), Drained { finished: 0, cut: 1 });
}

#[tokio::test]
async fn a_fault_costs_its_request_and_not_the_connection() {
    let server = start(Options::default());
    let mut stream = server.connect().await;
    let both = "GET /fault HTTP/1.1\r\nHost: localhost\r\n\r\nGET /peer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = exchange(&mut stream, both).await;
    assert!(answer.starts_with("HTTP/1.1 500") && answer.contains("HTTP/1.1 200 OK"), "{answer}");
}

#[tokio::test]
async fn a_unix_socket_is_served_and_its_peer_is_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let listener = bind(&Address::Unix(path.clone()), 0o600).unwrap();
    let peer = |Extension(peer): Extension<Peer>| async move { peer.address.to_string() };
    let (shutdown, stop) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(vec![listener], Router::new().route("/", any(peer)), Options::default(), async {
        let _ = stop.await;
    }));
    let mut stream = tokio::net::UnixStream::connect(&path).await.unwrap();
    let answer = exchange(&mut stream, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.ends_with("127.0.0.1:0"), "{answer}");
    shutdown.send(()).unwrap();
    server.await.unwrap();
    assert!(!path.exists());
}
