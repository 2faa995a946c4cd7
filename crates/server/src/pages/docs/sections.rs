//! What the public page and an application's tab both say: how tokens are got, used and refreshed, and what is
//! answered in their place.

use jeton_oauth::{
    Seconds,
    model::Realm,
    samples::{self, Calls, Refusal, Who, authorization_url, refusals, resource_call, resource_header},
    settings::{Developers, GrantType, TokenFormat},
};
use serde::Serialize;

use super::shown::{Block, CallShown, block, shown, span};
use crate::{page_parts::texts::text, pages::frame::Frame};

#[derive(Serialize)]
pub struct Sections {
    facts: Facts,
    grants: Vec<Grant>,
    /// Where access tokens are put.
    header: String,
    scheme: &'static str,
    resource: CallShown,
    refresh: Option<CallShown>,
    errors: Vec<ErrorShown>,
}

/// What holds for these tokens.
#[derive(Serialize)]
struct Facts {
    issuer: String,
    token: String,
    /// None: an opaque string.
    signed: Option<&'static str>,
    access_lives: String,
    refresh: Option<RefreshFacts>,
    code_lives: String,
}

#[derive(Serialize)]
struct RefreshFacts {
    lives: String,
    rotates: bool,
}

/// How tokens are given by one grant.
#[derive(Serialize)]
struct Grant {
    call: CallShown,
    /// The grant's name in the protocol.
    name: &'static str,
    title: String,
    lead: String,
    /// For the code grant: where the browser is sent, and how the verifier is made.
    authorization: Option<Block>,
    verifier: Option<Block>,
}

#[derive(Serialize)]
struct ErrorShown {
    status: u16,
    error: &'static str,
    body: String,
    advice: String,
}

impl Sections {
    pub fn of(realm: &Realm, who: &Who, calls: &Calls, frame: &Frame<'_>) -> Self {
        let (header, scheme) = resource_header(realm);
        Self {
            facts: facts(realm, calls, frame),
            grants: calls.grants.iter().map(|call| grant(realm, who, call, frame)).collect(),
            header,
            scheme,
            resource: shown(&resource_call(realm, who, samples::ACCESS_TOKEN)),
            refresh: calls.refresh.as_ref().map(shown),
            errors: refusals(realm).into_iter().map(|refusal| error(refusal, frame)).collect(),
        }
    }
}

/// What a grant is called on pages.
pub fn title_of(grant: GrantType) -> &'static str {
    match grant {
        GrantType::AuthorizationCode | GrantType::RefreshToken => "docs-code",
        GrantType::ClientCredentials => "docs-client-credentials",
        GrantType::Password => "docs-password",
    }
}

fn facts(realm: &Realm, calls: &Calls, frame: &Frame<'_>) -> Facts {
    let settings = &realm.settings;
    let lives = |seconds: Seconds| span(frame, seconds);
    Facts {
        issuer: realm.issuer.clone(),
        token: calls.grants.first().map(|call| format!("{} {}", call.method, call.url)).unwrap_or_default(),
        signed: (settings.access_token_format == TokenFormat::Jwt).then(|| settings.access_token_alg.name()),
        access_lives: lives(settings.access_token_lifetime),
        refresh: calls
            .refresh
            .as_ref()
            .map(|_| RefreshFacts { lives: lives(settings.refresh_token_lifetime), rotates: settings.refresh_token_rotation }),
        code_lives: lives(settings.authorization_code_lifetime),
    }
}

fn grant(realm: &Realm, who: &Who, call: &samples::Call, frame: &Frame<'_>) -> Grant {
    let grant = call.grant.unwrap_or(GrantType::AuthorizationCode);
    let lead = match grant {
        GrantType::AuthorizationCode | GrantType::RefreshToken => "docs-code-lead",
        GrantType::ClientCredentials => "docs-client-credentials-lead",
        GrantType::Password if realm.settings.developers == Developers::Off => "docs-password-lead",
        GrantType::Password => "docs-password-lead-api-user",
    };
    let is_code = grant == GrantType::AuthorizationCode;
    let url = authorization_url(realm, who);
    let proves = is_code && url.contains("code_challenge");
    Grant {
        call: shown(call),
        name: grant.as_str(),
        title: frame.say(&text(title_of(grant))),
        lead: frame.say(&text(lead)),
        authorization: is_code.then(|| block("authorization", &frame.say(&text("docs-address")), &url)),
        verifier: proves.then(|| block("verifier", "sh", VERIFIER)),
    }
}

/// RFC 7636 §4.1, §4.2.
const VERIFIER: &str = "CODE_VERIFIER=$(openssl rand -base64 48 | tr +/ -_)
CODE_CHALLENGE=$(printf %s $CODE_VERIFIER | openssl dgst -sha256 -binary | openssl base64 | tr +/ -_ | tr -d =)";

fn error(refusal: Refusal, frame: &Frame<'_>) -> ErrorShown {
    let advice = match refusal.about {
        "invalid_request" => "docs-error-invalid-request",
        "invalid_client" => "docs-error-invalid-client",
        "invalid_grant" => "docs-error-invalid-grant",
        "unauthorized_client" => "docs-error-unauthorized-client",
        "unsupported_grant_type" => "docs-error-unsupported-grant-type",
        "invalid_scope" => "docs-error-invalid-scope",
        "too_many_requests" => "docs-error-too-many-requests",
        "invalid_token" => "docs-error-invalid-token",
        _ => "docs-error-unavailable",
    };
    ErrorShown { status: refusal.status, error: refusal.error, body: refusal.body, advice: frame.say(&text(advice)) }
}
