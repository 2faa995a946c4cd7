//! The only place where tokens are born. What leaves here is decided but unsigned: signing follows
//! the commit.

use std::sync::Arc;

use jeton_jose::Algorithm;
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    AccessTokenId, AuthorizationId, Change, Context, Scope, Seconds, Timestamp,
    activity::{About, Reason},
    change::AccessTokenChange,
    factor::acr_of,
    ids::uuid_v7,
    model::{Account, Authorization, Client, OpaqueAccessToken, Subject, User},
    refresh_secret,
    secret::{self, Kind, SecretText},
    settings::{ClaimSource, IdTokenContent, ScopeClaim, TokenFormat, UnknownScopes},
    userinfo,
};

/// Tokens that a decision granted.
#[derive(Debug)]
#[non_exhaustive]
pub struct IssuedTokens {
    /// Not signed yet, if it is a JWT.
    pub access_token: IssuedAccessToken,
    /// Seconds that the access token lives from now (RFC 6749 §5.1).
    pub expires_in: Seconds,
    /// `None` where client, realm or grant give none.
    pub refresh_token: Option<IssuedRefreshToken>,
    /// `None` where `openid` was not granted; not signed yet.
    pub id_token: Option<IdTokenClaims>,
    /// What was granted; less than what was asked, perhaps (RFC 6749 §5.1).
    pub scope: Scope,
    /// What they rest on; `None` for the client's own.
    pub authorization: Option<AuthorizationId>,
    /// Whom they speak for, where the dialect's answer or the realm's claims show it.
    pub user: Option<Arc<User>>,
}

/// An access token in the form that client and realm say.
#[derive(Debug)]
pub enum IssuedAccessToken {
    /// To be signed by the realm's key for `alg`.
    Jwt {
        /// With which algorithm.
        alg: Algorithm,
        /// The header's `typ` (RFC 9068 §2.1), as the realm's settings say.
        typ: &'static str,
        /// What it will say.
        claims: Box<AccessTokenClaims>,
    },
    /// Whole already: its row is among the changes.
    Opaque(SecretText),
}

/// A refresh token; `text` alone, or wrapped in a JWS whose claims are all here, so that the same
/// generation is always the same string.
#[derive(Debug)]
pub struct IssuedRefreshToken {
    /// What is presented, or what the JWS wraps.
    pub text: SecretText,
    /// Whether it is wrapped.
    pub format: TokenFormat,
    /// When its generation was made.
    pub issued_at: Timestamp,
    /// When it ends unless it is used; never after its authorization.
    pub expires_at: Timestamp,
    /// Seconds from now until then.
    pub expires_in: Seconds,
}

/// Claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug)]
pub struct AccessTokenClaims {
    /// The realm's issuer.
    pub iss: String,
    /// A user's `sub`, or the client's id where it is the client's own.
    pub sub: String,
    /// The resources that were asked for (RFC 8707), or the realm's default audience.
    pub aud: Vec<String>,
    /// The client that it is given to.
    pub client_id: String,
    /// What was granted.
    pub scope: Scope,
    /// Whether the scope is written as `scope` or as `scopes`.
    pub scope_claim: ScopeClaim,
    /// Its own name: a UUIDv7.
    pub jti: Uuid,
    /// Seconds since the epoch.
    pub iat: i64,
    /// Seconds since the epoch.
    pub exp: i64,
    /// The authorization, where one exists.
    pub aid: Option<AuthorizationId>,
    /// When the person last proved who they are, in seconds since the epoch; `None` for the client's own.
    pub auth_time: Option<i64>,
    /// What the realm's settings add, by claim.
    pub extra: Vec<(String, Value)>,
}

impl Serialize for AccessTokenClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", &self.iss)?;
        map.serialize_entry("sub", &self.sub)?;
        serialize_audience(&mut map, &self.aud)?;
        map.serialize_entry("client_id", &self.client_id)?;
        match self.scope_claim {
            ScopeClaim::Scope if self.scope.is_empty() => {}
            ScopeClaim::Scope => map.serialize_entry("scope", &self.scope)?,
            ScopeClaim::Scopes => map.serialize_entry("scopes", self.scope.tokens())?,
        }
        map.serialize_entry("jti", &self.jti)?;
        map.serialize_entry("iat", &self.iat)?;
        map.serialize_entry("exp", &self.exp)?;
        if let Some(aid) = &self.aid {
            map.serialize_entry("aid", aid)?;
        }
        if let Some(auth_time) = &self.auth_time {
            map.serialize_entry("auth_time", auth_time)?;
        }
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// One audience is a string, several are an array (RFC 7519 §4.1.3).
fn serialize_audience<M: SerializeMap>(map: &mut M, audience: &[String]) -> Result<(), M::Error> {
    match audience {
        [one] => map.serialize_entry("aud", one),
        many => map.serialize_entry("aud", many),
    }
}

/// Claims of an ID token (OpenID Connect Core §2). `sid` names the browser session.
#[derive(Clone, Debug, Serialize)]
pub struct IdTokenClaims {
    /// What it is to be signed with; RS256 where the client did not say.
    #[serde(skip)]
    pub alg: Algorithm,
    /// The realm's issuer.
    pub iss: String,
    /// The user's `sub`.
    pub sub: String,
    /// The client's id.
    pub aud: String,
    /// When it was issued, in seconds since the epoch.
    pub iat: i64,
    /// When it ends, in seconds since the epoch.
    pub exp: i64,
    /// When the person last proved who they are, in seconds since the epoch.
    pub auth_time: i64,
    /// From the authorization request; `None` where it had none, and after a refresh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How strong the sign-in was, and what it was made with: where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'static str>,
    /// See `acr`; empty where that is not known (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// `None` where no browser signed in, as with the password grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// What the realm lets it say of the person.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

/// A person or API user that tokens are issued for, and what was granted.
pub(crate) struct UserGrant<'a> {
    pub client: &'a Client,
    pub account: &'a Account,
    /// Present where the realm's claims or the dialect's answer show the person.
    pub user: Option<&'a Arc<User>>,
    pub authorization: &'a Authorization,
    /// At most the authorization's.
    pub scope: Scope,
    /// Of the access token; within the authorization's.
    pub audience: Option<Vec<String>>,
    /// Which refresh token the answer carries.
    pub refresh: RefreshAnswer,
    /// The ID token's nonce: only the answer to the authorization request repeats it.
    pub nonce: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefreshAnswer {
    /// The authorization's current generation.
    Current,
    None,
}

/// Tokens that speak for a user.
pub(crate) fn for_user(grant: UserGrant<'_>, cx: &mut Context<'_>, changes: &mut Vec<Change>) -> IssuedTokens {
    let UserGrant { client, account, user, authorization, scope, audience, refresh, nonce } = grant;
    let amr = authorization.amr.as_deref();
    let id_token = scope.contains("openid").then(|| IdTokenClaims {
        alg: client.id_token_signed_response_alg.unwrap_or(Algorithm::RS256),
        iss: cx.realm.issuer.clone(),
        sub: account.sub.clone(),
        aud: client.id.clone(),
        iat: cx.now.as_seconds(),
        exp: (cx.now + client.effective(&cx.realm.settings).id_token_lifetime()).as_seconds(),
        auth_time: authorization.auth_time.as_seconds(),
        nonce,
        acr: amr.map(acr_of),
        amr: amr.map(|amr| amr.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
        sid: authorization.session.map(|id| id.0),
        person: person_claims(client, user, &scope, cx),
    });
    let refresh_token = match (refresh, &authorization.refresh) {
        (RefreshAnswer::Current, Some(current)) => refresh_secret::text(authorization, current.generation, cx.refresh_keys).map(|text| {
            let expires_at = current.expires_at.min(authorization.expires_at);
            IssuedRefreshToken {
                text,
                format: cx.realm.settings.refresh_token_format,
                issued_at: current.rotated_at,
                expires_at,
                expires_in: expires_at.seconds_since(cx.now),
            }
        }),
        _ => None,
    };
    // An access token never outlives what it was granted under.
    let expires_at = (cx.now + client.effective(&cx.realm.settings).access_token_lifetime()).min(authorization.expires_at);
    let access_token = access_token(
        AccessTokenParts {
            client,
            subject: Subject::User(account.id),
            sub: &account.sub,
            user: user.map(Arc::as_ref),
            authorization: Some(authorization),
            audience,
            scope: &scope,
            expires_at,
        },
        cx,
        changes,
    );
    IssuedTokens {
        access_token,
        expires_in: expires_at.seconds_since(cx.now),
        refresh_token,
        id_token,
        scope,
        authorization: Some(authorization.id),
        user: user.cloned(),
    }
}

/// What an ID token says of the person, besides whom it names.
fn person_claims(client: &Client, user: Option<&Arc<User>>, scope: &Scope, cx: &Context<'_>) -> Map<String, Value> {
    let Some(user) = user.filter(|_| client.effective(&cx.realm.settings).id_token_claims() == IdTokenContent::Scopes) else {
        return Map::new();
    };
    let mut claims = userinfo::claims(user, scope);
    claims.remove("sub");
    claims
}

/// A token that speaks for the client itself: no refresh token, no ID token (RFC 6749 §4.4.3).
pub(crate) fn for_client(
    client: &Client,
    scope: Scope,
    audience: Option<Vec<String>>,
    cx: &mut Context<'_>,
    changes: &mut Vec<Change>,
) -> IssuedTokens {
    let expires_in = client.effective(&cx.realm.settings).access_token_lifetime();
    let access_token = access_token(
        AccessTokenParts {
            client,
            subject: Subject::Client(client.key),
            sub: &client.id,
            user: None,
            authorization: None,
            audience,
            scope: &scope,
            expires_at: cx.now + expires_in,
        },
        cx,
        changes,
    );
    IssuedTokens { access_token, expires_in, refresh_token: None, id_token: None, scope, authorization: None, user: None }
}

struct AccessTokenParts<'a> {
    client: &'a Client,
    subject: Subject,
    sub: &'a str,
    user: Option<&'a User>,
    authorization: Option<&'a Authorization>,
    audience: Option<Vec<String>>,
    scope: &'a Scope,
    expires_at: Timestamp,
}

fn access_token(parts: AccessTokenParts<'_>, cx: &mut Context<'_>, changes: &mut Vec<Change>) -> IssuedAccessToken {
    let settings = &cx.realm.settings;
    let audience = parts.audience.unwrap_or_else(|| vec![cx.realm.default_audience().to_owned()]);
    let own = parts.client.effective(settings);
    match own.access_token_format() {
        TokenFormat::Jwt => IssuedAccessToken::Jwt {
            alg: own.access_token_alg(),
            typ: settings.access_token_typ.as_str(),
            claims: Box::new(AccessTokenClaims {
                iss: cx.realm.issuer.clone(),
                sub: parts.sub.to_owned(),
                aud: audience,
                client_id: parts.client.id.clone(),
                scope: parts.scope.clone(),
                scope_claim: settings.scope_claim,
                jti: uuid_v7(cx.now, cx.rng),
                iat: cx.now.as_seconds(),
                exp: parts.expires_at.as_seconds(),
                aid: parts.authorization.map(|authorization| authorization.id),
                auth_time: parts.authorization.map(|authorization| authorization.auth_time.as_seconds()),
                extra: extra_claims(cx, Some(parts.client), parts.user),
            }),
        },
        TokenFormat::Opaque => {
            let id = AccessTokenId::new(cx.now, cx.rng);
            let (text, verifier) = secret::make(Kind::AccessToken, id.0, cx.rng);
            changes.push(Change::AccessToken(AccessTokenChange::Create(OpaqueAccessToken {
                id,
                realm: cx.realm.id(),
                client: parts.client.key,
                subject: parts.subject,
                authorization: parts.authorization.map(|authorization| authorization.id),
                scope: parts.scope.clone(),
                audience,
                verifier,
                created_at: cx.now,
                expires_at: parts.expires_at,
                epoch: cx.epoch,
            })));
            IssuedAccessToken::Opaque(text)
        }
    }
}

/// What the realm's settings add to an access token; without a client, as of a token that has none.
pub(crate) fn extra_claims(cx: &Context<'_>, client: Option<&Client>, user: Option<&User>) -> Vec<(String, Value)> {
    cx.realm
        .settings
        .claims
        .iter()
        .filter_map(|claim| {
            let value = match (&claim.from, &claim.value) {
                (Some(ClaimSource::User(field)), _) => user.and_then(|user| user.field(field)),
                (Some(ClaimSource::Client(field)), _) => client.and_then(|client| client_field(client, field)),
                (None, value) => value.clone(),
            }?;
            Some((claim.name.clone(), value))
        })
        .collect()
}

fn client_field(client: &Client, field: &str) -> Option<Value> {
    match field {
        "id" => Some(client.id.clone().into()),
        "name" => Some(client.title().into()),
        "owner" => client.owner.map(|owner| owner.to_string().into()),
        _ => None,
    }
}

/// The scope that a request asks for, or gets by default, within what the client may have.
pub(crate) fn requested_scope(asked: Option<&Scope>, client: &Client, realm: &crate::model::Realm) -> Result<Scope, crate::OAuthError> {
    let allowed = client.scope.intersection(&realm.scopes);
    match asked {
        Some(asked) if !asked.is_empty() => {
            let asked = understood(asked, realm);
            if let Some(token) = asked.iter().find(|token| !allowed.contains(token)) {
                let known = realm.scopes.contains(token);
                let (reason, wrong) = match known {
                    true => (Reason::ScopeNotAllowed, "is not one that the client may have"),
                    false => (Reason::UnknownScope, "does not exist here"),
                };
                return Err(invalid_scope(token, wrong).because_of(reason, About::what(token)));
            }
            Ok(asked)
        }
        _ => Ok(client.default_scope().intersection(&allowed)),
    }
}

/// What is left of a scope without what the realm ignores: beside `openid`, what it does not know
/// (OpenID Connect Core §3.1.2.1).
pub(crate) fn understood(asked: &Scope, realm: &crate::model::Realm) -> Scope {
    match realm.settings.unknown_scopes {
        UnknownScopes::IgnoreBesideOpenid if asked.contains("openid") => asked.intersection(&realm.scopes),
        _ => asked.clone(),
    }
}

/// RFC 6749 §5.2 `invalid_scope`. A scope token has no quotes and no backslashes, so it may be named.
pub(crate) fn invalid_scope(token: &str, wrong: &str) -> crate::OAuthError {
    crate::OAuthError::new(crate::ErrorCode::InvalidScope, format!("the scope {token} {wrong}"))
}

/// The audience that `resource` parameters ask for (RFC 8707 §2), if the client may.
pub(crate) fn requested_audience(
    resources: &[String],
    client: &Client,
    realm: &crate::model::Realm,
) -> Result<Option<Vec<String>>, crate::OAuthError> {
    if resources.is_empty() {
        return Ok(None);
    }
    let allowed = |resource: &String| client.audiences.contains(resource) || resource == realm.default_audience();
    if resources.iter().all(allowed) {
        Ok(Some(resources.to_vec()))
    } else {
        Err(crate::OAuthError::new(crate::ErrorCode::InvalidTarget, "the client may not ask for tokens for this resource"))
    }
}

/// The audience of one access token, where `resource` narrows what was granted (RFC 8707 §2.2).
pub(crate) fn narrowed_audience(
    resources: &[String],
    granted: Option<&[String]>,
    realm: &crate::model::Realm,
) -> Result<Option<Vec<String>>, crate::OAuthError> {
    let within = |resource: &String| granted.map_or(resource == realm.default_audience(), |granted| granted.contains(resource));
    if !resources.iter().all(within) {
        return Err(crate::OAuthError::new(crate::ErrorCode::InvalidTarget, "resource is none of those that were granted"));
    }
    Ok(if resources.is_empty() { granted.map(<[_]>::to_vec) } else { Some(resources.to_vec()) })
}

/// Whether something born at `birth` is dead by a not-before of the realm, the client or the account.
pub(crate) fn is_outdated(birth: Timestamp, realm: &crate::model::Realm, client: Option<&Client>, account: Option<&Account>) -> bool {
    birth < realm.config.not_before
        || client.is_some_and(|client| birth < client.not_before)
        || account.is_some_and(|account| birth < account.not_before)
}
