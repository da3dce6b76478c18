//! Tasks that somebody put off, or cannot do.

use super::{CaseRecord, Standing, Task, hold_all, instant, order, watched};
use crate::catalogue::{Catalogue, PutsOff};

/// Lets the newest record that names an open task put it off, or end it. When a supervisor is told
/// stays as it was: nobody silences a task by putting it off.
pub(super) fn apply(catalogue: &Catalogue, task: &mut Task, others: &[&CaseRecord]) {
    let of_task = others.iter().filter_map(|other| {
        let rules = catalogue.record_type(&other.record_type)?.puts_off.as_ref()?;
        names(rules, other, task).then_some((rules, *other))
    });
    let Some((rules, newest)) = of_task.max_by_key(|(_, other)| order(other)) else { return };
    if !rules.ends.is_empty() && hold_all(&newest.fields, &rules.ends) {
        task.standing = Standing::Ended;
    } else if let Some(until) = instant(&newest.fields, rules.until.as_str()) {
        task.due = task.due.max(until);
    }
}

fn names(rules: &PutsOff, other: &CaseRecord, task: &Task) -> bool {
    watched::named(&other.fields, &rules.task) == Some(task.record)
        && other.fields.get(rules.rule.as_str()).and_then(|rule| rule.as_str())
            == Some(task.rule.as_str())
        && instant(&other.fields, rules.due.as_str()).is_none_or(|due| due == task.due)
}
