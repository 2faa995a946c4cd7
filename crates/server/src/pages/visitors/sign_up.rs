//! Making an account for oneself. There is none until the link in the mail was followed.

use axum::response::Response;
use http::{Method, StatusCode};
use jeton_jose::base64url;
use jeton_oauth::{
    Change, ErrorCode, OAuthError, Seconds, Timestamp,
    authorize::finished,
    ids::uuid_v7,
    login_name::LoginName,
    model::Realm,
    secret::SecretText,
    sign_up::{self as rules, Closed, NewAccount},
};
use serde::{Deserialize, Serialize};

use super::{
    mailed::{self, Wished},
    sign_in,
};
use crate::{
    app::{App, Scene},
    failure::Failure,
    guesses::Counted,
    incoming::Incoming,
    invitation::Invitation,
    mail::{Posted, Words},
    page_parts::texts::text,
    pages::{
        account::security::words,
        frame::{Frame, View},
        pending::Sealed,
    },
    password::{HashError, PasswordFault, Whose, acceptable},
    randomness::SystemRng,
    respond::not_found,
    sealed::Purpose,
};

/// A link to prove an address is good for a day.
const LIFETIME: Seconds = Seconds(86_400);
/// Characters of a name.
const LONGEST_NAME: usize = 200;

#[derive(Default, Serialize)]
struct Form<'a> {
    /// What an application asked, sealed.
    request: Option<String>,
    name: String,
    email: String,
    invitation: Option<String>,
    terms: Option<&'a str>,
    accepted: bool,
    least: u32,
    name_fault: Option<String>,
    email_fault: Option<String>,
    password_fault: Option<String>,
    terms_fault: Option<String>,
    faults: usize,
}

impl View for Form<'_> {
    const TEMPLATE: &'static str = "visitors/sign_up.html";
}

#[derive(Serialize)]
struct Closing {}

impl View for Closing {
    const TEMPLATE: &'static str = "visitors/sign_up_closed.html";
}

#[derive(Serialize)]
struct Sent<'a> {
    email: &'a str,
    /// What another letter is made of, encrypted.
    again: String,
    /// Whether this is another one.
    another: bool,
}

impl View for Sent<'_> {
    const TEMPLATE: &'static str = "visitors/verify_email_sent.html";
}

#[derive(Serialize)]
struct Verify<'a> {
    token: &'a str,
    email: &'a str,
}

impl View for Verify<'_> {
    const TEMPLATE: &'static str = "visitors/verify_email.html";
}

/// What a link in a mail carries, encrypted.
#[derive(Serialize, Deserialize)]
struct Link {
    account: NewAccount,
    /// What an application asked when somebody began; it goes on with that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Sealed>,
    until: Timestamp,
}

/// Bytes of an application's request that goes along in a letter's link; a longer one is begun anew at the application.
const LONGEST_REQUEST: usize = 2048;

/// What an encrypted [`Link`] is for.
#[derive(Clone, Copy)]
enum For {
    /// The letter's link: whoever has it reads the mail of the address.
    Proof,
    /// Another letter: it proves nothing.
    Another,
}

/// GET: the form. POST: a letter is on its way, whether or not the address has an account.
pub async fn sign_up(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let realm = &incoming.scene.realm;
    let frame = Frame::of(app, incoming);
    let query = incoming.query()?;
    let mut sent = if incoming.is(&Method::POST) { Some(incoming.page_form()?) } else { None };
    let invitation = sent.as_ref().map_or_else(|| query.get("invitation"), |sent| sent.get("invitation")).map(str::to_owned);
    let invited = invitation.as_ref().and_then(|text| app.seal.open::<Invitation>(Purpose::Invitation, realm.id(), text, app.now()));
    let again = sent.as_ref().and_then(|sent| sent.get("again")).map(str::to_owned);
    let another = again.as_ref().map(|again| open(app, &incoming.scene, again, For::Another).ok_or_else(finished)).transpose()?;
    // Who was sent a letter was invited when they asked for it.
    match rules::open_to(realm, invited.is_some() || another.is_some()) {
        Ok(()) => {}
        Err(Closed::ByInvitation) => return frame.render(StatusCode::FORBIDDEN, &Closing {}),
        Err(Closed::Off | Closed::Domain) => return Err(not_found().into()),
    }
    let whose = Whose::in_realm(&realm.config.name);
    let terms = realm.settings.brand.terms.as_deref();
    let mut view = Form { terms, least: whose.least(), invitation, ..Form::default() };
    let Some(sent) = &mut sent else { return frame.render(StatusCode::OK, &view) };
    if let Some((link, again)) = another.zip(again) {
        return send_another(app, incoming, &frame, &link, again).await;
    }
    view.request = sent.get("request").map(str::to_owned);
    let asked = view.request.as_deref().map(|sealed| Sealed::open(app, &incoming.scene, sealed)).transpose()?;
    let frame = frame.carrying(view.request.as_deref());
    if sent.get("start").is_some() {
        return frame.render(StatusCode::OK, &view);
    }
    view.name = sent.get("name").unwrap_or_default().trim().to_owned();
    view.email = sent.get("email").unwrap_or_default().trim().to_owned();
    view.accepted = sent.get("terms").is_some();
    let password = sent.take_secret("password").unwrap_or_else(|| SecretText::new(String::new()));
    check(&mut view, realm, &frame, acceptable(&password, whose).err());
    if view.faults > 0 {
        return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
    }
    // Before the hash: strangers have no more of them made than letters sent.
    let counted = match mailed::counted(app, incoming, &view.email).await? {
        Wished::Counted(counted) => counted,
        Wished::TooMany(error) => return mailed::wait(app, &frame, &error),
    };
    // Hashed whether or not the address has an account.
    let password = match app.passwords.hash(password).await {
        Ok(hash) => hash,
        Err(HashError::Busy(busy)) => {
            counted.give_back(app).await;
            return Err(busy.into());
        }
        Err(HashError::Unacceptable(fault)) => {
            check(&mut view, realm, &frame, Some(fault));
            return frame.render(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let sub = invited.map_or_else(|| uuid_v7(app.now(), &mut SystemRng).to_string(), |invitation| invitation.id);
    let account = NewAccount { sub, name: view.name.clone(), email: view.email.clone(), password };
    let link = Link { account, asked, until: app.now() + LIFETIME };
    post(app, incoming, counted, &frame, &link).await?;
    frame.render(StatusCode::OK, &Sent { email: &view.email, again: seal(app, &incoming.scene, &link, For::Another), another: false })
}

/// The letter once more, within the same limits; its link makes the same account, once.
async fn send_another(app: &App, incoming: &Incoming, frame: &Frame<'_>, link: &Link, again: String) -> Result<Response, Failure> {
    let counted = match mailed::counted(app, incoming, &link.account.email).await? {
        Wished::Counted(counted) => counted,
        Wished::TooMany(error) => return mailed::wait(app, frame, &error),
    };
    post(app, incoming, counted, frame, link).await?;
    frame.render(StatusCode::OK, &Sent { email: &link.account.email, again, another: true })
}

async fn post(app: &App, incoming: &Incoming, counted: Counted<'_>, frame: &Frame<'_>, link: &Link) -> Result<(), Failure> {
    let language = app.pages.texts.code(frame.language).to_owned();
    let asked = link.asked.as_ref().and_then(|asked| serde_json::to_string(asked).ok()).filter(|json| json.len() <= LONGEST_REQUEST);
    mailed::post(app, incoming, counted, &Posted::SignUpAsked { sign_up: link.account.clone(), language, asked }).await
}

/// Every fault at once, each beside its field.
fn check(view: &mut Form<'_>, realm: &Realm, frame: &Frame<'_>, password: Option<PasswordFault>) {
    let say = |id| Some(frame.say(&text(id)));
    view.name_fault = match view.name.as_str() {
        "" => say("sign-up-name-fault"),
        name if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) => say("sign-up-name-fault"),
        _ => None,
    };
    view.email_fault = if !mailed::is_an_address(&view.email) {
        say("sign-up-email-fault")
    } else if rules::domain_fits(realm, &view.email).is_err() {
        Some(frame.say(&text("sign-up-domain-fault").with("domains", realm.settings.sign_up_domains.join(", "))))
    } else {
        None
    };
    view.password_fault = password.map(|fault| frame.say(&words(fault)));
    view.terms_fault = if view.terms.is_some() && !view.accepted { say("sign-up-terms-fault") } else { None };
    let faults = [&view.name_fault, &view.email_fault, &view.password_fault, &view.terms_fault];
    view.faults = faults.into_iter().flatten().count();
}

/// GET: what the link in the mail opens. POST: the address is proven, and the account is there.
pub async fn verify_email(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let frame = Frame::of(app, incoming);
    let query = incoming.query()?;
    let form = if incoming.is(&Method::POST) { Some(incoming.page_form()?) } else { None };
    let token = form.as_ref().map_or_else(|| query.get("token"), |form| form.get("token")).unwrap_or_default();
    let store = app.store.in_realm(incoming.scene.realm.id());
    let ended = || mailed::ended(&frame, &OAuthError::new(ErrorCode::NotFound, "the link has ended"), "/sign-up", "link-ended-sign-up");
    let Some(Link { account, asked, .. }) = open(app, &incoming.scene, token, For::Proof) else { return ended() };
    // Whoever asks for the page is the one who was mailed: they may know that it is used.
    let look = || async {
        let taken = match LoginName::fold(&account.email) {
            Some(name) => store.user_by_login(&name).await?.is_some(),
            None => true,
        };
        Ok(taken || store.user_by_sub(&account.sub).await?.is_some())
    };
    if form.is_none() {
        if look().await? {
            return ended();
        }
        return frame.leading_nowhere().render(StatusCode::OK, &Verify { token, email: &account.email });
    }
    match app.settle(&incoming.scene, look, |taken, cx| rules::confirm(&account, taken, cx)).await {
        Ok(_) => match asked {
            Some(asked) => sign_in::ask_new(app, incoming, &asked, &account.email).await,
            None => Ok(frame.back_to("/sign-in", Some(&text("verify-done")))),
        },
        Err(Failure::Refused(error)) if error.code == ErrorCode::NotFound => ended(),
        Err(failure) => Err(failure),
    }
}

/// What signing up leads to: a link to prove the address, or where it has an account already, a letter that says so.
///
/// # Errors
/// When rows cannot be read, or an operator's own template is broken.
pub async fn letters_of_sign_up(
    app: &App,
    scene: &Scene,
    account: &NewAccount,
    language: &str,
    asked: Option<&str>,
) -> Result<Vec<Change>, Failure> {
    let taken = match LoginName::fold(&account.email) {
        Some(name) => app.store.in_realm(scene.realm.id()).user_by_login(&name).await?.is_some(),
        None => return Ok(Vec::new()),
    };
    let title = scene.realm.title();
    let words = if taken {
        Words {
            subject: text("mail-known-subject").with("realm", title),
            paragraphs: vec![text("mail-known-lead").with("realm", title), text("mail-known-todo")],
            link: Some((text("mail-known-link"), scene.url("/forgot-password"))),
            end: vec![text("mail-known-not-you")],
        }
    } else {
        let asked = asked.and_then(|json| serde_json::from_str(json).ok());
        let token = seal(app, scene, &Link { account: account.clone(), asked, until: app.now() + LIFETIME }, For::Proof);
        Words {
            subject: text("mail-verify-subject").with("realm", title),
            // **Invariant**: no word in it is the stranger's who typed the address.
            paragraphs: vec![text("mail-verify-lead").with("realm", title), text("mail-verify-good")],
            link: Some((text("mail-verify-link"), scene.url(&format!("/verify-email?token={token}")))),
            end: vec![text("mail-verify-not-you")],
        }
    };
    mailed::letter(app, scene, language, &account.email, &words).await
}

fn seal(app: &App, scene: &Scene, link: &Link, what: For) -> String {
    base64url::encode(app.cipher.encrypt(&serde_json::to_vec(link).unwrap_or_default(), &about(scene, what)))
}

fn open(app: &App, scene: &Scene, token: &str, what: For) -> Option<Link> {
    let sealed = base64url::decode(token).ok()?;
    let link: Link = serde_json::from_slice(&app.cipher.decrypt(&sealed, &about(scene, what))?).ok()?;
    (app.now() < link.until).then_some(link)
}

/// A link opens in its realm alone, and for what it was made.
fn about(scene: &Scene, what: For) -> Vec<u8> {
    let purpose = match what {
        For::Proof => b"sign-up\0".as_slice(),
        For::Another => b"another letter of a sign-up\0",
    };
    [purpose, scene.realm.id().as_bytes()].concat()
}
