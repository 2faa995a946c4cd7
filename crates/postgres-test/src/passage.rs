//! What stands between a program and its PostgreSQL: it can be closed, slow, silent, or cut off at the
//! worst moment.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream, unix::OwnedReadHalf, unix::OwnedWriteHalf},
};

use crate::Place;

/// How the passage is.
#[derive(Clone, Copy)]
pub enum Way {
    Open,
    /// Whoever comes is sent away, and whoever is there is cut off.
    Closed,
    /// Whoever comes is let in, and nothing is carried any more, either way: a network that lost it all.
    Silent,
    /// Milliseconds that everything takes longer, each way.
    Slow(u64),
    /// Cuts off one connection when something is asked on it: before it arrives, or before its answer does.
    Cut {
        asked: fn(&[u8]) -> bool,
        arrives: bool,
    },
}

/// Connections to a place that go through here.
pub struct Passage {
    way: Arc<Mutex<Way>>,
    url: String,
    _folder: TempDir,
}

impl Passage {
    /// In the runtime of the caller, which must not block while anybody connects.
    pub fn to(place: &Place, way: Way) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let way = Arc::new(Mutex::new(way));
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).expect("a socket in a temporary folder");
        tokio::spawn(listen(listener, place.socket(), way.clone()));
        Self { way, url: place.url_through(folder.path()), _folder: folder }
    }

    /// The place's, through here.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn set(&self, way: Way) {
        *self.way.lock().unwrap_or_else(PoisonError::into_inner) = way;
    }
}

async fn listen(listener: UnixListener, to: PathBuf, way: Arc<Mutex<Way>>) {
    while let Ok((client, _)) = listener.accept().await {
        if matches!(present(&way), Way::Closed) {
            continue;
        }
        let Ok(server) = UnixStream::connect(&to).await else { continue };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let (there, back) = (way.clone(), way.clone());
        tokio::spawn(async move {
            // Either way ends both: halves that are dropped close the connection.
            tokio::select! {
                () = carry(from_client, to_server, there, true) => {}
                () = carry(from_server, to_client, back, false) => {}
            }
        });
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, way: Arc<Mutex<Way>>, asks: bool) {
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..length];
        match present(&way) {
            Way::Closed => return,
            Way::Silent => continue,
            Way::Slow(milliseconds) => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            Way::Cut { asked, arrives } if asks && asked(bytes) => {
                *way.lock().unwrap_or_else(PoisonError::into_inner) = Way::Open;
                if arrives {
                    // Whoever is not there any more is cut off already.
                    let _ = to.write_all(bytes).await;
                }
                return;
            }
            Way::Open | Way::Cut { .. } => {}
        }
        if to.write_all(bytes).await.is_err() {
            return;
        }
    }
}

fn present(way: &Mutex<Way>) -> Way {
    *way.lock().unwrap_or_else(PoisonError::into_inner)
}
