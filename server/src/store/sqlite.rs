//! What only SQLite has: opening and migrating, transactions, pools, copies, the file of the keys.

pub(in crate::store) mod column;
mod copy;
mod database;
mod error;
pub(crate) mod key_file;
pub(crate) mod open;
pub(crate) mod reader_pool;
#[cfg(test)]
mod testing;

pub(crate) use database::{Database, Reading, Undone, Writing};
