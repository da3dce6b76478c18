//! `decides` in `[type]`: how its records decide on others.

use std::collections::{BTreeMap, BTreeSet};

use super::Known;
use super::fields::{Fields, Named};
use super::section::{Section, unknown};
use crate::catalogue::{CodeList, Decides, Field, FieldKind};
use crate::ids::{FieldName, OptionCode, RoleCode};

/// Reads the `decides` table of a type whose records these roles make.
pub(super) fn read_decides(
    mut section: Section<'_>,
    known: &Known<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
    written_by: Option<&BTreeSet<RoleCode>>,
) -> Option<Decides> {
    let mut name = |key| {
        let name = section.parsed::<FieldName>(key);
        section.required(key, name)
    };
    let (record, by, sets) = (name("record")?, name("by")?, name("sets")?);
    let undone = section.parsed::<OptionCode>("undone");
    let undone = section.required("undone", undone);
    section.finish();
    let undone = undone?;
    let field = |key, name: &FieldName| match fields.named(name) {
        Named::Field(field) => Some(field),
        Named::Mistaken => None,
        Named::Nothing => {
            section.mistake(key, unknown("field", name, fields.names()));
            None
        }
    };
    let list = |key, field: &Field| match &field.kind {
        FieldKind::Choice { list } => {
            inline_lists.get(list).or_else(|| known.code_lists.and_then(|lists| lists.get(list)))
        }
        kind => {
            let (name, kind) = (&field.name, kind.name());
            section.mistake(key, format!("\"{name}\" is a {kind} field; a choice is needed"));
            None
        }
    };
    if let Some(field) = field("record", &record)
        && !matches!(field.kind, FieldKind::Ref { .. })
    {
        let kind = field.kind.name();
        section.mistake("record", format!("\"{record}\" is a {kind} field; a ref is needed"));
    }
    let decided = field("by", &by).and_then(|field| list("by", field));
    if let Some(field) = field("sets", &sets) {
        let becomes = list("sets", field);
        if fields.own().iter().any(|own| own.name == sets) {
            let problem = "is the type's own: name one that every type has (common.toml)";
            section.mistake("sets", problem);
        }
        if let (Some(decided), Some(becomes)) = (decided, becomes) {
            for option in decided.options.keys().filter(|it| !becomes.options.contains_key(*it)) {
                let problem = unknown("option", option, &becomes.order);
                section.mistake("by", format!("decides for an {problem}"));
            }
            if !becomes.options.contains_key(&undone) {
                section.mistake("undone", unknown("option", &undone, &becomes.order));
            } else if decided.options.contains_key(&undone) {
                section.mistake("undone", format!("\"{undone}\" is itself a decision"));
            }
        }
        check_guard(&section, field, decided, written_by);
    }
    Some(Decides { record, by, sets, undone })
}

/// Checks that roles that decide by a record may change the field themselves, and that nobody else
/// sets what is decided.
fn check_guard(
    section: &Section<'_>,
    field: &Field,
    decided: Option<&CodeList>,
    written_by: Option<&BTreeSet<RoleCode>>,
) {
    let name = &field.name;
    let Some(guard) = &field.guard else {
        section.mistake("sets", format!("\"{name}\" is everybody's to change: guard it"));
        return;
    };
    for role in written_by.into_iter().flatten().filter(|it| !guard.changed_by.contains(*it)) {
        section.mistake("sets", format!("{role} makes such records and may not change \"{name}\""));
    }
    let options = decided.into_iter().flat_map(|list| list.options.keys());
    for option in options.filter(|option| guard.others_set.contains(*option)) {
        section.mistake("by", format!("\"{option}\" is for everybody to set in \"{name}\""));
    }
}
