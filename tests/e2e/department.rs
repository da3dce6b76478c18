//! A department with its server on a real socket, and devices with their drivers, in one process.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use client_core::device::{Device, NewRecord};
use client_core::driver::{Cancel, Driver, Invitation, ReconnectError, reconnect};
use client_core::engine::{Reason, SyncOutcome, SyncReport};
use client_core::store::query::{ListFilter, RecordView};
use client_core::store::{Enrollment, OpenError};
use client_core::transport::{
    BoxFuture, Endpoint, Events, HttpRequest, HttpResponse, HttpsTransport, Transport,
    TransportFailure,
};
use client_core::vault::MemoryVault;
use fieldbook_tests::clock::TestClock;
use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::enrolled::{enroll_over, quick};
use fieldbook_tests::running::{RunningServer, transport};
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::Timestamp;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::{Durability, ServiceConfig};
use server::listener::ServeConfig;
use server::reach::Reach;

/// A department at work.
pub(crate) struct TestDepartment {
    pub(crate) office: TestDataFolder,
    pub(crate) listen: SocketAddr,
    running: Option<RunningServer>,
    rng: ChaCha8Rng,
}

/// A device with its driver.
pub(crate) struct Phone {
    pub(crate) device: Device,
    pub(crate) driver: Driver,
    pub(crate) line: Arc<Line>,
    pub(crate) path: PathBuf,
    vault: Arc<MemoryVault>,
    rng: ChaCha8Rng,
}

/// A phone whose program does not run.
pub(crate) struct Closed {
    pub(crate) path: PathBuf,
    driver: Driver,
    line: Arc<Line>,
    vault: Arc<MemoryVault>,
    rng: ChaCha8Rng,
}

impl TestDepartment {
    /// A department with two outreach workers, Ana and Ben, and their supervisor, Sol; its server
    /// is running.
    pub(crate) async fn new() -> Self {
        Self::of(TestDataFolder::open(NOW, Durability::Process)).await
    }

    /// Another department, with people of the same names.
    pub(crate) async fn another() -> Self {
        Self::of(TestDataFolder::open_with(NOW, Durability::Process, 2)).await
    }

    async fn of(mut office: TestDataFolder) -> Self {
        office.worker(NOW, "Ana");
        office.worker(NOW, "Ben");
        office.supervisor(NOW, "Sol");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut department =
            Self { office, listen, running: None, rng: ChaCha8Rng::seed_from_u64(11) };
        department.start(None).await;
        department
    }

    /// Starts the server, where it was before if it was before.
    pub(crate) async fn start(&mut self, catalogue: Option<CatalogueSource>) {
        let folder = ServiceConfig { catalogue, ..self.office.config() };
        let config = ServeConfig {
            listen: self.listen,
            clock: Arc::new(TestClock::at(NOW)),
            ..ServeConfig::default()
        };
        let running = RunningServer::start(NOW, folder, config).await;
        self.listen = running.address;
        self.running = Some(running);
    }

    /// Stops the server as a signal would, and waits until it is.
    pub(crate) async fn stop(&mut self) {
        self.running.take().unwrap().stop().await;
    }

    /// Stops the server, puts the backup back, and starts it again.
    pub(crate) async fn restore(mut self) -> Self {
        self.stop().await;
        let office = self.office.restored(NOW, &mut self.rng);
        let mut department = Self { office, ..self };
        department.start(None).await;
        department
    }

    /// An invitation for a device of this person that has its store.
    pub(crate) fn invite_to_reconnect(&mut self, name: &str) -> Invitation {
        let rng = &mut self.rng;
        let code = self.office.admin().invite_to_reconnect(NOW, rng, name).unwrap().code;
        Invitation { code, ..self.invite(name) }
    }

    /// The folder of the server's certificate.
    pub(crate) fn tls(&self) -> PathBuf {
        server::listener::tls::own::folder(&self.office.config().data_dir)
    }

    /// Writes a backup.
    pub(crate) fn backup(&mut self) {
        let file = self.office.path().join("backup");
        self.office.admin().backup(NOW, &file).unwrap();
    }

    /// Waits until the running server has noticed what an administrator announced.
    pub(crate) async fn noticed(&self, reach: &Reach) {
        self.running.as_ref().unwrap().noticed(reach).await;
    }

    /// Leaves the machine for another one, where the backup is put back; `taken` are the files of
    /// the data folder that are saved from the old one.
    pub(crate) async fn lost(mut self, taken: &[&str]) -> Self {
        self.stop().await;
        let office = self.office.restored_after(NOW, &mut self.rng, |folder| {
            for entry in folder.read_dir().unwrap().map(Result::unwrap) {
                if taken.iter().any(|name| entry.file_name() == *name) {
                    continue;
                }
                match entry.file_type().unwrap().is_dir() {
                    true => std::fs::remove_dir_all(entry.path()).unwrap(),
                    false => std::fs::remove_file(entry.path()).unwrap(),
                }
            }
        });
        // Another address: the old one is held meanwhile, unless somebody else has it already.
        let held = TcpListener::bind(self.listen);
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut department = Self { office, listen, ..self };
        department.start(None).await;
        drop(held);
        department
    }

    /// An invitation for one device of this person.
    pub(crate) fn invite(&mut self, name: &str) -> Invitation {
        let code = self.office.invite(NOW, name);
        self.running.as_ref().unwrap().invitation(code)
    }

    /// A new device of this person.
    pub(crate) async fn phone(&mut self, name: &str) -> Phone {
        let invitation = self.invite(name);
        let line = Arc::new(Line::to(&invitation));
        let number = self.office.path().read_dir().unwrap().count();
        let path = self.office.path().join(format!("{name}-{number}.db"));
        let vault = Arc::new(MemoryVault::default());
        let device = enroll_over(&*line, &invitation, NOW, &path, &vault).await.unwrap();
        let driver = driver(&line);
        let rng = ChaCha8Rng::from_rng(&mut self.rng);
        Phone { device, driver, line, path, vault, rng }
    }
}

impl Phone {
    /// Makes a record.
    pub(crate) fn make(&mut self, name: &str, case: Option<CaseId>, edits: Vec<Edit>) -> RecordId {
        self.make_at(NOW, name, case, edits)
    }

    /// Makes a record at some time.
    pub(crate) fn make_at(
        &mut self,
        at: Timestamp,
        name: &str,
        case: Option<CaseId>,
        edits: Vec<Edit>,
    ) -> RecordId {
        let record_type = content::type_name(name);
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(at, &mut self.rng, new).unwrap()
    }

    /// Makes a person, whose case it is then.
    pub(crate) fn person(&mut self, name: &str) -> RecordId {
        self.make("person", None, vec![content::text("name", name)])
    }

    /// Makes an encounter in a case.
    pub(crate) fn meet(&mut self, case: RecordId) -> RecordId {
        let edits = content::encounter(NOW, &mut self.rng);
        self.make("outreach_contact", Some(case.into()), edits)
    }

    /// Edits a record.
    pub(crate) fn edit(&mut self, record: RecordId, edits: Vec<Edit>) {
        assert!(self.device.edit(NOW, &mut self.rng, record, edits).unwrap().is_some());
    }

    /// Decides a conflict.
    pub(crate) fn resolve(&mut self, record: RecordId, field: &str, keep: &str) {
        self.device.resolve(NOW, &mut self.rng, record, field, keep).unwrap();
    }

    /// Ends the program.
    pub(crate) fn closed(self) -> Closed {
        let Self { driver, line, path, vault, rng, .. } = self;
        Closed { path, driver, line, vault, rng }
    }

    /// Binds it to its department again.
    pub(crate) async fn reconnect(&mut self, to: &Invitation) -> Result<(), ReconnectError> {
        reconnect(&transport(to), to, &mut self.device, "test").await
    }

    /// The same, by a way that shows another key than the one that the phone was told to trust.
    pub(crate) async fn reconnect_by(
        &mut self,
        way: &Invitation,
        told: &Invitation,
    ) -> Result<(), ReconnectError> {
        reconnect(&transport(way), told, &mut self.device, "test").await
    }

    /// How it knows its server.
    pub(crate) fn enrollment(&self) -> Enrollment {
        self.device.store().read().enrollment().unwrap()
    }

    /// Synchronizes to the end.
    pub(crate) async fn sync(&mut self) -> SyncReport {
        let (outcome, report) = self.try_sync().await;
        assert_eq!(outcome, SyncOutcome::Done);
        report
    }

    /// Synchronizes, whatever comes of it.
    pub(crate) async fn try_sync(&mut self) -> (SyncOutcome, SyncReport) {
        let cancel = Cancel::new();
        let (device, driver) = (&mut self.device, &mut self.driver);
        driver.sync(device, Reason::Person, &cancel, &mut |_| {}).await.unwrap()
    }

    /// The records on it.
    pub(crate) fn records(&self) -> Vec<RecordId> {
        let rows = self.device.list(NOW, &ListFilter::default()).unwrap();
        let mut records: Vec<_> = rows.into_iter().map(|row| row.record).collect();
        records.sort_unstable();
        records
    }

    /// A record as it is shown.
    pub(crate) fn view(&self, record: RecordId) -> Option<RecordView> {
        self.device.store().read().record_view(record).unwrap()
    }

    /// Nothing that can be checked is wrong, and nothing waits.
    pub(crate) fn holds(&self) {
        assert!(self.device.verify().unwrap().is_sound());
        let status = self.device.status(NOW).unwrap();
        assert_eq!((status.outbox, status.revoked), (0, 0));
    }
}

impl Closed {
    /// A copy of its files on another machine, where this key store is.
    pub(crate) fn copied_to(&self, folder: &Path, vault: MemoryVault) -> Self {
        let path = folder.join("copy.db");
        for (name, bytes) in self.files() {
            let suffix = name.strip_prefix(file_name(&self.path).as_str()).unwrap();
            std::fs::write(folder.join(format!("copy.db{suffix}")), bytes).unwrap();
        }
        let line = Arc::clone(&self.line);
        let driver = driver(&line);
        let rng = ChaCha8Rng::seed_from_u64(99);
        Self { path, driver, line, vault: Arc::new(vault), rng }
    }

    /// Returns the contents of its key store.
    pub(crate) fn keys(&self) -> MemoryVault {
        self.vault.copy()
    }

    /// Its database, with what lies beside it.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let own = file_name(&self.path);
        let entries = self.path.parent().unwrap().read_dir().unwrap().map(Result::unwrap);
        let files = entries.map(|entry| (file_name(&entry.path()), entry.path()));
        let files = files.filter(|(name, _)| name.starts_with(&own));
        files.map(|(name, path)| (name, std::fs::read(path).unwrap())).collect()
    }

    /// Puts files back that were copied before; what came meanwhile goes.
    pub(crate) fn put_back(&self, files: &BTreeMap<String, Vec<u8>>) {
        let folder = self.path.parent().unwrap();
        for name in self.files().into_keys() {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }

    /// Starts the program again.
    pub(crate) fn opened(self) -> Phone {
        self.try_opened().unwrap()
    }

    /// Starts the program again, if that can be.
    pub(crate) fn try_opened(self) -> Result<Phone, OpenError> {
        let Self { path, driver, line, vault, mut rng } = self;
        let keys = Arc::clone(&vault) as _;
        let device = Device::open(&path, keys, None, NOW, &mut rng, quick())?;
        Ok(Phone { device, driver, line, path, vault, rng })
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// A driver whose waiting takes no time.
fn driver(line: &Arc<Line>) -> Driver {
    Driver::with_clock(Arc::clone(line) as _, Arc::new(TestClock::at(NOW)))
}

/// A way to the server that lets only so many requests through.
pub(crate) struct Line {
    inner: HttpsTransport,
    /// How many more come through.
    left: AtomicUsize,
    /// Whether the next answer is lost.
    losing: AtomicBool,
    /// The largest body that comes through.
    width: AtomicUsize,
}

impl Line {
    fn to(invitation: &Invitation) -> Self {
        Self {
            inner: transport(invitation),
            left: AtomicUsize::new(usize::MAX),
            losing: AtomicBool::new(false),
            width: AtomicUsize::new(usize::MAX),
        }
    }

    /// Lets so many requests through, and cuts every one after them.
    pub(crate) fn cut_after(&self, requests: usize) {
        self.left.store(requests, Ordering::SeqCst);
    }

    /// Loses the next answer; the server has the request.
    pub(crate) fn lose_next_answer(&self) {
        self.losing.store(true, Ordering::SeqCst);
    }

    /// Lets no larger body through, as a proxy does that answers 413 by itself.
    pub(crate) fn narrow_to(&self, bytes: usize) {
        self.width.store(bytes, Ordering::SeqCst);
    }

    /// Lets everything through.
    pub(crate) fn heal(&self) {
        self.width.store(usize::MAX, Ordering::SeqCst);
        self.left.store(usize::MAX, Ordering::SeqCst);
    }
}

impl Transport for Line {
    fn direct_to(&self, endpoint: &Endpoint) -> Result<(), TransportFailure> {
        self.inner.direct_to(endpoint)
    }

    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        if request.body.len() > self.width.load(Ordering::SeqCst) {
            let too_large = HttpResponse { status: 413, headers: vec![], body: vec![] };
            return Box::pin(async { Ok(too_large) });
        }
        let through = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            if left == usize::MAX { Some(left) } else { left.checked_sub(1) }
        });
        match through {
            Ok(_) if self.losing.swap(false, Ordering::SeqCst) => {
                Box::pin(async { self.inner.send(request).await.and(Err(TransportFailure::Cut)) })
            }
            Ok(_) => self.inner.send(request),
            Err(_) => Box::pin(async { Err(TransportFailure::Cut) }),
        }
    }

    fn events(&self, request: HttpRequest) -> BoxFuture<'_, Result<Events, TransportFailure>> {
        self.inner.events(request)
    }
}

/// When every story happens.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
