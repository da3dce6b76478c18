//! `compartment_from` and `compartment_when` in `[type]`: what decides where a record lives.

use std::collections::BTreeMap;

use super::Known;
use super::fields::{Fields, Named};
use super::problem::{Need, Thing, not_both, unknown, wrong_kind};
use super::section::Section;
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
        section.mistake("compartment_when", not_both("compartment_from", "compartment_when"));
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
            section.mistake("compartment_from", wrong_kind(of, Need::Ref));
        }
        Named::Field(_) | Named::Mistaken => {}
        Named::Nothing => {
            section.mistake("compartment_from", unknown(Thing::Field, &field, fields.names()));
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
        let problem = unknown(Thing::Compartment, elsewhere, declared.keys());
        section.mistake("compartment", problem);
    }
    let (field, values) = (field?, values?);
    match fields.named(&field) {
        Named::Field(of) => match &of.kind {
            FieldKind::Choice { list } => {
                let shared = known.code_lists.and_then(|lists| lists.get(list));
                let list = inline_lists.get(list).or(shared);
                let options = list.map_or(&[][..], |list| list.order.as_slice());
                for value in values.iter().filter(|v| list.is_some() && !options.contains(v)) {
                    section.mistake("in", unknown(Thing::Option, value, options));
                }
            }
            _ => section.mistake("field", wrong_kind(of, Need::Choice)),
        },
        Named::Mistaken => {}
        Named::Nothing => section.mistake("field", unknown(Thing::Field, &field, fields.names())),
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
