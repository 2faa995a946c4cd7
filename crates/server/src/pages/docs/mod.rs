//! What a realm writes about its token API: a page for people, and documents for their tools. For everybody.

pub mod sections;
pub mod shown;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use jeton_oauth::{
    Endpoint,
    model::Realm,
    samples::{self, Language, PERSONAL_ACCESS_TOKEN, Who, calls, resource_call},
    settings::{Developers, SignUp},
};
use serde::Serialize;
use serde_json::Value;

use self::{
    sections::Sections,
    shown::{Block, CallShown, block, shown, span, verification},
};
use super::visitors::describe;
use crate::{
    app::App,
    documents::Download,
    failure::Failure,
    incoming::Incoming,
    page_parts::{compress, texts::text},
    pages::{
        frame::{Frame, View},
        preferences,
    },
    respond,
};

/// What the page shows.
#[derive(Serialize)]
struct Docs {
    sections: Sections,
    scopes: Vec<ScopeShown>,
    personal: Block,
    /// How long a personal access token lives at most, where the realm says so.
    personal_lives: Option<String>,
    introspection: Option<CallShown>,
    verification: Option<CallShown>,
    userinfo: CallShown,
    revocation: Option<CallShown>,
    endpoints: Vec<EndpointShown>,
    /// People may make an account, developers an application.
    sign_up: bool,
    developers: bool,
}

impl View for Docs {
    const TEMPLATE: &'static str = "docs/docs.html";
}

#[derive(Serialize)]
struct ScopeShown {
    name: String,
    description: String,
}

#[derive(Serialize)]
struct EndpointShown {
    what: String,
    method: String,
    url: String,
}

/// GET `/docs`.
pub async fn docs(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let realm = &incoming.scene.realm;
    let frame = Frame::of(app, incoming);
    let reader = (frame.language.place(), preferences::theme(incoming.headers()), compress::accepts_gzip(incoming.headers()));
    let (headers, bytes) = match app.public_pages.get(realm, reader) {
        Some(kept) => kept,
        None => {
            let (mut parts, body) = frame.render(StatusCode::OK, &page(realm, &frame))?.into_parts();
            // The same for everybody: nobody's cookie, and caches may keep it.
            parts.headers.remove(header::SET_COOKIE);
            kept(&mut parts.headers);
            // A body that we made is whole.
            let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
            app.public_pages.keep(realm, reader, (parts.headers.clone(), bytes.clone()));
            (parts.headers, bytes)
        }
    };
    let mut response = Response::new(Body::from(bytes));
    *response.headers_mut() = headers;
    Ok(response)
}

/// GET `/docs/openapi.json`.
pub async fn openapi(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    Ok(download(app, incoming, Download::OpenApi))
}

/// GET `/docs/postman.json`.
pub async fn postman(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    Ok(download(app, incoming, Download::Postman))
}

/// GET `/docs/bruno.json`.
pub async fn bruno(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    Ok(download(app, incoming, Download::Bruno))
}

fn download(app: &App, incoming: &Incoming, which: Download) -> Response {
    let realm = &incoming.scene.realm;
    let written = || Bytes::from(serde_json::to_vec_pretty(&made(realm, which)).unwrap_or_default());
    let mut response = Response::new(Body::from(app.downloads.get_or_make(realm, which, written)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let quote = '\u{22}';
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename={quote}{}.{}.json{quote}", realm.config.name, which.as_str())) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}

fn made(realm: &Realm, which: Download) -> Value {
    let calls = calls(realm, &Who::anybody(realm));
    match which {
        Download::OpenApi => samples::openapi(realm, &calls),
        Download::Postman => samples::postman(realm, &calls),
        Download::Bruno => samples::bruno(realm, &calls),
    }
}

/// Without what pages say of caches by themselves: the endpoint's policy says it.
fn kept(headers: &mut HeaderMap) {
    headers.remove(header::CACHE_CONTROL);
    headers.remove(header::PRAGMA);
    respond::referrer(headers);
}

fn page(realm: &Realm, frame: &Frame<'_>) -> Docs {
    let who = Who::anybody(realm);
    let calls = calls(realm, &who);
    let personal_lifetime = realm.settings.personal_access_token_lifetime;
    Docs {
        sections: Sections::of(realm, &who, &calls, frame),
        scopes: realm
            .scopes
            .iter()
            .map(|scope| ScopeShown { name: scope.to_owned(), description: describe(frame, realm, scope) })
            .collect(),
        personal: block("personal-curl", "curl", &Language::Curl.write(&resource_call(realm, &who, PERSONAL_ACCESS_TOKEN))),
        personal_lives: (personal_lifetime.0 > 0).then(|| span(frame, personal_lifetime)),
        introspection: calls.introspection.as_ref().map(shown),
        verification: verification(realm),
        userinfo: shown(&calls.userinfo),
        revocation: calls.revocation.as_ref().map(shown),
        endpoints: endpoints(realm, frame),
        sign_up: realm.settings.sign_up == SignUp::Open,
        developers: realm.settings.developers != Developers::Off,
    }
}

fn endpoints(realm: &Realm, frame: &Frame<'_>) -> Vec<EndpointShown> {
    let said = |endpoint| {
        Some(match endpoint {
            Endpoint::Authorization => "docs-endpoint-authorization",
            Endpoint::Token => "docs-endpoint-token",
            Endpoint::Introspection => "docs-endpoint-introspection",
            Endpoint::Revocation => "docs-endpoint-revocation",
            Endpoint::UserInfo => "docs-endpoint-userinfo",
            Endpoint::Jwks => "docs-endpoint-jwks",
            Endpoint::Metadata => "docs-endpoint-metadata",
            _ => return None,
        })
    };
    let routes = realm.dialect.routes.iter().filter_map(|route| {
        let methods: Vec<_> = route.methods.iter().map(http::Method::as_str).collect();
        let url = format!("{}{}", realm.issuer, route.path);
        Some(EndpointShown { what: frame.say(&text(said(route.endpoint)?)), method: methods.join(", "), url })
    });
    routes.collect()
}
