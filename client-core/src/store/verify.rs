//! Checking everything the store holds against the changes it came from.

use std::collections::BTreeSet;

use rusqlite::params;
use rusqlite::types::ValueRef;
use serde_json::{Value as Json, json};

use model::change::RawChange;
use model::document::Document;
use model::ids::{ChangeHash, RecordId};
use model::wire::CheckV1;
use model::words::{Explained, Finding, LanguageTag};

use super::feed::check;
use super::read_model::{Projection, bound, numbered};
use super::rows::FromRow;
use super::{Reader, StoreError};

/// What was checked, and what did not hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Records checked.
    pub records: u64,
    /// Changes checked.
    pub changes: u64,
    /// What did not hold.
    pub problems: Vec<VerifyProblem>,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyProblem {
    /// The record; `None` if the file as a whole is meant.
    pub record: Option<RecordId>,
    /// What does not hold.
    pub what: Finding,
}

impl VerifyProblem {
    /// Returns what does not hold, in a language.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> String {
        self.what.message().in_language(language).unwrap_or_else(|| self.what.to_string())
    }
}

impl VerifyReport {
    /// Returns whether everything held.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    /// Returns the JSON of `fieldbook device verify`.
    pub fn to_json(&self, language: impl Into<LanguageTag>) -> Json {
        let language = language.into();
        json!({
            "records": self.records,
            "changes": self.changes,
            "sound": self.is_sound(),
            "problems": self.problems.iter().map(|problem| json!({
                "id": problem.record.map(|record| record.to_string()),
                "code": problem.what.code(),
                "problem": problem.in_language(language),
            })).collect::<Vec<_>>(),
        })
    }

    fn add(&mut self, record: Option<RecordId>, what: Finding) {
        self.problems.push(VerifyProblem { record, what });
    }
}

impl Reader<'_> {
    /// Checks every page of the file, every change's hash, and that everything derived from the
    /// changes is what they make.
    ///
    /// # Errors
    /// When the store cannot be read at all.
    pub fn verify(&self) -> Result<VerifyReport, StoreError> {
        let mut report = VerifyReport::default();
        self.verify_file(&mut report)?;
        let sql = "SELECT id FROM records ORDER BY number";
        let records = self.query(sql, [], |row| RecordId::from_row(row, 0))?;
        for record in records {
            self.verify_record(record, &mut report)?;
            report.records += 1;
        }
        for record in self.wrong_tasks()? {
            report.add(Some(record), Finding::TasksDiffer);
        }
        Ok(report)
    }

    fn verify_file(&self, report: &mut VerifyReport) -> Result<(), StoreError> {
        // SQLCipher lists the pages whose seal does not hold; SQLite says "ok" or what is wrong.
        for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check"] {
            for line in self.query(pragma, [], |row| row.get::<_, String>(0))? {
                if line != "ok" {
                    report.add(None, Finding::DatabaseCheck(line));
                }
            }
        }
        let broken = self.query("PRAGMA foreign_key_check", [], |row| row.get::<_, String>(0))?;
        for table in broken {
            report.add(None, Finding::RowOfNothing(table));
        }
        let indexed = self.count("SELECT count(*) FROM search_docsize", [])?;
        let kept = "SELECT count(*) FROM search_docsize WHERE id IN (SELECT number FROM records)";
        if self.count(kept, [])? != indexed {
            report.add(None, Finding::FullTextOfNothing);
        }
        Ok(())
    }

    fn verify_record(&self, record: RecordId, report: &mut VerifyReport) -> Result<(), StoreError> {
        let rows = self.change_rows(record)?;
        report.changes += rows.len() as u64;
        let mut seen = BTreeSet::new();
        for row in &rows {
            match RawChange::inspect(&row.bytes) {
                Ok(change) if change.hash() != row.hash => {
                    report.add(Some(record), Finding::HashDiffers(row.hash.to_string()));
                }
                Ok(change) if !change.deps().iter().all(|dep| seen.contains(dep)) => {
                    report.add(Some(record), Finding::ChangeTooEarly(row.hash.to_string()));
                }
                Ok(_) => {}
                Err(problem) => {
                    let change = row.hash.to_string();
                    report.add(Some(record), Finding::ChangeDamaged(change, problem.message()));
                }
            }
            seen.insert(row.hash);
        }
        let Ok(document) = Document::from_changes(rows.iter().map(|row| &row.bytes)) else {
            report.add(Some(record), Finding::NoDocument);
            return Ok(());
        };
        match self.load_document(record) {
            Ok(Some(loaded)) if sorted(loaded.document.heads()) == sorted(document.heads()) => {}
            _ => report.add(Some(record), Finding::SnapshotDiffers),
        }
        let Ok(projection) = Projection::of(self.catalogue(), &document) else {
            report.add(Some(record), Finding::DocumentOfNoRecord);
            return Ok(());
        };
        self.verify_rows(record, &projection, report)?;
        let acknowledged = rows.iter().filter(|row| row.acknowledged).map(|row| &row.hash);
        let sql = "SELECT check_count, check_xor FROM records WHERE id = ?1";
        let stored = self.query_row(sql, [record.as_bytes()], |row| check(row, 0))?;
        if stored != Some(CheckV1::of(acknowledged)) {
            report.add(Some(record), Finding::AcknowledgedDiffer);
        }
        Ok(())
    }

    fn verify_rows(
        &self,
        record: RecordId,
        p: &Projection,
        report: &mut VerifyReport,
    ) -> Result<(), StoreError> {
        let columns: Vec<_> = p.fixed_columns().into_iter().chain(p.changing_columns()).collect();
        let same = numbered(&columns, 2, "IS").join(" AND ");
        let sql = format!("SELECT number, {same} FROM records WHERE id = ?1");
        let row = bound(&[ValueRef::Blob(record.as_bytes())], &columns);
        let found =
            self.query_row(&sql, row, |row| Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?)))?;
        let Some((number, same)) = found else { return Ok(()) };
        if !same || p.envelope.record != record {
            report.add(Some(record), Finding::RowDiffers);
        }
        if let Some(word) = p.text.split(' ').find(|word| !word.is_empty()) {
            let sql = "SELECT count(*) FROM search WHERE search MATCH ?1 AND rowid = ?2";
            if self.count(sql, params![format!("\"{word}\""), number])? == 0 {
                report.add(Some(record), Finding::NotInFullText);
            }
        }
        Ok(())
    }
}

fn sorted(mut heads: Vec<ChangeHash>) -> Vec<ChangeHash> {
    heads.sort_unstable();
    heads
}
