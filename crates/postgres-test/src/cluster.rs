//! One server, and places for rows in it.

use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use tokio_postgres::NoTls;

use crate::installed::{binaries, unprivileged};

/// How a server is set, beside what tests always want.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Acknowledges before the disk has it: for tests of what answers say, not of what survives.
    pub careless: bool,
    /// More settings, as `name=value`.
    pub more: &'static [&'static str],
    /// The rules of `pg_hba.conf`; by default everybody is trusted.
    pub hba: Option<&'static str>,
}

/// A running server. It listens on a socket in its own folder.
pub struct Cluster {
    folder: PathBuf,
    /// Stops the server once its input ends.
    keeper: Child,
}

/// Waits for the end of its input; then stops what it started.
const KEEPER: &str = r#"
trap '' INT TERM HUP
cd "$FOLDER" || exit 1
if "$BIN/initdb" -D data -U jeton --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1 &&
   { [ ! -e hba ] || cp hba data/pg_hba.conf; } && cat settings >>data/postgresql.conf &&
   "$BIN/pg_ctl" -D data -w -s -l server.log start >>log 2>&1
then
  echo started
  read -r _
  "$BIN/pg_ctl" -D data -m immediate -w -s stop >>log 2>&1
else
  cat log server.log | tr '\n' ' '
  echo
fi
cd / && rm -rf "$FOLDER"
"#;

impl Cluster {
    /// The one of this process; it waits for the disk as a real one does.
    pub fn durable() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| Self::start(Settings::default()))
    }

    /// The one of this process that does not wait for the disk.
    pub fn careless() -> &'static Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        CLUSTER.get_or_init(|| Self::start(Settings { careless: true, ..Settings::default() }))
    }

    pub fn start(settings: Settings) -> Self {
        let binaries = binaries().expect("PostgreSQL is to be installed: the Debian package postgresql");
        let folder = tempfile::Builder::new().prefix("jeton-pg-").tempdir().unwrap().keep();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let durability = if settings.careless { "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\n" } else { "fsync=on\n" };
        let text = format!(
            "listen_addresses=''\nunix_socket_directories='{}'\nmax_connections=300\nshared_buffers=64MB\n{durability}{}\n",
            folder.display(),
            settings.more.join("\n")
        );
        fs::write(folder.join("settings"), text).unwrap();
        if let Some(rules) = settings.hba {
            fs::write(folder.join("hba"), rules).unwrap();
        }
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEPER]).env("BIN", binaries).env("FOLDER", &folder).current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some((user, group)) = unprivileged() {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
            shell.uid(user).gid(group);
        }
        let mut keeper = shell.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "started", "PostgreSQL did not start");
        Self { folder, keeper }
    }

    /// A place without tables: a schema of its own in the one database, which is made in no time.
    pub fn place(&self) -> Place {
        let schema = fresh("place");
        run(&self.folder, "postgres", &format!("CREATE SCHEMA {schema}"));
        Place { folder: self.folder.clone(), database: "postgres".to_owned(), schema }
    }

    /// An empty database, for what concerns a whole one.
    pub fn database(&self, options: &str) -> Place {
        let database = fresh("database");
        run(&self.folder, "postgres", &format!("CREATE DATABASE {database} {options}"));
        Place { folder: self.folder.clone(), database, schema: "public".to_owned() }
    }

    /// The folder of the server's socket, certificates and data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
    }
}

/// Where one trial keeps its rows; it goes with the server.
pub struct Place {
    folder: PathBuf,
    database: String,
    schema: String,
}

impl Place {
    pub fn url(&self) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://jeton@{folder}/{}?options=-csearch_path%3D{}", self.database, self.schema)
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    /// Runs SQL as somebody else would.
    pub fn execute(&self, sql: &str) {
        run(&self.folder, &self.database, &format!("SET search_path = {}; {sql}", self.schema));
    }
}

fn fresh(kind: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{kind}_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// On a thread of its own: the caller may stand in a runtime.
fn run(folder: &Path, database: &str, sql: &str) {
    let mut config = tokio_postgres::Config::new();
    config.host_path(folder).user("jeton").dbname(database);
    let work = async {
        let (client, connection) = config.connect(NoTls).await?;
        let driver = tokio::spawn(connection);
        client.batch_execute(sql).await?;
        drop(client);
        driver.await.ok();
        Ok::<(), tokio_postgres::Error>(())
    };
    let block = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    thread::scope(|scope| scope.spawn(block).join().unwrap()).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
}
