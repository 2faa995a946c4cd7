//! How one application gets a token: the realm's documents with what the application really is, and a button that
//! makes the call. **Invariant**: what is typed into it is used once, and neither kept nor shown.

use std::time::Instant;

use axum::response::Response;
use http::StatusCode;
use http_body_util::BodyExt;
use jeton_oauth::{
    dialect::{Found, TokenRoute},
    model::Realm,
    parameters::Parameters,
    request::{Credentials, Grant, TokenRequest},
    samples::{Who, calls, pretty, token_request},
    secret::SecretText,
    settings::GrantType,
};
use serde::Serialize;

use super::{Head, Own, sign_in_first};
use crate::{
    app::App,
    counted, endpoints,
    failure::Failure,
    incoming::{Caller, Incoming},
    logged::logged,
    page_parts::texts::text,
    pages::{
        docs::{
            sections::{Sections, title_of},
            shown::answered,
        },
        frame::{Frame, View},
    },
    respond::{self, not_found},
};

/// Answers of ours are small; what is larger is not one.
const LARGEST: usize = 256 * 1024;

#[derive(Serialize)]
struct GetAToken {
    head: Head,
    /// Whose values these are.
    name: String,
    runs: Vec<Run>,
    answer: Option<Answer>,
    sections: Sections,
}

impl View for GetAToken {
    const TEMPLATE: &'static str = "developers/get_a_token.html";
}

/// A call that the button can make, and what it needs to be told.
#[derive(Serialize)]
struct Run {
    grant: &'static str,
    title: String,
    /// Labels of what is typed; nothing where it is not asked for.
    secret: bool,
    username: Option<String>,
    password: Option<String>,
    code: bool,
    verifier: bool,
}

/// What was answered.
#[derive(Serialize)]
struct Answer {
    good: bool,
    /// `200 OK`
    status: String,
    caption: String,
    body: String,
    took: String,
    request: Option<String>,
}

/// GET: the samples, and what can be tried.
pub async fn page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let known = Known::of(app, incoming, &own).await?;
    let frame = own.frame(app, incoming);
    frame.render(StatusCode::OK, &view(app, incoming, &own, &known, &frame, None))
}

/// POST: the same, with the answer to the call that was sent.
pub async fn run(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let known = Known::of(app, incoming, &own).await?;
    let frame = own.frame(app, incoming);
    let sent = incoming.page_form()?;
    let grant = sent.get("grant").and_then(GrantType::parse).ok_or_else(not_found)?;
    let request = token_request(&known.realm, &known.who, grant).ok_or_else(not_found)?;
    let answer = ask(app, incoming, filled(request, sent)).await?;
    let answer = match answer {
        Some(told) => told.shown(&frame),
        None => impossible(&frame),
    };
    frame.render(StatusCode::OK, &view(app, incoming, &own, &known, &frame, Some(answer)))
}

/// What the documents are written with.
struct Known {
    /// With the application's own settings over it.
    realm: Realm,
    who: Who,
    api_user: Option<String>,
}

impl Known {
    async fn of(app: &App, incoming: &Incoming, own: &Own) -> Result<Self, Failure> {
        let realm = Who::realm_for(&incoming.scene.realm, &own.client);
        let rows = app.store.in_realm(realm.id());
        let api_user = rows.api_users_of_client(own.client.key, None, 1).await?.pop().map(|found| found.user.username);
        let who = Who::application(&realm, &own.client, api_user.as_deref());
        Ok(Self { realm, who, api_user })
    }
}

fn view(app: &App, incoming: &Incoming, own: &Own, known: &Known, frame: &Frame<'_>, answer: Option<Answer>) -> GetAToken {
    let calls = calls(&known.realm, &known.who);
    let asked = calls.grants.iter().filter_map(|call| call.grant);
    GetAToken {
        head: own.head(app, incoming, frame),
        name: own.client.title().to_owned(),
        runs: asked.filter_map(|grant| Some(shown(grant, &token_request(&known.realm, &known.who, grant)?, known, frame))).collect(),
        answer,
        sections: Sections::of(&known.realm, &known.who, &calls, frame),
    }
}

fn shown(grant: GrantType, request: &TokenRequest, known: &Known, frame: &Frame<'_>) -> Run {
    let is_password = grant == GrantType::Password;
    let password = || match &known.api_user {
        Some(name) => frame.say(&text("docs-run-password-of").with("name", name.as_str())),
        None => frame.say(&text("docs-run-password")),
    };
    Run {
        grant: grant.as_str(),
        title: frame.say(&text(title_of(grant))),
        secret: matches!(request.credentials, Credentials::Secret { .. }),
        username: is_password.then(|| known.api_user.clone().unwrap_or_default()),
        password: is_password.then(password),
        code: grant == GrantType::AuthorizationCode,
        verifier: matches!(&request.grant, Grant::AuthorizationCode { code_verifier: Some(_), .. }),
    }
}

/// What was typed takes the place of the placeholders.
fn filled(mut request: TokenRequest, mut sent: Parameters) -> TokenRequest {
    let mut typed = |name: &str| sent.take_secret(name).unwrap_or_else(|| SecretText::new(""));
    if let Credentials::Secret { secret, .. } = &mut request.credentials {
        *secret = typed("client_secret");
    }
    match &mut request.grant {
        Grant::Password { username, password, .. } => {
            *username = typed("username").expose().to_owned();
            *password = typed("password");
        }
        Grant::AuthorizationCode { code, code_verifier, .. } => {
            *code = typed("code");
            if let Some(verifier) = code_verifier {
                *verifier = typed("code_verifier");
            }
        }
        Grant::RefreshToken { .. } | Grant::ClientCredentials { .. } => {}
    }
    request
}

/// What the token endpoint said.
struct Told {
    status: StatusCode,
    body: String,
    millis: f64,
    request: Option<String>,
}

/// Makes the call as if it had come from outside, from where the developer is. `None`: it cannot be written down.
async fn ask(app: &App, incoming: &Incoming, request: TokenRequest) -> Result<Option<Told>, Failure> {
    let realm = &incoming.scene.realm;
    let Ok(written) = realm.dialect.encode_request(&realm.issuer, &request) else { return Ok(None) };
    let (parts, body) = written.into_parts();
    let prefix = parts.uri.path().len() - route_path(realm, request.grant.grant_type()).len();
    let Found::Here(standing) = realm.dialect.map.find(&parts.method, &parts.uri.path()[prefix..]) else { return Err(not_found().into()) };
    let mut scene = app.scene(realm.clone()).await?;
    scene.from = jeton_oauth::manage::Origin {
        request: Some(app.request_ids.next()),
        endpoint: Some(standing.endpoint.name()),
        ..incoming.scene.from
    };
    let from = scene.from;
    let call = Incoming {
        scene,
        parts,
        body: body.into(),
        unread: None,
        standing,
        prefix,
        caller: Caller::Anybody,
        parameters: Parameters::default(),
    };
    let started = Instant::now();
    let answered = endpoints::token(app, &call).await;
    let millis = started.elapsed().as_secs_f64() * 1000.0;
    let route = call.token_route().ok_or_else(not_found)?;
    let refused = |failure| refused(app, realm, route, failure, &call);
    let response = counted::told(app, realm, (standing.endpoint, &from), answered, refused).await;
    let status = response.status();
    let body = http_body_util::Limited::new(response.into_body(), LARGEST).collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    Ok(Some(Told { status, body: pretty(&String::from_utf8_lossy(&body)), millis, request: from.request.map(|id| id.to_string()) }))
}

/// Logged as any other.
fn refused(app: &App, realm: &Realm, route: &TokenRoute, failure: Failure, call: &Incoming) -> Response {
    let error = logged(app, Some(realm), &call.scene.from, failure);
    respond::encoded(route.encode_error(&error, &realm.config.name, app.now()))
}

fn route_path(realm: &Realm, grant: GrantType) -> &str {
    realm.dialect.route_for(grant).map_or("", |route| &route.path)
}

impl Told {
    fn shown(self, frame: &Frame<'_>) -> Answer {
        let reason = self.status.canonical_reason().unwrap_or_default();
        Answer {
            good: self.status.is_success(),
            status: format!("{} {reason}", self.status.as_u16()),
            caption: answered(self.status.as_u16()),
            body: self.body,
            took: frame.say(&text("docs-run-took").with("millis", format!("{:.1}", self.millis))),
            request: self.request.map(|id| frame.say(&text("docs-run-request").with("id", id))),
        }
    }
}

fn impossible(frame: &Frame<'_>) -> Answer {
    let said = frame.say(&text("docs-run-impossible"));
    Answer { good: false, status: said.clone(), caption: String::new(), body: String::new(), took: String::new(), request: None }
}
