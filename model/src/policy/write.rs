//! What a person may change in a record that they see.

use std::collections::BTreeSet;

use super::{Denial, Edited, Person, Subject};
use crate::catalogue::common::{APPROVAL, VOID_REASON, VOIDED};
use crate::catalogue::{Access, Catalogue, ConsentRules, EditedBy, Field, Guard, RecordType};
use crate::ids::{CompartmentCode, FieldName, ProgramCode, UserId};
use crate::record::Record;
use crate::references::Linked;
use crate::value::{FieldValue, Scalar};

/// Checks whether a role of theirs makes such records, in the program that the record names: one
/// that gets to see something where the record lives.
pub(super) fn may_make(
    catalogue: &Catalogue,
    who: Person<'_>,
    subject: Subject<'_>,
    program: &ProgramCode,
) -> Result<(), Denial> {
    let record_type = subject.record_type.ok_or(Denial::Role)?;
    let mut writers = who
        .memberships
        .iter()
        .filter(|held| record_type.written_by.contains(&held.role))
        .filter(|held| !catalogue.access(&held.role, subject.compartment).shows_no_record())
        .peekable();
    if writers.peek().is_none() {
        return Err(Denial::Role);
    }
    if writers.any(|held| held.program == *program) { Ok(()) } else { Err(Denial::Program) }
}

/// Checks whether they may make this edit.
pub(super) fn may_edit(
    catalogue: &Catalogue,
    who: Person<'_>,
    subject: Subject<'_>,
    edited: Edited<'_>,
) -> Result<(), Denial> {
    // A type that this catalogue does not know has no rules in it.
    let Some(record_type) = subject.record_type else { return Ok(()) };
    let Edited { before, after, present, .. } = edited;
    let is_author = after.envelope.created_by == who.user;
    let is_closed =
        [before, present].into_iter().flatten().any(|record| is_closed(record_type, record));
    if let Some(rules) = &record_type.consent {
        check_discloser(catalogue, who, rules, edited)?;
    }
    for name in changed_fields(before, after) {
        let field = record_type.field(name.as_str());
        let guard = field.and_then(|field| field.guard.as_ref());
        if let Some(guard) = guard
            && holds_one_of(catalogue, who, &after.envelope.program, subject, guard)
        {
            continue;
        }
        if is_closed {
            return Err(Denial::Final { field: name.clone() });
        }
        if record_type.edited_by == EditedBy::Author && !is_author {
            return Err(Denial::NotAuthor { field: name.clone() });
        }
        if let (Some(field), Some(guard)) = (field, guard)
            && !is_for_others(field, guard, before, after)
            && !(is_author && voids_own(catalogue, field, guard, edited))
        {
            return Err(guarded(name, guard));
        }
    }
    Ok(())
}

/// Checks whether an edit takes effect whoever made it: it touches nothing that only some may
/// change. Its author is believed to be `user`, on another's word.
///
/// # Errors
/// Names what only some may change.
pub fn needs_no_role(
    catalogue: &Catalogue,
    user: UserId,
    subject: Subject<'_>,
    edited: Edited<'_>,
) -> Result<(), Denial> {
    let nobody = Person { user, memberships: &BTreeSet::new() };
    may_edit(catalogue, nobody, subject, edited)
}

/// Checks whether they may set what a record's guarded field is decided to be: what stands there
/// now is not asked, so that a device and the server decide alike, whatever has reached either of
/// them.
///
/// # Errors
/// Names the one reason why not, as an edit of the field does.
pub fn may_decide(
    catalogue: &Catalogue,
    who: Person<'_>,
    of: &Linked,
    field: &FieldName,
) -> Result<(), Denial> {
    let record_type = catalogue.record_type(&of.record_type);
    let guard = record_type
        .and_then(|known| known.field(field.as_str()))
        .and_then(|known| known.guard.as_ref());
    let Some(guard) = guard else { return Ok(()) };
    let subject = Subject { compartment: &of.scope.compartment, record_type };
    if holds_one_of(catalogue, who, &of.program, subject, guard) {
        return Ok(());
    }
    let by_author = record_type.is_some_and(|known| known.edited_by == EditedBy::Author);
    if by_author && of.created_by != who.user {
        return Err(Denial::NotAuthor { field: field.clone() });
    }
    Err(guarded(field, guard))
}

/// Returns the fields, of whatever type, that an edit may set which must always be possible: see
/// [`is_always_possible`].
pub fn always_possible_fields(catalogue: &Catalogue) -> BTreeSet<&str> {
    let mut fields = BTreeSet::new();
    for known in catalogue.types.values() {
        let is_decided =
            |field: &&Field| field.guard.as_ref().is_some_and(|g| !g.finals.is_empty());
        fields.extend(known.fields.iter().filter(is_decided).map(|field| field.name.as_str()));
        fields.extend(known.consent.iter().map(|rules| rules.revoked.as_str()));
    }
    fields
}

/// Returns whether all that an edit does must always be possible, however full the record is:
/// noting that a consent was taken back, and deciding on the record (approving, voiding).
pub fn is_always_possible(catalogue: &Catalogue, before: &Record, after: &Record) -> bool {
    let record_type = catalogue.record_type(&after.envelope.record_type);
    let consent = record_type.and_then(|known| known.consent.as_ref());
    changed_fields(Some(before), after).into_iter().all(|name| {
        let is_taken_back = consent.is_some_and(|rules| rules.revoked == *name)
            && values(Some(after), name).iter().any(|value| !value.is_empty());
        let guard = record_type
            .and_then(|known| known.field(name.as_str()))
            .and_then(|field| field.guard.as_ref());
        is_taken_back || guard.is_some_and(|guard| !guard.finals.is_empty())
    })
}

/// Checks whether the person may note what a consent says: nobody opens to themselves what others
/// keep.
///
/// Everybody may note that it was taken back, and whoever is on the case notes one that opens nothing.
/// Else they work, or supervise, in every compartment that it opens, wherever the edit arrives: of two
/// who wrote without knowing of each other, neither gives away what is the other's. Whom it lets in
/// is not said before it is said to what.
fn check_discloser(
    catalogue: &Catalogue,
    who: Person<'_>,
    rules: &ConsentRules,
    edited: Edited<'_>,
) -> Result<(), Denial> {
    let Edited { before, after, present, .. } = edited;
    let is_term = |name: &&FieldName| {
        **name != rules.revoked || values(Some(after), name).iter().all(|value| value.is_empty())
    };
    let mut terms = changed_fields(before, after).into_iter().filter(is_term).peekable();
    let Some(first) = terms.peek().copied() else { return Ok(()) };
    let opened: BTreeSet<&CompartmentCode> = [before, Some(after), present]
        .into_iter()
        .flat_map(|record| values(record, &rules.opens))
        .filter_map(|value| match value {
            FieldValue::Choices(options) => Some(options),
            FieldValue::Scalar(_)
            | FieldValue::Refs(_)
            | FieldValue::Counter(_)
            | FieldValue::Log(_)
            | FieldValue::SharedNote(_)
            | FieldValue::Unknown(_) => None,
        })
        .flatten()
        .filter_map(|option| catalogue.compartment_of(option))
        .collect();
    if opened.iter().any(|compartment| !discloses(catalogue, who, rules, compartment)) {
        return Err(Denial::NotDiscloser { field: first.clone() });
    }
    match terms.find(|name| **name == rules.programs) {
        Some(programs) if opened.is_empty() => {
            Err(Denial::NotDiscloser { field: programs.clone() })
        }
        _ => Ok(()),
    }
}

/// Returns whether they work in a compartment, in a program whose compartment it is, or supervise
/// that program; or note any consent by their office.
fn discloses(
    catalogue: &Catalogue,
    who: Person<'_>,
    rules: &ConsentRules,
    compartment: &CompartmentCode,
) -> bool {
    who.memberships.iter().any(|held| {
        let program = catalogue.programs.get(&held.program);
        let is_theirs = program.is_some_and(|known| known.compartments.contains(compartment));
        let cell = catalogue.access(&held.role, compartment);
        rules.also_noted_by.contains(&held.role)
            || (is_theirs && matches!(cell, Access::Write | Access::Supervise))
    })
}

fn guarded(field: &FieldName, guard: &Guard) -> Denial {
    let roles: Vec<_> = guard.changed_by.iter().map(ToString::to_string).collect();
    Denial::Field { field: field.clone(), roles: roles.join(", ") }
}

/// Returns whether a record is edited no more, but amended.
fn is_closed(record_type: &RecordType, record: &Record) -> bool {
    record_type.edited_by == EditedBy::Author
        && record_type.fields.iter().any(|field| {
            let values = values(Some(record), &field.name);
            field
                .guard
                .as_ref()
                .is_some_and(|guard| values.iter().any(|v| is_one_of(&guard.finals, v)))
        })
}

/// The fields in which something else stands than before; concurrent values count, too.
fn changed_fields<'a>(before: Option<&'a Record>, after: &'a Record) -> BTreeSet<&'a FieldName> {
    let names = before.into_iter().flat_map(|record| record.fields.keys());
    names
        .chain(after.fields.keys())
        .filter(|name| values(before, name) != values(Some(after), name))
        .collect()
}

/// Everything that stands in a field, the shown value first.
fn values<'a>(record: Option<&'a Record>, name: &FieldName) -> Vec<&'a FieldValue> {
    record.map(|record| record.values(name)).unwrap_or_default()
}

/// Returns whether the person holds a role that changes the field: a supervising one in the
/// record's program.
fn holds_one_of(
    catalogue: &Catalogue,
    who: Person<'_>,
    program: &ProgramCode,
    subject: Subject<'_>,
    guard: &Guard,
) -> bool {
    who.memberships.iter().any(|held| {
        let supervises = catalogue.access(&held.role, subject.compartment) == Access::Supervise;
        guard.changed_by.contains(&held.role) && (!supervises || held.program == *program)
    })
}

/// Returns whether the author of a record voids it, in time and with a reason, before anybody has
/// decided on it.
fn voids_own(catalogue: &Catalogue, field: &Field, guard: &Guard, edited: Edited<'_>) -> bool {
    let Edited { before, after, at, .. } = edited;
    let made = after.envelope.created_at;
    let is_in_time = catalogue.own_void.is_some_and(|window| at <= made + window);
    let becomes = values(Some(after), &field.name);
    let voids = field.name.as_str() == APPROVAL
        && !becomes.is_empty()
        && becomes.iter().all(|value| is_voided(value));
    let is_decided =
        values(before, &field.name).into_iter().any(|value| is_one_of(&guard.finals, value));
    let reason = after.fields.get(VOID_REASON).filter(|reason| !reason.is_empty());
    is_in_time && voids && !is_decided && reason.is_some()
}

fn is_voided(value: &FieldValue) -> bool {
    matches!(value, FieldValue::Scalar(Scalar::Choice(option)) if option.as_str() == VOIDED)
}

/// Returns whether what became of a guarded field is what everybody may make of it.
fn is_for_others(field: &Field, guard: &Guard, before: Option<&Record>, after: &Record) -> bool {
    let (before, after) = (values(before, &field.name), values(Some(after), &field.name));
    if !guard.others_set.is_empty() {
        let left = before.iter().any(|value| is_one_of(&guard.finals, value));
        return !left && !after.is_empty() && after.iter().all(|v| is_one_of(&guard.others_set, v));
    }
    let fills = before.iter().all(|value| value.is_empty());
    let decides = guard.others_decide
        && before.len() > 1
        && matches!(after.as_slice(), [kept] if before.contains(kept));
    fills || decides
}

fn is_one_of(options: &BTreeSet<crate::ids::OptionCode>, value: &FieldValue) -> bool {
    matches!(value, FieldValue::Scalar(Scalar::Choice(option)) if options.contains(option))
}
