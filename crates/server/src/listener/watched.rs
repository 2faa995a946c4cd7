//! Whether a connection is at work, idle, or held open by somebody who sends too slowly.
//!
//! Requests only set flags; a slow tick compares them. No request reads a clock.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What happens on one connection.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// Requests whose head arrived.
    begun: AtomicU64,
    finished: AtomicU64,
    /// Bytes arrived since the last request began or finished: perhaps a piece of a head.
    bytes: AtomicBool,
    http2: AtomicBool,
}

impl Watched {
    /// A head arrived; ends when the guard is dropped.
    pub(super) fn begin(self: &Arc<Self>, version: http::Version) -> InProgress {
        if version == http::Version::HTTP_2 {
            self.http2.store(true, Relaxed);
        }
        self.begun.fetch_add(1, Relaxed);
        self.bytes.store(false, Relaxed);
        InProgress(self.clone())
    }
}

pub(super) struct InProgress(Arc<Watched>);

impl Drop for InProgress {
    fn drop(&mut self) {
        self.0.bytes.store(false, Relaxed);
        self.0.finished.fetch_add(1, Relaxed);
    }
}

/// What to do with a connection at a tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Keep,
    /// Nothing happens on it: tell the peer, then close.
    Idle,
    /// Its peer sends too slowly, or nothing: close.
    Slow,
}

/// How many more connections there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Plenty,
    /// Others will soon have to wait: idle ones leave early.
    Scarce,
}

/// Compares one tick with the one before.
#[derive(Debug)]
pub(super) struct Judge {
    idle_ticks: u32,
    begun: u64,
    bytes: bool,
    quiet: u32,
}

impl Judge {
    /// `idle_ticks`: how many quiet ticks make a connection idle.
    pub(super) fn new(idle_ticks: u32) -> Self {
        Self { idle_ticks, begun: 0, bytes: false, quiet: 0 }
    }

    pub(super) fn tick(&mut self, connection: &Watched, room: Room) -> Judgement {
        let begun = connection.begun.load(Relaxed);
        if begun == 0 {
            return Judgement::Slow;
        }
        // HTTP/2 carries frames that are no part of a request, and pings find its dead peers.
        let bytes = connection.bytes.load(Relaxed) && !connection.http2.load(Relaxed);
        let held = bytes && self.bytes && begun == self.begun;
        let worked = begun != self.begun;
        (self.begun, self.bytes) = (begun, bytes);
        if connection.finished.load(Relaxed) != begun {
            // In the middle of a request, bytes belong to its body.
            (self.bytes, self.quiet) = (false, 0);
            return Judgement::Keep;
        }
        self.quiet = if worked { 0 } else { self.quiet + 1 };
        let idle_ticks = if room == Room::Plenty { self.idle_ticks } else { 1 };
        match self.quiet {
            _ if held => Judgement::Slow,
            quiet if quiet >= idle_ticks => Judgement::Idle,
            _ => Judgement::Keep,
        }
    }
}

/// Notes that bytes arrive.
pub(super) struct WatchedStream<I> {
    inner: I,
    watched: Arc<Watched>,
}

impl<I> WatchedStream<I> {
    pub(super) fn new(inner: I, watched: Arc<Watched>) -> Self {
        Self { inner, watched }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for WatchedStream<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.watched.bytes.store(true, Relaxed);
        }
        result
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for WatchedStream<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, pieces: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Version;

    fn bytes_arrive(connection: &Watched) {
        connection.bytes.store(true, Relaxed);
    }

    #[test]
    fn a_connection_without_a_whole_head_is_slow_at_the_first_tick() {
        let connection = Arc::new(Watched::default());
        bytes_arrive(&connection);
        assert_eq!(Judge::new(3).tick(&connection, Room::Plenty), Judgement::Slow);
    }

    #[test]
    fn a_quiet_connection_is_idle_after_its_ticks() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(2);
        drop(connection.begin(Version::HTTP_11));
        assert_eq!([(); 3].map(|()| judge.tick(&connection, Room::Plenty)), [Judgement::Keep, Judgement::Keep, Judgement::Idle]);
    }

    #[test]
    fn a_quiet_connection_leaves_at_once_where_others_need_its_place() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(100);
        drop(connection.begin(Version::HTTP_11));
        assert_eq!([(); 2].map(|()| judge.tick(&connection, Room::Scarce)), [Judgement::Keep, Judgement::Idle]);
    }

    #[test]
    fn a_request_in_progress_is_never_idle_nor_slow() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(1);
        let request = connection.begin(Version::HTTP_11);
        for _ in 0..5 {
            bytes_arrive(&connection);
            assert_eq!(judge.tick(&connection, Room::Plenty), Judgement::Keep);
        }
        drop(request);
        assert_eq!(judge.tick(&connection, Room::Plenty), Judgement::Idle);
    }

    #[test]
    fn a_second_head_that_drips_is_slow_between_two_ticks() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(100);
        drop(connection.begin(Version::HTTP_11));
        assert_eq!(judge.tick(&connection, Room::Plenty), Judgement::Keep);
        bytes_arrive(&connection);
        assert_eq!([(); 2].map(|()| judge.tick(&connection, Room::Plenty)), [Judgement::Keep, Judgement::Slow]);
    }

    #[test]
    fn heads_that_come_whole_are_never_slow() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(2);
        for _ in 0..5 {
            bytes_arrive(&connection);
            drop(connection.begin(Version::HTTP_11));
            bytes_arrive(&connection);
            assert_eq!(judge.tick(&connection, Room::Plenty), Judgement::Keep);
        }
    }

    #[test]
    fn frames_between_requests_of_http2_are_no_slow_head() {
        let connection = Arc::new(Watched::default());
        let mut judge = Judge::new(3);
        drop(connection.begin(Version::HTTP_2));
        let ticks = [(); 4].map(|()| {
            bytes_arrive(&connection);
            judge.tick(&connection, Room::Plenty)
        });
        assert_eq!(ticks, [Judgement::Keep, Judgement::Keep, Judgement::Keep, Judgement::Idle]);
    }
}
