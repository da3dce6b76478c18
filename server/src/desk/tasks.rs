//! What is to be done, as far as its reader sees the record that asks for it: by the same rules, and
//! never by looking at what they may not see.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use model::catalogue::Access;
use model::followup::{Standing, is_flagged, is_overdue};
use model::ids::{RecordId, UserId};
use model::wire::MembershipV1;

use super::{AtDesk, DeskRefusal, Reader, TaskRow, Tasks};
use crate::error::StoreError;
use crate::facts::Known;
use crate::store::tasks::{self, OpenTask};
use crate::store::{grants, people};

impl AtDesk<'_> {
    /// What is still to be done of what they may see, due first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn tasks(&self) -> Result<Tasks, DeskRefusal> {
        let open = self.readers.read(|db| self.reader(db, None)?.tasks())?;
        self.note("tasks".into(), format!("{} tasks", open.len()))?;
        Ok(Tasks { open })
    }

    /// Of what is to be done in the programs that they supervise: what is late, or has waited so long
    /// that a supervisor is told.
    ///
    /// # Errors
    /// When they supervise nothing, or the store fails.
    pub fn late_tasks(&self) -> Result<Tasks, DeskRefusal> {
        let open = match self.readers.read(|db| self.reader(db, None)?.late_tasks()) {
            Ok(open) => open,
            Err(refusal) => return self.refused("late tasks".into(), refusal),
        };
        self.note("late tasks".into(), format!("{} tasks", open.len()))?;
        Ok(Tasks { open })
    }
}

impl Reader<'_> {
    fn late_tasks(&self) -> Result<Vec<TaskRow>, DeskRefusal> {
        let supervised: Vec<&MembershipV1> = self
            .memberships
            .iter()
            .filter(|held| {
                let cells = self.base.catalogue.access.iter();
                cells
                    .filter(|((role, _), _)| *role == held.role)
                    .any(|(_, cell)| *cell == Access::Supervise)
            })
            .collect();
        if supervised.is_empty() {
            return Err(model::policy::Refusal::NoAccess.into());
        }
        let mut tasks = self.tasks()?;
        tasks.retain(|task| {
            let supervises = |held: &&&MembershipV1| {
                held.program == task.program
                    && self.base.catalogue.access(&held.role, &task.compartment)
                        == Access::Supervise
            };
            (task.flagged || task.overdue) && supervised.iter().any(|held| supervises(&held))
        });
        Ok(tasks)
    }

    fn tasks(&self) -> Result<Vec<TaskRow>, DeskRefusal> {
        let mut found: BTreeMap<(RecordId, String), OpenTask> = BTreeMap::new();
        let mut take = |open: OpenTask| {
            found.insert((open.task.record, open.task.rule.clone()), open);
        };
        tasks::each_open(self.db, self.user, &mut take)?;
        for compartment in self.open_to_their_roles() {
            tasks::each_in(self.db, compartment, None, &mut take)?;
        }
        for open in self.named()? {
            take(open);
        }
        let names = people::users(self.db)?;
        let programs: BTreeSet<_> = self.memberships.iter().map(|held| &held.program).collect();
        let concerns = |open: &OpenTask| {
            open.task.only_for.as_ref().is_none_or(|only| programs.contains(only))
        };
        let mut rows = Vec::new();
        for open in found.into_values().filter(concerns) {
            rows.push(self.task_row(open, &names)?);
        }
        rows.sort_by(|a, b| (a.due, a.record, &a.rule).cmp(&(b.due, b.record, &b.rule)));
        Ok(rows)
    }

    /// Those of records whose types are named for one of their roles, where the matrix gives it no
    /// more than that.
    fn named(&self) -> Result<Vec<OpenTask>, StoreError> {
        let catalogue = &self.base.catalogue;
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
                tasks::each_in(self.db, code, Some(&known.name), |open| found.push(open))?;
            }
        }
        let mut cases: BTreeMap<_, Known> = BTreeMap::new();
        let mut seen = Vec::new();
        for open in found {
            let case = open.listed.scope.case;
            let known = match cases.entry(case) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    place.insert(Known::at_a_desk(self.db, self.now, self.user, case)?)
                }
            };
            let (scope, name) = (&open.listed.scope, &open.listed.record_type);
            if self.may_see(known, &scope.compartment, name) {
                seen.push(open);
            }
        }
        Ok(seen)
    }

    fn task_row(
        &self,
        open: OpenTask,
        names: &BTreeMap<UserId, String>,
    ) -> Result<TaskRow, DeskRefusal> {
        let OpenTask { task, listed } = open;
        let known = self.base.catalogue.record_type(&listed.record_type);
        let rule = known.and_then(|known| known.follow_ups.iter().find(|r| r.name == task.rule));
        let paused = task.standing == Standing::Paused;
        let assigned = match listed.case {
            Some(case) => grants::colleagues(self.db, self.user, case)?,
            None => Default::default(),
        };
        Ok(TaskRow {
            record: task.record,
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
