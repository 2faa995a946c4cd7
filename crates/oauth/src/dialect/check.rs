//! What a dialect's parts must be together: no path twice, and nothing loosened in silence.

use std::ops::Range;

use super::{Authenticate, Relaxation, Route, fault::Faults, read::Loosened, read_route::word, table::Table};
use crate::settings::{GrantType, SettingsPatch};

/// Settings that loosen by themselves.
pub(super) fn settings(patch: &SettingsPatch, table: &Table<'_, '_>, loosened: &mut Vec<Loosened>) {
    loosened.extend(Relaxation::of_settings(patch).into_iter().map(|(relaxation, setting)| (relaxation, table.span_of(setting))));
}

/// Without rotation, a client that proves nothing must not be able to refresh (RFC 9700 §2.2.2).
pub(super) fn refresh(patch: &SettingsPatch, routes: &[Route], file: &Table<'_, '_>, loosened: &mut Vec<Loosened>) {
    if patch.refresh_token_rotation == Some(false) && refreshes_unproven(routes) {
        loosened.push((Relaxation::NonRotatingRefreshForPublicClients, file.span_of("settings")));
    }
}

/// Whether whoever proves nothing may refresh.
pub(super) fn refreshes_unproven(routes: &[Route]) -> bool {
    routes.iter().filter_map(|route| route.token.as_deref()).any(|token| {
        token.grants.contains(&GrantType::RefreshToken) && (token.admits(Authenticate::None) || token.admits(Authenticate::FromToken))
    })
}

/// Every loosening is listed, and everything that is listed is made.
pub(super) fn relaxes(listed: &[(Relaxation, Range<usize>)], loosened: &[Loosened], faults: &Faults) {
    for (relaxation, at) in loosened {
        if !listed.iter().any(|(own, _)| own == relaxation) {
            faults.add(
                at,
                format!("this loosens the standard, and `relaxes` does not say so: {}", relaxation.explanation()),
                format!("add \"{relaxation}\" to `relaxes`"),
            );
        }
    }
    for (relaxation, at) in listed {
        if !loosened.iter().any(|(own, _)| own == relaxation) {
            faults.add(at, format!("nothing in this file makes the relaxation \"{relaxation}\""), "remove it from `relaxes`");
        }
    }
}

/// One method of one path has one meaning.
pub(super) fn paths(own: &[(Route, Range<usize>)], standard: &[Route], faults: &Faults) {
    for (index, (route, at)) in own.iter().enumerate() {
        let clashes = |other: &Route| other.path == route.path && other.methods.iter().any(|method| route.methods.contains(method));
        if own[..index].iter().any(|(other, _)| clashes(other)) {
            faults.add(at, format!("{} has two routes for one method", route.path), "write one route per method and path");
        }
        if let Some(other) = standard.iter().find(|other| clashes(other)) {
            let word = word(other.endpoint);
            faults.add(
                at,
                format!("{} is the standard's path for {word}", route.path),
                format!("choose another path, or add a route with operation = \"{word}\" on another path"),
            );
        }
    }
}
