//! Somebody makes an account for themselves. There is none until their address is proven: so a name
//! that was typed at a form is nobody's, and takes nobody's place.

use serde_json::Map;

use crate::{
    Context, Decision, ErrorCode, OAuthError,
    manage::{
        Actor, Desk, Refusal, UserDocument, UserMetadata, Who,
        user::{NewUser, Taken, create},
    },
    model::{AccountKind, PasswordHash, Profile, Realm, Status, User},
    settings::SignUp,
};

/// An account that is to be, once its address is proven.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct NewAccount {
    /// Fixed when the form was sent: so a link makes one account, whoever races, and none after that one went.
    pub sub: String,
    /// Full name, as it was typed; may be empty.
    pub name: String,
    /// Their address, which is their user name too.
    pub email: String,
    /// Hashed when the form was sent.
    pub password: PasswordHash,
}

/// Why nobody makes an account here, or not with this address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Nobody does.
    Off,
    /// Only whoever was invited.
    ByInvitation,
    /// Only with an address of these domains.
    Domain,
}

/// Whether somebody may make an account here.
///
/// # Errors
/// Why not.
pub fn open_to(realm: &Realm, invited: bool) -> Result<(), Closed> {
    match realm.settings.sign_up {
        SignUp::Off => Err(Closed::Off),
        SignUp::Invited if !invited => Err(Closed::ByInvitation),
        SignUp::Invited | SignUp::Open => Ok(()),
    }
}

/// Whether `email` is of a domain that may sign up.
///
/// # Errors
/// [`Closed::Domain`].
pub fn domain_fits(realm: &Realm, email: &str) -> Result<(), Closed> {
    let domains = &realm.settings.sign_up_domains;
    let own = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    if domains.is_empty() || domains.iter().any(|domain| domain.eq_ignore_ascii_case(own)) { Ok(()) } else { Err(Closed::Domain) }
}

/// The account, once its link was followed. `taken`: somebody signs in with the address by now.
pub fn confirm(new: &NewAccount, taken: bool, cx: &mut Context<'_>) -> Decision<User> {
    let gone = || OAuthError::new(ErrorCode::NotFound, "this link was used, has ended, or the address has an account by now");
    if taken {
        return Err(gone().into());
    }
    let document = UserDocument {
        own: UserMetadata {
            username: new.email.clone(),
            email: Some(new.email.clone()),
            email_verified: Some(true),
            user_type: None,
            roles: Vec::new(),
            attributes: Map::new(),
        },
        claims: Profile { name: Some(new.name.clone()).filter(|name| !name.is_empty()), ..Profile::default() },
    };
    let by = Actor { who: Who::System, from: cx.from };
    let mut desk = Desk { realm: cx.realm, by: &by, now: cx.now, rng: cx.rng };
    let account = NewUser {
        document,
        kind: AccountKind::Person,
        sub: Some(new.sub.clone()),
        number: None,
        owner: None,
        status: Status::Active,
        password: Some(new.password.clone()),
        created_at: None,
    };
    create(account, &Taken::default(), &mut desk).map_err(|effect| {
        let error = match effect.answer {
            Refusal::Conflict(_) | Refusal::NotFound(_) => gone(),
            other => OAuthError::invalid_request(other.to_string()),
        };
        crate::Effect { answer: error, changes: effect.changes }
    })
}
