//! Drafts: forms that are filled in answer by answer, and become a record, or an edit of one, when they
//! are submitted.
//!
//! An answer is on disk when it is given, whether or not it can be submitted. What is wrong is said
//! all the while, and keeps a draft from being submitted only.

mod undo;

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::Rng;

use model::answers::{self, Answer, KeptAnswer, KeptAnswers, Submission};
use model::catalogue::{Catalogue, RecordType};
use model::document::EditError;
use model::followup;
use model::forms::FormState;
use model::ids::{CaseId, DraftId, FieldName, ProgramCode, RecordId, TypeName};
use model::input;
use model::record::{Edit, EnvelopeProblem, FieldProblem};
use model::time::Timestamp;
use model::value::FieldValue;

use super::start::create_all;
use super::{Device, Doubts, NewRecord, RecordError};
use crate::store::Written;
use crate::store::drafts::{DraftOf, DraftRow, DraftState};

pub use undo::Undone;

/// A draft to begin.
#[derive(Debug, Clone)]
pub enum NewDraft {
    /// Of a record that does not exist yet.
    Record {
        /// Its type.
        record_type: TypeName,
        /// The case it belongs to, if its type has one.
        case: Option<CaseId>,
        /// The program it is made for; chosen when it is submitted if none is given.
        program: Option<ProgramCode>,
    },
    /// Of an edit of this record.
    Edit(RecordId),
}

/// A draft as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// What it is a draft of, and since when.
    pub draft: DraftRow,
    /// What was answered here; of an edit, not what stands in the record besides.
    pub answers: BTreeMap<FieldName, Answer>,
    /// The form with these answers.
    pub form: FormState,
    /// Everything that keeps it from being submitted, in the order of the form.
    pub problems: Vec<FieldProblem>,
    /// The fields that somebody else has changed since they were answered here.
    pub changed_since: Vec<FieldName>,
    /// Whether it is older than the department lets drafts become.
    pub is_old: bool,
}

/// A draft in the list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSummary {
    /// What it is a draft of, and since when.
    pub draft: DraftRow,
    /// How many questions were answered.
    pub answered: usize,
    /// How many problems keep it from being submitted.
    pub problems: usize,
    /// Whether it is older than the department lets drafts become.
    pub is_old: bool,
}

/// What a draft became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// The record that was made or edited.
    pub record: RecordId,
    /// The records that were made besides, of other people who were met at once.
    pub also: Vec<RecordId>,
    /// Answers that were dropped: with the others as they are, their questions are not asked.
    pub dropped: Vec<FieldName>,
}

impl Device {
    /// Begins a draft, with the answers that its form starts with.
    ///
    /// A locked device takes drafts of new records, as it takes new records.
    ///
    /// # Errors
    /// When the type or the record is unknown, or the store fails.
    pub fn begin_draft(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        new: NewDraft,
    ) -> Result<DraftId, RecordError> {
        let catalogue = Arc::clone(self.store.catalogue());
        let (record_type, of, case, program) = match new {
            NewDraft::Record { record_type, case, program } => {
                self.check_not_ordered()?;
                (record_type, DraftOf::New(RecordId::generate(now, rng)), case, program)
            }
            NewDraft::Edit(record) => {
                self.check_unlocked(now)?;
                let present = self.store.read().record(record)?.ok_or(RecordError::NotFound)?;
                let envelope = present.envelope;
                (envelope.record_type, DraftOf::Edit(record), envelope.case, None)
            }
        };
        let known = known_type(&catalogue, &record_type)?;
        let starts_with = match of {
            DraftOf::New(_) => self.defaults(now, known, case)?,
            DraftOf::Edit(_) => Vec::new(),
        };
        let id = DraftId::generate(now, rng);
        self.write_local(now, rng, |writer, _| {
            writer.forget_ended_drafts(now)?;
            writer.begin_draft(now, id, (&record_type, of), case, program.as_ref())?;
            let Some(draft) = writer.draft(id)? else { return Ok(()) };
            starts_with.iter().try_for_each(|(field, answer)| {
                writer.keep_answer(now, &draft, field, answer, None)
            })
        })?;
        Ok(id)
    }

    /// Keeps answers of a draft, as they are: what is wrong with them keeps it from being submitted, and
    /// not from being saved.
    ///
    /// # Errors
    /// When there is no such draft or it has ended, its record is gone, the type has no such field, or
    /// the store fails; then none was kept.
    pub fn answer(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
        answers: &[(FieldName, Answer)],
    ) -> Result<(), RecordError> {
        let row = self.open_draft(now, draft)?;
        let catalogue = Arc::clone(self.store.catalogue());
        let record_type = known_type(&catalogue, &row.record_type)?;
        if let Some((field, _)) =
            answers.iter().find(|(field, _)| record_type.field(field.as_str()).is_none())
        {
            return Err(unknown_field(record_type, field));
        }
        let present = match row.of {
            DraftOf::New(_) => None,
            DraftOf::Edit(record) => {
                Some(self.store.read().record(record)?.ok_or(RecordError::NotFound)?)
            }
        };
        self.write_local(now, rng, |writer, _| {
            answers.iter().try_for_each(|(field, answer)| {
                let base = present.as_ref().and_then(|record| record.fields.get(field));
                // Each is the last one when it is kept.
                let Some(row) = writer.draft(draft)? else { return Ok(()) };
                writer.keep_answer(now, &row, field, answer, base)
            })
        })
    }

    /// Does to the answers of a draft what edits do to a record.
    ///
    /// # Errors
    /// As [`Device::answer`].
    pub fn edit_draft(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
        edits: &[Edit],
    ) -> Result<(), RecordError> {
        let row = self.open_draft(now, draft)?;
        let kept = self.store.read().draft_answers(&row)?;
        let changed = answers::edited(answers::filled(self.present(&row)?, &kept), edits);
        self.answer(now, rng, draft, &changed)
    }

    /// Removes an entry of a log from a draft. Returns whether it was there; what stands in the record
    /// that is edited is not removed.
    ///
    /// # Errors
    /// As [`Device::answer`].
    pub fn remove_draft_entry(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
        (field, entry): (&FieldName, &str),
    ) -> Result<bool, RecordError> {
        let row = self.open_draft(now, draft)?;
        let kept = self.store.read().draft_answers(&row)?.remove(field);
        let Some(answer) = kept.and_then(|kept| kept.without_entry(entry)) else {
            return Ok(false);
        };
        self.answer(now, rng, draft, &[(field.clone(), answer)])?;
        Ok(true)
    }

    /// Undoes the answer that was given last. Returns its question; `None` if there is nothing to undo.
    ///
    /// # Errors
    /// When there is no such draft or it has ended, or the store fails.
    pub fn undo_answer(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
    ) -> Result<Option<FieldName>, RecordError> {
        let row = self.open_draft(now, draft)?;
        self.write_local(now, rng, |writer, _| writer.undo_answer(now, &row))
    }

    /// Returns a draft as it stands.
    ///
    /// # Errors
    /// When there is no such draft or it has ended, the device is locked, or the store fails.
    pub fn draft(&self, now: Timestamp, draft: DraftId) -> Result<DraftView, RecordError> {
        self.check_unlocked(now)?;
        let row = self.open_draft(now, draft)?;
        let answers = self.store.read().draft_answers(&row)?;
        self.draft_view(now, row, &answers)
    }

    /// Lists the open drafts, the one that was touched last first.
    ///
    /// # Errors
    /// When the device is locked, or the store fails.
    pub fn drafts(&self, now: Timestamp) -> Result<Vec<DraftSummary>, RecordError> {
        self.check_unlocked(now)?;
        let rows = self.store.read().open_drafts()?;
        let summaries = rows.into_iter().map(|draft| {
            let kept = self.store.read().draft_answers(&draft)?;
            let is_answered = |kept: &&KeptAnswer| kept.answer != Answer::Nothing;
            let answered = kept.values().filter(is_answered).count();
            let is_old = self.is_old(now, &draft);
            let problems = match self.draft_view(now, draft.clone(), &kept) {
                Ok(view) => view.problems.len(),
                // Its type or its record is gone: it says so when it is opened.
                Err(RecordError::NotFound | RecordError::Edit(_)) => 1,
                Err(error) => return Err(error),
            };
            Ok(DraftSummary { draft, answered, problems, is_old })
        });
        summaries.collect()
    }

    /// Submits a draft: it becomes a record, or an edit of one, in the same transaction in which it ends.
    /// Answers to questions that are not asked any more are dropped, and named.
    ///
    /// # Errors
    /// As [`Device::new_record_with`] and [`Device::edit_with`]; every field that is wrong is named,
    /// in the order of the form. The draft is as it was then.
    pub fn submit(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
        doubts: Doubts,
    ) -> Result<Submitted, RecordError> {
        self.submit_together(now, rng, draft, &[], doubts)
    }

    /// Submits a draft as [`Device::submit`] does, for further people who were met at once: one record
    /// in each case of `also` is made in the same transaction, as [`Device::new_records_together`]
    /// does. [`Device::undo_draft`] takes all of them back.
    ///
    /// # Errors
    /// As [`Device::submit`] and [`Device::new_records_together`]; the draft is as it was then.
    pub fn submit_together(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
        also: &[CaseId],
        doubts: Doubts,
    ) -> Result<Submitted, RecordError> {
        let row = self.open_draft(now, draft)?;
        self.end_if_made_elsewhere(now, rng, &row)?;
        let catalogue = Arc::clone(self.store.catalogue());
        let record_type = known_type(&catalogue, &row.record_type)?;
        let kept = self.store.read().draft_answers(&row)?;
        let present = self.present(&row)?;
        let form =
            self.form(now, record_type, row.case, &answers::filled(present.clone(), &kept))?;
        let unread = self.unread(now, record_type, &form, &kept)?;
        let Submission { mut edits, dropped } = answers::submission(&form, &kept, &present);
        let checked = match row.of {
            DraftOf::New(record) => {
                // It happened when it was begun to be written down, not when that was done.
                edits.extend(followup::happened_now(row.begun_at, record_type, &edits));
                let new = NewRecord {
                    record_type: record_type.name.clone(),
                    case: row.case,
                    program: row.program.clone(),
                    edits,
                };
                let prepared = self.prepare_together(now, rng, (record, new), also, doubts);
                prepared.map(|prepared| (prepared, Vec::new()))
            }
            DraftOf::Edit(_) if !also.is_empty() => return Err(RecordError::OneCaseAtATime),
            DraftOf::Edit(record) => {
                self.check_edit(now, record, &edits, doubts).map(|()| (Vec::new(), edits))
            }
        };
        let (made, edits) = with_unread(record_type, unread, checked)?;
        let record = row.of.record();
        let also = made.iter().skip(1).map(|(envelope, _)| envelope.record).collect();
        self.write_local(now, rng, |writer, rng| {
            let change = match row.of {
                DraftOf::New(_) => {
                    let made = create_all(writer, now, rng, made)?;
                    let (first, others) = made.split_first().ok_or(RecordError::NoDraft)?;
                    writer.note_others(&row, others)?;
                    Some(first.1)
                }
                DraftOf::Edit(_) if edits.is_empty() => None,
                DraftOf::Edit(record) => match writer.edit_record(now, rng, record, edits)? {
                    Written::Nothing => None,
                    Written::Change(hash) => Some(hash),
                },
            };
            writer.end_draft(&row, DraftState::Submitted(now, change))?;
            Ok::<_, RecordError>(())
        })?;
        Ok(Submitted { record, also, dropped })
    }

    /// Throws a draft away. [`Device::undo_draft`] has it back for a while.
    ///
    /// # Errors
    /// When there is no such draft or it has ended, or the store fails.
    pub fn discard_draft(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        draft: DraftId,
    ) -> Result<(), RecordError> {
        let row = self.open_draft(now, draft)?;
        self.write_local(now, rng, |writer, _| {
            writer.forget_ended_drafts(now)?;
            writer.end_draft(&row, DraftState::Discarded(now))
        })
    }

    /// Ends a draft whose record came from the server: this store was put back from a copy, and the
    /// draft was submitted since.
    fn end_if_made_elsewhere(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        row: &DraftRow,
    ) -> Result<(), RecordError> {
        let DraftOf::New(record) = row.of else { return Ok(()) };
        if self.store.read().type_of(record)?.is_none() {
            return Ok(());
        }
        let ended = DraftState::Submitted(now, None);
        self.write_local(now, rng, |writer, _| writer.end_draft(row, ended))?;
        Err(RecordError::DraftEnded)
    }

    fn open_draft(&self, now: Timestamp, draft: DraftId) -> Result<DraftRow, RecordError> {
        let row = self.store.read().draft(draft)?.ok_or(RecordError::NoDraft)?;
        match row.of {
            DraftOf::New(_) => self.check_not_ordered()?,
            DraftOf::Edit(_) => self.check_unlocked(now)?,
        }
        if row.state == DraftState::Open { Ok(row) } else { Err(RecordError::DraftEnded) }
    }

    pub(super) fn check_not_ordered(&self) -> Result<(), RecordError> {
        match self.store.read().lease()?.ordered {
            true => Err(RecordError::Ordered),
            false => Ok(()),
        }
    }

    fn is_old(&self, now: Timestamp, draft: &DraftRow) -> bool {
        draft.begun_at + self.store.catalogue().drafts_old_after < now
    }

    /// Returns the answers that the form of a new record starts with.
    fn defaults(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        case: Option<CaseId>,
    ) -> Result<Vec<(FieldName, Answer)>, RecordError> {
        let form = self.form(now, record_type, case, &BTreeMap::new())?;
        Ok(answers::defaults(record_type, form))
    }

    fn draft_view(
        &self,
        now: Timestamp,
        draft: DraftRow,
        kept: &KeptAnswers,
    ) -> Result<DraftView, RecordError> {
        let catalogue = Arc::clone(self.store.catalogue());
        let record_type = known_type(&catalogue, &draft.record_type)?;
        let present = self.present(&draft)?;
        let changed_since = match draft.of {
            DraftOf::New(_) => Vec::new(),
            DraftOf::Edit(_) => answers::changed_since(kept, &present),
        };
        let form = self.form(now, record_type, draft.case, &answers::filled(present, kept))?;
        let unread = self.unread(now, record_type, &form, kept)?;
        let problems = answers::in_order(record_type, unread, form.problems());
        let is_old = self.is_old(now, &draft);
        let answers = kept.iter().map(|(field, kept)| (field.clone(), kept.answer.clone()));
        Ok(DraftView { answers: answers.collect(), form, problems, changed_since, is_old, draft })
    }

    /// Returns what stands in the record that is edited; nothing does in one that is not made yet.
    fn present(&self, draft: &DraftRow) -> Result<BTreeMap<FieldName, FieldValue>, RecordError> {
        match draft.of {
            DraftOf::New(_) => Ok(BTreeMap::new()),
            DraftOf::Edit(record) => {
                Ok(self.store.read().record(record)?.ok_or(RecordError::NotFound)?.fields)
            }
        }
    }

    /// Lists what is wrong with answers that are asked for and are no values of their kind.
    fn unread(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        form: &FormState,
        kept: &KeptAnswers,
    ) -> Result<Vec<FieldProblem>, RecordError> {
        if kept.values().all(|kept| kept.answer.typed().is_none()) {
            // Nobody is looked up for it.
            return Ok(Vec::new());
        }
        let people = self.store.read().people()?;
        Ok(input::unread(now, self.store.catalogue(), &people, record_type, form, kept))
    }
}

fn known_type<'c>(
    catalogue: &'c Catalogue,
    name: &TypeName,
) -> Result<&'c RecordType, RecordError> {
    catalogue
        .record_type(name)
        .ok_or_else(|| EditError::Envelope(EnvelopeProblem::UnknownType(name.clone())).into())
}

fn unknown_field(record_type: &RecordType, field: &FieldName) -> RecordError {
    let problem = model::record::Problem::Unknown { record_type: record_type.name.clone() };
    EditError::Fields(vec![FieldProblem { field: field.clone(), problem }]).into()
}

fn with_unread<T>(
    record_type: &RecordType,
    unread: Vec<FieldProblem>,
    checked: Result<T, RecordError>,
) -> Result<T, RecordError> {
    let others = match checked {
        Err(RecordError::Edit(EditError::Fields(others))) => others,
        Ok(_) if !unread.is_empty() => Vec::new(),
        checked => return checked,
    };
    Err(EditError::Fields(answers::in_order(record_type, unread, others)).into())
}
