//! A PostgreSQL that lives as long as a test process, made of the installed binaries.
//!
//! A shell that waits for this process to end stops it and removes its folder, however the process
//! ends; so nothing is left behind by a test that panics or is killed.

mod cluster;
mod installed;
mod passage;

pub use cluster::{Cluster, Place, Settings};
pub use installed::{binaries, missing, missing_small_disk, required, unprivileged};
pub use passage::{Passage, Way};
