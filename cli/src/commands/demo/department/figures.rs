//! What is counted in the department: that its weeks were played, and that the console's numbers are those
//! of its lists.

use model::time::{Span, Timestamp};
use rand::rngs::StdRng;
use server::admin::{Admin, VerifyProblem};
use server::console::{BoardFilter, BoardSort, ConsoleUser, Counts, TaskList};
use server::service::Service;

use super::desk::Account;
use super::staff::SOL;
use super::trouble;
use crate::commands::admin::admin_failure;
use crate::failure::Failure;

/// What was counted.
#[derive(Debug, PartialEq, Eq)]
pub struct Figures {
    /// How many people work there.
    pub people: usize,
    /// With how many people they work.
    pub persons: usize,
    /// How many records the server has.
    pub records: u64,
    /// What the console counts for the supervisor of street outreach.
    pub counts: Counts,
    /// How much of that the supervisor's lists have.
    pub listed: Counts,
    /// How many cases of the supervisor's had no contact for more than 14 days, and for more than 30.
    pub gaps: [u64; 2],
    /// In how many of them a consent has ended.
    pub consents_ended: u64,
    /// How many records that came too late wait for the supervisor.
    pub refusals: u64,
    /// How many forms are open on phones.
    pub drafts: u64,
    /// What the server's own check found.
    pub problems: Vec<VerifyProblem>,
}

impl Figures {
    /// Counts at the console, as the supervisor.
    pub(super) fn count(
        now: Timestamp,
        persons: usize,
        (service, admin): (&Service, &Admin),
        accounts: &[Account],
        rng: &mut StdRng,
    ) -> Result<Self, Failure> {
        let boss = accounts.iter().find(|account| account.name == SOL);
        let boss = boss.ok_or_else(|| trouble("nobody supervises"))?;
        // A code works once: the one of now is left to whoever looks around.
        let before = now + Span::from_minutes(-5);
        let seat = boss.enter(service, (before, rng))?;
        let console = service.at_the_console(now, &seat).map_err(trouble)?;
        let board = |filter: BoardFilter| {
            console.board(&filter, (BoardSort::Due, false), 0, 1).map_err(trouble)
        };
        let gap = |days| board(BoardFilter { gap_days: Some(days), ..BoardFilter::default() });
        let ended = board(BoardFilter { consent_ended: true, ..BoardFilter::default() })?;
        let verified = admin.verify().map_err(admin_failure)?;
        let devices = admin.devices().map_err(admin_failure)?;
        let figures = Self {
            people: admin.users().map_err(admin_failure)?.len(),
            persons,
            records: verified.records,
            counts: console.counts().map_err(trouble)?,
            listed: listed(&console)?,
            gaps: [gap(14)?.total, gap(30)?.total],
            consents_ended: ended.total,
            refusals: console.refusals(None).map_err(trouble)?.len() as u64,
            drafts: devices.iter().map(|device| u64::from(device.drafts.count)).sum(),
            problems: verified.problems,
        };
        service.sign_out(now, &seat).map_err(trouble)?;
        Ok(figures)
    }

    /// Returns whether there is something of everything, and the numbers are those of the lists.
    pub fn hold(&self) -> bool {
        let Counts { overdue, today, review, conflicts, .. } = self.counts;
        let [over_14, over_30] = self.gaps;
        let of_each =
            [overdue, today, review, conflicts, over_14, over_30, self.refusals, self.drafts];
        (self.people, self.persons) == (12, 60)
            && of_each.iter().all(|count| 0 < *count)
            && 0 < self.consents_ended
            && self.listed == self.counts
            && self.problems.is_empty()
    }
}

/// Returns how many rows the lists have that the console counts.
fn listed(console: &ConsoleUser<'_>) -> Result<Counts, Failure> {
    let tasks = |list| console.task_list(list, 0, 1).map(|page| page.total).map_err(trouble);
    Ok(Counts {
        overdue: tasks(TaskList::Overdue)?,
        today: tasks(TaskList::Today)?,
        review: console.review_queue(0, 1).map_err(trouble)?.total,
        conflicts: console.conflict_list(0, 1).map_err(trouble)?.total,
        safety: 0,
    })
}
