//! The server on the network: HTTPS on one address, from the first connection until it is told to
//! stop.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! # use model::time::Timestamp;
//! use server::{config::CoreConfig, core::Core, serve::{ServeConfig, Server}};
//!
//! # let (folder, now) = (std::path::Path::new("data"), Timestamp::from_millis(0));
//! let core = Core::open(now, CoreConfig::new(folder))?;
//! let server = Server::bind(core, folder, ServeConfig::default()).await?;
//! let told_to_stop = std::future::pending();
//! server.run(told_to_stop).await?;
//! # Ok(())
//! # }
//! ```

pub mod clock;
mod config;
mod connection;
mod location;
mod panics;
mod served;
mod timed;
pub mod tls;
mod upkeep;

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

pub use crate::http::{Access, Bounds, ROUTES, Rate, Route};
pub use config::{ServeConfig, Timeouts, TlsSource};
pub use panics::quiet_panics;
pub use served::{Served, served};

use crate::core::Core;
use crate::http::{App, Places, Signals, router, subscriber};
use crate::refusals::Due;
use timed::Patience;
use tls::{TlsError, TlsIdentity};

/// A server that has its address and its certificate and waits to be run.
pub struct Server {
    core: Core,
    app: App,
    config: ServeConfig,
    listener: TcpListener,
    acceptor: TlsAcceptor,
    address: SocketAddr,
    served: Served,
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
        core: Core,
        data_dir: &Path,
        config: ServeConfig,
    ) -> Result<Self, ServeError> {
        let identity = match &config.tls {
            TlsSource::Own => TlsIdentity::own(&data_dir.join(TLS_FOLDER), config.listen.ip())?,
            TlsSource::Files { certificate, key } => TlsIdentity::from_files(certificate, key)?,
        };
        let listen_failed = |source| ServeError::Listen { listen: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_failed)?;
        let address = listener.local_addr().map_err(listen_failed)?;
        let url = match &config.public_url {
            Some(url) => location::parse(url).ok_or_else(|| ServeError::PublicUrl(url.clone()))?,
            None => location::of(address),
        };
        let served = Served { url, fingerprint: identity.fingerprint() };
        served::write(data_dir, &served)
            .map_err(|source| ServeError::Served { path: served::path(data_dir), source })?;

        let tls = identity.server_config().map_err(TlsError::Setup)?;
        let (written, stopping) = (watch::Sender::new(0), watch::Sender::new(false));
        let signals = Signals { written: written.subscribe(), stopping: stopping.subscribe() };
        let app = App::new(
            Arc::clone(&config.clock),
            seeded()?,
            core.clone(),
            config.bounds.clone(),
            signals,
            figures(),
        );
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        Ok(Self { core, app, config, listener, acceptor, address, served, written, stopping })
    }

    /// The address listened on; its port is the real one when any port was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where devices find the server.
    pub fn url(&self) -> String {
        self.served.url.clone()
    }

    /// What devices pin: SHA-256 of the certificate, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        self.served.fingerprint.clone()
    }

    /// Serves until `stop`. Then takes no more connections and no more requests, answers those under
    /// way for as long as [`Timeouts::stop`] says, and closes the core.
    ///
    /// # Errors
    /// None today: a connection that fails ends alone.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<(), ServeError> {
        let Self { core, app, config, listener, acceptor, address, written, stopping, .. } = self;
        tracing::info!(server.address = %address, "serving on {address}");
        let mut upkeep = JoinSet::new();
        upkeep.spawn(upkeep::notice_changes(core.clone(), config.timeouts.notice, written));
        upkeep.spawn(upkeep::sweep(app.clone(), config.timeouts.sweep));

        let mut door = Door::new(app, acceptor, &config, stopping.subscribe());
        tokio::select! {
            () = stop => {}
            () = door.accept_all(&listener) => {}
        }
        drop(listener);
        tracing::info!(connections = door.open.len(), "stopping");
        stopping.send_replace(true);
        if timeout(config.timeouts.stop, door.all_gone()).await.is_err() {
            tracing::warn!(connections = door.open.len(), "some connections were cut");
        }
        door.open.shutdown().await;
        upkeep.shutdown().await;
        let at_the_end = move || {
            if let Err(error) = core.note_left_out(config.clock.now(), Due::AtTheEnd) {
                tracing::error!(%error, "refusals of the last minute are not counted in the audit");
            }
            core.shutdown();
        };
        if spawn_blocking(at_the_end).await.is_err() {
            tracing::error!("the core did not close as it should");
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Lets connections in, a bounded number in all and of each address.
struct Door {
    open: JoinSet<()>,
    places: Arc<Semaphore>,
    by_address: Places<IpAddr>,
    acceptor: TlsAcceptor,
    router: axum::Router,
    patience: Patience,
    stopping: watch::Receiver<bool>,
}

impl Door {
    fn new(
        app: App,
        acceptor: TlsAcceptor,
        config: &ServeConfig,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let Timeouts { head, idle, write, .. } = config.timeouts;
        Self {
            open: JoinSet::new(),
            places: Arc::new(Semaphore::new(config.connections_max)),
            by_address: Places::new(config.connections_per_address),
            acceptor,
            router: router(app),
            patience: Patience { head, idle, write },
            stopping,
        }
    }

    async fn accept_all(&mut self, listener: &TcpListener) {
        loop {
            // Whoever comes when all places are taken waits in the system's queue.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, peer)) => self.let_in(stream, peer, place),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    // Out of file descriptors: they come back when others end.
                    if !is_of_one_connection(&error) {
                        upkeep::pause(ACCEPT_PAUSE).await;
                    }
                }
            }
            while self.open.try_join_next().is_some() {}
        }
    }

    fn let_in(&mut self, stream: TcpStream, peer: SocketAddr, place: OwnedSemaphorePermit) {
        let Some(of_address) = self.by_address.take(subscriber(peer.ip())) else {
            metrics::counter!("fieldbook_connections_refused_total").increment(1);
            return;
        };
        let serving = connection::serve(
            stream,
            peer,
            self.acceptor.clone(),
            self.router.clone(),
            self.patience,
            self.stopping.clone(),
        );
        self.open.spawn(async move {
            let _places = (place, of_address);
            let _counted = Counted::new();
            serving.await;
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

/// Whether only the connection that was to be accepted is lost.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

const ACCEPT_PAUSE: std::time::Duration = std::time::Duration::from_millis(200);

const TLS_FOLDER: &str = "tls";

fn seeded() -> Result<StdRng, ServeError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| ServeError::Random(error.into()))?;
    Ok(StdRng::from_seed(seed))
}

/// The process's figures: the recorder is one for all servers in it.
fn figures() -> PrometheusHandle {
    static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();
    let install = || {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("the program has a recorder of its own: /metrics stays empty");
        }
        handle
    };
    FIGURES.get_or_init(install).clone()
}
