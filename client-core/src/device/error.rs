//! Why nothing was read or written.

use model::document::EditError;
use model::ids::CaseId;
use model::policy;
use model::record::FieldProblem;
use model::words::{Explained as _, Message};

use crate::store::quarantine::RefusalError;
use crate::store::{LocalError, StoreError};
use crate::vault::VaultError;

/// Why nothing was read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The device has not met its server for too long. It still takes new records.
    #[error("{}", said(self))]
    Locked,
    /// The server ordered the device to show and take nothing.
    #[error("{}", said(self))]
    Ordered,
    /// The record is not on this device.
    #[error("{}", said(self))]
    NotFound,
    /// The server refused the record as a whole.
    #[error("{}", said(self))]
    Refused,
    /// The device holds nothing of the case.
    #[error("{}", said(self))]
    CaseNotHeld(CaseId),
    /// Nothing was made for several cases, because of one of them.
    #[error("{}", said(self))]
    OfCase {
        /// That case.
        case: CaseId,
        /// Why nothing could be made for it.
        reason: Box<Self>,
    },
    /// A case was named twice for one step.
    #[error("{}", said(self))]
    CaseTwice(CaseId),
    /// More cases than one step takes.
    #[error("{}", said(self))]
    TooManyCases {
        /// How many it takes.
        most: usize,
    },
    /// Records of this type, and edits, are of one case each.
    #[error("{}", said(self))]
    OneCaseAtATime,
    /// The owner may not do it; where a field is the reason, it is named.
    #[error(transparent)]
    Policy(#[from] policy::Denial),
    /// Dates that are wrong by the device's clock or by its server's, and texts that look as if they held
    /// what is never recorded: ask, and save it anyway if it is right.
    #[error("{}", said(self))]
    Doubtful(Vec<FieldProblem>),
    /// Nobody disagrees about the field.
    #[error("{}", said(self))]
    NoConflict {
        /// The field.
        field: String,
    },
    /// The value to keep is none of those in conflict.
    #[error("{}", said(self))]
    NotAValue {
        /// The field.
        field: String,
        /// The values in conflict.
        values: Vec<String>,
    },
    /// Another process has the store open.
    #[error("{}", said(self))]
    InUse,
    /// Nothing of this number was refused.
    #[error("{}", said(self))]
    NoRefusal(i64),
    /// It came from the server, or what it said left with its case.
    #[error("{}", said(self))]
    NothingToTry,
    /// There is no draft of this id here.
    #[error("{}", said(self))]
    NoDraft,
    /// The draft was submitted or thrown away already.
    #[error("{}", said(self))]
    DraftEnded,
    /// Nothing ended that could be undone, or too long ago.
    #[error("{}", said(self))]
    NothingToUndo,
    /// The record is on its way, or something was done after it: void it instead.
    #[error("{}", said(self))]
    HasLeft,
    /// Fields that do not take what was given, or a record that cannot be.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The key store failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RecordError {
    /// Returns what to tell a person; none when the store or its key failed, which no words of ours
    /// explain.
    pub fn message(&self) -> Option<Message> {
        Some(match self {
            Self::Locked => Message::new("locked"),
            Self::Ordered => Message::new("ordered"),
            Self::NotFound => Message::new("unknown_record"),
            Self::Refused => Message::new("record_refused"),
            Self::CaseNotHeld(case) => Message::new("unknown_case").with("case", case),
            Self::OfCase { case, reason } => {
                // The case is said already.
                let reason = match &**reason {
                    Self::CaseNotHeld(_) => Message::new("unknown_case"),
                    reason => reason.message()?,
                };
                Message::new("of_case").with("case", case).inside("problem", reason)
            }
            Self::CaseTwice(case) => Message::new("case_twice").with("case", case),
            Self::TooManyCases { most } => Message::new("too_many_cases").with("most", most),
            Self::OneCaseAtATime => Message::new("one_case_at_a_time"),
            Self::Policy(refusal) => refusal.message(),
            Self::Doubtful(problems) => Message::new("invalid_fields")
                .listing("problems", problems.iter().map(|problem| problem.message())),
            Self::NoConflict { field } => Message::new("no_conflict").with("field", field),
            Self::NotAValue { field, values } => {
                Message::new("not_a_value").with("field", field).with("values", values.join(", "))
            }
            Self::NoRefusal(number) => Message::new("unknown_refusal").with("number", number),
            Self::NothingToTry => Message::new("nothing_to_try"),
            Self::NoDraft => Message::new("unknown_draft"),
            Self::DraftEnded => Message::new("draft_ended"),
            Self::NothingToUndo => Message::new("nothing_to_undo"),
            Self::HasLeft => Message::new("record_has_left"),
            Self::Edit(error) => error.message(),
            Self::InUse => Message::new("in_use"),
            Self::Vault(_) | Self::Store(_) => return None,
        })
    }

    /// Says for which of several cases it is so; what is no case's fault stays as it is.
    pub(super) fn of_case(self, case: CaseId) -> Self {
        match self {
            Self::CaseNotHeld(_) | Self::Policy(_) | Self::Edit(_) | Self::Doubtful(_) => {
                Self::OfCase { case, reason: Box::new(self) }
            }
            other => other,
        }
    }
}

fn said(error: &RecordError) -> String {
    error.message().map(|message| message.english()).unwrap_or_default()
}

impl From<LocalError> for RecordError {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::NotFound => Self::NotFound,
            LocalError::Refused => Self::Refused,
            LocalError::Policy(refusal) => Self::Policy(refusal),
            LocalError::Edit(error) => Self::Edit(error),
            LocalError::Store(error) => Self::Store(error),
        }
    }
}

impl From<RefusalError> for RecordError {
    fn from(error: RefusalError) -> Self {
        match error {
            RefusalError::NotFound(number) => Self::NoRefusal(number),
            RefusalError::NothingToTry => Self::NothingToTry,
            RefusalError::Local(error) => error.into(),
        }
    }
}
