//! Who may change what: `changed_by` and what goes with it, in a field.

use std::collections::BTreeMap;

use super::Known;
use super::problem::{Need, Thing, only_for, unknown};
use super::section::Section;
use crate::catalogue::{CodeList, FieldKind, Guard};
use crate::ids::{OptionCode, RoleCode};
use crate::words::Message;

/// Reads who may change a field; none when everybody may who may edit the record.
pub(super) fn read_guard(
    section: &mut Section<'_>,
    known: &Known<'_>,
    inline_lists: &BTreeMap<String, CodeList>,
    kind: Option<&FieldKind>,
) -> Option<Guard> {
    let changed_by = section.parsed_list::<RoleCode>("changed_by");
    let others_set = read_values(section, "others_set", known, inline_lists, kind);
    let finals = read_values(section, "final", known, inline_lists, kind);
    let others_decide = section.bool("others_decide");
    if !section.has("changed_by") {
        for key in ["others_set", "final", "others_decide"] {
            if section.has(key) {
                section.mistake(key, Message::new("without_changed_by"));
            }
        }
        return None;
    }
    let changed_by = changed_by?;
    if changed_by.is_empty() {
        section.mistake("changed_by", Message::new("nobody_changes"));
    }
    known.check_roles(section, "changed_by", &changed_by);
    if let Some(kind @ (FieldKind::Counter | FieldKind::Log { .. } | FieldKind::SharedNote)) = kind
    {
        let problem = Message::new("kind_of_everybody").with("kind", kind.name());
        section.mistake("changed_by", problem);
    }
    Some(Guard {
        changed_by: changed_by.into_iter().collect(),
        others_set: others_set.into_iter().collect(),
        finals: finals.into_iter().collect(),
        others_decide: others_decide.unwrap_or(false),
    })
}

fn read_values(
    section: &mut Section<'_>,
    key: &'static str,
    known: &Known<'_>,
    inline_lists: &BTreeMap<String, CodeList>,
    kind: Option<&FieldKind>,
) -> Vec<OptionCode> {
    let Some(values) = section.parsed_list::<OptionCode>(key) else { return Vec::new() };
    match kind {
        Some(FieldKind::Choice { list }) => {
            let shared = known.code_lists.and_then(|lists| lists.get(list));
            let list = inline_lists.get(list).or(shared);
            for value in values
                .iter()
                .filter(|value| list.is_some_and(|list| !list.options.contains_key(*value)))
            {
                let options = list.map_or(&[][..], |list| list.order.as_slice());
                section.mistake(key, unknown(Thing::Option, value, options));
            }
        }
        Some(kind) => section.mistake(key, only_for(Need::ChoiceField, kind.name())),
        None => {}
    }
    values
}
