//! A request that found its realm and its endpoint: its parts, its whole body, and who sent it.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, AsHeaderName},
    request::Parts,
};
use jeton_oauth::{
    Endpoint, OAuthError, Scope,
    bearer::LiveToken,
    client_auth::AuthenticatedClient,
    dialect::{Standing, TokenRoute, path_parameter},
    manage::Administrator,
    media,
    model::{Account, Session},
    parameters::Parameters,
};

use crate::{
    app::Scene,
    failure::{Broken, Failure},
    respond::not_found,
};

pub struct Incoming {
    pub scene: Scene,
    pub parts: Parts,
    pub body: Bytes,
    /// Why the body was not read, where that is told after it is known who asks.
    pub unread: Option<OAuthError>,
    pub standing: Standing,
    /// Bytes of the address's path that are the issuer's.
    pub prefix: usize,
    /// Who proved to be asking, as the endpoint's policy wants it.
    pub caller: Caller,
    /// Of a form that a client posted to prove itself, without what proved it.
    pub parameters: Parameters,
}

/// Who is asking.
pub enum Caller {
    /// Nobody was asked.
    Anybody,
    Client(AuthenticatedClient),
    Token(Box<LiveToken>),
    Session(Box<Current>),
    Administrator(Box<Admitted>),
}

/// An administrator who proved to be asking.
pub struct Admitted {
    pub administrator: Administrator,
    /// What the token may be used for; a session for all that its administrator may do.
    pub scope: Option<Scope>,
}

/// Somebody is signed in with this browser.
pub struct Current {
    pub session: Session,
    pub account: Account,
}

impl Incoming {
    pub fn endpoint(&self) -> Endpoint {
        self.standing.endpoint
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    pub fn is(&self, method: &Method) -> bool {
        self.parts.method == *method
    }

    /// The client that the policy asked for.
    pub fn client(&self) -> Result<&AuthenticatedClient, Failure> {
        match &self.caller {
            Caller::Client(client) => Ok(client),
            _ => Err(Broken::Unproven.into()),
        }
    }

    /// The access token that the policy asked for.
    pub fn token(&self) -> Result<&LiveToken, Failure> {
        match &self.caller {
            Caller::Token(token) => Ok(token),
            _ => Err(Broken::Unproven.into()),
        }
    }

    /// The administrator that the policy asked for.
    pub fn administrator(&self) -> Result<&Admitted, Failure> {
        match &self.caller {
            Caller::Administrator(admitted) => Ok(admitted),
            _ => Err(Broken::Unproven.into()),
        }
    }

    /// How the realm's dialect reads and answers token requests here.
    pub fn token_route(&self) -> Option<&TokenRoute> {
        self.scene.realm.dialect.token_route(self.standing)
    }

    /// A segment of the path, by its name in the table of endpoints; nothing stands where it does not decode.
    pub fn path_parameter(&self, name: &str) -> Result<String, OAuthError> {
        let sent = path_parameter(self.standing.pattern, self.path(), name).ok_or_else(not_found)?;
        percent_decode(sent).ok_or_else(not_found)
    }

    /// Whether a browser asks for a page, or sends a page's form, where programs are answered too: it
    /// shows no token.
    pub fn is_for_people(&self) -> bool {
        let form =
            || media::media_type(self.headers(), &["application/x-www-form-urlencoded"], |name| name).is_ok_and(|found| found.is_some());
        let page = || self.text_header(ACCEPT).is_some_and(|accept| accept.contains("text/html"));
        let safe = self.parts.method.is_safe();
        !self.has_bearer() && page() && (safe || form())
    }

    /// Whether the request carries a token where one may stand.
    pub fn has_bearer(&self) -> bool {
        self.headers().contains_key(AUTHORIZATION) || self.token_headers().next().is_some()
    }

    /// The header that the realm's dialect names for tokens.
    pub fn token_headers(&self) -> impl Iterator<Item = &HeaderValue> {
        let format = self.scene.realm.dialect.resource.as_ref();
        format.into_iter().flat_map(|format| self.headers().get_all(&format.header))
    }

    /// Parameters of the query.
    pub fn query(&self) -> Result<Parameters, OAuthError> {
        Parameters::from_query(self.parts.uri.query().unwrap_or_default())
    }

    /// Parameters of a form body; any other content type is refused.
    pub fn form(&self) -> Result<Parameters, OAuthError> {
        self.expect_media_type("application/x-www-form-urlencoded")?;
        Parameters::from_form(&self.body)
    }

    /// Parameters of a form that stands on a page of ours.
    pub fn page_form(&self) -> Result<Parameters, OAuthError> {
        self.expect_media_type("application/x-www-form-urlencoded")?;
        Parameters::from_page(&self.body)
    }

    /// The address's path below the issuer.
    pub fn path(&self) -> &str {
        self.parts.uri.path().get(self.prefix..).unwrap_or_default()
    }

    /// Refuses a body that is not said to be of this media type, in UTF-8.
    pub fn expect_media_type(&self, expected: &'static str) -> Result<(), OAuthError> {
        match media::media_type(self.headers(), &[expected], |name| name)? {
            Some(_) => Ok(()),
            None => Err(media::unreadable(&[expected], |name| name)),
        }
    }

    pub fn text_header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.parts.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// RFC 3986 §2.1; in a path, `+` is itself.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        bytes.push(match byte {
            b'%' => {
                let (digits, tail) = rest.split_first_chunk::<2>()?;
                rest = tail;
                u8::from_str_radix(std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?, 16).ok()?
            }
            other => *other,
        });
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::percent_decode;

    #[test]
    fn a_segment_decodes_wholly_or_not_at_all() {
        assert_eq!(percent_decode("a%2Fb+c%C3%A4").as_deref(), Some("a/b+c\u{e4}"));
        for broken in ["%", "%4", "%zz", "%+1", "%ff", "%00"] {
            assert_eq!(percent_decode(broken), None, "{broken}");
        }
    }
}
