//! What a token of an administrator may be used for: narrower than their role, never wider.

use super::REALM_ID;
use crate::{RealmId, Scope};

/// A part of the admin API that a scope opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Area {
    /// Realms, their settings and scopes.
    Realms,
    /// Applications and their secrets.
    Clients,
    /// People, API users and their sessions.
    People,
    /// What people granted, and their personal access tokens.
    Tokens,
    /// Keys that sign, and when they change.
    Keys,
    /// Dialects that operators wrote.
    Dialects,
    /// What was done, by whom.
    Audit,
    /// Who administers; no scope but `all` opens it.
    Administrators,
    /// What is wrong with the installation, and its numbers.
    Health,
}

/// What of an area a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// To look.
    Read,
    /// To change something; whoever may write may read.
    Write,
}

/// Every scope, and what people are told that it means.
const SCOPES: [(&str, &str); 15] = [
    ("all", "Everything that you may do as an administrator"),
    ("realms:read", "See realms, their settings and scopes"),
    ("realms:write", "Make, change and delete realms"),
    ("clients:read", "See applications"),
    ("clients:write", "Make, change and delete applications and their secrets"),
    ("people:read", "See people, API users and their sessions"),
    ("people:write", "Make, change and delete people and API users, and end their sessions"),
    ("tokens:read", "See what people granted, and their personal access tokens"),
    ("tokens:write", "Revoke what people granted, and their personal access tokens"),
    ("keys:read", "See signing keys"),
    ("keys:write", "Rotate and revoke signing keys"),
    ("dialects:read", "See dialects"),
    ("dialects:write", "Change dialects"),
    ("audit:read", "See who did what"),
    ("health:read", "See health and metrics"),
];

/// The scopes that the realm `admin` has besides those of every realm.
pub fn scopes() -> Scope {
    Scope::from_tokens(SCOPES.iter().map(|(name, _)| *name)).unwrap_or_default()
}

/// What people are told that one of them means.
pub fn describe(scope: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(name, _)| *name == scope).map(|(_, words)| *words)
}

/// Whether a token with this scope opens a part of the API. Who may write may read.
pub fn allows(scope: &Scope, area: Area, need: Need) -> bool {
    scope.iter().any(|token| match token.split_once(':') {
        None => token == "all",
        Some((name, word)) => {
            area != Area::Administrators && name == area.name() && (word == "write" || word == "read" && need == Need::Read)
        }
    })
}

/// The part that something of a realm belongs to. What is written in the realm of the administrators makes
/// administrators, whatever it is called: an account's password there, its second factors, or who signs in how.
pub fn part_of(realm: RealmId, area: Area, need: Need) -> Area {
    if realm == REALM_ID && need == Need::Write { Area::Administrators } else { area }
}

impl Area {
    const fn name(self) -> &'static str {
        match self {
            Self::Realms => "realms",
            Self::Clients => "clients",
            Self::People => "people",
            Self::Tokens => "tokens",
            Self::Keys => "keys",
            Self::Dialects => "dialects",
            Self::Audit => "audit",
            Self::Administrators => "all",
            Self::Health => "health",
        }
    }

    /// The scope that opens it, for whoever lacks it.
    pub fn scope(self, need: Need) -> String {
        if self == Self::Administrators {
            return self.name().to_owned();
        }
        format!("{}:{}", self.name(), if need == Need::Read { "read" } else { "write" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_where_administrators_live_is_about_administrators() {
        let other = RealmId(uuid::Uuid::from_u128(7));
        for area in [Area::Realms, Area::Clients, Area::People, Area::Tokens, Area::Keys] {
            assert_eq!(part_of(REALM_ID, area, Need::Write), Area::Administrators);
            assert_eq!(part_of(REALM_ID, area, Need::Read), area);
            assert_eq!(part_of(other, area, Need::Write), area);
        }
    }

    #[test]
    fn a_scope_opens_its_own_part_and_no_more() {
        let may = |scope: &str, area, need| allows(&Scope::parse(scope).unwrap(), area, need);
        assert!(may("clients:read", Area::Clients, Need::Read));
        assert!(!may("clients:read", Area::Clients, Need::Write));
        assert!(may("clients:write", Area::Clients, Need::Read), "who may write may read");
        assert!(!may("clients:write people:read", Area::People, Need::Write));
        assert!(may("openid all", Area::Keys, Need::Write));
        assert!(may("all", Area::Administrators, Need::Write) && !may("people:write realms:write", Area::Administrators, Need::Read));
        for nothing in ["all:read", "all:write"] {
            assert!(!may(nothing, Area::Administrators, Need::Read), "{nothing:?}");
        }
        for nothing in ["", "openid", "jeton:tokens", "clients", "clients:admin", "all:read"] {
            assert!(!may(nothing, Area::Clients, Need::Read), "{nothing:?}");
        }
    }

    #[test]
    fn every_scope_that_opens_something_is_one_of_the_realms() {
        let known = scopes();
        for area in [Area::Realms, Area::Clients, Area::People, Area::Tokens, Area::Keys, Area::Dialects] {
            assert!(known.contains(&area.scope(Need::Read)) && known.contains(&area.scope(Need::Write)), "{area:?}");
        }
        assert!(known.contains(&Area::Audit.scope(Need::Read)) && known.contains(&Area::Health.scope(Need::Read)));
        assert_eq!(known.iter().count(), SCOPES.len());
    }
}
