//! A device that has lived a little: something in every table of its store.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use client_core::device::{Device, NewRecord};
use client_core::engine::Budget;
use client_core::keys;
use client_core::store::StoreOptions;
use client_core::sync;
use client_core::vault::MemoryVault;
use ed25519_dalek::SigningKey;
use model::change::RawChange;
use model::ids::{Chain, DeviceId, Epoch, FeedSeq, RecordId, Scope, UserId};
use model::record::Edit;
use model::time::{Span, Timestamp};
use model::value::Scalar;
use model::wire::{
    AuthorV1, ChunkV1, CursorV1, EnrollResponseV1, FeedPositionV1, MembershipV1, OutcomeV1,
    ProfileV1, PushResultV1, PushV1, RecordUpdateV1, RetryV1, RevocationV1, SyncRequestV1,
    SyncResponseV1,
};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_bytes::ByteBuf;

use crate::fixture;

/// When the device was enrolled.
pub(crate) fn start() -> Timestamp {
    Timestamp::from_millis(1_795_617_000_000)
}

/// The device of a worker with nothing in it yet.
pub(crate) fn empty_device(path: &Path, vault: Arc<MemoryVault>, number: u8) -> Device {
    let mut rng = ChaCha8Rng::seed_from_u64(number.into());
    keys::device_key(&mut rng, &*vault).unwrap();
    let role =
        MembershipV1 { role: "OW".parse().unwrap(), program: "street_outreach".parse().unwrap() };
    let facts = sync::first_facts(
        "https://fieldbook.example:8443",
        Some(&"0f".repeat(32)),
        EnrollResponseV1 {
            device: device_of(number),
            user: UserId::from_bytes([0x10 + number; 16]),
            token: format!("token-{number}"),
            nonce: "nonce".into(),
            server_key: SigningKey::from_bytes(&[7; 32]).verifying_key().to_bytes().to_vec(),
            catalogue: fixture::catalogue_source(),
            earlier_catalogues: Vec::new(),
            profile: ProfileV1 { name: format!("Worker {number}"), roles: vec![role] },
            server_time: start(),
            lease_until: start() + Span::from_days(3),
        },
    );
    let options = StoreOptions::default();
    Device::create(path, vault, None, start(), &mut rng, &facts, options).unwrap()
}

/// The device of worker 1, after a day with worker 2.
pub(crate) fn device(path: &Path, vault: Arc<MemoryVault>) -> Device {
    let elsewhere = tempfile::tempdir().unwrap();
    let other = Arc::new(MemoryVault::default());
    let mut two = Worker::new(empty_device(&elsewhere.path().join("store"), other, 2), 2);
    let mut one = Worker::new(empty_device(path, vault, 1), 1);

    let person = one.make("person", None, vec![text("name", "Rosa Cedro")]);
    let first = vec![text("note", "met José at the corner")];
    let shared = one.make("encounter", Some(person), first);
    let gone = one.make("encounter", Some(person), vec![text("note", "moved away")]);
    let sent = one.request();
    let both = one.handed_over(&sent);
    one.take(&sent, &accepted(&sent, 3));
    let sent = two.request();
    two.take(&sent, &SyncResponseV1 { pull: both, ..answer(3) });

    // A conflict, more changes than are kept without a saved document, and a name for worker 2.
    two.edit(shared, choice("risk", "high"));
    for _ in 0..70 {
        two.edit(shared, Edit::Increment { field: "attempts".parse().unwrap(), by: 1 });
    }
    let theirs = two.request();
    one.edit(shared, choice("risk", "low"));
    let sent = one.request();
    let by_two = AuthorV1 { user: UserId::from_bytes([0x12; 16]), name: "Worker 2".into() };
    let mut with_authors = accepted(&sent, 80);
    with_authors.pull = two.handed_over(&theirs);
    with_authors.authors.insert(device_of(2), by_two);
    one.take(&sent, &with_authors);

    // An edit refused for good, one until the pull is through, one lost by the server, one unsent.
    one.edit(gone, text("note", "moved away, they say"));
    one.edit(person, text("name", "Rosa María Cedro"));
    let sent = one.request();
    let mut refusals = accepted(&sent, 81);
    refusals.results[0].outcome = refused("too_long", RetryV1::Never);
    refusals.results[1].outcome = refused("missing_dependencies", RetryV1::AfterPull);
    one.take(&sent, &refusals);
    one.device.store_mut().write(|writer| writer.reoffer(gone, &[]).map(drop)).unwrap();
    one.edit(shared, text("note", "met José at the corner, again"));

    // A change that came damaged, and a scope taken away before what is unsent in it was sent.
    let mut bad = two.handed_over(&theirs).swap_remove(0);
    bad.chunk = ChunkV1::Changes(vec![ByteBuf::from(vec![1; 40])]);
    bad.check = None;
    let sent = one.request();
    let scope = bad.scope.clone();
    let mut last = SyncResponseV1 { pull: vec![bad], ..answer(90) };
    let other = Scope { case: RecordId::from_bytes([9; 16]).into(), ..scope };
    let identity = Scope { case: person.into(), compartment: "IDN".parse().unwrap() };
    last.revoked = [other, identity].map(|scope| RevocationV1 { scope, seq: FeedSeq(89) }).into();
    one.take(&sent, &last);
    one.device.show(start(), shared).unwrap();
    one.device
}

/// A worker with a device.
struct Worker {
    device: Device,
    rng: ChaCha8Rng,
}

impl Worker {
    fn new(device: Device, number: u8) -> Self {
        Self { device, rng: ChaCha8Rng::seed_from_u64(100 + u64::from(number)) }
    }

    fn make(&mut self, record_type: &str, case: Option<RecordId>, edits: Vec<Edit>) -> RecordId {
        let new = NewRecord {
            record_type: record_type.parse().unwrap(),
            case: case.map(Into::into),
            program: None,
            edits,
        };
        self.device.new_record(start(), &mut self.rng, new).unwrap()
    }

    fn edit(&mut self, record: RecordId, edit: Edit) {
        self.device.edit(start(), &mut self.rng, record, vec![edit]).unwrap();
    }

    fn request(&mut self) -> SyncRequestV1 {
        let budget = Budget {
            push_changes_max: 1_000,
            push_bytes_max: 1 << 20,
            pull_bytes_max: 1 << 20,
            offer_again: false,
            try_stuck: false,
        };
        sync::build_request(start(), &mut self.device, budget).unwrap().request
    }

    /// Returns pushed changes as another device receives them.
    fn handed_over(&self, sent: &SyncRequestV1) -> Vec<RecordUpdateV1> {
        let mut updates: Vec<RecordUpdateV1> = vec![];
        for push in &sent.push {
            let change = ByteBuf::from(push.change.clone());
            match updates.last_mut() {
                Some(RecordUpdateV1 { record, chunk: ChunkV1::Changes(changes), .. })
                    if *record == push.record =>
                {
                    changes.push(change);
                }
                _ => updates.push(self.update(push.record, change)),
            }
        }
        updates
    }

    fn update(&self, record: RecordId, change: ByteBuf) -> RecordUpdateV1 {
        let view = self.device.store().read().record_view(record).unwrap().unwrap();
        let case = view.case.unwrap_or(record.into());
        RecordUpdateV1 {
            record,
            record_type: view.record_type,
            scope: Scope { case, compartment: view.compartment },
            chunk: ChunkV1::Changes(vec![change]),
            check: None,
        }
    }

    fn take(&mut self, sent: &SyncRequestV1, answer: &SyncResponseV1) {
        sync::apply_answer(start(), &mut self.rng, &mut self.device, sent, answer).unwrap();
    }
}

/// Everything sent is stored; the feed ends here.
fn accepted(sent: &SyncRequestV1, seq: u64) -> SyncResponseV1 {
    let result = |push: &PushV1| PushResultV1 {
        hash: RawChange::inspect(&push.change).unwrap().hash(),
        outcome: OutcomeV1::Accepted,
    };
    SyncResponseV1 { results: sent.push.iter().map(result).collect(), ..answer(seq) }
}

fn answer(seq: u64) -> SyncResponseV1 {
    let (seq, chain) = (FeedSeq(seq), Chain([5; 16]));
    SyncResponseV1 {
        results: vec![],
        pull: vec![],
        revoked: vec![],
        cursor: Some(CursorV1 { epoch: Epoch(1), effective_seq: seq, seq, chain, since: None }),
        head: FeedPositionV1 { seq, chain },
        more: false,
        reconcile: None,
        catalogue: None,
        earlier_catalogues: Vec::new(),
        profile: None,
        authors: BTreeMap::new(),
        decided: vec![],
        server_time: start() + Span::from_secs(2),
        lease_until: start() + Span::from_days(3),
        orders: vec![],
        announcement: None,
        colleagues: None,
        named: BTreeMap::new(),
    }
}

fn refused(code: &str, retry: RetryV1) -> OutcomeV1 {
    OutcomeV1::Refused {
        code: code.into(),
        reason: "for a reason".into(),
        about: Default::default(),
        retry,
    }
}

fn device_of(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

fn text(name: &str, value: &str) -> Edit {
    Edit::Set { field: name.parse().unwrap(), value: Scalar::Text(value.into()) }
}

fn choice(name: &str, option: &str) -> Edit {
    Edit::Set { field: name.parse().unwrap(), value: Scalar::Choice(option.parse().unwrap()) }
}
