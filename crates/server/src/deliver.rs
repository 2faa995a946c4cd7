//! Sends what is due: each letter by one server at a time, again after a while where it failed, and
//! given up in sight.

use jeton_oauth::{
    Change, Seconds,
    change::MailChange,
    manage::Origin,
    model::{Mail, Realm},
};

use crate::{
    app::App,
    failure::{Broken, Failure},
    mail::{self, Letter, Posted, SmtpFault, Transport},
    metrics::Posting,
    pages::visitors::{letters_of_reset, letters_of_sign_up},
};

/// Letters that are looked at at once.
const PAGE: u32 = 20;
/// A server that took a letter and says nothing for this long has died of it.
const TAKEN: Seconds = Seconds(300);
/// How long after each failed try comes the next one; after the last the letter is given up.
const RESTS: [Seconds; 7] =
    [Seconds(60), Seconds(300), Seconds(900), Seconds(3600), Seconds(3 * 3600), Seconds(6 * 3600), Seconds(12 * 3600)];

/// All that is due now.
pub async fn deliver(app: &App) {
    loop {
        let due = match app.store.due_mails(app.now(), PAGE).await {
            Ok(due) if due.is_empty() => return,
            Ok(due) => due,
            Err(error) => return tracing::error!("mail that is due could not be read: {error}"),
        };
        for mail in due {
            if let Err(failure) = one(app, &mail).await {
                return tracing::error!(mail = %mail.id, "mail was not sent: {failure:?}");
            }
        }
    }
}

/// Fails only where rows cannot be written; whatever else is wrong is told, and kept with the letter.
async fn one(app: &App, mail: &Mail) -> Result<(), Failure> {
    let take = MailChange::Take { realm: mail.realm, id: mail.id, attempts: mail.attempts, until: app.now() + TAKEN };
    if let Err(error) = app.store.commit(vec![Change::Mail(take)]).await {
        return match error {
            jeton_store::CommitError::Conflict => Ok(()),
            jeton_store::CommitError::Failed(error) => Err(error.into()),
        };
    }
    let realm = app.realms.get(mail.realm).await?;
    let outcome = match (realm, app.outbox.open(mail)) {
        (None, _) => Err(SmtpFault { words: "its realm is not there, or cannot be read".to_owned(), for_good: false }),
        (_, None) => Err(SmtpFault { words: "it was sealed under another master key, or damaged".to_owned(), for_good: true }),
        (Some(_), Some(Posted::Letter(letter))) => send(app, mail, &letter).await.map(|()| {
            app.metrics.posted(Posting::Sent);
            Vec::new()
        }),
        (Some(realm), Some(asked)) => {
            let of = asked.of().to_owned();
            match written(app, realm, asked).await {
                Ok(changes) => Ok(changes),
                Err(failure @ Failure::Broken(Broken::Store(_))) => return Err(failure),
                Err(failure) => {
                    let words = mail::without_addresses(&format!("it could not be written: {failure:?}"), &of);
                    Err(SmtpFault { words, for_good: false })
                }
            }
        }
    };
    let mut changes = match outcome {
        Ok(changes) => changes,
        Err(fault) => return failed(app, mail, &fault).await,
    };
    changes.push(Change::Mail(MailChange::Sent { realm: mail.realm, id: mail.id }));
    match app.store.commit(changes).await {
        // Something that it rested on changed just now: it is looked at again when its turn comes.
        Ok(()) | Err(jeton_store::CommitError::Conflict) => Ok(()),
        Err(jeton_store::CommitError::Failed(error)) => Err(error.into()),
    }
}

async fn send(app: &App, mail: &Mail, letter: &Letter) -> Result<(), SmtpFault> {
    match &app.outbox.transport {
        Transport::Smtp(smtp) => smtp.send(letter).await,
        Transport::Folder(path) => mail::write(path, mail.id, letter, app.now())
            .map_err(|error| SmtpFault { words: format!("{} cannot be written: {error}", path.display()), for_good: false }),
    }
}

/// What somebody asked for at a page that does not tell who has an account: the letters that it leads to.
async fn written(app: &App, realm: std::sync::Arc<Realm>, asked: Posted) -> Result<Vec<Change>, Failure> {
    let mut scene = app.scene(realm).await?;
    scene.from = Origin { address: None, request: None, endpoint: Some("mail") };
    match asked {
        Posted::ResetAsked { typed, language } => letters_of_reset(app, &scene, &typed, &language).await,
        Posted::SignUpAsked { sign_up, language, asked } => letters_of_sign_up(app, &scene, &sign_up, &language, asked.as_deref()).await,
        Posted::Letter(_) => Ok(Vec::new()),
    }
}

async fn failed(app: &App, mail: &Mail, fault: &SmtpFault) -> Result<(), Failure> {
    let now = app.now();
    let rest = RESTS.get(mail.attempts as usize).filter(|_| !fault.for_good);
    match rest {
        Some(rest) => {
            app.metrics.posted(Posting::Failed);
            tracing::warn!(mail = %mail.id, again_in = rest.0, "mail was not sent: {}", fault.words);
        }
        None => {
            app.metrics.posted(Posting::GivenUp);
            tracing::error!(mail = %mail.id, "mail is given up: {}", fault.words);
        }
    }
    let change = MailChange::Failed {
        realm: mail.realm,
        id: mail.id,
        fault: jeton_oauth::manage::readable(&fault.words),
        next_at: now + rest.copied().unwrap_or(Seconds(0)),
        given_up_at: rest.is_none().then_some(now),
    };
    match app.store.commit(vec![Change::Mail(change)]).await {
        Ok(()) | Err(jeton_store::CommitError::Conflict) => Ok(()),
        Err(jeton_store::CommitError::Failed(error)) => Err(error.into()),
    }
}
