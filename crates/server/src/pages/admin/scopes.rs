//! Scopes of a realm: what can be asked for, and the words in which people are asked.

use axum::response::Response;
use jeton_oauth::{
    manage::{Act, Described, Noun, ScopeDocument},
    parameters::Parameters,
};
use serde_json::{Map, Value, json};

use super::{
    Ask, Console,
    ask::{ask, segment},
    fields::Fields,
    form::{self, Refused, form},
    people::allow,
    views,
};
use crate::{admin_api::scopes as api, failure::Failure, page_parts::texts::text, respond::not_found};

/// What a new one has.
const NEW: [&str; 3] = ["name", "description", "optional"];
const MEMBERS: [&str; 2] = ["description", "optional"];

pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let ask = Ask::get(format!("{}/scopes", console.path()?)).with("after", query.get("after"));
    let mut answer = ask!(console, api::list, &ask)?;
    for scope in answer.body["items"].as_array_mut().into_iter().flatten() {
        scope["segment"] = segment(scope["name"].as_str().unwrap_or_default()).into();
    }
    let page = json!({ "list": answer.body, "filters": "", "start": query.get("after").is_none(), "may": console.mays(Noun::Scope) });
    console.render(views::Scopes, page, &ask).await
}

/// GET: an empty form. POST: the scope.
pub async fn create(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Scope, Act::Create)?;
    let realm = console.path()?;
    let path = format!("{realm}/scopes");
    let fields = Fields::of(&ScopeDocument::described(), NEW);
    if !console.is_post() {
        return new(console, &fields, None).await;
    }
    let sent = console.incoming.page_form()?;
    let made = async {
        let mut body = fields.patch(&Map::new(), &sent)?;
        body.retain(|_, value| !value.is_null());
        ask!(console, api::create, Ask::post(&path).json(body).once(&sent))
    };
    match made.await {
        Ok(_) => Ok(console.back_to(&path, &text("admin-created"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            new(console, &fields, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

async fn new(console: &Console<'_>, fields: &Fields, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let example = json!({ "name": "orders:read", "description": "See your orders" });
    let Value::Object(body) = example else { return Err(not_found().into()) };
    let realm = console.path()?;
    let page = json!({ "form": form(fields, &Map::new(), &Map::new(), refused), "scope": null, "path": format!("{realm}/new-scope") });
    let ask = Ask::post(format!("{realm}/scopes")).json(body);
    console.answer(form::status(refused), views::Scope, page, Some(&ask)).await
}

/// GET: its form. POST: what the form changes.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let path = format!("{}/scopes/{}", console.path()?, segment(&console.incoming.path_parameter("scope")?));
    if !console.is_post() {
        return page(console, &path, None).await;
    }
    let sent = console.incoming.page_form()?;
    match change(console, &path, &sent).await {
        Ok(()) => Ok(console.back_to(&format!("{}/scopes", console.path()?), &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            page(console, &path, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

async fn change(console: &Console<'_>, path: &str, sent: &Parameters) -> Result<(), Failure> {
    let current = ask!(console, api::show, Ask::get(path))?;
    let seen = form::seen(sent, &form::only(&current.body, |name| MEMBERS.contains(&name)));
    let patch = Fields::of(&ScopeDocument::described(), MEMBERS).patch(&seen, sent)?;
    ask!(console, api::change, Ask::patch(path).json(patch).version(sent)).map(drop)
}

async fn page(console: &Console<'_>, path: &str, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let ask = Ask::get(path);
    let scope = ask!(console, api::show, &ask)?;
    let said = form::only(&scope.body, |name| MEMBERS.contains(&name));
    let page = json!({
        "form": form(&Fields::of(&ScopeDocument::described(), MEMBERS), &said, &Map::new(), refused),
        "scope": scope.body, "path": path, "version": scope.etag, "may": console.mays(Noun::Scope),
    });
    console.answer(form::status(refused), views::Scope, page, Some(&ask)).await
}
