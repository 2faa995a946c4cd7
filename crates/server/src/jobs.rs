//! What happens without a request: changes of other processes are noticed, marks are written,
//! expired rows leave, keys rotate, mail is sent.

use std::{future::Future, sync::Arc, time::Duration};

use jeton_oauth::{Endpoint, Seconds, activity::Level};
use jeton_store::Swept;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    activity::Write,
    app::App,
    deliver::deliver,
    mail::{self, Transport},
    outlived::Round,
    panics,
    remind::remind,
    unused_registrations,
};

/// Changes made elsewhere are noticed within this.
const POLL: Duration = Duration::from_millis(300);
/// What was used when, and from where, is shown within this.
const FLUSH: Duration = Duration::from_secs(10);
/// What happened is written down, and shown, within this; where secrets were used, within a minute.
const ACTIVITY: Duration = Duration::from_secs(5);
/// Numbers become coarser with age, and the size of the database is looked at.
const FOLD: Duration = Duration::from_secs(300);
const SWEEP: Duration = Duration::from_secs(10);
const AUDIT: Duration = Duration::from_secs(600);
/// A node that is not heard of for three of these is taken for dead.
const RENEW: Duration = Duration::from_secs(5);
const KEYS: Duration = Duration::from_secs(60);
/// People are told of tokens that end in a week.
const REMIND: Duration = Duration::from_secs(600);
/// Letters in a folder are looked at so often, and kept for so long.
const LETTERS: Duration = Duration::from_secs(3600);
const LETTERS_KEPT: Seconds = Seconds(30 * 86_400);
/// Mail that nobody announced is looked for.
const MAIL: Duration = Duration::from_secs(5);
/// Rows that one sweep deletes of each kind: small, so that requests do not wait behind it.
const SWEEP_ROWS: u32 = 500;

/// Marks of one unit.
const FLUSH_MARKS: usize = 200;

/// The running jobs; they stop when this is stopped.
pub struct Jobs {
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Jobs {
    pub fn spawn(app: &App) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        every(&mut tasks, &stopped, ("notice", POLL), app, |app| async move { notice(&app).await });
        every(&mut tasks, &stopped, ("marks", FLUSH), app, |app| async move { flush(&app).await });
        every(&mut tasks, &stopped, ("activity", ACTIVITY), app, |app| async move { count(&app, Write::WhatIsDue).await });
        let ending = stopped.clone();
        every(&mut tasks, &stopped, ("fold", FOLD), app, move |app| {
            let ending = ending.clone();
            async move { fold(&app, ending).await }
        });
        let ending = stopped.clone();
        every(&mut tasks, &stopped, ("sweep", SWEEP), app, move |app| {
            let ending = ending.clone();
            async move { sweep(&app, ending).await }
        });
        let ending = stopped.clone();
        every(&mut tasks, &stopped, ("audit", AUDIT), app, move |app| {
            let ending = ending.clone();
            async move { sweep_audit(&app, ending).await }
        });
        let ending = stopped.clone();
        every(&mut tasks, &stopped, ("registrations", AUDIT), app, move |app| {
            let ending = ending.clone();
            async move { expire_registrations(&app, ending).await }
        });
        let (ending, round) = (stopped.clone(), Arc::new(Round::default()));
        every(&mut tasks, &stopped, ("authorizations", SWEEP), app, move |app| {
            let (ending, round) = (ending.clone(), round.clone());
            async move { forget_outlived(&app, &round, ending).await }
        });
        every(&mut tasks, &stopped, ("membership", RENEW), app, |app| async move { renew(&app).await });
        let (at_once, mut ending) = (app.clone(), stopped.clone());
        tasks.spawn(async move {
            tokio::select! {
                _ = ending.changed() => {}
                done = panics::caught(tend_keys(&at_once)) => if done.is_none() { panics::restarted("keys") },
            }
        });
        every(&mut tasks, &stopped, ("keys", KEYS), app, |app| async move { tend_keys(&app).await });
        every(&mut tasks, &stopped, ("reminders", REMIND), app, |app| async move { remind(&app).await });
        every(&mut tasks, &stopped, ("old letters", LETTERS), app, |app| async move { forget_letters(&app) });
        send_mail(&mut tasks, &stopped, app);
        Self { stop, tasks }
    }

    /// Stops the jobs, and writes the marks and numbers that are waiting.
    pub async fn stop(mut self, app: &App) {
        let _ = self.stop.send(true);
        while self.tasks.join_next().await.is_some() {}
        flush(app).await;
        write_activity(app).await;
    }
}

/// Does it again and again, also after it died of a fault.
fn every<C, F, Fut>(tasks: &mut JoinSet<()>, stopped: &watch::Receiver<bool>, (name, period): (&'static str, Duration), with: &C, job: F)
where
    C: Clone + Send + Sync + 'static,
    F: Fn(C) -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send,
{
    let (with, mut stopped) = (with.clone(), stopped.clone());
    tasks.spawn(async move {
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                () = tokio::time::sleep(period) => {}
            }
            if panics::caught(job(with.clone())).await.is_none() {
                panics::restarted(name);
            }
        }
    });
}

fn forget_letters(app: &App) {
    if let Transport::Folder(folder) = &app.outbox.transport
        && let Err(error) = mail::leave(folder, app.now() - LETTERS_KEPT)
    {
        tracing::warn!("old letters stay: {}: {error}", folder.display());
    }
}

/// Sends mail: at once what this process posted, and now and then what failed or others left behind.
fn send_mail(tasks: &mut JoinSet<()>, stopped: &watch::Receiver<bool>, app: &App) {
    let (app, mut stopped) = (app.clone(), stopped.clone());
    tasks.spawn(async move {
        loop {
            tokio::select! {
                _ = stopped.changed() => return,
                () = app.outbox.posted() => {}
                () = tokio::time::sleep(MAIL) => {}
            }
            tokio::select! {
                // A mail server may be slow; what it was given is tried again by whoever finds it due.
                _ = stopped.changed() => return,
                done = panics::caught(deliver(&app)) => if done.is_none() { panics::restarted("mail") },
            }
        }
    });
}

async fn notice(app: &App) {
    if let Err(error) = app.notice().await {
        tracing::error!("changes of other processes could not be read: {error}");
    }
}

async fn flush(app: &App) {
    app.refusal_log.tell();
    let mut marks = app.marks.take();
    marks.extend(app.refusals.take(app.now()));
    while !marks.is_empty() {
        // In small units, so that requests do not wait behind all of them.
        let unit = marks.split_off(marks.len().saturating_sub(FLUSH_MARKS));
        if let Err(error) = app.store.commit(unit).await {
            return tracing::warn!("last-used marks were not written: {error}");
        }
    }
}

/// Writes down all that happened since it was last written.
pub async fn write_activity(app: &App) {
    count(app, Write::All).await;
}

async fn count(app: &App, what: Write) {
    app.activity.took(&app.requests.took(Endpoint::Token), app.now());
    if let Err(error) = app.activity.flush(&app.store, app.now(), what).await {
        tracing::warn!("what happened was not written down yet: {error}");
    }
}

/// Small steps until all that is old is coarse.
async fn fold(app: &App, mut ending: watch::Receiver<bool>) {
    match app.store.size().await {
        Ok(bytes) => app.activity.measured(Level::DatabaseSize, bytes),
        Err(error) => tracing::warn!("the size of the database is not known: {error}"),
    }
    loop {
        let began = app.clock.uptime();
        match app.store.fold_activity(app.now(), SWEEP_ROWS).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!("old numbers were not folded: {error}"),
        }
        if !rested(app, began, &mut ending).await {
            return;
        }
    }
}

/// Small steps until nothing is left.
async fn sweep(app: &App, mut ending: watch::Receiver<bool>) {
    loop {
        let began = app.clock.uptime();
        let more = match app.store.sweep(app.now(), SWEEP_ROWS).await {
            Ok(Swept { more: true, .. }) => Ok(true),
            Ok(_) => match app.store.clear_deleted(SWEEP_ROWS).await {
                Ok(false) => app.store.give_space_back().await,
                cleared => cleared,
            },
            Err(error) => Err(error),
        };
        match more {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!("expired rows were not deleted: {error}"),
        }
        if !rested(app, began, &mut ending).await {
            return;
        }
    }
}

/// Authorizations that nothing rests on any more, a page at a time.
async fn forget_outlived(app: &App, round: &Round, mut ending: watch::Receiver<bool>) {
    loop {
        let began = app.clock.uptime();
        match round.step(app).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => return tracing::error!("authorizations that ended were not deleted: {error}"),
        }
        if !rested(app, began, &mut ending).await {
            return;
        }
    }
}

/// Audit events of realms that keep them for a time, in small steps.
async fn sweep_audit(app: &App, mut ending: watch::Receiver<bool>) {
    for id in app.realms.ids() {
        let Ok(Some(realm)) = app.realms.get(id).await else { continue };
        // An embedded database answers without waiting: thousands of realms would keep others from this thread.
        tokio::task::yield_now().await;
        let retention = realm.settings.audit_retention;
        if retention.0 == 0 {
            continue;
        }
        loop {
            let began = app.clock.uptime();
            match app.store.sweep_audit(id, app.now() - retention, SWEEP_ROWS).await {
                Ok(swept) if swept < u64::from(SWEEP_ROWS) => break,
                Ok(_) => {}
                Err(error) => return tracing::error!(realm = realm.config.name, "old audit events were not deleted: {error}"),
            }
            if !rested(app, began, &mut ending).await {
                return;
            }
        }
    }
}

/// Applications that registered themselves and that nobody uses, in small steps.
async fn expire_registrations(app: &App, mut ending: watch::Receiver<bool>) {
    for id in app.realms.ids() {
        let Ok(Some(realm)) = app.realms.get(id).await else { continue };
        // An embedded database answers without waiting: thousands of realms would keep others from this thread.
        tokio::task::yield_now().await;
        loop {
            let began = app.clock.uptime();
            match unused_registrations::step(app, &realm).await {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    tracing::error!(realm = realm.config.name, "applications that nobody uses were not removed: {error}");
                    break;
                }
            }
            if !rested(app, began, &mut ending).await {
                return;
            }
        }
    }
}

/// Rests for as long as the step took that `began`, so that requests have at least half of the writer.
/// Whether to go on.
async fn rested(app: &App, began: Duration, ending: &mut watch::Receiver<bool>) -> bool {
    let took = app.clock.uptime().saturating_sub(began);
    tokio::select! {
        _ = ending.changed() => false,
        () = tokio::time::sleep(took) => true,
    }
}

async fn renew(app: &App) {
    if let Err(error) = app.renew().await {
        tracing::error!("this node is not known to the others: {error}");
    }
}

async fn tend_keys(app: &App) {
    for id in app.realms.ids() {
        let realm = match app.realms.get(id).await {
            Ok(Some(realm)) => realm,
            _ => continue,
        };
        // An embedded database answers without waiting: thousands of realms would keep others from this thread.
        tokio::task::yield_now().await;
        if let Err(error) = app.keys.tend(&realm, app.now()).await {
            tracing::error!(realm = realm.config.name, "keys were not rotated: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    };

    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_goes_on_and_is_counted() {
        let (stop, stopped) = watch::channel(false);
        let (mut tasks, runs) = (JoinSet::new(), Arc::new(AtomicU32::new(0)));
        every(&mut tasks, &stopped, ("a job of a test", Duration::from_millis(1)), &runs, |runs| async move {
            assert!(runs.fetch_add(1, Relaxed) > 0, "a fault");
        });
        while runs.load(Relaxed) < 3 {
            tokio::task::yield_now().await;
        }
        let _ = stop.send(true);
        while tasks.join_next().await.is_some() {}
        assert_eq!(panics::restarts()["a job of a test"], 1);
    }
}
