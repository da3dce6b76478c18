//! The engine's table: what it does about every sequence of events.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::pages::PAGE_BYTES_MIN;
use super::*;

/// An engine, a clock that only the test moves, and the last ticket handed out.
struct Bench {
    engine: Engine,
    rng: ChaCha8Rng,
    now: Timestamp,
    ticket: Ticket,
}

impl Bench {
    fn new() -> Self {
        Self {
            engine: Engine::new(),
            rng: ChaCha8Rng::seed_from_u64(7),
            now: Timestamp::from_millis(0),
            ticket: Ticket(0),
        }
    }

    fn handle(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.engine.handle(self.now, &mut self.rng, event);
        for effect in &effects {
            match effect {
                Effect::BuildRequest { ticket, .. } => self.ticket = *ticket,
                Effect::WakeAt(until) => self.now = *until,
                Effect::Send { .. }
                | Effect::Apply { .. }
                | Effect::SetAside { .. }
                | Effect::Progress(_)
                | Effect::Finished { .. } => {}
            }
        }
        effects
    }

    fn wanted(&mut self, reason: Reason) -> Vec<Effect> {
        self.handle(Event::SyncWanted { reason })
    }

    fn built(&mut self, changes: u64) -> Vec<Effect> {
        let summary = RequestSummary { changes, records_offered: 0 };
        self.handle(Event::RequestBuilt { ticket: self.ticket, summary })
    }

    fn answered(&mut self) -> Vec<Effect> {
        self.handle(Event::Answered { ticket: self.ticket, traffic: traffic() })
    }

    fn failed(&mut self, failure: TransportFailure) -> Vec<Effect> {
        self.handle(Event::Failed { ticket: self.ticket, failure, traffic: traffic() })
    }

    fn applied(&mut self, summary: AppliedSummary) -> Vec<Effect> {
        self.handle(Event::Applied { ticket: self.ticket, summary })
    }

    /// One exchange up to the answer in the store.
    fn exchange(&mut self, summary: AppliedSummary) -> Vec<Effect> {
        self.built(0);
        self.answered();
        self.applied(summary)
    }

    /// One exchange that the line does not carry.
    fn break_off(&mut self, failure: TransportFailure) -> Vec<Effect> {
        self.break_off_with(0, failure)
    }

    /// One exchange that the line does not carry, with so many changes.
    fn break_off_with(&mut self, changes: u64, failure: TransportFailure) -> Vec<Effect> {
        self.built(changes);
        self.failed(failure)
    }
}

fn traffic() -> Traffic {
    Traffic { requests: 1, bytes_up: 100, bytes_down: 200 }
}

fn moved(left: Left) -> AppliedSummary {
    AppliedSummary { progressed: true, left, ..AppliedSummary::default() }
}

fn nothing_new() -> AppliedSummary {
    AppliedSummary::default()
}

/// One line an effect.
fn story(effects: &[Effect]) -> String {
    let mut lines = String::new();
    for effect in effects {
        match effect {
            Effect::BuildRequest { ticket, budget } => writeln!(
                lines,
                "build {}: push up to {} KiB, pull up to {} KiB{}{}",
                ticket.0,
                budget.push_bytes_max / 1024,
                budget.pull_bytes_max / 1024,
                match budget.push_changes_max {
                    model::limits::REQUEST_CHANGES_MAX => String::new(),
                    most => format!(", at most {most} changes"),
                },
                if budget.offer_again { ", offer again" } else { "" }
            ),
            Effect::SetAside { ticket } => writeln!(lines, "set aside before {}", ticket.0),
            Effect::Send { ticket } => writeln!(lines, "send {}", ticket.0),
            Effect::Apply { ticket } => writeln!(lines, "apply {}", ticket.0),
            Effect::WakeAt(until) => writeln!(lines, "wake at {} ms", until.as_millis()),
            Effect::Progress(progress) => writeln!(lines, "show {:?}", progress.stage),
            Effect::Finished { outcome, report } => writeln!(
                lines,
                "finished {outcome:?}: sent {} received {} refused {} in {} requests, {} up {} down",
                report.sent,
                report.received,
                report.refused,
                report.requests,
                report.bytes_up,
                report.bytes_down
            ),
        }
        .unwrap();
    }
    lines
}

fn check(effects: &[Effect], expected: Expect) {
    expected.assert_eq(&story(effects));
}

#[test]
fn a_sync_with_nothing_to_say_is_one_request() {
    let mut bench = Bench::new();
    check(
        &bench.wanted(Reason::Person),
        expect![[r#"
            build 1: push up to 1024 KiB, pull up to 1024 KiB
        "#]],
    );
    check(
        &bench.built(0),
        expect![[r#"
            show Sending { changes: 0, records_offered: 0 }
            send 1
        "#]],
    );
    check(
        &bench.answered(),
        expect![[r#"
            show Applying
            apply 1
        "#]],
    );
    check(
        &bench.applied(nothing_new()),
        expect![[r#"
            finished Done: sent 0 received 0 refused 0 in 1 requests, 100 up 200 down
        "#]],
    );
    assert!(bench.engine.is_idle());
}

#[test]
fn a_days_work_is_one_request() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Saved);
    bench.built(70);
    bench.answered();
    let day = AppliedSummary { sent: 70, received: 12, progressed: true, ..nothing_new() };
    check(
        &bench.applied(day),
        expect![[r#"
            finished Done: sent 70 received 12 refused 0 in 1 requests, 100 up 200 down
        "#]],
    );
}

#[test]
fn a_run_goes_on_page_by_page_and_offers_again_only_when_the_pull_is_through() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    let more = Left { pull: true, offer_again: 2, ..Left::default() };
    check(
        &bench.exchange(AppliedSummary { sent: 5, received: 9, ..moved(more) }),
        expect![[r#"
            build 2: push up to 1024 KiB, pull up to 1024 KiB
        "#]],
    );
    let again = Left { offer_again: 2, ..Left::default() };
    check(
        &bench.exchange(AppliedSummary { received: 4, ..moved(again) }),
        expect![[r#"
            build 3: push up to 1024 KiB, pull up to 1024 KiB, offer again
        "#]],
    );
    check(
        &bench.exchange(AppliedSummary { sent: 1, refused: 1, ..moved(Left::default()) }),
        expect![[r#"
            finished Done: sent 6 received 13 refused 1 in 3 requests, 300 up 600 down
        "#]],
    );
}

#[test]
fn every_kind_of_left_over_work_keeps_the_run_going() {
    for left in [
        Left { push: 1, ..Left::default() },
        Left { offer_again: 1, ..Left::default() },
        Left { pull: true, ..Left::default() },
        Left { reconcile: true, ..Left::default() },
        Left { confirm: 1, ..Left::default() },
        Left { refetch: 1, ..Left::default() },
    ] {
        let mut bench = Bench::new();
        bench.wanted(Reason::News);
        let effects = bench.exchange(moved(left));
        assert!(matches!(effects[..], [Effect::BuildRequest { .. }]), "{left:?}");
    }
}

#[test]
fn a_server_that_moves_nothing_ends_the_run() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Schedule);
    let stuck = AppliedSummary {
        progressed: false,
        left: Left { pull: true, ..Left::default() },
        ..nothing_new()
    };
    for _ in 1..IDLE_ROUNDS_MAX {
        assert!(matches!(bench.exchange(stuck)[..], [Effect::BuildRequest { .. }]));
    }
    check(
        &bench.exchange(stuck),
        expect![[r#"
            finished Stalled: sent 0 received 0 refused 0 in 5 requests, 500 up 1000 down
        "#]],
    );
}

#[test]
fn what_was_saved_during_an_exchange_goes_with_another() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    bench.built(1);
    assert_eq!(bench.wanted(Reason::Saved), []);
    bench.answered();
    check(
        &bench.applied(moved(Left::default())),
        expect![[r#"
            build 2: push up to 1024 KiB, pull up to 1024 KiB, offer again
        "#]],
    );
    assert!(matches!(bench.exchange(nothing_new())[..], [Effect::Finished { .. }]));
}

#[test]
fn a_person_is_told_after_three_failures() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    for _ in 0..2 {
        let effects = bench.break_off(TransportFailure::Unreachable);
        assert!(matches!(effects[..], [Effect::Progress(_), Effect::WakeAt(_)]));
        assert!(matches!(bench.handle(Event::TimerFired)[..], [Effect::BuildRequest { .. }]));
    }
    check(
        &bench.break_off(TransportFailure::Unreachable),
        expect![[r#"
            finished Unreachable(Unreachable): sent 0 received 0 refused 0 in 3 requests, 300 up 600 down
        "#]],
    );
    assert!(bench.now <= Timestamp::from_millis(6_000));
}

#[test]
fn in_the_background_a_lost_server_is_sought_for_ever_and_ever_more_rarely() {
    let mut bench = Bench::new();
    bench.wanted(Reason::News);
    for _ in 0..200 {
        let before = bench.now;
        let effects = bench.break_off(TransportFailure::Unreachable);
        assert!(matches!(effects[..], [Effect::Progress(_), Effect::WakeAt(_)]));
        assert!(bench.now.since(before) <= backoff::CAP);
        assert!(matches!(bench.handle(Event::TimerFired)[..], [Effect::BuildRequest { .. }]));
    }
    assert!(bench.now > Timestamp::from_millis(12 * 60 * 60 * 1_000), "no hot loop");
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let busy = TransportFailure::Busy { retry_after: Some(Span::from_secs(20)) };
    let mut bench = Bench::new();
    bench.wanted(Reason::News);
    bench.break_off(busy);
    let asked = Span::from_secs(20).as_millis();
    let until = bench.now.as_millis();
    assert!((asked..=asked + backoff::BASE.as_millis()).contains(&until), "{until}");
    bench.now = Timestamp::from_millis(until - 1);
    assert_eq!(
        bench.handle(Event::TimerFired),
        [Effect::WakeAt(Timestamp::from_millis(until))],
        "woken too early, it waits on"
    );
}

#[test]
fn a_person_does_not_wait_out_a_long_retry_after() {
    let busy = TransportFailure::Busy { retry_after: Some(Span::from_minutes(10)) };
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    check(
        &bench.break_off(busy),
        expect![[r#"
            finished Unreachable(Busy { retry_after: Some(Span(600000)) }): sent 0 received 0 refused 0 in 1 requests, 100 up 200 down
        "#]],
    );
}

#[test]
fn a_person_ends_the_wait_of_a_run_in_the_background() {
    let mut bench = Bench::new();
    bench.wanted(Reason::News);
    bench.break_off(TransportFailure::Cut);
    assert_eq!(bench.wanted(Reason::Saved), []);
    assert!(matches!(bench.wanted(Reason::Person)[..], [Effect::BuildRequest { .. }]));
}

#[test]
fn a_clock_that_is_set_back_does_not_stretch_the_wait() {
    let mut bench = Bench::new();
    bench.now = Timestamp::from_millis(1_800_000_000_000);
    bench.wanted(Reason::News);
    bench.break_off(TransportFailure::Unreachable);
    bench.now = Timestamp::from_millis(0);
    assert!(matches!(bench.handle(Event::TimerFired)[..], [Effect::BuildRequest { .. }]));
}

#[test]
fn pages_shrink_on_a_thin_line_and_grow_back() {
    let mut bench = Bench::new();
    bench.wanted(Reason::News);
    bench.break_off(TransportFailure::TimedOut);
    check(
        &bench.handle(Event::TimerFired),
        expect![[r#"
            build 2: push up to 512 KiB, pull up to 512 KiB
        "#]],
    );
    for _ in 0..9 {
        bench.break_off(TransportFailure::TimedOut);
        bench.handle(Event::TimerFired);
    }
    assert_eq!(bench.engine.pages().pull_bytes, PAGE_BYTES_MIN);
    let more = Left { pull: true, ..Left::default() };
    check(
        &bench.exchange(moved(more)),
        expect![[r#"
            build 12: push up to 32 KiB, pull up to 32 KiB
        "#]],
    );
}

#[test]
fn a_request_too_large_is_made_smaller_at_once_until_it_cannot_be() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    check(
        &bench.break_off(TransportFailure::TooLarge),
        expect![[r#"
            build 2: push up to 512 KiB, pull up to 1024 KiB
        "#]],
    );
    for _ in 0..15 {
        bench.break_off(TransportFailure::TooLarge);
    }
    check(
        &bench.break_off(TransportFailure::TooLarge),
        expect![[r#"
            finished Refused(TooLarge): sent 0 received 0 refused 0 in 17 requests, 1700 up 3400 down
        "#]],
    );
}

#[test]
fn one_change_too_large_for_the_line_does_not_keep_the_others_back() {
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    check(
        &bench.break_off_with(1, TransportFailure::TooLarge),
        expect![[r#"
            build 2: push up to 16 KiB, pull up to 1024 KiB, at most 1 changes
        "#]],
    );
    check(
        &bench.break_off_with(1, TransportFailure::TooLarge),
        expect![[r#"
            set aside before 3
            build 3: push up to 16 KiB, pull up to 1024 KiB, at most 1 changes
        "#]],
    );
    let left = Left { push: 3, ..Left::default() };
    check(
        &bench.exchange(AppliedSummary { sent: 1, stuck: 1, ..moved(left) }),
        expect![[r#"
            build 4: push up to 32 KiB, pull up to 1024 KiB, at most 2 changes, offer again
        "#]],
    );
    let effects = bench.exchange(AppliedSummary { sent: 3, stuck: 1, ..moved(Left::default()) });
    let [Effect::Finished { outcome, report }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((outcome, report.sent, report.stuck), (&SyncOutcome::Done, 4, 1));
    let effects = bench.wanted(Reason::Saved);
    let [Effect::BuildRequest { budget, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(budget.try_stuck, "the next run tries it again");
}

#[test]
fn what_trying_again_cannot_mend_ends_the_run_by_name() {
    for failure in [
        TransportFailure::Unauthorized { code: "unknown_token".into() },
        TransportFailure::Rejected { status: 400, code: "protocol".into() },
        TransportFailure::NotSent { what: "the device key is gone" },
    ] {
        for reason in [Reason::Person, Reason::News] {
            let mut bench = Bench::new();
            bench.wanted(reason);
            let effects = bench.break_off(failure.clone());
            let [Effect::Finished { outcome, .. }] = &effects[..] else { panic!("{effects:?}") };
            assert_eq!(*outcome, SyncOutcome::Refused(failure.clone()));
        }
    }
}

#[test]
fn orders_and_a_failing_store_end_the_run() {
    for (ending, outcome) in
        [(Ending::Wiped, SyncOutcome::Wiped), (Ending::Locked, SyncOutcome::Locked)]
    {
        let mut bench = Bench::new();
        bench.wanted(Reason::Person);
        let left = Left { pull: true, ..Left::default() };
        let effects = bench.exchange(AppliedSummary { ended: Some(ending), ..moved(left) });
        assert!(matches!(&effects[..], [Effect::Finished { outcome: o, .. }] if *o == outcome));
    }
    let mut bench = Bench::new();
    bench.wanted(Reason::Person);
    let effects = bench.handle(Event::StoreFailed { ticket: bench.ticket });
    assert!(matches!(&effects[..], [Effect::Finished { outcome: SyncOutcome::StoreFailed, .. }]));
}

#[test]
fn a_run_can_be_cancelled_in_every_phase_and_what_comes_late_is_passed_over() {
    type Reach = fn(&mut Bench);
    let reach: [(&str, Reach); 4] = [
        ("building", |_| {}),
        ("sending", |bench| drop(bench.built(1))),
        ("applying", |bench| {
            bench.built(1);
            bench.answered();
        }),
        ("waiting", |bench| drop(bench.break_off(TransportFailure::Cut))),
    ];
    for (phase, reach) in reach {
        let mut bench = Bench::new();
        bench.wanted(Reason::News);
        reach(&mut bench);
        let old = bench.ticket;
        let effects = bench.handle(Event::Cancelled);
        let cancelled = SyncOutcome::Cancelled;
        assert!(
            matches!(&effects[..], [Effect::Finished { outcome, .. }] if *outcome == cancelled),
            "{phase}"
        );
        assert!(bench.engine.is_idle());
        // The next run has begun when the old exchange reports.
        bench.wanted(Reason::Person);
        let summary = RequestSummary::default();
        for late in [
            Event::RequestBuilt { ticket: old, summary },
            Event::Answered { ticket: old, traffic: traffic() },
            Event::Failed { ticket: old, failure: TransportFailure::Cut, traffic: traffic() },
            Event::Applied { ticket: old, summary: nothing_new() },
            Event::StoreFailed { ticket: old },
            Event::TimerFired,
        ] {
            assert_eq!(bench.handle(late), [], "{phase}");
        }
        bench.built(0);
        bench.answered();
        assert!(matches!(bench.applied(nothing_new())[..], [Effect::Finished { .. }]));
    }
}

#[test]
fn cancelling_nothing_does_nothing() {
    assert_eq!(Bench::new().handle(Event::Cancelled), []);
}

/// An event for the engine, with the ticket given by how old it is.
#[derive(Debug, Clone)]
enum Move {
    Wanted(bool),
    Built(u64),
    Answered(u64),
    Failed(u64, TransportFailure),
    Applied(u64, AppliedSummary),
    StoreFailed(u64),
    Timer(i64),
    Cancelled,
}

fn any_failure() -> impl Strategy<Value = TransportFailure> {
    prop_oneof![
        Just(TransportFailure::Unreachable),
        Just(TransportFailure::TimedOut),
        Just(TransportFailure::Cut),
        Just(TransportFailure::Certificate),
        any::<Option<i64>>()
            .prop_map(|ms| TransportFailure::Busy { retry_after: ms.map(Span::from_millis) }),
        Just(TransportFailure::Server { status: 500 }),
        Just(TransportFailure::Unreadable),
        Just(TransportFailure::TooLarge),
        Just(TransportFailure::Unauthorized { code: "token".into() }),
    ]
}

fn any_summary() -> impl Strategy<Value = AppliedSummary> {
    let left = (0u64..2, 0u64..2, any::<bool>(), any::<bool>(), 0u64..2);
    (any::<[u32; 3]>(), any::<bool>(), left, 0u8..20).prop_map(|(counts, progressed, left, end)| {
        let (push, offer_again, pull, reconcile, confirm) = left;
        AppliedSummary {
            sent: counts[0].into(),
            received: counts[1].into(),
            refused: counts[2].into(),
            stuck: 0,
            progressed,
            left: Left { push, offer_again, pull, reconcile, confirm, refetch: 0 },
            ended: (end == 0).then_some(Ending::Wiped),
        }
    })
}

fn any_move() -> impl Strategy<Value = Move> {
    let age = prop_oneof![4 => Just(0u64), 1 => 1u64..3];
    prop_oneof![
        2 => any::<bool>().prop_map(Move::Wanted),
        4 => age.clone().prop_map(Move::Built),
        4 => age.clone().prop_map(Move::Answered),
        2 => (age.clone(), any_failure()).prop_map(|(age, failure)| Move::Failed(age, failure)),
        4 => (age.clone(), any_summary()).prop_map(|(age, done)| Move::Applied(age, done)),
        1 => age.prop_map(Move::StoreFailed),
        2 => (-5_000_000i64..5_000_000).prop_map(Move::Timer),
        1 => Just(Move::Cancelled),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_one_exchange_is_under_way_at_most_and_the_engine_is_never_lost(
        seed: u64, moves in prop::collection::vec(any_move(), 0..60),
    ) {
        let mut bench = Bench { rng: ChaCha8Rng::seed_from_u64(seed), ..Bench::new() };
        let mut on_the_wire: Option<Ticket> = None;
        for step in moves {
            let aged = |age: u64| Ticket(bench.ticket.0.saturating_sub(age));
            let answers = match step {
                Move::Answered(age) | Move::Failed(age, _) => Some(aged(age)),
                _ => None,
            };
            let event = match step {
                Move::Wanted(person) => Event::SyncWanted {
                    reason: if person { Reason::Person } else { Reason::Saved },
                },
                Move::Built(age) => {
                    Event::RequestBuilt { ticket: aged(age), summary: RequestSummary::default() }
                }
                Move::Answered(age) => Event::Answered { ticket: aged(age), traffic: traffic() },
                Move::Failed(age, failure) => {
                    Event::Failed { ticket: aged(age), failure, traffic: traffic() }
                }
                Move::Applied(age, summary) => Event::Applied { ticket: aged(age), summary },
                Move::StoreFailed(age) => Event::StoreFailed { ticket: aged(age) },
                Move::Timer(by) => {
                    bench.now = bench.now + Span::from_millis(by);
                    Event::TimerFired
                }
                Move::Cancelled => Event::Cancelled,
            };
            let cancelled = matches!(event, Event::Cancelled);
            let was_idle = bench.engine.is_idle();
            let effects = bench.handle(event);
            if cancelled || answers.is_some_and(|ticket| Some(ticket) == on_the_wire) {
                on_the_wire = None;
            }
            let mut finished = false;
            for effect in &effects {
                prop_assert!(!finished, "nothing comes after the end: {effects:?}");
                match effect {
                    Effect::Send { ticket } => {
                        prop_assert_eq!(on_the_wire, None, "a second send without an answer");
                        on_the_wire = Some(*ticket);
                    }
                    Effect::Finished { .. } => finished = true,
                    Effect::BuildRequest { budget, .. } => {
                        prop_assert!(budget.push_bytes_max >= PAGE_BYTES_MIN);
                        prop_assert!(budget.pull_bytes_max <= model::limits::PAGE_BYTES_MAX);
                    }
                    Effect::SetAside { .. }
                    | Effect::Apply { .. }
                    | Effect::WakeAt(_)
                    | Effect::Progress(_) => {}
                }
            }
            prop_assert_eq!(
                finished && !effects.iter().any(|e| matches!(e, Effect::BuildRequest { .. })),
                !was_idle && bench.engine.is_idle(),
                "it finishes exactly when it becomes idle"
            );
        }
        // From wherever it stands, it can be ended, and it starts again.
        bench.handle(Event::Cancelled);
        prop_assert!(bench.engine.is_idle());
        let started = bench.wanted(Reason::Person);
        prop_assert!(matches!(started[..], [Effect::BuildRequest { .. }]), "{:?}", started);
    }

    #[test]
    fn a_run_ends_when_the_server_has_nothing_more(
        seed: u64, failures in prop::collection::vec(0u8..4, 0..20), pages in 0u32..10,
    ) {
        let mut bench = Bench { rng: ChaCha8Rng::seed_from_u64(seed), ..Bench::new() };
        let mut failures = failures.into_iter();
        let mut pages = pages;
        bench.wanted(Reason::News);
        for _ in 0..100 {
            bench.built(0);
            let effects = match failures.next() {
                Some(0) => bench.failed(TransportFailure::Cut),
                Some(1) => bench.failed(TransportFailure::Unreachable),
                _ => {
                    bench.answered();
                    let pull = pages > 0;
                    pages = pages.saturating_sub(1);
                    bench.applied(moved(Left { pull, ..Left::default() }))
                }
            };
            match effects.last() {
                Some(Effect::Finished { outcome, .. }) => {
                    prop_assert_eq!(outcome, &SyncOutcome::Done);
                    prop_assert_eq!(pages, 0);
                    return Ok(());
                }
                Some(Effect::WakeAt(_)) => drop(bench.handle(Event::TimerFired)),
                Some(Effect::BuildRequest { .. }) => {}
                other => prop_assert!(false, "{other:?}"),
            }
        }
        prop_assert!(false, "the run never ended");
    }
}
