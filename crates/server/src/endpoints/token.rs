//! The token endpoint (RFC 6749 §3.2), in whatever dialect.

use std::sync::Arc;

use axum::response::Response;
use jeton_oauth::{
    CodeId, Effect, OAuthError,
    client_auth::{self, AuthenticatedClient},
    dialect::{Relaxation, TokenRoute},
    error::Asked,
    grant::{self, ClientCredentialsRequest, CodeFacts, CodeRequest, PasswordFacts, PasswordRequest, RefreshFacts, RefreshRequest},
    issue::IssuedTokens,
    request::{Credentials, Grant, TokenAnswer},
    secret::{self, Kind, SecretText},
    settings::IdTokenContent,
};

use super::{
    authentication::{authenticate, client_of},
    presented_token::{presented_authorization, read_refresh},
    sign::sign,
};
use crate::{
    activity::Asking,
    app::{App, Scene},
    failure::Failure,
    guesses::{self, PasswordGuess},
    incoming::Incoming,
    respond,
};

pub async fn token(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    // Every route to this endpoint is a dialect's.
    let route = incoming.token_route().ok_or_else(respond::not_found)?;
    let request = route.decode(&incoming.scene.realm.dialect, &incoming.parts, &incoming.body).map_err(|error| {
        let whose = named_client(incoming);
        Failure::from(error).of_client(whose.as_deref())
    })?;
    let (credentials, kind) = (request.credentials, request.grant.grant_type());
    let mut client = None;
    let exchanged = exchange(app, incoming, route, &credentials, request.grant, &mut client).await;
    let (who, from) = (client.as_ref().map(Asking::from), incoming.scene.from.address);
    match exchanged {
        Ok(answer) => {
            app.metrics.issued(kind);
            if let Some(who) = who {
                app.activity.answered(who, kind.into(), from, app.now());
            }
            Ok(respond::encoded(route.encode_answer(&answer)))
        }
        Err(failure) => {
            if let Some(who) = who {
                app.activity.secret_used(who, from, app.now());
            }
            let proved = who.is_some_and(|who| who.secret.is_some());
            let known = || Asked { client: who.map(|who| who.client), grant: Some(kind), proved, ..Asked::default() };
            Err(failure.of_client(credentials.client_id()).asked(known))
        }
    }
}

/// Whom a request that cannot be read says it is from, as far as that can be.
fn named_client(incoming: &Incoming) -> Option<String> {
    let mut parameters = incoming.form().unwrap_or_default();
    let credentials = incoming.scene.realm.dialect.decode_credentials(&incoming.parts, &mut parameters).ok()?;
    credentials.client_id().map(str::to_owned)
}

async fn exchange(
    app: &App,
    incoming: &Incoming,
    route: &TokenRoute,
    credentials: &Credentials,
    grant: Grant,
    proven: &mut Option<AuthenticatedClient>,
) -> Result<TokenAnswer, Failure> {
    let scene = &incoming.scene;
    let issued = match grant {
        Grant::ClientCredentials { scope, resource } => {
            let client = proven.insert(authenticate(app, scene, credentials).await?);
            let request = ClientCredentialsRequest { scope, resource };
            app.settle(scene, || async { Ok(()) }, |(), cx| grant::client_credentials(&request, client, cx)).await?
        }
        Grant::AuthorizationCode { code, redirect_uri, code_verifier, resource } => {
            let client = proven.insert(authenticate(app, scene, credentials).await?);
            let code = secret::read(Kind::AuthorizationCode, code.expose());
            redeem(app, scene, client, CodeRequest { code, redirect_uri, code_verifier, resource }).await?
        }
        Grant::RefreshToken { refresh_token, scope, resource } => {
            let request = RefreshRequest { presented: read_refresh(app, scene, refresh_token.expose()).await?, scope, resource };
            let client = proven.insert(refreshing_client(app, scene, credentials, &request).await?);
            refresh(app, scene, client, &request).await?
        }
        Grant::Password { username, password, scope, resource } => {
            let client = proven.insert(authenticate(app, scene, credentials).await?);
            with_password(app, incoming, client, &PasswordRequest { scope, resource }, &username, password).await?
        }
    };
    sign(app, scene, issued, route.answers_with_id_token()).await
}

async fn redeem(app: &App, scene: &Scene, client: &AuthenticatedClient, request: CodeRequest) -> Result<IssuedTokens, Failure> {
    let id = request.code.as_ref().map(|presented| CodeId(presented.selector));
    let look = || async {
        let store = app.store.in_realm(scene.realm.id());
        let Some(id) = id else { return Ok(None) };
        let Some(facts) = store.code(id).await? else { return Ok(None) };
        let user = if shows_person(scene, client) { store.user(facts.account.id).await?.map(Arc::new) } else { None };
        Ok(Some(CodeFacts { code: facts.code, account: facts.account, user }))
    };
    let (issued, whose) = app
        .settle(scene, look, |facts, cx| {
            let Effect { answer, changes } = grant::authorization_code(&request, client, facts.as_ref(), cx)?;
            Ok(Effect { answer: (answer, facts.map(|facts| facts.code.user)), changes })
        })
        .await?;
    if let Some(user) = whose {
        app.marks.redeemed(scene.realm.id(), user, scene.realm.settings.authorizations_per_account);
    }
    Ok(issued)
}

/// The client that refreshes: the one that proves itself, or, where the dialect relaxes that, the
/// one that the token was given to.
async fn refreshing_client(
    app: &App,
    scene: &Scene,
    credentials: &Credentials,
    request: &RefreshRequest,
) -> Result<AuthenticatedClient, Failure> {
    let relaxed = scene.realm.dialect.relaxes(Relaxation::RefreshWithoutClientAuthentication);
    if matches!(credentials, Credentials::Secret { .. } | Credentials::Missing) || !relaxed {
        return authenticate(app, scene, credentials).await;
    }
    app.vouch()?;
    let unknown = || OAuthError::invalid_grant("the refresh token is unknown, expired, revoked, used, or not this client's");
    let presented = request.presented.as_ref().ok_or_else(unknown)?;
    let facts = app.store.in_realm(scene.realm.id()).authorization(presented.authorization).await?.ok_or_else(unknown)?;
    let client = client_of(app, scene, facts.authorization.client).await?;
    app.settle(scene, || async { Ok(()) }, |(), cx| client_auth::from_token(credentials, &facts.authorization, &client, cx)).await
}

async fn refresh(app: &App, scene: &Scene, client: &AuthenticatedClient, request: &RefreshRequest) -> Result<IssuedTokens, Failure> {
    let look = || async {
        let store = app.store.in_realm(scene.realm.id());
        let Some(presented) = &request.presented else { return Ok(None) };
        let Some(facts) = presented_authorization(app, scene, presented).await? else { return Ok(None) };
        let user = if shows_person(scene, client) { store.user(facts.account.id).await?.map(Arc::new) } else { None };
        Ok(Some(RefreshFacts { authorization: facts.authorization, account: facts.account, user }))
    };
    app.settle(scene, look, |facts, cx| grant::refresh_token(request, client, facts.as_ref(), cx)).await
}

/// Refuses, reserves, hashes, settles: in this order, so that what is refused anyway counts nothing,
/// and parallel guesses are counted before any of them is checked.
async fn with_password(
    app: &App,
    incoming: &Incoming,
    client: &AuthenticatedClient,
    request: &PasswordRequest,
    username: &str,
    password: SecretText,
) -> Result<IssuedTokens, Failure> {
    let scene = &incoming.scene;
    app.decide(scene, |cx| grant::check_password_request(request, client, cx).map(|_| ()))?;
    let guess = PasswordGuess::of(app, scene, username, Some(client), |_, _| None).await?;
    guesses::settle(app, scene, &guess, password, |checked, cx| {
        let (password_matched, has_second_factor) = (checked.matched, checked.has_second_factor);
        let facts = PasswordFacts { user: checked.user.clone(), password_matched, has_second_factor };
        grant::password(request, client, &facts, cx)
    })
    .await?
    .map_err(Failure::Refused)
}

/// Whether claims or answers of this realm show more of a person than tokens need.
fn shows_person(scene: &Scene, client: &AuthenticatedClient) -> bool {
    let settings = &scene.realm.settings;
    !settings.claims.is_empty()
        || client.client().effective(settings).id_token_claims() == IdTokenContent::Scopes
        || scene.realm.dialect.answers_with_user()
}
