//! Disputed values for which keeping one will not do: writing what is right instead, and sending the
//! record back to everybody who wrote one of them.

use std::collections::BTreeSet;

use model::answers::{Answer, KeptAnswer};
use model::catalogue::{FieldKind, RecordType};
use model::decision;
use model::ids::{DraftId, FieldName, RecordId, UserId};
use model::policy;
use model::record::{Conflict, Edit, Record};
use model::value::{FieldValue, Scalar};
use ui::views::Handle;
use ui::{DisputeSource, FormSource as _, Refusal};

use super::reviewing::{RETURNED, choice};
use super::screens::Screens;
use super::{ConsoleError, NewRecord, Reader};
use crate::store::records::RecordRow;

impl DisputeSource for Screens<'_> {
    fn begin_combining(
        &mut self,
        record: &Handle,
        field: &FieldName,
    ) -> Result<Option<Handle>, Refusal> {
        let id = self.named::<RecordId>(record)?;
        let combined = self.read(|reader, _| {
            let (_, whole) = reader.to_decide_on(id)?;
            Ok(disputed(&whole, field).map(|conflict| combined(&whole, conflict)))
        })?;
        let Some(combined) = combined else { return Ok(None) };
        let draft = self.begin_edit(record)?;
        let named: DraftId = self.named(&draft)?;
        self.keep_unless_answered(named, field, combined)?;
        Ok(Some(draft))
    }

    fn send_back(
        &mut self,
        record: &Handle,
        field: &FieldName,
        note: &str,
    ) -> Result<Option<usize>, Refusal> {
        let id = self.named::<RecordId>(record)?;
        let reviews = self.read(|reader, _| reader.reviews_for_authors(id, field, note))?;
        let Some(reviews) = reviews else { return Ok(None) };
        for review in &reviews {
            let rng = self.rng();
            let made = self.console.create(rng, review);
            self.told(made)?;
        }
        Ok(Some(reviews.len()))
    }
}

impl Reader<'_> {
    /// Returns whether they may send a record back: those who review such records, and nobody what they
    /// made themselves.
    pub(super) fn may_send_back(&self, stored: &RecordRow) -> Result<bool, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let reviews = policy::reviews(catalogue, &self.memberships);
        let place = (stored.program.clone(), stored.scope.compartment.clone());
        let decides =
            catalogue.record_type(&stored.record_type).is_some_and(|it| it.decides.is_some());
        Ok(reviews.contains(&place) && stored.created_by != self.user && !decides)
    }

    /// Returns a review for everybody who wrote one of the disputed values; `None` if none is disputed.
    fn reviews_for_authors(
        &self,
        record: RecordId,
        field: &FieldName,
        note: &str,
    ) -> Result<Option<Vec<NewRecord>>, ConsoleError> {
        let (stored, whole) = self.to_decide_on(record)?;
        if !self.may_send_back(&stored)? {
            return Err(ConsoleError::NotFound);
        }
        let Some(conflict) = disputed(&whole, field) else { return Ok(None) };
        let mut authors = BTreeSet::new();
        for value in &conflict.values {
            authors.extend(self.db.author(value.device)?.map(|author| author.user));
        }
        // Who decides has nothing to clear up with themselves.
        authors.remove(&self.user);
        let (record_type, decides) = self.review_type()?;
        let shared = [
            Edit::Set { field: decides.record.clone(), value: Scalar::Ref(record) },
            Edit::Set { field: decides.by.clone(), value: choice(RETURNED)? },
        ];
        let marks = decides.marks.iter().map(|marks| Edit::Set {
            field: marks.clone(),
            value: Scalar::Text(field.to_string()),
        });
        let shared: Vec<Edit> =
            shared.into_iter().chain(marks).chain(says(record_type, note)).collect();
        let review = |author: UserId| NewRecord {
            record_type: record_type.name.clone(),
            case: stored.case,
            program: None,
            edits: shared.iter().cloned().chain(due_from(record_type, author)).collect(),
            anyway: false,
            reason: None,
        };
        Ok(Some(authors.into_iter().map(review).collect()))
    }
}

/// Returns who is to mend it, in the fields of a review that say so.
pub(super) fn due_from(record_type: &RecordType, author: UserId) -> impl Iterator<Item = Edit> {
    let fields = record_type.follow_ups.iter().filter_map(|rule| rule.due_from.as_ref());
    fields.map(move |field| Edit::Set { field: field.clone(), value: Scalar::User(author) })
}

/// Returns why it is sent back: it contradicts itself, and this is to be cleared up.
fn says(record_type: &RecordType, note: &str) -> Vec<Edit> {
    let kind = |fits: fn(&FieldKind) -> bool| {
        decision::says(record_type).find(|field| fits(&field.kind)).map(|field| field.name.clone())
    };
    let reasons = kind(|kind| matches!(kind, FieldKind::Choices { .. }));
    let reasons = reasons.zip(CONTRADICTS.parse().ok());
    let reason = reasons.map(|(field, option)| Edit::Add { field, option });
    let text = kind(|kind| matches!(kind, FieldKind::Text));
    let text = text.map(|field| Edit::Set { field, value: Scalar::Text(note.to_owned()) });
    reason.into_iter().chain(text).collect()
}

/// Returns the values of a field that wait for somebody's decision.
fn disputed<'r>(record: &'r Record, field: &FieldName) -> Option<&'r Conflict> {
    record.conflicts.iter().find(|conflict| conflict.review && conflict.field == *field)
}

/// Returns what a form begins with in which several values become one: all texts, one after the other,
/// and of anything else what the record shows.
fn combined(record: &Record, conflict: &Conflict) -> KeptAnswer {
    let stands = record.fields.get(&conflict.field).cloned();
    let mut texts: Vec<&str> = Vec::new();
    for value in &conflict.values {
        if let Some(Scalar::Text(text)) = value.value.scalar()
            && !texts.contains(&text.as_str())
        {
            texts.push(text);
        }
    }
    let answer = match (texts.is_empty(), &stands) {
        (false, _) => Answer::Value(FieldValue::Scalar(Scalar::Text(texts.join(" / ")))),
        (true, Some(stands)) => Answer::Value(stands.clone()),
        (true, None) => Answer::Nothing,
    };
    KeptAnswer { answer, base: stands }
}

/// How the catalogue says that a record contradicts itself.
const CONTRADICTS: &str = "inconsistent";
