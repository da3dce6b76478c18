//! What never changes in a record, and whether it fits the catalogue.

use crate::catalogue::{BelongsTo, Catalogue};
use crate::ids::{CaseId, CompartmentCode, ProgramCode, RecordId, Scope, TypeName, UserId};
use crate::time::Timestamp;
use crate::words::{Explained, Message, explained_error};

/// What never changes in a record: written by its first change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The record.
    pub record: RecordId,
    /// Its type.
    pub record_type: TypeName,
    /// The type's version when it was made.
    pub type_version: u32,
    /// The case it belongs to; none when it stands alone. A person's or property's is its own id.
    pub case: Option<CaseId>,
    /// The compartment it lives in.
    pub compartment: CompartmentCode,
    /// The program it was made for.
    pub program: ProgramCode,
    /// Who made it.
    pub created_by: UserId,
    /// When, by the maker's clock.
    pub created_at: Timestamp,
}

impl Envelope {
    /// The unit of permission and keys this record belongs to.
    pub fn scope(&self) -> Scope {
        Scope {
            case: self.case.unwrap_or_else(|| CaseId::from(self.record)),
            compartment: self.compartment.clone(),
        }
    }

    /// Checks the envelope against the catalogue.
    ///
    /// # Errors
    /// Names what does not fit.
    pub fn check(&self, catalogue: &Catalogue) -> Result<(), EnvelopeProblem> {
        let Some(record_type) = catalogue.record_type(&self.record_type) else {
            return Err(EnvelopeProblem::UnknownType(self.record_type.clone()));
        };
        if !catalogue.can_live_in(record_type, &self.compartment) {
            return Err(EnvelopeProblem::Compartment);
        }
        if !catalogue.knows_program(&self.program) {
            return Err(EnvelopeProblem::UnknownProgram(self.program.clone()));
        }
        let earlier = catalogue.forms_since(&self.record_type, self.type_version);
        let is_known = self.type_version <= record_type.version || !earlier.is_empty();
        if self.type_version == 0 || !is_known {
            return Err(EnvelopeProblem::Version {
                have: record_type.version,
                want: self.type_version,
            });
        }
        let own = CaseId::from(self.record);
        match (record_type.belongs_to, self.case) {
            (BelongsTo::Itself, case) if case != Some(own) => Err(EnvelopeProblem::NotItsOwnCase),
            (BelongsTo::Case, None) => Err(EnvelopeProblem::CaseMissing),
            (BelongsTo::Nothing, Some(_)) => Err(EnvelopeProblem::CaseGiven),
            (BelongsTo::Case | BelongsTo::CaseOrNothing, Some(case)) if case == own => {
                Err(EnvelopeProblem::CaseGiven)
            }
            _ => Ok(()),
        }
    }
}

/// Why an envelope does not fit the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvelopeProblem {
    /// The catalogue has no such type.
    UnknownType(TypeName),
    /// The department makes no such records any more.
    RetiredType(TypeName),
    /// The catalogue has no such program.
    UnknownProgram(ProgramCode),
    /// No record of the type lives in the compartment.
    Compartment,
    /// Made with a newer catalogue.
    Version {
        /// Ours.
        have: u32,
        /// Theirs.
        want: u32,
    },
    /// A person or property whose case is not its own id.
    NotItsOwnCase,
    /// No case where one is needed.
    CaseMissing,
    /// A case where none is possible.
    CaseGiven,
}

impl Explained for EnvelopeProblem {
    fn message(&self) -> Message {
        match self {
            Self::UnknownType(name) => Message::new("unknown_type").with("type", name),
            Self::RetiredType(name) => Message::new("retired_type").with("type", name),
            Self::UnknownProgram(name) => Message::new("unknown_program").with("program", name),
            Self::Compartment => Message::new("other_compartment"),
            Self::Version { have, want } => {
                Message::new("newer_type").with("have", have).with("want", want)
            }
            Self::NotItsOwnCase => Message::new("not_its_own_case"),
            Self::CaseMissing => Message::new("case_missing"),
            Self::CaseGiven => Message::new("case_given"),
        }
    }
}

explained_error!(EnvelopeProblem);
