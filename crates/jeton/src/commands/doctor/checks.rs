//! The looks that the doctor takes, one function each.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use jeton_oauth::{
    dialect::{Dialect, Relaxation},
    manage::{
        administrator,
        client::Layer,
        issuer::{InvalidIssuer, PlainHttp, check_issuer, nesting, place},
    },
    model::{Client, Realm, RealmConfig},
    settings::Settings,
};
use jeton_provision::Dialects;
use jeton_server::{
    keys::{MASTER_KEY_FILE, MASTER_KEY_VARIABLE, MasterKey},
    page_parts,
    realms::read_dialect,
};

use jeton_store::RealmSummary;

use super::{Finding, State, nodes::nodes};
use crate::{
    cli::Common,
    installation::{Installation, dialect_files, now},
    progress::Progress,
};

/// Bytes of disk below which there is a warning, and below which it is a fault.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 64 << 20;
/// Bytes of write-ahead log above which checkpoints seem not to happen.
const LONG_LOG: u64 = 512 << 20;

pub async fn all(common: &Common) -> Vec<Finding> {
    let folder = common.data.as_path();
    let mut findings = vec![data_folder(folder)];
    if findings[0].state != State::Ok && !folder.is_dir() {
        return findings;
    }
    findings.push(disk(folder));
    findings.push(clock());
    findings.extend(dialects(folder));
    findings.extend(pages(folder));
    let installation = match Installation::open(common) {
        Ok(installation) => installation,
        Err(error) => {
            findings.push(Finding::new(State::Fail, "database", error.to_string()));
            return findings;
        }
    };
    findings.push(master_key(&installation).await);
    findings.extend(database(&installation).await);
    findings.extend(nodes(&installation).await);
    findings.extend(stored_dialects(&installation).await);
    findings.extend(mail(&installation).await);
    findings.extend(realms(&installation).await);
    findings.push(administrators(&installation).await);
    findings
}

/// Whether somebody can let others in.
async fn administrators(installation: &Installation) -> Finding {
    const ABOUT: &str = "administrators";
    let named = installation.store.realm_by_name(administrator::REALM).await;
    if let Ok(Some(_)) = named.map(|realm| realm.filter(|realm| realm.id != administrator::REALM_ID)) {
        let words = "a realm of your own is named admin, so nobody can administer the server; move what it holds to a realm of another name, and delete it";
        return Finding::new(State::Fail, ABOUT, words);
    }
    match installation.store.has_owner(None).await {
        Ok(true) => Finding::new(State::Ok, ABOUT, "somebody owns this server, and can let others in"),
        Ok(false) => Finding::new(
            State::Warn,
            ABOUT,
            "there is no administrator: open the link that `jeton serve` prints at its start, or run: jeton administrator invite YOU@EXAMPLE.COM --role owner",
        ),
        Err(error) => Finding::new(State::Fail, ABOUT, error.to_string()),
    }
}

/// The operator's own templates, texts and assets; nothing is said where all of them are used.
fn pages(folder: &Path) -> Vec<Finding> {
    let warn = |fault| Finding::new(State::Warn, "pages", format!("{fault}; the built-in one is used"));
    page_parts::faults_of_overrides(folder).into_iter().map(warn).collect()
}

fn data_folder(folder: &Path) -> Finding {
    const ABOUT: &str = "data folder";
    let shown = folder.display();
    let metadata = match fs::metadata(folder) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Ok(_) => return Finding::new(State::Fail, ABOUT, format!("{shown} is no folder; name the data folder with --data")),
        Err(error) => {
            return Finding::new(
                State::Fail,
                ABOUT,
                format!("{shown} cannot be used ({error}); start the server once, or name its data folder with --data"),
            );
        }
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o022 != 0 {
            return Finding::new(State::Fail, ABOUT, format!("others may write into {shown} (mode {mode:03o}); run: chmod 700 {shown}"));
        }
        if mode & 0o055 != 0 {
            return Finding::new(State::Warn, ABOUT, format!("others may look into {shown} (mode {mode:03o}); run: chmod 700 {shown}"));
        }
    }
    if metadata.permissions().readonly() {
        return Finding::new(State::Fail, ABOUT, format!("{shown} is read-only; give it to the user that runs the server"));
    }
    Finding::new(State::Ok, ABOUT, format!("{shown} is its owner's alone"))
}

fn disk(folder: &Path) -> Finding {
    let free = match fs4::available_space(folder) {
        Ok(free) => free,
        Err(error) => return Finding::new(State::Warn, "disk", format!("the free space is not known: {error}")),
    };
    let words = format!("{} MiB are free", free >> 20);
    match free {
        free if free < NO_SPACE => Finding::new(State::Fail, "disk", format!("{words}; free some, or soon nothing can be written")),
        free if free < LITTLE_SPACE => Finding::new(State::Warn, "disk", format!("{words}; free some before it is less")),
        _ => Finding::new(State::Ok, "disk", words),
    }
}

/// Tokens carry the time: a clock that is wrong makes them dead or eternal.
fn clock() -> Finding {
    // When this program was written, and a century on.
    const SENSIBLE: std::ops::Range<i64> = 1_767_225_600..4_922_899_200;
    let at = now();
    if SENSIBLE.contains(&at.as_seconds()) {
        return Finding::new(State::Ok, "clock", format!("it is {}", crate::output::instant(at)));
    }
    Finding::new(State::Fail, "clock", format!("the clock says {}; set it, as every token carries the time", crate::output::instant(at)))
}

async fn master_key(installation: &Installation) -> Finding {
    const ABOUT: &str = "master key";
    let check = match installation.store.installation().await {
        Ok(installation) => installation.master_key_check,
        Err(error) => return Finding::new(State::Fail, ABOUT, error.to_string()),
    };
    if check.is_none() {
        return Finding::new(State::Ok, ABOUT, "none yet: the server makes it at its first start");
    }
    match MasterKey::open(&installation.folder, check.as_deref()) {
        Ok(_) if std::env::var_os(MASTER_KEY_VARIABLE).is_some() => {
            Finding::new(State::Ok, ABOUT, format!("the one in {MASTER_KEY_VARIABLE} belongs to this database"))
        }
        Ok(_) => Finding::new(
            State::Ok,
            ABOUT,
            format!("{} belongs to this database; keep a copy elsewhere", installation.folder.join(MASTER_KEY_FILE).display()),
        ),
        Err(error) => Finding::new(State::Fail, ABOUT, error.to_string()),
    }
}

async fn database(installation: &Installation) -> Vec<Finding> {
    const ABOUT: &str = "database";
    let turning = Progress::turning("checking the whole database");
    let diagnosis = installation.store.diagnose().await;
    turning.finish_and_clear();
    let diagnosis = match diagnosis {
        Ok(diagnosis) => diagnosis,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut findings: Vec<Finding> = diagnosis
        .faults
        .iter()
        .map(|fault| Finding::new(State::Fail, ABOUT, format!("damaged: {fault}; stop the server and restore a backup")))
        .collect();
    if findings.is_empty() {
        let rows: u64 = diagnosis.rows.iter().map(|(_, rows)| rows).sum();
        let words = format!("whole: {} KiB, {rows} rows, {}, schema {}", diagnosis.bytes >> 10, diagnosis.engine, diagnosis.schema);
        findings.push(Finding::new(State::Ok, ABOUT, words));
    }
    if diagnosis.log_bytes > LONG_LOG {
        let words = format!(
            "its write-ahead log has {} MiB: something reads for very long; look for a command that has hung",
            diagnosis.log_bytes >> 20
        );
        findings.push(Finding::new(State::Warn, ABOUT, words));
    }
    findings
}

/// Letters that nobody got.
async fn mail(installation: &Installation) -> Option<Finding> {
    const ABOUT: &str = "mail";
    match installation.store.mails_given_up().await {
        Ok(0) => None,
        Ok(count) => {
            let last = installation
                .store
                .last_mail_fault()
                .await
                .ok()
                .flatten()
                .map_or_else(String::new, |fault| format!("; the last one: {fault}"));
            Some(Finding::new(
                State::Warn,
                ABOUT,
                format!("letters given up in the last 30 days: {count}{last}; look at --smtp-url and --mail-from"),
            ))
        }
        Err(error) => Some(Finding::new(State::Fail, ABOUT, error.to_string())),
    }
}

/// Files in the data folder's `dialects`.
fn dialects(folder: &Path) -> Vec<Finding> {
    let broken = dialect_files(folder).into_iter().filter_map(|name| {
        if Dialect::built_in(&name).is_some() {
            return Some(Finding::new(
                State::Warn,
                "dialect",
                format!("{name}.toml has the name of a built-in dialect and is not used; give it another name"),
            ));
        }
        read_dialect(&folder.join("dialects"), &name).err().map(|fault| Finding::new(State::Fail, "dialect", fault))
    });
    broken.collect()
}

/// Dialects that are stored, and files beside them that only this machine has.
async fn stored_dialects(installation: &Installation) -> Vec<Finding> {
    const ABOUT: &str = "dialect";
    let stored = match installation.store.dialects().await {
        Ok(stored) => stored,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut findings = Vec::new();
    for row in &stored {
        if let Err(faults) = Dialect::parse(&row.toml) {
            let why = faults.first().map_or_else(String::new, ToString::to_string);
            let words =
                format!("the stored dialect {} is not understood by this version: {why}; mend it with: jeton dialect apply FILE", row.name);
            findings.push(Finding::new(State::Fail, ABOUT, words));
        }
    }
    for name in dialect_files(&installation.folder).into_iter().filter(|name| Dialect::built_in(name).is_none()) {
        let file = installation.folder.join("dialects").join(format!("{name}.toml"));
        let words = match stored.iter().find(|row| row.name == name) {
            None => format!("{name} is read from a file that other servers may not have; store it: jeton dialect apply {}", file.display()),
            Some(row) if fs::read_to_string(&file).is_ok_and(|text| text == row.toml) => continue,
            Some(_) => format!("{} is not used: another dialect of this name is stored; remove the file, or apply it", file.display()),
        };
        findings.push(Finding::new(State::Warn, ABOUT, words));
    }
    findings
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

async fn realms(installation: &Installation) -> Vec<Finding> {
    const ABOUT: &str = "realms";
    let summaries = match installation.store.realms().await {
        Ok(summaries) => summaries,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let dialects = match installation.dialects().await {
        Ok(dialects) => dialects,
        Err(error) => return vec![Finding::new(State::Fail, ABOUT, error.to_string())],
    };
    let mut speakers = BTreeMap::new();
    let count = summaries.iter().filter(|realm| realm.id != administrator::REALM_ID).count();
    let mut findings = clashes(installation, &summaries).await;
    for summary in summaries {
        *speakers.entry(summary.dialect.clone()).or_default() += 1;
        let realm = match installation.store.realm(summary.id).await {
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
        findings.extend(applications(installation, &realm, resolved.as_ref()).await);
    }
    if findings.iter().all(|finding| finding.state == State::Ok) {
        findings.push(Finding::new(State::Ok, ABOUT, format!("{count}, each with a dialect and an issuer that can be served")));
    }
    findings.extend(relaxations(&speakers, &dialects));
    findings
}

/// Realms whose issuers are the same, or lie inside each other: the later one is not served.
async fn clashes(installation: &Installation, summaries: &[RealmSummary]) -> Vec<Finding> {
    let public_url = installation.store.installation().await.ok().and_then(|installation| installation.public_url);
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

/// Applications that cannot prove themselves any more, or soon not; and those that have settings of their own.
async fn applications(installation: &Installation, realm: &RealmConfig, resolved: Option<&Realm>) -> Vec<Finding> {
    const SOON: Duration = Duration::from_secs(14 * 86_400);
    const PAGE: u32 = 500;
    let at = now();
    let soon = at + jeton_oauth::Seconds(SOON.as_secs() as u32);
    let mut findings = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = match installation.store.in_realm(realm.id).clients(after.as_deref(), PAGE).await {
            Ok(page) => page,
            Err(error) => return vec![Finding::new(State::Fail, "secrets", error.to_string())],
        };
        for client in page.iter().filter(|client| !client.is_public() && client.is_active()) {
            let rotate = format!("jeton client rotate-secret {} --realm {}", client.id, realm.name);
            let lasting = client.secrets.iter().any(|secret| secret.expires_at.is_none_or(|end| end > soon));
            if client.live_secrets(at).next().is_none() {
                let why = if client.secrets.is_empty() { "has no secret" } else { "has only expired secrets" };
                findings.push(Finding::new(
                    State::Warn,
                    "secrets",
                    format!("{} in {} {why}, so it cannot obtain tokens; run: {rotate}", client.id, realm.name),
                ));
            } else if !lasting {
                findings.push(Finding::new(
                    State::Warn,
                    "secrets",
                    format!("the last secret of {} in {} expires within 14 days; run: {rotate}", client.id, realm.name),
                ));
            }
        }
        findings.extend(resolved.into_iter().flat_map(|realm| page.iter().flat_map(move |client| own_settings(client, realm))));
        if page.len() < PAGE as usize {
            return findings;
        }
        after = page.last().map(|client| client.id.clone());
    }
}

/// What an application has of its own in place of the realm's settings, and what that loosens.
fn own_settings(client: &Client, realm: &Realm) -> Vec<Finding> {
    const ABOUT: &str = "applications";
    let layers = client.layers(realm).into_iter().filter(|(_, _, layer)| *layer == Layer::Client);
    let own: Vec<String> = layers.map(|(name, value, _)| format!("{name} = {value}")).collect();
    let mut findings = Vec::new();
    if !own.is_empty() {
        let words = format!("{} in {} has settings of its own: {}", client.id, realm.config.name, own.join(", "));
        findings.push(Finding::new(State::Ok, ABOUT, words));
    }
    for (relaxation, setting) in realm.dialect.loosened_by(&client.overrides()) {
        if !(client.is_public() && relaxation == Relaxation::ConfidentialClientsWithoutPkce) {
            let words =
                format!("{} in {}: its {setting} makes \"{relaxation}\": {}", client.id, realm.config.name, relaxation.explanation());
            findings.push(Finding::new(State::Warn, ABOUT, words));
        }
    }
    findings
}
