//! The order in which a type's fields stand on a page: in the sections of its form, those that every
//! record has last.

use model::catalogue::{Field, Question, RecordType};
use model::ids::FieldName;

use super::question::{Asked, Asker};
use crate::words::Words;

/// A part of a form: a section, or questions that stand in none.
pub(crate) struct Part {
    /// Its id on the page. It is the same however the form stands, and the part is always there: an
    /// answer may bring questions into it.
    pub(crate) id: String,
    pub(crate) heading: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) questions: Vec<Asked>,
}

/// Fields that stand together.
pub(crate) struct Section<'c> {
    pub(crate) heading: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) fields: Vec<&'c Field>,
}

/// Returns the parts of a form as it stands.
pub(crate) fn parts(asker: &Asker<'_>) -> Vec<Part> {
    let sections = sections(asker.record_type, asker.values.words);
    let part = |(number, section): (usize, Section<'_>)| Part {
        id: format!("part-{}", number + 1),
        heading: section.heading,
        note: section.note,
        questions: questions(asker, &section.fields),
    };
    sections.into_iter().enumerate().map(part).collect()
}

/// Returns the questions of a part that are on the page. What says what "other" is follows the question
/// that it belongs to.
fn questions(asker: &Asker<'_>, fields: &[&Field]) -> Vec<Asked> {
    let says_what = |field: &&Field| field.question.says_what.clone();
    let nested: Vec<FieldName> = fields.iter().filter_map(says_what).collect();
    let ask = |name: &FieldName, nested| asker.question(asker.view.form.question(name)?, nested);
    let mut asked = Vec::new();
    for field in fields.iter().filter(|field| !nested.contains(&field.name)) {
        asked.extend(ask(&field.name, false));
        asked.extend(says_what(field).and_then(|what| ask(&what, true)));
    }
    asked
}

/// Returns the fields of a type as they stand together.
pub(crate) fn sections<'c>(record_type: &'c RecordType, words: Words) -> Vec<Section<'c>> {
    let mut sections: Vec<Section<'c>> = Vec::new();
    let mut last: Option<Where<'_>> = None;
    for field in &record_type.fields {
        let place = Where::of(field);
        if last != Some(place) {
            sections.push(begun(record_type, place, words));
        }
        if let Some(section) = sections.last_mut() {
            section.fields.push(field);
        }
        last = Some(place);
    }
    sections
}

#[derive(Clone, Copy, PartialEq)]
enum Where<'f> {
    Section(&'f str),
    OfEveryRecord,
    Alone,
}

impl<'f> Where<'f> {
    fn of(field: &'f Field) -> Self {
        let Question { section, .. } = &field.question;
        match section {
            Some(section) => Self::Section(section),
            None if is_of_every_record(&field.name) => Self::OfEveryRecord,
            None => Self::Alone,
        }
    }
}

fn begun<'c>(record_type: &RecordType, place: Where<'_>, words: Words) -> Section<'c> {
    let (heading, note) = match place {
        Where::Section(name) => {
            let section = record_type.sections.iter().find(|section| section.name == name);
            let note = section.and_then(|section| section.note.as_ref());
            (
                section.map(|section| words.label(&section.label).to_owned()),
                note.map(|note| words.label(note).to_owned()),
            )
        }
        Where::OfEveryRecord => (Some(words.form_of_every_record()), None),
        Where::Alone => (None, None),
    };
    Section { heading, note, fields: Vec::new() }
}

/// Returns whether it is one of the fields that every record has besides its own (common.toml).
pub(crate) fn is_of_every_record(name: &FieldName) -> bool {
    COMMON.contains(&name.as_str())
}

const COMMON: [&str; 8] = [
    "occurred_at",
    "zone",
    "approval",
    "void_reason",
    "amends",
    "next_due",
    "assigned_to",
    "due_owner",
];
