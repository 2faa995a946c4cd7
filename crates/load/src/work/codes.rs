//! Authorization codes: obtaining them with a session's cookie, and redeeming them.

use std::io;
use std::sync::Arc;

use super::drive::{Step, Worker};
use crate::http::{Connection, Post, json};
use crate::oauth::Session;

/// Answers in a row without a code before a worker gives up.
const PATIENCE: u32 = 100;

/// Collects codes, at most `quota` of them.
pub struct Obtain {
    session: Arc<Session>,
    pub codes: Vec<String>,
    quota: usize,
    /// Answers without a code since the last one.
    failures: u32,
}

impl Obtain {
    /// `count` workers that obtain `total` codes together.
    pub fn many(count: usize, session: &Arc<Session>, total: usize) -> Vec<Self> {
        let worker = |at: usize| Self {
            session: Arc::clone(session),
            codes: Vec::new(),
            failures: 0,
            quota: total / count + usize::from(at < total % count),
        };
        (0..count).map(worker).collect()
    }
}

impl Worker for Obtain {
    async fn step(&mut self, connection: &mut Connection) -> io::Result<Step> {
        if self.codes.len() >= self.quota || self.failures >= PATIENCE {
            return Ok(Step::Exhausted);
        }
        let answer = connection.exchange(&self.session.request).await?;
        let code = self.session.code(answer.header("location"));
        let right = code.is_some();
        self.failures = if right { 0 } else { self.failures + 1 };
        self.codes.extend(code);
        Ok(Step::Answered { status: answer.status, right })
    }
}

/// Redeems its codes once each and keeps the refresh tokens.
pub struct Redeem {
    post: Post,
    codes: Vec<String>,
    pub refresh_tokens: Vec<String>,
    request: Vec<u8>,
}

impl Redeem {
    /// Deals the codes out to `count` workers.
    pub fn many(count: usize, post: &Post, codes: Vec<String>) -> Vec<Self> {
        let worker = |_| Self { post: post.clone(), codes: Vec::new(), refresh_tokens: Vec::new(), request: Vec::new() };
        let mut workers: Vec<Self> = (0..count).map(worker).collect();
        for (at, code) in codes.into_iter().enumerate() {
            workers[at % count].codes.push(code);
        }
        workers
    }
}

impl Worker for Redeem {
    async fn step(&mut self, connection: &mut Connection) -> io::Result<Step> {
        let Some(code) = self.codes.pop() else {
            return Ok(Step::Exhausted);
        };
        self.post.render(&mut self.request, &code);
        let answer = connection.exchange(&self.request).await?;
        let right = answer.status == 200 && json::string(answer.body, "access_token").is_some();
        if right {
            self.refresh_tokens.extend(json::string(answer.body, "refresh_token").map(Into::into));
        }
        Ok(Step::Answered { status: answer.status, right })
    }
}
