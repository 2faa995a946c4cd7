//! A server from its options to its end: bind, open, unlock, serve, drain.

use std::{
    fs::DirBuilder,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use jeton_oauth::manage::issuer::{PlainHttp, check_issuer};
use jeton_server::{
    App, AppOptions, Clock, Endpoints, Internal,
    demo::Demo as Front,
    jobs::Jobs,
    keys::{self, MasterKey},
    listener::{self, Address, BindError, Listener, Tls},
    mail::{Smtp, Transport},
    password::PoolOptions,
    proxies::{Network, TrustedProxies},
};
use jeton_store::{Location, Role, Store};
use tokio::{sync::watch, time::timeout};

use crate::{
    failure::Failure,
    installation::{Installation, location},
    output,
    signals::{CLOSE, DRAIN, Signals},
};

/// How a server is started.
pub struct Start {
    pub listen: Vec<Address>,
    /// On one loopback address: on those of IPv4 and IPv6, and as `localhost`, which browsers trust with passkeys.
    pub as_localhost: bool,
    /// Where operators ask for metrics; nowhere if it is empty.
    pub internal: Vec<Address>,
    /// Of Unix sockets.
    pub socket_mode: u32,
    /// How long a connection may do nothing.
    pub idle_timeout: Duration,
    pub plain_http: PlainHttp,
    pub data: PathBuf,
    /// URL of a PostgreSQL; without one the rows are in the data folder.
    pub database: Option<String>,
    /// As others see it; made from the address where it is not given.
    pub public_url: Option<String>,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Proxies in front, which say where requests come from.
    pub proxies: Vec<Network>,
    /// A mail server; without one letters are written into the data folder.
    pub smtp: Option<Smtp>,
}

/// A server that has its port, its data and its master key, and does not answer yet.
pub struct Bound {
    signals: Signals,
    listeners: Vec<Listener>,
    internal: Vec<Listener>,
    idle_timeout: Duration,
    tls: Option<Tls>,
    /// What the front page shows, in a demo.
    pub demo: Option<Front>,
    master: MasterKey,
    pub installation: Installation,
    pub public_url: String,
    proxies: TrustedProxies,
    smtp: Option<Smtp>,
}

impl Start {
    /// Refusals first: whatever would stop the server stops it here, in words.
    pub async fn bind(self) -> Result<Bound, Failure> {
        let signals = Signals::listen()?;
        let tls = self.tls.map(|(certificate, key)| Tls::load(certificate, key)).transpose().map_err(Failure::failed)?;
        if let Some(url) = &self.public_url {
            check_issuer(url, self.plain_http)
                .map_err(|error| Failure::refused(format!("{url:?} cannot be the public URL"), error.to_string()))?;
        }
        if self.data.is_file() {
            return Err(Failure::failed(format!("{} is a file; name a folder with --data", shown(&self.data))));
        }
        let bind = |addresses: &[Address]| -> Result<Vec<Listener>, Failure> {
            addresses.iter().map(|address| listener::bind(address, self.socket_mode).map_err(Failure::failed)).collect()
        };
        let localhost = match self.listen.as_slice() {
            [Address::Tcp(address)] if self.as_localhost && address.ip().is_loopback() => Some(*address),
            _ => None,
        };
        let listeners = match localhost {
            Some(address) => both_loopbacks(address, self.socket_mode)?,
            None => bind(&self.listen)?,
        };
        let internal = bind(&self.internal)?;
        let public_url = match (self.public_url, localhost) {
            (Some(url), _) => url,
            (None, Some(_)) => format!("http://localhost:{}", port(&listeners[0])),
            (None, None) => own_public_url(&listeners, tls.is_some(), self.plain_http)?,
        };
        let location = location(&self.data, self.database.as_deref())?;
        let store = Store::open(&location, Role::Server)?;
        // SQLite has made it already.
        make_folder(&self.data)?;
        let master = keys::unlock(&store, &self.data).await.map_err(Failure::failed)?;
        Ok(Bound {
            signals,
            listeners,
            internal,
            idle_timeout: self.idle_timeout,
            tls,
            demo: None,
            master,
            installation: Installation { store, folder: self.data },
            public_url,
            proxies: TrustedProxies::new(self.proxies),
            smtp: self.smtp,
        })
    }
}

impl Bound {
    /// Serves until a signal, then drains; prints what `ready` says once requests are answered.
    pub async fn serve(self, ready: impl FnOnce(&Served) -> String) -> Result<(), Failure> {
        let Self { signals, listeners, internal, idle_timeout, tls, demo, master, installation, public_url, proxies, smtp } = self;
        let options = AppOptions {
            data: installation.folder,
            public_url: public_url.clone(),
            place: place(&listeners),
            clock: Clock::system(),
            passwords: PoolOptions::default(),
            proxies,
            demo,
            mail: smtp.map(Box::new).map(Transport::Smtp),
        };
        let app = App::start(installation.store, &master, options).await.map_err(Failure::failed)?;
        let jobs = Jobs::spawn(&app);
        let scheme = if tls.is_some() { "https" } else { "http" };
        let metrics = app.metrics.listener();
        let options = listener::Options { tls, metrics, idle_timeout, drain_deadline: DRAIN, ..listener::Options::default() };
        for listener in &listeners {
            tracing::info!("listening on {}", listener.address());
        }
        let served = Served {
            public_url,
            addresses: listeners.iter().map(|listener| shown_address(listener, scheme)).collect(),
            metrics: internal.iter().map(|listener| shown_address(listener, "http")).collect(),
        };
        // The port has been open since it was bound: whoever connects now is answered in a moment.
        let said = ready(&served);
        // Before it is said: whoever reads it may ask for a stop at once.
        let stop = signals.stop();
        // Nobody may read it; the system takes a new thread's word that it will be printed.
        let _ = thread::Builder::new().spawn(move || output::say!("{said}")).map_err(Failure::failed)?;
        // Operators are answered until the last request of the others has ended.
        let (end, mut ended) = watch::channel(false);
        let inside = listener::Options { max_connections: OPERATORS, drain_deadline: Duration::ZERO, ..listener::Options::default() };
        let operators = listener::serve(internal, Internal::new(&app), inside, async move {
            let _ = ended.wait_for(|ended| *ended).await;
        });
        let others = async {
            let drained = listener::serve(listeners, Endpoints::new(&app), options, stop).await;
            end.send_replace(true);
            drained
        };
        let (drained, _) = tokio::join!(others, operators);
        tracing::info!(finished = drained.finished, cut = drained.cut, "connections have ended");
        let ended = async {
            jobs.stop(&app).await;
            app.close().await;
        };
        if timeout(CLOSE, ended).await.is_err() {
            tracing::warn!("the database does not answer; when clients and tokens were last used is not written down");
        }
        Ok(())
    }
}

/// Connections of those who ask for metrics and health.
const OPERATORS: usize = 64;

/// Where a server answers.
pub struct Served {
    pub public_url: String,
    /// Its own addresses, as URLs where they are.
    pub addresses: Vec<String>,
    /// Of the internal listeners.
    pub metrics: Vec<String>,
}

impl Served {
    /// `, listening on …`, unless the public URL says it, and where the metrics are.
    pub fn places(&self) -> String {
        let mut text = String::new();
        if self.addresses.as_slice() != [self.public_url.as_str()] {
            text += &format!(", listening on {}", self.addresses.join(" and "));
        }
        if !self.metrics.is_empty() {
            text += &format!(", for operators on {}", self.metrics.join(" and "));
        }
        text
    }
}

/// The same port of 127.0.0.1 and of ::1, as far as this machine has both: `localhost` is either.
fn both_loopbacks(listen: SocketAddr, socket_mode: u32) -> Result<Vec<Listener>, Failure> {
    let other: IpAddr = if listen.is_ipv4() { Ipv6Addr::LOCALHOST.into() } else { Ipv4Addr::LOCALHOST.into() };
    let mut tries = 0..10;
    loop {
        let first = listener::bind(&Address::Tcp(listen), socket_mode).map_err(Failure::failed)?;
        match listener::bind(&Address::Tcp(SocketAddr::new(other, port(&first))), socket_mode) {
            Ok(second) => return Ok(vec![first, second]),
            // The port was any free one: another is.
            Err(BindError::InUse(_)) if listen.port() == 0 && tries.next().is_some() => {}
            Err(error @ BindError::InUse(_)) => return Err(Failure::failed(error)),
            Err(_) => return Ok(vec![first]),
        }
    }
}

fn port(listener: &Listener) -> u16 {
    match listener.address() {
        Address::Tcp(address) => address.port(),
        Address::Unix(_) => 0,
    }
}

/// For who looks which nodes there are.
fn place(listeners: &[Listener]) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    let addresses: Vec<_> = listeners.iter().map(|listener| listener.address().to_string()).collect();
    format!("the server on {}, {}", host.as_deref().map_or("an unknown host", str::trim), addresses.join(" and "))
}

/// The issuers' address where nobody names one: the first that is no Unix socket.
fn own_public_url(listeners: &[Listener], tls: bool, plain_http: PlainHttp) -> Result<String, Failure> {
    let first = listeners.iter().find_map(|listener| match listener.address() {
        Address::Tcp(address) => Some(*address),
        Address::Unix(_) => None,
    });
    let Some(address) = first else {
        return Err(Failure::Usage(
            "a server on Unix sockets alone does not know its address: say it with --public-url https://…".to_owned(),
        ));
    };
    let url = own_url(address, if tls { "https" } else { "http" });
    if !tls && plain_http == PlainHttp::Loopback && check_issuer(&url, plain_http).is_err() {
        return Err(Failure::Usage(format!(
            "{url} would be reached without TLS: give --public-url with the https address of the proxy in front, or --tls-cert and --tls-key; for development on a network of your own give --allow-plain-http"
        )));
    }
    Ok(url)
}

fn shown_address(listener: &Listener, scheme: &str) -> String {
    match listener.address() {
        Address::Tcp(address) => own_url(*address, scheme),
        unix @ Address::Unix(_) => unix.to_string(),
    }
}

/// An address that a browser on this machine can open.
fn own_url(address: SocketAddr, scheme: &str) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("{scheme}://{}", SocketAddr::new(host, address.port()))
}

/// For the master key; nobody else may look into it.
fn make_folder(folder: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Failure::failed(format!("the data folder {} cannot be made: {error}", shown(folder))))
}

/// Where the data is, as messages show it: never a password.
pub fn shown_with(folder: &Path, database: Option<&str>) -> String {
    match location(folder, database) {
        Ok(Location::Postgres { url }) => format!("{url}, with the master key of {}", shown(folder)),
        _ => shown(folder),
    }
}

/// The folder as messages show it.
pub fn shown(folder: &Path) -> String {
    folder.display().to_string()
}
