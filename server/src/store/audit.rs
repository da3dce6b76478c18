//! The audit: rows that are only ever added, each hashed together with the one before it.

use std::fmt;

use model::ids::{DeviceId, UserId};
use model::time::Timestamp;
use model::words::Finding;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::acts::AuditAct;
use super::count;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// A user's device.
    Device(UserId, DeviceId),
    /// A user at the console.
    Console(UserId),
    /// Somebody without an enrolled device, at enrollment.
    Stranger,
    /// Whoever can run commands on the server's machine.
    Administrator,
    /// The server itself.
    Server,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(user, device) => write!(f, "user {user} device {device}"),
            Self::Console(user) => write!(f, "user {user} console"),
            Self::Stranger => f.write_str("stranger"),
            Self::Administrator => f.write_str("administrator"),
            Self::Server => f.write_str("server"),
        }
    }
}

/// One thing that happened. Identifiers and counts only: never what a field holds.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) act: AuditAct,
    pub(crate) object: String,
    pub(crate) outcome: String,
    /// The number of the stated reason that it rests on, which the outcome names too.
    pub(crate) reason: Option<i64>,
}

/// One row of the audit as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditRow {
    /// Its place, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, by identifiers.
    pub actor: String,
    /// What was done.
    pub act: String,
    /// To what, by identifiers.
    pub object: String,
    /// With what result.
    pub outcome: String,
    /// The number of the stated reason that it rests on, if it does on one. The outcome names it too,
    /// and an exported row has it there alone.
    #[serde(skip)]
    pub reason: Option<i64>,
    /// SHA-256 of the row before and this one, in hexadecimal digits.
    pub hash: String,
}

impl AuditRow {
    /// Returns what this row's hash must be after a row with the hash `previous`.
    pub(crate) fn expected_hash(&self, previous: &[u8; 32]) -> [u8; 32] {
        Row {
            seq: self.seq,
            at: self.at.as_millis(),
            actor: &self.actor,
            act: &self.act,
            object: &self.object,
            outcome: &self.outcome,
        }
        .hash(previous)
    }
}

/// Which rows of the audit to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only acts of this name.
    pub act: Option<AuditAct>,
    /// Only rows whose actor or object names this identifier.
    pub about: Option<String>,
    /// Only rows before the one at this place.
    pub before: Option<u64>,
    /// At most so many; all when none is given.
    pub limit: Option<u64>,
}

/// The end of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct AuditHead {
    pub(crate) seq: u64,
    pub(crate) hash: [u8; 32],
}

impl Reading<'_> {
    /// The rows that pass the filter, newest first.
    pub(crate) fn audit_rows(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, StoreError> {
        let mut statement = self.db.prepare(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit
             WHERE (?1 IS NULL OR act = ?1)
               AND (?2 IS NULL OR replace(actor, ?2, '') <> actor OR replace(object, ?2, '') <> object)
               AND seq < ?4
             ORDER BY seq DESC LIMIT ?3",
        )?;
        let limit = filter.limit.map_or(i64::MAX, count);
        let before = filter.before.map_or(i64::MAX, count);
        let key = params![filter.act.map(AuditAct::name), filter.about, limit, before];
        let rows = statement.query_map(key, read_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Calls `each` with every row, oldest first.
    pub(crate) fn each_audit_row(
        &self,
        mut each: impl FnMut(AuditRow) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.db.prepare(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(read_row(row)?)?;
        }
        Ok(())
    }

    pub(crate) fn audit_head(&self) -> Result<AuditHead, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT seq, hash FROM heads WHERE name = 'audit'")?;
        let found = statement.query_row([], |row| {
            Ok(AuditHead { seq: super::count_at(row, 0)?, hash: row.get(1)? })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Reads the audit from its beginning and says what does not hold. Also how many rows there are.
    pub(crate) fn check_audit(&self) -> Result<(u64, Vec<Finding>), StoreError> {
        let mut problems = Vec::new();
        let mut at = AuditHead::default();
        let mut statement = self.db.prepare(
            "SELECT seq, at, actor, act, object, outcome, hash, reason FROM audit ORDER BY seq",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let read = Row {
                seq: super::count_at(row, 0)?,
                at: row.get(1)?,
                actor: row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?,
                act: row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?,
                object: row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?,
                outcome: row.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?,
            };
            let hash: [u8; 32] = row.get(6)?;
            if read.seq != at.seq + 1 {
                problems.push(Finding::AuditGap(at.seq + 1, read.seq.saturating_sub(1)));
            } else if read.hash(&at.hash) != hash {
                problems.push(Finding::AuditAltered(read.seq));
            }
            // It is in no hash: what it says must stand in what is.
            let reason: Option<i64> = row.get(7)?;
            if reason.is_some_and(|reason| !names_reason(read.outcome, reason)) {
                problems.push(Finding::AuditReason(read.seq));
            }
            at = AuditHead { seq: read.seq, hash };
        }
        let noted = self.audit_head()?;
        if noted != at {
            problems.push(Finding::AuditEnd(at.seq, noted.seq));
        }
        Ok((at.seq, problems))
    }
}

impl Writing<'_> {
    /// Notes the end of the audit, once at the end of a transaction.
    pub(crate) fn set_audit_head(&self, head: AuditHead) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO heads (name, seq, hash) VALUES ('audit', ?1, ?2)
             ON CONFLICT (name) DO UPDATE SET
                 seq = excluded.seq, hash = excluded.hash",
            )?
            .execute(params![count(head.seq), head.hash])?;
        Ok(())
    }

    /// Appends a row after `head`, which moves on.
    pub(crate) fn append_to_audit(
        &self,
        head: &mut AuditHead,
        note: &Note,
    ) -> Result<(), StoreError> {
        let actor = note.actor.to_string();
        let row = Row {
            seq: head.seq + 1,
            at: note.at.as_millis(),
            actor: &actor,
            act: note.act.name(),
            object: &note.object,
            outcome: &note.outcome,
        };
        let hash = row.hash(&head.hash);
        self.db
            .prepare_cached(
                "INSERT INTO audit (seq, at, actor, act, object, outcome, hash, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                count(row.seq),
                row.at,
                row.actor,
                row.act,
                row.object,
                row.outcome,
                hash,
                note.reason
            ])?;
        *head = AuditHead { seq: row.seq, hash };
        Ok(())
    }
}

pub(super) fn read_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<AuditRow> {
    let hash: [u8; 32] = row.get(6)?;
    Ok(AuditRow {
        seq: super::count_at(row, 0)?,
        at: Timestamp::from_millis(row.get(1)?),
        actor: row.get(2)?,
        act: row.get(3)?,
        object: row.get(4)?,
        outcome: row.get(5)?,
        reason: row.get(7)?,
        hash: hex::encode(hash),
    })
}

/// Returns whether an outcome names this reason.
fn names_reason(outcome: &str, reason: i64) -> bool {
    let number = reason.to_string();
    let is_named = |after: &str| {
        after.split(|next: char| !next.is_ascii_digit()).next() == Some(number.as_str())
    };
    outcome.split("reason ").skip(1).any(is_named)
}

struct Row<'a> {
    seq: u64,
    at: i64,
    actor: &'a str,
    act: &'a str,
    object: &'a str,
    outcome: &'a str,
}

impl Row<'_> {
    fn hash(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut digest = Sha256::new()
            .chain_update("fieldbook audit 1")
            .chain_update(previous)
            .chain_update(self.seq.to_be_bytes())
            .chain_update(self.at.to_be_bytes());
        for text in [self.actor, self.act, self.object, self.outcome] {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text);
        }
        digest.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::Database;

    /// Checks an audit of six rows after somebody with the key has run this.
    fn found_after(sql: &str) -> String {
        let db = Database::in_memory();
        let mut end = AuditHead::default();
        for number in 0..6 {
            let note = Note {
                at: Timestamp::from_millis(number),
                actor: Actor::Administrator,
                act: AuditAct::Assign,
                object: format!("case {number}"),
                outcome: "done".into(),
                reason: None,
            };
            db.write(|db| db.append_to_audit(&mut end, &note)).unwrap();
        }
        db.write(|db| db.set_audit_head(end)).unwrap();
        let db = db.reading();
        db.db.execute_batch(sql).unwrap();
        let (rows, problems) = db.check_audit().unwrap();
        assert!(rows <= 6);
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn an_audit_that_was_edited_cut_or_reordered_is_found_and_the_place_named() {
        assert_eq!(found_after(""), "");
        let edited = found_after("UPDATE audit SET outcome = 'else' WHERE seq = 2");
        assert_eq!(edited, "audit: row 2 is not what was written");
        let gap = found_after("DELETE FROM audit WHERE seq = 3");
        assert_eq!(gap, "audit: rows 3 to 3 are missing");
        let cut = found_after("DELETE FROM audit WHERE seq > 4");
        assert_eq!(cut, "audit: its end, row 4, is not the end that was noted, row 6");
        let moved = found_after(
            "UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
             UPDATE audit SET seq = 3 WHERE seq = 9",
        );
        assert!(moved.contains("row 2 is not what was written"), "{moved}");
        // An edit that is hashed anew no longer meets the row after it.
        let renewed = found_after("UPDATE audit SET hash = zeroblob(32) WHERE seq = 6");
        assert!(renewed.contains("row 6 is not what was written"), "{renewed}");
        let reasoned = found_after("UPDATE audit SET reason = 3 WHERE seq = 2");
        assert_eq!(reasoned, "audit: row 2 rests on another reason than it says");
    }
}
