//! How long records may be shown without asking the server again, and how the time that passes is
//! noticed by a device whose clock anybody may set.
//!
//! A lease belongs to the answer that gave it: a span, which is the answer's end less its server's clock,
//! counted from when it came. What clocks said before plays no part, so that a server whose clock was
//! wrong once makes good with its next answer. What has passed of it is whichever is
//! furthest: what the device's clock says, and what the clock says that counts from the machine's
//! start and cannot be set ([`Uptime`]). A clock that is put back gives nothing back; one that is put
//! forward by mistake locks the device until it has met its server, and no longer.

use model::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// What a clock says that runs from the machine's start, asleep or awake, and that nobody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uptime {
    /// Which start of the machine it counts from, where the system says so.
    pub boot: Option<[u8; 16]>,
    /// How long that is ago.
    pub since: Span,
}

impl Uptime {
    /// The least that has passed since an earlier reading.
    fn after(self, earlier: Self) -> Span {
        let is_same_start = match (self.boot, earlier.boot) {
            (Some(now), Some(then)) => now == then,
            _ => self.since >= earlier.since,
        };
        match is_same_start {
            true => less(self.since, earlier.since),
            // The machine was started again since then.
            false => self.since,
        }
    }
}

/// How long records may be shown, and what the server's clock said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Until when, by the server's clock, records may be shown without asking the server again.
    pub until: Timestamp,
    /// What the server's clock said when they last met.
    #[serde(alias = "server_time_max")]
    pub server_time: Timestamp,
    /// The server's clock less this device's, when they last met.
    pub skew_ms: i64,
    /// Whether the server ordered the device to show nothing.
    pub ordered: bool,
    /// What was noticed of the time since then; none in a store of an earlier version.
    #[serde(default)]
    passed: Option<Passed>,
}

/// What a device has noticed of the time since it last met its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Passed {
    /// How much has passed.
    spent: Span,
    /// What the device's clock said last.
    now: Timestamp,
    /// The highest it ever said, and how much had passed then.
    highest: (Timestamp, Span),
    /// The last reading of the clock that cannot be set, and how much had passed then.
    uptime: Option<(Uptime, Span)>,
}

impl Passed {
    fn begin(now: Timestamp, uptime: Option<Uptime>) -> Self {
        let none = Span::default();
        Self { spent: none, now, highest: (now, none), uptime: uptime.map(|read| (read, none)) }
    }

    fn noticed(self, now: Timestamp, uptime: Option<Uptime>) -> Self {
        let (highest, spent_then) = self.highest;
        // A clock that was put back runs on from there; when it is right again nothing counts twice.
        let by_clock = match now > highest {
            true => more(spent_then, now.since(highest)),
            false => more(self.spent, now.since(self.now)),
        };
        let by_uptime = match (uptime, self.uptime) {
            (Some(read), Some((before, spent_then))) => more(spent_then, read.after(before)),
            _ => Span::default(),
        };
        let spent = self.spent.max(by_clock).max(by_uptime);
        Self {
            spent,
            now,
            highest: if now > highest { (now, spent) } else { self.highest },
            uptime: uptime.map(|read| (read, spent)).or(self.uptime),
        }
    }
}

impl Lease {
    /// The lease that an answer gives. Nothing of it has passed.
    pub(super) fn given(
        before: Option<&Self>,
        (now, uptime): (Timestamp, Option<Uptime>),
        server_time: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self {
            until,
            server_time,
            skew_ms: server_time.since(now).as_millis(),
            ordered: before.is_some_and(|before| before.ordered),
            passed: Some(Passed::begin(now, uptime)),
        }
    }

    /// The lease when the device's clocks say this.
    #[must_use]
    pub fn noticed(self, now: Timestamp, uptime: Option<Uptime>) -> Self {
        Self { passed: Some(self.passed().noticed(now, uptime)), ..self }
    }

    /// Returns whether records may not be shown or changed when the device's clock says this.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.ordered || self.has_lapsed(now)
    }

    /// Returns whether its time is over when the device's clock says this.
    pub fn has_lapsed(&self, now: Timestamp) -> bool {
        let spent = self.passed().noticed(now, None).spent;
        self.server_time + spent > self.until
    }

    /// When its time is over, by the device's clock, which says `now`.
    pub fn ends_at(&self, now: Timestamp) -> Timestamp {
        let spent = self.passed().noticed(now, None).spent;
        now + self.until.since(self.server_time + spent)
    }

    /// The server's clock less this device's.
    pub fn skew(&self) -> Span {
        Span::from_millis(self.skew_ms)
    }

    /// Returns whether enough was noticed since `kept` was written to write it again: `least` has
    /// passed, or the machine was started anew.
    pub(super) fn is_news(&self, kept: &Self, least: Span) -> bool {
        let (ours, theirs) = (self.passed(), kept.passed());
        let boot = |passed: &Passed| passed.uptime.map(|(read, _)| read.boot);
        less(ours.spent, theirs.spent) >= least
            || ours.now.since(theirs.now) >= least
            || theirs.now.since(ours.now) >= least
            || boot(&ours) != boot(&theirs)
    }

    fn passed(&self) -> Passed {
        // A store of an earlier version knows when they met, and nothing later.
        let met = || Passed::begin(self.server_time - self.skew(), None);
        self.passed.unwrap_or_else(met)
    }
}

fn more(span: Span, by: Span) -> Span {
    Span::from_millis(span.as_millis().saturating_add(by.as_millis()))
}

fn less(span: Span, by: Span) -> Span {
    Span::from_millis(span.as_millis().saturating_sub(by.as_millis()))
}

/// What an open store knows of the time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// The lease with what was noticed; none before the first.
    pub(super) lease: Option<Lease>,
    /// The same as it stands in the database.
    pub(super) kept: Option<Lease>,
    /// The last reading of the clock that cannot be set.
    pub(super) uptime: Option<Uptime>,
}

impl Time {
    pub(super) fn left(lease: Option<Lease>) -> Self {
        Self { lease, kept: lease, uptime: None }
    }

    pub(super) fn notice(&mut self, now: Timestamp, uptime: Option<Uptime>) {
        self.uptime = uptime.or(self.uptime);
        self.lease = self.lease.map(|lease| lease.noticed(now, uptime));
    }

    /// The lease, when so much of it was noticed that it is to be written.
    pub(super) fn news(&self, least: Span) -> Option<Lease> {
        let (lease, kept) = (self.lease?, self.kept?);
        lease.is_news(&kept, least).then_some(lease)
    }
}

/// Who kills the program gains no more than this, if the machine has no clock that cannot be set.
pub(super) const KEPT_TO: Span = Span::from_minutes(1);

/// Nobody may write for days, and look.
pub(super) const KEPT_AT_ONCE: Span = Span::from_minutes(30);

#[cfg(test)]
mod tests {
    use super::*;

    const MET: Timestamp = Timestamp::from_millis(1_800_000_000_000);
    const HOURS: Span = Span::from_hours(1);

    #[test]
    fn a_lease_ends_after_its_time_and_not_before() {
        let lease = lease(None);
        assert!(!lease.is_locked(MET + Span::from_hours(72)));
        assert!(lease.is_locked(MET + Span::from_hours(72) + Span::from_millis(1)));
    }

    #[test]
    fn a_clock_that_is_put_back_before_the_end_gives_nothing_back() {
        let mut lease = lease(None);
        for hours in [24, 48, 71] {
            lease = lease.noticed(MET + Span::from_hours(hours), None);
        }
        // A day back, and it runs on from there.
        lease = lease.noticed(MET + Span::from_hours(47), None);
        assert!(!lease.is_locked(MET + Span::from_hours(48)));
        assert!(lease.is_locked(MET + Span::from_hours(49)));
        // To and fro: each day that runs counts.
        for _ in 0..3 {
            lease = lease.noticed(MET, None);
            lease = lease.noticed(MET + Span::from_hours(24), None);
        }
        assert!(lease.is_locked(MET + HOURS));
    }

    #[test]
    fn a_battery_that_ran_empty_neither_locks_nor_gives_time() {
        let lease = lease(None).noticed(MET + Span::from_hours(40), None);
        let fallen = lease.noticed(Timestamp::from_millis(0), None);
        assert!(!fallen.is_locked(Timestamp::from_millis(0)));
        let some = fallen.noticed(Timestamp::from_millis(0) + Span::from_hours(2), None);
        // The network set it right: what passed is what passed.
        let right = some.noticed(MET + Span::from_hours(60), None);
        assert!(!right.is_locked(MET + Span::from_hours(72)));
        assert!(right.is_locked(MET + Span::from_hours(73)));
        // Left in 1970, it counts on.
        assert!(some.is_locked(Timestamp::from_millis(0) + Span::from_hours(33)));
    }

    #[test]
    fn what_the_machine_says_counts_whatever_the_clock_says() {
        let lease = lease(up(1, 10));
        let frozen = |hours| lease.noticed(MET, up(1, hours));
        assert!(!frozen(82).is_locked(MET));
        assert!(frozen(83).is_locked(MET));
        // Nothing is counted twice when both clocks run.
        let mut both = lease;
        for hours in 1..=72 {
            both = both.noticed(MET + Span::from_hours(hours), None);
            both = both.noticed(MET + Span::from_hours(hours), up(1, 10 + hours));
        }
        assert!(!both.is_locked(MET + Span::from_hours(72)));
        assert!(both.is_locked(MET + Span::from_hours(73)));
    }

    #[test]
    fn a_machine_that_was_started_again_counts_from_there_as_well() {
        for boots in [[Some(1), Some(2), Some(3)], [None; 3]] {
            let read = |at: usize, hours| {
                Some(Uptime { boot: boots[at].map(|n| [n; 16]), since: Span::from_hours(hours) })
            };
            // 30 hours, then 25, then 20: the clock is put back to the meeting at each start.
            let lease = lease(read(0, 40)).noticed(MET, read(0, 70)).noticed(MET, read(1, 25));
            assert!(!lease.noticed(MET, read(2, 16)).is_locked(MET));
            assert!(lease.noticed(MET, read(2, 20)).is_locked(MET));
        }
    }

    #[test]
    fn a_clock_far_ahead_locks_until_the_server_is_met_and_no_longer() {
        let far = MET + Span::from_days(3_650);
        let ahead = lease(None).noticed(far, None);
        assert!(ahead.is_locked(far) && ahead.is_locked(MET + HOURS));
        // With the wrong clock still, and when it was set right before.
        for now in [far, MET + HOURS] {
            let server_time = MET + HOURS;
            let until = server_time + Span::from_hours(72);
            let met = Lease::given(Some(&ahead), (now, None), server_time, until);
            assert!(!met.is_locked(now) && !met.is_locked(now + Span::from_hours(72)));
            assert!(met.is_locked(now + Span::from_hours(73)));
        }
    }

    #[test]
    fn a_server_whose_clock_was_wrong_makes_good_with_its_next_answer() {
        let span = Span::from_hours(72);
        for wrong in [Span::from_days(5), Span::from_days(-5), Span::from_days(4_000)] {
            let server_time = MET + wrong;
            let mut met = Lease::given(None, (MET, up(1, 1)), server_time, server_time + span);
            assert!(!met.is_locked(MET + span) && met.is_locked(MET + Span::from_hours(73)));
            // An hour later it has come to its senses.
            met = met.noticed(MET + HOURS, up(1, 2));
            let now = MET + HOURS;
            let met = Lease::given(Some(&met), (now, up(1, 2)), now, now + span);
            assert!(!met.is_locked(now + span), "{wrong:?}");
            assert!(met.is_locked(now + Span::from_hours(73)), "{wrong:?}");
        }
    }

    #[test]
    fn a_lease_of_an_earlier_version_counts_from_the_meeting() {
        let text = r#"{"until":1800259200000,"server_time_max":1800000000000,"skew_ms":-60000,
            "ordered":false}"#;
        let lease: Lease = serde_json::from_str(text).unwrap();
        assert!(!lease.is_locked(MET + Span::from_minutes(1) + Span::from_hours(72)));
        assert!(lease.is_locked(MET + Span::from_minutes(2) + Span::from_hours(72)));
    }

    fn lease(uptime: Option<Uptime>) -> Lease {
        Lease::given(None, (MET, uptime), MET, MET + Span::from_hours(72))
    }

    fn up(boot: u8, hours: i64) -> Option<Uptime> {
        Some(Uptime { boot: Some([boot; 16]), since: Span::from_hours(hours) })
    }
}
