//! Administrators: people of the realm `admin`, with a role over all realms or some.
//!
//! The role is one of their `roles`, named `owner`, `support` or `auditor`; its permissions are the names
//! of the realms that it reaches, and none for all of them.

use super::{Administrator, AdministratorRole, Fault, Reach, UserDocument, UserMetadata, document::document, realm::name_fault};
use crate::{
    RealmId,
    model::{Profile, Role, User},
};

/// The realm that holds the administrators.
pub const REALM: &str = "admin";

document! {
    /// What is said about an administrator.
    pub struct AdministratorDocument {
        /// What they sign in with.
        username: String,
        /// Their e-mail address.
        email: Option<String>,
        /// What others see.
        name: Option<String>,
        /// `owner` (everything), `support` (reads; disables, revokes, resets) or `auditor` (reads); `auditor` where it is left out.
        role: Option<String>,
        /// Names of the realms that they work on; all of them where none is named.
        realms: Vec<String>,
    }
}

impl AdministratorDocument {
    /// Everything that is wrong with it, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.to_user().faults();
        if let Some(role) = self.role.as_ref().filter(|role| AdministratorRole::parse(role).is_none()) {
            let words = AdministratorRole::ALL.map(AdministratorRole::as_str);
            faults.push(Fault::new("role", format!("`role` cannot be {role:?}"), super::did_you_mean(role, &words)));
        }
        for (index, name) in self.realms.iter().enumerate() {
            faults.extend(name_fault(name).map(|fault| Fault::new(("realms", index), fault.what, fault.instead)));
        }
        faults
    }

    /// As an account of the realm `admin`: what [`super::user::create`] and [`super::user::change`] take.
    pub fn to_user(&self) -> UserDocument {
        let role = self.role.clone().unwrap_or_else(|| AdministratorRole::Auditor.as_str().to_owned());
        UserDocument {
            own: UserMetadata {
                username: self.username.clone(),
                email: self.email.clone(),
                roles: vec![Role { name: role, permissions: self.realms.clone() }],
                ..UserMetadata::default()
            },
            claims: Profile { name: self.name.clone(), ..Profile::default() },
        }
    }

    /// What is said about an account of the realm `admin`; `None` where it has no role there.
    pub fn of(user: &User) -> Option<Self> {
        let (role, realms) = role_of(user)?;
        Some(Self {
            username: user.username.clone(),
            email: user.email.as_ref().map(|email| email.address.clone()),
            name: user.profile.name.clone(),
            role: Some(role.as_str().to_owned()),
            realms: realms.to_vec(),
        })
    }
}

impl Administrator {
    /// Who an account of the realm `admin` is when it acts; `realm_named` finds realms by their names.
    /// `None` for one that is disabled or has no role.
    pub fn of(user: &User, realm_named: impl Fn(&str) -> Option<RealmId>) -> Option<Self> {
        let (role, realms) = role_of(user).filter(|_| user.account.is_active())?;
        let reach = if realms.is_empty() { Reach::All } else { Reach::Named(realms.iter().filter_map(|name| realm_named(name)).collect()) };
        Some(Self { user: user.id(), role, reach })
    }
}

fn role_of(user: &User) -> Option<(AdministratorRole, &[String])> {
    user.roles.iter().find_map(|role| Some((AdministratorRole::parse(&role.name)?, role.permissions.as_slice())))
}
