//! Where records live: device, console and server ask the same function.
//!
//! A record's compartment is written by its first change and never changes (DESIGN §4), so it is
//! decided when the record is made, from its type, its program and at most one field.

use super::{Catalogue, PlacementRule, RecordType};
use crate::ids::{CompartmentCode, ProgramCode, RecordId};
use crate::value::Scalar;

/// Where a record lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Placement<'c> {
    /// In this compartment.
    In(&'c CompartmentCode),
    /// In the scope of this record: its case and its compartment.
    With(RecordId),
}

impl Catalogue {
    /// Where a record of this type lives that is made for `program`. `value` is what stands in the
    /// field that decides ([`PlacementRule::field`]); none when nothing does.
    pub fn home<'c>(
        &'c self,
        record_type: &'c RecordType,
        program: &ProgramCode,
        value: Option<&Scalar>,
    ) -> Placement<'c> {
        match (&record_type.placed, value) {
            (PlacementRule::With(_), Some(Scalar::Ref(record))) => Placement::With(*record),
            (PlacementRule::When { values, elsewhere, .. }, Some(Scalar::Choice(option)))
                if values.contains(option) =>
            {
                Placement::In(elsewhere)
            }
            (PlacementRule::Always | PlacementRule::With(_) | PlacementRule::When { .. }, _) => {
                Placement::In(
                    self.own_people(record_type, program).unwrap_or(&record_type.compartment),
                )
            }
        }
    }

    /// Returns whether a record of this type can live in this compartment, whatever it says and
    /// whoever makes it.
    pub fn can_live_in(&self, record_type: &RecordType, compartment: &CompartmentCode) -> bool {
        match &record_type.placed {
            PlacementRule::With(_) => self.compartments.contains_key(compartment),
            PlacementRule::When { elsewhere, .. } if elsewhere == compartment => true,
            PlacementRule::Always | PlacementRule::When { .. } => {
                *compartment == record_type.compartment
                    || self
                        .programs
                        .keys()
                        .any(|program| self.own_people(record_type, program) == Some(compartment))
            }
        }
    }

    /// Where a program that keeps its people apart keeps a record of this type: an identity record.
    fn own_people(
        &self,
        record_type: &RecordType,
        program: &ProgramCode,
    ) -> Option<&CompartmentCode> {
        let compartment = self.compartments.get(&record_type.compartment)?;
        let program = self.programs.get(program)?;
        program.people.as_ref().filter(|_| compartment.identity)
    }
}
