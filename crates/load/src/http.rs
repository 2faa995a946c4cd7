//! A lean HTTP/1.1 client: prepared bytes out, as little as possible parsed on the way in.
//!
//! The client shares the machine's cores with the server that it measures, so its own
//! cost per request is part of every throughput; hence no general client.

mod connection;
pub mod form;
pub mod json;
mod request;
mod response;
mod target;

pub use connection::Connection;
pub use request::{Post, get};
pub use response::Response;
pub use target::Target;
