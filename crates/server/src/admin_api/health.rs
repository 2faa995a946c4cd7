//! What is wrong with the installation, as `jeton doctor` says it and as only a server can tell while it serves, and its numbers.

use std::collections::BTreeMap;

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::manage::{
    Act, Noun,
    administrator::{Area, Need},
};
use serde_json::json;

use super::{Api, Page, instant};
use crate::{
    app::App,
    doctor::{Finding, State},
    failure::Failure,
    incoming::Incoming,
    respond,
};

const READ: (Area, Need) = (Area::Health, Need::Read);

/// GET `/health`.
pub async fn health(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    Page::of(&api, &[])?;
    let mut findings = vec![database(app).await, news(app)];
    findings.extend(app.examined.now(&app.store, &app.data, &app.clock).await.iter().cloned());
    let healthy = findings.iter().all(|finding| finding.state != State::Fail);
    Ok(respond::json(StatusCode::OK, &json!({ "healthy": healthy, "findings": findings })))
}

/// GET `/metrics`: what is counted, summed over what tells the counters apart.
pub async fn metrics(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    Page::of(&api, &[])?;
    app.metrics.silent_for(app.silence());
    app.metrics.store_restarted(app.store.deaths());
    Ok(respond::json(StatusCode::OK, &json!({ "at": instant(app.now()), "metrics": summed(&app.metrics.render()) })))
}

async fn database(app: &App) -> Finding {
    match app.store.check().await {
        Ok(()) => Finding::new(State::Ok, "database", "it is read and written"),
        Err(error) => Finding::new(State::Fail, "database", error.to_string()),
    }
}

fn news(app: &App) -> Finding {
    match app.is_fresh() {
        true => Finding::new(State::Ok, "changes", "this server hears of the others' changes"),
        false => Finding::new(State::Fail, "changes", "this server has not heard of others' changes for 5 seconds, and believes no token"),
    }
}

/// Every counter of an OpenMetrics text by its name, without the buckets of histograms.
fn summed(text: &str) -> BTreeMap<String, f64> {
    let mut sums = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((series, value)) = line.rsplit_once(' ') else { continue };
        let name = series.split('{').next().unwrap_or(series);
        if let Some(value) = value.parse::<f64>().ok().filter(|value| value.is_finite() && !name.ends_with("_bucket")) {
            *sums.entry(name.to_owned()).or_insert(0.0) += value;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::summed;

    #[test]
    fn counters_are_summed_by_their_names() {
        let text = "# TYPE a counter\na_total{x=\"1\"} 2\na_total{x=\"{2}\"} 3\nb_bucket{le=\"1\"} 9\nb_sum 0.5\n# EOF\n";
        let sums: Vec<_> = summed(text).into_iter().collect();
        assert_eq!(sums, [("a_total".to_owned(), 5.0), ("b_sum".to_owned(), 0.5)]);
    }
}
