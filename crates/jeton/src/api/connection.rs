//! One request to a server and its answer, over a connection that is kept.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, pki_types::ServerName};
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Mutex,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::address::Address;

/// Until somebody takes the call.
const CONNECTING: Duration = Duration::from_secs(20);
/// Until it is answered: many passwords may be hashed for it.
const ANSWERING: Duration = Duration::from_secs(900);
/// Bytes of the largest answer.
const LARGEST: usize = 64 * 1024 * 1024;

/// A server that answers, one request after the other.
pub struct Connection {
    address: Address,
    open: Mutex<Option<SendRequest<Full<Bytes>>>>,
}

/// What came back.
pub struct Received {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Connection {
    pub fn new(address: Address) -> Self {
        Self { address, open: Mutex::new(None) }
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// # Errors
    /// What kept it from being answered, in words for the end of a sentence.
    pub async fn ask(&self, request: Request<Full<Bytes>>) -> Result<Received, String> {
        let mut open = self.open.lock().await;
        let kept = match open.take() {
            Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
            None => None,
        };
        let mut sender = match kept {
            Some(sender) => sender,
            None => self.connect().await?,
        };
        let answered = async {
            let response = sender.send_request(request).await.map_err(|error| broke_off(&error))?;
            let (parts, body) = response.into_parts();
            match Limited::new(body, LARGEST).collect().await {
                Ok(body) => Ok(Received { status: parts.status, headers: parts.headers, body: body.to_bytes() }),
                Err(error) if error.is::<LengthLimitError>() => Err("its answer is larger than 64 MiB".to_owned()),
                Err(error) => Err(broke_off(&*error)),
            }
        };
        let received = timeout(ANSWERING, answered).await.map_err(|_| "it does not answer in time".to_owned())??;
        *open = Some(sender);
        Ok(received)
    }

    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>, String> {
        let Address { host, port, is_tls, .. } = &self.address;
        let connecting = async {
            let stream = TcpStream::connect((host.as_str(), *port)).await.map_err(|error| error.to_string())?;
            stream.set_nodelay(true).map_err(|error| error.to_string())?;
            if *is_tls { spoken(secured(host, stream).await?).await } else { spoken(stream).await }
        };
        timeout(CONNECTING, connecting).await.map_err(|_| format!("nobody answers within {} s", CONNECTING.as_secs()))?
    }
}

/// By the certificates that the system trusts, or those of `SSL_CERT_FILE` instead.
async fn secured(host: &str, stream: TcpStream) -> Result<impl AsyncRead + AsyncWrite + Send + Unpin + 'static, String> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| format!("{host} is no name that a certificate can have"))?;
    let config = ClientConfig::with_platform_verifier().map_err(|error| format!("the system's certificates cannot be read: {error}"))?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| error.to_string())
}

async fn spoken(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Result<SendRequest<Full<Bytes>>, String> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| broke_off(&error))?;
    tokio::spawn(connection);
    Ok(sender)
}

fn broke_off(error: &(dyn std::error::Error + 'static)) -> String {
    match error.source() {
        Some(cause) => format!("the connection broke off: {error}: {cause}"),
        None => format!("the connection broke off: {error}"),
    }
}
