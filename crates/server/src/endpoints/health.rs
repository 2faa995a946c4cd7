//! Whether the server lives, and whether it may be sent requests.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::{app::App, metrics::METRICS_CONTENT_TYPE, respond};

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Anybody: nothing of the inside.
    Public,
    /// Whoever reaches the internal listener.
    Operators,
}

/// The process answers.
pub fn live() -> Response {
    respond::json(StatusCode::OK, &json!({ "status": "live" }))
}

/// The store answers and takes writes, and this node has heard of others' changes lately.
pub async fn ready(app: &App, whom: For) -> Response {
    let reason = match app.store.check().await {
        Err(error) => Some(format!("the store does not answer: {error}")),
        Ok(()) if !app.is_fresh() => Some("changes of other processes could not be read for 5 seconds".to_owned()),
        Ok(()) => None,
    };
    app.readiness.note(reason.as_deref());
    match reason {
        None => respond::json(StatusCode::OK, &json!({ "status": "ready" })),
        Some(reason) => {
            let body = match whom {
                For::Public => json!({ "status": "not ready" }),
                For::Operators => json!({ "status": "not ready", "reason": reason }),
            };
            respond::json(StatusCode::SERVICE_UNAVAILABLE, &body)
        }
    }
}

/// What is counted, for Prometheus.
pub fn metrics(app: &App) -> Response {
    app.metrics.silent_for(app.silence());
    app.metrics.store_restarted(app.store.deaths());
    let mut response = Response::new(Body::from(app.metrics.render()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(METRICS_CONTENT_TYPE));
    response
}
