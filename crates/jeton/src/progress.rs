//! Signs of life for what takes over a second.

use std::{
    io::IsTerminal,
    sync::Mutex,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// Shows nothing in its first second, and nothing where nobody watches.
pub struct Progress {
    what: &'static str,
    started: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    pub fn new(what: &'static str) -> Self {
        Self { what, started: Instant::now(), bar: Mutex::new(None) }
    }

    pub fn at(&self, done: usize, of: usize) {
        if self.started.elapsed() < Duration::from_secs(1) || !std::io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new(of as u64).with_message(self.what);
            if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position(done as u64);
        if done == of {
            bar.finish_and_clear();
        }
    }

    /// A sign that turns until it is dropped, for work that cannot say how far it is.
    pub fn turning(what: &'static str) -> ProgressBar {
        if !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new_spinner().with_message(what).with_finish(indicatif::ProgressFinish::AndClear);
        bar.enable_steady_tick(Duration::from_millis(120));
        bar
    }
}
