//! The device as apps use it.

mod views;

use std::path::PathBuf;
use std::sync::Arc;

use client_core::device::{Device as Core, Doubts, RecordError};
use client_core::driver::in_turn;
use client_core::store::StoreOptions;
use client_core::store::quarantine::Dismissed;
use client_core::store::query::{ListFilter, ListRow};
use client_core::vault;
use model::ids::{CaseId, FieldName, RecordId, TypeName};
use model::time::Timestamp;
use model::words::{LanguageTag, Message};

use crate::catalogue::{Catalogue, RecordType, Words};
use crate::error::FieldbookError;
use crate::form::{self, Form};
use crate::object_count::Live;
use crate::observe::{Observation, RecordListener};
use crate::record::{Conflict, HistoryEntry, Record};
use crate::runtime::{now, random};
use crate::support;
use crate::sync::{SyncListener, SyncReason, SyncRun};
use crate::transport::Transport;
use crate::value::{Edit, Scalar};
use crate::vault::{Adapter, KeyVault};
use crate::watch::{Watch, WatchListener};

use crate::shared::{Shared, guarded};
pub use views::{
    CaseRow, Colleague, Decided, Decision, NewRecord, OpenTask, RecordFilter, RecordRow,
    RefusedChange, Status,
};

/// An enrolled device with its store.
///
/// When a call that saves returns, the data is on disk. A device may be used from any thread; calls
/// that read and write take milliseconds, even during a synchronization. After `lock` every call
/// except `unlock`, `wipe` and `is_locked` fails with `Locked`.
#[derive(uniffi::Object)]
pub struct Device {
    pub(crate) shared: Arc<Shared>,
    _live: Live,
}

#[uniffi::export]
impl Device {
    /// Opens the store of an enrolled device. Fails with `NotEnrolled` if there is none.
    ///
    /// Requests go through `transport`, or through the built-in HTTPS if it is left out.
    #[uniffi::constructor(default(pin = None, transport = None))]
    pub fn open(
        path: String,
        vault: Arc<dyn KeyVault>,
        pin: Option<String>,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Arc<Self>, FieldbookError> {
        guarded(|| {
            let path = PathBuf::from(path);
            let vault = Arc::new(Adapter(vault));
            let (pin, mut rng) = (pin.as_deref(), random()?);
            let device = in_turn(|| {
                let options = StoreOptions::default();
                Core::open(&path, vault.clone(), pin, now(), &mut rng, options)
            })?;
            Ok(Self::enrolled(device, path, vault, transport))
        })
    }

    /// Closes the store and forgets its key, for when the person puts the phone away. Running
    /// synchronizations are cancelled.
    pub fn lock(&self) -> Result<(), FieldbookError> {
        self.shared.lock()
    }

    /// Opens the store again. Each wrong PIN is counted; after the tenth in a row the keys are
    /// destroyed. On a device that is open this only checks the PIN.
    #[uniffi::method(default(pin = None))]
    pub fn unlock(&self, pin: Option<String>) -> Result<(), FieldbookError> {
        self.shared.unlock(pin.as_deref())
    }

    /// Returns whether the app locked the device.
    pub fn is_locked(&self) -> bool {
        self.shared.is_locked()
    }

    /// Sets, changes or removes the PIN. If the present PIN is wrong, nothing changes.
    pub fn change_pin(
        &self,
        present: Option<String>,
        next: Option<String>,
    ) -> Result<(), FieldbookError> {
        self.shared.with(|device, _, rng| {
            Ok(device.change_pin(rng, present.as_deref(), next.as_deref())?)
        })
    }

    /// Destroys the keys, then the store; this works on a locked device too. The store can never be
    /// read again, and unsent changes are lost.
    pub fn wipe(&self) -> Result<(), FieldbookError> {
        self.shared.wipe()
    }

    /// Returns the catalogue in a language, by its BCP 47 code. Build forms from
    /// it. It also holds retired types, fields and options, with their labels, for records that
    /// have them. Read it again after each synchronization: the department may have changed it.
    pub fn catalogue(&self, language: String) -> Result<Catalogue, FieldbookError> {
        self.shared.with(|device, now, _| {
            let words = Words {
                catalogue: device.catalogue(),
                language: LanguageTag::of_locale(&language),
            };
            let types = words.catalogue.types.values().map(|known| {
                let may_make = device.may_make(now, known)?;
                Ok(words.record_type(known, may_make))
            });
            let mut types = types.collect::<Result<Vec<_>, FieldbookError>>()?;
            types.sort_by_key(|known| known.retired);
            Ok(words.all(types))
        })
    }

    /// Returns one type of the catalogue in a language, or nothing if there is no such type.
    pub fn record_type(
        &self,
        name: TypeName,
        language: String,
    ) -> Result<Option<RecordType>, FieldbookError> {
        self.shared.with(|device, now, _| {
            let words = Words {
                catalogue: device.catalogue(),
                language: LanguageTag::of_locale(&language),
            };
            let Some(known) = words.catalogue.record_type(&name) else { return Ok(None) };
            Ok(Some(words.record_type(known, device.may_make(now, known)?)))
        })
    }

    /// Returns the form of a record type as it stands with these answers: which questions are asked,
    /// which must be answered, what can be chosen, and what is wrong. Nothing is saved.
    pub fn form(
        &self,
        record_type: TypeName,
        case_id: Option<CaseId>,
        answers: Vec<Edit>,
        language: String,
    ) -> Result<Form, FieldbookError> {
        self.shared.with(|device, now, rng| {
            let words = Words {
                catalogue: device.catalogue(),
                language: LanguageTag::of_locale(&language),
            };
            let Some(known) = words.catalogue.record_type(&record_type) else {
                let problem = Message::new("unknown_type").with("type", record_type);
                return Err(FieldbookError::about_the_whole(&problem));
            };
            let answers = form::answers(answers.into_iter().map(|edit| edit.lower(now, rng)));
            let state = device.form(now, known, case_id, &answers)?;
            Ok(words.form(known, &state))
        })
    }

    /// Returns the people whom the device knows by name: the owner, the users in the owner's
    /// programs, and the authors of records on this device. They are sorted by name, with people
    /// who can no longer be chosen last.
    pub fn colleagues(&self) -> Result<Vec<Colleague>, FieldbookError> {
        self.shared.with(|device, _, _| {
            let people = device.people()?;
            let all = people.all().into_iter();
            Ok(all
                .map(|one| Colleague { id: one.user, name: one.name.clone(), active: one.active })
                .collect())
        })
    }

    /// Creates a record and returns its id once it is saved. `occurred_at` defaults to now. Fails
    /// with `Invalid`, which lists every mistake, and with `Doubtful` for a date that is not
    /// plausible by this phone's clock: ask the person, and repeat the call with `anyway`.
    #[uniffi::method(default(anyway = false))]
    pub fn create(&self, new: NewRecord, anyway: bool) -> Result<RecordId, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let new = new.lower(now, rng);
            Ok(device.new_record_with(now, rng, new, doubts(anyway))?)
        })
    }

    /// Creates the records of several people who were met at once, all or none: `new` in its own
    /// case, and one in each case of `also`. What is common to them, such as the minutes and the note,
    /// stands in the first; the others name it. Returns their ids, the first one first. Fails as
    /// `create` does; a problem that concerns one of the cases names it.
    #[uniffi::method(default(anyway = false))]
    pub fn create_together(
        &self,
        new: NewRecord,
        also: Vec<CaseId>,
        anyway: bool,
    ) -> Result<Vec<RecordId>, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let new = new.lower(now, rng);
            Ok(device.new_records_together(now, rng, new, &also, doubts(anyway))?)
        })
    }

    /// Edits a record, all in one change, and returns whether that changed anything. Fails with
    /// `Doubtful` as `create` does.
    #[uniffi::method(default(anyway = false))]
    pub fn edit(
        &self,
        record: RecordId,
        edits: Vec<Edit>,
        anyway: bool,
    ) -> Result<bool, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let edits = edits.into_iter().map(|edit| edit.lower(now, rng)).collect();
            Ok(device.edit_with(now, rng, record, edits, doubts(anyway))?.is_some())
        })
    }

    /// Voids a record that the owner made by mistake, with the reason. Fails with `NotAllowed` if
    /// somebody has decided on it or it was made too long ago.
    pub fn void_record(&self, record: RecordId, reason: String) -> Result<(), FieldbookError> {
        self.shared.change(|device, now, rng| Ok(device.void(now, rng, record, &reason)?))
    }

    /// Returns a record in a language, by its BCP 47 code. The view is noted for
    /// the audit.
    #[uniffi::method(default(language = "en"))]
    pub fn record(&self, record: RecordId, language: String) -> Result<Record, FieldbookError> {
        let language = LanguageTag::of_locale(&language);
        self.shared.with(|device, now, _| {
            let view = device.show(now, record)?;
            let known = device.catalogue().record_type(&view.record_type);
            Ok(Record::of(view, known, language))
        })
    }

    /// Returns every change of a record, each after the changes it depends on.
    pub fn history(&self, record: RecordId) -> Result<Vec<HistoryEntry>, FieldbookError> {
        self.shared.with(|device, now, _| {
            Ok(device.history(now, record)?.into_iter().map(HistoryEntry::from).collect())
        })
    }

    /// Returns the fields with conflicts, the newest record first, with titles in a language.
    #[uniffi::method(default(language = "en"))]
    pub fn conflicts(&self, language: String) -> Result<Vec<Conflict>, FieldbookError> {
        let language = LanguageTag::of_locale(&language);
        self.shared.with(|device, now, _| {
            let conflicts = device.conflicts(now)?.into_iter().map(|found| {
                let row = found.record;
                let title = row.title.in_language(language);
                Conflict::of(row.record, &row.record_type, title, found.conflict)
            });
            Ok(conflicts.collect())
        })
    }

    /// Resolves a conflict: one of its values stays, on all devices.
    pub fn resolve(
        &self,
        record: RecordId,
        field: FieldName,
        keep: Scalar,
    ) -> Result<(), FieldbookError> {
        let keep = keep.lower().to_string();
        self.shared.change(|device, now, rng| {
            Ok(device.resolve(now, rng, record, field.as_str(), &keep)?)
        })
    }

    /// Returns the cases on this device, those with the earliest due task first, with titles in a
    /// language.
    #[uniffi::method(default(language = "en"))]
    pub fn caseload(&self, language: String) -> Result<Vec<CaseRow>, FieldbookError> {
        let language = LanguageTag::of_locale(&language);
        self.shared.with(|device, now, _| {
            let cases = device.caseload(now)?.into_iter();
            Ok(cases.map(|row| CaseRow::of(row, language)).collect())
        })
    }

    /// Returns all records of a case, newest first, with titles in a language.
    #[uniffi::method(default(language = "en"))]
    pub fn case_timeline(
        &self,
        case_id: CaseId,
        language: String,
    ) -> Result<Vec<RecordRow>, FieldbookError> {
        self.listed(&language, |device, now| device.case_timeline(now, case_id))
    }

    /// Returns the records that pass the filter, newest first, with titles in a language.
    #[uniffi::method(default(language = "en"))]
    pub fn records(
        &self,
        filter: RecordFilter,
        language: String,
    ) -> Result<Vec<RecordRow>, FieldbookError> {
        let filter = ListFilter::from(filter);
        self.listed(&language, |device, now| device.list(now, &filter))
    }

    /// Returns the records whose searchable fields hold every word, or words that begin with them,
    /// the best match first, with titles in a language.
    #[uniffi::method(default(limit = 50, language = "en"))]
    pub fn search(
        &self,
        words: String,
        limit: u32,
        language: String,
    ) -> Result<Vec<RecordRow>, FieldbookError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.listed(&language, |device, now| device.search(now, &words, limit))
    }

    /// Returns the open tasks, those due first, in a language, by its BCP 47 code.
    pub fn tasks(&self, language: String) -> Result<Vec<OpenTask>, FieldbookError> {
        self.shared.with(|device, now, _| {
            let language = LanguageTag::of_locale(&language);
            let tasks = device.tasks(now)?.into_iter();
            Ok(tasks.map(|task| OpenTask::of(task, language)).collect())
        })
    }

    /// Returns the changes that the server refused and the server's changes that cannot be applied,
    /// oldest first: without the dismissed ones, or all. The reasons are in a language.
    #[uniffi::method(default(dismissed = false, language = "en"))]
    pub fn refused(
        &self,
        dismissed: bool,
        language: String,
    ) -> Result<Vec<RefusedChange>, FieldbookError> {
        let language = LanguageTag::of_locale(&language);
        let wanted = if dismissed { Dismissed::Include } else { Dismissed::Omit };
        self.shared.with(|device, now, _| {
            let items = device.quarantine(now, wanted)?.into_iter();
            Ok(items.map(|item| RefusedChange::of(item, language)).collect())
        })
    }

    /// Dismisses a refused change. The change is kept, and can still be retried.
    pub fn dismiss(&self, number: i64) -> Result<(), FieldbookError> {
        self.shared.change(|device, _, _| Ok(device.dismiss(number)?))
    }

    /// Retries a refused change with the next synchronization: an edit is applied to the record as
    /// it is now, and a refused record is sent with all its edits. Returns how many changes now
    /// wait to be sent. If the call fails, the refused change is still kept.
    pub fn retry(&self, number: i64) -> Result<u32, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let waiting = device.retry(now, rng, number)?;
            Ok(u32::try_from(waiting).unwrap_or(u32::MAX))
        })
    }

    /// Returns the device's state. It holds no recorded data, so the call also works after the
    /// lease has expired.
    pub fn status(&self) -> Result<Status, FieldbookError> {
        self.shared.with(|device, now, _| Ok(device.status(now)?.into()))
    }

    /// Returns a report for support as JSON: the device's state and whether its store is sound. The
    /// report holds no recorded data, no name and no address. The call verifies the whole store,
    /// which takes some seconds for ten thousand records.
    pub fn support_bundle(&self) -> Result<String, FieldbookError> {
        self.shared.with(|device, now, _| support::bundle(device, now))
    }

    /// Tells the listener which records change from now on, by an edit or by a synchronization,
    /// until the observation is stopped or released.
    pub fn observe(
        &self,
        listener: Arc<dyn RecordListener>,
    ) -> Result<Arc<Observation>, FieldbookError> {
        self.shared.with(|device, _, _| {
            if !self.shared.observers.any() {
                device.store_mut().note_touched()?;
                // What changed while nobody looked is old news.
                device.store_mut().take_touched()?;
            }
            self.shared.observers.add(listener)
        })
    }

    /// Starts a synchronization. Only one run works at a time; a second one waits for the first.
    /// Keep the run: releasing it cancels it.
    #[uniffi::method(default(listener = None))]
    pub fn sync(
        &self,
        reason: SyncReason,
        listener: Option<Arc<dyn SyncListener>>,
    ) -> Result<Arc<SyncRun>, FieldbookError> {
        guarded(|| SyncRun::start(&self.shared, reason, listener))
    }

    /// Stays connected: synchronizes now, and again as soon as the server has something new, until
    /// the watch is stopped or released. Use it while the app is on the screen; it does not disturb
    /// other runs.
    ///
    /// Only the built-in HTTPS supports live events: with a transport of the app, the call fails
    /// with `Network`.
    pub fn watch(&self, listener: Arc<dyn WatchListener>) -> Result<Arc<Watch>, FieldbookError> {
        guarded(|| Watch::start(&self.shared, listener))
    }
}

pub(crate) fn doubts(anyway: bool) -> Doubts {
    if anyway { Doubts::Overrule } else { Doubts::Ask }
}

impl Device {
    fn listed(
        &self,
        language: &str,
        list: impl FnOnce(&Core, Timestamp) -> Result<Vec<ListRow>, RecordError>,
    ) -> Result<Vec<RecordRow>, FieldbookError> {
        let language = LanguageTag::of_locale(language);
        self.shared.with(|device, now, _| {
            let rows = list(device, now)?.into_iter();
            Ok(rows.map(|row| RecordRow::of(row, language)).collect())
        })
    }

    pub(crate) fn enrolled(
        device: Core,
        path: PathBuf,
        vault: Arc<dyn vault::KeyVault>,
        transport: Option<Arc<dyn Transport>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            shared: Arc::new(Shared::new(device, path, vault, transport)),
            _live: Live::new(),
        })
    }
}

#[cfg(test)]
impl Device {
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // A run holds the store open: what is let go of should let go of its file soon.
        let _ = self.shared.lock();
    }
}
