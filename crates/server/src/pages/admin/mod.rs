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
mod applications;
mod ask;
mod audit;
mod console;
mod fields;
mod form;
mod keys;
mod landing;
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
        Err(Failure::Refused(error)) if error.code == ErrorCode::AccessDenied => console.forbidden(error),
        answered => answered,
    }
}

async fn answered(console: &Console<'_>) -> Result<Response, Failure> {
    // In boxes of their own: the future of one page is not as large as those of all.
    match console.incoming.endpoint() {
        Endpoint::Console => Box::pin(landing::landing(console)).await,
        Endpoint::ConsoleRealms => Box::pin(realms::list(console)).await,
        Endpoint::ConsoleNewRealm => Box::pin(realms::create(console)).await,
        Endpoint::ConsoleRealm => Box::pin(realms::show(console)).await,
        Endpoint::ConsoleSettings => Box::pin(settings::settings(console)).await,
        Endpoint::ConsoleChanges => Box::pin(settings::save(console)).await,
        Endpoint::ConsolePeople => Box::pin(people::list(console)).await,
        Endpoint::ConsoleNewPerson => Box::pin(people::create(console)).await,
        Endpoint::ConsolePerson => Box::pin(people::show(console)).await,
        Endpoint::ConsoleInvitation => Box::pin(people::invite(console)).await,
        Endpoint::ConsoleApplications => Box::pin(applications::list(console)).await,
        Endpoint::ConsoleNewApplication => Box::pin(applications::register(console)).await,
        Endpoint::ConsoleApplication => Box::pin(applications::show(console)).await,
        Endpoint::ConsoleScopes => Box::pin(scopes::list(console)).await,
        Endpoint::ConsoleNewScope => Box::pin(scopes::create(console)).await,
        Endpoint::ConsoleScope => Box::pin(scopes::show(console)).await,
        Endpoint::ConsoleSessions => Box::pin(sessions::list(console)).await,
        Endpoint::ConsoleKeys => Box::pin(keys::list(console)).await,
        Endpoint::ConsoleRotation => Box::pin(keys::rotate(console)).await,
        Endpoint::ConsoleAudit => Box::pin(audit::list(console)).await,
        Endpoint::ConsoleAuditExport => Box::pin(audit::export(console)).await,
        Endpoint::ConsoleAct => Box::pin(act::act(console)).await,
        _ => Err(not_found().into()),
    }
}
