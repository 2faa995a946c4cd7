//! One server, and places for rows in it.

use std::{
    env,
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
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
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Acknowledges before the disk has it: for tests of what answers say, not of what survives.
    pub careless: bool,
    /// Certificate and key (PEM): it then listens on 127.0.0.1 too.
    pub tls: Option<(String, String)>,
    /// The rules of `pg_hba.conf`; by default everybody is trusted.
    pub hba: Option<&'static str>,
    /// More lines of `postgresql.conf`; the last word.
    pub more: &'static str,
    /// The disk that matters; by default that of temporary files.
    pub beside: Option<PathBuf>,
    /// Mebibytes of a disk of its own, for [`Cluster::small_database`]; see [`missing_small_disk`](crate::missing_small_disk).
    pub small_disk: Option<u32>,
}

/// A running server. It listens on a socket in its own folder.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
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
# Whoever named the place removes what we may not.
cd / && rm -rf "$FOLDER" 2>/dev/null
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
        let beside = settings.beside.unwrap_or_else(env::temp_dir);
        let folder = tempfile::Builder::new().prefix("jeton-pg-").tempdir_in(beside).unwrap().keep();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
        let durability = if settings.careless { "fsync=off\nsynchronous_commit=off\nfull_page_writes=off\n" } else { "fsync=on\n" };
        let (port, listening) = match &settings.tls {
            None => (5432, "listen_addresses=''\n".to_owned()),
            Some((certificate, key)) => {
                fs::write(folder.join("server.crt"), certificate).unwrap();
                fs::write(folder.join("server.key"), key).unwrap();
                let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
                let files = format!("ssl=on\nssl_cert_file='{0}/server.crt'\nssl_key_file='{0}/server.key'\n", folder.display());
                (port, format!("listen_addresses='127.0.0.1'\nport={port}\n{files}"))
            }
        };
        let folder_text = folder.display();
        let text = format!(
            "unix_socket_directories='{folder_text}'\nmax_connections=300\nshared_buffers=64MB\n{durability}{listening}{}",
            settings.more
        );
        fs::write(folder.join("settings"), text).unwrap();
        if let Some(rules) = settings.hba {
            fs::write(folder.join("hba"), rules).unwrap();
        }
        let mut shell = match settings.small_disk {
            None => Command::new("sh"),
            Some(size) => mounting(size),
        };
        shell
            .args(["-c", KEEPER])
            .env("BIN", binaries)
            .env("FOLDER", &folder)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some((user, group)) = unprivileged() {
            for path in [folder.clone(), folder.join("server.key")] {
                if path.exists() {
                    chown(&path, Some(user), Some(group)).unwrap();
                }
            }
            if settings.small_disk.is_none() {
                shell.uid(user).gid(group);
            }
            shell.env("RUN_AS_USER", user.to_string()).env("RUN_AS_GROUP", group.to_string());
        }
        if settings.tls.is_some() {
            fs::set_permissions(folder.join("server.key"), Permissions::from_mode(0o600)).unwrap();
        }
        let mut keeper = shell.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim(), "started", "PostgreSQL did not start");
        Self { folder, port, keeper }
    }

    /// A place without tables: a schema of its own in the one database, which is made in no time.
    pub fn place(&self) -> Place {
        let schema = fresh("place");
        let (folder, port, user) = (self.folder.clone(), self.port, "jeton".to_owned());
        let place = Place { folder, port, user, database: "postgres".to_owned(), schema };
        place.run(&format!("CREATE SCHEMA {}", place.schema));
        place
    }

    /// An empty database, for what concerns a whole one.
    pub fn database(&self, options: &str) -> Place {
        let database = fresh("database");
        self.place().run(&format!("CREATE DATABASE {database} {options}"));
        let (folder, port, user) = (self.folder.clone(), self.port, "jeton".to_owned());
        Place { folder, port, user, database, schema: "public".to_owned() }
    }

    /// An empty database on the small disk.
    pub fn small_database(&self) -> Place {
        self.place().run(&format!("CREATE TABLESPACE small LOCATION '{}/small'", self.folder.display()));
        self.database("TABLESPACE small")
    }

    /// The folder of the server's socket, certificates and data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// A shell with a disk that nobody else sees, and that goes with it. It runs as who the server runs as.
fn mounting(mebibytes: u32) -> Command {
    let mount = r#"
mkdir "$FOLDER/small" &&
mount -t tmpfs -o "size=${SIZE}m,mode=0700,uid=$RUN_AS_USER,gid=$RUN_AS_GROUP" tmpfs "$FOLDER/small" &&
exec setpriv --reuid "$RUN_AS_USER" --regid "$RUN_AS_GROUP" --clear-groups sh "$@"
"#;
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "sh", "-c", mount, "sh"]).env("SIZE", mebibytes.to_string());
    shell
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        self.keeper.wait().ok();
        // What it was mounted on stays behind a server with a small disk.
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// Where one trial keeps its rows; it goes with the server.
pub struct Place {
    folder: PathBuf,
    port: u16,
    /// As whom servers come.
    user: String,
    database: String,
    schema: String,
}

impl Place {
    /// The same for somebody who may do nothing else, and whose connections may be limited.
    pub fn for_role(self) -> Self {
        let role = fresh("role");
        self.execute(&format!("CREATE ROLE {role} LOGIN; GRANT ALL ON SCHEMA {} TO {role}", self.schema));
        Self { user: role, ..self }
    }

    /// How many connections the role may have from now on (-1: as many as it likes); it loses those that it has.
    pub fn limit(&self, connections: i32) {
        let role = &self.user;
        self.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT {connections}"));
        self.execute(&format!("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = '{role}'"));
    }

    pub fn url(&self) -> String {
        self.url_at(&self.folder, self.port)
    }

    /// The same by another socket: `.s.PGSQL.5432` in `folder`.
    pub fn url_through(&self, folder: &Path) -> String {
        self.url_at(folder, 5432)
    }

    fn url_at(&self, folder: &Path, port: u16) -> String {
        let folder = folder.display().to_string().replace('/', "%2F");
        format!("postgres://{}@{folder}:{port}/{}?options=-csearch_path%3D{}", self.user, self.database, self.schema)
    }

    /// Where the server listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(format!(".s.PGSQL.{}", self.port))
    }

    /// Over the network, as somebody with a password; only where the server has a certificate.
    pub fn url_of(&self, user: &str, password: &str) -> String {
        let (port, database, schema) = (self.port, &self.database, &self.schema);
        format!("postgres://{user}:{password}@localhost:{port}/{database}?hostaddr=127.0.0.1&options=-csearch_path%3D{schema}")
    }

    pub fn database(&self) -> &str {
        &self.database
    }

    /// Runs SQL as somebody else would.
    pub fn execute(&self, sql: &str) {
        self.run(&format!("SET search_path = {}; {sql}", self.schema));
    }

    /// Runs SQL that may fail.
    pub fn attempt(&self, sql: &str) {
        let _ = self.try_run(&format!("SET search_path = {}; {sql}", self.schema), || {});
    }

    /// Runs SQL, and `then` before its session ends: whatever it locks is locked for so long.
    pub fn execute_while(&self, sql: &str, then: impl FnOnce() + Send) {
        self.run_and(&format!("SET search_path = {}; {sql}", self.schema), then);
    }

    fn run(&self, sql: &str) {
        self.run_and(sql, || {});
    }

    fn run_and(&self, sql: &str, then: impl FnOnce() + Send) {
        self.try_run(sql, then).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
    }

    /// What autovacuum does in time, at once.
    pub fn vacuum(&self) {
        self.run("VACUUM");
    }

    /// On a thread of its own: the caller may stand in a runtime.
    fn try_run(&self, sql: &str, then: impl FnOnce() + Send) -> Result<(), tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config.host_path(&self.folder).port(self.port).user("jeton").dbname(&self.database);
        let work = async {
            let (client, connection) = config.connect(NoTls).await?;
            let driver = tokio::spawn(connection);
            client.batch_execute(sql).await?;
            then();
            drop(client);
            driver.await.ok();
            Ok::<(), tokio_postgres::Error>(())
        };
        let block = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
        thread::scope(|scope| scope.spawn(block).join().unwrap())
    }
}

fn fresh(kind: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{kind}_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
