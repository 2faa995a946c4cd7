//! People, and API users: the machine logins that belong to a developer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Status;
use crate::{
    RealmId, Timestamp, UserId,
    manage::document,
    settings::{Developers, Settings},
};

/// The part of a user that every token depends on; cheap to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Names the row; tokens say `sub`.
    pub id: UserId,
    /// Immutable, never reused, unique in the realm, at most 255 ASCII characters.
    pub sub: String,
    /// Stable and small, for APIs that show a number.
    pub number: i64,
    /// Who may sign in where.
    pub kind: AccountKind,
    /// Disabled, nobody signs in, and the tokens are dead.
    pub status: Status,
    /// Tokens born before this are dead.
    pub not_before: Timestamp,
}

/// Who is behind an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// A human being: signs in on the pages.
    Person,
    /// Signs in by the password grant only, never on a page.
    ApiUser,
}

/// An account, and all that is known of whoever has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// What tokens depend on.
    pub account: Account,
    /// Where they sign in.
    pub realm: RealmId,
    /// As it was written; `login_name::LoginName::fold` of it is what signs in.
    pub username: String,
    /// `None` where no address is known.
    pub email: Option<Email>,
    /// What they say of themselves, as claims.
    pub profile: Profile,
    /// Free text that an API shows, such as `DEVELOPER`.
    pub user_type: Option<String>,
    /// What APIs let them do; `developer` means something here too.
    pub roles: Vec<Role>,
    /// What an installation wants to know besides; claims find it as `attributes.NAME`.
    pub attributes: Map<String, Value>,
    /// `None` where there is none: nobody signs in with a password.
    pub password: Option<PasswordHash>,
    /// The developer an API user belongs to.
    pub owner: Option<UserId>,
    /// When the account was made, here or where it came from.
    pub created_at: Timestamp,
    /// When something of the account was changed last; the claim `updated_at`.
    pub updated_at: Timestamp,
    /// Counts updates; an update of another version is a conflict.
    pub version: u32,
}

/// An address, and whether it is known to be theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// As it was written; compared by its folded form.
    pub address: String,
    /// Only a verified address signs in.
    pub verified: bool,
}

/// A role, for APIs: Jeton gives it no meaning, but for `developer`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What APIs and claims call it.
    pub name: String,
    /// What it allows, in words of the APIs.
    #[serde(default)]
    pub permissions: Vec<String>,
}

document! {
    /// The standard claims (OpenID Connect Core §5.1) that are not columns of their own.
    pub struct Profile {
        /// Full name, as it is shown.
        name: Option<String>,
        /// First name or names.
        given_name: Option<String>,
        /// Last name or names.
        family_name: Option<String>,
        /// Middle name or names.
        middle_name: Option<String>,
        /// What they are called.
        nickname: Option<String>,
        /// What they want to be called where a short name is shown.
        preferred_username: Option<String>,
        /// The address of a page about them.
        profile: Option<String>,
        /// The address of a picture of them.
        picture: Option<String>,
        /// The address of their own page.
        website: Option<String>,
        /// Free text.
        gender: Option<String>,
        /// `YYYY-MM-DD`, or `YYYY` alone.
        birthdate: Option<String>,
        /// Time zone, such as `Europe/Berlin`.
        zoneinfo: Option<String>,
        /// Language, such as `en-GB`.
        locale: Option<String>,
        /// Telephone number, best as `+49 …`.
        phone_number: Option<String>,
        /// Whether the number is theirs.
        phone_number_verified: Option<bool>,
        /// A table of `formatted`, `street_address`, `locality`, `region`, `postal_code`, `country`.
        address: Option<Map<String, Value>>,
    }
}

/// An Argon2id hash as a PHC string, or one from elsewhere in its own spelling ([`crate::password_hash`]).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl User {
    /// Short for that of the account.
    pub fn id(&self) -> UserId {
        self.account.id
    }

    /// What tells them which account it is: the e-mail address, or the user name where there is none.
    pub fn address_or_name(&self) -> &str {
        self.email.as_ref().map_or(&self.username, |email| &email.address)
    }

    /// What greets a person: the name, its parts, or the user name.
    pub fn display_name(&self) -> String {
        let parts = [self.profile.given_name.as_deref(), self.profile.family_name.as_deref()];
        self.profile.name.clone().unwrap_or_else(|| {
            let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            if joined.is_empty() { self.username.clone() } else { joined }
        })
    }
}

impl User {
    /// A field by the name that claims and dialects know it by, `attributes.X` among them.
    pub fn field(&self, name: &str) -> Option<Value> {
        if let Some(attribute) = name.strip_prefix("attributes.") {
            return self.attributes.get(attribute).cloned();
        }
        match name {
            "id" => Some(self.account.id.to_string().into()),
            "sub" => Some(self.account.sub.clone().into()),
            "number" => Some(self.account.number.into()),
            "username" => Some(self.username.clone().into()),
            "email" => self.email.as_ref().map(|email| email.address.clone().into()),
            "email_verified" => self.email.as_ref().map(|email| email.verified.into()),
            "type" => self.user_type.clone().map(Value::from),
            "status" => serde_json::to_value(self.account.status).ok(),
            "roles" => serde_json::to_value(self.roles.iter().map(|role| &role.name).collect::<Vec<_>>()).ok(),
            "permissions" => serde_json::to_value(self.roles.iter().flat_map(|role| &role.permissions).collect::<Vec<_>>()).ok(),
            "owner" => self.owner.map(|owner| owner.to_string().into()),
            "name" => Some(self.display_name().into()),
            other => serde_json::to_value(&self.profile).ok()?.get(other).cloned(),
        }
    }
}

impl User {
    /// Whether the realm lets them make applications and API users of their own.
    pub fn is_developer(&self, settings: &Settings) -> bool {
        let may = match settings.developers {
            Developers::Off => false,
            Developers::Invited => self.roles.iter().any(|role| role.name == DEVELOPER),
            Developers::Everybody => true,
        };
        may && self.account.is_active() && self.account.kind == AccountKind::Person
    }
}

/// The role of invited developers.
pub const DEVELOPER: &str = "developer";

impl Account {
    /// Whether they may sign in, and their tokens may live.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}
