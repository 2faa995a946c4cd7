//! What calls are answered, as the dialect writes it: tokens shortened, everything else as it will be.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{call::Said, text::pretty, who::Who};
use crate::{
    RealmId, Timestamp, UserId,
    dialect::TokenRoute,
    model::{Account, AccountKind, Email, Profile, Realm, Role, Status, User},
    request::TokenAnswer,
    secret::{Kind, SecretText},
    settings::{GrantType, TokenFormat},
};

/// 2026-11-19 09:30:00 UTC, when all examples happen.
pub(super) const THEN: Timestamp = Timestamp::from_seconds(1_795_080_600);
const ID: Uuid = Uuid::from_u128(0x019a_9c5e_3f40_7a10_8c2d_5b1e_77f0_a4d2);

/// The answer of a token route to a grant.
pub(super) fn tokens(realm: &Realm, route: &TokenRoute, who: &Who, grant: GrantType) -> Said {
    let settings = &realm.settings;
    let speaks_for_user = grant != GrantType::ClientCredentials;
    let refreshes = match grant {
        GrantType::RefreshToken => settings.refresh_token_rotation,
        _ => settings.refresh_token_grants.contains(&grant) && who.may(GrantType::RefreshToken),
    };
    let scope = crate::Scope::from_tokens(who.scope.iter().map(String::as_str)).unwrap_or_default();
    let answer = TokenAnswer {
        access_token: example(settings.access_token_format, Kind::AccessToken, || {
            header(settings.access_token_alg.name(), settings.access_token_typ.as_str())
        }),
        expires_in: settings.access_token_lifetime,
        refresh_token: refreshes.then(|| example(settings.refresh_token_format, Kind::RefreshToken, || header("HS256", "JWT"))),
        refresh_expires_in: refreshes.then_some(settings.refresh_token_lifetime),
        id_token: (speaks_for_user && scope.contains("openid")).then(|| SecretText::new(header("RS256", "JWT"))),
        scope,
        session_state: speaks_for_user.then_some(ID),
        not_before: realm.config.not_before,
        user: (speaks_for_user && route.answers_with_user()).then(|| Arc::new(somebody(realm.id()))),
    };
    let written = route.encode_answer(&answer);
    Said { status: written.status().as_u16(), body: pretty(&String::from_utf8_lossy(written.body())) }
}

/// RFC 7662 §2.2.
pub(super) fn introspection(realm: &Realm, who: &Who) -> Said {
    let issued = THEN.as_seconds();
    let body = json!({
        "active": true,
        "scope": who.scope.join(" "),
        "client_id": who.client_id,
        "token_type": "Bearer",
        "exp": issued + i64::from(realm.settings.access_token_lifetime.0),
        "iat": issued,
        "sub": ID,
        "aud": [realm.default_audience()],
        "iss": realm.issuer,
    });
    Said { status: 200, body: pretty(&body.to_string()) }
}

/// OpenID Connect Core §5.3.2.
pub(super) fn userinfo() -> Said {
    Said {
        status: 200,
        body: pretty(&json!({ "sub": ID, "name": "Ada Example", "email": "ada@example.com", "email_verified": true }).to_string()),
    }
}

/// A token that looks like one, and is none.
fn example(format: TokenFormat, kind: Kind, jwt: impl FnOnce() -> String) -> SecretText {
    SecretText::new(match format {
        TokenFormat::Jwt => jwt(),
        TokenFormat::Opaque => format!("{}AZqcXj9Aeh…", kind.prefix()),
    })
}

/// The header of a JWT, and how its claims begin.
fn header(alg: &str, typ: &str) -> String {
    format!("{}.eyJpc3MiOi…", jeton_jose::base64url::encode(format!("{{\"alg\":\"{alg}\",\"typ\":\"{typ}\"}}").as_bytes()))
}

fn somebody(realm: RealmId) -> User {
    User {
        account: Account {
            id: UserId(ID),
            sub: ID.to_string(),
            number: 9999,
            kind: AccountKind::Person,
            status: Status::Active,
            not_before: Timestamp::default(),
        },
        realm,
        username: "ada".to_owned(),
        email: Some(Email { address: "ada@example.com".to_owned(), verified: true }),
        profile: Profile {
            name: Some("Ada Example".to_owned()),
            given_name: Some("Ada".to_owned()),
            family_name: Some("Example".to_owned()),
            ..Profile::default()
        },
        user_type: Some("DEVELOPER".to_owned()),
        roles: vec![Role { name: "ROLE_DEVELOPER".to_owned(), permissions: Vec::new() }],
        attributes: Map::<String, Value>::new(),
        password: None,
        owner: None,
        created_at: THEN,
        updated_at: THEN,
        version: 0,
    }
}
