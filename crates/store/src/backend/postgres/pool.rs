//! Connections that are lent to one reader or one unit at a time: never more than the URL allows,
//! and none that broke is lent again.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{connection::Connection, failure::store_error, tls::Tls, url::PostgresUrl};
use crate::StoreError;

pub(super) struct Pool {
    url: PostgresUrl,
    tls: Tls,
    /// A permit for each connection that may be lent.
    places: Arc<Semaphore>,
    size: usize,
    idle: Mutex<Vec<Connection>>,
    closed: AtomicBool,
}

/// How long anybody waits for a connection that others have; then they would rather be told.
const WAIT: Duration = Duration::from_secs(2);
/// How long a connection may take to be made, all hosts and the session together.
const CONNECT: Duration = Duration::from_secs(6);
/// Whoever failed after so long met a database that says nothing: those behind need not try as well.
pub(super) const SILENT: Duration = WAIT;
/// How long closing waits for units that are being written.
const CLOSE: Duration = Duration::from_secs(20);

pub(super) fn silent() -> StoreError {
    StoreError::Unreachable("it does not answer".to_owned())
}

impl Pool {
    pub fn new(url: PostgresUrl, tls: Tls, size: usize) -> Arc<Self> {
        let (places, idle) = (Arc::new(Semaphore::new(size)), Mutex::new(Vec::new()));
        Arc::new(Self { url, tls, places, size, idle, closed: AtomicBool::new(false) })
    }

    pub async fn lend(self: &Arc<Self>) -> Result<Lent, StoreError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(StoreError::Closed);
        }
        let place = match timeout(WAIT, self.places.clone().acquire_owned()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(StoreError::Closed),
            Err(_) => return Err(StoreError::NoConnection),
        };
        let connection = match self.idle() {
            Some(connection) => connection,
            None => match timeout(CONNECT, Connection::open(&self.url, &self.tls)).await {
                Ok(opened) => opened.map_err(|error| store_error(&error))?,
                Err(_) => return Err(silent()),
            },
        };
        Ok(Lent { pool: self.clone(), connection: Some(connection), _place: place })
    }

    /// What is idle goes to a server that does not write any more.
    pub fn forget_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Lends nothing any more, and waits for what is lent.
    pub async fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let all = u32::try_from(self.size).unwrap_or(u32::MAX);
        if timeout(CLOSE, self.places.acquire_many(all)).await.is_err() {
            tracing::warn!("the store closes although units are being written");
        }
        self.places.close();
        self.forget_idle();
    }

    fn idle(&self) -> Option<Connection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(connection) = idle.pop() {
            if !connection.client.is_closed() {
                return Some(connection);
            }
        }
        None
    }
}

/// A connection, until it is dropped or given up.
pub(super) struct Lent {
    pool: Arc<Pool>,
    connection: Option<Connection>,
    _place: OwnedSemaphorePermit,
}

impl Lent {
    /// As [`Pool::forget_idle`].
    pub fn forget_idle(&self) {
        self.pool.forget_idle();
    }

    /// Never lends it again: nobody knows in which state it is.
    pub fn give_up(mut self) {
        self.connection.take();
    }
}

impl Deref for Lent {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().unwrap_or_else(|| unreachable!("given up only by value"))
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().unwrap_or_else(|| unreachable!("given up only by value"))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            // Whoever panicked may have left it in the middle of a transaction.
            && !thread::panicking()
            && !connection.client.is_closed()
            && !self.pool.closed.load(Ordering::SeqCst)
        {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
