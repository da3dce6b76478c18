//! Synchronization as the world performs it: the engine's effects, and what is on its way.

use std::collections::{BTreeSet, VecDeque};

use client_core::engine::{
    Effect, Event, PageSizes, Reason, SyncOutcome, Ticket, Traffic, TransportFailure,
};
use client_core::sync;
use model::ids::{RecordId, UserId};
use model::time::{Span, Timestamp};
use model::wire::SyncResponseV1;
use rand::RngExt;

use crate::link::{Fate, Flight, Load, damage};
use crate::phone::Exchange;
use crate::server::{Answered, Verdict};
use crate::world::World;

impl World {
    /// Hands an event to a phone's engine, and does what that asks for until nothing is left to do
    /// or the program dies over it.
    pub(crate) fn handle(&mut self, phone: usize, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            if self.phones[phone].device.is_none() {
                return;
            }
            let effects = {
                let phone = &mut self.phones[phone];
                phone.engine.handle(phone.now(self.clock), &mut phone.rng, event)
            };
            for effect in effects {
                if matches!(effect, Effect::Progress(_)) {
                    continue;
                }
                if self.dies_over_it() {
                    self.tally.count("device crash before an effect");
                    return self.kill(phone, "before an effect");
                }
                events.extend(self.perform(phone, effect));
                if self.phones[phone].device.is_none() {
                    return;
                }
                if self.dies_over_it() {
                    self.tally.count("device crash after an effect");
                    return self.kill(phone, "after an effect");
                }
            }
        }
    }

    /// Kills a phone's program.
    pub(crate) fn kill(&mut self, phone: usize, when: &str) {
        let uncleanly = self.rng.random_bool(0.5);
        self.trace.say(format!("phone {phone} dies {when}"));
        self.phones[phone].kill(uncleanly);
    }

    /// Something arrives.
    pub(crate) fn arrive(&mut self, flight: Flight) {
        let Flight { phone, life, ticket, load } = flight;
        match load {
            Load::Request { token, body, fate } => {
                let bytes_up = body.len();
                if let Some(outcome) = self.serve(phone, &token, body, fate, (life, ticket)) {
                    let load = Load::Answer { outcome, bytes_up };
                    self.send(Flight { phone, life, ticket, load });
                }
            }
            Load::Straggler { token, body } => {
                self.tally.count("late request delivered");
                self.trace.say(format!("a late request of phone {phone} arrives"));
                drop(self.ask(phone, &token, &body));
            }
            Load::Answer { outcome, bytes_up } => {
                if self.phones[phone].life == life {
                    self.answered(phone, ticket, outcome, bytes_up);
                }
            }
        }
    }

    fn dies_over_it(&mut self) -> bool {
        self.faults && self.rng.random_ratio(1, 90)
    }

    /// Does one thing that the engine asks for, and returns what is to be reported.
    fn perform(&mut self, phone: usize, effect: Effect) -> Option<Event> {
        match effect {
            Effect::BuildRequest { ticket, mut budget } => {
                if self.phones[phone].thin {
                    budget.pull_bytes_max = budget.pull_bytes_max.min(THIN_PULL);
                    budget.push_bytes_max = budget.push_bytes_max.min(THIN_PUSH);
                }
                let usual = budget.pull_bytes_max == PageSizes::default().pull_bytes;
                self.tally.add("request of changed page size", u64::from(!usual));
                let now = self.phones[phone].now(self.clock);
                let (device, _) = self.phones[phone].running();
                let built = sync::build_request(now, device, budget).unwrap();
                let request = built.request;
                self.phones[phone].exchange = Some(Exchange { ticket, request, answer: None });
                Some(Event::RequestBuilt { ticket, summary: built.summary })
            }
            Effect::Send { ticket } => self.send_request(phone, ticket),
            Effect::Apply { ticket } => {
                let now = self.phones[phone].now(self.clock);
                let exchange = self.phones[phone].exchange.take().expect("an exchange");
                assert_eq!(exchange.ticket, ticket, "the exchange under way");
                let answer = exchange.answer.expect("an answer");
                let (device, rng) = self.phones[phone].running();
                let summary =
                    sync::apply_answer(now, rng, device, &exchange.request, &answer).unwrap();
                self.note_applied(phone, &answer);
                Some(Event::Applied { ticket, summary })
            }
            Effect::WakeAt(at) => {
                self.phones[phone].wake_at = Some(at);
                None
            }
            Effect::SetAside { .. } => {
                let sent = self.phones[phone].exchange.as_ref().map(|sent| sent.request.clone());
                let (device, _) = self.phones[phone].running();
                sync::set_aside(device, &sent.expect("a request")).unwrap();
                None
            }
            Effect::Progress(_) => None,
            Effect::Finished { outcome, report } => {
                self.trace.say(format!(
                    "phone {phone} ends a sync: {outcome:?}, {} sent, {} received, {} refused",
                    report.sent, report.received, report.refused
                ));
                self.finished(phone, &outcome);
                None
            }
        }
    }

    fn send_request(&mut self, phone: usize, ticket: Ticket) -> Option<Event> {
        if !self.phones[phone].signal {
            self.tally.count("no signal");
            let failure = TransportFailure::Unreachable;
            return Some(Event::Failed { ticket, failure, traffic: Traffic::default() });
        }
        let exchange = self.phones[phone].exchange.as_ref().expect("a request was built");
        let body = sync::encode_body(&exchange.request).unwrap();
        let (device, _) = self.phones[phone].running();
        let token = device.store().read().enrollment().unwrap().token;
        let fate = Fate::draw(&mut self.rng, self.faults);
        self.trace.say(format!("phone {phone} sends {} bytes: {fate:?}", body.len()));
        let life = self.phones[phone].life;
        self.send(Flight { phone, life, ticket, load: Load::Request { token, body, fate } });
        None
    }

    /// Lets a request meet its fate. Returns what goes back, if anything does by itself.
    fn serve(
        &mut self,
        phone: usize,
        token: &str,
        body: Vec<u8>,
        fate: Fate,
        (life, ticket): (u64, Ticket),
    ) -> Option<Result<Vec<u8>, TransportFailure>> {
        let whole = |response: &SyncResponseV1| sync::encode_body(response).unwrap();
        Some(match fate {
            Fate::Well => self.ask(phone, token, &body).map(|response| whole(&response)),
            Fate::RequestLost => {
                self.tally.count("request lost");
                Err(TransportFailure::TimedOut)
            }
            Fate::AnswerLost => {
                self.tally.count("answer lost");
                self.ask(phone, token, &body).and(Err(TransportFailure::TimedOut))
            }
            Fate::AnswerCut => {
                self.tally.count("answer cut");
                self.ask(phone, token, &body).and(Err(TransportFailure::Cut))
            }
            Fate::Repeated => {
                self.tally.count("request repeated");
                let first = self.ask(phone, token, &body);
                let second = self.ask(phone, token, &body);
                let kept = if self.rng.random() { first } else { second };
                kept.map(|response| whole(&response))
            }
            Fate::Late => {
                self.tally.count("request late");
                let late = Span::from_millis(self.rng.random_range(1_000..3 * 3_600_000));
                let load = Load::Straggler { token: token.to_owned(), body };
                self.send_after(late, Flight { phone, life, ticket, load });
                Err(TransportFailure::TimedOut)
            }
            Fate::Damaged => self.ask(phone, token, &body).map(|mut response| {
                if damage(&mut self.rng, &mut response) {
                    self.tally.count("answer damaged");
                }
                whole(&response)
            }),
            Fate::Busy => {
                self.tally.count("server busy");
                let seconds = self.rng.random_range(1..40);
                Err(TransportFailure::Busy { retry_after: Some(Span::from_secs(seconds)) })
            }
            Fate::CrashBefore => {
                self.tally.count("server crash before processing");
                self.server.crash(self.clock);
                Err(TransportFailure::Cut)
            }
            Fate::CrashAfter => {
                self.tally.count("server crash after processing");
                let answer = self.ask(phone, token, &body);
                self.server.crash(self.clock);
                answer.and(Err(TransportFailure::Cut))
            }
        })
    }

    /// Has the server answer, and holds it to what it says.
    fn ask(
        &mut self,
        phone: usize,
        token: &str,
        body: &[u8],
    ) -> Result<SyncResponseV1, TransportFailure> {
        let Answered { response, verdicts } = self.server.answer(self.clock, token, body)?;
        let user = self.server.user_of(token).expect("the token was known");
        self.tally.add("reconcile", u64::from(response.reconcile.is_some()));
        let made = verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::NewRecord(envelope) => Some(envelope.record),
            _ => None,
        });
        let made = made.collect();
        for verdict in verdicts {
            self.judge(phone, user, &made, verdict);
        }
        Ok(response)
    }

    /// A refusal of an honest phone's change must have a reason in what happened before.
    fn judge(&mut self, phone: usize, user: UserId, made: &BTreeSet<RecordId>, verdict: Verdict) {
        match verdict {
            Verdict::NewRecord(envelope) => self.department.record_taken(&envelope),
            Verdict::Accepted | Verdict::Known => {}
            Verdict::Refused { hash, record, author, code, recanted } => {
                self.tally.count("refused");
                self.trace.say(format!("refused from phone {phone}: {code}, {record} {hash}"));
                let explained = match code.as_str() {
                    // Their rights became less, or the server forgot that they had them, or they
                    // hold a case that they only supervise.
                    "role" | "program" | "not_assigned" | "not_supervised" | "no_consent"
                    | "reads_by_consent" | "reads_only" => {
                        self.disturbed.contains(&user) || self.restored || self.supervises(user)
                    }
                    // Somebody else approved it, or filled the field, before it was made anew.
                    "final" | "guarded_field" => true,
                    // Somebody else said meanwhile that it opens more.
                    "not_discloser" => true,
                    // What it names was refused, or the server lost it.
                    "link_unknown" => true,
                    "not_author" => self.disturbed.contains(&user) || self.restored,
                    "reconcile_first" | "forged_actor" => self.restored,
                    // What others wrote, where its owner does not come to it any more, as far as the
                    // server knows; or by a copy of a phone that had reconciled already.
                    "not_vouched" => self.restored,
                    // Of what others wrote, what only some may write.
                    "not_confirmed" => self.restored,
                    // Also what somebody vouches for that a clone wrote.
                    "equivocation" => self.phones.iter().any(|phone| phone.copied),
                    "device_revoked" => self.phones[phone].revoked,
                    // It follows one that was refused, or that the server lost.
                    "missing_dependencies" => true,
                    _ => false,
                };
                let wiped = code == "device_revoked";
                // What others wrote where the phone's owner may not look is told to be there to nobody.
                let is_hidden = || {
                    author != Some(self.phones[phone].id)
                        && self.restored
                        && !self.may_hold_before(user, made).contains(&record)
                };
                assert!(
                    !recanted || wiped || is_hidden(),
                    "{hash} was accepted, and is now refused: {code}"
                );
                assert!(
                    explained,
                    "phone {phone}'s change {hash} of {record} was refused for nothing: {code}"
                );
                if self.phones[phone].late_work.is_some() {
                    self.tally.count("push after the drop was confirmed");
                }
            }
        }
    }

    /// The records that somebody's phones may hold of all that the server had before these were made;
    /// without those that only a consent opens.
    fn may_hold_before(&self, user: UserId, made: &BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        let mut taken = self.server.taken.envelopes.clone();
        taken.retain(|record, _| !made.contains(record));
        self.department.may_hold(&self.catalogue, user, self.clock, &taken, &[])
    }

    fn answered(
        &mut self,
        phone: usize,
        ticket: Ticket,
        outcome: Result<Vec<u8>, TransportFailure>,
        bytes_up: usize,
    ) {
        let bytes_down = outcome.as_ref().map_or(0, Vec::len);
        let (bytes_up, bytes_down) = (bytes_up as u64, bytes_down as u64);
        let traffic = Traffic { requests: 1, bytes_up, bytes_down };
        let event = match outcome {
            Ok(body) => {
                let answer = sync::decode_body(&body).unwrap();
                match &mut self.phones[phone].exchange {
                    Some(exchange) if exchange.ticket == ticket => exchange.answer = Some(answer),
                    _ => return,
                }
                Event::Answered { ticket, traffic }
            }
            Err(failure) => Event::Failed { ticket, failure, traffic },
        };
        self.handle(phone, event);
    }

    fn note_applied(&mut self, phone: usize, answer: &SyncResponseV1) {
        if !answer.revoked.is_empty() {
            let scopes: Vec<_> = answer.revoked.iter().map(|r| r.scope.to_string()).collect();
            self.trace.say(format!("phone {phone} is told that it lost {}", scopes.join(", ")));
            self.tally.add("revoked scope dropped", answer.revoked.len() as u64);
        }
        if let Some(reconcile) = &answer.reconcile {
            self.trace.say(format!(
                "phone {phone} reconciles: {} differ, finished: {}",
                reconcile.differs.len(),
                reconcile.finished
            ));
        }
    }

    fn finished(&mut self, phone: usize, outcome: &SyncOutcome) {
        match outcome {
            SyncOutcome::Wiped => {
                self.phones[phone].destroy("wiped");
                self.was_wiped(phone);
            }
            SyncOutcome::Done | SyncOutcome::Cancelled | SyncOutcome::Unreachable(_) => {}
            SyncOutcome::Refused(_)
            | SyncOutcome::Stalled
            | SyncOutcome::StoreFailed
            | SyncOutcome::Locked => panic!("phone {phone} ended a sync with {outcome:?}"),
        }
    }

    /// A phone has carried out the order to destroy what it holds.
    pub(crate) fn was_wiped(&mut self, phone: usize) {
        self.tally.count("wiped");
        self.trace.say(format!("phone {phone} is wiped"));
        self.excuse("the phone that held it was wiped");
    }

    fn send(&mut self, flight: Flight) {
        let wait = match &flight.load {
            Load::Answer { outcome: Err(TransportFailure::TimedOut), .. } => 30_000..31_000,
            _ => 50..2_000,
        };
        let wait = Span::from_millis(self.rng.random_range(wait));
        self.send_after(wait, flight);
    }

    fn send_after(&mut self, wait: Span, flight: Flight) {
        self.flown += 1;
        let at: Timestamp = self.clock + wait;
        self.flights.insert((at, self.flown), flight);
    }

    /// Somebody presses the button, or it is time.
    pub(crate) fn somebody_synchronizes(&mut self) {
        let Some(phone) = self.some_phone() else { return };
        let reason = self.pick(&[Reason::Person, Reason::Person, Reason::News, Reason::Schedule]);
        self.want_sync(phone, reason);
    }
}

/// What a phone on a thin line asks for: less than a handful of records.
const THIN_PULL: usize = 2_000;

/// What it sends at once.
const THIN_PUSH: usize = 1_000;
