//! The life of one connection: handshake, requests, and the ways it ends.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use axum::body::Body;
use http::{Request, Response};
use hyper_util::rt::TokioIo;
use prometheus_client::metrics::gauge::Gauge;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::watch,
    time::{Instant, MissedTickBehavior, interval_at, timeout},
};
use tower_service::Service;

use super::{
    Peer, Phase, Server,
    bind::Stream,
    peer_service::PeerService,
    watched::{Judge, Judgement, Room, Watched, WatchedStream},
};

pub(super) async fn serve<S>(stream: Stream, server: &Server<S>, mut phase: watch::Receiver<Phase>)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    let metrics = &server.options.metrics;
    metrics.accepted.inc();
    let _open = Open::new(&server.open, &metrics.active);
    let (stream, address) = match stream {
        Stream::Tcp(stream, address) => (stream, address),
        Stream::Unix(stream) => return requests(stream, Peer { address: THIS_MACHINE, tls: false }, server, phase).await,
    };
    // Answers are written whole: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let Some(tls) = &server.options.tls else {
        return requests(stream, Peer { address, tls: false }, server, phase).await;
    };
    let handshake = timeout(server.options.handshake_timeout, tls.acceptor().accept(stream));
    let accepted = tokio::select! {
        biased;
        _ = phase.wait_for(|phase| *phase != Phase::Serving) => return,
        accepted = handshake => accepted,
    };
    match accepted {
        Ok(Ok(stream)) => requests(stream, Peer { address, tls: true }, server, phase).await,
        Ok(Err(error)) => {
            metrics.failed_handshakes.inc();
            tracing::debug!(%address, %error, "TLS handshake failed");
        }
        Err(_) => {
            metrics.failed_handshakes.inc();
            tracing::debug!(%address, "TLS handshake took too long");
        }
    }
}

/// Who connects to a Unix socket: somebody on this machine, as over loopback, and trusted if that is.
const THIS_MACHINE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

async fn requests<S, I>(stream: I, peer: Peer, server: &Server<S>, mut phase: watch::Receiver<Phase>)
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let options = &server.options;
    let watched = Arc::new(Watched::default());
    let service = PeerService { service: server.service.clone(), peer, watched: watched.clone(), body_timeout: options.body_timeout };
    let stream = TokioIo::new(WatchedStream::new(stream, watched.clone()));
    let mut connection = pin!(server.http.serve_connection(stream, service));
    let mut judge =
        Judge::new(options.idle_timeout.as_nanos().div_ceil(options.header_timeout.as_nanos().max(1)).try_into().unwrap_or(u32::MAX));
    let mut ticks = interval_at(Instant::now() + options.header_timeout, options.header_timeout);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told_idle = false;
    let mut known = Phase::Serving;
    loop {
        tokio::select! {
            biased;
            result = connection.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!(address = %peer.address, %error, "connection ended");
                }
                return;
            }
            next = phase_after(&mut phase, known) => {
                known = next;
                match next {
                    Phase::Cut => return,
                    _ => connection.as_mut().graceful_shutdown(),
                }
            }
            _ = ticks.tick() => match judge.tick(&watched, room(server)) {
                Judgement::Keep => told_idle = false,
                Judgement::Slow => return,
                // It was told a tick ago, and still does not go.
                Judgement::Idle if told_idle => return,
                Judgement::Idle => {
                    told_idle = true;
                    connection.as_mut().graceful_shutdown();
                }
            },
        }
    }
}

fn room<S>(server: &Server<S>) -> Room {
    if server.open.load(Relaxed) < server.options.max_connections / 4 * 3 { Room::Plenty } else { Room::Scarce }
}

async fn phase_after(phase: &mut watch::Receiver<Phase>, known: Phase) -> Phase {
    // Without a sender there is no server any more.
    phase.wait_for(|phase| *phase != known).await.map_or(Phase::Cut, |phase| *phase)
}

/// Counts an open connection for as long as it lives.
struct Open<'a>(&'a AtomicUsize, &'a Gauge);

impl<'a> Open<'a> {
    fn new(open: &'a AtomicUsize, gauge: &'a Gauge) -> Self {
        open.fetch_add(1, Relaxed);
        gauge.inc();
        Self(open, gauge)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
        self.1.dec();
    }
}
