//! `[consent]` in a type's file, and the code lists that its fields choose from.

use std::collections::BTreeMap;

use super::department::Department;
use super::fields::{Fields, Named};
use super::problem::{Need, Pair, Thing, twice, unknown, wrong_kind};
use super::section::{Mistakes, Section};
use super::{AccessMatrix, CODE_LISTS, Known};
use crate::catalogue::{
    Access, COMPARTMENTS_LIST, CodeList, ConsentLife, ConsentRules, Field, FieldKind, Label,
    PROGRAMS_LIST, option_of,
};
use crate::ids::{FieldName, OptionCode, RoleCode};
use crate::time::Span;
use crate::words::Message;

/// Adds the lists that the department itself is: its programs, and the compartments that a consent
/// opens to anybody.
pub(super) fn add_lists(
    mistakes: &Mistakes,
    lists: &mut BTreeMap<String, CodeList>,
    department: Option<&Department>,
    access: Option<&AccessMatrix>,
) {
    for name in [PROGRAMS_LIST, COMPARTMENTS_LIST] {
        if lists.contains_key(name) {
            let problem = Message::new("list_of_the_department");
            mistakes.add(CODE_LISTS, &format!("list.{name}.name"), problem);
        }
    }
    let programs = department.into_iter().flat_map(|department| &department.programs);
    let programs = programs.map(|(code, program)| {
        (code.to_string(), program.as_ref().map(|program| program.label.clone()))
    });
    lists.insert(PROGRAMS_LIST.to_owned(), list_of(programs));
    let compartments = department.into_iter().flat_map(|department| &department.compartments);
    let compartments = compartments.filter(|(code, _)| {
        let mut cells = access.into_iter().flatten();
        access.is_none() || cells.any(|((_, of), cell)| of == *code && *cell == Access::Consent)
    });
    let compartments = compartments.map(|(code, compartment)| {
        (option_of(code), compartment.as_ref().map(|compartment| compartment.label.clone()))
    });
    lists.insert(COMPARTMENTS_LIST.to_owned(), list_of(compartments));
}

fn list_of(options: impl Iterator<Item = (String, Option<Label>)>) -> CodeList {
    let mut list = CodeList::default();
    for (code, label) in options {
        let (Ok(code), Some(label)) = (code.parse::<OptionCode>(), label) else { continue };
        list.order.push(code.clone());
        list.options.insert(code, label);
    }
    list
}

/// Reads the `[consent]` table of a type.
pub(super) fn read_consent(
    mut section: Section<'_>,
    fields: &Fields,
    known: &Known<'_>,
    inline_lists: &BTreeMap<String, CodeList>,
) -> Option<ConsentRules> {
    let kind = read_field(&mut section, fields, "kind", Need::ChoiceField, |field| {
        matches!(field.kind, FieldKind::Choice { .. })
    });
    let mut instant = |key| {
        read_field(&mut section, fields, key, Need::DateTimeField, |field| {
            field.kind == FieldKind::DateTime
        })
    };
    let (signed, expires, revoked) = (instant("signed"), instant("expires"), instant("revoked"));
    let programs = read_choices(&mut section, fields, "programs", PROGRAMS_LIST);
    let opens = read_choices(&mut section, fields, "opens", COMPARTMENTS_LIST);
    let also_noted_by = section.parsed_list::<RoleCode>("also_noted_by").unwrap_or_default();
    known.check_roles(&section, "also_noted_by", &also_noted_by);
    let lives = read_lives(&mut section, fields, inline_lists, kind.as_ref());
    section.finish();
    Some(ConsentRules {
        kind: kind?,
        signed: signed?,
        expires: expires?,
        revoked: revoked?,
        programs: programs?,
        opens: opens?,
        also_noted_by: also_noted_by.into_iter().collect(),
        lives,
    })
}

fn read_choices(
    section: &mut Section<'_>,
    fields: &Fields,
    key: &'static str,
    list: &'static str,
) -> Option<FieldName> {
    read_field(
        section,
        fields,
        key,
        Need::ChoicesOf(list),
        |field| matches!(&field.kind, FieldKind::Choices { list: of } if of == list),
    )
}

fn read_field(
    section: &mut Section<'_>,
    fields: &Fields,
    key: &'static str,
    need: Need,
    fits: impl Fn(&Field) -> bool,
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

fn read_lives(
    section: &mut Section<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
    kind: Option<&FieldName>,
) -> BTreeMap<OptionCode, ConsentLife> {
    let kinds = kind.and_then(|name| match fields.named(name) {
        Named::Field(Field { kind: FieldKind::Choice { list }, .. }) => inline_lists.get(list),
        _ => None,
    });
    let mut lives = BTreeMap::new();
    for mut life in section.tables("life", "kind") {
        let of = life.parsed::<OptionCode>("kind");
        let of = life.required("kind", of);
        let default = life.parsed::<Span>("default");
        let default = life.required("default", default);
        let at_most = life.parsed::<Span>("at_most");
        if let (Some(of), Some(kinds)) = (&of, kinds)
            && !kinds.options.contains_key(of)
        {
            life.mistake("kind", unknown(Thing::Option, of, &kinds.order));
        }
        if let (Some(default), Some(at_most)) = (default, at_most)
            && default > at_most
        {
            let problem = Message::new("longer_than_at_most").with("length", default);
            life.mistake("default", problem.with("most", at_most));
        }
        life.finish();
        if let (Some(of), Some(default)) = (of, default)
            && lives.insert(of, ConsentLife { default, at_most }).is_some()
        {
            life.mistake("kind", twice(Pair::Lives));
        }
    }
    lives
}
