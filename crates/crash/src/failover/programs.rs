//! What a run needs on this machine, and what to install if it is not there.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// Programs by their absolute paths: PATH may lack where Debian puts them.
pub struct Programs {
    pub patroni: PathBuf,
    pub patronictl: PathBuf,
    pub etcd: PathBuf,
    pub haproxy: PathBuf,
    pub setpriv: PathBuf,
    /// Where PostgreSQL's are.
    pub postgres: PathBuf,
}

/// Each with the Debian package that brings it.
const NEEDED: [(&str, &str); 5] =
    [("patroni", "patroni"), ("patronictl", "patroni"), ("etcd", "etcd-server"), ("haproxy", "haproxy"), ("setpriv", "util-linux")];

impl Programs {
    pub fn find() -> Result<Self> {
        Self::among(&places(), jeton_postgres_test::binaries())
    }

    fn among(places: &[PathBuf], postgres: Option<PathBuf>) -> Result<Self> {
        let find = |name: &str| places.iter().map(|place| place.join(name)).find(|path| path.is_file());
        let mut missing: Vec<&str> = NEEDED.iter().filter(|(name, _)| find(name).is_none()).map(|(_, package)| *package).collect();
        if postgres.is_none() {
            missing.push("postgresql");
        }
        missing.dedup();
        let (true, Some(postgres)) = (missing.is_empty(), postgres) else {
            bail!("this machine lacks {}; install with: apt-get install {}", missing.join(", "), missing.join(" "));
        };
        let [patroni, patronictl, etcd, haproxy, setpriv] = NEEDED.map(|(name, _)| find(name).unwrap_or_default());
        Ok(Self { patroni, patronictl, etcd, haproxy, setpriv, postgres })
    }
}

fn places() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).chain(["/usr/sbin", "/usr/bin"].map(|place| Path::new(place).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_the_line_that_installs_it() {
        let Err(error) = Programs::among(&[], None) else { panic!("found in no place") };
        assert!(error.to_string().contains("apt-get install patroni etcd-server haproxy util-linux postgresql"), "{error}");
    }
}
