//! The answers of a form that is filled in bit by bit: what they make of it, and what they become when
//! it is submitted.
//!
//! Device and console keep the same [`KeptAnswer`]s, each in its own store. What could not be read of
//! them is asked of `input`.

mod stored;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::RecordType;
use crate::forms::{self, FormState};
use crate::ids::FieldName;
use crate::record::{Edit, FieldProblem};
use crate::value::FieldValue;

pub use stored::{UnreadableAnswer, base_to_text};

/// What was answered to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A value of the question's kind.
    Value(FieldValue),
    /// What was typed and is no value of its kind, or not yet.
    Typed(String),
    /// No answer any more.
    Nothing,
}

impl Answer {
    /// Returns what edits of one field answer.
    pub fn of_edits(edits: &[Edit]) -> Self {
        let mut made = BTreeMap::new();
        edits.iter().for_each(|edit| forms::apply(&mut made, edit));
        made.into_values().next().map_or(Self::Nothing, Self::Value)
    }

    /// Returns the answer that is this value; an empty one is no answer.
    pub fn of_value(value: Option<FieldValue>) -> Self {
        value.filter(|value| !value.is_empty()).map_or(Self::Nothing, Self::Value)
    }

    /// Returns its value; `None` also when what was typed is none.
    pub fn value(&self) -> Option<&FieldValue> {
        match self {
            Self::Value(value) => Some(value),
            Self::Typed(_) | Self::Nothing => None,
        }
    }

    /// Returns what was typed and is no value of the question's kind.
    pub fn typed(&self) -> Option<&str> {
        match self {
            Self::Typed(text) => Some(text),
            Self::Value(_) | Self::Nothing => None,
        }
    }
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The answer.
    pub answer: Answer,
    /// What stood in the record that is edited when the question was first answered.
    pub base: Option<FieldValue>,
}

impl KeptAnswer {
    /// Returns the edits by which it is entered in a record in which this stands now.
    pub fn edits_since(&self, field: &FieldName, present: Option<&FieldValue>) -> Vec<Edit> {
        match &self.answer {
            Answer::Typed(_) => Vec::new(),
            Answer::Value(_) | Answer::Nothing => {
                forms::edits_over(field, self.base.as_ref(), self.answer.value(), present)
            }
        }
    }

    /// Returns the answer without an entry of its log; `None` if it has no such entry, or the entry
    /// stands in the record that is edited: what is there is not removed.
    pub fn without_entry(self, entry: &str) -> Option<Answer> {
        let Answer::Value(FieldValue::Log(mut entries)) = self.answer else { return None };
        let stands =
            matches!(&self.base, Some(FieldValue::Log(known)) if known.contains_key(entry));
        if stands {
            return None;
        }
        entries.remove(entry)?;
        Some(Answer::of_value(Some(FieldValue::Log(entries))))
    }
}

/// The answers of a form, by their fields.
pub type KeptAnswers = BTreeMap<FieldName, KeptAnswer>;

/// Returns the answers that a form starts with.
pub fn defaults(record_type: &RecordType, form: FormState) -> Vec<(FieldName, Answer)> {
    let defaults = form.questions.into_iter().filter_map(|question| {
        let kind = &record_type.field(question.field.as_str())?.kind;
        let value = question.default?.as_answer(kind)?;
        Some((question.field, Answer::Value(value)))
    });
    defaults.collect()
}

/// Returns what stands in a form that is filled in: what stands in the record that is edited, if there
/// is one, with the answers over it.
pub fn filled(
    mut stands: BTreeMap<FieldName, FieldValue>,
    kept: &KeptAnswers,
) -> BTreeMap<FieldName, FieldValue> {
    for (field, kept) in kept {
        match &kept.answer {
            Answer::Value(value) => drop(stands.insert(field.clone(), value.clone())),
            Answer::Typed(_) | Answer::Nothing => drop(stands.remove(field)),
        }
    }
    stands
}

/// Does to what stands in a form what edits do to a record. Returns the answers that change by it.
pub fn edited(
    mut stands: BTreeMap<FieldName, FieldValue>,
    edits: &[Edit],
) -> Vec<(FieldName, Answer)> {
    edits.iter().for_each(|edit| forms::apply(&mut stands, edit));
    let fields: BTreeSet<&FieldName> = edits.iter().map(Edit::field).collect();
    let answer = |field: &FieldName| (field.clone(), Answer::of_value(stands.remove(field)));
    fields.into_iter().map(answer).collect()
}

/// A form's answers as they are submitted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// The edits by which those answers that the form asks for are entered.
    pub edits: Vec<Edit>,
    /// Answers that are dropped: with the others as they are, their questions are not asked.
    pub dropped: Vec<FieldName>,
}

/// Returns what answers become in a record in which this stands now; in a new one nothing does.
pub fn submission(
    form: &FormState,
    kept: &KeptAnswers,
    present: &BTreeMap<FieldName, FieldValue>,
) -> Submission {
    let mut submission = Submission::default();
    for (field, kept) in kept {
        if form.asks(field) {
            submission.edits.extend(kept.edits_since(field, present.get(field)));
        } else if kept.answer != Answer::Nothing {
            submission.dropped.push(field.clone());
        }
    }
    submission
}

/// Lists the fields that somebody else has changed since they were answered.
pub fn changed_since(
    kept: &KeptAnswers,
    present: &BTreeMap<FieldName, FieldValue>,
) -> Vec<FieldName> {
    let is_changed = |(field, kept): &(&FieldName, &KeptAnswer)| {
        !is_same(field, present.get(*field), kept.base.as_ref())
    };
    kept.iter().filter(is_changed).map(|(field, _)| field.clone()).collect()
}

/// Returns whether two values of a field are the same to whoever answers it.
pub fn is_same(field: &FieldName, one: Option<&FieldValue>, other: Option<&FieldValue>) -> bool {
    forms::edits_between(field, one, other).is_empty()
        && forms::edits_between(field, other, one).is_empty()
}

/// Puts what could not be read among the other problems, in the order of the form. Of a field that
/// could not be read nothing else is said: what is missing there was typed.
pub fn in_order(
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::forms::{Facts, Filling};
    use crate::record::Problem;
    use crate::time::Timestamp;
    use crate::value::{LogEntry, Scalar};

    #[test]
    fn answers_stand_over_the_record_and_what_was_typed_or_emptied_stands_for_nothing() {
        let stands = fields([("mode", text("street")), ("place", text("a")), ("note", text("b"))]);
        let kept = kept([
            ("mode", Answer::Value(text("phone"))),
            ("place", Answer::Typed("?".into())),
            ("note", Answer::Nothing),
        ]);
        assert_eq!(filled(stands, &kept), fields([("mode", text("phone"))]));
    }

    #[test]
    fn edits_of_a_form_change_the_answers_to_their_questions_alone() {
        let stands = fields([("minutes", text("5")), ("mode", text("street"))]);
        let edits = [set("place", "corner"), Edit::Clear { field: field("mode") }];
        let changed = edited(stands, &edits);
        let expected =
            [(field("mode"), Answer::Nothing), (field("place"), Answer::Value(text("corner")))];
        assert_eq!(changed, expected);
    }

    #[test]
    fn an_answer_that_is_not_asked_for_is_dropped_by_name_and_one_that_was_emptied_in_silence() {
        with_form(|_, form| {
            let mut form = form.clone();
            let hidden = [field("minutes"), field("purpose")];
            for question in &mut form.questions {
                question.shown &= !hidden.contains(&question.field);
            }
            let kept = kept([
                ("mode", Answer::Value(text("x"))),
                ("minutes", Answer::Value(text("y"))),
                ("purpose", Answer::Nothing),
            ]);
            let submission = submission(&form, &kept, &BTreeMap::new());
            assert_eq!(submission.edits, [set("mode", "x")]);
            assert_eq!(submission.dropped, [field("minutes")]);
        });
    }

    #[test]
    fn a_field_counts_as_changed_when_it_holds_something_else_than_when_it_was_answered() {
        let answer = |base: Option<&str>| KeptAnswer {
            answer: Answer::Value(text("mine")),
            base: base.map(text),
        };
        let kept: KeptAnswers = [
            (field("mode"), answer(Some("street"))),
            (field("place"), answer(None)),
            (field("note"), answer(Some("gone"))),
        ]
        .into();
        let present = fields([("mode", text("street")), ("place", text("theirs"))]);
        assert_eq!(changed_since(&kept, &present), [field("note"), field("place")]);
    }

    #[test]
    fn an_entry_that_stands_in_the_record_is_not_removed_with_an_answer() {
        let log = |ids: &[&str]| {
            let entries = ids.iter().map(|id| ((*id).to_owned(), LogEntry::new()));
            FieldValue::Log(entries.collect())
        };
        let kept =
            || KeptAnswer { answer: Answer::Value(log(&["a", "b"])), base: Some(log(&["a"])) };
        assert_eq!(kept().without_entry("a"), None);
        assert_eq!(kept().without_entry("c"), None);
        assert_eq!(kept().without_entry("b"), Some(Answer::Value(log(&["a"]))));
        let alone = KeptAnswer { answer: Answer::Value(log(&["b"])), base: None };
        assert_eq!(alone.without_entry("b"), Some(Answer::Nothing));
    }

    #[test]
    fn problems_stand_in_the_order_of_the_form_and_what_was_typed_is_not_missing() {
        with_form(|contact, form| {
            let order = |problem: &FieldProblem| {
                contact.fields.iter().position(|known| known.name == problem.field).unwrap()
            };
            let missing = form.problems();
            assert!(missing.iter().any(|problem| problem.field == field("mode")));
            let unread =
                |name: &str| FieldProblem { field: field(name), problem: Problem::NotAsked };
            let problems = in_order(contact, vec![unread("minutes"), unread("mode")], missing);
            assert!(problems.is_sorted_by_key(order), "{problems:?}");
            let of_mode = problems.iter().filter(|problem| problem.field == field("mode"));
            assert_eq!(of_mode.collect::<Vec<_>>(), [&unread("mode")]);
        });
    }

    fn with_form(test: impl FnOnce(&RecordType, &FormState)) {
        let catalogue = Catalogue::builtin().unwrap();
        let contact = catalogue.record_type(&"outreach_contact".parse().unwrap()).unwrap();
        let now: Timestamp = "2026-11-28T15:00:00Z".parse().unwrap();
        let filling = Filling { now, answers: &BTreeMap::new(), facts: &Facts::default() };
        test(contact, &FormState::of(&catalogue, contact, filling));
    }

    fn kept<const N: usize>(answers: [(&str, Answer); N]) -> KeptAnswers {
        answers.map(|(name, answer)| (field(name), KeptAnswer { answer, base: None })).into()
    }

    fn fields<const N: usize>(values: [(&str, FieldValue); N]) -> BTreeMap<FieldName, FieldValue> {
        values.map(|(name, value)| (field(name), value)).into()
    }

    fn set(name: &str, words: &str) -> Edit {
        Edit::Set { field: field(name), value: Scalar::Text(words.into()) }
    }

    fn text(words: &str) -> FieldValue {
        FieldValue::Scalar(Scalar::Text(words.into()))
    }

    fn field(name: &str) -> FieldName {
        name.parse().unwrap()
    }
}
