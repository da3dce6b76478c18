//! Which answer closes which task of a series: each closes one.

use super::{CaseRecord, Standing, Task, is_like, order};
use crate::catalogue::{Due, FollowUp};
use crate::time::Timestamp;

/// Returns whether two rules of a type belong to one series.
pub(super) fn are_one(first: &FollowUp, second: &FollowUp) -> bool {
    let after = |rule: &FollowUp| matches!(rule.due, Due::After(_));
    after(first) == after(second)
        && first.from == second.from
        && first.answered_by == second.answered_by
}

/// Lets the records answer what is set, the earliest first.
pub(super) fn answer(record: &CaseRecord, set: &mut [(&FollowUp, Task)], others: &[&CaseRecord]) {
    let mut done = vec![false; set.len()];
    for first in 0..set.len() {
        if done.get(first) == Some(&true) {
            continue;
        }
        let Some((rule, _)) = set.get(first) else { continue };
        let rule = *rule;
        let places: Vec<usize> = (first..set.len())
            .filter(|at| set.get(*at).is_some_and(|(r, _)| are_one(r, rule)))
            .collect();
        for at in &places {
            if let Some(done) = done.get_mut(*at) {
                *done = true;
            }
        }
        let mut tasks: Vec<&mut Task> = set
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| places.contains(at))
            .map(|(_, (_, task))| task)
            .collect();
        let mut answers: Vec<&CaseRecord> = others
            .iter()
            .filter(|other| rule.answered_by.iter().any(|like| is_like(like, record, other)))
            .copied()
            .collect();
        answers.sort_by_key(|answer| order(answer));
        settle(&mut tasks, &answers);
    }
}

/// `tasks` are those of one series, `answers` in the order in which they happened.
fn settle(tasks: &mut [&mut Task], answers: &[&CaseRecord]) {
    tasks.sort_by_key(|task| task.due);
    let dues: Vec<Timestamp> = tasks.iter().map(|task| task.due).collect();
    let mut taken = vec![false; tasks.len()];
    for answer in answers {
        let at = answer.occurred_at;
        let takes = |(place, task): &(usize, &&mut Task)| {
            let is_free = taken.get(*place) == Some(&false) && at > task.opens;
            // What the record itself says was done may have a record of its own as well: the one
            // that lies nearer to it than to the next task.
            let is_its_own = || match dues.get(place + 1) {
                Some(next) => {
                    at.as_millis() - task.due.as_millis() <= next.as_millis() - at.as_millis()
                }
                None => true,
            };
            is_free && (task.standing == Standing::Open || is_its_own())
        };
        let Some(place) = tasks.iter().enumerate().find(takes).map(|(place, _)| place) else {
            continue;
        };
        if let (Some(taken), Some(task)) = (taken.get_mut(place), tasks.get_mut(place)) {
            *taken = true;
            if task.standing == Standing::Open {
                task.standing = Standing::Answered { by: answer.record, at };
            }
        }
    }
}
