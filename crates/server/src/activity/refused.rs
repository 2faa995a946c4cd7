//! A refusal on its way from where it was decided to where it is counted.

use std::{borrow::Cow, net::IpAddr};

use jeton_oauth::{
    ClientKey, ErrorCode, OAuthError,
    activity::{About, Call, Reason},
    authorize::AuthorizationResponse,
    secret::Verifier,
};

/// Why somebody was refused, and what they tried.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    /// `None`: none that is known.
    pub client: Option<ClientKey>,
    pub call: Call,
    pub reason: Reason,
    pub error: Cow<'static, str>,
    pub about: About,
    pub from: Option<IpAddr>,
    /// The caller showed what the client alone has.
    pub proved: bool,
    /// Hashes of what was wrong, for as long as it takes to compare them with what was removed.
    pub tried: Vec<Verifier>,
}

impl Refused {
    /// What a refusal says of itself.
    pub fn of(error: &OAuthError, call: Call, client: Option<ClientKey>, from: Option<IpAddr>) -> Self {
        let asked = error.asked.as_deref();
        Self {
            client,
            call: asked.and_then(|asked| asked.grant).map_or(call, Call::from),
            reason: error.reason(),
            error: error.code.as_str().into(),
            about: error.about(),
            from,
            proved: asked.is_some_and(|asked| asked.proved),
            tried: asked.map(|asked| asked.tried.clone()).unwrap_or_default(),
        }
    }

    /// A refusal that travels to the application by redirect; `None` for what is none. Anybody's browser brings one
    /// about.
    pub fn by_redirect(response: &AuthorizationResponse, from: Option<IpAddr>) -> Option<Self> {
        let (reason, about) = response.reason()?;
        let error = response.error().map_or("", ErrorCode::as_str);
        let client = Some(response.client);
        let call = Call::Authorization;
        Some(Self { client, call, reason, error: error.into(), about: about.clone(), from, proved: false, tried: Vec::new() })
    }
}
