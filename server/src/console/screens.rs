//! The pages' source: what whoever is signed in may see and do, in what pages are made of.

use model::catalogue::{Access, Catalogue};
use model::ids::{CaseId, ChangeHash, RecordId, Scope};
use model::search::{self, Query};
use model::value::{FieldValue, Scalar};
use model::wire::MembershipV1;
use model::words::Language;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use ui::views::{CaseView, Counts, Found, Handle, Offices, RecordRow, RecordView, Viewer};
use ui::{ConsoleSource, FormSource, Refusal, Source};

use super::handles::{Handles, Named};
use super::{ConsoleError, ConsoleUser, FindPeople, ReadCase, ReadRecord, Reader};
use crate::error::StoreError;
use crate::store::audit::AuditHead;
use crate::store::sqlite::Reading;

/// A page that was asked for.
#[derive(Debug)]
pub struct PageAnswer {
    /// What is shown.
    pub response: ui::Response,
    /// Where the audit ends that is exported, if that was begun.
    pub(crate) exports: Option<AuditHead>,
}

impl ConsoleUser<'_> {
    /// Answers a page.
    ///
    /// # Errors
    /// When the store fails in a way that no page can tell of.
    pub fn page(&self, rng: StdRng, asked: &ui::Request<'_>) -> Result<PageAnswer, ConsoleError> {
        let mut screens = Screens::new(self, rng, asked.language)?;
        let response = ui::respond(asked, &mut screens);
        match screens.failure {
            Some(failure) => Err(failure.into()),
            None => Ok(PageAnswer { response, exports: screens.exports }),
        }
    }
}

/// What the pages of one request are made of.
pub(super) struct Screens<'a> {
    pub(super) console: &'a ConsoleUser<'a>,
    rng: StdRng,
    viewer: Viewer,
    pub(super) language: Language,
    failure: Option<StoreError>,
    /// The numbers of the lists, once they were asked for.
    pub(super) counts: Option<Counts>,
    /// Where the audit ends that is exported.
    pub(super) exports: Option<AuditHead>,
}

impl<'a> Screens<'a> {
    /// Begins a request of somebody who is signed in.
    fn new(
        console: &'a ConsoleUser<'a>,
        rng: StdRng,
        language: Language,
    ) -> Result<Self, ConsoleError> {
        let viewer = console.readers.read(|db| {
            let reader = console.reader(db, None)?;
            let profile = db.profile(console.who.user)?;
            Ok::<_, ConsoleError>(Viewer {
                user: console.who.user,
                name: profile.name,
                roles: profile.roles.into_iter().map(|held| (held.role, held.program)).collect(),
                offices: reader.offices(),
                session_ends: Some(console.who.ends()),
            })
        })?;
        Ok(Self { console, rng, viewer, language, failure: None, counts: None, exports: None })
    }

    pub(super) fn handles(&self) -> Handles<'a> {
        Handles::new(&self.console.context.handles, self.console.who.user)
    }

    /// Returns what a handle of this reader names.
    pub(super) fn named<T: Named>(&self, handle: &Handle) -> Result<T, Refusal> {
        self.handles().read(handle).ok_or(Refusal::NotFound)
    }

    pub(super) fn rng(&mut self) -> StdRng {
        StdRng::from_rng(&mut self.rng)
    }

    /// Turns what was refused into what pages tell; keeps a failure of the store aside.
    pub(super) fn told<T>(&mut self, result: Result<T, ConsoleError>) -> Result<T, Refusal> {
        result.map_err(|error| match error {
            ConsoleError::NotFound => Refusal::NotFound,
            ConsoleError::NotAllowed { ref code, .. } if code == "reason_needed" => {
                Refusal::ReasonNeeded
            }
            ConsoleError::NotAllowed { ref code, .. } if code == "confirm_first" => {
                Refusal::ConfirmFirst
            }
            ConsoleError::NotAllowed { .. } => {
                Refusal::NotAllowed(error.in_language(self.language))
            }
            ConsoleError::Invalid(ref mistakes) | ConsoleError::Doubtful(ref mistakes) => {
                let told = mistakes.iter().map(|it| it.message().told(self.language));
                Refusal::Invalid(told.collect())
            }
            ConsoleError::Store(failure) => {
                self.failure = Some(failure);
                Refusal::Unavailable(String::new())
            }
        })
    }

    /// Reads for this reader, with their roles as they are now.
    pub(super) fn read<T>(
        &mut self,
        read: impl FnOnce(&Reader<'_>, &Handles<'_>) -> Result<T, ConsoleError>,
    ) -> Result<T, Refusal> {
        let (console, handles) = (self.console, self.handles());
        let told = console.readers.read(|db: &Reading<'_>| {
            let reader = console.reader(db, None)?;
            read(&reader, &handles)
        });
        self.told(told)
    }
}

impl Source for Screens<'_> {
    fn catalogue(&self) -> &Catalogue {
        &self.console.context.catalogue
    }

    fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    fn case(&mut self, case: &Handle, before: Option<u64>) -> Result<CaseView, Refusal> {
        let (id, rng) = (self.named::<CaseId>(case)?, self.rng());
        let view = self.case_view(rng, id, before, CASE_ROWS);
        self.told(view)
    }

    fn notes(&mut self, case: &Handle, find: &str) -> Result<(CaseView, Vec<RecordRow>), Refusal> {
        let (id, rng) = (self.named::<CaseId>(case)?, self.rng());
        let query = Query::read(find);
        let view = self.case_view(rng, id, None, super::PAGE_RECORDS_MAX);
        let mut view = self.told(view)?;
        let (notes, others): (Vec<_>, Vec<_>) =
            std::mem::take(&mut view.records).into_iter().partition(|row| {
                let texts = texts_of(row);
                !texts.is_empty() && (query.is_empty() || query.finds(&search::words(&texts)))
            });
        view.records = others;
        Ok((view, notes))
    }

    fn record(
        &mut self,
        record: &Handle,
        history_before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal> {
        let asked =
            ReadRecord { record: self.named::<RecordId>(record)?, history_before, reason: None };
        let (handles, rng) = (self.handles(), self.rng());
        let view = self.console.record_with(rng, &asked, |reader, known, listed| {
            let stored = reader.db.record_row(listed.record)?.ok_or(ConsoleError::NotFound)?;
            let whole = reader.whole(&listed, history_before)?;
            let notices = reader.notices(known, [listed.scope.compartment.clone()]);
            let record_type = reader.context.catalogue.record_type(&listed.record_type);
            let case_title = match listed.case {
                Some(case) => reader.opening(known, case)?.map(|row| row.title),
                None => None,
            };
            let mut row = reader.shown(&handles, reader.row(listed)?)?;
            row.fields.clone_from(&whole.record.fields);
            let mut names = reader.names_in_fields(&handles, [&row.fields])?;
            reader.names_of_history(record_type, &whole, &mut names)?;
            let last = whole.history.last().map(|entry| entry.change);
            Ok(RecordView {
                row,
                case_title,
                conflicts: whole.record.conflicts.clone(),
                history_before: last.filter(|_| whole.history_more),
                history: whole.history,
                left_out: whole.left_out,
                names,
                notices: notices.into_iter().map(|notice| notice.text).collect(),
                may_edit: reader.may_change(&stored).is_ok(),
                may_settle: reader.may_change(&stored).is_ok(),
                may_send_back: reader.may_send_back(&stored)?,
                review: reader.reviewed_by_them(&stored, &whole.record)?,
                received: reader.db.when_received(stored.id)?,
                returned: reader.returned(&handles, stored.id)?,
                marks: reader.marks_of(record_type, &whole.record.fields)?,
            })
        });
        self.told(view)
    }

    fn find(&mut self, text: &str, skip: usize) -> Result<Found, Refusal> {
        let asked = FindPeople { text: text.to_owned(), skip, reason: None };
        let rng = self.rng();
        let found = self.console.people(rng, &asked);
        let found = self.told(found)?;
        let more = found.more;
        let rows = self.read(|reader, handles| {
            found.found.into_iter().map(|row| reader.shown(handles, row)).collect()
        })?;
        Ok(Found { rows, more })
    }

    fn forms(&mut self) -> &mut dyn FormSource {
        self
    }

    fn console(&mut self) -> Option<&mut dyn ConsoleSource> {
        Some(self)
    }
}

impl Screens<'_> {
    /// Reads a case for a sheet of paper. That it was printed, and what for, is in the audit before it is
    /// shown: what becomes of a paper nobody sees.
    pub(super) fn print_of(&mut self, case: &Handle, purpose: &str) -> Result<CaseView, Refusal> {
        let id = self.named::<CaseId>(case)?;
        let rng = self.rng();
        let view = self.case_view(rng, id, None, CASE_ROWS);
        let view = self.told(view)?;
        let shown = view.opened_by.iter().chain(&view.records).next();
        let compartment = shown.map(|row| row.compartment.clone()).ok_or(Refusal::NotFound)?;
        let scope = Scope { case: id, compartment };
        let rng = self.rng();
        let noted = self.console.note_print(rng, scope, purpose);
        self.told(noted)?;
        Ok(view)
    }

    fn case_view(
        &self,
        rng: StdRng,
        case: CaseId,
        before: Option<u64>,
        most: usize,
    ) -> Result<CaseView, ConsoleError> {
        let asked = ReadCase { case, before, reason: None };
        let handles = self.handles();
        self.console.case_with(rng, &asked, most, |reader, known, view| {
            let names = reader.db.users()?;
            let team = reader.db.colleagues_on_case(reader.user, case)?;
            let opening = reader.opening(known, case)?;
            let opened_by = opening.map(|row| reader.shown(&handles, row)).transpose()?;
            let rows = view.records.into_iter().map(|row| reader.shown(&handles, row));
            let records = rows.collect::<Result<Vec<_>, _>>()?;
            let fields = records.iter().chain(&opened_by).map(|row| &row.fields);
            let named = reader.names_in_fields(&handles, fields)?;
            Ok(CaseView {
                case: handles.of(case)?,
                names: named,
                team: team.iter().filter_map(|user| names.get(user).cloned()).collect(),
                consents: reader.consents(&handles, known, case)?,
                tasks: reader.tasks_of_case(&handles, known, case)?,
                may_write: !reader.new_types(Some(case))?.is_empty(),
                may_assign: reader.supervises_case(known),
                withheld: reader.withheld(known, case)?,
                opened_by,
                records,
                earlier: view.next,
                notices: view.notices.into_iter().map(|notice| notice.text).collect(),
            })
        })
    }
}

impl Reader<'_> {
    /// Returns which parts of the pages somebody has, from all that they hold.
    fn offices(&self) -> Offices {
        let catalogue = &self.context.catalogue;
        let holds = |fits: &dyn Fn(&MembershipV1, Access) -> bool| {
            self.memberships.iter().any(|held| {
                let cells = catalogue.access.iter().filter(|((role, _), _)| *role == held.role);
                cells.into_iter().any(|(_, cell)| fits(held, *cell))
            })
        };
        let administers = |held: &MembershipV1| {
            catalogue.roles.get(&held.role).is_some_and(|role| role.administers)
        };
        Offices {
            cases: holds(&|_, cell| {
                !cell.shows_no_record() && !matches!(cell, Access::Own | Access::Directory)
            }),
            supervises: holds(&|_, cell| cell == Access::Supervise),
            privacy: self.watches_privacy(),
            administers: self.memberships.iter().any(administers),
        }
    }
}

/// Returns all that was written in words in a record.
fn texts_of(row: &RecordRow) -> String {
    let texts = row.fields.values().filter_map(|value| match value {
        FieldValue::Scalar(Scalar::Text(text)) | FieldValue::SharedNote(text) => Some(text.clone()),
        FieldValue::Log(entries) => {
            let parts = entries.values().flat_map(|entry| entry.values());
            let texts = parts.filter_map(|part| match part {
                Scalar::Text(text) => Some(text.as_str()),
                _ => None,
            });
            Some(texts.collect::<Vec<_>>().join(" "))
        }
        FieldValue::Scalar(_)
        | FieldValue::Choices(_)
        | FieldValue::Refs(_)
        | FieldValue::Counter(_)
        | FieldValue::Unknown(_) => None,
    });
    texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(" ")
}

/// Records of a case on one page; a page of HTML has each with what it says.
const CASE_ROWS: usize = 50;
