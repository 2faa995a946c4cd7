//! What administrators meet at their console, and those who attack it.

mod desks;
mod entry;
mod figures;
mod pages;
mod writing;

use jeton_stories::{browser, call, forms, setup, world};

fn main() {
    world::run(&[("entry", entry::CASES), ("figures", figures::CASES), ("pages", pages::CASES), ("writing", writing::CASES)]);
}
