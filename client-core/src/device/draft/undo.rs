//! Undoing the end of a draft: one that was thrown away is there again, what one became is taken back as
//! far as it has not left the device.

use rand::Rng;

use model::answers::{self, Answer};
use model::forms;
use model::ids::{ChangeHash, DraftId, FieldName, RecordId};
use model::time::Timestamp;

use crate::device::{Device, RecordError};
use crate::store::LocalError;
use crate::store::drafts::{DraftOf, DraftRow, DraftState, UNDONE_WITHIN};

/// What undoing the end of a draft did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undone {
    /// The draft had been thrown away, and is there again.
    Found,
    /// The record had not left the device, and was taken back, with those of other people that were
    /// made with it: its draft is open again.
    TakenBack,
    /// What the edit had changed is as it was before, except for these fields: somebody has changed them
    /// since, or they are logs, which are only ever added to. The draft is open again.
    ChangedBack(Vec<FieldName>),
}

impl Device {
    /// Undoes that a draft was submitted or thrown away, for [`UNDONE_WITHIN`].
    ///
    /// # Errors
    /// [`RecordError::HasLeft`] when the record is on its way to the server or something was done
    /// after it: void it instead. When there is no such draft, it is open, it ended too long ago, or the
    /// store fails.
    pub fn undo_draft(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
    ) -> Result<Undone, RecordError> {
        self.check_not_ordered()?;
        let row = self.store.read().draft(draft)?.ok_or(RecordError::NoDraft)?;
        let (at, change) = match row.state {
            DraftState::Open => return Err(RecordError::NothingToUndo),
            DraftState::Submitted(at, change) => (at, Some(change)),
            DraftState::Discarded(at) => (at, None),
        };
        if at + UNDONE_WITHIN < now {
            return Err(RecordError::NothingToUndo);
        }
        let record = row.of.record();
        match (row.of, change) {
            (_, None) => {
                self.write_local(now, rng, |writer, _| writer.reopen_draft(&row, record))?;
                Ok(Undone::Found)
            }
            (DraftOf::New(_), Some(change)) => {
                let change = change.ok_or(RecordError::HasLeft)?;
                self.take_back(now, rng, &row, change)?;
                Ok(Undone::TakenBack)
            }
            (DraftOf::Edit(_), Some(_)) => {
                self.check_unlocked(now)?;
                let left = self.change_back(now, rng, &row)?;
                Ok(Undone::ChangedBack(left))
            }
        }
    }

    fn take_back(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        row: &DraftRow,
        change: ChangeHash,
    ) -> Result<(), RecordError> {
        let decides = self.store.catalogue().record_type(&row.record_type);
        // What it decided on others stands with them.
        let decides = decides.is_some_and(|known| known.decides.is_some());
        if decides {
            return Err(RecordError::HasLeft);
        }
        let mut made = vec![(row.of.record(), change)];
        made.extend(self.store.read().others_of_draft(row)?);
        self.write_local(now, rng, |writer, rng| {
            // The newest first: nothing is taken back that something came after.
            for (record, change) in made.into_iter().rev() {
                if !writer.take_back(record, change)? {
                    return Err(RecordError::HasLeft);
                }
            }
            // Nothing of the record is left, but its id may be remembered by whoever saw it.
            Ok(writer.reopen_draft(row, RecordId::generate(now, rng))?)
        })
    }

    /// Changes back what an edit changed and nobody has changed since. Returns the other fields.
    fn change_back(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        row: &DraftRow,
    ) -> Result<Vec<FieldName>, RecordError> {
        let record = row.of.record();
        let present = self.store.read().record(record)?.ok_or(RecordError::NotFound)?;
        let kept = self.store.read().draft_answers(row)?;
        let (mut edits, mut left) = (Vec::new(), Vec::new());
        for (field, kept) in &kept {
            let (answer, base) = (kept.answer.value(), kept.base.as_ref());
            if answers::is_same(field, answer, base) || matches!(kept.answer, Answer::Typed(_)) {
                continue;
            }
            let back = forms::edits_between(field, answer, base);
            if answers::is_same(field, present.fields.get(field), answer) && !back.is_empty() {
                edits.extend(back);
            } else {
                left.push(field.clone());
            }
        }
        self.write_local(now, rng, |writer, rng| {
            if !edits.is_empty() {
                writer.edit_record(now, rng, record, edits)?;
            }
            writer.reopen_draft(row, record)?;
            // They are in the record: submitted again, they would be there twice.
            writer.forget_answers(row, &left)?;
            Ok::<_, LocalError>(())
        })?;
        Ok(left)
    }
}
