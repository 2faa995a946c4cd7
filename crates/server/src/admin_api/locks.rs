//! Who waits after too many wrong guesses: listed, and let try again.

use axum::response::Response;
use jeton_oauth::{
    ErrorCode, OAuthError, Timestamp,
    manage::{
        Act, Fault, Noun, Path,
        administrator::{Area, Need},
        did_you_mean, open_locks,
    },
};
use jeton_store::Lock;
use serde_json::{Map, Value};

use super::{InRealm, Page, Reply, api::decided, instant, request::Document};
use crate::{app::App, failure::Failure, incoming::Incoming, proxies::Network};

/// GET: those that last longest first; `person` is a `sub`, whose networks count too.
pub async fn list(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::People, Need::Read), (Noun::User, Act::Read)).await?;
    let page = Page::of(&api, &["person"])?;
    let locks = match page.filter("person") {
        // Few by their nature: they are one part.
        Some(sub) => match api.rows().user_by_sub(sub).await? {
            Some(user) => {
                let locks = api.rows().locks(user.id(), app.now()).await?;
                locks.into_iter().take(page.limit() as usize).map(|lock| ([0; 32], lock)).collect()
            }
            None => Vec::new(),
        },
        None => api.rows().locks_part(app.now(), page.after().and_then(read), page.more()).await?,
    };
    Ok(page.answer(locks, written, view))
}

/// POST …/locks/end: those of a `network`, of a `client_id`, of both together, or `all` in the realm.
pub async fn end(app: &App, incoming: &Incoming) -> Result<Response, Failure> {
    let api = InRealm::of(app, incoming, (Area::People, Need::Write), (Noun::User, Act::AddSecret)).await?;
    api.expects_json()?;
    let (network, client_id) = asked(&api.document()?)?;
    let look = || async {
        match &client_id {
            Some(id) => Ok(Some(api.rows().client(id).await?)),
            None => Ok(None),
        }
    };
    api.act(look, |client, desk| {
        let none = || OAuthError::new(ErrorCode::NotFound, format!("there is no application {:?}", client_id.clone().unwrap_or_default()));
        let client = match client {
            Some(found) => Some(found.ok_or_else(none)?),
            None => None,
        };
        decided(open_locks(network.as_deref(), client.as_deref(), desk), |()| Reply::done())
    })
    .await
}

fn asked(sent: &Document) -> Result<(Option<String>, Option<String>), OAuthError> {
    const KNOWN: [&str; 3] = ["all", "client_id", "network"];
    let fault = |path: Path, what: &str, instead: &str| Err(OAuthError::faulty(vec![Fault::new(path, what, instead)]));
    if let Some(name) = sent.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        return fault(name.as_str().into(), &format!("`{name}` is not known here"), &did_you_mean(name, &KNOWN));
    }
    let network = match sent.get("network") {
        None | Some(Value::Null) => None,
        Some(said) => match said.as_str().and_then(network) {
            Some(network) => Some(network),
            None => return fault("network".into(), "this is no network", "write an address, or a network such as 203.0.113.0/24"),
        },
    };
    let client_id = match sent.get("client_id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id.clone()),
        Some(_) => return fault("client_id".into(), "`client_id` is no text", "write text in quotes, or leave it out"),
    };
    let all = match sent.get("all") {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(_) => return fault("all".into(), "`all` is neither true nor false", "write true or false, without quotes"),
    };
    match (all, network.is_some() || client_id.is_some()) {
        (true, true) => fault("all".into(), "`all` goes with no other member", "keep `all`, or name a network or an application"),
        (false, false) => fault(Path::default(), "it is not said whose locks end", "send a network, a client_id, or {\"all\": true}"),
        _ => Ok((network, client_id)),
    }
}

/// As locks are written down.
fn network(text: &str) -> Option<String> {
    match text.parse() {
        Ok(address) => Some(Network::around(address).to_string()),
        Err(_) => text.parse::<Network>().ok().map(|network| network.to_string()),
    }
}

/// Where a part ends.
fn written((bucket, lock): &([u8; 32], Lock)) -> String {
    let bucket: String = bucket.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{} {bucket}", lock.until.as_millis())
}

fn read(after: &str) -> Option<(Timestamp, [u8; 32])> {
    let (at, bucket) = after.split_once(' ')?;
    let mut bytes = [0; 32];
    for (byte, hex) in bytes.iter_mut().zip(bucket.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
    }
    Some((Timestamp::from_millis(at.parse().ok()?), bytes))
}

fn view((_, lock): &([u8; 32], Lock)) -> Map<String, Value> {
    let members: [(&str, Value); 5] = [
        ("until", instant(lock.until).into()),
        ("network", lock.network.clone().into()),
        ("sub", lock.sub.clone().into()),
        ("username", lock.username.clone().into()),
        ("client_id", lock.client_id.clone().into()),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
