//! The operations that can be measured, and what each has to prepare.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::codes::{Obtain, Redeem};
use super::double_spend::examine;
use super::drive::{Plan, block_on, drive};
use super::measure::{Measured, measured};
use super::repeat::{Expect, Repeat};
use super::rotate::Rotate;
use crate::http::{Connection, get};
use crate::oauth::{Client, CodeRequest, Person, Server, Session, Tokens, obtain};

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

/// A server, who speaks to it, and how many at once.
pub struct Scene {
    pub server: Server,
    pub client: Client,
    pub person: Option<Person>,
    /// For the code flow.
    pub code: Option<CodeRequest>,
    pub scope: String,
    pub connections: usize,
    pub threads: usize,
    /// Refresh tokens in rotation.
    pub pool: usize,
}

/// Codes expire, by Jeton's and most servers' rules after a minute: no more are obtained
/// than can be redeemed in time.
const MAX_OBTAINING: Duration = Duration::from_secs(20);
const WARM_UP: Duration = Duration::from_millis(500);

/// Measures one operation; the code flow yields two results, obtaining and redeeming.
pub fn measure(
    scene: &Scene,
    operation: Operation,
    counted: Duration,
    pids: &[u32],
) -> Result<Vec<Measured>> {
    let plan = Plan {
        warm_up: WARM_UP,
        counted,
        threads: scene.threads,
    };
    let repeat = |name: &str, requests: Vec<Vec<u8>>, expect: Expect| -> Result<Vec<Measured>> {
        let workers = Repeat::many(scene.connections, requests, expect);
        Ok(vec![
            measured(name, &scene.server.target, workers, plan, pids)?.0,
        ])
    };
    let server = &scene.server;
    match operation {
        Operation::ClientCredentials => repeat(
            "client_credentials",
            vec![scene.client_credentials()?],
            Expect::AccessToken,
        ),
        Operation::Password => repeat("password", vec![scene.password()?], Expect::AccessToken),
        Operation::Introspect => repeat(
            "introspect",
            vec![scene.introspection_of(Kind::Opaque)?],
            Expect::Active,
        ),
        Operation::IntrospectJwt => repeat(
            "introspect-jwt",
            vec![scene.introspection_of(Kind::Jwt)?],
            Expect::Active,
        ),
        Operation::Discovery => {
            let path = server
                .metadata
                .as_deref()
                .context("the server has no metadata")?;
            repeat(
                "discovery",
                vec![get(&server.target, path, &[])],
                Expect::AnyBody,
            )
        }
        Operation::Jwks => {
            let path = server
                .jwks
                .as_deref()
                .context("the server names no jwks_uri")?;
            repeat(
                "jwks",
                vec![get(&server.target, path, &[])],
                Expect::AnyBody,
            )
        }
        Operation::Refresh => refresh(scene, plan, pids),
        Operation::Code => code(scene, plan, pids),
    }
}

fn refresh(scene: &Scene, plan: Plan, pids: &[u32]) -> Result<Vec<Measured>> {
    let tokens = obtain_refresh_tokens(scene, scene.pool)?;
    let form = [("grant_type", "refresh_token")];
    let post = scene.client.post(
        &scene.server.target,
        scene.server.token()?,
        &form,
        Some("refresh_token"),
    );
    let workers = Rotate::many(scene.connections, &post, tokens);
    let (mut measured, workers) = measured("refresh", &scene.server.target, workers, plan, pids)?;
    let chains: Vec<_> = workers
        .into_iter()
        .flat_map(|worker| worker.chains)
        .collect();
    measured.double_spends = Some(block_on(examine(&scene.server.target, &post, &chains))??);
    Ok(vec![measured])
}

fn code(scene: &Scene, plan: Plan, pids: &[u32]) -> Result<Vec<Measured>> {
    let target = &scene.server.target;
    let (request, session) = scene.sign_in()?;
    let workers = Obtain::many(scene.connections, &Arc::new(session), usize::MAX / 2);
    let obtaining = Plan {
        warm_up: Duration::ZERO,
        counted: plan.counted.min(MAX_OBTAINING),
        ..plan
    };
    let (obtaining, workers) = measured("code: obtain", target, workers, obtaining, pids)?;
    let codes = workers
        .into_iter()
        .flat_map(|worker| worker.codes)
        .collect();
    let workers = Redeem::many(
        scene.connections,
        &request.redemption(&scene.server, &scene.client)?,
        codes,
    );
    let (redeeming, _) = measured(
        "code: redeem",
        target,
        workers,
        Plan {
            warm_up: Duration::ZERO,
            ..until_done(plan)
        },
        pids,
    )?;
    Ok(vec![obtaining, redeeming])
}

/// `count` refresh tokens of as many authorizations: by codes where the scene has a page to
/// sign in at, else by the password grant.
pub fn obtain_refresh_tokens(scene: &Scene, count: usize) -> Result<Vec<String>> {
    if scene.code.is_none() || scene.server.authorization.is_none() {
        let request = scene.password()?;
        return (0..count)
            .map(|_| refresh_token_of(scene.tokens(&request, "the password grant")?))
            .collect();
    }
    let (request, session) = scene.sign_in()?;
    let (session, post) = (
        Arc::new(session),
        request.redemption(&scene.server, &scene.client)?,
    );
    let (target, until_done) = (
        &scene.server.target,
        until_done(Plan {
            warm_up: Duration::ZERO,
            counted: Duration::ZERO,
            threads: scene.threads,
        }),
    );
    let mut tokens = Vec::with_capacity(count);
    while tokens.len() < count {
        // In portions, because codes expire.
        let portion = (count - tokens.len()).min(50_000);
        let obtained = drive(
            target,
            Obtain::many(scene.connections, &session, portion),
            until_done,
            || (),
        )?;
        let codes = obtained
            .workers
            .into_iter()
            .flat_map(|worker| worker.codes)
            .collect();
        let redeemed = drive(
            target,
            Redeem::many(scene.connections, &post, codes),
            until_done,
            || (),
        )?;
        let before = tokens.len();
        tokens.extend(
            redeemed
                .workers
                .into_iter()
                .flat_map(|worker| worker.refresh_tokens),
        );
        if tokens.len() == before {
            bail!(
                "codes gave no refresh tokens: {:?}; is the grant allowed for this client?",
                redeemed.tally.statuses
            );
        }
    }
    Ok(tokens)
}

fn until_done(plan: Plan) -> Plan {
    Plan {
        counted: Duration::from_secs(3_600),
        ..plan
    }
}

fn refresh_token_of(tokens: Tokens) -> Result<String> {
    tokens
        .refresh_token
        .context("the answer has no refresh_token; ask for the scope that grants one (--scope)")
}

enum Kind {
    Opaque,
    Jwt,
}

impl Scene {
    pub fn client_credentials(&self) -> Result<Vec<u8>> {
        self.grant(&[("grant_type", "client_credentials")])
    }

    pub fn password(&self) -> Result<Vec<u8>> {
        let person = self
            .person
            .as_ref()
            .context("this needs a person: give --username and --password")?;
        self.grant(&[
            ("grant_type", "password"),
            ("username", &person.username),
            ("password", &person.password),
        ])
    }

    fn grant(&self, form: &[(&str, &str)]) -> Result<Vec<u8>> {
        let mut form = form.to_vec();
        if !self.scope.is_empty() {
            form.push(("scope", &self.scope));
        }
        Ok(self
            .client
            .post(&self.server.target, self.server.token()?, &form, None)
            .bytes())
    }

    pub fn sign_in(&self) -> Result<(&CodeRequest, Session)> {
        let person = self
            .person
            .as_ref()
            .context("signing in needs --username and --password")?;
        let request = self.code.as_ref().context("codes need --redirect-uri")?;
        let (session, _) = block_on(Session::sign_in(
            &self.server,
            &self.client,
            request,
            person,
        ))?
        .context("signing in through the pages")?;
        Ok((request, session))
    }

    pub fn tokens(&self, request: &[u8], what: &str) -> Result<Tokens> {
        block_on(async {
            obtain(
                &mut Connection::new(self.server.target.clone()),
                request,
                what,
            )
            .await
        })?
    }

    fn introspection_of(&self, kind: Kind) -> Result<Vec<u8>> {
        let access_token = self
            .tokens(&self.client_credentials()?, "client_credentials")?
            .access_token;
        let is_jwt = access_token.split('.').count() == 3;
        let (token, hint) = match (kind, is_jwt) {
            (Kind::Jwt, true) | (Kind::Opaque, false) => (access_token, "access_token"),
            (Kind::Jwt, false) => {
                bail!("this server's access tokens are opaque; use --operation introspect")
            }
            (Kind::Opaque, true) => (
                obtain_refresh_tokens(self, 1)?.swap_remove(0),
                "refresh_token",
            ),
        };
        let form = [("token_type_hint", hint), ("token", token.as_str())];
        Ok(self
            .client
            .post(
                &self.server.target,
                self.server.introspection()?,
                &form,
                None,
            )
            .bytes())
    }
}
