//! What administrators meet at their console, and those who attack it.

mod desks;
mod entry;
mod figures;
mod installation;
mod overtaken;
mod pages;
mod writing;

use jeton_stories::{authenticator, browser, call, forms, setup, world};

fn main() {
    world::run(&[
        ("entry", entry::CASES),
        ("figures", figures::CASES),
        ("installation", installation::CASES),
        ("overtaken", overtaken::CASES),
        ("pages", pages::CASES),
        ("writing", writing::CASES),
    ]);
}
