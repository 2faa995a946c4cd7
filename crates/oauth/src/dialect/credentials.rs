//! Who the client says it is: exactly one way per request (RFC 6749 §2.3).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header, request::Parts};
use zeroize::Zeroizing;

use super::{BasicDecoding, ClientAuthentication, Dialect};
use crate::{
    OAuthError,
    media::single,
    parameters::{Parameters, form_decode},
    request::{AsSent, Credentials, SecretPlace},
    secret::SecretText,
};

impl Dialect {
    /// The client's credentials on an endpoint that is not re-written: introspection, revocation.
    pub fn decode_credentials(&self, parts: &Parts, parameters: &mut Parameters) -> Result<Credentials, OAuthError> {
        let posted = Posted { client_id: parameters.take("client_id"), client_secret: parameters.take_secret("client_secret") };
        read(&self.authentication, &parts.headers, posted)
    }
}

/// What the body says about the client.
pub(super) struct Posted {
    pub(super) client_id: Option<String>,
    pub(super) client_secret: Option<SecretText>,
}

pub(super) fn read(authentication: &ClientAuthentication, headers: &HeaderMap, posted: Posted) -> Result<Credentials, OAuthError> {
    let tries_basic = headers.contains_key(header::AUTHORIZATION);
    read_one(authentication, headers, posted).map_err(|mut refused| {
        refused.challenge_basic = tries_basic;
        refused
    })
}

fn read_one(authentication: &ClientAuthentication, headers: &HeaderMap, posted: Posted) -> Result<Credentials, OAuthError> {
    let basic = basic(authentication.basic, headers)?;
    let in_headers = header_pair(authentication, headers)?;
    let ways = usize::from(basic.is_some()) + usize::from(in_headers.is_some()) + usize::from(posted.client_secret.is_some());
    if ways > 1 {
        return Err(OAuthError::invalid_request("the client authenticates in more than one way; use one"));
    }
    let credentials = match (basic, in_headers, posted.client_secret) {
        (Some(basic), ..) => basic,
        (_, Some((id, secret)), _) => Credentials::secret(SecretPlace::Header, id, secret),
        (_, _, Some(secret)) => match posted.client_id {
            Some(client_id) => return Ok(Credentials::secret(SecretPlace::Body, client_id, secret)),
            None => return Err(OAuthError::invalid_request("parameter client_id is missing")),
        },
        _ => return Ok(posted.client_id.map_or(Credentials::Missing, |client_id| Credentials::Public { client_id })),
    };
    let names = |id: &str| credentials.client_id() == Some(id) || credentials.as_sent().is_some_and(|sent| sent.client_id == id);
    if posted.client_id.is_some_and(|named| !names(&named)) {
        return Err(OAuthError::invalid_request("parameter client_id names another client than the one that authenticates"));
    }
    Ok(credentials)
}

/// RFC 7617. Form-encoded as RFC 6749 §2.3.1 says, or, since many clients leave that out, as it stands;
/// where the dialect says so, as it stands alone.
fn basic(decoding: BasicDecoding, headers: &HeaderMap) -> Result<Option<Credentials>, OAuthError> {
    let Some(value) = single(headers, &header::AUTHORIZATION)? else { return Ok(None) };
    let Some((scheme, encoded)) = value.split_once(' ') else {
        return Err(OAuthError::invalid_client("an Authorization header without credentials"));
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(OAuthError::invalid_client("an Authorization header of another scheme than Basic"));
    }
    let sent = STANDARD
        .decode(encoded.trim())
        .map(Zeroizing::new)
        .map_err(|_| OAuthError::invalid_client("Basic credentials that are not base64"))?;
    let Some(colon) = sent.iter().position(|byte| *byte == b':') else {
        return Err(OAuthError::invalid_client("Basic credentials without a colon"));
    };
    let (id, secret) = (&sent[..colon], &sent[colon + 1..]);
    let encoded = |bytes: &[u8]| bytes.iter().any(|byte| matches!(byte, b'+' | b'%'));
    let raw = || Some((std::str::from_utf8(id).ok()?.to_owned(), SecretText::new(std::str::from_utf8(secret).ok()?)));
    let decoded = || Some((form_decode(id).ok()?, SecretText::new(form_decode(secret).ok()?)));
    let plain = |pair: &(String, SecretText)| !pair.0.chars().chain(pair.1.expose().chars()).any(char::is_control);
    let (first, second) = match decoding {
        BasicDecoding::Form if encoded(id) || encoded(secret) => (decoded().filter(plain), raw().filter(plain)),
        BasicDecoding::Form | BasicDecoding::Raw => (raw().filter(plain), None),
    };
    let (first, second) = if first.is_some() { (first, second) } else { (second, None) };
    let (client_id, secret) = first.ok_or_else(|| OAuthError::invalid_client("Basic credentials that do not decode to text"))?;
    if client_id.is_empty() {
        return Err(OAuthError::invalid_client("Basic credentials without an id"));
    }
    let as_sent = second.map(|(client_id, secret)| Box::new(AsSent { client_id, secret }));
    Ok(Some(Credentials::Secret { place: SecretPlace::Basic, client_id, secret, as_sent }))
}

fn header_pair(authentication: &ClientAuthentication, headers: &HeaderMap) -> Result<Option<(String, SecretText)>, OAuthError> {
    let Some(names) = &authentication.header else { return Ok(None) };
    match (single(headers, &names.id)?, single(headers, &names.secret)?) {
        (Some(id), Some(secret)) => Ok(Some((id.to_owned(), SecretText::new(secret)))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(OAuthError::invalid_request(format!("header {} is missing", names.id))),
        (Some(_), None) => Err(OAuthError::invalid_request(format!("header {} is missing", names.secret))),
    }
}
