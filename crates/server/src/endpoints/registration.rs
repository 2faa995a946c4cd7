//! Clients register themselves (RFC 7591) and manage their registration (RFC 7592).

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    ClientKey, ErrorCode, InitialAccessTokenId, OAuthError,
    manage::registration::{self as rules, Facts, Presented, RegisterFacts, Registrant, Registration},
    secret::Kind,
    settings::WhoRegisters,
};
use jeton_store::StoreError;
use serde_json::{Map, Value};

use super::presented_token::{bearer, presented_text};
use crate::{
    app::App,
    failure::Failure,
    guesses::network_of,
    incoming::Incoming,
    respond::{self, not_found},
};

pub async fn register(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let registrant = registrant(app, incoming).await?;
    let document = document(incoming)?;
    let realm = &incoming.scene.realm;
    let network = network_of(incoming.scene.from.address);
    let bytes = network.map(|network| network.bytes()).unwrap_or_default();
    let network = app.seal.bucket(realm.id(), "registrations of a network", &bytes);
    let look = || async {
        let rows = app.store.in_realm(realm.id());
        let token = match &registrant {
            Registrant::Holder(token) => rows.initial_access_token(token.id).await?,
            Registrant::Stranger | Registrant::Developer(_) => None,
        };
        let tally = rows.attempts(&[network]).await?.pop().flatten();
        let owned = match &registrant {
            Registrant::Developer(developer) => rows.count_applications_of(*developer, realm.settings.applications_per_developer).await?,
            Registrant::Stranger | Registrant::Holder(_) => 0,
        };
        Ok(RegisterFacts { token, tally, owned })
    };
    let registered = app.settle(&incoming.scene, look, |facts, cx| rules::register(&document, &registrant, network, facts, cx)).await?;
    Ok(told(StatusCode::CREATED, &registered, incoming))
}

pub async fn read(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let (presented, id) = presented(app, incoming)?;
    let registration =
        app.settle(&incoming.scene, || facts(app, incoming, &presented), |facts, _| rules::read(&presented, &id, facts)).await?;
    Ok(told(StatusCode::OK, &registration, incoming))
}

pub async fn replace(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let (presented, id) = presented(app, incoming)?;
    rules::prove(&presented, &id, facts(app, incoming, &presented).await?.as_ref())?;
    let document = document(incoming)?;
    let look = || facts(app, incoming, &presented);
    let replaced = app.settle(&incoming.scene, look, |facts, cx| rules::replace(&document, &presented, &id, facts.as_ref(), cx)).await?;
    Ok(told(StatusCode::OK, &replaced, incoming))
}

pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let (presented, id) = presented(app, incoming)?;
    let look = || facts(app, incoming, &presented);
    app.settle(&incoming.scene, look, |facts, cx| rules::remove(&presented, &id, facts.as_ref(), cx)).await?;
    Ok(respond::empty(StatusCode::NO_CONTENT))
}

/// Whether there is registration here at all.
pub fn refuse_where_off(incoming: &Incoming) -> Result<(), OAuthError> {
    if incoming.scene.realm.registration() == WhoRegisters::Off { Err(not_found()) } else { Ok(()) }
}

/// Whom the realm lets in.
async fn registrant(app: &App, incoming: &Incoming) -> Result<Registrant, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    match incoming.scene.realm.registration() {
        WhoRegisters::Off => Err(not_found().into()),
        WhoRegisters::Open => Ok(Registrant::Stranger),
        WhoRegisters::InitialAccessToken => {
            let presented = Presented::new(Kind::InitialAccessToken, presented_text(incoming)?);
            app.vouch()?;
            let token = match &presented.read {
                Some(read) => rows.initial_access_token(InitialAccessTokenId(read.selector)).await?,
                None => None,
            };
            Ok(rules::holder(&presented, token, app.now())?)
        }
        WhoRegisters::Developers => {
            let token = bearer(app, incoming, None).await?;
            let user = match token.user {
                Some(user) => rows.user(user).await?,
                None => None,
            };
            Ok(rules::developer(&token, user.as_ref(), &incoming.scene.realm.settings)?)
        }
    }
}

/// The registration access token, and the client that the path names.
fn presented(app: &App, incoming: &Incoming) -> Result<(Presented, String), Failure> {
    let presented = Presented::new(Kind::RegistrationAccessToken, presented_text(incoming)?);
    app.vouch()?;
    // What does not decode names nobody: a wrong address and a wrong token are answered alike.
    Ok((presented, incoming.path_parameter("id").unwrap_or_default()))
}

async fn facts(app: &App, incoming: &Incoming, presented: &Presented) -> Result<Option<Facts>, StoreError> {
    let Some(read) = &presented.read else { return Ok(None) };
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let key = ClientKey(read.selector);
    let Some(registration) = rows.registration(key).await? else { return Ok(None) };
    let client = rows.client_by_key(key).await?;
    Ok(client.map(|client| Facts { client: (*client).clone(), registration }))
}

fn document(incoming: &Incoming) -> Result<Map<String, Value>, OAuthError> {
    incoming.expect_media_type("application/json")?;
    jeton_jose::json::from_slice_strict(&incoming.body).map_err(|error| {
        OAuthError::new(ErrorCode::InvalidClientMetadata, format!("the body must be one JSON object with the client's metadata: {error}"))
    })
}

fn told(status: StatusCode, registration: &Registration, incoming: &Incoming) -> Response {
    respond::json(status, &registration.to_document(&incoming.scene.realm))
}
