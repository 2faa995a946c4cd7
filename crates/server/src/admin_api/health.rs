//! What is wrong with the installation, as far as a server can tell while it serves, and its numbers.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    manage::{
        Act, Noun,
        administrator::{Area, Need},
    },
    model::Realm,
};
use serde::Serialize;
use serde_json::json;

use super::{Api, Page, instant};
use crate::{app::App, failure::Failure, incoming::Incoming, respond};

const READ: (Area, Need) = (Area::Health, Need::Read);

/// What one look found.
#[derive(Debug, Serialize)]
struct Finding {
    state: State,
    about: &'static str,
    words: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Ok,
    Warn,
    Fail,
}

/// Milliseconds: tokens carry the time to the second.
const APART: i64 = 1000;

/// GET `/health`.
pub async fn health(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, READ, (Noun::Realm, Act::Read))?;
    Page::of(&api, &[])?;
    let mut findings = vec![database(app).await, news(app)];
    findings.extend(servers(app).await);
    findings.extend(realms(app).await);
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
        Ok(()) => Finding { state: State::Ok, about: "database", words: "it is read and written".to_owned() },
        Err(error) => Finding { state: State::Fail, about: "database", words: error.to_string() },
    }
}

fn news(app: &App) -> Finding {
    match app.is_fresh() {
        true => Finding { state: State::Ok, about: "changes", words: "this server hears of the others' changes".to_owned() },
        false => {
            let words = "this server has not heard of others' changes for 5 seconds, and believes no token".to_owned();
            Finding { state: State::Fail, about: "changes", words }
        }
    }
}

async fn servers(app: &App) -> Vec<Finding> {
    const ABOUT: &str = "servers";
    let nodes = match app.store.nodes().await {
        Ok(nodes) => nodes,
        Err(error) => return vec![Finding { state: State::Fail, about: ABOUT, words: error.to_string() }],
    };
    let mut findings: Vec<Finding> = nodes
        .iter()
        .map(|node| {
            let words = format!("{}: version {}, schema {}, since {}", node.place, node.program, node.schema, instant(node.started_at));
            match node.ahead.abs() <= APART {
                true => Finding { state: State::Ok, about: ABOUT, words },
                false => {
                    let words = format!("{words}; its clock is {} s off the database's: let both follow a time server", node.ahead / 1000);
                    Finding { state: State::Warn, about: ABOUT, words }
                }
            }
        })
        .collect();
    let programs: BTreeSet<_> = nodes.iter().map(|node| node.program.as_str()).collect();
    if programs.len() > 1 {
        let names = programs.into_iter().collect::<Vec<_>>().join(", ");
        let words = format!("they are of different versions ({names}); finish the upgrade");
        findings.push(Finding { state: State::Warn, about: ABOUT, words });
    }
    findings
}

async fn realms(app: &App) -> Vec<Finding> {
    const ABOUT: &str = "realms";
    let (mut findings, mut served) = (Vec::new(), 0);
    let summaries = match app.store.realms().await {
        Ok(summaries) => summaries,
        Err(error) => return vec![Finding { state: State::Fail, about: ABOUT, words: error.to_string() }],
    };
    for summary in summaries {
        match app.realms.get(summary.id).await {
            Ok(Some(realm)) => {
                served += 1;
                findings.extend(of(&realm));
            }
            Ok(None) => {}
            Err(error) => {
                findings.push(Finding { state: State::Fail, about: ABOUT, words: format!("{} is not served: {error}", summary.name) })
            }
        }
    }
    if findings.iter().all(|finding| finding.state == State::Ok) {
        findings.push(Finding { state: State::Ok, about: ABOUT, words: format!("{served}, each with a dialect and settings that can be") });
    }
    findings
}

fn of(realm: &Realm) -> Vec<Finding> {
    const ABOUT: &str = "realms";
    let name = &realm.config.name;
    let impossible = realm.settings.faults().into_iter().map(|(setting, instead)| Finding {
        state: State::Fail,
        about: ABOUT,
        words: format!("{name}: the setting {setting} cannot be so; {instead}"),
    });
    let loosened = realm.dialect.loosened_by(&realm.config.settings).into_iter().map(|(relaxation, setting)| Finding {
        state: State::Warn,
        about: ABOUT,
        words: format!("{name}: the setting {setting} makes \"{relaxation}\": {}", relaxation.explanation()),
    });
    impossible.chain(loosened).collect()
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
