//! What a presented token is, and what is known about it: gathers the facts that `bearer` judges.

use jeton_jose::Expect;
use jeton_oauth::{
    AccessTokenId, OAuthError,
    bearer::{LiveToken, ReadClaims, TokenFacts, judge},
    refresh_secret::PresentedRefresh,
    secret::{self, Kind},
};

use super::sign::{REFRESH_TYP, RefreshTokenClaims};
use crate::{
    app::{App, Scene},
    failure::Failure,
    incoming::Incoming,
};

/// Looks a token up by what it says it is. `None`: nothing that we made, or nothing left of it.
pub async fn find(app: &App, scene: &Scene, text: &str) -> Result<Option<TokenFacts>, Failure> {
    let store = app.store.in_realm(scene.realm.id());
    if let Some(presented) = secret::read(Kind::PersonalAccessToken, text) {
        let Some(facts) = store.remembered_personal_access_token(&presented).await? else { return Ok(None) };
        let client = match &facts.authorization {
            Some(authorization) => store.client_by_key(authorization.client).await?,
            None => None,
        };
        return Ok(Some(TokenFacts::Personal { presented, client, facts }));
    }
    if let Some(presented) = secret::read(Kind::AccessToken, text) {
        let Some(facts) = store.remembered_access_token(AccessTokenId(presented.selector)).await? else { return Ok(None) };
        let client = store.client_by_key(facts.token.client).await?;
        return Ok(Some(TokenFacts::Opaque { presented, client, facts }));
    }
    if let Some(presented) = read_refresh(scene, text) {
        let Some(facts) = store.authorization(presented.authorization).await? else { return Ok(None) };
        let client = store.client_by_key(facts.authorization.client).await?;
        return Ok(Some(TokenFacts::Refresh { presented, client, facts }));
    }
    let Some(claims) = read_access_jwt(scene, text) else { return Ok(None) };
    let client = store.client(&claims.client_id).await?;
    let revoked = store.is_revoked(claims.jti).await?;
    let grant = match claims.aid {
        Some(id) => store.remembered_authorization(id).await?,
        None => None,
    };
    Ok(Some(TokenFacts::Jwt { claims, client, revoked, grant }))
}

/// The token in `Authorization: Bearer`, in a form body, or in the header that the realm's dialect
/// names (RFC 6750 §2); in exactly one of them. A query never carries one.
pub async fn bearer(app: &App, incoming: &Incoming, form_token: Option<&str>) -> Result<LiveToken, Failure> {
    let text = bearer_text(incoming, form_token)?;
    app.vouch()?;
    let facts = find(app, &incoming.scene, &text).await?;
    let judged = app.decide(&incoming.scene, |cx| facts.map(|facts| judge(&facts, cx)));
    let token = judged.unwrap_or(Err(jeton_oauth::bearer::Dead::Other)).map_err(jeton_oauth::bearer::Dead::into_error)?;
    app.marks.token_used(incoming.scene.realm.id(), &token, app.now());
    Ok(token)
}

/// Whether the request carries a token where one may stand.
pub fn has_bearer(incoming: &Incoming) -> bool {
    incoming.headers().contains_key(http::header::AUTHORIZATION) || dialect_headers(incoming).next().is_some()
}

fn bearer_text(incoming: &Incoming, form_token: Option<&str>) -> Result<String, OAuthError> {
    let mut found = Vec::new();
    for value in incoming.headers().get_all(http::header::AUTHORIZATION) {
        let text = value.to_str().map_err(|_| OAuthError::invalid_request("the Authorization header is not text"))?;
        match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => found.push(token.trim().to_owned()),
            _ => return Err(OAuthError::invalid_token("the Authorization header must be: Bearer, a space, and the token")),
        }
    }
    for value in dialect_headers(incoming) {
        let text = value.to_str().map_err(|_| OAuthError::invalid_request("the header that carries the token is not text"))?;
        found.push(text.trim().to_owned());
    }
    found.extend(form_token.map(str::to_owned));
    match found.as_slice() {
        [one] => Ok(one.clone()),
        [] => Err(OAuthError::invalid_token("there is no access token in the request").missing()),
        _ => Err(OAuthError::invalid_request("the token must stand in one place only")),
    }
}

fn dialect_headers(incoming: &Incoming) -> impl Iterator<Item = &http::HeaderValue> {
    let format = incoming.scene.realm.dialect.resource.as_ref();
    format.into_iter().flat_map(|format| incoming.headers().get_all(&format.header))
}

/// A refresh token, opaque or wrapped: for a wrapped one the signature comes first.
pub fn read_refresh(scene: &Scene, text: &str) -> Option<PresentedRefresh> {
    if text.starts_with(Kind::RefreshToken.prefix()) {
        return PresentedRefresh::read(text);
    }
    let expect = Expect::new(&[jeton_jose::Algorithm::HS256], &[REFRESH_TYP]);
    let verified = jeton_jose::verify(text, &expect, |header| scene.keys.refresh_jwt_verifying(header.kid.as_deref()?)).ok()?;
    let claims: RefreshTokenClaims = verified.claims().ok()?;
    // Its end is the row's to say, to the millisecond; the claim tells the same to the bearer.
    (claims.iss == scene.realm.issuer).then(|| PresentedRefresh::read(&claims.rt))?
}

fn read_access_jwt(scene: &Scene, text: &str) -> Option<ReadClaims> {
    let header = jeton_jose::peek_header(text).ok()?;
    let key = scene.keys.verifying(header.kid.as_deref()?)?;
    let types = ["at+jwt", scene.realm.settings.access_token_typ.as_str()];
    let algorithms = [header.alg];
    let expect = Expect::new(&algorithms, &types);
    let verified = jeton_jose::verify(text, &expect, |_| Some(key)).ok()?;
    verified.claims().ok()
}
