//! Where the server listens, and what is said when it cannot.

use std::{
    fmt, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
};

use tokio::net::{TcpListener, TcpSocket, TcpStream, UnixListener, UnixStream};

use super::socket_file::{self, SocketFile};

/// Connections that may wait to be accepted.
pub(super) const BACKLOG: u32 = 4096;

/// What may be listened on: `127.0.0.1:8080`, `[::]:443`, `unix:/run/jeton/socket`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// Why a text is no address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no address to listen on; write address and port, such as 127.0.0.1:8080 or [::]:443, or unix: and a path, such as unix:/run/jeton/socket"
)]
pub struct NoAddress(String);

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        match text.strip_prefix("unix:") {
            Some("") => Err(NoAddress(text.to_owned())),
            Some(path) => Ok(Self::Unix(path.into())),
            None => text.parse().map(Self::Tcp).map_err(|_| NoAddress(text.to_owned())),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("cannot listen on {0}: another program does already; stop it, or choose another {what}", what = if matches!(.0, Address::Tcp(_)) { "port" } else { "path" })]
    InUse(Address),
    #[error("cannot listen on {0}: this machine has no such address; write one of its own, or 0.0.0.0 (IPv6: [::]) for all of them")]
    NoSuchAddress(Address),
    #[error("cannot listen on {0}: the system forbids it; choose a port above 1023, or give the server the right to use this one")]
    Forbidden(Address),
    #[error("cannot listen on unix:{}: there is a file that is no socket; remove it, or choose another path", .0.display())]
    NoSocket(PathBuf),
    #[error("cannot listen on {address}: {source}")]
    Other { address: Address, source: io::Error },
}

/// Takes connections of one address. The file of a Unix socket is removed with it.
#[derive(Debug)]
pub struct Listener {
    pub(super) inner: Inner,
    address: Address,
}

#[derive(Debug)]
pub(super) enum Inner {
    Tcp(TcpListener),
    Unix(UnixListener, #[expect(dead_code, reason = "removes the file when it is dropped")] SocketFile),
}

/// One connection.
pub(super) enum Stream {
    Tcp(TcpStream, SocketAddr),
    Unix(UnixStream),
}

impl Listener {
    /// As it was taken: with the port that port 0 found.
    pub fn address(&self) -> &Address {
        &self.address
    }

    pub(super) async fn accept(&self) -> io::Result<Stream> {
        Ok(match &self.inner {
            Inner::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                Stream::Tcp(stream, address)
            }
            Inner::Unix(listener, _) => Stream::Unix(listener.accept().await?.0),
        })
    }
}

/// Who may connect to a Unix socket, as permissions of its file: its owner and its group.
pub const SOCKET_MODE: u32 = 0o660;

/// Takes the address; port 0 takes any free one. A Unix socket gets the permissions `mode`; the
/// file of a server that is gone is replaced.
pub fn bind(address: &Address, mode: u32) -> Result<Listener, BindError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address.clone()),
        io::ErrorKind::AddrNotAvailable => BindError::NoSuchAddress(address.clone()),
        io::ErrorKind::PermissionDenied if matches!(address, Address::Tcp(_)) => BindError::Forbidden(address.clone()),
        io::ErrorKind::InvalidInput if is_other_file(address) => BindError::NoSocket(path(address)),
        _ => BindError::Other { address: address.clone(), source },
    };
    match address {
        Address::Tcp(wanted) => {
            let listener = listen(*wanted).map_err(failed)?;
            let address = Address::Tcp(listener.local_addr().map_err(failed)?);
            Ok(Listener { inner: Inner::Tcp(listener), address })
        }
        Address::Unix(path) => {
            let (listener, file) = socket_file::listen(path, mode).map_err(failed)?;
            Ok(Listener { inner: Inner::Unix(listener, file), address: address.clone() })
        }
    }
}

fn path(address: &Address) -> PathBuf {
    match address {
        Address::Unix(path) => path.clone(),
        Address::Tcp(_) => PathBuf::new(),
    }
}

fn is_other_file(address: &Address) -> bool {
    matches!(address, Address::Unix(path) if path.exists() && !socket_file::is_socket(Path::new(path)))
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A restart must not wait for the old connections' last packets. Elsewhere the option means
    // that two programs may share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_named_with_what_to_do() {
        let first = bind(&"127.0.0.1:0".parse().unwrap(), SOCKET_MODE).unwrap();
        let error = bind(first.address(), SOCKET_MODE).unwrap_err();
        assert!(matches!(error, BindError::InUse(_)));
        let words = format!("cannot listen on {}: another program does already; stop it, or choose another port", first.address());
        assert_eq!(error.to_string(), words);
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_refused_in_words() {
        let error = bind(&"192.0.2.1:0".parse().unwrap(), SOCKET_MODE).unwrap_err();
        assert!(matches!(error, BindError::NoSuchAddress(_)), "{error:?}");
    }

    #[test]
    fn addresses_are_read_and_anything_else_is_refused() {
        for text in ["127.0.0.1:8080", "[::1]:0", "unix:/run/jeton/socket"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        for text in ["", "8080", "localhost:8080", "unix:", "/run/jeton/socket"] {
            assert_eq!(text.parse::<Address>(), Err(NoAddress(text.to_owned())));
        }
    }
}
