//! What a realm writes about its token API: the pages and documents, and every sample, run in its language.

mod languages;
mod own;
mod pages;
mod samples;
mod served;

use jeton_stories::{call, forms, setup, world};
use libtest_mimic::Arguments;

fn main() {
    let mut trials = world::trials(&[("pages", pages::CASES), ("own", own::CASES)]);
    trials.extend(samples::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
