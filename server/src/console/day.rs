//! What only the console's pages have: the day's counts and lists, the board, and where somebody is signed
//! in.

use std::collections::BTreeMap;

use model::catalogue::{Catalogue, Label};
use model::ids::{ChangeHash, FieldName, OptionCode, RecordId, UserId};
use serde::{Deserialize, Serialize};
use ui::views::safety::OutRow;
use ui::views::{
    Approval, BoardFilter, BoardRow, BoardSort, BoardView, CaseView, Counts, Found, Handle,
    HomeView, ReviewRow, ReviewView, Seen, SessionRow, TaskRow, TasksOf, TasksView,
};
use ui::{
    AdministrationSource, AssignSource, ConsoleSource, LateSource, PrivacySource, RecoverySource,
    Refusal, SeersSource,
};

use super::handles::Handles;
use super::lists::RecordsPage;
use super::lists::{self, TaskList};
use super::screens::Screens;
use super::{ConsoleError, ConsoleUser, Reader};
use crate::identity::accounts::{EndSessions, OwnRefusal};

impl ConsoleSource for Screens<'_> {
    fn disputes(&mut self) -> &mut dyn ui::DisputeSource {
        self
    }

    fn administration(&mut self) -> &mut dyn AdministrationSource {
        self
    }

    fn home(&mut self) -> Result<HomeView, Refusal> {
        let day = self.console.day(HOME_ROWS);
        let day = self.told(day)?;
        let counts = self.counted(day.counts);
        let (due, quiet) = (self.shown_tasks(day.due)?, self.shown_cases(day.quiet)?);
        Ok(HomeView { counts, due, quiet })
    }

    fn counts(&mut self) -> Result<Counts, Refusal> {
        if let Some(counts) = self.counts {
            return Ok(counts);
        }
        let counts = self.console.counts();
        let counts = self.told(counts)?;
        Ok(self.counted(counts))
    }

    fn out_now(&mut self) -> Result<Vec<OutRow>, Refusal> {
        self.read(|reader, _| reader.out_now())
    }

    fn board(&mut self, skip: u64) -> Result<BoardView, Refusal> {
        let kept = self.console.setting(BOARD_SETTING);
        let kept = self.told(kept)?;
        // A filter that an earlier version kept, and this one does not read, filters nothing.
        let kept: KeptFilter =
            kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let order = (kept.sort, kept.descending);
        let page = self.console.board(&kept.filter, order, skip, BOARD_ROWS);
        let page = self.told(page)?;
        self.counted(page.counts);
        let (rows, total) = (self.shown_cases(page.rows)?, page.total);
        let (workers, programs, risks) = self.read(|reader, _| {
            let colleagues = reader.db.colleagues(reader.user)?.people;
            let active = colleagues.into_iter().filter(|one| one.active);
            let workers = active.map(|one| (one.user, one.name)).collect();
            let programs = reader.memberships.iter().map(|held| held.program.clone());
            let mut programs: Vec<_> = programs.collect();
            programs.dedup();
            Ok((workers, programs, risks(&reader.context.catalogue)))
        })?;
        let skipped = u64::try_from(skip).unwrap_or(u64::MAX);
        let filter = kept.into_shown();
        Ok(BoardView { rows, total, skipped, filter, workers, programs, risks })
    }

    fn keep_board_filter(&mut self, filter: &BoardFilter) -> Result<(), Refusal> {
        let kept = KeptFilter::of(filter);
        let text = serde_json::to_string(&kept).unwrap_or_default();
        let kept = self.console.set_setting(BOARD_SETTING, &text);
        self.told(kept)
    }

    fn tasks(&mut self, of: TasksOf, before: Option<u64>) -> Result<TasksView, Refusal> {
        let list = match of {
            TasksOf::All => TaskList::All,
            TasksOf::Overdue => TaskList::Overdue,
            TasksOf::Today => TaskList::Today,
        };
        let skip = usize::try_from(before.unwrap_or(0)).unwrap_or(usize::MAX);
        let (rows, total) = self.task_rows(list, skip, LIST_ROWS)?;
        let next = skip.saturating_add(rows.len());
        let next = u64::try_from(next).ok().filter(|next| *next < total);
        Ok(TasksView { rows, next })
    }

    fn conflicts(&mut self, skip: u64) -> Result<Found, Refusal> {
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let page = self.console.conflict_list(skip, LIST_ROWS);
        let page = self.told(page)?;
        self.found(skip, page)
    }

    fn review(&mut self, skip: u64) -> Result<ReviewView, Refusal> {
        let skip = usize::try_from(skip).unwrap_or(usize::MAX);
        let page = self.console.review_queue(skip, LIST_ROWS);
        let page = self.told(page)?;
        let total = page.total;
        let rows = self.read(|reader, handles| {
            let rows = page.rows.into_iter().map(|listed| {
                let zone = &reader.context.catalogue.zone;
                let due = zone.business_days_after(listed.received_at, REVIEW_DAYS);
                let person = listed.opened_by.map(|row| row.title);
                Ok(ReviewRow { row: reader.shown(handles, listed.row)?, person, due })
            });
            rows.collect::<Result<Vec<_>, ConsoleError>>()
        })?;
        Ok(ReviewView { rows, total })
    }

    fn approve(&mut self, record: &Handle, seen: Seen) -> Result<Approval, Refusal> {
        self.approve_as_seen(record, seen)
    }

    fn begin_return(&mut self, record: &Handle) -> Result<Handle, Refusal> {
        self.begin_return_of(record)
    }

    fn settle(
        &mut self,
        record: &Handle,
        field: &FieldName,
        change: ChangeHash,
    ) -> Result<bool, Refusal> {
        self.settle_on(record, field, change)
    }

    fn show_contact(&mut self, record: &Handle) -> Result<(), Refusal> {
        let record = self.named::<RecordId>(record)?;
        let noted = self.console.note_contact(record);
        self.told(noted)
    }

    fn hand_off(&mut self, case: &Handle, purpose: &str) -> Result<CaseView, Refusal> {
        self.print_of(case, purpose)
    }

    fn late(&mut self) -> &mut dyn LateSource {
        self
    }

    fn assigning(&mut self) -> &mut dyn AssignSource {
        self
    }

    fn sessions(&mut self) -> Result<Vec<SessionRow>, Refusal> {
        let ConsoleUser { accounts, now, who, .. } = self.console;
        let sessions = accounts.own_sessions(*now, who).map_err(ConsoleError::from);
        let sessions = self.told(sessions)?.sessions.into_iter();
        Ok(sessions
            .map(|session| SessionRow {
                number: session.session,
                begun_at: session.begun_at,
                used_at: session.used_at,
                this: session.here,
            })
            .collect())
    }

    fn end_session(&mut self, number: Option<&str>) -> Result<(), Refusal> {
        let asked = EndSessions { session: number.map(str::to_owned) };
        let ConsoleUser { accounts, now, who, .. } = self.console;
        match accounts.end_own_sessions(*now, who, asked) {
            Ok(()) => Ok(()),
            Err(OwnRefusal::Store(error)) => self.told(Err(error.into())),
            Err(_) => Err(Refusal::NotFound),
        }
    }

    fn recovery(&mut self) -> &mut dyn RecoverySource {
        self
    }

    fn seeing(&mut self) -> &mut dyn SeersSource {
        self
    }

    fn privacy(&mut self) -> &mut dyn PrivacySource {
        self
    }
}

impl Screens<'_> {
    /// Returns a page of records, those that came first before the others.
    pub(super) fn found(&mut self, skip: usize, page: RecordsPage) -> Result<Found, Refusal> {
        let shown = skip.saturating_add(page.rows.len());
        let more = u64::try_from(shown).is_ok_and(|shown| shown < page.total);
        let rows = self.read(|reader, handles| {
            page.rows.into_iter().map(|listed| reader.shown(handles, listed.row)).collect()
        })?;
        Ok(Found { rows, more })
    }

    fn task_rows(
        &mut self,
        list: TaskList,
        skip: usize,
        limit: usize,
    ) -> Result<(Vec<TaskRow>, u64), Refusal> {
        let page = self.console.task_list(list, skip, limit);
        let page = self.told(page)?;
        Ok((self.shown_tasks(page.rows)?, page.total))
    }

    fn shown_tasks(&mut self, rows: Vec<lists::ListedTask>) -> Result<Vec<TaskRow>, Refusal> {
        self.read(|reader, handles| {
            let rows = rows.into_iter().map(|listed| {
                let person = listed.opened_by.map(|row| row.title);
                reader.shown_task(handles, listed.task, person)
            });
            rows.collect()
        })
    }

    fn shown_cases(&mut self, rows: Vec<lists::BoardRow>) -> Result<Vec<BoardRow>, Refusal> {
        self.read(|reader, handles| {
            let names = reader.db.users()?;
            rows.into_iter().map(|row| reader.shown_case(handles, row, &names)).collect()
        })
    }

    /// Keeps the numbers for what else of this page shows them: the lists were walked through once.
    fn counted(&mut self, counts: lists::Counts) -> Counts {
        let counts = Counts {
            overdue: counts.overdue,
            today: counts.today,
            review: counts.review,
            conflicts: counts.conflicts,
            safety: counts.safety,
            // A page without this number is better than none.
            alarms: self.console.alarms().unwrap_or_default(),
        };
        *self.counts.insert(counts)
    }
}

impl Reader<'_> {
    fn shown_case(
        &self,
        handles: &Handles<'_>,
        row: lists::BoardRow,
        names: &BTreeMap<UserId, String>,
    ) -> Result<BoardRow, ConsoleError> {
        let risks = risks(&self.context.catalogue);
        let in_words = |code: String| {
            let known = risks.iter().find(|(option, _)| *option == code);
            known.map_or_else(|| Label::same(&code), |(_, label)| label.clone())
        };
        Ok(BoardRow {
            case: handles.of(row.case)?,
            person: row.opened_by.map(|opened| opened.title),
            workers: row.workers.iter().filter_map(|user| names.get(user).cloned()).collect(),
            risk: row.risk.map(|risk| in_words(risk.code)),
            last_contact: row.last_contact,
            next_due: row.next_due,
            open_tasks: row.open_tasks,
            to_review: row.unreviewed,
            conflicts: row.conflicts,
            consent_until: row.consent_until,
            unsent: row.drafts,
        })
    }
}

/// Returns the levels of risk that records of the catalogue say, the least first.
fn risks(catalogue: &Catalogue) -> Vec<(String, Label)> {
    let lists = catalogue.types.values().filter_map(|known| {
        let field = known.field(known.risk.as_ref()?.as_str())?;
        catalogue.code_lists.get(field.kind.list()?)
    });
    let options = lists.flat_map(|list| {
        let label = |option: &OptionCode| list.options.get(option).cloned();
        list.order.iter().filter_map(move |option| Some((option.to_string(), label(option)?)))
    });
    let mut found: Vec<(String, Label)> = Vec::new();
    for (code, label) in options {
        if !found.iter().any(|(known, _)| *known == code) {
            found.push((code, label));
        }
    }
    found
}

/// A filter of the board as it is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct KeptFilter {
    filter: lists::BoardFilter,
    sort: lists::BoardSort,
    descending: bool,
}

impl KeptFilter {
    fn of(shown: &BoardFilter) -> Self {
        Self {
            filter: lists::BoardFilter {
                worker: shown.worker,
                program: shown.program.clone(),
                risk: shown.risk.as_deref().and_then(|code| code.parse().ok()),
                overdue: shown.overdue,
                gap_days: shown.gap_days,
                unreviewed: shown.unreviewed,
                conflicts: shown.conflicts,
                consent_ended: shown.expired_consent,
            },
            sort: match shown.sort {
                BoardSort::Due => lists::BoardSort::Due,
                BoardSort::Person => lists::BoardSort::Person,
                BoardSort::Worker => lists::BoardSort::Worker,
                BoardSort::Risk => lists::BoardSort::Risk,
                BoardSort::Contact => lists::BoardSort::Contact,
                BoardSort::Tasks => lists::BoardSort::Tasks,
                BoardSort::Consent => lists::BoardSort::Consent,
            },
            descending: shown.descending,
        }
    }

    fn into_shown(self) -> BoardFilter {
        let Self { filter, sort, descending } = self;
        BoardFilter {
            worker: filter.worker,
            program: filter.program,
            risk: filter.risk.map(|code| code.to_string()),
            overdue: filter.overdue,
            gap_days: filter.gap_days,
            unreviewed: filter.unreviewed,
            conflicts: filter.conflicts,
            expired_consent: filter.consent_ended,
            sort: match sort {
                lists::BoardSort::Due => BoardSort::Due,
                lists::BoardSort::Person => BoardSort::Person,
                lists::BoardSort::Worker => BoardSort::Worker,
                lists::BoardSort::Risk => BoardSort::Risk,
                lists::BoardSort::Contact => BoardSort::Contact,
                lists::BoardSort::Tasks => BoardSort::Tasks,
                lists::BoardSort::Consent => BoardSort::Consent,
            },
            descending,
        }
    }
}

const BOARD_SETTING: &str = "board";

/// Rows of each list on the first page.
const HOME_ROWS: usize = 8;

/// More would keep phones and old browsers busy for a second (`docs/measurements.md`).
const BOARD_ROWS: usize = 50;

const LIST_ROWS: usize = 50;

/// Business days in which a record is reviewed (DOMAIN §3, 29).
const REVIEW_DAYS: u32 = 3;
