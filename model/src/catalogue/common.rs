//! The common fields, and their options, whose meaning the program knows (`catalogue/common.toml`).

/// When it happened.
pub(crate) const OCCURRED_AT: &str = "occurred_at";

/// How far a record has come from being a draft to being approved.
pub(crate) const APPROVAL: &str = "approval";

/// The option of [`APPROVAL`] by which its author is not ready with a record.
pub(crate) const DRAFT: &str = "draft";

/// The option of [`APPROVAL`] by which a record is its author's to mend.
pub(crate) const RETURNED: &str = "returned";

/// The option of [`APPROVAL`] by which a record waits for whoever may decide on it.
pub(crate) const SUBMITTED: &str = "submitted";

/// The option of [`APPROVAL`] by which a record counts for nothing any more.
pub(crate) const VOIDED: &str = "voided";

/// Why a record was voided.
pub(crate) const VOID_REASON: &str = "void_reason";
