//! The client's side of a dialect: a request of the protocol's own is put on the wire.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    BasicDecoding, Dialect, Route,
    token_route::{Authenticate, Body, Parameter, Place, TokenRoute},
};
use crate::{
    Scope,
    request::{Credentials, Grant, SecretPlace, TokenRequest},
    secret::SecretText,
    settings::GrantType,
};

/// The dialect has no place for a part of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this dialect does not carry {0}")]
pub struct NotCarried(pub &'static str);

impl Dialect {
    /// The route to send a grant to.
    pub fn route_for(&self, grant: GrantType) -> Option<&Route> {
        self.token_routes().find(|(_, token)| token.grants.contains(&grant)).map(|(route, _)| route)
    }

    /// Writes a token request to the realm at `issuer`.
    pub fn encode_request(&self, issuer: &str, request: &TokenRequest) -> Result<Request<Vec<u8>>, NotCarried> {
        let (route, token) =
            self.token_routes().find(|(_, token)| token.grants.contains(&request.grant.grant_type())).ok_or(NotCarried("this grant"))?;
        let method = route.methods.first().cloned().unwrap_or(Method::POST);
        token.encode_request(self, method, &format!("{issuer}{}", route.path), request)
    }
}

impl Dialect {
    /// The `Authorization` header of a client that proves itself by HTTP Basic.
    pub(crate) fn basic(&self, client_id: &str, secret: &SecretText) -> Result<String, NotCarried> {
        let joined = match self.authentication.basic {
            BasicDecoding::Raw if client_id.contains(':') => return Err(NotCarried("a client_id with a colon")),
            BasicDecoding::Raw => format!("{client_id}:{}", secret.expose()),
            BasicDecoding::Form => format!("{}:{}", form_encode(client_id), form_encode(secret.expose())),
        };
        Ok(format!("Basic {}", STANDARD.encode(joined)))
    }
}

impl TokenRoute {
    /// Writes a token request to this route, which is at `url`.
    pub fn encode_request(
        &self,
        dialect: &Dialect,
        method: Method,
        url: &str,
        request: &TokenRequest,
    ) -> Result<Request<Vec<u8>>, NotCarried> {
        let mut written = Written { route: self, headers: HeaderMap::new(), body: Vec::new(), query: Vec::new() };
        if !self.grants.contains(&request.grant.grant_type()) {
            return Err(NotCarried("this grant"));
        }
        written.credentials(dialect, &request.credentials)?;
        written.grant(&request.grant)?;
        written.send(method, url)
    }
}

/// A request while it is written.
struct Written<'r> {
    route: &'r TokenRoute,
    headers: HeaderMap,
    body: Vec<(&'r str, Cow<'r, str>)>,
    query: Vec<(&'r str, Cow<'r, str>)>,
}

impl<'r> Written<'r> {
    fn credentials(&mut self, dialect: &Dialect, credentials: &'r Credentials) -> Result<(), NotCarried> {
        let admits = |way| if self.route.admits(way) { Ok(()) } else { Err(NotCarried("this way of client authentication")) };
        match credentials {
            Credentials::Secret { place: SecretPlace::Basic, client_id, secret, .. } => {
                admits(Authenticate::ClientSecretBasic)?;
                self.header(header::AUTHORIZATION, &dialect.basic(client_id, secret)?)
            }
            Credentials::Secret { place: SecretPlace::Body, client_id, secret, .. } => {
                admits(Authenticate::ClientSecretPost)?;
                self.put(Parameter::ClientId, client_id)?;
                self.put(Parameter::ClientSecret, secret.expose())
            }
            Credentials::Secret { place: SecretPlace::Header, client_id, secret, .. } => {
                admits(Authenticate::Header)?;
                let names = dialect.authentication.header.as_ref().ok_or(NotCarried("credentials in headers"))?;
                self.header(names.id.clone(), client_id)?;
                self.header(names.secret.clone(), secret.expose())
            }
            Credentials::Public { client_id } => {
                admits(Authenticate::None)?;
                self.put(Parameter::ClientId, client_id)
            }
            Credentials::FromToken => admits(Authenticate::FromToken),
            Credentials::Missing => Ok(()),
        }
    }

    fn grant(&mut self, grant: &'r Grant) -> Result<(), NotCarried> {
        self.put(Parameter::GrantType, grant.grant_type().as_str())?;
        match grant {
            Grant::AuthorizationCode { code, redirect_uri, code_verifier, resource } => {
                self.put(Parameter::Code, code.expose())?;
                self.put_some(Parameter::RedirectUri, redirect_uri.as_deref())?;
                self.put_some(Parameter::CodeVerifier, code_verifier.as_ref().map(SecretText::expose))?;
                self.resource(resource)
            }
            Grant::RefreshToken { refresh_token, scope, resource } => {
                self.put(Parameter::RefreshToken, refresh_token.expose())?;
                self.scope(scope.as_ref())?;
                self.resource(resource)
            }
            Grant::ClientCredentials { scope, resource } => {
                self.scope(scope.as_ref())?;
                self.resource(resource)
            }
            Grant::Password { username, password, scope, resource } => {
                self.put(Parameter::Username, username)?;
                self.put(Parameter::Password, password.expose())?;
                self.scope(scope.as_ref())?;
                self.resource(resource)
            }
        }
    }

    fn scope(&mut self, scope: Option<&Scope>) -> Result<(), NotCarried> {
        self.put_some(Parameter::Scope, scope.map(Scope::to_string))
    }

    fn resource(&mut self, all: &'r [String]) -> Result<(), NotCarried> {
        all.iter().try_for_each(|resource| self.put(Parameter::Resource, resource))
    }

    fn put_some(&mut self, parameter: Parameter, value: Option<impl Into<Cow<'r, str>>>) -> Result<(), NotCarried> {
        value.map_or(Ok(()), |value| self.put(parameter, value))
    }

    fn put(&mut self, parameter: Parameter, value: impl Into<Cow<'r, str>>) -> Result<(), NotCarried> {
        let value = value.into();
        match self.route.place(parameter) {
            Place::Body(name) if !self.route.bodies.is_empty() => self.body.push((name, value)),
            Place::Body(_) => return Err(NotCarried(parameter.as_str())),
            Place::Query(name) => self.query.push((name, value)),
            Place::Header(name) => self.header(name.clone(), &value)?,
            Place::Constant(constant) if *constant == value => {}
            Place::Constant(_) => return Err(NotCarried(parameter.as_str())),
        }
        Ok(())
    }

    fn header(&mut self, name: HeaderName, value: &str) -> Result<(), NotCarried> {
        let mut value = HeaderValue::from_str(value).map_err(|_| NotCarried("this text in a header"))?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }

    fn send(mut self, method: Method, url: &str) -> Result<Request<Vec<u8>>, NotCarried> {
        let query = form(&self.query);
        let url = if query.is_empty() { url.to_owned() } else { format!("{url}?{query}") };
        let body = match self.route.bodies.first() {
            Some(Body::Form) => form(&self.body).into_bytes(),
            Some(Body::Json) => json(&self.body).into_bytes(),
            None => Vec::new(),
        };
        if let Some(kind) = self.route.bodies.first() {
            self.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
        }
        self.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let mut request = Request::builder().method(method).uri(url).body(body).map_err(|_| NotCarried("this URL"))?;
        *request.headers_mut() = self.headers;
        Ok(request)
    }
}

fn form(pairs: &[(&str, Cow<'_, str>)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn form_encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A name that repeats becomes a list.
fn json(pairs: &[(&str, Cow<'_, str>)]) -> String {
    let mut object = Map::new();
    for (name, value) in pairs {
        let value = Value::from(value.as_ref());
        match object.get_mut(*name) {
            None => drop(object.insert((*name).to_owned(), value)),
            Some(Value::Array(list)) => list.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    Value::Object(object).to_string()
}
