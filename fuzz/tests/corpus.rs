//! The fuzz targets without a fuzzer: their corpora, and changed copies of them, on every machine.

use std::{fs, path::Path};

use jeton_fuzz::TARGETS;
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};

/// Changed copies of each input.
const COPIES: u32 = 64;

fn inputs(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn no_input_of_a_corpus_breaks_its_target() {
    for (name, target) in TARGETS {
        let inputs = inputs(name);
        assert!(inputs.len() >= 2, "{name} has too few inputs to begin with");
        inputs.iter().for_each(|input| target(input));
    }
}

#[test]
fn every_corpus_belongs_to_a_target() {
    let corpora = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).unwrap();
    for corpus in corpora {
        let name = corpus.unwrap().file_name();
        assert!(TARGETS.iter().any(|(target, _)| *target == name), "{name:?}");
    }
}

#[test]
fn no_changed_input_breaks_its_target() {
    let change = (any::<Index>(), any::<Index>(), prop::collection::vec(any::<u8>(), 0..8));
    for (name, target) in TARGETS {
        for input in inputs(name) {
            let mut runner = TestRunner::new(ProptestConfig { cases: COPIES, failure_persistence: None, ..ProptestConfig::default() });
            let ran = runner.run(&prop::collection::vec(change.clone(), 1..4), |changes| {
                let mut changed = input.clone();
                for (from, to, bytes) in changes {
                    let (from, to) = (from.index(changed.len() + 1), to.index(changed.len() + 1));
                    changed.splice(from.min(to)..from.max(to).min(from.min(to) + 16), bytes);
                }
                target(&changed);
                Ok(())
            });
            ran.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
