//! A phone of the demo: a device in a folder, used as a person uses an app, with counts of its
//! work.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use client_core::device::{Device, Doubts, DraftView, NewDraft, NewRecord, Submitted};
use client_core::driver::{Cancel, Driver, EnrollPlace, enroll};
use client_core::engine::{Reason, SyncOutcome, SyncReport};
use client_core::store::StoreOptions;
use client_core::store::query::{ListFilter, RecordView};
use client_core::transport::{HttpsTransport, Transport};
use model::catalogue::{Catalogue, Label, RecordType};
use model::ids::{CaseId, CompartmentCode, DraftId, RecordId};
use model::input::{self, InputError, SetEdit};
use model::record::Edit;
use model::words::{Explained as _, Message};
use rand::rngs::StdRng;

use super::faults::{GoesOutInASync, LosesAnAnswer};
use super::office::DemoServer;
use crate::clock;
use crate::commands::device::{
    driver_failure, enroll_failure, input_failure, open_failure, outcome_failure, record_failure,
    record_type, store_failure, store_path, transport_failure, vault,
};
use crate::failure::Failure;
use crate::words::{both, label};

/// Fields and values as typed.
type Typed<'a> = &'a [(&'a str, &'a str)];

/// A person's phone.
pub(super) struct Phone {
    /// Whose it is.
    pub(super) name: &'static str,
    /// How many changes its owner saved.
    pub(super) saved: u64,
    /// What its syncs did.
    pub(super) synced: SyncReport,
    /// How long they took.
    pub(super) sync_ms: i64,
    folder: PathBuf,
    transport: Arc<dyn Transport>,
    device: Device,
    rng: StdRng,
}

impl Phone {
    /// Enrolls a phone over the network, in a folder of its own.
    pub(super) async fn enroll(
        office: &mut DemoServer,
        name: &'static str,
        folder: &str,
    ) -> Result<Self, Failure> {
        let invitation = office.invite(name)?;
        let transport = HttpsTransport::new(&invitation.url, invitation.fingerprint.as_deref())
            .map_err(|error| transport_failure(&error))?;
        let folder = office.folder().join(folder);
        let place = EnrollPlace {
            path: store_path(&folder),
            vault: vault(&folder),
            pin: None,
            platform: "demo".into(),
            options: StoreOptions::default(),
        };
        let device = enroll(&transport, &invitation, place).await.map_err(enroll_failure)?;
        Ok(Self {
            name,
            saved: 0,
            synced: SyncReport::default(),
            sync_ms: 0,
            folder,
            transport: Arc::new(transport),
            device,
            rng: clock::rng()?,
        })
    }

    /// Makes a record, offline.
    pub(super) fn new_record(
        &mut self,
        type_name: &str,
        case: Option<CaseId>,
        typed: Typed<'_>,
    ) -> Result<RecordId, Failure> {
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, type_name)?;
        let people = self.device.people().map_err(record_failure)?;
        let edits =
            input::first_values(clock::now(), &catalogue, &people, known, typed.iter().copied())
                .map_err(|error| input_failure(known, &error))?;
        let new = NewRecord { record_type: known.name.clone(), case, program: None, edits };
        let made = self.device.new_record(clock::now(), &mut self.rng, new);
        self.saved += 1;
        made.map_err(record_failure)
    }

    /// Begins a form, offline, and leaves it half filled.
    pub(super) fn begin_draft(
        &mut self,
        type_name: &str,
        case: CaseId,
        typed: Typed<'_>,
    ) -> Result<DraftId, Failure> {
        let catalogue = Arc::clone(self.device.catalogue());
        let record_type = record_type(&catalogue, type_name)?.name.clone();
        let new = NewDraft::Record { record_type, case: Some(case), program: None };
        let draft = self.device.begin_draft(clock::now(), &mut self.rng, new);
        let draft = draft.map_err(record_failure)?;
        self.answer(type_name, draft, typed)?;
        Ok(draft)
    }

    /// Answers questions of a form.
    pub(super) fn answer(
        &mut self,
        type_name: &str,
        draft: DraftId,
        typed: Typed<'_>,
    ) -> Result<(), Failure> {
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, type_name)?;
        let people = self.device.people().map_err(record_failure)?;
        for answer in typed {
            let read = input::answers(clock::now(), &catalogue, &people, known, [*answer]);
            let answers = read.map_err(|error| input_failure(known, &error))?;
            let kept = self.device.answer(clock::now(), &mut self.rng, draft, &answers);
            kept.map_err(record_failure)?;
        }
        Ok(())
    }

    /// Returns a form that is being filled in.
    pub(super) fn draft(&self, draft: DraftId) -> Result<DraftView, Failure> {
        self.device.draft(clock::now(), draft).map_err(record_failure)
    }

    /// Submits a form.
    pub(super) fn submit(&mut self, draft: DraftId) -> Result<Submitted, Failure> {
        let done = self.device.submit(clock::now(), &mut self.rng, draft, Doubts::Ask);
        self.saved += 1;
        done.map_err(record_failure)
    }

    /// Returns how many forms are half filled in.
    pub(super) fn drafts(&self) -> Result<u64, Failure> {
        let count = self.device.store().read().draft_count();
        Ok(count.map_err(|error| store_failure(&error))?.open)
    }

    /// Sets fields, offline.
    pub(super) fn set(&mut self, record: RecordId, typed: Typed<'_>) -> Result<(), Failure> {
        let people = self.device.people().map_err(record_failure)?;
        self.edit(record, |_, catalogue, known| {
            input::values(clock::now(), catalogue, &people, known, typed.iter().copied())
        })
    }

    /// Adds an option to a set, offline.
    pub(super) fn add(
        &mut self,
        record: RecordId,
        field: &str,
        option: &str,
    ) -> Result<(), Failure> {
        self.edit(record, |_, catalogue, known| {
            input::options(catalogue, known, [(field, option)], SetEdit::Add)
        })
    }

    /// Adds an entry to a log, offline.
    pub(super) fn log(
        &mut self,
        record: RecordId,
        field: &str,
        typed: Typed<'_>,
    ) -> Result<(), Failure> {
        let people = self.device.people().map_err(record_failure)?;
        self.edit(record, |rng, catalogue, known| {
            let typed = typed.iter().copied();
            input::log_entry(clock::now(), rng, catalogue, &people, known, field, typed).map(one)
        })
    }

    /// Changes a counter, offline.
    pub(super) fn count(&mut self, record: RecordId, field: &str, by: &str) -> Result<(), Failure> {
        self.edit(record, |_, _, known| input::increment(known, field, by).map(one))
    }

    /// Writes in a shared note, offline.
    pub(super) fn note(
        &mut self,
        record: RecordId,
        field: &str,
        text: &str,
    ) -> Result<(), Failure> {
        self.edit(record, |_, _, known| input::appended(known, field, text).map(one))
    }

    /// Returns the name of the user whom a field names, if this phone knows it.
    pub(super) fn named(&self, value: &serde_json::Value) -> Result<Option<String>, Failure> {
        let people = self.device.people().map_err(record_failure)?;
        let user = value.as_str().and_then(|id| id.parse().ok());
        Ok(user.and_then(|user| people.name_of(user)).map(str::to_owned))
    }

    /// Decides a conflict, offline.
    pub(super) fn resolve(
        &mut self,
        record: RecordId,
        field: &str,
        keep: &str,
    ) -> Result<(), Failure> {
        self.saved += 1;
        self.device
            .resolve(clock::now(), &mut self.rng, record, field, keep)
            .map_err(record_failure)
    }

    /// Synchronizes until nothing is left to do. Returns what it did.
    pub(super) async fn sync(&mut self) -> Result<SyncReport, Failure> {
        self.sync_over(Arc::clone(&self.transport)).await
    }

    /// Synchronizes over a network that loses the server's first answer: the phone cannot know that
    /// the server has everything, and sends it once more.
    pub(super) async fn sync_with_a_lost_answer(&mut self) -> Result<SyncReport, Failure> {
        self.sync_over(Arc::new(LosesAnAnswer::new(Arc::clone(&self.transport)))).await
    }

    /// Switches the phone off after the server has committed its changes and before the phone
    /// receives the answer. The sync is dropped, and the phone starts again from its disk.
    pub(super) async fn go_out_in_the_middle_of_a_sync(mut self) -> Result<Self, Failure> {
        let line = Arc::new(GoesOutInASync::new(Arc::clone(&self.transport)));
        let transport: Arc<dyn Transport> = Arc::clone(&line) as _;
        let mut driver = Driver::new(transport);
        let cancel = Cancel::new();
        let mut nobody_looks = |_: &_| {};
        let went_out = tokio::select! {
            biased;
            done = driver.sync(&mut self.device, Reason::Person, &cancel, &mut nobody_looks) => {
                done.map(|_| false).map_err(driver_failure)
            }
            () = line.answered() => Ok(true),
        };
        if !went_out? {
            return Err(Failure::failed("demo", label("demo_phone_stayed_on", &[])));
        }
        self.restart_from_disk()
    }

    /// Returns how many changes wait to be acknowledged.
    pub(super) fn waiting(&self) -> Result<u64, Failure> {
        let waiting = self.device.store().read().outbox_size();
        waiting.map_err(|error| store_failure(&error))
    }

    /// Returns how many changes of this phone were refused.
    pub(super) fn refused(&self) -> Result<u64, Failure> {
        let refused = self.device.store().read().refused_size();
        refused.map_err(|error| store_failure(&error))
    }

    /// Returns the records that the phone holds.
    pub(super) fn records(&self) -> Result<Vec<RecordId>, Failure> {
        let rows =
            self.device.list(clock::now(), &ListFilter::default()).map_err(record_failure)?;
        Ok(rows.into_iter().map(|row| row.record).collect())
    }

    /// Returns a record as the phone shows it, or `None` if the phone does not hold it. A check is
    /// not noted as a view.
    pub(super) fn view(&self, record: RecordId) -> Result<Option<RecordView>, Failure> {
        self.device.store().read().record_view(record).map_err(|error| store_failure(&error))
    }

    /// Returns count and sum of the changes that the phone holds of a record: equal only for equal
    /// changes.
    pub(super) fn fingerprint(&self, record: RecordId) -> Result<String, Failure> {
        let check = self.device.store().read().check_of(record);
        Ok(format!("{:?}", check.map_err(|error| store_failure(&error))?))
    }

    /// Returns the cases and compartments of which the phone holds records.
    pub(super) fn holds(&self) -> Result<BTreeSet<(CaseId, CompartmentCode)>, Failure> {
        let mut held = BTreeSet::new();
        for record in self.records()? {
            let view = self.view(record)?;
            held.extend(
                view.map(|view| (view.case.unwrap_or_else(|| record.into()), view.compartment)),
            );
        }
        Ok(held)
    }

    /// Returns the author of each change of a record.
    pub(super) fn authors(&self, record: RecordId) -> Result<Vec<String>, Failure> {
        let history = self.device.history(clock::now(), record).map_err(record_failure)?;
        Ok(history.into_iter().map(|change| change.by).collect())
    }

    /// Returns how many fields wait for a decision.
    pub(super) fn conflicts(&self) -> Result<usize, Failure> {
        Ok(self.device.conflicts(clock::now()).map_err(record_failure)?.len())
    }

    /// Returns the problems that the verification of the store finds.
    pub(super) fn problems(&self) -> Result<Vec<Message>, Failure> {
        let found = self.device.verify().map_err(|error| store_failure(&error))?;
        Ok(found.problems.into_iter().map(|problem| problem.what.message()).collect())
    }

    /// Returns the label of a field, after that of its type.
    pub(super) fn label(&self, type_name: &str, field: &str) -> Result<Label, Failure> {
        let known = record_type(self.device.catalogue(), type_name)?;
        let label =
            known.field(field).map_or_else(|| both(field, field), |field| field.label.clone());
        Ok(label.map(|language, text| format!("{}, {text}", known.label.in_language(language))))
    }

    async fn sync_over(&mut self, transport: Arc<dyn Transport>) -> Result<SyncReport, Failure> {
        let began = clock::now();
        let mut driver = Driver::new(transport);
        let mut nobody_looks = |_: &_| {};
        let (outcome, report) = driver
            .sync(&mut self.device, Reason::Person, &Cancel::new(), &mut nobody_looks)
            .await
            .map_err(driver_failure)?;
        self.synced = self.synced.plus(report);
        self.sync_ms += clock::now().as_millis() - began.as_millis();
        match outcome {
            SyncOutcome::Done => Ok(report),
            other => Err(outcome_failure(other)),
        }
    }

    /// Starts again from what is on the disk.
    pub(super) fn restart_from_disk(self) -> Result<Self, Failure> {
        let Self { name, saved, synced, sync_ms, folder, transport, device, mut rng } = self;
        drop(device);
        let (path, options) = (store_path(&folder), StoreOptions::default());
        let device = Device::open(&path, vault(&folder), None, clock::now(), &mut rng, options)
            .map_err(open_failure)?;
        Ok(Self { name, saved, synced, sync_ms, folder, transport, device, rng })
    }

    fn edit(
        &mut self,
        record: RecordId,
        read: impl FnOnce(&mut StdRng, &Catalogue, &RecordType) -> Result<Vec<Edit>, InputError>,
    ) -> Result<(), Failure> {
        let name = self.device.type_of(clock::now(), record).map_err(record_failure)?;
        let catalogue = Arc::clone(self.device.catalogue());
        let known = record_type(&catalogue, name.as_str())?;
        let edits =
            read(&mut self.rng, &catalogue, known).map_err(|error| input_failure(known, &error))?;
        let change = self.device.edit(clock::now(), &mut self.rng, record, edits);
        self.saved += u64::from(change.map_err(record_failure)?.is_some());
        Ok(())
    }
}

fn one(edit: Edit) -> Vec<Edit> {
    vec![edit]
}
