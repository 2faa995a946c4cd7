//! Signing: what a decision granted becomes what is sent. Follows the commit.

use jeton_jose::Algorithm;
use jeton_oauth::{
    Seconds,
    issue::{IdTokenClaims, IssuedAccessToken, IssuedRefreshToken, IssuedTokens},
    request::TokenAnswer,
    secret::SecretText,
    settings::TokenFormat,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Scene},
    failure::{Broken, Failure},
};

/// Claims of a refresh token that is a JWT: the opaque token, and when it was made and ends.
#[derive(Serialize, Deserialize)]
pub struct RefreshTokenClaims {
    pub iss: String,
    pub rt: String,
    pub iat: i64,
    pub exp: i64,
}

/// `typ` of a refresh token that is a JWT; no access token has it.
pub const REFRESH_TYP: &str = "rt+jwt";

/// `typ` of an ID token.
pub const ID_TOKEN_TYP: &str = "JWT";

/// Signs everything; an ID token only where the answer has room for one, since RS256 is dear.
pub async fn sign(app: &App, scene: &Scene, issued: IssuedTokens, with_id_token: bool) -> Result<TokenAnswer, Failure> {
    let access_token = match issued.access_token {
        IssuedAccessToken::Opaque(text) => text,
        IssuedAccessToken::Jwt { alg, typ, claims } => {
            promise(app, scene, alg, claims.exp - claims.iat).await?;
            let signed = match scene.keys().signer(alg) {
                Some(key) => key.sign(typ, &claims)?,
                None => app.keys.signer(&scene.realm, alg, app.now()).await?.sign(typ, &claims)?,
            };
            SecretText::new(signed)
        }
    };
    let id_token = match issued.id_token.filter(|_| with_id_token) {
        Some(claims) => Some(sign_id_token(app, scene, &claims).await?),
        None => None,
    };
    let refresh_expires_in = issued.refresh_token.as_ref().map(|token| token.expires_in);
    Ok(TokenAnswer {
        access_token,
        expires_in: issued.expires_in,
        refresh_token: issued.refresh_token.map(|token| refresh_text(scene, token)).transpose()?,
        refresh_expires_in,
        id_token,
        scope: issued.scope,
        session_state: issued.authorization.map(|id| id.0),
        not_before: scene.realm.config.not_before,
        user: issued.user,
    })
}

/// What lives for longer than the realm's settings let tokens live is written down at its key first:
/// that is kept until the last of them ended.
async fn promise(app: &App, scene: &Scene, alg: Algorithm, lifetime: i64) -> Result<(), Failure> {
    let settings = &scene.realm.settings;
    // Until here the key ring promised by itself.
    if lifetime <= i64::from(settings.access_token_lifetime.max(settings.id_token_lifetime).0) {
        return Ok(());
    }
    let lifetime = Seconds(u32::try_from(lifetime).unwrap_or(u32::MAX));
    if scene.keys().promised(alg) < lifetime {
        // A realm's first token has no key yet to write it down at.
        app.keys.signer(&scene.realm, alg, app.now()).await?;
        app.keys.promise(&scene.realm, alg, lifetime, app.now()).await?;
    }
    Ok(())
}

async fn sign_id_token(app: &App, scene: &Scene, claims: &IdTokenClaims) -> Result<SecretText, Failure> {
    promise(app, scene, claims.alg, claims.exp - claims.iat).await?;
    let key = app.keys.signer(&scene.realm, claims.alg, app.now()).await?;
    Ok(SecretText::new(key.sign(ID_TOKEN_TYP, claims)?))
}

fn refresh_text(scene: &Scene, token: IssuedRefreshToken) -> Result<SecretText, Failure> {
    match token.format {
        TokenFormat::Opaque => Ok(token.text),
        TokenFormat::Jwt => {
            let claims = RefreshTokenClaims {
                iss: scene.realm.issuer.clone(),
                rt: token.text.expose().to_owned(),
                iat: token.issued_at.as_seconds(),
                exp: token.expires_at.as_seconds(),
            };
            let key = scene.keys().refresh_jwt.as_ref().ok_or(Broken::NoRefreshKey)?;
            Ok(SecretText::new(key.sign(REFRESH_TYP, &claims)?))
        }
    }
}
