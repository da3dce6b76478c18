//! Why something is not allowed.

use crate::ids::FieldName;
use crate::words::{Explained, Message, explained_error};

/// Why something is not allowed. Each has a stable name for the wire.
///
/// They stand in the order of how near the person comes to it: of several roles, the last reason is
/// told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Denial {
    /// The person's roles have nothing there.
    NoAccess,
    /// Not opened in an emergency either.
    NoEmergency,
    /// Only on counsel's request.
    CounselOnly,
    /// Only in aggregates.
    AggregatesOnly,
    /// Only without what identifies people.
    DeidentifiedOnly,
    /// Only types of records that are named for the role.
    NamedTypesOnly,
    /// Only what the person made.
    NotOwn,
    /// The person supervises, but not a program that works on the case.
    NotSupervised,
    /// The case is not assigned to the person.
    NotAssigned,
    /// No consent opens it to the person.
    NoConsent,
    /// One would, but nobody has signed it, or its time has not come.
    ConsentNotSigned,
    /// One did, and has come to its end.
    ConsentExpired,
    /// One did, and was taken back.
    ConsentRevoked,
    /// It is seen at the console and kept nowhere else.
    AtTheConsole,
    /// It is seen for a reason, which must be stated.
    ReasonNeeded,
    /// The compartment's records are not kept on phones.
    NotOnDevices,
    /// A consent alone lets the person read it, and whoever reads by a consent does not edit.
    ReadsByConsent,
    /// It stands in a directory, which the person reads and others keep.
    ReadsOnly,
    /// None of the person's roles may make records of this type.
    Role,
    /// The person has no role in the program the record names.
    Program,
    /// Only who made the record edits it.
    NotAuthor {
        /// The field.
        field: FieldName,
    },
    /// The record is closed.
    Final {
        /// The field.
        field: FieldName,
    },
    /// What a consent says is for whoever works in what it opens.
    NotDiscloser {
        /// The field.
        field: FieldName,
    },
    /// What stands in the field is not the person's to change.
    Field {
        /// The field.
        field: FieldName,
        /// The roles that change it.
        roles: String,
    },
}

impl Explained for Denial {
    fn message(&self) -> Message {
        let message = Message::new(self.code());
        match self {
            Self::NotAuthor { field } | Self::Final { field } | Self::NotDiscloser { field } => {
                message.with("field", field)
            }
            Self::Field { field, roles } => message.with("field", field).with("roles", roles),
            _ => message,
        }
    }
}

explained_error!(Denial);

impl Denial {
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
            Self::AtTheConsole => "at_the_console",
            Self::ReasonNeeded => "reason_needed",
            Self::NotOnDevices => "not_on_devices",
            Self::ReadsByConsent => "reads_by_consent",
            Self::ReadsOnly => "reads_only",
            Self::Role => "role",
            Self::Program => "program",
            Self::NotAuthor { .. } => "not_author",
            Self::Final { .. } => "final",
            Self::NotDiscloser { .. } => "not_discloser",
            Self::Field { .. } => "guarded_field",
        }
    }
}
