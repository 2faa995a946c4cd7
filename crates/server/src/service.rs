//! The server as a service, without a router in front: what it serves, it finds by itself.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, HttpBody},
    response::Response,
};
use http::{Method, Request, StatusCode, header};
use serde_json::json;
use tower_service::Service;

use crate::{
    app::App,
    dispatch,
    endpoints::health::{self, For},
    respond,
};

/// Every endpoint and page of every realm. Clones share everything.
#[derive(Clone)]
pub struct Endpoints(App);

impl Endpoints {
    pub fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

/// What operators ask, on a listener that strangers do not reach: `/metrics`, and health with its reasons.
#[derive(Clone)]
pub struct Internal(App);

impl Internal {
    pub fn new(app: &App) -> Self {
        Self(app.clone())
    }
}

impl Service<Request<Body>> for Internal {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let app = self.0.clone();
        Box::pin(async move {
            let response = match request.uri().path() {
                "/metrics" => health::metrics(&app),
                "/health/live" => health::live(),
                "/health/ready" => health::ready(&app, For::Operators).await,
                _ => respond::json(StatusCode::NOT_FOUND, &json!({ "error": "there is /metrics, /health/live and /health/ready here" })),
            };
            Ok(if request.method() == Method::HEAD { without_body(response) } else { response })
        })
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

impl Service<Request<Body>> for Endpoints {
    type Response = Response;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let app = self.0.clone();
        Box::pin(async move {
            let head = request.method() == Method::HEAD;
            let response = dispatch::handle(app, request).await;
            Ok(if head { without_body(response) } else { response })
        })
    }
}

/// What GET answers, but for the body (RFC 9110 §9.3.2); its length stays.
fn without_body(mut response: Response) -> Response {
    if let Some(length) = response.body().size_hint().exact().filter(|_| !response.headers().contains_key(header::CONTENT_LENGTH)) {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
    response
}
