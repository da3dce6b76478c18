//! Work that was refused and waits for a supervisor.

use super::Refusal;
use crate::views::Handle;
use crate::views::late::{RefusedDecision, RefusedRow, RefusedView};

/// What supervisors do with refused work of their programs.
pub trait LateSource {
    /// Returns what waits for a decision, the newest first.
    ///
    /// # Errors
    /// When the reader supervises nothing.
    fn waiting(&mut self) -> Result<Vec<RefusedRow>, Refusal>;

    /// Returns what was refused, and what it would make of its record.
    ///
    /// # Errors
    /// When there is no such work for the reader.
    fn refused(&mut self, entry: &Handle) -> Result<RefusedView, Refusal>;

    /// Begins the form in which it is written anew, with what could be read of it, or goes on with the one
    /// that was begun. Submitting it settles the refused work.
    ///
    /// # Errors
    /// When there is no such work for the reader, or nothing of it can be read.
    fn begin_repair(&mut self, entry: &Handle, why: &str) -> Result<Handle, Refusal>;

    /// Decides about it. Returns why some of it is still refused, if it is.
    ///
    /// # Errors
    /// When there is no such work for the reader, or nothing of it fits the record.
    fn decide(
        &mut self,
        entry: &Handle,
        decision: RefusedDecision,
        reason: &str,
    ) -> Result<Vec<String>, Refusal>;
}
