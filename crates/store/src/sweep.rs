//! Which rows are of no use any more. A bounded number goes at a time; the audit stays for as long as
//! its realm says.

use jeton_oauth::{RealmId, Seconds, Timestamp};
use uuid::Builder;

use crate::statement::{Statement, values};

/// How many rows of each kind a sweep deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Authorization codes, once even their use a second time needs no answer of its own.
    pub codes: u64,
    /// Opaque access tokens that expired.
    pub access_tokens: u64,
    /// Their opaque access tokens went with them.
    pub authorizations: u64,
    /// Names of revoked JWTs that have expired since.
    pub revoked_jtis: u64,
    /// Browser sessions that ended.
    pub sessions: u64,
    /// Authorization requests that nobody went on with.
    pub pending_requests: u64,
    /// Mailed links that ended unused.
    pub links: u64,
    /// Links to become an administrator, and invitations to own an application, that ended unused.
    pub invitations: u64,
    /// Answers to requests with a name of their own, after a day.
    pub answers: u64,
    /// Buckets of guesses whose count matters no more.
    pub attempts: u64,
    /// Letters that were given up 30 days ago.
    pub mails: u64,
    /// Those that ended 90 days ago.
    pub personal_access_tokens: u64,
    /// Those that ended 90 days ago.
    pub initial_access_tokens: u64,
    /// Entries that told caches what to forget, ten minutes ago.
    pub changes: u64,
    /// Some kind had as many as the limit: there may be more.
    pub more: bool,
}

/// Longer than any process may go without polling before it forgets everything.
const KEEP_CHANGES: Seconds = Seconds(600);

/// Letters that were given up are told of for so long.
const KEEP_MAILS: Seconds = Seconds(30 * 86_400);

/// Personal access tokens that ended are shown for so long.
const SHOW_ENDED: Seconds = Seconds(90 * 86_400);

pub(crate) fn statements(now: Timestamp, limit: u32, out: &mut Vec<Statement<'_>>) {
    let ended = [
        "DELETE FROM codes WHERE id IN (SELECT id FROM codes WHERE keep_until < ?1 ORDER BY keep_until LIMIT ?2)",
        "DELETE FROM access_tokens WHERE id IN (SELECT id FROM access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM authorizations WHERE id IN (SELECT id FROM authorizations WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM revoked_jtis WHERE (jti, realm_id) IN (SELECT jti, realm_id FROM revoked_jtis WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM pending_requests WHERE id IN (SELECT id FROM pending_requests WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM one_time_links WHERE id IN (SELECT id FROM one_time_links WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM administrator_invitations WHERE id IN \
         (SELECT id FROM administrator_invitations WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM client_invitations WHERE (client_key, email) IN \
         (SELECT client_key, email FROM client_invitations WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM remembered_answers WHERE id IN (SELECT id FROM remembered_answers WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM attempts WHERE bucket IN (SELECT bucket FROM attempts WHERE forget_at < ?1 ORDER BY forget_at LIMIT ?2)",
    ];
    out.extend(ended.map(|sql| Statement::free(sql, values![now, limit])));
    out.push(Statement::free(
        "DELETE FROM mails WHERE id IN (SELECT id FROM mails WHERE given_up_at < ?1 LIMIT ?2)",
        values![now - KEEP_MAILS, limit],
    ));
    let tokens = [
        "DELETE FROM personal_access_tokens WHERE id IN \
         (SELECT id FROM personal_access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        "DELETE FROM personal_access_tokens WHERE id IN \
         (SELECT id FROM personal_access_tokens WHERE revoked_at < ?1 ORDER BY revoked_at LIMIT ?2)",
        "DELETE FROM initial_access_tokens WHERE id IN \
         (SELECT id FROM initial_access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
    ];
    out.extend(tokens.map(|sql| Statement::free(sql, values![now - SHOW_ENDED, limit])));
    // The newest stays, so that whoever polls can tell whether it missed any.
    out.push(Statement::free(
        "DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE at < ?1 ORDER BY at LIMIT ?2) AND id < (SELECT max(id) FROM changes)",
        values![now - KEEP_CHANGES, limit],
    ));
}

/// The oldest events of a realm: their ids tell when they were made.
pub(crate) fn audit(realm: RealmId, before: Timestamp, limit: u32) -> Statement<'static> {
    let first = Builder::from_unix_timestamp_millis(before.as_millis().unsigned_abs(), &[0; 10]).into_uuid();
    Statement::free(
        "DELETE FROM audit_events WHERE realm_id = ?1 AND id IN \
         (SELECT id FROM audit_events WHERE realm_id = ?1 AND id < ?2 ORDER BY id LIMIT ?3)",
        values![realm, first, limit],
    )
}

impl Swept {
    /// In the order of [`statements`].
    pub(crate) fn read(touched: &[u64], limit: u32) -> Self {
        let mut counts = touched.iter().copied();
        let mut next = || counts.next().unwrap_or(0);
        Self {
            codes: next(),
            access_tokens: next(),
            authorizations: next(),
            revoked_jtis: next(),
            sessions: next(),
            pending_requests: next(),
            links: next(),
            invitations: next() + next(),
            answers: next(),
            attempts: next(),
            mails: next(),
            personal_access_tokens: next() + next(),
            initial_access_tokens: next(),
            changes: next(),
            more: touched.iter().any(|count| *count >= u64::from(limit)),
        }
    }
}
