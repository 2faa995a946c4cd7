//! `jeton demo`: everything at once, with realms, people and secrets that are made up.

use std::path::PathBuf;

use clap::Args;
use jeton_oauth::manage::Actor;
use jeton_provision::{Options, PlainHttp};
use jeton_server::listener::{Address, IDLE_TIMEOUT, SOCKET_MODE};

use crate::{
    demo,
    failure::Failure,
    logging::{self, LogFormat},
    running::{Served, Start, shown_with},
};

/// Serve realms that are made up, to see how everything works.
///
/// Six realms in one server: Volt, Volt Time, VoIPEx, Violet and DepotFinity answer as their own
/// token APIs do; standard speaks the RFCs as written. Prints the calls to paste, and shows them with
/// the people on its front page.
///
/// Its secrets are known to everybody, so it uses a data folder of its own: one that is absent,
/// empty, or a demo's already.
#[derive(Args)]
#[command(after_help = "Examples:
  jeton demo
  jeton demo --listen 127.0.0.1:0 --json     one line of JSON once it is ready, for programs")]
pub struct Demo {
    /// Address and port; port 0 picks a free one
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    pub listen: Address,
    /// Where /metrics is [default: nowhere]
    #[arg(long, value_name = "ADDR:PORT")]
    pub internal_listen: Option<Address>,
    /// Let other machines come in over plain http, for development on a network of your own
    #[arg(long, env = "JETON_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,
    /// Data folder
    #[arg(long, value_name = "DIR", default_value = "jeton-demo")]
    pub data: PathBuf,
    /// PostgreSQL that keeps the rows: an empty one, or a demo's already [default: SQLite, in the data folder]
    // Not from the environment: that is where a real installation's stands.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Print one line of JSON once it is ready, and nothing else, on stdout
    #[arg(long)]
    pub json: bool,
    /// How the log on stderr is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log: LogFormat,
}

pub async fn run(demo: Demo) -> Result<(), Failure> {
    logging::start(demo.log, if demo.json { "info" } else { "error" })?;
    demo::claim(&demo.data)?;
    let start = Start {
        as_localhost: true,
        listen: vec![demo.listen],
        internal: demo.internal_listen.into_iter().collect(),
        socket_mode: SOCKET_MODE,
        idle_timeout: IDLE_TIMEOUT,
        plain_http: if demo.allow_plain_http { PlainHttp::Anywhere } else { PlainHttp::Loopback },
        data: demo.data.clone(),
        database: demo.database.clone(),
        public_url: None,
        tls: None,
        proxies: Vec::new(),
        smtp: None,
    };
    demo::write_assets(&demo.data)?;
    let mut bound = start.bind().await?;
    bound.demo = Some(demo::front(&bound.public_url));
    bound.installation.apply(&Actor::REALM_FILE, &demo::prepared(), Options::default()).await?;
    let ready = |served: &Served| {
        let url = &served.public_url;
        if demo.json {
            demo::json(url)
        } else {
            format!(
                "{}\nJeton's demo serves {url} from {}{}. Its secrets are known to everybody; Ctrl-C ends it.",
                demo::calls(url),
                shown_with(&demo.data, demo.database.as_deref()),
                served.places()
            )
        }
    };
    bound.serve(ready).await
}
