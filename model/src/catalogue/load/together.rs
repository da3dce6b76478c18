//! `together` in `[type]`: several people who were met at once.

use super::fields::{Fields, Named};
use super::problem::{Need, Thing, unknown, wrong_kind};
use super::section::Section;
use crate::catalogue::{BelongsTo, Field, FieldKind, Together};
use crate::ids::{FieldName, TypeName};
use crate::words::Message;

/// Reads the `together` table of a type of this name.
pub(super) fn read_together(
    mut section: Section<'_>,
    own: &TypeName,
    belongs_to: Option<BelongsTo>,
    fields: &Fields,
) -> Option<Together> {
    let names = section.parsed::<FieldName>("names");
    let names = section.required("names", names);
    let first_only = section.parsed_list::<FieldName>("first_only").unwrap_or_default();
    section.finish();
    if matches!(belongs_to, Some(BelongsTo::Itself | BelongsTo::Nothing)) {
        section.mistake("", Message::new("of_no_given_case"));
    }
    if let Some(field) = names.as_ref().and_then(|name| field(&section, "names", name, fields)) {
        check_ref(&section, own, field);
        check_may_be_empty(&section, "names", field);
        if field.retired {
            section.mistake("names", Message::new("retired_here").with("name", &field.name));
        }
    }
    for name in &first_only {
        if Some(name) == names.as_ref() {
            section.mistake("first_only", Message::new("names_the_first").with("name", name));
        } else if let Some(field) = field(&section, "first_only", name, fields) {
            check_may_be_empty(&section, "first_only", field);
        }
    }
    Some(Together { names: names?, first_only: first_only.into_iter().collect() })
}

/// The records name the first one of their own type.
fn check_ref(section: &Section<'_>, own: &TypeName, field: &Field) {
    match &field.kind {
        FieldKind::Ref { to } if to.len() == 1 && to.contains(own) => {}
        FieldKind::Ref { .. } => {
            let problem = Message::new("not_to_its_own").with("name", &field.name);
            section.mistake("names", problem.with("type", own));
        }
        _ => section.mistake("names", wrong_kind(field, Need::Ref)),
    }
}

/// One of the records leaves the field empty. What is required under a condition is so in the first
/// record only.
fn check_may_be_empty(section: &Section<'_>, key: &str, field: &Field) {
    if field.required {
        section.mistake(key, Message::new("required_in_each").with("name", &field.name));
    }
}

fn field<'f>(
    section: &Section<'_>,
    key: &str,
    name: &FieldName,
    fields: &'f Fields,
) -> Option<&'f Field> {
    match fields.named(name) {
        Named::Field(field) => Some(field),
        Named::Mistaken => None,
        Named::Nothing => {
            section.mistake(key, unknown(Thing::Field, name, fields.names()));
            None
        }
    }
}
