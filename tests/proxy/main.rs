//! Devices behind a real nginx: as `docs/operating.md` sets it up, and as nginx does by itself.
//!
//! Needs the program `nginx`; `cargo xtask proxy` installs it where it can and runs this suite,
//! which a plain `cargo test` leaves out.

#![expect(clippy::unwrap_used, reason = "a suite: what fails here is what a test is about")]

mod nginx;

use std::net::SocketAddr;
use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::driver::{Cancel, Driver, EventListener, Invitation, ListenEvent, reconnect};
use client_core::engine::{Reason, SyncOutcome, TransportFailure};
use client_core::transport::{HttpRequest, HttpsTransport, Method, Transport as _};
use fieldbook_tests::clock::TestClock;
use fieldbook_tests::content;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::enrolled::enroll_over;
use fieldbook_tests::running::{RunningServer, free_address, transport};
use model::time::Timestamp;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::listener::tls::{TlsIdentity, own};
use server::listener::{PublicTrust, ServeConfig};

use nginx::Nginx;

#[tokio::test(flavor = "multi_thread")]
async fn devices_synchronize_through_nginx_as_it_rewrites_host_by_itself() {
    let mut place = Place::new(Front::EndsTls).await;
    let (mut device, line) = place.phone().await;
    record(&mut device, "Case Alder");
    assert_eq!(sync(&mut device, &line).await, SyncOutcome::Done);
    assert_eq!(device.status(NOW).unwrap().outbox, 0);
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
    assert_eq!(device.status(NOW).unwrap().outbox, 0);
    place.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn news_come_through_nginx_at_once() {
    let mut place = Place::new(Front::EndsTls).await;
    let ((mut ana, one), (mut ben, other)) = (place.phone().await, place.phone().await);
    sync(&mut ben, &other).await;
    let mut ear = EventListener::with_clock(other.clone(), Arc::new(TestClock::at(NOW)));
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
    reconnect(&transport(&invitation), &invitation, &mut device, "test").await.unwrap();
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
    nginx: Option<Nginx>,
    running: RunningServer,
}

impl Place {
    async fn new(front: Front) -> Self {
        let mut office = TestDataFolder::open(NOW, Durability::Process);
        office.worker(NOW, "Ana");
        Self::serve(office, ChaCha8Rng::seed_from_u64(3), front).await
    }

    async fn serve(office: TestDataFolder, rng: ChaCha8Rng, front: Front) -> Self {
        let folder = office.path().join("nginx");
        std::fs::create_dir_all(&folder).unwrap();
        let (listen, public) = (free_address(), free_address());
        let clock = Arc::new(TestClock::at(NOW));
        let mut config = ServeConfig { listen, clock, ..ServeConfig::default() };
        config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let certificate = own::folder(&folder);
        if front != Front::None {
            config.public_url = Some(format!("https://localhost:{}", public.port()));
        }
        if front == Front::EndsTls {
            own::read_or_make(&certificate, &[]).unwrap();
            config.public_trust = PublicTrust::File(certificate.join("cert.pem"));
        }
        let running = RunningServer::start(NOW, office.config(), config).await;
        let nginx = match front {
            Front::None => None,
            Front::EndsTls => Some(Nginx::ends_tls(&folder, public, &certificate, listen).await),
            Front::PassesTls => Some(Nginx::passes_tls(&folder, public, listen).await),
        };
        if front == Front::EndsTls {
            let shown: TlsIdentity = own::read(&certificate).unwrap();
            assert_eq!(running.fingerprint, Some(shown.fingerprint()));
        }
        Self { office, rng, nginx, running }
    }

    /// Stops the server and starts it behind nginx, at another address.
    async fn moved_behind_nginx(mut self) -> Self {
        self.running.stop().await;
        Self::serve(self.office, self.rng, Front::EndsTls).await
    }

    async fn phone(&mut self) -> (Device, Arc<HttpsTransport>) {
        let invitation = self.running.invitation(self.office.invite(NOW, "Ana"));
        let number = self.office.path().read_dir().unwrap().count();
        let path = self.office.path().join(format!("{number}.db"));
        let line = Arc::new(transport(&invitation));
        let device = enroll_over(&*line, &invitation, NOW, &path, &Arc::default()).await.unwrap();
        (device, line)
    }

    fn invite_to_reconnect(&mut self) -> Invitation {
        let rng = &mut self.rng;
        let code = self.office.admin().invite_to_reconnect(NOW, rng, "Ana").unwrap().code;
        self.running.invitation(code)
    }

    async fn close(mut self) {
        drop(self.nginx);
        self.running.stop().await;
    }
}

async fn sync(device: &mut Device, line: &Arc<HttpsTransport>) -> SyncOutcome {
    let mut driver = Driver::with_clock(Arc::clone(line) as _, Arc::new(TestClock::at(NOW)));
    let cancel = Cancel::new();
    driver.sync(device, Reason::Person, &cancel, &mut |_| {}).await.unwrap().0
}

fn record(device: &mut Device, name: &str) {
    make(device, vec![content::text("name", name)]);
}

fn make(device: &mut Device, edits: Vec<model::record::Edit>) {
    let record_type = content::type_name("person");
    let new = NewRecord { record_type, case: None, program: None, edits };
    device.new_record(NOW, &mut rand::rng(), new).unwrap();
}

/// When everything here happens.
const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
