//! What people meet on their pages, and those who attack them.

mod account;
mod email_change;
mod forgotten;
mod frame;
mod hostile_input;
mod pages;
mod passkeys;
mod personal_access_tokens;
mod second_factor;
mod sessions;
mod sign_up;

use jeton_stories::{authenticator, browser, call, forms, grants, hostile, setup, world};

fn main() {
    world::run(&[
        ("account", account::CASES),
        ("email_change", email_change::CASES),
        ("forgotten", forgotten::CASES),
        ("frame", frame::CASES),
        ("hostile_input", hostile_input::CASES),
        ("pages", pages::CASES),
        ("passkeys", passkeys::CASES),
        ("personal_access_tokens", personal_access_tokens::CASES),
        ("second_factor", second_factor::CASES),
        ("sessions", sessions::CASES),
        ("sign_up", sign_up::CASES),
    ]);
}
