//! The lists and nouns that administrators look at, read over the admin API.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::REALM;
use super::operations::Operated;
use crate::http::{Connection, get};
use crate::jeton::Installation;
use crate::work::{Expect, Plan, Repeat, Scene, block_on, measured};

/// Fewer than one token may ask for at once.
const TIMES: usize = 900;

/// What is read, by its name in the table and its path below the API. `{…}` is taken from a list: somebody in the middle of it.
const READ: [(&str, &str); 10] = [
    ("list: realms", "/realms?limit=50"),
    ("list: applications", "/realms/{realm}/clients?limit=50"),
    ("list: people", "/realms/{realm}/people?limit=50"),
    ("list: people, by prefix", "/realms/{realm}/people?limit=50&search={prefix}"),
    ("list: sessions", "/realms/{realm}/sessions?limit=50"),
    ("list: audit", "/realms/{realm}/audit?limit=50"),
    ("list: what a person granted", "/realms/{realm}/authorizations?limit=50&sub={sub}"),
    ("one: realm", "/realms/{realm}"),
    ("one: application", "/realms/{realm}/clients/{client_id}"),
    ("one: person", "/realms/{realm}/people/{sub}"),
];

/// Reads each, with a token of its own: what one token may ask for is bounded.
///
/// # Errors
/// What cannot be read, or measured.
pub fn measure_lists(installation: &Installation, scene: &Scene, pids: &[u32]) -> Result<Vec<Operated>> {
    let token = installation.administrator_token("looks")?;
    let people = read(scene, &token, &format!("/realms/{REALM}/people?limit=50"))?;
    let clients = read(scene, &token, &format!("/realms/{REALM}/clients?limit=50"))?;
    let member = |list: &Value, name: &str| -> Result<String> {
        let items = list["items"].as_array().context("a list without items")?;
        let item = items.get(items.len() / 2).context("an empty list")?;
        Ok(item[name].as_str().with_context(|| format!("an item without {name}"))?.to_owned())
    };
    let username = member(&people, "username")?;
    let filled = [
        ("{realm}", REALM.to_owned()),
        ("{prefix}", username.chars().take(3).collect()),
        ("{sub}", member(&people, "sub")?),
        ("{client_id}", member(&clients, "client_id")?),
    ];
    let measure = |(name, path): (&'static str, &str)| {
        let path = filled.iter().fold(path.to_owned(), |path, (from, to)| path.replace(from, to));
        let token = installation.administrator_token(name)?;
        let workers = Repeat::some(TIMES, vec![request(scene, &token, &path)], Expect::AnyBody);
        let (measured, _) = measured(name, &scene.server.target, workers, Plan::until_done(1), pids)?;
        eprintln!("  {name}: {:.0} per second", measured.per_second);
        Ok(Operated { name, measured })
    };
    READ.into_iter().map(measure).collect()
}

fn request(scene: &Scene, token: &str, path: &str) -> Vec<u8> {
    let headers = [format!("Authorization: Bearer {token}"), "Accept: application/json".to_owned()];
    get(&scene.server.target, &format!("/admin/api/v1{path}"), &headers)
}

fn read(scene: &Scene, token: &str, path: &str) -> Result<Value> {
    block_on(async {
        let mut connection = Connection::new(scene.server.target.clone());
        let answer = connection.exchange(&request(scene, token, path)).await?;
        if answer.status != 200 {
            bail!("{path} answered {}: {}", answer.status, String::from_utf8_lossy(answer.body));
        }
        Ok(serde_json::from_slice(answer.body)?)
    })?
}
