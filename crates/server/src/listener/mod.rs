//! Which connections are accepted, how long a slow one is borne, and how the last ones end.
//!
//! HTTP/1.1 and HTTP/2, on the same port, with or without TLS. Framing is hyper's; who may stay
//! connected is decided here.

use std::{
    convert::Infallible,
    future::Future,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::body::Body;
use http::{Request, Response};
use hyper_util::{
    rt::{TokioExecutor, TokioTimer},
    server::conn::auto,
};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};
use tower_service::Service;

use crate::{metrics::ListenerMetrics, panics};

mod bind;
mod body;
mod connection;
mod peer_service;
mod socket_file;
mod tls;
mod watched;

pub use bind::{Address, BindError, Listener, NoAddress, SOCKET_MODE, bind};
pub use body::BodyTooSlow;
pub use peer_service::Peer;
pub use tls::{Tls, TlsError};

/// What the listener bears.
#[derive(Clone)]
pub struct Options {
    /// `None` for plain HTTP.
    pub tls: Option<Tls>,
    /// For a TLS handshake.
    pub handshake_timeout: Duration,
    /// For a request's head, and for the first one to begin. A slow head is cut after this to twice this.
    pub header_timeout: Duration,
    /// For a request's body.
    pub body_timeout: Duration,
    /// How long a connection may do nothing between two requests, rounded up to whole `header_timeout`s.
    /// One `header_timeout` where three quarters of `max_connections` are open.
    pub idle_timeout: Duration,
    /// Open connections; more wait to be accepted.
    pub max_connections: usize,
    /// Requests at once on one HTTP/2 connection.
    pub max_streams: u32,
    /// Between two pings to a silent HTTP/2 peer, and for its answer.
    pub ping_interval: Duration,
    pub ping_timeout: Duration,
    /// How long requests in progress may take to finish after the shutdown began.
    pub drain_deadline: Duration,
    pub metrics: ListenerMetrics,
}

/// Longer than the proxies' own: nginx keeps connections for 60 seconds, the large clouds' balancers for 60 to 600.
/// Who closes first must be the proxy, or a request meets a closed connection.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(620);

impl Default for Options {
    fn default() -> Self {
        Self {
            tls: None,
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            idle_timeout: IDLE_TIMEOUT,
            max_connections: 20_000,
            max_streams: 128,
            ping_interval: Duration::from_secs(30),
            ping_timeout: Duration::from_secs(15),
            drain_deadline: Duration::from_secs(20),
            metrics: ListenerMetrics::default(),
        }
    }
}

/// What became of the connections that were open when the shutdown began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drained {
    /// Ended by themselves.
    pub finished: usize,
    /// Were still busy at the deadline.
    pub cut: usize,
}

/// Serves until `shutdown`, then lets requests in progress finish. Each request carries a [`Peer`].
pub async fn serve<S>(listeners: Vec<Listener>, service: S, options: Options, shutdown: impl Future<Output = ()>) -> Drained
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    // A semaphore has its own limit, far above any number of sockets.
    let limit = options.max_connections.clamp(1, 1 << 20);
    let (phase, watching) = watch::channel(Phase::Serving);
    let server =
        Arc::new(Server { http: http(&options), permits: Arc::new(Semaphore::new(limit)), open: AtomicUsize::new(0), service, options });
    let mut accepting = tokio::task::JoinSet::new();
    for listener in listeners {
        let (listener, server, watching) = (Arc::new(listener), server.clone(), watching.clone());
        accepting.spawn(panics::kept_alive("listener", move || accept(listener.clone(), server.clone(), watching.clone())));
    }
    if let Some(tls) = server.options.tls.clone() {
        let watching = watching.clone();
        accepting.spawn(panics::kept_alive("certificates", move || tls.clone().follow_files(watching.clone())));
    }
    shutdown.await;

    let open = server.open.load(Relaxed);
    phase.send_replace(Phase::Draining);
    while accepting.join_next().await.is_some() {}
    let all = u32::try_from(limit).unwrap_or(u32::MAX);
    let drained = timeout(server.options.drain_deadline, server.permits.acquire_many(all)).await.is_ok();
    let cut = if drained { 0 } else { server.open.load(Relaxed) };
    phase.send_replace(Phase::Cut);
    // They end at their next wait; one that never waits is not waited for.
    let _ = timeout(CUT, server.permits.acquire_many(all)).await;
    Drained { finished: open.saturating_sub(cut), cut }
}

/// What all connections share.
struct Server<S> {
    http: auto::Builder<TokioExecutor>,
    permits: Arc<Semaphore>,
    /// Connections; a permit may also be held by one that is awaited.
    open: AtomicUsize,
    service: S,
    options: Options,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Serving,
    /// No new connections; old ones finish what they began.
    Draining,
    /// All connections end.
    Cut,
}

/// Bytes of a request's head.
const MAX_HEAD: usize = 64 * 1024;
/// How long accepting rests when the process has no more sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// How long cut connections may take to go.
const CUT: Duration = Duration::from_secs(1);

async fn accept<S>(listener: Arc<Listener>, server: Arc<Server<S>>, mut phase: watch::Receiver<Phase>)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    loop {
        let next = async {
            // First the permit: whoever cannot be served waits in the system's queue.
            let permit = server.permits.clone().acquire_owned().await.ok()?;
            loop {
                match listener.accept().await {
                    Ok(stream) => return Some((permit, stream)),
                    Err(error) if is_of_one_connection(&error) => {}
                    Err(error) => {
                        tracing::warn!(%error, "cannot accept connections; raise the limit of open files if this stays");
                        tokio::time::sleep(OUT_OF_SOCKETS).await;
                    }
                }
            }
        };
        let (permit, stream) = tokio::select! {
            biased;
            _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
            next = next => match next {
                Some(next) => next,
                None => return,
            },
        };
        let (server, phase) = (server.clone(), phase.clone());
        tokio::spawn(async move {
            connection::serve(stream, &server, phase).await;
            drop(permit);
        });
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

fn http(options: &Options) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // hyper's own clock for heads runs between requests too, and would cut idle connections with it:
    // `watched` tells the two apart.
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(MAX_HEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(options.ping_interval)
        .keep_alive_timeout(options.ping_timeout)
        .max_concurrent_streams(options.max_streams)
        .max_header_list_size(MAX_HEAD as u32);
    builder
}

#[cfg(test)]
mod tests;
