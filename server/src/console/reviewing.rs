//! Deciding on pages: on records that wait for review, and between values that people wrote without
//! knowledge of each other.

use model::answers::{Answer, KeptAnswer, KeptAnswers};
use model::catalogue::{Decides, RecordType};
use model::document::EditError;
use model::followup;
use model::ids::{ChangeHash, FieldName, OptionCode, RecordId};
use model::policy;
use model::record::{Edit, Record};
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::{Approval, Handle, Seen};

use super::drafts::BeginDraft;
use super::screens::Screens;
use super::{ConsoleError, EditRecord, NewRecord, Reader};
use crate::store::records::RecordRow;

/// How the catalogue says that a record is approved, or given back to its author.
const APPROVED: &str = "approved";
pub(super) const RETURNED: &str = "returned";

impl Screens<'_> {
    /// Approves a record, unless it is another one by now than was seen.
    pub(super) fn approve_as_seen(
        &mut self,
        record: &Handle,
        Seen(seen): Seen,
    ) -> Result<Approval, Refusal> {
        let record = self.named::<RecordId>(record)?;
        let ready = self.read(|reader, _| {
            let (stored, whole) = reader.to_decide_on(record)?;
            let Some(Seen(now)) = reader.reviewed_by_them(&stored, &whole)? else {
                return Ok(Err(Approval::Settled));
            };
            if now != seen {
                return Ok(Err(Approval::Changed));
            }
            if whole.to_review().next().is_some() {
                return Ok(Err(Approval::Disputed));
            }
            let (record_type, decides) = reader.review_type()?;
            let edits = vec![
                Edit::Set { field: decides.record.clone(), value: Scalar::Ref(record) },
                Edit::Set { field: decides.by.clone(), value: choice(APPROVED)? },
            ];
            let (record_type, case) = (record_type.name.clone(), stored.case);
            let (program, anyway, reason) = (None, false, None);
            Ok(Ok(NewRecord { record_type, case, program, edits, anyway, reason }))
        })?;
        match ready {
            Err(not_now) => Ok(not_now),
            Ok(review) => {
                let rng = self.rng();
                let made = self.console.create(rng, &review);
                self.told(made)?;
                Ok(Approval::Done)
            }
        }
    }

    /// Begins the form of a review that returns a record.
    pub(super) fn begin_return_of(&mut self, record: &Handle) -> Result<Handle, Refusal> {
        let record = self.named::<RecordId>(record)?;
        let (asked, answers) = self.read(|reader, _| {
            let (stored, whole) = reader.to_decide_on(record)?;
            if reader.reviewed_by_them(&stored, &whole)?.is_none() {
                return Err(ConsoleError::NotFound);
            }
            let (record_type, decides) = reader.review_type()?;
            let answer = |value: Scalar| {
                let answer = Answer::Value(FieldValue::Scalar(value));
                KeptAnswer { answer, base: None }
            };
            let mut answers = KeptAnswers::from([
                (decides.record.clone(), answer(Scalar::Ref(record))),
                (decides.by.clone(), answer(choice(RETURNED)?)),
            ]);
            // Who is to mend it is its author, and nobody has to say so.
            for owner in record_type.follow_ups.iter().filter_map(|rule| rule.due_from.as_ref()) {
                answers.insert(owner.clone(), answer(Scalar::User(stored.created_by)));
            }
            let record_type = record_type.name.clone();
            Ok((BeginDraft { record_type, case: stored.case, edits: None, repairs: None }, answers))
        })?;
        self.begin_form(&asked, &answers)
    }

    /// Decides that the value which a change wrote stands. Returns whether it was still disputed.
    pub(super) fn settle_on(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal> {
        let record = self.named::<RecordId>(record)?;
        let kept = self.read(|reader, _| {
            let (_, whole) = reader.to_decide_on(record)?;
            let conflict = whole.conflicts.iter().find(|conflict| conflict.field == *field);
            let value = conflict
                .and_then(|conflict| conflict.values.iter().find(|value| value.change == change));
            Ok(value.and_then(|value| value.value.scalar()).cloned())
        })?;
        let Some(value) = kept else { return Ok(false) };
        let edits = vec![Edit::Set { field: field.clone(), value }];
        let asked = EditRecord { record, edits, anyway: true, reason: None };
        let rng = self.rng();
        let edited = self.console.edit(rng, &asked);
        self.told(edited)?;
        Ok(true)
    }
}

impl Reader<'_> {
    /// Reads a record that they may see, to decide on it.
    pub(super) fn to_decide_on(
        &self,
        record: RecordId,
    ) -> Result<(RecordRow, Record), ConsoleError> {
        let (_, listed) = self.find(record)?.ok_or(ConsoleError::NotFound)?;
        let stored = self.db.record_row(record)?.ok_or(ConsoleError::NotFound)?;
        let (document, _) = self.document(listed.record)?;
        let whole = document.record(&self.context.catalogue).map_err(EditError::from)?;
        Ok((stored, whole))
    }

    /// Returns how much there is of a record that waits for their review; `None` for one that does not:
    /// nobody reviews what they made themselves.
    pub(super) fn reviewed_by_them(
        &self,
        stored: &RecordRow,
        record: &Record,
    ) -> Result<Option<Seen>, ConsoleError> {
        let reviews = policy::reviews(&self.context.catalogue, &self.memberships);
        let place = (stored.program.clone(), stored.scope.compartment.clone());
        let theirs = reviews.contains(&place) && stored.created_by != self.user;
        if !theirs || !followup::awaits_review(&record.fields_json()) {
            return Ok(None);
        }
        Ok(Some(Seen(self.db.count_changes(stored.id)?.saturating_sub(1))))
    }

    /// Returns the type by which records are reviewed.
    pub(super) fn review_type(&self) -> Result<(&RecordType, &Decides), ConsoleError> {
        let mut types = self.context.catalogue.types.values();
        let found = types.find_map(|known| Some((known, known.decides.as_ref()?)));
        found.ok_or(ConsoleError::NotFound)
    }
}

pub(super) fn choice(option: &str) -> Result<Scalar, ConsoleError> {
    let option: OptionCode = option.parse().map_err(|_| ConsoleError::NotFound)?;
    Ok(Scalar::Choice(option))
}
