//! Copying the database into another, without what is derived.

use rusqlite::{Connection, params};

use crate::error::StoreError;

/// Copies one state of every table but those of [`LEFT_OUT`] into the database at `path`, which is
/// of the same version and empty, and opens with `key`.
pub(crate) fn into_attached(db: &Connection, path: &str, key: &str) -> Result<(), StoreError> {
    db.execute("ATTACH DATABASE ?1 AS copy KEY ?2", params![path, key])?;
    let copied = copy_tables(db);
    if !db.is_autocommit() {
        db.execute_batch("ROLLBACK")?;
    }
    db.pragma_update(None, "foreign_keys", true)?;
    db.execute_batch("DETACH DATABASE copy")?;
    copied
}

fn copy_tables(db: &Connection) -> Result<(), StoreError> {
    // Tables are copied one after the other, in no order that references would ask for.
    db.pragma_update(None, "foreign_keys", false)?;
    db.execute_batch("BEGIN")?;
    let tables: Vec<String> = {
        let mut statement = db.prepare(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )?;
        let names = statement.query_map([], |row| row.get(0))?;
        names.collect::<rusqlite::Result<_>>()?
    };
    for table in tables.iter().filter(|table| !LEFT_OUT.contains(&table.as_str())) {
        // Names of our own schema; both sides have the same columns in the same order.
        db.execute_batch(&format!("INSERT INTO copy.\"{table}\" SELECT * FROM main.\"{table}\""))?;
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}

/// Derived, and in plain under the database's own key: erasing a scope could not reach it in a copy.
const LEFT_OUT: [&str; 1] = ["read_model"];
