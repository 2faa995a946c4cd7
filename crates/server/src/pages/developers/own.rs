//! The application that a page is about: whose it is, and what stands above all of its pages.

use std::sync::Arc;

use jeton_oauth::{
    Change, Effect,
    manage::{
        Actor, Desk, Refusal, Verdict,
        client::{Kind, developer_of, still_theirs},
        user::has_api_users,
    },
    model::Client,
};
use jeton_store::StoreError;
use serde::Serialize;
use url::form_urlencoded;

use super::Developer;
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{desk::initials, frame::Frame},
    respond::not_found,
};

/// Pages of an application, by how their addresses go on and by the ids of their names.
/// In this order: overview, credentials, API users, get a token, activity, settings.
pub const TABS: &[(&str, &str)] = &[
    ("", "developers-overview"),
    ("/credentials", "developers-credentials"),
    ("/api-users", "developers-api-users"),
    ("/get-a-token", "docs-title"),
    ("/activity", "developers-activity"),
    ("/settings", "developers-settings"),
];

/// The application that the path names, and the developer whose it is.
pub struct Own {
    pub developer: Developer,
    pub client: Arc<Client>,
}

impl Own {
    /// `None` where nobody is signed in.
    ///
    /// # Errors
    /// 404 for an application that there is not, and for one that is not theirs; when rows cannot be read.
    pub async fn of(app: &App, incoming: &Incoming) -> Result<Option<Self>, Failure> {
        let Some(developer) = Developer::of(app, incoming).await? else { return Ok(None) };
        let rows = app.store.in_realm(incoming.scene.realm.id());
        let client = rows.client(&incoming.path_parameter("client_id")?).await?.ok_or_else(not_found)?;
        let me = developer.me.user.id();
        let together = client.owner != Some(me) && rows.is_co_developer(client.key, me).await?;
        developer_of(&client, me, together).ok_or_else(not_found)?;
        Ok(Some(Self { developer, client }))
    }

    /// Whether the application's row names them.
    pub fn is_owner(&self) -> bool {
        self.client.owner == Some(self.developer.me.user.id())
    }

    /// Its address below the issuer, with what follows.
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", path_of(&self.client.id))
    }

    pub fn frame<'a>(&self, app: &'a App, incoming: &'a Incoming) -> Frame<'a> {
        self.developer.frame(app, incoming)
    }

    /// Looks at the application as it is now, whether it is still theirs, and at what `more` finds; asks a verb, writes.
    ///
    /// # Errors
    /// 404 where it is not theirs any more; when rows cannot be read or written.
    pub async fn act<F, Fut, T>(
        &self,
        app: &App,
        incoming: &Incoming,
        more: impl Fn() -> Fut + Sync,
        verb: impl Fn(&Client, F, &mut Desk<'_>) -> Verdict<T>,
    ) -> Result<Result<T, Refusal>, Failure>
    where
        Fut: Future<Output = Result<F, StoreError>> + Send,
        F: Send,
    {
        let (rows, key) = (app.store.in_realm(incoming.scene.realm.id()), self.client.key);
        let me = self.developer.me.user.id();
        let look = || async {
            let facts = (rows.client_afresh(key).await?, rows.is_co_developer(key, me).await?);
            Ok((facts, more().await?))
        };
        app.settle(&incoming.scene, look, |((client, together), more), cx| {
            let client = client.ok_or_else(not_found)?;
            let who = developer_of(&client, me, together).ok_or_else(not_found)?;
            let by = Actor { who, from: cx.from };
            let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
            Ok(told(verb(&client, more, &mut desk), Some(still_theirs(&client, me))))
        })
        .await
    }

    /// What stands above the page that `incoming` asks for.
    pub fn head(&self, app: &App, incoming: &Incoming, frame: &Frame<'_>) -> Head {
        let base = self.path("");
        let rest = incoming.path().strip_prefix(base.as_str()).unwrap_or_default();
        let current = TABS.iter().rposition(|(end, _)| rest == *end || !end.is_empty() && rest.starts_with(&format!("{end}/")));
        let has_users = has_api_users(&incoming.scene.realm.settings, Some(&self.client));
        let tab = |(place, (end, id)): (usize, &(&str, &'static str))| Tab {
            path: self.path(end),
            text: frame.say(&text(id)),
            current: current == Some(place),
        };
        Head {
            name: self.client.title().to_owned(),
            client_id: self.client.id.clone(),
            initials: initials(self.client.title()),
            logo: self.client.logo.as_deref().and_then(|name| app.pages.assets.address(name)),
            kind: frame.say(&text(name_of(Kind::of(&self.client)))),
            live: self.client.is_active(),
            tabs: TABS.iter().enumerate().filter(|(_, (end, _))| has_users || *end != "/api-users").map(tab).collect(),
            path: base,
        }
    }
}

/// A verb's verdict as an answer, so that a page can show why it was refused. `guard`: what must hold still where
/// something is written.
pub fn told<T>(verdict: Verdict<T>, guard: Option<Change>) -> Effect<Result<T, Refusal>> {
    match verdict {
        Ok(Effect { answer, changes }) if changes.is_empty() => Effect::only(Ok(answer)),
        Ok(Effect { answer, changes }) => Effect { answer: Ok(answer), changes: guard.into_iter().chain(changes).collect() },
        Err(refused) => Effect { answer: Err(refused.answer), changes: refused.changes },
    }
}

/// What stands above each page of an application.
#[derive(Serialize)]
pub struct Head {
    pub name: String,
    pub client_id: String,
    pub initials: String,
    pub logo: Option<String>,
    pub kind: String,
    pub live: bool,
    pub tabs: Vec<Tab>,
    /// The application's address below the issuer.
    pub path: String,
}

#[derive(Serialize)]
pub struct Tab {
    path: String,
    text: String,
    current: bool,
}

/// An application's address below the issuer.
pub fn path_of(client_id: &str) -> String {
    format!("/developers/applications/{}", segment(client_id))
}

/// A name as one segment of an address.
pub fn segment(name: &str) -> String {
    form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The id of a kind's name.
pub const fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Web => "kind-web",
        Kind::SinglePage => "kind-spa",
        Kind::Native => "kind-native",
        Kind::Service => "kind-service",
        Kind::Device => "kind-device",
        Kind::Agent => "kind-agent",
    }
}
