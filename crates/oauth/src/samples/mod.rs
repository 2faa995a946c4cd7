//! The documents that a realm writes by itself: the calls of its token API, as requests, answers and programs.
//!
//! Requests are what the realm's dialect writes, read back; answers and errors are what it answers with. So a
//! document says what the server does, and changes with it.

mod answer;
mod bruno;
mod call;
mod calls;
mod curl;
mod go;
mod javascript;
mod openapi;
mod postman;
mod python;
mod raw;
mod refusal;
mod rust;
mod text;
mod verify;
mod who;

pub use bruno::bruno;
pub use call::{Call, Payload, Said};
pub use calls::{Calls, authorization_url, calls, resource_call, resource_header, token_request};
pub use openapi::openapi;
pub use postman::postman;
pub use refusal::{Refusal, refusals};
pub use text::{Piece, pieces, plain, pretty};
pub use verify::verify;
pub use who::{
    ACCESS_TOKEN, API_PASSWORD, API_USER, CLIENT_ID, CLIENT_SECRET, CODE, CODE_VERIFIER, PASSWORD, PERSONAL_ACCESS_TOKEN, PLACEHOLDERS,
    REDIRECT_URI, REFRESH_TOKEN, USERNAME, Who,
};

/// What a sample is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A command for a POSIX shell.
    Curl,
    /// With what Node.js has itself.
    NodeFetch,
    /// With npm's axios.
    NodeAxios,
    /// With what Python has itself.
    PythonHttpClient,
    /// With PyPI's requests.
    PythonRequests,
    /// With reqwest.
    Rust,
    /// With what Go has itself.
    Go,
    /// The request itself.
    Http,
}

impl Language {
    /// In the order of their tabs.
    pub const ALL: [Self; 8] =
        [Self::Curl, Self::NodeFetch, Self::NodeAxios, Self::PythonHttpClient, Self::PythonRequests, Self::Rust, Self::Go, Self::Http];

    /// Part of a sample's id on a page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::NodeFetch => "node-fetch",
            Self::NodeAxios => "node-axios",
            Self::PythonHttpClient => "python-http-client",
            Self::PythonRequests => "python-requests",
            Self::Rust => "rust",
            Self::Go => "go",
            Self::Http => "http",
        }
    }

    /// What stands above a sample.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::NodeFetch => "Node.js (fetch)",
            Self::NodeAxios => "Node.js (axios)",
            Self::PythonHttpClient => "Python (http.client)",
            Self::PythonRequests => "Python (requests)",
            Self::Rust => "Rust",
            Self::Go => "Go",
            Self::Http => "HTTP",
        }
    }

    /// The name of its tab, which a language shares with what it is written with.
    pub const fn tab(self) -> &'static str {
        match self {
            Self::NodeFetch | Self::NodeAxios => "Node.js",
            Self::PythonHttpClient | Self::PythonRequests => "Python",
            other => other.title(),
        }
    }

    /// A whole program (or command) that makes this call and prints the answer. The reader's own values are marked:
    /// see [`pieces`].
    pub fn write(self, call: &Call) -> String {
        match self {
            Self::Curl => curl::write(call),
            Self::NodeFetch => javascript::fetch(call),
            Self::NodeAxios => javascript::axios(call),
            Self::PythonHttpClient => python::http_client(call),
            Self::PythonRequests => python::requests(call),
            Self::Rust => rust::write(call),
            Self::Go => go::write(call),
            Self::Http => raw::write(call),
        }
    }
}

#[cfg(test)]
mod tests;
