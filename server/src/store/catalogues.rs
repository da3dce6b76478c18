//! Every catalogue that was ever in force: phones work by the one they have, and records stay.

use model::catalogue::CatalogueSource;
use model::time::Timestamp;
use rusqlite::params;

use super::Column;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;

impl Reading<'_> {
    /// Those that were in force, oldest first. Another one may be in force again: it stands where it
    /// stood first.
    pub(crate) fn catalogues(&self) -> Result<Vec<CatalogueSource>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT source FROM catalogues ORDER BY number")?;
        let sources = statement.query_map([], |row| row.get::<_, String>(0))?;
        sources.map(|source| read(&source?)).collect()
    }

    /// When each of them first was in force, oldest first.
    pub(crate) fn catalogue_dates(&self) -> Result<Vec<(Vec<u8>, Timestamp)>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT digest, since FROM catalogues ORDER BY number")?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, Column::read(row, 1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

impl Writing<'_> {
    /// Keeps the catalogue that is in force now, if it was not before.
    pub(crate) fn keep_catalogue(
        &self,
        now: Timestamp,
        source: &CatalogueSource,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(source)
            .map_err(|_| StoreError::Damaged("the catalogue cannot be written"))?;
        self.db
            .prepare_cached(
                "INSERT INTO catalogues (digest, source, since) VALUES (?1, ?2, ?3)
             ON CONFLICT (digest) DO NOTHING",
            )?
            .execute(params![source.digest(), json, now.as_millis()])?;
        Ok(())
    }
}

fn read(json: &str) -> Result<CatalogueSource, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Damaged("a stored catalogue cannot be read"))
}

/// Returns the first digits of a digest, enough to name it.
pub fn short(digest: &[u8; 32]) -> String {
    hex::encode(digest).chars().take(DIGITS).collect()
}

/// Digits that name a catalogue.
pub(crate) const DIGITS: usize = 12;
