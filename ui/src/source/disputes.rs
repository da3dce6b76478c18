//! Values that people wrote to one field without knowing of each other: what is done with them besides
//! keeping one.

use model::ids::FieldName;

use super::Refusal;
use crate::views::Handle;

/// What a supervisor does with disputed values.
pub trait DisputeSource {
    /// Begins the form in which somebody writes what is right instead, with what all of them say where
    /// that is a text. `None` if nobody disputes the field any more.
    ///
    /// # Errors
    /// When there is no such record, or the reader may not change it.
    fn begin_combining(
        &mut self,
        record: &Handle,
        field: &FieldName,
    ) -> Result<Option<Handle>, Refusal>;

    /// Returns the record to everybody who wrote one of the values, with the field marked and this to
    /// read. Returns to how many; `None` if nobody disputes the field any more.
    ///
    /// # Errors
    /// When there is no such record, or the reader does not review it.
    fn send_back(
        &mut self,
        record: &Handle,
        field: &FieldName,
        note: &str,
    ) -> Result<Option<usize>, Refusal>;
}
