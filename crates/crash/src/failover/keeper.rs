//! Ends everything that a run started and removes what it made, however the run ends.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// Waits for the end of its input, which comes when this process ends or is killed. Everything that
/// was started works in the folder: by that it is known. Patroni goes first, lest it start anything again.
const KEEPER: &str = r#"
trap '' INT TERM HUP
read -r keep
for pass in 1 2 3; do
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/cwd")" in
      "$FOLDER"|"$FOLDER"/*) kill -9 "${process#/proc/}" ;;
    esac
  done
done 2>/dev/null
for space in $SPACES; do ip netns del "$space"; done 2>/dev/null
[ -z "$BRIDGE" ] || ip link del "$BRIDGE" 2>/dev/null
[ "$keep" = keep ] || rm -rf "$FOLDER"
"#;

/// Dropped, it cleans up and returns when that is done.
pub struct Keeper(Child);

impl Keeper {
    /// To be started before anything that it is to clean up.
    pub fn start(folder: &Path, spaces: &[String], bridge: Option<&str>) -> Result<Self> {
        let child = Command::new("sh")
            .args(["-c", KEEPER])
            .env("FOLDER", folder)
            .env("SPACES", spaces.join(" "))
            .env("BRIDGE", bridge.unwrap_or_default())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            // A terminal's Ctrl-C is for those in front of it.
            .process_group(0)
            .spawn()
            .context("starting sh")?;
        Ok(Self(child))
    }

    /// Ends everything, but leaves the folder.
    pub fn leave_folder(&mut self) {
        if let Some(stdin) = self.0.stdin.as_mut() {
            let _ = stdin.write_all(b"keep\n");
        }
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_works_in_the_folder_ends_with_it() {
        let folder = tempfile::tempdir().unwrap().keep().canonicalize().unwrap();
        let inner = folder.join("inner");
        std::fs::create_dir(&inner).unwrap();
        let keeper = Keeper::start(&folder, &[], None).unwrap();
        let mut child = Command::new("cat").current_dir(&inner).stdin(Stdio::piped()).spawn().unwrap();
        drop(keeper);
        assert!(!child.wait().unwrap().success());
        assert!(!folder.exists());
    }

    #[test]
    fn the_folder_may_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut keeper = Keeper::start(folder.path(), &[], None).unwrap();
        keeper.leave_folder();
        drop(keeper);
        assert!(folder.path().exists());
    }
}
