//! The pages that people open, each as a prepared request: those of a browser that is signed in, and of one that is not.

use anyhow::{Context, Result};

use super::drive::{Plan, block_on};
use super::measure::{Measured, measured};
use super::repeat::{Expect, Repeat};
use super::scene::Scene;
use crate::oauth::Session;

/// Who opens a page.
#[derive(Clone, Copy)]
enum Browser {
    SignedIn,
    Stranger,
}

/// Where a page is.
#[derive(Clone, Copy)]
enum Place {
    /// Where the authorization endpoint leads, with this at the end of its query.
    Authorization(&'static str),
    /// Below the issuer.
    Below(&'static str),
}

/// Pages of Jeton's, by the names that they have in every table.
const PAGES: [(&str, Browser, Place); 8] = [
    ("page: sign in", Browser::Stranger, Place::Authorization("")),
    ("page: consent", Browser::SignedIn, Place::Authorization("&prompt=consent")),
    ("page: account", Browser::SignedIn, Place::Below("/account")),
    ("page: security", Browser::SignedIn, Place::Below("/account/security")),
    ("page: sessions", Browser::SignedIn, Place::Below("/account/sessions")),
    ("page: applications", Browser::SignedIn, Place::Below("/account/applications")),
    ("page: tokens", Browser::SignedIn, Place::Below("/account/tokens")),
    ("page: documents", Browser::Stranger, Place::Below("/docs")),
];

/// Opens every page, each for as long as `plan` says.
///
/// # Errors
/// A page that is not there, or a server that cannot be measured.
pub fn measure_pages(scene: &Scene, plan: Plan, pids: &[u32]) -> Result<Vec<(&'static str, Measured)>> {
    let (request, mut person) = scene.sign_in()?;
    let mut stranger = Session::stranger(&scene.server, request);
    let authorization = request.path(&scene.server, &scene.client)?;
    let issuer = scene.server.issuer.path().trim_end_matches('/');
    let measure = |(name, browser, place): (&'static str, Browser, Place)| {
        let browser = match browser {
            Browser::SignedIn => &mut person,
            Browser::Stranger => &mut stranger,
        };
        let path = match place {
            Place::Authorization(more) => format!("{authorization}{more}"),
            Place::Below(path) => format!("{issuer}{path}"),
        };
        let request = block_on(browser.page(&path))?.with_context(|| format!("opening the {name}"))?;
        let workers = Repeat::many(scene.connections, vec![request], Expect::AnyBody);
        Ok((name, measured(name, &scene.server.target, workers, plan, pids)?.0))
    };
    PAGES.into_iter().map(measure).collect()
}
