//! Realms: listed, made, shown, changed, disabled, enabled, removed.

use std::{collections::BTreeMap, sync::Arc};

use axum::response::Response;
use jeton_oauth::{
    Decision, ErrorCode, OAuthError,
    dialect::Dialect,
    manage::{
        Act, Desk, Fault, Noun, Reach, RealmDocument,
        administrator::{Area, Need},
        issuer::{InvalidIssuer, PlainHttp, check_issuer, clash, place},
        read,
        realm::{self as verbs, Founding},
    },
    model::{Realm, RealmConfig},
};
use jeton_store::StoreError;
use serde_json::{Map, Value};

use super::{
    Api, InRealm, Page, Reply,
    api::decided,
    instant,
    request::{Document, etag, patched},
};
use crate::{app::App, failure::Failure, incoming::Incoming};

const READ: (Area, Need) = (Area::Realms, Need::Read);
const WRITE: (Area, Need) = (Area::Realms, Need::Write);

/// GET: those that the administrator reaches, by name.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::scoped(app, incoming, READ)?;
    let page = Page::of(&api, &["search"])?;
    let (after, prefix) = (page.after().unwrap_or_default(), page.filter("search").unwrap_or_default());
    let rows = match &api.administrator().reach {
        Reach::All => app.store.realms_after(after, prefix, page.more()).await?,
        Reach::Named(realms) => {
            let mut rows = Vec::new();
            for id in realms.iter() {
                rows.extend(app.store.realm(*id).await?.map(|realm| (*realm).clone()));
            }
            rows.retain(|realm| realm.name.as_str() > after && realm.name.starts_with(prefix));
            rows.sort_by(|one, other| one.name.cmp(&other.name));
            rows
        }
    };
    Ok(page.answer(rows, |realm| realm.name.clone(), |realm| view(app, realm)))
}

/// POST: `{"name": …}`, and whatever else is said about a realm.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, WRITE, (Noun::Realm, Act::Create))?;
    api.expects_json()?;
    let mut sent = api.document()?;
    let name = name(sent.remove("name"))?;
    let document = document(&sent)?;
    let dialects = dialects(app, document.dialect.as_deref()).await?;
    let look = || async {
        let taken = app.store.realm_by_name(&name).await?.is_some();
        Ok((taken, clashing(app, &name, document.issuer.as_deref()).await?))
    };
    let response = api
        .act(look, |(taken, clash), desk| {
            if taken {
                return Err(OAuthError::new(ErrorCode::Conflict, format!("there is a realm {name:?} already")).into());
            }
            let mut founding = founding(app, desk, &dialects);
            let location = format!("{}/api/v1/realms/{name}", incoming.scene.realm.issuer);
            let made = verbs::create(&name, document.clone(), clash, &mut founding);
            decided(made, |realm| Reply::created(location, view(app, &realm)).etag(tag(&realm)))
        })
        .await?;
    app.realms.catch_up().await?;
    Ok(response)
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Realm, Act::Read)).await?;
    let realm = current(&api).await?;
    let mut shown = view(app, &realm);
    let relaxes = RealmDocument::of(&realm, &api.realm().dialect).relaxes;
    shown.insert("relaxes".to_owned(), relaxes.iter().map(ToString::to_string).collect());
    Ok(Reply::ok(shown).etag(tag(&realm)).into_response())
}

/// PATCH: what is named becomes so; null takes it away (RFC 7396).
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Realm, Act::Change)).await?;
    let realm = current(&api).await?;
    api.expects_json()?;
    api.if_match(&tag(&realm))?;
    let sent = api.document()?;
    changed(&api, |realm, dialect| document(&patched(RealmDocument::of(realm, dialect).to_document(), &sent, RealmDocument::MEMBERS)?))
        .await
}

/// Writes what `to` makes of the realm, if it still is what the caller looked at.
pub(super) async fn changed(
    api: &InRealm<'_>,
    to: impl Fn(&RealmConfig, &Dialect) -> Result<RealmDocument, OAuthError>,
) -> Result<Response, Failure> {
    let app = api.app;
    let before = current(api).await?;
    let wanted = to(&before, &api.realm().dialect)?;
    let dialects = dialects(app, wanted.dialect.as_deref()).await?;
    let look = || async {
        let realm = app.store.realm_by_name(&before.name).await?.filter(|realm| realm.id == before.id);
        Ok((realm, clashing(app, &before.name, wanted.issuer.as_deref()).await?))
    };
    let response = api
        .act(look, |(realm, clash): (Option<Arc<RealmConfig>>, Option<Fault>), desk| {
            let realm = realm.ok_or_else(gone)?;
            api.if_match_at_all(&tag(&realm))?;
            let document = to(&realm, &api.realm().dialect)?;
            decided(verbs::change(&realm, document, clash, &mut founding(app, desk, &dialects)), |realm| {
                Reply::ok(view(app, &realm)).etag(tag(&realm))
            })
        })
        .await?;
    app.realms.catch_up().await?;
    Ok(response)
}

/// POST …/disable.
pub async fn disable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Disable, verbs::disable).await
}

/// POST …/enable.
pub async fn enable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Enable, verbs::enable).await
}

/// DELETE: with everybody and everything in it; its rows leave in steps.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Realm, Act::Remove)).await?;
    let before = current(&api).await?;
    api.if_match_at_all(&tag(&before))?;
    act_on(&api, &before, |desk| decided(verbs::remove(&before.name, desk), |()| Reply::done())).await
}

/// POST …/not-before: every token made until now is dead.
pub async fn revoke_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (Noun::Realm, Act::Revoke)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    act_on(&api, &before, |desk| {
        let realm = desk.realm;
        decided(verbs::revoke_all(desk), |at| {
            let mut members = view(app, &realm.config);
            members.insert("not_before".to_owned(), instant(at).into());
            Reply::ok(members)
        })
    })
    .await
}

async fn set_status(
    app: &App,
    incoming: &Incoming,
    act: Act,
    verb: impl Fn(&mut Desk<'_>) -> jeton_oauth::manage::Verdict<RealmConfig>,
) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Realm, act)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    act_on(&api, &before, |desk| decided(verb(desk), |realm| Reply::ok(view(app, &realm)).etag(tag(&realm)))).await
}

/// Does something with the realm as it is now, if it still is what the caller looked at.
pub(super) async fn act_on(
    api: &InRealm<'_>,
    before: &RealmConfig,
    rule: impl Fn(&mut Desk<'_>) -> Decision<Reply>,
) -> Result<Response, Failure> {
    let look = || async { fresh(api.app, before).await };
    let response = api
        .act(look, |realm: Option<Realm>, desk| {
            let realm = realm.ok_or_else(gone)?;
            api.if_match_at_all(&tag(&realm.config))?;
            rule(&mut Desk { realm: &realm, by: desk.by, now: desk.now, rng: desk.rng })
        })
        .await?;
    api.app.realms.catch_up().await?;
    Ok(response)
}

/// The realm that the path names, read afresh: another node may have changed it a moment ago.
pub(super) async fn current(api: &InRealm<'_>) -> Result<Arc<RealmConfig>, Failure> {
    let realm = api.app.store.realm_by_name(&api.realm().config.name).await?.filter(|realm| realm.id == api.realm().id());
    Ok(realm.ok_or_else(gone)?)
}

async fn fresh(app: &App, before: &RealmConfig) -> Result<Option<Realm>, StoreError> {
    let Some(config) = app.store.realm_by_name(&before.name).await?.filter(|realm| realm.id == before.id) else { return Ok(None) };
    let dialect = app.realms.dialect(&config.dialect).await?.or_else(|| Dialect::built_in("standard"));
    Ok(dialect.map(|dialect| Realm::new((*config).clone(), String::new(), dialect)))
}

fn gone() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "there is no such realm any more")
}

/// What is wrong with a realm's issuer beside those of the others.
async fn clashing(app: &App, name: &str, issuer: Option<&str>) -> Result<Option<Fault>, StoreError> {
    let served = |own: Option<&str>, name: &str| own.map_or_else(|| format!("{}/{name}", app.realms.public_url()), str::to_owned);
    let issuer = served(issuer, name);
    let Some(own) = place(&issuer) else { return Ok(None) };
    let others = app.store.realms().await?;
    let found = others.iter().filter(|other| other.name != name).find_map(|other| {
        let others_place = place(&served(other.issuer.as_deref(), &other.name))?;
        Some(clash((name, &own), (&other.name, &others_place))?.fault(&issuer, &other.name))
    });
    Ok(found)
}

fn founding<'a>(app: &App, desk: &'a mut Desk<'_>, dialects: &'a BTreeMap<String, Arc<Dialect>>) -> Founding<'a> {
    Founding { by: desk.by, now: desk.now, rng: desk.rng, dialects, plain_http: plain_http(app) }
}

/// A server that is itself reached without TLS was told that this is meant.
pub(super) fn plain_http(app: &App) -> PlainHttp {
    let own = check_issuer(app.realms.public_url(), PlainHttp::Loopback);
    if own == Err(InvalidIssuer::Scheme) { PlainHttp::Anywhere } else { PlainHttp::Loopback }
}

/// Those that are built in, and the one that is asked for.
async fn dialects(app: &App, named: Option<&str>) -> Result<BTreeMap<String, Arc<Dialect>>, StoreError> {
    let built_in = |name: &&str| Some(((*name).to_owned(), Dialect::built_in(name)?));
    let mut dialects: BTreeMap<_, _> = Dialect::BUILT_IN.iter().filter_map(built_in).collect();
    if let Some(name) = named {
        dialects.extend(app.realms.dialect(name).await?.map(|dialect| (name.to_owned(), dialect)));
    }
    Ok(dialects)
}

fn name(sent: Option<Value>) -> Result<String, OAuthError> {
    let fault = |what: &str| OAuthError::faulty(vec![Fault::new("name", what, "write a name, such as \"acme\"")]);
    match sent {
        Some(Value::String(name)) => Ok(name),
        Some(_) => Err(fault("`name` is no text")),
        None => Err(fault("`name` is missing")),
    }
}

/// A realm's document, without what the API says of itself.
fn document(sent: &Document) -> Result<RealmDocument, OAuthError> {
    let (document, faults) = read::<RealmDocument>(sent);
    if faults.is_empty() { Ok(document) } else { Err(OAuthError::faulty(faults)) }
}

pub(super) fn tag(realm: &RealmConfig) -> String {
    etag(realm.id.0, realm.version)
}

/// A realm, as answers show it.
pub(super) fn view(app: &App, realm: &RealmConfig) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", realm.id.to_string().into());
    put("name", realm.name.clone().into());
    put("title", realm.title.clone().into());
    put("issuer", realm.issuer.clone().unwrap_or_else(|| format!("{}/{}", app.realms.public_url(), realm.name)).into());
    put("dialect", realm.dialect.clone().into());
    put("audience", realm.audience.clone().into());
    put("scopes", serde_json::to_value(&realm.scopes).unwrap_or_default());
    put("settings", serde_json::to_value(&realm.settings).unwrap_or_default());
    put("status", realm.status.as_str().into());
    put("created_at", instant(realm.created_at).into());
    put("not_before", instant(realm.not_before).into());
    members
}
