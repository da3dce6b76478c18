//! What is to be done, as far as its reader sees the record that asks for it: by the same rules, and
//! never by looking at what they may not see.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Access;
use model::followup::{Standing, is_flagged, is_overdue};
use model::ids::{FeedSeq, UserId};
use model::policy;
use model::wire::MembershipV1;

use super::{ConsoleError, ConsoleUser, PAGE_RECORDS_MAX, Reader, TaskRow, Tasks, before_entry};
use crate::access::case_context::CaseContext;
use crate::error::StoreError;
use crate::store::tasks::OpenTask;

impl ConsoleUser<'_> {
    /// Lists what is still to be done of what they may see: the page before this one's `next`, or
    /// the first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tasks(&self, before: Option<u64>) -> Result<Tasks, ConsoleError> {
        let before = before_entry(before);
        let page = self.readers.read(|db| self.reader(db, None)?.tasks(before, |_| true))?;
        self.note("tasks".into(), format!("{} tasks", page.open.len()))?;
        Ok(page)
    }

    /// Of what is to be done in the programs that they supervise: what is late, or has waited so long
    /// that a supervisor is told.
    ///
    /// # Errors
    /// When they supervise nothing, or the store fails.
    pub fn late_tasks(&self, before: Option<u64>) -> Result<Tasks, ConsoleError> {
        let before = before_entry(before);
        let page = match self.readers.read(|db| self.reader(db, None)?.late_tasks(before)) {
            Ok(page) => page,
            Err(refusal) => return self.refused("late tasks".into(), refusal),
        };
        self.note("late tasks".into(), format!("{} tasks", page.open.len()))?;
        Ok(page)
    }
}

impl Reader<'_> {
    fn late_tasks(&self, before: FeedSeq) -> Result<Tasks, ConsoleError> {
        let supervised: Vec<&MembershipV1> = self
            .memberships
            .iter()
            .filter(|held| {
                let cells = self.context.catalogue.access.iter();
                cells
                    .filter(|((role, _), _)| *role == held.role)
                    .any(|(_, cell)| *cell == Access::Supervise)
            })
            .collect();
        if supervised.is_empty() {
            return Err(policy::Denial::NoAccess.into());
        }
        self.tasks(before, |open| {
            let OpenTask { task, listed } = open;
            let supervises = |held: &MembershipV1| {
                held.program == listed.program
                    && self.context.catalogue.access(&held.role, &listed.scope.compartment)
                        == Access::Supervise
            };
            let paused = task.standing == Standing::Paused;
            let is_late =
                is_overdue(paused, task.due, self.now) || is_flagged(paused, &task.flags, self.now);
            is_late && supervised.iter().any(|held| supervises(held))
        })
    }

    /// The tasks of records that came before this entry of the feed, as many as make a page: what is
    /// due, and when, rests on dates that are claims, and nobody's hide what others are to do.
    fn tasks(
        &self,
        before: FeedSeq,
        wanted: impl Fn(&OpenTask) -> bool,
    ) -> Result<Tasks, ConsoleError> {
        let catalogue = &self.context.catalogue;
        let rules_most = catalogue.types.values().map(|known| known.follow_ups.len()).max();
        let programs: BTreeSet<_> = self.memberships.iter().map(|held| &held.program).collect();
        let concerns = |open: &OpenTask| {
            let OpenTask { task, listed } = open;
            let is_theirs = task.owner == Some(self.user)
                || policy::does_its_tasks(
                    catalogue,
                    &self.memberships,
                    &listed.scope.compartment,
                    &listed.record_type,
                );
            is_theirs && task.only_for.as_ref().is_none_or(|only| programs.contains(only))
        };
        let mut newest = Newest {
            found: BTreeMap::new(),
            // What a record asks for stands on one page.
            most: PAGE_RECORDS_MAX + rules_most.unwrap_or(0),
        };
        let mut take = |open: OpenTask| {
            if open.listed.came < before && concerns(&open) && wanted(&open) {
                newest.take(open);
            }
        };
        self.db.each_open_task(self.user, &mut take)?;
        for compartment in self.open_to_their_roles() {
            self.db.each_task_in(compartment, None, &mut take)?;
        }
        for open in self.named(before)? {
            take(open);
        }
        let names = self.db.users()?;
        let (mut open, mut last, mut next) = (Vec::new(), None, None);
        for task in newest.found.into_values() {
            let came = task.listed.came.0;
            if open.len() >= PAGE_RECORDS_MAX && last != Some(came) {
                next = last;
                break;
            }
            last = Some(came);
            open.push(self.task_row(task, &names)?);
        }
        open.sort_by(|a, b| (a.due, a.record, &a.rule).cmp(&(b.due, b.record, &b.rule)));
        Ok(Tasks { open, next })
    }

    /// Those of records that came before this entry of the feed and whose types are named for one of
    /// their roles, where the matrix gives it no more than that.
    fn named(&self, before: FeedSeq) -> Result<Vec<OpenTask>, StoreError> {
        let catalogue = &self.context.catalogue;
        let mut found = Vec::new();
        for known in catalogue.types.values() {
            for (code, _) in catalogue.compartments.iter() {
                let named = |held: &MembershipV1| {
                    let cell = catalogue.access(&held.role, code);
                    known.also_read_by.contains(&held.role)
                        && matches!(cell, Access::NamedFields | Access::Aggregate)
                };
                if !catalogue.can_live_in(known, code) || !self.memberships.iter().any(named) {
                    continue;
                }
                self.db.each_task_in(code, Some(&known.name), |open| {
                    if open.listed.came < before {
                        found.push(open);
                    }
                })?;
            }
        }
        let cases = found.iter().map(|open| open.listed.scope.case).collect();
        let cases = CaseContext::all_at_the_console(self.db, self.now, self.user, cases)?;
        found.retain(|open| {
            let (scope, name) = (&open.listed.scope, &open.listed.record_type);
            let known = cases.get(&scope.case);
            known.is_some_and(|known| self.may_see(known, &scope.compartment, name))
        });
        Ok(found)
    }

    pub(super) fn task_row(
        &self,
        open: OpenTask,
        names: &BTreeMap<UserId, String>,
    ) -> Result<TaskRow, ConsoleError> {
        let OpenTask { task, listed } = open;
        let known = self.context.catalogue.record_type(&listed.record_type);
        let rule = known.and_then(|known| known.follow_ups.iter().find(|r| r.name == task.rule));
        let paused = task.standing == Standing::Paused;
        let assigned = match listed.case {
            Some(case) => self.db.colleagues_on_case(self.user, case)?,
            None => Default::default(),
        };
        Ok(TaskRow {
            record: task.record,
            about: task.about,
            record_type: listed.record_type,
            case: listed.case,
            compartment: listed.scope.compartment,
            program: listed.program,
            task: rule.map(|rule| rule.label.clone()),
            rule: task.rule,
            due: task.due,
            overdue: is_overdue(paused, task.due, self.now),
            flagged: is_flagged(paused, &task.flags, self.now),
            paused,
            attempts: task.attempts,
            last_attempt: task.last_attempt,
            owner: task.owner.and_then(|owner| names.get(&owner).cloned()),
            yours: task.owner == Some(self.user),
            assigned: assigned.iter().filter_map(|user| names.get(user).cloned()).collect(),
        })
    }
}

/// The tasks whose records came last, each once.
struct Newest {
    found: BTreeMap<(Reverse<FeedSeq>, String), OpenTask>,
    /// How many are kept.
    most: usize,
}

impl Newest {
    fn take(&mut self, open: OpenTask) {
        self.found.insert((Reverse(open.listed.came), open.task.rule.clone()), open);
        if self.found.len() > self.most {
            self.found.pop_last();
        }
    }
}
