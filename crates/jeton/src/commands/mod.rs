//! One file for each command.

pub mod administrator;
pub mod apply;
pub mod audit;
pub mod backup;
pub mod client;
pub mod copy;
pub mod demo;
pub mod dialect;
pub mod doctor;
pub mod key;
pub mod lock;
pub mod realm;
pub mod restore;
pub mod scope;
pub mod serve;
pub mod token;
pub mod user;

use crate::{
    cli::{Cli, Command},
    failure::Failure,
};

pub fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::failed)?;
    let result = runtime.block_on(async {
        match cli.command {
            Command::Serve(serve) => serve::run(serve).await,
            Command::Demo(demo) => demo::run(demo).await,
            Command::Apply(apply) => apply::run(apply).await,
            Command::Realm(realm) => realm::run(realm).await,
            Command::Scope(scope) => scope::run(scope).await,
            Command::Client(client) => client::run(client).await,
            Command::User(user) => user::run(user).await,
            Command::Administrator(command) => administrator::run(*command).await,
            Command::Lock(lock) => lock::run(lock).await,
            Command::Key(key) => key::run(key).await,
            Command::Token(token) => token::run(token).await,
            Command::Dialect(dialect) => dialect::run(dialect).await,
            Command::Backup(backup) => backup::run(backup).await,
            Command::Copy(copy) => copy::run(copy).await,
            Command::Restore(restore) => restore::run(restore).await,
            Command::Audit(audit) => audit::run(audit).await,
            Command::Doctor(doctor) => doctor::run(doctor).await,
        }
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    result
}
