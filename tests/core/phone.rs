//! A device with its store, that meets the server's core without a network.

use std::sync::Arc;

use client_core::device::{Device, NewRecord, RecordError};
use client_core::engine::Budget;
use client_core::store::StoreOptions;
use client_core::vault::MemoryVault;
use client_core::{keys, sync};
use fieldbook_tests::content;
use model::document::EditError;
use model::ids::{CaseId, RecordId};
use model::record::Edit;
use model::wire::{OutcomeV1, SyncRequestV1};
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
        let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        let mut rng = ChaCha8Rng::from_rng(rng);
        let vault = Arc::new(MemoryVault::default());
        let key = keys::device_key(&mut rng, &*vault).unwrap();
        let request = sync::enroll_request(&code, &key, "phone");
        let answer = service.enroll(NOW, &mut rng, &request).unwrap();
        let who = Authenticated {
            device: answer.device,
            user: answer.user,
            public_key: key.verifying_key().to_bytes(),
            revoked: false,
        };
        let facts = sync::first_facts("https://server.invalid", None, answer);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        let options = StoreOptions { durable: false, ..StoreOptions::default() };
        let device = Device::create(&path, vault, None, NOW, &mut rng, &facts, options).unwrap();
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
        loop {
            let budget = Budget {
                push_changes_max: 2_000,
                push_bytes_max: 1 << 20,
                pull_bytes_max: 1 << 20,
                offer_again: true,
                try_stuck: false,
            };
            let sent: SyncRequestV1 =
                sync::build_request(NOW, &mut self.device, budget).unwrap().request;
            let answer =
                department.service.sync(NOW, &mut self.rng, &self.who, sent.clone()).unwrap();
            for result in &answer.results {
                assert!(is_taken_or_put_off(&result.outcome), "{:?}", result.outcome);
            }
            let rng = &mut self.rng;
            let taken = sync::apply_answer(NOW, rng, &mut self.device, &sent, &answer).unwrap();
            if taken.left.is_nothing() {
                return;
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
