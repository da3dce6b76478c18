//! The department: its data folder, its people, and its server on a real port.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use client_core::driver::Invitation;
use model::ids::CaseId;
use rand::rngs::StdRng;
use server::admin::AdminError;
use server::admin::{Admin, VerifyReport};
use server::config::ServiceConfig;
use server::listener::{ServeConfig, ServeError, Server};
use server::service::Service;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock;
use crate::commands::admin::{admin_failure, open_failure};
use crate::commands::serve::serve_failure;
use crate::failure::Failure;
use crate::words::label;

/// The department at work.
pub(super) struct DemoServer {
    folder: PathBuf,
    admin: Admin,
    rng: StdRng,
    url: String,
    fingerprint: Option<String>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<Result<(), ServeError>>,
}

impl DemoServer {
    /// Makes the data folder in `folder` and starts the server on it.
    pub(super) async fn open(folder: &Path, port: u16, department: &str) -> Result<Self, Failure> {
        let data = folder.join("data");
        let config = ServiceConfig::new(&data);
        let mut rng = clock::rng()?;
        let admin =
            Admin::init(clock::now(), &mut rng, &config, department).map_err(open_failure)?;
        let service = Service::open(clock::now(), config).map_err(open_failure)?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let config = ServeConfig { listen, ..ServeConfig::default() };
        let server = Server::bind(service, &data, config).await.map_err(serve_failure)?;
        let (url, fingerprint) = (server.url(), server.fingerprint());
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server.run(async {
            // Gone without a word is asked to end, too.
            let _ = stopped.await;
        }));
        Ok(Self { folder: folder.to_owned(), admin, rng, url, fingerprint, stop, server })
    }

    /// Returns the folder of the phones.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns the server's address.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Adds a person with their roles, each in a program.
    pub(super) fn employ(&mut self, name: &str, roles: &[(&str, &str)]) -> Result<(), Failure> {
        for (index, (role, program)) in roles.iter().enumerate() {
            let (Ok(role), Ok(program)) = (role.parse(), program.parse()) else {
                return Err(Failure::failed("demo", label("demo_no_such_role", &[])));
            };
            let now = clock::now();
            if index == 0 {
                self.admin
                    .user_add(now, &mut self.rng, name, &role, &program)
                    .map_err(admin_failure)?;
            } else {
                self.admin.user_grant(now, name, &role, &program).map_err(admin_failure)?;
            }
        }
        Ok(())
    }

    /// Returns an invitation for one device.
    pub(super) fn invite(&mut self, name: &str) -> Result<Invitation, Failure> {
        let invitation =
            self.admin.invite(clock::now(), &mut self.rng, name).map_err(admin_failure)?;
        Ok(Invitation {
            url: self.url.clone(),
            code: invitation.code,
            fingerprint: self.fingerprint.clone(),
        })
    }

    /// Assigns a case.
    pub(super) fn assign(&mut self, name: &str, case: CaseId) -> Result<(), Failure> {
        self.admin.assign(clock::now(), name, case).map_err(admin_failure)
    }

    /// Takes a case away.
    pub(super) fn unassign(&mut self, name: &str, case: CaseId) -> Result<(), Failure> {
        self.admin.unassign(clock::now(), name, case).map_err(admin_failure)
    }

    /// Checks everything the server holds.
    pub(super) fn verify(&self) -> Result<VerifyReport, Failure> {
        self.admin.verify().map_err(admin_failure)
    }

    /// Returns how many changes the server refused and keeps.
    pub(super) fn refused(&self) -> Result<usize, Failure> {
        let rows: Result<_, AdminError> = self.admin.quarantine();
        Ok(rows.map_err(admin_failure)?.len())
    }

    /// Ends the server, as Ctrl-C would.
    pub(super) async fn close(self) -> Result<(), Failure> {
        // It may have ended by itself; then its result says why.
        let _ = self.stop.send(());
        match self.server.await {
            Ok(ended) => ended.map_err(serve_failure),
            Err(_) => Err(Failure::failed("serve", label("demo_server_ended", &[]))),
        }
    }
}
