//! Values as SQLite keeps them, where that is not as they are.

use model::ids::{
    CaseId, ChangeHash, DeviceId, DraftId, Epoch, FeedSeq, InvalidId, RecordId, Scope, ShiftId,
    UserId,
};
use model::time::Timestamp;
use rusqlite::Row;
use rusqlite::types::Type;

/// Values that a column holds in a form of its own.
pub(in crate::store) trait Column: Sized {
    /// Reads it from a row.
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self>;
}

macro_rules! blob_column {
    ($($name:ty),* $(,)?) => {
        $(impl Column for $name {
            fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
                let bytes = row.get_ref(index)?.as_blob()?;
                Self::from_slice(bytes).map_err(|error| damaged(index, error))
            }
        })*
    };
}

blob_column!(RecordId, CaseId, UserId, DeviceId, DraftId, ShiftId, ChangeHash);

impl Column for FeedSeq {
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        Ok(Self(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0)))
    }
}

impl Column for Timestamp {
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        row.get(index).map(Self::from_millis)
    }
}

impl Column for Epoch {
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        row.get::<_, i64>(index).map(|number| Self(number.cast_unsigned()))
    }
}

impl<T: Column> Column for Option<T> {
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        match row.get_ref(index)? {
            rusqlite::types::ValueRef::Null => Ok(None),
            _ => T::read(row, index).map(Some),
        }
    }
}

/// A case and a compartment in two columns, the case first.
impl Column for Scope {
    fn read(row: &Row<'_>, index: usize) -> rusqlite::Result<Self> {
        Ok(Self { case: CaseId::read(row, index)?, compartment: name(row, index + 1)? })
    }
}

/// A name: a code, a type, a program.
pub(in crate::store) fn name<T: std::str::FromStr<Err = InvalidId>>(
    row: &Row<'_>,
    index: usize,
) -> rusqlite::Result<T> {
    row.get_ref(index)?.as_str()?.parse().map_err(|error| damaged(index, error))
}

/// A feed number as SQLite keeps it. One past what it can keep stands after every other.
pub(in crate::store) fn seq(seq: FeedSeq) -> i64 {
    i64::try_from(seq.0).unwrap_or(i64::MAX)
}

/// A count or a size as SQLite keeps it.
pub(in crate::store) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Reads a count or a size.
pub(in crate::store) fn count_at(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    Ok(u64::try_from(row.get::<_, i64>(index)?).unwrap_or(0))
}

/// An epoch as SQLite keeps it.
pub(in crate::store) fn epoch(epoch: Epoch) -> i64 {
    epoch.0.cast_signed()
}

fn damaged(index: usize, error: InvalidId) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Blob, Box::new(error))
}
