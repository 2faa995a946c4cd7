//! What the options of a command say, as a document, and faults of that document by the options' names.

use clap::Args;
use jeton_oauth::manage::{Fault, Refusal, did_you_mean};
use jeton_provision::Fault as Told;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// For members that have no option of their own.
#[derive(Args)]
pub struct Set {
    /// Anything else that a realm file may say there; VALUE is text or JSON; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

/// As [`Set`], for what exists already.
#[derive(Args)]
pub struct Reset {
    #[command(flatten)]
    pub set: Set,
    /// Leave this out, so that it is as usual; may be repeated
    #[arg(long, value_name = "NAME")]
    pub unset: Vec<String>,
}

/// Members of a document, by their own names.
pub struct Said {
    pub members: Map<String, Value>,
    /// Members, and the options that say them.
    options: &'static [(&'static str, &'static str)],
    unset: Vec<String>,
}

impl Said {
    pub fn new(set: &Set, options: &'static [(&'static str, &'static str)]) -> Result<Self, Failure> {
        let mut members = Map::new();
        for text in &set.set {
            let (name, value) = text.split_once('=').ok_or_else(|| Failure::Usage(format!("--set {text}: write NAME=VALUE")))?;
            members.insert(name.to_owned(), serde_json::from_str(value).unwrap_or_else(|_| value.into()));
        }
        Ok(Self { members, options, unset: Vec::new() })
    }

    /// `known`: everything that may be left out.
    pub fn again(reset: Reset, options: &'static [(&'static str, &'static str)], known: &[&str]) -> Result<Self, Failure> {
        if let Some(name) = reset.unset.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(Failure::refused(format!("--unset {name}: `{name}` is not known here"), did_you_mean(name, known)));
        }
        Ok(Self { unset: reset.unset, ..Self::new(&reset.set, options)? })
    }

    /// What an option says, if it was there.
    pub fn say(&mut self, member: &str, value: impl Into<Value>) {
        let value = value.into();
        let silent = match &value {
            Value::Null | Value::Bool(false) => true,
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if !silent {
            self.members.insert(member.to_owned(), value);
        }
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.unset.is_empty()
    }

    /// The document, over what is stored.
    pub fn over(&self, mut stored: Map<String, Value>) -> Map<String, Value> {
        stored.extend(self.members.clone());
        stored.retain(|name, _| !self.unset.contains(name));
        stored
    }

    pub fn refused(&self, refusal: Refusal) -> Failure {
        match refusal {
            Refusal::Faults(faults) => Failure::Refused(faults.into_iter().map(|fault| self.told(fault)).collect()),
            other => other.into(),
        }
    }

    fn told(&self, fault: Fault) -> Told {
        let words = |text: &str| {
            self.options.iter().fold(text.to_owned(), |text, (member, option)| text.replace(&format!("`{member}`"), &format!("`{option}`")))
        };
        let key = match fault.path.first_key() {
            Some("settings") => fault.path.last_key(),
            key => key,
        };
        let option = key.map(|key| match self.options.iter().find(|(member, _)| *member == key) {
            Some((_, option)) => format!("{option}: "),
            None if self.members.contains_key(key) => format!("--set {key}: "),
            None => String::new(),
        });
        let message = format!("{}{}", option.unwrap_or_default(), words(&fault.what));
        Told { file: "the command line".to_owned(), line: 0, column: 0, message, help: words(&fault.instead) }
    }
}
