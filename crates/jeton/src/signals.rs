//! How a server is asked to end, and that it does, whatever stalls.
//!
//! Signals are heard on a thread of their own: the threads that answer requests may all be waiting for something.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use tokio::{
    runtime,
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{failure::Failure, logging};

/// For requests in progress to finish.
pub const DRAIN: Duration = Duration::from_secs(20);
/// For what is written after that: marks, and that this node is gone.
pub const CLOSE: Duration = Duration::from_secs(3);
/// After both the process ends, whatever it still does.
const DEADLINE: Duration = Duration::from_secs(25);

/// What the process was asked.
pub struct Signals {
    asked: watch::Receiver<bool>,
    serving: Arc<AtomicBool>,
}

impl Signals {
    /// From now on SIGHUP does nothing, and SIGTERM and SIGINT end the process: at once until it serves.
    pub fn listen() -> Result<Self, Failure> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::failed)?;
        let (ask, asked) = watch::channel(false);
        let serving = Arc::new(AtomicBool::new(false));
        let mut heard = {
            let _inside = runtime.enter();
            let heard = |kind| signal(kind).map_err(Failure::failed);
            Heard {
                terminate: heard(SignalKind::terminate())?,
                interrupt: heard(SignalKind::interrupt())?,
                hangup: heard(SignalKind::hangup())?,
            }
        };
        let served = serving.clone();
        let listen = move || {
            // A process that hears no signal could not be ended in order.
            let _dies_with_us = Ends;
            runtime.block_on(heard.heed(&ask, &served));
        };
        thread::Builder::new().name("signals".to_owned()).spawn(listen).map_err(Failure::failed)?;
        Ok(Self { asked, serving })
    }

    /// From now on a stop is in order; ends when the process is asked for one. Another request, or [`DEADLINE`], ends the
    /// process itself.
    pub fn stop(self) -> impl Future<Output = ()> {
        self.serving.store(true, Relaxed);
        let mut asked = self.asked;
        async move {
            // The sender lives as long as the process.
            let _ = asked.wait_for(|asked| *asked).await;
        }
    }
}

struct Heard {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Heard {
    async fn heed(&mut self, ask: &watch::Sender<bool>, serving: &AtomicBool) {
        let number = loop {
            let number = tokio::select! {
                _ = self.hangup.recv() => {
                    tracing::info!("SIGHUP does nothing: changed data and certificates are read without it");
                    continue;
                }
                _ = self.terminate.recv() => SignalKind::terminate().as_raw_value(),
                _ = self.interrupt.recv() => SignalKind::interrupt().as_raw_value(),
            };
            break number;
        };
        if !serving.load(Relaxed) {
            // As if nobody listened: there is nothing to end in order.
            exit(128 + number);
        }
        tracing::info!("stopping: requests in progress may finish; a second signal ends them");
        ask.send_replace(true);
        let deadline = Instant::now() + DEADLINE;
        loop {
            tokio::select! {
                _ = self.hangup.recv() => {}
                _ = self.terminate.recv() => exit(1),
                _ = self.interrupt.recv() => exit(1),
                () = sleep_until(deadline) => {
                    tracing::error!("something has stalled; the process ends without waiting for it");
                    exit(1);
                }
            }
        }
    }
}

struct Ends;

impl Drop for Ends {
    fn drop(&mut self) {
        exit(1);
    }
}

fn exit(code: i32) -> ! {
    logging::finish();
    std::process::exit(code)
}
