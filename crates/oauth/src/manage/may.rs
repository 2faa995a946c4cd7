//! Who may do what: one match.

use super::{Administrator, AdministratorRole, Reach, Who, administrator::REALM_ID};
use crate::{ClientKey, RealmId, UserId};

/// What may be worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Noun {
    /// A realm's own settings, name and status.
    Realm,
    /// A scope that a realm defines.
    Scope,
    /// An application, with its secrets.
    Client,
    /// A person.
    User,
    /// An account that signs in by the password grant only.
    ApiUser,
    /// What a person has approved for a client.
    Consent,
    /// What a client was granted, with its tokens.
    Authorization,
    /// Who runs the servers, and links that make them.
    Administrator,
}

/// What is done to a noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Looks at one, or at a list.
    Read,
    /// Makes one.
    Create,
    /// Says something else about it.
    Change,
    /// Nobody uses it until it is enabled.
    Disable,
    /// It may be used again.
    Enable,
    /// A secret or a password of its own.
    AddSecret,
    /// Takes a secret or a password away.
    RemoveSecret,
    /// What was given to it, or what it gave, ends.
    Revoke,
    /// It is gone for good.
    Remove,
}

/// What an act is done to, as far as it matters who does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// `None`: the installation.
    pub realm: Option<RealmId>,
    /// The person whose it is: themselves, or whoever gave the consent.
    pub person: Option<UserId>,
    /// The developer who owns it.
    pub owner: Option<UserId>,
    /// The client itself, or the one that the consent or authorization is for.
    pub client: Option<ClientKey>,
}

impl Noun {
    /// Every noun, for tables and tests.
    pub const ALL: [Self; 8] =
        [Self::Realm, Self::Scope, Self::Client, Self::User, Self::ApiUser, Self::Consent, Self::Authorization, Self::Administrator];

    /// As documents and differences call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Realm => "realm",
            Self::Scope => "scope",
            Self::Client => "client",
            Self::User => "user",
            Self::ApiUser => "api_user",
            Self::Consent => "consent",
            Self::Authorization => "authorization",
            Self::Administrator => "administrator",
        }
    }
}

impl Act {
    /// Every act, for tables and tests.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Create,
        Self::Change,
        Self::Disable,
        Self::Enable,
        Self::AddSecret,
        Self::RemoveSecret,
        Self::Revoke,
        Self::Remove,
    ];
}

/// Whether `who` may do this. What they may not *say* in a document is that document's to refuse.
pub fn may(who: &Who, noun: Noun, act: Act, subject: &Subject) -> bool {
    match who {
        Who::Operator(_) | Who::System => true,
        Who::Administrator(administrator) => administrator_may(administrator, noun, act, subject),
        Who::Developer(developer) => match noun {
            Noun::Client | Noun::ApiUser => subject.owner == Some(*developer),
            Noun::Scope | Noun::Realm => act == Act::Read,
            _ => false,
        },
        Who::CoDeveloper { shares, .. } => match noun {
            Noun::Client => act != Act::Create && subject.client.is_some_and(|client| client.0 == *shares),
            Noun::ApiUser => act != Act::Create && subject.person.is_some_and(|user| user.0 == *shares),
            Noun::Scope | Noun::Realm => act == Act::Read,
            _ => false,
        },
        Who::Person(person) => match (noun, act) {
            (Noun::User, Act::Read | Act::Change | Act::AddSecret | Act::Revoke) => subject.person == Some(*person),
            (Noun::Consent | Noun::Authorization, Act::Read | Act::Revoke | Act::Remove) => subject.person == Some(*person),
            _ => false,
        },
        // RFC 7592: what a client may do to itself.
        Who::Client(client) => match (noun, act) {
            (Noun::Client, Act::Read | Act::Change | Act::Remove) => subject.client == Some(*client),
            (Noun::Authorization, Act::Revoke) => subject.client == Some(*client),
            _ => false,
        },
        Who::Stranger => false,
    }
}

/// Whoever reaches only some realms makes no realm and no administrator. In the realm of the administrators
/// only those who own everything do more than read: whoever resets an owner's password is the owner.
fn administrator_may(administrator: &Administrator, noun: Noun, act: Act, subject: &Subject) -> bool {
    let reaches = match subject.realm {
        Some(realm) => administrator.reach.covers(realm),
        None => administrator.reach == Reach::All,
    };
    let role_allows = match administrator.role {
        AdministratorRole::Owner => true,
        AdministratorRole::Support => {
            noun != Noun::Administrator && matches!(act, Act::Read | Act::Disable | Act::Revoke | Act::RemoveSecret)
                || act == Act::Read
                // Resetting what somebody signs in with.
                || noun == Noun::User && act == Act::AddSecret
        }
        AdministratorRole::Auditor => act == Act::Read,
    };
    let ours = subject.realm == Some(REALM_ID);
    let installation = ours || noun == Noun::Administrator || noun == Noun::Realm && matches!(act, Act::Create | Act::Remove);
    let owns_everything = administrator.role == AdministratorRole::Owner && administrator.reach == Reach::All;
    reaches && role_allows && (act == Act::Read || !installation || owns_everything)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::Channel;

    fn id(number: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(number)
    }

    /// R read, C create, c change, D disable, E enable, A add a secret, S remove one, V revoke, X remove.
    const LETTERS: &str = "RCcDEASVX";

    fn allowed(who: &Who, noun: Noun, subject: &Subject) -> String {
        LETTERS.chars().zip(Act::ALL).filter(|(_, act)| may(who, noun, *act, subject)).map(|(letter, _)| letter).collect()
    }

    #[test]
    fn everybody_may_what_this_table_says() {
        let realm = RealmId(id(1));
        let ours = Subject { realm: Some(REALM_ID), ..Subject::default() };
        let mine = Subject { realm: Some(realm), person: Some(UserId(id(2))), owner: Some(UserId(id(2))), client: Some(ClientKey(id(3))) };
        let others = Subject { realm: Some(realm), person: Some(UserId(id(7))), owner: None, client: Some(ClientKey(id(8))) };
        let administrator = |role, reach| Who::Administrator(Administrator { user: UserId(id(9)), role, reach });
        let all = LETTERS;
        use AdministratorRole::{Auditor, Owner, Support};
        // Realm, scope, client, user, API user, consent, authorization, administrator.
        let table: &[(&str, Who, [&str; 8], [&str; 8])] = &[
            ("operator", Who::Operator(Channel::Command), [all; 8], [all; 8]),
            ("system", Who::System, [all; 8], [all; 8]),
            ("owner of all", administrator(Owner, Reach::All), [all; 8], [all; 8]),
            (
                "owner here",
                administrator(Owner, Reach::Named([realm].into())),
                ["RcDEASV", all, all, all, all, all, all, "R"],
                ["RcDEASV", all, all, all, all, all, all, "R"],
            ),
            ("owner elsewhere", administrator(Owner, Reach::Named([RealmId(id(5))].into())), [""; 8], [""; 8]),
            (
                "support",
                administrator(Support, Reach::All),
                ["RDSV", "RDSV", "RDSV", "RDASV", "RDSV", "RDSV", "RDSV", "R"],
                ["RDSV", "RDSV", "RDSV", "RDASV", "RDSV", "RDSV", "RDSV", "R"],
            ),
            ("auditor", administrator(Auditor, Reach::All), ["R"; 8], ["R"; 8]),
            ("developer", Who::Developer(UserId(id(2))), ["R", "R", all, "", all, "", "", ""], ["R", "R", "", "", "", "", "", ""]),
            (
                "co-developer of a client",
                Who::CoDeveloper { user: UserId(id(6)), shares: id(3) },
                ["R", "R", "RcDEASVX", "", "", "", "", ""],
                ["R", "R", "", "", "", "", "", ""],
            ),
            (
                "co-developer of an API user",
                Who::CoDeveloper { user: UserId(id(6)), shares: id(2) },
                ["R", "R", "", "", "RcDEASVX", "", "", ""],
                ["R", "R", "", "", "", "", "", ""],
            ),
            ("person", Who::Person(UserId(id(2))), ["", "", "", "RcAV", "", "RVX", "RVX", ""], [""; 8]),
            ("client", Who::Client(ClientKey(id(3))), ["", "", "RcX", "", "", "", "V", ""], [""; 8]),
            ("stranger", Who::Stranger, [""; 8], [""; 8]),
        ];
        for (name, who, own, foreign) in table {
            for (noun, (own, foreign)) in Noun::ALL.into_iter().zip(own.iter().zip(foreign)) {
                assert_eq!(allowed(who, noun, &mine), *own, "{name}: {noun:?} of their own");
                assert_eq!(allowed(who, noun, &others), *foreign, "{name}: {noun:?} of others");
                let expected = match who {
                    Who::Operator(_) | Who::System => all,
                    Who::Administrator(Administrator { role: Owner, reach: Reach::All, .. }) => all,
                    Who::Administrator(Administrator { reach: Reach::All, .. }) => "R",
                    Who::Developer(_) | Who::CoDeveloper { .. } if matches!(noun, Noun::Realm | Noun::Scope) => "R",
                    _ => "",
                };
                assert_eq!(allowed(who, noun, &ours), expected, "{name}: {noun:?} of the realm of administrators");
            }
        }
    }

    #[test]
    fn nobody_but_those_who_reach_everything_makes_a_realm() {
        let administrator = |reach| Who::Administrator(Administrator { user: UserId(id(9)), role: AdministratorRole::Owner, reach });
        assert!(may(&administrator(Reach::All), Noun::Realm, Act::Create, &Subject::default()));
        assert!(!may(&administrator(Reach::Named([RealmId(id(1))].into())), Noun::Realm, Act::Create, &Subject::default()));
    }
}
