//! A department with its people, and the server that they reach.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fieldbook_tests::clock::TestClock;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::running::RunningServer;
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, DeviceId};
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::listener::ServeConfig;
use server::reach::Reach;

use crate::line::within;

/// When every story begins.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// Somebody who holds a role that records encounters.
pub(crate) const WORKER: &str = "Ana Alder";

/// Another one.
pub(crate) const COLLEAGUE: &str = "Bo Birch";

/// A running server and the people of its department.
pub(crate) struct TestServer {
    pub(crate) office: TestDataFolder,
    pub(crate) rng: ChaCha8Rng,
    /// The address without `https://`.
    pub(crate) authority: String,
    pub(crate) fingerprint: Option<String>,
    /// Where figures are answered.
    pub(crate) metrics: SocketAddr,
    clock: Arc<TestClock>,
    running: RunningServer,
}

impl TestServer {
    /// Opens with the limits of a real one.
    pub(crate) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// Opens with other limits.
    pub(crate) async fn open_with(change: impl FnOnce(&mut ServeConfig)) -> Self {
        let mut office = TestDataFolder::open(START, Durability::Process);
        office.worker(START, WORKER);
        office.worker(START, COLLEAGUE);
        Self::run(office, START, change).await
    }

    /// Opens with another catalogue.
    pub(crate) async fn open_by(catalogue: CatalogueSource) -> Self {
        let mut office = TestDataFolder::open(START, Durability::Process);
        office.use_catalogue(catalogue);
        Self::run(office, START, |_| {}).await
    }

    /// Stops the server, puts the file `backup` in the place of its data, and starts another on it.
    pub(crate) async fn restored(mut self) -> Self {
        self.stop().await;
        let now = self.clock.now();
        let office = self.office.restored(now, &mut self.rng);
        Self::run(office, now, |_| {}).await
    }

    /// Stops the server and starts another on the same data.
    pub(crate) async fn reopen(mut self) -> Self {
        self.stop().await;
        Self::run(self.office, self.clock.now(), |_| {}).await
    }

    /// The same, set up otherwise.
    pub(crate) async fn reopen_with(mut self, change: impl FnOnce(&mut ServeConfig)) -> Self {
        self.stop().await;
        Self::run(self.office, self.clock.now(), change).await
    }

    /// Waits until the server has noticed what was announced.
    pub(crate) async fn noticed(&self, reach: &Reach) {
        self.running.noticed(reach).await;
    }

    /// Returns host and port of the console on this machine, such as `localhost:8080`.
    pub(crate) fn local(&self) -> &str {
        self.running.local.as_deref().unwrap().strip_prefix("http://").unwrap()
    }

    async fn run(
        office: TestDataFolder,
        now: Timestamp,
        change: impl FnOnce(&mut ServeConfig),
    ) -> Self {
        let clock = Arc::new(TestClock::at(now));
        let mut config = ServeConfig { clock: clock.clone(), ..ServeConfig::default() };
        config.listen.set_port(0);
        config.metrics = Some(config.listen);
        config.timeouts.notice = Duration::from_millis(5);
        config.bounds.news = Duration::from_millis(5);
        change(&mut config);
        let running = RunningServer::start(now, office.config(), config).await;
        let (authority, fingerprint) = (running.address.to_string(), running.fingerprint.clone());
        let (metrics, rng) = (running.metrics.unwrap(), ChaCha8Rng::seed_from_u64(2));
        Self { office, rng, authority, fingerprint, metrics, clock, running }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, span: Span) {
        self.clock.pass(span);
    }

    /// Tells the server to stop, and does not wait.
    pub(crate) fn tell_to_stop(&mut self) {
        self.running.tell_to_stop();
    }

    /// Tells the server to stop and waits until it has.
    pub(crate) async fn stop(&mut self) {
        within(self.running.stop()).await;
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.office.config().data_dir
    }

    /// A code for somebody's new device.
    pub(crate) fn invite(&mut self, name: &str) -> String {
        let now = self.now();
        self.office.invite(now, name)
    }

    /// A code for somebody's account.
    pub(crate) fn invite_to_console(&mut self, name: &str) -> String {
        let now = self.now();
        let rng = &mut self.rng;
        self.office.admin().account_invite(now, rng, name).unwrap().code
    }

    /// Adds somebody with a role in a program.
    pub(crate) fn member(&mut self, name: &str, role: &str, program: &str) {
        let now = self.now();
        self.office.member(now, name, role, program);
    }

    pub(crate) fn assign(&mut self, name: &str, case: CaseId) {
        let now = self.now();
        self.office.assign(now, name, case);
    }

    pub(crate) fn revoke(&mut self, device: DeviceId) {
        let now = self.now();
        self.office.admin().revoke_device(now, device).unwrap();
    }
}
