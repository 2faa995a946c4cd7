//! The least that a token endpoint on this stack can cost: a form in, 900 octets of JSON out.
//!
//! It runs in a process of its own, so that its CPU is read the way a server's is.

use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use tokio::net::TcpListener;

use crate::http::{Post, Target};
use crate::work::{Expect, Measured, Plan, Repeat, block_on, measured};

/// Octets of the answer: about what a token response with an ES256 JWT has.
const ANSWER: usize = 900;

/// Measures the handler in a child process.
pub fn measure(counted: Duration, connections: usize) -> Result<Measured> {
    let handler = Handler::start()?;
    let target = Target { address: handler.address, host: handler.address.to_string() };
    let headers = ["Accept: application/json".into(), format!("Authorization: Basic {}", "d2ViOnNlY3JldA".repeat(4))];
    let request = Post::new(&target, "/token", &headers, "grant_type=client_credentials&scope=read").bytes();
    let plan = Plan::counting(counted);
    let workers = Repeat::many(connections, vec![request], Expect::AccessToken);
    Ok(measured("bare handler", &target, workers, plan, &[handler.child.id()])?.0)
}

/// The child's side: serves until its standard input closes, so that it never outlives its parent.
pub fn serve() -> Result<()> {
    std::thread::spawn(|| {
        let _ = stdin().lines().count();
        std::process::exit(0);
    });
    block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        stdout().flush()?;
        let start = br#"{"access_token":""#;
        let mut answer = start.to_vec();
        answer.resize(ANSWER - 2, b'x');
        answer.extend_from_slice(b"\"}");
        let answer = Bytes::from(answer);
        let token = post(move |form: String| async move {
            // The form is read, as any handler must.
            let understood = form.split('&').any(|pair| pair == "grant_type=client_credentials");
            let body = if understood { answer } else { Bytes::new() };
            ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], body).into_response()
        });
        axum::serve(listener, Router::new().route("/token", token)).await?;
        anyhow::Ok(())
    })?
}

struct Handler {
    child: Child,
    address: SocketAddr,
}

impl Handler {
    fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("bare-handler")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the bare handler")?;
        let stdout = child.stdout.take().context("the bare handler has no output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().parse().with_context(|| format!("the bare handler said {line:?}"))?;
        Ok(Self { child, address })
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
