//! The end of the demo: the work of every phone, and the results of the checks.

use model::time::Timestamp;
use serde_json::{Value as Json, json};

use super::checks::Check;
use super::office::DemoServer;
use super::shift::Shift;
use crate::clock;
use crate::failure::Failure;
use crate::table::Table;

/// What is left to say.
pub(super) struct Closing {
    rows: Vec<Row>,
    checks: Vec<Check>,
    folder: String,
    url: String,
    ms: i64,
}

struct Row {
    name: &'static str,
    records: usize,
    saved: u64,
    merged: u64,
    conflicts: usize,
    requests: u64,
    bytes_up: u64,
    bytes_down: u64,
    ms: i64,
}

impl Closing {
    /// Looks at everything once more.
    pub(super) fn of(
        shift: &Shift,
        office: &DemoServer,
        checks: Vec<Check>,
        began: Timestamp,
    ) -> Result<Self, Failure> {
        let mut rows = Vec::new();
        for phone in shift.phones.all() {
            rows.push(Row {
                name: phone.name,
                records: phone.records()?.len(),
                saved: phone.saved,
                merged: phone.synced.received,
                conflicts: phone.conflicts()?,
                requests: phone.synced.requests,
                bytes_up: phone.synced.bytes_up,
                bytes_down: phone.synced.bytes_down,
                ms: phone.sync_ms,
            });
        }
        let folder = office.folder().display().to_string();
        let ms = clock::now().as_millis() - began.as_millis();
        Ok(Self { rows, checks, folder, url: office.url().to_owned(), ms })
    }

    /// Returns whether every check succeeded.
    pub(super) fn holds(&self) -> bool {
        self.checks.iter().all(Check::holds)
    }

    /// Returns the report as text, for people.
    pub(super) fn text(&self) -> String {
        let mut table = Table::new([
            "phone",
            ">records",
            ">edits made",
            ">edits merged",
            ">for review",
            ">requests",
            ">sent",
            ">received",
            ">syncing",
        ]);
        for row in &self.rows {
            table.row([
                row.name.to_owned(),
                row.records.to_string(),
                row.saved.to_string(),
                row.merged.to_string(),
                row.conflicts.to_string(),
                row.requests.to_string(),
                bytes(row.bytes_up),
                bytes(row.bytes_down),
                format!("{} ms", row.ms),
            ]);
        }
        let mut text = format!("\nThe day in figures\n\n{}\nWhat must hold\n\n", table.render());
        for check in &self.checks {
            let sign = if check.holds() { "holds" } else { "FAILS" };
            text.push_str(&format!("  {sign}  {}\n", check.what));
            for found in &check.against {
                text.push_str(&format!("         {found}\n"));
            }
        }
        let seconds = format!("{}.{} s", self.ms / 1_000, self.ms % 1_000 / 100);
        text.push_str(&if self.holds() {
            format!("\nAll six phones agree, and everything holds ({seconds}).\n")
        } else {
            format!("\nNOT everything holds ({seconds}).\n")
        });
        text
    }

    /// Returns the report as JSON, for scripts.
    pub(super) fn json(&self) -> Json {
        let phones: Vec<Json> = self
            .rows
            .iter()
            .map(|row| {
                json!({
                    "name": row.name,
                    "records": row.records,
                    "saved": row.saved,
                    "merged": row.merged,
                    "conflicts": row.conflicts,
                    "requests": row.requests,
                    "bytes_up": row.bytes_up,
                    "bytes_down": row.bytes_down,
                    "ms": row.ms,
                })
            })
            .collect();
        let checks: Vec<Json> = self
            .checks
            .iter()
            .map(|check| {
                json!({"check": check.what, "holds": check.holds(), "found": check.against})
            })
            .collect();
        json!({
            "holds": self.holds(),
            "ms": self.ms,
            "folder": self.folder,
            "url": self.url,
            "phones": phones,
            "checks": checks,
        })
    }
}

fn bytes(count: u64) -> String {
    if count < 10_000 { format!("{count} B") } else { format!("{} KB", count / 1_000) }
}
