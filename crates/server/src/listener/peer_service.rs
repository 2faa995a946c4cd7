//! What the listener tells about a request: who sent it, over what.

use std::{convert::Infallible, future::poll_fn, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::body::Body;
use http::{Request, Response};
use hyper::body::{Body as _, Incoming};
use tower_service::Service;

use super::{body::TimedBody, watched::Watched};
use crate::panics;

/// The other end of the connection; an extension of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Of the socket: a proxy's, where there is one (see [`TrustedProxies`](crate::proxies::TrustedProxies)).
    pub address: SocketAddr,
    /// Whether this server itself ended the TLS.
    pub tls: bool,
}

/// hyper's request to ours.
pub(super) struct PeerService<S> {
    pub(super) service: S,
    pub(super) peer: Peer,
    pub(super) watched: Arc<Watched>,
    pub(super) body_timeout: Duration,
}

impl<S> hyper::service::Service<Request<Incoming>> for PeerService<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let in_progress = self.watched.begin(request.version());
        let mut request = request.map(|body| match body.is_end_stream() {
            true => Body::empty(),
            false => Body::new(TimedBody::new(body, self.body_timeout)),
        });
        request.extensions_mut().insert(self.peer);
        let mut service = self.service.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await?;
            // A fault of ours costs its request alone, not the others on the same connection.
            let response = panics::caught(service.call(request)).await;
            drop(in_progress);
            response.unwrap_or_else(|| Ok(broken()))
        })
    }
}

fn broken() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}
