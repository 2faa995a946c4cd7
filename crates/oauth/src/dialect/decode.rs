//! A request on the wire becomes one of the protocol's own.

use http::{HeaderMap, request::Parts};

use super::{
    Dialect,
    credentials::{self, Posted},
    token_route::{Authenticate, Body, Parameter, Place, TokenRoute},
};
use crate::{
    ErrorCode, OAuthError, Scope, media,
    parameters::Parameters,
    request::{Credentials, Grant, SecretPlace, TokenRequest},
    secret::SecretText,
    settings::GrantType,
};

impl TokenRoute {
    /// Reads a token request. What is ambiguous is refused; nothing is proven yet.
    pub fn decode(&self, dialect: &Dialect, parts: &Parts, body: &[u8]) -> Result<TokenRequest, OAuthError> {
        let mut sent = Sent {
            route: self,
            headers: &parts.headers,
            query: self.read_query(parts.uri.query())?,
            body: self.read_body(&parts.headers, body)?,
        };
        let grant_type = sent.required(Parameter::GrantType)?;
        let credentials = self.credentials(dialect, &mut sent, grant_type.expose())?;
        let grant_type = GrantType::parse(grant_type.expose())
            .filter(|grant| self.grants.contains(grant))
            .ok_or_else(|| OAuthError::new(ErrorCode::UnsupportedGrantType, "this grant_type is not supported here"))?;
        let grant = match grant_type {
            GrantType::AuthorizationCode => Grant::AuthorizationCode {
                code: sent.required(Parameter::Code)?,
                redirect_uri: sent.text(Parameter::RedirectUri)?,
                code_verifier: sent.take(Parameter::CodeVerifier)?,
                resource: sent.resource()?,
            },
            GrantType::RefreshToken => Grant::RefreshToken {
                refresh_token: sent.required(Parameter::RefreshToken)?,
                scope: sent.scope()?,
                resource: sent.resource()?,
            },
            GrantType::ClientCredentials => Grant::ClientCredentials { scope: sent.scope()?, resource: sent.resource()? },
            GrantType::Password => Grant::Password {
                username: sent.required(Parameter::Username)?.expose().to_owned(),
                password: sent.required(Parameter::Password)?,
                scope: sent.scope()?,
                resource: sent.resource()?,
            },
        };
        Ok(TokenRequest { credentials, grant })
    }

    fn credentials(&self, dialect: &Dialect, sent: &mut Sent<'_>, grant_type: &str) -> Result<Credentials, OAuthError> {
        let posted = Posted { client_id: sent.text(Parameter::ClientId)?, client_secret: sent.take(Parameter::ClientSecret)? };
        let credentials = credentials::read(&dialect.authentication, sent.headers, posted)?;
        let way = match &credentials {
            Credentials::Secret { place: SecretPlace::Basic, .. } => Authenticate::ClientSecretBasic,
            Credentials::Secret { place: SecretPlace::Body, .. } => Authenticate::ClientSecretPost,
            Credentials::Secret { place: SecretPlace::Header, .. } => Authenticate::Header,
            Credentials::Public { .. } => Authenticate::None,
            Credentials::FromToken => Authenticate::FromToken,
            Credentials::Missing if grant_type == GrantType::RefreshToken.as_str() && self.admits(Authenticate::FromToken) => {
                return Ok(Credentials::FromToken);
            }
            Credentials::Missing => return Ok(Credentials::Missing),
        };
        if !self.admits(way) {
            let mut refused = OAuthError::invalid_client("the dialect does not admit this way of client authentication here");
            refused.challenge_basic = way == Authenticate::ClientSecretBasic;
            return Err(refused);
        }
        Ok(credentials)
    }

    /// Parameters of the protocol stand in the URL only where the dialect puts them there
    /// (RFC 6749 §3.2).
    fn read_query(&self, query: Option<&str>) -> Result<Parameters, OAuthError> {
        let Some(query) = query else { return Ok(Parameters::default()) };
        let parameters = Parameters::from_query(query)?;
        let stray = parameters.names().find_map(|name| {
            let known = Parameter::ALL.into_iter().find(|parameter| parameter.as_str() == name)?;
            (!matches!(self.place(known), Place::Query(own) if own == name)).then_some(known.as_str())
        });
        match stray {
            Some(name) => Err(OAuthError::invalid_request(format!("parameter {name} stands in the URL; send it in the body"))),
            None => Ok(parameters),
        }
    }

    fn read_body(&self, headers: &HeaderMap, body: &[u8]) -> Result<Parameters, OAuthError> {
        if self.bodies.is_empty() {
            return match body {
                [] => Ok(Parameters::default()),
                _ => Err(OAuthError::invalid_request("this endpoint reads no body; send none")),
            };
        }
        media::refuse_compressed(headers)?;
        match media::media_type(headers, &self.bodies, Body::media_type)? {
            Some(Body::Form) => Parameters::from_form(body),
            Some(Body::Json) => Parameters::from_json(body),
            None if body.is_empty() => Ok(Parameters::default()),
            None => Err(media::unreadable(&self.bodies, Body::media_type)),
        }
    }
}

/// What was sent, read by the places that the route gives each parameter.
struct Sent<'r> {
    route: &'r TokenRoute,
    headers: &'r HeaderMap,
    query: Parameters,
    body: Parameters,
}

impl Sent<'_> {
    fn take(&mut self, parameter: Parameter) -> Result<Option<SecretText>, OAuthError> {
        Ok(match self.route.place(parameter) {
            Place::Body(name) => self.body.take_secret(name),
            Place::Query(name) => self.query.take_secret(name),
            Place::Header(name) => media::single(self.headers, name)?.map(SecretText::new),
            Place::Constant(value) => Some(SecretText::new(value.as_str())),
        })
    }

    fn text(&mut self, parameter: Parameter) -> Result<Option<String>, OAuthError> {
        Ok(self.take(parameter)?.map(|value| value.expose().to_owned()))
    }

    fn required(&mut self, parameter: Parameter) -> Result<SecretText, OAuthError> {
        self.take(parameter)?.ok_or_else(|| {
            OAuthError::invalid_request(match self.route.place(parameter) {
                Place::Header(name) => format!("header {name} is missing"),
                Place::Body(name) | Place::Query(name) | Place::Constant(name) => format!("parameter {name} is missing"),
            })
        })
    }

    fn scope(&mut self) -> Result<Option<Scope>, OAuthError> {
        let Some(text) = self.take(Parameter::Scope)? else { return Ok(None) };
        match Scope::parse(text.expose()) {
            Ok(scope) => Ok(Some(scope)),
            Err(wrong) => Err(OAuthError::new(ErrorCode::InvalidScope, wrong.to_string())),
        }
    }

    fn resource(&mut self) -> Result<Vec<String>, OAuthError> {
        let mut all = Vec::new();
        match self.route.place(Parameter::Resource) {
            Place::Body(name) => all.extend(self.body.get_all(name).map(str::to_owned)),
            Place::Query(name) => all.extend(self.query.get_all(name).map(str::to_owned)),
            Place::Header(_) | Place::Constant(_) => all.extend(self.text(Parameter::Resource)?),
        }
        Ok(all)
    }
}
