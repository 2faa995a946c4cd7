//! From an HTTP request to the endpoint that answers it: realm, dialect, route, body.

use std::{sync::Arc, time::Instant};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jeton_oauth::{
    ErrorCode, OAuthError,
    dialect::{Dialect, Found, Operation, TokenRoute},
    model::Realm,
};

use crate::{
    app::{App, Scene},
    endpoints,
    failure::Failure,
    incoming::Incoming,
    listener::Peer,
    pages, respond,
    routes::{self, Authentication, Caching, Csrf, Endpoint, Route, standard_path},
    session,
};

/// What requests are counted under besides the routes' own names.
pub const OTHER_NAMES: [&str; 6] = ["health", "metrics", "assets", "preflight", "other_method", "none"];

/// Answers one request.
pub async fn handle(app: App, request: Request) -> Response {
    let started = Instant::now();
    let (name, response) = answer(&app, request).await;
    app.requests.answered(name, response.status(), started.elapsed());
    response
}

async fn answer(app: &App, request: Request) -> (&'static str, Response) {
    match request.uri().path() {
        "/health/live" => return ("health", endpoints::health::live()),
        "/health/ready" => return ("health", endpoints::health::ready(app).await),
        "/metrics" => return ("metrics", endpoints::health::metrics(app)),
        "/assets/style.css" => return ("assets", style()),
        _ => {}
    }
    match find_realm(app, request.uri(), request.headers()).await {
        Ok(Some((realm, path))) => in_realm(app, realm, &path, request).await,
        Ok(None) => ("none", respond::standard_error(&not_found(), "jeton")),
        Err(failure) => ("none", respond::standard_error(&respond::logged(app, "realm", failure), "jeton")),
    }
}

/// The realm, and the path below its issuer. RFC 8414 §3.1 puts the well-known segment before the
/// issuer's path, OpenID Connect Discovery §4 after it; both are answered.
async fn find_realm(app: &App, uri: &Uri, headers: &HeaderMap) -> Result<Option<(Arc<Realm>, String)>, Failure> {
    let host = match uri.authority() {
        Some(authority) => authority.as_str(),
        None => headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default(),
    };
    let path = uri.path();
    for document in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        if let Some(issuer_path) = path.strip_prefix(document).filter(|rest| rest.starts_with('/') && rest.len() > 1)
            && let Some(found) = app.realms.find(host, issuer_path)
            && found.prefix == issuer_path.trim_end_matches('/').len()
        {
            return Ok(active(app.realms.get(found.id).await?).map(|realm| (realm, document.to_owned())));
        }
    }
    let Some(found) = app.realms.find(host, path) else { return Ok(None) };
    let rest = path[found.prefix..].to_owned();
    Ok(active(app.realms.get(found.id).await?).map(|realm| (realm, rest)))
}

fn active(realm: Option<Arc<Realm>>) -> Option<Arc<Realm>> {
    realm.filter(|realm| realm.is_active())
}

/// What stands at a path of a realm.
enum Target<'r> {
    Token(&'r TokenRoute),
    Route(&'static Route, Option<&'r str>),
    /// The path is there, for these methods.
    Other {
        allowed: Vec<Method>,
        cross_origin: bool,
        token: Option<&'r TokenRoute>,
    },
    Nothing,
}

async fn in_realm(app: &App, realm: Arc<Realm>, path: &str, request: Request) -> (&'static str, Response) {
    let cross_site = request.headers().contains_key(header::ORIGIN);
    let method = request.method().clone();
    match target(&realm.dialect, &method, path) {
        Target::Token(route) => {
            let mut response = match receive(app, &realm, request, TOKEN_BODY).await {
                Ok(incoming) => endpoints::token(app, &incoming, route).await,
                Err(failure) => respond::encoded(route.encode_error(&respond::logged(app, "token", failure), app.now())),
            };
            allow_origin(&mut response, cross_site);
            ("token", response)
        }
        Target::Route(route, id) => {
            let received = match route.endpoint {
                // Whoever verifies needs these most while all else fails.
                Endpoint::Jwks | Endpoint::Metadata => {
                    receive_with(app, app.public_scene(Arc::clone(&realm)), request, route.body_limit).await
                }
                _ => receive(app, &realm, request, route.body_limit).await,
            };
            let received = received.and_then(|incoming| {
                if route.csrf == Csrf::SameOrigin && !method.is_safe() {
                    session::refuse_other_sites(&incoming)?;
                }
                Ok(incoming)
            });
            let mut response = match received {
                Ok(incoming) => at(app, &incoming, route, id).await,
                Err(failure) if route.authentication == Authentication::Page => pages::refused(app, &realm, route.name, failure),
                Err(failure) => respond::standard_error(&respond::logged(app, route.name, failure), &realm.config.name),
            };
            if route.caching == Caching::NoStore {
                respond::no_store(response.headers_mut());
            }
            allow_origin(&mut response, cross_site && route.cross_origin);
            (route.name, response)
        }
        Target::Other { allowed, cross_origin: true, .. } if method == Method::OPTIONS => {
            ("preflight", preflight(&allowed, &realm.dialect))
        }
        Target::Other { allowed, token, .. } => {
            let error =
                OAuthError::new(ErrorCode::MethodNotAllowed, "the method does not fit this path; the Allow header names those that do");
            let mut response = match token {
                Some(route) => respond::encoded(route.encode_error(&error, app.now())),
                None => respond::standard_error(&error, &realm.config.name),
            };
            response.headers_mut().insert(header::ALLOW, list(allowed.iter().map(Method::as_str)));
            ("other_method", response)
        }
        Target::Nothing => ("none", respond::standard_error(&not_found(), &realm.config.name)),
    }
}

const TOKEN_BODY: usize = 64 * 1024;

/// HEAD reads what GET reads (RFC 9110 §9.3.2); but where GET makes a token there is nothing to read.
fn target<'r>(dialect: &'r Dialect, method: &Method, path: &'r str) -> Target<'r> {
    if *method != Method::HEAD {
        return target_of(dialect, method, path);
    }
    match target_of(dialect, &Method::GET, path) {
        Target::Token(token) => {
            Target::Other { allowed: dialect.allowed(path).cloned().collect(), cross_origin: false, token: Some(token) }
        }
        found => found,
    }
}

/// The dialect first; then the standard endpoints that it does not have elsewhere.
fn target_of<'r>(dialect: &'r Dialect, method: &Method, path: &'r str) -> Target<'r> {
    match dialect.route(method, path) {
        Found::Route(route) => match &route.operation {
            Operation::Token(token) => return Target::Token(token),
            other => {
                let endpoint = endpoint_of(other);
                if let Some(route) = routes::ROUTES.iter().find(|route| route.endpoint == endpoint) {
                    return Target::Route(route, None);
                }
            }
        },
        Found::OtherMethod => {
            let token = dialect.token_routes().find(|(route, _)| route.path == path).map(|(_, token)| token);
            let crosses = |operation| routes::ROUTES.iter().any(|route| route.cross_origin && route.endpoint == endpoint_of(operation));
            let cross_origin = dialect.routes.iter().any(|route| route.path == path && crosses(&route.operation));
            return Target::Other { allowed: dialect.allowed(path).cloned().collect(), cross_origin, token };
        }
        Found::Nothing => {}
    }
    let mut allowed = Vec::new();
    let mut cross_origin = false;
    for matched in routes::matching(path) {
        if is_elsewhere(dialect, matched.route.endpoint) {
            continue;
        }
        if matched.route.methods.contains(method) && matched.route.endpoint != Endpoint::Token {
            return Target::Route(matched.route, matched.id);
        }
        allowed.extend(matched.route.methods.iter().cloned());
        cross_origin |= matched.route.cross_origin;
    }
    if allowed.is_empty() { Target::Nothing } else { Target::Other { allowed, cross_origin, token: None } }
}

fn is_elsewhere(dialect: &Dialect, endpoint: Endpoint) -> bool {
    dialect.routes.iter().any(|route| endpoint_of(&route.operation) == endpoint && route.path != standard_path(endpoint))
}

const fn endpoint_of(operation: &Operation) -> Endpoint {
    match operation {
        Operation::Authorize => Endpoint::Authorize,
        Operation::Token(_) => Endpoint::Token,
        Operation::Introspection => Endpoint::Introspection,
        Operation::Revocation => Endpoint::Revocation,
        Operation::UserInfo => Endpoint::UserInfo,
        Operation::Jwks => Endpoint::Jwks,
        Operation::Metadata => Endpoint::Metadata,
    }
}

async fn at(app: &App, incoming: &Incoming, route: &'static Route, id: Option<&str>) -> Response {
    let id = id.unwrap_or_default();
    let post = incoming.is(&Method::POST);
    match route.endpoint {
        Endpoint::Metadata => endpoints::metadata(app, &incoming.scene.realm),
        Endpoint::Jwks => endpoints::jwks(app, incoming).await,
        Endpoint::Authorize => pages::authorize(app, incoming).await,
        // Token routes are a dialect's, the standard one among them.
        Endpoint::Token => respond::standard_error(&not_found(), &incoming.scene.realm.config.name),
        Endpoint::Introspection => endpoints::introspection(app, incoming).await,
        Endpoint::Revocation => endpoints::revocation(app, incoming).await,
        Endpoint::UserInfo => endpoints::userinfo(app, incoming).await,
        Endpoint::AccountTokens if post => endpoints::create_account_token(app, incoming).await,
        Endpoint::AccountTokens => endpoints::list_account_tokens(app, incoming).await,
        Endpoint::AccountToken => endpoints::revoke_account_token(app, incoming, id).await,
        Endpoint::AccountTokenRegenerate => endpoints::regenerate_account_token(app, incoming, id).await,
        Endpoint::SignIn if post => pages::sign_in(app, incoming).await,
        Endpoint::SignIn => pages::sign_in_page(app, incoming).await,
        Endpoint::SignOut if post => pages::sign_out(app, incoming).await,
        Endpoint::SignOut => pages::sign_out_page(app, incoming).await,
        Endpoint::Consent if post => pages::decide(app, incoming).await,
        Endpoint::Consent => pages::consent(app, incoming).await,
    }
}

/// The whole request, its body at most `limit` bytes, uncompressed, and here in time.
async fn receive(app: &App, realm: &Arc<Realm>, request: Request, limit: usize) -> Result<Incoming, Failure> {
    receive_with(app, app.scene(Arc::clone(realm)), request, limit).await
}

async fn receive_with(
    app: &App,
    scene: impl Future<Output = Result<Scene, Failure>> + Send,
    request: Request,
    limit: usize,
) -> Result<Incoming, Failure> {
    let (parts, body) = request.into_parts();
    if parts.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "a compressed body is not read; send it as it is").into());
    }
    let body = if body.is_end_stream() { Bytes::new() } else { read(body, limit).await? };
    let peer = parts.extensions.get::<Peer>().map(|peer| app.proxies.client(peer.address.ip(), &parts.headers));
    let mut scene = scene.await?;
    scene.from.address = peer;
    Ok(Incoming { scene, parts, body, peer })
}

async fn read(body: Body, limit: usize) -> Result<Bytes, OAuthError> {
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(OAuthError::new(ErrorCode::TooLarge, format!("the body is larger than {limit} bytes")))
        }
        Err(_) => Err(OAuthError::invalid_request("the body broke off, or did not arrive in time")),
    }
}

fn not_found() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "there is nothing at this address")
}

fn style() -> Response {
    let mut response = Response::new(Body::from(pages::STYLE));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// No cookie plays a part at these endpoints, so any origin may read their answers.
fn allow_origin(response: &mut Response, allowed: bool) {
    if allowed {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
}

fn preflight(allowed: &[Method], dialect: &Dialect) -> Response {
    let mut response = respond::empty(StatusCode::NO_CONTENT);
    allow_origin(&mut response, true);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, list(allowed.iter().map(Method::as_str)));
    let names = ["authorization", "content-type"].into_iter().chain(dialect.header_names().into_iter().map(HeaderName::as_str));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, list(names));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    response
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> HeaderValue {
    HeaderValue::try_from(names.collect::<Vec<_>>().join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
}
