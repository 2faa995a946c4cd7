//! Whether a page is for everybody: axe-core finds nothing on it, and the browser has nothing to complain of.

use libtest_mimic::Failed;
use serde_json::Value;

use super::webdriver::Browser;

/// Where `tests/foreign/install` puts axe-core.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/foreign/node_modules/axe-core/axe.min.js");
const RUN: &str = "return axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.html).join(' ')))";

/// axe-core's script.
pub struct Axe(String);

impl Axe {
    /// `None` where it is not installed and need not be.
    pub fn installed() -> Result<Option<Self>, Failed> {
        match std::fs::read_to_string(FILE) {
            Ok(script) => Ok(Some(Self(script))),
            Err(_) if std::env::var("JETON_REQUIRE").unwrap_or_default().contains("node") => {
                Err("axe-core is missing: run tests/foreign/install".into())
            }
            Err(_) => Ok(None),
        }
    }

    /// Keeps a picture of the page, and looks at it.
    #[track_caller]
    pub fn look(&self, browser: &Browser, name: &str) {
        browser.picture(name);
        browser.run(&self.0);
        assert_eq!(browser.run(RUN), Value::Array(Vec::new()), "{name}");
        // A page that is a refusal is itself an error to the console.
        let errors: Vec<_> = browser.console().into_iter().filter(|line| !line.contains("the server responded with a status of")).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}
