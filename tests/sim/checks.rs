//! Healing, and the checks afterwards.

use std::collections::{BTreeMap, BTreeSet};

use client_core::engine::Reason;
use client_core::store::RecordState;
use client_core::store::query::RecordView;
use fieldbook_tests::raw::RawDevice;
use model::document::Document;
use model::ids::{ChangeHash, RecordId};
use model::record::Envelope;
use model::time::Span;
use serde_json::{Value as Json, json};

use crate::ledger::Holding;
use crate::releases::Release;
use crate::world::World;

impl World {
    /// Nothing goes wrong any more: everybody synchronizes until nothing moves.
    pub(crate) fn heal(&mut self) {
        self.faults = false;
        for phone in 0..self.phones.len() {
            self.phones[phone].signal = true;
            self.phones[phone].late_work = None;
        }
        self.trace.say("everything heals");
        self.call_clones_in();
        let mut before = self.state();
        for _ in 0..ROUNDS_MAX {
            for phone in self.alive() {
                self.synchronize_until_quiet(phone);
            }
            let after = self.state();
            if after == before {
                return;
            }
            before = after;
        }
        panic!("after {ROUNDS_MAX} rounds without faults there is still something moving");
    }

    /// One phone's sync, with everything that is on its way.
    pub(crate) fn synchronize_until_quiet(&mut self, phone: usize) {
        self.want_sync(phone, Reason::Person);
        while !self.flights.is_empty() || self.phones.iter().any(|phone| phone.wake_at.is_some()) {
            self.pass(Span::from_hours(2));
        }
    }

    /// Checks everything that must be true when the world is quiet.
    pub(crate) fn check(&mut self) {
        let truth = self.audited();
        let mut wrong = Vec::new();
        wrong.extend(self.server.verify().into_iter().map(|what| format!("server: {what}")));
        self.check_promises(&truth, &mut wrong);
        for phone in self.alive() {
            self.check_phone(phone, &truth, &mut wrong);
        }
        self.check_ledger(&truth, &mut wrong);
        let conflicts: usize =
            truth.views.values().map(|view| view["conflicts"].as_array().map_or(0, Vec::len)).sum();
        self.tally.add("conflict kept", conflicts as u64);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Two installations with one identity: both hand over what they have, then the identity is
    /// revoked and their owner gets a new phone.
    fn call_clones_in(&mut self) {
        let mut met: BTreeMap<_, usize> = BTreeMap::new();
        let mut doubled = Vec::new();
        for phone in self.alive() {
            if met.insert(self.phones[phone].id, phone).is_some() {
                doubled.push(phone);
            }
        }
        for twin in doubled {
            let id = self.phones[twin].id;
            let both: Vec<_> =
                self.alive().into_iter().filter(|phone| self.phones[*phone].id == id).collect();
            for phone in &both {
                self.synchronize_until_quiet(*phone);
            }
            if self.phones[twin].gone.is_none() {
                self.revoke(twin);
            }
            for phone in both {
                if self.phones[phone].gone.is_none() {
                    self.synchronize_until_quiet(phone);
                }
            }
        }
    }

    /// Returns the changes that each phone holds, and how many it has to send, to see whether
    /// anything moves.
    fn state(&mut self) -> BTreeMap<usize, (BTreeSet<ChangeHash>, u64)> {
        let mut state = BTreeMap::new();
        for phone in self.alive() {
            self.start(phone);
            let records = self.phones[phone].records();
            let (device, _) = self.phones[phone].running();
            let read = device.store().read();
            let mut held = BTreeSet::new();
            for record in records {
                let history = read.history(record).unwrap().unwrap_or_default();
                held.extend(history.into_iter().map(|entry| entry.change));
            }
            state.insert(phone, (held, read.outbox_size().unwrap()));
        }
        state
    }

    /// Returns the records that the server sends to a user who may see everything that phones may
    /// hold, through a device that shares no code with the phones.
    fn audited(&mut self) -> Truth {
        const NAME: &str = "Aurelio Aspen";
        let role = "SUP".parse().unwrap();
        let clock = self.clock;
        let programs: Vec<_> = self.catalogue.programs.keys().cloned().collect();
        let (admin, rng) = self.server.admin();
        for (index, program) in programs.iter().enumerate() {
            if index == 0 {
                admin.user_add(clock, rng, NAME, &role, program).unwrap();
            } else {
                admin.user_grant(clock, NAME, &role, program).unwrap();
            }
        }
        let code = self.server.invite(clock, NAME);
        let mut dice = self.dice();
        let mut device = RawDevice::enroll(self.server.service(), clock, &mut dice, &code);
        let mut truth = Truth::default();
        for (record, changes) in device.pull(self.server.service(), clock) {
            let document =
                Document::from_changes(changes.iter().map(|change| &change.bytes)).unwrap();
            truth.envelopes.insert(record, document.envelope().unwrap());
            let shown = document.record(&self.catalogue).unwrap();
            let conflicts: Vec<_> =
                shown.to_review().map(|c| nameless(c.to_json(&|_| String::new()))).collect();
            let view = json!({"fields": shown.fields_json(), "conflicts": conflicts});
            truth.views.insert(record, view);
            let hashes = document.changes().into_iter().map(|change| change.hash).collect();
            truth.hashes.insert(record, hashes);
            truth.documents.insert(record, document);
        }
        truth.releases = Release::among(&self.catalogue, &truth.documents);
        truth
    }

    /// Everything that the server said it took is there, and nothing else.
    fn check_promises(&self, truth: &Truth, wrong: &mut Vec<String>) {
        let there: BTreeSet<ChangeHash> = truth.hashes.values().flatten().copied().collect();
        for hash in self.server.taken.hashes.difference(&there) {
            wrong.push(format!("the server accepted {hash} and does not give it out"));
        }
        for hash in there.difference(&self.server.taken.hashes) {
            wrong.push(format!("the server gives out {hash}, which it never accepted"));
        }
    }

    fn check_phone(&mut self, phone: usize, truth: &Truth, wrong: &mut Vec<String>) {
        self.start(phone);
        let owner = self.phones[phone].owner;
        let rows = self.rows(phone);
        let name = self.name_of(owner).to_owned();
        let (device, _) = self.phones[phone].running();
        let met_at = device.store().read().lease().unwrap().server_time;
        let (all, releases) = (&truth.envelopes, &truth.releases);
        let may = self.department.may_hold(&self.catalogue, owner, met_at, all, releases);
        let without = self.department.may_hold(&self.catalogue, owner, met_at, all, &[]);
        self.tally.add("held under a consent", (may.len() - without.len()) as u64);
        let (device, _) = self.phones[phone].running();
        let read = device.store().read();
        let mut complain = |what: String| wrong.push(format!("phone {phone} of {name}: {what}"));

        let problems = device.verify().unwrap().problems;
        problems.iter().for_each(|problem| complain(format!("{problem:?}")));
        if read.outbox_size().unwrap() > 0 {
            complain(format!("{} changes were never handed over", read.outbox_size().unwrap()));
        }
        let feed = read.feed().unwrap();
        if feed.reconcile.is_some()
            || !read.pending_revocations().unwrap().is_empty()
            || !read.dropped_scopes(usize::MAX).unwrap().is_empty()
            || !read.refetch_page(usize::MAX).unwrap().is_empty()
        {
            complain("it owes the server something".into());
        }

        let held: BTreeSet<RecordId> = rows.iter().map(|row| row.record).collect();
        for record in may.difference(&held) {
            complain(format!("it lacks {record} ({})", truth.envelopes[record].record_type));
        }
        for row in &rows {
            let Some(hashes) = truth.hashes.get(&row.record) else {
                if row.state != RecordState::Refused {
                    complain(format!("only it has {}, which was not refused", row.record));
                }
                continue;
            };
            if !may.contains(&row.record) {
                complain(format!("it holds {} ({}) and may not", row.record, row.record_type));
            }
            let history = read.history(row.record).unwrap().unwrap_or_default();
            let here: BTreeSet<ChangeHash> = history.iter().map(|entry| entry.change).collect();
            if here != *hashes {
                let more: Vec<_> = here.difference(hashes).map(ToString::to_string).collect();
                let less: Vec<_> = hashes.difference(&here).map(ToString::to_string).collect();
                complain(format!("{}: has besides {more:?}, lacks {less:?}", row.record));
                continue;
            }
            let view = read.record_view(row.record).unwrap().expect("it is listed");
            if shown(&view) != truth.views[&row.record] {
                complain(format!("it shows {} differently than the server has it", row.record));
            }
        }
    }

    /// Whatever was saved is somewhere, or its last holder is known to be gone.
    fn check_ledger(&mut self, truth: &Truth, wrong: &mut Vec<String>) {
        let mut held = Holding::default();
        for (record, document) in &truth.documents {
            held.add_document(&self.catalogue, *record, document);
        }
        self.server.taken.add_to(&self.catalogue, &mut held);
        for phone in self.alive() {
            self.phones[phone].add_set_aside_to(&mut held);
        }
        for save in self.ledger.saves.iter().filter(|save| save.excused.is_none()) {
            if !save.is_in(&held) {
                wrong.push(format!(
                    "step {}: phone {} saved {} of {} ({:?}), and it is nowhere",
                    save.step, save.phone, save.hash, save.record, save.edits
                ));
            }
        }
    }
}

/// What the server has, as somebody who may see it all sees it.
#[derive(Default)]
struct Truth {
    envelopes: BTreeMap<RecordId, Envelope>,
    documents: BTreeMap<RecordId, Document>,
    releases: Vec<Release>,
    hashes: BTreeMap<RecordId, BTreeSet<ChangeHash>>,
    views: BTreeMap<RecordId, Json>,
}

/// Returns a record as a phone shows it, without its authors: names may change.
fn shown(view: &RecordView) -> Json {
    let conflicts: Vec<_> = view.conflicts.iter().map(|c| nameless(c.to_json())).collect();
    json!({"fields": view.fields, "conflicts": conflicts})
}

fn nameless(mut conflict: Json) -> Json {
    for value in conflict["values"].as_array_mut().into_iter().flatten() {
        value["by"] = Json::Null;
    }
    conflict
}

/// Rounds in which everybody synchronizes once. Two hand everything over and give it out, the
/// others are for what was refused, dropped, or asked for again.
const ROUNDS_MAX: usize = 8;
