//! The surface as an app uses it: what it says, and that nothing an app does leaves the store
//! unusable. The languages' own tests use it against a real server.

mod asked;
mod drafted;
mod told;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};

use client_core::device::Device as Core;
use client_core::store::StoreOptions;
use client_core::sync::first_facts;
use client_core::vault::KeyVault as _;
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, DeviceId, RecordId, UserId};
use model::time::Span;
use model::wire::{EnrollResponseV1, MembershipV1, ProfileV1};

use crate::runtime::{now, random};
use crate::shared::guarded;
use crate::vault::Adapter;
use crate::{
    Day, Device, Edit, FieldKind, FieldProblem, FieldbookError, HttpRequest, HttpResponse,
    KeyVault, KeyVaultError, ListenerError, LogEntry, LogLevel, LogLine, Logger, NetworkProblem,
    NewRecord, RecordFilter, RecordListener, RecordState, Reply, Scalar, SyncOutcome, SyncReason,
    Transport, TransportError, Value, explain, read_invitation, set_logger,
};

#[test]
fn what_is_saved_is_read_back_typed() {
    let phone = Phone::new();
    let case = phone.person("Rosa Cedro");
    let edits = vec![
        set("tier", choice("2")),
        Edit::Add { field: name("risk"), option: name("weapon") },
        Edit::Increment { field: name("contact_attempts"), by: 3 },
        Edit::Append { field: name("safety_plan"), text: "call first".into() },
        Edit::Log {
            field: name("goals"),
            parts: HashMap::from([
                (name("goal"), text("a job")),
                (name("date"), Scalar::Date { value: day("2026-11-25") }),
            ]),
        },
    ];
    let new = NewRecord {
        record_type: name("outreach_intake"),
        case_id: Some(case.into()),
        program: None,
        edits,
    };
    let intake = phone.device.create(new, false).unwrap();
    let record = phone.device.record(intake, "en".into()).unwrap();
    assert_eq!(record.state, RecordState::OnPhone);
    let field = |wanted: &str| record.fields.get(wanted).cloned();
    assert_eq!(field("tier"), Some(Value::Single { value: choice("2") }));
    assert_eq!(field("risk"), Some(Value::Choices { options: vec![name("weapon")] }));
    assert_eq!(field("contact_attempts"), Some(Value::Counter { sum: 3 }));
    assert_eq!(field("safety_plan"), Some(Value::SharedNote { text: "call first".into() }));
    let Some(Value::Log { entries }) = field("goals") else { panic!("{record:?}") };
    let [LogEntry { parts, .. }] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(parts.get("date"), Some(&Scalar::Date { value: day("2026-11-25") }));
    assert_eq!(phone.device.history(intake).unwrap().len(), 1);
    assert_eq!(phone.device.case_timeline(case.into(), "en".into()).unwrap().len(), 2);
    assert_eq!(phone.device.search("ced".into(), 10, "en".into()).unwrap()[0].id, case);
    assert_eq!(phone.device.caseload("en".into()).unwrap()[0].title, "Rosa Cedro");
    assert!(!phone.device.edit(intake, vec![], false).unwrap(), "nothing changed");
}

#[test]
fn every_mistake_is_told_beside_its_field_and_no_value_is_in_the_error() {
    let phone = Phone::new();
    let mut new = person("Rosa Cedro");
    new.edits.push(set("born", text("long ago")));
    new.edits.push(set("no_such_field", text("x")));
    let error = phone.device.create(new, false).unwrap_err();
    let FieldbookError::Invalid { problems } = &error else { panic!("{error:?}") };
    assert_eq!(problems.len(), 2);
    assert!(!error.to_string().contains("long ago"));
    let missing = phone.device.record(RecordId::from_bytes([7; 16]), "en".into());
    assert_eq!(missing, Err(FieldbookError::NotFound));
}

#[test]
fn a_problem_has_a_code_and_is_explained_in_the_persons_language() {
    let phone = Phone::new();
    let mut new = person("Rosa Cedro");
    new.edits.push(set("no_such_field", text("x")));
    let error = phone.device.create(new, false).unwrap_err();
    let FieldbookError::Invalid { problems } = error else { panic!("{error:?}") };
    let [FieldProblem { code, parameters, problem, .. }] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert_eq!((code.as_str(), problem.as_str()), ("unknown_field", "is not a field of person"));
    let explained = |tag: &str| explain(code.clone(), parameters.clone(), tag.into());
    assert_eq!(explained("en").as_ref(), Some(problem));
    assert_eq!(explained("es-MX").unwrap(), "no es un campo de person");
    assert_eq!(explain("of_a_later_version".into(), HashMap::new(), "es".into()), None);

    let duty = NewRecord { record_type: name("duty"), ..person("x") };
    let error = phone.device.create(duty, false).unwrap_err();
    let FieldbookError::NotAllowed { code, reason, .. } = error else { panic!("{error:?}") };
    assert_ne!(explain(code, HashMap::new(), "es".into()), Some(reason));
}

#[test]
fn titles_are_in_the_language_that_a_list_is_asked_in() {
    let phone = Phone::new();
    let case = phone.device.create(person("Rosa Cedro"), false).unwrap();
    let new = NewRecord {
        record_type: name("outreach_contact"),
        case_id: Some(case.into()),
        program: None,
        edits: vec![set("mode", choice("street")), set("result", choice("engaged"))],
    };
    let contact = phone.device.create(new, false).unwrap();
    for (tag, words) in
        [("en", "In the street · Engaged"), ("es-MX", "En la calle · Hubo conversación")]
    {
        let tag = || tag.to_owned();
        let listed = phone.device.records(RecordFilter::default(), tag()).unwrap();
        let row = listed.iter().find(|row| row.id == contact).unwrap();
        assert!(row.title.ends_with(words), "{}", row.title);
        assert_eq!(phone.device.record(contact, tag()).unwrap().title, row.title);
        let timeline = phone.device.case_timeline(case.into(), tag()).unwrap();
        assert!(timeline.iter().any(|other| other.title == row.title));
    }
}

#[test]
fn forms_are_built_from_the_catalogue_in_the_persons_language() {
    let phone = Phone::new();
    let [english, spanish] = ["en-US", "es-MX"].map(|language| {
        let catalogue = phone.device.catalogue(language.into()).unwrap();
        catalogue.types.into_iter().find(|known| known.name == name("outreach_intake")).unwrap()
    });
    assert_ne!(english.label, spanish.label);
    let alone = phone.device.record_type(name("outreach_intake"), "es".into()).unwrap();
    assert_eq!(alone.as_ref(), Some(&spanish));
    assert_eq!(phone.device.record_type(name("no_such_type"), "es".into()), Ok(None));
    assert!(english.may_make);
    let kinds = english.fields.iter().map(|field| &field.kind);
    assert!(
        kinds.clone().any(|kind| matches!(kind, FieldKind::Log { parts } if !parts.is_empty()))
    );
    assert!(
        kinds
            .clone()
            .any(|kind| matches!(kind, FieldKind::Choices { options } if !options.is_empty()))
    );
}

#[test]
fn a_panic_is_an_error_and_the_store_goes_on() {
    let phone = Phone::new();
    let before = phone.person("Rosa Cedro");
    let boom = phone.device_shared().change::<()>(|_, _, _| panic!("with the device held"));
    assert_eq!(boom, Err(FieldbookError::Internal));
    assert_eq!(guarded::<()>(|| panic!("anywhere")), Err(FieldbookError::Internal));
    let after = phone.person("Tomas Sauce");
    for record in [before, after] {
        phone.device.record(record, "en".into()).unwrap();
    }
}

#[test]
fn a_locked_device_shows_nothing_until_its_pin_is_given() {
    let phone = Phone::with_pin(Some("2580"));
    let rosa = phone.person("Rosa Cedro");
    phone.device.lock().unwrap();
    assert!(phone.device.is_locked());
    assert_eq!(phone.device.record(rosa, "en".into()).unwrap_err(), FieldbookError::Locked);
    assert_eq!(phone.device.unlock(None), Err(FieldbookError::PinNeeded));
    let wrong = phone.device.unlock(Some("0000".into()));
    assert_eq!(wrong, Err(FieldbookError::WrongPin { tries_left: 9 }));
    phone.device.unlock(Some("2580".into())).unwrap();
    assert_eq!(phone.device.record(rosa, "en".into()).unwrap().title, "Rosa Cedro");
    assert!(phone.device.unlock(Some("0000".into())).is_err(), "an open one checks the PIN too");
    phone.device.change_pin(Some("2580".into()), None).unwrap();
    phone.device.lock().unwrap();
    phone.device.unlock(None).unwrap();
}

#[test]
fn a_wiped_device_is_gone_open_or_locked() {
    for lock_first in [false, true] {
        let phone = Phone::with_pin(Some("2580"));
        phone.person("Rosa Cedro");
        if lock_first {
            phone.device.lock().unwrap();
        }
        phone.device.wipe().unwrap();
        assert_eq!(phone.device.caseload("en".into()).unwrap_err(), FieldbookError::NotEnrolled);
        assert_eq!(phone.device.unlock(Some("2580".into())), Err(FieldbookError::NotEnrolled));
        assert!(phone.vault.secrets.lock().unwrap().is_empty());
        assert_eq!(phone.open_again().err(), Some(FieldbookError::NotEnrolled));
    }
}

#[test]
fn a_key_store_that_fails_is_named_and_the_store_goes_on() {
    let phone = Phone::new();
    phone.device.lock().unwrap();
    *phone.vault.fails.lock().unwrap() = Some(KeyVaultError::Locked);
    assert_eq!(phone.device.unlock(None), Err(FieldbookError::KeyStore { locked: true }));
    *phone.vault.fails.lock().unwrap() = Some(KeyVaultError::Failed);
    assert_eq!(phone.device.unlock(None), Err(FieldbookError::KeyStore { locked: false }));
    *phone.vault.fails.lock().unwrap() = None;
    phone.device.unlock(None).unwrap();
    phone.person("Rosa Cedro");
}

#[test]
fn a_key_store_that_calls_the_device_gets_an_error_and_nothing_hangs() {
    let phone = Phone::new();
    let device = phone.device.clone();
    let asked = Arc::new(Mutex::new(None));
    let answer = asked.clone();
    *phone.vault.on_load.lock().unwrap() = Some(Box::new(move || {
        *answer.lock().unwrap() = Some(device.caseload("en".into()));
    }));
    phone.device.unlock(None).unwrap();
    *phone.vault.on_load.lock().unwrap() = None;
    assert_eq!(asked.lock().unwrap().take(), Some(Err(FieldbookError::Internal)));
    phone.person("Rosa Cedro");
}

#[test]
fn a_transport_that_answers_rubbish_or_throws_is_named_and_the_store_goes_on() {
    let page = |status, body: &[u8]| {
        Does::Answer(HttpResponse { status, headers: vec![], body: body.to_vec() })
    };
    for (does, problem) in [
        (page(200, b"<html>please log in"), NetworkProblem::Unreadable),
        (page(500, b""), NetworkProblem::ServerFailed { status: 500 }),
        (Does::Throw, NetworkProblem::Cut),
        (Does::LetGo, NetworkProblem::Cut),
        (Does::Fail(TransportError::NoConnection), NetworkProblem::NoConnection),
    ] {
        let phone = Phone::with_transport(does);
        phone.person("Rosa Cedro");
        let run = phone.device.sync(SyncReason::Person, None).unwrap();
        let result = run.wait().unwrap();
        assert_eq!(result.outcome, SyncOutcome::Unreachable { problem });
        assert!(phone.line.sent.load(Ordering::SeqCst) > 0);
        assert_eq!(phone.device.status().unwrap().waiting, 1);
        phone.person("Tomas Sauce");
    }
}

#[test]
fn screens_do_not_wait_for_the_network_and_cancelling_ends_it() {
    let phone = Phone::with_transport(Does::Nothing);
    phone.person("Rosa Cedro");
    let run = phone.device.sync(SyncReason::Person, None).unwrap();
    let reply = phone.line.replies.lock().unwrap().recv().unwrap();
    phone.person("Tomas Sauce");
    assert_eq!(phone.device.records(RecordFilter::default(), "en".into()).unwrap().len(), 2);
    run.cancel();
    assert_eq!(run.wait().unwrap().outcome, SyncOutcome::Cancelled);
    assert!(reply.is_given_up());
    // Too late; nobody minds.
    reply.answer(HttpResponse { status: 200, headers: vec![], body: vec![] });
}

#[test]
fn letting_go_of_a_run_or_locking_the_device_cancels_it() {
    let phone = Phone::with_transport(Does::Nothing);
    let run = phone.device.sync(SyncReason::Person, None).unwrap();
    let first = phone.line.replies.lock().unwrap().recv().unwrap();
    drop(run);
    let run = phone.device.sync(SyncReason::Person, None).unwrap();
    let second = phone.line.replies.lock().unwrap().recv().unwrap();
    assert!(first.is_given_up(), "the second began when the first had ended");
    phone.device.lock().unwrap();
    assert_eq!(run.wait().unwrap().outcome, SyncOutcome::Cancelled);
    assert!(second.is_given_up());
    let refused = phone.device.sync(SyncReason::Person, None);
    assert_eq!(refused.err(), Some(FieldbookError::Locked));
}

#[test]
fn a_listener_is_told_what_changed_even_when_it_throws() {
    let phone = Phone::new();
    let before = phone.person("Rosa Cedro");
    let (listener, told) = Told::new();
    let observation = phone.device.observe(listener).unwrap();
    let made = phone.person("Tomas Sauce");
    assert_eq!(told.recv().unwrap(), [made]);
    phone.device.edit(before, vec![set("name", text("Rosa"))], false).unwrap();
    assert_eq!(told.recv().unwrap(), [before]);
    phone.device.lock().unwrap();
    phone.device.unlock(None).unwrap();
    phone.device.edit(made, vec![set("name", text("Tomas"))], false).unwrap();
    assert_eq!(told.recv().unwrap(), [made], "also after it was locked");
    observation.stop();
    phone.device.edit(made, vec![set("name", text("Nobody"))], false).unwrap();
    assert!(told.recv().is_err(), "its thread has ended");
}

#[test]
fn the_support_bundle_and_the_log_hold_nothing_that_was_recorded() {
    let (lines, logged) = mpsc::channel();
    set_logger(LogLevel::Debug, Arc::new(Lines(Mutex::new(lines)))).unwrap();
    let phone = Phone::with_transport(Does::Throw);
    phone.person("Rosa Cedro");
    phone.device.sync(SyncReason::Person, None).unwrap().wait().unwrap();
    let bundle = phone.device.support_bundle().unwrap();
    assert!(bundle.contains("\"outbox\": 1"), "{bundle}");
    let log: Vec<LogLine> = logged.try_iter().collect();
    for said in log.iter().map(|line| &line.message).chain([&bundle]) {
        for secret in ["Rosa", "Cedro", "Worker", "fieldbook.example", "token-1"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn an_invitation_is_read_and_another_code_is_none() {
    let text = "fieldbook:enroll?url=https%3A%2F%2Ffieldbook.example&code=AB2C-DE3F";
    let invitation = read_invitation(text.into()).unwrap();
    assert_eq!((&invitation.url[..], invitation.fingerprint), ("https://fieldbook.example", None));
    let other = read_invitation("https://fieldbook.example".into());
    assert_eq!(other.err(), Some(FieldbookError::NotAnInvitation));
}

/// A phone of an outreach worker whose server is whatever its line does.
struct Phone {
    device: Arc<Device>,
    vault: Arc<Secrets>,
    line: Arc<Line>,
    folder: tempfile::TempDir,
}

impl Phone {
    fn new() -> Self {
        Self::made(None, Does::Throw)
    }

    fn with_pin(pin: Option<&str>) -> Self {
        Self::made(pin, Does::Throw)
    }

    fn with_transport(does: Does) -> Self {
        Self::made(None, does)
    }

    fn made(pin: Option<&str>, does: Does) -> Self {
        Self::of(pin, does, enrolled())
    }

    fn of(pin: Option<&str>, does: Does, enrolled: EnrollResponseV1) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let vault = Arc::new(Secrets::default());
        let adapter = Arc::new(Adapter(vault.clone()));
        let mut rng = random().unwrap();
        client_core::keys::device_key(&mut rng, &*adapter).unwrap();
        let facts = first_facts("https://fieldbook.example:8443", None, enrolled);
        let core = Core::create(
            &path,
            adapter.clone(),
            pin,
            now(),
            &mut rng,
            &facts,
            StoreOptions::default(),
        );
        assert!(adapter.load("store-key").unwrap().is_some());
        let line = Arc::new(Line::new(does));
        let device = Device::enrolled(core.unwrap(), path, adapter, Some(line.clone()));
        Self { device, vault, line, folder }
    }

    fn device_shared(&self) -> &crate::shared::Shared {
        self.device.shared()
    }

    fn person(&self, name: &str) -> RecordId {
        self.device.create(person(name), false).unwrap()
    }

    fn open_again(&self) -> Result<Arc<Device>, FieldbookError> {
        let path = self.folder.path().join("store").to_str().unwrap().to_owned();
        Device::open(path, self.vault.clone(), None, None)
    }
}

fn enrolled() -> EnrollResponseV1 {
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    EnrollResponseV1 {
        device: DeviceId::from_bytes([1; 16]),
        user: UserId::from_bytes([2; 16]),
        token: "token-1".into(),
        nonce: "first-nonce".into(),
        server_key: vec![0; 32],
        catalogue: CatalogueSource::builtin(),
        earlier_catalogues: Vec::new(),
        profile: ProfileV1 { name: "Worker 1".into(), roles: vec![MembershipV1 { role, program }] },
        server_time: now(),
        lease_until: now() + Span::from_days(14),
    }
}

fn person(called: &str) -> NewRecord {
    let edits = vec![set("name", text(called))];
    NewRecord { record_type: name("person"), case_id: None, program: None, edits }
}

fn set(field: &str, value: Scalar) -> Edit {
    Edit::Set { field: name(field), value }
}

fn text(value: &str) -> Scalar {
    Scalar::Text { value: value.into() }
}

fn choice(option: &str) -> Scalar {
    Scalar::Choice { value: name(option) }
}

fn name<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn day(text: &str) -> Day {
    Day::new(text.parse().unwrap()).unwrap()
}

type OnLoad = Box<dyn Fn() + Send>;

/// A key store of the app's.
#[derive(Default)]
struct Secrets {
    secrets: Mutex<HashMap<String, Vec<u8>>>,
    fails: Mutex<Option<KeyVaultError>>,
    on_load: Mutex<Option<OnLoad>>,
}

impl Secrets {
    fn check(&self) -> Result<(), KeyVaultError> {
        self.fails.lock().unwrap().clone().map_or(Ok(()), Err)
    }
}

impl KeyVault for Secrets {
    fn load(&self, name: String) -> Result<Option<Vec<u8>>, KeyVaultError> {
        self.check()?;
        if let Some(on_load) = &*self.on_load.lock().unwrap() {
            on_load();
        }
        Ok(self.secrets.lock().unwrap().get(&name).cloned())
    }

    fn store(&self, name: String, secret: Vec<u8>) -> Result<(), KeyVaultError> {
        self.check()?;
        self.secrets.lock().unwrap().insert(name, secret);
        Ok(())
    }

    fn delete(&self, name: String) -> Result<(), KeyVaultError> {
        self.check()?;
        self.secrets.lock().unwrap().remove(&name);
        Ok(())
    }
}

enum Does {
    Answer(HttpResponse),
    Fail(TransportError),
    Throw,
    LetGo,
    Nothing,
}

/// A transport of the app's.
struct Line {
    does: Does,
    sent: AtomicUsize,
    kept: Mutex<Sender<Arc<Reply>>>,
    replies: Mutex<Receiver<Arc<Reply>>>,
}

impl Line {
    fn new(does: Does) -> Self {
        let (kept, replies) = mpsc::channel();
        Self { does, sent: AtomicUsize::new(0), kept: kept.into(), replies: replies.into() }
    }
}

impl Transport for Line {
    fn send(&self, request: HttpRequest, reply: Arc<Reply>) -> Result<(), TransportError> {
        assert_eq!(request.url, "https://fieldbook.example:8443/v1/sync");
        self.sent.fetch_add(1, Ordering::SeqCst);
        match &self.does {
            Does::Answer(response) => reply.answer(response.clone()),
            Does::Fail(error) => reply.fail(error.clone()),
            Does::Throw => return Err(TransportError::Cut),
            Does::LetGo => drop(reply),
            Does::Nothing => self.kept.lock().unwrap().send(reply).unwrap(),
        }
        Ok(())
    }
}

/// A listener that throws the first time.
struct Told {
    thrown: AtomicBool,
    told: Mutex<Sender<Vec<RecordId>>>,
}

impl Told {
    fn new() -> (Arc<Self>, Receiver<Vec<RecordId>>) {
        let (told, received) = mpsc::channel();
        (Arc::new(Self { thrown: AtomicBool::new(false), told: told.into() }), received)
    }
}

impl RecordListener for Told {
    fn on_change(&self, records: Vec<RecordId>) -> Result<(), ListenerError> {
        // The receiver may be gone with the test.
        let _ = self.told.lock().unwrap().send(records);
        if self.thrown.swap(true, Ordering::SeqCst) { Ok(()) } else { Err(ListenerError::Failed) }
    }
}

struct Lines(Mutex<Sender<LogLine>>);

impl Logger for Lines {
    fn log(&self, line: LogLine) -> Result<(), ListenerError> {
        let _ = self.0.lock().unwrap().send(line);
        Ok(())
    }
}
