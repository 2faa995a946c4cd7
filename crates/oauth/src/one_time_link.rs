//! One-time links: made, opened, used up.

use crate::{
    Change, Context, ErrorCode, OAuthError, OneTimeLinkId, Seconds, Timestamp,
    change::LinkChange,
    login_name::LoginName,
    model::{LinkPurpose, OneTimeLink, User},
    secret::{self, Kind, Presented, SecretText},
};

/// What a look finds about a link that somebody opened.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkFacts {
    /// The link, not proven yet.
    pub link: OneTimeLink,
    /// Whose it is.
    pub user: User,
}

impl LinkPurpose {
    /// How long a link is good.
    pub const fn lifetime(self) -> Seconds {
        match self {
            Self::VerifyEmail | Self::ChangeEmail => Seconds(86_400),
            Self::ResetPassword => Seconds(30 * 60),
        }
    }
}

/// A link for `user`, mailed to `address`; earlier ones of its purpose end. The text is in the mail alone.
pub fn make(purpose: LinkPurpose, user: &User, address: &str, cx: &mut Context<'_>, changes: &mut Vec<Change>) -> SecretText {
    let id = OneTimeLinkId::new(cx.now, cx.rng);
    let (text, verifier) = secret::make(Kind::OneTimeLink, id.0, cx.rng);
    let link = OneTimeLink {
        id,
        realm: cx.realm.id(),
        purpose,
        user: user.id(),
        verifier,
        address: address.to_owned(),
        created_at: cx.now,
        expires_at: cx.now + purpose.lifetime(),
    };
    changes.push(Change::Link(LinkChange::EndOfUser { realm: link.realm, user: link.user, purpose }));
    changes.push(Change::Link(LinkChange::Create(link)));
    text
}

/// Whether a link still is what it was mailed as: its person is active, it has not ended, and its
/// address is theirs, or for [`LinkPurpose::ChangeEmail`] is not yet.
///
/// # Errors
/// One for everything else: used, ended, replaced by a newer one, never made.
pub fn open<'a>(
    presented: Option<&Presented>,
    facts: Option<&'a LinkFacts>,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<&'a LinkFacts, OAuthError> {
    let (Some(presented), Some(facts)) = (presented, facts) else { return Err(ended()) };
    let link = &facts.link;
    let proven = link.verifier.proves(presented.secret.as_slice());
    if !proven || link.purpose != purpose || now >= link.expires_at || !facts.user.account.is_active() {
        return Err(ended());
    }
    let own = facts.user.email.as_ref().is_some_and(|email| LoginName::fold(&email.address) == LoginName::fold(&link.address));
    if own || purpose == LinkPurpose::ChangeEmail { Ok(facts) } else { Err(ended()) }
}

/// Uses a link up. Guard: nobody did before.
pub fn used(link: &OneTimeLink, now: Timestamp) -> Change {
    Change::Link(LinkChange::Use { realm: link.realm, id: link.id, at: now })
}

fn ended() -> OAuthError {
    OAuthError::new(ErrorCode::NotFound, "this link was used, has ended, or was replaced by a newer one")
}
