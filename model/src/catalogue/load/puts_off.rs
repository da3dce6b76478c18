//! `puts_off` in `[type]`: records that put a task off, or end it.

use super::fields::{Fields, Named};
use super::like;
use super::problem::{Need, Thing, unknown, wrong_kind};
use super::section::Section;
use crate::catalogue::{BelongsTo, Conditions, Field, FieldKind, PutsOff};
use crate::ids::FieldName;
use crate::words::Message;

/// Reads the `puts_off` table of a type.
pub(super) fn read_puts_off(
    mut section: Section<'_>,
    belongs_to: Option<BelongsTo>,
    fields: &Fields,
) -> Option<PutsOff> {
    let is_ref = |field: &Field| matches!(field.kind, FieldKind::Ref { .. });
    let is_text = |field: &Field| field.kind == FieldKind::Text;
    let task = read_field(&mut section, "task", fields, (is_ref, Need::Ref));
    let rule = read_field(&mut section, "rule", fields, (is_text, Need::TextField));
    let instant = |field: &Field| field.kind == FieldKind::DateTime;
    let due = read_field(&mut section, "due", fields, (instant, Need::DateTimeField));
    let dated = |field: &Field| field.kind.is_dated();
    let until = read_field(&mut section, "until", fields, (dated, Need::DatedField));
    let ends = section.table("ends").map(|ends| like::read_conditions(&ends, &[]));
    section.finish();
    // A task that a record sets is answered by the records of its case.
    if matches!(belongs_to, Some(BelongsTo::Itself | BelongsTo::Nothing)) {
        section.mistake("", Message::new("of_no_given_case"));
    }
    let never = Conditions::new();
    let (task, rule, due, until) = (task?, rule?, due?, until?);
    Some(PutsOff { task, rule, due, until, ends: ends.unwrap_or(never) })
}

fn read_field(
    section: &mut Section<'_>,
    key: &'static str,
    fields: &Fields,
    (fits, need): (fn(&Field) -> bool, Need),
) -> Option<FieldName> {
    let name = section.parsed::<FieldName>(key);
    let name = section.required(key, name)?;
    match fields.named(&name) {
        Named::Field(field) if !fits(field) => section.mistake(key, wrong_kind(field, need)),
        Named::Field(_) | Named::Mistaken => {}
        Named::Nothing => section.mistake(key, unknown(Thing::Field, &name, fields.names())),
    }
    Some(name)
}
