//! That a copy has a PostgreSQL to itself, said among its nodes: no server starts beside it, and it
//! does not begin beside a server.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::{
    sync::{Mutex, oneshot},
    task::JoinHandle,
    time::timeout,
};
use tokio_postgres::Error;
use uuid::Uuid;

use super::{connection::Connection, open, tls::Tls, url::PostgresUrl};
use crate::{
    NodeKind, OpenError, clock,
    copy::Opening,
    deaths::Deaths,
    migration::Migrations,
    nodes::{self, LIVE, Node},
    row::Fields,
    statement::Statement,
};

/// Until it is dropped, or ended.
pub(super) struct Presence {
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Its own, always: whoever has the lock knows that another of this id is dead.
const COPY: Uuid = Uuid::from_u128(0x4a54_4f4e_0000_7000_8000_636f_7079_0000);
const RENEW: Duration = Duration::from_secs(5);

impl Presence {
    /// Says so first and looks at the others after that, as every node does. The caller has the lock.
    pub async fn announce(url: &PostgresUrl, tls: &Tls, opening: Opening) -> Result<Self, OpenError> {
        let broken = |error: Error| open::broken(url, &error);
        let mut connection = Connection::bare(url, tls).await.map_err(|error| open::unreachable(url, &error))?;
        let place = match opening {
            Opening::Source => "a copy that reads it",
            Opening::Destination => "a copy that writes it",
            Opening::Filling => "a command that fills it",
        };
        let node = Node {
            id: COPY,
            kind: NodeKind::Exclusive,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            schema: Migrations::OURS.known(),
            place: place.to_owned(),
            started_at: clock::now(),
            ahead: 0,
        };
        say(&mut connection, |out| nodes::stay(&node, clock::now(), out)).await.map_err(broken)?;
        let others = connection.query(LIVE, &[]).await.map_err(broken)?;
        let other = others.iter().filter_map(|row| nodes::read(&mut Fields::new(row, "nodes")).ok()).find(|other| other.id != COPY);
        if let Some(other) = other {
            leave(&mut connection).await;
            let by = format!("{} (version {})", other.place, other.program);
            return Err(OpenError::InUse { place: url.to_string(), by });
        }
        let (end, ended) = oneshot::channel();
        let line = Line { url: url.clone(), tls: tls.clone(), node, connection: Some(connection) };
        Ok(Self { end, task: tokio::spawn(stay(line, ended)) })
    }

    /// Waits until the others know.
    pub async fn end(self) {
        let _ = self.end.send(());
        let _ = self.task.await;
    }
}

/// What the others are told through.
struct Line {
    url: PostgresUrl,
    tls: Tls,
    node: Node,
    /// `None` where it broke: the next word makes a new one.
    connection: Option<Connection>,
}

/// Dropping the sender ends it too: then the place was not closed well, and is free as well.
async fn stay(line: Line, ended: oneshot::Receiver<()>) {
    let line = Mutex::new(line);
    again_and_again(RENEW, ended, || async { line.lock().await.renew().await }).await;
    if let Some(connection) = &mut line.into_inner().connection {
        leave(connection).await;
    }
}

/// Until it is ended; also after it died of a fault.
async fn again_and_again<F>(period: Duration, mut ended: oneshot::Receiver<()>, renew: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    let deaths = Deaths::default();
    while timeout(period, &mut ended).await.is_err() {
        if AssertUnwindSafe(renew()).catch_unwind().await.is_err() {
            deaths.count("what tells servers of a copy");
        }
    }
}

impl Line {
    async fn renew(&mut self) {
        if let Err(error) = self.say_again().await {
            self.connection = None;
            tracing::warn!(%error, "the database is not told that it is being copied; it is tried again in 5 seconds");
        }
    }

    async fn say_again(&mut self) -> Result<(), Error> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::bare(&self.url, &self.tls).await?,
        };
        say(&mut connection, |out| nodes::stay(&self.node, clock::now(), out)).await?;
        self.connection = Some(connection);
        Ok(())
    }
}

async fn leave(connection: &mut Connection) {
    if let Err(error) = say(connection, |out| nodes::leave(COPY, out)).await {
        tracing::debug!(%error, "others will take this copy for alive for 15 seconds");
    }
}

async fn say<'a>(connection: &mut Connection, what: impl FnOnce(&mut Vec<Statement<'a>>)) -> Result<(), Error> {
    let mut statements = Vec::new();
    what(&mut statements);
    for statement in statements {
        connection.query(statement.sql, &statement.values).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        cell::{Cell, RefCell},
        time::Duration,
    };

    use tokio::sync::oneshot;

    use super::again_and_again;

    #[tokio::test]
    async fn what_dies_of_a_fault_goes_on() {
        let (end, ended) = oneshot::channel();
        let (end, runs) = (RefCell::new(Some(end)), Cell::new(0));
        again_and_again(Duration::from_millis(1), ended, || async {
            runs.set(runs.get() + 1);
            assert!(runs.get() > 1, "a fault");
            if runs.get() == 3 {
                let _ = end.borrow_mut().take().map(|end| end.send(()));
            }
        })
        .await;
        assert!(runs.get() >= 3);
    }
}
