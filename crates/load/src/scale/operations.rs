//! What is measured on either database, in this order.

use std::time::Duration;

use anyhow::Result;

use crate::work::{Measured, Operation, Plan, Scene, client_credentials_of_each, introspect_each, measure, measure_pages, rotate};

/// What there is to ask with.
pub struct Tokens {
    rotated: Vec<String>,
    introspected: Vec<String>,
    /// All with the scene's client's secret; empty where there is only that client.
    clients: Vec<String>,
}

/// More clients than a server remembers.
const CLIENTS: usize = 10_000;

impl Tokens {
    /// Every other token is rotated, and the rest introspected.
    pub fn deal(tokens: Vec<String>, mut clients: Vec<String>) -> Self {
        let (mut rotated, mut introspected) = (Vec::new(), Vec::new());
        for (at, token) in tokens.into_iter().enumerate() {
            if at % 2 == 0 { rotated.push(token) } else { introspected.push(token) }
        }
        clients.truncate(CLIENTS);
        Self { rotated, introspected, clients }
    }
}

/// One operation by the name that it has in every table.
pub struct Operated {
    pub name: &'static str,
    pub measured: Measured,
}

pub const ONE_CLIENT: &str = "client_credentials, ES256";
pub const MANY_CLIENTS: &str = "client_credentials, 10,000 clients in turn";

pub fn measure_all(scene: &Scene, tokens: Tokens, each: Duration, pids: &[u32]) -> Result<Vec<Operated>> {
    let plan = Plan { threads: scene.threads, ..Plan::counting(each) };
    let mut all = Vec::new();
    let mut add = |name, measured: Measured| {
        eprintln!("  {name}: {:.0} per second", measured.per_second);
        all.push(Operated { name, measured });
    };
    let one = |operation| -> Result<Measured> { Ok(measure(scene, operation, each, pids)?.swap_remove(0)) };
    add("discovery", one(Operation::Discovery)?);
    add(ONE_CLIENT, one(Operation::ClientCredentials)?);
    if !tokens.clients.is_empty() {
        add(MANY_CLIENTS, client_credentials_of_each(scene, &tokens.clients, plan, pids)?);
    }
    add("introspection, JWT (ES256)", one(Operation::IntrospectJwt)?);
    add("introspection, 20,000 refresh tokens in turn", introspect_each(scene, &tokens.introspected, plan, pids)?);
    add("refresh rotation, 20,000 authorizations in turn", rotate(scene, tokens.rotated, plan, pids)?);
    let mut code = measure(scene, Operation::Code, each, pids)?.into_iter();
    for (name, measured) in ["authorization code: obtain", "authorization code: redeem"].into_iter().zip(&mut code) {
        add(name, measured);
    }
    for (name, measured) in measure_pages(scene, plan, pids)? {
        add(name, measured);
    }
    Ok(all)
}
