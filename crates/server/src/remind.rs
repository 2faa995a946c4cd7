//! A week before a personal access token ends, its person is told.

use jeton_oauth::{
    Change, MailId, Seconds,
    change::PersonalAccessTokenChange,
    model::{PersonalAccessToken, Realm, User},
};
use jeton_store::CommitError;

use crate::{
    app::App,
    failure::Failure,
    mail::{Letter, Posted, Words},
    page_parts::texts::text,
    randomness::SystemRng,
};

const BEFORE: Seconds = Seconds(7 * 86_400);
const PAGE: u32 = 100;

/// Posts a letter for each token that ends within a week, once.
pub async fn remind(app: &App) {
    loop {
        let now = app.now();
        let ending = match app.store.personal_access_tokens_ending(now, now + BEFORE, PAGE).await {
            Ok(ending) if ending.is_empty() => return,
            Ok(ending) => ending,
            Err(error) => return tracing::error!("tokens that end soon could not be read: {error}"),
        };
        for token in ending {
            if let Err(failure) = one(app, &token).await {
                return tracing::error!("nobody is told that a token ends soon: {failure:?}");
            }
        }
    }
}

async fn one(app: &App, token: &PersonalAccessToken) -> Result<(), Failure> {
    let mut unit = vec![Change::PersonalAccessToken(PersonalAccessTokenChange::Remind { realm: token.realm, id: token.id, at: app.now() })];
    let user = app.store.in_realm(token.realm).user(token.user).await?;
    // Who made it for less than a week knows.
    let long = token.expires_at.is_some_and(|end| token.born_at() + BEFORE < end);
    if let (Some(realm), Some(user), true) = (app.realms.get(token.realm).await?, user, long) {
        unit.extend(letter(app, &realm, &user, token)?);
    }
    match app.store.commit(unit).await {
        Ok(()) => {
            app.outbox.wake();
            Ok(())
        }
        Err(CommitError::Conflict) => Ok(()),
        Err(CommitError::Failed(error)) => Err(error.into()),
    }
}

fn letter(app: &App, realm: &Realm, user: &User, token: &PersonalAccessToken) -> Result<Option<Change>, Failure> {
    let Some(email) = user.email.as_ref().filter(|email| email.verified && user.account.is_active()) else { return Ok(None) };
    let words = Words {
        subject: text("mail-token-subject").with("realm", realm.title()),
        paragraphs: vec![
            text("mail-hello").with("name", user.display_name()),
            text("mail-token-lead").with("name", token.name.as_str()).with("realm", realm.title()),
        ],
        link: Some((text("mail-token-link"), format!("{}/account/tokens", realm.issuer))),
        end: vec![text("mail-token-end")],
    };
    let texts = &app.pages.texts;
    let language = texts.find(user.profile.locale.as_deref()).unwrap_or_else(|| texts.standard());
    let letter = Letter::write(&app.pages, realm, language, &email.address, &words)?;
    Ok(Some(app.outbox.post_as(MailId::new(app.now(), &mut SystemRng), &Posted::Letter(letter), realm, app.now())))
}
