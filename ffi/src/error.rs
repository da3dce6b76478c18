//! The one error type of the library, with a case for each different reaction of an app.

use std::collections::HashMap;
use std::fmt;

use client_core::device::RecordError;
use client_core::driver::{DriverError, EnrollError};
use client_core::keys::KeyError;
use client_core::store::{OpenError, StoreError};
use client_core::sync::SyncError;
use client_core::vault::VaultError;
use model::document::EditError;
use model::ids::FieldName;
use model::record;
use model::words::{Explained as _, LanguageTag, Message};

use crate::network::NetworkProblem;

/// Why a call did not do it. Nothing of it has happened then, and the store can be used as before.
///
/// There is a case for each different reaction of an app. No case holds recorded data.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
#[uniffi::export(Display)]
pub enum FieldbookError {
    /// There is no store here, or its keys are gone. Enroll.
    NotEnrolled,
    /// There is a store at this place already. Open it, or wipe it first.
    AlreadyEnrolled,
    /// This text is not an invitation. Scan the code again.
    NotAnInvitation,
    /// A PIN was set. Ask for it.
    PinNeeded,
    /// The PIN is wrong. After the last try the keys are destroyed.
    WrongPin {
        /// How many tries are left.
        tries_left: u8,
    },
    /// The PIN is too short. Ask for a longer one.
    PinTooShort {
        /// How many characters it needs.
        characters_min: u32,
    },
    /// Too many wrong PINs: the keys are destroyed and the store can no longer be read. Wipe and
    /// enroll.
    KeysDestroyed,
    /// The app locked the device. Unlock it.
    Locked,
    /// The device has not reached its server for too long, or the server locked it. Synchronize. In
    /// the first case it still takes new records; only existing records are hidden.
    LeaseExpired,
    /// Another process has the store open. Close that one.
    InUse,
    /// The record, the draft or the refused change is not on this device.
    NotFound,
    /// It was cancelled.
    Cancelled,
    /// Some values are not valid. Show each problem beside its field.
    Invalid {
        /// Every mistake.
        problems: Vec<FieldProblem>,
    },
    /// A date is not plausible by this phone's clock, which may be wrong, or a text looks as if it
    /// held what is never recorded. Show each problem and ask whether it is right as it is; if so,
    /// repeat the call with `anyway`.
    Doubtful {
        /// Everything in doubt.
        problems: Vec<FieldProblem>,
    },
    /// The owner's roles do not allow it, or the server refused the record.
    NotAllowed {
        /// The stable name of the reason.
        code: String,
        /// The parameters of its text.
        parameters: HashMap<String, String>,
        /// Why, in English; `explain` has it in the person's language.
        reason: String,
    },
    /// The server could not be reached, or refused the request. Tell the person, and try again
    /// later if `may_pass`.
    Network {
        /// What happened.
        problem: NetworkProblem,
        /// Whether trying again later may help.
        may_pass: bool,
    },
    /// The platform's key store failed. If it is locked, wait until the person unlocks the phone.
    KeyStore {
        /// Whether it is only locked.
        locked: bool,
    },
    /// There is no room left on the disk.
    DiskFull,
    /// The store is of a newer version of the app. Update the app.
    UpdateNeeded,
    /// The store is damaged. Its files were not changed: keep them and ask for help.
    Damaged {
        /// The part that cannot be read.
        what: String,
    },
    /// A bug in this library. The log says where.
    Internal,
}

/// A field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FieldProblem {
    /// The field, or nothing if the problem is about the whole record.
    pub field: Option<FieldName>,
    /// The stable name of the problem, such as `required`.
    pub code: String,
    /// The parameters of its text, such as `min` and `max`.
    pub parameters: HashMap<String, String>,
    /// The problem in English, such as `is required`; `explain` has it in the person's language. It
    /// does not contain the value.
    pub problem: String,
}

/// Returns the text of a problem or a reason, by its code and parameters, in a language: `es`, or
/// English for anything else. Returns nothing for a code that this version does not know.
#[uniffi::export]
pub fn explain(
    code: String,
    parameters: HashMap<String, String>,
    language: String,
) -> Option<String> {
    let message = Message::from_parts(code, parameters.into_iter().collect());
    message.in_language(LanguageTag::of_locale(&language))
}

impl fmt::Display for FieldbookError {
    /// Writes the English words, for logs and developers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEnrolled => f.write_str("this device is not enrolled"),
            Self::AlreadyEnrolled => f.write_str("there is a store at this place already"),
            Self::NotAnInvitation => f.write_str("this is not a Fieldbook invitation"),
            Self::PinNeeded => f.write_str("a PIN is needed"),
            Self::WrongPin { tries_left } => write!(f, "wrong PIN; {tries_left} tries are left"),
            Self::PinTooShort { characters_min } => {
                write!(f, "a PIN has at least {characters_min} characters here")
            }
            Self::KeysDestroyed => f.write_str("the keys were destroyed after too many wrong PINs"),
            Self::Locked => f.write_str("the device is locked"),
            Self::LeaseExpired => f.write_str("the device must synchronize with its server first"),
            Self::InUse => f.write_str("the store is open in another process"),
            Self::NotFound => f.write_str("it is not on this device"),
            Self::Cancelled => f.write_str("it was cancelled"),
            Self::Invalid { problems } | Self::Doubtful { problems } => {
                for (place, FieldProblem { field, problem, .. }) in problems.iter().enumerate() {
                    f.write_str(if place == 0 { "" } else { "; " })?;
                    match field {
                        Some(field) => write!(f, "`{field}` {problem}")?,
                        None => f.write_str(problem)?,
                    }
                }
                Ok(())
            }
            Self::NotAllowed { reason, .. } => f.write_str(reason),
            Self::Network { problem, .. } => problem.fmt(f),
            Self::KeyStore { locked: true } => f.write_str("the key store is locked"),
            Self::KeyStore { locked: false } => f.write_str("the key store failed"),
            Self::DiskFull => f.write_str("the disk is full"),
            Self::UpdateNeeded => f.write_str("the store was written by a newer version"),
            Self::Damaged { what } => write!(f, "the store is damaged: {what}"),
            Self::Internal => f.write_str("a mistake in the library; the log says where"),
        }
    }
}

impl From<NetworkProblem> for FieldbookError {
    fn from(problem: NetworkProblem) -> Self {
        let may_pass = problem.may_pass();
        Self::Network { problem, may_pass }
    }
}

impl std::error::Error for FieldbookError {}

impl FieldbookError {
    /// Returns that a text is no identifier of this kind: the code of its name in the words.
    pub(crate) fn not_an_id(kind: &str) -> Self {
        Self::about_the_whole(&Message::new("not_an_id").inside("kind", Message::new(kind)))
    }

    pub(crate) fn about_the_whole(problem: &Message) -> Self {
        Self::Invalid { problems: vec![FieldProblem::of(None, problem)] }
    }

    pub(crate) fn about(field: &FieldName, problem: &Message) -> Self {
        Self::Invalid { problems: vec![FieldProblem::of(Some(field.clone()), problem)] }
    }

    pub(crate) fn not_allowed(reason: &Message) -> Self {
        Self::NotAllowed {
            code: reason.code().to_owned(),
            parameters: parameters(reason),
            reason: reason.english(),
        }
    }
}

impl FieldProblem {
    pub(crate) fn of(field: Option<FieldName>, problem: &Message) -> Self {
        Self {
            field,
            code: problem.code().to_owned(),
            parameters: parameters(problem),
            problem: problem.english(),
        }
    }
}

fn problems(wrong: Vec<record::FieldProblem>) -> Vec<FieldProblem> {
    let told =
        |wrong: record::FieldProblem| FieldProblem::of(Some(wrong.field), &wrong.problem.message());
    wrong.into_iter().map(told).collect()
}

fn parameters(message: &Message) -> HashMap<String, String> {
    message.parts().iter().map(|(name, value)| (name.clone(), value.clone())).collect()
}

impl From<RecordError> for FieldbookError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Locked | RecordError::Ordered => Self::LeaseExpired,
            RecordError::NotFound | RecordError::NoRefusal(_) => Self::NotFound,
            RecordError::NoDraft => Self::NotFound,
            RecordError::DraftEnded | RecordError::NothingToUndo | RecordError::HasLeft => {
                error.message().map_or(Self::Internal, |message| Self::not_allowed(&message))
            }
            RecordError::OfCase { ref reason, .. } => match (&**reason, error.message()) {
                (RecordError::Policy(_), Some(message)) => Self::not_allowed(&message),
                (RecordError::Doubtful(_), Some(message)) => {
                    Self::Doubtful { problems: vec![FieldProblem::of(None, &message)] }
                }
                (_, Some(message)) => Self::about_the_whole(&message),
                (_, None) => unforeseen(&error),
            },
            RecordError::CaseTwice(_)
            | RecordError::TooManyCases { .. }
            | RecordError::OneCaseAtATime => {
                error.message().map_or(Self::Internal, |message| Self::about_the_whole(&message))
            }
            RecordError::NothingToTry => Self::about_the_whole(&Message::new("nothing_to_try")),
            RecordError::CaseNotHeld(_) => Self::about_the_whole(&Message::new("unknown_case")),
            RecordError::Refused => Self::not_allowed(&Message::new("record_refused")),
            RecordError::Policy(refusal) => Self::not_allowed(&refusal.message()),
            RecordError::NoConflict { field } => of_field(&field, "no_conflict"),
            // The values themselves stay out of the error.
            RecordError::NotAValue { field, .. } => of_field(&field, "not_a_value"),
            RecordError::Doubtful(doubtful) => Self::Doubtful { problems: problems(doubtful) },
            RecordError::Edit(error) => error.into(),
            RecordError::InUse => Self::InUse,
            RecordError::Vault(error) => error.into(),
            RecordError::Store(error) => error.into(),
            _ => unforeseen(&error),
        }
    }
}

impl From<EditError> for FieldbookError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Fields(wrong) => Self::Invalid { problems: problems(wrong) },
            EditError::Envelope(problem) => Self::about_the_whole(&problem.message()),
            EditError::TooLarge | EditError::Full(_) | EditError::Crowded => {
                Self::about_the_whole(&error.message())
            }
            EditError::Document(error) => StoreError::Document(error).into(),
        }
    }
}

impl From<StoreError> for FieldbookError {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Corrupt(_) => Self::Damaged { what: "a page does not read back".into() },
            StoreError::DiskFull => Self::DiskFull,
            StoreError::Unreadable { what } => Self::Damaged { what: (*what).into() },
            StoreError::Document(_) => Self::Damaged { what: "a record".into() },
            _ => unforeseen(&error),
        }
    }
}

impl From<OpenError> for FieldbookError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::NotFound => Self::NotEnrolled,
            OpenError::AlreadyExists => Self::AlreadyEnrolled,
            OpenError::Key(error) => error.into(),
            OpenError::WrongKey => Self::Damaged {
                what: "it is encrypted with the key of another installation".into(),
            },
            OpenError::Corrupt { what } => Self::Damaged { what: what.into() },
            OpenError::FromTheFuture { .. } => Self::UpdateNeeded,
            OpenError::Locked => Self::InUse,
            OpenError::Io(_) => {
                Self::Damaged { what: "its files cannot be read or written".into() }
            }
            OpenError::Store(error) => error.into(),
            _ => unforeseen(&error),
        }
    }
}

impl From<KeyError> for FieldbookError {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Missing => Self::NotEnrolled,
            KeyError::PinNeeded => Self::PinNeeded,
            KeyError::WrongPin { tries_left } => Self::WrongPin { tries_left },
            KeyError::Destroyed => Self::KeysDestroyed,
            KeyError::PinTooShort { length_min } => {
                Self::PinTooShort { characters_min: u32::try_from(length_min).unwrap_or(u32::MAX) }
            }
            KeyError::Damaged => Self::Damaged { what: "the store's key in the key store".into() },
            KeyError::Vault(error) => error.into(),
            _ => unforeseen(&error),
        }
    }
}

impl From<VaultError> for FieldbookError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::DiskFull => Self::DiskFull,
            VaultError::Locked => Self::KeyStore { locked: true },
            _ => Self::KeyStore { locked: false },
        }
    }
}

impl From<SyncError> for FieldbookError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Store(error) => error.into(),
            SyncError::Key(error) => error.into(),
            SyncError::NotWiped(error) => error.into(),
            other => unforeseen(&other),
        }
    }
}

impl From<DriverError> for FieldbookError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::Sync(error) => error.into(),
            DriverError::Withdrawn(_) => Self::Locked,
            other => unforeseen(&other),
        }
    }
}

impl From<EnrollError> for FieldbookError {
    fn from(error: EnrollError) -> Self {
        match error {
            EnrollError::Transport(failure) => NetworkProblem::from(failure).into(),
            EnrollError::Store(error) => error.into(),
            EnrollError::Key(error) => error.into(),
            other => unforeseen(&other),
        }
    }
}

fn of_field(field: &str, code: &str) -> FieldbookError {
    match field.parse() {
        Ok(field) => FieldbookError::about(&field, &Message::new(code)),
        Err(_) => FieldbookError::about_the_whole(&Message::new("no_such_field")),
    }
}

fn unforeseen(error: &dyn fmt::Display) -> FieldbookError {
    tracing::error!(%error, "an error that an app can do nothing about");
    FieldbookError::Internal
}
