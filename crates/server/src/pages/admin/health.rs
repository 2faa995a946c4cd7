//! What is wrong with the installation, as far as a server can tell while it serves.

use axum::response::Response;
use serde_json::{Value, json};

use super::{Ask, Console, ask::ask, views};
use crate::{admin_api, failure::Failure};

/// GET: what fails first, then what warns.
pub async fn health(console: &Console<'_>) -> Result<Response, Failure> {
    let ask = Ask::get("/health");
    let answer = ask!(console, admin_api::health::health, &ask)?;
    let mut findings = answer.body["findings"].as_array().cloned().unwrap_or_default();
    let rank = |finding: &Value| match finding["state"].as_str() {
        Some("fail") => 0,
        Some("warn") => 1,
        _ => 2,
    };
    findings.sort_by_key(rank);
    let of = |state: &str| findings.iter().filter(|finding| finding["state"] == state).count();
    let page = json!({ "failures": of("fail"), "warnings": of("warn"), "findings": findings });
    console.render(views::Health, page, &ask).await
}
