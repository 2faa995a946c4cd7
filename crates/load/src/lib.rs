//! What measures an OAuth server, for `jeton-load` and for what else puts one under load.

pub mod bench;
pub mod database;
pub mod histogram;
pub mod http;
pub mod jeton;
pub mod limits;
pub mod oauth;
mod process;
pub mod run;
mod scale;
pub mod table;
pub mod work;
