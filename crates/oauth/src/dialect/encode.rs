//! An answer of the protocol's own is written as the dialect says, member by member.

use http::{HeaderValue, Response, header};

use super::{
    date,
    json_text::{push_list, push_member, push_number, push_text},
    member::{Content, Format, Source, UserField},
    token_route::TokenRoute,
};
use crate::{
    model::{Role, Status, User},
    request::TokenAnswer,
};

impl TokenRoute {
    /// Writes the answer to a successful token request (RFC 6749 §5.1).
    pub fn encode_answer(&self, answer: &TokenAnswer) -> Response<Vec<u8>> {
        let mut response = Response::new(self.answer_body(answer));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
        response
    }

    fn answer_body(&self, answer: &TokenAnswer) -> Vec<u8> {
        let mut out = Vec::with_capacity(1536);
        out.push(b'{');
        for member in &self.answer {
            push_member(&mut out, &member.key, |out| match &member.content {
                Content::Value(json) => out.extend_from_slice(json.0.as_bytes()),
                Content::From { source, format, default } => {
                    let before = out.len();
                    push_source(out, source, *format, answer);
                    if let (true, Some(json)) = (out.len() == before, default) {
                        out.extend_from_slice(json.0.as_bytes());
                    }
                }
            });
        }
        out.push(b'}');
        out
    }
}

/// Writes nothing where the source has nothing.
fn push_source(out: &mut Vec<u8>, source: &Source, format: Format, answer: &TokenAnswer) {
    match source {
        Source::AccessToken => push_text(out, answer.access_token.expose()),
        Source::TokenType => push_cased(out, "Bearer", format),
        Source::ExpiresIn => push_number(out, i64::from(answer.expires_in.0)),
        Source::RefreshToken => push_some(out, answer.refresh_token.as_ref().map(|token| token.expose())),
        Source::RefreshExpiresIn => {
            if let Some(seconds) = answer.refresh_expires_in {
                push_number(out, i64::from(seconds.0));
            }
        }
        Source::IdToken => push_some(out, answer.id_token.as_ref().map(|token| token.expose())),
        // An empty scope is no scope string (RFC 6749 §3.3).
        Source::Scope | Source::Scopes if answer.scope.is_empty() => {}
        Source::Scope => push_text(out, &answer.scope.to_string()),
        Source::Scopes => push_list(out, answer.scope.iter(), push_text),
        Source::SessionState => push_some(out, answer.session_state.map(|id| id.to_string()).as_deref()),
        Source::NotBefore => out.extend_from_slice(date::write(answer.not_before, format).as_bytes()),
        Source::User(field) => {
            if let Some(user) = &answer.user {
                push_user(out, field, format, user);
            }
        }
    }
}

fn push_user(out: &mut Vec<u8>, field: &UserField, format: Format, user: &User) {
    match field {
        UserField::Number => push_number(out, user.account.number),
        UserField::Sub => push_text(out, &user.account.sub),
        UserField::Username => push_text(out, &user.username),
        UserField::Name => push_some(out, user.profile.name.as_deref()),
        UserField::GivenName => push_some(out, user.profile.given_name.as_deref()),
        UserField::FamilyName => push_some(out, user.profile.family_name.as_deref()),
        UserField::Email => push_some(out, user.email.as_ref().map(|email| email.address.as_str())),
        UserField::EmailVerified => {
            let verified = user.email.as_ref().is_some_and(|email| email.verified);
            out.extend_from_slice(if verified { b"true" } else { b"false" });
        }
        UserField::Type => {
            if let Some(text) = &user.user_type {
                push_cased(out, text, format);
            }
        }
        UserField::Status => {
            let text = match user.account.status {
                Status::Active => "active",
                Status::Disabled => "disabled",
            };
            push_cased(out, text, format);
        }
        UserField::Roles => push_list(out, &user.roles, push_role),
        UserField::CreatedAt => out.extend_from_slice(date::write(user.created_at, format).as_bytes()),
        UserField::UpdatedAt => out.extend_from_slice(date::write(user.updated_at, format).as_bytes()),
        UserField::Attribute(name) => {
            if let Some(value) = user.attributes.get(name) {
                out.extend_from_slice(value.to_string().as_bytes());
            }
        }
    }
}

fn push_role(out: &mut Vec<u8>, role: &Role) {
    out.extend_from_slice(b"{\"name\":");
    push_text(out, &role.name);
    out.extend_from_slice(b",\"permissions\":");
    push_list(out, &role.permissions, |out, permission| push_text(out, permission));
    out.push(b'}');
}

fn push_some(out: &mut Vec<u8>, text: Option<&str>) {
    if let Some(text) = text {
        push_text(out, text);
    }
}

fn push_cased(out: &mut Vec<u8>, text: &str, format: Format) {
    match format {
        Format::Lower => push_text(out, &text.to_lowercase()),
        Format::Upper => push_text(out, &text.to_uppercase()),
        _ => push_text(out, text),
    }
}
