//! One call: a request as a dialect wrote it, taken apart again, so that a program can be written that makes it.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, Request, header};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{text, who::Who};
use crate::settings::GrantType;

/// A request of the realm's token API. The reader's own values are marked in all texts.
#[derive(Clone, Debug)]
pub struct Call {
    /// `password`, `introspection`: part of ids.
    pub id: &'static str,
    /// What it is granted by, where it asks for tokens.
    pub grant: Option<GrantType>,
    /// As the dialect has it.
    pub method: Method,
    /// Whole, with its query.
    pub url: String,
    /// Without those that say what the body is, and without Basic.
    pub headers: Vec<(String, String)>,
    /// Id and secret of HTTP Basic, as they are joined.
    pub basic: Option<(String, String)>,
    /// What is sent.
    pub body: Payload,
    /// What is answered where all is well.
    pub answer: Said,
}

/// The body of a request, by name and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// It has none.
    None,
    /// `application/x-www-form-urlencoded`
    Form(Vec<(String, String)>),
    /// A flat object of texts.
    Json(Vec<(String, String)>),
}

impl Payload {
    /// Names and values; nothing where there is no body.
    pub fn pairs(&self) -> &[(String, String)] {
        match self {
            Self::None => &[],
            Self::Form(pairs) | Self::Json(pairs) => pairs,
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Of HTTP.
    pub status: u16,
    /// Indented JSON, or nothing.
    pub body: String,
}

impl Call {
    /// Takes a request apart. `order` names the body's members as documents list them.
    pub(super) fn read(
        id: &'static str,
        grant: Option<GrantType>,
        request: &Request<Vec<u8>>,
        order: &[&str],
        who: &Who,
        answer: Said,
    ) -> Self {
        let mark = |value: &str| if who.owns(value) { text::own(value) } else { text::plain(value) };
        let headers = request.headers();
        let basic = basic(headers);
        let mut body = match media_type(headers) {
            Some("application/json") => Payload::Json(from_json(request.body())),
            Some(_) => Payload::Form(form_urlencoded::parse(request.body()).into_owned().collect()),
            None => Payload::None,
        };
        if let Payload::Form(pairs) | Payload::Json(pairs) = &mut body {
            pairs.sort_by_key(|(name, _)| order.iter().position(|own| own == name));
            pairs.iter_mut().for_each(|(_, value)| *value = mark(value));
        }
        let shown = |name: &header::HeaderName| {
            *name != header::ACCEPT && *name != header::CONTENT_TYPE && !(*name == header::AUTHORIZATION && basic.is_some())
        };
        let of_header = |value: &str| match value.split_once(' ') {
            Some(("Bearer", token)) => format!("Bearer {}", mark(token)),
            _ => mark(value),
        };
        let mut shown: Vec<_> = headers
            .iter()
            .filter(|(name, _)| shown(name))
            .map(|(name, value)| (title_case(name.as_str()), of_header(value.to_str().unwrap_or_default())))
            .collect();
        shown.sort();
        Self {
            id,
            grant,
            method: request.method().clone(),
            url: request.uri().to_string(),
            headers: shown,
            basic: basic.map(|(id, secret)| (text::own(&id), mark(&secret))),
            body,
            answer,
        }
    }

    /// Scheme, host with its port, and the rest, as programs want them apart.
    pub(super) fn parts(&self) -> (&str, &str, &str) {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("https", &self.url));
        let slash = rest.find('/').unwrap_or(rest.len());
        (scheme, &rest[..slash], if slash == rest.len() { "/" } else { &rest[slash..] })
    }

    /// Whether the answer has a body.
    pub(super) fn tells(&self) -> bool {
        !self.answer.body.is_empty()
    }
}

fn media_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::CONTENT_TYPE)?.to_str().ok()
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let joined = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn from_json(body: &[u8]) -> Vec<(String, String)> {
    let members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    members.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned()))).collect()
}

/// As headers are written in documents: `X-Violet-App-Id`.
pub(super) fn title_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
