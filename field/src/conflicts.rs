//! What people disagree about, and which of it stands.

use client_core::store::query::ConflictValueView;
use model::ids::{ChangeHash, FieldName, RecordId};
use model::record::Edit;
use model::value::FieldValue;
use ui::Refusal;
use ui::views::phone::{ConflictCard, PositionView};
use ui::views::{Handle, Names};

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    pub(crate) fn disagreements(&self) -> Result<Vec<ConflictCard>, Refusal> {
        let found = self.told(self.device.conflicts(self.now))?;
        let mut cards = Vec::new();
        for one in found.into_iter().take(CARDS_MAX) {
            let (row, conflict) = (one.record, one.conflict);
            let whole = self.stored(self.device.store().read().record(row.record))?;
            let Some(whole) = whole else { continue };
            let mut names = Names::default();
            self.name_of_conflicts(&whole.conflicts, &mut names)?;
            let about = match row.case {
                Some(case) => self.person_of(case)?,
                None => None,
            };
            cards.push(ConflictCard {
                record: self.handles.of(&row.record)?,
                record_type: row.record_type,
                about: about.unwrap_or(row.title),
                field: conflict.field,
                positions: conflict.values.into_iter().map(|it| self.position(it)).collect(),
                may_decide: self.may_change(&whole)?,
                names,
            });
        }
        Ok(cards)
    }

    fn position(&self, value: ConflictValueView) -> PositionView {
        PositionView {
            change: value.change,
            value: value.scalar.map_or(FieldValue::Unknown(value.value), FieldValue::Scalar),
            mine: value.device == self.device.store().device(),
            by: value.by,
            at: value.at,
        }
    }

    /// Decides that the value that a change wrote stands. Returns whether it was still disputed.
    pub(crate) fn decide_for(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal> {
        let record: RecordId = self.named(record)?;
        let view = self.view_of(record)?.ok_or(Refusal::NotFound)?;
        let conflict = view.conflicts.iter().find(|conflict| conflict.field == *field);
        let kept = conflict
            .and_then(|conflict| conflict.values.iter().find(|value| value.change == change))
            .and_then(|value| value.scalar.clone());
        let Some(value) = kept else { return Ok(false) };
        let edit = Edit::Set { field: field.clone(), value };
        let decided = self.device.edit(self.now, self.rng, record, vec![edit]);
        self.told(decided)?;
        self.asked.saved = true;
        Ok(true)
    }
}

/// Disputed values on one page.
const CARDS_MAX: usize = 50;
