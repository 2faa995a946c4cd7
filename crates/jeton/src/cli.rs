//! The command line: which commands exist.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    commands,
    failure::{EXIT_CODES, Failure},
};

/// An OAuth 2.0 and OpenID Connect authorization server.
#[derive(Parser)]
#[command(name = "jeton", version, arg_required_else_help = true, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"), after_help = EXIT_CODES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  jeton demo                                     see it work, with people and applications made up
  jeton serve                                    serve the realms of ./jeton-data on 127.0.0.1:8080
  jeton apply realm.toml --dry-run               see what a realm file would change
  jeton client create web --realm acme \\
      --grant authorization_code --redirect-uri https://app.example/cb
  jeton user create ann --email ann@example.com
  JETON_TOKEN=… jeton client list --realm acme \\
      --server https://auth.example.com          the same on a server elsewhere";

#[derive(Subcommand)]
pub enum Command {
    /// Serve the realms of a data folder
    Serve(commands::serve::Serve),
    /// Serve realms that are made up, to see how everything works
    Demo(commands::demo::Demo),
    /// Make realms, clients and people what files say
    Apply(commands::apply::Apply),
    /// List, show, create or change realms
    #[command(subcommand)]
    Realm(commands::realm::Realm),
    /// List, create or change scopes: what tokens may be used for
    #[command(subcommand)]
    Scope(commands::scope::Scope),
    /// List, show, create or change applications and their secrets
    #[command(subcommand)]
    Client(commands::client::Client),
    /// List, show, create or change people and API users
    #[command(subcommand)]
    User(commands::user::User),
    /// List, invite, change or disable those who administer the server, and make tokens for programs
    #[command(subcommand, alias = "admin")]
    Administrator(Box<commands::administrator::Administrator>),
    /// List or end what is closed after too many wrong guesses
    #[command(subcommand)]
    Lock(commands::lock::Lock),
    /// List, rotate or revoke signing keys
    #[command(subcommand)]
    Key(commands::key::Key),
    /// List or revoke what people granted, and their personal access tokens
    #[command(subcommand)]
    Token(commands::token::Token),
    /// List, show, check, store or remove wire formats
    #[command(subcommand)]
    Dialect(commands::dialect::Dialect),
    /// Copy the database to a file while it is in use
    Backup(commands::backup::Backup),
    /// Move an installation to another folder or database
    Copy(commands::copy::Copy),
    /// Put a backup in place, without what was revoked since
    Restore(commands::restore::Restore),
    /// Show who did what
    #[command(subcommand)]
    Audit(commands::audit::Audit),
    /// Say what is wrong with this installation
    Doctor(commands::doctor::Doctor),
}

/// Where the data is, and for whom the answer is.
#[derive(Args)]
pub struct Common {
    /// Data folder
    #[arg(long, value_name = "DIR", env = "JETON_DATA", default_value = "jeton-data")]
    pub data: PathBuf,
    /// PostgreSQL with the rows [default: SQLite, in the data folder]
    #[arg(long, value_name = "URL", env = "JETON_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Server to work on by its admin API, in place of a data folder: https://…, or http:// on this machine
    #[arg(long, value_name = "URL", env = "JETON_SERVER")]
    pub server: Option<String>,
    /// File that holds the token for --server; else it is in JETON_TOKEN
    #[arg(long, value_name = "FILE", requires = "server")]
    pub token_file: Option<PathBuf>,
    /// Answer in JSON, for programs
    #[arg(long)]
    pub json: bool,
}

impl Common {
    /// Refuses a server elsewhere, for what works on a data folder or a database alone.
    pub fn here_only(&self) -> Result<(), Failure> {
        match self.server {
            None => Ok(()),
            Some(_) => Err(Failure::Usage("this command works on a data folder only: leave --server and JETON_SERVER out".to_owned())),
        }
    }
}

/// As [`Common`], within one realm.
#[derive(Args)]
pub struct InRealm {
    /// Realm; may be left out where there is only one
    #[arg(long, value_name = "NAME", env = "JETON_REALM")]
    pub realm: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

impl Cli {
    /// Whether it runs until somebody ends it.
    pub fn is_server(&self) -> bool {
        matches!(self.command, Command::Serve(_) | Command::Demo(_))
    }

    /// Whether failures are told in JSON too.
    pub fn wants_json(&self) -> bool {
        match &self.command {
            // What the demo prints on stdout is one line, and only once it is ready.
            Command::Serve(_) | Command::Demo(_) => false,
            Command::Apply(apply) => apply.common.json,
            Command::Realm(realm) => realm.common().json,
            Command::Scope(scope) => scope.scope().common.json,
            Command::Client(client) => client.scope().common.json,
            Command::User(user) => user.scope().common.json,
            Command::Administrator(administrator) => administrator.common().json,
            Command::Lock(lock) => lock.scope().common.json,
            Command::Key(key) => key.scope().common.json,
            Command::Token(token) => token.scope().common.json,
            Command::Dialect(dialect) => dialect.json(),
            Command::Backup(backup) => backup.common.json,
            Command::Copy(copy) => copy.json,
            Command::Restore(restore) => restore.common.json,
            Command::Audit(audit) => audit.scope().common.json,
            Command::Doctor(doctor) => doctor.common.json,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
