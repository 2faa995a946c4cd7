//! That no two realms share an issuer, and that none lies inside another's: compared as they are served.

use jeton_oauth::{
    endpoint::RESERVED,
    manage::{
        administrator::REALM_ID,
        issuer::{PlainHttp, check_issuer, clash, place},
        realm::reserved,
    },
    model::RealmConfig,
};

use crate::{current::Current, entry::RealmEntry, fault::Faults};

pub(super) fn check(entries: &[RealmEntry], drafts: &[RealmConfig], current: &Current, plain_http: PlainHttp, faults: &mut Faults) {
    let drafted = |name: &str| drafts.iter().any(|draft| draft.name == name);
    // Whoever is there keeps its place, so that the fault is told of who comes later.
    let mut places: Vec<(String, String)> = Vec::new();
    let stored = current.issuers.iter().filter(|(name, _)| !drafted(name));
    places.extend(stored.filter_map(|(name, issuer)| Some((name.clone(), place(&current.served(name, issuer.as_deref())?)?))));
    let is_new = |realm: &RealmConfig| current.realm(&realm.name).is_none_or(|stored| stored.issuer != realm.issuer);
    let (later, earlier): (Vec<_>, Vec<_>) = entries.iter().zip(drafts).partition(|(_, realm)| is_new(realm));
    for (entry, realm) in earlier.into_iter().chain(later) {
        let at = entry.issuer.as_ref().map_or(entry.name.at, |said| said.at);
        if let Some(fault) = reserved(&realm.name).filter(|_| realm.id != REALM_ID) {
            faults.add(entry.name.at, fault.what, fault.instead);
            continue;
        }
        match (&realm.issuer, &entry.issuer) {
            (Some(issuer), Some(said)) => {
                if let Err(invalid) = check_issuer(issuer, plain_http) {
                    faults.add(said.at, format!("{issuer:?} cannot be an issuer"), invalid.to_string());
                    continue;
                }
            }
            (None, _) if RESERVED.contains(&realm.name.as_str()) && realm.id != REALM_ID => faults.add(
                at,
                format!("a realm named {:?} would take a path of the server itself", realm.name),
                "choose another name, or write its issuer below [realm]",
            ),
            _ => {}
        }
        let Some(issuer) = current.served(&realm.name, realm.issuer.as_deref()) else { continue };
        let Some(own) = place(&issuer) else { continue };
        let found = places.iter().find_map(|(name, other)| Some((name, clash((&realm.name, &own), (name, other))?)));
        if let Some((other, nesting)) = found.filter(|_| is_new(realm)) {
            let fault = nesting.fault(&issuer, other);
            faults.add(at, fault.what, fault.instead);
        }
        places.push((realm.name.clone(), own));
    }
}
