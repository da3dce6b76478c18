//! The feed: one gapless number for each accepted change, grant and revocation, in commit order,
//! each with the chain of all before it.

use model::ids::{Chain, ChangeHash, FeedSeq, Scope, UserId};
use model::wire::FeedPositionV1;
use model::words::Finding;
use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::sqlite::{Reading, Writing};
use super::{Column, seq as number};
use crate::error::StoreError;

/// What an entry of the feed says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// A change was accepted into a scope.
    Change(ChangeHash),
    /// A scope was opened to a user.
    Grant(UserId, &'a Scope),
    /// A scope was closed to a user.
    Revocation(UserId, &'a Scope),
}

impl Entry<'_> {
    /// The number that says which of the three it is.
    pub(crate) fn kind(self) -> i64 {
        match self {
            Self::Change(_) => 1,
            Self::Grant(..) => 2,
            Self::Revocation(..) => 3,
        }
    }

    /// Returns what goes into the chain.
    pub(crate) fn digest(self) -> [u8; 32] {
        let (purpose, user, scope) = match self {
            Self::Change(hash) => return hash.0,
            Self::Grant(user, scope) => ("fieldbook grant 1", user, scope),
            Self::Revocation(user, scope) => ("fieldbook revocation 1", user, scope),
        };
        Sha256::new()
            .chain_update(purpose)
            .chain_update(user.as_bytes())
            .chain_update(scope.case.as_bytes())
            .chain_update(scope.compartment.as_str())
            .finalize()
            .into()
    }

    fn user(self) -> Option<UserId> {
        match self {
            Self::Change(_) => None,
            Self::Grant(user, _) | Self::Revocation(user, _) => Some(user),
        }
    }
}

impl Reading<'_> {
    /// The end of the feed as written by the last transaction.
    pub(crate) fn feed_head(&self) -> Result<FeedPositionV1, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT seq, hash FROM heads WHERE name = 'feed'")?;
        let found = statement.query_row([], |row| Ok((FeedSeq::read(row, 0)?, row.get(1)?)));
        match found.optional()? {
            None => Ok(FeedPositionV1 { seq: FeedSeq(0), chain: Chain::default() }),
            Some((seq, chain)) => Ok(FeedPositionV1 { seq, chain: Chain(chain) }),
        }
    }

    /// The chain at a number; none past the end.
    pub(crate) fn chain_at(&self, at: FeedSeq) -> Result<Option<Chain>, StoreError> {
        if at == FeedSeq(0) {
            return Ok(Some(Chain::default()));
        }
        let mut statement = self.db.prepare_cached("SELECT chain FROM feed WHERE seq = ?1")?;
        Ok(statement.query_row([number(at)], |row| row.get(0).map(Chain)).optional()?)
    }

    /// Returns whether the feed said the same up to this position as it does now.
    pub(crate) fn feed_agrees(&self, at: FeedPositionV1) -> Result<bool, StoreError> {
        Ok(self.chain_at(at.seq)? == Some(at.chain))
    }

    /// Returns whether these changes stand in the feed under their numbers and this scope.
    pub(crate) fn feed_holds(
        &self,
        scope: i64,
        changes: impl Iterator<Item = (FeedSeq, ChangeHash)>,
    ) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT 1 FROM feed WHERE seq = ?1 AND kind = 1 AND scope = ?2 AND entry = ?3",
        )?;
        for (seq, hash) in changes {
            if !statement.exists(params![number(seq), scope, hash.0])? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads the feed from its beginning and says what does not hold. Also how many entries there are.
    pub(crate) fn check_feed(&self) -> Result<(u64, Vec<Finding>), StoreError> {
        let mut problems = Vec::new();
        let mut at = FeedPositionV1 { seq: FeedSeq(0), chain: Chain::default() };
        let mut statement = self.db.prepare("SELECT seq, entry, chain FROM feed ORDER BY seq")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (seq, entry) = (FeedSeq::read(row, 0)?, row.get::<_, [u8; 32]>(1)?);
            let chain = Chain(row.get(2)?);
            if seq != at.seq.next() {
                let (from, to) = (at.seq.0 + 1, seq.0.saturating_sub(1));
                problems.push(Finding::FeedGap(from, to));
            } else if at.chain.followed_by(&entry) != chain {
                problems.push(Finding::FeedAltered(seq.0));
            }
            at = FeedPositionV1 { seq, chain };
        }
        let noted = self.feed_head()?;
        if noted != at {
            problems.push(Finding::FeedEnd(at.seq.0, noted.seq.0));
        }
        Ok((at.seq.0, problems))
    }
}

impl Writing<'_> {
    /// Notes the end of the feed, once at the end of a transaction.
    pub(crate) fn set_feed_head(&self, head: FeedPositionV1) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO heads (name, seq, hash) VALUES ('feed', ?1, ?2)
             ON CONFLICT (name) DO UPDATE SET
                 seq = excluded.seq, hash = excluded.hash",
            )?
            .execute(params![number(head.seq), head.chain.0])?;
        Ok(())
    }

    /// Appends changes of a scope after `head`, which moves on. Returns their numbers.
    pub(crate) fn append_changes_to_feed(
        &self,
        head: &mut FeedPositionV1,
        scope: i64,
        hashes: &[ChangeHash],
    ) -> Result<Vec<FeedSeq>, StoreError> {
        hashes.iter().map(|hash| self.append_to_feed(head, scope, Entry::Change(*hash))).collect()
    }

    /// Appends an entry after `head`, which moves on.
    pub(crate) fn append_to_feed(
        &self,
        head: &mut FeedPositionV1,
        scope: i64,
        entry: Entry<'_>,
    ) -> Result<FeedSeq, StoreError> {
        let digest = entry.digest();
        let next = FeedPositionV1 { seq: head.seq.next(), chain: head.chain.followed_by(&digest) };
        let user = entry.user();
        self.db.prepare_cached(
            "INSERT INTO feed (seq, kind, scope, user_id, entry, chain) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            number(next.seq),
            entry.kind(),
            scope,
            user.as_ref().map(UserId::as_bytes),
            digest,
            next.chain.0
        ])?;
        *head = next;
        Ok(next.seq)
    }
}
