//! `fieldbook admin quarantine`

use std::fmt::Display;

use clap::{Args, Subcommand};
use model::ids::TypeName;
use model::zone::Zone;
use serde_json::{Value as Json, json};
use server::admin::AdminError;
use server::admin::{Admin, QuarantineRow, RefusedDecision};
use server::console::{DecideRefusal, RefusalView};

use super::Session;
use super::session::{about_user, failure};
use crate::clock;
use crate::failure::Failure;
use crate::report::Report;
use crate::words::{label, office};

/// List refused changes, and carry out a supervisor's decision about them
#[derive(Debug, Args)]
#[command(
    long_about = "List the refused changes that are still undecided, newest first. No refused \
    change is lost: the server keeps it for a supervisor. The list shows the reason, and none of \
    the content.\n\n    \
    fieldbook admin --data ./data quarantine\n    \
    fieldbook admin --data ./data quarantine accept 7 --as 'Sol Ejemplo' --reason 'written before the case moved'\n\n\
    A supervisor of such records decides, normally in the console. An administrator sees no case \
    data on their own authority: `show`, `accept` and `dismiss` need the name of a supervisor \
    who may do this, and a reason. Both go into the audit, and the device that sent the change \
    is told.\n\n\
    With --json: \
    [{\"id\",\"entry\",\"device\",\"record\",\"type\",\"code\",\"reason\",\"received_at\",\"times\",\"bytes\"}]. \
    All refused changes of one device to one record form one entry."
)]
pub(super) struct Quarantine {
    #[command(subcommand)]
    command: Option<QuarantineCommand>,
}

#[derive(Debug, Subcommand)]
enum QuarantineCommand {
    /// List the undecided entries
    #[command(long_about = "List the undecided entries, the same as without a command.\n\n    \
        fieldbook admin --data ./data quarantine list")]
    List,
    /// Show an entry to a supervisor
    #[command(
        long_about = "Show an entry, and what its record would become if it were accepted. Only \
        a supervisor of such records may see it.\n\n    \
        fieldbook admin --data ./data quarantine show 7 --as 'Sol Ejemplo' --reason 'she is at my side and asks'\n\n\
        With --json: the answer of `POST /v1/console/refusal`, see docs/console-api.md."
    )]
    Show(Asked),
    /// Accept an entry into its record, for a supervisor
    #[command(
        long_about = "Accept an entry into its record as its author wrote it, for a supervisor \
        of such records. Other devices receive it. Changes that do not fit the record stay \
        refused.\n\n    \
        fieldbook admin --data ./data quarantine accept 7 --as 'Sol Ejemplo' --reason 'written before the case moved'\n\n\
        With --json: {\"entry\",\"record\",\"changes\",\"left\"}."
    )]
    Accept(Asked),
    /// Dismiss an entry, for a supervisor
    #[command(
        long_about = "Dismiss an entry, for a supervisor of such records. The entry does not \
        change its record and leaves the list; its bytes are kept.\n\n    \
        fieldbook admin --data ./data quarantine dismiss 7 --as 'Sol Ejemplo' --reason 'recorded twice'\n\n\
        With --json: {\"entry\",\"record\",\"changes\",\"left\"}."
    )]
    Dismiss(Asked),
}

#[derive(Debug, Args)]
struct Asked {
    /// The entry's number
    entry: i64,
    /// The supervisor who decided
    #[arg(long = "as", value_name = "NAME")]
    supervisor: String,
    /// The reason; it is kept and shown to the author
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

impl Quarantine {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        let mut admin = session.open()?;
        match self.command {
            None | Some(QuarantineCommand::List) => {
                let rows = admin.quarantine().map_err(failure)?;
                Ok(listed(session, admin.zone(), rows))
            }
            Some(QuarantineCommand::Show(asked)) => show(session, &mut admin, asked),
            Some(QuarantineCommand::Accept(asked)) => {
                decide(session, &mut admin, asked, RefusedDecision::Accept)
            }
            Some(QuarantineCommand::Dismiss(asked)) => {
                decide(session, &mut admin, asked, RefusedDecision::Dismiss)
            }
        }
    }
}

fn listed(session: &Session, zone: &Zone, rows: Vec<QuarantineRow>) -> Report {
    let mut table = session.heads([
        ">head_entry",
        "head_received",
        "head_code",
        ">head_times",
        ">head_bytes",
        "head_record",
        "~head_reason",
    ]);
    let mut json = Vec::new();
    for row in rows {
        json.push(json!({
            "id": row.id,
            "entry": row.entry,
            "device": row.device.to_string(),
            "record": row.record.to_string(),
            "type": row.record_type.as_ref().map(TypeName::as_str),
            "code": row.code,
            "reason": row.reason,
            "received_at": row.received_at.to_string(),
            "times": row.times,
            "bytes": row.bytes,
        }));
        table.row([
            row.entry.to_string(),
            zone.show(row.received_at),
            row.code,
            row.times.to_string(),
            row.bytes.to_string(),
            row.record.to_string(),
            row.reason,
        ]);
    }
    Report::new(Json::Array(json), table.render_or(&session.say("nothing_refused")))
}

fn show(session: &Session, admin: &mut Admin, asked: Asked) -> Result<Report, Failure> {
    let (supervisor, asked) = asked.split();
    let shown = admin.show_refused(clock::now(), &mut clock::rng()?, &supervisor, &asked);
    let view = shown.map_err(|error| refused(admin, &supervisor, asked.entry, error))?;
    let json = serde_json::to_value(&view)
        .map_err(|_| Failure::failed("store", label("entry_not_json", &[])))?;
    Ok(Report::new(json, as_text(session, admin.zone(), &view)))
}

fn decide(
    session: &Session,
    admin: &mut Admin,
    asked: Asked,
    decision: RefusedDecision,
) -> Result<Report, Failure> {
    let (supervisor, asked) = asked.split();
    let (now, entry) = (clock::now(), asked.entry);
    let decided = admin.decide_refused(now, &mut clock::rng()?, &supervisor, &asked, decision);
    let decided = decided.map_err(|error| refused(admin, &supervisor, entry, error))?;
    let parts: [(&str, &dyn Display); 2] =
        [("count", &decided.changes), ("record", &decided.record)];
    let mut text = match decision {
        RefusedDecision::Accept => session.say_with("entry_accepted", &parts),
        RefusedDecision::Dismiss => session.say_with("entry_dismissed", &parts),
    };
    for reason in &decided.left {
        text.push('\n');
        text.push_str(&session.say_with("still_refused", &[("reason", reason)]));
    }
    let json = json!({
        "entry": entry,
        "record": decided.record.to_string(),
        "changes": decided.changes,
        "left": decided.left,
    });
    Ok(Report::new(json, text))
}

fn as_text(session: &Session, zone: &Zone, view: &RefusalView) -> String {
    let called = view.record_type.as_ref().map(TypeName::to_string);
    let called = called.unwrap_or_else(|| session.say("a_record"));
    let parts: [(&str, &dyn Display); 3] =
        [("called", &called), ("record", &view.record), ("by", &view.by)];
    let mut text = match view.is_new {
        true => session.say_with("entry_new", &parts),
        false => session.say_with("entry_edit", &parts),
    };
    text.push('\n');
    for change in &view.changes {
        text.push_str(&format!("{}: {}\n", zone.show(change.received_at), change.reason));
    }
    for (name, value) in view.fields.iter().flatten() {
        let before = view.before.as_ref().and_then(|before| before.get(name));
        let mark = if before == Some(value) { ' ' } else { '*' };
        text.push_str(&format!("{mark} {name}: {value}\n"));
    }
    if view.unreadable > 0 {
        let count: [(&str, &dyn Display); 1] = [("count", &view.unreadable)];
        text.push_str(&(session.say_with("changes_unreadable", &count) + "\n"));
    }
    text
}

fn refused(admin: &Admin, supervisor: &str, entry: i64, error: AdminError) -> Failure {
    match error {
        AdminError::Console(refusal) if refusal.code() == "not_found" => {
            let parts: [(&str, &dyn Display); 2] = [("entry", &entry), ("name", &supervisor)];
            Failure::not_found("not_found", label("no_such_entry", &parts))
                .hint(label("entries_are_listed", &[]))
        }
        AdminError::Console(refusal) if refusal.code() == "invalid" => {
            Failure::invalid("invalid", office::of_console(&refusal))
        }
        AdminError::Console(refusal) => {
            Failure::refused("not_allowed", office::of_console(&refusal))
        }
        error => about_user(admin, supervisor, error),
    }
}

impl Asked {
    fn split(self) -> (String, DecideRefusal) {
        (self.supervisor, DecideRefusal { entry: self.entry, reason: self.reason })
    }
}
