//! A scope of a realm: what may be said about it, whether it can be, and what may be done with it.

use super::{Act, Desk, Fault, Noun, Path, Refusal, Subject, Verdict, fit, realm::updated};
use crate::{
    Effect, Scope,
    model::RealmConfig,
    scope::is_scope_token,
    settings::{ScopeDefinition, built_in_scopes},
};

/// What is said about a scope.
pub type ScopeDocument = ScopeDefinition;

impl ScopeDocument {
    /// Everything that is wrong with it, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let name = &self.name;
        let mut faults = Vec::new();
        if !is_scope_token(name) || name.len() > Scope::MAX_TOKEN_BYTES {
            faults.push(Fault::new(
                "name",
                format!("{name:?} cannot be a scope"),
                "write printable ASCII without spaces, quotes and backslashes (RFC 6749 section 3.3)",
            ));
        }
        if name.starts_with("jeton:") && !built_in_scopes().contains(name) {
            let instead = "names that begin with jeton: are the server's own";
            faults.push(Fault::new("name", format!("{name:?} cannot be a scope of yours"), instead));
        }
        faults
    }
}

/// What is wrong with a realm's list of scopes.
pub fn faults(scopes: &[ScopeDocument]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (index, scope) in scopes.iter().enumerate() {
        faults.extend(scope.faults().into_iter().map(|fault| fault.under(("scopes", index))));
        if scopes[..index].iter().any(|other| other.name == scope.name) {
            let path = Path::from(("scopes", index)).key("name");
            faults.push(Fault::new(path, format!("the scope {:?} is defined twice", scope.name), "keep one of the two"));
        }
    }
    faults
}

/// Adds a scope; the answer is the realm as it will be.
pub fn create(document: ScopeDocument, desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    allow(Act::Create, desk)?;
    fit(document.faults())?;
    if desk.realm.config.scopes.iter().any(|scope| scope.name == document.name) {
        let realm = &desk.realm.config.name;
        return Err(Refusal::Conflict(format!("the realm {realm} has a scope {:?} already", document.name)).into());
    }
    let done = format!("scope {} created", document.name);
    let mut changed = desk.realm.config.clone();
    changed.scopes.push(document);
    Ok(updated(changed, &done, desk))
}

/// Makes the scope of this name what the document says. Its name never changes: it stands in tokens and programs.
pub fn change(document: ScopeDocument, desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    allow(Act::Change, desk)?;
    fit(document.faults())?;
    let mut changed = desk.realm.config.clone();
    let done = format!("scope {} changed", document.name);
    let index = find(&document.name, &changed)?;
    changed.scopes[index] = document;
    if changed.scopes == desk.realm.config.scopes {
        return Ok(Effect::only(changed));
    }
    Ok(updated(changed, &done, desk))
}

/// No new token has it, and those that have it are believed without it.
pub fn remove(name: &str, desk: &mut Desk<'_>) -> Verdict<RealmConfig> {
    allow(Act::Remove, desk)?;
    let mut changed = desk.realm.config.clone();
    changed.scopes.remove(find(name, &changed)?);
    Ok(updated(changed, &format!("scope {name} removed"), desk))
}

fn allow(act: Act, desk: &Desk<'_>) -> Result<(), Refusal> {
    desk.allow(Noun::Scope, act, Subject { realm: Some(desk.realm_id()), ..Subject::default() })
}

fn find(name: &str, realm: &RealmConfig) -> Result<usize, Refusal> {
    let missing = || Refusal::NotFound(format!("the realm {} defines no scope {name:?}", realm.name));
    realm.scopes.iter().position(|scope| scope.name == name).ok_or_else(missing)
}
