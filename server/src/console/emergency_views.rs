//! What pages show of what was opened in emergencies.

use model::catalogue::{Catalogue, Label};
use model::ids::{CompartmentCode, UserId};
use ui::Refusal;
use ui::views::{EmergenciesView, EmergencyQuestion, EmergencyRead, EmergencyRow};

use super::emergency_list::Opened;
use super::screens::Screens;
use crate::error::StoreError;

impl Screens<'_> {
    /// Returns a page of the list.
    pub(super) fn emergencies_shown(&mut self, skip: u64) -> Result<EmergenciesView, Refusal> {
        let page = self.console.emergency_page(skip, EMERGENCY_ROWS);
        let page = self.told(page)?;
        let (handles, now, reader) = (self.handles(), self.console.now, self.console.who.user);
        let catalogue = &self.console.context.catalogue;
        let name = |user: &UserId| page.users.get(user).cloned().unwrap_or_default();
        let shown = |opened: Opened| {
            let row = opened.row;
            let reads = opened.reads.into_iter().map(|read| EmergencyRead {
                at: read.row.at,
                record_type: read.record_type,
                outcome: read.row.outcome,
            });
            let questions = opened.questions.into_iter().map(|(asked, question, answer)| {
                let answered = asked.answered_at.map(|at| (answer, at));
                let (number, by, at) = (asked.id, name(&asked.asked_by), asked.asked_at);
                EmergencyQuestion { number, by, at, question, answered }
            });
            Ok::<_, StoreError>(EmergencyRow {
                questions: questions.collect(),
                number: row.id,
                who: name(&row.user),
                case: handles.of(row.scope.case)?,
                compartment: compartment(catalogue, &row.scope.compartment),
                is_open: row.closed_at.is_none() && row.until > now,
                opened_at: row.opened_at,
                until: row.until,
                closed_at: row.closed_at,
                reason: opened.reason,
                seen: row.seen.map(|(by, at)| (name(&by), at)),
                reads: reads.collect(),
                more: opened.more,
                own: row.user == reader,
            })
        };
        let rows = page.rows.into_iter().map(shown).collect::<Result<Vec<_>, _>>();
        Ok(EmergenciesView {
            rows: self.told(rows.map_err(Into::into))?,
            total: page.total,
            waiting: page.waiting,
            everybodys: page.watches,
        })
    }
}

/// Returns what a compartment is called; its code, if the catalogue has it no more.
pub(super) fn compartment(catalogue: &Catalogue, code: &CompartmentCode) -> Label {
    let known = catalogue.compartments.get(code);
    known.map_or_else(|| Label::same(code.as_str()), |known| known.label.clone())
}

/// Openings of one page.
const EMERGENCY_ROWS: u64 = 25;
