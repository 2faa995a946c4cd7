//! The admin API of a server, as commands ask it.

mod address;
mod connection;
mod patch;
mod problem;

use std::{io::Read, path::Path};

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use jeton_oauth::manage::Refusal;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::{cli::Common, failure::Failure};
use address::Address;
use connection::Connection;
use problem::header_text;

/// What was asked, or how the server refused it.
pub type Asked<T> = Result<Result<T, Refusal>, Failure>;

/// Rows of the largest part that a list is answered in.
const LARGEST: usize = 200;

/// A server, and the token that is shown to it. **Invariant**: no `Debug`, and the token is in no message.
pub struct Server {
    connection: Connection,
    authorization: header::HeaderValue,
}

/// An answer of success.
pub struct Answer {
    /// None where there is nothing to show.
    pub body: Value,
    pub etag: Option<String>,
}

impl Server {
    /// The one that `--server` names; `None` where a command works on a data folder.
    ///
    /// # Errors
    /// Usage: its address, or the token.
    pub fn of(common: &Common) -> Result<Option<Self>, Failure> {
        let Some(text) = &common.server else { return Ok(None) };
        let address = Address::parse(text)?;
        let token = match &common.token_file {
            Some(file) => read(file)?,
            None => std::env::var("JETON_TOKEN").map_err(|_| {
                Failure::Usage(
                    "say who asks: --token-file FILE, or the token in JETON_TOKEN; `jeton administrator token create` makes one".to_owned(),
                )
            })?,
        };
        let none = || Failure::Usage("the token is empty, or holds what no token has; give it as it was printed".to_owned());
        let token = Some(token.trim()).filter(|token| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
        let mut authorization = header::HeaderValue::try_from(format!("Bearer {}", token.ok_or_else(none)?)).map_err(|_| none())?;
        authorization.set_sensitive(true);
        Ok(Some(Self { connection: Connection::new(address), authorization }))
    }

    pub async fn get(&self, path: &str) -> Asked<Answer> {
        self.ask(Method::GET, path, None, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Asked<Answer> {
        self.ask(Method::POST, path, Some(body), None).await
    }

    /// Where nothing is to be said.
    pub async fn act(&self, path: &str) -> Asked<Answer> {
        self.ask(Method::POST, path, None, None).await
    }

    pub async fn delete(&self, path: &str) -> Asked<Answer> {
        self.ask(Method::DELETE, path, None, None).await
    }

    pub async fn put(&self, path: &str, body: &Value, if_match: Option<&str>) -> Asked<Answer> {
        self.ask(Method::PUT, path, Some(body), if_match).await
    }

    /// What is there becomes what `to` makes of it, unless somebody changes it meanwhile.
    pub async fn change(&self, path: &str, to: impl FnOnce(Map<String, Value>) -> Map<String, Value>) -> Asked<Answer> {
        let found = match self.get(path).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let before = object(found.body.clone());
        let patch = patch::between(&before, &to(before.clone()));
        if patch.is_empty() {
            return Ok(Ok(found));
        }
        self.ask(Method::PATCH, path, Some(&patch.into()), found.etag.as_deref()).await
    }

    /// The first `limit` of a list, part by part. `query`: filters, as `name=value&…`.
    pub async fn list(&self, path: &str, query: &str, limit: usize) -> Asked<Vec<Value>> {
        self.parts(path, query, limit, limit.clamp(1, LARGEST), |_| true).await
    }

    /// As [`Server::list`], of those alone that count.
    pub async fn list_of(&self, path: &str, query: &str, limit: usize, counts: impl Fn(&Value) -> bool) -> Asked<Vec<Value>> {
        // How many have to be looked at for it nobody knows.
        self.parts(path, query, limit, LARGEST, counts).await
    }

    async fn parts(&self, path: &str, query: &str, limit: usize, part: usize, counts: impl Fn(&Value) -> bool) -> Asked<Vec<Value>> {
        let mut items: Vec<Value> = Vec::new();
        let mut after: Option<String> = None;
        while items.len() < limit {
            let mut asked = form_urlencoded::Serializer::new(String::new());
            asked.append_pair("limit", &part.to_string());
            if let Some(after) = &after {
                asked.append_pair("after", after);
            }
            let whole = [query, &asked.finish()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("&");
            let part = match self.get(&format!("{path}?{whole}")).await? {
                Ok(part) => part.body,
                Err(refusal) => return Ok(Err(refusal)),
            };
            items.extend(part["items"].as_array().into_iter().flatten().filter(|item| counts(item)).cloned());
            match part["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => break,
            }
        }
        items.truncate(limit);
        Ok(Ok(items))
    }

    /// The realm that `--realm` names; the only one where it names none.
    pub async fn realm(&self, name: Option<&str>) -> Result<String, Failure> {
        if let Some(name) = name {
            return Ok(name.to_owned());
        }
        let realms = self.list_of("/realms", "", 20, |realm| realm["name"] != jeton_oauth::manage::administrator::REALM).await??;
        let names: Vec<&str> = realms.iter().filter_map(|realm| realm["name"].as_str()).collect();
        match names.as_slice() {
            [only] => Ok((*only).to_owned()),
            [] => Err(Failure::NotFound("there is no realm that this token reaches; make one with `jeton realm create`".to_owned())),
            _ => Err(Failure::Usage(format!("say which realm: --realm NAME, one of {}", names.join(", ")))),
        }
    }

    /// `path` stands below the API's own.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>, if_match: Option<&str>) -> Asked<Answer> {
        let address = self.connection.address();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/admin/api/v1{path}", address.prefix))
            .header(header::HOST, address.authority())
            .header(header::USER_AGENT, concat!("jeton/", env!("CARGO_PKG_VERSION")))
            .header(header::ACCEPT, "application/json")
            .header(header::AUTHORIZATION, self.authorization.clone());
        if let Some(etag) = if_match {
            request = request.header(header::IF_MATCH, etag);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = request.body(Full::new(bytes)).map_err(|error| Failure::Usage(error.to_string()))?;
        let unreachable = |why: String| Failure::Failed(format!("{address} cannot be asked: {why}"));
        let received = self.connection.ask(request).await.map_err(unreachable)?;
        if !received.status.is_success() {
            return problem::told(&received, &address.to_string()).map(Err);
        }
        let etag = header_text(&received.headers, header::ETAG).map(str::to_owned);
        let body = match received.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&received.body).map_err(|_| unreachable("its answer is no JSON".to_owned()))?,
        };
        Ok(Ok(Answer { body, etag }))
    }
}

/// A name as one segment of a path.
pub fn segment(name: &str) -> String {
    form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A name and a value of a query.
pub fn pair(name: &str, value: &str) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
}

pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// A token's file: at most so much is read of what may be any other file.
fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(16 * 1024).read_to_string(&mut text));
    read.map(|_| text).map_err(|error| Failure::NotFound(format!("--token-file: {} cannot be read: {error}", file.display())))
}
