//! A phone with a store in a folder of its own, whose owner taps what its pages offer.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::engine::Budget;
use client_core::keys;
use client_core::store::StoreOptions;
use client_core::sync;
use client_core::vault::MemoryVault;
use field::{Around, Asked};
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, DeviceId, RecordId, UserId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::{EnrollResponseV1, MembershipV1, ProfileV1, SyncRequestV1, SyncResponseV1};
use model::words::Language;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use ui::{Form, Method, Request, Response};

/// A phone. Its folder goes when it is dropped.
pub(crate) struct Phone {
    pub(crate) device: Device,
    pub(crate) now: Timestamp,
    pub(crate) language: Language,
    /// What the last page asked of whoever answers.
    pub(crate) asked: Asked,
    /// Every address that a page led to.
    pub(crate) addresses: Vec<String>,
    rng: ChaCha8Rng,
    vault: Arc<MemoryVault>,
    folder: tempfile::TempDir,
}

/// A page that was answered.
pub(crate) struct Page {
    pub(crate) status: u16,
    /// HTML, or where to go.
    pub(crate) body: String,
}

impl Phone {
    /// The phone of an outreach worker. Those of another number are another worker's.
    pub(crate) fn new(number: u8) -> Self {
        Self::of(number, "OW", "street_outreach")
    }

    /// The phone of somebody who has this role.
    pub(crate) fn of(number: u8, role: &str, program: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(MemoryVault::default());
        let mut rng = ChaCha8Rng::seed_from_u64(number.into());
        keys::device_key(&mut rng, &*vault).unwrap();
        let facts = sync::first_facts(
            "https://fieldbook.example:8443",
            None,
            enrolled(number, role, program),
        );
        let path = folder.path().join("store");
        let device =
            Device::create(&path, vault.clone(), None, start(), &mut rng, &facts, quick()).unwrap();
        Self {
            device,
            now: start(),
            language: Language::English,
            asked: Asked::default(),
            addresses: Vec::new(),
            rng,
            vault,
            folder,
        }
    }

    /// Closes the store and opens it again.
    pub(crate) fn reopened(self) -> Self {
        let Self { device, now, language, asked, addresses, mut rng, vault, folder } = self;
        drop(device);
        let path = folder.path().join("store");
        let device = Device::open(&path, vault.clone(), None, now, &mut rng, quick()).unwrap();
        Self { device, now, language, asked, addresses, rng, vault, folder }
    }

    pub(crate) fn get(&mut self, address: &str) -> Page {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        self.ask(Method::Get, path, Form::read(query.as_bytes()))
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask(Method::Post, path, fields.iter().copied().collect())
    }

    /// Sends a form and opens the page that it leads to.
    pub(crate) fn follow(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let sent = self.post(path, fields);
        assert_eq!(sent.status, 303, "{path}: {}", sent.body);
        self.get(&sent.body)
    }

    /// Sends a form as a browser does in which these questions were answered.
    pub(crate) fn fill(&mut self, path: &str, answers: &[(&str, &str)], action: &str) -> Page {
        let answered = answers.iter().flat_map(|(field, text)| {
            [(format!("was.{field}"), "-"), (format!("q.{field}"), *text)]
        });
        let action = [("action".to_owned(), action)];
        self.ask(Method::Post, path, answered.chain(action).collect())
    }

    fn ask(&mut self, method: Method, path: &str, form: Form) -> Page {
        let (language, now) = (self.language, self.now);
        let request = Request { method, path, form, language, wants_part: false, now };
        let around = Around { version: "0.1.0", ..Around::default() };
        let answer = field::respond(&request, &mut self.device, &mut self.rng, &around);
        self.asked = answer.asked;
        let page = match answer.response {
            Response::Page { status, body } => Page { status, body },
            Response::SeeOther(path) => {
                self.addresses.push(path.clone());
                Page { status: 303, body: path }
            }
            other => panic!("a phone has no files: {other:?}"),
        };
        self.addresses.extend(page.addresses());
        page
    }

    pub(crate) fn person(&mut self, name: &str) -> RecordId {
        self.make("person", None, vec![text("name", name)])
    }

    pub(crate) fn make(
        &mut self,
        record_type: &str,
        case: Option<RecordId>,
        edits: Vec<Edit>,
    ) -> RecordId {
        let (record_type, case) = (record_type.parse().unwrap(), case.map(CaseId::from));
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(self.now, &mut self.rng, new).unwrap()
    }

    pub(crate) fn edit(&mut self, record: RecordId, edit: Edit) {
        self.device.edit(self.now, &mut self.rng, record, vec![edit]).unwrap();
    }

    /// Returns what stands in a field, as text; nothing when nothing does.
    pub(crate) fn value(&mut self, record: RecordId, field: &str) -> String {
        let view = self.device.show(self.now, record).unwrap();
        view.fields.get(field).map(|it| it.to_string().replace('"', "")).unwrap_or_default()
    }

    /// Returns the records of a type, the newest first.
    pub(crate) fn all_of(&self, record_type: &str) -> Vec<RecordId> {
        let filter = client_core::store::query::ListFilter {
            record_type: Some(record_type.parse().unwrap()),
            ..Default::default()
        };
        let rows = self.device.list(self.now, &filter).unwrap();
        rows.into_iter().map(|row| row.record).collect()
    }

    pub(crate) fn request(&mut self) -> SyncRequestV1 {
        let budget = Budget {
            push_changes_max: 2_000,
            push_bytes_max: 1 << 20,
            pull_bytes_max: 1 << 20,
            offer_again: false,
            try_stuck: false,
        };
        sync::build_request(self.now, &mut self.device, budget).unwrap().request
    }

    pub(crate) fn take(&mut self, sent: &SyncRequestV1, answer: &SyncResponseV1) {
        sync::apply_answer(self.now, &mut self.rng, &mut self.device, sent, answer).unwrap();
    }

    pub(crate) fn later(&mut self, span: Span) {
        self.now = self.now + span;
    }
}

impl Page {
    /// Returns every address that the page leads to.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let mut found = Vec::new();
        for key in ["href=\"", "action=\"", "hx-get=\"", "hx-post=\""] {
            let pieces = self.body.split(key).skip(1);
            found.extend(pieces.filter_map(|piece| piece.split('"').next()).map(str::to_owned));
        }
        found
    }

    /// Returns the first address that begins like this.
    pub(crate) fn address(&self, start: &str) -> String {
        let found = self.addresses().into_iter().find(|address| address.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {}", self.body))
    }

    /// Returns the address of the link that says this.
    pub(crate) fn link(&self, words: &str) -> String {
        let at = self.body.find(words).unwrap_or_else(|| panic!("no {words} in {}", self.body));
        let before = &self.body[..at];
        let from = before.rfind("href=\"").unwrap() + "href=\"".len();
        before[from..].split('"').next().unwrap().to_owned()
    }

    pub(crate) fn says(&self, words: &str) -> &Self {
        assert!(self.body.contains(words), "no {words:?} in {}", self.body);
        self
    }

    pub(crate) fn says_not(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "{words:?} in {}", self.body);
        self
    }
}

fn enrolled(number: u8, role: &str, program: &str) -> EnrollResponseV1 {
    let (role, program) = (role.parse().unwrap(), program.parse().unwrap());
    EnrollResponseV1 {
        device: DeviceId::from_bytes([number; 16]),
        user: UserId::from_bytes([100 + number; 16]),
        token: format!("token-{number}"),
        nonce: "first-nonce".into(),
        server_key: vec![7; 32],
        catalogue: CatalogueSource::builtin(),
        earlier_catalogues: Vec::new(),
        profile: ProfileV1 {
            name: format!("Worker {number}"),
            roles: vec![MembershipV1 { role, program }],
        },
        server_time: start(),
        lease_until: start() + Span::from_days(14),
    }
}

/// Saves need not survive a power cut in here.
fn quick() -> StoreOptions {
    StoreOptions { durable: false, ..StoreOptions::default() }
}

/// Where all clocks start: in the morning in the department's zone.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

pub(crate) fn text(name: &str, value: &str) -> Edit {
    Edit::Set { field: name.parse().unwrap(), value: Scalar::Text(value.into()) }
}

pub(crate) fn choice(name: &str, option: &str) -> Edit {
    let value = Scalar::Choice(option.parse().unwrap());
    Edit::Set { field: name.parse().unwrap(), value }
}
