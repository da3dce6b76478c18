//! Steps from one version of the schema to the next. They only go forward and never destroy.

use rusqlite::Connection;

use super::OpenError;

/// The position is the version.
const STEPS: &[&str] = &[
    include_str!("../../migrations/001_initial.sql"),
    include_str!("../../migrations/002_decisions.sql"),
    include_str!("../../migrations/003_tasks.sql"),
    include_str!("../../migrations/004_unconfirmed.sql"),
    include_str!("../../migrations/005_names.sql"),
    include_str!("../../migrations/006_drafts.sql"),
    include_str!("../../migrations/007_together.sql"),
    include_str!("../../migrations/008_watched.sql"),
];

/// The version of the schema that this program writes.
pub(super) const VERSION: u32 = 8;

const _: () = assert!(STEPS.len() == VERSION as usize, "each step is one version");

/// Reads the version without changing anything.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Refuses a database of a newer program.
pub(super) fn check_known(connection: &Connection) -> Result<u32, OpenError> {
    let have = version(connection)?;
    if have > VERSION {
        return Err(OpenError::FromTheFuture { have, know: VERSION });
    }
    Ok(have)
}

/// Brings the schema up to [`VERSION`]; each step commits together with its number.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let have = check_known(connection)?;
    for (version, step) in (1..).zip(STEPS).skip(have as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}
