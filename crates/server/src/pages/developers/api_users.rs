//! API users: the machine logins that a developer makes, for an application or for themselves. A password is made, and
//! shown once.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    OAuthError, Timestamp, UserId,
    attempts::{Bucket, Tally},
    authorize::finished,
    ids::uuid_v7,
    login_name::LoginName,
    manage::{
        Actor, Desk, UserDocument, Verdict,
        client::still_theirs,
        user::{
            self as verbs, ApiUserFacts, Taken, UserMetadata, WantedApiUser, api_user_of, create_api_user, has_api_users, judge_api_user,
        },
    },
    model::{Client, PasswordHash, Profile, User},
    parameters::Parameters,
    password_rules,
    secret::SecretText,
};
use jeton_store::ApiUser;
use serde::Serialize;

use super::{
    Developer, Head, Own,
    faults::Faults,
    own::{path_of, segment, told},
    register::fresh_id,
    sign_in_first,
};
use crate::{
    app::App,
    failure::Failure,
    guesses::admit,
    incoming::Incoming,
    page_parts::texts::text,
    pages::frame::{Frame, View},
    password::HashError,
    randomness::SystemRng,
    respond::not_found,
};

pub const PAGE: &str = "/developers/api-users";
/// Rows of one page.
const ROWS: u32 = 50;

#[derive(Serialize)]
struct OfDeveloper {
    list: List,
}

impl View for OfDeveloper {
    const TEMPLATE: &'static str = "developers/api_users.html";
}

#[derive(Serialize)]
struct OfApplication {
    head: Head,
    list: List,
}

impl View for OfApplication {
    const TEMPLATE: &'static str = "developers/application_api_users.html";
}

#[derive(Serialize)]
struct List {
    rows: Vec<Row>,
    older: Option<String>,
    /// Where the form is sent.
    path: String,
    /// The API user to be: a form that is sent twice makes one.
    id: String,
    username: String,
    purpose: String,
    username_fault: Option<String>,
    purpose_fault: Option<String>,
    realm: String,
    /// Another one may be made: it could sign in.
    open: bool,
}

#[derive(Serialize)]
struct Row {
    /// Its address below the issuer.
    path: String,
    username: String,
    purpose: Option<String>,
    signed_in: Option<i64>,
    created: i64,
    active: bool,
    /// Its developer may enable it again.
    paused: bool,
    seen: u32,
}

#[derive(Serialize)]
struct Password {
    username: String,
    password: String,
    /// It had another one until now.
    replaced: bool,
    back: String,
}

impl View for Password {
    const TEMPLATE: &'static str = "developers/password.html";
}

/// GET: all of the developer's. POST: another one.
pub async fn of_developer(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, PAGE)) };
    let frame = developer.frame(app, incoming);
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let before = before(incoming)?;
    if !incoming.is(&Method::POST) {
        let users = rows.api_users_of(developer.me.user.id(), before, ROWS + 1).await?;
        let list = list(users, PAGE.to_owned(), &Parameters::default(), None, None, incoming, app);
        return frame.render(StatusCode::OK, &OfDeveloper { list });
    }
    if !developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, PAGE));
    }
    let sent = incoming.page_form()?;
    match create(app, incoming, &developer, None, &sent).await? {
        Ok((user, password)) => show_once(&frame, &user, &password, false, PAGE.to_owned()),
        Err(faults) => {
            let users = rows.api_users_of(developer.me.user.id(), None, ROWS + 1).await?;
            let list = list(users, PAGE.to_owned(), &sent, Some(&faults), None, incoming, app);
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &OfDeveloper { list })
        }
    }
}

/// GET: those of one application. POST: another one for it.
pub async fn of_application(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(own) = Own::of(app, incoming).await? else { return Ok(sign_in_first(incoming, incoming.path())) };
    let frame = own.frame(app, incoming);
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let path = own.path("/api-users");
    let head = own.head(app, incoming, &frame);
    if !incoming.is(&Method::POST) {
        let users = rows.api_users_of_client(own.client.key, before(incoming)?, ROWS + 1).await?;
        let list = list(users, path, &Parameters::default(), None, Some(&own.client), incoming, app);
        return frame.render(StatusCode::OK, &OfApplication { head, list });
    }
    if !own.developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, &path));
    }
    let sent = incoming.page_form()?;
    match create(app, incoming, &own.developer, Some(&own), &sent).await? {
        Ok((user, password)) => show_once(&frame, &user, &password, false, path),
        Err(faults) => {
            let users = rows.api_users_of_client(own.client.key, None, ROWS + 1).await?;
            let list = list(users, path, &sent, Some(&faults), Some(&own.client), incoming, app);
            frame.render(StatusCode::UNPROCESSABLE_ENTITY, &OfApplication { head, list })
        }
    }
}

/// POST: another password, shown this once. What rests on the one before ends.
pub async fn new_password(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, PAGE)) };
    let found = found(app, incoming, &developer).await?;
    let back = place(app, incoming, &found).await?;
    if !developer.me.is_recent(app) {
        return Ok(sign_in_first(incoming, &back));
    }
    let seen = incoming.page_form()?.get("seen").and_then(|seen| seen.parse().ok());
    // The page was for the password before: it was sent already.
    if seen != Some(found.user.version) {
        return Err(finished().into());
    }
    let password = password_rules::fresh(&mut SystemRng);
    let hash = hashed(app, incoming, &password).await?;
    act(app, incoming, &developer, &found, |one, desk| verbs::renew_password(&one.user, seen, hash.clone(), desk))
        .await?
        .then_some(())
        .ok_or_else(finished)?;
    show_once(&developer.frame(app, incoming), &found.user, &password, true, back)
}

/// POST: nobody signs in with it, until it is enabled again.
pub async fn disable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, "api-user-is-disabled", |one, desk| verbs::pause(&one.user, desk)).await
}

/// POST.
pub async fn enable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, "api-user-is-enabled", |one, desk| verbs::resume(&one.user, one.paused_at.is_some(), desk)).await
}

async fn set_status(
    app: &App,
    incoming: &Incoming,
    done: &'static str,
    verb: impl Fn(&ApiUser, &mut Desk<'_>) -> Verdict<User>,
) -> Result<Response, Failure> {
    let Some(developer) = Developer::of(app, incoming).await? else { return Ok(sign_in_first(incoming, PAGE)) };
    let found = found(app, incoming, &developer).await?;
    let back = place(app, incoming, &found).await?;
    act(app, incoming, &developer, &found, verb).await?;
    Ok(developer.frame(app, incoming).back_to(&back, Some(&text(done).with("name", found.user.username))))
}

/// Does something with an API user as it is now, if it still is this developer's.
async fn act<T>(
    app: &App,
    incoming: &Incoming,
    developer: &Developer,
    before: &ApiUser,
    verb: impl Fn(&ApiUser, &mut Desk<'_>) -> Verdict<T>,
) -> Result<T, Failure> {
    let me = developer.me.user.id();
    let look = || whose(app, incoming, &before.user.account.sub, me);
    let done = app.settle(&incoming.scene, look, |found, cx| {
        let (one, client) = found.ok_or_else(not_found)?;
        let application = client.as_ref().map(|(client, together)| (client, *together));
        let who = api_user_of(&one.user, application, me).ok_or_else(not_found)?;
        let by = Actor { who, from: cx.from };
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        Ok(told(verb(&one, &mut desk), application.map(|(client, _)| still_theirs(client, me))))
    });
    Ok(done.await?.map_err(OAuthError::from)?)
}

type Found = Option<(ApiUser, Option<(Client, bool)>)>;

/// An API user, what it belongs to, and whether this person owns that beside its owner.
async fn whose(app: &App, incoming: &Incoming, sub: &str, me: UserId) -> Result<Found, jeton_store::StoreError> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let Some(one) = rows.api_user(sub).await? else { return Ok(None) };
    let client = match one.application {
        Some(key) => rows.client_afresh(key).await?,
        None => None,
    };
    Ok(Some(match client {
        Some(client) => {
            let together = rows.is_co_developer(client.key, me).await?;
            (one, Some((client, together)))
        }
        None => (one, None),
    }))
}

/// The API user that the path names; another's is none.
async fn found(app: &App, incoming: &Incoming, developer: &Developer) -> Result<ApiUser, Failure> {
    let me = developer.me.user.id();
    let (one, client) = whose(app, incoming, &incoming.path_parameter("sub")?, me).await?.ok_or_else(not_found)?;
    let application = client.as_ref().map(|(client, together)| (client, *together));
    api_user_of(&one.user, application, me).ok_or_else(not_found)?;
    Ok(one)
}

/// The list that it stands in.
async fn place(app: &App, incoming: &Incoming, one: &ApiUser) -> Result<String, Failure> {
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let client = match one.application {
        Some(key) => rows.client_by_key(key).await?,
        None => None,
    };
    Ok(client.map_or_else(|| PAGE.to_owned(), |client| format!("{}/api-users", path_of(&client.id))))
}

type Made = Result<(User, SecretText), Faults>;

async fn create(app: &App, incoming: &Incoming, developer: &Developer, own: Option<&Own>, sent: &Parameters) -> Result<Made, Failure> {
    let sub = fresh_id(sent, app.now()).ok_or_else(finished)?;
    let rows = app.store.in_realm(incoming.scene.realm.id());
    let (me, most) = (developer.me.user.id(), incoming.scene.realm.settings.api_users_per_developer);
    let line = |name: &str| sent.get(name).unwrap_or_default().trim().to_owned();
    let document = UserDocument {
        own: UserMetadata { username: line("username"), ..UserMetadata::default() },
        claims: Profile { name: Some(line("purpose")).filter(|purpose| !purpose.is_empty()), ..Profile::default() },
    };
    let wanted = WantedApiUser { document, sub: sub.clone() };
    let bucket = app.seal.bucket(incoming.scene.realm.id(), "names of a developer's API users", me.as_bytes());
    let look = || async {
        let mut taken = Taken::default();
        if let Some(login) = LoginName::fold(&wanted.document.own.username) {
            // Whose name it is, is nobody's business here.
            taken.username = rows.user_by_login(&login).await?.map(|_| "somebody".to_owned());
        }
        let tally = rows.attempts(&[bucket]).await?.pop().flatten();
        let sent_before = rows.user_by_sub(&sub).await?.is_some();
        let application = match own {
            Some(own) => match rows.client_afresh(own.client.key).await? {
                Some(client) => Some((client, rows.is_co_developer(own.client.key, me).await?)),
                None => None,
            },
            None => None,
        };
        Ok(Looked { taken, sent_before, owned: rows.count_api_users_of(me, most).await?, application, tally })
    };
    let by = developer.actor(incoming);
    // A password is hashed for what will be made alone.
    let judged = app.settle(&incoming.scene, look, |looked: Looked, cx| {
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        Ok(told(judge_api_user(&wanted, &looked.facts(own.is_some(), bucket)?, &mut desk), None))
    });
    if let Err(refusal) = judged.await? {
        return Ok(Err(Faults::of(refusal)?));
    }
    let password = password_rules::fresh(&mut SystemRng);
    let hash = hashed(app, incoming, &password).await?;
    let made = app.settle(&incoming.scene, look, |looked: Looked, cx| {
        let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
        let facts = looked.facts(own.is_some(), bucket)?;
        let verdict = create_api_user(&wanted, hash.clone(), &facts, &mut desk);
        Ok(told(verdict, facts.application.map(|(client, _)| still_theirs(client, me))))
    });
    match made.await? {
        Ok(user) => Ok(Ok((user, password))),
        Err(refusal) => Ok(Err(Faults::of(refusal)?)),
    }
}

/// What a look finds for an API user that is to be made.
struct Looked {
    taken: Taken,
    /// The form was sent already.
    sent_before: bool,
    owned: u32,
    application: Option<(Client, bool)>,
    tally: Option<Tally>,
}

impl Looked {
    /// `of_application`: it is for one, which has to be there still.
    fn facts(&self, of_application: bool, bucket: Bucket) -> Result<ApiUserFacts<'_>, OAuthError> {
        if self.sent_before {
            return Err(finished());
        }
        if of_application && self.application.is_none() {
            return Err(not_found());
        }
        let application = self.application.as_ref().map(|(client, together)| (client, *together));
        Ok(ApiUserFacts { taken: &self.taken, owned: self.owned, application, tries: (bucket, self.tally) })
    }
}

async fn hashed(app: &App, incoming: &Incoming, password: &SecretText) -> Result<PasswordHash, Failure> {
    admit(app, &incoming.scene)?;
    match app.passwords.hash(password.clone()).await {
        Ok(hash) => Ok(hash),
        Err(HashError::Busy(busy)) => Err(busy.into()),
        Err(HashError::Unacceptable(error)) => Err(OAuthError::invalid_request(error.to_string()).into()),
    }
}

fn show_once(frame: &Frame<'_>, user: &User, password: &SecretText, replaced: bool, back: String) -> Result<Response, Failure> {
    let view = Password { username: user.username.clone(), password: password.expose().to_owned(), replaced, back };
    frame.render(StatusCode::OK, &view)
}

fn before(incoming: &Incoming) -> Result<Option<UserId>, Failure> {
    Ok(incoming.query()?.get("before").and_then(|text| text.parse().ok()))
}

fn list(
    mut users: Vec<ApiUser>,
    path: String,
    sent: &Parameters,
    faults: Option<&Faults>,
    of: Option<&Client>,
    incoming: &Incoming,
    app: &App,
) -> List {
    let more = users.len() > ROWS as usize;
    users.truncate(ROWS as usize);
    let older = users.last().filter(|_| more).map(|last| last.user.id().to_string());
    let fault = |member: &str| faults.and_then(|faults| faults.at(member));
    let sent_text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    List {
        older,
        rows: users.into_iter().map(row).collect(),
        path,
        id: uuid_v7(app.now(), &mut SystemRng).to_string(),
        username: sent_text("username"),
        purpose: sent_text("purpose"),
        username_fault: fault("username"),
        purpose_fault: fault("name"),
        realm: incoming.scene.realm.title().to_owned(),
        open: has_api_users(&incoming.scene.realm.settings, of),
    }
}

fn row(one: ApiUser) -> Row {
    Row {
        path: format!("{PAGE}/{}", segment(&one.user.account.sub)),
        active: one.user.account.is_active(),
        paused: one.paused_at.is_some(),
        signed_in: one.signed_in_at.map(Timestamp::as_millis),
        created: one.user.created_at.as_millis(),
        seen: one.user.version,
        purpose: one.user.profile.name,
        username: one.user.username,
    }
}
