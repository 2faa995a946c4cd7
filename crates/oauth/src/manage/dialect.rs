//! Dialects of operators' own: when one may be written, and when it may go.

use rand_core::CryptoRng;

use super::{Act, Actor, Fault, Noun, Refusal, Subject, Verdict, administrator::REALM_ID, fit, may};
use crate::{
    Change, Effect, Timestamp,
    change::{AuditEvent, AuditKind, DialectChange},
    dialect::DialectFile,
    model::{RealmConfig, StoredDialect},
    settings::Settings,
};

/// What applying a dialect's file means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialectApplied {
    /// It is stored as it is.
    Unchanged,
    /// There was none of this name.
    Created,
    /// There was one, with another text.
    Changed,
}

/// Writes a dialect, or writes it anew. `speak` are the realms of this dialect: what the file says has to
/// go with the settings of each. One audit event in each of them, and one in the realm of the administrators.
///
/// # Errors
/// Every realm whose settings the dialect makes impossible; or that `by` may not change dialects.
pub fn apply_dialect(
    file: &DialectFile,
    stored: Option<&StoredDialect>,
    speak: &[RealmConfig],
    by: &Actor,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Verdict<DialectApplied> {
    check_actor(by)?;
    fit(speak.iter().flat_map(|realm| faults_in(file, realm)).collect())?;
    let applied = match stored {
        None => DialectApplied::Created,
        Some(stored) if stored.toml == file.text() => return Ok(Effect::only(DialectApplied::Unchanged)),
        Some(_) => DialectApplied::Changed,
    };
    let version = stored.map_or(0, |stored| stored.version);
    let words = format!("the dialect {} was written, version {}", file.name(), version + 1);
    let mut changes = vec![Change::Dialect(DialectChange::Store { file: file.clone(), version, at: now })];
    changes.extend(speak.iter().map(|realm| AuditEvent::new(AuditKind::RealmChanged, by, realm.id, now, rng).detail(words.clone()).into()));
    changes.push(AuditEvent::new(AuditKind::DialectChanged, by, REALM_ID, now, rng).detail(words).into());
    Ok(Effect { answer: applied, changes })
}

/// Removes a dialect that no realm speaks.
///
/// # Errors
/// The realms that speak it; or that `by` may not change dialects.
pub fn remove_dialect(stored: &StoredDialect, speak: &[RealmConfig], by: &Actor, now: Timestamp, rng: &mut dyn CryptoRng) -> Verdict<()> {
    check_actor(by)?;
    if !speak.is_empty() {
        let names: Vec<&str> = speak.iter().take(20).map(|realm| realm.name.as_str()).collect();
        let (name, count, names) = (&stored.name, realms(speak.len()), names.join(", "));
        let words = format!("the dialect {name} is spoken by {count} ({names}); give those another dialect first");
        return Err(Refusal::Conflict(words).into());
    }
    let words = format!("the dialect {} was removed", stored.name);
    let changes = vec![
        Change::Dialect(DialectChange::Remove { name: stored.name.clone(), version: stored.version }),
        AuditEvent::new(AuditKind::DialectChanged, by, REALM_ID, now, rng).detail(words).into(),
    ];
    Ok(Effect { answer: (), changes })
}

fn realms(count: usize) -> String {
    if count == 1 { "1 realm".to_owned() } else { format!("{count} realms") }
}

/// A dialect is everybody's: only who may make realms may change it.
fn check_actor(by: &Actor) -> Result<(), Refusal> {
    if may(&by.who, Noun::Realm, Act::Create, &Subject::default()) { Ok(()) } else { Err(Refusal::Forbidden(by.who.words())) }
}

fn faults_in(file: &DialectFile, realm: &RealmConfig) -> Vec<Fault> {
    let complete = Settings::default().with(&file.dialect().settings).with(&realm.settings);
    let fault = |(setting, instead)| {
        Fault::new("settings", format!("the realm {} could not be served: its {setting} cannot be so", realm.name), instead)
    };
    complete.faults().into_iter().map(fault).collect()
}
