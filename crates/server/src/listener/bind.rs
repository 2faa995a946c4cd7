//! Where the server listens, and what is said when it cannot.

use std::{io, net::SocketAddr};

use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4096;

#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("cannot listen on {0}: another program does already; stop it, or choose another port")]
    InUse(SocketAddr),
    #[error("cannot listen on {0}: this machine has no such address; write one of its own, or 0.0.0.0 (IPv6: [::]) for all of them")]
    NoSuchAddress(SocketAddr),
    #[error("cannot listen on {0}: the system forbids it; choose a port above 1023, or give the server the right to use this one")]
    Forbidden(SocketAddr),
    #[error("cannot listen on {address}: {source}")]
    Other { address: SocketAddr, source: io::Error },
}

/// Takes the address; port 0 takes any free one, which `local_addr` of the listener tells.
pub fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    listen(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse(address),
        io::ErrorKind::AddrNotAvailable => BindError::NoSuchAddress(address),
        io::ErrorKind::PermissionDenied => BindError::Forbidden(address),
        _ => BindError::Other { address, source },
    })
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
        let first = bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(address).unwrap_err();
        assert!(matches!(error, BindError::InUse(_)));
        assert_eq!(error.to_string(), format!("cannot listen on {address}: another program does already; stop it, or choose another port"));
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_refused_in_words() {
        let error = bind("192.0.2.1:0".parse().unwrap()).unwrap_err();
        assert!(matches!(error, BindError::NoSuchAddress(_)), "{error:?}");
    }
}
