//! The end of a shift: how the day went, and what is left of it.

use std::collections::BTreeSet;

use model::catalogue::fields_from_json;
use model::followup;
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::phone::EndView;

use crate::source::DeviceSource;

impl DeviceSource<'_> {
    pub(crate) fn end_of_day(&self) -> Result<EndView, Refusal> {
        let zone = &self.catalogue.zone;
        let ends = zone.end_of_day(self.now).unwrap_or(self.now);
        let next_ends = zone.end_of_day(ends).unwrap_or(ends);
        let today = |at: Timestamp| zone.day(at) == zone.day(self.now) && at < ends;
        let (mut contacts, mut met, mut unnamed) = (0, BTreeSet::new(), 0);
        for known in self.catalogue.types.values().filter(|known| known.contact.is_some()) {
            let own = self.device.store().read().newest_of_own(&known.name, CONTACTS_MAX);
            for record in self.stored(own)? {
                let Some(view) = self.view_of(record)? else { continue };
                let row = self.row_of(&view)?;
                if !today(row.occurred_at) {
                    // The newest come first: none that follows was earlier today.
                    break;
                }
                contacts += 1;
                if !followup::is_contact(known, &view.fields) {
                    continue;
                }
                met.extend(view.case);
                let fields = fields_from_json(Some(known), &view.fields);
                if let Some(Scalar::Integer(people)) =
                    fields.get("anon_count").and_then(FieldValue::scalar)
                {
                    unnamed += u64::try_from(*people).unwrap_or_default();
                }
            }
        }
        let tasks = self.open_tasks()?;
        let tomorrow = tasks.iter().filter(|task| task.due >= ends && task.due < next_ends);
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let drafts = self.stored(self.device.store().read().open_drafts())?;
        Ok(EndView {
            contacts,
            people: count(met.len()) + unnamed,
            drafts: count(drafts.len()),
            to_finish: count(self.hurried()?.len()),
            due_tomorrow: count(tomorrow.count()),
        })
    }
}

/// Contacts of one day that are counted, of each type.
const CONTACTS_MAX: usize = 500;
