use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::*;

struct Certificates {
    _folder: tempfile::TempDir,
    tls: Tls,
    connector: fn(&[u8], &[&[u8]]) -> TlsConnector,
    root: Vec<u8>,
}

fn certificates() -> Certificates {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    Certificates { tls: Tls::load(certificate, key).unwrap(), _folder: folder, connector, root: made.cert.der().to_vec() }
}

fn connector(root: &[u8], protocols: &[&[u8]]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(root.to_vec().into()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

impl Certificates {
    async fn connect(&self, server: &Running, protocols: &[&[u8]]) -> TlsStream<TcpStream> {
        let name = ServerName::try_from("localhost").unwrap();
        (self.connector)(&self.root, protocols).connect(name, server.connect().await).await.unwrap()
    }
}

fn with_tls(certificates: &Certificates) -> Options {
    Options { tls: Some(certificates.tls.clone()), ..Options::default() }
}

#[tokio::test]
async fn http1_and_http2_are_negotiated_over_tls() {
    let certificates = certificates();
    let server = start(with_tls(&certificates));
    let mut stream = certificates.connect(&server, &[b"http/1.1"]).await;
    let answer = exchange(&mut stream, "GET /peer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(answer.ends_with(" true"), "{answer}");
    let stream = certificates.connect(&server, &[b"h2", b"http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
    let ((status, version), body) = http2_get(stream, "/peer").await;
    assert_eq!((status, version), (200, http::Version::HTTP_2));
    assert!(body.ends_with(" true"), "{body}");
}

#[tokio::test]
async fn a_plain_request_to_a_tls_port_fails_and_is_counted() {
    let certificates = certificates();
    let server = start(with_tls(&certificates));
    let mut stream = server.connect().await;
    let answer = exchange(&mut stream, "GET /peer HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(!answer.contains("HTTP/1.1"), "{answer:?}");
    assert_eq!(server.metrics.failed_handshakes.get(), 1);
}

#[tokio::test]
async fn a_client_that_never_shakes_hands_is_cut() {
    let certificates = certificates();
    let server = start(Options { handshake_timeout: Duration::from_millis(30), ..with_tls(&certificates) });
    let mut stream = server.connect().await;
    assert_eq!(exchange(&mut stream, "").await, "");
    assert_eq!(server.metrics.failed_handshakes.get(), 1);
}

#[tokio::test]
async fn a_shutdown_ends_open_handshakes() {
    let certificates = certificates();
    let mut server = start(with_tls(&certificates));
    let mut stream = server.connect().await;
    while server.metrics.active.get() == 0 {
        tokio::task::yield_now().await;
    }
    server.stop();
    assert_eq!(exchange(&mut stream, "").await, "");
    assert_eq!(server.server.await.unwrap(), Drained { finished: 1, cut: 0 });
}
