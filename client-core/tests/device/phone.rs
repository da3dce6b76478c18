//! A phone with a store in a folder of its own, and short words for what its owner does.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::engine::{AppliedSummary, Budget};
use client_core::keys;
use client_core::store::open::FirstFacts;
use client_core::store::quarantine::{Dismissed, QuarantineItem};
use client_core::store::query::RecordView;
use client_core::store::{OpenError, StoreOptions};
use client_core::sync::{self, Built};
use client_core::vault::{KeyVault, MemoryVault};
use model::catalogue::CatalogueSource;
use model::ids::{CaseId, DeviceId, FieldName, RecordId, UserId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::{EnrollResponseV1, MembershipV1, ProfileV1, SyncRequestV1, SyncResponseV1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

use crate::server;

/// A phone. Its folder goes when it is dropped.
pub(crate) struct Phone {
    pub(crate) device: Device,
    pub(crate) vault: Arc<MemoryVault>,
    pub(crate) rng: ChaCha8Rng,
    pub(crate) now: Timestamp,
    folder: tempfile::TempDir,
}

impl Phone {
    /// The phone of an outreach worker. Those of another number are another worker's.
    pub(crate) fn new(number: u8) -> Self {
        Self::with_role(number, "OW", "street_outreach")
    }

    /// The phone of somebody else.
    pub(crate) fn with_role(number: u8, role: &str, program: &str) -> Self {
        Self::with_roles(number, &[(role, program)])
    }

    /// The phone of somebody with several roles, each in a program.
    pub(crate) fn with_roles(number: u8, roles: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(MemoryVault::default());
        let mut rng = ChaCha8Rng::seed_from_u64(number.into());
        keys::device_key(&mut rng, &*vault).unwrap();
        let mut facts = first_facts(number);
        let held = roles.iter().map(|(role, program)| MembershipV1 {
            role: role.parse().unwrap(),
            program: program.parse().unwrap(),
        });
        facts.profile.roles = held.collect();
        let path = folder.path().join("store");
        let device =
            Device::create(&path, vault.clone(), None, start(), &mut rng, &facts, quick()).unwrap();
        Self { device, vault, rng, now: start(), folder }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Closes the store and opens it again, as after the process was killed.
    pub(crate) fn reopened(mut self) -> Self {
        self.close();
        let vault: Arc<dyn KeyVault> = self.vault.clone();
        self.device = open(&self.path(), vault, &mut self.rng, self.now).unwrap();
        self
    }

    /// Opens the store anew with a key store that stands before its own.
    pub(crate) fn with_vault(mut self, vault: Arc<dyn KeyVault>) -> Self {
        self.close();
        self.device = open(&self.path(), vault, &mut self.rng, self.now).unwrap();
        self
    }

    /// Another phone with a copy of everything, the key store too. Closes this one meanwhile.
    pub(crate) fn cloned(&mut self) -> Self {
        self.close();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        fs::copy(self.path(), &path).unwrap();
        let vault = Arc::new(self.vault.copy());
        let mut rng = ChaCha8Rng::seed_from_u64(1_000);
        let device = open(&path, vault.clone(), &mut rng, self.now).unwrap();
        self.device = open(&self.path(), self.vault.clone(), &mut self.rng, self.now).unwrap();
        Self { device, vault, rng, now: self.now, folder }
    }

    /// Lets go of the store's file.
    pub(crate) fn close(&mut self) {
        let elsewhere = tempfile::tempdir().unwrap();
        let path = elsewhere.path().join("store");
        let vault = Arc::new(MemoryVault::default());
        let (rng, facts) = (&mut self.rng, first_facts(0));
        self.device = Device::create(&path, vault, None, self.now, rng, &facts, quick()).unwrap();
    }

    /// A phone with the record of a person, whose store nobody has open.
    pub(crate) fn closed(number: u8) -> Self {
        let mut phone = Self::new(number);
        phone.person("Rosa Cedro");
        phone.close();
        phone
    }

    /// The same after a crash: what is newest stands in the log beside the file.
    pub(crate) fn crashed(number: u8) -> Self {
        let mut phone = Self::new(number);
        phone.person("Rosa Cedro");
        let files = phone.files();
        phone.close();
        for (name, bytes) in files {
            fs::write(phone.folder.path().join(name), bytes).unwrap();
        }
        phone
    }

    /// Every file of the store, byte for byte. The guard's, which is always empty, is not one.
    pub(crate) fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
        let entries = entries.filter(|entry| name(entry) != "store-lock");
        entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
    }

    /// Opens what is at the phone's place with these keys, which must fail and change nothing.
    pub(crate) fn refuses(&self, vault: Arc<dyn KeyVault>) -> OpenError {
        let before = self.files();
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let error = open(&self.path(), vault, &mut rng, start()).err().unwrap();
        assert_eq!(self.files(), before, "{error}");
        error
    }

    /// The database under the store.
    pub(crate) fn database(&self) -> Connection {
        let stored = self.vault.load("store-key").unwrap().unwrap();
        let key: String = stored[1..].iter().map(|byte| format!("{byte:02x}")).collect();
        let connection = Connection::open(self.path()).unwrap();
        connection.pragma_update(None, "key", format!("x'{key}'")).unwrap();
        connection
    }

    pub(crate) fn later(&mut self, span: Span) {
        self.now = self.now + span;
    }

    /// Opens a case.
    pub(crate) fn person(&mut self, name: &str) -> RecordId {
        self.make("person", None, vec![text("name", name)])
    }

    /// Notes a contact in the street.
    pub(crate) fn contact(&mut self, case: Option<RecordId>, note: &str) -> RecordId {
        let mut edits = vec![choice("mode", "street"), choice("result", "engaged")];
        edits.push(text("note", note));
        self.make("outreach_contact", case, edits)
    }

    pub(crate) fn make(
        &mut self,
        record_type: &str,
        case: Option<RecordId>,
        edits: Vec<Edit>,
    ) -> RecordId {
        let new = NewRecord {
            record_type: record_type.parse().unwrap(),
            case: case.map(CaseId::from),
            program: None,
            edits,
        };
        self.device.new_record(self.now, &mut self.rng, new).unwrap()
    }

    pub(crate) fn edit(&mut self, record: RecordId, edit: Edit) {
        self.device.edit(self.now, &mut self.rng, record, vec![edit]).unwrap();
    }

    pub(crate) fn show(&mut self, record: RecordId) -> RecordView {
        self.device.show(self.now, record).unwrap()
    }

    /// Returns what stands in a field, as text; nothing when nothing does.
    pub(crate) fn value(&mut self, record: RecordId, field: &str) -> String {
        let view = self.show(record);
        view.fields.get(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    }

    /// Returns what was set aside.
    pub(crate) fn refusals(&self, dismissed: Dismissed) -> Vec<QuarantineItem> {
        self.device.quarantine(self.now, dismissed).unwrap()
    }

    pub(crate) fn build(&mut self, budget: Budget) -> Built {
        sync::build_request(self.now, &mut self.device, budget).unwrap()
    }

    pub(crate) fn request(&mut self) -> SyncRequestV1 {
        self.build(budget()).request
    }

    /// The next request, refused changes among it.
    pub(crate) fn request_again(&mut self) -> SyncRequestV1 {
        self.build(Budget { offer_again: true, ..budget() }).request
    }

    pub(crate) fn take(&mut self, sent: &SyncRequestV1, answer: &SyncResponseV1) -> AppliedSummary {
        sync::apply_answer(self.now, &mut self.rng, &mut self.device, sent, answer).unwrap()
    }

    /// Changes that wait to be acknowledged.
    pub(crate) fn waiting(&self) -> u64 {
        self.device.store().read().outbox_size().unwrap()
    }
}

pub(crate) fn open(
    path: &Path,
    vault: Arc<dyn KeyVault>,
    rng: &mut ChaCha8Rng,
    now: Timestamp,
) -> Result<Device, OpenError> {
    Device::open(path, vault, None, now, rng, quick())
}

/// Large pages, and no change again that was refused.
pub(crate) fn budget() -> Budget {
    Budget {
        push_changes_max: 2_000,
        push_bytes_max: 1 << 20,
        pull_bytes_max: 1 << 20,
        offer_again: false,
        try_stuck: false,
    }
}

/// Where all clocks start.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

pub(crate) fn first_facts(number: u8) -> FirstFacts {
    sync::first_facts("https://fieldbook.example:8443", None, enrolled(number))
}

pub(crate) fn enrolled(number: u8) -> EnrollResponseV1 {
    let (role, program) = ("OW".parse().unwrap(), "street_outreach".parse().unwrap());
    EnrollResponseV1 {
        device: DeviceId::from_bytes([number; 16]),
        user: UserId::from_bytes([100 + number; 16]),
        token: format!("token-{number}"),
        nonce: "first-nonce".into(),
        server_key: server::server_key().verifying_key().to_bytes().to_vec(),
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
pub(crate) fn quick() -> StoreOptions {
    StoreOptions { durable: false, ..StoreOptions::default() }
}

pub(crate) fn field(name: &str) -> FieldName {
    name.parse().unwrap()
}

pub(crate) fn text(name: &str, value: &str) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Text(value.into()) }
}

pub(crate) fn choice(name: &str, option: &str) -> Edit {
    Edit::Set { field: field(name), value: Scalar::Choice(option.parse().unwrap()) }
}
