//! People and API users: found, made, invited, shown, changed.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError,
    manage::{Act, Described, Noun, UserDocument, UserMetadata},
    model::Profile,
    password_rules,
};
use serde_json::{Map, Value, json};

use super::{
    Answer, Ask, Console,
    act::{Made, shown_once},
    ask::{ask, segment},
    fields::Fields,
    form::{self, Refused, form},
    views,
};
use crate::{
    admin_api::{self, people as api},
    failure::Failure,
    page_parts::texts::text,
    pages::desk::initials,
    randomness::SystemRng,
    respond::not_found,
};

/// Rows of a part of somebody's page.
const FEW: &str = "10";
/// Whose change asks for a recent proof.
const OF_LETTERS: [&str; 2] = ["email", "email_verified"];
const ALL_FACTORS: &str = "100";

/// Those whose name begins so, or all of them by their age.
pub async fn list(console: &Console<'_>) -> Result<Response, Failure> {
    let query = console.incoming.query()?;
    let search = query.get("search").unwrap_or_default().trim();
    let (list, noun) = kind(console);
    let ask = Ask::get(format!("{}/{list}", console.path()?)).with("search", Some(search)).with("after", query.get("after"));
    let mut answer = ask!(console, api::list, &ask)?;
    for person in answer.body["items"].as_array_mut().into_iter().flatten() {
        let shown = called(person);
        person["initials"] = initials(&shown).into();
        person["called"] = shown.into();
        person["segment"] = segment(person["sub"].as_str().unwrap_or_default()).into();
    }
    let page = json!({
        "list": answer.body, "search": search, "filters": filters(&[("search", search)]), "start": query.get("after").is_none(),
        "may": console.mays(noun), "kind": list, "can_invite": noun == Noun::User,
    });
    console.render(views::People, page, &ask).await
}

/// GET: an empty form. POST: the account, and the password that was made for it, once.
pub async fn create(console: &Console<'_>) -> Result<Response, Failure> {
    let (list, noun) = kind(console);
    allow(console, noun, Act::Create)?;
    let (fields, path) = (fields(), format!("{}/{list}", console.path()?));
    if !console.is_post() {
        return new(console, list, &fields, None).await;
    }
    let sent = console.incoming.page_form()?;
    // Whoever sees a password can sign in with it.
    if sent.get("make_password").is_some() && !console.is_recent() {
        return Ok(console.confirm());
    }
    let made = sent.get("make_password").map(|_| password_rules::fresh(&mut SystemRng));
    let done = async {
        let mut body = fields.patch(&Map::new(), &sent)?;
        body.retain(|_, value| !value.is_null());
        if let Some(sub) = sent.get("sub").map(str::trim).filter(|sub| !sub.is_empty()) {
            body.insert("sub".to_owned(), sub.into());
        }
        body.extend(made.as_ref().map(|made| ("password".to_owned(), made.expose().into())));
        ask!(console, api::create, Ask::post(&path).json(body).once(&sent))
    };
    match done.await {
        Err(failure) => {
            let error = console.refused(failure)?;
            new(console, list, &fields, Some(&Refused { typed: &sent, error: &error })).await
        }
        Ok(answer) => {
            let page = format!("{path}/{}", segment(answer.text("sub")));
            match made {
                None => Ok(console.back_to(&page, &text("admin-created"))),
                Some(password) => {
                    let shown = Answer { body: json!({ "password": password.expose() }), etag: None };
                    shown_once(console, "password", &shown, &Account { name: called(&answer.body), page }).await
                }
            }
        }
    }
}

/// GET: asks. POST: a link where somebody may make an account for themselves, once.
pub async fn invite(console: &Console<'_>) -> Result<Response, Failure> {
    allow(console, Noun::User, Act::Create)?;
    if !console.is_recent() {
        return Ok(console.confirm());
    }
    let (path, back) = (format!("{}/invitations", console.path()?), format!("{}/people", console.path()?));
    let ask = Ask::post(path);
    let mut fault = None;
    if console.is_post() {
        let sent = console.incoming.page_form()?;
        match ask!(console, api::invite, ask.clone().once(&sent)) {
            Ok(answer) => return shown_once(console, "link", &answer, &Account { name: String::new(), page: back }).await,
            Err(failure) => fault = Some(console.refused(failure)?.description.into_owned()),
        }
    }
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    console.answer(status, views::Invite, json!({ "fault": fault, "back": back }), Some(&ask)).await
}

/// GET: everything about them. POST: what the form changes.
pub async fn show(console: &Console<'_>) -> Result<Response, Failure> {
    let (list, noun) = kind(console);
    let path = format!("{}/{list}/{}", console.path()?, segment(&console.incoming.path_parameter("sub")?));
    if !console.is_post() {
        return page(console, list, noun, &path, None).await;
    }
    let sent = console.incoming.page_form()?;
    let fields = fields();
    let current = ask!(console, api::show, Ask::get(&path))?;
    let changed = async {
        // What somebody typed counts against what they saw.
        let patch = fields.patch(&form::seen(&sent, &said(&current.body)), &sent)?;
        // Letters that let somebody in go there.
        if OF_LETTERS.iter().any(|name| patch.contains_key(*name)) && !console.is_recent() {
            return Ok(None);
        }
        ask!(console, api::change, Ask::patch(&path).json(patch).version(&sent)).map(Some)
    };
    match changed.await {
        Ok(None) => Ok(console.confirm()),
        Ok(Some(_)) => Ok(console.back_to(&path, &text("admin-saved"))),
        Err(failure) => {
            let error = console.refused(failure)?;
            page(console, list, noun, &path, Some(&Refused { typed: &sent, error: &error })).await
        }
    }
}

async fn page(
    console: &Console<'_>,
    list: &'static str,
    noun: Noun,
    path: &str,
    refused: Option<&Refused<'_>>,
) -> Result<Response, Failure> {
    let ask = Ask::get(path);
    let user = ask!(console, api::show, &ask)?;
    let (realm, sub) = (console.path()?, user.text("sub").to_owned());
    let of = |list: &str| Ask::get(format!("{realm}/{list}")).with("person", Some(&sub)).with("limit", Some(FEW));
    let sessions = ask!(console, admin_api::sessions::list, of("sessions"))?;
    let authorizations = ask!(console, admin_api::authorizations::list, of("authorizations"))?;
    let tokens = ask!(console, admin_api::tokens::list, of("tokens"))?;
    let events = Ask::get(format!("{realm}/audit")).with("subject", Some(&sub)).with("limit", Some(FEW));
    let audit = ask!(console, admin_api::audit::list, events)?;
    let locks = ask!(console, admin_api::locks::list, Ask::get(format!("{realm}/locks")).with("person", Some(&sub)))?;
    // A program has a password alone.
    let factors = match noun {
        Noun::User => {
            let ask = Ask::get(format!("{path}/factors")).with("limit", Some(ALL_FACTORS));
            ask!(console, admin_api::factors::list, ask)?.body["items"].take()
        }
        _ => Value::Null,
    };
    let (codes, devices): (Vec<Value>, Vec<Value>) =
        factors.as_array().cloned().unwrap_or_default().into_iter().partition(|factor| factor["kind"] == "recovery_code");
    let shown = called(&user.body);
    let page = json!({
        "user": user.body, "called": shown, "initials": initials(&shown), "list": list, "path": path, "version": user.etag,
        "form": form(&fields(), &said(&user.body), &Map::new(), refused),
        "sessions": sessions.body, "authorizations": authorizations.body, "tokens": tokens.body, "audit": audit.body,
        "devices": devices, "codes": codes.len(), "locks": locks.body["items"], "may": console.mays(noun), "may_grants": console.mays(Noun::Authorization),
        "sub": segment(&sub), "subject": filters(&[("subject", &sub)]),
    });
    console.answer(form::status(refused), views::Person, page, Some(&ask)).await
}

async fn new(console: &Console<'_>, list: &'static str, fields: &Fields, refused: Option<&Refused<'_>>) -> Result<Response, Failure> {
    let Value::Object(body) = json!({ "username": "ann", "email": "ann@example.com" }) else { return Err(not_found().into()) };
    let ask = Ask::post(format!("{}/{list}", console.path()?)).json(body);
    let page = json!({
        "list": list, "form": form(fields, &Map::new(), &Map::new(), refused),
        "sub": refused.and_then(|refused| refused.typed.get("sub")).unwrap_or_default(),
        "make_password": refused.is_none_or(|refused| refused.typed.get("make_password").is_some()),
    });
    console.answer(form::status(refused), views::NewPerson, page, Some(&ask)).await
}

struct Account {
    name: String,
    page: String,
}

impl Made for Account {
    fn name(&self) -> &str {
        &self.name
    }

    fn page(&self) -> &str {
        &self.page
    }
}

/// People and API users have the same pages but for one segment.
fn kind(console: &Console<'_>) -> (&'static str, Noun) {
    let pattern = console.incoming.standing.pattern;
    if pattern.contains("api-user") { ("api-users", Noun::ApiUser) } else { ("people", Noun::User) }
}

fn fields() -> Fields {
    let mut schema = UserMetadata::described();
    let claims = Profile::described();
    if let (Some(own), Some(claims)) = (schema["properties"].as_object_mut(), claims["properties"].as_object()) {
        own.extend(claims.clone());
    }
    Fields::of(&schema, UserDocument::members().map(|member| member.name))
}

/// What the account's own document says, of what the API tells of it.
fn said(user: &Value) -> Map<String, Value> {
    form::only(user, |name| UserDocument::members().any(|member| member.name == name))
}

/// What somebody is called, in full where that is known.
fn called(user: &Value) -> String {
    let text = |name: &str| user[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let parts = || {
        let parts: Vec<&str> = ["given_name", "family_name"].into_iter().filter_map(text).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    text("name").map(str::to_owned).or_else(parts).or_else(|| text("username").map(str::to_owned)).unwrap_or_default()
}

/// What a list is filtered by, for links to its other parts.
pub fn filters(pairs: &[(&str, &str)]) -> String {
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(said).finish()
}

/// Refuses the page of what the role does not allow.
pub fn allow(console: &Console<'_>, noun: Noun, act: Act) -> Result<(), OAuthError> {
    match console.may(noun, act) {
        true => Ok(()),
        false => Err(OAuthError::new(jeton_oauth::ErrorCode::AccessDenied, "your role does not allow this here")),
    }
}
