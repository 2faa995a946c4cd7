//! `jeton-load run`: one operation against any server.

use std::time::Duration;

use anyhow::{Result, bail};
use url::Url;

use crate::oauth::{AuthMethod, Client, CodeRequest, Person, Pkce, Server};
use crate::table::{Table, cpu, mebibytes, micros, rate};
use crate::work::{Measured, Operation, Scene, block_on, measure};

/// Measure one operation of any OAuth server.
///
/// Endpoints come from the issuer's metadata unless --token-path is given.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The issuer, or with --token-path the server's base URL; http only.
    #[arg(long, value_name = "URL")]
    target: Url,
    #[arg(long, value_enum, default_value = "client_credentials")]
    operation: Operation,
    #[arg(long, default_value = "")]
    client_id: String,
    #[arg(long, default_value = "", env = "JETON_LOAD_CLIENT_SECRET", hide_env_values = true)]
    client_secret: String,
    /// How the client authenticates.
    #[arg(long, value_enum, default_value = "basic")]
    auth: AuthMethod,
    #[arg(long)]
    username: Option<String>,
    #[arg(long, env = "JETON_LOAD_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// For codes: a registered redirect URI; nothing is ever fetched from it.
    #[arg(long)]
    redirect_uri: Option<String>,
    /// Scopes, separated by spaces.
    #[arg(long, default_value = "")]
    scope: String,
    /// Leave out PKCE (S256) in authorization requests.
    #[arg(long)]
    no_pkce: bool,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Client threads.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Refresh tokens in rotation; one per connection unless more are wanted.
    #[arg(long)]
    pool: Option<usize>,
    /// The server's process, on this machine: its CPU and memory are measured too. May be repeated.
    #[arg(long)]
    pid: Vec<u32>,
    /// Paths that stand in for the metadata.
    #[arg(long)]
    token_path: Option<String>,
    #[arg(long)]
    authorize_path: Option<String>,
    #[arg(long)]
    introspect_path: Option<String>,
    #[arg(long)]
    jwks_path: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  jeton-load run --target http://127.0.0.1:8080/standard --client-id web --client-secret s3cret
  jeton-load run --target http://127.0.0.1:8080/standard --client-id web --client-secret s3cret \\
      --operation refresh --username ann --password secret --redirect-uri https://app.example/cb --pid $(pidof jeton)
  jeton-load run --target http://127.0.0.1:3000 --token-path /oauth/token --auth post \\
      --client-id app --client-secret s3cret --seconds 30 --json";

pub fn run(arguments: &Arguments) -> Result<()> {
    if !(arguments.seconds.is_finite() && arguments.seconds > 0.0) || arguments.connections == 0 {
        bail!("--seconds and --connections must be above 0");
    }
    let scene = scene(arguments)?;
    let counted = Duration::from_secs_f64(arguments.seconds);
    let results = measure(&scene, arguments.operation, counted, &arguments.pid)?;
    if arguments.json {
        println!("{}", serde_json::to_string(&results)?);
    } else {
        print(&results);
    }
    judge(&results)
}

fn scene(arguments: &Arguments) -> Result<Scene> {
    let mut server = match &arguments.token_path {
        Some(_) => Server::at(&arguments.target)?,
        None => block_on(Server::discover(&arguments.target))??,
    };
    for (given, place) in [
        (&arguments.token_path, &mut server.token),
        (&arguments.authorize_path, &mut server.authorization),
        (&arguments.introspect_path, &mut server.introspection),
        (&arguments.jwks_path, &mut server.jwks),
    ] {
        if given.is_some() {
            place.clone_from(given);
        }
    }
    let person = arguments.username.clone().zip(arguments.password.clone());
    let pkce = (!arguments.no_pkce).then(Pkce::generate).transpose()?;
    Ok(Scene {
        server,
        client: Client { id: arguments.client_id.clone(), secret: arguments.client_secret.clone(), auth: arguments.auth },
        person: person.map(|(username, password)| Person { username, password }),
        code: arguments.redirect_uri.clone().map(|redirect_uri| CodeRequest { redirect_uri, scope: arguments.scope.clone(), pkce }),
        scope: arguments.scope.clone(),
        connections: arguments.connections,
        threads: arguments.threads,
        pool: arguments.pool.unwrap_or(arguments.connections),
    })
}

fn print(results: &[Measured]) {
    let mut table = Table::new(&["operation", "requests", "errors", "per second", "p50", "p90", "p99", "max", "server CPU", "memory"]);
    for result in results {
        let memory = result.memory_before.zip(result.memory_after);
        table.row(vec![
            result.operation.clone(),
            result.requests.to_string(),
            result.errors.to_string(),
            rate(result.per_second),
            micros(result.p50_us),
            micros(result.p90_us),
            micros(result.p99_us),
            micros(result.max_us),
            cpu(result.server_cpu_us),
            memory.map_or_else(
                || "–".to_owned(),
                |(before, after)| {
                    format!("{} → {} (peak {})", mebibytes(before.resident), mebibytes(after.resident), mebibytes(after.peak))
                },
            ),
        ]);
    }
    table.print();
    for result in results {
        let statuses: Vec<_> = result.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        println!("{}: {}", result.operation, statuses.join(", "));
        if result.wrong > 0 {
            println!("  {} answers without what was asked for", result.wrong);
        }
        for (error, count) in &result.broken {
            println!("  {count} × {error}");
        }
        if let Some(found) = &result.double_spends {
            println!(
                "  double spends: {} of {} raced tokens had two successors, {} of {} used tokens were accepted again",
                found.two_successors, found.raced, found.accepted, found.replayed
            );
        }
    }
}

/// Nothing right, or a token worth more than once, is a failure.
fn judge(results: &[Measured]) -> Result<()> {
    for result in results {
        if result.requests <= result.errors {
            bail!("{}: no request succeeded", result.operation);
        }
        if result.double_spends.as_ref().is_some_and(|found| found.total() > 0) {
            bail!("{}: tokens were accepted twice", result.operation);
        }
    }
    Ok(())
}
