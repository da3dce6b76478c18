//! Forms that are filled in on the phone. Each answer is on disk when it is given.

use std::sync::Arc;

use client_core::device::{Doubts, NewDraft, RecordError};
use client_core::store::drafts::DraftOf;
use model::answers::{self, Answer};
use model::catalogue::BelongsTo;
use model::document::EditError;
use model::handing_in;
use model::ids::{CaseId, DraftId, FieldName, RecordId, TypeName};
use model::input::{self, InputError};
use model::record::Edit;
use model::value::{FieldValue, Scalar};
use model::words::Explained as _;
use ui::views::phone::Noted;
use ui::views::{Answered, DraftView, Handle, NewType, Submitted};
use ui::{FormSource, Refusal};

use crate::draft_view::Filled;
use crate::source::DeviceSource;
use crate::tasks::APPROVAL;

impl FormSource for DeviceSource<'_> {
    fn new_types(&mut self, case: Option<&Handle>) -> Result<Vec<NewType>, Refusal> {
        let case = case.map(|case| self.named::<CaseId>(case)).transpose()?;
        if let Some(case) = case {
            let held = self.stored(self.device.store().read().holds_case(case))?;
            if !held {
                return Err(Refusal::NotFound);
            }
        }
        let mut types = Vec::new();
        for known in self.catalogue.types.values() {
            let belongs = match known.belongs_to {
                BelongsTo::Case => case.is_some(),
                BelongsTo::CaseOrNothing => true,
                BelongsTo::Itself | BelongsTo::Nothing => case.is_none(),
            };
            // What decides on another record, or puts a task off, is made where that is done.
            let fits = belongs && known.decides.is_none() && known.puts_off.is_none();
            if !fits || !self.told(self.device.may_make(self.now, known))? {
                continue;
            }
            let compartment = self.catalogue.compartments.get(&known.compartment);
            types.push(NewType {
                record_type: known.name.clone(),
                label: known.label.clone(),
                compartment: compartment.ok_or(Refusal::NotFound)?.label.clone(),
            });
        }
        Ok(types)
    }

    fn begin(&mut self, record_type: &TypeName, case: Option<&Handle>) -> Result<Handle, Refusal> {
        let case = case.map(|case| self.named::<CaseId>(case)).transpose()?;
        let draft = self.begin_new(record_type, case)?;
        self.handles.of(&draft)
    }

    fn begin_edit(&mut self, record: &Handle) -> Result<Handle, Refusal> {
        let record: RecordId = self.named(record)?;
        // Who began to change a record goes on where they were.
        let open = self.stored(self.device.store().read().open_drafts())?;
        if let Some(begun) = open.iter().find(|draft| draft.of == DraftOf::Edit(record)) {
            return self.handles.of(&begun.id);
        }
        let whole = self.stored(self.device.store().read().record(record))?;
        if !self.may_change(&whole.ok_or(Refusal::NotFound)?)? {
            let refusal = RecordError::Policy(model::policy::Denial::Role);
            return Err(self.refusal(&refusal));
        }
        let draft = self.device.begin_draft(self.now, self.rng, NewDraft::Edit(record));
        let draft = self.told(draft)?;
        self.handles.of(&draft)
    }

    fn drafts(&mut self) -> Result<Vec<DraftView>, Refusal> {
        let open = self.stored(self.device.store().read().open_drafts())?;
        let mut views = Vec::new();
        for draft in open {
            match self.draft_view(draft.id) {
                Ok(view) => views.push(view),
                // What it was about was taken from them, or its type from the catalogue.
                Err(Refusal::NotFound | Refusal::Invalid(_)) => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(views)
    }

    fn form(&mut self, draft: &Handle) -> Result<DraftView, Refusal> {
        let draft = self.named(draft)?;
        self.draft_view(draft)
    }

    fn answer(
        &mut self,
        draft: &Handle,
        given: Vec<(FieldName, Answered)>,
    ) -> Result<DraftView, Refusal> {
        let draft: DraftId = self.named(draft)?;
        // One after the other: an entry of a log is added to those that were just kept.
        for (field, answered) in given {
            let filled = self.filled(draft)?;
            let answer = self.read_answer(&filled, &field, answered)?;
            self.keep_answers(draft, &[(field, answer)])?;
        }
        self.draft_view(draft)
    }

    fn submit(&mut self, draft: &Handle, anyway: bool) -> Result<Submitted, Refusal> {
        let id: DraftId = self.named(draft)?;
        self.hand_in(id)?;
        let doubts = if anyway { Doubts::Overrule } else { Doubts::Ask };
        match self.submit_draft(id, doubts) {
            Ok(record) => Ok(Submitted::Record(self.handles.of(&record)?)),
            Err(RecordError::NoDraft | RecordError::DraftEnded) => Err(Refusal::NotFound),
            Err(error @ (RecordError::Store(_) | RecordError::Vault(_))) => {
                Err(self.refusal(&error))
            }
            Err(error) => {
                let doubtful = matches!(error, RecordError::Doubtful(_));
                // What is wrong with a field stands at the field; only the rest is said of the whole.
                let reason = match &error {
                    RecordError::Edit(EditError::Fields(_)) => None,
                    error => error.message().map(|it| it.told(self.language)),
                };
                let draft = Box::new(self.draft_view(id)?);
                let reason = reason.or_else(|| match draft.problems.is_empty() {
                    true => error.message().map(|it| it.told(self.language)),
                    false => None,
                });
                Ok(Submitted::Refused { draft, reason, doubtful })
            }
        }
    }

    fn discard(&mut self, draft: &Handle) -> Result<(), Refusal> {
        let draft = self.named(draft)?;
        let discarded = self.device.discard_draft(self.now, self.rng, draft);
        self.told(discarded)
    }
}

impl DeviceSource<'_> {
    /// Begins the form of a new record.
    pub(crate) fn begin_new(
        &mut self,
        record_type: &TypeName,
        case: Option<CaseId>,
    ) -> Result<DraftId, Refusal> {
        if let Some(case) = case {
            let held = self.stored(self.device.store().read().holds_case(case))?;
            if !held {
                return Err(Refusal::NotFound);
            }
        }
        let catalogue = Arc::clone(&self.catalogue);
        let known = catalogue.record_type(record_type).ok_or(Refusal::NotFound)?;
        if !self.told(self.device.may_make(self.now, known))? {
            return Err(self.refusal(&RecordError::Policy(model::policy::Denial::Role)));
        }
        let new = NewDraft::Record { record_type: record_type.clone(), case, program: None };
        let begun = self.device.begin_draft(self.now, self.rng, new);
        self.told(begun)
    }

    /// Keeps answers of a draft.
    pub(crate) fn keep_answers(
        &mut self,
        draft: DraftId,
        answers: &[(FieldName, Answer)],
    ) -> Result<(), Refusal> {
        let kept = self.device.answer(self.now, self.rng, draft, answers);
        self.told(kept)
    }

    /// Submits a draft. What was saved is to be sent.
    pub(crate) fn submit_draft(
        &mut self,
        draft: DraftId,
        doubts: Doubts,
    ) -> Result<RecordId, RecordError> {
        let submitted = self.device.submit(self.now, self.rng, draft, doubts)?;
        self.asked.saved = true;
        Ok(submitted.record)
    }

    /// Keeps that something happened now. What was stamped stands until it is corrected with a reason.
    pub(crate) fn stamp_draft(&mut self, draft: &Handle, time: &FieldName) -> Result<(), Refusal> {
        let draft: DraftId = self.named(draft)?;
        let filled = self.filled(draft)?;
        let stamps = self.record_type(&filled.row.record_type)?.stamps.as_ref();
        if !stamps.is_some_and(|stamps| stamps.times.contains(time)) {
            return Err(Refusal::NotFound);
        }
        if filled.answers().contains_key(time) {
            return Ok(());
        }
        let now = Answer::Value(FieldValue::Scalar(Scalar::DateTime(self.now)));
        self.keep_answers(draft, &[(time.clone(), now)])
    }

    /// Submits a draft that was made with one tap: what is missing is asked for in its form.
    pub(crate) fn submit_tapped(
        &mut self,
        draft: DraftId,
        also: &[CaseId],
    ) -> Result<Noted, Refusal> {
        let handle = self.handles.of(&draft)?;
        let submitted = self.device.submit_together(self.now, self.rng, draft, also, Doubts::Ask);
        match submitted {
            Ok(_) => {
                self.asked.saved = true;
                Ok(Noted::Saved(handle))
            }
            // Who may not write it at all is told so; nothing of it waits for an answer.
            Err(error @ RecordError::Policy(_)) => {
                let discarded = self.device.discard_draft(self.now, self.rng, draft);
                self.told(discarded)?;
                Err(self.refusal(&error))
            }
            Err(error @ (RecordError::Store(_) | RecordError::Vault(_))) => {
                Err(self.refusal(&error))
            }
            Err(_) => Ok(Noted::Asked(handle)),
        }
    }

    /// Reads one answer as it is kept.
    pub(crate) fn read_answer(
        &mut self,
        filled: &Filled,
        field: &FieldName,
        answered: Answered,
    ) -> Result<Answer, Refusal> {
        let catalogue = Arc::clone(&self.catalogue);
        let name = field.as_str();
        let record_type =
            catalogue.record_type(&filled.row.record_type).ok_or(Refusal::NotFound)?;
        let (now, people) = (self.now, &filled.people);
        let read = |text: &str| {
            let read = input::answers(now, &catalogue, people, record_type, [(name, text)])?;
            Ok(read.into_iter().next().map_or(Answer::Nothing, |(_, answer)| answer))
        };
        let answer: Result<Answer, InputError> = match answered {
            Answered::Typed(text) => read(&text),
            Answered::Chosen(options) => read(&options.join(",")),
            Answered::Entry(parts) => {
                let parts = parts.iter().map(|(part, text)| (part.as_str(), text.as_str()));
                let rng = &mut *self.rng;
                let edit = input::log_entry(now, rng, &catalogue, people, record_type, name, parts);
                edit.map(|edit| {
                    let mut stands = filled.answers();
                    stands.retain(|other, _| other == field);
                    let edited = answers::edited(stands, &[edit]);
                    edited.into_iter().next().map_or(Answer::Nothing, |(_, answer)| answer)
                })
            }
            Answered::WithoutEntry(entry) => {
                let known = filled.kept.get(field).cloned();
                let without = known.clone().and_then(|kept| kept.without_entry(&entry));
                Ok(without.or(known.map(|kept| kept.answer)).unwrap_or(Answer::Nothing))
            }
        };
        answer.map_err(|error| {
            let problems = error.problems().map(|problem| problem.message().told(self.language));
            Refusal::Invalid(problems.collect())
        })
    }

    /// Says of a record that it is ready when its form is handed in.
    fn hand_in(&mut self, draft: DraftId) -> Result<(), Refusal> {
        let filled = self.filled(draft)?;
        let is_new = matches!(filled.row.of, DraftOf::New(_));
        let known = self.record_type(&filled.row.record_type)?;
        let answers = filled.answers();
        match handing_in::ready(known, is_new, &answers, &[]) {
            Some(Edit::Set { field, value }) => {
                self.keep_answers(draft, &[(field, Answer::Value(FieldValue::Scalar(value)))])
            }
            _ => Ok(()),
        }
    }
}

/// Returns the name of the field in which an author says that a record is ready.
pub(crate) fn approval_field() -> Result<FieldName, Refusal> {
    APPROVAL.parse().map_err(|_| Refusal::NotFound)
}

/// Returns what an author says of a record.
pub(crate) fn approval(code: &str) -> Result<Answer, Refusal> {
    let code = code.parse().map_err(|_| Refusal::NotFound)?;
    Ok(Answer::Value(FieldValue::Scalar(Scalar::Choice(code))))
}
