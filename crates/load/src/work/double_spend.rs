//! After a run of rotations: is any token worth more than once?

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::rotate::Chain;
use crate::http::{Connection, Post, Target, json};

/// Chains that are examined, at most: the examination is sequential.
const SAMPLE: usize = 64;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleSpends {
    /// Tokens presented twice at the same moment.
    pub raced: u64,
    /// Races whose two answers carried different successors.
    pub two_successors: u64,
    /// Tokens presented again after their successor was used.
    pub replayed: u64,
    /// Replays that were answered with tokens.
    pub accepted: u64,
}

impl DoubleSpends {
    pub fn total(&self) -> u64 {
        self.two_successors + self.accepted
    }
}

/// Races each chain's current token against itself, then replays an older one. Replays
/// come last, since a replay revokes.
pub async fn examine(target: &Target, post: &Post, chains: &[Chain]) -> Result<DoubleSpends> {
    let (mut left, mut right) = (Connection::new(target.clone()), Connection::new(target.clone()));
    let mut found = DoubleSpends::default();
    // Without a predecessor nothing rotated: a token that may be used again is no double spend.
    for chain in chains.iter().filter(|chain| !chain.dead).take(SAMPLE) {
        let Some(previous) = &chain.previous else {
            continue;
        };
        let (first, second) = tokio::join!(successor(&mut left, post, &chain.current), successor(&mut right, post, &chain.current));
        found.raced += 1;
        if let (Some(first), Some(second)) = (first?, second?) {
            found.two_successors += u64::from(first != second);
        }
        found.replayed += 1;
        found.accepted += u64::from(successor(&mut left, post, previous).await?.is_some());
    }
    Ok(found)
}

async fn successor(connection: &mut Connection, post: &Post, token: &str) -> Result<Option<String>> {
    let mut request = Vec::new();
    post.render(&mut request, token);
    let answer = connection.exchange(&request).await?;
    if answer.status != 200 {
        return Ok(None);
    }
    Ok(Some(json::string(answer.body, "refresh_token").unwrap_or_default().into_owned()))
}
