//! Records as a console lists them, from the read model.

use std::collections::{BTreeMap, BTreeSet};

use model::ids::{CaseId, ChangeHash, CompartmentCode, FeedSeq, RecordId, Scope, TypeName, UserId};
use model::time::Timestamp;
use rusqlite::{Row, Rows, params};

use super::sqlite::Reading;
use super::{Column, count_at, name};
use crate::error::StoreError;

/// A record as listed.
pub(crate) struct Listed {
    pub(crate) record: RecordId,
    pub(crate) record_type: TypeName,
    pub(crate) scope: Scope,
    pub(crate) case: Option<CaseId>,
    pub(crate) program: model::ids::ProgramCode,
    pub(crate) occurred_at: Timestamp,
    pub(crate) to_review: u64,
    /// An object in JSON.
    pub(crate) fields: String,
    /// The entry of the feed by which it came.
    pub(crate) came: FeedSeq,
}

pub(super) const COLUMNS: &str = "records.id, records.type, scopes.\"case\", scopes.compartment,
    records.\"case\", records.program, shown.occurred_at, shown.to_review, shown.fields,
    records.first_seq";

/// A case that is open to a user, as far as it is.
pub(crate) struct OpenCase {
    pub(crate) case: CaseId,
    /// The entry of the feed by which its newest record came.
    pub(crate) came: FeedSeq,
    pub(crate) records: u64,
    pub(crate) to_review: u64,
    pub(crate) last: Timestamp,
}

/// A record that people look for by its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Searched {
    pub(crate) record: RecordId,
    /// The entry of the feed by which it came.
    pub(crate) came: FeedSeq,
    /// Values that wait for a decision, which its words do not have.
    pub(crate) to_review: u64,
}

/// How a record was made.
pub(crate) struct Made {
    pub(crate) by: UserId,
    pub(crate) at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) last_seq: FeedSeq,
}

impl Reading<'_> {
    /// The records of one type in a scope that came before this entry of the feed, the last first. Those
    /// of other types are not looked at.
    pub(crate) fn listed_in_scope(
        &self,
        scope: &Scope,
        record_type: &TypeName,
        before: FeedSeq,
        most: usize,
    ) -> Result<Vec<Listed>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scopes
             JOIN records /*+ records_by_scope */
                 ON records.scope = scopes.id AND records.type = ?3 AND records.first_seq < ?4
             JOIN read_model AS shown ON shown.record = records.id
             WHERE scopes.\"case\" = ?1 AND scopes.compartment = ?2
             ORDER BY records.first_seq DESC LIMIT ?5"
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
        let key = params![case, compartment, record_type.as_str(), super::seq(before), most];
        let rows = statement.query_map(key, |row| read(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// One record.
    pub(crate) fn listed(&self, record: RecordId) -> Result<Option<Listed>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM records JOIN scopes ON scopes.id = records.scope
             JOIN read_model AS shown ON shown.record = records.id WHERE records.id = ?1"
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let mut rows = statement.query_map([record.as_bytes()], |row| read(row, 0))?;
        Ok(rows.next().transpose()?)
    }

    /// Calls `each` with every record of these types in the scopes that are open to a user. What is not
    /// open to them is never looked at, so that how long it takes tells nothing of it.
    pub(crate) fn each_open_record(
        &self,
        user: UserId,
        types: &BTreeSet<&TypeName>,
        mut each: impl FnMut(Listed),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM grants
             JOIN scopes ON scopes.id = grants.scope
             JOIN records ON records.scope = scopes.id AND records.type = ?2
             JOIN read_model AS shown ON shown.record = records.id
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL"
        );
        for of_type in types {
            let mut statement = self.prepare_in_order(&sql)?;
            let rows = statement
                .query_map(params![user.as_bytes(), of_type.as_str()], |row| read(row, 0))?;
            for row in rows {
                each(row?);
            }
        }
        Ok(())
    }

    /// Calls `each` with every record that people look for by its words, of the scopes that are open to
    /// a user. What is not open to them is never looked at, so that how long it takes tells nothing of
    /// it.
    pub(crate) fn each_searched(
        &self,
        user: UserId,
        each: impl FnMut(Searched, &str),
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT marks.record, marks.came, marks.to_review, marks.searched
             FROM grants /*+ grants_open */
             JOIN marks /*+ marks_searched */
                 ON marks.scope = grants.scope AND marks.searched IS NOT NULL
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL",
        )?;
        each_row(statement.query([user.as_bytes()])?, each)
    }

    /// Calls `each` with every such record in a compartment. Others are never looked at.
    pub(crate) fn each_searched_in(
        &self,
        compartment: &CompartmentCode,
        each: impl FnMut(Searched, &str),
    ) -> Result<(), StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT marks.record, marks.came, marks.to_review, marks.searched
             FROM scopes /*+ scopes_by_compartment */
             JOIN marks /*+ marks_searched */
                 ON marks.scope = scopes.id AND marks.searched IS NOT NULL
             WHERE scopes.compartment = ?1",
        )?;
        each_row(statement.query([compartment.as_str()])?, each)
    }

    /// The records of these types in a case, as far as they are open to a user.
    pub(crate) fn open_records_of_case(
        &self,
        user: UserId,
        case: CaseId,
        types: &BTreeSet<&TypeName>,
    ) -> Result<Vec<Listed>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM scopes
             JOIN grants ON grants.scope = scopes.id
                 AND grants.user_id = ?1 AND grants.revoked_seq IS NULL
             JOIN records ON records.scope = scopes.id AND records.type = ?2
             JOIN read_model AS shown ON shown.record = records.id
             WHERE scopes.\"case\" = ?3"
        );
        let mut found = Vec::new();
        for of_type in types {
            let mut statement = self.prepare_in_order(&sql)?;
            let key = params![user.as_bytes(), of_type.as_str(), case.as_bytes()];
            for row in statement.query_map(key, |row| read(row, 0))? {
                found.push(row?);
            }
        }
        Ok(found)
    }

    /// The cases that are open to a user and whose newest record came before this entry of the feed, the
    /// last first. What belongs to a record that stands alone is no case.
    pub(crate) fn open_cases(
        &self,
        user: UserId,
        before: FeedSeq,
        most: usize,
    ) -> Result<Vec<OpenCase>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT records.\"case\", count(*), sum(shown.to_review), max(shown.occurred_at),
                    max(records.first_seq) AS came
             FROM grants JOIN records ON records.scope = grants.scope
             JOIN read_model AS shown ON shown.record = records.id
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL AND records.\"case\" IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM records AS alone
                                 WHERE alone.id = records.\"case\" AND alone.\"case\" IS NULL)
             GROUP BY records.\"case\" HAVING came < ?2 ORDER BY came DESC LIMIT ?3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let key = params![user.as_bytes(), super::seq(before), most];
        let rows = statement.query_map(key, |row| {
            Ok(OpenCase {
                case: CaseId::read(row, 0)?,
                records: count_at(row, 1)?,
                to_review: count_at(row, 2)?,
                last: Timestamp::read(row, 3)?,
                came: FeedSeq::read(row, 4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Returns whether a case has a record in one of these compartments.
    pub(crate) fn has_records_in<'a>(
        &self,
        case: CaseId,
        compartments: impl IntoIterator<Item = &'a CompartmentCode>,
    ) -> Result<bool, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT 1 FROM scopes JOIN records ON records.scope = scopes.id
             WHERE scopes.\"case\" = ?1 AND scopes.compartment = ?2 LIMIT 1",
        )?;
        let mut found = false;
        // All of them are asked, so that the time tells nothing of which.
        for compartment in compartments {
            found |= statement.exists(params![case.as_bytes(), compartment.as_str()])?;
        }
        Ok(found)
    }

    /// Counts the records of a scope, each type by itself.
    pub(crate) fn count_by_type(&self, scope: &Scope) -> Result<Vec<(TypeName, u64)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT records.type, count(*) FROM scopes
             JOIN records ON records.scope = scopes.id
             WHERE scopes.\"case\" = ?1 AND scopes.compartment = ?2 GROUP BY records.type",
        )?;
        let key = params![scope.case.as_bytes(), scope.compartment.as_str()];
        let rows = statement.query_map(key, |row| Ok((name(row, 0)?, count_at(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Counts the changes of a record.
    pub(crate) fn count_changes(&self, record: RecordId) -> Result<u64, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT count(*) FROM changes WHERE record = ?1")?;
        Ok(statement.query_row([record.as_bytes()], |row| count_at(row, 0))?)
    }

    /// When each of a record's changes came, those that came last first, as many as one page tells of.
    pub(crate) fn when_received(
        &self,
        record: RecordId,
    ) -> Result<BTreeMap<ChangeHash, Timestamp>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT hash, received_at FROM changes WHERE record = ?1 ORDER BY seq DESC LIMIT 1000",
        )?;
        let rows = statement.query_map([record.as_bytes()], |row| {
            Ok((ChangeHash::read(row, 0)?, Timestamp::read(row, 1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// When a record came, and who made it.
    pub(crate) fn how_made(&self, record: RecordId) -> Result<Option<Made>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT created_by, created_at, received_at, last_seq FROM records WHERE id = ?1",
        )?;
        let mut rows = statement.query_map([record.as_bytes()], |row| {
            Ok(Made {
                by: UserId::read(row, 0)?,
                at: Timestamp::read(row, 1)?,
                received_at: Timestamp::read(row, 2)?,
                last_seq: FeedSeq::read(row, 3)?,
            })
        })?;
        Ok(rows.next().transpose()?)
    }
}

fn each_row(mut rows: Rows<'_>, mut each: impl FnMut(Searched, &str)) -> Result<(), StoreError> {
    while let Some(row) = rows.next()? {
        let found = Searched {
            record: RecordId::read(row, 0)?,
            came: FeedSeq::read(row, 1)?,
            to_review: count_at(row, 2)?,
        };
        each(found, row.get_ref(3)?.as_str().map_err(rusqlite::Error::from)?);
    }
    Ok(())
}

/// Reads [`COLUMNS`], of which the first stands at this place.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Listed> {
    Ok(Listed {
        record: RecordId::read(row, first)?,
        record_type: name(row, first + 1)?,
        scope: Scope::read(row, first + 2)?,
        case: Column::read(row, first + 4)?,
        program: name(row, first + 5)?,
        occurred_at: Timestamp::read(row, first + 6)?,
        to_review: count_at(row, first + 7)?,
        fields: row.get(first + 8)?,
        came: FeedSeq::read(row, first + 9)?,
    })
}
