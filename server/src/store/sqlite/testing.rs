//! What tests do to a database that nobody else can do.

use model::ids::FeedSeq;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::column::seq;
use super::open::{SERVER_STEPS, migrate};
use super::{Database, Writing};
use crate::error::StoreError;

impl Database {
    /// Makes a new one in memory. It does not ask whether what a row refers to is there: a test need not
    /// make whole departments.
    pub(in crate::store) fn in_memory() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, SERVER_STEPS).unwrap();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        Self { connection }
    }

    /// Returns the tables that have a text or bytes of which this is true, as they are in the
    /// database: once for each row.
    pub(crate) fn tables_with(&self, holds: impl Fn(&[u8]) -> bool) -> Vec<String> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        let mut statement = self.connection.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let names: Vec<String> = names.map(Result::unwrap).collect();
        let mut found = Vec::new();
        for name in names {
            let sql = format!("SELECT * FROM \"{name}\"");
            let mut statement = self.connection.prepare(&sql).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let is_found = (0..columns).any(|at| match row.get_ref(at).unwrap() {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => holds(bytes),
                    _ => false,
                });
                found.extend(is_found.then(|| name.clone()));
            }
        }
        found
    }

    /// Returns the steps of a statement whose tables are joined in the order in which they stand.
    pub(in crate::store) fn plan_in_order(&self, sql: &str) -> Vec<String> {
        let reading = self.reading();
        let mut statement = reading.prepare_in_order(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let asked = vec![rusqlite::types::Null; statement.parameter_count()];
        let steps = statement.query_map(rusqlite::params_from_iter(asked), |row| row.get("detail"));
        steps.unwrap().map(Result::unwrap).collect()
    }

    /// Writes zeroes over the sealed bytes of a change.
    pub(crate) fn spoil_change(&self, at: FeedSeq) {
        let sql = "UPDATE changes SET sealed = zeroblob(length(sealed)) WHERE seq = ?1";
        assert_eq!(self.connection.execute(sql, [seq(at)]).unwrap(), 1);
    }

    /// Returns how many snapshots there are of all records together.
    pub(crate) fn snapshots(&self) -> i64 {
        let sql = "SELECT count(*) FROM snapshots";
        self.connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

impl Writing<'_> {
    /// Writes so many bytes where the file may grow by so many pages only.
    pub(crate) fn fill(&self, bytes: i64, pages_more: i64) -> Result<(), StoreError> {
        let pages: i64 = self.db.pragma_query_value(None, "page_count", |row| row.get(0))?;
        self.db.pragma_update(None, "max_page_count", pages + pages_more)?;
        self.db.execute("INSERT INTO meta VALUES ('room', zeroblob(?1))", [bytes])?;
        Ok(())
    }
}
