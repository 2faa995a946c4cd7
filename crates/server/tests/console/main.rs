//! What administrators meet at their console, and those who attack it.

mod desks;
mod entry;
mod figures;
mod hostile_input;
mod installation;
mod overtaken;
mod pages;
mod writing;

use jeton_stories::{authenticator, browser, call, forms, hostile, setup, world};

fn main() {
    world::run(&[
        ("entry", entry::CASES),
        ("figures", figures::CASES),
        ("hostile_input", hostile_input::CASES),
        ("installation", installation::CASES),
        ("overtaken", overtaken::CASES),
        ("pages", pages::CASES),
        ("writing", writing::CASES),
    ]);
}
