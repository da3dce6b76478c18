//! A server that takes everything and gives it to everybody, and one that refuses.
#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::collections::{BTreeMap, BTreeSet};

use model::change::RawChange;
use model::document::Document;
use model::ids::{Chain, ChangeHash, Epoch, FeedSeq, RecordId, Scope, TypeName};
use model::time::Span;
use model::wire::{
    CheckV1, ChunkV1, CursorV1, FeedPositionV1, OutcomeV1, PushResultV1, RecordUpdateV1, RetryV1,
    RevocationV1, SyncRequestV1, SyncResponseV1,
};

use crate::phone::{Phone, start};

/// A server: its feed, the change with the number 1 first.
#[derive(Default)]
pub(crate) struct Server {
    feed: Vec<(RecordId, Vec<u8>)>,
    known: BTreeSet<ChangeHash>,
    places: BTreeMap<RecordId, (TypeName, Scope)>,
    /// How long phones show what they hold without meeting it; `None` for a year.
    pub(crate) lease: Option<Span>,
}

impl Server {
    /// Goes round until nothing is new on either side.
    pub(crate) fn meets(&mut self, phone: &mut Phone) {
        for _ in 0..3 {
            let sent = phone.request();
            let lease_until = phone.now + self.lease.unwrap_or(Span::from_days(365));
            let server_time = phone.now;
            let answer = SyncResponseV1 { server_time, lease_until, ..self.answer(&sent) };
            phone.take(&sent, &answer);
        }
    }

    /// Takes a case away from a phone: all that it holds of it is handed over first.
    pub(crate) fn takes_away(&mut self, phone: &mut Phone, person: RecordId) {
        let of_case = |scope: &&Scope| scope.case == person.into();
        let mut scopes: BTreeSet<Scope> =
            self.places.values().map(|(_, scope)| scope).filter(of_case).cloned().collect();
        scopes.insert(Scope { case: person.into(), compartment: "OUT".parse().unwrap() });
        for _ in 0..2 {
            let sent = phone.request();
            let answer = self.answer(&sent);
            let seq = FeedSeq(self.feed.len() as u64);
            let revoked = scopes.iter().map(|scope| RevocationV1 { scope: scope.clone(), seq });
            let (server_time, revoked) = (phone.now, revoked.collect());
            let answer = SyncResponseV1 { server_time, revoked, pull: vec![], ..answer };
            phone.take(&sent, &answer);
        }
    }

    /// Returns whether a record of a type came here.
    pub(crate) fn has_of(&self, record_type: &str) -> bool {
        self.places.values().any(|(of, _)| of.as_str() == record_type)
    }

    fn answer(&mut self, request: &SyncRequestV1) -> SyncResponseV1 {
        let mut results = Vec::new();
        for push in &request.push {
            let change = RawChange::inspect(&push.change).unwrap();
            results.push(PushResultV1 { hash: change.hash(), outcome: OutcomeV1::Accepted });
            if !self.known.insert(change.hash()) {
                continue;
            }
            if change.deps().is_empty() {
                let envelope =
                    Document::from_changes([change.bytes()]).unwrap().envelope().unwrap();
                let scope = envelope.scope();
                self.places.insert(push.record, (envelope.record_type, scope));
            }
            self.feed.push((push.record, change.bytes().to_vec()));
        }
        let after = request.cursor.map_or(0, |at| usize::try_from(at.seq.0).unwrap());
        let records: BTreeSet<RecordId> =
            self.feed.iter().skip(after).map(|(record, _)| *record).collect();
        let pull = records.into_iter().map(|record| self.update(record, after)).collect();
        SyncResponseV1 { results, pull, ..nothing_new(self.feed.len() as u64) }
    }

    fn update(&self, record: RecordId, after: usize) -> RecordUpdateV1 {
        let (record_type, scope) = self.places[&record].clone();
        let of = |skipped: usize| {
            let feed = self.feed.iter().skip(skipped);
            feed.filter(move |(of, _)| *of == record).map(|(_, bytes)| bytes.clone())
        };
        let hashes: Vec<_> =
            of(0).map(|bytes| RawChange::inspect(&bytes).unwrap().hash()).collect();
        let chunk = ChunkV1::Changes(of(after).map(Into::into).collect());
        RecordUpdateV1 { record, record_type, scope, chunk, check: Some(CheckV1::of(&hashes)) }
    }
}

/// Refuses all that a phone sends, for a reason that stays.
pub(crate) fn refuse_all(phone: &mut Phone, code: &str) {
    let sent = phone.request();
    let results = sent.push.iter().map(|push| PushResultV1 {
        hash: RawChange::inspect(&push.change).unwrap().hash(),
        outcome: OutcomeV1::Refused {
            code: code.into(),
            reason: "this case is not assigned to you".into(),
            about: BTreeMap::new(),
            retry: RetryV1::Never,
        },
    });
    let answer = SyncResponseV1 { results: results.collect(), ..nothing_new(0) };
    phone.take(&sent, &answer);
}

fn nothing_new(seq: u64) -> SyncResponseV1 {
    let (seq, chain) = (FeedSeq(seq), Chain([1; 16]));
    let (epoch, since) = (Epoch(1), None);
    SyncResponseV1 {
        results: vec![],
        pull: vec![],
        revoked: vec![],
        cursor: Some(CursorV1 { epoch, effective_seq: seq, seq, chain, since }),
        head: FeedPositionV1 { seq, chain },
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
