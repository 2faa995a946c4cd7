//! What is done to one thing: a page that asks, and what happens when it is answered.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_oauth::{
    ErrorCode, OAuthError,
    authorize::finished,
    manage::{Act as Verb, Noun},
};
use serde_json::{Value, json};

use super::{
    Answer, Ask, Console,
    ask::{ask, is_stale, segment},
    views,
};
use crate::{
    admin_api::{
        administrators, authorizations, clients, dialects, factors, keys, mails, people, realms, scopes, secrets, sessions, tokens,
    },
    failure::Failure,
    page_parts::texts::text,
    respond::not_found,
};

/// What an address names, by the pattern that it has in the table of endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Realm,
    Person,
    ApiUser,
    Application,
    Secret,
    Scope,
    Session,
    Authorization,
    Token,
    Key,
    Dialect,
    Administrator,
    Invitation,
    Mail,
}

/// Something that can be done to it.
struct Act {
    kinds: &'static [Kind],
    /// The last segment of the address.
    word: &'static str,
    verb: Verb,
    /// The API's method, and the end of its address.
    call: (Method, &'static str),
    /// Whether it asks for a recent proof, and for the name to be typed.
    care: Care,
    /// What the page says: a question, what happens then, the button; and what is said afterwards.
    words: [&'static str; 4],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Care {
    /// It can be undone.
    None,
    /// It cannot.
    Proof,
    /// Neither can it, and what runs breaks: the name is typed.
    Typed,
}

macro_rules! acts {
    ($([$($kind:ident)+] $word:literal $verb:ident $method:ident $end:literal $care:ident [$title:literal $lead:literal $button:literal $done:literal];)*) => {
        static ACTS: &[Act] = &[$(Act {
            kinds: &[$(Kind::$kind),+],
            word: $word,
            verb: Verb::$verb,
            call: (Method::$method, $end),
            care: Care::$care,
            words: [$title, $lead, $button, $done],
        }),*];
    };
}

acts! {
    [Realm] "disable" Disable POST "/disable" Typed ["admin-disable-title" "admin-realm-disable-lead" "admin-disable" "admin-disabled-done"];
    [Realm] "enable" Enable POST "/enable" None ["admin-enable-title" "admin-realm-enable-lead" "admin-enable" "admin-enabled-done"];
    [Realm] "delete" Remove DELETE "" Typed ["admin-delete-title" "admin-realm-delete-lead" "admin-delete" "admin-deleted-done"];
    [Realm] "not-before" Revoke POST "/not-before" Typed ["admin-raise-title" "admin-realm-raise-lead" "admin-raise" "admin-raised-done"];
    [Person ApiUser] "disable" Disable POST "/disable" None
        ["admin-disable-title" "admin-person-disable-lead" "admin-disable" "admin-disabled-done"];
    [Person ApiUser] "enable" Enable POST "/enable" None
        ["admin-enable-title" "admin-person-enable-lead" "admin-enable" "admin-enabled-done"];
    [Person ApiUser] "delete" Remove DELETE "" Typed
        ["admin-delete-title" "admin-person-delete-lead" "admin-delete" "admin-deleted-done"];
    [Person ApiUser] "password" AddSecret POST "/password" Proof
        ["admin-password-title" "admin-password-lead" "admin-password-new" "admin-password-done"];
    [Person ApiUser] "unlock" AddSecret POST "/unlock" None
        ["admin-unlock-title" "admin-unlock-lead" "admin-unlock" "admin-unlocked-done"];
    [Person ApiUser] "not-before" Revoke POST "/not-before" Proof
        ["admin-raise-title" "admin-person-raise-lead" "admin-raise" "admin-raised-done"];
    [Person] "end-sessions" Revoke DELETE "/sessions" None
        ["admin-end-sessions-title" "admin-end-sessions-lead" "admin-end-sessions" "admin-sessions-ended"];
    [Person] "reset-factors" AddSecret DELETE "/factors" Proof
        ["admin-factors-title" "admin-factors-lead" "admin-factors-reset" "admin-factors-done"];
    [Application] "disable" Disable POST "/disable" None
        ["admin-disable-title" "admin-application-disable-lead" "admin-disable" "admin-disabled-done"];
    [Application] "enable" Enable POST "/enable" None
        ["admin-enable-title" "admin-application-enable-lead" "admin-enable" "admin-enabled-done"];
    [Application] "delete" Remove DELETE "" Typed
        ["admin-delete-title" "admin-application-delete-lead" "admin-delete" "admin-deleted-done"];
    [Application] "not-before" Revoke POST "/not-before" Proof
        ["admin-raise-title" "admin-application-raise-lead" "admin-raise" "admin-raised-done"];
    [Application] "add-secret" AddSecret POST "/secrets" Proof
        ["admin-secret-title" "admin-secret-lead" "admin-secret-add" "admin-secret-done"];
    [Secret] "remove" RemoveSecret DELETE "" Typed
        ["admin-secret-remove-title" "admin-secret-remove-lead" "admin-remove" "admin-secret-removed"];
    [Scope] "delete" Remove DELETE "" Typed ["admin-delete-title" "admin-scope-delete-lead" "admin-delete" "admin-deleted-done"];
    [Session] "end" Revoke DELETE "" None ["admin-session-end-title" "admin-session-end-lead" "admin-end" "admin-session-ended"];
    [Authorization] "revoke" Revoke DELETE "" Proof
        ["admin-authorization-title" "admin-authorization-lead" "admin-revoke" "admin-revoked-done"];
    [Token] "revoke" Revoke DELETE "" Proof ["admin-token-title" "admin-token-lead" "admin-revoke" "admin-revoked-done"];
    [Key] "revoke" Revoke POST "/revoke" Typed ["admin-key-title" "admin-key-lead" "admin-revoke" "admin-key-revoked"];
    [Dialect] "delete" Create DELETE "" Typed ["admin-delete-title" "admin-dialect-delete-lead" "admin-delete" "admin-deleted-done"];
    [Administrator] "disable" Disable POST "/disable" Proof
        ["admin-disable-title" "admin-person-disable-lead" "admin-disable" "admin-disabled-done"];
    [Administrator] "enable" Enable POST "/enable" Proof
        ["admin-enable-title" "admin-person-enable-lead" "admin-enable" "admin-enabled-done"];
    [Invitation] "withdraw" Remove DELETE "" Proof
        ["admin-withdraw-title" "admin-withdraw-lead" "admin-withdraw" "admin-withdrawn-done"];
    [Mail] "try-again" AddSecret POST "/try-again" None
        ["admin-mail-again-title" "admin-mail-again-lead" "admin-mail-again" "admin-mail-again-done"];
}

/// What an act is done to.
struct Thing {
    /// What people call it, and type.
    name: String,
    /// Its address in the API.
    api: String,
    /// The page that shows it, and the list that it stands in.
    page: String,
    list: String,
    version: Option<String>,
}

/// GET: asks. POST: does it.
pub async fn act(console: &Console<'_>) -> Result<Response, Failure> {
    let kind = Kind::of(console.incoming.standing.pattern).ok_or_else(not_found)?;
    let word = console.incoming.path_parameter("act")?;
    let act = ACTS.iter().find(|act| act.kinds.contains(&kind) && act.word == word).ok_or_else(not_found)?;
    let thing = kind.thing(console).await?;
    if !console.may(kind.noun(), act.verb) {
        return Err(OAuthError::new(ErrorCode::AccessDenied, "your role does not allow this here").into());
    }
    if act.care != Care::None && !console.is_recent() {
        return Ok(console.confirm());
    }
    let (method, end) = &act.call;
    let ask = Ask::of(method.clone(), format!("{}{end}", thing.api));
    if !console.is_post() {
        return page(console, act, &thing, &ask, StatusCode::OK, None).await;
    }
    let sent = console.incoming.page_form()?;
    if act.care == Care::Typed && sent.get("typed").map(str::trim) != Some(thing.name.as_str()) {
        let fault = console.frame().say(&text("admin-type-fault"));
        return page(console, act, &thing, &ask, StatusCode::UNPROCESSABLE_ENTITY, Some(fault)).await;
    }
    // What was shown once is shown to the first of two forms alone.
    let ask = ask.version(&sent).once(&sent);
    let answer = match done(console, kind, act, &ask).await {
        Ok(answer) => answer,
        Err(failure) => {
            let error = console.refused(failure)?;
            let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
            let status = if is_stale(&error) { StatusCode::CONFLICT } else { status };
            let fault = if is_stale(&error) { console.frame().say(&text("admin-stale")) } else { error.description.into_owned() };
            return page(console, act, &thing, &ask, status, Some(fault)).await;
        }
    };
    match act.word {
        "password" => shown_once(console, "password", &answer, &thing).await,
        "add-secret" => shown_once(console, "client_secret", &answer, &thing).await,
        _ => {
            let gone = method == Method::DELETE && end.is_empty();
            Ok(console.back_to(if gone { &thing.list } else { &thing.page }, &text(act.words[3]).with("name", thing.name.clone())))
        }
    }
}

async fn done(console: &Console<'_>, kind: Kind, act: &Act, ask: &Ask) -> Result<Answer, Failure> {
    match (kind, act.word) {
        (Kind::Realm, "disable") => ask!(console, realms::disable, ask),
        (Kind::Realm, "enable") => ask!(console, realms::enable, ask),
        (Kind::Realm, "delete") => ask!(console, realms::remove, ask),
        (Kind::Realm, "not-before") => ask!(console, realms::revoke_all, ask),
        (Kind::Person | Kind::ApiUser, "disable") => ask!(console, people::disable, ask),
        (Kind::Person | Kind::ApiUser, "enable") => ask!(console, people::enable, ask),
        (Kind::Person | Kind::ApiUser, "delete") => ask!(console, people::remove, ask),
        (Kind::Person | Kind::ApiUser, "password") => ask!(console, people::set_password, ask),
        (Kind::Person | Kind::ApiUser, "unlock") => ask!(console, people::unlock, ask),
        (Kind::Person | Kind::ApiUser, "not-before") => ask!(console, people::revoke_all, ask),
        (Kind::Person, "end-sessions") => ask!(console, sessions::end_all, ask),
        (Kind::Person, "reset-factors") => ask!(console, factors::reset, ask),
        (Kind::Application, "disable") => ask!(console, clients::disable, ask),
        (Kind::Application, "enable") => ask!(console, clients::enable, ask),
        (Kind::Application, "delete") => ask!(console, clients::remove, ask),
        (Kind::Application, "not-before") => ask!(console, clients::revoke_all, ask),
        (Kind::Application, "add-secret") => ask!(console, secrets::create, ask),
        (Kind::Secret, _) => ask!(console, secrets::remove, ask),
        (Kind::Scope, _) => ask!(console, scopes::remove, ask),
        (Kind::Session, _) => ask!(console, sessions::end, ask),
        (Kind::Authorization, _) => ask!(console, authorizations::revoke, ask),
        (Kind::Token, _) => ask!(console, tokens::revoke, ask),
        (Kind::Key, _) => ask!(console, keys::revoke, ask),
        (Kind::Dialect, _) => ask!(console, dialects::remove, ask),
        (Kind::Administrator, "disable") => ask!(console, administrators::disable, ask),
        (Kind::Administrator, "enable") => ask!(console, administrators::enable, ask),
        (Kind::Invitation, _) => ask!(console, administrators::withdraw, ask),
        (Kind::Mail, _) => ask!(console, mails::try_again, ask),
        _ => Err(not_found().into()),
    }
}

/// A secret that was made just now. A form that was sent twice made one, and it was shown.
pub async fn shown_once(console: &Console<'_>, member: &str, answer: &Answer, thing: &impl Made) -> Result<Response, Failure> {
    let secret = answer.body[member].as_str().ok_or_else(finished)?;
    let id = match member {
        "client_secret" => "secret",
        other => other,
    };
    let page = json!({ "id": id, "secret": secret, "name": thing.name(), "page": thing.page(), "cid": thing.cid() });
    console.answer(StatusCode::OK, views::ShownOnce, page, None).await
}

/// What has a secret that is shown once.
pub trait Made {
    fn name(&self) -> &str;
    /// Where one goes on.
    fn page(&self) -> &str;
    /// The client id that goes with the secret.
    fn cid(&self) -> Option<&str> {
        None
    }
}

impl Made for Thing {
    fn name(&self) -> &str {
        &self.name
    }

    fn page(&self) -> &str {
        &self.page
    }
}

async fn page(
    console: &Console<'_>,
    act: &Act,
    thing: &Thing,
    ask: &Ask,
    status: StatusCode,
    fault: Option<String>,
) -> Result<Response, Failure> {
    let frame = console.frame();
    let [title, lead, button, _] = act.words.map(|id| frame.say(&text(id).with("name", thing.name.clone())));
    let page = json!({
        "title": title, "lead": lead, "button": button, "fault": fault,
        "name": thing.name, "version": thing.version, "back": thing.page, "back_name": thing.name,
        "typed": act.care == Care::Typed, "danger": act.care != Care::None || act.verb == Verb::Disable,
    });
    console.answer(status, views::Act, page, Some(ask)).await
}

impl Kind {
    fn of(pattern: &str) -> Option<Self> {
        let kinds = [
            ("/settings/{act}", Self::Realm),
            ("/people/{sub}/{act}", Self::Person),
            ("/api-users/{sub}/{act}", Self::ApiUser),
            ("/secrets/{id}/{act}", Self::Secret),
            ("/applications/{client_id}/{act}", Self::Application),
            ("/scopes/{scope}/{act}", Self::Scope),
            ("/sessions/{id}/{act}", Self::Session),
            ("/authorizations/{id}/{act}", Self::Authorization),
            ("/tokens/{id}/{act}", Self::Token),
            ("/keys/{id}/{act}", Self::Key),
            ("/dialects/{name}/{act}", Self::Dialect),
            ("/administrators/{sub}/{act}", Self::Administrator),
            ("/invitations/{id}/{act}", Self::Invitation),
            ("/mail/{id}/{act}", Self::Mail),
        ];
        kinds.into_iter().find(|(end, _)| pattern.ends_with(end)).map(|(_, kind)| kind)
    }

    /// What the address names.
    ///
    /// # Errors
    /// 404 where there is no such thing.
    async fn thing(self, console: &Console<'_>) -> Result<Thing, Failure> {
        if let Self::Dialect | Self::Administrator | Self::Invitation | Self::Mail = self {
            return self.of_the_installation(console).await;
        }
        let named = |name: &str| console.incoming.path_parameter(name);
        let realm = console.path()?;
        let at = |list: &str, id: &str| (format!("{realm}/{list}/{}", segment(id)), format!("{realm}/{list}"));
        let thing = |name: String, (api, list): (String, String), version| Thing { name, page: api.clone(), api, list, version };
        match self {
            Self::Realm => {
                let answer = ask!(console, realms::show, Ask::get(&realm))?;
                let name = answer.text("name").to_owned();
                Ok(Thing { name, page: format!("{realm}/settings"), list: "/realms".to_owned(), version: answer.etag, api: realm })
            }
            Self::Person | Self::ApiUser => {
                let place = at(if self == Self::Person { "people" } else { "api-users" }, &named("sub")?);
                let answer = ask!(console, people::show, Ask::get(&place.0))?;
                Ok(thing(answer.text("username").to_owned(), place, answer.etag))
            }
            Self::Application | Self::Secret => {
                let id = named("client_id")?;
                let (api, page) = (format!("{realm}/clients/{}", segment(&id)), format!("{realm}/applications/{}", segment(&id)));
                let answer = ask!(console, clients::show, Ask::get(&api))?;
                let name = called(&answer.body);
                if self == Self::Application {
                    return Ok(Thing { name, api, page, list: format!("{realm}/applications"), version: answer.etag });
                }
                let secret = segment(&named("id")?);
                Ok(Thing { name, api: format!("{api}/secrets/{secret}"), list: page.clone(), page, version: None })
            }
            Self::Scope => {
                let place = at("scopes", &named("scope")?);
                let answer = ask!(console, scopes::show, Ask::get(&place.0))?;
                Ok(thing(answer.text("name").to_owned(), place, answer.etag))
            }
            Self::Session | Self::Authorization | Self::Token => {
                let (list, back) = match self {
                    Self::Session => ("sessions", "sessions"),
                    Self::Authorization => ("authorizations", "people"),
                    _ => ("tokens", "people"),
                };
                let id = named("id")?;
                let (api, page) = (at(list, &id).0, format!("{realm}/{back}"));
                Ok(Thing { name: id, api, page: page.clone(), list: page, version: None })
            }
            Self::Key => {
                let (api, list) = at("keys", &named("id")?);
                let answer = ask!(console, keys::show, Ask::get(&api))?;
                Ok(Thing { name: answer.text("id").to_owned(), api, page: list.clone(), list, version: None })
            }
            _ => Err(not_found().into()),
        }
    }

    /// What is in no realm of the address.
    async fn of_the_installation(self, console: &Console<'_>) -> Result<Thing, Failure> {
        let named = |name: &str| console.incoming.path_parameter(name).map(|name| segment(&name));
        match self {
            Self::Dialect => {
                let (list, page) = ("/dialects".to_owned(), format!("/dialects/{}", named("name")?));
                let answer = ask!(console, dialects::show, Ask::get(&page))?;
                Ok(Thing { name: answer.text("name").to_owned(), api: page.clone(), page, list, version: answer.etag })
            }
            Self::Administrator => {
                let (list, page) = ("/administrators".to_owned(), format!("/administrators/{}", named("sub")?));
                let answer = ask!(console, administrators::show, Ask::get(&page))?;
                Ok(Thing { name: answer.text("name").to_owned(), api: page.clone(), page, list, version: answer.etag })
            }
            Self::Invitation => {
                let list = "/administrators".to_owned();
                let api = format!("/administrator-invitations/{}", named("id")?);
                let answer = ask!(console, administrators::invitation, Ask::get(&api))?;
                Ok(Thing { name: answer.text("email").to_owned(), api, page: list.clone(), list, version: None })
            }
            Self::Mail => {
                let (list, id) = ("/mail".to_owned(), named("id")?);
                Ok(Thing { api: format!("/mails/{id}"), name: id, page: list.clone(), list, version: None })
            }
            _ => Err(not_found().into()),
        }
    }

    const fn noun(self) -> Noun {
        match self {
            Self::Realm | Self::Key | Self::Dialect => Noun::Realm,
            Self::Person | Self::Session | Self::Token | Self::Mail => Noun::User,
            Self::ApiUser => Noun::ApiUser,
            Self::Application | Self::Secret => Noun::Client,
            Self::Scope => Noun::Scope,
            Self::Authorization => Noun::Authorization,
            Self::Administrator | Self::Invitation => Noun::Administrator,
        }
    }
}

/// What people call an application.
pub fn called(client: &Value) -> String {
    let name = client["client_name"].as_str().or_else(|| client["client_id"].as_str());
    name.unwrap_or_default().to_owned()
}
