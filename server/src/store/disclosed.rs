//! Which disclosure record says what a consent opened to somebody on a day.

use model::ids::{CompartmentCode, RecordId, UserId};
use rusqlite::{OptionalExtension, params};

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    pub(crate) fn disclosure(
        &self,
        consent: RecordId,
        user: UserId,
        compartment: &CompartmentCode,
        day: i64,
    ) -> Result<Option<RecordId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT record FROM disclosed
             WHERE consent = ?1 AND user_id = ?2 AND compartment = ?3 AND day = ?4",
        )?;
        let key = params![consent.as_bytes(), user.as_bytes(), compartment.as_str(), day];
        Ok(statement.query_row(key, |row| RecordId::read(row, 0)).optional()?)
    }
}

impl Writing<'_> {
    pub(crate) fn add_disclosure(
        &self,
        consent: RecordId,
        user: UserId,
        compartment: &CompartmentCode,
        day: i64,
        record: RecordId,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO disclosed (consent, user_id, compartment, day, record)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                consent.as_bytes(),
                user.as_bytes(),
                compartment.as_str(),
                day,
                record.as_bytes()
            ])?;
        Ok(())
    }
}
