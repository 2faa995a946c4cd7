//! Registering an application: what one is building, and a few words about it.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Scope, Timestamp,
    authorize::finished,
    ids::{born_at, uuid_v7},
    manage::{
        Desk,
        client::Kind,
        registration::{register_as_developer, scopes_for_developers},
    },
    model::Realm,
    parameters::Parameters,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    Developer,
    faults::Faults,
    form::{Fields, document},
    own::{name_of, path_of, told},
    sign_in_first,
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::frame::{Frame, View},
    randomness::SystemRng,
};

pub const PAGE: &str = "/developers/register";

#[derive(Serialize)]
struct New {
    /// The client ID to be: a form that is sent twice registers one application.
    id: String,
    kinds: Vec<KindChoice>,
    fields: Fields,
    kind_fault: Option<String>,
}

impl View for New {
    const TEMPLATE: &'static str = "developers/register.html";
}

#[derive(Serialize)]
struct KindChoice {
    value: &'static str,
    name: String,
    hint: String,
    icon: &'static str,
    chosen: bool,
    /// The realm lets nobody have one.
    is_off: bool,
}

#[derive(Serialize)]
struct Created {
    name: String,
    client_id: String,
    secret: Option<String>,
    path: String,
}

impl View for Created {
    const TEMPLATE: &'static str = "developers/created.html";
}

/// GET: the form. POST: the application, its secret shown this once.
pub async fn register(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, PAGE)) };
    let frame = developer.frame(app, incoming);
    let realm = &incoming.scene.realm;
    if !incoming.is(&Method::POST) {
        let id = uuid_v7(app.now(), &mut SystemRng).to_string();
        return frame.render(StatusCode::OK, &form(id, &suggested(realm), 0, &Faults::default(), realm, &frame));
    }
    let sent = incoming.page_form()?;
    let id = fresh_id(&sent, app.now()).ok_or_else(finished)?;
    if sent.get("more").is_some() {
        return frame.render(StatusCode::OK, &form(id, &sent, 1, &Faults::default(), realm, &frame));
    }
    let kind = sent.get("kind").and_then(Kind::parse);
    let Some((kind, mut wanted)) = kind.and_then(|kind| Some((kind, kind.document(realm)?))) else {
        let mut view = form(id, &sent, 0, &Faults::default(), realm, &frame);
        view.kind_fault = Some(frame.say(&text("kind-fault")));
        view.fields.faults = 1;
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    };
    document(&sent, kind.returns(), &mut wanted);
    let rows = app.store.in_realm(realm.id());
    let (me, most) = (developer.me.user.id(), realm.settings.applications_per_developer);
    let look = || async {
        let taken = rows.client(&id).await?.is_some() || rows.user_by_sub(&id).await?.is_some();
        Ok((taken, rows.count_applications_of(me, most).await?))
    };
    let by = developer.actor(incoming);
    let made = app.settle(&incoming.scene, look, |(taken, owned), cx| {
        // Sent before: what it made was shown once.
        if taken {
            return Err(finished().into());
        }
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        Ok(told(register_as_developer(&wanted, &id, taken, owned, &mut desk), None))
    });
    match made.await? {
        Ok(made) => {
            let view = Created {
                name: made.client.title().to_owned(),
                path: path_of(&made.client.id),
                client_id: made.client.id,
                secret: made.secret.map(|secret| secret.expose().to_owned()),
            };
            frame.render(StatusCode::OK, &view)
        }
        Err(refusal) => {
            let view = form(id, &sent, 0, &Faults::of(refusal)?, realm, &frame);
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}

/// An id that we made for a form, at most a day ago.
pub fn fresh_id(sent: &Parameters, now: Timestamp) -> Option<String> {
    let id: Uuid = sent.get("id")?.parse().ok()?;
    let born = born_at(id)?;
    (born <= now && now < born + jeton_oauth::Seconds(86_400)).then(|| id.to_string())
}

fn form(id: String, sent: &Parameters, more: usize, faults: &Faults, realm: &Realm, frame: &Frame<'_>) -> New {
    let offered: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| kind.document(realm).is_some()).collect();
    let chosen = sent.get("kind").and_then(Kind::parse).filter(|kind| offered.contains(kind)).or(offered.first().copied());
    let choice = |kind: Kind| {
        let (hint, icon) = match kind {
            Kind::Web => ("kind-web-hint", "window"),
            Kind::SinglePage => ("kind-spa-hint", "code"),
            Kind::Native => ("kind-native-hint", "phone"),
            Kind::Service => ("kind-service-hint", "server"),
            Kind::Device => ("kind-device-hint", "tv"),
            Kind::Agent => ("kind-agent-hint", "agent"),
        };
        KindChoice {
            value: kind.as_str(),
            name: frame.say(&text(name_of(kind))),
            hint: frame.say(&text(hint)),
            icon,
            chosen: chosen == Some(kind),
            is_off: !offered.contains(&kind),
        }
    };
    New { id, kinds: Kind::ALL.map(choice).into(), fields: Fields::sent(sent, more, faults, None, realm, frame), kind_fault: None }
}

/// The realm's own scopes are ticked at first.
fn suggested(realm: &Realm) -> Parameters {
    let own = Scope::from_tokens(realm.config.scopes.iter().map(|scope| scope.name.as_str())).unwrap_or_default();
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for scope in own.intersection(&scopes_for_developers(realm)).iter() {
        pairs.append_pair("scope", scope);
    }
    Parameters::from_page(pairs.finish().as_bytes()).unwrap_or_default()
}
