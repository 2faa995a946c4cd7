//! What can happen to a cluster under load, and how it is undone.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::cluster::Cluster;
use super::settings::TTL;
use super::trial::Trial;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// The primary's machine: SIGKILL to PostgreSQL and Patroni.
    Kill,
    /// SIGKILL to the primary's PostgreSQL; its Patroni lives.
    Crash,
    /// A planned change of primaries.
    Switchover,
    /// The primary's cable is pulled; it lives on, alone.
    Cut,
    /// SIGKILL to the synchronous standby.
    KillStandby,
    /// The synchronous standby's cable is pulled.
    CutStandby,
    /// Every connection to the primary is ended.
    Connections,
}

/// How long a service may be away before something is wrong with the run itself.
const LONGEST: Duration = Duration::from_secs(120);
/// Load before and after each fault.
const PEACE: Duration = Duration::from_secs(3);
/// A cable stays out at least until the leader's place was free and somebody else had it.
const CUT: Duration = Duration::from_secs(TTL + 10);

impl Scenario {
    pub const ALL: [Self; 7] =
        [Self::Kill, Self::Crash, Self::Switchover, Self::Cut, Self::KillStandby, Self::CutStandby, Self::Connections];

    pub fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    pub fn needs_cables(self) -> bool {
        matches!(self, Self::Cut | Self::CutStandby)
    }

    /// Does it under load, waits until service is back, undoes it, and waits until all is whole.
    pub fn play(self, cluster: &mut Cluster, trial: &Trial) -> Result<()> {
        thread::sleep(PEACE);
        let (primary, standby) = (cluster.leader()?, cluster.standby()?);
        trial.fault(&self.name())?;
        match self {
            Self::Kill => {
                cluster.kill(primary)?;
                served_by_another(cluster, primary, trial)?;
                cluster.start_patroni(primary)?;
            }
            Self::Crash => {
                cluster.crash(primary)?;
                served(trial)?;
            }
            Self::Switchover => {
                cluster.switch_over(primary, standby)?;
                served_by_another(cluster, primary, trial)?;
            }
            Self::Cut => {
                if !cluster.acknowledges(primary) {
                    bail!("the primary acknowledges nothing although nothing has happened yet");
                }
                let until = Instant::now() + CUT;
                cluster.cut(primary)?;
                let outcome = alone(cluster, primary, until, trial).and_then(|()| served_by_another(cluster, primary, trial));
                cluster.mend(primary)?;
                outcome?;
            }
            Self::KillStandby => {
                cluster.kill(standby)?;
                served(trial)?;
                cluster.start_patroni(standby)?;
            }
            Self::CutStandby => {
                cluster.cut(standby)?;
                let outcome = served(trial);
                cluster.mend(standby)?;
                outcome?;
            }
            Self::Connections => {
                cluster.end_connections(primary)?;
                served(trial)?;
            }
        }
        cluster.heal()?;
        thread::sleep(PEACE);
        trial.healed()
    }
}

/// Tries to write at the primary that is cut off, from its own machine: it must not acknowledge.
fn alone(cluster: &Cluster, primary: usize, until: Instant, trial: &Trial) -> Result<()> {
    // What was on its way when the cable was pulled may have arrived.
    thread::sleep(Duration::from_millis(200));
    while Instant::now() < until {
        if cluster.acknowledges(primary) {
            trial.acknowledged_cut_off()?;
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn served_by_another(cluster: &Cluster, than: usize, trial: &Trial) -> Result<()> {
    let began = Instant::now();
    while cluster.leader().map_or(true, |leader| leader == than) {
        if began.elapsed() > LONGEST {
            bail!("nobody took the primary's place within {} s", LONGEST.as_secs());
        }
        thread::sleep(Duration::from_millis(100));
    }
    served(trial)
}

/// Waits for writes that are acknowledged from now on, and lets them go on for a while.
fn served(trial: &Trial) -> Result<()> {
    let (began, before) = (Instant::now(), trial.wire.acknowledged());
    // More than those whose answers were on their way.
    while trial.wire.acknowledged() < before + 200 {
        if began.elapsed() > LONGEST || trial.ended.load(Ordering::Relaxed) {
            bail!("no write was acknowledged for {} s", began.elapsed().as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
    thread::sleep(PEACE);
    Ok(())
}
