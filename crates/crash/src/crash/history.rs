//! What is known of every chain of refresh tokens and every code, at one point of a history.

use std::collections::HashMap;

use super::check::Broken;

/// Milliseconds by which clocks and queues may differ before a time limit is held against a server.
const MARGIN: u64 = 5_000;
/// A code's lifetime in milliseconds.
const CODE_LIFETIME: u64 = 60_000;

/// What presenting a token must lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    MustWork,
    MustFailRevoked,
    MustFailOlder,
    Either,
}

/// One authorization's refresh tokens, as far as they were seen.
#[derive(Default)]
struct Chain {
    tokens: Vec<Token>,
    /// A revocation was acknowledged, or a token was refused.
    dead: bool,
    /// Something that may revoke it was begun.
    doubtful: bool,
}

struct Token {
    value: String,
    /// When it was first presented.
    attempted: Option<u64>,
}

/// All chains, found by any of their tokens.
pub struct Chains {
    chains: Vec<Chain>,
    places: HashMap<String, (usize, usize)>,
    grace: u64,
}

impl Chains {
    pub fn new(grace: u64) -> Self {
        Self { chains: Vec::new(), places: HashMap::new(), grace }
    }

    /// A chain begins with `token`; `doubtful` if its code was used more than once.
    pub fn begin(&mut self, token: &str, doubtful: bool) -> Option<Broken> {
        if self.places.contains_key(token) {
            return Some(Broken::TokenGivenTwice);
        }
        self.places.insert(token.to_owned(), (self.chains.len(), 0));
        let tokens = vec![Token { value: token.to_owned(), attempted: None }];
        self.chains.push(Chain { tokens, doubtful, dead: false });
        None
    }

    /// What presenting `token` at this time must lead to.
    pub fn expectation(&self, token: &str, at: u64) -> Expectation {
        let Some(&(chain, generation)) = self.places.get(token) else {
            return Expectation::Either;
        };
        let chain = &self.chains[chain];
        let (successor, after) = (chain.tokens.get(generation + 1), chain.tokens.get(generation + 2));
        if chain.dead {
            return Expectation::MustFailRevoked;
        }
        if after.is_some() {
            return Expectation::MustFailOlder;
        }
        let successor_untouched = successor.is_none_or(|token| token.attempted.is_none());
        // It was rotated no earlier than it was first presented: until the grace period
        // after that has passed, an unused successor is given again.
        let in_time = chain.tokens[generation].attempted.is_none_or(|first| at + MARGIN <= first + self.grace);
        if !chain.doubtful && successor_untouched && in_time { Expectation::MustWork } else { Expectation::Either }
    }

    pub fn was_attempted(&self, token: &str) -> bool {
        self.place(token).is_some_and(|(chain, generation)| self.chains[chain].tokens[generation].attempted.is_some())
    }

    /// `token` is about to be presented.
    pub fn attempt(&mut self, token: &str, at: u64) {
        let Some((chain, generation)) = self.place(token) else {
            return;
        };
        let chain = &mut self.chains[chain];
        // An older token presented again revokes, sooner or later.
        chain.doubtful |= generation + 1 < chain.tokens.len() && chain.tokens[generation + 1].attempted.is_some();
        chain.tokens[generation].attempted.get_or_insert(at);
    }

    /// `token` was rotated to `successor`.
    pub fn succeeded(&mut self, token: &str, successor: &str) -> Option<Broken> {
        let (chain, generation) = self.place(token)?;
        match self.chains[chain].tokens.get(generation + 1) {
            Some(known) if known.value == successor => None,
            Some(_) => Some(Broken::TwoSuccessors),
            None if self.places.contains_key(successor) => Some(Broken::TokenGivenTwice),
            None => {
                self.chains[chain].tokens.push(Token { value: successor.to_owned(), attempted: None });
                self.places.insert(successor.to_owned(), (chain, generation + 1));
                None
            }
        }
    }

    /// Something was begun that may revoke the chain of `token`.
    pub fn doubt(&mut self, token: &str) {
        if let Some((chain, _)) = self.place(token) {
            self.chains[chain].doubtful = true;
        }
    }

    /// The chain of `token` was shown to be revoked: by an acknowledgement, or because a
    /// genuine token is only refused when its authorization is dead or dies of it.
    pub fn died(&mut self, token: &str) {
        if let Some((chain, _)) = self.place(token) {
            self.chains[chain].dead = true;
        }
    }

    fn place(&self, token: &str) -> Option<(usize, usize)> {
        self.places.get(token).copied()
    }
}

#[derive(Default)]
pub struct Codes(HashMap<String, Code>);

#[derive(Default)]
struct Code {
    issued: Option<u64>,
    attempts: u32,
    refused: bool,
    token: Option<String>,
}

/// What held when a redemption began.
#[derive(Clone, Copy)]
pub struct RedeemedBefore {
    /// Never tried, and well within its lifetime.
    pub fresh: bool,
    pub refused: bool,
}

impl Codes {
    pub fn issued(&mut self, code: &str, at: u64) {
        self.0.entry(code.to_owned()).or_default().issued = Some(at);
    }

    pub fn attempt(&mut self, code: &str, at: u64) -> RedeemedBefore {
        let code = self.0.entry(code.to_owned()).or_default();
        let in_time = code.issued.is_some_and(|issued| at + MARGIN <= issued + CODE_LIFETIME);
        let before = RedeemedBefore { fresh: code.attempts == 0 && in_time, refused: code.refused };
        code.attempts += 1;
        before
    }

    pub fn attempts(&self, code: &str) -> u32 {
        self.0.get(code).map_or(0, |code| code.attempts)
    }

    /// The refresh token that the code gave, if it did.
    pub fn first_token(&self, code: &str) -> Option<&str> {
        self.0.get(code)?.token.as_deref()
    }

    pub fn redeemed(&mut self, code: &str, token: &str) {
        self.0.entry(code.to_owned()).or_default().token.get_or_insert_with(|| token.to_owned());
    }

    pub fn refused(&mut self, code: &str) {
        self.0.entry(code.to_owned()).or_default().refused = true;
    }
}
