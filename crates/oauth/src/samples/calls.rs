//! Which calls a realm's token API has, for whoever asks: the tokens of each grant, refreshing, and what is done
//! with tokens.

use http::{HeaderName, HeaderValue, Method, Request, header};
use url::form_urlencoded;

use super::{
    answer,
    call::{Call, Said, title_case},
    text,
    who::{ACCESS_TOKEN, CLIENT_SECRET, CODE, CODE_CHALLENGE, CODE_VERIFIER, REFRESH_TOKEN, Who, is_variable},
};
use crate::{
    Endpoint,
    dialect::{Authenticate, Parameter, Place, TokenRoute},
    model::{ClientAuthMethod, Realm},
    request::{Credentials, Grant, SecretPlace, TokenRequest},
    secret::SecretText,
    settings::{GrantType, RequirePkce},
};

/// Everything that can be called.
#[derive(Clone, Debug)]
pub struct Calls {
    /// Tokens by each grant, in the order in which the dialect's route names them.
    pub grants: Vec<Call>,
    /// Where there are refresh tokens.
    pub refresh: Option<Call>,
    /// Whether a token lives; for applications with a secret.
    pub introspection: Option<Call>,
    /// RFC 7009.
    pub revocation: Option<Call>,
    /// Whom a token speaks for.
    pub userinfo: Call,
}

impl Calls {
    /// In the order in which tools list them.
    pub fn all(&self) -> impl Iterator<Item = &Call> {
        self.grants.iter().chain(&self.refresh).chain(&self.introspection).chain(&self.revocation).chain([&self.userinfo])
    }
}

/// The calls of a realm.
pub fn calls(realm: &Realm, who: &Who) -> Calls {
    let grants = grants_in_order(realm).into_iter().filter(|grant| who.may(*grant));
    Calls {
        grants: grants.filter_map(|grant| token_call(realm, who, grant)).collect(),
        refresh: (who.may(GrantType::RefreshToken) && refreshes(realm, who))
            .then(|| token_call(realm, who, GrantType::RefreshToken))
            .flatten(),
        introspection: client_call(realm, who, "introspection", Endpoint::Introspection, answer::introspection(realm, who)),
        revocation: client_call(realm, who, "revocation", Endpoint::Revocation, Said { status: 200, body: String::new() }),
        userinfo: bearer_call(
            "userinfo",
            &format!("{}{}", realm.issuer, realm.dialect.path_of(Endpoint::UserInfo)),
            realm,
            who,
            ACCESS_TOKEN,
            answer::userinfo(),
        ),
    }
}

/// A call of the API that tokens of this realm are for; the userinfo endpoint where the realm names no address.
pub fn resource_call(realm: &Realm, who: &Who, token: &str) -> Call {
    bearer_call("resource", &api(realm), realm, who, token, Said { status: 200, body: String::new() })
}

/// The header that carries a token, and what stands before the token in it.
pub fn resource_header(realm: &Realm) -> (String, &'static str) {
    match &realm.dialect.resource {
        Some(format) => (title_case(format.header.as_str()), ""),
        None => ("Authorization".to_owned(), "Bearer "),
    }
}

/// Where a person's browser is sent to approve, one parameter a line (RFC 6749 §4.1.1).
pub fn authorization_url(realm: &Realm, who: &Who) -> String {
    let mark =
        |value: &str| if is_variable(value) { value.to_owned() } else { form_urlencoded::byte_serialize(value.as_bytes()).collect() };
    let own = |value: &str| text::own(&mark(value));
    let mut parameters = vec![
        ("response_type", "code".to_owned()),
        ("client_id", own(&who.client_id)),
        ("redirect_uri", own(&who.redirect_uri)),
        ("scope", mark(&who.scope.join(" "))),
        ("state", "af0ifjsldkj".to_owned()),
    ];
    if proves_key(realm, who) {
        parameters.push(("code_challenge", own(CODE_CHALLENGE)));
        parameters.push(("code_challenge_method", "S256".to_owned()));
    }
    let lines: Vec<_> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{}{}\n  ?{}", realm.issuer, realm.dialect.path_of(Endpoint::Authorization), lines.join("\n  &"))
}

/// Grants besides refreshing: those with a path of their own first, then in the order of the dialect.
fn grants_in_order(realm: &Realm) -> Vec<GrantType> {
    let mut grants: Vec<GrantType> = Vec::new();
    for (_, token) in realm.dialect.token_routes() {
        grants.extend(token.grants.iter().filter(|grant| **grant != GrantType::RefreshToken));
    }
    let mut seen = Vec::new();
    grants.retain(|grant| {
        !seen.contains(grant) && {
            seen.push(*grant);
            true
        }
    });
    grants
}

/// Whether some grant that they may use gives a refresh token.
fn refreshes(realm: &Realm, who: &Who) -> bool {
    realm.settings.refresh_token_grants.iter().any(|grant| who.may(*grant) && realm.dialect.route_for(*grant).is_some())
}

/// Whether the code grant needs PKCE (RFC 7636).
fn proves_key(realm: &Realm, who: &Who) -> bool {
    let public = || {
        let route = realm.dialect.route_for(GrantType::AuthorizationCode).and_then(|route| route.token.as_deref());
        route
            .and_then(|route| credentials(route, who, GrantType::AuthorizationCode))
            .is_some_and(|sent| matches!(sent, Credentials::Public { .. }))
    };
    realm.settings.require_pkce == RequirePkce::All || public()
}

/// What a grant's samples ask for, with placeholders for what is secret; `None` where the dialect knows no such grant,
/// or no way for who asks to prove themselves.
pub fn token_request(realm: &Realm, who: &Who, grant: GrantType) -> Option<TokenRequest> {
    let token = realm.dialect.route_for(grant)?.token.as_deref()?;
    Some(TokenRequest { credentials: credentials(token, who, grant)?, grant: asked(realm, who, grant) })
}

fn token_call(realm: &Realm, who: &Who, grant: GrantType) -> Option<Call> {
    let token = realm.dialect.route_for(grant)?.token.as_deref()?;
    let request = token_request(realm, who, grant)?;
    let written = realm.dialect.encode_request(&realm.issuer, &request).ok()?;
    let order: Vec<_> = Parameter::ALL
        .iter()
        .filter_map(|parameter| match token.place(*parameter) {
            Place::Body(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let id = match grant {
        GrantType::AuthorizationCode => "code",
        GrantType::RefreshToken => "refresh",
        GrantType::ClientCredentials => "client-credentials",
        GrantType::Password => "password",
    };
    Some(Call::read(id, Some(grant), &written, &order, who, answer::tokens(realm, token, who, grant)))
}

/// The first way in the route's order that the application may use and that proves enough.
fn credentials(route: &TokenRoute, who: &Who, grant: GrantType) -> Option<Credentials> {
    if grant == GrantType::RefreshToken && route.admits(Authenticate::FromToken) {
        return Some(Credentials::FromToken);
    }
    route.authenticate.iter().find_map(|way| match way {
        Authenticate::ClientSecretBasic => by_secret(who, ClientAuthMethod::ClientSecretBasic, SecretPlace::Basic),
        Authenticate::ClientSecretPost => by_secret(who, ClientAuthMethod::ClientSecretPost, SecretPlace::Body),
        Authenticate::Header => by_secret(who, ClientAuthMethod::Header, SecretPlace::Header),
        Authenticate::None => (grant != GrantType::ClientCredentials && who.may_prove(ClientAuthMethod::None))
            .then(|| Credentials::Public { client_id: who.client_id.clone() }),
        Authenticate::FromToken => None,
    })
}

fn by_secret(who: &Who, method: ClientAuthMethod, place: SecretPlace) -> Option<Credentials> {
    who.may_prove(method).then(|| Credentials::secret(place, who.client_id.as_str(), SecretText::new(CLIENT_SECRET)))
}

fn asked(realm: &Realm, who: &Who, grant: GrantType) -> Grant {
    let (scope, resource) = (None, Vec::new());
    match grant {
        GrantType::AuthorizationCode => Grant::AuthorizationCode {
            code: SecretText::new(CODE),
            redirect_uri: Some(who.redirect_uri.clone()),
            code_verifier: proves_key(realm, who).then(|| SecretText::new(CODE_VERIFIER)),
            resource,
        },
        GrantType::RefreshToken => Grant::RefreshToken { refresh_token: SecretText::new(REFRESH_TOKEN), scope, resource },
        GrantType::ClientCredentials => Grant::ClientCredentials { scope, resource },
        GrantType::Password => Grant::Password { username: who.username.clone(), password: SecretText::new(who.password), scope, resource },
    }
}

/// A call by a client with a token as its form's one parameter (RFC 7662 §2.1, RFC 7009 §2.1). It proves itself as it
/// does for tokens.
fn client_call(realm: &Realm, who: &Who, id: &'static str, endpoint: Endpoint, answer: Said) -> Option<Call> {
    let mut request = Request::new(Vec::new());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("{}{}", realm.issuer, realm.dialect.path_of(endpoint)).parse().ok()?;
    let mut form = vec![("token", ACCESS_TOKEN)];
    let ways = realm.dialect.token_routes().flat_map(|(_, token)| token.authenticate.iter());
    let public = endpoint == Endpoint::Revocation;
    let way = ways.copied().find(|way| match way {
        Authenticate::ClientSecretBasic => who.may_prove(ClientAuthMethod::ClientSecretBasic),
        Authenticate::ClientSecretPost => who.may_prove(ClientAuthMethod::ClientSecretPost),
        Authenticate::Header => who.may_prove(ClientAuthMethod::Header),
        Authenticate::None => public && who.may_prove(ClientAuthMethod::None),
        Authenticate::FromToken => false,
    })?;
    let mut header = |name: HeaderName, value: &str| -> Option<()> {
        request.headers_mut().insert(name, HeaderValue::from_str(value).ok()?);
        Some(())
    };
    match way {
        Authenticate::ClientSecretBasic => {
            header(header::AUTHORIZATION, &realm.dialect.basic(&who.client_id, &SecretText::new(CLIENT_SECRET)).ok()?)?;
        }
        Authenticate::ClientSecretPost => form.extend([("client_id", who.client_id.as_str()), ("client_secret", CLIENT_SECRET)]),
        Authenticate::Header => {
            let names = realm.dialect.authentication.header.as_ref()?;
            header(names.id.clone(), &who.client_id)?;
            header(names.secret.clone(), CLIENT_SECRET)?;
        }
        Authenticate::None | Authenticate::FromToken => form.push(("client_id", &who.client_id)),
    }
    header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")?;
    *request.body_mut() = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into_bytes();
    Some(Call::read(id, None, &request, &["token", "client_id", "client_secret"], who, answer))
}

fn bearer_call(id: &'static str, url: &str, realm: &Realm, who: &Who, token: &str, answer: Said) -> Call {
    let mut request = Request::new(Vec::new());
    *request.uri_mut() = url.parse().unwrap_or_default();
    let (name, scheme) = match &realm.dialect.resource {
        Some(format) => (format.header.clone(), ""),
        None => (header::AUTHORIZATION, "Bearer "),
    };
    if let Ok(value) = HeaderValue::from_str(&format!("{scheme}{token}")) {
        request.headers_mut().insert(name, value);
    }
    // As it was written: an address without a path is given none.
    Call { url: url.to_owned(), ..Call::read(id, None, &request, &[], who, answer) }
}

/// What tokens are tried on.
fn api(realm: &Realm) -> String {
    match realm.config.audience.as_deref().filter(|audience| audience.starts_with("http")) {
        Some(audience) => audience.to_owned(),
        None => format!("{}{}", realm.issuer, realm.dialect.path_of(Endpoint::UserInfo)),
    }
}
