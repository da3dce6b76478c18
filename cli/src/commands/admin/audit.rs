//! `fieldbook admin audit`

use std::fmt::Display;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use model::words::{Explained as _, Finding};
use serde_json::{Value as Json, json};
use server::admin::{AuditAct, AuditFilter, UnknownAct};
use server::audit::export;

use super::Session;
use super::session::failure;
use crate::clock;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::suggest::{self, Names};
use crate::words::label;

/// List, export or verify the audit
#[derive(Debug, Args)]
#[command(
    long_about = "List, export or verify the audit: every read, write, refusal, enrollment and \
    administrative act. The audit names people and records by their ids and never contains \
    recorded data. It is append-only and hash-chained: each row's hash covers the row before.\n\n    \
    fieldbook admin --data ./data audit list --act refuse\n    \
    fieldbook admin --data ./data audit export ./audit-2026-11-25.jsonl\n    \
    fieldbook admin --data ./data audit verify"
)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List rows, the newest first
    #[command(long_about = "List rows of the audit, the newest first.\n\n    \
        fieldbook admin --data ./data audit list --act refuse --limit 20\n\n\
        With --json: [{\"seq\",\"at\",\"actor\",\"act\",\"object\",\"outcome\",\"hash\"}].")]
    List {
        /// Only rows of this act, such as read, write, refuse, assign
        #[arg(long)]
        act: Option<String>,
        /// Only rows that name this user, device, record or case, by its id
        #[arg(long, value_name = "ID")]
        about: Option<String>,
        /// Show at most this many rows
        #[arg(long, default_value_t = 50)]
        limit: u64,
    },
    /// Export the whole audit to a file, with its head signed
    #[command(
        long_about = "Export the whole audit to a file, one JSON object per line, the oldest row \
        first. The last line is the head of the chain, signed by the server. An existing file is \
        not overwritten. `audit verify --file` verifies the file on any machine, with the public \
        key that this command prints.\n\n    \
        fieldbook admin --data ./data audit export ./audit-2026-11-25.jsonl\n\n\
        With --json: {\"file\",\"rows\",\"public_key\"}."
    )]
    Export {
        /// The file to write
        file: PathBuf,
    },
    /// Verify that no row was changed, removed, moved or cut off
    #[command(
        long_about = "Verify that no row of the audit was changed, removed, moved or cut off. \
        The command names each row where the chain is broken, and then exits with 1.\n\n    \
        fieldbook admin --data ./data audit verify\n    \
        fieldbook admin --data ./data audit verify --file ./audit-2026-11-25.jsonl\n\n\
        With --json: {\"holds\",\"rows\",\"problems\":[{\"code\",\"problem\"}]}."
    )]
    Verify {
        /// An exported audit to verify, instead of the one in the data folder
        #[arg(long)]
        file: Option<PathBuf>,
        /// The key that must have signed it; if left out, the data folder's own
        #[arg(long, value_name = "KEY", requires = "file")]
        public_key: Option<String>,
    },
}

impl Audit {
    pub(super) fn run(self, session: &Session) -> Result<Report, Failure> {
        match self.command {
            AuditCommand::List { act, about, limit } => {
                let act = act.as_deref().map(known_act).transpose()?;
                list(session, &AuditFilter { act, about, before: None, limit: Some(limit) })
            }
            AuditCommand::Export { file } => write(session, &file),
            AuditCommand::Verify { file: None, .. } => {
                let (rows, problems) = session.open()?.audit_verify().map_err(failure)?;
                Ok(verdict(session, rows, &problems))
            }
            AuditCommand::Verify { file: Some(file), public_key } => {
                let key = match public_key {
                    Some(key) => key,
                    None => session.open()?.public_key(),
                };
                let unreadable = |error| unreadable(&file, &error);
                let opened = File::open(&file).map_err(unreadable)?;
                let found = export::check(&key, BufReader::new(opened)).map_err(unreadable)?;
                Ok(verdict(session, found.rows, &found.problems))
            }
        }
    }
}

/// Returns the act of this name. An unknown act is an error, because an empty result would look
/// like an answer.
fn known_act(name: &str) -> Result<AuditAct, Failure> {
    name.parse().map_err(|UnknownAct(_)| {
        let acts = AuditAct::ALL.iter().map(|act| act.name());
        Failure::invalid("unknown_act", label("unknown_act", &[("act", &name)]))
            .hint(suggest::hint(Names::Acts, name, acts))
    })
}

fn list(session: &Session, filter: &AuditFilter) -> Result<Report, Failure> {
    let admin = session.open()?;
    let rows = admin.audit(filter).map_err(failure)?;
    let mut table = session.heads([
        ">head_row",
        "head_when",
        "head_act",
        "~head_outcome",
        "~head_object",
        "~head_who",
    ]);
    let mut json = Vec::new();
    for row in rows {
        json.push(json!({
            "seq": row.seq,
            "at": row.at.to_string(),
            "actor": row.actor,
            "act": row.act,
            "object": row.object,
            "outcome": row.outcome,
            "hash": row.hash,
        }));
        let when = admin.zone().show(row.at);
        table.row([row.seq.to_string(), when, row.act, row.outcome, row.object, row.actor]);
    }
    Ok(Report::new(Json::Array(json), table.render_or(&session.say("no_such_row"))))
}

fn write(session: &Session, file: &Path) -> Result<Report, Failure> {
    let mut admin = session.open()?;
    let shown = file.display().to_string();
    let created = File::create_new(file).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::invalid("file_exists", label("file_exists", &[("file", &shown)]))
        }
        _ => unreadable(file, &error),
    })?;
    let mut out = BufWriter::new(created);
    let written = admin.audit_export(clock::now(), &mut out).map_err(failure);
    let synced = out
        .into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all());
    let rows = match (written, synced) {
        (Ok(rows), Ok(())) => rows,
        (failed, synced) => {
            // Half an audit would pass for a cut one.
            let _ = fs::remove_file(file);
            failed?;
            return Err(synced.map_or_else(
                |error| unreadable(file, &error),
                |()| Failure::failed("store", label("audit_not_written", &[])),
            ));
        }
    };
    let key = admin.public_key();
    let parts: [(&str, &dyn Display); 3] = [("rows", &rows), ("file", &shown), ("key", &key)];
    let text = session.say_with("audit_exported", &parts);
    Ok(Report::new(json!({"file": shown, "rows": rows, "public_key": key}), text))
}

fn verdict(session: &Session, rows: u64, found: &[Finding]) -> Report {
    let holds = found.is_empty();
    let mut text = match holds {
        true => session.say_with("audit_holds", &[("rows", &rows)]),
        false => session.say_with("audit_does_not_hold", &[("rows", &rows)]),
    };
    text.push('\n');
    let mut problems = Vec::new();
    for finding in found {
        let said = session.told(&finding.message());
        text.push_str(&format!("  {said}\n"));
        problems.push(json!({"code": finding.code(), "problem": said}));
    }
    let json = json!({"holds": holds, "rows": rows, "problems": problems});
    Report::new(json, text).exit(if holds { Exit::Done } else { Exit::Failed })
}

fn unreadable(file: &Path, error: &std::io::Error) -> Failure {
    let parts: [(&str, &dyn Display); 2] = [("file", &file.display()), ("why", error)];
    Failure::failed("file", label("file_unread", &parts))
}
