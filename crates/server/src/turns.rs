//! How many guesses at one account are under way at once in this process: no more than it has
//! attempts, so that many right passwords at a time lock nobody out. The others wait their turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jeton_oauth::{Seconds, attempts::Bucket};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::password::Busy;

/// Accounts that are guessed at right now; an entry leaves with its last guess.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<Bucket, Arc<Semaphore>>>);

/// Guesses at one account that may be under way, and wait: more than are ever hashed meanwhile.
const UNDER_WAY: usize = 64;
const WAITING: usize = 256;

impl Turns {
    /// Waits for a turn; it ends when it is dropped.
    ///
    /// # Errors
    /// When too many wait already.
    pub async fn take(&self, account: Bucket, attempts: u32) -> Result<Turn<'_>, Busy> {
        let mut turn = self.queue(account, attempts)?;
        let semaphore = turn.semaphore.clone();
        // Never closed: an error would be a turn without waiting.
        turn.permit = match semaphore {
            Some(semaphore) => semaphore.acquire_owned().await.ok(),
            None => None,
        };
        Ok(turn)
    }

    fn queue(&self, account: Bucket, attempts: u32) -> Result<Turn<'_>, Busy> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let permits = usize::try_from(attempts).unwrap_or(UNDER_WAY).clamp(1, UNDER_WAY);
        let semaphore = turns.entry(account).or_insert_with(|| Arc::new(Semaphore::new(permits))).clone();
        // Each guess holds two, and the map one.
        if Arc::strong_count(&semaphore) > 2 * (UNDER_WAY + WAITING) {
            return Err(Busy { retry_after: Seconds(1) });
        }
        Ok(Turn { turns: self, account, semaphore: Some(semaphore), permit: None })
    }
}

/// The right to guess; or, before it is one, a place in the queue.
pub struct Turn<'t> {
    turns: &'t Turns,
    account: Bucket,
    semaphore: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.permit.take();
        let mut turns = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.semaphore.take();
        if turns.get(&self.account).is_some_and(|left| Arc::strong_count(left) == 1) {
            turns.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        pin::Pin,
        task::{Context, Waker},
    };

    use super::{Turns, UNDER_WAY, WAITING};

    /// Begins to wait.
    fn waits(turn: &mut Pin<Box<impl Future>>) -> bool {
        turn.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    #[tokio::test]
    async fn an_account_has_as_many_turns_as_attempts_and_others_have_their_own() {
        let turns = Turns::default();
        let first = turns.take([1; 32], 1).await.unwrap();
        let mut second = Box::pin(turns.take([1; 32], 1));
        assert!(waits(&mut second));
        drop(turns.take([2; 32], 1).await.unwrap());
        drop(first);
        drop(second.await.unwrap());
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_stops_waiting_leaves_nothing_behind() {
        let turns = Turns::default();
        let first = turns.take([1; 32], 1).await.unwrap();
        let mut second = Box::pin(turns.take([1; 32], 1));
        assert!(waits(&mut second));
        drop(second);
        drop(first);
        assert!(turns.0.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_queue_has_an_end() {
        let turns = Turns::default();
        let _first = turns.take([1; 32], 1).await.unwrap();
        let mut queue: Vec<_> = (1..UNDER_WAY + WAITING).map(|_| Box::pin(turns.take([1; 32], 1))).collect();
        assert!(queue.iter_mut().all(waits));
        assert!(turns.take([1; 32], 1).await.is_err());
    }
}
