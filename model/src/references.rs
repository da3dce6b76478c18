//! What a record says of other records: where it lives for their sake, and what it amends.
//!
//! Device and server ask the same function with what each of them knows. The device refuses what it
//! knows to be wrong before it is saved; the server asks when a record is made, and again whenever a
//! field that matters changes. A compartment never changes, so an edit by which the record would
//! belong elsewhere is refused.

use crate::catalogue::{Catalogue, Field, Placement, PlacementRule, RecordType};
use crate::ids::{FieldName, ProgramCode, RecordId, Scope, TypeName, UserId};
use crate::record::{Edit, FieldProblem, Problem, Record, ReferenceProblem};
use crate::value::{FieldValue, Scalar};
use crate::words::{Explained as _, Message};

/// What is known of a record that another one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its type.
    pub record_type: TypeName,
    /// The case it belongs to, or itself when it stands alone, and where it lives.
    pub scope: Scope,
    /// The program it was made for.
    pub program: ProgramCode,
    /// Who made it.
    pub created_by: UserId,
}

impl Linked {
    /// To this record.
    pub fn to(record: &Record) -> Self {
        let envelope = &record.envelope;
        Self {
            record_type: envelope.record_type.clone(),
            scope: envelope.scope(),
            program: envelope.program.clone(),
            created_by: envelope.created_by,
        }
    }
}

/// Returns what to tell of a problem with a field, or with the record when no field is to blame.
pub fn message((field, problem): &Wrong) -> Message {
    match field {
        Some(field) => {
            Message::new("field").with("field", field).inside("problem", problem.message())
        }
        None => Message::new("whole_record").inside("problem", problem.message()),
    }
}

/// What is wrong, and with which field; no field is to blame when the program alone decides.
pub type Wrong = (Option<FieldName>, ReferenceProblem);

/// Checks a record as it is after an edit, or as it was made when `before` is none. `find` says what
/// is known of another record: none when it is not here, or is nothing to whoever asks.
///
/// What stood there before is not held against the edit.
///
/// # Errors
/// The outer error is `find`'s.
pub fn check<E>(
    catalogue: &Catalogue,
    before: Option<&Record>,
    after: &Record,
    mut find: impl FnMut(RecordId) -> Result<Option<Linked>, E>,
) -> Result<Result<(), Wrong>, E> {
    // A type that this catalogue does not know has no rules in it.
    let Some(record_type) = catalogue.record_type(&after.envelope.record_type) else {
        return Ok(Ok(()));
    };
    let decides = record_type.placed.field();
    let stood = before.map(|before| scalars(before, decides));
    for value in scalars(after, decides) {
        if stood.as_ref().is_some_and(|stood| stood.contains(&value)) {
            continue;
        }
        let home = catalogue.home(record_type, &after.envelope.program, value);
        if let Err(problem) = check_home(catalogue, record_type, after, home, &mut find)? {
            return Ok(Err((decides.cloned(), problem)));
        }
    }
    let Some(amends) = record_type.field(AMENDS).map(|field| &field.name) else {
        return Ok(Ok(()));
    };
    let stood = before.map(|before| before.values(amends)).unwrap_or_default();
    for value in after.values(amends).into_iter().filter(|value| !stood.contains(value)) {
        let FieldValue::Scalar(Scalar::Ref(amended)) = value else { continue };
        if let Err(problem) = check_amended(after, find(*amended)?.as_ref()) {
            return Ok(Err((Some(amends.clone()), problem)));
        }
    }
    Ok(Ok(()))
}

/// Checks that edits name records of the types that their fields name. `find` returns the type of a
/// record; a record that is not known is let be.
///
/// It is asked where somebody writes, and not by the server of what a phone hands in: a phone may not
/// know yet that the department narrowed a field, and its work is taken all the same.
///
/// # Errors
/// The inner one lists every field that names another; the outer one is `find`'s.
pub fn check_types<E>(
    record_type: &RecordType,
    edits: &[Edit],
    mut find: impl FnMut(RecordId) -> Result<Option<TypeName>, E>,
) -> Result<Result<(), Vec<FieldProblem>>, E> {
    let mut problems = Vec::new();
    for edit in edits {
        let Some(field) = record_type.field(edit.field().as_str()) else { continue };
        let mut note = |problem| problems.push(FieldProblem { field: field.name.clone(), problem });
        match edit {
            Edit::Set { value: Scalar::Ref(record), .. } => {
                if let Some(problem) = check_type(field, *record, &mut find)? {
                    note(Problem::Link(problem));
                }
            }
            Edit::Log { entry, .. } => {
                for part in field.kind.entry().unwrap_or_default() {
                    let Some(Scalar::Ref(record)) = entry.get(part.name.as_str()) else { continue };
                    if let Some(problem) = check_type(part, *record, &mut find)? {
                        let (key, problem) = (part.name.to_string(), Problem::Link(problem));
                        note(Problem::Entry { key, problem: Box::new(problem) });
                    }
                }
            }
            Edit::AddRef { record, .. } => {
                if let Some(problem) = check_type(field, *record, &mut find)? {
                    note(Problem::Link(problem));
                }
            }
            Edit::Set { .. }
            | Edit::Clear { .. }
            | Edit::Add { .. }
            | Edit::Remove { .. }
            | Edit::RemoveRef { .. }
            | Edit::Increment { .. }
            | Edit::Note { .. } => {}
        }
    }
    Ok(if problems.is_empty() { Ok(()) } else { Err(problems) })
}

/// Returns whether a record says anything that [`check`] looks at besides its own values.
pub fn says_anything(catalogue: &Catalogue, record: &Record) -> bool {
    let Some(record_type) = catalogue.record_type(&record.envelope.record_type) else {
        return false;
    };
    let with = matches!(record_type.placed, PlacementRule::With(_));
    with || record_type.field(AMENDS).is_some_and(|field| !record.values(&field.name).is_empty())
}

fn check_type<E>(
    field: &Field,
    record: RecordId,
    find: &mut impl FnMut(RecordId) -> Result<Option<TypeName>, E>,
) -> Result<Option<ReferenceProblem>, E> {
    let Some(to) = field.kind.names().filter(|to| !to.is_empty()) else { return Ok(None) };
    let other = find(record)?.filter(|named| !to.contains(named));
    Ok(other.map(|record_type| ReferenceProblem::NotOfType { record_type, to: to.clone() }))
}

/// Every value of the field, or nothing once where it is empty or there is none.
fn scalars<'r>(record: &'r Record, field: Option<&FieldName>) -> Vec<Option<&'r Scalar>> {
    let values = field.map(|field| record.values(field)).unwrap_or_default();
    let scalars: Vec<_> =
        values.into_iter().map(FieldValue::scalar).filter(Option::is_some).collect();
    if scalars.is_empty() { vec![None] } else { scalars }
}

fn check_home<E>(
    catalogue: &Catalogue,
    record_type: &RecordType,
    record: &Record,
    home: Placement<'_>,
    find: &mut impl FnMut(RecordId) -> Result<Option<Linked>, E>,
) -> Result<Result<(), ReferenceProblem>, E> {
    let scope = record.envelope.scope();
    let compartment = match home {
        Placement::In(compartment) => compartment.clone(),
        Placement::With(parent) => match find(parent)? {
            None => return Ok(Err(ReferenceProblem::Unknown)),
            Some(parent) if parent.scope.case != scope.case => {
                return Ok(Err(ReferenceProblem::OtherCase));
            }
            // Everybody reads a directory: what is decided about an entry stands there, and nothing
            // that was found somewhere else.
            Some(parent)
                if record_type.decides.is_none()
                    && catalogue.is_directory(&parent.scope.compartment) =>
            {
                return Ok(Err(ReferenceProblem::InDirectory));
            }
            Some(parent) => parent.scope.compartment,
        },
    };
    Ok(match compartment == scope.compartment {
        true => Ok(()),
        false => Err(ReferenceProblem::Elsewhere { compartment }),
    })
}

/// A record that is not known is let be, as in every other field that names one.
fn check_amended(record: &Record, amended: Option<&Linked>) -> Result<(), ReferenceProblem> {
    match amended {
        Some(amended) if amended.record_type != record.envelope.record_type => {
            Err(ReferenceProblem::OtherType { record_type: amended.record_type.clone() })
        }
        Some(amended) if amended.scope.case != record.envelope.scope().case => {
            Err(ReferenceProblem::OtherCase)
        }
        _ => Ok(()),
    }
}

const AMENDS: &str = "amends";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;
    use crate::ids::CaseId;
    use crate::record::Envelope;
    use crate::time::Timestamp;

    const CASE: [u8; 16] = [8; 16];

    #[test]
    fn a_review_lives_with_the_record_that_it_names() {
        let reviewed = linked("outreach_contact", CASE, "OUT");
        assert_eq!(made("review", "OUT", &[("record", other())], Some(&reviewed)), Ok(()));
        let elsewhere = made("review", "STF", &[("record", other())], Some(&reviewed));
        assert_eq!(elsewhere, wrong("record", lives_in("OUT")));
        let unknown = made("review", "OUT", &[("record", other())], None);
        assert_eq!(unknown, wrong("record", ReferenceProblem::Unknown));
        let apart = linked("outreach_contact", [9; 16], "OUT");
        let apart = made("review", "OUT", &[("record", other())], Some(&apart));
        assert_eq!(apart, wrong("record", ReferenceProblem::OtherCase));
    }

    #[test]
    fn nothing_lives_beside_an_entry_of_a_directory_but_what_is_decided_about_it() {
        let entry = linked("service", CASE, "SVC");
        assert_eq!(made("review", "SVC", &[("record", other())], Some(&entry)), Ok(()));
        for (of, field) in [("referral", "found_in"), ("appointment", "about")] {
            let beside = made(of, "SVC", &[(field, other())], Some(&entry));
            assert_eq!(beside, wrong(field, ReferenceProblem::InDirectory), "{of}");
        }
    }

    #[test]
    fn an_edit_by_which_a_record_would_live_elsewhere_is_refused() {
        let outcome = |kind: &str| record("outcome", "REN", &[("kind", choice(kind))]);
        let edit = |from: &str, to: &str| ask(Some(&outcome(from)), &outcome(to), None);
        assert_eq!(edit("housed", "school"), Ok(()));
        assert_eq!(edit("housed", "treatment"), wrong("kind", lives_in("SUD")));
        // What stood there before is not held against an edit of something else.
        assert_eq!(edit("treatment", "treatment"), Ok(()));
        assert_eq!(
            made("outcome", "REN", &[("kind", choice("treatment"))], None),
            wrong("kind", lives_in("SUD"))
        );
        assert_eq!(made("outcome", "SUD", &[("kind", choice("treatment"))], None), Ok(()));
    }

    #[test]
    fn victims_are_noted_among_victims_only() {
        let person = |program: &str, compartment: &str| {
            let mut person = record("person", compartment, &[]);
            person.envelope.program = program.parse().unwrap();
            ask(None, &person, None)
        };
        assert_eq!(person("victim_services", "VIC"), Ok(()));
        assert_eq!(person("victim_services", "IDN"), Err((None, lives_in("VIC"))));
        assert_eq!(person("street_outreach", "IDN"), Ok(()));
        assert_eq!(person("street_outreach", "VIC"), Err((None, lives_in("IDN"))));
    }

    #[test]
    fn a_record_amends_one_of_its_own_type_and_case() {
        let amends =
            |other: Option<&Linked>| made("mediation", "OUT", &[("amends", self::other())], other);
        assert_eq!(amends(Some(&linked("mediation", CASE, "OUT"))), Ok(()));
        assert_eq!(amends(None), Ok(()), "as any other name of a record that is not here");
        let record_type = "person".parse().unwrap();
        let person = amends(Some(&linked("person", CASE, "IDN")));
        assert_eq!(person, wrong("amends", ReferenceProblem::OtherType { record_type }));
        let apart = amends(Some(&linked("mediation", [9; 16], "OUT")));
        assert_eq!(apart, wrong("amends", ReferenceProblem::OtherCase));
    }

    fn made(
        record_type: &str,
        compartment: &str,
        fields: &[(&str, FieldValue)],
        other: Option<&Linked>,
    ) -> Result<(), Wrong> {
        ask(None, &record(record_type, compartment, fields), other)
    }

    fn ask(before: Option<&Record>, after: &Record, other: Option<&Linked>) -> Result<(), Wrong> {
        let catalogue = Catalogue::builtin().unwrap();
        let find = |_| Ok::<_, Infallible>(other.cloned());
        check(&catalogue, before, after, find).unwrap()
    }

    fn record(record_type: &str, compartment: &str, fields: &[(&str, FieldValue)]) -> Record {
        let fields = fields.iter().map(|(name, value)| (name.parse().unwrap(), value.clone()));
        Record {
            envelope: Envelope {
                record: RecordId::from_bytes([7; 16]),
                record_type: record_type.parse().unwrap(),
                type_version: 1,
                case: Some(CaseId::from_bytes(CASE)),
                compartment: compartment.parse().unwrap(),
                program: "street_outreach".parse().unwrap(),
                created_by: UserId::from_bytes([1; 16]),
                created_at: Timestamp::from_millis(0),
            },
            fields: fields.collect::<BTreeMap<_, _>>(),
            conflicts: Vec::new(),
            implausible: BTreeMap::new(),
        }
    }

    fn linked(record_type: &str, case: [u8; 16], compartment: &str) -> Linked {
        let compartment = compartment.parse().unwrap();
        let scope = Scope { case: CaseId::from_bytes(case), compartment };
        let (program, created_by) =
            ("street_outreach".parse().unwrap(), UserId::from_bytes([1; 16]));
        Linked { record_type: record_type.parse().unwrap(), scope, program, created_by }
    }

    fn wrong(field: &str, problem: ReferenceProblem) -> Result<(), Wrong> {
        Err((Some(field.parse().unwrap()), problem))
    }

    fn lives_in(compartment: &str) -> ReferenceProblem {
        ReferenceProblem::Elsewhere { compartment: compartment.parse().unwrap() }
    }

    fn other() -> FieldValue {
        FieldValue::Scalar(Scalar::Ref(RecordId::from_bytes([5; 16])))
    }

    fn choice(option: &str) -> FieldValue {
        FieldValue::Scalar(Scalar::Choice(option.parse().unwrap()))
    }
}
