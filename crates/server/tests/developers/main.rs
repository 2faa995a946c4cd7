//! What developers meet in their console, and those who have no business there.

mod console;

use jeton_stories::{browser, forms, setup, world};

fn main() {
    world::run(&[("console", console::CASES)]);
}
