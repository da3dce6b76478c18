//! A device with its store, that meets the server's core without a network.

use client_core::device::{Device, NewRecord, RecordError};
use client_core::engine::Budget;
use client_core::sync;
use fieldbook_tests::content;
use fieldbook_tests::enrolled::{Enrolled, quick};
use model::document::EditError;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::time::Timestamp;
use model::wire::{OutcomeV1, SyncRequestV1, SyncResponseV1};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use server::identity::device::Authenticated;
use server::service::Service;

use crate::department::{NOW, TestDepartment};

/// A device with its store.
pub(crate) struct Phone {
    pub(crate) device: Device,
    pub(crate) who: Authenticated,
    pub(crate) rng: ChaCha8Rng,
    _folder: tempfile::TempDir,
}

impl Phone {
    /// A new one of this person's.
    pub(crate) fn of(department: &mut TestDepartment, name: &str) -> Self {
        let code = department.office.invite(NOW, name);
        Self::enroll(&department.service, &mut department.rng, &code)
    }

    /// One that is made known by a code.
    pub(crate) fn enroll(service: &Service, rng: &mut ChaCha8Rng, code: &str) -> Self {
        let mut rng = ChaCha8Rng::from_rng(rng);
        let enrolled = Enrolled::new(service, NOW, &mut rng, code, quick());
        let Enrolled { device, who, folder, .. } = enrolled;
        Self { device, who, rng, _folder: folder }
    }

    pub(crate) fn make(
        &mut self,
        record_type: &str,
        case: Option<CaseId>,
        edits: Vec<Edit>,
    ) -> RecordId {
        let record_type = content::type_name(record_type);
        let new = NewRecord { record_type, case, program: None, edits };
        self.device.new_record(NOW, &mut self.rng, new).unwrap()
    }

    pub(crate) fn edit(&mut self, record: RecordId, edits: Vec<Edit>) -> Result<(), EditError> {
        match self.device.edit(NOW, &mut self.rng, record, edits) {
            Ok(_) => Ok(()),
            Err(RecordError::Edit(error)) => Err(error),
            Err(error) => panic!("{error}"),
        }
    }

    /// Synchronizes to the end; every change is taken.
    pub(crate) fn hands_over(&mut self, department: &TestDepartment) {
        for (_, answer) in self.synchronizes(department, NOW) {
            for result in &answer.results {
                assert!(is_taken_or_put_off(&result.outcome), "{:?}", result.outcome);
            }
        }
    }

    /// Synchronizes to the end, by the server's clock at this time. Returns what was sent and answered.
    pub(crate) fn synchronizes(
        &mut self,
        department: &TestDepartment,
        at: Timestamp,
    ) -> Vec<(SyncRequestV1, SyncResponseV1)> {
        let mut exchanged = Vec::new();
        loop {
            let budget = Budget {
                push_changes_max: 2_000,
                push_bytes_max: 1 << 20,
                pull_bytes_max: 1 << 20,
                offer_again: true,
                try_stuck: false,
            };
            let sent = sync::build_request(NOW, &mut self.device, budget).unwrap().request;
            let answer =
                department.service.sync(at, &mut self.rng, &self.who, sent.clone()).unwrap();
            let rng = &mut self.rng;
            let taken = sync::apply_answer(NOW, rng, &mut self.device, &sent, &answer).unwrap();
            exchanged.push((sent, answer));
            if taken.left.is_nothing() {
                return exchanged;
            }
        }
    }
}

fn is_taken_or_put_off(outcome: &OutcomeV1) -> bool {
    match outcome {
        OutcomeV1::Accepted | OutcomeV1::Known => true,
        OutcomeV1::Refused { code, .. } => code == "put_off",
    }
}
