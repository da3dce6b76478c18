//! What is to be done: in a case, and today.

use client_core::store::query::{ListFilter, OpenTask};
use model::catalogue::{BelongsTo, FollowUp};
use model::ids::{CaseId, DraftId, RecordId};
use model::time::Span;
use model::value::{FieldValue, Scalar};
use ui::Refusal;
use ui::views::TaskRow;
use ui::views::phone::{HurriedRecord, Storage, SyncLine, TodayTask, TodayView, UnfinishedForm};

use crate::handles::TaskName;
use crate::source::DeviceSource;

impl DeviceSource<'_> {
    /// Returns the tasks that are open.
    pub(crate) fn open_tasks(&self) -> Result<Vec<OpenTask>, Refusal> {
        self.told(self.device.tasks(self.now))
    }

    /// Returns the tasks of a case, as its page lists them.
    pub(crate) fn tasks_of_case(&self, case: CaseId) -> Result<Vec<TaskRow>, Refusal> {
        let open = self.open_tasks()?.into_iter().filter(|task| task.case == Some(case));
        let mut rows = Vec::new();
        for task in open {
            let Some(view) = self.view_of(task.record)? else { continue };
            let name = TaskName { record: task.record, rule: task.rule };
            rows.push(TaskRow {
                name: Some(self.handles.of(&name)?),
                record: self.handles.of(&task.record)?,
                case: Some((self.handles.of(&case)?, task.title)),
                record_type: task.record_type,
                task: task.label,
                program: view.program,
                due: task.due,
                overdue: task.overdue,
                flagged: task.flagged,
                paused: task.paused,
                attempts: task.attempts,
                owners: task.owner_name.into_iter().collect(),
                returned: task.returned.as_ref().map(|said| self.returned(said)).transpose()?,
            });
        }
        Ok(rows)
    }

    /// Returns the task that a handle names, while it is open.
    pub(crate) fn open_task(&self, name: &TaskName) -> Result<OpenTask, Refusal> {
        let is_it = |task: &OpenTask| task.record == name.record && task.rule == name.rule;
        self.open_tasks()?.into_iter().find(is_it).ok_or(Refusal::NotFound)
    }

    /// Returns the rule by which a task was set.
    pub(crate) fn rule_of(&self, task: &OpenTask) -> Option<&FollowUp> {
        let known = self.catalogue.record_type(&task.record_type)?;
        known.follow_ups.iter().find(|rule| rule.name == task.rule)
    }

    pub(crate) fn sync_line(&self) -> SyncLine {
        let read = self.device.store().read();
        let lease = read.lease().ok();
        let running = self.around.sync.running.is_some();
        let unreachable = self.around.sync.ended.is_some_and(|(end, _)| end.is_unreachable());
        // A locked phone tells nothing of what is to be done.
        let tasks = self.device.tasks(self.now).unwrap_or_default();
        let overdue = tasks.iter().filter(|task| task.overdue).count();
        SyncLine {
            unsent: read.outbox_size().unwrap_or_default(),
            refused: read.refused_size().unwrap_or_default(),
            last: read.last_sync().ok().flatten(),
            running,
            unreachable,
            overdue: u64::try_from(overdue).unwrap_or(u64::MAX),
            storage_low: self.around.storage.is_some_and(Storage::is_low),
            locks_at: lease.map(|lease| lease.ends_at(self.now)),
            locked: lease.is_some_and(|lease| lease.is_locked(self.now)),
            drafts: read.open_drafts().map_or(0, |open| u64::try_from(open.len()).unwrap_or(0)),
            behind: lease.map(|lease| lease.skew()).unwrap_or_default(),
        }
    }

    pub(crate) fn day(&self) -> Result<TodayView, Refusal> {
        let mut tasks = Vec::new();
        for task in self.open_tasks()? {
            let may_put_off = self.may_put_off(&task)?;
            let name = TaskName { record: task.record, rule: task.rule };
            tasks.push(TodayTask {
                task: self.handles.of(&name)?,
                case: task.case.map(|case| self.handles.of(&case)).transpose()?,
                about: task.title,
                label: task.label,
                due: task.due,
                overdue: task.overdue,
                paused: task.paused,
                attempts: task.attempts,
                returned: task.returned.as_ref().map(|said| self.returned(said)).transpose()?,
                may_put_off,
            });
        }
        let conflicts = self.told(self.device.conflicts(self.now))?.len();
        let filter = ListFilter { limit: Some(1), ..ListFilter::default() };
        Ok(TodayView {
            unfinished: self.unfinished()?,
            to_finish: self.hurried()?,
            conflicts: u64::try_from(conflicts).unwrap_or(u64::MAX),
            refused: self.stored(self.device.store().read().refused_size())?,
            taken: self.taken()?,
            has_people: !self.told(self.device.list(self.now, &filter))?.is_empty(),
            tasks,
        })
    }

    /// Returns how much was sent from each case that was taken away since it was last read.
    fn taken(&self) -> Result<Vec<u64>, Refusal> {
        let taken = self.stored(self.device.store().read().taken_away())?;
        Ok(taken.iter().map(|it| it.sent).collect())
    }

    fn unfinished(&self) -> Result<Vec<UnfinishedForm>, Refusal> {
        let drafts = self.told(self.device.drafts(self.now))?;
        let rows = drafts.into_iter().map(|summary| {
            let draft = summary.draft;
            Ok(UnfinishedForm {
                draft: self.handles.of::<DraftId>(&draft.id)?,
                edits: matches!(draft.of, client_core::store::drafts::DraftOf::Edit(_)),
                about: match draft.case {
                    Some(case) => self.person_of(case)?,
                    None => None,
                },
                record_type: draft.record_type,
                touched_at: draft.touched_at,
                problems: summary.problems,
                is_old: summary.is_old,
            })
        });
        rows.collect()
    }

    /// Returns the contacts of the owner's last days that wait for their note.
    pub(crate) fn hurried(&self) -> Result<Vec<HurriedRecord>, Refusal> {
        let types = self.catalogue.types.values().filter(|known| {
            let is_contact = known.contact.as_ref().is_some_and(|likes| !likes.is_empty());
            is_contact && known.belongs_to != BelongsTo::Itself
        });
        let mut rows = Vec::new();
        for known in types {
            let own = self.device.store().read().newest_of_own(&known.name, HURRIED_MAX);
            for record in self.stored(own)? {
                let Some(view) = self.view_of(record)? else { continue };
                if !is_hurried(view.fields.get(APPROVAL)) || self.is_open_for_edit(record)? {
                    continue;
                }
                let row = self.row_of(&view)?;
                if self.now.since(row.occurred_at) > HURRIED_FOR {
                    continue;
                }
                rows.push(HurriedRecord {
                    about: match view.case {
                        Some(case) => self.person_of(case)?,
                        None => None,
                    },
                    record: row.record,
                    record_type: row.record_type,
                    occurred_at: row.occurred_at,
                });
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.occurred_at));
        Ok(rows)
    }

    /// Returns whether a form that changes a record is open: it stands among the unfinished.
    fn is_open_for_edit(&self, record: RecordId) -> Result<bool, Refusal> {
        let open = self.stored(self.device.store().read().open_drafts())?;
        let edits = client_core::store::drafts::DraftOf::Edit(record);
        Ok(open.iter().any(|draft| draft.of == edits))
    }
}

/// Returns whether the approval says that a record is a draft still.
fn is_hurried(approval: Option<&serde_json::Value>) -> bool {
    approval.and_then(serde_json::Value::as_str) == Some(DRAFT)
}

/// Returns whether the approval in these fields says that a record is a draft still.
pub(crate) fn says_draft(approval: Option<&FieldValue>) -> bool {
    matches!(
        approval.and_then(FieldValue::scalar),
        Some(Scalar::Choice(code)) if code.as_str() == DRAFT
    )
}

/// The field by which an author says that a record is ready (`catalogue/common.toml`).
pub(crate) const APPROVAL: &str = "approval";

/// Its author is not ready with it.
pub(crate) const DRAFT: &str = "draft";

/// Its author is.
pub(crate) const SUBMITTED: &str = "submitted";

/// A note that was not finished in so long is not asked for any more.
const HURRIED_FOR: Span = Span::from_days(14);

/// The newest contacts that are looked through for those without a note.
const HURRIED_MAX: usize = 50;
