//! The scopes of a realm: listed, made, shown, changed, removed. They are part of the realm: its ETag is theirs.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError,
    manage::{
        Act, Desk, Fault, Noun, Verdict,
        administrator::{Area, Need},
        scope::{self as verbs, ScopeDocument},
    },
    model::RealmConfig,
};
use serde_json::{Map, Value, json};

use super::{
    InRealm, Page, Reply,
    api::decided,
    realms::{act_on, current, tag},
    request::Document,
};
use crate::{app::App, failure::Failure, incoming::Incoming};

const READ: (Area, Need) = (Area::Realms, Need::Read);
const WRITE: (Area, Need) = (Area::Realms, Need::Write);

/// GET: by name, without those that every realm has.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Scope, Act::Read)).await?;
    let page = Page::of(&api, &[])?;
    let realm = current(&api).await?;
    let mut scopes: Vec<&ScopeDocument> =
        realm.scopes.iter().filter(|scope| page.after().is_none_or(|after| scope.name.as_str() > after)).collect();
    scopes.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(page.answer(scopes, |scope| scope.name.clone(), |scope| view(scope)))
}

/// POST: `{"name": …, "description": …}`.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Scope, Act::Create)).await?;
    let realm = current(&api).await?;
    api.expects_json()?;
    api.if_match_of_a_first(&tag(&realm)).await?;
    let sent = api.document()?;
    if !sent.contains_key("name") {
        return Err(OAuthError::faulty(vec![Fault::new("name", "`name` is missing", "write a name, such as \"orders:read\"")]).into());
    }
    let document = document(sent)?;
    written(
        &api,
        |desk| verbs::create(document.clone(), desk),
        |realm| {
            let issuer = &incoming.scene.realm.issuer;
            let location = format!("{issuer}/api/v1/realms/{}/scopes/{}", realm.name, escaped(&document.name));
            Reply::created(location, of(realm, &document.name)).etag(tag(realm))
        },
    )
    .await
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Scope, Act::Read)).await?;
    let realm = current(&api).await?;
    let name = named(incoming, &realm)?;
    Ok(Reply::ok(of(&realm, &name)).etag(tag(&realm)).into_response())
}

/// PATCH: what is named becomes so. Its name never changes.
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Scope, Act::Change)).await?;
    let realm = current(&api).await?;
    let name = named(incoming, &realm)?;
    api.expects_json()?;
    api.if_match(&tag(&realm))?;
    let sent = api.document()?;
    if sent.get("name").is_some_and(|said| *said != name) {
        let instead = "leave `name` as it is; make another scope, and remove this one";
        return Err(OAuthError::faulty(vec![Fault::new("name", "a scope is never renamed: its name stands in tokens", instead)]).into());
    }
    let mut members = of(&realm, &name);
    for (member, value) in sent {
        match value {
            Value::Null => drop(members.remove(&member)),
            value => drop(members.insert(member, value)),
        }
    }
    let document = document(members)?;
    written(&api, |desk| verbs::change(document.clone(), desk), |realm| Reply::ok(of(realm, &name)).etag(tag(realm))).await
}

/// DELETE: no new token has it.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Scope, Act::Remove)).await?;
    let realm = current(&api).await?;
    let name = named(incoming, &realm)?;
    api.if_match_at_all(&tag(&realm))?;
    written(&api, |desk| verbs::remove(&name, desk), |_| Reply::done()).await
}

/// Asks a verb of a realm that was read afresh, and tells of the realm as it is then.
async fn written(
    api: &InRealm<'_>,
    verb: impl Fn(&mut Desk<'_>) -> Verdict<RealmConfig>,
    reply: impl Fn(&RealmConfig) -> Reply,
) -> Result<Response, Failure> {
    let before = current(api).await?;
    act_on(api, &before, |desk| decided(verb(desk), |realm| reply(&realm))).await
}

/// The scope that the path names.
fn named(incoming: &Incoming, realm: &RealmConfig) -> Result<String, OAuthError> {
    let name = incoming.path_parameter("scope")?;
    let missing = || OAuthError::new(ErrorCode::NotFound, format!("the realm {} defines no scope {name:?}", realm.name));
    if realm.scopes.iter().any(|scope| scope.name == name) { Ok(name) } else { Err(missing()) }
}

fn document(sent: Document) -> Result<ScopeDocument, OAuthError> {
    let listed: Document = [("scopes".to_owned(), Value::Array(vec![sent.into()]))].into_iter().collect();
    let (read, faults) = jeton_oauth::manage::read::<jeton_oauth::manage::RealmDocument>(&listed);
    // The reader tells where in a realm it would be; here it stands alone.
    let faults: Vec<Fault> = faults.into_iter().map(|fault| Fault { path: alone(&fault), ..fault }).collect();
    // What is no text is not missing besides.
    let faults = match faults.iter().any(|fault| !fault.path.steps().is_empty()) {
        true => faults.into_iter().filter(|fault| !fault.path.steps().is_empty()).collect(),
        false => faults,
    };
    match read.scopes.into_iter().next() {
        Some(document) if faults.is_empty() => Ok(document),
        _ => Err(OAuthError::faulty(faults)),
    }
}

fn alone(fault: &Fault) -> jeton_oauth::manage::Path {
    fault.path.last_key().filter(|key| *key != "scopes").map_or_else(jeton_oauth::manage::Path::default, jeton_oauth::manage::Path::from)
}

fn of(realm: &RealmConfig, name: &str) -> Map<String, Value> {
    realm.scopes.iter().find(|scope| scope.name == name).map(view).unwrap_or_default()
}

fn view(scope: &ScopeDocument) -> Map<String, Value> {
    match json!({ "name": scope.name, "description": scope.description, "optional": scope.optional }) {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn escaped(name: &str) -> String {
    url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}
