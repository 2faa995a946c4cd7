//! The tables of a run in a document, between two marks, so that the prose around them stays.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Puts `text` between the marks of `name`: into a file that has them, or into a new one.
pub fn put(name: &str, text: &str, file: &Path) -> Result<()> {
    let (begin, end) = (format!("<!-- {name}: begin -->"), format!("<!-- {name}: end -->"));
    let marked = format!("{begin}\n\n{text}\n\n{end}");
    let text = match fs::read_to_string(file) {
        Ok(old) => between(&old, &begin, &end, &marked).with_context(|| format!("in {}", file.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => format!("{marked}\n"),
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

fn between(old: &str, begin: &str, end: &str, marked: &str) -> Result<String> {
    let (Some(from), Some(to)) = (old.find(begin), old.find(end)) else {
        bail!("the marks {begin} and {end} are missing; put them where the tables belong");
    };
    if to < from {
        bail!("{end} stands before {begin}");
    }
    Ok(format!("{}{marked}{}", &old[..from], &old[to + end.len()..]))
}

#[cfg(test)]
mod tests {
    use super::between;

    #[test]
    fn what_stands_around_the_marks_stays() {
        assert_eq!(between("before\n[\nold\n]\nafter\n", "[", "]", "NEW").unwrap(), "before\nNEW\nafter\n");
    }

    #[test]
    fn a_document_without_marks_is_not_overwritten() {
        assert!(between("precious", "[", "]", "NEW").unwrap_err().to_string().contains("missing"));
        assert!(between("][", "[", "]", "NEW").is_err());
    }
}
