//! What a client knows of an authorization server: its endpoints, its own credentials, its sign-in.

mod client;
mod page;
mod pkce;
mod server;
mod sign_in;

pub use client::{AuthMethod, Client, Tokens, excerpt, obtain};
pub use pkce::Pkce;
pub use server::Server;
pub use sign_in::{CodeRequest, Person, Session};
