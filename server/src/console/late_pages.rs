//! What pages show of refused work.

use std::collections::BTreeMap;

use model::catalogue::fields_from_json;
use ui::views::Handle;
use ui::views::late as shown;
use ui::{LateSource, Refusal};

use super::handles::{number_of, numbered};
use super::screens::Screens;
use super::{DecideRefusal, RefusalRow, ShowRefusal};

impl LateSource for Screens<'_> {
    fn waiting(&mut self) -> Result<Vec<shown::RefusedRow>, Refusal> {
        let rows = self.console.refusals(None);
        let rows = self.told(rows)?;
        // One entry is all of a record's: what came of it first says since when.
        let mut entries: BTreeMap<i64, Vec<RefusalRow>> = BTreeMap::new();
        for row in rows {
            entries.entry(row.entry).or_default().push(row);
        }
        let mut found = Vec::new();
        for (entry, mut rows) in entries.into_iter().rev() {
            rows.sort_by_key(|row| row.number);
            let changes = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let Some(first) = rows.into_iter().next() else { continue };
            found.push(shown::RefusedRow {
                entry: self.told(numbered(entry).map_err(Into::into))?,
                by: first.by,
                record_type: first.record_type,
                program: first.program,
                reason: shown::Reason { code: first.code, english: first.reason },
                changes,
                since: first.received_at,
            });
        }
        Ok(found)
    }

    fn refused(&mut self, entry: &Handle) -> Result<shown::RefusedView, Refusal> {
        let rng = self.rng();
        let view = self.console.refusal(
            rng,
            &ShowRefusal { entry: number_of(entry).ok_or(Refusal::NotFound)?, reason: None },
        );
        let view = self.told(view)?;
        let catalogue = self.console.context.catalogue.clone();
        let known = view.record_type.as_ref().and_then(|name| catalogue.record_type(name));
        let before = fields_from_json(known, &view.before.unwrap_or_default());
        let after = view.fields.map(|fields| fields_from_json(known, &fields));
        let mut names = self.read(|reader, handles| {
            reader.names_in_fields(handles, [&before].into_iter().chain(&after))
        })?;
        names.users.extend(view.people);
        Ok(shown::RefusedView {
            entry: entry.clone(),
            by: view.by,
            record_type: view.record_type,
            program: view.program,
            created_at: view.created_at,
            is_new: view.is_new,
            unreadable: u64::try_from(view.unreadable).unwrap_or(u64::MAX),
            before,
            after,
            names,
            reasons: view
                .changes
                .into_iter()
                .map(|change| {
                    let reason = shown::Reason { code: change.code, english: change.reason };
                    (reason, change.received_at, change.times)
                })
                .collect(),
        })
    }

    fn begin_repair(&mut self, entry: &Handle, why: &str) -> Result<Handle, Refusal> {
        self.begin_repair_of(entry, why)
    }

    fn decide(
        &mut self,
        entry: &Handle,
        decision: shown::RefusedDecision,
        reason: &str,
    ) -> Result<Vec<String>, Refusal> {
        let (rng, asked) = (
            self.rng(),
            DecideRefusal {
                entry: number_of(entry).ok_or(Refusal::NotFound)?,
                reason: reason.to_owned(),
            },
        );
        let decided = match decision {
            shown::RefusedDecision::Accept => self.console.accept_refusal(rng, &asked),
            shown::RefusedDecision::Dismiss => self.console.dismiss_refusal(rng, &asked),
        };
        Ok(self.told(decided)?.left)
    }
}
