//! `fieldbook device draft`

mod answer;
mod begin;
mod discard;
mod edit;
mod entry;
mod list;
mod show;
mod submit;
mod undo;

use clap::{Args, Subcommand};
use client_core::device::RecordError;
use client_core::store::drafts::DraftRow;
use model::answers::Answer;
use model::ids::{DraftId, FieldName};

use super::Session;
use super::session::record_failure;
use super::typed::{self, Assignment, input_failure, pairs};
use crate::failure::Failure;
use crate::report::Report;

/// Fill in a form answer by answer
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    long_about = "Fill in a form answer by answer. A draft is saved on this device with each \
    answer, however incomplete, and stays there until it is submitted: only how many drafts there \
    are, and since when, is told to the server.\n\n    \
    fieldbook device --dir ~/field draft begin outreach_contact --case CASE\n    \
    fieldbook device --dir ~/field draft answer DRAFT mode=street result=engaged\n    \
    fieldbook device --dir ~/field draft submit DRAFT"
)]
pub(super) struct Draft {
    #[command(subcommand)]
    command: DraftCommand,
}

/// Each command's own words are in its file.
#[derive(Debug, Subcommand)]
enum DraftCommand {
    Begin(begin::Begin),
    Edit(edit::Edit),
    Answer(answer::Answer),
    Entry(entry::Entry),
    Show(show::Show),
    List(list::List),
    Submit(submit::Submit),
    Discard(discard::Discard),
    Undo(undo::Undo),
}

impl Draft {
    pub(super) fn run(self, session: &mut Session) -> Result<Report, Failure> {
        match self.command {
            DraftCommand::Begin(command) => command.run(session),
            DraftCommand::Edit(command) => command.run(session),
            DraftCommand::Answer(command) => command.run(session),
            DraftCommand::Entry(command) => command.run(session),
            DraftCommand::Show(command) => command.run(session),
            DraftCommand::List(command) => command.run(session),
            DraftCommand::Submit(command) => command.run(session),
            DraftCommand::Discard(command) => command.run(session),
            DraftCommand::Undo(command) => command.run(session),
        }
    }
}

/// Returns the draft that an id, or the beginning of an id, names. One that has ended is named whole.
fn draft(session: &Session, id: &str) -> Result<DraftId, Failure> {
    if let Ok(id) = id.parse() {
        return Ok(id);
    }
    let open = session.device.store().read().open_drafts();
    let open = open.map_err(|error| record_failure(error.into()))?;
    let mut named = open.iter().filter(|row| row.id.to_string().starts_with(id));
    match (named.next(), named.next()) {
        (Some(only), None) => Ok(only.id),
        (Some(_), Some(_)) => {
            let message = format!("several ids begin with `{id}`; write more characters");
            Err(Failure::invalid("ambiguous_id", message))
        }
        (None, _) => Err(record_failure(RecordError::NoDraft)),
    }
}

/// Returns what a draft is of, whether or not it has ended.
fn row(session: &Session, draft: DraftId) -> Result<DraftRow, Failure> {
    let row = session.device.store().read().draft(draft);
    let row = row.map_err(|error| record_failure(error.into()))?;
    row.ok_or_else(|| record_failure(RecordError::NoDraft))
}

/// Saves typed answers in a draft.
fn save(session: &mut Session, draft: DraftId, values: &[Assignment]) -> Result<(), Failure> {
    let row = row(session, draft)?;
    let catalogue = session.catalogue();
    let record_type = typed::record_type(&catalogue, row.record_type.as_str())?;
    let people = session.people()?;
    let read = model::input::answers(session.now, &catalogue, &people, record_type, pairs(values));
    let answers: Vec<(FieldName, Answer)> = read.map_err(|error| {
        let failure = input_failure(record_type, &error);
        match failure.code {
            // Of what is typed, only entries of a log are no answers.
            "wrong_edit" => failure.hint("fieldbook device draft entry DRAFT FIELD KEY=VALUE ..."),
            _ => failure,
        }
    })?;
    let (now, rng) = (session.now, &mut session.rng);
    session.device.answer(now, rng, draft, &answers).map_err(record_failure)
}
