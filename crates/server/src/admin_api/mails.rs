//! The outbox of the installation: letters that wait, and those that were given up. Sealed as they are, who they are
//! for is not to be seen.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, MailId, OAuthError,
    manage::{
        Act, Fault, Noun, Path,
        administrator::{Area, Need},
        mails as verbs,
    },
    model::Mail,
};
use serde_json::{Map, Value};

use super::{Api, Page, Reply, api::decided, instant, request::nothing};
use crate::{app::App, failure::Failure, incoming::Incoming};

/// GET: newest first; `given_up` is true or false.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, (Area::People, Need::Read), (Noun::User, Act::Read))?;
    let page = Page::of(&api, &["given_up"])?;
    let given_up = match page.filter("given_up") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(other) => {
            let what = format!("`given_up` cannot be {other:?}");
            return Err(OAuthError::faulty(vec![Fault::new(Path::default(), what, "write true or false")]).into());
        }
    };
    let before: Option<MailId> = page.after_id()?;
    let mut rows = Vec::new();
    for mail in app.store.mails(given_up, before, page.more()).await? {
        let realm = app.store.realm(mail.realm).await?.map(|realm| realm.name.clone());
        rows.push((mail, realm));
    }
    Ok(page.answer(rows, |(mail, _)| mail.id.to_string(), |(mail, realm)| view(mail, realm.clone())))
}

/// POST …/try-again: one that was given up.
pub async fn try_again(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = Api::of(app, incoming, (Area::People, Need::Write), (Noun::User, Act::AddSecret))?;
    let id = incoming.path_parameter("id")?;
    let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no letter {id:?} that waits or was given up"));
    let mail_id: MailId = id.parse().map_err(|_| none())?;
    let waits = app.store.mail(mail_id).await?.ok_or_else(none)?;
    let realm = app.store.realm(waits.realm).await?.map(|realm| realm.name.clone());
    api.expects_json_or_nothing()?;
    nothing(&api)?;
    let look = || async { app.store.mail(mail_id).await };
    let response = api
        .act(look, |mail: Option<Mail>, desk| {
            let mail = mail.ok_or_else(none)?;
            let after = Mail { attempts: 0, next_at: desk.now, given_up_at: None, ..mail.clone() };
            decided(verbs::try_again(&mail, desk), |()| Reply::ok(view(&after, realm.clone())))
        })
        .await?;
    app.outbox.wake();
    Ok(response)
}

/// **Invariant**: nothing of what is sealed.
fn view(mail: &Mail, realm: Option<String>) -> Map<String, Value> {
    let members: [(&str, Value); 7] = [
        ("id", mail.id.to_string().into()),
        ("realm", realm.into()),
        ("created_at", instant(mail.created_at).into()),
        ("attempts", mail.attempts.into()),
        ("next_at", mail.given_up_at.is_none().then(|| instant(mail.next_at)).into()),
        ("given_up_at", mail.given_up_at.map(instant).into()),
        ("fault", mail.fault.clone().into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
