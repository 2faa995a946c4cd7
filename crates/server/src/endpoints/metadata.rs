//! What a realm says about itself (RFC 8414, OpenID Connect Discovery §3), and its keys (RFC 7517).

use axum::{body::Body, response::Response};
use bytes::Bytes;
use http::{HeaderValue, header};
use jeton_oauth::{
    Endpoint,
    dialect::{Authenticate, TokenRoute},
    factor::{ONE_FACTOR, TWO_FACTORS},
    model::{ClientAuthMethod, Realm},
    settings::{GrantType, WhoRegisters},
};
use serde_json::{Value, json};

use crate::{app::App, failure::Failure, incoming::Incoming, respond};

/// The document, made once per state of the realm.
pub async fn metadata(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let realm = &incoming.scene.realm;
    let texts = &app.pages.texts;
    let languages: Vec<_> = texts.all().map(|language| texts.code(language)).collect();
    let document = || Bytes::from(serde_json::to_vec(&document(realm, &languages)).unwrap_or_default());
    Ok(json(app.metadata.get_or_make(realm, (), document)))
}

pub async fn jwks(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let document = app.keys.jwks(&incoming.scene.realm, app.now()).await?;
    let mut response = json(document.json);
    if !document.is_whole {
        respond::no_store(response.headers_mut());
    }
    Ok(response)
}

fn json(bytes: Bytes) -> Response {
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn document(realm: &Realm, languages: &[&str]) -> Value {
    let url = |path: &str| format!("{}{path}", realm.issuer);
    let at = |endpoint| url(realm.dialect.path_of(endpoint));
    // What general clients meet at the token endpoint that is shown here.
    let (grants, methods) =
        realm.dialect.general_token_route().map_or_else(Default::default, |(_, token)| (grants(realm, token), methods(token)));
    let confidential = [ClientAuthMethod::ClientSecretBasic, ClientAuthMethod::ClientSecretPost].map(ClientAuthMethod::as_str);
    let any = [confidential.as_slice(), &[ClientAuthMethod::None.as_str()]].concat();
    let scopes: Vec<_> = realm.scopes.iter().filter(|scope| !scope.starts_with("jeton:")).collect();
    let mut document = json!({
        "issuer": realm.issuer,
        "authorization_endpoint": at(Endpoint::Authorization),
        "token_endpoint": at(Endpoint::Token),
        "userinfo_endpoint": at(Endpoint::UserInfo),
        "jwks_uri": at(Endpoint::Jwks),
        "introspection_endpoint": at(Endpoint::Introspection),
        "revocation_endpoint": at(Endpoint::Revocation),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": grants,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": confidential,
        "revocation_endpoint_auth_methods_supported": any,
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "name", "given_name", "family_name", "middle_name", "nickname",
            "preferred_username", "profile", "picture", "website", "email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number",
            "phone_number_verified", "address", "updated_at"],
        "claim_types_supported": ["normal"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [ONE_FACTOR, TWO_FACTORS],
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "ui_locales_supported": languages,
    });
    if realm.registration() != WhoRegisters::Off {
        document["registration_endpoint"] = at(Endpoint::Registration).into();
    }
    document
}

/// Without refresh tokens there is nothing to refresh. The order of a dialect's file is for documents.
fn grants(realm: &Realm, token: &TokenRoute) -> Vec<&'static str> {
    let refreshes = !realm.settings.refresh_token_grants.is_empty();
    let admitted = |grant: &GrantType| token.grants.contains(grant) && (refreshes || *grant != GrantType::RefreshToken);
    GrantType::ALL.into_iter().filter(admitted).map(GrantType::as_str).collect()
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
