//! A server on a real socket, in this process.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::net::SocketAddr;

use client_core::driver::Invitation;
use client_core::transport::HttpsTransport;
use model::time::Timestamp;
use server::config::ServiceConfig;
use server::listener::{ServeConfig, ServeError, Server};
use server::reach::Reach;
use server::service::Service;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until it is stopped, or until the test is over.
pub struct RunningServer {
    /// Where devices reach it.
    pub url: String,
    /// The fingerprint of its key, when systems do not trust its certificate.
    pub fingerprint: Option<String>,
    /// The address that it listens on.
    pub address: SocketAddr,
    /// Where browsers on this machine reach it without a certificate, if they do.
    pub local: Option<String>,
    /// Where figures are answered, if anywhere.
    pub metrics: Option<SocketAddr>,
    service: Option<Service>,
    stop: Option<oneshot::Sender<()>>,
    done: JoinHandle<Result<(), ServeError>>,
}

impl RunningServer {
    /// Opens a data folder at this time and serves it.
    pub async fn start(now: Timestamp, folder: ServiceConfig, config: ServeConfig) -> Self {
        let data_dir = folder.data_dir.clone();
        let service = Service::open(now, folder).unwrap();
        let server = Server::bind(service.clone(), &data_dir, config).await.unwrap();
        let (url, fingerprint) = (server.url(), server.fingerprint());
        let (address, metrics) = (server.address(), server.metrics_address());
        let local = server.local_url();
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(server.run(async { drop(stopped.await) }));
        let (service, stop) = (Some(service), Some(stop));
        Self { url, fingerprint, address, local, metrics, service, stop, done }
    }

    /// Tells the server to stop, and does not wait.
    pub fn tell_to_stop(&mut self) {
        // The lock on the folder goes with the last of them.
        self.service = None;
        if let Some(stop) = self.stop.take() {
            // It is gone by itself when something in it failed: `stop` tells of that.
            let _ = stop.send(());
        }
    }

    /// Stops the server as a signal would, and waits until it has.
    pub async fn stop(&mut self) {
        self.tell_to_stop();
        (&mut self.done).await.unwrap().unwrap();
    }

    /// Returns the server without its network.
    ///
    /// # Panics
    /// When it was told to stop.
    pub fn service(&self) -> &Service {
        self.service.as_ref().unwrap()
    }

    /// Waits until the server has noticed what an administrator announced.
    pub async fn noticed(&self, reach: &Reach) {
        let service = self.service.as_ref().unwrap();
        while service.reach().as_ref() != Some(reach) {
            tokio::task::yield_now().await;
        }
    }

    /// Returns what is handed to the owner of a device, with this code.
    pub fn invitation(&self, code: String) -> Invitation {
        Invitation { url: self.url.clone(), code, fingerprint: self.fingerprint.clone() }
    }
}

/// Returns the way to the server that an invitation names.
pub fn transport(invitation: &Invitation) -> HttpsTransport {
    HttpsTransport::new(&invitation.url, invitation.fingerprint.as_deref()).unwrap()
}

/// Returns an address of this machine that nobody listens on.
pub fn free_address() -> SocketAddr {
    let asked = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    asked.local_addr().unwrap()
}
