//! What administrators meet at their console, and those who attack it.

mod desks;
mod entry;
mod pages;

use jeton_stories::{browser, call, forms, setup, world};

fn main() {
    world::run(&[("entry", entry::CASES), ("pages", pages::CASES)]);
}
