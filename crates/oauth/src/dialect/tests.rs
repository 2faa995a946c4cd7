//! The built-in dialects, and what a file may say.

use std::sync::Arc;

use super::*;

fn dialect(name: &str) -> Arc<Dialect> {
    Dialect::built_in(name).expect(name)
}

#[test]
fn every_built_in_dialect_parses() {
    for (name, text) in Dialect::BUILT_IN.iter().zip(FILES) {
        let parsed = Dialect::parse(text).unwrap_or_else(|faults| panic!("{name}.toml: {faults:#?}"));
        assert_eq!(parsed.name, *name);
        assert_eq!(dialect(name).routes, parsed.routes);
    }
    assert!(Dialect::built_in("acme").is_none());
}

#[test]
fn the_shortest_dialect_is_the_standard() {
    let shortest = Dialect::parse("name = \"standard\"\ntitle = \"Acme\"").unwrap();
    let standard = dialect("standard");
    let sorted = |dialect: &Dialect| {
        let mut routes = dialect.routes.clone();
        routes.sort_by(|a, b| a.path.cmp(&b.path));
        routes
    };
    assert_eq!(sorted(&shortest), sorted(&standard));
    let settings = |dialect: &Dialect| crate::settings::Settings::default().with(&dialect.settings);
    assert_eq!(settings(&shortest), settings(&standard));
}
