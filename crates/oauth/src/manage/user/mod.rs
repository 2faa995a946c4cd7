//! A person or an API user: what may be said about them (OpenID Connect Core §5.1), whether it can be,
//! and what may be done with them.

mod developers;
mod faults;
mod verbs;

use serde_json::{Map, Value};

use super::{Fault, Member, did_you_mean, document::document, read};
use crate::model::{Email, Profile, Role, User};

pub use developers::{
    ApiUserFacts, Beside, WantedApiUser, api_user_of, create_api_user, has_api_users, judge_api_user, pause, renew_password, resume,
};
pub use faults::{Taken, address_fault};
pub use verbs::{NewUser, change, create, disable, enable, fixed_faults, remove, reset_factors, revoke_all, set_password, unlock};

document! {
    /// What is said about an account besides the claims of OpenID Connect.
    pub struct UserMetadata {
        /// What they sign in with. Case and width of letters do not matter.
        username: String,
        /// Their e-mail address.
        email: Option<String>,
        /// Whether the address is theirs: only then it signs them in. A changed address is unverified until this says otherwise.
        email_verified: Option<bool>,
        /// Free text that an API shows, such as `DEVELOPER`.
        user_type: Option<String>,
        /// What they may do elsewhere: a name each, and permissions.
        roles: Vec<Role>,
        /// Anything else that claims may be made of.
        attributes: Map<String, Value>,
    }
}

/// The whole document of an account: members of its own, and the standard claims beside them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserDocument {
    /// Members that are Jeton's own.
    pub own: UserMetadata,
    /// Standard claims (OpenID Connect Core §5.1).
    pub claims: Profile,
}

impl UserDocument {
    /// Every member, in the order of references.
    pub fn members() -> impl Iterator<Item = &'static Member> {
        UserMetadata::MEMBERS.iter().chain(Profile::MEMBERS)
    }

    /// The document, without what could not be understood; that is told.
    pub fn read(document: &Map<String, Value>) -> (Self, Vec<Fault>) {
        let is_claim = |key: &str| Profile::MEMBERS.iter().any(|member| member.name == key);
        let (claims, own): (Map<_, _>, Map<_, _>) = document.clone().into_iter().partition(|(key, _)| is_claim(key));
        let (own, mut faults) = read(&own);
        for fault in faults.iter_mut().filter(|fault| fault.unknown && fault.path.steps().len() == 1) {
            // What was meant may be a claim.
            let names: Vec<&str> = Self::members().map(|member| member.name).collect();
            fault.instead = did_you_mean(fault.path.last_key().unwrap_or_default(), &names);
        }
        let (claims, of_claims) = read(&claims);
        faults.extend(of_claims);
        (Self { own, claims }, faults)
    }

    /// The document, without what is as usual.
    pub fn to_document(&self) -> Map<String, Value> {
        [serde_json::to_value(&self.own), serde_json::to_value(&self.claims)]
            .into_iter()
            .filter_map(|part| match part {
                Ok(Value::Object(members)) => Some(members),
                _ => None,
            })
            .flatten()
            .collect()
    }

    /// What is said about `user` now.
    pub fn of(user: &User) -> Self {
        Self {
            own: UserMetadata {
                username: user.username.clone(),
                email: user.email.as_ref().map(|email| email.address.clone()),
                email_verified: user.email.as_ref().map(|email| email.verified),
                user_type: user.user_type.clone(),
                roles: user.roles.clone(),
                attributes: user.attributes.clone(),
            },
            claims: user.profile.clone(),
        }
    }

    /// The account's address; one that is not what it was is unverified unless the document says otherwise.
    fn email(&self, before: Option<&Email>) -> Option<Email> {
        let address = self.own.email.clone()?;
        let was_verified = before.is_some_and(|email| email.address == address && email.verified);
        Some(Email { verified: self.own.email_verified.unwrap_or(was_verified), address })
    }
}
