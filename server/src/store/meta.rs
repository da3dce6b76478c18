//! What there is one of: the epoch, the department, the server's own key, the catalogue in use.

use model::catalogue::CatalogueSource;
use model::ids::{CompartmentCode, DeviceId, Epoch, FeedSeq};
use model::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::Column as _;
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

pub(crate) fn life(db: &Connection) -> Result<Life, StoreError> {
    let missing = StoreError::Damaged("the epoch is missing");
    let epoch: Option<i64> = value(db, "epoch")?;
    let number: Option<i64> = value(db, "epoch_number")?;
    match (epoch, number) {
        (Some(epoch), Some(number)) => Ok(Life { epoch: Epoch(epoch.cast_unsigned()), number }),
        _ => Err(missing),
    }
}

pub(crate) fn set_life(db: &Connection, life: Life) -> Result<(), StoreError> {
    set(db, "epoch", &super::epoch(life.epoch))?;
    set(db, "epoch_number", &life.number)
}

/// Until when a device is believed what others wrote, after a restore; none when there was none.
pub(crate) fn vouching_until(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let until: Option<i64> = value(db, "vouching_until")?;
    Ok(until.map(Timestamp::from_millis))
}

pub(crate) fn set_vouching_until(db: &Connection, until: Timestamp) -> Result<(), StoreError> {
    set(db, "vouching_until", &until.as_millis())
}

pub(crate) fn department(db: &Connection) -> Result<String, StoreError> {
    value(db, "department")?.ok_or(StoreError::Damaged("the department's name is missing"))
}

pub(crate) fn set_department(db: &Connection, name: &str) -> Result<(), StoreError> {
    set(db, "department", &name)
}

/// The sealed seed of the server's signing key.
pub(crate) fn signing_key(db: &Connection) -> Result<Vec<u8>, StoreError> {
    value(db, "signing_key")?.ok_or(StoreError::Damaged("the server's key is missing"))
}

pub(crate) fn set_signing_key(db: &Connection, sealed: &[u8]) -> Result<(), StoreError> {
    set(db, "signing_key", &sealed)
}

/// Where the server is found; none before it was ever served.
pub(crate) fn reach(db: &Connection) -> Result<Option<Reach>, StoreError> {
    let json: Option<String> = value(db, "reach")?;
    let damaged = |_| StoreError::Damaged("where the server is cannot be read");
    json.map(|json| serde_json::from_str(&json).map_err(damaged)).transpose()
}

pub(crate) fn set_reach(db: &Connection, reach: &Reach) -> Result<(), StoreError> {
    let json = serde_json::to_string(reach)
        .map_err(|_| StoreError::Damaged("where the server is cannot be written"))?;
    set(db, "reach", &json)
}

/// Number of the newest announcement that a device has said it took.
pub(crate) fn told(db: &Connection, device: DeviceId) -> Result<Option<i64>, StoreError> {
    value(db, &format!("{TOLD}{device}"))
}

pub(crate) fn set_told(db: &Connection, device: DeviceId, number: u64) -> Result<(), StoreError> {
    set(db, &format!("{TOLD}{device}"), &number.cast_signed())
}

/// What the names of such notes begin with.
const TOLD: &str = "told ";

/// The catalogue used last; none when it was the one compiled in, whichever that is now.
pub(crate) fn catalogue(db: &Connection) -> Result<Option<CatalogueSource>, StoreError> {
    let json: Option<String> = value(db, "catalogue")?;
    let damaged = |_| StoreError::Damaged("the stored catalogue cannot be read");
    json.map(|json| serde_json::from_str(&json).map_err(damaged)).transpose()
}

pub(crate) fn set_catalogue(db: &Connection, source: &CatalogueSource) -> Result<(), StoreError> {
    let json = serde_json::to_string(source)
        .map_err(|_| StoreError::Damaged("the catalogue cannot be written"))?;
    set(db, "catalogue", &json)
}

/// The digest of the catalogue that was in force when the server last started.
pub(crate) fn in_force(db: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    value(db, "in_force")
}

pub(crate) fn set_in_force(db: &Connection, digest: &[u8; 32]) -> Result<(), StoreError> {
    set(db, "in_force", digest)
}

/// The digest of the catalogue that the grants were settled with.
pub(crate) fn settled_with(db: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    value(db, "settled_with")
}

pub(crate) fn set_settled_with(db: &Connection, digest: &[u8; 32]) -> Result<(), StoreError> {
    set(db, "settled_with", digest)
}

/// The digest of the catalogue by whose rules the tasks were worked out.
pub(crate) fn tasks_made_with(db: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    value(db, "tasks_made_with")
}

pub(crate) fn set_tasks_made_with(db: &Connection, digest: &[u8; 32]) -> Result<(), StoreError> {
    set(db, "tasks_made_with", digest)
}

/// The compartments that were taken off phones while the server was in use, and after which entry
/// of the feed. One that is kept on phones again may be among them.
pub(crate) fn kept_off_phones(
    db: &Connection,
) -> Result<Vec<(CompartmentCode, FeedSeq)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT substr(name, length(?1) + 1), value FROM meta WHERE name >= ?1 AND name < ?2",
    )?;
    let rows = statement.query_map([OFF_PHONES, PAST_OFF_PHONES], |row| {
        Ok((super::name(row, 0)?, FeedSeq::read(row, 1)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a compartment is kept off phones from this entry on.
pub(crate) fn set_kept_off_phones(
    db: &Connection,
    compartment: &CompartmentCode,
    at: FeedSeq,
) -> Result<(), StoreError> {
    set(db, &format!("{OFF_PHONES}{compartment}"), &super::seq(at))
}

/// What the names of such notes begin with, and what comes after all of them.
const OFF_PHONES: &str = "off phones ";
const PAST_OFF_PHONES: &str = "off phones!";

fn value<T: rusqlite::types::FromSql>(
    db: &Connection,
    name: &str,
) -> Result<Option<T>, StoreError> {
    let mut statement = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(statement.query_row([name], |row| row.get(0)).optional()?)
}

fn set(db: &Connection, name: &str, value: &dyn ToSql) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?
        .execute(params![name, value])?;
    Ok(())
}
