//! `jeton dialect`: wire formats, built in and of your own.

use std::path::PathBuf;

use clap::Subcommand;
use jeton_oauth::dialect::Dialect as Format;
use jeton_provision::Fault;
use jeton_server::realms::read_dialect;

use crate::{cli::Common, failure::Failure, installation::dialect_files, output};

#[derive(Subcommand)]
pub enum Dialect {
    /// List the wire formats that realms may speak
    #[command(after_help = "Example:\n  jeton dialect list")]
    List {
        #[command(flatten)]
        common: Common,
    },
    /// Print a wire format's file, to copy and change
    #[command(after_help = "Example:\n  jeton dialect show volt > jeton-data/dialects/ours.toml")]
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
}

impl Dialect {
    pub fn json(&self) -> bool {
        match self {
            Self::List { common } | Self::Show { common, .. } => common.json,
            Self::Check { json, .. } => *json,
        }
    }
}

pub fn run(dialect: Dialect) -> Result<(), Failure> {
    match dialect {
        Dialect::List { common } => list(&common),
        Dialect::Show { name, common } => show(&name, &common),
        Dialect::Check { file, json } => check(file, json),
    }
}

fn list(common: &Common) -> Result<(), Failure> {
    let built_in = Format::BUILT_IN.iter().filter_map(|name| Format::built_in(name)).map(|format| (format, "built in"));
    let own = dialect_files(&common.data).into_iter().map(|name| (read_dialect(&common.data.join("dialects"), &name), name));
    let mut rows = output::Rows::new(&["name", "where", "relaxes", "what"], "");
    let mut values = Vec::new();
    for (format, place) in built_in {
        let relaxes = relaxes(&format);
        rows.add([format.name.clone(), place.to_owned(), relaxes.join(", "), format.summary.clone()]);
        values.push(serde_json::json!({ "name": format.name, "title": format.title, "summary": format.summary, "built_in": true, "relaxes": relaxes }));
    }
    for (format, name) in own {
        match format {
            Ok(format) => {
                let relaxes = relaxes(&format);
                rows.add([name.clone(), "data folder".to_owned(), relaxes.join(", "), format.summary.clone()]);
                values.push(serde_json::json!({ "name": name, "title": format.title, "summary": format.summary, "built_in": false, "relaxes": relaxes }));
            }
            Err(fault) => {
                rows.add([name.clone(), "data folder".to_owned(), String::new(), format!("broken: {fault}")]);
                values.push(serde_json::json!({ "name": name, "built_in": false, "fault": fault }));
            }
        }
    }
    if common.json {
        output::json(&values)
    } else {
        rows.print()
    }
    Ok(())
}

fn relaxes(format: &Format) -> Vec<String> {
    format.relaxes.iter().map(|relaxation| relaxation.as_str().to_owned()).collect()
}

fn show(name: &str, common: &Common) -> Result<(), Failure> {
    let text = match Format::source(name) {
        Some(text) => text.to_owned(),
        None => {
            let file = common.data.join("dialects").join(format!("{name}.toml"));
            std::fs::read_to_string(&file).map_err(|_| {
                Failure::NotFound(format!(
                    "there is no dialect {name:?}: built in are {}, and {} cannot be read",
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
    let text = std::fs::read_to_string(&file).map_err(|error| Failure::NotFound(format!("{} cannot be read: {error}", file.display())))?;
    let format = Format::parse(&text).map_err(|faults| {
        let name = file.display().to_string();
        Failure::Refused(
            faults
                .into_iter()
                .map(|fault| Fault { file: name.clone(), line: fault.line, column: fault.column, message: fault.message, help: fault.help })
                .collect(),
        )
    })?;
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
