//! Lists: a part at a time, each from where the one before ended.

use axum::response::Response;
use http::StatusCode;
use jeton_oauth::{
    OAuthError, Seconds,
    manage::{Fault, Path, did_you_mean},
    parameters::Parameters,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::api::Api;
use crate::{respond, sealed::Purpose};

/// A part of a list, as it was asked for.
pub struct Page<'a> {
    api: &'a Api<'a>,
    query: Parameters,
    limit: u32,
    after: Option<String>,
    /// Which list it is: its address, and what it is filtered by.
    list: String,
}

/// Where a part ended, in one list and no other.
#[derive(Serialize, Deserialize)]
struct Cursor {
    list: String,
    after: String,
}

pub const USUAL: u32 = 50;
pub const MOST: u32 = 200;
/// A list may be left open for so long.
const LIFETIME: Seconds = Seconds(30 * 86_400);

impl<'a> Page<'a> {
    /// What was asked; `filters` are the other parameters that this list has.
    ///
    /// # Errors
    /// 400: a parameter that is not known, a limit that cannot be, a cursor that is forged or of another list.
    pub fn of(api: &'a Api<'a>, filters: &[&str]) -> Result<Self, OAuthError> {
        let query = api.incoming.query()?;
        let known: Vec<&str> = filters.iter().copied().chain(["limit", "after"]).collect();
        if let Some(unknown) = query.names().find(|name| !known.contains(name)) {
            let what = format!("the parameter {unknown:?} is not known here");
            return Err(OAuthError::faulty(vec![Fault::new(Path::default(), what, did_you_mean(unknown, &known))]));
        }
        let limit = query.get("limit").map_or(Ok(USUAL), limit)?;
        let said = filters.iter().filter_map(|name| Some(format!("{name}={:?}", query.get(name)?)));
        let list = [api.incoming.path().to_owned()].into_iter().chain(said).collect::<Vec<_>>().join(" ");
        let after = query.get("after").map(|text| opened(api, &list, text)).transpose()?;
        Ok(Self { api, query, limit, after, list })
    }

    /// The value of a filter.
    pub fn filter(&self, name: &str) -> Option<&str> {
        self.query.get(name).filter(|value| !value.is_empty())
    }

    /// Where the part before ended.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// How many rows are shown at most.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// How many rows to ask for: one more than is shown tells whether any follow.
    pub fn more(&self) -> u32 {
        self.limit + 1
    }

    /// The cursor of the part before, read; forged ones are refused before they come here.
    pub fn after_id<T: std::str::FromStr>(&self) -> Result<Option<T>, OAuthError> {
        self.after.as_deref().map(|text| text.parse().map_err(|_| bad_cursor())).transpose()
    }

    /// The part: `key` is what `after` names a row by.
    pub fn answer<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> String, view: impl Fn(&T) -> Map<String, Value>) -> Response {
        let follows = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let next = rows.last().filter(|_| follows).map(|last| self.sealed(key(last)));
        let items: Vec<_> = rows.iter().map(view).collect();
        respond::json(StatusCode::OK, &json!({ "items": items, "next": next }))
    }

    /// The part, where the store says itself what the next one begins after.
    pub fn part<T>(&self, rows: Vec<T>, next: Option<String>, view: impl Fn(&T) -> Map<String, Value>) -> Response {
        let items: Vec<_> = rows.iter().map(view).collect();
        respond::json(StatusCode::OK, &json!({ "items": items, "next": next.map(|after| self.sealed(after)) }))
    }

    fn sealed(&self, after: String) -> String {
        let app = self.api.app;
        let cursor = Cursor { list: self.list.clone(), after };
        app.seal.seal(Purpose::Cursor, self.api.realm().id(), &cursor, app.now() + LIFETIME)
    }
}

fn opened(api: &Api<'_>, list: &str, text: &str) -> Result<String, OAuthError> {
    let cursor: Option<Cursor> = api.app.seal.open(Purpose::Cursor, api.realm().id(), text, api.app.now());
    cursor.filter(|cursor| cursor.list == list).map(|cursor| cursor.after).ok_or_else(bad_cursor)
}

fn bad_cursor() -> OAuthError {
    let instead = "write `next` of the part before, with the same filters, or leave `after` out to begin anew";
    OAuthError::faulty(vec![Fault::new(Path::default(), "`after` is not the end of a part of this list", instead)])
}

fn limit(text: &str) -> Result<u32, OAuthError> {
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit) && text.bytes().all(|byte| byte.is_ascii_digit()));
    limit.ok_or_else(|| {
        OAuthError::faulty(vec![Fault::new(
            Path::default(),
            format!("`limit` cannot be {text:?}"),
            format!("write a number from 1 to {MOST}"),
        )])
    })
}
