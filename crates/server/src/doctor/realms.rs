//! Realms: whether each can be served, and what it loosens.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use jeton_oauth::{
    Timestamp,
    dialect::Dialect,
    manage::{
        administrator,
        issuer::{InvalidIssuer, PlainHttp, check_issuer, nesting, place},
    },
    model::{Realm, RealmConfig},
    settings::Settings,
};
use jeton_provision::Dialects;
use jeton_store::{RealmSummary, Store};

use super::{Finding, State, applications::applications};
use crate::realms::all_dialects;

/// Every realm, the applications in it, and what dialects relax.
pub async fn realms(store: &Store, folder: &Path, now: Timestamp) -> Vec<Finding> {
    const ABOUT: &str = "realms";
    let summaries = match store.realms().await {
        Ok(summaries) => summaries,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let dialects = match all_dialects(store, folder).await {
        Ok(dialects) => dialects,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut speakers = BTreeMap::new();
    let count = summaries.iter().filter(|realm| realm.id != administrator::REALM_ID).count();
    let mut findings = clashes(store, &summaries).await;
    for summary in summaries {
        *speakers.entry(summary.dialect.clone()).or_default() += 1;
        let realm = match store.realm(summary.id).await {
            Ok(Some(realm)) => realm,
            Ok(None) => continue,
            Err(error) => {
                findings.push(Finding::new(State::Fail, ABOUT, format!("{}: {error}", summary.name)));
                continue;
            }
        };
        match dialects.get(&realm.dialect) {
            None => findings.push(Finding::new(
                State::Fail,
                ABOUT,
                format!("{} is not served: its dialect {:?} is missing or broken", realm.name, realm.dialect),
            )),
            Some(dialect) => findings.extend(settings(&realm, dialect)),
        }
        match realm.issuer.as_deref().map(|issuer| check_issuer(issuer, PlainHttp::Loopback)) {
            Some(Err(error @ InvalidIssuer::Scheme)) => {
                findings.push(Finding::new(State::Warn, ABOUT, format!("{}: {error}", realm.name)));
            }
            Some(Err(error)) => findings.push(Finding::new(State::Fail, ABOUT, format!("{}: {error}", realm.name))),
            Some(Ok(())) | None => {}
        }
        let resolved = dialects.get(&realm.dialect).map(|dialect| Realm::new((*realm).clone(), String::new(), dialect.clone()));
        findings.extend(applications(store, &realm, resolved.as_ref(), now).await);
    }
    if findings.iter().all(|finding| finding.state == State::Ok) {
        findings.push(Finding::new(State::Ok, ABOUT, format!("{count}, each with a dialect and an issuer that can be served")));
    }
    findings.extend(relaxations(&speakers, &dialects));
    findings
}

/// Realms whose issuers are the same, or lie inside each other: the later one is not served.
async fn clashes(store: &Store, summaries: &[RealmSummary]) -> Vec<Finding> {
    let public_url = store.installation().await.ok().and_then(|installation| installation.public_url);
    let mut places: Vec<(String, &RealmSummary, String)> = summaries
        .iter()
        // Its place is nobody's.
        .filter(|realm| realm.id != administrator::REALM_ID)
        .filter_map(|realm| {
            let issuer = realm.issuer.clone().or_else(|| Some(format!("{}/{}", public_url.as_ref()?, realm.name)))?;
            Some((place(&issuer)?, realm, issuer))
        })
        .collect();
    // Neighbours in this order nest if any two do.
    places.sort_by(|(one, ..), (other, ..)| one.split('/').cmp(other.split('/')));
    let pairs = places.iter().zip(places.iter().skip(1));
    pairs
        .filter_map(|((outer, first, _), (inner, second, issuer))| {
            let fault = nesting(inner, outer)?.fault(issuer, &first.name);
            let words = format!("{}: {}; only the first of the two is served: {}", second.name, fault.what, fault.instead);
            Some(Finding::new(State::Fail, "realms", words))
        })
        .collect()
}

/// What realms loosen against the standard, once for each dialect that does.
fn relaxations(speakers: &BTreeMap<String, usize>, dialects: &Dialects) -> Vec<Finding> {
    let relaxing = speakers.iter().filter_map(|(name, realms)| Some((name, realms, dialects.get(name)?)));
    let finding = |(name, realms, dialect): (&String, &usize, &Arc<Dialect>)| {
        let relaxes: Vec<&str> = dialect.relaxes.iter().map(|relaxation| relaxation.as_str()).collect();
        let words = format!("the dialect {name} ({realms} realms) relaxes the standard: {}", relaxes.join(", "));
        (!relaxes.is_empty()).then(|| Finding::new(State::Ok, "relaxes", words))
    };
    relaxing.filter_map(finding).collect()
}

fn settings(realm: &RealmConfig, dialect: &Dialect) -> Vec<Finding> {
    let loosened = dialect.loosened_by(&realm.settings).into_iter().map(|(relaxation, setting)| {
        let words = format!("{}: the setting {setting} makes \"{relaxation}\": {}", realm.name, relaxation.explanation());
        Finding::new(State::Warn, "realms", words)
    });
    loosened.chain(impossible(realm, dialect)).collect()
}

fn impossible(realm: &RealmConfig, dialect: &Dialect) -> Vec<Finding> {
    let complete = Settings::default().with(&dialect.settings).with(&realm.settings);
    complete
        .faults()
        .into_iter()
        .map(|(setting, instead)| {
            Finding::new(State::Fail, "realms", format!("{}: the setting {setting} cannot be so; {instead}", realm.name))
        })
        .collect()
}
