//! Whether this machine has a PostgreSQL, and as whom it may run.

use std::{env, fs, os::unix::fs::MetadataExt, path::PathBuf, process::Command};

/// What to install, if there is no PostgreSQL.
pub fn missing() -> Option<&'static str> {
    binaries().is_none().then_some("install the Debian package postgresql")
}

/// What is needed, if a server cannot be given a small disk of its own here.
pub fn missing_small_disk() -> Option<&'static str> {
    let can = |program: &str, arguments: &[&str]| Command::new(program).args(arguments).status().is_ok_and(|status| status.success());
    let mounts = unprivileged().is_some() && can("unshare", &["--mount", "true"]) && can("setpriv", &["--clear-groups", "true"]);
    (!mounts).then_some("run as root, with unshare and setpriv (the Debian package util-linux)")
}

/// Whether `JETON_REQUIRE` says that a missing PostgreSQL is a failure.
pub fn required() -> bool {
    env::var("JETON_REQUIRE").is_ok_and(|all| all.split(',').any(|one| one.trim() == "postgres"))
}

/// The folder of `initdb` and `postgres`: the newest version that there is.
pub fn binaries() -> Option<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success());
    let told = told.and_then(|output| String::from_utf8(output.stdout).ok()).map(|path| PathBuf::from(path.trim()));
    let mut packaged: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin")).collect();
    packaged.sort_by_key(|path| path.parent().and_then(|path| path.file_name()?.to_str()?.parse::<u32>().ok()));
    let path = env::var_os("PATH").unwrap_or_default();
    let complete = |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).is_file());
    packaged.into_iter().rev().chain(told).chain(env::split_paths(&path)).find(complete)
}

/// User and group to run as; `None` for our own, which must not be root's.
pub fn unprivileged() -> Option<(u32, u32)> {
    if fs::metadata("/proc/self").is_ok_and(|own| own.uid() != 0) {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |name: &str| {
        let fields: Vec<&str> = users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody"))
}
