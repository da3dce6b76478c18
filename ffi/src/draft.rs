//! Drafts: forms that are saved answer by answer, and submitted when nothing is wrong with them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use client_core::device::{DraftSummary, DraftView, NewDraft, Undone};
use client_core::store::drafts::DraftOf;
use model::answers::Answer;
use model::ids::{CaseId, DraftId, FieldName, RecordId, TypeName};
use model::input;
use model::words::{Explained as _, LanguageTag, Message};

use crate::Device;
use crate::catalogue::Words;
use crate::device::{NewRecord, doubts};
use crate::error::{FieldProblem, FieldbookError};
use crate::form::Form;
use crate::runtime::instant;
use crate::value::{Edit, Value};

/// A draft as it stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Draft {
    /// Its id and what it is of.
    pub row: DraftRow,
    /// What was answered in it; of an edit, without what stands in the record besides.
    pub answers: HashMap<FieldName, Value>,
    /// What was typed and is no valid answer, by field.
    pub typed: HashMap<FieldName, String>,
    /// The fields whose answers were removed from the record that is edited.
    pub emptied: Vec<FieldName>,
    /// The fields that somebody else has changed since they were answered here.
    pub changed_since: Vec<FieldName>,
    /// The question that was answered last.
    pub last_answered: Option<FieldName>,
    /// The form with these answers.
    pub form: Form,
    /// Everything that keeps the draft from being submitted, in the order of the form.
    pub problems: Vec<FieldProblem>,
}

/// A draft in a list.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DraftRow {
    /// The draft.
    pub id: DraftId,
    /// The type of its record.
    pub record_type: TypeName,
    /// The record that it edits; nothing for a new record.
    pub record: Option<RecordId>,
    /// The case it belongs to, if it belongs to one.
    pub case_id: Option<CaseId>,
    /// When it was begun.
    pub begun_at: SystemTime,
    /// When something was last answered.
    pub touched_at: SystemTime,
    /// How many questions were answered.
    pub answered: u32,
    /// How many problems keep it from being submitted.
    pub problems: u32,
    /// Whether it is older than the department allows: remind the person.
    pub old: bool,
}

/// What a draft became.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SubmittedDraft {
    /// The record that was created or edited.
    pub record: RecordId,
    /// The records that were created besides, for the cases of `also`.
    pub also: Vec<RecordId>,
    /// Answers that were dropped because their questions are no longer asked: tell the person.
    pub dropped: Vec<FieldName>,
}

/// What undoing the end of a draft did. The draft is open again.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum UndoneDraft {
    /// It had been discarded.
    Found,
    /// The record had not been sent, and was taken back, with those of other people that were created
    /// with it.
    TakenBack,
    /// The edit was changed back.
    ChangedBack {
        /// The fields that stay as they are: somebody has changed them since, or they are logs.
        left: Vec<FieldName>,
    },
}

#[uniffi::export]
impl Device {
    /// Begins a draft of a new record, with the answers that its form starts with and those of
    /// `new`.
    pub fn begin_draft(&self, new: NewRecord) -> Result<DraftId, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let new = new.lower(now, rng);
            let (record_type, case, program) = (new.record_type, new.case, new.program);
            let draft = NewDraft::Record { record_type, case, program };
            let draft = device.begin_draft(now, rng, draft)?;
            if !new.edits.is_empty() {
                device.edit_draft(now, rng, draft, &new.edits)?;
            }
            Ok(draft)
        })
    }

    /// Begins a draft of an edit. The record stays as it is until the draft is submitted.
    pub fn begin_edit_draft(&self, record: RecordId) -> Result<DraftId, FieldbookError> {
        self.shared
            .change(|device, now, rng| Ok(device.begin_draft(now, rng, NewDraft::Edit(record))?))
    }

    /// Saves answers in a draft, whatever is wrong with them. They are on disk when the call
    /// returns.
    pub fn edit_draft(&self, draft: DraftId, edits: Vec<Edit>) -> Result<(), FieldbookError> {
        self.shared.change(|device, now, rng| {
            let edits: Vec<_> = edits.into_iter().map(|edit| edit.lower(now, rng)).collect();
            Ok(device.edit_draft(now, rng, draft, &edits)?)
        })
    }

    /// Saves what a person typed as the whole answer to a question. Text that is not a valid answer
    /// is saved as typed.
    pub fn type_in_draft(
        &self,
        draft: DraftId,
        field: FieldName,
        text: String,
    ) -> Result<(), FieldbookError> {
        self.shared.change(|device, now, rng| {
            let row = device.store().read().draft(draft)?.ok_or(FieldbookError::NotFound)?;
            let catalogue = Arc::clone(device.catalogue());
            let Some(known) = catalogue.record_type(&row.record_type) else {
                let problem = Message::new("unknown_type").with("type", row.record_type);
                return Err(FieldbookError::about_the_whole(&problem));
            };
            let people = device.store().read().people()?;
            let typed = [(field.as_str(), text.as_str())];
            match input::answers(now, &catalogue, &people, known, typed) {
                Ok(answers) => Ok(device.answer(now, rng, draft, &answers)?),
                Err(error) => Err(FieldbookError::about_the_whole(&error.message())),
            }
        })
    }

    /// Removes an entry of a log from a draft, and returns whether it was there.
    pub fn remove_draft_entry(
        &self,
        draft: DraftId,
        field: FieldName,
        entry: String,
    ) -> Result<bool, FieldbookError> {
        self.shared.change(|device, now, rng| {
            Ok(device.remove_draft_entry(now, rng, draft, (&field, &entry))?)
        })
    }

    /// Returns an open draft with its form in a language, by its BCP 47 code.
    #[uniffi::method(default(language = "en"))]
    pub fn draft(&self, draft: DraftId, language: String) -> Result<Draft, FieldbookError> {
        self.shared.with(|device, now, _| {
            let view = device.draft(now, draft)?;
            let words = Words {
                catalogue: device.catalogue(),
                language: LanguageTag::of_locale(&language),
            };
            Ok(words.draft(view))
        })
    }

    /// Returns the open drafts, the one that was touched last first.
    pub fn drafts(&self) -> Result<Vec<DraftRow>, FieldbookError> {
        self.shared.with(|device, now, _| {
            Ok(device.drafts(now)?.into_iter().map(DraftRow::from).collect())
        })
    }

    /// Undoes the answer that was given last, and returns its field; nothing if there is nothing to
    /// undo.
    pub fn undo_answer(&self, draft: DraftId) -> Result<Option<FieldName>, FieldbookError> {
        self.shared.change(|device, now, rng| Ok(device.undo_answer(now, rng, draft)?))
    }

    /// Submits a draft: it becomes a record, or an edit of one. Fails with `Invalid`, which lists
    /// every mistake, and with `Doubtful` as `create` does; then the draft is as it was.
    ///
    /// With `also`, the people of these cases who were met at once get a record each, as by
    /// `create_together`; `undo_draft` takes all of them back.
    #[uniffi::method(default(anyway = false, also = []))]
    pub fn submit_draft(
        &self,
        draft: DraftId,
        anyway: bool,
        also: Vec<CaseId>,
    ) -> Result<SubmittedDraft, FieldbookError> {
        self.shared.change(|device, now, rng| {
            let done = device.submit_together(now, rng, draft, &also, doubts(anyway))?;
            Ok(SubmittedDraft { record: done.record, also: done.also, dropped: done.dropped })
        })
    }

    /// Discards a draft.
    pub fn discard_draft(&self, draft: DraftId) -> Result<(), FieldbookError> {
        self.shared.change(|device, now, rng| Ok(device.discard_draft(now, rng, draft)?))
    }

    /// Undoes that a draft was submitted or discarded, for ten minutes. Fails with `NotAllowed` if
    /// the record has been sent or something was recorded after it.
    pub fn undo_draft(&self, draft: DraftId) -> Result<UndoneDraft, FieldbookError> {
        self.shared.change(|device, now, rng| {
            Ok(match device.undo_draft(now, rng, draft)? {
                Undone::Found => UndoneDraft::Found,
                Undone::TakenBack => UndoneDraft::TakenBack,
                Undone::ChangedBack(left) => UndoneDraft::ChangedBack { left },
            })
        })
    }
}

impl From<DraftSummary> for DraftRow {
    fn from(summary: DraftSummary) -> Self {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let draft = summary.draft;
        Self {
            id: draft.id,
            record_type: draft.record_type,
            record: match draft.of {
                DraftOf::New(_) => None,
                DraftOf::Edit(record) => Some(record),
            },
            case_id: draft.case,
            begun_at: instant(draft.begun_at),
            touched_at: instant(draft.touched_at),
            answered: count(summary.answered),
            problems: count(summary.problems),
            old: summary.is_old,
        }
    }
}

impl Words<'_> {
    fn draft(&self, view: DraftView) -> Draft {
        let known = self.catalogue.record_type(&view.draft.record_type);
        let (mut answers, mut typed, mut emptied) = (HashMap::new(), HashMap::new(), Vec::new());
        for (field, answer) in view.answers {
            match answer {
                Answer::Value(value) => drop(answers.insert(field, Value::lift(&value))),
                Answer::Typed(text) => drop(typed.insert(field, text)),
                Answer::Nothing => emptied.push(field),
            }
        }
        let problems = view.problems.iter().map(|problem| {
            FieldProblem::of(Some(problem.field.clone()), &problem.problem.message())
        });
        let problems: Vec<_> = problems.collect();
        let form = known.map_or_else(
            || Form { sections: Vec::new(), questions: Vec::new() },
            |known| self.form(known, &view.form),
        );
        let last_answered = view.draft.last_answered.clone();
        let row = DraftRow::from(DraftSummary {
            answered: answers.len() + typed.len(),
            problems: problems.len(),
            is_old: view.is_old,
            draft: view.draft,
        });
        Draft {
            row,
            answers,
            typed,
            emptied,
            changed_since: view.changed_since,
            last_answered,
            form,
            problems,
        }
    }
}
