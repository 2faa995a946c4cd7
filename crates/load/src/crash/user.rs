//! One user under fire: rotates, races, revokes, replays; and looks after each crash
//! whether what was acknowledged still holds.

use std::collections::VecDeque;
use std::sync::Arc;

use anyhow::Result;
use tokio::sync::watch;

use super::dice::Dice;
use super::entry::{Intent, Outcome};
use super::wire::Wire;
use crate::http::Connection;

/// Where the run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Down,
    /// After this many crashes.
    Serving(usize),
    /// No more crashes: examine everything, then stop.
    Ending,
}

/// Chains put aside for later examination, at most.
const PARKED: usize = 12;
/// Chains examined after each crash.
const EXAMINED: usize = 3;

/// One authorization as this user knows it.
struct Held {
    code: String,
    /// From oldest to newest.
    tokens: Vec<String>,
    /// The newest was presented and no answer came.
    unanswered: bool,
    revoking: bool,
    dead: bool,
}

impl Held {
    fn newest(&self) -> String {
        self.tokens.last().cloned().unwrap_or_default()
    }
}

pub struct User {
    wire: Arc<Wire>,
    phase: watch::Receiver<Phase>,
    connection: Connection,
    /// For races.
    rival: Connection,
    held: Option<Held>,
    parked: VecDeque<Held>,
    dice: Dice,
}

impl User {
    pub fn new(wire: &Arc<Wire>, phase: watch::Receiver<Phase>, dice: Dice) -> Self {
        Self {
            connection: wire.connection(),
            rival: wire.connection(),
            wire: Arc::clone(wire),
            phase,
            held: None,
            parked: VecDeque::new(),
            dice,
        }
    }

    /// Lives through every crash until the run ends.
    pub async fn live(mut self) -> Result<()> {
        let mut examined_after = 0;
        loop {
            let phase = *self.phase.wait_for(|phase| *phase != Phase::Down).await?;
            match phase {
                Phase::Serving(crashes) if crashes != examined_after => {
                    examined_after = crashes;
                    self.examine(EXAMINED).await?;
                }
                Phase::Ending => {
                    self.parked.extend(self.held.take());
                    return self.examine(PARKED + 1).await;
                }
                _ => self.act().await?,
            }
        }
    }

    async fn act(&mut self) -> Result<()> {
        let mut held = match self.held.take() {
            Some(held) => held,
            None => match self.begin().await? {
                Some(held) => held,
                None => {
                    // Down, or overloaded: do not spin.
                    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                    return Ok(());
                }
            },
        };
        let roll = if held.unanswered { 0 } else { self.dice.below(100) };
        match roll {
            _ if held.revoking => self.revoke(&mut held).await?,
            0..80 => self.rotate(&mut held).await?,
            80..86 => self.race(&mut held).await?,
            86..92 => return self.park(held),
            92..96 => self.revoke(&mut held).await?,
            _ => self.replay(&mut held).await?,
        }
        if held.dead {
            return self.park(held);
        }
        self.held = Some(held);
        Ok(())
    }

    /// A new authorization through a code. A redemption without an answer is tried once
    /// more: at most one of the two may work.
    async fn begin(&mut self) -> Result<Option<Held>> {
        let Some(code) = self.wire.code(&mut self.connection).await? else {
            return Ok(None);
        };
        for _ in 0..2 {
            let outcome = self.wire.act(&mut self.connection, Intent::Redeem { code: code.clone() }).await?;
            match outcome {
                Outcome::Tokens { refresh_token } => {
                    let tokens = vec![refresh_token];
                    return Ok(Some(Held { code, tokens, unanswered: false, revoking: false, dead: false }));
                }
                Outcome::Unknown { .. } => {
                    self.phase.wait_for(|phase| *phase != Phase::Down).await?;
                }
                _ => break,
            }
        }
        Ok(None)
    }

    async fn rotate(&mut self, held: &mut Held) -> Result<()> {
        let outcome = self.wire.act(&mut self.connection, Intent::Rotate { token: held.newest() }).await?;
        held.unanswered = false;
        match outcome {
            Outcome::Tokens { refresh_token } => held.tokens.push(refresh_token),
            Outcome::Unknown { .. } => held.unanswered = true,
            _ => held.dead = true,
        }
        Ok(())
    }

    /// The newest token twice at the same moment: with grace both get the same successor.
    async fn race(&mut self, held: &mut Held) -> Result<()> {
        let intent = || Intent::Rotate { token: held.newest() };
        let (one, other) = tokio::join!(self.wire.act(&mut self.connection, intent()), self.wire.act(&mut self.rival, intent()));
        let outcomes = [one?, other?];
        held.dead = outcomes.iter().any(|outcome| matches!(outcome, Outcome::Refused { .. }));
        let successor = outcomes.into_iter().find_map(|outcome| match outcome {
            Outcome::Tokens { refresh_token } => Some(refresh_token),
            _ => None,
        });
        held.unanswered = successor.is_none();
        held.tokens.extend(successor);
        Ok(())
    }

    async fn revoke(&mut self, held: &mut Held) -> Result<()> {
        let outcome = self.wire.act(&mut self.connection, Intent::Revoke { token: held.newest() }).await?;
        held.revoking = matches!(outcome, Outcome::Unknown { .. });
        held.dead = outcome == Outcome::Revoked;
        Ok(())
    }

    /// A token whose successor was used: it must fail, and takes the rest with it.
    async fn replay(&mut self, held: &mut Held) -> Result<()> {
        let Some(token) = held.tokens.len().checked_sub(3).map(|at| held.tokens[at].clone()) else {
            return Ok(());
        };
        let outcome = self.wire.act(&mut self.connection, Intent::Rotate { token }).await?;
        held.dead = matches!(outcome, Outcome::Refused { .. });
        Ok(())
    }

    fn park(&mut self, held: Held) -> Result<()> {
        self.parked.push_back(held);
        if self.parked.len() > PARKED {
            self.parked.pop_front();
        }
        Ok(())
    }

    /// Looks at parked chains: the newest token first, then, for those that are given up,
    /// the oldest and the code, because a replay revokes.
    async fn examine(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let Some(mut held) = self.parked.pop_front() else {
                break;
            };
            let newest = held.newest();
            self.wire.act(&mut self.connection, Intent::Introspect { token: newest }).await?;
            self.rotate(&mut held).await?;
            let keep = !held.dead && self.dice.below(2) == 0;
            if keep {
                self.parked.push_back(held);
                continue;
            }
            if held.tokens.len() >= 3 {
                let oldest = held.tokens[0].clone();
                self.wire.act(&mut self.connection, Intent::Rotate { token: oldest }).await?;
            }
            self.wire.act(&mut self.connection, Intent::Redeem { code: held.code.clone() }).await?;
            self.wire.act(&mut self.connection, Intent::Rotate { token: held.newest() }).await?;
        }
        Ok(())
    }
}
