//! A phone and its server in one process: bodies go over as they travel, and are counted.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use client_core::device::{Device, NewDraft, NewRecord};
use client_core::engine::{Effect, Engine, Event, Reason, SyncOutcome, Traffic};
use client_core::store::StoreOptions;
use client_core::sync;
use client_core::vault::MemoryVault;
use model::ids::{CaseId, DraftId, RecordId};
use model::record::Edit;
use model::wire::{ChunkV1, SyncRequestV1, SyncResponseV1};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::identity::device::Authenticated;
use server::service::Service;

use super::NOW;
use super::figures::{length, timed};
use crate::content;
use crate::enrolled::Enrolled;

/// A phone. Its folder goes when this is dropped.
pub(crate) struct Phone {
    pub(crate) device: Device,
    pub(crate) rng: ChaCha8Rng,
    engine: Engine,
    who: Authenticated,
    vault: Arc<MemoryVault>,
    folder: tempfile::TempDir,
}

/// What one synchronization carried and took.
#[derive(Default)]
pub(crate) struct Trip {
    pub(crate) requests: u64,
    pub(crate) up_bytes: u64,
    pub(crate) down_bytes: u64,
    /// The changes themselves, raw.
    pub(crate) pushed: Vec<Vec<u8>>,
    pub(crate) pulled: Vec<Vec<u8>>,
    pub(crate) on_device: Duration,
    pub(crate) on_server: Duration,
}

impl Phone {
    pub(crate) fn enroll(service: &Service, rng: &mut dyn Rng, code: &str) -> Self {
        let mut rng = ChaCha8Rng::from_rng(rng);
        let options = StoreOptions::default();
        let enrolled = Enrolled::new(service, NOW, &mut rng, code, options);
        let Enrolled { device, who, vault, folder } = enrolled;
        Self { device, rng, engine: Engine::new(), who, vault, folder }
    }

    /// Closes the store and opens it again. Without `durable` a save does not wait for the disk:
    /// for filling only.
    pub(crate) fn reopened(self, durable: bool) -> (Self, Duration) {
        let Self { device, mut rng, engine, who, vault, folder } = self;
        drop(device);
        let options = StoreOptions { durable, ..StoreOptions::default() };
        let keys = Arc::clone(&vault) as _;
        let (device, took) =
            timed(|| Device::open(&path(&folder), keys, None, NOW, &mut rng, options));
        let device = device.expect("it was open a moment ago");
        (Self { device, rng, engine, who, vault, folder }, took)
    }

    /// Begins a draft of a record that stands alone.
    pub(crate) fn begin_draft(&mut self, record_type: &str) -> DraftId {
        let record_type = content::type_name(record_type);
        let new = NewDraft::Record { record_type, case: None, program: None };
        self.device.begin_draft(NOW, &mut self.rng, new).expect("a draft is begun")
    }

    /// Answers in a draft.
    pub(crate) fn answer(&mut self, draft: DraftId, edits: &[Edit]) {
        self.device.edit_draft(NOW, &mut self.rng, draft, edits).expect("an answer is saved");
    }

    pub(crate) fn make(
        &mut self,
        record_type: &str,
        case: Option<CaseId>,
        edits: Vec<Edit>,
    ) -> RecordId {
        let record_type = record_type.parse().expect("a type of the catalogue");
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(NOW, &mut self.rng, new).expect("the record fits the catalogue")
    }

    /// Returns whether the edits changed anything.
    pub(crate) fn edit(&mut self, record: RecordId, edits: Vec<Edit>) -> bool {
        let edited = self.device.edit(NOW, &mut self.rng, record, edits);
        edited.expect("the edit fits the record").is_some()
    }

    /// Synchronizes to the end.
    pub(crate) fn sync(&mut self, service: &Service) -> Trip {
        let mut trip = Trip::default();
        let wanted = Event::SyncWanted { reason: Reason::Person };
        let mut effects = VecDeque::from(self.engine.handle(NOW, &mut self.rng, wanted));
        let mut request = None;
        let mut answer = None;
        while let Some(effect) = effects.pop_front() {
            let event = match effect {
                Effect::BuildRequest { ticket, budget } => {
                    let device = &mut self.device;
                    let (built, took) = timed(|| sync::build_request(NOW, device, budget));
                    let built = built.expect("the store answers");
                    trip.on_device += took;
                    request = Some(built.request);
                    Event::RequestBuilt { ticket, summary: built.summary }
                }
                Effect::Send { ticket } => {
                    let sent = request.as_ref().expect("it was built");
                    answer = Some(self.exchange(service, sent, &mut trip));
                    Event::Answered { ticket, traffic: Traffic::default() }
                }
                Effect::Apply { ticket } => {
                    let (sent, came) = (request.take(), answer.take());
                    let (sent, came) = sent.zip(came).expect("it was sent and answered");
                    let (device, rng) = (&mut self.device, &mut self.rng);
                    let (summary, took) =
                        timed(|| sync::apply_answer(NOW, rng, device, &sent, &came));
                    trip.on_device += took;
                    trip.carried(sent, came);
                    let summary = summary.expect("the answer is a good one");
                    assert_eq!(summary.refused, 0, "the figures are of changes that are taken");
                    Event::Applied { ticket, summary }
                }
                Effect::Progress(_) => continue,
                Effect::WakeAt(_) | Effect::SetAside { .. } => {
                    panic!("nothing fails here that is tried again")
                }
                Effect::Finished { outcome, .. } => {
                    assert_eq!(outcome, SyncOutcome::Done);
                    continue;
                }
            };
            effects.extend(self.engine.handle(NOW, &mut self.rng, event));
        }
        trip
    }

    fn exchange(
        &mut self,
        service: &Service,
        sent: &SyncRequestV1,
        trip: &mut Trip,
    ) -> SyncResponseV1 {
        let (up, took) = timed(|| sync::encode_body(sent).expect("a request within its limits"));
        trip.on_device += took;
        let (down, took) = timed(|| {
            let request = sync::decode_body(&up).expect("it was just encoded");
            let answer = service.sync(NOW, &mut self.rng, &self.who, request);
            sync::encode_body(&answer.expect("the request is a good one")).expect("within limits")
        });
        trip.on_server += took;
        trip.requests += 1;
        trip.up_bytes += length(up.len());
        trip.down_bytes += length(down.len());
        let (answer, took) = timed(|| sync::decode_body(&down).expect("it was just encoded"));
        trip.on_device += took;
        answer
    }
}

impl Trip {
    fn carried(&mut self, sent: SyncRequestV1, came: SyncResponseV1) {
        self.pushed.extend(sent.push.into_iter().map(|push| push.change));
        for update in came.pull {
            match update.chunk {
                ChunkV1::Snapshot(bytes) => self.pulled.push(bytes),
                ChunkV1::Changes(list) => {
                    self.pulled.extend(list.into_iter().map(|bytes| bytes.into_vec()));
                }
            }
        }
    }
}

fn path(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("store.db")
}
