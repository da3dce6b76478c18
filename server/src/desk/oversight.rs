//! Watching over privacy and over the work: what was refused, and the audit.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::ProgramCode;
use model::policy;

use super::{AtDesk, AuditPage, DeskRefusal, ReadAudit, RefusalRow, reason_of};
use crate::error::StoreError;
use crate::store::audit::{self, AuditFilter};
use crate::store::{people, quarantine};

impl AtDesk<'_> {
    /// The changes that were refused, the newest first: those of the people in the programs that
    /// somebody supervises, or all for whoever watches over privacy.
    ///
    /// # Errors
    /// When they do neither, or the store fails.
    pub fn refusals(&self) -> Result<Vec<RefusalRow>, DeskRefusal> {
        let rows = self.readers.read(|db| {
            let reader = self.reader(db, None)?;
            let all = reader.watches_privacy();
            let supervising = policy::supervising_roles(&self.base.catalogue);
            let programs: BTreeSet<&ProgramCode> = reader
                .memberships
                .iter()
                .filter(|held| supervising.contains(&held.role))
                .map(|held| &held.program)
                .collect();
            if !all && programs.is_empty() {
                return Err(policy::Refusal::NoAccess.into());
            }
            let mut authors = BTreeMap::new();
            let mut seen = Vec::new();
            for row in quarantine::rows(db)? {
                if let std::collections::btree_map::Entry::Vacant(entry) = authors.entry(row.device)
                {
                    let author = people::author(db, row.device)?;
                    let held = match &author {
                        Some(author) => people::memberships(db, author.user)?,
                        None => BTreeSet::new(),
                    };
                    let mine = held.iter().any(|held| programs.contains(&held.program));
                    entry.insert((author.map(|author| author.name).unwrap_or_default(), mine));
                }
                let (by, mine) = &authors[&row.device];
                if all || *mine {
                    seen.push(RefusalRow {
                        by: by.clone(),
                        record: row.record,
                        code: row.code,
                        reason: row.reason,
                        received_at: row.received_at,
                        times: row.times,
                    });
                }
            }
            Ok(seen)
        });
        match rows {
            Ok(rows) => {
                self.note("refusals".into(), format!("{} rows", rows.len()))?;
                Ok(rows)
            }
            Err(refusal) => self.refused("refusals".into(), refusal),
        }
    }

    /// Rows of the audit, for whoever watches over privacy.
    ///
    /// # Errors
    /// When they do not, or the store fails.
    pub fn audit(&self, asked: &ReadAudit) -> Result<AuditPage, DeskRefusal> {
        self.check_watches_privacy("audit")?;
        let page = self.readers.read(|db| {
            let limit = asked.limit.unwrap_or(AUDIT_ROWS_MAX).min(AUDIT_ROWS_MAX);
            let filter = AuditFilter {
                act: asked.act.clone(),
                about: asked.about.clone(),
                limit: Some(limit),
            };
            let rows = audit::rows(db, &filter)?;
            let mut reasons = BTreeMap::new();
            for id in rows.iter().filter_map(|row| reason_named(&row.outcome)) {
                if let Some(words) = reason_of(self.base, db, id)? {
                    reasons.insert(id, words);
                }
            }
            Ok::<_, DeskRefusal>(AuditPage { rows, reasons })
        })?;
        self.note("audit".into(), format!("{} rows", page.rows.len()))?;
        Ok(page)
    }

    pub(super) fn check_watches_privacy(&self, object: &str) -> Result<(), DeskRefusal> {
        let watches = self
            .readers
            .read(|db| Ok::<_, DeskRefusal>(self.reader(db, None)?.watches_privacy()))?;
        match watches {
            true => Ok(()),
            false => self.refused(object.to_owned(), policy::Refusal::NoAccess.into()),
        }
    }

    fn note(&self, object: String, outcome: String) -> Result<(), DeskRefusal> {
        let (now, actor) = (self.now, self.actor());
        self.writer
            .write::<_, StoreError, _>(move |tx| tx.note(now, actor, "read", object, outcome))?;
        Ok(())
    }
}

/// The number of the stated reason that an outcome names.
fn reason_named(outcome: &str) -> Option<i64> {
    let (_, after) = outcome.split_once("reason ")?;
    after.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

const AUDIT_ROWS_MAX: u64 = 1_000;
