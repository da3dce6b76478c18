//! What a form that was sent answers.

use model::catalogue::{Field, FieldKind, RecordType};
use model::ids::FieldName;
use model::value::FieldValue;

use super::{digest, part_sent_as, sent_as};
use crate::request::Form;
use crate::views::{Answered, DraftView};

/// What somebody does with a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// An answer has changed.
    Change,
    /// Keep it, and stay.
    Save,
    /// Make a record of it.
    Submit {
        /// Although something in it is doubtful.
        anyway: bool,
    },
    /// Throw it away.
    Discard,
    /// One more entry of this log.
    Add(FieldName),
    /// No longer this entry of this log.
    Remove(FieldName, String),
    /// One more in this counter.
    Count(FieldName),
    /// It happened now.
    Stamp(FieldName),
}

impl Action {
    /// Reads what the button says that was pressed; a form that was sent without one is kept.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = text.splitn(3, '.');
        let verb = parts.next().unwrap_or_default();
        let field = parts.next().and_then(|field| field.parse().ok());
        match (verb, field, parts.next()) {
            ("", _, _) => Self::Change,
            ("submit", _, _) => Self::Submit { anyway: false },
            ("submit_anyway", _, _) => Self::Submit { anyway: true },
            ("discard", _, _) => Self::Discard,
            ("add", Some(field), _) => Self::Add(field),
            ("count", Some(field), _) => Self::Count(field),
            ("stamp", Some(field), _) => Self::Stamp(field),
            ("remove", Some(field), Some(entry)) => Self::Remove(field, entry.to_owned()),
            _ => Self::Save,
        }
    }

    /// Returns the question that it is about.
    pub(crate) fn field(&self) -> Option<&FieldName> {
        match self {
            Self::Add(field) | Self::Count(field) | Self::Remove(field, _) => Some(field),
            Self::Change | Self::Save | Self::Submit { .. } | Self::Discard | Self::Stamp(_) => {
                None
            }
        }
    }
}

/// Returns the answers that were given anew: those that differ from what stood on the page.
pub(crate) fn answers(
    view: &DraftView,
    record_type: &RecordType,
    form: &Form,
) -> Vec<(FieldName, Answered)> {
    let asked = record_type.fields.iter().filter(|field| is_answered(view, field));
    asked.filter_map(|field| Some((field.name.clone(), answer(view, field, form)?))).collect()
}

/// Returns whether whoever fills in the form answers it at all.
fn is_answered(view: &DraftView, field: &Field) -> bool {
    let question = view.form.question(&field.name);
    let is_open = question.is_some_and(|question| !question.is_computed && !question.read_only);
    is_open && !view.not_asked.contains(&field.name)
}

fn answer(view: &DraftView, field: &Field, form: &Form) -> Option<Answered> {
    // A question that was not on the page is not answered.
    let was = form.get(&format!("was.{}", field.name))?;
    let name = sent_as(&field.name);
    if digest(form.all(&name)) == was {
        return None;
    }
    if view.markable.as_ref().is_some_and(|marks| marks.field == field.name) {
        let marked: Vec<&str> = form.all(&name).filter(|one| !one.is_empty()).collect();
        return Some(Answered::Typed(marked.join(" ")));
    }
    Some(match &field.kind {
        FieldKind::Choices { .. } | FieldKind::Refs { .. } => Answered::Chosen(
            form.all(&name).filter(|one| !one.is_empty()).map(str::to_owned).collect(),
        ),
        FieldKind::Text => Answered::Typed(form.text(&name).to_owned()),
        FieldKind::SharedNote => Answered::Typed(note(view, field, form)),
        FieldKind::Counter => Answered::Typed(counted(view, field, form)),
        FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Bool
        | FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Time
        | FieldKind::Duration { .. }
        | FieldKind::Phone
        | FieldKind::Choice { .. }
        | FieldKind::Ref { .. }
        | FieldKind::User => Answered::Typed(form.text(&name).trim().to_owned()),
        FieldKind::Log { .. } => return None,
    })
}

/// Returns a whole shared note: what stood above the input, and what was typed into it.
fn note(view: &DraftView, field: &Field, form: &Form) -> String {
    let typed = form.text(&sent_as(&field.name));
    let kept = form.text(&format!("kept.{}", field.name)).parse().unwrap_or(0);
    let (answer, stands) = (view.answers.get(&field.name), view.stands.get(&field.name));
    let Some(FieldValue::SharedNote(text)) = answer.filter(|_| kept > 0) else {
        return typed.to_owned();
    };
    // Before it is answered here, all that stands there stays: somebody may have written more since.
    let before: String = match answer == stands {
        true => text.clone(),
        false => text.chars().take(kept).collect(),
    };
    match typed.is_empty() {
        true => before,
        false if before.ends_with('\n') => before + typed,
        false => format!("{before}\n{typed}"),
    }
}

/// Returns the sum that a counter comes to. Before it is answered here, what others have counted since the
/// page was made is counted, too.
fn counted(view: &DraftView, field: &Field, form: &Form) -> String {
    let typed = form.text(&sent_as(&field.name)).trim();
    let (answer, stands) = (view.answers.get(&field.name), view.stands.get(&field.name));
    let had = form.text(&format!("had.{}", field.name)).parse::<i64>().unwrap_or(0);
    match (typed.parse::<i64>(), answer) {
        (Ok(sum), Some(FieldValue::Counter(now))) if answer == stands => {
            now.saturating_add(sum.saturating_sub(had)).to_string()
        }
        _ => typed.to_owned(),
    }
}

/// Returns what a button adds to a log or a counter, or takes away. Kept or submitted with the form is
/// every new entry, too, that somebody has begun.
pub(crate) fn entries(
    view: &DraftView,
    record_type: &RecordType,
    form: &Form,
    action: &Action,
) -> Vec<(FieldName, Answered)> {
    let of =
        |field: &FieldName| record_type.field(field.as_str()).filter(|it| is_answered(view, it));
    let all = || record_type.fields.iter().filter(|field| is_answered(view, field));
    let one = match action {
        Action::Change | Action::Discard => None,
        Action::Save | Action::Submit { .. } | Action::Add(_) | Action::Stamp(_) => {
            return all().filter_map(|log| Some((log.name.clone(), entry(log, form)?))).collect();
        }
        Action::Remove(field, entry) => {
            of(field).map(|_| (field.clone(), Answered::WithoutEntry(entry.clone())))
        }
        Action::Count(field) => of(field).and_then(|known| {
            let now = match view.answers.get(field) {
                Some(FieldValue::Counter(now)) => *now,
                _ => 0,
            };
            let next = now.saturating_add(1).to_string();
            (known.kind == FieldKind::Counter).then(|| (field.clone(), Answered::Typed(next)))
        }),
    };
    one.into_iter().collect()
}

fn entry(log: &Field, form: &Form) -> Option<Answered> {
    let parts = log.kind.entry()?.iter().filter(|part| !part.retired);
    let typed = parts.filter_map(|part| {
        let name = part_sent_as(&log.name, &part.name);
        let texts: Vec<&str> = form.all(&name).filter(|text| !text.trim().is_empty()).collect();
        // Several options of a part stand with commas between them.
        (!texts.is_empty()).then(|| (part.name.clone(), texts.join(",")))
    });
    let typed: Vec<_> = typed.collect();
    (!typed.is_empty()).then_some(Answered::Entry(typed))
}

/// Returns the parts of a log's entry that have to be answered, and are not.
pub(crate) fn missing<'f>(log: &'f Field, answered: &Answered) -> Vec<&'f Field> {
    let Answered::Entry(typed) = answered else { return Vec::new() };
    let parts = log.kind.entry().unwrap_or_default().iter();
    let is_missing = |part: &&Field| {
        part.required && !part.retired && typed.iter().all(|(name, _)| *name != part.name)
    };
    parts.filter(is_missing).collect()
}
