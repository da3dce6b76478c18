//! `stamps` in `[type]`: times that are noted with one tap when something happens.

use super::fields::{Fields, Named};
use super::problem::{Need, Thing, unknown, wrong_kind};
use super::section::Section;
use crate::catalogue::{Field, FieldKind, Stamps};
use crate::ids::FieldName;
use crate::words::Message;

/// Reads the `stamps` table of a type.
pub(super) fn read_stamps(mut section: Section<'_>, fields: &Fields) -> Option<Stamps> {
    let times = section.parsed_list::<FieldName>("times");
    let times = section.required("times", times);
    let corrections = section.parsed::<FieldName>("corrections");
    let corrections = section.required("corrections", corrections);
    section.finish();
    for name in times.iter().flatten() {
        match fields.named(name) {
            Named::Field(field) if field.kind != FieldKind::DateTime => {
                section.mistake("times", wrong_kind(field, Need::DateTimeField));
            }
            Named::Field(_) | Named::Mistaken => {}
            Named::Nothing => {
                section.mistake("times", unknown(Thing::Field, name, fields.names()));
            }
        }
    }
    match corrections.as_ref().map(|name| (name, fields.named(name))) {
        Some((name, Named::Field(field))) if !is_log_of_corrections(field) => {
            section
                .mistake("corrections", Message::new("no_log_of_corrections").with("name", name));
        }
        Some((name, Named::Nothing)) => {
            section.mistake("corrections", unknown(Thing::Field, name, fields.names()));
        }
        Some((_, Named::Field(_) | Named::Mistaken)) | None => {}
    }
    Some(Stamps { times: times?, corrections: corrections? })
}

fn is_log_of_corrections(field: &Field) -> bool {
    let FieldKind::Log { entry } = &field.kind else { return false };
    let has = |name: &str, kind: &FieldKind| {
        entry.iter().any(|part| part.name.as_str() == name && part.kind == *kind)
    };
    has(Stamps::TIME, &FieldKind::Text)
        && has(Stamps::WAS, &FieldKind::DateTime)
        && has(Stamps::WHY, &FieldKind::Text)
}
