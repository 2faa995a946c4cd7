//! A realm: what may be said about it, whether it can be, and what may be done with it.

use serde_json::{Map, Value};

use super::{
    Act, Actor, Desk, Fault, Noun, Refusal, Subject, Verdict, administrator, did_you_mean,
    document::document,
    end_of_realm, fit,
    issuer::{PlainHttp, check_issuer},
    may, of_what_differs, scope,
    text::is_line,
};
use crate::{
    Change, Effect, RealmId, Timestamp,
    change::{AuditEvent, AuditKind, RealmChange},
    dialect::{Dialect, Relaxation},
    endpoint::RESERVED,
    model::{RealmConfig, Status},
    settings::{ScopeDefinition, Settings, SettingsPatch},
};

document! {
    /// What is said about a realm.
    pub struct RealmDocument {
        /// What people see; the realm's name where it is left out.
        title: Option<String>,
        /// The `iss` of its tokens, and where it is served; the server's address, `/` and the realm's name where it is left out.
        issuer: Option<String>,
        /// The wire format; `standard` where it is left out.
        dialect: Option<String>,
        /// `aud` of access tokens for which no `resource` was asked; the issuer where it is left out.
        audience: Option<String>,
        /// What `settings` loosen against the standard, by name; each needs to be listed.
        relaxes: Vec<Relaxation>,
        /// What tokens may be used for, besides the scopes that every realm has.
        scopes: Vec<ScopeDefinition>,
        /// How tokens, sessions, limits and keys are; what is left out is as the dialect says.
        settings: SettingsPatch,
    }
}

/// The name is the end of the issuer's path and a word of commands.
pub fn name_fault(name: &str) -> Option<Fault> {
    let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.'));
    let fits = name.len() <= 63 && letters && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    (!fits).then(|| {
        Fault::new(
            "name",
            format!("{name:?} cannot be a realm's name"),
            "write 1 to 63 of a-z, 0-9, - _ and . with a letter or digit first",
        )
    })
}

impl RealmDocument {
    /// What is said about a stored realm.
    pub fn of(config: &RealmConfig, dialect: &Dialect) -> Self {
        Self {
            title: config.title.clone(),
            issuer: config.issuer.clone(),
            dialect: Some(config.dialect.clone()),
            audience: config.audience.clone(),
            relaxes: dialect.loosened_by(&config.settings).into_iter().map(|(relaxation, _)| relaxation).collect(),
            scopes: config.scopes.clone(),
            settings: config.settings.clone(),
        }
    }

    /// Everything that is wrong with it in a realm of this name and dialect, all at once. Whether its
    /// issuer is another's is asked of [`super::issuer::nesting`].
    pub fn faults(&self, name: &str, dialect: &Dialect, plain_http: PlainHttp) -> Vec<Fault> {
        let mut faults: Vec<Fault> = name_fault(name).into_iter().collect();
        for (member, text) in [("title", &self.title), ("audience", &self.audience)] {
            if let Some(text) = text.as_ref().filter(|text| !is_line(text)) {
                faults.push(Fault::new(member, format!("`{member}` cannot be {text:?}"), "write one line of 1 to 255 bytes"));
            }
        }
        match &self.issuer {
            Some(issuer) => {
                if let Err(invalid) = check_issuer(issuer, plain_http) {
                    faults.push(Fault::new("issuer", format!("{issuer:?} cannot be an issuer"), invalid.to_string()));
                }
            }
            None if RESERVED.contains(&name) && name != administrator::REALM => faults.push(Fault::new(
                "name",
                format!("a realm named {name:?} would take a path of the server itself"),
                "choose another name, or write its issuer below [realm]",
            )),
            None => {}
        }
        faults.extend(scope::faults(&self.scopes));
        faults.extend(self.settings_faults(dialect));
        faults
    }

    fn settings_faults(&self, dialect: &Dialect) -> Vec<Fault> {
        let complete = Settings::default().with(&dialect.settings).with(&self.settings);
        let setting = |name: &str| super::Path::from("settings").key(name);
        let mut faults: Vec<Fault> = complete
            .faults()
            .into_iter()
            .map(|(name, instead)| Fault::new(setting(name), format!("the setting `{name}` cannot be so"), instead).with(&["dialect"]))
            .collect();
        faults.extend(unlisted(&self.settings, &self.relaxes, dialect));
        faults
    }
}

/// A setting that loosens the standard, and is not listed.
pub fn unlisted(settings: &SettingsPatch, relaxes: &[Relaxation], dialect: &Dialect) -> Vec<Fault> {
    let loosened = dialect.loosened_by(settings);
    let silent = loosened.into_iter().filter(|(relaxation, _)| !relaxes.contains(relaxation));
    silent
        .map(|(relaxation, setting)| {
            Fault::new(
                super::Path::from("settings").key(setting),
                format!("`{setting}` loosens the standard, and `relaxes` does not say so: {}", relaxation.explanation()),
                format!("list it: relaxes = [\"{relaxation}\"]; or leave the setting out"),
            )
            .with(&["relaxes", "dialect"])
        })
        .collect()
}

/// Where realms are made, there is none yet to work in.
pub struct Founding<'a> {
    /// Who acts, and from where.
    pub by: &'a Actor,
    /// The time of the decision.
    pub now: Timestamp,
    /// Where ids come from.
    pub rng: &'a mut dyn rand_core::CryptoRng,
    /// Every dialect by its name.
    pub dialects: &'a std::collections::BTreeMap<String, std::sync::Arc<Dialect>>,
    /// Where issuers may do without TLS.
    pub plain_http: PlainHttp,
}

/// Makes a realm. `clash`: how its issuer stands to another realm's.
pub fn create(name: &str, document: RealmDocument, clash: Option<Fault>, with: &mut Founding<'_>) -> Verdict<RealmConfig> {
    if !may(&with.by.who, Noun::Realm, Act::Create, &Subject::default()) {
        return Err(Refusal::Forbidden(with.by.who.words()).into());
    }
    let mut faults = document_faults(name, &document, clash, with);
    faults.extend(reserved(name));
    fit(faults)?;
    let id = RealmId::new(with.now, with.rng);
    let config = RealmConfig {
        id,
        name: name.to_owned(),
        title: document.title,
        issuer: document.issuer,
        dialect: document.dialect.unwrap_or_else(|| "standard".to_owned()),
        audience: document.audience,
        scopes: document.scopes,
        settings: document.settings,
        status: Status::Active,
        not_before: Timestamp::default(),
        created_at: with.now,
        version: 0,
    };
    let words = format!("created by {}", with.by.who.words());
    let event = AuditEvent::new(AuditKind::RealmChanged, with.by, id, with.now, with.rng).detail(words);
    Ok(Effect { answer: config.clone(), changes: vec![Change::Realm(RealmChange::Create(config)), event.into()] })
}

/// Makes it what the document says. Only what differs is judged, and nothing is written where nothing does.
pub fn change(realm: &RealmConfig, to: RealmDocument, clash: Option<Fault>, with: &mut Founding<'_>) -> Verdict<RealmConfig> {
    let subject = Subject { realm: Some(realm.id), ..Subject::default() };
    if !may(&with.by.who, Noun::Realm, Act::Change, &subject) {
        return Err(Refusal::Forbidden(with.by.who.words()).into());
    }
    let mut faults = document_faults(&realm.name, &to, clash, with);
    if let (false, Some(dialect)) = (faults.is_empty(), with.dialects.get(&realm.dialect)) {
        faults = of_what_differs(faults, &RealmDocument::of(realm, dialect).to_document(), &to.to_document());
    }
    if realm.id == administrator::REALM_ID {
        faults.extend(fixed(&to));
    }
    fit(faults)?;
    let mut changed = RealmConfig {
        title: to.title,
        issuer: to.issuer,
        dialect: to.dialect.unwrap_or_else(|| "standard".to_owned()),
        audience: to.audience,
        scopes: to.scopes,
        settings: to.settings,
        ..realm.clone()
    };
    if changed == *realm {
        return Ok(Effect::only(changed));
    }
    let words = format!("changed by {}", with.by.who.words());
    let event = AuditEvent::new(AuditKind::RealmChanged, with.by, realm.id, with.now, with.rng).detail(words);
    let update = Change::Realm(RealmChange::Update(changed.clone()));
    changed.version += 1;
    Ok(Effect { answer: changed, changes: vec![update, event.into()] })
}

/// The name of the realm that every installation has.
pub fn reserved(name: &str) -> Option<Fault> {
    (name == administrator::REALM)
        .then(|| Fault::new("name", "the realm \"admin\" is the server's own: it holds the administrators", "choose another name"))
}

/// What the realm of the administrators cannot be: its address and its words are those of the console and the API.
fn fixed(to: &RealmDocument) -> Vec<Fault> {
    let dialect = to.dialect.as_deref().is_some_and(|dialect| dialect != "standard");
    [("issuer", to.issuer.is_some()), ("dialect", dialect), ("audience", to.audience.is_some())]
        .into_iter()
        .filter(|(_, said)| *said)
        .map(|(member, _)| {
            Fault::new(member, format!("`{member}` of the realm of the administrators does not change"), format!("leave `{member}` out"))
        })
        .collect()
}

/// The server cannot be without its administrators.
fn stays(realm: &RealmConfig) -> Result<(), Refusal> {
    if realm.id != administrator::REALM_ID {
        return Ok(());
    }
    Err(Refusal::Conflict("the realm admin holds the administrators, and stays; disable single administrators instead".to_owned()))
}

fn document_faults(name: &str, document: &RealmDocument, clash: Option<Fault>, with: &Founding<'_>) -> Vec<Fault> {
    let dialect = document.dialect.as_deref().unwrap_or("standard");
    let mut faults = match with.dialects.get(dialect) {
        Some(dialect) => document.faults(name, dialect, with.plain_http),
        None => {
            let names: Vec<&str> = with.dialects.keys().map(String::as_str).collect();
            vec![Fault::new("dialect", format!("there is no dialect {dialect:?}"), did_you_mean(dialect, &names))]
        }
    };
    faults.extend(clash);
    faults
}

/// It is served no more, and every code, token and session of it ends.
pub fn disable(desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    desk.allow(Noun::Realm, Act::Disable, Subject { realm: Some(desk.realm_id()), ..Subject::default() })?;
    stays(&desk.realm.config)?;
    let mut effect = set_status(Act::Disable, Status::Disabled, desk)?;
    if !effect.changes.is_empty() {
        effect.changes.extend(end_of_realm(desk.realm_id(), desk.now));
    }
    Ok(effect)
}

/// It is served again; tokens that died stay dead.
pub fn enable(desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    set_status(Act::Enable, Status::Active, desk)
}

/// It goes at once, with everybody and everything in it. `typed` is its name, typed again.
pub fn remove(typed: &str, desk: &mut Desk<'_>) -> Verdict<()> {
    let realm = desk.realm_id();
    desk.allow(Noun::Realm, Act::Remove, Subject { realm: Some(realm), ..Subject::default() })?;
    stays(&desk.realm.config)?;
    let name = &desk.realm.config.name;
    if typed != name {
        let instead = format!("type {name} to remove it with everybody in it");
        return Err(Refusal::from(Fault::new("name", "this is not the name of the realm", instead)).into());
    }
    Ok(Effect { answer: (), changes: vec![Change::Realm(RealmChange::Delete { realm })] })
}

/// Every token made until now is dead.
pub fn revoke_all(desk: &mut Desk<'_>) -> Verdict<Timestamp> {
    let realm = desk.realm_id();
    desk.allow(Noun::Realm, Act::Revoke, Subject { realm: Some(realm), ..Subject::default() })?;
    let to = desk.now;
    let event = desk.event(AuditKind::NotBeforeRaised).detail(format!("by {}", desk.by.who.words()));
    Ok(Effect { answer: to, changes: vec![Change::Realm(RealmChange::RaiseNotBefore { realm, to }), event.into()] })
}

fn set_status(act: Act, to: Status, desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    desk.allow(Noun::Realm, act, Subject { realm: Some(desk.realm_id()), ..Subject::default() })?;
    let changed = RealmConfig { status: to, ..desk.realm.config.clone() };
    if desk.realm.config.status == to {
        return Ok(Effect::only(changed));
    }
    Ok(updated(changed, to.as_str(), desk))
}

/// The guard is the version that was looked at; the answer has the next one.
pub(super) fn updated(mut changed: RealmConfig, done: &str, desk: &mut Desk<'_>) -> Effect<RealmConfig> {
    let event = desk.event(AuditKind::RealmChanged).detail(format!("{done} by {}", desk.by.who.words()));
    let update = Change::Realm(RealmChange::Update(changed.clone()));
    changed.version += 1;
    Effect { answer: changed, changes: vec![update, event.into()] }
}

impl RealmDocument {
    /// The document, without what is as usual.
    pub fn to_document(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(members)) => members,
            _ => Map::new(),
        }
    }
}
