//! A server, a worker's device, another person's device, and everything they leave behind.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use client_core::device::Device;
use client_core::driver::{Cancel, Driver};
use client_core::engine::{Reason, SyncOutcome};
use client_core::transport::{
    BoxFuture, HttpRequest, HttpResponse, HttpsTransport, Method, Transport, TransportFailure,
};
use fieldbook_tests::clock::TestClock;
use fieldbook_tests::data_folder::TestDataFolder;
use fieldbook_tests::enrolled::enroll_over;
use fieldbook_tests::log::Log;
use fieldbook_tests::raw::{RawDevice, enroll_request, new_key};
use fieldbook_tests::running::{RunningServer, transport};
use model::catalogue::{Catalogue, CatalogueSource};
use model::ids::ProgramCode;
use model::policy;
use model::proof::{DpopClaims, dpop_proof, token_hash};
use model::time::Timestamp;
use model::wire::{self, EnrollResponseV1};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value as Json, json};
use server::admin::AuditFilter;
use server::config::Durability;
use server::listener::ServeConfig;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use totp_rs::{Builder, Secret};

use crate::words::{Haystack, Words};

/// Everything that takes part.
pub(crate) struct Scene {
    pub(crate) office: TestDataFolder,
    pub(crate) device: Device,
    pub(crate) other: Other,
    pub(crate) rng: ChaCha8Rng,
    driver: Driver,
    ear: Arc<EventListener>,
    running: RunningServer,
    log: Log,
    cookie: Option<String>,
    device_folder: tempfile::TempDir,
}

/// A device without a program, of somebody who has nothing to do with the case.
pub(crate) struct Other {
    pub(crate) device: RawDevice,
    token: String,
    nonce: String,
}

impl Scene {
    /// A department where one person, Ana, has every role in every program, and another, Ben, one;
    /// its server is running and logs all it has to say.
    pub(crate) async fn new() -> Self {
        let log = Log::of_this_process(
            "server=trace,model=trace,client_core=trace,fieldbook=trace,tower_http=trace",
        );
        let mut office = TestDataFolder::open(NOW, Durability::Process);
        everybody(&mut office);
        let mut config =
            ServeConfig { clock: Arc::new(TestClock::at(NOW)), ..ServeConfig::default() };
        config.listen.set_port(0);
        config.metrics = Some(config.listen);
        let running = RunningServer::start(NOW, office.config(), config).await;

        let invitation = running.invitation(office.invite(NOW, "Ana"));
        let inner = transport(&invitation);
        let ear = Arc::new(EventListener { inner, heard: Mutex::default() });
        let device_folder = tempfile::tempdir().unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (path, vault) = (device_folder.path().join("store.db"), Arc::default());
        let device = enroll_over(&*ear, &invitation, NOW, &path, &vault).await.unwrap();
        let other = Other::enroll(&ear, &mut rng, &office.invite(NOW, "Ben")).await;
        let driver = Driver::with_clock(Arc::clone(&ear) as _, Arc::new(TestClock::at(NOW)));
        let cookie = None;
        Self { office, device, other, rng, driver, ear, running, log, cookie, device_folder }
    }

    /// Ana's device synchronizes to the end.
    pub(crate) async fn sync(&mut self) {
        let (device, cancel) = (&mut self.device, Cancel::new());
        let synced = self.driver.sync(device, Reason::Person, &cancel, &mut |_| {}).await.unwrap();
        assert_eq!(synced.0, SyncOutcome::Done);
    }

    /// A request of Ben's device, with its proof.
    pub(crate) async fn send(
        &mut self,
        method: Method,
        path: &'static str,
        body: Vec<u8>,
    ) -> HttpResponse {
        let claims = DpopClaims {
            jti: "any".into(),
            htm: method.as_str().into(),
            htu: format!("{}{path}", self.running.url.trim_end_matches('/')),
            iat: 0,
            ath: token_hash(&self.other.token),
            nonce: Some(self.other.nonce.clone()),
        };
        let headers = vec![
            ("authorization".to_owned(), format!("DPoP {}", self.other.token)),
            ("dpop".to_owned(), dpop_proof(self.other.device.key(), &claims).unwrap()),
            ("content-type".to_owned(), "application/cbor".to_owned()),
        ];
        let answer = self.ear.send(HttpRequest { method, path, headers, body }).await.unwrap();
        self.other.nonce = answer.header("dpop-nonce").unwrap().to_owned();
        answer
    }

    /// A request of whoever is signed in, if anybody is.
    pub(crate) async fn at_the_console(
        &mut self,
        path: &'static str,
        message: &Json,
    ) -> HttpResponse {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        let cookie = self.cookie.iter().map(|cookie| ("cookie".to_owned(), cookie.clone()));
        let headers = cookie.chain([json]).collect();
        let body = message.to_string().into_bytes();
        self.ear.send(HttpRequest { method: Method::Post, path, headers, body }).await.unwrap()
    }

    /// A page, or a form that is sent, in the browser of whoever is signed in.
    pub(crate) async fn page(&mut self, method: Method, path: &str, form: &str) -> HttpResponse {
        let headers = [
            ("cookie".to_owned(), self.cookie.clone().unwrap()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("origin".to_owned(), self.running.url.trim_end_matches('/').to_owned()),
            ("sec-fetch-site".to_owned(), "same-origin".to_owned()),
        ];
        // The transport takes the addresses that are known when it is compiled; a walk finds its own.
        let path: &'static str = path.to_owned().leak();
        let (headers, body) = (headers.into(), form.as_bytes().to_vec());
        self.ear.send(HttpRequest { method, path, headers, body }).await.unwrap()
    }

    /// Sets an account up and signs in, not at the first attempt.
    pub(crate) async fn sign_in(&mut self, name: &str, words: &mut Words) {
        let code = self.office.admin().account_invite(NOW, &mut self.rng, name).unwrap().code;
        let begun = self.at_the_console("/v1/account", &json!({"code": code})).await;
        let begun: Json = serde_json::from_slice(&begun.body).unwrap();
        let secret = Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let seconds = u64::try_from(NOW.as_millis() / 1_000).unwrap();
        let shown = totp.generate(seconds).to_string();
        let next = totp.generate(seconds + 30).to_string();
        let password = [words.next(), words.next(), words.next()].join(" ");
        for (password, totp, status) in [
            (words.next()[..8].to_owned(), shown.clone(), 422),
            (password.clone(), words.next(), 422),
            (password.clone(), shown, 200),
        ] {
            let finish = json!({"code": code, "password": password, "totp": totp});
            let answer = self.at_the_console("/v1/account/finish", &finish).await;
            assert_eq!(answer.status, status);
        }
        let wrong = json!({"name": name, "password": words.next(), "totp": next});
        assert_eq!(self.at_the_console("/v1/session", &wrong).await.status, 403);
        let right = json!({"name": name, "password": password, "totp": next});
        let answer = self.at_the_console("/v1/session", &right).await;
        let cookie = answer.header("set-cookie").unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    }

    /// A request of nobody, with words wherever a header can hold one.
    pub(crate) async fn knock(
        &mut self,
        method: Method,
        path: &'static str,
        words: &mut Words,
        body: Vec<u8>,
    ) -> HttpResponse {
        let headers = vec![
            ("authorization".to_owned(), format!("DPoP {}", words.next())),
            ("dpop".to_owned(), words.next()),
            ("content-type".to_owned(), "application/cbor".to_owned()),
            ("user-agent".to_owned(), words.next()),
            ("x-request-id".to_owned(), words.next()),
        ];
        self.ear.send(HttpRequest { method, path, headers, body }).await.unwrap()
    }

    /// Stops the server and waits until it is.
    pub(crate) async fn stop(&mut self) {
        self.running.stop().await;
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.office.config().data_dir
    }

    pub(crate) fn device_dir(&self) -> PathBuf {
        self.device_folder.path().to_owned()
    }

    /// Everything that anybody but those with a right to it may come to see.
    pub(crate) async fn everything(&mut self) -> Vec<Haystack> {
        let path = self.office.path().to_owned();
        let mut exported = Vec::new();
        self.office.admin().backup(NOW, &path.join("backup")).unwrap();
        self.office.admin().audit_export(NOW, &mut exported).unwrap();
        let figures = figures(self.running.metrics.unwrap()).await;
        assert!(figures.contains("fieldbook_http_requests_total"), "{figures}");

        let mut all = self.files();
        all.extend(self.logged());
        all.push(Haystack { place: "the figures".into(), bytes: figures.into_bytes() });
        all.push(Haystack { place: "the exported audit".into(), bytes: exported });
        let listed = [
            ("the audit", format!("{:?}", self.office.admin().audit(&AuditFilter::default()))),
            ("the quarantine's list", format!("{:?}", self.office.admin().quarantine())),
            ("the devices' list", format!("{:?}", self.office.admin().devices())),
            ("the verification", format!("{:?}", self.office.admin().verify())),
        ];
        all.extend(
            listed.map(|(place, text)| Haystack { place: place.into(), bytes: text.into() }),
        );
        let heard = self.ear.heard.lock().unwrap();
        all.extend(
            heard
                .iter()
                .map(|(place, bytes)| Haystack { place: place.clone(), bytes: bytes.clone() }),
        );
        all
    }

    /// Every file of the server and of the device, byte for byte.
    pub(crate) fn files(&self) -> Vec<Haystack> {
        let mut files = Vec::new();
        gather(self.office.path(), &mut files);
        gather(self.device_folder.path(), &mut files);
        assert!(files.len() > 8, "databases, logs of theirs, keys, certificate");
        files
    }

    /// Returns the log.
    pub(crate) fn logged(&self) -> Vec<Haystack> {
        let bytes = self.log.bytes();
        assert!(String::from_utf8_lossy(&bytes).contains("/v1/sync"), "the log is on");
        vec![Haystack { place: "the log".into(), bytes }]
    }
}

impl Other {
    async fn enroll(ear: &EventListener, rng: &mut ChaCha8Rng, code: &str) -> Self {
        let key = new_key(rng);
        let headers = vec![("content-type".to_owned(), "application/cbor".to_owned())];
        let body = wire::encode(&enroll_request(&key, code)).unwrap();
        let request = HttpRequest { method: Method::Post, path: "/v1/enroll", headers, body };
        let answer = ear.inner.send(request).await.unwrap();
        let message: EnrollResponseV1 = wire::decode(&answer.body).unwrap();
        let device = RawDevice::enrolled(rng, key, &message);
        Self { device, token: message.token, nonce: message.nonce }
    }
}

/// Ana with every role in every program in which it works, Ben with one.
fn everybody(office: &mut TestDataFolder) {
    let catalogue = Catalogue::load(&CatalogueSource::builtin()).unwrap();
    let mut first = true;
    for role in catalogue.roles.keys() {
        let fits = |program: &&ProgramCode| policy::fits(&catalogue, role, program);
        for program in catalogue.programs.keys().filter(fits) {
            if std::mem::take(&mut first) {
                office.member(NOW, "Ana", role.as_str(), program.as_str());
            } else {
                office.admin().user_grant(NOW, "Ana", role, program).unwrap();
            }
        }
    }
    office.worker(NOW, "Ben");
}

fn gather(folder: &Path, files: &mut Vec<Haystack>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            files.push(Haystack { place: path.display().to_string(), bytes });
        }
    }
}

/// Returns the text of the metrics.
async fn figures(at: SocketAddr) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nhost: f\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Listens on the line: every address that is asked for, and every answer that is an error.
struct EventListener {
    inner: HttpsTransport,
    heard: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Transport for EventListener {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportFailure>> {
        Box::pin(async {
            let path = request.path;
            let answer = self.inner.send(request).await?;
            let mut heard = self.heard.lock().unwrap();
            if path != crate::words::PATH {
                heard.push(("an address".into(), path.into()));
            }
            if answer.status != 200 {
                heard
                    .push((format!("the answer {} to {path}", answer.status), answer.body.clone()));
            }
            heard.push((
                format!("the head of {path}"),
                format!("{:?}", answer.headers).into_bytes(),
            ));
            Ok(answer)
        })
    }
}

/// When everything here happens.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
