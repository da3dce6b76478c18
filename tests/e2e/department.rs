//! A department with its server on a real socket, and devices with their drivers, in one process.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use client_core::device::{Device, NewRecord};
use client_core::driver::{
    Cancel, Clock, Driver, EnrollPlace, Invitation, ReconnectError, SystemClock, enroll, reconnect,
};
use client_core::engine::{Reason, SyncOutcome, SyncReport};
use client_core::store::query::{ListFilter, RecordView};
use client_core::store::{Enrollment, OpenError, StoreOptions};
use client_core::transport::{
    BoxFuture, Endpoint, Events, HttpRequest, HttpResponse, HttpsTransport, Transport,
    TransportFailure,
};
use client_core::vault::MemoryVault;
use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::listener::{ServeConfig, ServeError, Server};
use server::reach::Reach;
use server::service::Service;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A department at work.
pub(crate) struct TestDepartment {
    pub(crate) office: TestDataFolder,
    pub(crate) listen: SocketAddr,
    serving: Option<Serving>,
    rng: ChaCha8Rng,
}

struct Serving {
    stop: oneshot::Sender<()>,
    done: JoinHandle<Result<(), ServeError>>,
    url: String,
    fingerprint: Option<String>,
    service: Service,
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
        Self::of(TestDataFolder::open(now(), Durability::Process)).await
    }

    /// Another department, with people of the same names.
    pub(crate) async fn another() -> Self {
        Self::of(TestDataFolder::open_with(now(), Durability::Process, 2)).await
    }

    async fn of(mut office: TestDataFolder) -> Self {
        office.worker(now(), "Ana");
        office.worker(now(), "Ben");
        office.supervisor(now(), "Sol");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut department =
            Self { office, listen, serving: None, rng: ChaCha8Rng::seed_from_u64(11) };
        department.start(None).await;
        department
    }

    /// Starts the server, where it was before if it was before.
    pub(crate) async fn start(&mut self, catalogue: Option<CatalogueSource>) {
        let mut service = self.office.config();
        service.catalogue = catalogue;
        let folder = service.data_dir.clone();
        let service = Service::open(now(), service).unwrap();
        let config = ServeConfig { listen: self.listen, ..ServeConfig::default() };
        let server = Server::bind(service.clone(), &folder, config).await.unwrap();
        self.listen = server.address();
        let (url, fingerprint) = (server.url(), server.fingerprint());
        let (stop, stopped) = oneshot::channel::<()>();
        let done = tokio::spawn(server.run(async { drop(stopped.await) }));
        self.serving = Some(Serving { stop, done, url, fingerprint, service });
    }

    /// Stops the server as a signal would, and waits until it is.
    pub(crate) async fn stop(&mut self) {
        let Serving { stop, done, service, .. } = self.serving.take().unwrap();
        // The lock on the folder goes with the last of them.
        drop(service);
        stop.send(()).unwrap();
        done.await.unwrap().unwrap();
    }

    /// Stops the server, puts the backup back, and starts it again.
    pub(crate) async fn restore(mut self) -> Self {
        self.stop().await;
        let office = self.office.restored(now(), &mut self.rng);
        let mut department = Self { office, ..self };
        department.start(None).await;
        department
    }

    /// An invitation for a device of this person that has its store.
    pub(crate) fn invite_to_reconnect(&mut self, name: &str) -> Invitation {
        let rng = &mut self.rng;
        let code = self.office.admin().invite_to_reconnect(now(), rng, name).unwrap().code;
        Invitation { code, ..self.invite(name) }
    }

    /// The folder of the server's certificate.
    pub(crate) fn tls(&self) -> PathBuf {
        server::listener::tls::own::folder(&self.office.config().data_dir)
    }

    /// Writes a backup.
    pub(crate) fn backup(&mut self) {
        let file = self.office.path().join("backup");
        self.office.admin().backup(now(), &file).unwrap();
    }

    /// Waits until the running server has noticed what an administrator announced.
    pub(crate) async fn noticed(&self, reach: &Reach) {
        let service = &self.serving.as_ref().unwrap().service;
        while service.reach().as_ref() != Some(reach) {
            tokio::task::yield_now().await;
        }
    }

    /// Leaves the machine for another one, where the backup is put back; `taken` are the files of
    /// the data folder that are saved from the old one.
    pub(crate) async fn lost(mut self, taken: &[&str]) -> Self {
        self.stop().await;
        let office = self.office.restored_after(now(), &mut self.rng, |folder| {
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
        let mut department = Self { office, listen: free_address(), ..self };
        department.start(None).await;
        department
    }

    /// An invitation for one device of this person.
    pub(crate) fn invite(&mut self, name: &str) -> Invitation {
        let code = self.office.invite(now(), name);
        let serving = self.serving.as_ref().unwrap();
        let fingerprint = serving.fingerprint.clone();
        Invitation { url: serving.url.clone(), code, fingerprint }
    }

    /// A new device of this person.
    pub(crate) async fn phone(&mut self, name: &str) -> Phone {
        let invitation = self.invite(name);
        let line = Arc::new(Line::to(&invitation));
        let number = self.office.path().read_dir().unwrap().count();
        let path = self.office.path().join(format!("{name}-{number}.db"));
        let vault = Arc::new(MemoryVault::default());
        let place = EnrollPlace {
            path: path.clone(),
            vault: Arc::clone(&vault) as _,
            pin: None,
            platform: "test".into(),
            options: options(),
        };
        let device = enroll(&*line, &invitation, place).await.unwrap();
        let driver = Driver::with_clock(Arc::clone(&line) as _, Arc::new(Hasty));
        let rng = ChaCha8Rng::from_rng(&mut self.rng);
        Phone { device, driver, line, path, vault, rng }
    }
}

/// An address of this machine that nobody listens on.
pub(crate) fn free_address() -> SocketAddr {
    let asked = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    asked.local_addr().unwrap()
}

impl Phone {
    /// Makes a record.
    pub(crate) fn make(&mut self, name: &str, case: Option<CaseId>, edits: Vec<Edit>) -> RecordId {
        let record_type = content::type_name(name);
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(now(), &mut self.rng, new).unwrap()
    }

    /// Makes a person, whose case it is then.
    pub(crate) fn person(&mut self, name: &str) -> RecordId {
        self.make("person", None, vec![content::text("name", name)])
    }

    /// Makes an encounter in a case.
    pub(crate) fn meet(&mut self, case: RecordId) -> RecordId {
        let edits = content::encounter(now(), &mut self.rng);
        self.make("outreach_contact", Some(case.into()), edits)
    }

    /// Edits a record.
    pub(crate) fn edit(&mut self, record: RecordId, edits: Vec<Edit>) {
        assert!(self.device.edit(now(), &mut self.rng, record, edits).unwrap().is_some());
    }

    /// Decides a conflict.
    pub(crate) fn resolve(&mut self, record: RecordId, field: &str, keep: &str) {
        self.device.resolve(now(), &mut self.rng, record, field, keep).unwrap();
    }

    /// Ends the program.
    pub(crate) fn closed(self) -> Closed {
        let Self { driver, line, path, vault, rng, .. } = self;
        Closed { path, driver, line, vault, rng }
    }

    /// Binds it to its department again.
    pub(crate) async fn reconnect(&mut self, to: &Invitation) -> Result<(), ReconnectError> {
        let transport = HttpsTransport::new(&to.url, to.fingerprint.as_deref()).unwrap();
        reconnect(&transport, to, &mut self.device, "test").await
    }

    /// The same, by a way that shows another key than the one that the phone was told to trust.
    pub(crate) async fn reconnect_by(
        &mut self,
        way: &Invitation,
        told: &Invitation,
    ) -> Result<(), ReconnectError> {
        let transport = HttpsTransport::new(&way.url, way.fingerprint.as_deref()).unwrap();
        reconnect(&transport, told, &mut self.device, "test").await
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
        let rows = self.device.list(now(), &ListFilter::default()).unwrap();
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
        let status = self.device.status(now()).unwrap();
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
        let driver = Driver::with_clock(Arc::clone(&line) as _, Arc::new(Hasty));
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
        let device = Device::open(&path, keys, None, now(), &mut rng, options())?;
        Ok(Phone { device, driver, line, path, vault, rng })
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Nobody cuts the power here.
fn options() -> StoreOptions {
    StoreOptions { durable: false, ..StoreOptions::default() }
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
        let fingerprint = invitation.fingerprint.as_deref();
        let inner = HttpsTransport::new(&invitation.url, fingerprint).unwrap();
        Self {
            inner,
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

/// The system's time, and no waiting.
struct Hasty;

impl Clock for Hasty {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, _span: Span) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// Returns the current time, because the server's answers carry the real one.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}
