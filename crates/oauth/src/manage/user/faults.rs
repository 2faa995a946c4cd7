//! Whether an account can be what is said about it.

use super::UserDocument;
use crate::{
    login_name::LoginName,
    manage::{Fault, did_you_mean, text::is_line},
};

/// Names that are others' already, as whoever looked found them: each holds the user name of the account
/// that has it, or the client's id.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// By an account that signs in with this user name.
    pub username: Option<String>,
    /// By an account that signs in with this address.
    pub email: Option<String>,
    /// By an account or a client that tokens call so.
    pub sub: Option<String>,
    /// By an account that has this number.
    pub number: Option<String>,
}

/// OpenID Connect Core §5.1.1.
const ADDRESS: &[&str] = &["formatted", "street_address", "locality", "region", "postal_code", "country"];

impl UserDocument {
    /// Everything that is wrong with it, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let own = &self.own;
        let mut faults = Vec::new();
        if LoginName::fold(&own.username).is_none() {
            faults.push(Fault::new(
                "username",
                format!("{:?} cannot be a user name", own.username),
                "write 1 to 255 bytes without control characters",
            ));
        }
        match &own.email {
            Some(email) => faults.extend(address_fault(email)),
            None if own.email_verified == Some(true) => faults
                .push(Fault::new("email_verified", "there is no address that could be verified", "write `email` too").with(&["email"])),
            None => {}
        }
        if let Some(text) = own.user_type.as_ref().filter(|text| !is_line(text)) {
            faults.push(Fault::new("user_type", format!("`user_type` cannot be {text:?}"), "write one line of 1 to 255 bytes"));
        }
        for (index, role) in own.roles.iter().enumerate().filter(|(_, role)| !is_line(&role.name)) {
            faults.push(Fault::new(("roles", index), format!("{:?} cannot be a role", role.name), "write one line of 1 to 255 bytes"));
        }
        let parts = self.claims.address.iter().flat_map(|address| address.keys());
        for part in parts.filter(|part| !ADDRESS.contains(&part.as_str())) {
            let path = crate::manage::Path::from("address").key(part.as_str());
            let fault = Fault::new(path, format!("`{part}` is no part of an address"), did_you_mean(part, ADDRESS));
            faults.push(Fault { unknown: true, ..fault });
        }
        faults
    }
}

impl Taken {
    /// Clashes are told in the words of whoever comes later.
    pub fn faults(&self, document: &UserDocument) -> Vec<Fault> {
        let own = &document.own;
        let mut faults = Vec::new();
        if let Some(other) = &self.username {
            let what = format!("the user name {:?} is taken: {other:?} signs in with it", own.username);
            faults.push(Fault::new("username", what, "choose another user name, or keep one of the two"));
        }
        if let (Some(other), Some(email)) = (&self.email, &own.email) {
            faults.push(Fault::new(
                "email",
                format!("{other:?} signs in with {email:?} already"),
                "one address signs in one account: choose another, or leave email_verified out",
            ));
        }
        if let Some(other) = &self.sub {
            faults.push(Fault::new(
                "sub",
                format!("an account or a client named {other:?} has this `sub` already"),
                "choose another, or leave it out",
            ));
        }
        if let Some(other) = &self.number {
            faults.push(Fault::new(
                "number",
                format!("{other:?} has this number already"),
                "choose another, or leave it out for the next free one",
            ));
        }
        faults
    }
}

/// Not the grammar of RFC 5322: one @ with something on both sides, and nothing that breaks a line.
pub fn address_fault(text: &str) -> Option<Fault> {
    let parts = text
        .rsplit_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.'));
    let fits = parts && text.len() <= 254 && text.matches('@').count() == 1 && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    (!fits).then(|| Fault::new("email", format!("{text:?} cannot be an e-mail address"), "write it like ann@example.com"))
}
