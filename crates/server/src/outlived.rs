//! Authorizations that nothing rests on any more leave before their own end: a job that signs in every
//! hour would have thousands of them.

use std::sync::{Mutex, PoisonError};

use jeton_oauth::{AuthorizationId, Change, activity::Level, change::AuthorizationChange, model::outlived_before};
use jeton_store::{CommitError, StoreError};
use uuid::Uuid;

use crate::app::App;

/// Authorizations that are looked through at a time.
const ROWS: u32 = 1000;

/// How far all authorizations have been looked through; each round begins with the oldest. Those that live are
/// counted on the way.
#[derive(Debug)]
pub struct Round(Mutex<Walk>);

#[derive(Clone, Debug)]
struct Walk {
    after: AuthorizationId,
    live: u64,
}

/// A page of authorizations that was looked through.
#[derive(Clone, Copy, Debug)]
struct Page {
    /// The last of it; `None` where no more follow.
    last: Option<AuthorizationId>,
    outlived: usize,
}

impl Default for Round {
    fn default() -> Self {
        Self(Mutex::new(Walk { after: AuthorizationId(Uuid::nil()), live: 0 }))
    }
}

impl Round {
    /// Looks through the next page. Whether it is worth going on at once.
    pub async fn step(&self, app: &App) -> Result<bool, StoreError> {
        let mut walk = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let page = forget(app, &mut walk).await?;
        walk.after = page.last.unwrap_or(AuthorizationId(Uuid::nil()));
        if page.last.is_none() {
            app.activity.measured(Level::Authorizations, std::mem::take(&mut walk.live));
        }
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = walk;
        Ok(page.last.is_some() && page.outlived > 0)
    }
}

/// Deletes those of which nothing can live: their refresh token ended, and after it the last access token.
async fn forget(app: &App, walk: &mut Walk) -> Result<Page, StoreError> {
    let now = app.now();
    let rows = app.store.authorizations_after(walk.after, ROWS).await?;
    let last = rows.last().map(|row| row.id).filter(|_| rows.len() == ROWS as usize);
    let mut unit = Vec::new();
    for row in rows {
        if !row.is_revoked && row.refresh_expires_at.is_none_or(|end| now <= end) {
            walk.live += 1;
        }
        let Some(end) = row.refresh_expires_at.filter(|end| *end < now) else { continue };
        let Some(realm) = app.realms.get(row.realm).await? else { continue };
        let ended_before = outlived_before(&realm.settings, now);
        if end < ended_before {
            unit.push(Change::Authorization(AuthorizationChange::Leave { realm: row.realm, id: row.id, ended_before }));
        }
    }
    let outlived = unit.len();
    match app.store.commit(unit).await {
        Ok(()) | Err(CommitError::Conflict) => Ok(Page { last, outlived }),
        Err(CommitError::Failed(error)) => Err(error),
    }
}
