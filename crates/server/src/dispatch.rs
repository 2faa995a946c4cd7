//! From an HTTP request to the endpoint that answers it: realm, route, body, policy.

use std::{
    sync::{Arc, LazyLock},
    time::Instant,
};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jeton_oauth::{
    Endpoint, ErrorCode, OAuthError,
    dialect::{Found, OtherMethod, RouteMap, Standing},
    endpoint::{Authentication, Base, Caching, Face, Policy, face_of_nothing},
    manage::Origin,
    media,
    model::Realm,
    parameters::Parameters,
    redirect_uri,
};

use crate::{
    admission::admit,
    app::App,
    counted, cross_origin, faces,
    failure::Failure,
    handlers, host,
    incoming::{Caller, Incoming},
    listener::Peer,
    logged::logged,
    metrics::Counted,
    pages::visitors::Asked,
    respond::{self, not_found},
};

/// Below every host.
static SERVER: LazyLock<RouteMap> = LazyLock::new(|| RouteMap::of(Base::Server));
/// Below the issuer of the administrators' realm, besides what every realm has.
static ADMIN: LazyLock<RouteMap> = LazyLock::new(|| RouteMap::of(Base::Admin));

/// Answers one request.
pub async fn handle(app: App, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let (counted, response) = answer(&app, parts, body).await;
    app.requests.answered(counted, response.status(), started.elapsed());
    response
}

async fn answer(app: &App, parts: Parts, body: Body) -> (Counted, Response) {
    let host = match host::of(parts.version, &parts.uri, &parts.headers) {
        Ok(host) => host.unwrap_or_default(),
        Err(error) => return (Counted::Nothing, faces::wearing(app, None, face_of(&parts), Some(&Asked::of(&parts)), &error)),
    };
    match SERVER.find(&parts.method, parts.uri.path()) {
        Found::Here(standing) => return of_server(app, standing.endpoint, &parts).await,
        Found::OtherMethod(other) => return other_method(app, None, &parts, &other),
        Found::Nothing => {}
    }
    // Cookies and passkeys are the name's, not the address's.
    let aside = app.realms.is_loopback(host);
    match find_realm(app, host, parts.uri.path()).await {
        Ok(Some((realm, path))) => in_realm(app, realm, path, aside, parts, body).await,
        Ok(None) if aside || app.realms.has_host(host) => (Counted::Nothing, nothing(app, None, &parts)),
        Ok(None) => (Counted::Nothing, faces::wearing(app, None, face_of(&parts), Some(&Asked::of(&parts)), &strange_host(app, host))),
        Err(failure) => {
            let error = logged(app, None, &origin(app, &parts, "realm"), failure);
            (Counted::Nothing, faces::wearing(app, None, face_of(&parts), Some(&Asked::of(&parts)), &error))
        }
    }
}

async fn of_server(app: &App, endpoint: Endpoint, parts: &Parts) -> (Counted, Response) {
    let policy = endpoint.policy();
    let mut response = match handlers::answer_server(app, endpoint, parts).await {
        Ok(response) => response,
        Err(failure) => {
            faces::wearing(app, None, policy.face, Some(&Asked::of(parts)), &logged(app, None, &origin(app, parts, policy.name), failure))
        }
    };
    finish(&mut response, endpoint.policy());
    (Counted::Endpoint(endpoint), response)
}

/// A path below an issuer.
enum Below {
    /// The address's path from this byte on.
    From(usize),
    /// A well-known document, whose address has the issuer's path at its end.
    WellKnown(&'static str),
}

/// The realm, and the path below its issuer. RFC 8414 §3.1 puts the well-known segment before the
/// issuer's path, OpenID Connect Discovery §4 after it; both are answered.
async fn find_realm(app: &App, host: &str, path: &str) -> Result<Option<(Arc<Realm>, Below)>, Failure> {
    for document in Endpoint::Metadata.policy().paths {
        if let Some(issuer_path) = path.strip_prefix(document).filter(|rest| rest.starts_with('/') && rest.len() > 1)
            && let Some(found) = app.realms.find(host, issuer_path)
            && found.prefix == issuer_path.trim_end_matches('/').len()
        {
            return Ok(active(app.realms.get(found.id).await?).map(|realm| (realm, Below::WellKnown(document))));
        }
    }
    let Some(found) = app.realms.find(host, path) else { return Ok(None) };
    Ok(active(app.realms.get(found.id).await?).map(|realm| (realm, Below::From(found.prefix))))
}

fn active(realm: Option<Arc<Realm>>) -> Option<Arc<Realm>> {
    realm.filter(|realm| realm.is_active())
}

async fn in_realm(app: &App, realm: Arc<Realm>, below: Below, aside: bool, parts: Parts, body: Body) -> (Counted, Response) {
    let (prefix, path) = match below {
        Below::From(prefix) => (prefix, &parts.uri.path()[prefix..]),
        Below::WellKnown(document) => (0, document),
    };
    let found = match realm.dialect.map.find(&parts.method, path) {
        // The console stands at the issuer itself.
        Found::Nothing if realm.holds_administrators() => ADMIN.find(&parts.method, if path.is_empty() { "/" } else { path }),
        found => found,
    };
    let standing = match found {
        Found::Here(standing) => standing,
        Found::OtherMethod(other) => return other_method(app, Some(&realm), &parts, &other),
        Found::Nothing => return (Counted::Nothing, nothing(app, Some(&realm), &parts)),
    };
    if standing.endpoint.policy().face == Face::Page && parts.method.is_safe() && aside {
        let rest = parts.uri.path_and_query().map_or("/", |rest| rest.as_str());
        return (Counted::Endpoint(standing.endpoint), respond::see_other(&format!("{}{rest}", redirect_uri::origin(&realm.issuer))));
    }
    let cross_site = parts.headers.contains_key(header::ORIGIN);
    let asked = (standing.endpoint.policy().face == Face::Page).then(|| Asked::of(&parts));
    let from = origin(app, &parts, standing.endpoint.name());
    let answered = match receive(app, &realm, standing, from, prefix, parts, body).await {
        Ok(incoming) => match handlers::answer(app, &incoming).await {
            Ok(response) => {
                counted::answered(app, &incoming);
                Ok(response)
            }
            Err(failure) => Err(counted::unanswered(app, &incoming, failure)),
        },
        Err(failure) => Err(failure),
    };
    let refused = |failure| faces::refused(app, &realm, standing, asked.as_ref(), &from, failure);
    let mut response = counted::told(app, &realm, (standing.endpoint, &from), answered, refused).await;
    finish(&mut response, standing.endpoint.policy());
    cross_origin::allow(&mut response, standing.endpoint.policy(), cross_site);
    secure(&mut response, &realm);
    (Counted::Endpoint(standing.endpoint), response)
}

/// The whole request as its endpoint's policy admits it: its body no larger than it says,
/// uncompressed, and here in time; who sent it.
async fn receive(
    app: &App,
    realm: &Arc<Realm>,
    standing: Standing,
    from: Origin,
    prefix: usize,
    parts: Parts,
    body: Body,
) -> Result<Incoming, Failure> {
    let policy = standing.endpoint.policy();
    let is_admin = policy.authentication == Authentication::Administrator;
    // So much is read of nobody who is not known.
    let (large, body) = if is_admin && policy.body_limit > STRANGERS { (Some(body), Body::empty()) } else { (None, body) };
    let (body, unread) = match whole(&parts.headers, body, policy.body_limit).await {
        Ok(body) => (body, None),
        // Administrators hear first that nobody else is heard.
        Err(error) if is_admin => (Bytes::new(), Some(error)),
        Err(error) => return Err(error.into()),
    };
    let mut scene = match standing.endpoint {
        // Whoever verifies needs these most while all else fails.
        Endpoint::Jwks | Endpoint::Metadata => App::public_scene(Arc::clone(realm)),
        _ => app.scene(Arc::clone(realm)).await?,
    };
    scene.from = from;
    let mut incoming =
        Incoming { scene, parts, body, unread, standing, prefix, caller: Caller::Anybody, parameters: Parameters::default() };
    admit(app, &mut incoming).await?;
    if let Some(body) = large {
        match whole(&incoming.parts.headers, body, policy.body_limit).await {
            Ok(body) => incoming.body = body,
            Err(error) => incoming.unread = Some(error),
        }
    }
    Ok(incoming)
}

/// The largest body, in bytes, that is read before it is known who sends it.
const STRANGERS: usize = 1024 * 1024;

/// Where a request comes from, as far as trusted proxies let it be known, and what it is called.
fn origin(app: &App, parts: &Parts, endpoint: &'static str) -> Origin {
    let address = parts.extensions.get::<Peer>().map(|peer| app.proxies.client(peer.address.ip(), &parts.headers));
    Origin { address, request: Some(app.request_ids.next()), endpoint: Some(endpoint) }
}

/// All of a body, uncompressed.
async fn whole(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, OAuthError> {
    media::refuse_compressed(headers)?;
    refuse_expectation(headers)?;
    if body.is_end_stream() { Ok(Bytes::new()) } else { read(body, limit).await }
}

/// A body that announces too much is not waited for: nobody is told to send it (RFC 9110 §10.1.1).
async fn read(body: Body, limit: usize) -> Result<Bytes, OAuthError> {
    let too_large = || OAuthError::new(ErrorCode::TooLarge, format!("the body is larger than {limit} bytes"));
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(OAuthError::invalid_request("the body broke off, or did not arrive in time")),
    }
}

/// The one expectation that there is goes without saying: the body is asked for when it is read.
fn refuse_expectation(headers: &HeaderMap) -> Result<(), OAuthError> {
    match media::single(headers, &header::EXPECT)? {
        Some(expected) if !expected.eq_ignore_ascii_case("100-continue") => {
            Err(OAuthError::new(ErrorCode::ExpectationFailed, "the Expect header may say 100-continue, and nothing else"))
        }
        _ => Ok(()),
    }
}

/// What the policy says of caches. Where it lets answers be kept, a handler may say for how long, or forbid it.
fn finish(response: &mut Response, policy: &Policy) {
    let holds = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let said = response.headers().contains_key(header::CACHE_CONTROL);
    let headers = response.headers_mut();
    match policy.caching {
        Caching::Checked if holds => respond::checked(headers),
        Caching::Forever if holds => respond::forever(headers),
        Caching::Public if holds && said => {}
        Caching::Public if holds => respond::public(headers),
        _ => respond::no_store(headers),
    }
}

/// Browsers that came by https once do not come otherwise (RFC 6797); they hear of it by https alone.
fn secure(response: &mut Response, realm: &Realm) {
    if realm.is_https() {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
}

fn other_method(app: &App, realm: Option<&Realm>, parts: &Parts, other: &OtherMethod<'_>) -> (Counted, Response) {
    let methods = respond::list(other.allowed().map(Method::as_str));
    let crosses = other.standings().any(|standing| cross_origin::is_open(standing.endpoint.policy()));
    if let Some(realm) = realm.filter(|_| crosses && parts.method == Method::OPTIONS) {
        return (Counted::Preflight, cross_origin::preflight(methods, &realm.dialect));
    }
    let error = OAuthError::new(ErrorCode::MethodNotAllowed, "the method does not fit this path; the Allow header names those that do");
    let token = realm.and_then(|realm| Some((realm, other.standings().find_map(|standing| realm.dialect.token_route(standing))?)));
    let face = match other.standings().next().map_or(Face::OAuth, |standing| standing.endpoint.policy().face) {
        // Browsers do not ask pages by other methods; programs do.
        Face::Page => face_of(parts),
        face => face,
    };
    let mut response = match token {
        Some((realm, route)) => respond::encoded(route.encode_error(&error, &realm.config.name, app.now())),
        None => faces::wearing(app, realm, face, Some(&Asked::of(parts)), &error),
    };
    response.headers_mut().insert(header::ALLOW, methods);
    if crosses {
        cross_origin::open(response.headers_mut());
    }
    (Counted::OtherMethod, response)
}

/// Nobody is served under this host. The log says it once: it is how a wrong public address, or a proxy
/// that does not pass the host on, looks from here.
fn strange_host(app: &App, host: &str) -> OAuthError {
    let own = app.realms.public_url();
    app.strange_host.call_once(|| {
        tracing::warn!(
            host,
            "a request came for a host that no realm has; this server's address is {own}: if it should be another, say so with \
             --public-url, and if a proxy is in front of it, let the proxy pass the Host header on (this is said once)"
        );
    });
    OAuthError::new(ErrorCode::NotFound, format!("nothing is served under this host; the address of this server is {own}"))
}

fn nothing(app: &App, realm: Option<&Realm>, parts: &Parts) -> Response {
    faces::wearing(app, realm, face_of(parts), Some(&Asked::of(parts)), &not_found())
}

/// How whoever asks for an address where nothing stands is told so.
fn face_of(parts: &Parts) -> Face {
    let accepts = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    face_of_nothing(parts.uri.path(), accepts.contains("text/html"))
}
