//! One user under fire: rotates, races, revokes, replays, at any of the servers; and looks after
//! each crash whether what was acknowledged still holds.

use std::collections::VecDeque;
use std::iter;
use std::sync::Arc;

use anyhow::Result;
use futures_util::future::join_all;
use tokio::sync::watch;

use super::dice::Dice;
use super::entry::{Intent, Outcome};
use super::wire::Wire;
use jeton_load::http::Connection;

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
/// Rotations of one token at the same moment.
const CROWD: usize = 50;

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

    /// How those ended who presented the newest token at the same moment.
    fn settle(&mut self, outcomes: impl IntoIterator<Item = Outcome>) {
        let mut successor = None;
        for outcome in outcomes {
            match outcome {
                Outcome::Tokens { refresh_token } => successor = Some(refresh_token),
                Outcome::Refused { .. } => self.dead = true,
                _ => {}
            }
        }
        self.unanswered = successor.is_none();
        self.tokens.extend(successor);
    }
}

pub struct User {
    wire: Arc<Wire>,
    phase: watch::Receiver<Phase>,
    /// One to each server.
    lines: Vec<Connection>,
    /// For races, in the opposite order.
    rivals: Vec<Connection>,
    held: Option<Held>,
    parked: VecDeque<Held>,
    dice: Dice,
}

impl User {
    pub fn new(wire: &Arc<Wire>, phase: watch::Receiver<Phase>, dice: Dice) -> Self {
        let (lines, mut rivals) = (wire.connections(), wire.connections());
        rivals.reverse();
        Self { lines, rivals, wire: Arc::clone(wire), phase, held: None, parked: VecDeque::new(), dice }
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
                None => return self.wait().await,
            },
        };
        let roll = if held.unanswered { 0 } else { self.dice.below(100) };
        match roll {
            _ if held.revoking => self.revoke(&mut held).await?,
            0..80 => self.rotate(&mut held).await?,
            80..86 => self.race(&mut held).await?,
            86..92 => return self.park(held),
            92..96 => self.revoke(&mut held).await?,
            96..99 => self.replay(&mut held).await?,
            _ => self.crowd(&mut held).await?,
        }
        if held.dead {
            return self.park(held);
        }
        let unanswered = held.unanswered || held.revoking;
        self.held = Some(held);
        if unanswered { self.wait().await } else { Ok(()) }
    }

    /// Down, or overloaded: whoever is told nothing does not ask again at once.
    async fn wait(&self) -> Result<()> {
        tokio::time::sleep(self.wire.patience).await;
        Ok(())
    }

    /// At a server of its own choice; each time another, perhaps.
    async fn ask(&mut self, intent: Intent) -> Result<Outcome> {
        let at = self.node();
        self.wire.act(&mut self.lines[at], intent).await
    }

    fn node(&mut self) -> usize {
        self.dice.below(self.lines.len() as u64) as usize
    }

    /// A new authorization through a code. A redemption without an answer is tried once
    /// more: at most one of the two may work.
    async fn begin(&mut self) -> Result<Option<Held>> {
        let at = self.node();
        let Some(code) = self.wire.code(&mut self.lines[at]).await? else {
            return Ok(None);
        };
        for _ in 0..2 {
            let outcome = self.ask(Intent::Redeem { code: code.clone() }).await?;
            match outcome {
                Outcome::Tokens { refresh_token } => {
                    let tokens = vec![refresh_token];
                    return Ok(Some(Held { code, tokens, unanswered: false, revoking: false, dead: false }));
                }
                Outcome::Unknown { .. } => {
                    self.wait().await?;
                    self.phase.wait_for(|phase| *phase != Phase::Down).await?;
                }
                _ => break,
            }
        }
        Ok(None)
    }

    async fn rotate(&mut self, held: &mut Held) -> Result<()> {
        let outcome = self.ask(Intent::Rotate { token: held.newest() }).await?;
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
        let (at, wire, intent) = (self.node(), &self.wire, || Intent::Rotate { token: held.newest() });
        let (one, other) = tokio::join!(wire.act(&mut self.lines[at], intent()), wire.act(&mut self.rivals[at], intent()));
        held.settle([one?, other?]);
        Ok(())
    }

    /// The same by fifty, spread over every server.
    async fn crowd(&mut self, held: &mut Held) -> Result<()> {
        let (wire, token) = (&self.wire, held.newest());
        let mut connections: Vec<Connection> = iter::repeat_with(|| wire.connections()).flatten().take(CROWD).collect();
        let racing = connections.iter_mut().map(|connection| wire.act(connection, Intent::Rotate { token: token.clone() }));
        let outcomes: Result<Vec<Outcome>> = join_all(racing).await.into_iter().collect();
        held.settle(outcomes?);
        Ok(())
    }

    async fn revoke(&mut self, held: &mut Held) -> Result<()> {
        let outcome = self.ask(Intent::Revoke { token: held.newest() }).await?;
        held.revoking = matches!(outcome, Outcome::Unknown { .. });
        held.dead = outcome == Outcome::Revoked;
        Ok(())
    }

    /// A token whose successor was used: it must fail, and takes the rest with it.
    async fn replay(&mut self, held: &mut Held) -> Result<()> {
        let Some(token) = held.tokens.len().checked_sub(3).map(|at| held.tokens[at].clone()) else {
            return Ok(());
        };
        let outcome = self.ask(Intent::Rotate { token }).await?;
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
            self.ask(Intent::Introspect { token: newest }).await?;
            self.rotate(&mut held).await?;
            let keep = !held.dead && self.dice.below(2) == 0;
            if keep {
                self.parked.push_back(held);
                continue;
            }
            if held.tokens.len() >= 3 {
                let oldest = held.tokens[0].clone();
                self.ask(Intent::Rotate { token: oldest }).await?;
            }
            self.ask(Intent::Redeem { code: held.code.clone() }).await?;
            self.ask(Intent::Rotate { token: held.newest() }).await?;
        }
        Ok(())
    }
}
