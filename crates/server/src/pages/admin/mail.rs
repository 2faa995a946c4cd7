//! Letters that wait, and those that were given up. Sealed as they are, nobody sees here who they are for.

use axum::response::Response;
use jeton_oauth::manage::Noun;
use serde_json::json;

use super::{Ask, Console, ask::ask, people::filters, views};
use crate::{admin_api::mails as api, failure::Failure};

/// The newest first: all, those that wait, or those that were given up.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let given_up = query.get("given_up").filter(|said| matches!(*said, "true" | "false")).unwrap_or_default();
    let ask = Ask::get("/mails").with("given_up", Some(given_up)).with("after", query.get("after"));
    let list = ask!(console, api::list, &ask)?;
    let page = json!({
        "list": list.body, "given_up": given_up, "filters": filters(&[("given_up", given_up)]), "start": query.get("after").is_none(),
        "may": console.mays(Noun::User),
    });
    console.render(views::Mail, page, &ask).await
}
