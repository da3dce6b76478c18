//! A server that forgets nothing and trusts nearly everything, and answers made by hand.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::{Signer, SigningKey};
use model::change::RawChange;
use model::document::Document;
use model::ids::{Chain, ChangeHash, DeviceId, Epoch, FeedSeq, RecordId, Scope, TypeName};
use model::proof;
use model::time::{Span, Timestamp};
use model::wire::{
    CheckV1, ChunkV1, CursorV1, FeedPositionV1, HeldV1, OrderKindV1, OrderV1, OutcomeV1,
    PushResultV1, ReconcileAnswerV1, ReconcileOfferV1, RecordUpdateV1, RetryV1, RevocationV1,
    SyncRequestV1, SyncResponseV1,
};

use crate::phone::start;

/// What a server keeps: its feed, and the records out of it.
#[derive(Clone)]
pub(crate) struct TestServer {
    pub(crate) epoch: Epoch,
    /// The change with the number 1 first.
    feed: Vec<(RecordId, Vec<u8>)>,
    known: BTreeSet<ChangeHash>,
    places: BTreeMap<RecordId, (TypeName, Scope)>,
    /// The most changes in one page.
    pub(crate) page: usize,
    /// Devices that have finished the reconcile of this epoch.
    reconciled: BTreeSet<DeviceId>,
}

impl TestServer {
    pub(crate) fn new() -> Self {
        Self {
            epoch: Epoch(1),
            feed: vec![],
            known: BTreeSet::new(),
            places: BTreeMap::new(),
            page: usize::MAX,
            reconciled: BTreeSet::new(),
        }
    }

    /// This server as it is put back from a backup.
    pub(crate) fn restored(mut self) -> Self {
        self.epoch = Epoch(self.epoch.0 + 1);
        self.reconciled.clear();
        self
    }

    /// How many changes it has.
    pub(crate) fn changes(&self) -> usize {
        self.feed.len()
    }

    pub(crate) fn answer(&mut self, request: &SyncRequestV1) -> SyncResponseV1 {
        let mut answer = nothing_new();
        let lost = |epoch: Epoch| epoch != self.epoch;
        let foreign = request.cursor.is_some_and(|cursor| lost(cursor.epoch))
            || request.seen.is_some_and(|seen| seen.chain != chain(self.epoch));
        let reconciling =
            (foreign || request.reconcile.is_some()) && !self.reconciled.contains(&request.device);
        answer.results = request
            .push
            .iter()
            .map(|push| {
                let change = RawChange::inspect(&push.change).unwrap();
                let vouched = change.actor().device != request.device && !reconciling;
                PushResultV1 {
                    hash: change.hash(),
                    outcome: self.store(push.record, &change, vouched),
                }
            })
            .collect();
        answer.head = self.head();
        if reconciling {
            answer.reconcile = Some(self.reconcile(request.device, request.reconcile.as_ref()));
            return answer;
        }
        let after = request.cursor.map_or(0, |at| usize::try_from(at.seq.0).unwrap());
        let upto = self.feed.len().min(after.saturating_add(self.page));
        answer.pull = self.updates(after, upto);
        answer.pull.extend(request.refetch.iter().filter_map(|record| self.whole(*record)));
        answer.more = upto < self.feed.len();
        answer.cursor = Some(self.cursor(upto as u64));
        answer
    }

    pub(crate) fn check(&self, record: RecordId) -> CheckV1 {
        let of = self.feed.iter().filter(|(of, _)| *of == record);
        let hashes: Vec<_> = of.map(|(_, bytes)| hash_of(bytes)).collect();
        CheckV1::of(&hashes)
    }

    fn store(&mut self, record: RecordId, change: &RawChange, foreign: bool) -> OutcomeV1 {
        if self.known.contains(&change.hash()) {
            return OutcomeV1::Known;
        }
        if foreign {
            return refused("foreign_actor", RetryV1::Never);
        }
        if !change.deps().iter().all(|dep| self.known.contains(dep)) {
            return refused("missing_dependencies", RetryV1::AfterPull);
        }
        let written = self.feed.iter().map(|(_, bytes)| RawChange::inspect(bytes).unwrap());
        let number = (change.actor(), change.seq());
        if written.into_iter().any(|known| (known.actor(), known.seq()) == number) {
            return refused("equivocation", RetryV1::Never);
        }
        if change.deps().is_empty() {
            let document = Document::from_changes([change.bytes()]).unwrap();
            let envelope = document.envelope().unwrap();
            let scope = envelope.scope();
            self.places.insert(record, (envelope.record_type, scope));
        }
        self.known.insert(change.hash());
        self.feed.push((record, change.bytes().to_vec()));
        OutcomeV1::Accepted
    }

    fn updates(&self, after: usize, upto: usize) -> Vec<RecordUpdateV1> {
        let mut records: Vec<RecordId> = vec![];
        for (record, _) in &self.feed[after..upto] {
            if !records.contains(record) {
                records.push(*record);
            }
        }
        let of = |record| {
            let changes = self.feed[after..upto].iter().filter(move |(of, _)| *of == record);
            let changes = changes.map(|(_, bytes)| bytes.clone()).collect();
            let more = self.feed[upto..].iter().any(|(of, _)| *of == record);
            self.update(record, changes, (!more).then(|| self.check(record)))
        };
        records.into_iter().map(of).collect()
    }

    pub(crate) fn whole(&self, record: RecordId) -> Option<RecordUpdateV1> {
        self.places.get(&record)?;
        let changes = self.feed.iter().filter(|(of, _)| *of == record);
        let changes = changes.map(|(_, bytes)| bytes.clone()).collect();
        Some(self.update(record, changes, Some(self.check(record))))
    }

    fn update(
        &self,
        record: RecordId,
        changes: Vec<Vec<u8>>,
        check: Option<CheckV1>,
    ) -> RecordUpdateV1 {
        let (record_type, scope) = self.places[&record].clone();
        let changes = changes.into_iter().map(Into::into).collect();
        RecordUpdateV1 { record, record_type, scope, chunk: ChunkV1::Changes(changes), check }
    }

    fn reconcile(
        &mut self,
        device: DeviceId,
        offer: Option<&ReconcileOfferV1>,
    ) -> ReconcileAnswerV1 {
        let mut answer = ReconcileAnswerV1 { epoch: self.epoch, differs: vec![], finished: false };
        let Some(offer) = offer.filter(|offer| offer.epoch == self.epoch) else { return answer };
        for held in &offer.holds {
            if self.check(held.record) != held.check {
                let of = self.feed.iter().filter(|(of, _)| *of == held.record);
                let hashes = of.map(|(_, bytes)| hash_of(bytes)).collect();
                answer.differs.push(HeldV1 { record: held.record, hashes });
            }
        }
        if offer.complete {
            answer.finished = true;
            self.reconciled.insert(device);
        }
        answer
    }

    fn cursor(&self, seq: u64) -> CursorV1 {
        let seq = FeedSeq(seq);
        CursorV1 {
            epoch: self.epoch,
            effective_seq: seq,
            seq,
            chain: chain(self.epoch),
            since: None,
        }
    }

    fn head(&self) -> FeedPositionV1 {
        FeedPositionV1 { seq: FeedSeq(self.feed.len() as u64), chain: chain(self.epoch) }
    }
}

/// Goes round until nothing is left; returns how many requests it took.
pub(crate) fn sync(phone: &mut crate::phone::Phone, server: &mut TestServer) -> usize {
    let mut again = false;
    for requests in 1..=200 {
        let sent = if again { phone.request_again() } else { phone.request() };
        let answer = server.answer(&sent);
        let summary = phone.take(&sent, &answer);
        if summary.left.is_nothing() {
            return requests;
        }
        again = !summary.left.pull;
    }
    panic!("the device and the server go on for ever");
}

/// An answer that says nothing: the device stands at number 1.
pub(crate) fn nothing_new() -> SyncResponseV1 {
    SyncResponseV1 {
        results: vec![],
        pull: vec![],
        revoked: vec![],
        cursor: Some(cursor_at(1)),
        head: FeedPositionV1 { seq: FeedSeq(1), chain: chain(Epoch(1)) },
        more: false,
        reconcile: None,
        catalogue: None,
        earlier_catalogues: Vec::new(),
        profile: None,
        authors: BTreeMap::new(),
        decided: vec![],
        server_time: start(),
        lease_until: start() + Span::from_days(365),
        orders: vec![],
        announcement: None,
        colleagues: None,
        named: BTreeMap::new(),
    }
}

/// Every pushed change got this outcome.
pub(crate) fn all(request: &SyncRequestV1, outcome: &OutcomeV1) -> SyncResponseV1 {
    let result = |hash| PushResultV1 { hash, outcome: outcome.clone() };
    let results = hashes(request).into_iter().map(result).collect();
    SyncResponseV1 { results, ..nothing_new() }
}

pub(crate) fn hashes(request: &SyncRequestV1) -> Vec<ChangeHash> {
    request.push.iter().map(|push| hash_of(&push.change)).collect()
}

pub(crate) fn refused(code: &str, retry: RetryV1) -> OutcomeV1 {
    OutcomeV1::Refused {
        code: code.into(),
        reason: "for a reason".into(),
        about: Default::default(),
        retry,
    }
}

/// A scope by its case and compartment.
pub(crate) fn scope_of(case: RecordId, compartment: &str) -> Scope {
    Scope { case: case.into(), compartment: compartment.parse().unwrap() }
}

pub(crate) fn revoked(scope: &Scope, seq: u64) -> RevocationV1 {
    RevocationV1 { scope: scope.clone(), seq: FeedSeq(seq) }
}

pub(crate) fn cursor_at(seq: u64) -> CursorV1 {
    let seq = FeedSeq(seq);
    CursorV1 { epoch: Epoch(1), effective_seq: seq, seq, chain: chain(Epoch(1)), since: None }
}

/// An order signed by `key`.
pub(crate) fn order(
    key: &SigningKey,
    device: DeviceId,
    order: OrderKindV1,
    at: Timestamp,
) -> OrderV1 {
    let signature = key.sign(&proof::order_message(device, order, at));
    OrderV1 { order, at, signature: signature.to_bytes().to_vec() }
}

pub(crate) fn server_key() -> SigningKey {
    SigningKey::from_bytes(&[77; 32])
}

fn chain(epoch: Epoch) -> Chain {
    Chain([u8::try_from(epoch.0).unwrap(); 16])
}

fn hash_of(bytes: &[u8]) -> ChangeHash {
    RawChange::inspect(bytes).unwrap().hash()
}
