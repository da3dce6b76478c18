//! How a server is set up on the network. The defaults keep the door closed: the loopback address,
//! and a certificate of the server's own.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
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
    /// interface which leads to the internet, and devices elsewhere may not reach it. When it is set,
    /// requests prove that they are for it, whatever `Host` a proxy writes.
    pub public_url: Option<String>,
    /// What devices see at `public_url`, when something in front ends TLS.
    pub public_trust: PublicTrust,
    /// Where figures for Prometheus are answered, in plain HTTP: a loopback address; none answers
    /// them nowhere.
    pub metrics: Option<SocketAddr>,
    /// The port of `localhost` at which browsers on this machine reach the console and the field app in
    /// plain HTTP, without a certificate; 0 takes any that is free, none answers it nowhere.
    pub local_http: Option<u16>,
    /// Proxies of ours: what they say in `X-Forwarded-For` of where a request comes from is
    /// believed, and nobody else's word.
    pub trusted_proxies: Vec<IpAddr>,
    /// Most connections at a time. Each holds at most 40 KiB when it is quiet.
    pub connections_max: usize,
    /// Most connections of one address at a time: half of all, because a whole department may
    /// stand behind one address.
    pub connections_per_address: usize,
    /// Most connections of one address at a time on which nobody has proven yet who they are: a
    /// twentieth of all. A phone proves it with its first request.
    pub unproven_per_address: usize,
    /// Most connections of one device, or of one person at the console, at a time. A browser opens six; one
    /// more ends the oldest.
    pub connections_per_holder: usize,
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
    /// Given, both PEM, and read again when they change. Devices pin the key of the first
    /// certificate in the chain: one that is renewed with the same key changes nothing for them,
    /// another key has to be announced before it is shown.
    Files {
        /// The certificate, and those between it and its root.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

/// How devices know the server at its public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicTrust {
    /// By the key of its own certificate: nothing in between ends TLS.
    Same,
    /// By the key of this certificate, PEM: a proxy's, which ends TLS.
    File(PathBuf),
    /// By the authorities that phones trust: a proxy's certificate is one of theirs.
    System,
}

/// How long things may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// A TLS handshake; a request's head, from its first byte to its last.
    pub head: Duration,
    /// From one request of a connection to the next, once a device or a person has proven on it who
    /// they are.
    pub idle: Duration,
    /// The same before that.
    pub unproven: Duration,
    /// Until a device takes more of an answer. An answer that leaves drop by drop may wait as long in
    /// all, and a second more for each two KiB of it.
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
            public_trust: PublicTrust::Same,
            metrics: None,
            local_http: None,
            trusted_proxies: Vec::new(),
            connections_max: 2_000,
            connections_per_address: 1_000,
            unproven_per_address: 100,
            connections_per_holder: 12,
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
            unproven: Duration::from_secs(5),
            write: Duration::from_secs(30),
            stop: Duration::from_secs(15),
            notice: Duration::from_millis(250),
            sweep: Duration::from_secs(60),
        }
    }
}

const PORT: u16 = 8443;
