//! What a process has used, read from `/proc`: CPU time and memory.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Linux reports process times to user space in hundredths of a second on every architecture.
const TICKS_PER_SECOND: u64 = 100;

/// User and system time of all these processes together, their ended threads included.
pub fn cpu_of(pids: &[u32]) -> Result<Duration> {
    pids.iter().map(|pid| cpu_in(&read(*pid, "stat")?)).sum()
}

/// Resident memory in octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    pub resident: u64,
    /// The most there ever was.
    pub peak: u64,
}

pub fn memory_of(pids: &[u32]) -> Result<Memory> {
    let mut sum = Memory::default();
    for pid in pids {
        let one = memory_in(&read(*pid, "status")?)?;
        sum = Memory { resident: sum.resident + one.resident, peak: sum.peak + one.peak };
    }
    Ok(sum)
}

/// CPU time of the calling thread, to the nanosecond: a loop on a busy machine is
/// measured by what it used, not by how long it had to wait.
pub fn cpu_of_this_thread() -> Result<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").context("this kernel has no /proc/thread-self/schedstat")?;
    let nanos = text.split_whitespace().next().and_then(|field| field.parse().ok());
    Ok(Duration::from_nanos(nanos.context("schedstat has no first field")?))
}

fn read(pid: u32, file: &str) -> Result<String> {
    fs::read_to_string(format!("/proc/{pid}/{file}")).with_context(|| format!("no process {pid} (Linux only)"))
}

fn cpu_in(stat: &str) -> Result<Duration> {
    // The command's name may hold spaces and brackets: count fields after the last one.
    let fields = stat.rsplit_once(')').context("/proc/PID/stat has no command")?.1;
    let mut times = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    let (Some(Ok(user)), Some(Ok(system))) = (times.next(), times.next()) else {
        anyhow::bail!("/proc/PID/stat has no times");
    };
    Ok(Duration::from_micros((user + system) * 1_000_000 / TICKS_PER_SECOND))
}

fn memory_in(status: &str) -> Result<Memory> {
    let kib = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok());
        Ok(number.with_context(|| format!("/proc/PID/status has no {name}"))? * 1024)
    };
    Ok(Memory { resident: kib("VmRSS")?, peak: kib("VmHWM")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_after_a_hostile_command_name() {
        let stat = "7 (a) b (c)) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0";
        assert_eq!(cpu_in(stat).unwrap(), Duration::from_secs(2));
    }

    #[test]
    fn memory_is_read_in_octets() {
        let status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        assert_eq!(memory_in(status).unwrap(), Memory { resident: 1 << 20, peak: 2 << 20 });
    }

    #[test]
    fn a_process_that_is_gone_is_named() {
        assert!(format!("{:#}", cpu_of(&[u32::MAX]).unwrap_err()).contains("no process 4294967295"));
    }
}
