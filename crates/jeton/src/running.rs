//! A server from its options to its end: bind, open, unlock, serve, drain.

use std::{
    fs::DirBuilder,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    thread,
};

use jeton_oauth::manage::issuer::check_issuer;
use jeton_server::{
    App, AppOptions, Clock, Endpoints,
    jobs::Jobs,
    keys::{self, MasterKey},
    listener::{self, Tls},
    password::PoolOptions,
    proxies::{Network, TrustedProxies},
};
use jeton_store::{Location, Role, Store};
use tokio::{net::TcpListener, time::timeout};

use crate::{
    failure::Failure,
    installation::{Installation, location},
    output,
    signals::{CLOSE, DRAIN, Signals},
};

/// How a server is started.
pub struct Start {
    pub listen: SocketAddr,
    pub data: PathBuf,
    /// URL of a PostgreSQL; without one the rows are in the data folder.
    pub database: Option<String>,
    /// As others see it; made from the address where it is not given.
    pub public_url: Option<String>,
    /// Certificate chain and key.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Proxies in front, which say where requests come from.
    pub proxies: Vec<Network>,
}

/// A server that has its port, its data and its master key, and does not answer yet.
pub struct Bound {
    signals: Signals,
    listener: TcpListener,
    tls: Option<Tls>,
    master: MasterKey,
    pub installation: Installation,
    pub public_url: String,
    proxies: TrustedProxies,
}

impl Start {
    /// Refusals first: whatever would stop the server stops it here, in words.
    pub async fn bind(self) -> Result<Bound, Failure> {
        let signals = Signals::listen()?;
        let tls = self.tls.map(|(certificate, key)| Tls::load(certificate, key)).transpose().map_err(Failure::failed)?;
        if let Some(url) = &self.public_url {
            check_issuer(url).map_err(|error| Failure::refused(format!("{url:?} cannot be the public URL"), error.to_string()))?;
        }
        if self.data.is_file() {
            return Err(Failure::failed(format!("{} is a file; name a folder with --data", shown(&self.data))));
        }
        let listener = listener::bind(self.listen).map_err(Failure::failed)?;
        let address = listener.local_addr().map_err(Failure::failed)?;
        let public_url = self.public_url.unwrap_or_else(|| own_url(address, tls.is_some()));
        let location = location(&self.data, self.database.as_deref())?;
        let store = Store::open(&location, Role::Server)?;
        // SQLite has made it already.
        make_folder(&self.data)?;
        let master = keys::unlock(&store, &self.data).await.map_err(Failure::failed)?;
        Ok(Bound {
            signals,
            listener,
            tls,
            master,
            installation: Installation { store, folder: self.data },
            public_url,
            proxies: TrustedProxies::new(self.proxies),
        })
    }
}

impl Bound {
    /// Serves until a signal, then drains; prints what `ready` says once requests are answered.
    pub async fn serve(self, ready: impl FnOnce(&str) -> String) -> Result<(), Failure> {
        let Self { signals, listener, tls, master, installation, public_url, proxies } = self;
        let options = AppOptions {
            data: installation.folder,
            public_url: public_url.clone(),
            place: place(&listener),
            clock: Clock::system(),
            passwords: PoolOptions::default(),
            proxies,
        };
        let app = App::start(installation.store, &master, options).await.map_err(Failure::failed)?;
        let jobs = Jobs::spawn(&app);
        let options = listener::Options { tls, metrics: app.metrics.listener(), drain_deadline: DRAIN, ..listener::Options::default() };
        if let Ok(address) = listener.local_addr() {
            tracing::info!("listening on {address}");
        }
        // The port has been open since it was bound: whoever connects now is answered in a moment.
        let said = ready(&public_url);
        // Nobody may read it; the system takes a new thread's word that it will be printed.
        let _ = thread::Builder::new().spawn(move || output::say!("{said}")).map_err(Failure::failed)?;
        let drained = listener::serve(vec![listener], Endpoints::new(&app), options, signals.stop()).await;
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

/// For who looks which nodes there are.
fn place(listener: &TcpListener) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    let address = listener.local_addr().map_or_else(|_| "an unknown address".to_owned(), |address| address.to_string());
    format!("the server on {}, {address}", host.as_deref().map_or("an unknown host", str::trim))
}

/// An address that a browser on this machine can open.
fn own_url(address: SocketAddr, tls: bool) -> String {
    let host = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let scheme = if tls { "https" } else { "http" };
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
