//! `jeton dialect`: wire formats, built in and of your own.

mod server;

use std::path::{Path, PathBuf};

use clap::Subcommand;
use jeton_oauth::{
    dialect::{Dialect as Format, DialectFile, Fault as FormatFault},
    manage::{self, Actor, DialectApplied, Refusal},
    model::StoredDialect,
};
use jeton_provision::Fault;
use jeton_server::{
    randomness::SystemRng,
    realms::{dialect_files, read_dialect},
};

use crate::{
    api::Server,
    cli::Common,
    failure::Failure,
    installation::{Installation, now},
    output,
};

#[derive(Subcommand)]
pub enum Dialect {
    /// List the wire formats that realms may speak
    #[command(after_help = "Example:\n  jeton dialect list")]
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Print a wire format's file, to copy and change
    #[command(after_help = "Example:\n  jeton dialect show volt > ours.toml")]
    Show {
        /// Name, such as standard
        name: String,
        #[command(flatten)]
        common: Common,
    },
    /// Say what is wrong with a wire format's file, with line and column
    #[command(after_help = "Example:\n  jeton dialect check ours.toml\n\nExit codes: 0 fine, 3 refused, 4 no such file")]
    Check {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Answer in JSON, for programs
        #[arg(long)]
        json: bool,
    },
    /// Store a wire format, or store it anew: every server speaks it within a second
    #[command(
        after_help = "Example:\n  jeton dialect apply ours.toml\n\nA file with a fault is refused, and nothing is changed.\n\nExit codes: 0 done, 3 refused, 4 no such file, 5 changed by somebody else meanwhile"
    )]
    Apply {
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        common: Common,
    },
    /// Remove a stored wire format that no realm speaks
    #[command(after_help = "Example:\n  jeton dialect remove ours\n\nExit codes: 0 done, 4 no such dialect, 5 a realm speaks it")]
    Remove {
        /// Name
        name: String,
        #[command(flatten)]
        common: Common,
    },
}

impl Dialect {
    pub fn json(&self) -> bool {
        match self {
            Self::List { common } | Self::Show { common, .. } | Self::Apply { common, .. } | Self::Remove { common, .. } => common.json,
            Self::Check { json, .. } => *json,
        }
    }
}

pub async fn run(dialect: Dialect) -> Result<(), Failure> {
    match dialect {
        Dialect::List { common } => match Server::of(&common)? {
            Some(server) => server::list(&server, common.json).await,
            None => list(&common).await,
        },
        Dialect::Show { name, common } => match Server::of(&common)? {
            Some(server) => server::show(&server, &name, common.json).await,
            None => show(&name, &common).await,
        },
        Dialect::Check { file, json } => check(file, json),
        Dialect::Apply { file, common } => match Server::of(&common)? {
            Some(server) => server::apply(&server, &file, common.json).await,
            None => apply(file, &common).await,
        },
        Dialect::Remove { name, common } => {
            match Server::of(&common)? {
                Some(server) => server::remove(&server, &name).await?,
                None => remove(&name, &common).await?,
            }
            if common.json {
                output::json(&serde_json::json!({ "name": name, "action": "removed" }))
            } else {
                output::say!("the dialect {name} is removed")
            }
            Ok(())
        }
    }
}

/// What is stored; nothing where there is no installation yet.
async fn stored(common: &Common) -> Result<Vec<StoredDialect>, Failure> {
    match Installation::open(common) {
        Ok(installation) => Ok(installation.store.dialects().await?),
        Err(Failure::NotFound(_)) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

async fn list(common: &Common) -> Result<(), Failure> {
    let stored = stored(common).await?;
    let mut rows = output::Rows::new(&["name", "where", "relaxes", "what"], "");
    let mut values = Vec::new();
    let mut add = |name: &str, place: &str, version: Option<u32>, format: Result<&Format, String>| match format {
        Ok(format) => {
            let relaxes = relaxes(format);
            rows.add([name.to_owned(), place.to_owned(), relaxes.join(", "), format.summary.clone()]);
            values.push(serde_json::json!({
                "name": name, "title": format.title, "summary": format.summary, "built_in": place == BUILT_IN, "where": place,
                "version": version, "relaxes": relaxes
            }));
        }
        Err(fault) => {
            rows.add([name.to_owned(), place.to_owned(), String::new(), format!("broken: {fault}")]);
            values.push(serde_json::json!({ "name": name, "built_in": false, "where": place, "version": version, "fault": fault }));
        }
    };
    for format in Format::BUILT_IN.iter().filter_map(|name| Format::built_in(name)) {
        add(&format.name, BUILT_IN, None, Ok(&format));
    }
    for row in &stored {
        let format = Format::parse(&row.toml).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        add(&row.name, STORED, Some(row.version), format.as_ref().map_err(Clone::clone));
    }
    for name in dialect_files(&common.data).into_iter().filter(|name| stored.iter().all(|row| row.name != *name)) {
        let format = read_dialect(&common.data.join("dialects"), &name);
        add(&name, FILE, None, format.as_ref().map_err(Clone::clone));
    }
    if common.json {
        output::json(&values)
    } else {
        rows.print()
    }
    Ok(())
}

const BUILT_IN: &str = "built in";
const STORED: &str = "stored";
const FILE: &str = "file in the data folder";

fn relaxes(format: &Format) -> Vec<String> {
    format.relaxes.iter().map(|relaxation| relaxation.as_str().to_owned()).collect()
}

async fn show(name: &str, common: &Common) -> Result<(), Failure> {
    let stored = match Format::source(name) {
        Some(text) => Some(text.to_owned()),
        None => stored(common).await?.into_iter().find(|row| row.name == name).map(|row| row.toml),
    };
    let text = match stored {
        Some(text) => text,
        None => {
            let file = common.data.join("dialects").join(format!("{name}.toml"));
            std::fs::read_to_string(&file).map_err(|_| {
                Failure::NotFound(format!(
                    "there is no dialect {name:?}: built in are {}, none of this name is stored, and {} cannot be read",
                    Format::BUILT_IN.join(", "),
                    file.display()
                ))
            })?
        }
    };
    if common.json {
        output::json(&serde_json::json!({ "name": name, "toml": text }))
    } else {
        output::text(format_args!("{text}"))
    }
    Ok(())
}

fn check(file: PathBuf, json: bool) -> Result<(), Failure> {
    let format = Format::parse(&read(&file)?).map_err(|faults| refused(&file, faults))?;
    let relaxes = relaxes(&format);
    if json {
        output::json(&serde_json::json!({ "name": format.name, "title": format.title, "relaxes": relaxes }));
        return Ok(());
    }
    output::say!("{} is a dialect: {}", file.display(), format.name);
    if !relaxes.is_empty() {
        output::say!("it relaxes the standard: {}", relaxes.join(", "));
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| Failure::NotFound(format!("{} cannot be read: {error}", file.display())))
}

fn refused(file: &Path, faults: Vec<FormatFault>) -> Failure {
    let fault = |fault: FormatFault| Fault {
        file: file.display().to_string(),
        line: fault.line,
        column: fault.column,
        message: fault.message,
        help: fault.help,
    };
    Failure::Refused(faults.into_iter().map(fault).collect())
}

async fn apply(file: PathBuf, common: &Common) -> Result<(), Failure> {
    let checked = DialectFile::check(read(&file)?).map_err(|faults| refused(&file, faults))?;
    let installation = Installation::open_or_make(common)?;
    let stored = installation.store.dialect(checked.name()).await?;
    let speak = installation.store.realms_speaking(checked.name()).await?;
    let applied = manage::apply_dialect(&checked, stored.as_ref(), &speak, &Actor::COMMAND, now(), &mut SystemRng);
    let applied = installation.settle(applied).await?.map_err(|refusal| impossible(&file, refusal))?;
    let version = stored.map_or(0, |stored| stored.version) + u32::from(applied != DialectApplied::Unchanged);
    let said = match applied {
        DialectApplied::Unchanged => "unchanged",
        DialectApplied::Created => "created",
        DialectApplied::Changed => "changed",
    };
    applied_as(&checked, said, version.into(), speak.len(), common.json);
    Ok(())
}

/// What applying a file did.
fn applied_as(file: &DialectFile, said: &str, version: u64, realms: usize, json: bool) {
    let relaxes = relaxes(file.dialect());
    if json {
        output::json(&serde_json::json!({
            "name": file.name(), "action": said, "version": version, "relaxes": relaxes, "realms": realms
        }));
        return;
    }
    let realms = if realms == 1 { "1 realm".to_owned() } else { format!("{realms} realms") };
    output::say!("the dialect {} is {said}: version {version}, spoken by {realms}", file.name());
    if !relaxes.is_empty() {
        output::say!("it relaxes the standard: {}", relaxes.join(", "));
    }
}

/// A file that is a dialect, and one that these realms cannot speak.
fn impossible(file: &Path, refusal: Refusal) -> Failure {
    let place = file.display().to_string();
    match refusal {
        Refusal::Faults(faults) => {
            let fault = |fault: manage::Fault| Fault { file: place.clone(), line: 0, column: 0, message: fault.what, help: fault.instead };
            Failure::Refused(faults.into_iter().map(fault).collect())
        }
        other => other.into(),
    }
}

async fn remove(name: &str, common: &Common) -> Result<(), Failure> {
    if Format::built_in(name).is_some() {
        return Err(Failure::Conflict(format!("the dialect {name} is built in and stays")));
    }
    let installation = Installation::open(common)?;
    let found = installation.store.dialect(name).await?;
    let stored =
        found.ok_or_else(|| Failure::NotFound(format!("no dialect {name:?} is stored; `jeton dialect list` shows those that are")))?;
    let speak = installation.store.realms_speaking(name).await?;
    Ok(installation.settle(manage::remove_dialect(&stored, &speak, &Actor::COMMAND, now(), &mut SystemRng)).await??)
}
