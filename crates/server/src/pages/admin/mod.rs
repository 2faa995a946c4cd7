//! The console of the administrators, below `/admin`: pages over the admin API.
//!
//! A page reads and writes by [`Ask`]s, which are calls of the admin API in this process: what is found,
//! who may do it, what is wrong with a document and what is written is decided there and nowhere here. So the
//! console can do nothing that the API cannot, and each page shows the call that it stands for.
//!
//! **How to add a page**
//! 1. A row `Console…` in the table of endpoints, base `Admin`, authentication `Browser`, whose handler is [`console`].
//! 2. An arm in [`answered`], and a function there that takes the [`Console`]: who asks is known by then, signed in with
//!    two factors, and their realm is one that they reach.
//! 3. A template below `templates/admin/` in the list of [`views`]. Forms carry `version`, the ETag of what they show, and
//!    `once`, which makes a form that is sent twice count once.
//! 4. What cannot be undone asks [`Console::is_recent`] first, and else [`Console::confirm`].

mod act;
mod administrators;
mod applications;
mod ask;
mod audit;
mod console;
mod dashboard;
mod dialects;
mod fields;
mod form;
mod health;
mod keys;
mod mail;
mod people;
mod realms;
mod scopes;
mod sessions;
mod settings;
mod views;

use axum::response::Response;
use jeton_oauth::{Endpoint, ErrorCode};

pub use ask::{Answer, Ask};
pub use console::Console;

use crate::{app::App, failure::Failure, incoming::Incoming, respond::not_found};

/// Every page of the console.
pub async fn console(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let console = match Console::of(app, incoming).await? {
        Ok(console) => console,
        Err(elsewhere) => return Ok(elsewhere),
    };
    match Box::pin(answered(&console)).await {
        Err(Failure::Refused(error)) if error.code == ErrorCode::AccessDenied => console.forbidden(error).await,
        answered => answered,
    }
}

async fn answered(console: &Console<'_>) -> Result<Response, Failure> {
    macro_rules! page {
        ($page:path) => {{
            let start = || Box::pin($page(console));
            start().await
        }};
    }
    // In boxes and frames of their own: the future of one page is not as large as those of all.
    match console.incoming.endpoint() {
        Endpoint::Console => page!(dashboard::dashboard),
        Endpoint::ConsoleHealth => page!(health::health),
        Endpoint::ConsoleMail => page!(mail::list),
        Endpoint::ConsoleRealms => page!(realms::list),
        Endpoint::ConsoleNewRealm => page!(realms::create),
        Endpoint::ConsoleRealm => page!(realms::show),
        Endpoint::ConsoleSettings => page!(settings::settings),
        Endpoint::ConsoleChanges => page!(settings::save),
        Endpoint::ConsolePeople => page!(people::list),
        Endpoint::ConsoleNewPerson => page!(people::create),
        Endpoint::ConsolePerson => page!(people::show),
        Endpoint::ConsoleInvitation => page!(people::invite),
        Endpoint::ConsoleApplications => page!(applications::list),
        Endpoint::ConsoleNewApplication => page!(applications::register),
        Endpoint::ConsoleApplication => page!(applications::show),
        Endpoint::ConsoleScopes => page!(scopes::list),
        Endpoint::ConsoleNewScope => page!(scopes::create),
        Endpoint::ConsoleScope => page!(scopes::show),
        Endpoint::ConsoleSessions => page!(sessions::list),
        Endpoint::ConsoleKeys => page!(keys::list),
        Endpoint::ConsoleRotation => page!(keys::rotate),
        Endpoint::ConsoleAudit => page!(audit::list),
        Endpoint::ConsoleAuditExport => page!(audit::export),
        Endpoint::ConsoleDialects => page!(dialects::list),
        Endpoint::ConsoleNewDialect => page!(dialects::create),
        Endpoint::ConsoleDialect => page!(dialects::show),
        Endpoint::ConsoleAdministrators => page!(administrators::list),
        Endpoint::ConsoleNewAdministrator => page!(administrators::invite),
        Endpoint::ConsoleAdministrator => page!(administrators::show),
        Endpoint::ConsoleAct => page!(act::act),
        _ => Err(not_found().into()),
    }
}
