//! Applications: found, registered, shown with their secrets, changed.

use axum::response::Response;
use jeton_oauth::manage::{Act, ClientMetadata, Described, Noun};
use serde_json::{Map, Value, json};

use super::{
    Ask, Console,
    act::{Made, called, shown_once},
    ask::{ask, segment},
    fields::Fields,
    form::{self, Refused, form},
    people::{allow, filters},
    views,
};
use crate::{
    admin_api::{clients as api, secrets},
    failure::Failure,
    page_parts::texts::text,
    pages::desk::initials,
    respond::not_found,
};

/// Those whose client id begins so.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let search = query.get("search").unwrap_or_default().trim();
    let ask = Ask::get(format!("{}/clients", console.path()?)).with("search", Some(search)).with("after", query.get("after"));
    let mut answer = ask!(console, api::list, &ask)?;
    for client in answer.body["items"].as_array_mut().into_iter().flatten() {
        let shown = called(client);
        client["initials"] = initials(&shown).into();
        client["called"] = shown.into();
        client["segment"] = segment(client["client_id"].as_str().unwrap_or_default()).into();
    }
    let page = json!({
        "list": answer.body, "search": search, "filters": filters(&[("search", search)]), "start": query.get("after").is_none(),
        "may": console.mays(Noun::Client),
    });
    console.render(views::Applications, page, &ask).await
}

/// GET: an empty form. POST: the application, with its id and secret, once.
pub async fn register(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::Client, Act::Create)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    if !console.is_post() {
        return new(console, None).await;
    }
    let sent = console.incoming.page_form()?;
    let realm = console.path()?;
    let made = async {
        let mut body = fields().patch(&Map::new(), &sent)?;
        body.retain(|_, value| !value.is_null());
        if let Some(id) = sent.get("client_id").map(str::trim).filter(|id| !id.is_empty()) {
            body.insert("client_id".to_owned(), id.into());
        }
        ask!(console, api::create, Ask::post(format!("{realm}/clients")).json(body).once(&sent))
    };
    let answer = match made.await {
        Ok(answer) => answer,
        Err(failure) => {
            let error = console.refused(failure)?;
            return new(console, Some(&Refused { typed: &sent, error: &error })).await;
        }
    };
    let id = answer.text("client_id").to_owned();
    let page = format!("{realm}/applications/{}", segment(&id));
    match answer.body["token_endpoint_auth_method"] == "none" {
        true => Ok(console.back_to(&page, &text("admin-created"))),
        false => shown_once(console, "client_secret", &answer, &Registered { name: called(&answer.body), page, id }).await,
    }
}

/// GET: everything about it. POST: what the form changes.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let (realm, id) = (console.path()?, segment(&console.incoming.path_parameter("client_id")?));
    let (path, here) = (format!("{realm}/clients/{id}"), format!("{realm}/applications/{id}"));
    if !console.is_post() {
        return page(console, &path, &here, None).await;
    }
    let sent = console.incoming.page_form()?;
    let current = ask!(console, api::show, Ask::get(&path))?;
    let changed = async {
        let seen = form::seen(&sent, &said(&current.body));
        ask!(console, api::change, Ask::patch(&path).json(fields().patch(&seen, &sent)?).version(&sent))
    };
    match changed.await {
        Ok(_) => Ok(console.back_to(&here, &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            page(console, &path, &here, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

async fn page(console: &Console<'_>, path: &str, here: &str, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let ask = Ask::get(path);
    let client = ask!(console, api::show, &ask)?;
    let secrets = ask!(console, secrets::list, Ask::get(format!("{path}/secrets")))?;
    let shown = called(&client.body);
    let page = json!({
        "client": client.body, "called": shown, "initials": initials(&shown), "path": here, "version": client.etag,
        "secrets": secrets.body, "form": form(&fields(), &said(&client.body), &Map::new(), refused),
        "may": console.mays(Noun::Client), "subject": filters(&[("subject", client.text("client_id"))]),
    });
    console.answer(form::status(refused), views::Application, page, Some(&ask)).await
}

async fn new(console: &Console<'_>, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let example = json!({
        "client_name": "Demo shop", "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://app.example/callback"], "scope": "openid",
    });
    let Value::Object(body) = example else { return Err(not_found().into()) };
    let ask = Ask::post(format!("{}/clients", console.path()?)).json(body);
    let page = json!({
        "form": form(&fields(), &Map::new(), &Map::new(), refused),
        "client_id": refused.and_then(|refused| refused.typed.get("client_id")).unwrap_or_default(),
    });
    console.answer(form::status(refused), views::NewApplication, page, Some(&ask)).await
}

struct Registered {
    name: String,
    page: String,
    id: String,
}

impl Made for Registered {
    fn name(&self) -> &str {
        &self.name
    }

    fn page(&self) -> &str {
        &self.page
    }

    fn cid(&self) -> Option<&str> {
        Some(&self.id)
    }
}

fn fields() -> Fields {
    Fields::of(&ClientMetadata::described(), ClientMetadata::MEMBERS.iter().map(|member| member.name))
}

fn said(client: &Value) -> Map<String, Value> {
    form::only(client, |name| ClientMetadata::MEMBERS.iter().any(|member| member.name == name))
}
