//! Giving cases to people, and taking them over.

use model::catalogue::Label;

use super::Refusal;
use crate::views::Handle;
use crate::views::assign::{
    AssignChoices, AssignPlan, AssignPreview, Assigned, TransferAnswer, TransferRow, Worker,
};

/// What supervisors do with the cases of their programs.
pub trait AssignSource {
    /// Returns who may give and get a case.
    ///
    /// # Errors
    /// When the reader does not supervise it.
    fn choices(&mut self, case: &Handle) -> Result<AssignChoices, Refusal>;

    /// Returns what giving a case to somebody would do.
    ///
    /// # Errors
    /// When the reader does not supervise it, or whoever gets it cannot work on it.
    fn preview(&mut self, case: &Handle, plan: &AssignPlan) -> Result<AssignPreview, Refusal>;

    /// Gives a case to somebody, or asks another program to take it over.
    ///
    /// # Errors
    /// When the reader does not supervise it, or whoever gets it cannot work on it.
    fn assign(
        &mut self,
        case: &Handle,
        plan: &AssignPlan,
        reason: &str,
    ) -> Result<Assigned, Refusal>;

    /// Returns those who work on cases in the reader's programs, by name.
    ///
    /// # Errors
    /// When the store fails.
    fn workers(&mut self) -> Result<Vec<Worker>, Refusal>;

    /// Returns every case of somebody's that the reader supervises, with whom it is about.
    ///
    /// # Errors
    /// When they work in none of the reader's programs.
    fn caseload_of(&mut self, worker: &Handle) -> Result<Vec<(Handle, Option<Label>)>, Refusal>;

    /// Returns what the reader's programs were asked to take over, and what the reader asked.
    ///
    /// # Errors
    /// When the store fails.
    fn transfers(&mut self) -> Result<Vec<TransferRow>, Refusal>;

    /// Answers what a program was asked.
    ///
    /// # Errors
    /// When there is no such transfer for the reader, or it was answered already.
    fn answer(&mut self, transfer: &Handle, answer: &TransferAnswer) -> Result<(), Refusal>;
}
