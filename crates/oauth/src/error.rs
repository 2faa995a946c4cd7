//! Why a request is refused, in the field's own codes.

use std::borrow::Cow;

use crate::{
    ClientKey, UserId,
    activity::{About, Reason},
    change::AuditEvent,
    manage::{Fault, RequestId},
    secret::Verifier,
    settings::GrantType,
    time::Seconds,
};

/// The registered error codes that we answer with; each knows its string and its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    // RFC 6749 §5.2
    /// The request lacks something, repeats something, or cannot be read.
    InvalidRequest,
    /// The client did not prove itself; nobody is told how.
    InvalidClient,
    /// Code, refresh token or password are not good, or not this client's.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// Nobody may use this grant here.
    UnsupportedGrantType,
    /// The scope does not exist, or is more than the client may have.
    InvalidScope,
    // RFC 6749 §4.1.2.1
    /// The person, or the realm's rules, said no.
    AccessDenied,
    /// Nothing but `code` is answered.
    UnsupportedResponseType,
    /// Something is broken here.
    ServerError,
    /// It may work later.
    TemporarilyUnavailable,
    // RFC 6750 §3.1
    /// The token is unknown, expired or revoked.
    InvalidToken,
    /// The token lives, and does not allow this.
    InsufficientScope,
    // RFC 7009 §2.2.1
    /// A token of this kind cannot be revoked.
    UnsupportedTokenType,
    // RFC 8707 §2
    /// `resource` names what the client may not ask for.
    InvalidTarget,
    // RFC 7591 §3.2.2
    /// One of the redirect URIs cannot be registered.
    InvalidRedirectUri,
    /// Something else of what a client says of itself cannot be so.
    InvalidClientMetadata,
    /// Software statements are not taken here.
    UnapprovedSoftwareStatement,
    // OpenID Connect Core §3.1.2.6
    /// `prompt=none`, and nobody is signed in, or not as is needed.
    LoginRequired,
    /// `prompt=none`, and the person would have to do something.
    InteractionRequired,
    /// `prompt=none`, and the person would have to approve.
    ConsentRequired,
    /// `prompt=none`, and the person would have to choose an account.
    AccountSelectionRequired,
    /// Request objects (`request`) are not read.
    RequestNotSupported,
    /// `request_uri` is not followed.
    RequestUriNotSupported,
    /// Ours, for pages and the account API: what is named does not exist.
    NotFound,
    /// Ours: others changed the same thing again and again meanwhile.
    Conflict,
    /// Ours: the method does not fit the path.
    MethodNotAllowed,
    /// Ours: the body's media type is not one that the endpoint reads.
    UnsupportedMediaType,
    /// Ours: the request is larger than what the endpoint reads.
    TooLarge,
    /// Ours: the request expects what no server here does (RFC 9110 §10.1.1).
    ExpectationFailed,
    /// Ours: it is not any more what it was when the caller looked (RFC 9110 §13.1.1).
    PreconditionFailed,
    /// Ours: the caller has to say what it looked at (RFC 6585 §3).
    PreconditionRequired,
    /// Ours: the request's own name was another request's.
    NameReused,
    /// Ours: too many attempts; says when to come back.
    TooManyRequests,
}

impl ErrorCode {
    /// The code on the wire; several have one.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::MethodNotAllowed | Self::UnsupportedMediaType | Self::TooLarge | Self::ExpectationFailed => {
                "invalid_request"
            }
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable | Self::TooManyRequests => "temporarily_unavailable",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::LoginRequired => "login_required",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::NotFound => "not_found",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::PreconditionRequired => "precondition_required",
            Self::NameReused => "idempotency_key_reused",
        }
    }

    /// The HTTP status that the standard gives this code when it is answered directly.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken => 401,
            Self::InsufficientScope | Self::AccessDenied => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ExpectationFailed => 417,
            Self::NameReused => 422,
            Self::PreconditionRequired => 428,
            Self::TooManyRequests => 429,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// Whether this is an OAuth refusal, as opposed to a fault of HTTP or of the server: only these
    /// take the status that a dialect gives errors.
    pub const fn is_oauth(self) -> bool {
        matches!(self.status(), 400 | 401 | 403)
    }
}

/// What a dialect may want to tell apart although the standard has one code for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Nothing that has to be told apart.
    #[default]
    General,
    /// The token or code presented was genuine and is too old.
    Expired,
    /// No token was presented at all.
    Missing,
    /// An application sent a person here with a request that is not as it has to be.
    Application,
    /// The redirect URI is not one that the client registered.
    RedirectUri,
    /// What was asked of a person is answered already, or waited too long.
    Finished,
}

/// A refusal: what is said in public, and what only the log learns.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", code.as_str())]
pub struct OAuthError {
    /// What it is called on the wire, and by which status.
    pub code: ErrorCode,
    /// What it is besides the code.
    pub cause: Cause,
    /// For the developer who reads it; `%x20-21 / %x23-5B / %x5D-7E` (RFC 6749 §5.2), no secrets.
    pub description: Cow<'static, str>,
    /// For the operator's log; never sent, and never a secret.
    pub detail: Option<Cow<'static, str>>,
    /// The true cause, for those who own the application; never sent. `None`: what the code says.
    pub reason: Option<Reason>,
    /// When to come back, where that helps.
    pub retry_after: Option<Seconds>,
    /// What is wrong with the document that was sent, place by place; told where the answer can tell it.
    pub faults: Vec<Fault>,
    /// Who was refused, for the operator.
    pub asked: Option<Box<Asked>>,
    /// The client tried HTTP Basic, so the refusal carries `WWW-Authenticate` (RFC 6749 §5.2).
    pub challenge_basic: bool,
}

/// Who was refused, and what they sent that matters: for the log, and for the page that a person reads
/// from. Short, and no secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The name of the request, which its answer carries too.
    pub request: Option<RequestId>,
    /// As it was sent, or as the client is called.
    pub client_id: Option<String>,
    /// The account that it was about, where there is one.
    pub user: Option<UserId>,
    /// As it was sent; `None` where it plays no part.
    pub redirect_uri: Option<String>,
    /// The client, where there is one of that id.
    pub client: Option<ClientKey>,
    /// What it asked for, where that is a grant.
    pub grant: Option<GrantType>,
    /// What the reason speaks of.
    pub about: Option<About>,
    /// The caller showed what the client alone has: a secret, or a genuine code or refresh token of it.
    pub proved: bool,
    /// Hashes of what a client wrongly tried to prove itself with: compared later with what was removed, and
    /// written nowhere.
    pub tried: Vec<Verifier>,
}

impl Asked {
    /// What is known before stays.
    fn learn(&mut self, more: Self) {
        self.request = self.request.or(more.request);
        self.client_id = self.client_id.take().or(more.client_id);
        self.user = self.user.or(more.user);
        self.redirect_uri = self.redirect_uri.take().or(more.redirect_uri);
        self.client = self.client.or(more.client);
        self.grant = self.grant.or(more.grant);
        self.about = self.about.take().or(more.about);
        self.proved |= more.proved;
        self.tried.extend(more.tried);
    }
}

impl From<&AuditEvent> for Asked {
    fn from(event: &AuditEvent) -> Self {
        Self {
            client_id: event.client_id.clone(),
            user: event.user,
            redirect_uri: event.redirect_uri.clone(),
            client: event.client,
            ..Self::default()
        }
    }
}

impl OAuthError {
    /// A refusal that says no more than this.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            cause: Cause::General,
            description: description.into(),
            detail: None,
            reason: None,
            retry_after: None,
            faults: Vec::new(),
            asked: None,
            challenge_basic: false,
        }
    }

    /// Adds what only the log learns.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// What was presented was good once: the dialect may say so.
    #[must_use]
    pub fn expired(mut self) -> Self {
        self.cause = Cause::Expired;
        self
    }

    /// Nothing was presented: the challenge names no error (RFC 6750 §3.1).
    #[must_use]
    pub fn missing(mut self) -> Self {
        self.cause = Cause::Missing;
        self
    }

    /// Says what it is besides the code.
    #[must_use]
    pub fn caused_by(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }

    /// Says when to come back: in so many seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: Seconds) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// What is known of who was refused, besides what was said before.
    #[must_use]
    pub fn asked(mut self, asked: impl FnOnce() -> Asked) -> Self {
        self.asked.get_or_insert_default().learn(asked());
        self
    }

    /// The true cause.
    #[must_use]
    pub fn because(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// The true cause, and what it speaks of.
    #[must_use]
    pub fn because_of(self, reason: Reason, about: About) -> Self {
        self.because(reason).asked(|| Asked { about: Some(about), ..Asked::default() })
    }

    /// Whoever is refused showed what the client alone has.
    #[must_use]
    pub fn proved(self) -> Self {
        self.asked(|| Asked { proved: true, ..Asked::default() })
    }

    /// What the reason speaks of. The answer's own words stand where the reason has none.
    pub fn about(&self) -> About {
        match (self.asked.as_deref().and_then(|asked| asked.about.as_ref()), self.reason()) {
            (Some(about), _) => about.clone(),
            (None, Reason::Malformed | Reason::Other) => About::what(&self.description),
            (None, _) => About::default(),
        }
    }

    /// The true cause, as far as it is known.
    pub fn reason(&self) -> Reason {
        self.reason.unwrap_or_else(|| Reason::of(self.code))
    }

    /// A document that cannot be so.
    pub fn faulty(faults: Vec<Fault>) -> Self {
        let description = match faults.as_slice() {
            [only] => format!("{}; {}", only.what, only.instead),
            several => format!("{} things are wrong with what was sent", several.len()),
        };
        Self { faults, ..Self::invalid_request(description) }
    }

    /// [`ErrorCode::InvalidRequest`] with what is wrong.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// [`ErrorCode::InvalidGrant`]; `description` tells nobody which of its reasons it is.
    pub fn invalid_grant(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// The one answer to every way in which a client can fail to prove itself.
    pub fn invalid_client(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidClient, "client authentication failed").detail(detail)
    }

    /// [`ErrorCode::InvalidToken`] with what may be said of it.
    pub fn invalid_token(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::InvalidToken, description)
    }
}
