//! How a PostgreSQL URL is read: what libpq's means, and nothing that it does not know.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use tokio_postgres::{
    Config,
    config::{SslMode, TargetSessionAttrs},
};

use crate::OpenError;

/// Where a PostgreSQL is, and how to speak to it: `postgres://user:password@host:5432/database`.
///
/// Of libpq's parameters it knows those that matter here; one is its own: `connections`, how many
/// this process may hold at most. A password that is not in it is taken from `PGPASSWORD`.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl {
    pub(super) config: Box<Config>,
    pub(super) trust: Trust,
    /// A PEM file; `None`: those of the system.
    pub(super) roots: Option<PathBuf>,
    pub(super) connections: usize,
}

/// Which servers are believed, once TLS is spoken (libpq's `sslmode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Encrypted, but for whom is not known.
    Anybody,
    /// Whoever has a certificate of the authority, for whatever name.
    Authority,
    /// A certificate of the authority, for the host's name.
    Host,
}

/// What libpq's parameters are passed on as they are.
const PASSED: &[&str] = &[
    "user",
    "password",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "options",
    "application_name",
    "connect_timeout",
    "tcp_user_timeout",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_retries",
    "target_session_attrs",
    "channel_binding",
    "load_balance_hosts",
];
const CONNECTIONS: usize = 16;
const CONNECT: Duration = Duration::from_secs(5);

impl PostgresUrl {
    /// Reads `postgres://` or `postgresql://` and the parameters of libpq that Jeton knows; opens nothing.
    /// What it refuses may hold half a password, and is not repeated.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        let bad = |detail: String| OpenError::BadUrl { detail };
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(bad("it does not begin with postgres://".to_owned()));
        }
        let (place, parameters) = text.split_once('?').unwrap_or((text, ""));
        // The rest may be half a password: it is not repeated.
        if parameters.contains('@') || place.contains('#') {
            return Err(bad("a user name or password has one of @ / ? # in it; write %40, %2F, %3F, %23 instead".to_owned()));
        }
        let (mut passed, mut sslmode, mut roots, mut connections) = (Vec::new(), None, None, CONNECTIONS);
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').ok_or_else(|| bad(format!("{parameter} has no value")))?;
            match name {
                "sslmode" => sslmode = Some(value),
                "sslrootcert" => {
                    roots = Some(PathBuf::from(decode(value).ok_or_else(|| bad("sslrootcert is not well encoded".to_owned()))?))
                }
                "connections" => match value.parse() {
                    Ok(number @ 6..=1000) => connections = number,
                    _ => return Err(bad("connections is to be a number from 6 to 1000".to_owned())),
                },
                name if PASSED.contains(&name) => passed.push(parameter),
                name => return Err(bad(format!("there is no parameter {name}"))),
            }
        }
        let (mode, trust) = match (sslmode, &roots) {
            (Some("disable"), _) => (SslMode::Disable, Trust::Anybody),
            (None | Some("prefer"), _) => (SslMode::Prefer, Trust::Anybody),
            (Some("require"), None) => (SslMode::Require, Trust::Anybody),
            (Some("require"), Some(_)) | (Some("verify-ca"), _) => (SslMode::Require, Trust::Authority),
            (Some("verify-full"), _) => (SslMode::Require, Trust::Host),
            (Some(_), _) => return Err(bad("sslmode is to be one of disable, prefer, require, verify-ca, verify-full".to_owned())),
        };
        let mut config = Config::from_str(&format!("{place}?{}", passed.join("&")))
            .map_err(|_| bad("write postgres://user:password@host:5432/database, and %40 for an @ in a password".to_owned()))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(bad("it names no host".to_owned()));
        }
        config.ssl_mode(mode).target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_application_name().is_none() {
            config.application_name("jeton");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        Ok(Self { config: Box::new(config), trust, roots, connections })
    }

    /// The same, with a password from the environment if it has none of its own.
    pub(super) fn with_password(mut self, password: Option<String>) -> Self {
        if let (None, Some(password)) = (self.config.get_password(), password) {
            self.config.password(password);
        }
        self
    }

    pub(super) fn database(&self) -> &str {
        self.config.get_dbname().or(self.config.get_user()).unwrap_or("of the user")
    }
}

impl FromStr for PostgresUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        Self::parse(text)
    }
}

/// Hosts, ports and database; the rest may be secret.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        for (index, host) in self.config.get_hosts().iter().enumerate() {
            let port = self.config.get_ports().get(index).or(self.config.get_ports().first()).unwrap_or(&5432);
            let comma = if index == 0 { "" } else { "," };
            match host {
                tokio_postgres::config::Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                tokio_postgres::config::Host::Unix(path) => write!(f, "{comma}{}:{port}", path.display())?,
            }
        }
        write!(f, "/{}", self.database())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresUrl({self})")
    }
}

/// RFC 3986 §2.1
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            digit(rest.next()?)? * 16 + digit(rest.next()?)?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::SslMode;

    use super::{PostgresUrl, Trust};

    #[test]
    fn modes_mean_what_they_mean_to_libpq() {
        let modes = [
            ("", SslMode::Prefer, Trust::Anybody),
            ("?sslmode=disable", SslMode::Disable, Trust::Anybody),
            ("?sslmode=require", SslMode::Require, Trust::Anybody),
            ("?sslmode=require&sslrootcert=/ca.pem", SslMode::Require, Trust::Authority),
            ("?sslmode=verify-full", SslMode::Require, Trust::Host),
        ];
        for (parameters, mode, trust) in modes {
            let url = PostgresUrl::parse(&format!("postgres://ann@db/rows{parameters}")).unwrap();
            assert_eq!((url.config.get_ssl_mode(), url.trust), (mode, trust), "{parameters}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = PostgresUrl::parse("postgres://ann:s3cret@one:1,two:2/rows?connections=6").unwrap();
        assert_eq!(format!("{url:?}"), "PostgresUrl(postgres://one:1,two:2/rows)");
        for bad in [
            "postgres://ann:s3?cret@db/rows",
            "postgres://ann:s3cret#@db/rows",
            "postgres://ann:s3cret@db:x/rows",
            "s3cret",
            "postgres://s3cret@db/?x=1",
        ] {
            let error = PostgresUrl::parse(bad).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("cret"), "{error}");
        }
    }

    #[test]
    fn the_environments_password_stands_in_for_a_missing_one() {
        let with =
            |url: &str| PostgresUrl::parse(url).unwrap().with_password(Some("env".to_owned())).config.get_password().map(<[u8]>::to_vec);
        assert_eq!(with("postgres://ann@db/rows").as_deref(), Some(b"env".as_slice()));
        assert_eq!(with("postgres://ann:own@db/rows").as_deref(), Some(b"own".as_slice()));
    }
}
