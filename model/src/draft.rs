//! Making a record: from what somebody wants to record to its envelope and its first edits.
//!
//! Device and console ask the same [`Draft`]: where the record would be filed, for which program,
//! and in which case. Whether its maker may make it there is asked of [`crate::policy`] by each,
//! with what each of them knows.

use std::collections::BTreeSet;

use crate::catalogue::{BelongsTo, Catalogue, Placement, PlacementRule, RecordType, Together};
use crate::followup;
use crate::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, Scope, UserId};
use crate::policy;
use crate::record::{Edit, Envelope, FieldProblem, Problem, ReferenceProblem};
use crate::references::Wrong;
use crate::time::Timestamp;
use crate::value::Scalar;
use crate::wire::MembershipV1;

/// A record that somebody wants to make: its type, its first values, and the record beside which it
/// is filed, if its type is.
#[derive(Debug, Clone)]
pub struct Draft<'a> {
    catalogue: &'a Catalogue,
    record_type: &'a RecordType,
    edits: &'a [Edit],
    /// What stands in the field that decides where it is filed.
    decides: Option<&'a Scalar>,
    parent: Option<Scope>,
}

impl<'a> Draft<'a> {
    /// Starts a record with its first values. `find` returns the scope of the record beside which it
    /// is filed; `None` if that record is unknown, or hidden from the maker.
    ///
    /// # Errors
    /// The inner error when the record beside which it is filed is unknown; the outer one is
    /// `find`'s.
    pub fn new<E>(
        catalogue: &'a Catalogue,
        record_type: &'a RecordType,
        edits: &'a [Edit],
        find: impl FnOnce(RecordId) -> Result<Option<Scope>, E>,
    ) -> Result<Result<Self, Wrong>, E> {
        let rule = &record_type.placed;
        let decides = edits.iter().rev().find_map(|edit| match edit {
            Edit::Set { field, value } => (Some(field) == rule.field()).then_some(value),
            Edit::Clear { .. }
            | Edit::Add { .. }
            | Edit::Remove { .. }
            | Edit::AddRef { .. }
            | Edit::RemoveRef { .. }
            | Edit::Log { .. }
            | Edit::Increment { .. }
            | Edit::Note { .. } => None,
        });
        let parent = match (rule, decides) {
            (PlacementRule::With(field), Some(Scalar::Ref(parent))) => match find(*parent)? {
                None => return Ok(Err((Some(field.clone()), ReferenceProblem::Unknown))),
                parent => parent,
            },
            (_, _) => None,
        };
        Ok(Ok(Self { catalogue, record_type, edits, decides, parent }))
    }

    /// Starts a record of which nothing is known but its type.
    pub fn of_type(catalogue: &'a Catalogue, record_type: &'a RecordType) -> Self {
        Self { catalogue, record_type, edits: &[], decides: None, parent: None }
    }

    /// Returns the scope of the record beside which it is filed; `None` if it is filed by itself.
    pub fn parent(&self) -> Option<&Scope> {
        self.parent.as_ref()
    }

    /// Checks that it names the record beside which it is filed, if its type has to.
    ///
    /// # Errors
    /// Names the field that is empty: where the record would be filed is not known without.
    pub fn check_parent(&self) -> Result<(), FieldProblem> {
        match (&self.record_type.placed, self.decides) {
            (PlacementRule::With(field), None)
                if self.record_type.field(field.as_str()).is_some_and(|known| known.required) =>
            {
                Err(FieldProblem { field: field.clone(), problem: Problem::Required })
            }
            (PlacementRule::With(_) | PlacementRule::When { .. } | PlacementRule::Always, _) => {
                Ok(())
            }
        }
    }

    /// Returns the compartment in which it would be filed if it were made for this program. While
    /// the record beside which it is filed is not known, that is the type's own.
    pub fn compartment(&self, program: &ProgramCode) -> &CompartmentCode {
        match self.catalogue.home(self.record_type, program, self.decides) {
            Placement::In(compartment) => compartment,
            Placement::With(_) => {
                let parent = self.parent.as_ref();
                parent.map_or(&self.record_type.compartment, |parent| &parent.compartment)
            }
        }
    }

    /// Returns the program it is made for: the wanted one, or else the one that its maker works for
    /// ([`policy::default_program`]); `None` if they work for none that makes such records.
    pub fn program(
        &self,
        memberships: &BTreeSet<MembershipV1>,
        wanted: Option<ProgramCode>,
    ) -> Option<ProgramCode> {
        wanted.or_else(|| {
            let home = |program: &ProgramCode| self.compartment(program);
            policy::default_program(self.catalogue, memberships, self.record_type, home)
        })
    }

    /// Returns the envelope of the finished record, and its first edits: those that were given, and
    /// that it happened now if it does not say when.
    ///
    /// A record without a `case` belongs to the case of the record beside which it is filed, or
    /// opens its own. A `case` that does not fit the type is kept: [`Envelope::check`] tells of it.
    pub fn finish(
        &self,
        now: Timestamp,
        record: RecordId,
        created_by: UserId,
        program: ProgramCode,
        case: Option<CaseId>,
    ) -> (Envelope, Vec<Edit>) {
        let case = case.or_else(|| match self.record_type.belongs_to {
            BelongsTo::Itself => Some(record.into()),
            BelongsTo::Case | BelongsTo::CaseOrNothing => self.parent().map(|parent| parent.case),
            BelongsTo::Nothing => None,
        });
        let envelope = Envelope {
            record,
            record_type: self.record_type.name.clone(),
            type_version: self.record_type.version,
            case,
            compartment: self.compartment(&program).clone(),
            program,
            created_by,
            created_at: now,
        };
        let happened = followup::happened_now(now, self.record_type, self.edits);
        (envelope, self.edits.iter().cloned().chain(happened).collect())
    }
}

/// Returns the first values of the records of people who were met together with the person of the
/// `first` record: without what stands in that one only, and with its name.
///
/// Where that one is itself added to an earlier record, all of them name the earlier one.
pub fn values_of_others(together: &Together, first: RecordId, values: &[Edit]) -> Vec<Edit> {
    let common = values.iter().filter(|edit| !together.first_only.contains(edit.field()));
    let mut others: Vec<Edit> = common.cloned().collect();
    let is_named = |edit: &Edit| matches!(edit, Edit::Set { field, value: Scalar::Ref(_) } if *field == together.names);
    if !others.iter().any(is_named) {
        others.push(Edit::Set { field: together.names.clone(), value: Scalar::Ref(first) });
    }
    others
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn a_review_is_filed_beside_the_record_that_it_names_and_in_its_case() {
        let edits = [set("record", Scalar::Ref(other()))];
        let (envelope, _) = finished("review", &edits, Some(&scope("OUT")), None);
        assert_eq!(envelope.compartment.as_str(), "OUT");
        assert_eq!(envelope.case, Some(case()));
    }

    #[test]
    fn a_record_that_names_an_unknown_parent_or_none_cannot_be_filed() {
        let edits = [set("record", Scalar::Ref(other()))];
        let unknown = with("review", &edits, None, |draft| draft.map(drop).unwrap_err());
        assert_eq!(unknown, (Some("record".parse().unwrap()), ReferenceProblem::Unknown));
        let problem = FieldProblem { field: "record".parse().unwrap(), problem: Problem::Required };
        let named = with("review", &[], None, |draft| draft.unwrap().check_parent());
        assert_eq!(named, Err(problem));
        let named =
            with("review", &edits, Some(&scope("OUT")), |draft| draft.unwrap().check_parent());
        assert_eq!(named, Ok(()));
    }

    #[test]
    fn what_a_record_says_decides_where_it_is_filed() {
        let filed = |kind: &str| {
            let edits = [set("kind", Scalar::Choice(kind.parse().unwrap()))];
            finished("outcome", &edits, None, Some(case())).0.compartment.to_string()
        };
        assert_eq!(filed("housed"), "REN");
        assert_eq!(filed("treatment"), "SUD");
    }

    #[test]
    fn the_last_of_several_values_decides_where_a_record_is_filed() {
        let kind = |option: &str| set("kind", Scalar::Choice(option.parse().unwrap()));
        let edits = [kind("treatment"), kind("housed")];
        assert_eq!(finished("outcome", &edits, None, Some(case())).0.compartment.as_str(), "REN");
    }

    #[test]
    fn a_program_that_keeps_its_people_apart_files_them_apart() {
        with("person", &[], None, |draft| {
            let draft = draft.unwrap();
            let filed = |program: &str| draft.compartment(&program.parse().unwrap()).to_string();
            assert_eq!(filed("victim_services"), "VIC");
            assert_eq!(filed("street_outreach"), "IDN");
        });
    }

    #[test]
    fn a_person_opens_a_case_and_a_case_that_is_given_is_kept_for_the_check_to_tell() {
        let (envelope, _) = finished("person", &[], None, None);
        assert_eq!(envelope.case, Some(CaseId::from(record())));
        let catalogue = Catalogue::builtin().unwrap();
        assert_eq!(envelope.check(&catalogue), Ok(()));
        let (envelope, _) = finished("person", &[], None, Some(case()));
        assert_eq!(envelope.check(&catalogue), Err(crate::record::EnvelopeProblem::NotItsOwnCase));
    }

    #[test]
    fn a_record_stands_alone_where_its_type_lets_it_and_nobody_names_a_case() {
        assert_eq!(finished("shift", &[], None, None).0.case, None);
        assert_eq!(finished("outreach_contact", &[], None, None).0.case, None);
        assert_eq!(finished("outreach_contact", &[], None, Some(case())).0.case, Some(case()));
    }

    #[test]
    fn the_wanted_program_goes_before_the_one_that_its_maker_works_for() {
        let held = |program: &str, role: &str| MembershipV1 {
            program: program.parse().unwrap(),
            role: role.parse().unwrap(),
        };
        let program = |held: &[MembershipV1], wanted: Option<&str>| {
            let held: BTreeSet<_> = held.iter().cloned().collect();
            let wanted = wanted.map(|wanted| wanted.parse().unwrap());
            with("outreach_contact", &[], None, |draft| draft.unwrap().program(&held, wanted))
                .map(|program| program.to_string())
        };
        let works = [held("street_outreach", "OW")];
        assert_eq!(program(&works, None).as_deref(), Some("street_outreach"));
        assert_eq!(program(&works, Some("reentry")).as_deref(), Some("reentry"));
        assert_eq!(program(&[], None), None);
    }

    #[test]
    fn a_record_that_does_not_say_when_it_happened_happened_now() {
        let (_, edits) = finished("outreach_contact", &[], None, None);
        assert_eq!(edits, [set("occurred_at", Scalar::DateTime(now()))]);
        let told = [set("occurred_at", Scalar::DateTime(Timestamp::from_millis(7)))];
        assert_eq!(finished("outreach_contact", &told, None, None).1, told);
    }

    #[test]
    fn others_who_were_met_name_the_first_record_and_leave_to_it_what_stands_there_only() {
        let catalogue = Catalogue::builtin().unwrap();
        let contact = catalogue.record_type(&"outreach_contact".parse().unwrap()).unwrap();
        let together = contact.together.as_ref().unwrap();
        let mode = set("mode", Scalar::Choice("street".parse().unwrap()));
        let minutes = set("minutes", Scalar::Integer(30));
        let names = |of: RecordId| set("met_together", Scalar::Ref(of));
        let others = values_of_others(together, record(), &[mode.clone(), minutes.clone()]);
        assert_eq!(others, [mode.clone(), names(record())]);
        let added = [names(other()), mode.clone(), minutes];
        assert_eq!(values_of_others(together, record(), &added), [names(other()), mode]);
    }

    fn finished(
        record_type: &str,
        edits: &[Edit],
        parent: Option<&Scope>,
        case: Option<CaseId>,
    ) -> (Envelope, Vec<Edit>) {
        with(record_type, edits, parent, |draft| {
            let program = "street_outreach".parse().unwrap();
            draft.unwrap().finish(now(), record(), UserId::from_bytes([1; 16]), program, case)
        })
    }

    fn with<T>(
        record_type: &str,
        edits: &[Edit],
        parent: Option<&Scope>,
        test: impl FnOnce(Result<Draft<'_>, Wrong>) -> T,
    ) -> T {
        let catalogue = Catalogue::builtin().unwrap();
        let record_type = catalogue.record_type(&record_type.parse().unwrap()).unwrap();
        let find = |asked| {
            assert_eq!(asked, other());
            Ok::<_, Infallible>(parent.cloned())
        };
        test(Draft::new(&catalogue, record_type, edits, find).unwrap())
    }

    fn set(field: &str, value: Scalar) -> Edit {
        Edit::Set { field: field.parse().unwrap(), value }
    }

    fn scope(compartment: &str) -> Scope {
        Scope { case: case(), compartment: compartment.parse().unwrap() }
    }

    fn case() -> CaseId {
        CaseId::from_bytes([8; 16])
    }

    fn other() -> RecordId {
        RecordId::from_bytes([5; 16])
    }

    fn record() -> RecordId {
        RecordId::from_bytes([7; 16])
    }

    fn now() -> Timestamp {
        "2026-11-28T15:00:00Z".parse().unwrap()
    }
}
