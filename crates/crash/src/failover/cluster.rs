//! Three PostgreSQL under Patroni and etcd, with HAProxy in front: started, watched, hurt, healed.

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::network::{MEMBERS, Network};
use super::programs::Programs;
use super::settings::{self, FRONT, NAMES, POSTGRES, REST, SCOPE};
use jeton_load::http::{Connection, Target, get};
use jeton_load::work::block_on;

/// How long a cluster may take to come up, and to be whole again.
const HEALING: Duration = Duration::from_secs(180);

pub struct Cluster {
    network: Network,
    programs: Programs,
    folder: PathBuf,
    synchronous: bool,
    members: Vec<Member>,
    haproxy: Option<Child>,
}

struct Member {
    folder: PathBuf,
    etcd: Option<Child>,
    patroni: Option<Child>,
}

/// What Patroni's `/cluster` says.
#[derive(Deserialize)]
struct Said {
    members: Vec<SaidMember>,
}

#[derive(Deserialize)]
struct SaidMember {
    name: String,
    role: String,
}

impl Cluster {
    /// Starts everything and waits until all three copies stream and the databases are made.
    pub fn start(network: Network, programs: Programs, folder: &Path, synchronous: bool) -> Result<Self> {
        network.make()?;
        // PostgreSQL's user is not ours, and has to get there.
        fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        let mut members = Vec::new();
        for (member, name) in NAMES.iter().enumerate() {
            let own = folder.join(name);
            fs::create_dir(&own)?;
            let configuration = settings::patroni(&network, member, &own, &programs.postgres, synchronous);
            fs::write(own.join("patroni.yml"), configuration.to_string())?;
            if let Some((user, group)) = jeton_postgres_test::unprivileged() {
                chown(&own, Some(user), Some(group))?;
            }
            members.push(Member { folder: own, etcd: None, patroni: None });
        }
        let mut cluster = Self { network, programs, folder: folder.to_owned(), synchronous, members, haproxy: None };
        for member in 0..MEMBERS {
            let arguments = settings::etcd(&cluster.network, member, &cluster.members[member].folder);
            let mut command = cluster.command(member, &cluster.programs.etcd);
            command.args(arguments);
            cluster.members[member].etcd = Some(cluster.spawn(command, member, "etcd")?);
        }
        for member in 0..MEMBERS {
            cluster.start_patroni(member)?;
        }
        cluster.heal().context("the cluster did not come up")?;
        cluster.make_databases()?;
        cluster.start_haproxy()?;
        Ok(cluster)
    }

    pub fn can_be_cut(&self) -> bool {
        self.network.can_be_cut()
    }

    /// For Jeton: by way of HAProxy.
    pub fn url(&self) -> String {
        format!("postgres://jeton@{}:{FRONT}/jeton?sslmode=disable", self.network.front())
    }

    /// Which member Patroni calls the leader, as far as those agree that can be reached.
    pub fn leader(&self) -> Result<usize> {
        self.with_role("leader")
    }

    /// Whose copy every commit waits for; any, if it waits for none.
    pub fn standby(&self) -> Result<usize> {
        self.with_role(if self.synchronous { "sync_standby" } else { "replica" })
    }

    fn with_role(&self, role: &str) -> Result<usize> {
        let said = (0..MEMBERS).find_map(|member| self.said_by(member).ok()).context("no Patroni answers")?;
        let found = said.members.iter().find(|member| member.role == role);
        let name = &found.with_context(|| format!("nobody is {role}"))?.name;
        NAMES.iter().position(|known| known == name).with_context(|| format!("Patroni names a stranger, {name}"))
    }

    fn said_by(&self, member: usize) -> Result<Said> {
        let address = SocketAddr::from((self.network.member(member), REST));
        let target = Target { address, host: address.to_string() };
        block_on(async {
            let mut connection = Connection::new(target.clone());
            let request = get(&target, "/cluster", &[]);
            let answer = tokio::time::timeout(Duration::from_secs(1), connection.exchange(&request)).await??;
            Ok(serde_json::from_slice(answer.body)?)
        })?
    }

    /// Kills Patroni and PostgreSQL of one machine, with nothing flushed and nobody told.
    pub fn kill(&mut self, member: usize) -> Result<()> {
        if let Some(mut patroni) = self.members[member].patroni.take() {
            patroni.kill()?;
            patroni.wait()?;
        }
        self.crash(member)
    }

    /// Kills PostgreSQL alone: Patroni finds out.
    pub fn crash(&self, member: usize) -> Result<()> {
        let data = self.members[member].folder.join("data");
        let processes = processes_in(&data)?;
        // Together: whoever is left would have a moment to tell others.
        Command::new("sh").args(["-c", "kill -9 \"$@\" 2>/dev/null; true", "kill"]).args(processes).status()?;
        Ok(())
    }

    pub fn start_patroni(&mut self, member: usize) -> Result<()> {
        if self.members[member].patroni.is_some() {
            return Ok(());
        }
        let mut command = self.command(member, &self.programs.patroni);
        command.arg(self.members[member].folder.join("patroni.yml"));
        self.members[member].patroni = Some(self.spawn(command, member, "patroni")?);
        Ok(())
    }

    /// A planned change of primaries, as an operator asks for it.
    pub fn switch_over(&self, from: usize, to: usize) -> Result<()> {
        let mut command = Command::new(&self.programs.patronictl);
        command.arg("-c").arg(self.members[from].folder.join("patroni.yml"));
        command.args(["switchover", SCOPE, "--force", "--leader", NAMES[from], "--candidate", NAMES[to]]);
        let output = command.current_dir(&self.folder).stdin(Stdio::null()).output()?;
        if !output.status.success() {
            bail!("patronictl switchover: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }

    pub fn cut(&self, member: usize) -> Result<()> {
        self.network.cut(member)
    }

    pub fn mend(&self, member: usize) -> Result<()> {
        self.network.mend(member)
    }

    /// Ends every connection that leads through HAProxy to this member.
    pub fn end_connections(&self, member: usize) -> Result<()> {
        let mut socket = UnixStream::connect(self.folder.join("haproxy.sock"))?;
        writeln!(socket, "shutdown sessions server primary/{}", NAMES[member])?;
        let mut answer = String::new();
        socket.read_to_string(&mut answer)?;
        if !answer.trim().is_empty() {
            bail!("HAProxy said {}", answer.trim());
        }
        Ok(())
    }

    /// Whether a member acknowledges a write to somebody on its own machine.
    pub fn acknowledges(&self, member: usize) -> bool {
        self.sql(member, "probe", "INSERT INTO probe DEFAULT VALUES").is_ok()
    }

    /// Waits until both standbys stream from the leader and one of them is synchronous, if any is to be.
    pub fn heal(&self) -> Result<()> {
        let streaming = "SELECT count(*) FILTER (WHERE state = 'streaming'), count(*) FILTER (WHERE sync_state = 'sync') \
            FROM pg_stat_replication WHERE application_name IN ('one', 'two', 'three')";
        let whole = if self.synchronous { "2|1" } else { "2|0" };
        let began = Instant::now();
        loop {
            let found = self.leader().and_then(|leader| self.sql(leader, "postgres", streaming));
            match found {
                Ok(counts) if counts.trim() == whole => return Ok(()),
                found if began.elapsed() > HEALING => {
                    let found = found.unwrap_or_else(|error| error.to_string());
                    bail!("after {} s the copies do not all stream (streaming|synchronous: {})", HEALING.as_secs(), found.trim());
                }
                _ => thread::sleep(Duration::from_millis(250)),
            }
        }
    }

    fn make_databases(&self) -> Result<()> {
        let leader = self.leader()?;
        for sql in ["CREATE ROLE jeton LOGIN", "CREATE DATABASE jeton OWNER jeton", "CREATE DATABASE probe"] {
            self.sql(leader, "postgres", sql)?;
        }
        self.sql(leader, "probe", "CREATE TABLE probe (at timestamptz DEFAULT clock_timestamp())")?;
        Ok(())
    }

    fn sql(&self, member: usize, database: &str, sql: &str) -> Result<String> {
        self.psql(member, (self.network.member(member), POSTGRES), database, sql)
    }

    /// On the machine of `member`. Giving up on it cancels nothing: only its own process is ended.
    fn psql(&self, member: usize, (host, port): (Ipv4Addr, u16), database: &str, sql: &str) -> Result<String> {
        let mut command = self.command(member, Path::new("timeout"));
        command.arg("3").arg(self.programs.postgres.join("psql")).args(["-XAtq", "-U", "postgres", "-d", database, "-c", sql]);
        command.args(["-h", &host.to_string(), "-p", &port.to_string()]).env("PGCONNECT_TIMEOUT", "2");
        let output = command.current_dir(&self.members[member].folder).output()?;
        if !output.status.success() {
            bail!("{sql}: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Returns once it leads somewhere.
    fn start_haproxy(&mut self) -> Result<()> {
        let (file, socket) = (self.folder.join("haproxy.cfg"), self.folder.join("haproxy.sock"));
        fs::write(&file, settings::haproxy(&self.network, &socket))?;
        let mut command = Command::new(&self.programs.haproxy);
        command.arg("-db").arg("-f").arg(&file);
        self.haproxy = Some(started(command, &self.folder, &self.folder.join("haproxy.log"))?);
        let (began, mut agreed) = (Instant::now(), 0);
        // It takes every server for a primary until Patroni has said otherwise, and asks each in turn.
        while agreed < 2 * MEMBERS {
            let found = self.psql(0, (self.network.front(), FRONT), "jeton", "SELECT pg_is_in_recovery()");
            agreed = if found.as_ref().is_ok_and(|found| found.trim() == "f") { agreed + 1 } else { 0 };
            if began.elapsed() > HEALING {
                bail!("HAProxy does not lead to the primary: {found:?}");
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }

    fn command(&self, member: usize, program: &Path) -> Command {
        self.network.command(member, &self.programs.setpriv, program)
    }

    fn spawn(&self, command: Command, member: usize, name: &str) -> Result<Child> {
        let folder = &self.members[member].folder;
        started(command, folder, &folder.join(format!("{name}.log")))
    }
}

/// In its folder, by which the keeper knows it, and deaf to a terminal's Ctrl-C.
fn started(mut command: Command, folder: &Path, log: &Path) -> Result<Child> {
    let log = File::options().create(true).append(true).open(log)?;
    command.current_dir(folder).env("LC_ALL", "C.UTF-8").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
    command.spawn().with_context(|| format!("starting {command:?}"))
}

/// A server and all its children work in its data folder.
fn processes_in(data: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for process in fs::read_dir("/proc")?.flatten() {
        if fs::read_link(process.path().join("cwd")).is_ok_and(|folder| folder == data) {
            found.extend(process.file_name().into_string());
        }
    }
    Ok(found)
}
