//! How far this device has pulled, and what it owes the server besides changes.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use model::ids::{CaseId, DeviceId, Epoch, FeedSeq, RecordId, Scope};
use model::time::Timestamp;
use model::wire::{self, AuthorV1, CheckV1, CursorV1, FeedPositionV1, RecordCheckV1, ViewV1};

use super::rows::{FromRow, json, scope};
use super::{Reader, StoreError, Writer};

/// Where this device stands in the server's feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedState {
    /// How far it has pulled; none before the first sync and after it lost the server.
    pub cursor: Option<CursorV1>,
    /// The newest position it has ever been told.
    pub seen: Option<FeedPositionV1>,
    /// The reconcile that is under way.
    pub reconcile: Option<ReconcileState>,
}

/// How far a reconcile has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileState {
    /// The server's epoch it is for.
    pub epoch: Epoch,
    /// The last record offered; none before the first page.
    pub after: Option<RecordId>,
    /// Whether every record was offered.
    pub offered: bool,
}

/// A scope that was taken away, with how far this device is with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// The scope.
    pub scope: Scope,
    /// The feed number of the revocation.
    pub seq: FeedSeq,
}

impl Reader<'_> {
    /// Where this device stands in the server's feed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn feed(&self) -> Result<FeedState, StoreError> {
        let row = self.query_row("SELECT cursor, seen, reconcile FROM feed", [], |row| {
            let reconcile = match row.get_ref(2)? {
                rusqlite::types::ValueRef::Null => None,
                _ => Some(json(row, 2)?),
            };
            Ok((row.get::<_, Option<Vec<u8>>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?, reconcile))
        })?;
        let Some((cursor, seen, reconcile)) = row else {
            return Err(StoreError::Unreadable { what: "the feed position" });
        };
        let unreadable = |_| StoreError::Unreadable { what: "the feed position" };
        Ok(FeedState {
            cursor: cursor.map(|bytes| wire::decode(&bytes)).transpose().map_err(unreadable)?,
            seen: seen.map(|bytes| wire::decode(&bytes)).transpose().map_err(unreadable)?,
            reconcile,
        })
    }

    /// Scopes that were taken away and whose records are still here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn pending_revocations(&self) -> Result<Vec<Revoked>, StoreError> {
        self.revoked(PENDING)
    }

    /// Scopes whose records are gone, which the server has not been told yet.
    ///
    /// # Errors
    /// When the store fails.
    pub fn dropped_scopes(&self, scopes_max: usize) -> Result<Vec<Scope>, StoreError> {
        let dropped = self.revoked(DROPPED)?;
        Ok(dropped.into_iter().map(|revoked| revoked.scope).take(scopes_max).collect())
    }

    /// How many changes of the scope the server has not got.
    ///
    /// # Errors
    /// When the store fails.
    pub fn unsent_in(&self, scope: &Scope) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM outbox JOIN records ON records.id = outbox.record
                   WHERE records.anchor = ?1 AND records.compartment = ?2";
        self.count(sql, params![scope.case.as_bytes(), scope.compartment.as_str()])
    }

    /// A page of what this device holds that the server once had, in the order of the records'
    /// ids, for a reconcile.
    ///
    /// # Errors
    /// When the store fails.
    pub fn records_page_for_reconcile(
        &self,
        after: Option<RecordId>,
        records_max: usize,
    ) -> Result<Vec<RecordCheckV1>, StoreError> {
        let sql = "SELECT id, check_count, check_xor FROM records
                   WHERE id > ?1 AND check_count > 0 ORDER BY id LIMIT ?2";
        let after = after.map_or_else(Vec::new, |record| record.as_bytes().to_vec());
        let limit = i64::try_from(records_max).unwrap_or(i64::MAX);
        self.query(sql, params![after, limit], |row| {
            Ok(RecordCheckV1 { record: RecordId::from_row(row, 0)?, check: check(row, 1)? })
        })
    }

    /// Returns what this device holds of the record that the server has too, to compare with
    /// [`model::wire::RecordUpdateV1::check`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn check_of(&self, record: RecordId) -> Result<Option<CheckV1>, StoreError> {
        let sql = "SELECT check_count, check_xor FROM records WHERE id = ?1";
        self.query_row(sql, [record.as_bytes()], |row| check(row, 0))
    }

    /// Records to ask for whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refetch_page(&self, records_max: usize) -> Result<Vec<RecordId>, StoreError> {
        let limit = i64::try_from(records_max).unwrap_or(i64::MAX);
        let sql = "SELECT record FROM refetch ORDER BY record LIMIT ?1";
        self.query(sql, [limit], |row| RecordId::from_row(row, 0))
    }

    /// How many records are to be asked for whole.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refetch_size(&self) -> Result<u64, StoreError> {
        self.count("SELECT count(*) FROM refetch", [])
    }

    /// Lists what was looked at and not yet told to the server, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn views_page(&self, views_max: usize) -> Result<Vec<ViewV1>, StoreError> {
        let limit = i64::try_from(views_max).unwrap_or(i64::MAX);
        let sql = "SELECT record, at FROM views WHERE sent = 0 ORDER BY at, record LIMIT ?1";
        self.query(sql, [limit], |row| {
            Ok(ViewV1 { record: RecordId::from_row(row, 0)?, at: Timestamp::from_row(row, 1)? })
        })
    }

    /// Returns whether it is noted already that the record was looked at in this hour.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_view_noted(&self, now: Timestamp, record: RecordId) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM views WHERE record = ?1 AND hour = ?2";
        Ok(self.count(sql, params![record.as_bytes(), hour(now)])? > 0)
    }

    /// Returns who stands behind a device: the owner's name, or the device's id when it is not
    /// known.
    ///
    /// # Errors
    /// When the store fails.
    pub fn name_of(&self, device: DeviceId) -> Result<String, StoreError> {
        if device == self.context.device {
            return Ok(self.profile()?.name);
        }
        let sql = "SELECT name FROM authors WHERE device = ?1";
        let name = self.query_row(sql, [device.as_bytes()], |row| row.get(0))?;
        Ok(name.unwrap_or_else(|| device.to_string()))
    }

    fn revoked(&self, state: &str) -> Result<Vec<Revoked>, StoreError> {
        let sql = "SELECT anchor, compartment, seq FROM revoked WHERE state = ?1
                   ORDER BY anchor, compartment";
        self.query(sql, [state], |row| {
            let seq = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            Ok(Revoked { scope: scope(row, 0)?, seq: FeedSeq(seq) })
        })
    }
}

impl Writer<'_> {
    /// Moves the cursor; `None` forgets it, so that the next sync pulls from the beginning.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_cursor(&mut self, cursor: Option<&CursorV1>) -> Result<(), StoreError> {
        let bytes = encoded(cursor)?;
        self.execute("UPDATE feed SET cursor = ?1", params![bytes]).map(drop)
    }

    /// Keeps the newest position the server told.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_seen(&mut self, seen: Option<&FeedPositionV1>) -> Result<(), StoreError> {
        let bytes = encoded(seen)?;
        self.execute("UPDATE feed SET seen = ?1", params![bytes]).map(drop)
    }

    /// Notes how far a reconcile has come, or that none is under way.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_reconcile(&mut self, state: Option<&ReconcileState>) -> Result<(), StoreError> {
        let json = state
            .map(serde_json::to_string)
            .transpose()
            .map_err(|_| StoreError::Unreadable { what: "the reconcile" })?;
        self.execute("UPDATE feed SET reconcile = ?1", params![json]).map(drop)
    }

    /// Notes that a scope was taken away. Its records stay until [`Writer::drop_scope`].
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_revocation(&mut self, scope: &Scope, seq: FeedSeq) -> Result<(), StoreError> {
        let sql = "INSERT INTO revoked (anchor, compartment, seq, state) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (anchor, compartment)
                   DO UPDATE SET seq = excluded.seq, state = excluded.state";
        let seq = i64::try_from(seq.0).unwrap_or(i64::MAX);
        let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
        self.execute(sql, params![case, compartment, seq, PENDING]).map(drop)
    }

    /// Notes what is held that the server once had, or that others wrote: what of it is still the
    /// owner's comes with the pull that now begins.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn await_what_is_held(&mut self) -> Result<(), StoreError> {
        self.forget_unconfirmed()?;
        let sql = "INSERT INTO unconfirmed (anchor, compartment)
                   SELECT DISTINCT anchor, compartment FROM records
                   WHERE check_count > 0 OR EXISTS (SELECT 1 FROM changes
                       WHERE changes.record = records.id AND changes.device <> ?1)";
        self.execute(sql, [self.device().as_bytes()]).map(drop)
    }

    /// Forgets what was waited for: another reconcile begins.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn forget_unconfirmed(&mut self) -> Result<(), StoreError> {
        self.execute("DELETE FROM unconfirmed", []).map(drop)
    }

    /// Notes that the server gave something of a scope.
    pub(super) fn confirm(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let sql = "DELETE FROM unconfirmed WHERE anchor = ?1 AND compartment = ?2";
        self.execute(sql, params![scope.case.as_bytes(), scope.compartment.as_str()]).map(drop)
    }

    /// Treats what was held through a reconcile, and did not come with the pull after it, as taken
    /// away: it is handed over and dropped. The server need not say so, and tells nobody of a case
    /// that was never theirs as far as it knows.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn give_up_unconfirmed(&mut self) -> Result<(), StoreError> {
        let left =
            self.query("SELECT anchor, compartment FROM unconfirmed", [], |row| scope(row, 0));
        for held in left? {
            self.note_revocation(&held, FeedSeq(0))?;
        }
        self.forget_unconfirmed()
    }

    /// Treats what is here and may be on no phone any more, by the catalogue, as taken away: it is
    /// handed over and dropped.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) fn give_up_what_no_phone_keeps(&mut self) -> Result<(), StoreError> {
        let sql = "SELECT DISTINCT anchor, compartment FROM records";
        for held in self.query(sql, [], |row| scope(row, 0))? {
            let known = self.catalogue().compartments.get(&held.compartment);
            if known.is_some_and(|known| !known.on_devices) {
                self.note_revocation(&held, FeedSeq(0))?;
            }
        }
        Ok(())
    }

    /// Drops what this device holds of a scope, and remembers to tell the server. Returns how many
    /// records went.
    ///
    /// # Errors
    /// [`StoreError::NotHandedOver`] when the outbox still holds changes of it; or the store fails.
    pub fn drop_scope(&mut self, scope: &Scope) -> Result<u64, StoreError> {
        let changes = self.unsent_in(scope)?;
        if changes > 0 {
            return Err(StoreError::NotHandedOver { changes });
        }
        self.forget_bases(scope.case, scope.compartment.as_str())?;
        let key = params![scope.case.as_bytes(), scope.compartment.as_str()];
        for sql in [
            "DELETE FROM search WHERE rowid IN
                (SELECT number FROM records WHERE anchor = ?1 AND compartment = ?2)",
            "DELETE FROM refetch WHERE record IN
                (SELECT id FROM records WHERE anchor = ?1 AND compartment = ?2)",
            // What was written here and refused stays until somebody has decided about it: the
            // server may lose it. What came from there goes with the rest.
            "UPDATE quarantine SET bytes = x'', intent = NULL
                WHERE anchor = ?1 AND compartment = ?2
                    AND (kind = 'incoming' OR decision IS NOT NULL)",
        ] {
            self.execute(sql, key)?;
        }
        let sql = "DELETE FROM records WHERE anchor = ?1 AND compartment = ?2";
        let dropped = self.execute(sql, key)?;
        // What is left of the case may have been answered by what went.
        self.touch_case(scope.case);
        let sql = "INSERT INTO revoked (anchor, compartment, seq, state) VALUES (?1, ?2, 0, ?3)
                   ON CONFLICT (anchor, compartment) DO UPDATE SET state = excluded.state";
        self.execute(sql, params![scope.case.as_bytes(), scope.compartment.as_str(), DROPPED])?;
        Ok(dropped as u64)
    }

    /// Has a scope be dropped once more in which something was made since it was dropped, before the
    /// server was told of the drop: it is handed over like all that was here before, and must not stay.
    pub(super) fn drop_once_more(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let sql = "UPDATE revoked SET state = ?3
                   WHERE anchor = ?1 AND compartment = ?2 AND state = ?4
                       -- Nothing came from there again.
                       AND NOT EXISTS (SELECT 1 FROM records
                           WHERE records.anchor = ?1 AND records.compartment = ?2
                               AND check_count > 0)";
        let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
        self.execute(sql, params![case, compartment, PENDING, DROPPED]).map(drop)
    }

    /// Forgets dropped scopes that the server now knows of.
    ///
    /// # Errors
    /// When the store fails.
    pub fn confirm_dropped(&mut self, scopes: &[Scope]) -> Result<(), StoreError> {
        let sql = "DELETE FROM revoked WHERE anchor = ?1 AND compartment = ?2 AND state = ?3";
        scopes.iter().try_for_each(|scope| {
            let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
            self.execute(sql, params![case, compartment, DROPPED]).map(drop)
        })
    }

    /// Asks for a record whole with the next sync.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_refetch(&mut self, record: RecordId) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO refetch (record) VALUES (?1)";
        self.execute(sql, [record.as_bytes()]).map(drop)
    }

    /// Notes that these records were asked for.
    ///
    /// # Errors
    /// When the store fails.
    pub fn clear_refetch(&mut self, records: &[RecordId]) -> Result<(), StoreError> {
        records.iter().try_for_each(|record| {
            self.execute("DELETE FROM refetch WHERE record = ?1", [record.as_bytes()]).map(drop)
        })
    }

    /// Notes that a record was looked at. Once an hour is enough for the audit.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_view(&mut self, now: Timestamp, record: RecordId) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO views (record, hour, at) VALUES (?1, ?2, ?3)";
        self.execute(sql, params![record.as_bytes(), hour(now), now.as_millis()]).map(drop)
    }

    /// Notes that the server knows of these views, and forgets those of past days.
    ///
    /// # Errors
    /// When the store fails.
    pub fn mark_views_sent(&mut self, now: Timestamp, views: &[ViewV1]) -> Result<(), StoreError> {
        for view in views {
            let key = params![view.record.as_bytes(), hour(view.at)];
            self.execute("UPDATE views SET sent = 1 WHERE record = ?1 AND hour = ?2", key)?;
        }
        let past = hour(now).saturating_sub(24);
        self.execute("DELETE FROM views WHERE sent = 1 AND hour < ?1", [past]).map(drop)
    }

    /// Keeps names for devices.
    ///
    /// # Errors
    /// When the store fails.
    pub fn note_authors<'b>(
        &mut self,
        authors: impl IntoIterator<Item = (&'b DeviceId, &'b AuthorV1)>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO authors (device, user_id, name) VALUES (?1, ?2, ?3)
                   ON CONFLICT (device) DO UPDATE SET user_id = excluded.user_id, name = excluded.name";
        authors.into_iter().try_for_each(|(device, author)| {
            let row = params![device.as_bytes(), author.user.as_bytes(), author.name];
            self.execute(sql, row).map(drop)
        })
    }

    /// Forgets which scopes were taken away by a server that is no longer the one it was: those
    /// that still are come again with the pull from the beginning.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_pending_revocations(&mut self) -> Result<(), StoreError> {
        self.execute("DELETE FROM revoked WHERE state = ?1", [PENDING]).map(drop)
    }

    /// The scope is open to the owner again: its records stay.
    pub(super) fn cancel_revocation(&mut self, scope: &Scope) -> Result<(), StoreError> {
        let sql = "DELETE FROM revoked WHERE anchor = ?1 AND compartment = ?2 AND state = ?3";
        let (case, compartment) = (scope.case.as_bytes(), scope.compartment.as_str());
        self.execute(sql, params![case, compartment, PENDING]).map(drop)
    }
}

impl Reader<'_> {
    /// Returns whether the scope was taken away and its records are still here.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_revocation_pending(
        &self,
        case: CaseId,
        compartment: &str,
    ) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM revoked
                   WHERE anchor = ?1 AND compartment = ?2 AND state = ?3";
        Ok(self.count(sql, params![case.as_bytes(), compartment, PENDING])? > 0)
    }
}

const PENDING: &str = "pending";
const DROPPED: &str = "dropped";

/// Reads a check from its two columns.
pub(super) fn check(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<CheckV1> {
    let count = u64::try_from(row.get::<_, i64>(column)?).unwrap_or(0);
    Ok(CheckV1 { count, xor: row.get(column + 1)? })
}

fn encoded<T: Serialize>(value: Option<&T>) -> Result<Option<Vec<u8>>, StoreError> {
    let unwritable = |_| StoreError::Unreadable { what: "the feed position" };
    value.map(wire::encode).transpose().map_err(unwritable)
}

fn hour(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(60 * 60 * 1_000)
}
