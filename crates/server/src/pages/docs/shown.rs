//! Calls as pages show them: a tab per language, in each a program or two, and the answer below.

use http::StatusCode;
use jeton_oauth::{
    Seconds,
    model::Realm,
    samples::{Call, Language, pieces, verify},
};
use serde::Serialize;

use crate::{page_parts::texts::text, pages::frame::Frame};

/// One call.
#[derive(Serialize)]
pub struct CallShown {
    pub id: &'static str,
    pub tabs: Vec<Tab>,
    /// Above the answer, such as `200 OK · application/json`; nothing where no answer is shown.
    pub answered: Option<String>,
    pub answer: String,
}

#[derive(Serialize)]
pub struct Tab {
    pub id: String,
    pub name: &'static str,
    pub blocks: Vec<Block>,
}

/// One program, or another text to copy.
#[derive(Serialize)]
pub struct Block {
    pub id: String,
    pub caption: String,
    pub pieces: Vec<Shown>,
}

/// A part of a text; the reader's own is marked.
#[derive(Serialize)]
pub struct Shown {
    text: String,
    own: bool,
}

/// A call in every language.
pub fn shown(call: &Call) -> CallShown {
    let answered = (!call.answer.body.is_empty()).then(|| answered(call.answer.status));
    CallShown { id: call.id, tabs: tabs(call.id, |language| Some(language.write(call))), answered, answer: call.answer.body.clone() }
}

/// How a token is verified, in every language that has a way.
pub fn verification(realm: &Realm) -> Option<CallShown> {
    let tabs = tabs("jwks", |language| verify(realm, language));
    (!tabs.is_empty()).then(|| CallShown { id: "jwks", tabs, answered: None, answer: String::new() })
}

/// `200 OK · application/json`
pub fn answered(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    format!("{status} {reason} · application/json")
}

/// A text with its marks.
pub fn block(id: &str, caption: &str, marked: &str) -> Block {
    let pieces = pieces(marked).into_iter().map(|piece| Shown { text: piece.text, own: piece.own }).collect();
    Block { id: id.to_owned(), caption: caption.to_owned(), pieces }
}

fn tabs(id: &str, write: impl Fn(Language) -> Option<String>) -> Vec<Tab> {
    let mut tabs: Vec<Tab> = Vec::new();
    for language in Language::ALL {
        let Some(program) = write(language) else { continue };
        let block = block(&format!("{id}-{}", language.id()), language.title(), &program);
        match tabs.last_mut().filter(|tab| tab.name == language.tab()) {
            Some(tab) => tab.blocks.push(block),
            None => tabs.push(Tab { id: format!("{id}-in-{}", language.id()), name: language.tab(), blocks: vec![block] }),
        }
    }
    tabs
}

/// `1 hour`: in the largest unit that fits without rest.
pub fn span(frame: &Frame<'_>, seconds: Seconds) -> String {
    let units = [(86_400, "docs-days"), (3600, "docs-hours"), (60, "docs-minutes"), (1, "docs-seconds")];
    let fits = |size: u32| seconds.0 > size && seconds.0.is_multiple_of(size) || seconds.0 == size;
    // A day is told as 24 hours: people count from now.
    let fitting = units.into_iter().find(|(size, _)| fits(*size) && (*size < 86_400 || seconds.0 > 86_400));
    let (size, id) = fitting.unwrap_or((1, "docs-seconds"));
    frame.say(&text(id).with("count", seconds.0 / size))
}
