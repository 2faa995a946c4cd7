//! What administrators send: documents, changes of documents, and what they looked at before.

use http::header;
use jeton_jose::json::{JsonError, from_slice_strict};
use jeton_oauth::{
    ErrorCode, OAuthError,
    manage::{Fault, Member, Path, did_you_mean},
    media,
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::api::Api;
use crate::failure::Failure;

/// A JSON object as it was sent.
pub type Document = Map<String, Value>;

/// RFC 7396, and JSON in general.
const READABLE: [&str; 2] = ["application/json", "application/merge-patch+json"];

impl Api<'_> {
    /// Refuses what is not said to be JSON in UTF-8 (415).
    pub fn expects_json(&self) -> Result<(), OAuthError> {
        media::refuse_compressed(self.incoming.headers())?;
        match media::media_type(self.incoming.headers(), &READABLE, |name| name)? {
            Some(_) => Ok(()),
            None => Err(media::unreadable(&READABLE, |name| name)),
        }
    }

    /// As [`Api::expects_json`], where nothing needs to be sent.
    pub fn expects_json_or_nothing(&self) -> Result<(), OAuthError> {
        if self.incoming.body.is_empty() && self.incoming.unread.is_none() { Ok(()) } else { self.expects_json() }
    }

    /// The caller has to have looked at what they change: 428 where they do not say so, 412 where it is not
    /// any more what it was. `etag` is that of the entity now.
    pub fn if_match(&self, etag: &str) -> Result<(), OAuthError> {
        if !self.incoming.headers().contains_key(header::IF_MATCH) {
            return Err(OAuthError::new(
                ErrorCode::PreconditionRequired,
                "say what you looked at: send the ETag of your last GET in If-Match, so that nobody's change is lost",
            ));
        }
        self.if_match_at_all(etag)
    }

    /// As [`Api::if_match`], for whoever asks for it.
    pub fn if_match_at_all(&self, etag: &str) -> Result<(), OAuthError> {
        let sent = self.incoming.headers().get_all(header::IF_MATCH);
        let mut tags = sent.iter().flat_map(|value| value.to_str().unwrap_or_default().split(',')).map(str::trim).peekable();
        if tags.peek().is_none() || tags.any(|tag| tag == "*" || tag == etag) {
            return Ok(());
        }
        Err(OAuthError::new(ErrorCode::PreconditionFailed, "it was changed since you looked; look again and decide anew"))
    }

    /// As [`Api::if_match_at_all`], of what is made where there is none: not even `*` is that (RFC 9110 §13.1.1).
    pub fn if_match_of_what_may_be(&self, etag: Option<&str>) -> Result<(), OAuthError> {
        match etag {
            Some(etag) => self.if_match_at_all(etag),
            None if !self.incoming.headers().contains_key(header::IF_MATCH) => Ok(()),
            None => Err(OAuthError::new(ErrorCode::PreconditionFailed, "there is none yet; leave If-Match out to make it")),
        }
    }

    /// Where nothing is to be said, and it may be said what was looked at (415, 412, 413, 400).
    pub async fn expects_nothing(&self, etag: &str) -> Result<(), Failure> {
        self.expects_json_or_nothing()?;
        self.if_match_of_a_first(etag).await?;
        Ok(nothing(self)?)
    }

    /// The object that was sent (413, 400).
    pub fn document(&self) -> Result<Document, OAuthError> {
        if let Some(unread) = &self.incoming.unread {
            return Err(unread.clone());
        }
        from_slice_strict::<Document>(&self.incoming.body).map_err(|error| {
            let (what, instead) = match error {
                JsonError::DuplicateMember { line, column } => {
                    (format!("a member stands twice in one object at line {line}, column {column}"), "write it once")
                }
                JsonError::Syntax { line, column } => {
                    (format!("the body is no JSON from line {line}, column {column} on"), "send a JSON object")
                }
                JsonError::TooDeep => (error.to_string(), "send a flatter JSON object"),
                JsonError::Unexpected { .. } => ("the body is JSON, but no object".to_owned(), "send a JSON object: {…}"),
            };
            OAuthError::faulty(vec![Fault::new(Path::default(), what, instead)])
        })
    }

    /// As [`Api::document`]; the empty one where nothing was sent.
    pub fn document_or_nothing(&self) -> Result<Document, OAuthError> {
        if self.incoming.body.is_empty() && self.incoming.unread.is_none() { Ok(Document::new()) } else { self.document() }
    }
}

/// Where nothing is to be said: nothing, or an empty object.
pub fn nothing(api: &Api<'_>) -> Result<(), OAuthError> {
    let sent = api.document_or_nothing()?;
    let faults = sent.keys().map(|name| Fault::new(name.as_str(), format!("`{name}` is not known here"), "send nothing, or {}"));
    match faults.collect::<Vec<_>>() {
        none if none.is_empty() => Ok(()),
        faults => Err(OAuthError::faulty(faults)),
    }
}

/// A strong entity tag (RFC 9110 §8.8.1): another row of the same name has others.
pub fn etag(id: Uuid, version: u32) -> String {
    let random = id.as_bytes()[12..].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("\"{random}-{version}\"")
}

/// `document` with what `patch` says of it: null takes a member away (RFC 7396). What takes away a member that
/// no such document has is told.
pub fn patched(mut document: Document, patch: &Document, members: &[Member]) -> Result<Document, OAuthError> {
    let known: Vec<&str> = members.iter().map(|member| member.name).collect();
    let unknown = patch.iter().filter(|(name, value)| value.is_null() && !known.contains(&name.as_str()));
    let faults: Vec<Fault> =
        unknown.map(|(name, _)| Fault::new(name.as_str(), format!("`{name}` is not known here"), did_you_mean(name, &known))).collect();
    if !faults.is_empty() {
        return Err(OAuthError::faulty(faults));
    }
    merge(&mut document, patch);
    Ok(document)
}

/// Puts one over the other, in place (RFC 7396).
pub fn merge(document: &mut Document, patch: &Document) {
    for (name, value) in patch {
        match value {
            Value::Null => drop(document.remove(name)),
            Value::Object(inner) => {
                let mut own = match document.remove(name) {
                    Some(Value::Object(own)) => own,
                    _ => Document::new(),
                };
                merge(&mut own, inner);
                document.insert(name.clone(), own.into());
            }
            other => drop(document.insert(name.clone(), other.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Document {
        let Value::Object(members) = value else { panic!("no object") };
        members
    }

    #[test]
    fn a_patch_changes_what_it_names_and_takes_away_what_it_names_null() {
        let document = object(json!({ "title": "Acme", "settings": { "a": 1, "b": 2 }, "scopes": [1] }));
        let patch = object(json!({ "title": null, "settings": { "a": null, "c": { "d": null, "e": 3 } }, "scopes": [] }));
        let member = |name| Member { name, meaning: &[] };
        let members = [member("title"), member("settings"), member("scopes")];
        assert_eq!(
            Value::from(patched(document.clone(), &patch, &members).unwrap()),
            json!({ "settings": { "b": 2, "c": { "e": 3 } }, "scopes": [] })
        );
        let error = patched(document, &object(json!({ "titel": null })), &members).unwrap_err();
        assert_eq!(error.faults[0].path.pointer(), "/titel");
    }

    #[test]
    fn tags_differ_with_version_and_row() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(etag(one, 3), "\"00000001-3\"");
        assert!(etag(one, 3) != etag(one, 4) && etag(one, 3) != etag(other, 3));
    }
}
