//! Applications: listed, made, shown, changed, disabled, enabled, removed. Their document is RFC 7591's.

use std::sync::Arc;

use axum::response::Response;
use jeton_oauth::{
    Decision, ErrorCode, OAuthError,
    manage::{
        Act, ClientMetadata, Desk, Fault, Noun, Verdict,
        administrator::{Area, Need},
        client::{self as verbs, FirstSecret, Registration},
        read,
    },
    model::{Client, Realm, Status},
};
use serde_json::{Map, Value, json};

use super::{
    InRealm, Page, Reply,
    api::decided,
    instant,
    request::{Document, etag, patched},
    secrets,
};
use crate::{app::App, failure::Failure, incoming::Incoming, randomness::SystemRng};

const READ: (Area, Need) = (Area::Clients, Need::Read);
const WRITE: (Area, Need) = (Area::Clients, Need::Write);

/// GET: by `client_id`; `search` is how it begins.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Client, Act::Read)).await?;
    let page = Page::of(&api, &["search"])?;
    let rows = api.rows().clients_like(page.filter("search").unwrap_or_default(), page.after(), page.more()).await?;
    Ok(page.answer(rows, |client| client.id.clone(), view))
}

/// POST: an RFC 7591 document; `client_id` may be chosen. The secret is in this answer alone.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, Act::Create)).await?;
    api.expects_json()?;
    let mut sent = api.document()?;
    let client_id = match sent.remove("client_id") {
        None => jeton_oauth::ids::uuid_v7(app.now(), &mut SystemRng).to_string(),
        Some(Value::String(id)) => id,
        Some(_) => {
            return Err(OAuthError::faulty(vec![Fault::new("client_id", "`client_id` is no text", "write text, or leave it out")]).into());
        }
    };
    let metadata = document(&sent)?;
    let look = || async {
        let rows = api.rows();
        Ok(rows.client(&client_id).await?.is_some() || rows.user_by_sub(&client_id).await?.is_some())
    };
    api.act(look, |taken, desk| {
        let registration = Registration {
            client_id: client_id.clone(),
            metadata: metadata.clone(),
            owner: None,
            status: Status::Active,
            secret: FirstSecret::Make,
        };
        decided(verbs::register(registration, taken, desk), |made| {
            let secret = made.secret.as_ref().map(|secret| secret.expose());
            Reply::created(address(&api, &made.client.id), view(&made.client)).etag(tag(&made.client)).once("client_secret", secret)
        })
    })
    .await
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (Noun::Client, Act::Read)).await?;
    let client = current(&api).await?;
    let mut shown = view(&client);
    shown.insert("effective".to_owned(), effective(&client, api.realm()).into());
    Ok(Reply::ok(shown).etag(tag(&client)).into_response())
}

/// PATCH: what is named becomes so; null makes it as usual (RFC 7396).
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, Act::Change)).await?;
    let before = current(&api).await?;
    api.expects_json()?;
    api.if_match(&tag(&before))?;
    let sent = api.document()?;
    let to = |client: &Client| document(&patched(client.metadata.to_document(), &sent, ClientMetadata::MEMBERS)?);
    to(&before)?;
    act_on(&api, &before, |client, desk| {
        decided(verbs::change(client, to(client)?, client.owner, desk), |client| Reply::ok(view(&client)).etag(tag(&client)))
    })
    .await
}

/// POST …/disable.
pub async fn disable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Disable, verbs::disable).await
}

/// POST …/enable.
pub async fn enable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Enable, verbs::enable).await
}

/// DELETE: with everything that was granted to it; its rows leave in steps.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, Act::Remove)).await?;
    let before = current(&api).await?;
    api.if_match_at_all(&tag(&before))?;
    act_on(&api, &before, |client, desk| decided(verbs::remove(client, desk), |()| Reply::done())).await
}

/// POST …/not-before: every token that it has is dead.
pub async fn revoke_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (Noun::Client, Act::Revoke)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    act_on(&api, &before, |client, desk| {
        decided(verbs::revoke_all(client, desk), |client| {
            let mut members = view(&client);
            members.insert("not_before".to_owned(), instant(client.not_before).into());
            Reply::ok(members)
        })
    })
    .await
}

async fn set_status(
    app: &App,
    incoming: &Incoming,
    act: Act,
    verb: impl Fn(&Client, &mut Desk<'_>) -> Verdict<Client>,
) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::Client, act)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    act_on(&api, &before, |client, desk| decided(verb(client, desk), |client| Reply::ok(view(&client)).etag(tag(&client)))).await
}

/// Does something with the application as it is now, if it still is what the caller looked at.
pub(super) async fn act_on(
    api: &InRealm<'_>,
    before: &Client,
    rule: impl Fn(&Client, &mut Desk<'_>) -> Decision<Reply>,
) -> Result<Response, Failure> {
    let look = || async { api.rows().client(&before.id).await };
    api.act(look, |client: Option<Arc<Client>>, desk| {
        let client = client.filter(|client| client.key == before.key).ok_or_else(|| none(&before.id))?;
        api.if_match_at_all(&tag(&client))?;
        rule(&client, desk)
    })
    .await
}

/// The client that the path names.
pub(super) async fn current(api: &InRealm<'_>) -> Result<Arc<Client>, Failure> {
    let id = api.incoming.path_parameter("client_id")?;
    Ok(api.rows().client(&id).await?.ok_or_else(|| none(&id))?)
}

pub(super) fn none(id: &str) -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, format!("there is no application {id:?}"))
}

/// Where a client is found.
pub(super) fn address(api: &InRealm<'_>, id: &str) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let segment = segment.replace('+', "%20");
    format!("{}/api/v1/realms/{}/clients/{segment}", api.incoming.scene.realm.issuer, api.realm().config.name)
}

fn document(sent: &Document) -> Result<ClientMetadata, OAuthError> {
    let (document, faults) = read::<ClientMetadata>(sent);
    if faults.is_empty() { Ok(document) } else { Err(OAuthError::faulty(faults)) }
}

pub(super) fn tag(client: &Client) -> String {
    etag(client.key.0, client.version)
}

/// A client, as answers show it: what is said about it, and what became of it. Never a secret.
fn view(client: &Client) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("client_id".to_owned(), client.id.clone().into());
    members.extend(shown(&client.metadata));
    members.insert("owner".to_owned(), client.owner.map(|owner| owner.to_string()).into());
    members.insert("status".to_owned(), client.status.as_str().into());
    members.insert("created_at".to_owned(), instant(client.created_at).into());
    members.insert("not_before".to_owned(), instant(client.not_before).into());
    members.insert("secrets".to_owned(), client.secrets.iter().map(|secret| Value::Object(secrets::view(secret))).collect());
    members
}

/// The settings of its tokens, and who said each: the standard, the dialect, the realm or the application.
fn effective(client: &Client, realm: &Realm) -> Map<String, Value> {
    let layers = client.layers(realm).into_iter();
    layers.map(|(name, value, layer)| (name.to_owned(), json!({ "value": value, "from": layer.as_str() }))).collect()
}

/// The document, with what RFC 7591 §2 says of members that were left out.
fn shown(metadata: &ClientMetadata) -> Document {
    let mut members = metadata.to_document();
    let mut usual = |name: &str, value: Value| {
        members.entry(name.to_owned()).or_insert(value);
    };
    usual("token_endpoint_auth_method", serde_json::to_value(&metadata.token_endpoint_auth_method).unwrap_or_default());
    usual("grant_types", Value::Array(Vec::new()));
    usual("redirect_uris", Value::Array(Vec::new()));
    usual("scope", metadata.scope.to_string().into());
    members
}
