//! What a request's body is, and that it is packed in nothing: said once, and understood by all alike
//! (RFC 9110 §8.3, §8.4).

use http::{HeaderMap, HeaderName, header};

use crate::{ErrorCode, OAuthError};

/// The value of a header that may stand once; an empty one counts as left out.
///
/// # Errors
/// When it stands twice or is not UTF-8.
pub fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, OAuthError> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(OAuthError::invalid_request(format!("header {name} stands more than once")));
    }
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Ok(Some(text.trim()).filter(|text| !text.is_empty())),
        Err(_) => Err(OAuthError::invalid_request(format!("header {name} is not UTF-8"))),
    }
}

/// Refuses a body in any coding.
pub fn refuse_compressed(headers: &HeaderMap) -> Result<(), OAuthError> {
    match single(headers, &header::CONTENT_ENCODING)? {
        Some(coding) if !coding.eq_ignore_ascii_case("identity") => {
            Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "the body is compressed; send it as it is"))
        }
        _ => Ok(()),
    }
}

/// The one of `readable` that the body is, each under its media type; `None` where it does not say.
///
/// # Errors
/// When it is another, in another charset than UTF-8, or two.
pub fn media_type<T: Copy>(headers: &HeaderMap, readable: &[T], name: impl Fn(T) -> &'static str) -> Result<Option<T>, OAuthError> {
    let Some(sent) = single(headers, &header::CONTENT_TYPE)? else { return Ok(None) };
    match readable.iter().copied().find(|readable| is(sent, name(*readable))) {
        Some(found) => Ok(Some(found)),
        None => Err(unreadable(readable, name)),
    }
}

/// What to send instead.
pub fn unreadable<T: Copy>(readable: &[T], name: impl Fn(T) -> &'static str) -> OAuthError {
    let names: Vec<_> = readable.iter().map(|readable| name(*readable)).collect();
    OAuthError::new(ErrorCode::UnsupportedMediaType, format!("send the body in UTF-8 as {}", names.join(" or ")))
}

/// Names of types and parameters stand in any case, a value perhaps in quotes.
fn is(sent: &str, readable: &str) -> bool {
    let mut parts = sent.split(';').map(str::trim);
    let essence = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case(readable));
    essence
        && parts.all(|parameter| match parameter.split_once('=') {
            Some((name, charset)) if name.eq_ignore_ascii_case("charset") => charset.trim_matches('"').eq_ignore_ascii_case("utf-8"),
            _ => true,
        })
}
