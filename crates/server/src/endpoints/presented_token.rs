//! What a presented token is, and what is known about it: gathers the facts that `bearer` judges.

use std::sync::Arc;

use jeton_jose::{Expect, VerifyingKey};
use jeton_oauth::{
    AccessTokenId, OAuthError, UserId,
    authorize::HintClaims,
    bearer::{AuthorizationFacts, LiveToken, ReadClaims, TokenFacts, judge},
    model::{RefreshProof, User},
    refresh_secret::PresentedRefresh,
    secret::{self, Kind, SecretText},
};
use jeton_store::{RealmStore, StoreError};
use serde_json::{Map, Value};

use super::sign::{ID_TOKEN_TYP, REFRESH_TYP, RefreshTokenClaims};
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
        let user = shown_user(&store, scene, Some(facts.account.id)).await?;
        return Ok(Some(TokenFacts::Personal { presented, client, facts, user }));
    }
    if let Some(presented) = secret::read(Kind::AccessToken, text) {
        let Some(facts) = store.remembered_access_token(AccessTokenId(presented.selector)).await? else { return Ok(None) };
        let client = store.client_by_key(facts.token.client).await?;
        let user = shown_user(&store, scene, facts.account.as_ref().map(|account| account.id)).await?;
        return Ok(Some(TokenFacts::Opaque { presented, client, facts, user }));
    }
    if let Some(presented) = read_refresh(app, scene, text).await? {
        let Some(facts) = presented_authorization(app, scene, &presented).await? else { return Ok(None) };
        let client = store.client_by_key(facts.authorization.client).await?;
        return Ok(Some(TokenFacts::Refresh { presented, client, facts }));
    }
    let Some((claims, extra)) = read_access_jwt(app, scene, text).await? else { return Ok(None) };
    let client = store.client(&claims.client_id).await?;
    let revoked = store.is_revoked(claims.jti).await?;
    let grant = match claims.aid {
        Some(id) => store.remembered_authorization(id).await?,
        None => None,
    };
    Ok(Some(TokenFacts::Jwt { claims, client, revoked, grant, extra }))
}

/// The token in `Authorization: Bearer`, in a form body, or in the header that the realm's dialect
/// names (RFC 6750 §2); in exactly one of them. A query never carries one.
pub async fn bearer(app: &App, incoming: &Incoming, form_token: Option<&str>) -> Result<LiveToken, Failure> {
    let text = bearer_text(incoming, form_token)?;
    app.vouch()?;
    let facts = find(app, &incoming.scene, &text).await?;
    let judged = app.decide(&incoming.scene, |cx| facts.map(|facts| judge(&facts, cx)));
    let token = judged.unwrap_or(Err(jeton_oauth::bearer::Dead::Other)).map_err(jeton_oauth::bearer::Dead::into_error)?;
    app.marks.token_used(incoming.scene.realm.id(), &token, app.now(), incoming.scene.from.address);
    Ok(token)
}

/// A token that is none of the realm's access tokens, where those stand in a request.
pub fn presented_text(incoming: &Incoming) -> Result<SecretText, OAuthError> {
    bearer_text(incoming, None).map(SecretText::new)
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
    for value in incoming.token_headers() {
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

/// The authorization of a presented refresh token. Where that rests on a key that this node does not
/// know, it looks for it: a decision that follows can prove the token.
pub async fn presented_authorization(
    app: &App,
    scene: &Scene,
    presented: &PresentedRefresh,
) -> Result<Option<AuthorizationFacts>, StoreError> {
    let facts = app.store.in_realm(scene.realm.id()).authorization(presented.authorization).await?;
    let key = facts.as_ref().and_then(|facts| match &facts.authorization.refresh.as_ref()?.proof {
        RefreshProof::Derived { key, .. } => Some(*key),
        RefreshProof::Imported { .. } => None,
    });
    if key.is_some_and(|key| !scene.keys().derives(key)) {
        app.look_for_keys(scene).await?;
    }
    Ok(facts)
}

/// A refresh token, opaque or wrapped: for a wrapped one the signature comes first.
pub async fn read_refresh(app: &App, scene: &Scene, text: &str) -> Result<Option<PresentedRefresh>, StoreError> {
    if text.starts_with(Kind::RefreshToken.prefix()) {
        return Ok(PresentedRefresh::read(text));
    }
    let Some(kid) = kid_of(text, |typ| typ == Some(REFRESH_TYP)) else { return Ok(None) };
    if scene.keys().refresh_jwt_verifying(&kid).is_none() {
        app.look_for_keys(scene).await?;
    }
    Ok(unwrap_refresh(scene, text))
}

fn unwrap_refresh(scene: &Scene, text: &str) -> Option<PresentedRefresh> {
    let expect = Expect::new(&[jeton_jose::Algorithm::HS256], &[REFRESH_TYP]);
    let verified = jeton_jose::verify(text, &expect, |header| scene.keys().refresh_jwt_verifying(header.kid.as_deref()?)).ok()?;
    let claims: RefreshTokenClaims = verified.claims().ok()?;
    // Its end is the row's to say, to the millisecond; the claim tells the same to the bearer.
    (claims.iss == scene.realm.issuer).then(|| PresentedRefresh::read(&claims.rt))?
}

/// The person, where claims of the realm show one; a JWT has said it already.
async fn shown_user(store: &RealmStore<'_>, scene: &Scene, user: Option<UserId>) -> Result<Option<Arc<User>>, Failure> {
    match user.filter(|_| scene.realm.settings.claims_show_a_user()) {
        Some(id) => Ok(store.user(id).await?.map(Arc::new)),
        None => Ok(None),
    }
}

/// The claims of an access token, and those that the realm's settings added to it.
type Claims = (ReadClaims, Vec<(String, Value)>);

async fn read_access_jwt(app: &App, scene: &Scene, text: &str) -> Result<Option<Claims>, StoreError> {
    let Some(kid) = kid_of(text, |typ| typ != Some(REFRESH_TYP)) else { return Ok(None) };
    if scene.keys().verifying(&kid).is_none() {
        app.look_for_keys(scene).await?;
    }
    Ok(scene.keys().verifying(&kid).and_then(|key| verify_access_jwt(scene, key, text)))
}

/// What an ID token of the realm says, be it over: a hint, which proves nothing to anybody.
pub async fn read_id_token(app: &App, scene: &Scene, text: &str) -> Result<Option<HintClaims>, StoreError> {
    let Some(kid) = kid_of(text, |typ| typ == Some(ID_TOKEN_TYP)) else { return Ok(None) };
    if scene.keys().verifying(&kid).is_none() {
        app.look_for_keys(scene).await?;
    }
    let Some(key) = scene.keys().verifying(&kid) else { return Ok(None) };
    let algorithms = [key.algorithm()];
    let verified = jeton_jose::verify(text, &Expect::new(&algorithms, &[ID_TOKEN_TYP]), |_| Some(key)).ok();
    Ok(verified.and_then(|verified| verified.claims().ok()))
}

fn verify_access_jwt(scene: &Scene, key: &VerifyingKey, text: &str) -> Option<Claims> {
    let types = ["at+jwt", scene.realm.settings.access_token_typ.as_str()];
    let algorithms = [key.algorithm()];
    let expect = Expect::new(&algorithms, &types);
    let verified = jeton_jose::verify(text, &expect, |_| Some(key)).ok()?;
    let added = &scene.realm.settings.claims;
    let extra = match added.is_empty() {
        true => Vec::new(),
        false => {
            let mut all: Map<String, Value> = verified.claims().ok()?;
            added.iter().filter_map(|claim| all.remove_entry(&claim.name)).collect()
        }
    };
    Some((verified.claims().ok()?, extra))
}

/// Which key a JWT of a type says that it was signed with; nothing of it is proven yet.
fn kid_of(text: &str, of_type: impl Fn(Option<&str>) -> bool) -> Option<String> {
    let header = jeton_jose::peek_header(text).ok()?;
    header.kid.filter(|_| of_type(header.typ.as_deref()))
}
