//! A log that makes nobody wait: lines go into a queue of bounded size, and one thread writes them.
//!
//! Whoever reads the log may stop reading: a pipe that is full, a journal that has stalled. What does
//! not fit into the queue then is lost and counted, and said once lines can be written again.

use std::{
    io::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use crate::panics;

/// Bytes of lines that wait.
const ROOM: usize = 1 << 20;
/// Between two tries at an output that takes nothing now and does not let us wait for it.
const AGAIN: Duration = Duration::from_millis(20);

/// Lines that this process lost, all its logs together: there is one log in a process, and many apps may be.
static LOST: AtomicU64 = AtomicU64::new(0);

/// How many lines of the log were lost since the process started.
pub fn lost_lines() -> u64 {
    LOST.load(Relaxed)
}

/// Takes lines and writes them elsewhere. A clone shares the queue.
#[derive(Clone, Debug)]
pub struct Log(Arc<Shared>);

impl Log {
    /// Starts the thread that writes into `out`, for as long as the process lives.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<Self> {
        let log = Self::with_room(ROOM);
        let writer = log.clone();
        thread::Builder::new().name("log".to_owned()).spawn(move || writer.write_for_ever(out))?;
        Ok(log)
    }

    fn with_room(room: usize) -> Self {
        Self(Arc::new(Shared { room, queue: Mutex::default(), changed: Condvar::new() }))
    }

    fn write_for_ever(&self, mut out: impl Write) {
        // A fault of ours while a line is written costs that line, not the log.
        while catch_unwind(AssertUnwindSafe(|| self.0.write(&mut out))).is_err() {
            panics::restarted("log");
        }
    }

    /// Waits until everything is written, but not longer than `within`; whether it is.
    pub fn finish(&self, within: Duration) -> bool {
        let waiting = |queue: &mut Queue| !queue.lines.is_empty() || queue.writing;
        self.0.changed.wait_timeout_while(self.0.lock(), within, waiting).is_ok_and(|(_, waited)| !waited.timed_out())
    }
}

/// Takes each line in one call; never fails and never waits.
impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut queue = self.0.lock();
        if queue.lines.len() + line.len() > self.0.room {
            queue.lost += 1;
            LOST.fetch_add(1, Relaxed);
        } else {
            queue.lines.extend_from_slice(line);
            drop(queue);
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
struct Shared {
    room: usize,
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    lines: Vec<u8>,
    /// Lines that found no room, and were not told of yet.
    lost: u64,
    /// Lines are out of the queue and not written yet.
    writing: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, out: &mut impl Write) {
        let mut lines = Vec::new();
        loop {
            let mut queue = self.changed.wait_while(self.lock(), |queue| queue.lines.is_empty()).unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut queue.lines, &mut lines);
            queue.writing = true;
            let lost = std::mem::take(&mut queue.lost);
            drop(queue);
            if lost > 0 {
                // Through the queue, so that it looks like the other lines; there is room now, behind the last before the gap.
                tracing::warn!(lost, "lines of this log were lost: its reader was too slow");
            }
            let unwritten = write_all(out, &lines);
            lines.clear();
            let mut queue = self.lock();
            queue.writing = false;
            queue.lost += unwritten;
            drop(queue);
            LOST.fetch_add(unwritten, Relaxed);
            self.changed.notify_all();
        }
    }
}

/// How many lines could not be written.
fn write_all(out: &mut impl Write, mut lines: &[u8]) -> u64 {
    while !lines.is_empty() {
        match out.write(lines) {
            Ok(0) => break,
            Ok(count) => lines = lines.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => thread::sleep(AGAIN),
            Err(_) => break,
        }
    }
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const SOON: Duration = Duration::from_secs(60);

    /// Takes what it is given once somebody holds out the hand for it.
    struct Reader {
        wanted: Receiver<()>,
        written: Sender<String>,
    }

    impl Write for Reader {
        fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
            self.wanted.recv().map_err(|_| io::ErrorKind::BrokenPipe)?;
            let _ = self.written.send(String::from_utf8(lines.to_vec()).unwrap());
            Ok(lines.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn log() -> (Log, Sender<()>, Receiver<String>) {
        let ((want, wanted), (written, read)) = (channel(), channel());
        let log = Log::with_room(300);
        let (writer, lines) = (log.clone(), Mutex::new(log.clone()));
        thread::spawn(move || {
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines).finish();
            tracing::subscriber::with_default(subscriber, || writer.write_for_ever(Reader { wanted, written }));
        });
        (log, want, read)
    }

    fn line(log: &mut Log, text: &str) {
        log.write_all(format!("{text}\n").as_bytes()).unwrap();
    }

    /// Until the writer waits for its reader.
    fn stall(log: &mut Log) {
        line(log, "first");
        while !log.0.lock().writing {
            thread::yield_now();
        }
    }

    #[test]
    fn lines_are_written_in_order() {
        let (mut log, want, read) = log();
        stall(&mut log);
        line(&mut log, "second");
        line(&mut log, "third");
        want.send(()).unwrap();
        want.send(()).unwrap();
        assert!(log.finish(SOON));
        assert_eq!([read.recv().unwrap(), read.recv().unwrap()], ["first\n", "second\nthird\n"]);
    }

    #[test]
    fn lines_that_find_no_room_are_lost_and_told_of_once_they_can_be_written() {
        let (mut log, want, read) = log();
        stall(&mut log);
        line(&mut log, &"x".repeat(290));
        for _ in 0..7 {
            line(&mut log, "no room for me");
        }
        assert!(lost_lines() >= 7);
        assert!(!log.finish(Duration::ZERO), "nobody has read it");
        for _ in 0..2 {
            want.send(()).unwrap();
            read.recv().unwrap();
        }
        want.send(()).unwrap();
        let told = read.recv().unwrap();
        assert!(told.contains("lines of this log were lost") && told.contains("lost=7"), "{told}");
    }

    #[test]
    fn a_reader_that_is_gone_costs_its_lines_alone() {
        let (mut log, want, _read) = log();
        drop(want);
        line(&mut log, "to nobody");
        assert!(log.finish(SOON));
    }
}
