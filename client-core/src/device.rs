//! The device as its owner uses it: make and edit records, look, search, see what is to be done.
//!
//! [`Device`] is what screens, commands and the foreign-function surface call. Everything it says
//! it saved is on the disk. It does not synchronize: that is the engine's, on [`Device::store_mut`].
//! Text that a person typed becomes edits in [`input`]; `start` makes records.

pub mod input;
mod start;
mod status;

use std::path::Path;
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use rand::Rng;
use serde_json::Value as Json;

use model::catalogue::{Clock, RecordType, SharedCatalogue};
use model::document::EditError;
use model::ids::{CaseId, ChangeHash, FieldName, RecordId, TypeName, UserId};
use model::people::People;
use model::policy;
use model::record::{Edit, FieldProblem, HistoryEntry, implausible_dates};
use model::time::Timestamp;
use model::value::Scalar;
use model::words::{Explained as _, Message};

use crate::keys::{self, KeyError, StoreKey};
use crate::store::install::Install;
use crate::store::open::FirstFacts;
use crate::store::place::{Guard, Place};
use crate::store::quarantine::{Dismissed, QuarantineItem, RefusalError};
use crate::store::query::{
    CaseRow, ConflictValueView, ConflictView, ListFilter, ListRow, Named, OpenTask, RecordConflict,
    RecordView,
};
use crate::store::verify::VerifyReport;
use crate::store::{
    LocalError, OpenError, Opened, Store, StoreError, StoreOptions, Uptime, Written,
};
use crate::vault::{KeyVault, VaultError};

pub use start::NewRecord;
pub use status::Status;

/// An enrolled device with its store open. Nobody else can open it meanwhile.
pub struct Device {
    store: Store,
    place: Place,
    vault: Arc<dyn KeyVault>,
    key: StoreKey,
    install: Install,
    opened: Opened,
}

/// Opens a device's store again and again, as its PIN once did: for whoever uses it in short steps
/// and lets others have it in between. Holds the store's key, and nothing of the store.
#[derive(Clone)]
pub struct Opener {
    place: Place,
    vault: Arc<dyn KeyVault>,
    key: StoreKey,
}

impl Opener {
    /// Opens the store.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another has it open; otherwise says why it cannot be opened.
    pub fn open(&self, now: Timestamp, rng: &mut dyn Rng) -> Result<Device, OpenError> {
        let Self { place, vault, key } = self.clone();
        place.check_there()?;
        let guard = place.guard()?;
        Device::open_held((place, guard), vault, key, now, rng)
    }
}

/// What becomes of a date that is wrong by one clock and may be right by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubts {
    /// [`RecordError::Doubtful`] asks about it.
    Ask,
    /// It is right: it is saved.
    Overrule,
}

/// One change of a record's history with the name of who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryView {
    /// The change.
    pub entry: HistoryEntry,
    /// The name of who made it.
    pub by: String,
}

impl HistoryView {
    /// The JSON of `fieldbook device history`.
    pub fn to_json(&self) -> Json {
        self.entry.to_json(&|_| self.by.clone())
    }
}

/// Why nothing was read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The device has not met its server for too long. It still takes new records.
    #[error("{}", said(self))]
    Locked,
    /// The server ordered the device to show and take nothing.
    #[error("{}", said(self))]
    Ordered,
    /// The record is not on this device.
    #[error("{}", said(self))]
    NotFound,
    /// The server refused the record as a whole.
    #[error("{}", said(self))]
    Refused,
    /// The device holds nothing of the case.
    #[error("{}", said(self))]
    CaseNotHeld(CaseId),
    /// The owner may not do it; where a field is the reason, it is named.
    #[error(transparent)]
    Policy(#[from] policy::Denial),
    /// Dates that are wrong by the device's clock or by its server's: look at both, and save it
    /// anyway if the date is right.
    #[error("{}", said(self))]
    Doubtful(Vec<FieldProblem>),
    /// Nobody disagrees about the field.
    #[error("{}", said(self))]
    NoConflict {
        /// The field.
        field: String,
    },
    /// The value to keep is none of those in conflict.
    #[error("{}", said(self))]
    NotAValue {
        /// The field.
        field: String,
        /// The values in conflict.
        values: Vec<String>,
    },
    /// Another process has the store open.
    #[error("{}", said(self))]
    InUse,
    /// Nothing of this number was refused.
    #[error("{}", said(self))]
    NoRefusal(i64),
    /// It came from the server, or what it said left with its case.
    #[error("{}", said(self))]
    NothingToTry,
    /// Fields that do not take what was given, or a record that cannot be.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The key store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RecordError {
    /// Returns what to tell a person; none when the store or its key failed, which no words of ours
    /// explain.
    pub fn message(&self) -> Option<Message> {
        Some(match self {
            Self::Locked => Message::new("locked"),
            Self::Ordered => Message::new("ordered"),
            Self::NotFound => Message::new("unknown_record"),
            Self::Refused => Message::new("record_refused"),
            Self::CaseNotHeld(case) => Message::new("unknown_case").with("case", case),
            Self::Policy(refusal) => refusal.message(),
            Self::Doubtful(problems) => Message::new("invalid_fields")
                .listing("problems", problems.iter().map(|problem| problem.message())),
            Self::NoConflict { field } => Message::new("no_conflict").with("field", field),
            Self::NotAValue { field, values } => {
                Message::new("not_a_value").with("field", field).with("values", values.join(", "))
            }
            Self::NoRefusal(number) => Message::new("unknown_refusal").with("number", number),
            Self::NothingToTry => Message::new("nothing_to_try"),
            Self::Edit(error) => error.message(),
            Self::InUse => Message::new("in_use"),
            Self::Vault(_) | Self::Store(_) => return None,
        })
    }
}

fn said(error: &RecordError) -> String {
    error.message().map(|message| message.english()).unwrap_or_default()
}

impl From<LocalError> for RecordError {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::NotFound => Self::NotFound,
            LocalError::Refused => Self::Refused,
            LocalError::Policy(refusal) => Self::Policy(refusal),
            LocalError::Edit(error) => Self::Edit(error),
            LocalError::Store(error) => Self::Store(error),
        }
    }
}

impl From<RefusalError> for RecordError {
    fn from(error: RefusalError) -> Self {
        match error {
            RefusalError::NotFound(number) => Self::NoRefusal(number),
            RefusalError::NothingToTry => Self::NothingToTry,
            RefusalError::Local(error) => error.into(),
        }
    }
}

impl Device {
    /// Makes the store of a device that has just enrolled, and opens it.
    ///
    /// A key that is in the key store already is used again; then `pin` must open it.
    ///
    /// # Errors
    /// When something is at `path` already, or the store or its key cannot be made.
    pub fn create(
        path: &Path,
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        facts: &FirstFacts,
        options: StoreOptions,
    ) -> Result<Self, OpenError> {
        let place = Place::new(path, options);
        let guard = place.guard()?;
        Self::create_held((place, guard), vault, pin, now, rng, facts)
    }

    /// [`Device::create`] for whoever holds the guard already.
    pub(crate) fn create_held(
        (place, guard): (Place, Guard),
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        facts: &FirstFacts,
    ) -> Result<Self, OpenError> {
        let key = keys::store_key_for_new(rng, &*vault, pin)?;
        let (store, install) = Store::create(now, rng, (&place, guard), &*vault, &key, facts)?;
        Ok(Self { store, place, vault, key, install, opened: Opened::AsLeft })
    }

    /// Opens the device's store.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another has it open: [`crate::driver::in_turn`] waits for it.
    /// Otherwise says why it cannot be opened; its files are as they were.
    pub fn open(
        path: &Path,
        vault: Arc<dyn KeyVault>,
        pin: Option<&str>,
        now: Timestamp,
        rng: &mut dyn Rng,
        options: StoreOptions,
    ) -> Result<Self, OpenError> {
        let place = Place::new(path, options);
        place.check_there()?;
        // Before the key store is read: a wrong PIN that another is just counting is one.
        let guard = place.guard()?;
        let key = keys::open_store_key(&*vault, pin)?;
        let device = Self::open_held((place, guard), vault, key, now, rng)?;
        if keys::strengthen(rng, &*device.vault, &device.key, pin).is_err() {
            // It opens as it is, and the next time is as good.
            tracing::warn!("the store key could not be wrapped anew");
        }
        Ok(device)
    }

    fn open_held(
        (place, guard): (Place, Guard),
        vault: Arc<dyn KeyVault>,
        key: StoreKey,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<Self, OpenError> {
        let (store, install, opened) = Store::open(now, rng, (&place, guard), &*vault, &key)?;
        Ok(Self { store, place, vault, key, install, opened })
    }

    /// What opens this store again once it is closed, without its PIN.
    pub fn opener(&self) -> Opener {
        Opener { place: self.place.clone(), vault: self.vault.clone(), key: self.key.clone() }
    }

    /// Whether the store was the one that this installation left.
    pub fn opened(&self) -> Opened {
        self.opened
    }

    /// The store, for the sync engine.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for the sync engine.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// The catalogue that records are checked against.
    pub fn catalogue(&self) -> &SharedCatalogue {
        self.store.catalogue()
    }

    /// The key that the server knows this device by.
    ///
    /// # Errors
    /// When the key store fails or has lost it.
    pub fn signing_key(&self) -> Result<SigningKey, KeyError> {
        keys::existing_device_key(&*self.vault)?.ok_or(KeyError::Missing)
    }

    /// Sets, changes or removes the PIN.
    ///
    /// # Errors
    /// When the present PIN is wrong or the key store fails; then nothing changed.
    pub fn change_pin(
        &mut self,
        rng: &mut dyn Rng,
        present: Option<&str>,
        next: Option<&str>,
    ) -> Result<(), KeyError> {
        keys::change_pin(rng, &*self.vault, present, next)
    }

    /// Edits a record, all in one change.
    ///
    /// # Errors
    /// When the record is not here or a field does not fit; then nothing was changed.
    pub fn edit(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        edits: Vec<Edit>,
    ) -> Result<Option<ChangeHash>, RecordError> {
        self.edit_with(now, rng, record, edits, Doubts::Ask)
    }

    /// Edits a record as [`Device::edit`] does; `doubts` says what becomes of dates that the device's
    /// clock may be wrong about.
    ///
    /// # Errors
    /// As [`Device::edit`].
    pub fn edit_with(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        edits: Vec<Edit>,
        doubts: Doubts,
    ) -> Result<Option<ChangeHash>, RecordError> {
        self.check_unlocked(now)?;
        let catalogue = Arc::clone(self.store.catalogue());
        let known = self.store.read().type_of(record)?.ok_or(RecordError::NotFound)?;
        if let Some(record_type) = catalogue.record_type(&known) {
            self.check_dates(now, record_type, Some(record), &edits, doubts)?;
        }
        let written =
            self.write_local(now, rng, |writer, rng| writer.edit_record(now, rng, record, edits))?;
        Ok(match written {
            Written::Nothing => None,
            Written::Change(hash) => Some(hash),
        })
    }

    /// Decides a conflict: one of its values stays, for everybody who gets to know of it.
    ///
    /// # Errors
    /// When `keep` is none of the values; the error lists them.
    pub fn resolve(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        field: &str,
        keep: &str,
    ) -> Result<(), RecordError> {
        self.check_unlocked(now)?;
        let view = self.store.read().record_view(record)?.ok_or(RecordError::NotFound)?;
        let conflict = view.conflicts.iter().find(|conflict| conflict.field.as_str() == field);
        let Some(conflict) = conflict else {
            return Err(RecordError::NoConflict { field: field.to_owned() });
        };
        let people = self.store.read().people()?.among(users(conflict));
        let kept = conflict.values.iter().find(|value| value.text() == keep);
        // A user is kept by name as well.
        let meant = people.meant(keep).map(Scalar::User).ok();
        let kept = kept.or_else(|| {
            conflict.values.iter().find(|value| meant.is_some() && value.scalar == meant)
        });
        let Some(scalar) = kept.and_then(|value| value.scalar.clone()) else {
            let shown = |value: &ConflictValueView| match value.scalar {
                Some(Scalar::User(user)) => people.name_of(user).map(str::to_owned),
                _ => None,
            };
            let values = conflict.values.iter();
            let values = values.map(|value| shown(value).unwrap_or_else(|| value.text())).collect();
            return Err(RecordError::NotAValue { field: field.to_owned(), values });
        };
        let edit = Edit::Set { field: conflict.field.clone(), value: scalar };
        self.edit(now, rng, record, vec![edit]).map(drop)
    }

    /// Decides every conflict of a record for the value that is shown, in one change. Returns the
    /// fields.
    ///
    /// # Errors
    /// When the owner may not decide one of them; then nothing was decided.
    pub fn resolve_as_shown(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
    ) -> Result<Vec<FieldName>, RecordError> {
        self.check_unlocked(now)?;
        let view = self.store.read().record_view(record)?.ok_or(RecordError::NotFound)?;
        let shown = view.conflicts.iter().filter_map(|conflict| {
            let value = conflict.values.first()?.scalar.clone()?;
            Some(Edit::Set { field: conflict.field.clone(), value })
        });
        let edits: Vec<Edit> = shown.collect();
        let fields = edits.iter().map(|edit| edit.field().clone()).collect();
        self.edit(now, rng, record, edits)?;
        Ok(fields)
    }

    /// Shows a record, and notes for the audit that it was looked at.
    ///
    /// # Errors
    /// When the record is not here.
    pub fn show(&mut self, now: Timestamp, record: RecordId) -> Result<RecordView, RecordError> {
        self.check_unlocked(now)?;
        let view = self.store.read().record_view(record)?.ok_or(RecordError::NotFound)?;
        if !self.store.read().is_view_noted(now, record)? {
            self.store.notice(now, None)?;
            self.store.write(|writer| writer.note_view(now, record))?;
        }
        Ok(view)
    }

    /// The owner and whom this device knows by name. Also past its lease: whoever notes something then
    /// means colleagues by their names, too.
    ///
    /// # Errors
    /// When the server ordered the device to show nothing, or the store fails.
    pub fn people(&self) -> Result<People, RecordError> {
        if self.store.read().lease()?.ordered {
            return Err(RecordError::Ordered);
        }
        Ok(self.store.read().people()?)
    }

    /// Every change of a record, each after those it follows.
    ///
    /// # Errors
    /// When the record is not here.
    pub fn history(
        &self,
        now: Timestamp,
        record: RecordId,
    ) -> Result<Vec<HistoryView>, RecordError> {
        self.check_unlocked(now)?;
        let read = self.store.read();
        let entries = read.history(record)?.ok_or(RecordError::NotFound)?;
        entries
            .into_iter()
            .map(|entry| Ok(HistoryView { by: read.name_of(entry.device)?, entry }))
            .collect()
    }

    /// The records that pass the filter, newest first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn list(&self, now: Timestamp, filter: &ListFilter) -> Result<Vec<ListRow>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().list(filter)?)
    }

    /// Everything of a case, newest first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn case_timeline(&self, now: Timestamp, case: CaseId) -> Result<Vec<ListRow>, RecordError> {
        self.list(now, &ListFilter { case: Some(case), ..ListFilter::default() })
    }

    /// The records whose searched fields hold every word or its beginning, the best match first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn search(
        &self,
        now: Timestamp,
        words: &str,
        limit: usize,
    ) -> Result<Vec<ListRow>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().search(words, limit)?)
    }

    /// What is to be done, due first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn tasks(&self, now: Timestamp) -> Result<Vec<OpenTask>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().open_tasks(now)?)
    }

    /// What people disagree about, the newest record first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn conflicts(&self, now: Timestamp) -> Result<Vec<RecordConflict>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().conflicts()?)
    }

    /// The cases on this device, what is due first at the top.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn caseload(&self, now: Timestamp) -> Result<Vec<CaseRow>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().caseload()?)
    }

    /// The records or cases whose ids begin with these hexadecimal digits, at most `limit`.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn named(
        &self,
        now: Timestamp,
        digits: &str,
        kind: Named,
        limit: usize,
    ) -> Result<Vec<RecordId>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().named(digits, kind, limit)?)
    }

    /// The type of a record.
    ///
    /// # Errors
    /// When the record is not here.
    pub fn type_of(&self, now: Timestamp, record: RecordId) -> Result<TypeName, RecordError> {
        self.check_unlocked(now)?;
        self.store.read().type_of(record)?.ok_or(RecordError::NotFound)
    }

    /// What was refused or does not apply, oldest first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn quarantine(
        &self,
        now: Timestamp,
        dismissed: Dismissed,
    ) -> Result<Vec<QuarantineItem>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().quarantine(dismissed)?)
    }

    /// Notes that the owner has seen a refusal. What was refused is kept, and can still be tried
    /// again.
    ///
    /// # Errors
    /// When nothing of this number was refused, or the store fails.
    pub fn dismiss(&mut self, number: i64) -> Result<(), RecordError> {
        Ok(self.store.write(|writer| writer.dismiss(number))?)
    }

    /// Tries a refused change once more, with the next sync: an edit made anew, or the record with
    /// all that was written to it. Returns how many changes wait again; none when what was meant is
    /// so already.
    ///
    /// # Errors
    /// When nothing of this number was refused or it cannot be tried, an edit no longer fits, or the
    /// store fails; then it is still there.
    pub fn retry(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        number: i64,
    ) -> Result<usize, RecordError> {
        self.check_unlocked(now)?;
        self.write_local(now, rng, |writer, rng| writer.retry(now, rng, number))
    }

    /// How this device stands. Also when it is locked: no field of any record is in it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn status(&self, now: Timestamp) -> Result<Status, StoreError> {
        status::of(&self.store.read(), now)
    }

    /// Checks everything the store holds. Also when the device is locked.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        self.store.read().verify()
    }

    /// Destroys the keys, then the store. Nothing of it can be read again, by anyone; every later
    /// call fails.
    ///
    /// # Errors
    /// When the key store or the files cannot be removed. The store's key goes first.
    pub fn wipe(&mut self) -> Result<(), RecordError> {
        keys::destroy(&*self.vault)?;
        self.store.close();
        self.place.remove().map_err(VaultError::from)?;
        Ok(())
    }

    /// Destroys the keys, then the store, of a device that is not open: its PIN may be forgotten.
    ///
    /// # Errors
    /// When another process has it open, or the key store or the files cannot be removed. The
    /// store's key goes first.
    pub fn wipe_closed(
        path: &Path,
        vault: &dyn KeyVault,
        options: StoreOptions,
    ) -> Result<(), RecordError> {
        let place = Place::new(path, options);
        let _guard = match place.guard() {
            Err(OpenError::Locked) => return Err(RecordError::InUse),
            // Its folder is gone: nothing of it but keys can be left.
            guard => guard.ok(),
        };
        keys::destroy(vault)?;
        place.remove().map_err(VaultError::from)?;
        Ok(())
    }

    /// Tells the device what time it is, and what a clock says that runs from the machine's start and
    /// cannot be set. Whoever shows records calls it before: a lease ends by whichever clock is
    /// further, and without the second the first is all there is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn notice_time(
        &mut self,
        now: Timestamp,
        uptime: Option<Uptime>,
    ) -> Result<(), StoreError> {
        self.store.notice(now, uptime)
    }

    /// Whether the dates that are typed can be; one that stands in the record already is let be.
    fn check_dates(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        record: Option<RecordId>,
        edits: &[Edit],
        doubts: Doubts,
    ) -> Result<(), RecordError> {
        let read = self.store.read();
        let clock = Clock { now, skew: read.lease()?.skew() };
        let mut wrong = implausible_dates(record_type, None, edits, clock);
        if let Some(record) = record.filter(|_| !wrong.is_empty()) {
            let present = read.record(record)?;
            wrong = implausible_dates(record_type, present.as_ref(), edits, clock);
        }
        let (doubtful, impossible): (Vec<_>, Vec<_>) =
            wrong.into_iter().partition(FieldProblem::is_doubtful);
        if !impossible.is_empty() {
            return Err(EditError::Fields(impossible).into());
        }
        match doubts {
            Doubts::Ask if !doubtful.is_empty() => Err(RecordError::Doubtful(doubtful)),
            Doubts::Ask | Doubts::Overrule => Ok(()),
        }
    }

    fn check_unlocked(&self, now: Timestamp) -> Result<(), RecordError> {
        let lease = self.store.read().lease()?;
        if lease.ordered {
            return Err(RecordError::Ordered);
        }
        if lease.has_lapsed(now) { Err(RecordError::Locked) } else { Ok(()) }
    }

    /// One transaction of the owner's own. The first of each run changes the number by which a
    /// restored copy of the store is known.
    fn write_local<T, E>(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        work: impl FnOnce(&mut crate::store::Writer<'_>, &mut dyn Rng) -> Result<T, E>,
    ) -> Result<T, RecordError>
    where
        E: From<StoreError>,
        RecordError: From<E>,
    {
        if let Some(next) = self.install.next(rng) {
            let install = &self.install;
            self.store.write(|writer| writer.announce(install, &next))?;
            self.install.take(&*self.vault, next)?;
        }
        self.store.notice(now, None)?;
        let due = self.install.due().map(<[u8]>::to_vec);
        let done = self.store.write(|writer| {
            if let Some(nonce) = &due {
                writer.set_install_nonce(nonce)?;
            }
            work(writer, rng)
        })?;
        if due.is_some() {
            self.install.renewed();
        }
        Ok(done)
    }
}

/// The users that a conflict is between.
fn users(conflict: &ConflictView) -> impl Iterator<Item = UserId> {
    conflict.values.iter().filter_map(|value| match value.scalar {
        Some(Scalar::User(user)) => Some(user),
        _ => None,
    })
}
