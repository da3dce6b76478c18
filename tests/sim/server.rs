//! The server's core on its data folder, without a network; what it said it took is noted, so that
//! it can be held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use client_core::engine::TransportFailure;
use client_core::sync;
use model::admission;
use model::catalogue::Catalogue;
use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, DeviceId, RecordId, UserId};
use model::record::Envelope;
use model::time::Timestamp;
use model::wire::{
    EnrollRequestV1, EnrollResponseV1, OutcomeV1, PushResultV1, PushV1, RetryV1, SyncRequestV1,
    SyncResponseV1,
};
use rand_chacha::ChaCha8Rng;
use server::admin::Admin;
use server::config::{Durability, ServiceConfig};
use server::error::SyncError;
use server::service::Service;

use crate::ledger::Holding;

/// The server, its administrator, and what it has promised.
pub(crate) struct Server {
    /// What it took and what it set aside, by its own words.
    pub(crate) taken: Taken,
    folder: PathBuf,
    config: ServiceConfig,
    service: Option<Service>,
    admin: Option<Admin>,
    rng: ChaCha8Rng,
    backups: usize,
}

/// What a server has said of changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Taken {
    /// Accepted changes in the order of their acceptance.
    pub(crate) changes: Vec<(RecordId, ChangeHash, Vec<u8>)>,
    /// The same by their hashes.
    pub(crate) hashes: BTreeSet<ChangeHash>,
    /// Changes that were refused, and are kept for a supervisor.
    pub(crate) set_aside: BTreeMap<ChangeHash, (RecordId, Vec<u8>)>,
    /// The records.
    pub(crate) envelopes: BTreeMap<RecordId, Envelope>,
}

/// What became of one pushed change, as far as the world is concerned.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// A record came into being.
    NewRecord(Envelope),
    /// Another change was taken.
    Accepted,
    /// It was there.
    Known,
    /// It was refused; `recanted` when it had been accepted before, and is now refused for good.
    Refused {
        hash: ChangeHash,
        record: RecordId,
        /// Who wrote it; none when it cannot be read.
        author: Option<DeviceId>,
        code: String,
        recanted: bool,
    },
}

/// An answer with what it says of each change pushed.
pub(crate) struct Answered {
    pub(crate) response: SyncResponseV1,
    pub(crate) verdicts: Vec<Verdict>,
}

impl Server {
    /// Makes a data folder and opens it.
    pub(crate) fn new(folder: PathBuf, clock: Timestamp, mut rng: ChaCha8Rng) -> Self {
        let mut config = ServiceConfig::new(folder.join("data"));
        config.durability = Durability::Process;
        config.readers = 1;
        let admin = Admin::init(clock, &mut rng, &config, "Simulated").unwrap();
        let mut server = Self {
            taken: Taken::default(),
            folder,
            config,
            service: None,
            admin: Some(admin),
            rng,
            backups: 0,
        };
        server.start(clock);
        server
    }

    /// The running core.
    pub(crate) fn service(&self) -> &Service {
        self.service.as_ref().expect("the server runs")
    }

    /// The administrator, with dice.
    pub(crate) fn admin(&mut self) -> (&mut Admin, &mut ChaCha8Rng) {
        (self.admin.as_mut().expect("the folder is open"), &mut self.rng)
    }

    /// Dies and comes back.
    pub(crate) fn crash(&mut self, clock: Timestamp) {
        self.service = None;
        self.start(clock);
    }

    /// A code to enroll one device with.
    pub(crate) fn invite(&mut self, clock: Timestamp, name: &str) -> String {
        let (admin, rng) = self.admin();
        admin.invite(clock, rng, name).unwrap().code
    }

    /// Enrolls.
    pub(crate) fn enroll(
        &mut self,
        clock: Timestamp,
        request: &EnrollRequestV1,
    ) -> EnrollResponseV1 {
        let service = self.service.as_ref().expect("the server runs");
        service.enroll(clock, &mut self.rng, request).unwrap()
    }

    /// Does with a body what the HTTP layer does, and notes what the answer promises.
    pub(crate) fn answer(
        &mut self,
        clock: Timestamp,
        token: &str,
        body: &[u8],
    ) -> Result<Answered, TransportFailure> {
        let request: SyncRequestV1 = sync::decode_body(body).expect("a phone's body reads back");
        let who = self.service().authenticate(token).unwrap();
        let Some(who) = who else {
            return Err(TransportFailure::Unauthorized { code: "unknown_token".into() });
        };
        let pushed = request.push.clone();
        let service = self.service.as_ref().expect("the server runs");
        let response =
            service.sync(clock, &mut self.rng, &who, request).map_err(|error| match error {
                SyncError::Store(error) => panic!("the server's store failed: {error:?}"),
                other => TransportFailure::Rejected { status: 400, code: other.code().to_owned() },
            })?;
        let verdicts = self.note(&pushed, &response.results);
        Ok(Answered { response, verdicts })
    }

    /// Notes what an answer promises.
    pub(crate) fn note(&mut self, pushed: &[PushV1], results: &[PushResultV1]) -> Vec<Verdict> {
        if !results.is_empty() {
            assert_eq!(pushed.len(), results.len(), "one result for each change");
        }
        pushed.iter().zip(results).map(|(push, result)| self.taken.note(push, result)).collect()
    }

    /// Writes a backup, and returns what is in it.
    pub(crate) fn back_up(&mut self, clock: Timestamp) -> Backup {
        self.backups += 1;
        let file = self.folder.join(format!("backup-{}", self.backups));
        let (admin, _) = self.admin();
        admin.backup(clock, &file).unwrap();
        Backup { file, taken: self.taken.clone() }
    }

    /// Puts a backup in the place of everything.
    pub(crate) fn restore(&mut self, clock: Timestamp, backup: &Backup) {
        self.service = None;
        self.admin = None;
        Admin::restore(clock, &mut self.rng, &self.config, &backup.file).unwrap();
        self.admin = Some(Admin::open(&self.config).unwrap());
        self.start(clock);
        self.taken = backup.taken.clone();
    }

    /// Returns the problems of the folder.
    pub(crate) fn verify(&mut self) -> Vec<String> {
        let (admin, _) = self.admin();
        admin.verify().unwrap().problems.iter().map(ToString::to_string).collect()
    }

    /// Returns the owner of the device with this token, for the world's own book-keeping.
    pub(crate) fn user_of(&self, token: &str) -> Option<UserId> {
        self.service().authenticate(token).unwrap().map(|who| who.user)
    }

    fn start(&mut self, clock: Timestamp) {
        self.service = Some(Service::open_inline(clock, self.config.clone()).unwrap());
    }
}

/// A backup's file, and what the server had promised when it was made.
pub(crate) struct Backup {
    file: PathBuf,
    taken: Taken,
}

impl Taken {
    fn note(&mut self, push: &PushV1, result: &PushResultV1) -> Verdict {
        let inspected = RawChange::inspect(&push.change);
        if let Ok(change) = &inspected {
            assert_eq!(change.hash(), result.hash, "a result names its change");
        }
        match &result.outcome {
            OutcomeV1::Accepted => {
                let change = inspected.expect("what cannot be read is not accepted");
                assert!(self.hashes.insert(change.hash()), "accepted twice: {}", change.hash());
                self.set_aside.remove(&change.hash());
                self.changes.push((push.record, change.hash(), push.change.clone()));
                if !change.deps().is_empty() {
                    return Verdict::Accepted;
                }
                let document = Document::from_changes([&push.change]).unwrap();
                let envelope = document.envelope().unwrap();
                assert_eq!(envelope.record, push.record, "a record is filed under its own name");
                self.envelopes.insert(push.record, envelope.clone());
                Verdict::NewRecord(envelope)
            }
            OutcomeV1::Known => {
                assert!(self.hashes.contains(&result.hash), "known, but never accepted");
                Verdict::Known
            }
            OutcomeV1::Refused { code, retry, .. } => {
                let (hash, never) = (result.hash, *retry == RetryV1::Never);
                let known = self.hashes.contains(&hash);
                if never && !known {
                    self.set_aside.insert(hash, (push.record, push.change.clone()));
                }
                let code = code.clone();
                let author = inspected.ok().map(|change| change.actor().device);
                let recanted = never && known;
                Verdict::Refused { hash, record: push.record, author, code, recanted }
            }
        }
    }

    /// The records, made of what was taken.
    pub(crate) fn documents(&self) -> BTreeMap<RecordId, Document> {
        let mut changes: BTreeMap<RecordId, Vec<&[u8]>> = BTreeMap::new();
        for (record, _, bytes) in &self.changes {
            changes.entry(*record).or_default().push(bytes);
        }
        changes
            .into_iter()
            .map(|(record, changes)| (record, Document::from_changes(changes).unwrap()))
            .collect()
    }

    /// Adds everything the server has to what is held, what it set aside included.
    pub(crate) fn add_to(&self, catalogue: &Catalogue, held: &mut Holding) {
        let mut documents = self.documents();
        let mut aside: Vec<_> = self.set_aside.values().collect();
        loop {
            let before = aside.len();
            aside.retain(|(record, bytes)| {
                let document = documents
                    .entry(*record)
                    .or_insert_with(|| Document::from(automerge::Automerge::new()));
                admission::guarded(|| Ok(document.apply([bytes]).is_err())).unwrap_or(true)
            });
            if aside.len() == before {
                break;
            }
        }
        for (record, document) in documents {
            // What was refused may be forged so that it cannot be read: what was taken can.
            let known = document.envelope().ok();
            let known = known.and_then(|known| catalogue.record_type(&known.record_type));
            match admission::guarded(|| Ok(document.history(known))) {
                Ok(history) => held.add_history(record, history),
                Err(_) => {
                    assert!(self.set_aside.values().any(|(of, _)| *of == record), "{record}");
                    if let Some(taken) = self.documents().get(&record) {
                        held.add_document(catalogue, record, taken);
                    }
                }
            }
        }
        held.hashes.extend(self.set_aside.keys());
    }
}
