//! What developers meet in their console, and those who have no business there.

mod api_users;
mod applications;
mod console;
mod credentials;
mod fuzebox;
mod hostile_input;
mod together;

use jeton_stories::{browser, call, demo, forms, hostile, registrations, setup, world};

fn main() {
    world::run(&[
        ("api_users", api_users::CASES),
        ("applications", applications::CASES),
        ("console", console::CASES),
        ("credentials", credentials::CASES),
        ("fuzebox", fuzebox::CASES),
        ("hostile_input", hostile_input::CASES),
        ("together", together::CASES),
    ]);
}
