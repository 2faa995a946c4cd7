//! What waits to be sent: rows that say nothing to who reads the database.

use jeton_oauth::{
    Change, Context, MailId, Timestamp,
    change::MailChange,
    model::{Mail, Realm},
    sign_up::NewAccount,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::{Letter, Transport};
use crate::keys::{Cipher, MasterKey};

/// Seals letters, and knows how they leave.
pub struct Outbox {
    cipher: Cipher,
    pub transport: Transport,
    /// Something was posted by this process.
    posted: Notify,
}

/// What a row of the outbox holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Posted {
    Letter(Letter),
    /// Somebody typed this to choose a password anew. Whether there is such an account is looked at once
    /// nobody waits for the answer: so the page costs the same for everybody.
    ResetAsked {
        typed: String,
        language: String,
    },
    /// Somebody signs up. Whether the address has an account already is looked at as above.
    SignUpAsked {
        sign_up: NewAccount,
        language: String,
        /// What an application asked when they began, as JSON.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked: Option<String>,
    },
}

impl Posted {
    /// Whose it is: their address, or what they typed.
    pub(crate) fn of(&self) -> &str {
        match self {
            Self::Letter(letter) => &letter.to,
            Self::ResetAsked { typed, .. } => typed,
            Self::SignUpAsked { sign_up, .. } => &sign_up.email,
        }
    }
}

impl Outbox {
    pub fn new(master: &MasterKey, transport: Transport) -> Self {
        Self { cipher: Cipher::new(master, "jeton outbox"), transport, posted: Notify::new() }
    }

    /// To be written in the unit that causes it.
    pub fn post(&self, posted: &Posted, cx: &mut Context<'_>) -> Change {
        let id = MailId::new(cx.now, cx.rng);
        self.post_as(id, posted, cx.realm, cx.now)
    }

    /// As [`Outbox::post`], where no rule is at work.
    pub fn post_as(&self, id: MailId, posted: &Posted, realm: &Realm, now: Timestamp) -> Change {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(posted).unwrap_or_default());
        let sealed = self.cipher.encrypt(&plain, id.as_bytes());
        let mail = Mail { id, realm: realm.id(), sealed, created_at: now, attempts: 0, next_at: now, given_up_at: None, fault: None };
        Change::Mail(MailChange::Post(mail))
    }

    /// Wakes the job: what was posted is committed now.
    pub fn wake(&self) {
        self.posted.notify_one();
    }

    /// Until this process posts something.
    pub(crate) async fn posted(&self) {
        self.posted.notified().await;
    }

    /// `None` for what another master key sealed.
    pub(crate) fn open(&self, mail: &Mail) -> Option<Posted> {
        serde_json::from_slice(&self.cipher.decrypt(&mail.sealed, mail.id.as_bytes())?).ok()
    }
}
