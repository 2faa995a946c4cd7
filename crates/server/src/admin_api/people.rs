//! People and API users: listed, made, shown, changed, disabled, enabled, removed; their passwords, and
//! everything that speaks for them.

use axum::response::Response;
use jeton_oauth::{
    Decision, Effect, Endpoint, ErrorCode, OAuthError, Seconds,
    change::AuditKind,
    ids::uuid_v7,
    login_name::LoginName,
    manage::{
        Act, Desk, Fault, Member, Noun, UserDocument, Verdict,
        administrator::{Area, Need, REALM_ID, last_owner},
        user::{self as verbs, NewUser, Taken},
    },
    model::{AccountKind, PasswordHash, Status, User},
    password_rules,
    secret::SecretText,
    settings::SignUp,
};
use serde_json::{Map, Value};

use super::{
    InRealm, Page, Reply,
    api::decided,
    instant,
    request::{Document, etag, nothing, patched},
};
use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    invitation::Invitation,
    password::{HashError, Whose, acceptable},
    randomness::SystemRng,
    sealed::Purpose,
};

const READ: (Area, Need) = (Area::People, Need::Read);
const WRITE: (Area, Need) = (Area::People, Need::Write);
/// An invitation is good for a week.
const INVITED: Seconds = Seconds(7 * 86_400);

/// GET: oldest first; with `search` those whose user name or verified address begins so, by that name.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let kind = kind(incoming);
    let api = InRealm::of(app, incoming, READ, (noun(kind), Act::Read)).await?;
    let page = Page::of(&api, &["search"])?;
    let Some(search) = page.filter("search") else {
        let rows = api.rows().accounts(kind, page.after_id()?, page.more()).await?;
        return Ok(page.answer(rows, |user| user.id().to_string(), view));
    };
    let rows = match LoginName::fold(search) {
        Some(prefix) => api.rows().accounts_named(kind, &prefix, page.after(), page.more()).await?,
        None => Vec::new(),
    };
    Ok(page.answer(rows, |(name, _)| name.clone(), |(_, user)| view(user)))
}

/// POST: `username`, OpenID's claims, and what else is said about an account; `sub` and `password` may be given.
pub async fn create(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let kind = kind(incoming);
    let api = InRealm::of(app, incoming, WRITE, (noun(kind), Act::Create)).await?;
    api.expects_json()?;
    let mut sent = api.document()?;
    let (sub, password) = (text(&mut sent, "sub")?, text(&mut sent, "password")?);
    let document = document(&sent)?;
    let password = match password {
        Some(text) => Some(hashed(&api, SecretText::new(text)).await?),
        None => None,
    };
    let look = || async { api.rows().taken(&document, None, sub.as_deref()).await };
    api.act(look, |taken, desk| {
        let new = NewUser {
            document: document.clone(),
            kind,
            sub: sub.clone(),
            number: None,
            owner: None,
            status: Status::Active,
            password: password.clone(),
            created_at: None,
        };
        decided(verbs::create(new, &taken, desk), |user| Reply::created(address(&api, &user), view(&user)).etag(tag(&user)))
    })
    .await
}

/// POST …/invitations: an address where somebody may make an account for themselves, for a week.
pub async fn invite(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (Noun::User, Act::Create)).await?;
    api.expects_json_or_nothing()?;
    nothing(&api)?;
    if api.realm().settings.sign_up == SignUp::Off {
        let words = "nobody makes an account for themselves in this realm; set `sign_up` to \"invited\" or \"open\" first";
        return Err(OAuthError::new(ErrorCode::Conflict, words).into());
    }
    let look = || async { Ok(()) };
    api.act(look, |(), desk| {
        let id = uuid_v7(desk.now, desk.rng).to_string();
        let until = desk.now + INVITED;
        let text = app.seal.seal(Purpose::Invitation, desk.realm.id(), &Invitation { id: id.clone() }, until);
        let link = format!("{}{}?invitation={text}", desk.realm.issuer, Endpoint::SignUp.path());
        let mut members = Map::new();
        members.insert("id".to_owned(), id.clone().into());
        members.insert("expires_at".to_owned(), instant(until).into());
        let event = desk.event(AuditKind::UserChanged).detail(format!("invitation {id} made by {}", desk.by.who.words()));
        let location = format!("{}{}/{id}", incoming.scene.realm.issuer, incoming.path());
        Ok(Effect { answer: Reply::created(location, members).once("link", Some(&link)), changes: vec![event.into()] })
    })
    .await
}

/// GET.
pub async fn show(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, READ, (noun(kind(incoming)), Act::Read)).await?;
    let user = current(&api).await?;
    Ok(Reply::ok(view(&user)).etag(tag(&user)).into_response())
}

/// PATCH: what is named becomes so; null takes it away (RFC 7396). Another address is unverified unless this
/// says otherwise.
pub async fn change(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (noun(kind(incoming)), Act::Change)).await?;
    let before = current(&api).await?;
    api.expects_json()?;
    api.if_match(&tag(&before))?;
    let sent = api.document()?;
    let members: Vec<Member> = UserDocument::members().copied().collect();
    let to = |user: &User| {
        let mut base = UserDocument::of(user).to_document();
        if sent.get("email").is_some_and(|email| email.as_str() != user.email.as_ref().map(|email| email.address.as_str())) {
            base.remove("email_verified");
        }
        document(&patched(base, &sent, &members)?)
    };
    let wanted = to(&before)?;
    let look = || async { Ok((api.rows().user(before.id()).await?, api.rows().taken(&wanted, Some(&before), None).await?)) };
    api.act(look, |(user, taken): (Option<User>, Taken), desk| {
        let user = user.ok_or_else(|| none(&before.account.sub))?;
        api.if_match(&tag(&user))?;
        decided(verbs::change(&user, to(&user)?, user.owner, &taken, desk), |user| Reply::ok(view(&user)).etag(tag(&user)))
    })
    .await
}

/// POST …/disable.
pub async fn disable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Disable, verbs::disable).await
}

/// POST …/enable.
pub async fn enable(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    set_status(app, incoming, Act::Enable, verbs::enable).await
}

/// DELETE: with everything that they granted; their rows leave in steps.
pub async fn remove(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (noun(kind(incoming)), Act::Remove)).await?;
    let before = current(&api).await?;
    api.if_match_at_all(&tag(&before))?;
    somebody_stays(&api, &before).await?;
    act_on(&api, &before, |user, desk| decided(verbs::remove(user, desk), |()| Reply::done())).await
}

/// POST …/password: the one that is given, or a fresh one, shown in this answer alone. What rests on the old
/// one ends.
pub async fn set_password(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (noun(kind(incoming)), Act::AddSecret)).await?;
    let before = current(&api).await?;
    api.expects_json_or_nothing()?;
    api.if_match_of_a_first(&tag(&before)).await?;
    let mut sent = api.document_or_nothing()?;
    let given = text(&mut sent, "password")?.map(SecretText::new);
    unknown(&sent, &["password"])?;
    let made = given.is_none().then(|| password_rules::fresh(&mut SystemRng));
    let password = given.or_else(|| made.clone()).unwrap_or_else(|| SecretText::new(String::new()));
    let to = hashed(&api, password).await?;
    act_on(&api, &before, |user, desk| {
        decided(verbs::set_password(user, to.clone(), desk), |()| {
            let mut members = view(user);
            members.insert("has_password".to_owned(), true.into());
            Reply::ok(members).once("password", made.as_ref().map(|password| password.expose()))
        })
    })
    .await
}

/// POST …/unlock: whoever waits after wrong passwords waits no more.
pub async fn unlock(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (noun(kind(incoming)), Act::AddSecret)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    act_on(&api, &before, |user, desk| decided(verbs::unlock(user, desk), |()| Reply::ok(view(user)))).await
}

/// POST …/not-before: sessions, approvals and authorizations end, and every token made until now is dead; with
/// `personal_access_tokens` those too.
pub async fn revoke_all(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    const MEMBER: &str = "personal_access_tokens";
    let api = InRealm::of(app, incoming, (Area::Tokens, Need::Write), (noun(kind(incoming)), Act::Revoke)).await?;
    let before = current(&api).await?;
    api.expects_json_or_nothing()?;
    api.if_match_of_a_first(&tag(&before)).await?;
    let sent = api.document_or_nothing()?;
    unknown(&sent, &[MEMBER])?;
    let personal = match sent.get(MEMBER) {
        None | Some(Value::Null) => false,
        Some(Value::Bool(yes)) => *yes,
        Some(_) => return Err(OAuthError::faulty(vec![Fault::new(MEMBER, "this is neither true nor false", "write true or false")]).into()),
    };
    let look = || async {
        let user = api.rows().user(before.id()).await?;
        let mut tokens = Vec::new();
        if personal {
            let facts = api.rows().personal_access_tokens(before.id()).await?;
            tokens.extend(facts.iter().filter(|facts| facts.token.revoked_at.is_none()).map(|facts| facts.token.id));
        }
        Ok((user, tokens))
    };
    api.act(look, |(user, tokens): (Option<User>, Vec<_>), desk| {
        let user = user.ok_or_else(|| none(&before.account.sub))?;
        api.if_match_at_all(&tag(&user))?;
        decided(verbs::revoke_all(&user, &tokens, desk), |at| {
            let mut members = view(&user);
            members.insert("not_before".to_owned(), instant(at).into());
            Reply::ok(members)
        })
    })
    .await
}

async fn set_status(
    app: &App,
    incoming: &Incoming,
    act: Act,
    verb: impl Fn(&User, &mut Desk<'_>) -> Verdict<User>,
) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, WRITE, (noun(kind(incoming)), act)).await?;
    let before = current(&api).await?;
    api.expects_nothing(&tag(&before)).await?;
    if act == Act::Disable {
        somebody_stays(&api, &before).await?;
    }
    act_on(&api, &before, |user, desk| decided(verb(user, desk), |user| Reply::ok(view(&user)).etag(tag(&user)))).await
}

/// Does something with the account as it is now, if it still is what the caller looked at.
pub(super) async fn act_on(
    api: &InRealm<'_>,
    before: &User,
    rule: impl Fn(&User, &mut Desk<'_>) -> Decision<Reply>,
) -> Result<Response, Failure> {
    let look = || async { api.rows().user(before.id()).await };
    api.act(look, |user: Option<User>, desk| {
        let user = user.ok_or_else(|| none(&before.account.sub))?;
        api.if_match_at_all(&tag(&user))?;
        rule(&user, desk)
    })
    .await
}

/// The last owner of everything is told why they stay; the write guards it once more.
async fn somebody_stays(api: &InRealm<'_>, user: &User) -> Result<(), Failure> {
    if api.realm().id() == REALM_ID && api.app.store.is_last_owner(user.id()).await? {
        return Err(OAuthError::from(last_owner(&user.username)).into());
    }
    Ok(())
}

/// The account that the path names.
pub(super) async fn current(api: &InRealm<'_>) -> Result<User, Failure> {
    let sub = api.incoming.path_parameter("sub")?;
    let user = api.rows().user_by_sub(&sub).await?.filter(|user| user.account.kind == kind(api.incoming));
    Ok(user.ok_or_else(|| none(&sub))?)
}

fn none(sub: &str) -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, format!("there is no account {sub:?} of this kind"))
}

/// People and API users have the same addresses but for one segment.
fn kind(incoming: &Incoming) -> AccountKind {
    if incoming.standing.pattern.contains("/api-users") { AccountKind::ApiUser } else { AccountKind::Person }
}

const fn noun(kind: AccountKind) -> Noun {
    match kind {
        AccountKind::Person => Noun::User,
        AccountKind::ApiUser => Noun::ApiUser,
    }
}

/// # Errors
/// 400 where it cannot be a password here; 429 where too many are hashed right now.
async fn hashed(api: &InRealm<'_>, password: SecretText) -> Result<PasswordHash, Failure> {
    let fault = |words: String| {
        let (what, instead) = words.split_once("; ").unwrap_or((&words, "choose another"));
        OAuthError::faulty(vec![Fault::new("password", what, instead)])
    };
    acceptable(&password, Whose::in_realm(&api.realm().config.name)).map_err(|error| fault(error.to_string()))?;
    match api.app.passwords.hash(password).await {
        Ok(hash) => Ok(hash),
        Err(HashError::Busy(busy)) => Err(busy.into()),
        Err(HashError::Unacceptable(error)) => Err(fault(error.to_string()).into()),
    }
}

/// Takes a member that is text out of what was sent.
fn text(sent: &mut Document, name: &str) -> Result<Option<String>, OAuthError> {
    match sent.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(OAuthError::faulty(vec![Fault::new(name, format!("`{name}` is no text"), "write text in quotes, or leave it out")])),
    }
}

fn unknown(sent: &Document, known: &[&str]) -> Result<(), OAuthError> {
    let faults: Vec<Fault> = sent
        .keys()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| Fault::new(name.as_str(), format!("`{name}` is not known here"), jeton_oauth::manage::did_you_mean(name, known)))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(OAuthError::faulty(faults)) }
}

fn document(sent: &Document) -> Result<UserDocument, OAuthError> {
    let (document, faults) = UserDocument::read(sent);
    if faults.is_empty() { Ok(document) } else { Err(OAuthError::faulty(faults)) }
}

fn tag(user: &User) -> String {
    etag(user.id().0, user.version)
}

fn address(api: &InRealm<'_>, user: &User) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(user.account.sub.as_bytes()).collect();
    format!("{}{}/{}", api.incoming.scene.realm.issuer, api.incoming.path(), segment.replace('+', "%20"))
}

/// An account, as answers show it. Never its password, but whether there is one.
fn view(user: &User) -> Map<String, Value> {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    put("id", user.id().to_string().into());
    put("sub", user.account.sub.clone().into());
    put("username", user.username.clone().into());
    put("number", user.account.number.into());
    put("status", user.account.status.as_str().into());
    put("has_password", user.password.is_some().into());
    put("created_at", instant(user.created_at).into());
    put("updated_at", instant(user.updated_at).into());
    put("not_before", instant(user.account.not_before).into());
    put("owner", user.owner.map(|owner| owner.to_string()).into());
    let document = UserDocument::of(user).to_document();
    members.extend(document);
    members
}
