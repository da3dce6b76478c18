//! What there is one of: the epoch, the department, the server's own key, the catalogue in use.

use model::catalogue::CatalogueSource;
use model::ids::{CompartmentCode, DeviceId, Epoch, FeedSeq};
use model::time::Timestamp;
use rusqlite::{OptionalExtension, ToSql, params};

use super::Column as _;
use super::sqlite::{Reading, Writing};
use crate::error::StoreError;
use crate::reach::Reach;

/// Which life of the database this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Life {
    /// Random, new after every restore.
    pub(crate) epoch: Epoch,
    /// 1 at first, one more after every restore.
    pub(crate) number: i64,
}

impl Reading<'_> {
    pub(crate) fn life(&self) -> Result<Life, StoreError> {
        let missing = StoreError::Damaged("the epoch is missing");
        let epoch: Option<i64> = self.meta_value("epoch")?;
        let number: Option<i64> = self.meta_value("epoch_number")?;
        match (epoch, number) {
            (Some(epoch), Some(number)) => Ok(Life { epoch: Epoch(epoch.cast_unsigned()), number }),
            _ => Err(missing),
        }
    }

    /// Until when a device is believed what others wrote, after a restore; none when there was none.
    pub(crate) fn vouching_until(&self) -> Result<Option<Timestamp>, StoreError> {
        let until: Option<i64> = self.meta_value("vouching_until")?;
        Ok(until.map(Timestamp::from_millis))
    }

    pub(crate) fn department(&self) -> Result<String, StoreError> {
        self.meta_value("department")?
            .ok_or(StoreError::Damaged("the department's name is missing"))
    }

    /// The sealed seed of the server's signing key.
    pub(crate) fn signing_key(&self) -> Result<Vec<u8>, StoreError> {
        self.meta_value("signing_key")?.ok_or(StoreError::Damaged("the server's key is missing"))
    }

    /// Where the server is found; none before it was ever served.
    pub(crate) fn reach(&self) -> Result<Option<Reach>, StoreError> {
        let json: Option<String> = self.meta_value("reach")?;
        let damaged = |_| StoreError::Damaged("where the server is cannot be read");
        json.map(|json| serde_json::from_str(&json).map_err(damaged)).transpose()
    }

    /// Number of the newest announcement that a device has said it took.
    pub(crate) fn told_announcement(&self, device: DeviceId) -> Result<Option<i64>, StoreError> {
        self.meta_value(&format!("{TOLD}{device}"))
    }

    /// The catalogue used last; none when it was the one compiled in, whichever that is now.
    pub(crate) fn last_catalogue(&self) -> Result<Option<CatalogueSource>, StoreError> {
        let json: Option<String> = self.meta_value("catalogue")?;
        let damaged = |_| StoreError::Damaged("the stored catalogue cannot be read");
        json.map(|json| serde_json::from_str(&json).map_err(damaged)).transpose()
    }

    /// The name of the file that was last written as a backup, and when; none when none ever was.
    pub(crate) fn last_backup(&self) -> Result<Option<(String, Timestamp)>, StoreError> {
        let file: Option<String> = self.meta_value("backup_file")?;
        let at: Option<i64> = self.meta_value("backup_at")?;
        Ok(file.zip(at.map(Timestamp::from_millis)))
    }

    /// The digest of the catalogue that was in force when the server last started.
    pub(crate) fn catalogue_in_force(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_value("in_force")
    }

    /// The digest of the catalogue that was in force before it; none when no other ever was.
    pub(crate) fn catalogue_before(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_value("in_force_before")
    }

    /// The digest of the catalogue that the grants were settled with.
    pub(crate) fn settled_with(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_value("settled_with")
    }

    /// The digest of the catalogue by whose rules the tasks were worked out.
    pub(crate) fn tasks_made_with(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_value("tasks_made_with")
    }

    /// The digest of the catalogue by which what lists need was made.
    pub(crate) fn summaries_made_with(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.meta_value("summaries_made_with")
    }

    /// The compartments that were taken off phones while the server was in use, and after which entry
    /// of the feed. One that is kept on phones again may be among them.
    pub(crate) fn kept_off_phones(&self) -> Result<Vec<(CompartmentCode, FeedSeq)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT substr(name, length(?1) + 1), value FROM meta WHERE name >= ?1 AND name < ?2",
        )?;
        let rows = statement.query_map([OFF_PHONES, PAST_OFF_PHONES], |row| {
            Ok((super::name(row, 0)?, FeedSeq::read(row, 1)?))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn meta_value<T: rusqlite::types::FromSql>(&self, name: &str) -> Result<Option<T>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Writing<'_> {
    pub(crate) fn set_life(&self, life: Life) -> Result<(), StoreError> {
        self.set_meta("epoch", &super::epoch(life.epoch))?;
        self.set_meta("epoch_number", &life.number)
    }

    pub(crate) fn set_vouching_until(&self, until: Timestamp) -> Result<(), StoreError> {
        self.set_meta("vouching_until", &until.as_millis())
    }

    pub(crate) fn set_department(&self, name: &str) -> Result<(), StoreError> {
        self.set_meta("department", &name)
    }

    pub(crate) fn set_signing_key(&self, sealed: &[u8]) -> Result<(), StoreError> {
        self.set_meta("signing_key", &sealed)
    }

    pub(crate) fn set_reach(&self, reach: &Reach) -> Result<(), StoreError> {
        let json = serde_json::to_string(reach)
            .map_err(|_| StoreError::Damaged("where the server is cannot be written"))?;
        self.set_meta("reach", &json)
    }

    pub(crate) fn set_told_announcement(
        &self,
        device: DeviceId,
        number: u64,
    ) -> Result<(), StoreError> {
        self.set_meta(&format!("{TOLD}{device}"), &number.cast_signed())
    }

    pub(crate) fn set_last_catalogue(&self, source: &CatalogueSource) -> Result<(), StoreError> {
        let json = serde_json::to_string(source)
            .map_err(|_| StoreError::Damaged("the catalogue cannot be written"))?;
        self.set_meta("catalogue", &json)
    }

    pub(crate) fn set_catalogue_in_force(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        self.set_meta("in_force", digest)
    }

    pub(crate) fn set_catalogue_before(&self, digest: &[u8]) -> Result<(), StoreError> {
        self.set_meta("in_force_before", &digest)
    }

    /// Notes a backup: its file's name, without the folder.
    pub(crate) fn set_last_backup(&self, file: &str, at: Timestamp) -> Result<(), StoreError> {
        self.set_meta("backup_file", &file)?;
        self.set_meta("backup_at", &at.as_millis())
    }

    pub(crate) fn set_settled_with(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        self.set_meta("settled_with", digest)
    }

    pub(crate) fn set_tasks_made_with(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        self.set_meta("tasks_made_with", digest)
    }

    pub(crate) fn set_summaries_made_with(&self, digest: &[u8; 32]) -> Result<(), StoreError> {
        self.set_meta("summaries_made_with", digest)
    }

    /// Notes that a compartment is kept off phones from this entry on.
    pub(crate) fn set_kept_off_phones(
        &self,
        compartment: &CompartmentCode,
        at: FeedSeq,
    ) -> Result<(), StoreError> {
        self.set_meta(&format!("{OFF_PHONES}{compartment}"), &super::seq(at))
    }

    fn set_meta(&self, name: &str, value: &dyn ToSql) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO meta (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET
                 value = excluded.value",
            )?
            .execute(params![name, value])?;
        Ok(())
    }
}

/// What the names of such notes begin with.
const TOLD: &str = "told ";

/// What the names of such notes begin with, and what comes after all of them.
const OFF_PHONES: &str = "off phones ";

const PAST_OFF_PHONES: &str = "off phones!";
