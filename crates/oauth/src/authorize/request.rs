//! Whether an authorization request may be answered, and where.

use std::{ops::Deref, sync::Arc};

use jeton_jose::base64url;
use serde::{Deserialize, Serialize};

use super::{AuthorizationResponse, Hint};
use crate::{
    Context, Effect, ErrorCode, OAuthError, Scope,
    activity::{About, Reason},
    change::AuditKind,
    error::Cause,
    issue::{requested_audience, requested_scope},
    manage::Who,
    model::{Client, Realm},
    parameters::Parameters,
    redirect_uri::{RedirectUri, is_on_device},
    settings::GrantType,
};

/// A request whose client and redirect URI are proven and whose parameters make sense.
#[derive(Clone, Debug)]
pub struct AuthorizationRequest {
    /// Who asks; active, and may use the code grant.
    pub client: Arc<Client>,
    /// What it asks for.
    pub asked: Asked,
    /// Optional scopes that the person did not keep, once they answered.
    pub left_out: Scope,
}

/// What a request asks for, without its client: it can wait for a person, and is checked again by
/// [`AuthorizationRequest::resume`] before it is believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Where the response goes: a URI that the client registered, as it was presented.
    pub redirect_uri: String,
    /// Whether the request named it; if so the token request must too.
    pub redirect_uri_sent: bool,
    /// Goes back to the client as it came (RFC 6749 §4.1.1).
    pub state: Option<String>,
    /// What is asked for, or the client's default where nothing was (RFC 6749 §3.3); all of it is allowed.
    pub scope: Scope,
    /// The resources that were named (RFC 8707 §2); `None` for the realm's default audience.
    pub audience: Option<Vec<String>>,
    /// The S256 challenge (RFC 7636 §4.2), decoded; `None` where PKCE is neither used nor needed.
    pub code_challenge: Option<[u8; 32]>,
    /// For the ID token, as it came (OpenID Connect Core §3.1.2.1).
    pub nonce: Option<String>,
    /// Which pages must be shown, or must not.
    pub prompt: Prompt,
    /// Seconds since the last sign-in that are still recent enough.
    pub max_age: Option<u32>,
    /// Whose name stands in the sign-in form already (OpenID Connect Core §3.1.2.1).
    pub login_hint: Option<String>,
    /// Whom the application expects, where it sent `id_token_hint`: proven by whoever holds the keys.
    #[serde(default)]
    pub id_token_hint: Option<Hint>,
    /// Languages that the application would like, best first (OpenID Connect Core §3.1.2.1).
    pub ui_locales: Option<String>,
    /// How strong a sign-in the application would like, best first (OpenID Connect Core §3.1.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr_values: Option<String>,
}

impl Deref for AuthorizationRequest {
    type Target = Asked;
    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl AuthorizationRequest {
    /// Takes up what waited: client and realm may have changed meanwhile.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn resume(asked: Asked, client: Option<&Arc<Client>>, realm: &Realm) -> Result<Self, Rejected> {
        let client = client.filter(|client| client.is_active()).ok_or_else(|| Rejected::Page(unknown_client()))?;
        if !client.returns_to(&asked.redirect_uri) {
            return Err(Rejected::Page(unregistered()));
        }
        let back = |error: OAuthError| {
            Rejected::Redirect(Box::new(AuthorizationResponse::refusal(
                client.key,
                &asked.redirect_uri,
                asked.state.clone(),
                realm,
                &error,
            )))
        };
        if !client.may(GrantType::AuthorizationCode) {
            return Err(back(not_allowed()));
        }
        requested_scope(Some(&asked.scope), client, realm).map_err(back)?;
        requested_audience(asked.audience.as_deref().unwrap_or_default(), client, realm).map_err(back)?;
        Ok(Self { client: Arc::clone(client), asked, left_out: Scope::default() })
    }

    /// The request without the optional scopes that the person did not keep.
    #[must_use]
    pub fn keeping(&self, kept: impl Fn(&str) -> bool, realm: &Realm) -> Self {
        let (stays, goes): (Vec<_>, Vec<_>) = self.scope.iter().partition(|token| !realm.is_optional(token) || kept(token));
        let of = |tokens: Vec<&str>| Scope::from_tokens(tokens).unwrap_or_default();
        Self { client: Arc::clone(&self.client), asked: Asked { scope: of(stays), ..self.asked.clone() }, left_out: of(goes) }
    }
}

impl AuthorizationRequest {
    /// Whether any program on the person's device may have sent this in the client's name: it keeps no
    /// secret, and its redirect URI proves nothing. Such a request is always asked about (RFC 8252 §8.6).
    pub fn may_be_anybodys(&self) -> bool {
        self.client.is_public() && is_on_device(&self.redirect_uri)
    }

    /// Whether people are not asked, as the client belongs to those who run the realm.
    pub fn is_trusted(&self) -> bool {
        self.client.trusted && !self.may_be_anybodys()
    }
}

/// `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// No page may be shown.
    pub none: bool,
    /// Sign in afresh.
    pub login: bool,
    /// Ask even for what was approved before.
    pub consent: bool,
}

/// A refusal, and whether it may travel by redirect.
#[derive(Debug)]
pub enum Rejected {
    /// Client or redirect URI is not proven: a page of ours, never a redirect (RFC 9700 §4.11.2).
    Page(OAuthError),
    /// Goes back to the client (RFC 6749 §4.1.2.1).
    Redirect(Box<AuthorizationResponse>),
}

/// RFC 6749 §3.1.2.4: the client and the URI come first, since nothing may be sent before they are known.
pub fn check_client(parameters: &Parameters, client: Option<&Arc<Client>>) -> Result<(Arc<Client>, String, bool), OAuthError> {
    if parameters.get("client_id").is_none() {
        return Err(OAuthError::invalid_request("client_id is missing"));
    }
    let client = client.filter(|client| client.is_active()).ok_or_else(unknown_client)?;
    match parameters.get("redirect_uri") {
        Some(sent) if client.returns_to(sent) => Ok((Arc::clone(client), sent.to_owned(), true)),
        Some(_) => Err(unregistered()),
        None => match client.redirect_uris.as_slice() {
            [only] if !asks_for_openid(parameters) => Ok((Arc::clone(client), only.as_str().to_owned(), false)),
            _ => Err(OAuthError::invalid_request("redirect_uri is missing")),
        },
    }
}

/// What the refusal of a request leaves behind whose client or redirect URI is not proven: somebody may
/// be trying addresses of their own.
pub fn unproven(parameters: &Parameters, client: Option<&Arc<Client>>, error: OAuthError, cx: &mut Context<'_>) -> Effect<OAuthError> {
    let Some(client_id) = parameters.get("client_id") else { return Effect::only(error) };
    let event = match (client.filter(|client| client.is_active()), parameters.get("redirect_uri")) {
        (None, _) => cx.audit(AuditKind::ClientRefused, Who::Stranger).client_id(client_id).detail("unknown client, or disabled"),
        (Some(client), Some(sent)) => cx
            .audit(AuditKind::RedirectUriRefused, Who::Stranger)
            .about_client(client)
            .redirect_uri(sent)
            .detail("redirect URI not registered"),
        (Some(_), None) => return Effect::only(error),
    };
    let detail = event.detail.clone().unwrap_or_default();
    let error = match (client, parameters.get("redirect_uri")) {
        (Some(client), Some(sent)) if client.is_active() => {
            let about = About::redirect_uri(sent, client.redirect_uris.iter().map(RedirectUri::as_str));
            error.because_of(Reason::RedirectUriNotRegistered, about)
        }
        (Some(_), _) => error.because(Reason::ClientDisabled),
        (None, _) => error,
    };
    let answer = error.asked(|| crate::error::Asked { client: client.map(|client| client.key), ..crate::error::Asked::default() });
    Effect { answer: answer.detail(detail), changes: vec![event.into()] }
}

/// Checks everything else; refusals go back to the client by redirect. Whom an `id_token_hint` names is
/// left to be proven.
pub fn parse(parameters: &Parameters, client: Option<&Arc<Client>>, realm: &Realm) -> Result<AuthorizationRequest, Rejected> {
    let (client, redirect_uri, redirect_uri_sent) = check_client(parameters, client).map_err(Rejected::Page)?;
    let state = parameters.get("state").map(str::to_owned);
    let back = |error: OAuthError| {
        Rejected::Redirect(Box::new(AuthorizationResponse::refusal(client.key, &redirect_uri, state.clone(), realm, &error)))
    };

    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(back(OAuthError::new(ErrorCode::UnsupportedResponseType, "response_type must be code"))),
        None => return Err(back(OAuthError::invalid_request("response_type is missing"))),
    }
    if !client.may(GrantType::AuthorizationCode) {
        return Err(back(not_allowed()));
    }
    if parameters.get("request").is_some() {
        return Err(back(OAuthError::new(ErrorCode::RequestNotSupported, "request objects are not supported; send plain parameters")));
    }
    if parameters.get("request_uri").is_some() {
        return Err(back(OAuthError::new(ErrorCode::RequestUriNotSupported, "request_uri is not supported; send plain parameters")));
    }
    if parameters.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(back(OAuthError::invalid_request("response_mode must be query")));
    }
    let prompt = parse_prompt(parameters.get("prompt")).map_err(&back)?;
    let max_age = parameters
        .get("max_age")
        .map(|text| text.parse().map_err(|_| back(OAuthError::invalid_request("max_age must be a whole number of seconds"))))
        .transpose()?;
    let code_challenge = parse_challenge(parameters, &client, realm).map_err(&back)?;
    let asked = parameters
        .get("scope")
        .map(Scope::parse)
        .transpose()
        .map_err(|error| back(OAuthError::new(ErrorCode::InvalidScope, error.to_string())))?;
    let scope = requested_scope(asked.as_ref(), &client, realm).map_err(&back)?;
    let resources: Vec<_> = parameters.get_all("resource").map(str::to_owned).collect();
    let audience = requested_audience(&resources, &client, realm).map_err(&back)?;

    let asked = Asked {
        redirect_uri,
        redirect_uri_sent,
        state,
        scope,
        audience,
        code_challenge,
        nonce: parameters.get("nonce").map(str::to_owned),
        prompt,
        max_age,
        login_hint: parameters.get("login_hint").map(str::to_owned),
        id_token_hint: parameters.get("id_token_hint").map(|_| Hint::Nobody),
        ui_locales: parameters.get("ui_locales").map(str::to_owned),
        acr_values: parameters.get("acr_values").map(str::to_owned),
    };
    Ok(AuthorizationRequest { client, asked, left_out: Scope::default() })
}

fn unknown_client() -> OAuthError {
    OAuthError::invalid_request("client_id names no application that may sign people in here").because(Reason::UnknownClient)
}

fn unregistered() -> OAuthError {
    OAuthError::invalid_request("redirect_uri is not one that the application registered; it must be the same to the letter")
        .caused_by(Cause::RedirectUri)
        .because(Reason::RedirectUriNotRegistered)
}

fn not_allowed() -> OAuthError {
    OAuthError::new(ErrorCode::UnauthorizedClient, "the client may not use the authorization code grant")
        .because_of(Reason::GrantNotAllowed, About::what(GrantType::AuthorizationCode.as_str()))
}

fn asks_for_openid(parameters: &Parameters) -> bool {
    parameters.get("scope").is_some_and(|scope| scope.split(' ').any(|token| token == "openid"))
}

fn parse_prompt(text: Option<&str>) -> Result<Prompt, OAuthError> {
    let mut prompt = Prompt::default();
    let values: Vec<_> = text.unwrap_or_default().split(' ').filter(|value| !value.is_empty()).collect();
    for value in &values {
        match *value {
            "none" => prompt.none = true,
            "login" | "select_account" => prompt.login = true,
            "consent" => prompt.consent = true,
            _ => return Err(OAuthError::invalid_request("prompt must be made of none, login, consent, select_account")),
        }
    }
    if prompt.none && values.len() > 1 {
        return Err(OAuthError::invalid_request("prompt=none stands alone"));
    }
    Ok(prompt)
}

/// RFC 7636 §4.3, S256 only; who must use it is the realm's and the client's to say.
fn parse_challenge(parameters: &Parameters, client: &Client, realm: &Realm) -> Result<Option<[u8; 32]>, OAuthError> {
    let Some(challenge) = parameters.get("code_challenge") else {
        if parameters.get("code_challenge_method").is_some() {
            return Err(OAuthError::invalid_request("code_challenge is missing, but code_challenge_method was sent"));
        }
        return if client.effective(&realm.settings).needs_pkce() {
            let error = OAuthError::invalid_request("code_challenge is missing: PKCE is required (RFC 7636)");
            Err(error.because(Reason::ChallengeMissing))
        } else {
            Ok(None)
        };
    };
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(OAuthError::invalid_request("code_challenge_method must be S256"));
    }
    base64url::decode_array::<32>(challenge)
        .map(Some)
        .map_err(|_| OAuthError::invalid_request("code_challenge must be the base64url of a SHA-256, 43 characters without padding"))
}
