//! What a realm says about itself (RFC 8414, OpenID Connect Discovery §3), and its keys (RFC 7517).

use std::sync::Arc;

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use jeton_oauth::{
    dialect::{Authenticate, Operation, TokenRoute},
    model::{ClientAuthMethod, Realm},
    settings::GrantType,
};
use serde_json::{Value, json};

use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    respond,
    routes::{Endpoint, standard_path},
};

/// How long others may keep it, in seconds; new keys are announced for longer than this.
const MAX_AGE: &str = "public, max-age=300";

/// The document, made once per state of the realm.
pub fn metadata(app: &App, realm: &Arc<Realm>) -> Response {
    let made = app.documents.get_or_insert_with(realm, || Bytes::from(serde_json::to_vec(&document(realm)).unwrap_or_default()));
    public_json(made)
}

pub async fn jwks(app: &App, incoming: &Incoming) -> Response {
    match app.keys.jwks(&incoming.scene.realm, app.now()).await {
        Ok(bytes) => public_json(bytes),
        Err(error) => respond::standard_error(&respond::logged(app, "jwks", Failure::from(error)), &incoming.scene.realm.config.name),
    }
}

fn public_json(bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(MAX_AGE));
    response
}

fn document(realm: &Realm) -> Value {
    let url = |path: &str| format!("{}{path}", realm.issuer);
    let at = |endpoint| url(standard_path(endpoint));
    let moved = |operation: fn(&Operation) -> bool, endpoint| realm.dialect.path_of(operation).map_or_else(|| at(endpoint), url);
    // What general clients meet at the token endpoint that is shown here.
    let (grants, methods) =
        realm.dialect.general_token_route().map_or_else(Default::default, |(_, token)| (grants(realm, token), methods(token)));
    let confidential = [ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost].map(ClientAuthMethod::as_str);
    let any = [confidential.as_slice(), &[ClientAuthMethod::None.as_str()]].concat();
    let scopes: Vec<_> = realm.scopes.iter().filter(|scope| *scope != "jeton:tokens").collect();
    json!({
        "issuer": realm.issuer,
        "authorization_endpoint": moved(|operation| matches!(operation, Operation::Authorize), Endpoint::Authorize),
        "token_endpoint": moved(|operation| matches!(operation, Operation::Token(_)), Endpoint::Token),
        "userinfo_endpoint": moved(|operation| matches!(operation, Operation::UserInfo), Endpoint::UserInfo),
        "jwks_uri": moved(|operation| matches!(operation, Operation::Jwks), Endpoint::Jwks),
        "introspection_endpoint": moved(|operation| matches!(operation, Operation::Introspection), Endpoint::Introspection),
        "revocation_endpoint": moved(|operation| matches!(operation, Operation::Revocation), Endpoint::Revocation),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grants,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": confidential,
        "revocation_endpoint_auth_methods_supported": any,
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "sid", "name", "given_name", "family_name", "middle_name", "nickname",
            "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
            "phone_number_verified", "address", "updated_at"],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": ["en"],
    })
}

/// Without refresh tokens there is nothing to refresh.
fn grants(realm: &Realm, token: &TokenRoute) -> Vec<&'static str> {
    let refreshes = !realm.settings.refresh_token_grants.is_empty();
    token.grants.iter().filter(|grant| refreshes || **grant != GrantType::RefreshToken).map(|grant| grant.as_str()).collect()
}

/// The registered names (RFC 8414 §2); a dialect's own ways have none.
fn methods(token: &TokenRoute) -> Vec<&'static str> {
    let registered = |way: &Authenticate| match way {
        Authenticate::ClientSecretBasic => Some(ClientAuthMethod::ClientSecretBasic),
        Authenticate::ClientSecretPost => Some(ClientAuthMethod::ClientSecretPost),
        Authenticate::None => Some(ClientAuthMethod::None),
        Authenticate::Header | Authenticate::FromToken => None,
    };
    token.authenticate.iter().filter_map(registered).map(ClientAuthMethod::as_str).collect()
}
