//! From a tally to figures: throughput, quantiles, server CPU per request, memory.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::DoubleSpends;
use super::drive::{Driven, Plan, Tally, Worker, drive};
use crate::http::Target;
use crate::process::{Memory, cpu_of, memory_of};

/// One operation, measured. Latencies in microseconds, memory in octets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub operation: String,
    pub seconds: f64,
    pub requests: u64,
    pub errors: u64,
    pub statuses: BTreeMap<u16, u64>,
    pub wrong: u64,
    pub broken: BTreeMap<String, u64>,
    pub per_second: f64,
    pub p50_us: u64,
    pub p90_us: u64,
    pub p99_us: u64,
    pub max_us: u64,
    /// CPU of the server per request, all its threads, user and system.
    pub server_cpu_us: Option<f64>,
    pub memory_before: Option<Memory>,
    pub memory_after: Option<Memory>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub double_spends: Option<DoubleSpends>,
}

/// Drives `workers` and reads what the processes `pids` used meanwhile.
pub fn measured<W: Worker>(operation: &str, target: &Target, workers: Vec<W>, plan: Plan, pids: &[u32]) -> Result<(Measured, Vec<W>)> {
    let observe = || (!pids.is_empty()).then(|| Ok::<_, anyhow::Error>((cpu_of(pids)?, memory_of(pids)?))).transpose();
    let mut before = Ok(None);
    let Driven { tally, elapsed, workers } = drive(target, workers, plan, || before = observe())?;
    let (before, after) = (before?, observe()?);
    let cpu = before.zip(after).map(|(before, after)| after.0.saturating_sub(before.0));
    let mut measured = summarise(operation, &tally, elapsed, cpu);
    (measured.memory_before, measured.memory_after) = (before.map(|b| b.1), after.map(|a| a.1));
    Ok((measured, workers))
}

pub fn summarise(operation: &str, tally: &Tally, elapsed: Duration, cpu: Option<Duration>) -> Measured {
    let requests = tally.requests();
    let seconds = elapsed.as_secs_f64();
    Measured {
        operation: operation.to_owned(),
        seconds,
        requests,
        errors: tally.errors(),
        statuses: tally.statuses.clone(),
        wrong: tally.wrong,
        broken: tally.broken.clone(),
        per_second: requests as f64 / seconds,
        p50_us: tally.latency.quantile(0.5),
        p90_us: tally.latency.quantile(0.9),
        p99_us: tally.latency.quantile(0.99),
        max_us: tally.latency.max(),
        server_cpu_us: cpu.filter(|_| requests > 0).map(|cpu| cpu.as_secs_f64() * 1e6 / requests as f64),
        memory_before: None,
        memory_after: None,
        double_spends: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_follow_from_the_tally() {
        let mut tally = Tally { wrong: 1, ..Tally::default() };
        tally.statuses.extend([(200, 90), (503, 10)]);
        (0..100).for_each(|_| tally.latency.record(40));
        let measured = summarise("x", &tally, Duration::from_secs(2), Some(Duration::from_millis(1)));
        assert_eq!((measured.requests, measured.errors, measured.p99_us), (100, 11, 40));
        assert_eq!(measured.per_second, 50.0);
        assert_eq!(measured.server_cpu_us, Some(10.0));
    }
}
