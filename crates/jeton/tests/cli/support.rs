//! The built binary, run as people run it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// Whatever is waited for comes within this, also on a machine with much to do.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A folder of its own that commands work in.
pub struct Home(tempfile::TempDir);

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `jeton` with these words, in this folder.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jeton"));
        command.args(words).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in [
            "JETON_DATA",
            "JETON_REALM",
            "JETON_LISTEN",
            "JETON_PUBLIC_URL",
            "JETON_MASTER_KEY",
            "JETON_LOG",
            "JETON_DATABASE",
            "JETON_SERVER",
            "JETON_TOKEN",
        ] {
            command.env_remove(variable);
        }
        command
    }

    pub fn run(&self, words: &[&str]) -> Ended {
        Ended::of(&mut self.command(words))
    }

    /// Runs what must succeed, and reads its JSON.
    pub fn json(&self, words: &[&str]) -> Value {
        let ended = self.run(words);
        assert_eq!(ended.code, 0, "{words:?}: {}{}", ended.stdout, ended.stderr);
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}: {}", ended.stdout))
    }
}

impl Ended {
    /// Runs it to its end. One that does not end, such as a server that should have been refused, is killed.
    pub fn of(command: &mut Command) -> Self {
        Process::start(command).end()
    }

    #[track_caller]
    pub fn says(&self, code: i32, words: &str) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        assert!(self.stdout.contains(words) || self.stderr.contains(words), "{words:?} is not in:\n{}\n{}", self.stdout, self.stderr);
    }
}

/// A process whose output is read as it comes, so that it never waits for us; killed when dropped.
pub struct Process {
    pub child: Child,
    stdout: Lines,
    stderr: Lines,
}

impl Process {
    pub fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped(), Stdio::piped())
    }

    /// What goes elsewhere is not read.
    pub fn start_with(command: &mut Command, stdout: Stdio, stderr: Stdio) -> Self {
        let mut child = command.stdout(stdout).stderr(stderr).spawn().unwrap();
        // The command would hold our ends of the pipes open.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let (stdout, stderr) = (Lines::of(child.stdout.take()), Lines::of(child.stderr.take()));
        Self { child, stdout, stderr }
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until its log says this; answers what it has said.
    #[track_caller]
    pub fn logs(&mut self, words: &str) -> String {
        let deadline = Instant::now() + DEADLINE;
        while !self.stderr.seen.contains(words) {
            let line = self.stderr.next(deadline);
            assert!(line.is_ok_and(|line| !line.is_empty()), "{words:?} is not in its log:\n{}", self.stderr.seen);
        }
        self.stderr.seen.clone()
    }

    /// Waits until it has ended; kills one that does not, and fails.
    #[track_caller]
    pub fn end(mut self) -> Ended {
        let ended = self.stdout.rest() && self.stderr.rest();
        let deadline = Instant::now() + DEADLINE;
        // Closed pipes say that it is about to end; one whose output went elsewhere is looked at.
        let status = loop {
            match self.child.try_wait().unwrap() {
                Some(status) => break Some(status),
                None if !ended || Instant::now() > deadline => break None,
                None => thread::sleep(Duration::from_millis(10)),
            }
        };
        let (stdout, stderr) = (std::mem::take(&mut self.stdout.seen), std::mem::take(&mut self.stderr.seen));
        let Some(status) = status else { panic!("it has not ended; it said:\n{stdout}\n{stderr}") };
        Ended { code: status.code().unwrap_or(-1), stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is written into a pipe, line by line.
struct Lines {
    lines: Receiver<String>,
    seen: String,
}

impl Lines {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let (sender, lines) = mpsc::channel();
        let Some(pipe) = pipe else { return Self { lines, seen: String::new() } };
        thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
                let text = String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        Self { lines, seen: String::new() }
    }

    /// The next line; the empty text at the end.
    fn next(&mut self, deadline: Instant) -> Result<String, RecvTimeoutError> {
        match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.seen.push_str(&line);
                Ok(line)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(String::new()),
            Err(late) => Err(late),
        }
    }

    /// Reads until the pipe is closed; whether it was, in time.
    fn rest(&mut self) -> bool {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.next(deadline) {
                Ok(line) if line.is_empty() => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }
}

/// A server that runs until this is dropped.
pub struct Running {
    process: Process,
    /// The first line of its stdout.
    pub said: String,
}

impl Running {
    /// Starts it, and waits for its first line.
    pub fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::piped())
    }

    /// A log that goes elsewhere is not read.
    pub fn start_with(command: &mut Command, stderr: Stdio) -> Self {
        let mut process = Process::start_with(command, Stdio::piped(), stderr);
        let said = process.stdout.next(Instant::now() + DEADLINE).expect("it says nothing");
        if said.is_empty() {
            panic!("it did not start: {:?}", process.end());
        }
        Self { process, said }
    }

    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }

    /// Waits until its log says this; answers what it has said.
    #[track_caller]
    pub fn logs(&mut self, words: &str) -> String {
        self.process.logs(words)
    }

    /// Waits until it has ended, and says how and what it logged.
    pub fn end(self) -> Ended {
        self.process.end()
    }

    /// Asks it to stop, and says how it ended and what it logged.
    pub fn stop(self) -> Ended {
        self.signal("TERM");
        self.end()
    }
}

/// Asks now and then until it is so.
#[track_caller]
pub fn until(what: &str, mut so: impl FnMut() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !so() {
        assert!(Instant::now() < deadline, "{what}: not within {DEADLINE:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Sends one request to `url`, which begins with http://HOST:PORT; answers status and body.
pub fn http(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no status: {answer}"));
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
