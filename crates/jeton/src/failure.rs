//! How a command ends: words for people, a number for programs.

use std::process::ExitCode;

use jeton_oauth::manage::{self, Position, Refusal};
use jeton_provision::{ApplyError, Fault};
use jeton_store::{BackupError, CommitError, OpenError, RestoreError, StoreError, copy::CopyError};

/// Why a command did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// 1
    #[error("{0}")]
    Failed(String),
    /// 2: the words of the command line do not fit together.
    #[error("{0}")]
    Usage(String),
    /// 3: a file or a value is refused.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<Fault>),
    /// 4
    #[error("{0}")]
    NotFound(String),
    /// 5: it exists already, or somebody else changed it at the same time.
    #[error("{0}")]
    Conflict(String),
    /// 1: everything was said already.
    #[error("")]
    Told,
    /// 6: so was what would change.
    #[error("")]
    WouldChange,
}

/// For `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  failed: the reason is on stderr
  2  the command line is wrong
  3  a file or a value is refused; nothing was changed
  4  what is named does not exist
  5  it exists already, or somebody else changed it at the same time
  6  something would change (--dry-run)";

impl Failure {
    pub fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }

    /// One value of the command line is refused.
    pub fn refused(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Refused(vec![Fault { file: "the command line".to_owned(), line: 0, column: 0, message: message.into(), help: help.into() }])
    }

    fn code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::Told => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::NotFound(_) => 4,
            Self::Conflict(_) => 5,
            Self::WouldChange => 6,
        }
    }

    /// Says it on stderr, and for programs on stdout too.
    pub fn report(&self, json: bool) -> ExitCode {
        let code = ExitCode::from(self.code());
        if matches!(self, Self::Told | Self::WouldChange) {
            return code;
        }
        if json {
            let faults: &[Fault] = if let Self::Refused(faults) = self { faults } else { &[] };
            crate::output::say!("{}", serde_json::json!({ "error": self.to_string(), "exit_code": self.code(), "faults": faults }));
        }
        match self {
            Self::Refused(faults) => {
                eprintln!("{self}");
                let count = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
                eprintln!("error: {count}; nothing was changed");
            }
            _ => eprintln!("error: {self}"),
        }
        code
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Faults(faults) => Self::Refused(faults.into_iter().map(typed).collect()),
            Refusal::NotFound(words) => Self::NotFound(words),
            Refusal::Conflict(words) => Self::Conflict(words),
            Refusal::Forbidden(_) => Self::failed(refusal),
        }
    }
}

/// A fault of something that was typed, or of a file.
fn typed(fault: manage::Fault) -> Fault {
    let manage::Fault { what: message, instead: help, at, .. } = fault;
    match at {
        Some(Position { file, line, column }) => Fault { file, line, column, message, help },
        None => Fault { file: "the command line".to_owned(), line: 0, column: 0, message, help },
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NoSuchFolder { .. } | OpenError::NoSuchDatabase { .. } | OpenError::EmptyDatabase { .. } => {
                Self::NotFound(error.to_string())
            }
            other => Self::failed(other),
        }
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        match error {
            CopyError::SamePlace { .. } => Self::Usage(error.to_string()),
            CopyError::Source(OpenError::NoSuchFolder { .. } | OpenError::NoSuchDatabase { .. } | OpenError::EmptyDatabase { .. }) => {
                Self::NotFound(error.to_string())
            }
            CopyError::Complete { .. } | CopyError::Occupied { .. } | CopyError::OtherSource { .. } => Self::Conflict(error.to_string()),
            other => Self::failed(other),
        }
    }
}

impl From<RestoreError> for Failure {
    fn from(error: RestoreError) -> Self {
        match error {
            RestoreError::NoSuchFile { .. } => Self::NotFound(error.to_string()),
            RestoreError::Exists { .. } => Self::Conflict(error.to_string()),
            other => Self::failed(other),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::failed(error)
    }
}

impl From<CommitError> for Failure {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => {
                Self::Conflict("somebody else changed it at the same time; nothing was written, so run it again".to_owned())
            }
            CommitError::Failed(error) => error.into(),
        }
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Refused(faults) => Self::Refused(faults),
            ApplyError::Verb(refusal) => refusal.into(),
            ApplyError::Conflict => Self::Conflict(error.to_string()),
            ApplyError::Store(error) => error.into(),
            ApplyError::Hash(error) => Self::failed(error),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Exists { .. } => Self::Conflict(error.to_string()),
            other => Self::failed(other),
        }
    }
}
