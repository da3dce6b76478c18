//! Disputed values, as a source without a server answers for them.

use model::ids::FieldName;
use ui::views::Handle;
use ui::{DisputeSource, Refusal};

use crate::fake::Fake;

impl DisputeSource for Fake {
    fn begin_combining(
        &mut self,
        record: &Handle,
        field: &FieldName,
    ) -> Result<Option<Handle>, Refusal> {
        self.asked.push(format!("combine {field}"));
        Ok(is_disputed(field).then(|| record.clone()))
    }

    fn send_back(
        &mut self,
        _record: &Handle,
        field: &FieldName,
        note: &str,
    ) -> Result<Option<usize>, Refusal> {
        self.asked.push(format!("send back {field}: {note}"));
        Ok(is_disputed(field).then_some(2))
    }
}

fn is_disputed(field: &FieldName) -> bool {
    field.as_str() == "risk_level"
}
