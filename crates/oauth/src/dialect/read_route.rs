//! One `[[route]]` of a dialect's file.

use std::ops::Range;

use http::Method;

use super::{
    Authenticate, Body, Parameter, Place, Relaxation, Route, TokenRoute,
    fault::Faults,
    read::{Loosened, Shared, header_name},
    read_members,
    table::{Table, Text, Word, as_table, read_word, words_of},
};
use crate::{
    endpoint::{Endpoint, RESERVED, is_reserved_below_issuer},
    settings::GrantType,
};

pub(super) fn route(table: Table<'_, '_>, shared: Shared<'_>, loosened: &mut Vec<Loosened>) -> Option<Route> {
    let endpoint = table.required("operation", "token").and_then(|text| read_word::<Endpoint>(&text, "operation", table.faults));
    let path = table.required("path", "/oauth/token").filter(|path| is_path(path, table.faults));
    let method = table.text("method").and_then(|text| method(&text, endpoint?, table.faults));
    let get = method == Some(Method::GET);
    let token = (endpoint? == Endpoint::Token).then(|| {
        if get {
            loosened.push((Relaxation::TokenRequestsByGet, table.span_of("method")));
        }
        Box::new(token_route(&table, get, shared, loosened))
    });
    table.refuse_others();
    let endpoint = endpoint?;
    let methods = method.map_or_else(|| endpoint.policy().methods.to_vec(), |method| vec![method]);
    Some(Route { methods, path: path?.text.to_owned(), endpoint, token })
}

fn method(text: &Text<'_>, endpoint: Endpoint, faults: &Faults) -> Option<Method> {
    let mut fitting = endpoint.policy().methods.to_vec();
    if endpoint == Endpoint::Token {
        fitting.push(Method::GET);
    }
    let method = fitting.iter().find(|method| method.as_str() == text.text).cloned();
    if method.is_none() {
        let fitting: Vec<_> = fitting.iter().map(Method::as_str).collect();
        faults.add(&text.span, format!("{:?} is no method for {}", text.text, word(endpoint)), format!("write {}", fitting.join(" or ")));
    }
    method
}

fn token_route(table: &Table<'_, '_>, get: bool, shared: Shared<'_>, loosened: &mut Vec<Loosened>) -> TokenRoute {
    let standard = TokenRoute::standard(shared.error);
    let bodies = match table.words::<Body>("bodies") {
        Some(bodies) => bodies.into_iter().map(|(body, _)| body).collect(),
        None if get => Vec::new(),
        None => standard.bodies,
    };
    if get && !bodies.is_empty() {
        table.faults.add(&table.span_of("bodies"), "a GET request has no body", "remove `bodies`, and put each parameter into a header");
    }
    let places = table.table("parameters").map_or(standard.places.clone(), |table| places(&table, standard.places));
    let constant = match &places[Parameter::GrantType as usize] {
        Place::Constant(grant) => GrantType::parse(grant),
        _ => None,
    };
    let grants = match table.words::<GrantType>("grants") {
        Some(grants) => grants.into_iter().map(|(grant, _)| grant).collect(),
        None => constant.map_or(standard.grants, |grant| vec![grant]),
    };
    if grants.is_empty() || constant.is_some_and(|constant| grants != [constant]) {
        table.faults.add(
            &table.span_of("grants"),
            "no request could use these grants",
            "leave `grants` out, or name those that `grant_type` can say here",
        );
    }
    let answer = table.list("answer").map_or(standard.answer, |list| read_members::answer(list, table));
    let mut route = TokenRoute { bodies, grants, authenticate: Vec::new(), places, answer, error: standard.error };
    route.authenticate = authenticate(table, &route, shared, loosened);
    reachable(table, &route);
    route
}

fn authenticate(table: &Table<'_, '_>, route: &TokenRoute, shared: Shared<'_>, loosened: &mut Vec<Loosened>) -> Vec<Authenticate> {
    let stands = |parameter| !route.bodies.is_empty() || !matches!(route.place(parameter), Place::Body(_));
    let impossible = |way: Authenticate| match way {
        Authenticate::ClientSecretBasic => None,
        Authenticate::ClientSecretPost => {
            (!stands(Parameter::ClientSecret)).then_some("the route reads no body that could carry the secret")
        }
        Authenticate::Header => shared.authentication.header.is_none().then_some("`authentication.header` names no headers"),
        Authenticate::None => (!stands(Parameter::ClientId)).then_some("`client_id` stands in a body, and the route reads none"),
        Authenticate::FromToken => (!route.grants.contains(&GrantType::RefreshToken)).then_some("the route admits no refresh_token grant"),
    };
    let Some(ways) = table.words::<Authenticate>("authenticate") else {
        let usual = [Authenticate::ClientSecretBasic, Authenticate::ClientSecretPost, Authenticate::Header, Authenticate::None];
        return usual.into_iter().filter(|way| impossible(*way).is_none()).collect();
    };
    if ways.is_empty() {
        table.faults.add(
            &table.span_of("authenticate"),
            "no client could use this route",
            format!("write some of {}", words_of::<Authenticate>()),
        );
    }
    for (way, at) in &ways {
        if let Some(why) = impossible(*way) {
            table.faults.add(at, format!("this way of authentication is not possible here: {why}"), "remove it, or make it possible");
        }
        if *way == Authenticate::FromToken {
            loosened.push((Relaxation::RefreshWithoutClientAuthentication, at.clone()));
        }
    }
    ways.into_iter().map(|(way, _)| way).collect()
}

/// What a grant needs must stand somewhere that the route reads, each at a place of its own.
fn reachable(table: &Table<'_, '_>, route: &TokenRoute) {
    let needs = |grant: &GrantType| match grant {
        GrantType::AuthorizationCode => &[Parameter::Code][..],
        GrantType::RefreshToken => &[Parameter::RefreshToken],
        GrantType::ClientCredentials => &[],
        GrantType::Password => &[Parameter::Username, Parameter::Password],
    };
    if route.bodies.is_empty() {
        for parameter in route.grants.iter().flat_map(needs).chain(&[Parameter::GrantType]) {
            if matches!(route.place(*parameter), Place::Body(_)) {
                let name = parameter.as_str();
                table.faults.add(
                    &table.span_of("parameters"),
                    format!("`{name}` stands in a body, and the route reads none"),
                    format!("write {name} = {{ header = \"…\" }} under [route.parameters], or add `bodies`"),
                );
            }
        }
    }
    for (index, parameter) in Parameter::ALL.iter().enumerate() {
        let place = route.place(*parameter);
        let twin = Parameter::ALL[..index].iter().find(|other| route.place(**other) == place);
        if let (Some(twin), false) = (twin, matches!(place, Place::Constant(_))) {
            table.faults.add(
                &table.span_of("parameters"),
                format!("`{}` and `{}` stand at the same place", twin.as_str(), parameter.as_str()),
                "give each a place of its own",
            );
        }
    }
}

fn places(table: &Table<'_, '_>, mut places: [Place; Parameter::COUNT]) -> [Place; Parameter::COUNT] {
    for (key, value) in table.entries() {
        let Some(parameter) = read_word::<Parameter>(&key, "parameters", table.faults) else { continue };
        let Some(spot) = as_table(value, key.text, table.faults) else { continue };
        if let Some(place) = place(&spot, parameter) {
            places[parameter as usize] = place;
        }
    }
    places
}

fn place(table: &Table<'_, '_>, parameter: Parameter) -> Option<Place> {
    let given = [table.text("body"), table.text("query"), table.text("header"), table.text("constant")];
    table.refuse_others();
    let refuse = |at: &Range<usize>, wrong: &str, help: &str| {
        table.faults.add(at, format!("`{}` {wrong}", parameter.as_str()), help);
        None
    };
    let [body, query, header, constant] = match given.iter().flatten().count() {
        1 => given,
        _ => {
            return refuse(
                &table.span,
                "needs exactly one place",
                "write one of { body = … }, { query = … }, { header = … }, { constant = … }",
            );
        }
    };
    if let Some(name) = body {
        return is_parameter(&name, table.faults).then(|| Place::Body(name.text.to_owned()));
    }
    if let Some(name) = query {
        if parameter.is_secret() {
            return refuse(&name.span, "is a secret, and URLs end up in logs", "put it into the body or a header");
        }
        return is_parameter(&name, table.faults).then(|| Place::Query(name.text.to_owned()));
    }
    if let Some(name) = header {
        if matches!(parameter, Parameter::ClientId | Parameter::ClientSecret) {
            return refuse(&name.span, "stands in a header for the whole dialect", "name the header under [authentication.header]");
        }
        return header_name(&name, table.faults).map(Place::Header);
    }
    let value = constant?;
    if parameter.is_secret() || parameter == Parameter::Username {
        return refuse(&value.span, "says who asks, so it cannot be the same for all", "put it into the body or a header");
    }
    if parameter == Parameter::GrantType {
        read_word::<GrantType>(&value, "grant_type", table.faults)?;
    }
    Some(Place::Constant(value.text.to_owned()))
}

/// Names end up in messages, so they are plain.
fn is_parameter(name: &Text<'_>, faults: &Faults) -> bool {
    let fine = (1..=64).contains(&name.text.len())
        && name.text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if !fine {
        faults.add(&name.span, format!("{:?} is no name of a parameter", name.text), "write 1 to 64 letters, digits, `_`, `-` and `.`");
    }
    fine
}

/// Segments of unreserved characters (RFC 3986 §2.3): nothing to decode, nothing to normalise.
fn is_path(path: &Text<'_>, faults: &Faults) -> bool {
    let segment = |segment: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        !segment.is_empty() && segment.len() <= 64 && segment.bytes().all(plain) && !matches!(segment, "." | "..")
    };
    let fine = path.text.len() <= 200 && path.text.strip_prefix('/').is_some_and(|rest| rest.split('/').all(segment));
    let first = path.text.split('/').nth(1).unwrap_or_default();
    if !fine || is_reserved_below_issuer(first) {
        faults.add(
            &path.span,
            format!("{:?} is no path for a route", path.text),
            format!(
                "write a path below the issuer, such as \"/oauth/token\", that begins with none of {} and no page of ours, such as sign-in",
                RESERVED.join(", ")
            ),
        );
        return false;
    }
    true
}

/// An operation as it stands in a dialect's file.
pub(super) fn word(endpoint: Endpoint) -> &'static str {
    Endpoint::WORDS.iter().find(|(_, own)| *own == endpoint).map_or("metadata", |(word, _)| word)
}

/// Metadata stays where clients look for it.
impl Word for Endpoint {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("authorization", Self::Authorization),
        ("token", Self::Token),
        ("introspection", Self::Introspection),
        ("revocation", Self::Revocation),
        ("userinfo", Self::UserInfo),
        ("jwks", Self::Jwks),
    ];
}
