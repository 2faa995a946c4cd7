//! Which folder a demo may use: one that nobody else uses.

use std::path::Path;

use crate::failure::Failure;

/// In a folder that a demo made.
const MARK: &str = "this-is-a-demo";

/// Takes `folder` if it is absent, empty or a demo's; refuses any other.
pub fn claim(folder: &Path) -> Result<(), Failure> {
    let refused = |error: std::io::Error| Failure::failed(format!("the demo's folder {} cannot be used: {error}", folder.display()));
    let mark = folder.join(MARK);
    match std::fs::read_dir(folder) {
        Ok(mut entries) => {
            if !mark.exists() && entries.next().is_some() {
                return Err(Failure::failed(format!(
                    "{} is not empty and not a demo's: the demo would put people and applications with secrets that everybody knows into it. Name another folder with --data, or none for jeton-demo",
                    folder.display()
                )));
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(folder).map_err(refused)?,
        Err(error) => return Err(refused(error)),
    }
    if !mark.exists() {
        std::fs::write(&mark, "The secrets in this data are known to everybody. Do not use it for anything but `jeton demo`.\n")
            .map_err(refused)?;
    }
    Ok(())
}

/// Its owner's alone, like every data folder.
fn make(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_absent_empty_or_marked_folder_is_a_demos() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("new");
        claim(&folder).unwrap();
        std::fs::write(folder.join("jeton.db"), "").unwrap();
        claim(&folder).unwrap();
        std::fs::write(root.path().join("letter"), "").unwrap();
        let refused = claim(root.path()).unwrap_err().to_string();
        assert!(refused.contains("is not empty and not a demo's"), "{refused}");
        assert!(!root.path().join(MARK).exists());
    }
}
