//! `jeton serve`: the realms of a data folder, over HTTP.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use jeton_oauth::manage::{Actor, RealmDocument, administrator::REALM_ID, realm};
use jeton_provision::{Fault, PlainHttp};
use jeton_server::{
    administrators::first_link,
    listener::{Address, IDLE_TIMEOUT, NoAddress, SOCKET_MODE},
    mail::Smtp,
    proxies::{Network, NetworkError},
};
use serde::Deserialize;

use crate::{
    failure::Failure,
    installation::{Installation, now},
    logging::{self, LogFormat},
    running::{Start, shown, shown_with},
};

/// Serve the realms of a data folder.
///
/// An empty or absent data folder is made, with one realm named main. Everything else is data:
/// `jeton apply`, `jeton realm`, `jeton client` and `jeton user` work beside the running server,
/// which follows within a second.
///
/// A realm that names no issuer has the public URL, / and its name. The master key, which the
/// signing keys are encrypted with, is the file master.key in the data folder, or JETON_MASTER_KEY.
///
/// With --database the rows are in a PostgreSQL (13 or newer) that any number of servers share; each
/// needs the same master key. Its password may be in the URL or in PGPASSWORD; sslmode, sslrootcert
/// and `connections` (how many one server may hold) are parameters of the URL.
///
/// SIGTERM and SIGINT let requests in progress finish, for at most 20 seconds; a second one ends them.
/// SIGHUP does nothing.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton serve
  jeton serve --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem --public-url https://auth.example.com
  jeton serve --database postgres://jeton@db.example.com/jeton?sslmode=verify-full
  jeton serve --listen 10.0.0.5:8080 --public-url https://auth.example.com --trusted-proxy 10.0.0.0/8
  jeton serve --listen unix:/run/jeton/socket --trusted-proxy 127.0.0.1 --public-url https://auth.example.com
  jeton serve --internal-listen 127.0.0.1:9090             metrics, where strangers do not come
  jeton serve --config jeton.toml

A configuration file has the same names, and the command line comes first:
  listen = \"127.0.0.1:8080\"                # or several: [\"127.0.0.1:8080\", \"unix:/run/jeton/socket\"]
  internal_listen = \"127.0.0.1:9090\"
  socket_mode = \"660\"
  idle_timeout = 620
  allow_plain_http = false
  data = \"/var/lib/jeton\"
  database = \"postgres://jeton@db.example.com/jeton?sslmode=verify-full\"
  public_url = \"https://auth.example.com\"
  tls_cert = \"cert.pem\"
  tls_key = \"key.pem\"
  trusted_proxies = [\"10.0.0.0/8\"]
  smtp_url = \"smtps://mailer:PASSWORD@mail.example.com\"
  mail_from = \"no-reply@example.com\"
  log = \"json\"")]
pub struct Serve {
    /// Address and port, or unix: and a path; port 0 picks a free one; may be given many times [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR:PORT", env = "JETON_LISTEN", value_delimiter = ',')]
    pub listen: Vec<Address>,
    /// Where operators get /metrics and the reason of /health/ready, in plain http; the others get neither [default: nowhere]
    #[arg(long, value_name = "ADDR:PORT", env = "JETON_INTERNAL_LISTEN", value_delimiter = ',')]
    pub internal_listen: Vec<Address>,
    /// Permissions of Unix sockets, as for chmod [default: 660]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub socket_mode: Option<u32>,
    /// Seconds that a connection may do nothing before it is closed: longer than those of a proxy in front [default: 620]
    #[arg(long, value_name = "SECONDS", env = "JETON_IDLE_TIMEOUT", value_parser = clap::value_parser!(u32).range(IDLE))]
    pub idle_timeout: Option<u32>,
    /// Take issuers with plain http, for development on a network of your own; their cookies are not kept for https
    #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,
    /// Data folder [default: jeton-data]
    #[arg(long, value_name = "DIR", env = "JETON_DATA")]
    pub data: Option<PathBuf>,
    /// PostgreSQL that keeps the rows, for any number of servers [default: SQLite, in the data folder]
    #[arg(long, value_name = "URL", env = "JETON_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// The server's address as others see it, such as `https://auth.example.com`
    #[arg(long, value_name = "URL", env = "JETON_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Certificate chain (PEM); a new one is used without a restart
    #[arg(long, value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Address or network of a proxy in front, whose X-Forwarded-For is believed; may be given many times
    #[arg(long, value_name = "NETWORK", env = "JETON_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,
    /// Mail server, such as `smtps://USER:PASSWORD@HOST`, or `smtp://HOST` for STARTTLS [default: letters are written to the folder mail in the data folder]
    #[arg(long, value_name = "URL", env = "JETON_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Address that mail comes from
    #[arg(long, value_name = "ADDRESS", env = "JETON_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// How the log on stderr is written; JETON_LOG says how much (warn, info, debug)
    #[arg(long, value_name = "FORMAT")]
    pub log: Option<LogFormat>,
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Configuration {
    listen: Addresses,
    internal_listen: Addresses,
    socket_mode: Option<String>,
    idle_timeout: Option<u32>,
    allow_plain_http: bool,
    data: Option<PathBuf>,
    database: Option<String>,
    public_url: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    trusted_proxies: Vec<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    log: Option<LogFormat>,
}

pub async fn run(serve: Serve) -> Result<(), Failure> {
    let file = serve.config.as_deref().map(read).transpose()?.unwrap_or_default();
    logging::start(serve.log.or(file.log).unwrap_or_default(), "info")?;
    let tls = match (serve.tls_cert.or(file.tls_cert), serve.tls_key.or(file.tls_key)) {
        (Some(certificate), Some(key)) => Some((certificate, key)),
        (None, None) => None,
        _ => return Err(Failure::Usage("TLS needs a certificate and its key: give both tls_cert and tls_key".to_owned())),
    };
    let data = serve.data.or(file.data).unwrap_or_else(|| PathBuf::from("jeton-data"));
    let database = serve.database.or(file.database);
    let mut listen = addresses(serve.listen, file.listen, "listen")?;
    if listen.is_empty() {
        listen.push(Address::Tcp(SocketAddr::from(([127, 0, 0, 1], 8080))));
    }
    let start = Start {
        as_localhost: false,
        listen,
        internal: addresses(serve.internal_listen, file.internal_listen, "internal_listen")?,
        socket_mode: match (serve.socket_mode, file.socket_mode) {
            (Some(mode), _) => mode,
            (None, Some(text)) => mode(&text).map_err(|error| Failure::Usage(format!("socket_mode: {error}")))?,
            (None, None) => SOCKET_MODE,
        },
        idle_timeout: idle_timeout(serve.idle_timeout.or(file.idle_timeout))?,
        plain_http: if serve.allow_plain_http || file.allow_plain_http { PlainHttp::Anywhere } else { PlainHttp::Loopback },
        data: data.clone(),
        database: database.clone(),
        public_url: serve.public_url.or(file.public_url),
        tls,
        smtp: smtp(serve.smtp_url.or(file.smtp_url), serve.mail_from.or(file.mail_from))?,
        proxies: if serve.trusted_proxy.is_empty() { proxies(&file.trusted_proxies)? } else { serve.trusted_proxy },
    };
    let bound = start.bind().await?;
    let mut hint = first_steps(&bound.installation, &data).await?;
    if let Some(link) = first_link(&bound.installation.store, &bound.public_url, now()).await? {
        hint += &format!("\nNobody administers it yet; whoever opens this link first becomes the owner, once, within a day:\n  {link}");
    }
    let rows = shown_with(&data, database.as_deref());
    bound.serve(|served| format!("Jeton serves {} from {rows}{}{hint}", served.public_url, served.places())).await
}

fn smtp(url: Option<String>, from: Option<String>) -> Result<Option<Smtp>, Failure> {
    match (url, from) {
        (None, None) => Ok(None),
        (Some(url), Some(from)) => Smtp::new(&url, &from).map(Some).map_err(Failure::Usage),
        (Some(_), None) => {
            Err(Failure::Usage("mail needs an address that it comes from: give --mail-from no-reply@example.com".to_owned()))
        }
        (None, Some(_)) => Err(Failure::Usage("mail needs a server that takes it: give --smtp-url smtps://USER:PASSWORD@HOST".to_owned())),
    }
}

/// Seconds.
const IDLE: std::ops::RangeInclusive<i64> = 1..=7200;

fn idle_timeout(seconds: Option<u32>) -> Result<Duration, Failure> {
    match seconds {
        None => Ok(IDLE_TIMEOUT),
        Some(seconds) if IDLE.contains(&seconds.into()) => Ok(Duration::from_secs(seconds.into())),
        Some(seconds) => Err(Failure::Usage(format!("idle_timeout: {seconds} is not between {} and {}", IDLE.start(), IDLE.end()))),
    }
}

/// As chmod takes it.
fn mode(text: &str) -> Result<u32, String> {
    let mode = u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o777);
    mode.ok_or_else(|| format!("{text:?} is no mode of a file; write it as for chmod, such as 660 or 600"))
}

/// One address or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Addresses {
    One(String),
    Several(Vec<String>),
}

impl Default for Addresses {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// Those of the command line, or those of the file.
fn addresses(typed: Vec<Address>, file: Addresses, key: &str) -> Result<Vec<Address>, Failure> {
    if !typed.is_empty() {
        return Ok(typed);
    }
    let texts = match file {
        Addresses::One(text) => vec![text],
        Addresses::Several(texts) => texts,
    };
    let read = |text: &String| text.parse().map_err(|error: NoAddress| Failure::Usage(format!("{key}: {error}")));
    texts.iter().map(read).collect()
}

fn proxies(networks: &[String]) -> Result<Vec<Network>, Failure> {
    let read = |text: &String| text.parse().map_err(|error: NetworkError| Failure::Usage(format!("trusted_proxies: {error}")));
    networks.iter().map(read).collect()
}

/// Makes the realm `main` where there is none; says how to make its first person.
async fn first_steps(installation: &Installation, data: &Path) -> Result<String, Failure> {
    let ordinary = async || -> Result<Vec<_>, Failure> {
        let mut realms = installation.store.realms().await?;
        realms.retain(|realm| realm.id != REALM_ID);
        Ok(realms)
    };
    let mut realms = ordinary().await?;
    if realms.is_empty() {
        match installation.found(&Actor::SYSTEM, |desk| realm::create("main", RealmDocument::default(), None, desk)).await {
            Ok(made) => drop(made?),
            // Another server made it a moment ago.
            Err(Failure::Conflict(_)) => drop(installation.store.noticed().await?),
            Err(other) => return Err(other),
        }
        realms = ordinary().await?;
    }
    let [only] = realms.as_slice() else { return Ok(String::new()) };
    if installation.store.in_realm(only.id).counts().await?.users > 0 {
        return Ok(String::new());
    }
    let folder = if data == Path::new("jeton-data") { String::new() } else { format!(" --data {}", shown(data)) };
    Ok(format!("\nNobody can sign in yet; add the first person with: jeton user create ann --realm {}{folder}", only.name))
}

fn read(path: &Path) -> Result<Configuration, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::NotFound(format!("the configuration {} cannot be read: {error}", path.display())))?;
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        Failure::Refused(vec![Fault {
            file: path.display().to_string(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            message: error.message().to_owned(),
            help: "see `jeton serve --help` for what a configuration may say".to_owned(),
        }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_of_the_configuration_is_refused_with_its_line() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "log = \"json\"\n# here\n  lisen = \"127.0.0.1:1\"\n").unwrap();
        let Err(Failure::Refused(faults)) = read(file.path()) else { panic!("was not refused") };
        assert_eq!((faults[0].line, faults[0].column), (3, 3));
        assert!(faults[0].message.contains("lisen"), "{}", faults[0]);
    }
}
