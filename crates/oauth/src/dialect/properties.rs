//! A dialect reads in both directions: what the client writes the server reads, and the reverse.

use std::sync::Arc;

use proptest::{collection::vec, option::of, prelude::*};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::*;
use crate::{
    OAuthError, RealmId, Scope, Seconds, Timestamp, UserId,
    model::{Account, AccountKind, Email, Profile, Role, Status, User},
    request::{Credentials, Grant, SecretPlace, TokenAnswer, TokenRequest},
    secret::SecretText,
    settings::GrantType,
};

/// Any text that a parameter may be, awkward characters first.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{1,20}", "[&=+%:;\"\\\\/?# äß€😀\n]{1,12}", "[^\0]{1,20}"]
}

/// What fits into a header.
fn word() -> impl Strategy<Value = String> {
    "[!-~]{1,40}"
}

fn secret(text: impl Strategy<Value = String>) -> impl Strategy<Value = SecretText> {
    text.prop_map(SecretText::new)
}

fn scope() -> impl Strategy<Value = Scope> {
    vec("[!#-\\[\\]-~]{1,8}", 1..4).prop_map(|tokens| Scope::from_tokens(tokens.iter().map(String::as_str)).unwrap())
}

fn grant() -> impl Strategy<Value = Grant> {
    let resource = || vec("https://[a-z]{1,8}\\.example", 0..3);
    prop_oneof![
        (secret(text()), of(text()), of(secret(text())), resource()).prop_map(|(code, redirect_uri, code_verifier, resource)| {
            Grant::AuthorizationCode { code, redirect_uri, code_verifier, resource }
        }),
        (secret(word()), of(scope()), resource()).prop_map(|(refresh_token, scope, resource)| Grant::RefreshToken {
            refresh_token,
            scope,
            resource
        }),
        (of(scope()), resource()).prop_map(|(scope, resource)| Grant::ClientCredentials { scope, resource }),
        (text(), secret(text()), of(scope()), resource()).prop_map(|(username, password, scope, resource)| Grant::Password {
            username,
            password,
            scope,
            resource
        }),
    ]
}

fn credentials() -> impl Strategy<Value = Credentials> {
    let place = prop_oneof![Just(SecretPlace::Basic), Just(SecretPlace::Body), Just(SecretPlace::Header)];
    prop_oneof![
        4 => (place, word(), secret(word())).prop_map(|(place, client_id, secret)| Credentials::secret(place, client_id, secret)),
        1 => text().prop_map(|client_id| Credentials::Public { client_id }),
        1 => Just(Credentials::FromToken),
    ]
}

fn user() -> impl Strategy<Value = User> {
    (text(), of(text()), of(text()), of(text()), any::<bool>(), vec((text(), vec(text(), 0..3)), 0..3), 0i64..4_000_000_000, any::<bool>())
        .prop_map(|(username, given_name, family_name, email, flag, roles, created, attributes)| User {
            account: Account {
                id: UserId(Uuid::from_u128(7)),
                sub: "sub-7".into(),
                number: created,
                kind: AccountKind::Person,
                status: if flag { Status::Active } else { Status::Disabled },
                not_before: Timestamp::default(),
            },
            realm: RealmId(Uuid::from_u128(1)),
            username,
            email: email.map(|address| Email { address, verified: flag }),
            profile: Profile { given_name, family_name, ..Profile::default() },
            user_type: flag.then(|| "DEVELOPER".into()),
            roles: roles.into_iter().map(|(name, permissions)| Role { name, permissions }).collect(),
            attributes: if attributes { Map::from_iter([("tos_accepted".into(), Value::from(flag))]) } else { Map::new() },
            password: None,
            owner: None,
            created_at: Timestamp::from_seconds(created),
            updated_at: Timestamp::from_millis(created * 1000 + 999),
            version: 1,
        })
}

fn answer() -> impl Strategy<Value = TokenAnswer> {
    (
        secret(text()),
        any::<u32>(),
        of(secret(text())),
        of(any::<u32>()),
        of(secret(word())),
        of(scope()),
        of(any::<u128>()),
        0i64..4_000_000_000,
        of(user()),
    )
        .prop_map(|(access_token, expires_in, refresh_token, refresh_expires_in, id_token, scope, session, not_before, user)| {
            TokenAnswer {
                access_token,
                expires_in: Seconds(expires_in),
                refresh_token,
                refresh_expires_in: refresh_expires_in.map(Seconds),
                id_token,
                scope: scope.unwrap_or_default(),
                session_state: session.map(Uuid::from_u128),
                not_before: Timestamp::from_seconds(not_before),
                user: user.map(Arc::new),
            }
        })
}

/// Every route of every dialect, once per body that it reads.
fn routes() -> Vec<(Arc<Dialect>, Route, TokenRoute)> {
    let mut all = Vec::new();
    for dialect in Dialect::BUILT_IN.iter().filter_map(|name| Dialect::built_in(name)) {
        for (route, token) in dialect.token_routes() {
            let bodies = if token.bodies.is_empty() { vec![vec![]] } else { token.bodies.iter().map(|body| vec![*body]).collect() };
            all.extend(bodies.into_iter().map(|bodies| (Arc::clone(&dialect), route.clone(), TokenRoute { bodies, ..token.clone() })));
        }
    }
    all
}

/// A request by what its credentials decode to: what was written was meant so.
fn decoded(mut request: TokenRequest) -> TokenRequest {
    if let Credentials::Secret { as_sent, .. } = &mut request.credentials {
        *as_sent = None;
    }
    request
}

/// What of `answer` the route's members show.
fn carried(route: &TokenRoute, answer: &TokenAnswer) -> DecodedAnswer {
    let shows = |source: Source| route.answer.iter().any(|member| member.source() == Some(&source));
    DecodedAnswer {
        access_token: answer.access_token.clone(),
        token_type: shows(Source::TokenType).then(|| {
            let lower = route.answer.iter().any(|member| matches!(member.content, Content::From { format: Format::Lower, .. }));
            if lower { "bearer".into() } else { "Bearer".into() }
        }),
        expires_in: shows(Source::ExpiresIn).then_some(answer.expires_in),
        refresh_token: answer.refresh_token.clone().filter(|_| shows(Source::RefreshToken)),
        refresh_expires_in: answer.refresh_expires_in.filter(|_| shows(Source::RefreshExpiresIn)),
        id_token: answer.id_token.clone().filter(|_| shows(Source::IdToken)),
        scope: Some(answer.scope.clone()).filter(|scope| shows(Source::Scope) && !scope.is_empty()),
        session_state: answer.session_state.filter(|_| shows(Source::SessionState)),
        not_before: Some(answer.not_before).filter(|_| shows(Source::NotBefore)),
        user: Default::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn requests_are_read_as_they_were_written(grant in grant(), credentials in credentials()) {
        for (dialect, route, token) in routes() {
            let from_token = credentials == Credentials::FromToken && grant.grant_type() != GrantType::RefreshToken;
            let request = TokenRequest { credentials: credentials.clone(), grant: grant.clone() };
            let url = format!("https://auth.example/acme{}", route.path);
            let Ok(written) = token.encode_request(&dialect, route.methods[0].clone(), &url, &request) else { continue };
            let (parts, body) = written.into_parts();
            let Found::Here(standing) = dialect.map.find(&parts.method, &parts.uri.path()["/acme".len()..]) else { panic!("{}", route.path) };
            prop_assert_eq!(&dialect.routes[standing.route.unwrap()], &route);
            if !from_token {
                prop_assert_eq!(token.decode(&dialect, &parts, &body).map(decoded), Ok(request), "{} {}", dialect.name, route.path);
            }
        }
    }

    #[test]
    fn answers_are_read_as_they_were_written(answer in answer()) {
        for (_, _, token) in routes() {
            let written = token.encode_answer(&answer);
            let mut read = token.decode_answer(written.body()).unwrap();
            let person: Map<String, Value> = serde_json::from_slice(written.body()).unwrap();
            for member in &token.answer {
                if let Some(source @ Source::User(_)) = member.source() {
                    prop_assert_eq!(read.user.remove(&source.to_string()), person.get(&member.name).cloned());
                }
            }
            prop_assert_eq!(read, carried(&token, &answer));
            let text = std::str::from_utf8(written.body()).unwrap();
            let mut order = token.answer.iter().filter_map(|member| text.find(&member.key));
            let mut last = 0;
            prop_assert!(order.all(|at| std::mem::replace(&mut last, at) <= at));
        }
    }

    #[test]
    fn errors_are_read_as_they_were_written(description in "[ !#-\\[\\]-~]{1,30}") {
        for (_, _, token) in routes() {
            for error in [OAuthError::invalid_request(description.clone()), OAuthError::invalid_grant(description.clone())] {
                let written = token.encode_error(&error, "acme", Timestamp::from_millis(5));
                let read = token.decode_error(written.status().as_u16(), written.body());
                prop_assert_eq!(read.error.as_deref(), Some(error.code.as_str()));
                prop_assert_eq!(read.description, Some(description.clone()));
            }
        }
    }

    #[test]
    fn no_bytes_make_a_decoder_panic(body: Vec<u8>, header in vec(any::<u8>(), 0..40), kind in 0..3usize, text in "\\PC{0,60}") {
        let mut parts = http::Request::new(()).into_parts().0;
        for (name, value) in [(http::header::AUTHORIZATION, &header[..]), (http::header::CONTENT_TYPE, [&b"application/x-www-form-urlencoded"[..], b"application/json", &header][kind])] {
            if let Ok(value) = http::HeaderValue::from_bytes(value) {
                parts.headers.insert(name, value);
            }
        }
        for (dialect, _, token) in routes() {
            for body in [&body[..], text.as_bytes()] {
                let _ = token.decode(&dialect, &parts, body);
                let _ = token.decode_answer(body);
                let _ = token.decode_error(400, body);
            }
        }
    }

    #[test]
    fn no_text_makes_the_file_reader_panic(text in "\\PC{0,200}", cut in 0usize..5000, with in "[\\[\\]{}=\"'a-z0-9\\n.#]{0,6}") {
        let _ = Dialect::parse(&text);
        for source in FILES {
            let cut = source.floor_char_boundary(cut.min(source.len()));
            for fault in Dialect::parse(&format!("{}{with}{}", &source[..cut], &source[cut..])).err().into_iter().flatten() {
                prop_assert!(fault.line > 0 && fault.column > 0 && !fault.message.is_empty() && !fault.help.is_empty());
            }
        }
    }
}

#[test]
fn every_route_carries_each_grant_that_it_admits() {
    let secret = || SecretText::new("s");
    let grants = [
        Grant::AuthorizationCode { code: secret(), redirect_uri: None, code_verifier: None, resource: Vec::new() },
        Grant::RefreshToken { refresh_token: secret(), scope: None, resource: Vec::new() },
        Grant::ClientCredentials { scope: None, resource: Vec::new() },
        Grant::Password { username: "ann".into(), password: secret(), scope: None, resource: Vec::new() },
    ];
    let places = [SecretPlace::Basic, SecretPlace::Body, SecretPlace::Header];
    for (dialect, route, token) in routes() {
        for grant in grants.iter().filter(|grant| token.grants.contains(&grant.grant_type())) {
            let carried = places.into_iter().filter(|place| {
                let credentials = Credentials::secret(*place, "app", secret());
                let request = TokenRequest { credentials, grant: grant.clone() };
                token.encode_request(&dialect, route.methods[0].clone(), "https://auth.example/", &request).is_ok()
            });
            assert!(carried.count() > 0, "{} {} {:?}", dialect.name, route.path, grant.grant_type());
        }
    }
}
