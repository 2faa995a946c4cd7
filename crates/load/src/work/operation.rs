//! The operations that can be measured, and what each has to prepare.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::codes::{Obtain, Redeem};
use super::double_spend::examine;
use super::drive::{Plan, block_on};
use super::measure::{Measured, measured};
use super::repeat::{Expect, Repeat};
use super::rotate::Rotate;
use super::scene::{Kind, Scene, obtain_refresh_tokens};
use crate::http::get;
use crate::oauth::Client;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum Operation {
    ClientCredentials,
    /// Of an opaque token: the access token if it is one, else the refresh token.
    Introspect,
    /// Of an access token that is a JWT.
    #[value(name = "introspect-jwt")]
    IntrospectJwt,
    Refresh,
    Code,
    Password,
    Discovery,
    Jwks,
}

/// Codes expire, by Jeton's and most servers' rules after a minute: no more are obtained
/// than can be redeemed in time.
const MAX_OBTAINING: Duration = Duration::from_secs(20);

/// Measures one operation; the code flow yields two results, obtaining and redeeming.
pub fn measure(scene: &Scene, operation: Operation, counted: Duration, pids: &[u32]) -> Result<Vec<Measured>> {
    let plan = Plan { threads: scene.threads, ..Plan::counting(counted) };
    let repeat = |name: &str, requests: Vec<Vec<u8>>, expect: Expect| -> Result<Vec<Measured>> {
        let workers = Repeat::many(scene.connections, requests, expect);
        Ok(vec![measured(name, &scene.server.target, workers, plan, pids)?.0])
    };
    let server = &scene.server;
    match operation {
        Operation::ClientCredentials => repeat("client_credentials", vec![scene.client_credentials()?], Expect::AccessToken),
        Operation::Password => repeat("password", vec![scene.password()?], Expect::AccessToken),
        Operation::Introspect => repeat("introspect", vec![scene.introspection_of(Kind::Opaque)?], Expect::Active),
        Operation::IntrospectJwt => repeat("introspect-jwt", vec![scene.introspection_of(Kind::Jwt)?], Expect::Active),
        Operation::Discovery => {
            let path = server.metadata.as_deref().context("the server has no metadata")?;
            repeat("discovery", vec![get(&server.target, path, &[])], Expect::AnyBody)
        }
        Operation::Jwks => {
            let path = server.jwks.as_deref().context("the server names no jwks_uri")?;
            repeat("jwks", vec![get(&server.target, path, &[])], Expect::AnyBody)
        }
        Operation::Refresh => refresh(scene, plan, pids),
        Operation::Code => code(scene, plan, pids),
    }
}

fn refresh(scene: &Scene, plan: Plan, pids: &[u32]) -> Result<Vec<Measured>> {
    Ok(vec![rotate(scene, obtain_refresh_tokens(scene, scene.pool)?, plan, pids)?])
}

/// Rotates these refresh tokens in turn.
pub fn rotate(scene: &Scene, tokens: Vec<String>, plan: Plan, pids: &[u32]) -> Result<Measured> {
    let form = [("grant_type", "refresh_token")];
    let post = scene.client.post(&scene.server.target, scene.server.token()?, &form, Some("refresh_token"));
    let workers = Rotate::many(scene.connections, &post, tokens);
    let (mut measured, workers) = measured("refresh", &scene.server.target, workers, plan, pids)?;
    let chains: Vec<_> = workers.into_iter().flat_map(|worker| worker.chains).collect();
    measured.double_spends = Some(block_on(examine(&scene.server.target, &post, &chains))??);
    Ok(measured)
}

/// Introspects these refresh tokens in turn.
pub fn introspect_each(scene: &Scene, tokens: &[String], plan: Plan, pids: &[u32]) -> Result<Measured> {
    let (target, path) = (&scene.server.target, scene.server.introspection()?);
    let request = |token: &String| {
        let form = [("token_type_hint", "refresh_token"), ("token", token.as_str())];
        scene.client.post(target, path, &form, None).bytes()
    };
    let workers = Repeat::many(scene.connections, tokens.iter().map(request).collect(), Expect::Active);
    Ok(measured("introspect", target, workers, plan, pids)?.0)
}

/// Asks for a token of each of these clients in turn; they all have the scene's client's secret.
pub fn client_credentials_of_each(scene: &Scene, ids: &[String], plan: Plan, pids: &[u32]) -> Result<Measured> {
    let (target, path) = (&scene.server.target, scene.server.token()?);
    let request = |id: &String| {
        let client = Client { id: id.clone(), ..scene.client.clone() };
        client.post(target, path, &[("grant_type", "client_credentials"), ("scope", &scene.scope)], None).bytes()
    };
    let workers = Repeat::many(scene.connections, ids.iter().map(request).collect(), Expect::AccessToken);
    Ok(measured("client_credentials", target, workers, plan, pids)?.0)
}

fn code(scene: &Scene, plan: Plan, pids: &[u32]) -> Result<Vec<Measured>> {
    let target = &scene.server.target;
    let (request, session) = scene.sign_in()?;
    let workers = Obtain::many(scene.connections, &Arc::new(session), usize::MAX / 2);
    let obtaining = Plan { warm_up: Duration::ZERO, counted: plan.counted.min(MAX_OBTAINING), ..plan };
    let (obtaining, workers) = measured("code: obtain", target, workers, obtaining, pids)?;
    let codes = workers.into_iter().flat_map(|worker| worker.codes).collect();
    let workers = Redeem::many(scene.connections, &request.redemption(&scene.server, &scene.client)?, codes);
    let (redeeming, _) = measured("code: redeem", target, workers, Plan::until_done(scene.threads), pids)?;
    Ok(vec![obtaining, redeeming])
}
