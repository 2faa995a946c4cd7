//! The tables of a run in a document, between two marks, so that the prose around them stays.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::report::Report;

const BEGIN: &str = "<!-- bench: begin -->";
const END: &str = "<!-- bench: end -->";

pub fn write(report: &Report, file: &Path) -> Result<()> {
    let tables = format!(
        "{BEGIN}\n\n### Limits of the machine\n\n{}\n\n### Operations\n\n{}\n\n### Memory, start, size\n\n{}\n\n{END}",
        report.limits.table().markdown(),
        report.operations().markdown(),
        report.others().markdown()
    );
    let text = match fs::read_to_string(file) {
        Ok(old) => between_marks(&old, &tables).with_context(|| format!("in {}", file.display()))?,
        Err(error) if error.kind() == ErrorKind::NotFound => format!("{tables}\n"),
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    fs::write(file, text).with_context(|| format!("writing {}", file.display()))
}

fn between_marks(old: &str, tables: &str) -> Result<String> {
    let (Some(begin), Some(end)) = (old.find(BEGIN), old.find(END)) else {
        bail!("the marks {BEGIN} and {END} are missing; put them where the tables belong");
    };
    if end < begin {
        bail!("{END} stands before {BEGIN}");
    }
    Ok(format!("{}{tables}{}", &old[..begin], &old[end + END.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_around_the_marks_stays() {
        let old = format!("before\n{BEGIN}\nold\n{END}\nafter\n");
        assert_eq!(between_marks(&old, "NEW").unwrap(), "before\nNEW\nafter\n");
    }

    #[test]
    fn a_document_without_marks_is_not_overwritten() {
        assert!(between_marks("precious", "NEW").unwrap_err().to_string().contains("missing"));
        assert!(between_marks(&format!("{END}{BEGIN}"), "NEW").is_err());
    }
}
