//! What a demo tells of itself on its front page.

use serde::Serialize;

/// What a demo shows of itself. **Invariant**: nothing here is worth protecting.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Demo {
    pub realms: Vec<DemoRealm>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoRealm {
    pub name: &'static str,
    pub title: String,
    pub issuer: String,
    /// A square picture among the assets.
    pub logo: Option<&'static str>,
    /// Who may sign in, and with what.
    pub people: Vec<DemoPerson>,
    pub client_id: &'static str,
    pub client_secret: Option<&'static str>,
    /// Where the calls begin in a browser.
    pub start: Option<String>,
    /// The calls to paste.
    pub calls: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct DemoPerson {
    pub username: &'static str,
    pub password: &'static str,
    /// Signs in by the API alone.
    pub is_machine: bool,
}
