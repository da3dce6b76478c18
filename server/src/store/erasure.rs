//! What erasing a case does to the database: nothing of its content stays, and what stays says only
//! that there was a case.

use model::ids::{CaseId, Scope, UserId};
use model::time::Timestamp;
use rusqlite::params;

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    /// The scopes of a case, each with its number and the users it is open to.
    pub(crate) fn scopes_of_case(
        &self,
        case: CaseId,
    ) -> Result<Vec<(i64, Scope, Vec<UserId>)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, \"case\", compartment FROM scopes WHERE \"case\" = ?1 ORDER BY id",
        )?;
        let rows = statement.query_map([case.as_bytes()], |row| {
            Ok((row.get::<_, i64>(0)?, Scope::read(row, 1)?))
        })?;
        let numbered: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
        let mut users_of = self.db.prepare_cached(
            "SELECT user_id FROM grants WHERE scope = ?1 AND revoked_seq IS NULL ORDER BY user_id",
        )?;
        let mut scopes = Vec::with_capacity(numbered.len());
        for (number, scope) in numbered {
            let users = users_of.query_map([number], |row| UserId::read(row, 0))?;
            scopes.push((number, scope, users.collect::<rusqlite::Result<_>>()?));
        }
        Ok(scopes)
    }
}

impl Writing<'_> {
    /// Removes everything of a case that says something: what is read, what is sealed, what was
    /// refused, who works on it. Returns how many records it had.
    pub(crate) fn remove_content_of_case(
        &self,
        now: Timestamp,
        case: CaseId,
    ) -> Result<u64, StoreError> {
        // Its own records, and those that stand alone under its id.
        let records = "SELECT records.id FROM records JOIN scopes ON scopes.id = records.scope
                       WHERE scopes.\"case\" = ?1";
        // Also what the same device handed in for the same record, whatever is known of that.
        let refused = "record IN ({records}) OR (device, record) IN (
                           SELECT device, record FROM quarantine
                           WHERE scope IN (SELECT id FROM scopes WHERE \"case\" = ?1))";
        let records_of =
            |sql: &str| sql.replace("{refused}", refused).replace("{records}", records);
        // The devices that hold it are told, when they ask, that nothing of it may stay.
        let told = "INSERT INTO decisions (device, hash, decision, at)
                    SELECT device, hash, 'erased', ?2 FROM quarantine WHERE {refused}
             ON CONFLICT (device, hash) DO UPDATE SET
                 decision = excluded.decision, at = excluded.at,
                 user_id = NULL, reason = NULL";
        self.db.execute(&records_of(told), params![case.as_bytes(), now.as_millis()])?;
        let case = [case.as_bytes()];
        let count =
            self.db.query_row(&format!("SELECT count(*) FROM ({records})"), case, |row| {
                super::count_at(row, 0)
            })?;
        for sql in [
            "DELETE FROM read_model WHERE record IN ({records})",
            "DELETE FROM tasks WHERE record IN ({records})",
            "DELETE FROM summaries WHERE scope IN (SELECT id FROM scopes WHERE \"case\" = ?1)",
            "DELETE FROM marks WHERE scope IN (SELECT id FROM scopes WHERE \"case\" = ?1)",
            "DELETE FROM drafts WHERE scope IN (SELECT id FROM scopes WHERE \"case\" = ?1)",
            "DELETE FROM consents WHERE \"case\" = ?1",
            "DELETE FROM snapshots WHERE record IN ({records})",
            "UPDATE changes SET sealed = x'' WHERE record IN ({records})",
            "UPDATE quarantine SET sealed = x'', bytes = 0, reason = 'erased' WHERE {refused}",
            "DELETE FROM viewed WHERE record IN ({records})",
            "UPDATE emergencies SET reason = x'' WHERE \"case\" = ?1",
            "UPDATE transfers SET reason = x'', answer = x'' WHERE \"case\" = ?1",
            "UPDATE transfers SET state = 3 WHERE \"case\" = ?1 AND state = 0",
            "UPDATE stated_reasons SET reason = x'' WHERE \"case\" = ?1",
            "DELETE FROM assignments WHERE \"case\" = ?1",
            "DELETE FROM case_programs WHERE \"case\" = ?1",
        ] {
            self.db.execute(&records_of(sql), case)?;
        }
        Ok(count)
    }
}
