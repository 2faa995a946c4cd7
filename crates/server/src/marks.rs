//! Last-used marks: kept here for at most a minute, written together, and lost in a crash. Those of client secrets
//! are kept with what clients do (`activity`).

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use jeton_oauth::{
    Change, PersonalAccessTokenId, RealmId, SessionId, Timestamp, UserId,
    bearer::{LiveToken, TokenKind},
    change::{AuthorizationChange, PersonalAccessTokenChange, SessionChange},
    model::Session,
};

/// What was used since the last flush, and when last.
#[derive(Default)]
pub struct Marks {
    used: Mutex<HashMap<(RealmId, Used), Mark>>,
    redeemed: Mutex<HashMap<(RealmId, UserId), Redeemed>>,
}

/// Codes that became authorizations of one person.
struct Redeemed {
    times: u32,
    /// Authorizations that one may have.
    keep: u32,
}

/// What one [`AuthorizationChange::Trim`] takes away.
const TRIMMED: u32 = 100;

/// When last, and from where as far as that is known.
#[derive(Clone, Copy)]
struct Mark {
    at: Timestamp,
    from: Option<IpAddr>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Used {
    PersonalAccessToken(PersonalAccessTokenId),
    Session(SessionId),
}

impl Marks {
    /// `from`: where the person's program is; `None` where another asks about the token.
    pub fn token_used(&self, realm: RealmId, token: &LiveToken, at: Timestamp, from: Option<IpAddr>) {
        if let TokenKind::Personal(id) = token.kind {
            self.mark(realm, Used::PersonalAccessToken(id), at, from);
        }
    }

    pub fn session_seen(&self, session: &Session, at: Timestamp) {
        self.mark(session.realm, Used::Session(session.id), at, None);
    }

    /// A code became an authorization. Each approval leaves room for one: only where there were several of one
    /// person can there be too many, and then the next flush takes those away that were used least lately.
    pub fn redeemed(&self, realm: RealmId, user: UserId, keep: u32) {
        let mut redeemed = self.redeemed.lock().unwrap_or_else(PoisonError::into_inner);
        redeemed.entry((realm, user)).or_insert(Redeemed { times: 0, keep }).times += 1;
    }

    /// Everything marked since the last call, as one unit's changes.
    pub fn take(&self) -> Vec<Change> {
        let redeemed = std::mem::take(&mut *self.redeemed.lock().unwrap_or_else(PoisonError::into_inner));
        let trims =
            redeemed.into_iter().filter(|(_, redeemed)| redeemed.times > 1).flat_map(|((realm, user), Redeemed { times, keep })| {
                let trim = move |_| Change::Authorization(AuthorizationChange::Trim { realm, user, keep });
                (0..times.div_ceil(TRIMMED)).map(trim)
            });
        let marks = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        let marks = marks.into_iter().map(|((realm, used), Mark { at, from })| match used {
            Used::PersonalAccessToken(id) => Change::PersonalAccessToken(PersonalAccessTokenChange::Used { realm, id, at, from }),
            Used::Session(id) => Change::Session(SessionChange::Seen { realm, id, at }),
        });
        marks.chain(trims).collect()
    }

    fn mark(&self, realm: RealmId, used: Used, at: Timestamp, from: Option<IpAddr>) {
        let mut marks = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mark = marks.entry((realm, used)).or_insert(Mark { at, from });
        *mark = Mark { at, from: from.or(mark.from) };
    }
}
