//! Developers who own an application together: invited by e-mail address, handed to, left.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    Change, Effect, OAuthError, UserId,
    login_name::LoginName,
    manage::{
        Actor, Desk, Who,
        client::{self as verbs, Heir},
    },
    model::User,
};
use jeton_store::{CoDeveloper, InvitationToShow, StoreError};
use serde::Serialize;

use super::{
    Developer, Head, Own,
    faults::Faults,
    own::{path_of, segment},
    sign_in_first,
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    mail::{Letter, Posted, Words},
    page_parts::texts::text,
    pages::{
        frame::{Frame, View},
        visitors::mailed::{self, Wished},
    },
    respond::not_found,
};

#[derive(Serialize)]
struct Together {
    head: Head,
    rows: Vec<Row>,
    invited: Vec<Invited>,
    is_owner: bool,
    /// Nobody else owns it.
    alone: bool,
    email: String,
    fault: Option<String>,
}

impl View for Together {
    const TEMPLATE: &'static str = "developers/together.html";
}

#[derive(Serialize)]
struct Row {
    sub: String,
    name: String,
    detail: String,
    since: Option<i64>,
    me: bool,
    owner: bool,
    /// The application may be handed to them.
    may_inherit: bool,
}

#[derive(Serialize)]
struct Invited {
    email: String,
    until: i64,
}

#[derive(Serialize)]
struct HandOver {
    head: Head,
    sub: String,
    to: String,
}

impl View for HandOver {
    const TEMPLATE: &'static str = "developers/hand_over.html";
}

#[derive(Serialize)]
struct Leave {
    head: Head,
    /// Whose it is then by name.
    heir: Option<String>,
}

impl View for Leave {
    const TEMPLATE: &'static str = "developers/leave.html";
}

/// An invitation that waits for whoever looks at their applications.
#[derive(Serialize)]
pub struct Waiting {
    /// The application's `client_id`.
    client_id: String,
    name: String,
    by: String,
    until: i64,
}

/// GET: who owns it. POST: somebody else may.
pub async fn together(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let frame = own.frame(app, incoming);
    let mut view = page(app, incoming, &own, &frame).await?;
    if !incoming.is(&Method::POST) {
        return frame.render(StatusCode::OK, &view);
    }
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let sent = incoming.page_form()?;
    view.email = sent.get("email").unwrap_or_default().trim().to_owned();
    if !mailed::is_an_address(&view.email) {
        view.fault = Some(frame.say(&text("sign-up-email-fault")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    let _counted = match mailed::counted(app, incoming, &view.email).await? {
        Wished::Counted(counted) => counted,
        Wished::TooMany(error) => return mailed::wait(app, &frame, &error),
    };
    let letter = letter(app, incoming, &own, &frame, &view.email)?;
    let (rows, key) = (app.store.in_realm(incoming.scene.realm.id()), own.client.key);
    let email = view.email.clone();
    let more = || async {
        let waiting = rows.client_invitations(key, app.now()).await?.len();
        let user = match LoginName::fold(&email) {
            Some(login) => rows.user_by_login(&login).await?.map(|user| user.id()),
            None => None,
        };
        Ok((waiting, user, beside(app, incoming, &own).await?))
    };
    let invited = own
        .act(app, incoming, more, |client, (waiting, user, others), desk| {
            let others: Vec<UserId> = others.iter().map(|other| other.user.id()).collect();
            let mut effect = verbs::invite(client, &email, &verbs::Invited { waiting, others: &others, user }, desk)?;
            let id = jeton_oauth::MailId::new(desk.now, desk.rng);
            effect.changes.push(app.outbox.post_as(id, &Posted::Letter(letter.clone()), desk.realm, desk.now));
            Ok(effect)
        })
        .await?;
    match invited {
        Ok(_) => {
            app.outbox.wake();
            Ok(frame.back_to(&own.path("/developers"), Some(&text("developer-invited").with("address", view.email))))
        }
        Err(refusal) => {
            view.fault = Faults::of(refusal)?.at("email");
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
    }
}

/// POST: an invitation is taken back.
pub async fn uninvite(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, "/developers")) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, &own.path("/developers")));
    }
    let sent = incoming.page_form()?;
    let email = sent.get("email").unwrap_or_default().to_owned();
    own.act(app, incoming, || async { Ok(()) }, |client, (), desk| verbs::uninvite(client, &email, desk))
        .await?
        .map_err(OAuthError::from)?;
    Ok(own.frame(app, incoming).back_to(&own.path("/developers"), Some(&text("developer-uninvited"))))
}

/// POST: somebody owns it no more.
pub async fn dismiss(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, "/developers")) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, &own.path("/developers")));
    }
    incoming.page_form()?;
    let who = named(app, incoming, &own).await?;
    let more = || beside(app, incoming, &own);
    own.act(app, incoming, more, |client, others, desk| {
        let others: Vec<UserId> = others.iter().map(|other| other.user.id()).collect();
        verbs::dismiss(client, &others, who.id(), desk)
    })
    .await?
    .map_err(OAuthError::from)?;
    Ok(own.frame(app, incoming).back_to(&own.path("/developers"), Some(&text("developer-dismissed"))))
}

/// GET: asks. POST: it is theirs.
pub async fn hand_over(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let frame = own.frame(app, incoming);
    let to = named(app, incoming, &own).await?;
    if !incoming.is(&Method::POST) {
        let view = HandOver { head: own.head(app, incoming, &frame), sub: segment(&to.account.sub), to: to.display_name() };
        return frame.render(StatusCode::OK, &view);
    }
    incoming.page_form()?;
    let more = || found(app, incoming, &own);
    own.act(app, incoming, more, |client, found, desk| verbs::hand_over(client, &found.facts(&found.heirs()), to.id(), desk))
        .await?
        .map_err(OAuthError::from)?;
    Ok(frame.back_to("/developers", Some(&text("application-handed-over").with("name", own.client.title()))))
}

/// GET: asks. POST: whoever asks owns it no more.
pub async fn leave(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, incoming.path()));
    }
    let frame = own.frame(app, incoming);
    if !incoming.is(&Method::POST) {
        let found = found(app, incoming, &own).await?;
        let (heirs, me) = (found.heirs(), own.developer.me.user.id());
        let facts = found.facts(&heirs);
        let heir = facts.heir(me, &incoming.scene.realm.settings).filter(|_| own.is_owner()).map(|heir| heir.user.display_name());
        return frame.render(StatusCode::OK, &Leave { head: own.head(app, incoming, &frame), heir });
    }
    incoming.page_form()?;
    let more = || found(app, incoming, &own);
    own.act(app, incoming, more, |client, found, desk| verbs::leave(client, &found.facts(&found.heirs()), desk))
        .await?
        .map_err(OAuthError::from)?;
    Ok(frame.back_to("/developers", Some(&text("application-left").with("name", own.client.title()))))
}

/// POST: an invitation is accepted.
pub async fn accept(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    answer(app, incoming, true).await
}

/// POST: it is declined.
pub async fn decline(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    answer(app, incoming, false).await
}

async fn answer(app: &App, incoming: &Incoming, accepts: bool) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, "/developers")) };
    if accepts && !developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, "/developers"));
    }
    incoming.page_form()?;
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let client = rows.client(&incoming.path_parameter("client_id")?).await?.ok_or_else(not_found)?;
    let me = &developer.me.user;
    let address = address_of(me).ok_or_else(not_found)?;
    let look = || async {
        let invitations = rows.client_invitations_of(&address, app.now()).await?;
        Ok(invitations.into_iter().find(|invitation| invitation.client == client.key))
    };
    app.settle(&incoming.scene, look, |invitation, cx| {
        let invitation = invitation.ok_or_else(not_found)?;
        let by = Actor { who: Who::Developer(me.id()), from: cx.from };
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        let verdict = match accepts {
            true => verbs::join(&client, Some(&invitation), me, &mut desk),
            false => verbs::decline(&invitation, me, &mut desk),
        };
        verdict.map_err(|refused: Effect<_>| Effect { answer: OAuthError::from(refused.answer), changes: Vec::<Change>::new() })
    })
    .await?;
    let frame = developer.frame(app, incoming);
    Ok(match accepts {
        true => frame.back_to(&path_of(&client.id), Some(&text("invitation-accepted-application").with("name", client.title()))),
        false => frame.back_to("/developers", Some(&text("invitation-declined"))),
    })
}

/// Invitations of this developer that wait.
pub async fn waiting(app: &App, incoming: &Incoming, developer: &Developer) -> Result<Vec<Waiting>, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let Some(address) = address_of(&developer.me.user) else { return Ok(Vec::new()) };
    let shown = |invitation: InvitationToShow| Waiting {
        client_id: segment(&invitation.client_id),
        name: invitation.client_name.unwrap_or(invitation.client_id),
        by: invitation.by.display_name(),
        until: invitation.expires_at.as_millis(),
    };
    Ok(rows.client_invitations_to_show(&address, app.now()).await?.into_iter().map(shown).collect())
}

fn address_of(user: &User) -> Option<String> {
    let email = user.email.as_ref().filter(|email| email.verified)?;
    LoginName::fold(&email.address).map(|folded| folded.as_str().to_owned())
}

/// Who owns it beside the one whom its row names, and what goes where one of them does.
struct Found {
    others: Vec<CoDeveloper>,
    owner_stays: bool,
    coming: u32,
}

impl Found {
    fn heirs(&self) -> Vec<Heir<'_>> {
        let heirs = self.others.iter();
        heirs.map(|other| Heir { user: &other.user, applications: other.applications, api_users: other.api_users }).collect()
    }

    const fn facts<'a>(&self, heirs: &'a [Heir<'a>]) -> verbs::Together<'a> {
        verbs::Together { others: heirs, owner_stays: self.owner_stays, coming: self.coming }
    }
}

async fn found(app: &App, incoming: &Incoming, own: &Own) -> Result<Found, StoreError> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let owner_stays = match own.client.owner {
        Some(owner) => rows.user(owner).await?.is_some(),
        None => false,
    };
    let coming = rows.count_api_users_of_client_by(own.client.key, own.developer.me.user.id()).await?;
    Ok(Found { others: beside(app, incoming, own).await?, owner_stays, coming })
}

async fn beside(app: &App, incoming: &Incoming, own: &Own) -> Result<Vec<CoDeveloper>, StoreError> {
    app.store.in_realm(incoming.scene.realm.id()).co_developers(own.client.key).await
}

/// Whoever the path names, who owns it beside.
async fn named(app: &App, incoming: &Incoming, own: &Own) -> Result<User, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let sub = incoming.path_parameter("sub")?;
    let found = rows.co_developers(own.client.key).await?.into_iter().find(|other| other.user.account.sub == sub);
    Ok(found.filter(|_| own.is_owner()).map(|other| other.user).ok_or_else(not_found)?)
}

async fn page(app: &App, incoming: &Incoming, own: &Own, frame: &Frame<'_>) -> Result<Together, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let me = own.developer.me.user.id();
    let row = |user: &User, since: Option<i64>, may_inherit: bool| {
        let detail = user.email.as_ref().map_or_else(|| user.username.clone(), |email| email.address.clone());
        let (me, owner) = (user.id() == me, since.is_none());
        Row { sub: segment(&user.account.sub), name: user.display_name(), detail, since, me, owner, may_inherit }
    };
    let mut shown = Vec::new();
    if let Some(owner) = own.client.owner
        && let Some(user) = rows.user(owner).await?
    {
        shown.push(row(&user, None, false));
    }
    let found = found(app, incoming, own).await?;
    let settings = &incoming.scene.realm.settings;
    for (other, heir) in found.others.iter().zip(found.heirs()) {
        shown.push(row(&other.user, Some(other.since.as_millis()), heir.may_inherit(found.coming, settings)));
    }
    let invited = rows.client_invitations(own.client.key, app.now()).await?;
    Ok(Together {
        head: own.head(app, incoming, frame),
        alone: found.others.is_empty(),
        rows: shown,
        invited: invited.into_iter().map(|one| Invited { email: one.email, until: one.expires_at.as_millis() }).collect(),
        is_owner: own.is_owner(),
        email: String::new(),
        fault: None,
    })
}

fn letter(app: &App, incoming: &Incoming, own: &Own, frame: &Frame<'_>, to: &str) -> Result<Letter, Failure> {
    let scene = &incoming.scene;
    let title = scene.realm.title();
    let words = Words {
        subject: text("mail-developer-subject").with("realm", title),
        paragraphs: vec![
            text("mail-developer-lead")
                .with("name", own.developer.me.user.display_name())
                .with("application", own.client.title())
                .with("realm", title),
        ],
        link: Some((text("mail-developer-link"), scene.url("/developers"))),
        end: vec![text("mail-developer-not-you")],
    };
    Ok(Letter::write(&app.pages, &scene.realm, frame.language, to, &words)?)
}
