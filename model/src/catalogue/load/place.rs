//! `compartment_from` and `compartment_when` in `[type]`: what decides where a record lives.

use std::collections::BTreeMap;

use super::Known;
use super::fields::{Fields, Named};
use super::section::{Section, unknown};
use crate::catalogue::{CodeList, FieldKind, PlacementRule};
use crate::ids::{CompartmentCode, FieldName, OptionCode};

/// Reads what decides where the records of a type live.
pub(super) fn read_placed(
    section: &mut Section<'_>,
    known: &Known<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
) -> Option<PlacementRule> {
    let from = section.parsed::<FieldName>("compartment_from");
    let when = section.table("compartment_when");
    if section.has("compartment_from") && section.has("compartment_when") {
        section.mistake("compartment_when", "either compartment_from or compartment_when");
    }
    if let Some(mut when) = when {
        let placed = read_when(&mut when, known, fields, inline_lists);
        when.finish();
        return placed;
    }
    let Some(field) = from else {
        let is_mistaken = section.has("compartment_from") || section.has("compartment_when");
        return (!is_mistaken).then_some(PlacementRule::Always);
    };
    match fields.named(&field) {
        Named::Field(of) if !matches!(of.kind, FieldKind::Ref { .. }) => {
            let kind = of.kind.name();
            let problem = format!("\"{field}\" is a {kind} field; a ref is needed");
            section.mistake("compartment_from", problem);
        }
        Named::Field(_) | Named::Mistaken => {}
        Named::Nothing => {
            section.mistake("compartment_from", unknown("field", &field, fields.names()));
        }
    }
    Some(PlacementRule::With(field))
}

fn read_when(
    section: &mut Section<'_>,
    known: &Known<'_>,
    fields: &Fields,
    inline_lists: &BTreeMap<String, CodeList>,
) -> Option<PlacementRule> {
    let field = section.parsed::<FieldName>("field");
    let field = section.required("field", field);
    let values = section.parsed_list::<OptionCode>("in");
    let values = section.required("in", values);
    let elsewhere = section.parsed::<CompartmentCode>("compartment");
    let elsewhere = section.required("compartment", elsewhere);
    if let (Some(elsewhere), Some(declared)) = (&elsewhere, known.compartments)
        && !declared.contains_key(elsewhere)
    {
        section.mistake("compartment", unknown("compartment", elsewhere, declared.keys()));
    }
    let (field, values) = (field?, values?);
    match fields.named(&field) {
        Named::Field(of) => match &of.kind {
            FieldKind::Choice { list } => {
                let shared = known.code_lists.and_then(|lists| lists.get(list));
                let list = inline_lists.get(list).or(shared);
                let options = list.map_or(&[][..], |list| list.order.as_slice());
                for value in values.iter().filter(|v| list.is_some() && !options.contains(v)) {
                    section.mistake("in", unknown("option", value, options));
                }
            }
            kind => {
                let kind = kind.name();
                let problem = format!("\"{field}\" is a {kind} field; a choice is needed");
                section.mistake("field", problem);
            }
        },
        Named::Mistaken => {}
        Named::Nothing => section.mistake("field", unknown("field", &field, fields.names())),
    }
    Some(PlacementRule::When { field, values: values.into_iter().collect(), elsewhere: elsewhere? })
}

/// Every compartment where records of a type may live; none when that is not known.
pub(super) fn homes<'k>(
    known: &'k Known<'_>,
    compartment: Option<&'k CompartmentCode>,
    placed: Option<&'k PlacementRule>,
) -> Option<Vec<&'k CompartmentCode>> {
    let (compartment, declared) = (compartment?, known.compartments?);
    let mut homes = vec![compartment];
    match placed? {
        PlacementRule::Always => {}
        PlacementRule::With(_) => homes.extend(declared.keys()),
        PlacementRule::When { elsewhere, .. } => homes.push(elsewhere),
    }
    if declared.get(compartment)?.as_ref()?.identity {
        for program in known.programs?.values() {
            homes.extend(&program.as_ref()?.people);
        }
    }
    Some(homes)
}
