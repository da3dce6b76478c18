//! Which questions of a form somebody is not asked, on a phone and at the console alike.

use std::collections::BTreeSet;

use crate::catalogue::{Catalogue, Field, Guard, RecordType};
use crate::ids::FieldName;
use crate::wire::MembershipV1;

/// Returns the fields that none of these roles may change, and those that follow from what is decided
/// elsewhere.
pub fn not_asked(
    catalogue: &Catalogue,
    memberships: &BTreeSet<MembershipV1>,
    record_type: &RecordType,
) -> BTreeSet<FieldName> {
    let is_closed = |guard: &Guard| {
        guard.others_set.is_empty()
            && !memberships.iter().any(|held| guard.changed_by.contains(&held.role))
    };
    let decided = catalogue.types.values().filter_map(|it| it.decides.as_ref());
    let decided: BTreeSet<&FieldName> = decided.map(|decides| &decides.sets).collect();
    // Several people met at once get their records elsewhere, and these name one another.
    let others = record_type.together.as_ref().map(|together| &together.names);
    let is_left_out = |field: &&Field| {
        decided.contains(&field.name)
            || others == Some(&field.name)
            || field.name.as_str() == AMENDS
            || field.guard.as_ref().is_some_and(is_closed)
    };
    let left_out = record_type.fields.iter().filter(is_left_out);
    left_out.map(|field| field.name.clone()).collect()
}

/// The record that another one takes the place of (`catalogue/common.toml`): named by whoever amends it.
const AMENDS: &str = "amends";
