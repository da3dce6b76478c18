//! What consents open, and when a case must be settled again because one begins or ends.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use model::ids::{CaseId, RecordId};
use model::policy::Consent;
use model::time::Timestamp;
use rusqlite::{Row, params};

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    /// The consents that were given in a case.
    pub(crate) fn consents_of_case(&self, case: CaseId) -> Result<Vec<Consent>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM consents WHERE \"case\" = ?1 ORDER BY record");
        let mut statement = self.db.prepare_cached(&sql)?;
        let rows = statement.query_map([case.as_bytes()], read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns what is noted of one consent.
    pub(crate) fn consent_of_record(
        &self,
        record: RecordId,
    ) -> Result<Option<Consent>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM consents WHERE record = ?1");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query_map([record.as_bytes()], read)?;
        Ok(rows.next().transpose()?)
    }

    /// Returns whether a consent has begun or ended since its case was settled.
    pub(crate) fn is_consent_due(&self, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self
            .db
            .prepare_cached("SELECT 1 FROM consents WHERE due_at IS NOT NULL AND due_at <= ?1")?
            .exists([now.as_millis()])?)
    }

    /// The cases of such consents.
    pub(crate) fn cases_of_due_consents(
        &self,
        now: Timestamp,
    ) -> Result<BTreeSet<CaseId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT \"case\" FROM consents WHERE due_at IS NOT NULL AND due_at <= ?1",
        )?;
        let rows = statement.query_map([now.as_millis()], |row| CaseId::read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Writes what a consent opens. `due` is when its case must be settled for it.
    pub(crate) fn set_consent(
        &self,
        case: CaseId,
        consent: &Consent,
        due: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO consents (record, \"case\", programs, compartments, starts_at,
                                              ends_at, revoked, due_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (record) DO UPDATE SET
                 \"case\" = excluded.\"case\", programs = excluded.programs,
                 compartments = excluded.compartments,
                 starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                 revoked = excluded.revoked, due_at = excluded.due_at",
            )?
            .execute(params![
                consent.record.as_bytes(),
                case.as_bytes(),
                joined(&consent.programs),
                joined(&consent.compartments),
                consent.starts.map(Timestamp::as_millis),
                consent.ends.map(Timestamp::as_millis),
                consent.revoked,
                due.map(Timestamp::as_millis)
            ])?;
        Ok(())
    }
}

const COLUMNS: &str = "record, programs, compartments, starts_at, ends_at, revoked";

fn read(row: &Row<'_>) -> rusqlite::Result<Consent> {
    Ok(Consent {
        record: RecordId::read(row, 0)?,
        programs: split(row, 1)?,
        compartments: split(row, 2)?,
        starts: Column::read(row, 3)?,
        ends: Column::read(row, 4)?,
        revoked: row.get(5)?,
    })
}

fn joined<T: Display>(codes: &BTreeSet<T>) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn split<T: FromStr + Ord>(row: &Row<'_>, at: usize) -> rusqlite::Result<BTreeSet<T>> {
    let text = row.get_ref(at)?.as_str()?;
    Ok(text.split_whitespace().filter_map(|code| code.parse().ok()).collect())
}
