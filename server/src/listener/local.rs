//! The server's pages and routes on this machine: plain HTTP on loopback addresses and nowhere else.

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};

use super::{ServeError, listen};

/// Listens on 127.0.0.1 and, where there is one, on ::1, at the same port: browsers ask either for
/// `localhost`.
pub(super) struct LocalListener {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

impl LocalListener {
    /// Takes the port, or any that is free on both addresses if it is 0.
    pub(super) fn bind(port: u16) -> Result<Self, ServeError> {
        let mut tries = if port == 0 { TRIES_MAX } else { 1 };
        loop {
            tries -= 1;
            match Self::take(port) {
                Err(_) if 0 < tries => {}
                taken => return taken,
            }
        }
    }

    fn take(port: u16) -> Result<Self, ServeError> {
        let v4 = (Ipv4Addr::LOCALHOST, port).into();
        let (v4, port) = bind(v4).map_err(|source| ServeError::Listen { listen: v4, source })?;
        let v6 = (Ipv6Addr::LOCALHOST, port).into();
        let v6 = match bind(v6) {
            Ok((v6, _)) => Some(v6),
            // Another program there would be asked in the place of this one.
            Err(source) if source.kind() == io::ErrorKind::AddrInUse => {
                return Err(ServeError::Listen { listen: v6, source });
            }
            Err(_) => None,
        };
        Ok(Self { v4, v6, port })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Accepts a connection, like [`TcpListener::accept`].
    pub(super) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let v6 = async {
            match &self.v6 {
                Some(v6) => v6.accept().await,
                None => pending().await,
            }
        };
        tokio::select! {
            accepted = self.v4.accept() => accepted,
            accepted = v6 => accepted,
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<(TcpListener, u16)> {
    let listener = listen(address)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

/// Tries to find a port that is free on both addresses.
const TRIES_MAX: u32 = 16;
