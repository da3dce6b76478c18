//! Drafts: forms that are filled in answer by answer, and become a record, or an edit of one, when they
//! are submitted.
//!
//! An answer is on disk when it is given, whether or not it can be submitted. What is wrong is said
//! all the while, and keeps a draft from being submitted only.

mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rand::Rng;

use model::catalogue::{Catalogue, RecordType};
use model::document::EditError;
use model::followup;
use model::forms::{self, FormState};
use model::ids::{CaseId, DraftId, FieldName, ProgramCode, RecordId, TypeName};
use model::people::People;
use model::record::{Edit, EnvelopeProblem, FieldProblem};
use model::time::Timestamp;
use model::value::FieldValue;

use super::start::create_all;
use super::{Device, Doubts, NewRecord, RecordError, input};
use crate::store::Written;
use crate::store::drafts::{Answer, DraftOf, DraftRow, DraftState, KeptAnswer};

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
            starts_with.iter().try_for_each(|(field, value)| {
                writer.keep_answer(now, &draft, field, &Answer::Value(value.clone()), None)
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
        let mut answers = self.answers_now(now, draft)?;
        edits.iter().for_each(|edit| forms::apply(&mut answers, edit));
        let fields: BTreeSet<&FieldName> = edits.iter().map(Edit::field).collect();
        let changed = fields.into_iter().map(|field| {
            let answer = answers.remove(field).filter(|value| !value.is_empty());
            (field.clone(), answer.map_or(Answer::Nothing, Answer::Value))
        });
        self.answer(now, rng, draft, &changed.collect::<Vec<_>>())
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
        let Some(KeptAnswer { answer: Answer::Value(FieldValue::Log(mut entries)), base }) = kept
        else {
            return Ok(false);
        };
        let stands = matches!(&base, Some(FieldValue::Log(known)) if known.contains_key(entry));
        if stands || entries.remove(entry).is_none() {
            return Ok(false);
        }
        let answer = match entries.is_empty() {
            true => Answer::Nothing,
            false => Answer::Value(FieldValue::Log(entries)),
        };
        self.answer(now, rng, draft, &[(field.clone(), answer)])?;
        Ok(true)
    }

    /// Returns what the form of a draft is filled in with now.
    fn answers_now(
        &self,
        now: Timestamp,
        draft: DraftId,
    ) -> Result<BTreeMap<FieldName, FieldValue>, RecordError> {
        let row = self.open_draft(now, draft)?;
        let kept = self.store.read().draft_answers(&row)?;
        self.filled(&row, &kept)
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
        let form = self.filled_form(now, record_type, &row, &kept)?;
        let unread = self.unread(now, record_type, &kept)?;
        let unread = unread.into_iter().filter(|problem| is_asked(&form, &problem.field));
        let unread: Vec<_> = unread.collect();
        let (asked, dropped) = split(&form, &kept);
        let checked = match row.of {
            DraftOf::New(record) => {
                let mut edits: Vec<Edit> = Vec::new();
                for (field, kept) in asked {
                    edits.extend(forms::edits_between(field, None, value(&kept.answer)));
                }
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
                let present = self.store.read().record(record)?.ok_or(RecordError::NotFound)?;
                let mut edits = Vec::new();
                for (field, kept) in asked {
                    edits.extend(edits_since(field, kept, present.fields.get(field)));
                }
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
    ) -> Result<Vec<(FieldName, FieldValue)>, RecordError> {
        let form = self.form(now, record_type, case, &BTreeMap::new())?;
        let defaults = form.questions.into_iter().filter_map(|question| {
            let kind = &record_type.field(question.field.as_str())?.kind;
            let value = question.default?.as_answer(kind)?;
            Some((question.field, value))
        });
        Ok(defaults.collect())
    }

    fn draft_view(
        &self,
        now: Timestamp,
        draft: DraftRow,
        kept: &BTreeMap<FieldName, KeptAnswer>,
    ) -> Result<DraftView, RecordError> {
        let catalogue = Arc::clone(self.store.catalogue());
        let record_type = known_type(&catalogue, &draft.record_type)?;
        let form = self.filled_form(now, record_type, &draft, kept)?;
        let unread = self.unread(now, record_type, kept)?.into_iter();
        let unread = unread.filter(|problem| is_asked(&form, &problem.field)).collect();
        let problems = in_order(record_type, unread, form.problems());
        let changed_since = match draft.of {
            DraftOf::New(_) => Vec::new(),
            DraftOf::Edit(record) => {
                let present = self.store.read().record(record)?.ok_or(RecordError::NotFound)?;
                let is_changed = |(field, kept): &(&FieldName, &KeptAnswer)| {
                    !is_same(field, present.fields.get(*field), kept.base.as_ref())
                };
                kept.iter().filter(is_changed).map(|(field, _)| field.clone()).collect()
            }
        };
        let is_old = self.is_old(now, &draft);
        let answers = kept.iter().map(|(field, kept)| (field.clone(), kept.answer.clone()));
        Ok(DraftView { answers: answers.collect(), form, problems, changed_since, is_old, draft })
    }

    fn filled_form(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        draft: &DraftRow,
        kept: &BTreeMap<FieldName, KeptAnswer>,
    ) -> Result<FormState, RecordError> {
        let answers = self.filled(draft, kept)?;
        self.form(now, record_type, draft.case, &answers)
    }

    /// Returns what stands in the record that is edited, if there is one, with the answers over it.
    fn filled(
        &self,
        draft: &DraftRow,
        kept: &BTreeMap<FieldName, KeptAnswer>,
    ) -> Result<BTreeMap<FieldName, FieldValue>, RecordError> {
        let mut answers = match draft.of {
            DraftOf::New(_) => BTreeMap::new(),
            DraftOf::Edit(record) => {
                self.store.read().record(record)?.ok_or(RecordError::NotFound)?.fields
            }
        };
        for (field, kept) in kept {
            match &kept.answer {
                Answer::Value(value) => drop(answers.insert(field.clone(), value.clone())),
                Answer::Typed(_) | Answer::Nothing => drop(answers.remove(field)),
            }
        }
        Ok(answers)
    }

    /// Lists what is wrong with answers that are no values of their kind.
    fn unread(
        &self,
        now: Timestamp,
        record_type: &RecordType,
        kept: &BTreeMap<FieldName, KeptAnswer>,
    ) -> Result<Vec<FieldProblem>, RecordError> {
        let typed = kept.iter().filter_map(|(field, kept)| match &kept.answer {
            Answer::Typed(text) => Some((field.as_str(), text.as_str())),
            Answer::Value(_) | Answer::Nothing => None,
        });
        let typed: Vec<_> = typed.collect();
        if typed.is_empty() {
            return Ok(Vec::new());
        }
        let people: People = self.store.read().people()?;
        let catalogue = self.store.catalogue();
        Ok(match input::first_values(now, catalogue, &people, record_type, typed) {
            Ok(_) => Vec::new(),
            Err(error) => error.problems().collect(),
        })
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

fn value(answer: &Answer) -> Option<&FieldValue> {
    match answer {
        Answer::Value(value) => Some(value),
        Answer::Typed(_) | Answer::Nothing => None,
    }
}

fn is_asked(form: &FormState, field: &FieldName) -> bool {
    form.question(field).is_some_and(|question| question.shown && !question.is_computed)
}

type Kept<'a> = Vec<(&'a FieldName, &'a KeptAnswer)>;

/// Returns the answers that the form asks for, and the fields of those that it does not.
fn split<'a>(
    form: &FormState,
    kept: &'a BTreeMap<FieldName, KeptAnswer>,
) -> (Kept<'a>, Vec<FieldName>) {
    let (asked, others): (Kept<'_>, Kept<'_>) =
        kept.iter().partition(|(field, _)| is_asked(form, field));
    let said = others.into_iter().filter(|(_, kept)| kept.answer != Answer::Nothing);
    (asked, said.map(|(field, _)| field.clone()).collect())
}

/// Returns the edits by which an answer is entered in a record as it stands now.
fn edits_since(field: &FieldName, kept: &KeptAnswer, present: Option<&FieldValue>) -> Vec<Edit> {
    match kept.answer {
        Answer::Typed(_) => Vec::new(),
        Answer::Value(_) | Answer::Nothing => {
            forms::edits_over(field, kept.base.as_ref(), value(&kept.answer), present)
        }
    }
}

fn is_same(field: &FieldName, one: Option<&FieldValue>, other: Option<&FieldValue>) -> bool {
    forms::edits_between(field, one, other).is_empty()
        && forms::edits_between(field, other, one).is_empty()
}

/// Puts what could not be read among the other problems, in the order of the form.
fn in_order(
    record_type: &RecordType,
    unread: Vec<FieldProblem>,
    others: Vec<FieldProblem>,
) -> Vec<FieldProblem> {
    let is_unread = |field: &FieldName| unread.iter().any(|problem| problem.field == *field);
    let others: Vec<_> = others.into_iter().filter(|problem| !is_unread(&problem.field)).collect();
    let mut problems: Vec<_> = unread.into_iter().chain(others).collect();
    let place = |field: &FieldName| record_type.fields.iter().position(|it| it.name == *field);
    problems.sort_by_key(|problem| place(&problem.field));
    problems
}

fn with_unread<T>(
    record_type: &RecordType,
    unread: Vec<FieldProblem>,
    checked: Result<T, RecordError>,
) -> Result<T, RecordError> {
    match checked {
        Err(RecordError::Edit(EditError::Fields(others))) => {
            Err(EditError::Fields(in_order(record_type, unread, others)).into())
        }
        Ok(_) if !unread.is_empty() => Err(EditError::Fields(unread).into()),
        checked => checked,
    }
}
