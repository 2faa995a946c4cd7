//! Applications: the list, and what one is.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ClientKey, Endpoint,
    manage::client::Kind,
    model::Client,
    settings::{GrantType, TokenFormat},
};
use serde::Serialize;

use super::{
    Developer, Head, Own,
    own::{name_of, path_of},
    sign_in_first,
    together::{self, Waiting},
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{
        desk::initials,
        frame::{Frame, View},
        visitors::describe,
    },
};

/// Rows of one page.
const PAGE: u32 = 50;

#[derive(Serialize)]
struct Applications {
    /// What the realm calls itself.
    realm: String,
    rows: Vec<Row>,
    /// The page with older ones begins before this.
    older: Option<String>,
    /// This is not the first page.
    paged: bool,
    /// Invitations to own others' applications too.
    waiting: Vec<Waiting>,
}

impl View for Applications {
    const TEMPLATE: &'static str = "developers/applications.html";
}

#[derive(Serialize)]
struct Row {
    path: String,
    name: String,
    client_id: String,
    initials: String,
    logo: Option<String>,
    kind: String,
    live: bool,
    used: Option<i64>,
    created: i64,
}

#[derive(Serialize)]
struct Overview {
    head: Head,
    scopes: Vec<ScopeLine>,
    endpoint: String,
    method: &'static str,
    grants: Vec<&'static str>,
    lifetime: u32,
    format: &'static str,
    algorithm: String,
    refresh_lifetime: Option<u32>,
    registered: i64,
    redirect_uris: Vec<String>,
}

impl View for Overview {
    const TEMPLATE: &'static str = "developers/overview.html";
}

#[derive(Serialize)]
struct ScopeLine {
    name: String,
    description: String,
}

/// GET: the newest first.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, "/developers")) };
    let frame = developer.frame(app, incoming);
    let before: Option<ClientKey> = incoming.query()?.get("before").and_then(|text| text.parse().ok());
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let mut clients = rows.applications_of(developer.me.user.id(), before, PAGE + 1).await?;
    let more = clients.len() > PAGE as usize;
    clients.truncate(PAGE as usize);
    let view = Applications {
        realm: incoming.scene.realm.title().to_owned(),
        older: clients.last().filter(|_| more).map(|last| last.key.to_string()),
        rows: clients.iter().map(|client| row(app, &frame, client)).collect(),
        paged: before.is_some(),
        waiting: together::waiting(app, incoming, &developer).await?,
    };
    frame.render(StatusCode::OK, &view)
}

fn row(app: &App, frame: &Frame<'_>, client: &Client) -> Row {
    Row {
        path: path_of(&client.id),
        name: client.title().to_owned(),
        client_id: client.id.clone(),
        initials: initials(client.title()),
        logo: client.logo.as_deref().and_then(|name| app.pages.assets.address(name)),
        kind: frame.say(&text(name_of(Kind::of(client)))),
        live: client.is_active(),
        used: client.secrets.iter().filter_map(|secret| secret.last_used_at).max().map(|at| at.as_millis()),
        created: client.created_at.as_millis(),
    }
}

/// GET: what it is and may do.
pub async fn overview(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let frame = own.frame(app, incoming);
    let (client, realm) = (&own.client, &incoming.scene.realm);
    let settings = client.effective(&realm.settings);
    let refreshes = client.may(GrantType::RefreshToken);
    let view = Overview {
        head: own.head(app, incoming, &frame),
        scopes: client.scope.iter().map(|name| ScopeLine { name: name.to_owned(), description: describe(&frame, realm, name) }).collect(),
        endpoint: token_endpoint(incoming),
        method: client.token_endpoint_auth_method.first().as_str(),
        grants: client.grant_types.iter().map(|grant| grant.as_str()).collect(),
        lifetime: settings.access_token_lifetime().0,
        format: match settings.access_token_format() {
            TokenFormat::Jwt => "JWT",
            TokenFormat::Opaque => "opaque",
        },
        algorithm: settings.access_token_alg().to_string(),
        refresh_lifetime: refreshes.then(|| settings.refresh_token_lifetime().0),
        registered: client.created_at.as_millis(),
        redirect_uris: client.redirect_uris.iter().map(|uri| uri.as_str().to_owned()).collect(),
    };
    frame.render(StatusCode::OK, &view)
}

/// Where the realm gives tokens, as its dialect has it.
fn token_endpoint(incoming: &Incoming) -> String {
    let realm = &incoming.scene.realm;
    let own = realm.dialect.routes.iter().find(|route| route.token.is_some()).map(|route| route.path.as_str());
    format!("{}{}", realm.issuer, own.unwrap_or_else(|| Endpoint::Token.path()))
}
