//! The one place that makes audit events.

use std::borrow::Cow;

use rand_core::CryptoRng;

use super::{Actor, Who};
use crate::{
    AuditId, AuthorizationId, Change, ClientKey, Context, RealmId, Timestamp, UserId,
    change::{AuditEvent, AuditKind},
    model::Client,
};

impl AuditEvent {
    /// What `by` did in `realm`; to whom and to what is said by the methods below.
    pub fn new(kind: AuditKind, by: &Actor, realm: RealmId, at: Timestamp, rng: &mut dyn CryptoRng) -> Self {
        Self::with_id(AuditId::new(at, rng), kind, by, realm, at)
    }

    /// As [`AuditEvent::new`], where the id is made already.
    pub fn with_id(id: AuditId, kind: AuditKind, by: &Actor, realm: RealmId, at: Timestamp) -> Self {
        Self {
            id,
            realm,
            at,
            kind,
            actor: Some(by.who.kind()),
            actor_id: by.who.id(),
            address: by.from.address,
            request: by.from.request.map(|id| id.to_string().into()),
            endpoint: by.from.endpoint.map(Cow::Borrowed),
            user: None,
            client: None,
            client_id: None,
            authorization: None,
            redirect_uri: None,
            times: 1,
            last_at: None,
            detail: None,
        }
    }

    /// To whom it was done.
    #[must_use]
    pub fn user(mut self, user: impl Into<Option<UserId>>) -> Self {
        self.user = user.into();
        self
    }

    /// The client's row, without its name: where that was not looked at.
    #[must_use]
    pub fn client(mut self, client: impl Into<Option<ClientKey>>) -> Self {
        self.client = client.into();
        self
    }

    /// The client, and the name that it goes by: that outlives its row.
    #[must_use]
    pub fn about_client(mut self, client: &Client) -> Self {
        self.client = Some(client.key);
        self.client_id = Some(client.id.clone());
        self
    }

    /// `client_id` as somebody sent it, whether or not there is such a client; cut after 255 bytes.
    #[must_use]
    pub fn client_id(mut self, sent: &str) -> Self {
        self.client_id = Some(readable(sent));
        self
    }

    /// A redirect URI that was refused, as it was sent; cut after 255 bytes.
    #[must_use]
    pub fn redirect_uri(mut self, sent: &str) -> Self {
        self.redirect_uri = Some(readable(sent));
        self
    }

    /// What was granted or revoked.
    #[must_use]
    pub fn authorization(mut self, authorization: impl Into<Option<AuthorizationId>>) -> Self {
        self.authorization = authorization.into();
        self
    }

    /// Words for the reader. No secret, nothing that was typed into a password field.
    #[must_use]
    pub fn detail(mut self, words: impl Into<String>) -> Self {
        self.detail = Some(words.into());
        self
    }
}

/// What strangers sent, for people to read: bounded, and without what a terminal would obey.
pub fn readable(sent: &str) -> String {
    const LONGEST: usize = 255;
    let end = sent.floor_char_boundary(LONGEST.min(sent.len()));
    sent[..end].chars().filter(|char| !char.is_control()).collect()
}

impl From<AuditEvent> for Change {
    fn from(event: AuditEvent) -> Self {
        Self::Audit(event)
    }
}

impl Context<'_> {
    /// What `who` did just now, from where this request comes.
    pub fn audit(&mut self, kind: AuditKind, who: Who) -> AuditEvent {
        let by = Actor { who, from: self.from };
        AuditEvent::new(kind, &by, self.realm.id(), self.now, self.rng)
    }
}
