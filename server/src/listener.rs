//! The server on the network: HTTPS on one address, from the first connection until it is told to
//! stop.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # use model::time::Timestamp;
//! use server::{config::ServiceConfig, service::Service, listener::{ServeConfig, Server}};
//!
//! # let (folder, now) = (std::path::Path::new("data"), Timestamp::from_millis(0));
//! let core = Service::open(now, ServiceConfig::new(folder))?;
//! let server = Server::bind(core, folder, ServeConfig::default()).await?;
//! let told_to_stop = std::future::pending();
//! server.run(told_to_stop).await?;
//! # Ok(())
//! # }
//! ```

mod bare;
mod config;
mod connection;
mod deadlines;
mod figures;
mod local;
mod location;
mod maintenance;
mod panics;
mod renewal;
mod sender;
mod server_info;
mod shown;
pub mod tls;

use std::future::{Future, pending};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

pub use crate::http::{Bounds, Rate, Route, RouteAccess, routes};
pub use config::{PublicTrust, ServeConfig, Timeouts, TlsSource};
pub use location::parse as address;
pub use panics::quiet_panics;
pub use server_info::{Served, served};
pub use shown::names;

use crate::audit::throttle::Due;
use crate::error::StoreError;
use crate::http::connections::Connections;
use crate::http::{Addresses, App, ConcurrencyLimiter, Door, Signals, router, subscriber};
use crate::service::Service;
use connection::{Connection, Entrance, Origin};
use deadlines::Deadlines;
use local::LocalListener;
use renewal::Renewal;
use shown::{Shown, Source};
use tls::TlsError;

/// A server that has its address and its certificate and waits to be run.
pub struct Server {
    service: Service,
    app: App,
    config: ServeConfig,
    listener: TcpListener,
    local: Option<LocalListener>,
    metrics: Option<TcpListener>,
    acceptor: TlsAcceptor,
    address: SocketAddr,
    renewal: Renewal,
    written: watch::Sender<u64>,
    stopping: watch::Sender<bool>,
}

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The address is another program's, or not this machine's.
    #[error("{listen} cannot be listened on")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no certificate to serve with.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Figures are answered to this machine only.
    #[error("{0} is not a loopback address: metrics are served to programs on this machine only")]
    Metrics(SocketAddr),
    /// Where the server is found cannot be noted in the database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// `public_url` is not an address that devices can ask.
    #[error("`{0}` is not an address such as https://field.example:8443")]
    PublicUrl(String),
    /// The file that tells `admin invite` where the server is cannot be written.
    #[error("{path} cannot be written", path = path.display())]
    Served {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] io::Error),
}

impl Server {
    /// Takes the address, reads or makes the certificate, and writes where the server is found into
    /// the data folder, for [`served()`].
    ///
    /// # Errors
    /// Says what cannot be had. Nothing listens then.
    pub async fn bind(
        service: Service,
        data_dir: &Path,
        config: ServeConfig,
    ) -> Result<Self, ServeError> {
        let listen_failed = |source| ServeError::Listen { listen: config.listen, source };
        let listener = listen(config.listen).map_err(listen_failed)?;
        let address = listener.local_addr().map_err(listen_failed)?;
        let local = config.local_http.map(LocalListener::bind).transpose()?;
        let metrics = figures::bind(config.metrics).await?;
        let url = match &config.public_url {
            Some(url) => location::parse(url).ok_or_else(|| ServeError::PublicUrl(url.clone()))?,
            None => location::of(address),
        };
        let source = Source::new(&config, data_dir);
        let certificate = source.open(&url)?;
        let shown = Arc::new(Shown::new(&certificate)?);
        let tls = tls::server_config(Arc::clone(&shown) as _).map_err(TlsError::Setup)?;
        let clock = Arc::clone(&config.clock);
        let renewal = Renewal::new(service.clone(), clock, data_dir, url, source, shown);
        renewal.note(&certificate)?;

        let (written, stopping) = (watch::Sender::new(0), watch::Sender::new(false));
        let signals = Signals { written: written.subscribe(), stopping: stopping.subscribe() };
        let app = App::new(
            Arc::clone(&config.clock),
            seeded()?,
            service.clone(),
            config.bounds.clone(),
            signals,
            Addresses::new(&service, config.public_url.as_deref(), &location::of(address)),
        );
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        Ok(Self {
            service,
            app,
            config,
            listener,
            local,
            metrics,
            acceptor,
            address,
            renewal,
            written,
            stopping,
        })
    }

    /// The address listened on; its port is the real one when any port was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where devices find the server.
    pub fn url(&self) -> String {
        self.renewal.url().to_owned()
    }

    /// Returns what devices pin: SHA-256 of the public key that they see, as 64 hexadecimal digits;
    /// `None` if they know the server by the authorities that their systems trust.
    pub fn fingerprint(&self) -> Option<String> {
        self.service.reach().and_then(|reach| reach.pin)
    }

    /// Returns where browsers on this machine reach the console without a certificate, if they do.
    pub fn local_url(&self) -> Option<String> {
        self.local.as_ref().map(|local| format!("http://localhost:{}", local.port()))
    }

    /// Where figures are answered, if they are.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// Serves until `stop`. Then takes no more connections and no more requests, answers those under
    /// way for as long as [`Timeouts::stop`] says, and closes the core.
    ///
    /// # Errors
    /// None today: a connection that fails ends alone.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<(), ServeError> {
        let Self { service, app, config, listener, local, metrics, .. } = self;
        let Self { acceptor, address, renewal, written, stopping, .. } = self;
        tracing::info!(server.address = %address, "serving on {address}");
        let mut upkeep = JoinSet::new();
        let handle = figures::figures();
        if let Some(listener) = metrics {
            upkeep.spawn(figures::serve(listener, handle.clone()));
        }
        upkeep.spawn(renewal.run(written.subscribe(), config.timeouts.sweep));
        upkeep.spawn(maintenance::notice_changes(service.clone(), config.timeouts.notice, written));
        upkeep.spawn(maintenance::sweep(app.clone(), handle, config.timeouts.sweep));

        let local_port = local.as_ref().map(LocalListener::port);
        let mut door = Acceptor::new(app, acceptor, local_port, &config, stopping.subscribe());
        tokio::select! {
            () = stop => {}
            () = door.accept_all(&listener, local.as_ref()) => {}
        }
        drop((listener, local));
        tracing::info!(connections = door.open.len(), "stopping");
        stopping.send_replace(true);
        if timeout(config.timeouts.stop, door.all_gone()).await.is_err() {
            tracing::warn!(connections = door.open.len(), "some connections were cut");
        }
        door.open.shutdown().await;
        upkeep.shutdown().await;
        let at_the_end = move || {
            if let Err(error) = service.note_left_out(config.clock.now(), Due::AtTheEnd) {
                tracing::error!(%error, "refusals of the last minute are not counted in the audit");
            }
            service.shutdown();
        };
        if spawn_blocking(at_the_end).await.is_err() {
            tracing::error!("the core did not close as it should");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Lets connections in, a bounded number in all and of each address.
struct Acceptor {
    open: JoinSet<()>,
    places: Arc<Semaphore>,
    by_address: ConcurrencyLimiter<IpAddr>,
    connections: Connections,
    proxies: Arc<[IpAddr]>,
    network: Entrance,
    /// For those of this machine alone.
    local: Option<Entrance>,
    patience: Deadlines,
    stopping: watch::Receiver<bool>,
}

impl Acceptor {
    fn new(
        app: App,
        acceptor: TlsAcceptor,
        local_port: Option<u16>,
        config: &ServeConfig,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let Timeouts { head, idle, unproven, write, .. } = config.timeouts;
        let entrance = |door, tls| Entrance { door, router: router(app.clone(), door), tls };
        Self {
            open: JoinSet::new(),
            places: Arc::new(Semaphore::new(config.connections_max)),
            by_address: ConcurrencyLimiter::new(config.connections_per_address),
            connections: Connections::new(
                config.unproven_per_address,
                config.connections_per_holder,
            ),
            proxies: config.trusted_proxies.as_slice().into(),
            network: entrance(Door::Network, Some(acceptor)),
            local: local_port.map(|port| entrance(Door::Local(port), None)),
            patience: Deadlines { head, idle, unproven, write },
            stopping,
        }
    }

    async fn accept_all(&mut self, listener: &TcpListener, local: Option<&LocalListener>) {
        loop {
            let locally = async {
                match local {
                    Some(local) => local.accept().await,
                    None => pending().await,
                }
            };
            let (accepted, is_local) = tokio::select! {
                accepted = listener.accept() => (accepted, false),
                accepted = locally => (accepted, true),
            };
            match accepted {
                Ok((stream, peer)) => {
                    let Some(place) = self.place().await else { return };
                    match &self.local {
                        Some(local) if is_local => self.let_in(stream, peer, place, local.clone()),
                        _ => self.let_in(stream, peer, place, self.network.clone()),
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of file descriptors: they come back when others end.
                    if !is_of_one_connection(&error) {
                        maintenance::pause(ACCEPT_PAUSE).await;
                    }
                }
            }
            while self.open.try_join_next().is_some() {}
        }
    }

    /// A place for one more. When all are taken a stranger gives theirs up; where nobody is a
    /// stranger, it waits, and those who come next wait in the system's queue.
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        if self.places.available_permits() == 0 {
            self.connections.make_room();
        }
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    fn let_in(
        &mut self,
        stream: TcpStream,
        peer: SocketAddr,
        place: OwnedSemaphorePermit,
        entrance: Entrance,
    ) {
        // All connections of the network may come from a proxy that stands in between.
        let by_proxy = entrance.door == Door::Network && sender::is_ours(peer.ip(), &self.proxies);
        let entered = if by_proxy {
            Some((None, self.connections.let_proxy_in()))
        } else {
            let address = subscriber(peer.ip());
            let place = self.by_address.take(address);
            place.and_then(|place| Some((Some(place), self.connections.let_in(address)?)))
        };
        let Some((of_address, line)) = entered else {
            metrics::counter!("fieldbook_connections_refused_total").increment(1);
            return;
        };
        let (line, evicted) = line;
        let connection = Connection {
            stream,
            origin: Origin { peer, proxies: Arc::clone(&self.proxies) },
            line,
            entrance,
            patience: self.patience,
            stopping: self.stopping.clone(),
        };
        self.open.spawn(async move {
            let _places = (place, of_address);
            let _counted = Counted::new();
            connection.serve(evicted).await;
        });
    }

    async fn all_gone(&mut self) {
        while self.open.join_next().await.is_some() {}
    }
}

/// A connection in the figures, until it is dropped.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("fieldbook_connections").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("fieldbook_connections").decrement(1.0);
    }
}

/// Returns whether only the connection that was to be accepted is lost.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Takes the address, with buffers of a fixed size for its connections: left to itself the system
/// gives a peer that does not read megabytes, which nobody counts.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SOCKET_BYTES)?;
    socket.set_recv_buffer_size(SOCKET_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Carries more than a megabyte a second to a peer that is a tenth of a second away.
const SOCKET_BYTES: u32 = 128 * 1024;

/// How many wait in the system's queue until they are let in.
const BACKLOG: u32 = 1024;

const ACCEPT_PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

fn seeded() -> Result<StdRng, ServeError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| ServeError::Random(error.into()))?;
    Ok(StdRng::from_seed(seed))
}
