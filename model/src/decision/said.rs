//! What a record that decides on another says to that one's author: why, and which fields are meant.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::catalogue::{Field, FieldKind, RecordType};
use crate::ids::FieldName;

/// Returns the fields in which records of a type say why they decide so: what is chosen or written in
/// them besides what is decided, and on what. None of a type that decides nothing.
pub fn says(record_type: &RecordType) -> impl Iterator<Item = &Field> {
    let decides = record_type.decides.as_ref();
    // Those that every type has come after its own, and one of them is what is set.
    let own = record_type.fields.iter().take_while(|field| !is_common(&field.name));
    let own = own.filter(|field| !field.retired);
    own.filter(move |field| {
        let is_why = matches!(
            field.kind,
            FieldKind::Choice { .. } | FieldKind::Choices { .. } | FieldKind::Text
        );
        is_why
            && decides.is_some_and(|decides| {
                decides.by != field.name && decides.marks.as_ref() != Some(&field.name)
            })
    })
}

/// Returns the fields of the other record that such a record marks, by what stands in its own.
pub fn marked(record_type: &RecordType, fields: &Map<String, Json>) -> BTreeSet<FieldName> {
    let marks = record_type.decides.as_ref().and_then(|decides| decides.marks.as_ref());
    let text = marks.and_then(|marks| fields.get(marks.as_str())?.as_str()).unwrap_or_default();
    text.split_whitespace().filter_map(|name| name.parse().ok()).collect()
}

/// The first of the fields that every type has.
fn is_common(name: &FieldName) -> bool {
    name.as_str() == crate::catalogue::common::OCCURRED_AT
}
