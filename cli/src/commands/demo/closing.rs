//! The end of the demo: the work of every phone, and the results of the checks.

use model::time::Timestamp;
use serde_json::{Value as Json, json};

use super::checks::Check;
use super::shift::Shift;
use super::story::Story;
use crate::clock;
use crate::failure::Failure;
use crate::table::{Column, Table};

/// What is left to say.
pub(super) struct Closing {
    rows: Vec<Row>,
    checks: Vec<Check>,
    place: Place,
    ms: i64,
}

/// Where what was played is.
pub(super) struct Place {
    pub(super) folder: String,
    /// The department's server.
    pub(super) url: String,
    /// Its console, for browsers on this machine.
    pub(super) console: Option<String>,
    /// What is in the department.
    pub(super) department: Json,
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
        place: Place,
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
        let ms = clock::now().as_millis() - began.as_millis();
        Ok(Self { rows, checks, place, ms })
    }

    /// Returns whether every check succeeded.
    pub(super) fn holds(&self) -> bool {
        self.checks.iter().all(Check::holds)
    }

    /// Returns the report as text, for people.
    pub(super) fn text(&self, story: &Story) -> String {
        let [phone, figures @ ..] = HEADS.map(|head| story.say(head, &[]));
        let [a, b, c, d, e, f, g, h] = figures.map(Column::right);
        let mut table = Table::of([Column::left(phone), a, b, c, d, e, f, g, h]);
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
        let (figures, must_hold) =
            (story.say("demo_figures", &[]), story.say("demo_must_hold", &[]));
        let mut text = format!("\n{figures}\n\n{}\n{must_hold}\n\n", table.render());
        let signs = [story.say("demo_holds", &[]), story.say("demo_fails", &[])];
        let width = signs.iter().map(|sign| sign.chars().count()).max().unwrap_or_default();
        let [holds, fails] = &signs;
        for check in &self.checks {
            let sign = if check.holds() { holds } else { fails };
            text.push_str(&format!("  {sign:width$}  {}\n", story.say(check.what, &[])));
            for found in &check.against {
                text.push_str(&format!("  {:width$}  {found}\n", ""));
            }
        }
        let seconds = format!("{}.{}", self.ms / 1_000, self.ms % 1_000 / 100);
        let end = if self.holds() { "demo_all_holds" } else { "demo_not_all_holds" };
        text.push_str(&format!("\n{}\n", story.say(end, &[("seconds", &seconds)])));
        text
    }

    /// Returns the report as JSON, for scripts.
    pub(super) fn json(&self, story: &Story) -> Json {
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
                let what = story.say(check.what, &[]);
                json!({"check": what, "holds": check.holds(), "found": check.against})
            })
            .collect();
        json!({
            "holds": self.holds(),
            "ms": self.ms,
            "folder": self.place.folder,
            "url": self.place.url,
            "console": self.place.console,
            "department": self.place.department,
            "phones": phones,
            "checks": checks,
        })
    }
}

const HEADS: [&str; 9] = [
    "demo_head_phone",
    "demo_head_records",
    "demo_head_made",
    "demo_head_merged",
    "demo_head_review",
    "demo_head_requests",
    "demo_head_sent",
    "demo_head_received",
    "demo_head_time",
];

fn bytes(count: u64) -> String {
    if count < 10_000 { format!("{count} B") } else { format!("{} KB", count / 1_000) }
}
