//! The last different refusals of one client, of one kind: small, whatever is sent.

use jeton_oauth::{Timestamp, secret::Verifier};

use super::refused::Refused;

/// The oldest first.
#[derive(Default)]
pub struct Ring(Vec<Failure>);

/// The same refusal, and how often.
pub struct Failure {
    pub refused: Refused,
    pub at: Timestamp,
    pub last_at: Timestamp,
    pub times: u32,
    /// What was tried with it, and how often; what came after the first few is not told apart.
    pub tries: Vec<(Vec<Verifier>, u32)>,
}

impl Ring {
    /// Refusals that are told one by one.
    pub const SIZE: usize = 10;
    /// Secrets of one refusal that are told apart.
    const TRIES: usize = 4;

    /// The same again is one with a number; of the others the newest stay. The first of a client always has room.
    /// Whether there is one more than before.
    pub fn add(&mut self, mut refused: Refused, at: Timestamp, has_room: bool) -> bool {
        let tried = std::mem::take(&mut refused.tried);
        let tries = if tried.is_empty() { Vec::new() } else { vec![(tried, 1)] };
        self.join(Failure { refused, at, last_at: at, times: 1, tries }, has_room)
    }

    /// As [`Self::add`], for one that may have happened several times.
    pub fn join(&mut self, failure: Failure, has_room: bool) -> bool {
        if let Some(known) = self.0.iter_mut().find(|known| known.refused == failure.refused) {
            known.add(failure);
            return false;
        }
        let has_room = (has_room || self.0.is_empty()) && self.0.len() < Self::SIZE;
        if !has_room && let Some((oldest, _)) = self.0.iter().enumerate().min_by_key(|(_, failure)| failure.last_at) {
            self.0.remove(oldest);
        }
        self.0.push(failure);
        has_room
    }

    /// All of them; nothing stays.
    pub fn take(&mut self) -> Vec<Failure> {
        std::mem::take(&mut self.0)
    }

    #[cfg(test)]
    pub fn all(&self) -> &[Failure] {
        &self.0
    }
}

impl Failure {
    fn add(&mut self, other: Self) {
        self.times = self.times.saturating_add(other.times);
        self.at = self.at.min(other.at);
        self.last_at = self.last_at.max(other.last_at);
        for (tried, times) in other.tries {
            if let Some((_, known)) = self.tries.iter_mut().find(|(known, _)| *known == tried) {
                *known = known.saturating_add(times);
            } else if self.tries.len() < Ring::TRIES {
                self.tries.push((tried, times));
            }
        }
    }
}
