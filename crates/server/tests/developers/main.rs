//! What developers meet in their console, and those who have no business there.

mod api_users;
mod applications;
mod console;
mod credentials;
mod fuzebox;
mod together;

use jeton_stories::{browser, call, demo, forms, registrations, setup, world};

fn main() {
    world::run(&[
        ("api_users", api_users::CASES),
        ("applications", applications::CASES),
        ("console", console::CASES),
        ("credentials", credentials::CASES),
        ("fuzebox", fuzebox::CASES),
        ("together", together::CASES),
    ]);
}
