//! What a device has not pulled yet, in the order of the feed: two indexed queries, one for scopes
//! that were opened since, one for changes in scopes that were open before.

use model::ids::{DeviceId, FeedSeq, RecordId, UserId};
use rusqlite::{OptionalExtension, params};

use super::records::RecordRow;
use super::sqlite::Reading;
use super::{Column, count_at, seq};
use crate::error::StoreError;

/// A scope that was opened, and is still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opening {
    /// The entry of the feed that opened it.
    pub(crate) at: FeedSeq,
    pub(crate) scope_number: i64,
}

/// A change in a scope that was open before it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) seq: FeedSeq,
    pub(crate) record: RecordId,
    pub(crate) handed_in_by: DeviceId,
    pub(crate) scope_number: i64,
}

/// Where a change came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) seq: FeedSeq,
    pub(crate) author: DeviceId,
    /// The author, or the device that vouched for what the server had lost.
    pub(crate) handed_in_by: DeviceId,
}

impl Reading<'_> {
    /// The scopes opened to a user from this entry of the feed on, itself included, at most `most`.
    pub(crate) fn openings(
        &self,
        user: UserId,
        from: FeedSeq,
        most: usize,
    ) -> Result<Vec<Opening>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT grants.granted_seq, grants.scope FROM grants
             JOIN scopes ON scopes.id = grants.scope AND scopes.on_devices = 1
             WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL AND grants.granted_seq >= ?2
             ORDER BY grants.granted_seq LIMIT ?3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![user.as_bytes(), seq(from), most], |row| {
            Ok(Opening { at: FeedSeq::read(row, 0)?, scope_number: row.get(1)? })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// The changes after `after` in scopes that were open to the user before, at most `most`.
    ///
    /// Looks through the feed's newest part when that is short, and through the user's scopes when it
    /// is long: a device that was away for an hour costs the hour, one that was away for a year costs
    /// its own cases.
    pub(crate) fn arrivals(
        &self,
        user: UserId,
        after: FeedSeq,
        head: FeedSeq,
        most: usize,
    ) -> Result<Vec<Arrival>, StoreError> {
        if head <= after {
            return Ok(Vec::new());
        }
        let scopes = self.count_open_scopes(user)?;
        let sql = if (head.0 - after.0) / SEEK_COST <= scopes { BY_FEED } else { BY_SCOPE };
        let mut statement = self.prepare_in_order(sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![user.as_bytes(), seq(after), most], |row| {
            Ok(Arrival {
                seq: FeedSeq::read(row, 0)?,
                record: RecordId::read(row, 1)?,
                handed_in_by: DeviceId::read(row, 2)?,
                scope_number: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn count_open_scopes(&self, user: UserId) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT count(*) FROM grants WHERE user_id = ?1 AND revoked_seq IS NULL",
        )?;
        Ok(statement.query_row([user.as_bytes()], |row| count_at(row, 0))?)
    }

    /// The records of a scope made before an entry of the feed, the newest first, at most `most`.
    pub(crate) fn records_before(
        &self,
        scope: i64,
        before: FeedSeq,
        most: usize,
    ) -> Result<Vec<RecordRow>, StoreError> {
        let sql = format!(
            "SELECT {} FROM records JOIN scopes ON scopes.id = records.scope
             WHERE records.scope = ?1 AND records.first_seq < ?2 AND records.first_seq > 0
             ORDER BY records.first_seq DESC LIMIT ?3",
            RecordRow::COLUMNS
        );
        let mut statement = self.prepare_in_order(&sql)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![scope, seq(before), most], RecordRow::read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Where a record's changes up to an entry of the feed came from.
    pub(crate) fn origins(
        &self,
        record: RecordId,
        until: FeedSeq,
    ) -> Result<Vec<Origin>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT seq, author_device, coalesce(vouched_by, author_device) FROM changes
             WHERE record = ?1 AND seq <= ?2 ORDER BY seq",
        )?;
        let rows = statement.query_map(params![record.as_bytes(), seq(until)], |row| {
            Ok(Origin {
                seq: FeedSeq::read(row, 0)?,
                author: DeviceId::read(row, 1)?,
                handed_in_by: DeviceId::read(row, 2)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Up to which entry of the feed a device has lost what it wrote in this scope, because it dropped
    /// it; 0 when it never did.
    pub(crate) fn dropped_until(
        &self,
        device: DeviceId,
        scope: i64,
    ) -> Result<FeedSeq, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT revoked_seq FROM dropped WHERE device = ?1 AND scope = ?2")?;
        let found = statement
            .query_row(params![device.as_bytes(), scope], |row| FeedSeq::read(row, 0))
            .optional()?;
        Ok(found.unwrap_or(FeedSeq(0)))
    }

    /// The newest entry after `after` that says something to this device: a change from another device
    /// in an open scope, a grant or a revocation.
    pub(crate) fn news(
        &self,
        user: UserId,
        device: DeviceId,
        after: FeedSeq,
    ) -> Result<Option<FeedSeq>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT feed.seq FROM feed WHERE feed.seq > ?3 AND (
                (feed.kind = 1
                    AND EXISTS (SELECT 1 FROM grants JOIN scopes ON scopes.id = grants.scope
                        WHERE grants.user_id = ?1 AND grants.scope = feed.scope
                            AND grants.revoked_seq IS NULL AND scopes.on_devices = 1)
                    AND NOT EXISTS (SELECT 1 FROM changes
                        WHERE changes.seq = feed.seq
                            AND coalesce(changes.vouched_by, changes.author_device) = ?2))
                OR (feed.kind <> 1 AND feed.user_id = ?1))
             ORDER BY feed.seq DESC LIMIT 1",
        )?;
        let found = statement
            .query_row(params![user.as_bytes(), device.as_bytes(), seq(after)], |row| {
                FeedSeq::read(row, 0)
            })
            .optional()?;
        Ok(found)
    }

    /// The newest entry after `after` that says something to somebody at the console: a change in an open
    /// scope, their own too, a grant or a revocation.
    pub(crate) fn news_at_console(
        &self,
        user: UserId,
        after: FeedSeq,
    ) -> Result<Option<FeedSeq>, StoreError> {
        let mut statement = self.prepare_in_order(
            "SELECT feed.seq FROM feed WHERE feed.seq > ?2 AND (
                (feed.kind = 1 AND EXISTS (SELECT 1 FROM grants
                    WHERE grants.user_id = ?1 AND grants.scope = feed.scope
                        AND grants.revoked_seq IS NULL))
                OR (feed.kind <> 1 AND feed.user_id = ?1))
             ORDER BY feed.seq DESC LIMIT 1",
        )?;
        let key = params![user.as_bytes(), seq(after)];
        Ok(statement.query_row(key, |row| FeedSeq::read(row, 0)).optional()?)
    }
}

const BY_FEED: &str = "SELECT changes.seq, changes.record,
        coalesce(changes.vouched_by, changes.author_device), changes.scope
    FROM changes
    JOIN grants ON grants.user_id = ?1 AND grants.scope = changes.scope
        AND grants.revoked_seq IS NULL AND grants.granted_seq < changes.seq
    JOIN scopes ON scopes.id = changes.scope AND scopes.on_devices = 1
    WHERE changes.seq > ?2 ORDER BY changes.seq LIMIT ?3";

const BY_SCOPE: &str = "SELECT changes.seq, changes.record,
        coalesce(changes.vouched_by, changes.author_device), changes.scope
    FROM grants
    JOIN scopes ON scopes.id = grants.scope AND scopes.on_devices = 1
    JOIN changes /*+ changes_by_scope */ ON changes.scope = grants.scope
        AND changes.seq > CASE WHEN ?2 > grants.granted_seq THEN ?2 ELSE grants.granted_seq END
    WHERE grants.user_id = ?1 AND grants.revoked_seq IS NULL
    ORDER BY changes.seq LIMIT ?3";

/// How many changes of the feed are read in the time of one look into a scope.
const SEEK_COST: u64 = 4;
