//! What developers meet in their console, and those who have no business there.

mod applications;
mod console;
mod credentials;
mod fuzebox;
mod together;

use jeton_stories::{browser, call, demo, forms, registrations, setup, world};

fn main() {
    world::run(&[
        ("applications", applications::CASES),
        ("console", console::CASES),
        ("credentials", credentials::CASES),
        ("fuzebox", fuzebox::CASES),
        ("together", together::CASES),
    ]);
}
