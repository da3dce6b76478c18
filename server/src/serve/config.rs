//! How a server is set up on the network. The defaults keep the door closed: the loopback address,
//! and a certificate of the server's own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::clock::{Clock, SystemClock};
use crate::http::Bounds;

/// Where and how to serve.
#[derive(Clone)]
pub struct ServeConfig {
    /// The address to listen on. Port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The certificate.
    pub tls: TlsSource,
    /// Where devices find the server, such as `https://field.example:8443`; none derives it from
    /// the address listened on. Set it when the server has a name, or stands behind a router that
    /// forwards a port: when all addresses are listened on, the one derived is that of the
    /// interface which leads to the internet, and devices elsewhere may not reach it.
    pub public_url: Option<String>,
    /// Most connections at a time. Each holds at most 40 KiB when it is quiet.
    pub connections_max: usize,
    /// Most connections of one address at a time: half of all, because a whole department may
    /// stand behind one address.
    pub connections_per_address: usize,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How much one device and one address may use.
    pub bounds: Bounds,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Where the certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsSource {
    /// Made at the first start and kept in the data folder. Devices pin it.
    Own,
    /// Given, both PEM. Devices pin the first certificate of the chain, so a new one means that
    /// they are enrolled anew.
    Files {
        /// The certificate, and those between it and its root.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// A TLS handshake; a request's head, from its first byte to its last.
    pub head: Duration,
    /// From one request of a connection to the next.
    pub idle: Duration,
    /// Until a device takes more of an answer.
    pub write: Duration,
    /// Until requests under way are answered after the server was told to stop.
    pub stop: Duration,
    /// Between two looks whether an administrator's command wrote something.
    pub notice: Duration,
    /// Between two times of forgetting what need not be remembered.
    pub sweep: Duration,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)),
            tls: TlsSource::Own,
            public_url: None,
            connections_max: 2_000,
            connections_per_address: 1_000,
            timeouts: Timeouts::default(),
            bounds: Bounds::default(),
            clock: Arc::new(SystemClock),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write: Duration::from_secs(30),
            stop: Duration::from_secs(15),
            notice: Duration::from_millis(250),
            sweep: Duration::from_secs(60),
        }
    }
}

const PORT: u16 = 8443;
