//! `Change` → statements: every write that the system can make, and the guard of each.

/// Whether a row's person, client and realm are active now, and no not-before of theirs is later
/// than what the row says of its birth. Rules have decided so before, but from caches that may be
/// half a second old: what is born now would outlive a not-before that was raised meanwhile. The
/// row may be called anything but `u`, `c` and `r`.
macro_rules! still_stands {
    ($row:literal, $birth:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM users u, clients c, realms r WHERE u.id = ",
            $row,
            ".user_id AND c.key = ",
            $row,
            ".client_key AND r.id = ",
            $row,
            ".realm_id AND u.status = 'active' AND c.status = 'active' AND r.status = 'active' AND u.not_before <= ",
            $row,
            ".",
            $birth,
            " AND c.not_before <= ",
            $row,
            ".",
            $birth,
            " AND r.not_before <= ",
            $row,
            ".",
            $birth,
            ")"
        )
    };
}
pub(crate) use still_stands;

mod access_token;
pub(crate) mod activity;
pub(crate) mod administrator;
mod answer;
mod attempt;
mod audit;
mod authorization;
mod client;
mod code;
mod consent;
mod developer;
mod dialect;
mod factor;
mod key;
mod link;
mod mail;
mod pending_request;
mod personal_access_token;
mod realm;
mod registration;
mod session;
mod user;

use jeton_oauth::{Change, Timestamp};
pub(crate) use registration::in_use;

use crate::{StoreError, noticed::Noticed, statement::Statement};

/// The statements that write `change`, in order, its mark for other caches included.
pub(crate) fn statements<'a>(change: &'a Change, now: Timestamp, out: &mut Vec<Statement<'a>>) -> Result<(), StoreError> {
    match change {
        Change::Realm(change) => realm::statements(change, now, out)?,
        Change::Client(change) => client::statements(change, now, out)?,
        Change::Registration(change) => registration::statements(change, out),
        Change::Developer(change) => developer::statements(change, out),
        Change::User(change) => user::statements(change, now, out)?,
        Change::Authorization(change) => authorization::statements(change, now, out)?,
        Change::Code(change) => code::statements(change, out)?,
        Change::AccessToken(change) => access_token::statements(change, out)?,
        Change::PersonalAccessToken(change) => personal_access_token::statements(change, out),
        Change::Session(change) => session::statements(change, out),
        Change::PendingRequest(change) => pending_request::statements(change, out)?,
        Change::Link(change) => link::statements(change, out),
        Change::Factor(change) => factor::statements(change, out),
        Change::Mail(change) => mail::statements(change, out),
        Change::Consent(change) => consent::statements(change, out),
        Change::Attempt(change) => attempt::statements(change, out),
        Change::Key(change) => key::statements(change, out),
        Change::Dialect(change) => dialect::statements(change, out),
        Change::Administrator(change) => administrator::statements(change, out)?,
        Change::Answer(answer) => answer::statements(answer, out),
        Change::Audit(event) => audit::statements(event, out),
        Change::AuditRepeat(repeat) => audit::repeat(repeat, out),
        Change::Activity(change) => activity::statements(change, out)?,
    }
    if let Some(noticed) = Noticed::of(change) {
        out.push(noticed.statement(now));
    }
    Ok(())
}
