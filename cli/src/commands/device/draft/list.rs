//! `fieldbook device draft list`

use clap::Args;
use client_core::store::drafts::DraftOf;
use serde_json::json;

use super::super::Session;
use super::super::session::record_failure;
use super::super::wording::Words;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{Column, Table};

/// List the drafts
#[derive(Debug, Args)]
#[command(
    long_about = "List the drafts on this device, the one that was last touched first: since \
    when, how many questions are answered, and how many problems keep each from being \
    submitted.\n\n    \
    fieldbook device --dir ~/field draft list\n\n\
    With --json: [{\"id\",\"type\",\"case\",\"record\",\"begun_at\",\"touched_at\",\"answered\",\
    \"problems\",\"old\"}]."
)]
pub(super) struct List;

impl List {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        let drafts = session.device.drafts(session.now).map_err(record_failure)?;
        let catalogue = session.catalogue();
        let people = session.people()?;
        let words = Words { catalogue: &catalogue, language: session.language, people: &people };
        let mut table = Table::of([
            Column::wide(words.say("head_type")),
            Column::wide(words.say("head_about")),
            Column::left(words.say("head_begun")),
            Column::right(words.say("head_answered")),
            Column::right(words.say("head_problems")),
            Column::left(words.say("head_id")),
        ]);
        let mut json = Vec::new();
        for it in drafts {
            let draft = &it.draft;
            let about = match draft.of {
                DraftOf::Edit(record) => Some(record),
                DraftOf::New(_) => draft.case.map(Into::into),
            };
            let view = about.map(|record| session.device.store().read().record_view(record));
            let view = view.transpose().map_err(|error| record_failure(error.into()))?.flatten();
            let begun = words.time(draft.begun_at);
            table.row([
                words.record_type(&draft.record_type),
                view.map(|view| words.label(&view.title).to_owned()).unwrap_or_default(),
                match it.is_old {
                    true => words.say_with("draft_old", &[("begun", &begun)]),
                    false => begun,
                },
                it.answered.to_string(),
                it.problems.to_string(),
                draft.id.to_string(),
            ]);
            json.push(json!({
                "id": draft.id.to_string(),
                "type": draft.record_type,
                "case": draft.case.map(|case| case.to_string()),
                "record": match draft.of {
                    DraftOf::Edit(record) => Some(record.to_string()),
                    DraftOf::New(_) => None,
                },
                "begun_at": draft.begun_at.to_string(),
                "touched_at": draft.touched_at.to_string(),
                "answered": it.answered,
                "problems": it.problems,
                "old": it.is_old,
            }));
        }
        Ok(Report::new(json.into(), table.render_or(&words.say("no_drafts"))))
    }
}
