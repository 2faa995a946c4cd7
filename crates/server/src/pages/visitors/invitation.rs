//! The page where somebody becomes an administrator, by the link that they were given.

use axum::response::Response;
use http::{StatusCode, header};
use jeton_oauth::{
    Context, Decision, Effect, OneTimeLinkId,
    login_name::LoginName,
    manage::{
        Actor, Desk, Reach, Refusal,
        administrator::{self, Accepted, Invitation, is_open},
        user::Taken,
    },
    model::User,
    secret::{self, Kind, Presented, SecretText},
    sign_in,
};
use serde::Serialize;

use crate::{
    app::App,
    cookies,
    failure::Failure,
    incoming::Incoming,
    page_parts::texts::text,
    pages::{
        account::security::words,
        frame::{Frame, View},
    },
    password::{HashError, Whose, acceptable},
    session,
};

#[derive(Default, Serialize)]
struct BecomeAdministrator {
    /// Where the form goes, below the issuer.
    here: String,
    /// Nobody owns the server yet.
    first: bool,
    role: &'static str,
    /// In how many realms; none: in all.
    realms: usize,
    until: i64,
    name: String,
    least: u32,
    name_fault: Option<String>,
    password_fault: Option<String>,
    repeated_fault: Option<String>,
}

impl View for BecomeAdministrator {
    const TEMPLATE: &'static str = "visitors/invitation.html";
}

/// What is known of the link that the address ends with.
struct Opened {
    presented: Option<Presented>,
    invitation: Option<Invitation>,
    has_owner: bool,
}

/// GET: shows the form, and uses nothing up.
pub async fn invitation_page(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let opened = opened(app, incoming).await?;
    let invitation = is_open(opened.presented.as_ref(), opened.invitation.as_ref(), opened.has_owner, app.now())?;
    let name = invitation.email.clone().unwrap_or_default();
    Frame::of(app, incoming).leading_nowhere().render(StatusCode::OK, &view(incoming, invitation, name))
}

/// POST: they are an administrator, and signed in.
pub async fn accept_invitation(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let before = opened(app, incoming).await?;
    let invitation = is_open(before.presented.as_ref(), before.invitation.as_ref(), before.has_owner, app.now())?;
    let frame = Frame::of(app, incoming).leading_nowhere();
    let mut sent = incoming.page_form()?;
    let name = sent.take("name").unwrap_or_default().trim().to_owned();
    let secret = |text: Option<SecretText>| text.unwrap_or_else(|| SecretText::new(String::new()));
    let (password, repeated) = (secret(sent.take_secret("password")), secret(sent.take_secret("repeated")));
    let mut page = view(incoming, invitation, name.clone());
    if LoginName::fold(&name).is_none() {
        page.name_fault = Some(frame.say(&text("invitation-name-missing")));
    }
    if let Err(fault) = acceptable(&password, Whose::Administrator) {
        page.password_fault = Some(frame.say(&words(fault)));
    } else if password != repeated {
        page.repeated_fault = Some(frame.say(&text("invitation-not-repeated")));
    }
    if page.name_fault.is_some() || page.password_fault.is_some() || page.repeated_fault.is_some() {
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let hash = match app.passwords.hash(password).await {
        Ok(hash) => hash,
        Err(HashError::Busy(busy)) => return Err(busy.into()),
        Err(HashError::Unacceptable(fault)) => {
            page.password_fault = Some(frame.say(&words(fault)));
            return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let login = LoginName::fold(&name);
    let user_agent = session::user_agent(incoming);
    let look = || async {
        let invitation = match &before.presented {
            Some(presented) => app.store.invitation(OneTimeLinkId(presented.selector)).await?,
            None => None,
        };
        let has_owner = app.store.has_owner(None).await?;
        let named = match &login {
            Some(login) => app.store.in_realm(incoming.scene.realm.id()).user_by_login(login).await?,
            None => None,
        };
        Ok((invitation, has_owner, named))
    };
    let rule = |(invitation, has_owner, named): (Option<Invitation>, bool, Option<User>), cx: &mut Context<'_>| -> Decision<_> {
        let invitation = is_open(before.presented.as_ref(), invitation.as_ref(), has_owner, cx.now)?;
        if named.is_some() {
            return Ok(Effect::only(None));
        }
        let by = Actor { from: cx.from, ..Actor::SYSTEM };
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        let accepted = Accepted { username: name.clone(), password: hash.clone() };
        let Effect { answer: user, mut changes } = administrator::accept(invitation, accepted, &Taken::default(), &mut desk)
            .map_err(|Effect { answer, changes }: Effect<Refusal>| Effect { answer: answer.into(), changes })?;
        let signed_in = sign_in::at_once(&user, user_agent.clone(), cx);
        changes.extend(signed_in.changes);
        Ok(Effect { answer: Some(signed_in.answer), changes })
    };
    let Some(signed_in) = app.settle(&incoming.scene, look, rule).await? else {
        page.name_fault = Some(frame.say(&text("invitation-name-taken")));
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut response = frame.back_to("", Some(&text("invitation-accepted")));
    let cookie = cookies::session_cookie(&incoming.scene.realm, &signed_in.cookie, false);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn opened(app: &App, incoming: &Incoming) -> Result<Opened, Failure> {
    let presented = secret::read(Kind::OneTimeLink, &incoming.path_parameter("link")?);
    let invitation = match &presented {
        Some(presented) => app.store.invitation(OneTimeLinkId(presented.selector)).await?,
        None => None,
    };
    Ok(Opened { presented, invitation, has_owner: app.store.has_owner(None).await? })
}

fn view(incoming: &Incoming, invitation: &Invitation, name: String) -> BecomeAdministrator {
    BecomeAdministrator {
        here: incoming.path().to_owned(),
        first: invitation.email.is_none(),
        role: invitation.role.as_str(),
        realms: match &invitation.reach {
            Reach::All => 0,
            Reach::Named(realms) => realms.len(),
        },
        until: invitation.expires_at.as_millis(),
        name,
        least: Whose::Administrator.least(),
        ..BecomeAdministrator::default()
    }
}
