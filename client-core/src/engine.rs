//! What a synchronization does next: a state machine without a store, a clock, a socket or a
//! random source of its own.
//!
//! [`Engine::handle`] takes one [`Event`] and answers with the [`Effect`]s to perform, in order.
//! A run goes round: build a request, send it, apply the answer, until nothing is left to push or
//! pull. Whoever performs the effects reports each with the [`Ticket`] it came with, so that what
//! comes late, from an exchange that was cancelled, is passed over. Nothing of a run is kept here
//! that the store does not know as well: after a crash the next run goes on from the cursor and
//! the outbox.

pub mod backoff;
pub mod failure;
pub mod pages;
pub mod report;

use model::time::{Span, Timestamp};
use rand::Rng;

pub use self::backoff::Backoff;
pub use self::failure::{Remedy, TransportFailure};
pub use self::pages::PageSizes;
pub use self::report::{
    AppliedSummary, Ending, Left, Progress, RequestSummary, Stage, SyncOutcome, SyncReport, Traffic,
};

/// Why a run is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A person asked and waits for the answer: the run gives up after a few failures.
    Person,
    /// Something was saved on this device.
    Saved,
    /// The server said that there is something new.
    News,
    /// It is time for it.
    Schedule,
}

impl Reason {
    /// Returns whether somebody looks at a screen until the run ends.
    fn is_watched(self) -> bool {
        match self {
            Self::Person => true,
            Self::Saved | Self::News | Self::Schedule => false,
        }
    }
}

/// Names one exchange: everything reported about it carries the ticket it was started with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody or something wants the device synchronized.
    SyncWanted {
        /// Who or what.
        reason: Reason,
    },
    /// The request asked for by [`Effect::BuildRequest`] is ready.
    RequestBuilt {
        /// The exchange.
        ticket: Ticket,
        /// What is in it.
        summary: RequestSummary,
    },
    /// The server answered, and the answer could be read.
    Answered {
        /// The exchange.
        ticket: Ticket,
        /// What travelled.
        traffic: Traffic,
    },
    /// The server did not answer, or not with an answer to the request.
    Failed {
        /// The exchange.
        ticket: Ticket,
        /// Why.
        failure: TransportFailure,
        /// What travelled all the same.
        traffic: Traffic,
    },
    /// The answer is in the store, durably.
    Applied {
        /// The exchange.
        ticket: Ticket,
        /// What it changed and what is left.
        summary: AppliedSummary,
    },
    /// The store could not build the request or apply the answer; it is as it was before.
    StoreFailed {
        /// The exchange.
        ticket: Ticket,
    },
    /// The time named by [`Effect::WakeAt`] may have come.
    TimerFired,
    /// Whoever wanted the run no longer does.
    Cancelled,
}

/// What must be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Build the next request from the store; report [`Event::RequestBuilt`].
    BuildRequest {
        /// The exchange.
        ticket: Ticket,
        /// What it may hold.
        budget: Budget,
    },
    /// Set the record aside, for this run, whose one change the last request pushed: what stands
    /// between takes nothing as large. Where that fails, report [`Event::StoreFailed`] with this
    /// ticket and leave the effects that follow.
    SetAside {
        /// The exchange that comes next.
        ticket: Ticket,
    },
    /// Send the request just built; report [`Event::Answered`] or [`Event::Failed`].
    Send {
        /// The exchange.
        ticket: Ticket,
    },
    /// Put the answer just received into the store; report [`Event::Applied`].
    Apply {
        /// The exchange.
        ticket: Ticket,
    },
    /// Report [`Event::TimerFired`] then. Replaces the wake-up asked for before.
    WakeAt(Timestamp),
    /// Something to show.
    Progress(Progress),
    /// The run is over.
    Finished {
        /// How it ended.
        outcome: SyncOutcome,
        /// What it did, however it ended.
        report: SyncReport,
    },
}

/// What one request may hold and ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Most changes pushed.
    pub push_changes_max: usize,
    /// Most bytes of changes pushed; one change always goes.
    pub push_bytes_max: usize,
    /// Most bytes of changes wanted in the answer.
    pub pull_bytes_max: usize,
    /// Whether to offer the changes again that the server refused until the device has pulled.
    pub offer_again: bool,
    /// Whether to try again what runs before set aside as too large: once a run.
    pub try_stuck: bool,
}

/// The state machine of a device's synchronization.
#[derive(Debug)]
pub struct Engine {
    phase: Phase,
    backoff: Backoff,
    pages: PageSizes,
    last_ticket: Ticket,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine {
    /// An engine with nothing to do.
    pub fn new() -> Self {
        Self {
            phase: Phase::Idle,
            backoff: Backoff::default(),
            pages: PageSizes::default(),
            last_ticket: Ticket(0),
        }
    }

    /// Takes one event and returns what must be done about it, in order.
    #[must_use = "an effect that is not performed is lost"]
    pub fn handle(&mut self, now: Timestamp, rng: &mut dyn Rng, event: Event) -> Vec<Effect> {
        match event {
            Event::SyncWanted { reason } => self.wanted(reason),
            Event::RequestBuilt { ticket, summary } => self.request_built(ticket, summary),
            Event::Answered { ticket, traffic } => self.answered(ticket, traffic),
            Event::Failed { ticket, failure, traffic } => {
                self.failed(now, rng, ticket, failure, traffic)
            }
            Event::Applied { ticket, summary } => self.applied(ticket, summary),
            Event::StoreFailed { ticket } => self.store_failed(ticket),
            Event::TimerFired => self.timer_fired(now),
            Event::Cancelled => self.cancelled(),
        }
    }

    /// Returns whether no run is under way.
    pub fn is_idle(&self) -> bool {
        match self.phase {
            Phase::Idle => true,
            Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. } => false,
        }
    }

    /// The page sizes of the next request.
    pub fn pages(&self) -> PageSizes {
        self.pages
    }

    fn wanted(&mut self, reason: Reason) -> Vec<Effect> {
        match self.take() {
            Phase::Idle => self.build(Run::new(reason), false),
            // What was saved or announced just now may not be in the request under way.
            Phase::Building { run, ticket } => {
                self.keep(Phase::Building { run: run.again(), ticket })
            }
            Phase::Sending { run, ticket } => {
                self.keep(Phase::Sending { run: run.again(), ticket })
            }
            Phase::Applying { run, ticket } => {
                self.keep(Phase::Applying { run: run.again(), ticket })
            }
            // A person who presses the button does not wait for the back-off; a record saved in a
            // basement does.
            Phase::Waiting { mut run, .. } if reason.is_watched() => {
                run.reason = reason;
                run.failures = 0;
                self.build(run, false)
            }
            waiting @ Phase::Waiting { .. } => self.keep(waiting),
        }
    }

    fn request_built(&mut self, ticket: Ticket, summary: RequestSummary) -> Vec<Effect> {
        match self.take() {
            Phase::Building { mut run, ticket: expected } if ticket == expected => {
                run.pushed = summary.changes;
                let progress = Effect::Progress(run.progress(Stage::Sending {
                    changes: summary.changes,
                    records_offered: summary.records_offered,
                }));
                self.phase = Phase::Sending { run, ticket };
                vec![progress, Effect::Send { ticket }]
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. }) => self.keep(other),
        }
    }

    fn answered(&mut self, ticket: Ticket, traffic: Traffic) -> Vec<Effect> {
        match self.take() {
            Phase::Sending { mut run, ticket: expected } if ticket == expected => {
                run.report.travelled(traffic);
                let progress = Effect::Progress(run.progress(Stage::Applying));
                self.phase = Phase::Applying { run, ticket };
                vec![progress, Effect::Apply { ticket }]
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. }) => self.keep(other),
        }
    }

    fn failed(
        &mut self,
        now: Timestamp,
        rng: &mut dyn Rng,
        ticket: Ticket,
        failure: TransportFailure,
        traffic: Traffic,
    ) -> Vec<Effect> {
        match self.take() {
            Phase::Sending { mut run, ticket: expected } if ticket == expected => {
                run.report.travelled(traffic);
                run.failures = run.failures.saturating_add(1);
                let shrunk = match failure.page_to_shrink() {
                    failure::Shrink::Nothing => false,
                    // One change goes whatever a page is: only the rest can become smaller.
                    failure::Shrink::Push if run.pushed == 1 => self.pages.shrink_push_to_least(),
                    failure::Shrink::Push => self.pages.shrink_push(),
                    failure::Shrink::Both => self.pages.shrink(),
                };
                let at_least = match failure.remedy() {
                    Remedy::Retry => Span::default(),
                    Remedy::RetryAfter(span) => span,
                    // Smaller is another request, worth sending at once; as small as it gets is not.
                    Remedy::RetrySmaller if shrunk => return self.build(run, false),
                    // The others need not wait for the one that does not get through.
                    Remedy::RetrySmaller if run.pushed == 1 => return self.set_aside(run),
                    Remedy::RetrySmaller | Remedy::Stop => {
                        return self.finish(run, SyncOutcome::Refused(failure));
                    }
                };
                let tired = run.failures >= WATCHED_FAILURES_MAX || at_least > WATCHED_WAIT_MAX;
                if run.reason.is_watched() && (tired || !failure.may_pass_soon()) {
                    return self.finish(run, SyncOutcome::Unreachable(failure));
                }
                let until = now + self.backoff.next(rng, at_least);
                let progress = Effect::Progress(run.progress(Stage::Waiting { until, failure }));
                self.phase = Phase::Waiting { run, until };
                vec![progress, Effect::WakeAt(until)]
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. }) => self.keep(other),
        }
    }

    fn applied(&mut self, ticket: Ticket, summary: AppliedSummary) -> Vec<Effect> {
        match self.take() {
            Phase::Applying { mut run, ticket: expected } if ticket == expected => {
                run.report.applied(&summary);
                run.failures = 0;
                self.backoff.reset();
                self.pages.grow();
                if let Some(ending) = summary.ended {
                    let outcome = match ending {
                        Ending::Wiped => SyncOutcome::Wiped,
                        Ending::Locked => SyncOutcome::Locked,
                    };
                    return self.finish(run, outcome);
                }
                if summary.progressed {
                    run.idle_rounds = 0;
                } else {
                    run.idle_rounds = run.idle_rounds.saturating_add(1);
                }
                if summary.left.is_nothing() && !run.wanted_again {
                    return self.finish(run, SyncOutcome::Done);
                }
                if run.idle_rounds >= IDLE_ROUNDS_MAX {
                    return self.finish(run, SyncOutcome::Stalled);
                }
                self.build(run, !summary.left.pull)
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. }) => self.keep(other),
        }
    }

    fn store_failed(&mut self, ticket: Ticket) -> Vec<Effect> {
        match self.take() {
            Phase::Building { run, ticket: expected }
            | Phase::Applying { run, ticket: expected }
                if ticket == expected =>
            {
                self.finish(run, SyncOutcome::StoreFailed)
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }
            | Phase::Waiting { .. }) => self.keep(other),
        }
    }

    fn timer_fired(&mut self, now: Timestamp) -> Vec<Effect> {
        match self.take() {
            // A clock that was set back must not make the device wait for the time to come again.
            Phase::Waiting { run, until }
                if until <= now || until.since(now) > backoff::WAIT_MAX =>
            {
                self.build(run, false)
            }
            Phase::Waiting { run, until } => {
                self.phase = Phase::Waiting { run, until };
                vec![Effect::WakeAt(until)]
            }
            other @ (Phase::Idle
            | Phase::Building { .. }
            | Phase::Sending { .. }
            | Phase::Applying { .. }) => self.keep(other),
        }
    }

    fn cancelled(&mut self) -> Vec<Effect> {
        match self.take() {
            Phase::Idle => vec![],
            Phase::Building { run, .. }
            | Phase::Sending { run, .. }
            | Phase::Applying { run, .. }
            | Phase::Waiting { run, .. } => self.finish(run, SyncOutcome::Cancelled),
        }
    }

    fn set_aside(&mut self, run: Run) -> Vec<Effect> {
        let mut effects = self.build(run, false);
        effects.insert(0, Effect::SetAside { ticket: self.last_ticket });
        effects
    }

    fn build(&mut self, mut run: Run, offer_again: bool) -> Vec<Effect> {
        run.wanted_again = false;
        let try_stuck = !std::mem::replace(&mut run.is_under_way, true);
        self.last_ticket = Ticket(self.last_ticket.0.wrapping_add(1));
        let ticket = self.last_ticket;
        self.phase = Phase::Building { run, ticket };
        vec![Effect::BuildRequest {
            ticket,
            budget: Budget { try_stuck, ..self.pages.budget(offer_again) },
        }]
    }

    fn finish(&mut self, run: Run, outcome: SyncOutcome) -> Vec<Effect> {
        self.phase = Phase::Idle;
        vec![Effect::Finished { outcome, report: run.report }]
    }

    fn take(&mut self) -> Phase {
        std::mem::replace(&mut self.phase, Phase::Idle)
    }

    fn keep(&mut self, phase: Phase) -> Vec<Effect> {
        self.phase = phase;
        vec![]
    }
}

/// Where the engine stands. Data exists exactly when it means something.
#[derive(Debug)]
enum Phase {
    Idle,
    Building { run: Run, ticket: Ticket },
    Sending { run: Run, ticket: Ticket },
    Applying { run: Run, ticket: Ticket },
    Waiting { run: Run, until: Timestamp },
}

/// What is known of the run under way.
#[derive(Debug)]
struct Run {
    reason: Reason,
    report: SyncReport,
    /// Failures since the last answer.
    failures: u32,
    /// Answers in a row that moved nothing although something was left.
    idle_rounds: u32,
    /// Whether somebody wanted a sync after the last request was asked for.
    wanted_again: bool,
    /// Whether a request was asked for.
    is_under_way: bool,
    /// How many changes the last request pushed.
    pushed: u64,
}

impl Run {
    fn new(reason: Reason) -> Self {
        let report = SyncReport::default();
        Self {
            reason,
            report,
            failures: 0,
            idle_rounds: 0,
            wanted_again: false,
            is_under_way: false,
            pushed: 0,
        }
    }

    fn again(mut self) -> Self {
        self.wanted_again = true;
        self
    }

    fn progress(&self, stage: Stage) -> Progress {
        Progress { stage, so_far: self.report }
    }
}

/// A person waits through at most two back-offs, about six seconds.
const WATCHED_FAILURES_MAX: u32 = 3;

/// A server that asks for longer than this is reported to the person instead.
const WATCHED_WAIT_MAX: Span = Span::from_secs(30);

/// Answers that move nothing, in a row, before the run ends: the server repeats itself, and asking
/// again would go on for ever. More than the rounds in which a refused change is offered again.
const IDLE_ROUNDS_MAX: u32 = 5;

#[cfg(test)]
mod tests;
