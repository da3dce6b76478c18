//! Fieldbook's device for apps: an encrypted store on the phone, forms from the department's
//! catalogue, and synchronization with its server.
//!
//! An app starts with a `Device`, opened with `Device.open` or created by `enroll`. When a call
//! that saves returns, the data is on disk. Calls that read and write take milliseconds and block:
//! make them on a thread that may block. The packages around the generated code do that for you.

mod catalogue;
mod connection;
mod device;
mod draft;
mod enroll;
mod error;
mod form;
mod https;
mod ids;
mod invitation;
mod logging;
mod network;
mod object_count;
mod observe;
mod reconnect;
mod record;
mod run;
mod runtime;
mod shared;
mod support;
mod sync;
#[cfg(test)]
mod tests;
mod transport;
mod value;
mod vault;
mod watch;

pub use catalogue::{
    BelongsTo, Catalogue, EntryField, Field, FieldKind, OptionLabel, OptionMeaning, Program,
    RecordType, ScalarKind,
};
pub use device::{
    CaseRow, Colleague, Decided, Decision, Device, NewRecord, OpenTask, RecordFilter, RecordRow,
    RefusedChange, Status,
};
pub use draft::{Draft, DraftRow, SubmittedDraft, UndoneDraft};
pub use enroll::{EnrollOptions, Enrolling, enroll};
pub use error::{FieldProblem, FieldbookError, explain};
pub use form::{Form, FormSection, Question};
pub use ids::Day;
pub use invitation::{Invitation, read_invitation};
pub use logging::{LogLevel, LogLine, Logger, set_logger};
pub use network::NetworkProblem;
pub use object_count::live_objects;
pub use observe::{ListenerError, Observation, RecordListener};
pub use reconnect::Reconnecting;
pub use record::{
    Conflict, ConflictValue, HistoryEdit, HistoryEntry, HistoryVerb, Record, RecordState, Refusal,
};
pub use sync::{
    Progress, Stage, SyncListener, SyncOutcome, SyncReason, SyncReport, SyncResult, SyncRun,
};
pub use transport::{Header, HttpRequest, HttpResponse, Reply, Transport, TransportError};
pub use value::{Edit, LogEntry, Scalar, Value};
pub use vault::{KeyVault, KeyVaultError, file_vault};
pub use watch::{Watch, WatchEvent, WatchListener};

uniffi::setup_scaffolding!("fieldbook");
