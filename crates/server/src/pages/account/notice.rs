//! Letters that tell people what becomes of their second factors: whoever stole a password does nothing there unseen.

use jeton_oauth::{
    Change, Context, Seconds,
    attempts::{self, Bucket, Limits, Tally},
    model::User,
};

use crate::{
    app::App,
    failure::Failure,
    incoming::Incoming,
    mail::{Letter, Posted, Words},
    page_parts::texts::text,
    pages::frame::Frame,
};

/// One account is sent no more of them: nobody fills a mailbox by adding and removing.
const MOST: Limits = Limits { attempts: 30, window: Seconds(3600) };

/// To be posted in the unit of what it tells of.
pub struct Notice {
    /// None where mail does not reach them.
    letter: Option<Letter>,
    /// What such letters are counted by: apart from those that strangers ask for.
    pub bucket: Bucket,
}

impl Notice {
    /// `what` happened, as a text of its own.
    ///
    /// # Errors
    /// When an operator's own template is broken.
    pub fn of(app: &App, incoming: &Incoming, frame: &Frame<'_>, user: &User, what: &'static str) -> Result<Self, Failure> {
        let (realm, scene) = (&incoming.scene.realm, &incoming.scene);
        let words = Words {
            subject: text("mail-factor-subject").with("realm", realm.title()),
            paragraphs: vec![text("mail-hello").with("name", user.display_name()), text(what).with("realm", realm.title())],
            link: Some((text("mail-factor-link"), scene.url("/account/security"))),
            end: vec![text("mail-factor-not-you")],
        };
        let address = user.email.as_ref().filter(|email| email.verified).map(|email| email.address.as_str());
        let letter = address.map(|address| Letter::write(&app.pages, realm, frame.language, address, &words)).transpose()?;
        Ok(Self { letter, bucket: app.seal.bucket(realm.id(), "letters of second factors", user.id().as_bytes()) })
    }

    /// What is written for it.
    pub fn posted(&self, app: &App, tally: Option<Tally>, cx: &mut Context<'_>) -> Vec<Change> {
        let Some(letter) = &self.letter else { return Vec::new() };
        let Ok(counted) = attempts::count(self.bucket, MOST, tally, cx.now) else { return Vec::new() };
        vec![counted, app.outbox.post(&Posted::Letter(letter.clone()), cx)]
    }
}
