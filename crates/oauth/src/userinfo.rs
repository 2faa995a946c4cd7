//! What an access token's scope lets its bearer know about the person (OpenID Connect Core §5.3, §5.4).

use serde_json::{Map, Value};

use crate::{
    ErrorCode, OAuthError, Scope,
    bearer::{LiveToken, TokenKind},
    model::User,
};

/// RFC 6750 §3.1: a token without `openid` is not enough, and a refresh token is no access token.
pub fn check(token: &LiveToken) -> Result<crate::UserId, OAuthError> {
    let user = token
        .user
        .filter(|_| token.kind != TokenKind::Refresh)
        .ok_or_else(|| OAuthError::invalid_token("the token speaks for no person"))?;
    if !token.scope.contains("openid") {
        return Err(OAuthError::new(ErrorCode::InsufficientScope, "the token lacks the scope openid"));
    }
    Ok(user)
}

/// The claims that `scope` asks for, as far as they are known.
pub fn claims(user: &User, scope: &Scope) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("sub".into(), user.account.sub.clone().into());
    let profile = &user.profile;
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            claims.insert(name.into(), value);
        }
    };
    if scope.contains("profile") {
        put("name", Some(user.display_name().into()));
        let texts = [
            ("given_name", &profile.given_name),
            ("family_name", &profile.family_name),
            ("middle_name", &profile.middle_name),
            ("nickname", &profile.nickname),
            ("profile", &profile.profile),
            ("picture", &profile.picture),
            ("website", &profile.website),
            ("gender", &profile.gender),
            ("birthdate", &profile.birthdate),
            ("zoneinfo", &profile.zoneinfo),
            ("locale", &profile.locale),
        ];
        for (name, text) in texts {
            put(name, text.clone().map(Value::from));
        }
        put("preferred_username", Some(profile.preferred_username.as_ref().unwrap_or(&user.username).clone().into()));
        put("updated_at", Some(user.updated_at.as_seconds().into()));
    }
    if let Some(email) = user.email.as_ref().filter(|_| scope.contains("email")) {
        put("email", Some(email.address.clone().into()));
        put("email_verified", Some(email.verified.into()));
    }
    if scope.contains("address") {
        put("address", profile.address.clone().map(Value::from));
    }
    if let Some(number) = profile.phone_number.as_ref().filter(|_| scope.contains("phone")) {
        put("phone_number", Some(number.clone().into()));
        put("phone_number_verified", Some(profile.phone_number_verified.unwrap_or(false).into()));
    }
    claims
}
