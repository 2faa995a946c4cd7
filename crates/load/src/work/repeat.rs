//! The same prepared requests over and over: everything that consumes nothing.

use std::io;
use std::sync::Arc;

use super::drive::{Step, Worker};
use crate::http::{Connection, json};

/// What a right answer holds, beside status 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    AccessToken,
    Active,
    AnyBody,
}

/// Sends its requests in turn.
pub struct Repeat {
    requests: Arc<Vec<Vec<u8>>>,
    next: usize,
    left: usize,
    expect: Expect,
}

impl Repeat {
    /// `count` workers, each starting at another of the requests.
    pub fn many(count: usize, requests: Vec<Vec<u8>>, expect: Expect) -> Vec<Self> {
        let requests = Arc::new(requests);
        (0..count).map(|next| Self { requests: Arc::clone(&requests), next, left: usize::MAX, expect }).collect()
    }

    /// One worker that sends `times` requests and ends.
    pub fn some(times: usize, requests: Vec<Vec<u8>>, expect: Expect) -> Vec<Self> {
        vec![Self { requests: Arc::new(requests), next: 0, left: times, expect }]
    }
}

impl Worker for Repeat {
    async fn step(&mut self, connection: &mut Connection) -> io::Result<Step> {
        if self.requests.is_empty() || self.left == 0 {
            return Ok(Step::Exhausted);
        }
        self.left -= 1;
        let request = &self.requests[self.next % self.requests.len()];
        self.next = self.next.wrapping_add(1);
        let answer = connection.exchange(request).await?;
        let right = answer.status == 200
            && match self.expect {
                Expect::AccessToken => json::string(answer.body, "access_token").is_some(),
                Expect::Active => json::is_true(answer.body, "active"),
                Expect::AnyBody => !answer.body.is_empty(),
            };
        Ok(Step::Answered { status: answer.status, right })
    }
}
