//! Reading: records, cases, tasks, what people disagree about, and how the device stands.

use serde_json::Value as Json;

use model::ids::{CaseId, RecordId, TypeName};
use model::people::People;
use model::record::HistoryEntry;
use model::time::Timestamp;

use super::{Device, RecordError, Status, status};
use crate::store::StoreError;
use crate::store::quarantine::{Dismissed, QuarantineItem};
use crate::store::query::{
    CaseRow, ListFilter, ListRow, Named, OpenTask, RecordConflict, RecordView,
};
use crate::store::verify::VerifyReport;

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

impl Device {
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

    /// Lists what is to be done, due first.
    ///
    /// # Errors
    /// When the device is locked or the store fails.
    pub fn tasks(&self, now: Timestamp) -> Result<Vec<OpenTask>, RecordError> {
        self.check_unlocked(now)?;
        Ok(self.store.read().open_tasks(now)?)
    }

    /// Lists what people disagree about, the newest record first.
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

    /// Lists what was refused or does not apply, oldest first.
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
}
