//! A phone of the department in the weeks before today: the device that apps use, at the times of the
//! story, with the server in the same process in the place of a network.

use std::path::Path;
use std::sync::Arc;

use client_core::device::{Device, Doubts, NewDraft, NewRecord};
use client_core::engine::Budget;
use client_core::store::StoreOptions;
use client_core::{keys, sync};
use model::catalogue::{Catalogue, RecordType};
use model::ids::{CaseId, RecordId};
use model::input::{self, InputError};
use model::record::Edit;
use model::time::Timestamp;
use rand::rngs::StdRng;
use server::identity::device::Authenticated;
use server::service::Service;

use super::{Endpoint, trouble};
use crate::commands::device::{
    input_failure, open_failure, record_failure, record_type, store_path, vault,
};
use crate::failure::Failure;

/// Fields and values as they are typed.
pub(super) type Typed = Vec<(&'static str, String)>;

/// A person's phone.
pub(super) struct Phone {
    device: Device,
    who: Authenticated,
}

impl Phone {
    /// Enrolls a phone with a code.
    pub(super) fn enroll(
        service: &Service,
        endpoint: &Endpoint,
        folder: &Path,
        code: &str,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder).map_err(trouble)?;
        let vault = vault(folder);
        let key = keys::device_key(rng, &*vault).map_err(trouble)?;
        let request = sync::enroll_request(code, &key, "demo");
        let answer = service.enroll(now, rng, &request).map_err(trouble)?;
        let who = service.authenticate(&answer.token).map_err(trouble)?;
        let who = who.ok_or_else(|| trouble("a phone is not known"))?;
        let facts = sync::first_facts(&endpoint.url, endpoint.fingerprint.as_deref(), answer);
        // The folder goes with the demo: nobody waits for the disk.
        let options = StoreOptions { durable: false, ..StoreOptions::default() };
        let path = store_path(folder);
        let device = Device::create(&path, vault, None, now, rng, &facts, options);
        Ok(Self { device: device.map_err(open_failure)?, who })
    }

    /// Returns which device it is.
    pub(super) fn id(&self) -> model::ids::DeviceId {
        self.who.device
    }

    /// Makes a record.
    pub(super) fn make(
        &mut self,
        name: &str,
        case: Option<CaseId>,
        typed: &Typed,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<RecordId, Failure> {
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, name)?;
        let people = self.device.people().map_err(record_failure)?;
        let edits = input::first_values(now, &catalogue, &people, known, pairs(typed))
            .map_err(|error| input_failure(known, &error))?;
        let new = NewRecord { record_type: known.name.clone(), case, program: None, edits };
        self.device.new_record_with(now, rng, new, Doubts::Overrule).map_err(record_failure)
    }

    /// Sets fields.
    pub(super) fn set(
        &mut self,
        record: RecordId,
        typed: &Typed,
        at: (Timestamp, &mut StdRng),
    ) -> Result<(), Failure> {
        let now = at.0;
        let people = self.device.people().map_err(record_failure)?;
        self.edit(record, at, |_, catalogue, known| {
            input::values(now, catalogue, &people, known, pairs(typed))
        })
    }

    /// Adds an entry to a log.
    pub(super) fn log(
        &mut self,
        record: RecordId,
        field: &str,
        typed: &Typed,
        at: (Timestamp, &mut StdRng),
    ) -> Result<(), Failure> {
        let now = at.0;
        let people = self.device.people().map_err(record_failure)?;
        self.edit(record, at, |rng, catalogue, known| {
            let entry = input::log_entry(now, rng, catalogue, &people, known, field, pairs(typed))?;
            Ok(vec![entry])
        })
    }

    /// Leaves a form half filled in.
    pub(super) fn begin(
        &mut self,
        name: &str,
        case: CaseId,
        typed: &Typed,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<(), Failure> {
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, name)?;
        let people = self.device.people().map_err(record_failure)?;
        let new =
            NewDraft::Record { record_type: known.name.clone(), case: Some(case), program: None };
        let draft = self.device.begin_draft(now, rng, new).map_err(record_failure)?;
        let answers = input::answers(now, &catalogue, &people, known, pairs(typed))
            .map_err(|error| input_failure(known, &error))?;
        self.device.answer(now, rng, draft, &answers).map_err(record_failure)?;
        Ok(())
    }

    /// Synchronizes until nothing is left to do, or until the server has had the phone wiped.
    pub(super) fn sync(
        &mut self,
        service: &Service,
        (now, rng): (Timestamp, &mut StdRng),
    ) -> Result<(), Failure> {
        for _ in 0..EXCHANGES_MAX {
            let sent = sync::build_request(now, &mut self.device, BUDGET).map_err(trouble)?.request;
            let answer = service.sync(now, rng, &self.who, sent.clone()).map_err(trouble)?;
            let taken = sync::apply_answer(now, rng, &mut self.device, &sent, &answer);
            let taken = taken.map_err(trouble)?;
            if taken.ended.is_some() || taken.left.is_nothing() {
                return Ok(());
            }
        }
        Err(trouble("a phone finds no end"))
    }

    fn edit(
        &mut self,
        record: RecordId,
        (now, rng): (Timestamp, &mut StdRng),
        read: impl FnOnce(&mut StdRng, &Catalogue, &RecordType) -> Result<Vec<Edit>, InputError>,
    ) -> Result<(), Failure> {
        let name = self.device.type_of(now, record).map_err(record_failure)?;
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, name.as_str())?;
        let edits = read(rng, &catalogue, known).map_err(|error| input_failure(known, &error))?;
        let edited = self.device.edit_with(now, rng, record, edits, Doubts::Overrule);
        edited.map_err(record_failure)?;
        Ok(())
    }
}

/// Returns fields and values as the model reads them.
pub(super) fn pairs(typed: &Typed) -> impl Iterator<Item = (&str, &str)> {
    typed.iter().map(|(field, text)| (*field, text.as_str()))
}

/// As much at a time as a phone on a good line.
const BUDGET: Budget = Budget {
    push_changes_max: 2_000,
    push_bytes_max: 1 << 20,
    pull_bytes_max: 1 << 20,
    offer_again: true,
    try_stuck: false,
};

/// Many more than a phone of the story needs.
const EXCHANGES_MAX: usize = 50;
