//! Refreshing: each worker rotates its own chains of refresh tokens. RFC 6749 §6, RFC 9700 §4.14.

use std::io;

use super::drive::{Step, Worker};
use crate::http::{Connection, Post, json};

/// The tokens of one authorization, as far as they are needed.
#[derive(Clone, Debug)]
pub struct Chain {
    pub current: String,
    /// The one before; it must not work any more once `current` has been used.
    pub previous: Option<String>,
    pub dead: bool,
}

impl Chain {
    pub fn starting_with(current: String) -> Self {
        Self { current, previous: None, dead: false }
    }
}

pub struct Rotate {
    post: Post,
    pub chains: Vec<Chain>,
    next: usize,
    request: Vec<u8>,
}

impl Rotate {
    /// Deals the tokens out to `count` workers.
    pub fn many(count: usize, post: &Post, tokens: Vec<String>) -> Vec<Self> {
        let worker = |_| Self { post: post.clone(), chains: Vec::new(), next: 0, request: Vec::new() };
        let mut workers: Vec<Self> = (0..count.min(tokens.len())).map(worker).collect();
        let count = workers.len();
        for (at, token) in tokens.into_iter().enumerate() {
            workers[at % count].chains.push(Chain::starting_with(token));
        }
        workers
    }
}

impl Worker for Rotate {
    async fn step(&mut self, connection: &mut Connection) -> io::Result<Step> {
        let count = self.chains.len();
        let Some(at) = (self.next..self.next + count).map(|at| at % count).find(|at| !self.chains[*at].dead) else {
            return Ok(Step::Exhausted);
        };
        self.next = (at + 1) % count;
        let chain = &mut self.chains[at];
        self.post.render(&mut self.request, &chain.current);
        let answer = connection.exchange(&self.request).await?;
        let right = answer.status == 200 && json::string(answer.body, "access_token").is_some();
        if right {
            // No new refresh token: the server does not rotate, and the old one goes on.
            if let Some(token) = json::string(answer.body, "refresh_token").filter(|token| *token != chain.current) {
                chain.previous = Some(std::mem::replace(&mut chain.current, token.into_owned()));
            }
        } else if matches!(answer.status, 400..=428) {
            chain.dead = true;
        }
        Ok(Step::Answered { status: answer.status, right })
    }
}
