//! Why something is not allowed.

use crate::ids::FieldName;

/// Why something is not allowed. Each has a stable name for the wire.
///
/// They stand in the order of how near the person comes to it: of several roles, the last reason is
/// told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// The person's roles have nothing there.
    #[error("your roles have no access to records of this kind")]
    NoAccess,
    /// Not opened in an emergency either.
    #[error("these records are not opened in an emergency")]
    NoEmergency,
    /// Only on counsel's request.
    #[error("records of this kind are seen on counsel's request only")]
    CounselOnly,
    /// Only in aggregates.
    #[error("your roles see records of this kind in aggregates only")]
    AggregatesOnly,
    /// Only without what identifies people.
    #[error("your roles see records of this kind de-identified only")]
    DeidentifiedOnly,
    /// Only types of records that are named for the role.
    #[error("your roles see only some types of these records")]
    NamedTypesOnly,
    /// Only what the person made.
    #[error("your roles see only their own records of this kind")]
    NotOwn,
    /// The person supervises, but not a program that works on the case.
    #[error("no program that you supervise works on this case")]
    NotSupervised,
    /// The case is not assigned to the person.
    #[error("this case is not assigned to you")]
    NotAssigned,
    /// No consent opens it to the person.
    #[error("no consent opens these records to your program")]
    NoConsent,
    /// One would, but nobody has signed it, or its time has not come.
    #[error("the consent to see these records is not signed yet")]
    ConsentNotSigned,
    /// One did, and has come to its end.
    #[error("the consent to see these records has expired")]
    ConsentExpired,
    /// One did, and was taken back.
    #[error("the consent to see these records was revoked")]
    ConsentRevoked,
    /// It is seen at a desk and kept nowhere else.
    #[error("you may see these records at a desk, but not keep them")]
    AtTheDesk,
    /// It is seen for a reason, which must be stated.
    #[error("these records are seen for a stated reason only")]
    ReasonNeeded,
    /// The compartment's records are not kept on phones.
    #[error("records of this kind are not kept on phones; use the console")]
    NotOnDevices,
    /// None of the person's roles may make records of this type.
    #[error("your roles do not include making this type of record")]
    Role,
    /// The person has no role in the program the record names.
    #[error("you have no role in the program the record names")]
    Program,
    /// Only who made the record edits it.
    #[error("`{field}` is for the author of the record to change")]
    NotAuthor {
        /// The field.
        field: FieldName,
    },
    /// The record is closed.
    #[error("the record is closed, `{field}` too: make a new one that amends it")]
    Final {
        /// The field.
        field: FieldName,
    },
    /// What a consent says is for whoever works in what it opens.
    #[error("`{field}` of a consent is for those to note whose records it opens")]
    NotDiscloser {
        /// The field.
        field: FieldName,
    },
    /// What stands in the field is not the person's to change.
    #[error("`{field}` is changed by {roles} only")]
    Field {
        /// The field.
        field: FieldName,
        /// The roles that change it.
        roles: String,
    },
}

impl Refusal {
    /// A stable name for the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAccess => "no_access",
            Self::NoEmergency => "no_emergency",
            Self::CounselOnly => "counsel_only",
            Self::AggregatesOnly => "aggregates_only",
            Self::DeidentifiedOnly => "deidentified_only",
            Self::NamedTypesOnly => "named_types_only",
            Self::NotOwn => "not_own",
            Self::NotSupervised => "not_supervised",
            Self::NotAssigned => "not_assigned",
            Self::NoConsent => "no_consent",
            Self::ConsentNotSigned => "consent_not_signed",
            Self::ConsentExpired => "consent_expired",
            Self::ConsentRevoked => "consent_revoked",
            Self::AtTheDesk => "at_the_desk",
            Self::ReasonNeeded => "reason_needed",
            Self::NotOnDevices => "not_on_devices",
            Self::Role => "role",
            Self::Program => "program",
            Self::NotAuthor { .. } => "not_author",
            Self::Final { .. } => "final",
            Self::NotDiscloser { .. } => "not_discloser",
            Self::Field { .. } => "guarded_field",
        }
    }
}
