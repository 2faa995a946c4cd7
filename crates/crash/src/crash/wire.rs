//! Each operation over HTTP, written to the ledger before it is sent and when it has ended.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::RwLock;

use super::entry::{Event, Intent, Outcome};
use super::ledger::Ledger;
use jeton_load::http::{Connection, Post, Response, Target, json};
use jeton_load::oauth::{CodeRequest, Session};
use jeton_load::work::Scene;

/// Prepared requests, the shared browser session, and the ledger.
pub struct Wire {
    pub ledger: Ledger,
    /// How long a user waits after an answer that did not come.
    pub patience: Duration,
    scene: Scene,
    /// Every server of the realm; requests name the same host to each.
    nodes: Vec<Target>,
    acknowledged: AtomicU64,
    code_request: CodeRequest,
    session: RwLock<Arc<Session>>,
    redeem: Post,
    rotate: Post,
    revoke: Post,
    introspect: Post,
}

impl Wire {
    /// Signs in once; every user shares the session.
    pub fn new(scene: Scene, nodes: &[SocketAddr], ledger: Ledger, patience: Duration) -> Result<Self> {
        let host = &scene.server.target.host;
        let nodes = nodes.iter().map(|&address| Target { address, host: host.clone() }).collect();
        let (code_request, session) = scene.sign_in()?;
        let code_request = code_request.clone();
        let (server, client) = (&scene.server, &scene.client);
        let post = |path: &str, form: &[(&str, &str)], last| client.post(&server.target, path, form, Some(last));
        Ok(Self {
            redeem: code_request.redemption(server, client)?,
            rotate: post(server.token()?, &[("grant_type", "refresh_token")], "refresh_token"),
            revoke: post(server.revocation()?, &[("token_type_hint", "refresh_token")], "token"),
            introspect: post(server.introspection()?, &[("token_type_hint", "refresh_token")], "token"),
            session: RwLock::new(Arc::new(session)),
            acknowledged: AtomicU64::new(0),
            code_request,
            ledger,
            nodes,
            patience,
            scene,
        })
    }

    /// One to each server.
    pub fn connections(&self) -> Vec<Connection> {
        self.nodes.iter().cloned().map(Connection::new).collect()
    }

    /// Writes that were acknowledged so far.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// A fresh code, on record; `None` while the server does not answer.
    pub async fn code(&self, connection: &mut Connection) -> Result<Option<String>> {
        let session = Arc::clone(&*self.session.read().await);
        let (status, code) = match connection.exchange(&session.request).await {
            Ok(answer) => (answer.status, session.code(answer.header("location"))),
            Err(_) => return Ok(None),
        };
        if let Some(code) = code {
            self.ledger.record(Event::Code { code: code.clone() }).await?;
            return Ok(Some(code));
        }
        if status < 500 && status != 429 {
            self.sign_in_again(&session).await?;
        }
        Ok(None)
    }

    /// The session should have survived: that is on record, and then a new one is made.
    async fn sign_in_again(&self, lost: &Arc<Session>) -> Result<()> {
        let mut current = self.session.write().await;
        let Some(person) = self.scene.person.as_ref().filter(|_| Arc::ptr_eq(&current, lost)) else {
            return Ok(());
        };
        self.ledger.record(Event::SessionLost).await?;
        let signed_in = Session::sign_in(&self.scene.server, &self.scene.client, &self.code_request, person).await;
        if let Ok((session, _)) = signed_in {
            *current = Arc::new(session);
        }
        Ok(())
    }

    /// Puts `intent` on disk, does it, and puts the outcome on disk.
    pub async fn act(&self, connection: &mut Connection, intent: Intent) -> Result<Outcome> {
        let (post, value) = match &intent {
            Intent::Redeem { code } => (&self.redeem, code),
            Intent::Rotate { token } => (&self.rotate, token),
            Intent::Revoke { token } => (&self.revoke, token),
            Intent::Introspect { token } => (&self.introspect, token),
        };
        let mut request = Vec::new();
        post.render(&mut request, value);
        let operation = self.ledger.intend(intent.clone()).await?;
        let outcome = match connection.exchange(&request).await {
            Ok(answer) => outcome_of(&intent, &answer),
            Err(error) => Outcome::Unknown { why: error.to_string() },
        };
        self.ledger.outcome(operation, outcome.clone()).await?;
        if matches!(outcome, Outcome::Tokens { .. } | Outcome::Revoked) {
            self.acknowledged.fetch_add(1, Ordering::Relaxed);
        }
        Ok(outcome)
    }
}

fn outcome_of(intent: &Intent, answer: &Response<'_>) -> Outcome {
    match (answer.status, intent) {
        (200, Intent::Revoke { .. }) => Outcome::Revoked,
        (200, Intent::Introspect { .. }) => Outcome::Active { active: json::is_true(answer.body, "active") },
        (200, Intent::Redeem { .. } | Intent::Rotate { .. }) => match json::string(answer.body, "refresh_token") {
            Some(token) => Outcome::Tokens { refresh_token: token.into_owned() },
            None => Outcome::Unknown { why: "200 without a refresh_token".to_owned() },
        },
        (status @ (429 | 500..), _) => Outcome::Unknown { why: format!("status {status}") },
        (status, _) => Outcome::Refused { status },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, body: &str) -> Outcome {
        outcome_of(&Intent::Rotate { token: "t".into() }, &Response::new(status, b"", body.as_bytes()))
    }

    #[test]
    fn only_a_decision_counts_as_one() {
        assert_eq!(outcome(200, r#"{"refresh_token":"r1"}"#), Outcome::Tokens { refresh_token: "r1".into() });
        assert_eq!(outcome(400, r#"{"error":"invalid_grant"}"#), Outcome::Refused { status: 400 });
        for status in [429, 500, 503] {
            assert!(matches!(outcome(status, ""), Outcome::Unknown { .. }), "{status}");
        }
    }
}
