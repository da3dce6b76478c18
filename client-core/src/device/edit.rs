//! Editing a record, deciding what people disagree about, and what was refused.

use std::sync::Arc;

use rand::Rng;

use model::catalogue::{Clock, RecordType};
use model::document::EditError;
use model::forms;
use model::ids::{ChangeHash, FieldName, RecordId, UserId};
use model::record::{Edit, FieldProblem, questionable};
use model::time::Timestamp;
use model::value::Scalar;

use super::{Device, RecordError};
use crate::store::Written;
use crate::store::query::{ConflictValueView, ConflictView};

/// What becomes of what may be a mistake: a date that is wrong by one clock and may be right by another,
/// a text that looks as if it held what is never recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubts {
    /// [`RecordError::Doubtful`] asks about it.
    Ask,
    /// It is right: it is saved.
    Overrule,
}

impl Device {
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
        self.check_edit(now, record, &edits, doubts)?;
        let written =
            self.write_local(now, rng, |writer, rng| writer.edit_record(now, rng, record, edits))?;
        Ok(match written {
            Written::Nothing => None,
            Written::Change(hash) => Some(hash),
        })
    }

    /// Checks an edit against what its record's form asks, and its dates.
    pub(super) fn check_edit(
        &self,
        now: Timestamp,
        record: RecordId,
        edits: &[Edit],
        doubts: Doubts,
    ) -> Result<(), RecordError> {
        let catalogue = Arc::clone(self.store.catalogue());
        let known = self.store.read().type_of(record)?.ok_or(RecordError::NotFound)?;
        let Some(record_type) = catalogue.record_type(&known) else { return Ok(()) };
        self.check_references(record_type, edits)?;
        self.check_edited_form(now, record_type, record, edits)?;
        self.check_doubts(now, record_type, Some(record), edits, doubts)
    }

    /// Voids a record by mistake of the owner's own, with the reason: it counts for nothing any more, and
    /// is still there. A department says for how long its author may ([`model::catalogue::Catalogue::own_void`]).
    ///
    /// # Errors
    /// When the owner did not make it or may not any more, somebody has decided on it, or there is no
    /// reason.
    pub fn void(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        record: RecordId,
        reason: &str,
    ) -> Result<(), RecordError> {
        let known = self.type_of(now, record)?;
        let record_type = self.catalogue().record_type(&known);
        let edits = record_type.map(|known| forms::voiding(known, reason)).transpose();
        let edits = edits.map_err(|problem| EditError::Fields(vec![problem]))?;
        self.edit(now, rng, record, edits.unwrap_or_default()).map(drop)
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

    /// Notes that the owner has seen a refusal. What was refused is kept, and can still be tried
    /// again.
    ///
    /// # Errors
    /// When nothing of this number was refused, or the store fails.
    pub fn dismiss(&mut self, number: i64) -> Result<(), RecordError> {
        Ok(self.store.write(|writer| writer.dismiss(number))?)
    }

    /// Forgets which cases were taken away: their worker has read it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_taken(&mut self) -> Result<(), RecordError> {
        Ok(self.store.write(|writer| writer.forget_taken())?)
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

    /// Checks what is typed: dates that cannot be, and texts that look as if they held what is never
    /// recorded. What stands in the record already is let be.
    pub(super) fn check_doubts(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        record: Option<RecordId>,
        edits: &[Edit],
        doubts: Doubts,
    ) -> Result<(), RecordError> {
        let read = self.store.read();
        let clock = Clock { now, skew: read.lease()?.skew() };
        let mut wrong = questionable(record_type, None, edits, clock);
        if let Some(record) = record.filter(|_| !wrong.is_empty()) {
            let present = read.record(record)?;
            wrong = questionable(record_type, present.as_ref(), edits, clock);
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
}

/// The users that a conflict is between.
fn users(conflict: &ConflictView) -> impl Iterator<Item = UserId> {
    conflict.values.iter().filter_map(|value| match value.scalar {
        Some(Scalar::User(user)) => Some(user),
        _ => None,
    })
}
