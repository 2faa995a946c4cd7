//! Administrators: who they are, what they may and where; how somebody becomes one, by a link that is shown once.

use axum::response::Response;
use jeton_oauth::{
    manage::{Act, Noun},
    parameters::Parameters,
};
use serde_json::{Map, Value, json};

use super::{
    Ask, Console,
    act::{Made, shown_once},
    ask::{ask, segment},
    fields,
    form::{self, Refused, notes},
    people::allow,
    views,
};
use crate::{admin_api::administrators as api, failure::Failure, page_parts::texts::text, pages::desk::initials, respond::not_found};

/// A part of them, oldest first, and a part of who is invited, newest first.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let ask = Ask::get("/administrators").with("after", query.get("after"));
    let mut list = ask!(console, api::list, &ask)?;
    for who in list.body["items"].as_array_mut().into_iter().flatten() {
        surround(console, who);
    }
    let invited = ask!(console, api::invitations, Ask::get("/administrator-invitations").with("after", query.get("invited")))?;
    let page = json!({
        "list": list.body, "invited": invited.body, "start": query.get("after").is_none(), "filters": "",
        "may": console.mays(Noun::Administrator),
    });
    console.render(views::Administrators, page, &ask).await
}

/// GET: an empty form. POST: the link, shown this once.
pub async fn invite(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Administrator, Act::Create)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    if !console.is_post() {
        return invitation(console, None).await;
    }
    let sent = console.incoming.page_form()?;
    let mut body = wished(&sent);
    body.insert("email".to_owned(), sent.get("email").unwrap_or_default().trim().into());
    match ask!(console, api::invite, Ask::post("/administrator-invitations").json(body).once(&sent)) {
        Ok(answer) => shown_once(console, "link", &answer, &ByLink(answer.text("email").to_owned())).await,
        Err(failure) => {
            let error = console.refused(failure)?;
            invitation(console, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

/// GET: what they may. POST: another role, or other realms.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let path = format!("/administrators/{}", segment(&console.incoming.path_parameter("sub")?));
    if !console.is_post() {
        return page(console, &path, None).await;
    }
    allow(console, Noun::Administrator, Act::Change)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    let sent = console.incoming.page_form()?;
    match ask!(console, api::change, Ask::patch(&path).json(wished(&sent)).version(&sent)) {
        Ok(_) => Ok(console.back_to("/administrators", &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            page(console, &path, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

/// The role and the realms that a form names. All of them only where that was chosen.
fn wished(sent: &Parameters) -> Map<String, Value> {
    let names: Vec<&str> = sent.get("realms").unwrap_or_default().split_whitespace().collect();
    let realms = if sent.get("reach") == Some(EVERYWHERE) { Value::Null } else { names.into() };
    let role = sent.get("role").unwrap_or_default();
    [("role".to_owned(), role.into()), ("realms".to_owned(), realms)].into_iter().collect()
}

/// What the form's choice of realms is where it is all of them.
const EVERYWHERE: &str = "all";

/// What an administrator is said to be, as the form has it.
fn said(who: &Value) -> Map<String, Value> {
    let names = who["realms"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "));
    let reach = if names.is_some() { "named" } else { EVERYWHERE };
    let members = [("role", who["role"].clone()), ("reach", reach.into()), ("realms", names.unwrap_or_default().into())];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What the list and the page tell besides what the API does.
fn surround(console: &Console<'_>, who: &mut Value) {
    let text = |name: &str| who[name].as_str().unwrap_or_default().to_owned();
    let (name, sub) = (text("name"), text("sub"));
    who["initials"] = initials(&name).into();
    who["me"] = (sub == console.me.user.account.sub).into();
    who["segment"] = segment(&sub).into();
}

async fn invitation(console: &Console<'_>, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let Value::Object(body) = json!({ "email": "ann@example.com", "role": "support", "realms": ["acme"] }) else {
        return Err(not_found().into());
    };
    let nothing = said(&json!({ "role": "auditor", "realms": [] }));
    let ask = Ask::post("/administrator-invitations").json(body);
    answer(console, &nothing, refused, json!({ "who": null }), &ask).await
}

async fn page(console: &Console<'_>, path: &str, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let ask = Ask::get(path);
    let mut who = ask!(console, api::show, &ask)?;
    surround(console, &mut who.body);
    let said = said(&who.body);
    answer(console, &said, refused, json!({ "who": who.body, "version": who.etag, "may": console.mays(Noun::Administrator) }), &ask).await
}

/// The form, over what is said now; of one that comes back, what somebody typed in place of what they saw.
async fn answer(
    console: &Console<'_>,
    said: &Map<String, Value>,
    refused: Option<&Refused<'_>>,
    mut page: Value,
    ask: &Ask,
) -> Result<Response, Failure> {
    let words = refused.into_iter().flat_map(|refused| &refused.error.faults).map(fields::words).collect();
    page["form"] = notes(said, refused, words);
    let mut fields = said.clone();
    fields.insert("email".to_owned(), "".into());
    if let Some(refused) = refused {
        let seen = form::seen(refused.typed, said);
        for name in ["email", "role", "reach", "realms"] {
            let typed = refused.typed.get(name).filter(|typed| seen.get(name).and_then(Value::as_str) != Some(typed.trim()));
            fields.extend(typed.map(|typed| (name.to_owned(), typed.into())));
        }
    }
    page["fields"] = fields.into();
    console.answer(form::status(refused), views::Administrator, page, Some(ask)).await
}

/// Somebody who gets a link.
struct ByLink(String);

impl Made for ByLink {
    fn name(&self) -> &str {
        &self.0
    }

    fn page(&self) -> &str {
        "/administrators"
    }
}
