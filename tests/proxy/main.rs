//! Devices behind a real nginx: as `docs/operating.md` sets it up, and as nginx does by itself.
//!
//! Needs the program `nginx`; `cargo xtask proxy` installs it where it can and runs this suite,
//! which a plain `cargo test` leaves out.

#![expect(clippy::unwrap_used, reason = "a suite: what fails here is what a test is about")]

mod nginx;

use std::net::SocketAddr;
use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::driver::{
    Cancel, Clock, Driver, EnrollPlace, EventListener, Invitation, ListenEvent, SystemClock,
    enroll, reconnect,
};
use client_core::engine::{Reason, SyncOutcome, TransportFailure};
use client_core::store::StoreOptions;
use client_core::transport::{BoxFuture, HttpRequest, HttpsTransport, Method, Transport as _};
use client_core::vault::MemoryVault;
use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use model::time::{Span, Timestamp};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::listener::tls::{TlsIdentity, own};
use server::listener::{PublicTrust, ServeConfig, Server};
use server::service::Service;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use nginx::Nginx;

#[tokio::test(flavor = "multi_thread")]
async fn devices_synchronize_through_nginx_as_it_rewrites_host_by_itself() {
    let mut place = Place::new(Front::EndsTls).await;
    let (mut device, line) = place.phone().await;
    record(&mut device, "Case Alder");
    assert_eq!(sync(&mut device, &line).await, SyncOutcome::Done);
    assert_eq!(device.status(now()).unwrap().outbox, 0);
    // A large narrative, more than what nginx takes without being told.
    let narrative = "word ".repeat(12_000);
    for number in 0..30 {
        let edits = vec![
            content::text("name", format!("Case {number}")),
            content::text("notes", format!("{narrative}{number}")),
        ];
        make(&mut device, edits);
    }
    assert_eq!(sync(&mut device, &line).await, SyncOutcome::Done);
    assert_eq!(device.status(now()).unwrap().outbox, 0);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_come_through_nginx_at_once() {
    let mut place = Place::new(Front::EndsTls).await;
    let ((mut ana, one), (mut ben, other)) = (place.phone().await, place.phone().await);
    sync(&mut ben, &other).await;
    let mut ear = EventListener::new(other.clone());
    let cancel = Cancel::new();
    assert_eq!(ear.next(&mut ben, &cancel).await.unwrap(), ListenEvent::Connected);
    record(&mut ana, "Case Alder");
    sync(&mut ana, &one).await;
    assert_eq!(ear.next(&mut ben, &cancel).await.unwrap(), ListenEvent::News);
    drop(ear);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_not_answered_through_nginx() {
    let mut place = Place::new(Front::EndsTls).await;
    let (_device, line) = place.phone().await;
    let request =
        HttpRequest { method: Method::Get, path: "/metrics", headers: vec![], body: vec![] };
    assert_eq!(line.send(request).await.unwrap().status, 404);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_that_nginx_passes_on_untouched_is_the_servers_own() {
    let mut place = Place::new(Front::PassesTls).await;
    let (mut device, line) = place.phone().await;
    record(&mut device, "Case Alder");
    assert_eq!(sync(&mut device, &line).await, SyncOutcome::Done);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_behind_nginx_is_found_there() {
    let mut place = Place::new(Front::None).await;
    let (mut device, line) = place.phone().await;
    sync(&mut device, &line).await;
    let mut place = place.moved_behind_nginx().await;
    record(&mut device, "Case Alder");
    let refused = SyncOutcome::Unreachable(TransportFailure::Unreachable);
    assert_eq!(sync(&mut device, &line).await, refused, "nobody announced it");
    let invitation = place.invite_to_reconnect();
    reconnect(&*place.line(), &invitation, &mut device, "test").await.unwrap();
    assert_eq!(sync(&mut device, &line).await, SyncOutcome::Done);
    place.close().await;
}

/// What stands in front of the server.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    None,
    EndsTls,
    PassesTls,
}

/// A department with its server, and what stands in front of it.
struct Place {
    office: TestDataFolder,
    rng: ChaCha8Rng,
    url: String,
    fingerprint: Option<String>,
    nginx: Option<Nginx>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl Place {
    async fn new(front: Front) -> Self {
        let mut office = TestDataFolder::open(now(), Durability::Process);
        office.worker(now(), "Ana");
        Self::serve(office, ChaCha8Rng::seed_from_u64(3), front).await
    }

    async fn serve(office: TestDataFolder, rng: ChaCha8Rng, front: Front) -> Self {
        let folder = office.path().join("nginx");
        std::fs::create_dir_all(&folder).unwrap();
        let (listen, public) = (free_address(), free_address());
        let mut config = ServeConfig { listen, ..ServeConfig::default() };
        config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let certificate = own::folder(&folder);
        if front != Front::None {
            config.public_url = Some(format!("https://localhost:{}", public.port()));
        }
        if front == Front::EndsTls {
            own::read_or_make(&certificate, &[]).unwrap();
            config.public_trust = PublicTrust::File(certificate.join("cert.pem"));
        }
        let data = office.config().data_dir;
        let service = Service::open(now(), office.config()).unwrap();
        let server = Server::bind(service, &data, config).await.unwrap();
        let nginx = match front {
            Front::None => None,
            Front::EndsTls => Some(Nginx::ends_tls(&folder, public, &certificate, listen).await),
            Front::PassesTls => Some(Nginx::passes_tls(&folder, public, listen).await),
        };
        let (url, fingerprint) = (server.url(), server.fingerprint());
        if front == Front::EndsTls {
            let shown: TlsIdentity = own::read(&certificate).unwrap();
            assert_eq!(fingerprint, Some(shown.fingerprint()));
        }
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            server.run(async { drop(stopped.await) }).await.unwrap();
        });
        Self { office, rng, url, fingerprint, nginx, stop, running }
    }

    /// Stops the server and starts it behind nginx, at another address.
    async fn moved_behind_nginx(self) -> Self {
        let Self { office, rng, stop, running, .. } = self;
        stop.send(()).unwrap();
        running.await.unwrap();
        Self::serve(office, rng, Front::EndsTls).await
    }

    fn line(&self) -> Arc<HttpsTransport> {
        Arc::new(HttpsTransport::new(&self.url, self.fingerprint.as_deref()).unwrap())
    }

    async fn phone(&mut self) -> (Device, Arc<HttpsTransport>) {
        let code = self.office.invite(now(), "Ana");
        let number = self.office.path().read_dir().unwrap().count();
        let place = EnrollPlace {
            path: self.office.path().join(format!("{number}.db")),
            vault: Arc::new(MemoryVault::default()),
            pin: None,
            platform: "test".into(),
            options: StoreOptions { durable: false, ..StoreOptions::default() },
        };
        let (url, fingerprint) = (self.url.clone(), self.fingerprint.clone());
        let line = self.line();
        let device = enroll(&*line, &Invitation { url, code, fingerprint }, place).await.unwrap();
        (device, line)
    }

    fn invite_to_reconnect(&mut self) -> Invitation {
        let rng = &mut self.rng;
        let code = self.office.admin().invite_to_reconnect(now(), rng, "Ana").unwrap().code;
        Invitation { url: self.url.clone(), code, fingerprint: self.fingerprint.clone() }
    }

    async fn close(self) {
        drop(self.nginx);
        // It is gone by itself when something in it failed.
        let _ = self.stop.send(());
        self.running.await.unwrap();
    }
}

async fn sync(device: &mut Device, line: &Arc<HttpsTransport>) -> SyncOutcome {
    let mut driver = Driver::with_clock(Arc::clone(line) as _, Arc::new(Hasty));
    let cancel = Cancel::new();
    driver.sync(device, Reason::Person, &cancel, &mut |_| {}).await.unwrap().0
}

fn record(device: &mut Device, name: &str) {
    make(device, vec![content::text("name", name)]);
}

fn make(device: &mut Device, edits: Vec<model::record::Edit>) {
    let record_type = content::type_name("person");
    let new = NewRecord { record_type, case: None, program: None, edits };
    device.new_record(now(), &mut rand::rng(), new).unwrap();
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

/// An address of this machine that nobody listens on.
fn free_address() -> SocketAddr {
    let asked = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    asked.local_addr().unwrap()
}

fn now() -> Timestamp {
    SystemClock.now()
}
