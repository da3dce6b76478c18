//! Refused work that is written anew in a form. It begins with what could be read of it, is checked as every
//! form is, and settles the work when it is submitted.

use std::collections::BTreeMap;

use model::answers::{Answer, KeptAnswer, KeptAnswers};
use model::catalogue::{BelongsTo, fields_from_json};
use model::document::EditError;
use model::ids::{DraftId, FieldName, RecordId};
use model::record::Edit;
use model::value::FieldValue;
use model::words::Message;
use ui::Refusal;
use ui::views::Handle;

use super::drafts::{BeginDraft, DraftView};
use super::handles::number_of;
use super::screens::Screens;
use super::{ConsoleError, Reader, RefusalView, RepairRefusal, ShowRefusal, stated};
use crate::error::StoreError;

impl Screens<'_> {
    /// Begins the form in which refused work is written anew, or goes on with the one that was begun.
    pub(super) fn begin_repair_of(&mut self, entry: &Handle, why: &str) -> Result<Handle, Refusal> {
        let entry = number_of(entry).ok_or(Refusal::NotFound)?;
        let why = stated(why);
        let why = self.told(why)?;
        let rng = self.rng();
        let view = self.console.refusal(rng, &ShowRefusal { entry, reason: None });
        let view = self.told(view)?;
        let open = self.console.drafts();
        let open = self.told(open)?;
        if let Some(begun) = open.iter().find(|draft| draft.repairs == Some(entry)) {
            let handle = self.handles().of(begun.draft).map_err(ConsoleError::from);
            return self.told(handle);
        }
        let (asked, answers) = self.read(|reader, _| reader.repair_form(entry, why, view))?;
        self.begin_form(&asked, &answers)
    }

    /// Writes refused work anew as a form says. Returns the record that says it now, or why not.
    pub(super) fn repair(
        &mut self,
        row: &DraftView,
        entry: i64,
        edits: Vec<Edit>,
        anyway: bool,
    ) -> Result<Result<RecordId, ConsoleError>, Refusal> {
        let checked = self
            .console
            .readers
            .read(|db| self.console.reader(db, None)?.check_repair(row, &edits, anyway));
        if let Err(refusal) = checked {
            return Ok(Err(refusal));
        }
        let reason = self.why_repaired(row.draft)?;
        let rng = self.rng();
        let asked = RepairRefusal { entry, reason, edits };
        Ok(self.console.repair_refusal(rng, &asked).map(|decided| decided.record))
    }

    fn why_repaired(&mut self, draft: DraftId) -> Result<String, Refusal> {
        let why = self.console.why_repaired(draft);
        self.told(why)?.ok_or(Refusal::NotFound)
    }
}

impl Reader<'_> {
    /// Returns whether there is refused work of this number that they decide about.
    pub(super) fn may_decide(&self, entry: i64) -> Result<bool, StoreError> {
        match self.entry(entry) {
            Ok(_) => Ok(true),
            Err(ConsoleError::Store(failure)) => Err(failure),
            Err(_) => Ok(false),
        }
    }

    /// Returns the form that writes refused work anew, and what it begins with: what would be other than
    /// it is now.
    fn repair_form(
        &self,
        entry: i64,
        why: String,
        view: RefusalView,
    ) -> Result<(BeginDraft, KeptAnswers), ConsoleError> {
        let no_kind = || ConsoleError::invalid(Message::new("refused_of_no_kind"));
        let record_type = view.record_type.ok_or_else(no_kind)?;
        let known = self.context.catalogue.record_type(&record_type).ok_or_else(no_kind)?;
        let unreadable = || ConsoleError::invalid(Message::new("refused_unreadable"));
        let after = fields_from_json(Some(known), &view.fields.ok_or_else(unreadable)?);
        let before = fields_from_json(Some(known), &view.before.unwrap_or_default());
        let not_asked = self.not_asked(known);
        let is_asked = |name: &FieldName| {
            known.field(name.as_str()).is_some_and(|field| !field.retired)
                && !not_asked.contains(name)
        };
        let opens = known.belongs_to == BelongsTo::Itself;
        let asked = BeginDraft {
            record_type,
            case: view.case.filter(|_| view.is_new && !opens),
            edits: (!view.is_new).then_some(view.record),
            repairs: Some((entry, why)),
        };
        Ok((asked, changed(&before, after, is_asked)))
    }

    /// Checks what a form enters that repairs refused work, as it is checked of every other form.
    fn check_repair(
        &self,
        row: &DraftView,
        edits: &[Edit],
        anyway: bool,
    ) -> Result<(), ConsoleError> {
        let record_type = self.record_type(&row.record_type)?;
        self.check_references(record_type, edits)?;
        if !row.is_edit {
            self.check_new_form(record_type, row.case, edits)?;
            return self.check_doubts(record_type, None, edits, anyway);
        }
        let (document, _) = self.document(row.record)?;
        let before = document.record(&self.context.catalogue).map_err(EditError::from)?;
        self.check_edited_form(record_type, &before, edits)?;
        self.check_doubts(record_type, Some(&before), edits, anyway)
    }
}

/// Returns what differs, as answers of a form: each beside what stands there now.
fn changed(
    before: &BTreeMap<FieldName, FieldValue>,
    after: BTreeMap<FieldName, FieldValue>,
    is_asked: impl Fn(&FieldName) -> bool,
) -> KeptAnswers {
    let gone = before.keys().filter(|name| !after.contains_key(*name)).cloned();
    let gone: Vec<_> = gone.map(|name| (name, Answer::Nothing)).collect();
    let says = after.into_iter().filter(|(name, value)| before.get(name) != Some(value));
    let says = says.map(|(name, value)| (name, Answer::Value(value)));
    let answers = says.chain(gone).filter(|(name, _)| is_asked(name));
    answers
        .map(|(name, answer)| {
            let base = before.get(&name).cloned();
            (name, KeptAnswer { answer, base })
        })
        .collect()
}
