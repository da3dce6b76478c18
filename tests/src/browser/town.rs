//! A small department for pages to show: two workers with phones, their supervisor with an account, and
//! cases in every state that the lists tell apart.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::sync::Arc;

use client_core::device::{Device, HistoryView, NewRecord};
use client_core::driver::{Cancel, Driver};
use client_core::engine::{Reason, SyncOutcome};
use client_core::store::query::{ListFilter, OpenTask, RecordView};
use client_core::transport::HttpsTransport;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::identity::accounts::{BeginAccount, FinishAccount};
use server::listener::{Bounds, Rate, ServeConfig};
use tokio::runtime::{Handle, Runtime};
use totp_rs::{Builder, Secret};

use super::page::{Browser, Looks};
use crate::clock::TestClock;
use crate::content::{choice, field, instant, option, text};
use crate::data_folder::TestDataFolder;
use crate::enrolled::enroll_over;
use crate::running::{RunningServer, transport};

/// An outreach worker.
pub const ANA: &str = "Ana Alder";
/// Another one.
pub const BEN: &str = "Ben Birch";
/// Their supervisor.
pub const SOL: &str = "Sol Sauce";
/// Who keeps the system running and sees no case.
pub const ADA: &str = "Ada Acacia";

/// When every story happens: a Wednesday in autumn, at 2:10 pm by the department's clocks.
pub const NOW: Timestamp = Timestamp::from_millis(1_795_032_600_000);

/// What somebody types who tries to have a page run something.
pub const SCRIPT: &str = "<script>document.title='owned'</script><img src=x onerror=\"owned=1\">";

/// A department at work.
pub struct Town {
    running: RunningServer,
    runtime: Runtime,
    /// Its data folder.
    pub office: TestDataFolder,
    clock: Arc<TestClock>,
    rng: ChaCha8Rng,
}

/// A worker's phone.
pub struct Phone {
    device: Device,
    driver: Driver,
    clock: Arc<TestClock>,
    runtime: Handle,
    rng: ChaCha8Rng,
}

/// Somebody who signs in.
#[derive(Debug, Clone)]
pub struct Account {
    name: String,
    secret: String,
}

/// A department with its cases.
pub struct Filled {
    /// The department.
    pub town: Town,
    /// The phone of [`ANA`].
    pub ana: Phone,
    /// The phone of [`BEN`].
    pub ben: Phone,
    /// The person of the case in which two answers stand; Ana and Ben both work on it.
    pub marcus: RecordId,
    /// His intake, in which they stand.
    pub intake: RecordId,
}

impl Town {
    /// Opens one in which nothing was written yet, so long before [`NOW`].
    pub fn open(before: Span) -> Self {
        let start = NOW - before;
        let mut office = TestDataFolder::open(start, Durability::Process);
        office.worker(start, ANA);
        office.worker(start, BEN);
        office.supervisor(start, SOL);
        office.member(start, ADA, "ADM", "professional_standards");
        let clock = Arc::new(TestClock::at(start));
        let runtime = Runtime::new().unwrap();
        let config = configured(&clock, 0);
        let running = runtime.block_on(RunningServer::start(start, office.config(), config));
        Self { running, runtime, office, clock, rng: ChaCha8Rng::seed_from_u64(5) }
    }

    /// Returns the present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, span: Span) {
        self.clock.pass(span);
    }

    /// Lets time pass until so long before [`NOW`].
    pub fn until(&self, before: Span) {
        self.pass((NOW - before).since(self.now()));
    }

    /// Stops the server: whoever asks it gets no answer.
    pub fn cut(&mut self) {
        self.runtime.block_on(self.running.stop());
    }

    /// Starts it again, at the address that it had.
    pub fn mend(&mut self) {
        let config = configured(&self.clock, self.running.address.port());
        let starting = RunningServer::start(self.clock.now(), self.office.config(), config);
        self.running = self.runtime.block_on(starting);
    }

    /// Makes a phone of somebody, known to the server.
    pub fn phone(&mut self, name: &str) -> Phone {
        let now = self.now();
        let invitation = self.running.invitation(self.office.invite(now, name));
        let line: Arc<HttpsTransport> = Arc::new(transport(&invitation));
        let path = self.office.path().join(format!("{name}.db"));
        let (way, vault) = (Arc::clone(&line), Arc::default());
        let enrolling = enroll_over(&*way, &invitation, now, &path, &vault);
        let device = self.runtime.block_on(enrolling).unwrap();
        Phone {
            device,
            driver: Driver::with_clock(line, self.clock.clone()),
            clock: self.clock.clone(),
            runtime: self.runtime.handle().clone(),
            rng: ChaCha8Rng::from_rng(&mut self.rng),
        }
    }

    /// Makes the code with which somebody enrolls a device.
    pub fn code_for_device(&mut self, name: &str) -> String {
        let now = self.now();
        self.office.invite(now, name)
    }

    /// Adds somebody with a role in a program.
    pub fn member(&mut self, name: &str, role: &str, program: &str) {
        self.office.member(self.clock.now(), name, role, program);
    }

    /// Revokes every device of somebody.
    pub fn revoke_devices(&mut self, name: &str) {
        let now = self.clock.now();
        for device in self.office.admin().devices().unwrap() {
            if device.user_name == name {
                self.office.admin().revoke_device(now, device.id).unwrap();
            }
        }
    }

    /// Sets an account up for somebody.
    pub fn account(&mut self, name: &str) -> Account {
        let now = self.now();
        let code = self.office.admin().account_invite(now, &mut self.rng, name).unwrap().code;
        let service = self.running.service();
        let begun = BeginAccount { code: code.clone() };
        let begun = service.begin_account(now, &mut self.rng, &begun).unwrap();
        let account = Account { name: name.to_owned(), secret: begun.secret.clone() };
        let finish =
            FinishAccount { code, password: PASSWORD.to_owned().into(), totp: account.code(now) };
        service.finish_account(now, &mut self.rng, &finish).unwrap();
        account
    }

    /// Starts a browser that looks at this department.
    pub fn browser(&self, looks: Looks) -> Browser {
        let server = &self.running.url;
        Browser::start(server.trim_end_matches('/'), looks)
    }

    /// Starts one that looks at it in plain HTTP, at `localhost`.
    pub fn local_browser(&self, looks: Looks) -> Browser {
        Browser::start(self.running.local.as_deref().unwrap(), looks)
    }

    /// Signs somebody in at the page that asks for it, which the browser shows.
    #[track_caller]
    pub fn sign_in(&self, browser: &Browser, account: &Account) {
        // Each code is good once.
        self.pass(Span::from_secs(30));
        browser.add(&browser.find("#name"), &account.name);
        browser.add(&browser.find("#password"), PASSWORD);
        browser.add(&browser.find("#totp"), &account.code(self.now()));
        browser.click(&browser.find("button.main"));
        browser.find("header .account");
    }

    /// Starts a browser in which somebody is signed in, on the page that they come to.
    #[track_caller]
    pub fn signed_in(&self, account: &Account, looks: Looks) -> Browser {
        let browser = self.browser(looks);
        browser.open("/");
        self.sign_in(&browser, account);
        browser
    }
}

fn configured(clock: &Arc<TestClock>, port: u16) -> ServeConfig {
    let mut config = ServeConfig { clock: clock.clone(), ..ServeConfig::default() };
    config.listen.set_port(port);
    config.local_http = Some(0);
    config.bounds = unhurried();
    config
}

impl Account {
    /// Returns their name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the code that their authenticator shows.
    pub fn code(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.secret).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        totp.generate(u64::try_from(now.as_millis() / 1_000).unwrap()).to_string()
    }
}

impl Phone {
    /// Makes a record.
    pub fn make(&mut self, name: &str, case: Option<RecordId>, edits: Vec<Edit>) -> RecordId {
        let (now, case) = (self.clock.now(), case.map(CaseId::from));
        let record_type = crate::content::type_name(name);
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(now, &mut self.rng, new).unwrap()
    }

    /// Makes a person, whose case it is then.
    pub fn person(&mut self, name: &str, alias: &str) -> RecordId {
        let mut edits = vec![text("name", name), choice("duplicate_check", "distinct")];
        if !alias.is_empty() {
            edits.push(text("aliases", alias));
        }
        self.make("person", None, edits)
    }

    /// Makes an intake with a level of risk.
    pub fn takes_in(&mut self, case: RecordId, risk: &str) -> RecordId {
        let edits = vec![
            instant("occurred_at", self.clock.now()),
            choice("risk_level", risk),
            choice("zone", "north"),
        ];
        self.make("outreach_intake", Some(case), edits)
    }

    /// Makes a contact.
    pub fn meets(&mut self, case: RecordId, result: &str, note: &str) -> RecordId {
        let edits = vec![
            instant("occurred_at", self.clock.now()),
            choice("mode", "street"),
            choice("result", result),
            text("note", note),
            choice("approval", "submitted"),
        ];
        self.make("outreach_contact", Some(case), edits)
    }

    /// Edits a record.
    pub fn edit(&mut self, record: RecordId, edits: Vec<Edit>) {
        let now = self.clock.now();
        assert!(self.device.edit(now, &mut self.rng, record, edits).unwrap().is_some());
    }

    /// Returns whether some record of a case on it holds this text.
    pub fn has_text(&self, case: RecordId, text: &str) -> bool {
        let filter = ListFilter { case: Some(case.into()), ..ListFilter::default() };
        let rows = self.device.list(self.clock.now(), &filter).unwrap();
        let views =
            rows.iter().map(|row| self.device.store().read().record_view(row.record).unwrap());
        views.flatten().any(|view| view.fields.values().any(|value| value.as_str() == Some(text)))
    }

    /// Returns a record as it shows it.
    pub fn view(&self, record: RecordId) -> RecordView {
        self.device.store().read().record_view(record).unwrap().unwrap()
    }

    /// Returns what was done to a record, the last last.
    pub fn history(&self, record: RecordId) -> Vec<HistoryView> {
        self.device.history(self.clock.now(), record).unwrap()
    }

    /// Returns what is to be done on it.
    pub fn tasks(&self) -> Vec<OpenTask> {
        self.device.tasks(self.clock.now()).unwrap()
    }

    /// Returns the record of a type that happened last.
    pub fn newest(&self, record_type: &str) -> RecordId {
        let record_type = Some(crate::content::type_name(record_type));
        let filter = ListFilter { record_type, ..ListFilter::default() };
        self.device.list(self.clock.now(), &filter).unwrap().first().unwrap().record
    }

    /// Synchronizes to the end.
    pub fn sync(&mut self) {
        let (outcome, refused) = self.synced();
        assert_eq!((outcome, refused), (SyncOutcome::Done, 0));
    }

    /// Synchronizes for the last time: the device was revoked.
    pub fn hand_in(&mut self) {
        let (outcome, _) = self.synced();
        assert_ne!(outcome, SyncOutcome::Done);
    }

    /// Synchronizes as far as it goes.
    pub fn try_sync(&mut self) -> SyncOutcome {
        self.synced().0
    }

    fn synced(&mut self) -> (SyncOutcome, u64) {
        let (device, driver) = (&mut self.device, &mut self.driver);
        let syncing = async {
            driver.sync(device, Reason::Person, &Cancel::new(), &mut |_| {}).await.unwrap()
        };
        let (outcome, report) = self.runtime.block_on(syncing);
        (outcome, report.refused)
    }
}

/// Opens the department with its cases, at [`NOW`].
pub fn filled() -> Filled {
    let mut town = Town::open(Span::from_days(40));
    let (mut ana, mut ben) = (town.phone(ANA), town.phone(BEN));

    let marcus = ana.make(
        "person",
        None,
        vec![
            text("name", "Marcus Hale"),
            text("aliases", "Rey"),
            choice("age_band", "18_24"),
            choice("duplicate_check", "distinct"),
            text("safe_contact", "Text only, before five"),
        ],
    );
    let jose = ana.person("José Ñuñez", "Pepe");
    ana.edit(jose, vec![set("dob", Scalar::Date("2003-05-06".parse().unwrap()))]);
    let intake = ana.takes_in(marcus, "high");
    ana.takes_in(jose, "medium");
    let rosa = ben.person("Rosa Maple", "");
    ben.takes_in(rosa, "high");
    ben.person("Omar Fresno", "Blue");
    sync_both(&mut ana, &mut ben);

    at(&town, Span::from_days(35), &mut ana, &mut ben);
    ben.meets(rosa, "engaged", "Came to the park and stayed.");
    at(&town, Span::from_days(20), &mut ana, &mut ben);
    ana.meets(jose, "engaged", "Wants to go back to school.");
    sync_both(&mut ana, &mut ben);

    at(&town, Span::from_days(10), &mut ana, &mut ben);
    let dana = ana.person("Dana Cruz", "D");
    ana.takes_in(dana, "low");
    ana.make(
        "consent",
        Some(dana),
        vec![
            choice("kind", "participation"),
            instant("signed", town.now()),
            instant("expires", NOW - Span::from_days(1)),
        ],
    );
    let imani = ben.person("Imani Oak", "");
    ben.takes_in(imani, "imminent");
    let tariq = ben.person("Tariq Elm", "T");
    ben.takes_in(tariq, "medium");
    sync_both(&mut ana, &mut ben);

    at(&town, Span::from_minutes(7 * 24 * 60 - 120), &mut ana, &mut ben);
    ben.meets(tariq, "engaged", "Asked about work at the market.");
    at(&town, Span::from_days(3), &mut ana, &mut ben);
    let first = ana.meets(marcus, "engaged", "Talked on the corner. Wants a job.");
    ana.make(
        "consent",
        Some(marcus),
        vec![
            choice("kind", "participation"),
            instant("signed", town.now()),
            instant("expires", NOW + Span::from_days(20)),
        ],
    );
    ana.edit(marcus, vec![entry_of_phone()]);
    at(&town, Span::from_days(2), &mut ana, &mut ben);
    ana.meets(jose, "declined", "Did not want to talk.");
    ana.edit(first, vec![option("purpose", "service")]);
    at(&town, Span::from_days(1), &mut ana, &mut ben);
    ben.meets(imani, "brief", "Waved from the bus.");
    let script = ben.person(SCRIPT, "");
    ben.edit(script, vec![text("notes", SCRIPT)]);
    ben.takes_in(script, "low");
    ben.meets(script, "brief", SCRIPT);
    sync_both(&mut ana, &mut ben);

    town.office.assign(town.now(), BEN, marcus.into());
    sync_both(&mut ana, &mut ben);
    town.until(Span::from_minutes(60));
    ana.edit(intake, vec![choice("risk_level", "imminent")]);
    ben.edit(intake, vec![choice("risk_level", "medium")]);
    sync_both(&mut ana, &mut ben);
    town.until(Span::default());
    Filled { town, ana, ben, marcus, intake }
}

/// Goes on to so long before [`NOW`]. A phone that was away for days opens again with its next sync.
fn at(town: &Town, before: Span, ana: &mut Phone, ben: &mut Phone) {
    town.until(before);
    sync_both(ana, ben);
}

fn sync_both(ana: &mut Phone, ben: &mut Phone) {
    ana.sync();
    ben.sync();
}

fn entry_of_phone() -> Edit {
    let number = Scalar::Phone("6155550134".parse().unwrap());
    let entry = [("number".to_owned(), number)].into();
    Edit::Log { field: field("phones"), id: format!("{:026}", 1), entry }
}

fn set(name: &str, value: Scalar) -> Edit {
    Edit::Set { field: field(name), value }
}

/// Returns bounds that nobody comes to: the clock that they go by stands still.
fn unhurried() -> Bounds {
    let plenty = Rate { burst: 1_000_000, per_second: 1_000_000 };
    Bounds {
        per_address: plenty,
        sign_ins_per_address: plenty,
        per_user: plenty,
        per_device: plenty,
        ..Bounds::default()
    }
}

const PASSWORD: &str = "copper lanterns sway";
