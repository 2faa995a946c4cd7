//! Writing realms.

use jeton_oauth::{Timestamp, change::RealmChange, model::RealmConfig};

use crate::{
    StoreError,
    leaving::{self, LeavingKind},
    statement::{Statement, json, values},
};

pub(super) fn statements<'a>(change: &'a RealmChange, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        RealmChange::Create(realm) => {
            out.push(Statement::free(
                "INSERT INTO realms (id, name, title, issuer, dialect, audience, scopes, settings, status, not_before, created_at, version) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
                values![
                    realm.id,
                    &realm.name,
                    realm.title.as_deref(),
                    realm.issuer.as_deref(),
                    &realm.dialect,
                    realm.audience.as_deref(),
                    json(&realm.scopes)?,
                    json(&realm.settings)?,
                    realm.status,
                    realm.not_before,
                    realm.created_at,
                    realm.version
                ],
            ));
            out.push(Statement::free("INSERT INTO user_numbers (realm_id, next) VALUES (?1, 1)", values![realm.id]));
            out.extend(issuer_stands_alone(realm));
        }
        RealmChange::Update(realm) => {
            out.push(Statement::guarded(
            "UPDATE realms SET name = ?3, title = ?4, issuer = ?5, dialect = ?6, audience = ?7, scopes = ?8, settings = ?9, status = ?10, \
             not_before = CASE WHEN not_before < ?11 THEN ?11 ELSE not_before END, version = version + 1 \
             WHERE id = ?1 AND version = ?2",
            values![
                realm.id,
                realm.version,
                &realm.name,
                realm.title.as_deref(),
                realm.issuer.as_deref(),
                &realm.dialect,
                realm.audience.as_deref(),
                json(&realm.scopes)?,
                json(&realm.settings)?,
                realm.status,
                realm.not_before
            ],
            ));
            out.extend(issuer_stands_alone(realm));
        }
        RealmChange::Delete { realm } => {
            out.push(Statement::guarded(
                "UPDATE realms SET deleted_at = ?2, status = 'disabled', name = ?3, title = NULL, issuer = NULL, version = version + 1 \
                 WHERE id = ?1 AND deleted_at IS NULL",
                values![*realm, now, leaving::no_name(realm.0)],
            ));
            out.push(leaving::begin(LeavingKind::Realm, realm.0, *realm, now));
        }
        RealmChange::RaiseNotBefore { realm, to } => {
            out.push(Statement::free("UPDATE realms SET not_before = ?2 WHERE id = ?1 AND not_before < ?2", values![*realm, *to]));
        }
        RealmChange::ServeAt { public_url } => {
            out.push(Statement::free("UPDATE installation SET public_url = ?1 WHERE public_url IS DISTINCT FROM ?1", values![public_url]))
        }
    }
    Ok(())
}

/// Guard: no other realm's issuer is this one's, lies inside it or around it.
fn issuer_stands_alone(realm: &RealmConfig) -> Option<Statement<'_>> {
    let issuer = realm.issuer.as_deref()?;
    Some(Statement::guarded(
        "UPDATE realms SET issuer = issuer WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM realms o WHERE o.id <> ?1 AND \
         (substr(o.issuer || '/', 1, length(CAST(?2 AS text)) + 1) = CAST(?2 AS text) || '/' \
         OR substr(CAST(?2 AS text) || '/', 1, length(o.issuer) + 1) = o.issuer || '/'))",
        values![realm.id, issuer],
    ))
}
