//! What the same work costs when nothing is done but the least that there is to do: bytes in one
//! zstd blob, rows in a bare SQLCipher table.

use std::path::Path;

use rusqlite::{Connection, params};

/// Bytes of these changes as one zstd blob of level 3, zstd's own default.
pub(crate) fn zstd_bytes<B: AsRef<[u8]>>(changes: impl IntoIterator<Item = B>) -> u64 {
    blob(changes).len() as u64
}

/// The blob itself: each change after its length in four bytes.
pub(crate) fn blob<B: AsRef<[u8]>>(changes: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut raw = Vec::new();
    for change in changes {
        let change = change.as_ref();
        raw.extend(u32::try_from(change.len()).unwrap_or(u32::MAX).to_le_bytes());
        raw.extend_from_slice(change);
    }
    zstd::bulk::compress(&raw, 3).expect("memory is compressed into memory")
}

/// The changes in a blob.
pub(crate) fn unblob(blob: &[u8], bytes_max: usize) -> Vec<Vec<u8>> {
    let raw = zstd::bulk::decompress(blob, bytes_max).expect("a blob of ours");
    let mut changes = Vec::new();
    let mut rest = raw.as_slice();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        changes.push(after[..length].to_vec());
        rest = &after[length..];
    }
    changes
}

/// A SQLCipher database with one table of changes, as durable as ours: WAL, `synchronous=FULL`.
pub(crate) struct Bare {
    connection: Connection,
}

impl Bare {
    pub(crate) fn create(path: &Path) -> Self {
        let connection = Connection::open(path).expect("a new file");
        let key = format!("PRAGMA key = \"x'{}'\"", "5e".repeat(32));
        connection.execute_batch(&key).expect("a raw key");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                 CREATE TABLE changes (
                     number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, record BLOB NOT NULL,
                     bytes BLOB NOT NULL
                 ) STRICT;
                 CREATE TABLE records (id BLOB PRIMARY KEY, view TEXT NOT NULL) STRICT;
                 CREATE VIRTUAL TABLE search USING fts5 (text, content = '', prefix = '2 3');",
            )
            .expect("an empty database");
        Self { connection }
    }

    /// Inserts these changes in one durable transaction.
    pub(crate) fn insert<'a>(
        &mut self,
        changes: impl IntoIterator<Item = (&'a [u8; 32], &'a [u8; 16], &'a [u8])>,
    ) {
        let transaction = self.connection.transaction().expect("nobody else writes");
        {
            let mut insert = transaction
                .prepare_cached("INSERT INTO changes (hash, record, bytes) VALUES (?, ?, ?)")
                .expect("the table is there");
            for (hash, record, bytes) in changes {
                insert.execute(params![hash, record, bytes]).expect("each change once");
            }
        }
        transaction.commit().expect("the disk has room");
    }

    /// Inserts changes and what is shown of their records in one durable transaction.
    pub(crate) fn insert_shown<'a>(&mut self, rows: impl IntoIterator<Item = Shown<'a>>) {
        let transaction = self.connection.transaction().expect("nobody else writes");
        {
            let prepare = |sql| transaction.prepare_cached(sql).expect("the tables are there");
            let mut change = prepare("INSERT INTO changes (hash, record, bytes) VALUES (?, ?, ?)");
            let mut record = prepare("INSERT INTO records (id, view) VALUES (?, ?)");
            let mut search = prepare("INSERT INTO search (rowid, text) VALUES (?, ?)");
            for row in rows {
                change.execute(params![row.hash, row.record, row.bytes]).expect("each once");
                let number = transaction.last_insert_rowid();
                record.execute(params![row.record, row.view]).expect("each record once");
                search.execute(params![number, row.text]).expect("a text");
            }
        }
        transaction.commit().expect("the disk has room");
    }
}

/// One change, and the record it made as it is shown and searched.
pub(crate) struct Shown<'a> {
    pub(crate) hash: &'a [u8; 32],
    pub(crate) record: &'a [u8; 16],
    pub(crate) bytes: &'a [u8],
    pub(crate) view: String,
    pub(crate) text: String,
}
