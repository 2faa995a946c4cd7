//! Passwords keep every core busy: how many are checked, and how others fare meanwhile.

use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow};

use super::suite::Effort;
use crate::limits::argon2id_on_all_cores;
use crate::work::{Expect, Measured, Plan, Repeat, Scene, measured};

pub struct Passwords {
    pub alone: Measured,
    /// Argon2id per second on all cores, measured right before: this ratio compares rates,
    /// and rates of different minutes do not compare.
    pub argon2id_per_second: f64,
    /// The 99th percentile of unhurried client_credentials, in microseconds.
    pub others_p99_before: u64,
    pub others_p99_meanwhile: u64,
}

/// Others send a request and rest: what is asked is how long they wait, not how many fit.
const REST: Duration = Duration::from_millis(5);
const OTHERS: usize = 4;

pub fn measure(scene: &Scene, effort: &Effort, pids: &[u32]) -> Result<Passwords> {
    // As many as are hashed at once and as many again waiting: more would only be told to
    // come back later.
    let crowd = 2 * effort.cores;
    let (password, other) = (scene.password()?, scene.client_credentials()?);
    let target = &scene.server.target;
    let check = |counted: Duration| -> Result<Measured> {
        let plan = Plan::counting(counted);
        let workers = Repeat::many(crowd, vec![password.clone()], Expect::AccessToken);
        Ok(measured("password", target, workers, plan, pids)?.0)
    };
    let others = || -> Result<u64> {
        let plan = Plan { rest: REST, ..Plan::counting(effort.each) };
        let workers = Repeat::many(OTHERS, vec![other.clone()], Expect::AccessToken);
        Ok(measured("others", target, workers, plan, pids)?.0.p99_us)
    };
    let others_p99_before = others()?;
    let others_p99_meanwhile = thread::scope(|scope| -> Result<u64> {
        // Passwords begin before the others and end after them.
        let busy = scope.spawn(|| check(effort.each + Duration::from_secs(1)));
        let p99 = others()?;
        busy.join().map_err(|_| anyhow!("a client thread panicked"))??;
        Ok(p99)
    })?;
    let argon2id_per_second = argon2id_on_all_cores(effort.each)?;
    Ok(Passwords { argon2id_per_second, alone: check(effort.each.max(Duration::from_secs(3)))?, others_p99_before, others_p99_meanwhile })
}
