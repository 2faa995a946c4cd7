//! A server, who speaks to it, and what is obtained from it before anything is measured.

use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::codes::{Obtain, Redeem};
use super::drive::{Plan, block_on, drive};
use crate::http::Connection;
use crate::oauth::{Client, CodeRequest, Person, Server, Session, Tokens, obtain};

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

/// Which sort of token is asked for.
pub enum Kind {
    Opaque,
    Jwt,
}

impl Scene {
    pub fn client_credentials(&self) -> Result<Vec<u8>> {
        self.grant(&[("grant_type", "client_credentials")])
    }

    pub fn password(&self) -> Result<Vec<u8>> {
        let person = self.person.as_ref().context("this needs a person: give --username and --password")?;
        self.grant(&[("grant_type", "password"), ("username", &person.username), ("password", &person.password)])
    }

    fn grant(&self, form: &[(&str, &str)]) -> Result<Vec<u8>> {
        let mut form = form.to_vec();
        if !self.scope.is_empty() {
            form.push(("scope", &self.scope));
        }
        Ok(self.client.post(&self.server.target, self.server.token()?, &form, None).bytes())
    }

    pub fn sign_in(&self) -> Result<(&CodeRequest, Session)> {
        let person = self.person.as_ref().context("signing in needs --username and --password")?;
        let request = self.code.as_ref().context("codes need --redirect-uri")?;
        let (session, _) =
            block_on(Session::sign_in(&self.server, &self.client, request, person))?.context("signing in through the pages")?;
        Ok((request, session))
    }

    pub fn tokens(&self, request: &[u8], what: &str) -> Result<Tokens> {
        block_on(async { obtain(&mut Connection::new(self.server.target.clone()), request, what).await })?
    }

    pub fn introspection_of(&self, kind: Kind) -> Result<Vec<u8>> {
        let access_token = self.tokens(&self.client_credentials()?, "client_credentials")?.access_token;
        let is_jwt = access_token.split('.').count() == 3;
        let (token, hint) = match (kind, is_jwt) {
            (Kind::Jwt, true) | (Kind::Opaque, false) => (access_token, "access_token"),
            (Kind::Jwt, false) => {
                bail!("this server's access tokens are opaque; use --operation introspect")
            }
            (Kind::Opaque, true) => (obtain_refresh_tokens(self, 1)?.swap_remove(0), "refresh_token"),
        };
        let form = [("token_type_hint", hint), ("token", token.as_str())];
        Ok(self.client.post(&self.server.target, self.server.introspection()?, &form, None).bytes())
    }
}

/// `count` refresh tokens of as many authorizations: by codes where the scene has a page to
/// sign in at, else by the password grant.
pub fn obtain_refresh_tokens(scene: &Scene, count: usize) -> Result<Vec<String>> {
    if scene.code.is_none() || scene.server.authorization.is_none() {
        let request = scene.password()?;
        return (0..count).map(|_| refresh_token_of(scene.tokens(&request, "the password grant")?)).collect();
    }
    let (request, session) = scene.sign_in()?;
    let (session, post) = (Arc::new(session), request.redemption(&scene.server, &scene.client)?);
    let (target, until_done) = (&scene.server.target, Plan::until_done(scene.threads));
    let mut tokens = Vec::with_capacity(count);
    while tokens.len() < count {
        // In portions, because codes expire.
        let portion = (count - tokens.len()).min(50_000);
        let obtained = drive(target, Obtain::many(scene.connections, &session, portion), until_done, || ())?;
        let codes = obtained.workers.into_iter().flat_map(|worker| worker.codes).collect();
        let redeemed = drive(target, Redeem::many(scene.connections, &post, codes), until_done, || ())?;
        let before = tokens.len();
        tokens.extend(redeemed.workers.into_iter().flat_map(|worker| worker.refresh_tokens));
        if tokens.len() == before {
            bail!("codes gave no refresh tokens: {:?}; is the grant allowed for this client?", redeemed.tally.statuses);
        }
    }
    Ok(tokens)
}

fn refresh_token_of(tokens: Tokens) -> Result<String> {
    tokens.refresh_token.context("the answer has no refresh_token; ask for the scope that grants one (--scope)")
}
