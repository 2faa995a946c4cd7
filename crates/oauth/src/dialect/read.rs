//! A dialect's file becomes a [`Dialect`], or the list of what is wrong with it.

use std::{ops::Range, sync::Arc};

use http::HeaderName;
use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use super::{
    BasicDecoding, ClientAuthentication, CredentialHeaders, Dialect, ErrorFormat, Relaxation, ResourceFormat, Route, RouteMap, TokenRoute,
    check,
    fault::{Fault, Faults},
    read_members, read_route,
    table::{Table, Text, Word, as_table},
};
use crate::{
    endpoint::Endpoint,
    settings::{Settings, SettingsPatch},
};

/// Bytes; a dialect is a page.
const MAX_FILE: usize = 64 * 1024;

/// A loosening that the file makes, and where.
pub(super) type Loosened = (Relaxation, Range<usize>);

/// What routes take from the rest of the file.
#[derive(Clone, Copy)]
pub(super) struct Shared<'f> {
    pub(super) authentication: &'f ClientAuthentication,
    pub(super) error: &'f Arc<ErrorFormat>,
}

pub(super) fn read(text: &str) -> Result<Dialect, Vec<Fault>> {
    let faults = Faults::default();
    if text.len() > MAX_FILE {
        faults.add(&(0..0), "the file is larger than 64 KiB", "write less: a dialect is a page");
        return Err(faults.located(text));
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        faults.add(&error.span().unwrap_or(0..0), error.message(), "correct the TOML");
    }
    // What is broken as TOML was recovered by guessing: its other faults would be guesses too.
    if faults.count() > 0 {
        return Err(faults.located(text));
    }
    let dialect = read_file(&Table::new(table.get_ref(), 0..0, &faults));
    match dialect {
        Some(dialect) if faults.count() == 0 => Ok(dialect),
        _ => Err(faults.located(text)),
    }
}

fn read_file(file: &Table<'_, '_>) -> Option<Dialect> {
    let mut loosened = Vec::new();
    let name = file.required("name", "acme").filter(|name| is_name(name, file.faults));
    let title = file.required("title", "Acme").filter(|title| is_line(title, file.faults));
    let summary = file.text("summary").filter(|summary| is_line(summary, file.faults));
    let relaxes = file.sound_words::<Relaxation>("relaxes").unwrap_or_default();
    let settings = file.table("settings").map(|table| read_settings(&table, &mut loosened)).unwrap_or_default();
    let authentication = file.table("authentication").map(|table| read_authentication(table, &mut loosened)).unwrap_or_default();
    let error = ErrorFormat::standard();
    let error = Arc::new(match file.table("error") {
        Some(table) => read_members::error_format(table, error, &mut loosened),
        None => error,
    });
    let resource = file.table("resource").and_then(|table| read_resource(table, &error));
    let shared = Shared { authentication: &authentication, error: &error };
    let routes = read_routes(file, shared, &mut loosened);
    file.refuse_others();
    check::refresh(&settings, &routes, file, &mut loosened);
    check::relaxes(&relaxes, &loosened, file.faults);
    Some(Dialect {
        name: name?.text.to_owned(),
        title: title?.text.to_owned(),
        summary: summary.map(|summary| summary.text.to_owned()).unwrap_or_default(),
        settings,
        relaxes: relaxes.into_iter().map(|(relaxation, _)| relaxation).collect(),
        authentication,
        resource,
        map: RouteMap::of_dialect(&routes),
        routes,
        error,
    })
}

/// Each setting is read by itself, so that one fault does not hide the next.
fn read_settings(table: &Table<'_, '_>, loosened: &mut Vec<Loosened>) -> SettingsPatch {
    let mut sound = DeTable::new();
    for (key, value) in table.entries() {
        if !SettingsPatch::NAMES.contains(&key.text) {
            let help = format!("write one of {}, or remove it", SettingsPatch::NAMES.join(", "));
            table.faults.add(&key.span, format!("`{}` is no setting", key.text), help);
            continue;
        }
        let mut alone = DeTable::new();
        insert(&mut alone, &key, value);
        match SettingsPatch::deserialize(Deserializer::from(Spanned::new(value.span(), alone))) {
            Ok(_) => insert(&mut sound, &key, value),
            Err(error) => table.faults.add(
                &error.span().unwrap_or(value.span()),
                format!("`{}`: {}", key.text, error.message()),
                "write such a value",
            ),
        }
    }
    let patch = SettingsPatch::deserialize(Deserializer::from(Spanned::new(table.span.clone(), sound))).unwrap_or_default();
    for (name, instead) in Settings::default().with(&patch).faults() {
        table.faults.add(&table.span_of(name), format!("`{name}` cannot be this"), instead);
    }
    check::settings(&patch, table, loosened);
    patch
}

fn insert<'t>(into: &mut DeTable<'t>, key: &Text<'t>, value: &Spanned<DeValue<'t>>) {
    into.insert(Spanned::new(key.span.clone(), key.text.into()), value.clone());
}

fn read_authentication(table: Table<'_, '_>, loosened: &mut Vec<Loosened>) -> ClientAuthentication {
    let basic = table.word::<BasicDecoding>("basic").unwrap_or_default();
    if basic == BasicDecoding::Raw {
        loosened.push((Relaxation::RawBasicCredentials, table.span_of("basic")));
    }
    let header = table.table("header").and_then(|names| {
        let id = names.required("id", "X-App-Id").and_then(|name| header_name(&name, names.faults));
        let secret = names.required("secret", "X-App-Secret").and_then(|name| header_name(&name, names.faults));
        if id.is_some() && id == secret {
            names.faults.add(&names.span_of("secret"), "id and secret stand in the same header", "name another header");
        }
        names.refuse_others();
        Some(CredentialHeaders { id: id?, secret: secret? })
    });
    table.refuse_others();
    ClientAuthentication { basic, header }
}

fn read_resource(table: Table<'_, '_>, error: &Arc<ErrorFormat>) -> Option<ResourceFormat> {
    let header = table.required("header", "X-Access-Token").and_then(|name| header_name(&name, table.faults));
    table.refuse_others();
    Some(ResourceFormat { header: header?, error: Arc::clone(error) })
}

/// The file's routes, then the standard's for what it leaves out.
fn read_routes(file: &Table<'_, '_>, shared: Shared<'_>, loosened: &mut Vec<Loosened>) -> Vec<Route> {
    let mut routes: Vec<(Route, Range<usize>)> = Vec::new();
    for value in file.list("route").into_iter().flatten() {
        let Some(table) = as_table(value, "route", file.faults) else { continue };
        let span = table.span_of("path");
        if let Some(route) = read_route::route(table, shared, loosened) {
            routes.push((route, span));
        }
    }
    let left = Endpoint::OPERATIONS.into_iter().filter(|endpoint| !routes.iter().any(|(route, _)| route.endpoint == *endpoint));
    let standard: Vec<_> = left.flat_map(|endpoint| standard_routes(endpoint, shared)).collect();
    check::paths(&routes, &standard, file.faults);
    routes.into_iter().map(|(route, _)| route).chain(standard).collect()
}

fn standard_routes(endpoint: Endpoint, shared: Shared<'_>) -> impl Iterator<Item = Route> {
    endpoint.policy().paths.iter().map(move |path| {
        let token = (endpoint == Endpoint::Token).then(|| {
            let mut token = TokenRoute::standard(shared.error);
            if shared.authentication.header.is_some() {
                token.authenticate.push(super::Authenticate::Header);
            }
            Box::new(token)
        });
        Route { methods: endpoint.policy().methods.to_vec(), path: (*path).to_owned(), endpoint, token }
    })
}

/// A header that may carry a credential: not one that HTTP or a proxy gives a meaning.
pub(super) fn header_name(name: &Text<'_>, faults: &Faults) -> Option<HeaderName> {
    const TAKEN: &[&str] =
        &["authorization", "cookie", "host", "connection", "transfer-encoding", "te", "upgrade", "expect", "forwarded", "origin"];
    let parsed = HeaderName::from_bytes(name.text.as_bytes()).ok();
    let free = parsed.filter(|name| {
        !TAKEN.contains(&name.as_str()) && !name.as_str().starts_with("content-") && !name.as_str().starts_with("x-forwarded-")
    });
    if free.is_none() {
        faults.add(&name.span, format!("{:?} cannot carry this", name.text), "write a header of your own, such as \"X-App-Id\"");
    }
    free
}

fn is_name(name: &Text<'_>, faults: &Faults) -> bool {
    let fine = (1..=40).contains(&name.text.len()) && name.text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !fine {
        faults.add(&name.span, format!("{:?} is no name of a dialect", name.text), "write 1 to 40 of a-z, 0-9 and -");
    }
    fine
}

fn is_line(line: &Text<'_>, faults: &Faults) -> bool {
    let fine = !line.text.trim().is_empty() && line.text.len() <= 300 && !line.text.chars().any(char::is_control);
    if !fine {
        faults.add(&line.span, "this is empty, longer than 300 bytes or not one line", "write one line of text");
    }
    fine
}

impl Word for BasicDecoding {
    const WORDS: &'static [(&'static str, Self)] = &[("form", Self::Form), ("raw", Self::Raw)];
}
