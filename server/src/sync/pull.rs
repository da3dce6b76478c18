//! One page of what a device may see and has not got.
//!
//! A cursor (e, s) stands in the feed: everything that became visible before entry e is done. When
//! e opened a scope, its records are given newest first, and s is the first number of the record
//! given last, or 0 when all are done.
//!
//! A device that starts from nothing gets each scope as the feed's end had it then, not as it was
//! when it was opened years ago: records come whole, and no change by itself that was made before.

mod plan;

use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Catalogue;
use model::ids::{DeviceId, FeedSeq, RecordId, UserId};
use model::limits::{PAGE_BYTES_MAX, PAGE_UPDATES_MAX};
use model::wire::{AuthorV1, ChunkV1, CursorV1, FeedPositionV1, RecordUpdateV1, RevocationV1};
use serde_bytes::ByteBuf;

use crate::context::Context;
use crate::crypto::seal::SealingKey;
use crate::documents::{self, Readable, StoredChange};
use crate::error::StoreError;
use crate::store::grants;
use crate::store::meta::Life;
use crate::store::pages::{Arrival, Opening};
use crate::store::records::RecordRow;
use crate::store::sqlite::Reading;

use self::plan::{Plan, Step, Window};

/// Who pulls, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Puller {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
    /// The feed's end when the device last started from nothing: its own changes up to there come
    /// back, to this store of it and to a copy.
    pub(crate) full_since: FeedSeq,
    pub(crate) from: Position,
    /// Whether there is nothing on the device yet that could be dropped.
    pub(crate) holds_nothing: bool,
    pub(crate) refetch: Vec<RecordId>,
    pub(crate) bytes_max: usize,
}

/// A place in the feed, and in the scope that was opened there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) effective_seq: FeedSeq,
    /// 0 when everything of this entry is done.
    pub(crate) seq: FeedSeq,
    /// The feed's end when the device began with nothing, until it has come as far.
    pub(crate) since: Option<FeedSeq>,
}

impl Position {
    pub(crate) fn of(cursor: &CursorV1) -> Self {
        Self { effective_seq: cursor.effective_seq, seq: cursor.seq, since: cursor.since }
    }
}

/// A page.
pub(crate) struct Page {
    pub(crate) updates: Vec<RecordUpdateV1>,
    pub(crate) revoked: Vec<RevocationV1>,
    pub(crate) cursor: CursorV1,
    pub(crate) head: FeedPositionV1,
    pub(crate) more: bool,
    pub(crate) authors: BTreeMap<DeviceId, AuthorV1>,
    /// Names of the users whom fields of these records name.
    pub(crate) named: BTreeMap<UserId, String>,
}

/// Reads one page; `db` must show one state throughout.
pub(crate) fn page(
    db: &Reading<'_>,
    context: &Context,
    life: Life,
    puller: &Puller,
) -> Result<Page, StoreError> {
    let head = db.feed_head()?;
    let mut bench = PageBuilder {
        db,
        context,
        puller,
        updates: Vec::new(),
        bytes: 0,
        writers: BTreeSet::new(),
        own_floor: BTreeMap::new(),
    };
    let refetched = bench.refetch_all()?;
    let reached = if refetched { bench.fill(head.seq)? } else { puller.from };
    let mut authors = BTreeMap::new();
    for device in &bench.writers {
        if let Some(author) = db.author(*device)? {
            authors.insert(*device, author);
        }
    }
    let mut named = BTreeMap::new();
    for user in named_in(db, &context.catalogue, &bench.updates)? {
        named.extend(db.name_of(user)?.map(|name| (user, name)));
    }
    let chain = db
        .chain_at(reached.effective_seq)?
        .ok_or(StoreError::Damaged("an entry of the feed is missing"))?;
    Ok(Page {
        updates: bench.updates,
        revoked: db.revocations(puller.user, puller.from.effective_seq, reached.effective_seq)?,
        cursor: CursorV1 {
            epoch: life.epoch,
            effective_seq: reached.effective_seq,
            seq: reached.seq,
            chain,
            since: reached.since,
        },
        head,
        more: !refetched || (reached.effective_seq, reached.seq) != (head.seq, FeedSeq(0)),
        authors,
        named,
    })
}

/// The users whom the fields of these records name now.
fn named_in(
    db: &Reading<'_>,
    catalogue: &Catalogue,
    updates: &[RecordUpdateV1],
) -> Result<BTreeSet<UserId>, StoreError> {
    let types: BTreeMap<_, _> =
        updates.iter().map(|update| (update.record, &update.record_type)).collect();
    let mut named = BTreeSet::new();
    for (record, fields) in db.fields_of(types.keys().copied())? {
        let fields = serde_json::from_str(&fields).unwrap_or_default();
        let record_type = types.get(&record).and_then(|name| catalogue.record_type(name));
        named.extend(model::people::named_in(record_type, &fields));
    }
    Ok(named)
}

/// A page in the making.
struct PageBuilder<'a> {
    db: &'a Reading<'a>,
    context: &'a Context,
    puller: &'a Puller,
    updates: Vec<RecordUpdateV1>,
    bytes: usize,
    writers: BTreeSet<DeviceId>,
    /// For each scope: up to where the device's own changes come back to it.
    own_floor: BTreeMap<i64, FeedSeq>,
}

impl PageBuilder<'_> {
    /// Fills the page from where the device stands, and says where it stands then.
    fn fill(&mut self, head: FeedSeq) -> Result<Position, StoreError> {
        let from = self.puller.from;
        let started = from.effective_seq;
        // The entry it stands at may be a scope that was given in part.
        let first_opening = if from.seq == FeedSeq(0) { started.next() } else { started };
        let openings = self.db.openings(self.puller.user, first_opening, OPENINGS_AT_ONCE)?;
        let after = started.max(from.since.unwrap_or_default());
        let arrivals = self.db.arrivals(self.puller.user, after, head, PAGE_UPDATES_MAX)?;
        let opened: Vec<FeedSeq> = openings.iter().map(|opening| opening.at).collect();
        let arrived: Vec<FeedSeq> = arrivals.iter().map(|arrival| arrival.seq).collect();
        let plan = Plan::of(
            head,
            Window::new(&opened, OPENINGS_AT_ONCE),
            Window::new(&arrived, PAGE_UPDATES_MAX),
        );
        for step in plan.steps {
            let full_at = match step {
                Step::Arrivals(range) => {
                    self.add_arrivals(arrivals.get(range).unwrap_or_default())?
                }
                Step::Opening(place) => {
                    let Some(opening) = openings.get(place) else { continue };
                    let is_under_way = opening.at == started && from.seq != FeedSeq(0);
                    let below = if is_under_way { from.seq } else { self.as_of(opening).next() };
                    self.add_scope(opening, below)?
                }
            };
            if let Some(full_at) = full_at {
                return Ok(full_at);
            }
        }
        Ok(self.at(plan.horizon.max(started), FeedSeq(0)))
    }

    /// Adds changes in their order. Says where the page ends when it is full before their end.
    fn add_arrivals(&mut self, arrivals: &[Arrival]) -> Result<Option<Position>, StoreError> {
        let mut reached = None;
        let mut places: BTreeMap<RecordId, usize> = BTreeMap::new();
        let known = self.db.record_rows(arrivals.iter().map(|arrival| arrival.record))?;
        for arrival in arrivals {
            if self.is_full() {
                if let Some(reached) = reached {
                    self.settle_checks(&places, &known, reached);
                    return Ok(Some(self.at(reached, FeedSeq(0))));
                }
                // Full before the first: the page ends just before it.
                let before = FeedSeq(arrival.seq.0.saturating_sub(1));
                return Ok(Some(self.at(before, FeedSeq(0))));
            }
            if !self.is_own(arrival.scope_number, arrival.seq, arrival.handed_in_by)? {
                let known =
                    known.get(&arrival.record).ok_or(StoreError::Damaged("a record is missing"))?;
                let change = readable(known, || {
                    let key = self.context.keyring.key(&known.scope)?;
                    documents::change_at(self.db, &key, known.id, arrival.seq)
                })?;
                if let Some(change) = change {
                    self.writers.insert(change.author);
                    self.bytes += change.bytes.len();
                    let place = *places.entry(known.id).or_insert_with(|| {
                        self.updates.push(update(known, ChunkV1::Changes(Vec::new())));
                        self.updates.len() - 1
                    });
                    if let ChunkV1::Changes(changes) = &mut self.updates[place].chunk {
                        changes.push(ByteBuf::from(change.bytes));
                    }
                }
            }
            reached = Some(arrival.seq);
        }
        if let Some(reached) = reached {
            self.settle_checks(&places, &known, reached);
        }
        Ok(None)
    }

    /// Tells what the device then holds of each record of which nothing more follows.
    fn settle_checks(
        &mut self,
        places: &BTreeMap<RecordId, usize>,
        known: &BTreeMap<RecordId, RecordRow>,
        reached: FeedSeq,
    ) {
        for (record, place) in places {
            let complete = known.get(record).filter(|known| known.last_seq <= reached);
            self.updates[*place].check = complete.map(|known| known.check);
        }
    }

    /// Adds the records of a scope that was opened, the newest first, from below a record's first
    /// number. Says where the page ends when it is full before the scope's end.
    fn add_scope(
        &mut self,
        opening: &Opening,
        below: FeedSeq,
    ) -> Result<Option<Position>, StoreError> {
        let until = self.as_of(opening);
        let mut reached = below;
        loop {
            let records = self.db.records_before(opening.scope_number, reached, RECORDS_AT_ONCE)?;
            for known in &records {
                if self.is_full() {
                    return Ok(Some(self.at(opening.at, reached)));
                }
                reached = known.first_seq;
                readable(known, || self.add_record(known, until))?;
            }
            if records.len() < RECORDS_AT_ONCE {
                return Ok(None);
            }
        }
    }

    /// A place that this page reaches.
    fn at(&self, effective_seq: FeedSeq, seq: FeedSeq) -> Position {
        let since = self.puller.from.since;
        let is_under_way = |since: &FeedSeq| effective_seq < *since || seq != FeedSeq(0);
        Position { effective_seq, seq, since: since.filter(is_under_way) }
    }

    /// The entry of the feed up to which an opened scope is given.
    fn as_of(&self, opening: &Opening) -> FeedSeq {
        opening.at.max(self.puller.from.since.unwrap_or_default())
    }

    /// Adds a record as it was at an entry of the feed.
    fn add_record(&mut self, known: &RecordRow, until: FeedSeq) -> Result<(), StoreError> {
        let key = self.context.keyring.key(&known.scope)?;
        let origins = self.db.origins(known.id, until)?;
        let mut foreign = BTreeSet::new();
        for origin in &origins {
            if !self.is_own(known.scope_number, origin.seq, origin.handed_in_by)? {
                foreign.insert(origin.seq);
            }
        }
        if foreign.is_empty() {
            return Ok(());
        }
        let complete = known.last_seq <= until;
        let snapshot = self
            .db
            .snapshot_before(known.id, until.next())?
            .filter(|snapshot| snapshot.count >= CHANGES_WORTH_A_SNAPSHOT)
            // A snapshot is disposable: whatever is wrong with it, the changes are the truth.
            .and_then(|snapshot| {
                let bytes = documents::snapshot_bytes(self.db, &key, known.id, snapshot).ok()?;
                Some((snapshot, bytes))
            });
        let (snapshot, saved) = snapshot.unzip();
        let after = snapshot.map_or(FeedSeq(0), |snapshot| snapshot.made_seq);
        let found = self.readable_after(&key, known, after)?;
        // The device is told of no check that it could not meet.
        let complete = complete && found.unreadable.is_empty();
        let tail: Vec<StoredChange> =
            found.changes.into_iter().filter(|change| change.seq <= until).collect();
        let has_tail = !tail.is_empty();
        self.writers.extend(origins.iter().map(|origin| origin.author));
        if tail.iter().map(|change| change.bytes.len()).sum::<usize>() > PAGE_BYTES_MAX {
            // Saved as one document it is smaller than a record may be, and fits an answer. Where
            // it holds changes of later entries, these come once more.
            let (document, _) =
                documents::load_readable(self.db, self.context.keyring.keys(), known)?;
            let saved = document.automerge().save_nocompress();
            self.push(known, ChunkV1::Snapshot(saved), complete);
            return Ok(());
        }
        if let Some(bytes) = saved {
            self.push(known, ChunkV1::Snapshot(bytes), complete && !has_tail);
        }
        let mut changes = Vec::new();
        for change in tail {
            if snapshot.is_some() || foreign.contains(&change.seq) {
                changes.push(ByteBuf::from(change.bytes));
            }
        }
        if !changes.is_empty() {
            self.push(known, ChunkV1::Changes(changes), complete);
        }
        Ok(())
    }

    /// Adds the records that were asked for whole, until the page is full. Says whether that was
    /// not before the last; the device asks for the others again.
    fn refetch_all(&mut self) -> Result<bool, StoreError> {
        for record in &self.puller.refetch {
            if self.is_full() {
                return Ok(false);
            }
            self.refetch(*record)?;
        }
        // What comes of the feed has room of its own: a record that never fits must not keep the
        // rest from coming.
        self.bytes = 0;
        Ok(true)
    }

    /// Adds a record whole, if its scope is open.
    fn refetch(&mut self, record: RecordId) -> Result<(), StoreError> {
        let Some(known) = self.db.record_row(record)? else { return Ok(()) };
        let standing = self.db.grant_state(self.puller.user, known.scope_number)?;
        let allowed = grants::on_devices(&self.context.catalogue, &known.scope.compartment);
        if standing != grants::GrantState::Open || !allowed {
            return Ok(());
        }
        readable(&known, || self.add_whole(&known)).map(drop)
    }

    fn add_whole(&mut self, known: &RecordRow) -> Result<(), StoreError> {
        let key = self.context.keyring.key(&known.scope)?;
        let Readable { changes, unreadable } = self.readable_after(&key, known, FeedSeq(0))?;
        self.writers.extend(changes.iter().map(|change| change.author));
        let chunk =
            if changes.iter().map(|change| change.bytes.len()).sum::<usize>() > PAGE_BYTES_MAX {
                let (document, _) =
                    documents::load_readable(self.db, self.context.keyring.keys(), known)?;
                ChunkV1::Snapshot(document.automerge().save_nocompress())
            } else {
                let bytes = changes.into_iter().map(|change| ByteBuf::from(change.bytes));
                ChunkV1::Changes(bytes.collect())
            };
        self.push(known, chunk, unreadable.is_empty());
        Ok(())
    }

    /// The changes of a record after a number, without those that cannot be read.
    fn readable_after(
        &self,
        key: &SealingKey,
        known: &RecordRow,
        after: FeedSeq,
    ) -> Result<Readable, StoreError> {
        match documents::changes_after(self.db, key, known.id, after) {
            Ok(changes) => Ok(Readable { changes, unreadable: Vec::new() }),
            Err(StoreError::Damaged(_)) => {
                tracing::error!(record = %known.id, "changes are left out of a pull");
                documents::readable_after(self.db, key, known.id, after)
            }
            Err(error) => Err(error),
        }
    }

    fn push(&mut self, known: &RecordRow, chunk: ChunkV1, complete: bool) {
        self.bytes += match &chunk {
            ChunkV1::Snapshot(bytes) => bytes.len(),
            ChunkV1::Changes(changes) => changes.iter().map(|change| change.len()).sum(),
        };
        let mut update = update(known, chunk);
        update.check = complete.then_some(known.check);
        self.updates.push(update);
    }

    fn is_full(&self) -> bool {
        self.bytes >= self.puller.bytes_max || self.updates.len() >= PAGE_UPDATES_MAX
    }

    /// Returns whether the device handed this in itself and still has it. What others vouched for
    /// in its name it may have lost.
    fn is_own(
        &mut self,
        scope: i64,
        seq: FeedSeq,
        handed_in_by: DeviceId,
    ) -> Result<bool, StoreError> {
        if handed_in_by != self.puller.device {
            return Ok(false);
        }
        let floor = match self.own_floor.get(&scope) {
            Some(floor) => *floor,
            None => {
                let dropped = self.db.dropped_until(self.puller.device, scope)?;
                let floor = dropped.max(self.puller.full_since);
                self.own_floor.insert(scope, floor);
                floor
            }
        };
        Ok(seq > floor)
    }
}

/// Runs one reading of a record. Returns `None` if the record cannot be read, which must not keep
/// the others from coming. A case that was erased has no key any more; anything else is said in the
/// log.
fn readable<T>(
    known: &RecordRow,
    read: impl FnOnce() -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    match read() {
        Ok(read) => Ok(Some(read)),
        Err(error @ (StoreError::KeyMissing | StoreError::Damaged(_))) => {
            tracing::error!(record = %known.id, %error, "a record is left out of a pull");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn update(known: &RecordRow, chunk: ChunkV1) -> RecordUpdateV1 {
    RecordUpdateV1 {
        record: known.id,
        record_type: known.record_type.clone(),
        scope: known.scope.clone(),
        chunk,
        check: None,
    }
}

/// A record of fewer changes travels as its changes: a snapshot is larger than so few.
const CHANGES_WORTH_A_SNAPSHOT: u64 = 16;

/// Records of a scope looked at together.
const RECORDS_AT_ONCE: usize = 256;

/// Scopes looked at for one page.
const OPENINGS_AT_ONCE: usize = 1_024;
