//! Browser sessions of a realm.

use axum::response::Response;
use jeton_oauth::manage::Noun;
use serde_json::json;

use super::{
    Ask, Console,
    ask::{ask, segment},
    people::filters,
    views,
};
use crate::{admin_api::sessions as api, failure::Failure};

pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let person = query.get("person").unwrap_or_default().trim();
    let ask = Ask::get(format!("{}/sessions", console.path()?)).with("person", Some(person)).with("after", query.get("after"));
    let mut answer = ask!(console, api::list, &ask)?;
    for session in answer.body["items"].as_array_mut().into_iter().flatten() {
        session["segment"] = segment(session["sub"].as_str().unwrap_or_default()).into();
    }
    let page = json!({
        "list": answer.body, "person": person, "filters": filters(&[("person", person)]), "start": query.get("after").is_none(),
        "may": console.mays(Noun::User),
    });
    console.render(views::Sessions, page, &ask).await
}
