//! A dialect's file that was read and found whole: the only kind that is ever stored.

use std::sync::Arc;

use super::{Dialect, Fault};

/// The text of a dialect, and what it says.
///
/// **Invariant**: it comes from [`DialectFile::check`] only; so a broken dialect cannot be stored.
#[derive(Clone, Debug)]
pub struct DialectFile {
    text: String,
    dialect: Arc<Dialect>,
}

impl DialectFile {
    /// Reads a dialect of an operator's own.
    ///
    /// # Errors
    /// All faults of the text at once; also where it takes the name of a dialect that is compiled in.
    pub fn check(text: String) -> Result<Self, Vec<Fault>> {
        let dialect = Dialect::parse(&text)?;
        if Dialect::built_in(&dialect.name).is_some() {
            let line = text.lines().position(|line| line.trim_start().starts_with("name")).map_or(1, |index| index + 1);
            let message = format!("{} is the name of a dialect that is built in", dialect.name);
            return Err(vec![Fault { line, column: 1, message, help: "give yours a name of its own".to_owned() }]);
        }
        Ok(Self { text, dialect: Arc::new(dialect) })
    }

    /// What realms call it, as the text says.
    pub fn name(&self) -> &str {
        &self.dialect.name
    }

    /// As it is stored: comments and blanks too.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the text says.
    pub fn dialect(&self) -> &Arc<Dialect> {
        &self.dialect
    }
}

/// The text says it all.
impl PartialEq for DialectFile {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::DialectFile;
    use crate::dialect::Dialect;

    #[test]
    fn what_is_broken_or_has_a_name_that_is_taken_is_no_file() {
        let volt = Dialect::source("volt").unwrap();
        let taken = DialectFile::check(volt.to_owned()).unwrap_err();
        assert!(taken[0].message.contains("built in"), "{taken:?}");
        assert!(DialectFile::check("nonsense".to_owned()).is_err());
        let ours = DialectFile::check(volt.replacen("\"volt\"", "\"ours\"", 1)).unwrap();
        assert_eq!((ours.name(), ours.dialect().name.as_str()), ("ours", "ours"));
    }
}
