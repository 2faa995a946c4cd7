//! A `jeton demo` of our own: started, killed and started again on the same data.

mod realm_file;

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use crate::http::Target;
use crate::oauth::{AuthMethod, Client, CodeRequest, Person, Pkce, Server};
use crate::work::{Scene, block_on};
use realm_file::PASSWORD;
pub use realm_file::RealmFile;
pub use realm_file::{CLIENT_ID, CLIENT_SECRET};

/// Where the binary is, and where its data goes.
#[derive(Clone, Debug)]
pub struct Installation {
    pub binary: PathBuf,
    /// The demo's data folder.
    pub data: PathBuf,
    /// Standard error of every start is appended here.
    pub log: PathBuf,
    /// More arguments of `jeton demo`.
    pub extra: Vec<String>,
}

/// What the demo says about one realm; members that do not apply are null.
#[derive(Clone, Debug, Deserialize)]
pub struct Realm {
    pub url: Url,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub username: Option<String>,
    pub password: Option<String>,
    pub redirect_uri: Option<String>,
    #[serde(default)]
    pub scopes: Vec<String>,
}

/// A running demo; it is killed when dropped.
pub struct Jeton {
    child: Child,
    pub realms: BTreeMap<String, Realm>,
    /// From the start of the process to its first answer over HTTP.
    pub first_answer: Duration,
}

impl Installation {
    /// Data and log in `folder`.
    pub fn new(binary: &Path, folder: &Path, extra: &[String]) -> Result<Self> {
        let binary = binary
            .canonicalize()
            .with_context(|| format!("there is no {}; build it with cargo build --release -p jeton", binary.display()))?;
        let folder = folder.canonicalize()?;
        Ok(Self { binary, data: folder.join("data"), log: folder.join("server.log"), extra: extra.to_vec() })
    }

    /// Another server of the same installation, once this one has been started: the same database
    /// and keys, but a folder of its own.
    pub fn beside(&self, folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let node = Self { data: folder.join("data"), log: folder.join("server.log"), ..self.clone() };
        DirBuilder::new().mode(0o700).create(&node.data)?;
        for entry in std::fs::read_dir(&self.data)? {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                std::fs::copy(entry.path(), node.data.join(entry.file_name()))?;
            }
        }
        Ok(node)
    }

    /// Starts the demo and waits until it answers.
    pub fn start(&self, listen: &str) -> Result<Jeton> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        let began = Instant::now();
        let mut child = Command::new(&self.binary)
            .args(["demo", "--json", "--listen", listen, "--data"])
            .arg(&self.data)
            .args(&self.extra)
            // What works in a run's folder ends with it.
            .current_dir(self.log.parent().unwrap_or(Path::new(".")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", self.binary.display()))?;
        let stdout = child.stdout.take().context("the demo has no output")?;
        let mut jeton = Jeton { child, realms: BTreeMap::new(), first_answer: Duration::ZERO };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        #[derive(Deserialize)]
        struct Said {
            realms: BTreeMap<String, Realm>,
        }
        let said: Said = match serde_json::from_str(&line) {
            Ok(said) => said,
            Err(error) => bail!("jeton demo --json printed {line:?} ({error}); its log ends:\n{}", self.end_of_log()),
        };
        jeton.realms = said.realms;
        block_on(Server::discover(&jeton.realm("standard")?.url))??;
        jeton.first_answer = began.elapsed();
        Ok(jeton)
    }

    /// Applies a realm file beside the running server, with `secrets` in the environment.
    pub fn apply(&self, file: &RealmFile) -> Result<()> {
        let folder = self.log.parent().unwrap_or(Path::new("."));
        let path = folder.join(format!("{}.toml", file.name));
        std::fs::write(&path, file.text())?;
        let output = Command::new(&self.binary)
            .arg("apply")
            .arg(&path)
            .arg("--data")
            .arg(&self.data)
            .args(&self.extra)
            .envs([("LOAD_CLIENT_SECRET", CLIENT_SECRET), ("LOAD_PASSWORD", PASSWORD)])
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            bail!("jeton apply refused {}: {}", path.display(), String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    /// A token of the whole admin API.
    ///
    /// # Errors
    /// What the command says.
    pub fn administrator_token(&self, name: &str) -> Result<String> {
        let output = Command::new(&self.binary)
            .args(["administrator", "token", "create", "--scope", "all", "--json", "--name", name, "--data"])
            .arg(&self.data)
            .args(&self.extra)
            .stdin(Stdio::null())
            .output()?;
        if !output.status.success() {
            bail!("no token of an administrator: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let made: Value = serde_json::from_slice(&output.stdout)?;
        Ok(made["token"].as_str().context("a token without text")?.to_owned())
    }

    pub fn end_of_log(&self) -> String {
        let text = File::open(&self.log).and_then(std::io::read_to_string).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Jeton {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn realm(&self, name: &str) -> Result<&Realm> {
        self.realms.get(name).with_context(|| format!("the demo has no realm {name}"))
    }

    pub fn address(&self) -> Result<SocketAddr> {
        Ok(Target::of(&self.realm("standard")?.url)?.address)
    }

    /// SIGTERM: it drains, and says that it is gone. Returns once the process is.
    pub fn stop(&mut self) -> Result<()> {
        let sent = Command::new("kill").arg(self.pid().to_string()).status().context("running kill")?;
        if !sent.success() {
            bail!("kill could not reach process {}", self.pid());
        }
        self.child.wait()?;
        Ok(())
    }

    /// SIGKILL: no handler runs, nothing is flushed. Returns once the process is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Jeton {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

impl Realm {
    /// The realm as something to measure.
    pub fn scene(&self, connections: usize, pool: usize) -> Result<Scene> {
        // "read" is the demo's plain scope; one without it grants its defaults.
        let scope = if self.scopes.iter().any(|scope| scope == "read") { "read" } else { "" };
        let (person, redirect_uri) = (self.username.clone().zip(self.password.clone()), self.redirect_uri.clone());
        let pkce = Pkce::generate()?;
        Ok(Scene {
            server: block_on(Server::discover(&self.url))??,
            client: Client {
                id: self.client_id.clone().unwrap_or_default(),
                secret: self.client_secret.clone().unwrap_or_default(),
                auth: AuthMethod::Basic,
            },
            person: person.map(|(username, password)| Person { username, password }),
            code: redirect_uri.map(|redirect_uri| CodeRequest { redirect_uri, scope: scope.to_owned(), pkce: Some(pkce) }),
            scope: scope.to_owned(),
            connections,
            threads: 1,
            pool,
        })
    }
}
