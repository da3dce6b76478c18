//! Reading identifiers out of rows, and what a record's row says.

use std::fmt;
use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Type, ValueRef};
use rusqlite::{Row, ToSql};

use model::ids::{CaseId, ChangeHash, DeviceId, DraftId, RecordId, Scope, UserId};
use model::time::Timestamp;

/// Where the newest word about a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordState {
    /// Changes wait on this phone.
    OnPhone,
    /// Everything was sent; the answer is not here.
    Sent,
    /// The server has everything.
    OnServer,
    /// The server refused the record or an edit of it, and nobody has looked at it yet.
    Refused,
}

impl RecordState {
    /// Every state, the first to worry about first.
    pub const ALL: [Self; 4] = [Self::Refused, Self::OnPhone, Self::Sent, Self::OnServer];

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnPhone => "on_phone",
            Self::Sent => "sent",
            Self::OnServer => "on_server",
            Self::Refused => "refused",
        }
    }
}

impl fmt::Display for RecordState {
    /// Writes what people read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OnPhone => "on this phone",
            Self::Sent => "sent",
            Self::OnServer => "on the server",
            Self::Refused => "refused",
        })
    }
}

impl ToSql for RecordState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.code().into())
    }
}

impl FromSql for RecordState {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let code = value.as_str()?;
        Self::ALL.into_iter().find(|state| state.code() == code).ok_or(FromSqlError::InvalidType)
    }
}

/// Values that a column holds as their bytes.
pub(super) trait FromRow: Sized {
    fn from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Self>;
}

macro_rules! from_bytes {
    ($($name:ident),+) => {
        $(impl FromRow for $name {
            fn from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
                row.get::<_, [u8; 16]>(column).map(Self::from_bytes)
            }
        })+
    };
}

from_bytes!(RecordId, CaseId, DeviceId, DraftId, UserId);

impl FromRow for ChangeHash {
    fn from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        row.get::<_, [u8; 32]>(column).map(Self)
    }
}

impl FromRow for Timestamp {
    fn from_row(row: &Row<'_>, column: usize) -> rusqlite::Result<Self> {
        row.get::<_, i64>(column).map(Self::from_millis)
    }
}

/// An identifier that may be absent.
pub(super) fn optional<T: FromRow>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        ValueRef::Null => Ok(None),
        _ => T::from_row(row, column).map(Some),
    }
}

/// A code that the column holds as text.
pub(super) fn code<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = row.get_ref(column)?.as_str()?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// A scope from its two columns.
pub(super) fn scope(row: &Row<'_>, column: usize) -> rusqlite::Result<Scope> {
    Ok(Scope { case: CaseId::from_row(row, column)?, compartment: code(row, column + 1)? })
}

/// JSON that the column holds as text.
pub(super) fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
