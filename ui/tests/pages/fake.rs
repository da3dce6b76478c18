//! A source that says what a test gave it. People and places in it are invented.

use std::sync::OnceLock;

use model::catalogue::{Catalogue, Label};
use model::ids::{ChangeHash, CompartmentCode, FieldName, ProgramCode, TypeName, UserId};
use model::time::{Span, Timestamp};
use model::words::Language;
use ui::views::safety::{OutRow, Tap};
use ui::views::{
    Answered, Approval, BoardFilter, BoardRow, BoardView, CaseView, Counts, DraftView, Found,
    Handle, HomeView, NewType, Offices, RecordRow, RecordView, ReviewView, Seen, SessionRow,
    Submitted, TaskRow, TasksOf, TasksView, Viewer,
};
use ui::{
    AdministrationSource, AssignSource, ConsoleSource, Form, FormSource, LateSource, Method,
    PrivacySource, RecoverySource, Refusal, Request, Response, SeersSource, Source, respond,
};

use crate::assign::Assigning;
use crate::fake_privacy::FakePrivacy;
use crate::fake_recovery::Recovery;
use crate::fake_seers::Seeing;
use crate::late::Late;
use crate::office::Office;

/// Half past four in the afternoon in Nashville, on a Friday.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_795_818_600_000);

/// A department with one reader.
pub(crate) struct Fake {
    pub(crate) catalogue: Catalogue,
    pub(crate) viewer: Viewer,
    pub(crate) home: HomeView,
    pub(crate) out: Vec<OutRow>,
    pub(crate) board: BoardView,
    /// The filter that was kept last.
    pub(crate) kept: Option<BoardFilter>,
    pub(crate) tasks: TasksView,
    pub(crate) conflicts: Found,
    pub(crate) review: ReviewView,
    /// What is found for whatever is looked for.
    pub(crate) found: Result<Found, Refusal>,
    pub(crate) asked: Vec<String>,
    pub(crate) sessions: Vec<SessionRow>,
    pub(crate) ended: Vec<Option<String>>,
    /// The case at every address, with its notes.
    pub(crate) case: Option<(CaseView, Vec<RecordRow>)>,
    /// The record at every address.
    pub(crate) record: Option<RecordView>,
    pub(crate) assigning: Assigning,
    pub(crate) late: Late,
    /// The people and the devices.
    pub(crate) office: Office,
    /// The forms; none unless a test gives some.
    pub(crate) forms: Box<dyn FormSource>,
    pub(crate) privacy: FakePrivacy,
    pub(crate) recovery: Recovery,
    pub(crate) seeing: Seeing,
}

impl Fake {
    /// Returns a department in which nothing has happened.
    pub(crate) fn empty() -> Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        let catalogue = CATALOGUE.get_or_init(|| Catalogue::builtin().unwrap()).clone();
        Self {
            viewer: Viewer {
                user: UserId::from_bytes([1; 16]),
                name: "Dana Whitfield".to_owned(),
                roles: vec![("SUP".parse().unwrap(), program(&catalogue, 0))],
                offices: Offices { cases: true, supervises: true, ..Offices::default() },
                session_ends: None,
            },
            catalogue,
            home: HomeView::default(),
            out: Vec::new(),
            board: BoardView::default(),
            kept: None,
            tasks: TasksView::default(),
            conflicts: Found::default(),
            review: ReviewView::default(),
            found: Ok(Found::default()),
            asked: Vec::new(),
            sessions: Vec::new(),
            ended: Vec::new(),
            case: None,
            record: None,
            assigning: Assigning::default(),
            late: Late::default(),
            office: Office::empty(),
            forms: Box::new(NoForms),
            privacy: FakePrivacy::default(),
            recovery: Recovery::default(),
            seeing: Seeing::default(),
        }
    }

    /// Returns a department on a busy day, with names of every length.
    pub(crate) fn busy() -> Self {
        let mut fake = Self::empty();
        let counts =
            Counts { overdue: 7, today: 12, review: 4, conflicts: 2, safety: 0, alarms: 1 };
        let rows: Vec<BoardRow> = (0..50).map(|index| fake.board_row(index)).collect();
        let tasks: Vec<TaskRow> = (0..50).map(|index| fake.task(index)).collect();
        let quiet = rows.iter().take(6).cloned().collect();
        fake.home = HomeView { counts, due: tasks.iter().take(8).cloned().collect(), quiet };
        let tap = |minutes: i64, late: i64| Tap {
            tapped: NOW - Span::from_minutes(minutes),
            received: NOW - Span::from_minutes(minutes - late),
            locked: late > 0,
        };
        let shift = |index: usize, back: i64| OutRow {
            name: WORKERS[index].to_owned(),
            partner: String::new(),
            zone: None,
            back_by: NOW + Span::from_minutes(back),
            safe: None,
            help: None,
        };
        fake.out = vec![
            OutRow { help: Some(tap(3, 0)), ..shift(0, 30) },
            OutRow {
                partner: "Pat Pine".to_owned(),
                zone: Some(Label::same("North")),
                safe: Some(tap(55, 40)),
                ..shift(1, -25)
            },
        ];
        fake.tasks = TasksView { rows: tasks, next: Some(12_345) };
        let worker = UserId::from_bytes([7; 16]);
        let tiers = &fake.catalogue.code_lists["tier"].options;
        fake.board = BoardView {
            rows,
            total: 131,
            skipped: 0,
            filter: BoardFilter {
                worker: Some(worker),
                gap_days: Some(14),
                overdue: true,
                ..BoardFilter::default()
            },
            workers: vec![
                (worker, WORKERS[0].to_owned()),
                (fake.viewer.user, WORKERS[1].to_owned()),
            ],
            programs: fake.catalogue.programs.keys().cloned().collect(),
            risks: tiers.iter().map(|(code, label)| (code.to_string(), label.clone())).collect(),
        };
        let found: Vec<_> = (0..9).map(|index| fake.person_row(index)).collect();
        let mut conflicts = found[..5].to_vec();
        for (index, row) in conflicts.iter_mut().enumerate() {
            row.conflicts = 1 + u64::try_from(index).unwrap() % 2;
        }
        fake.conflicts = Found { rows: conflicts, more: true };
        fake.found = Ok(Found { rows: found, more: true });
        fake.privacy = FakePrivacy::busy();
        fake.sessions =
            vec![session("a1", 0, true), session("b2", 26, false), session("c3", 90, false)];
        fake.assigning = Assigning::busy(&fake);
        fake.late = Late::busy(&fake);
        fake
    }

    /// Opens a page in English.
    pub(crate) fn get(&mut self, address: &str) -> Page {
        self.ask(Method::Get, address, &[], Language::English)
    }

    /// Opens a page in Spanish.
    pub(crate) fn get_in_spanish(&mut self, address: &str) -> Page {
        self.ask(Method::Get, address, &[], Language::Spanish)
    }

    /// Sends a form in English.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask(Method::Post, path, fields, Language::English)
    }

    /// Asks for a page.
    pub(crate) fn ask(
        &mut self,
        method: Method,
        address: &str,
        fields: &[(&str, &str)],
        language: Language,
    ) -> Page {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let form = match method {
            Method::Get => Form::read(query.as_bytes()),
            Method::Post => fields.iter().copied().collect(),
        };
        let request = Request { method, path, form, language, wants_part: false, now: NOW };
        Page::of(respond(&request, self))
    }

    fn board_row(&self, index: usize) -> BoardRow {
        let count = u64::try_from(index).unwrap();
        let days = i64::try_from(index).unwrap();
        let tier = ["1", "2", "3"][index % 3];
        BoardRow {
            case: handle("case", index),
            person: (index != 3).then(|| Label::same(PEOPLE[index % PEOPLE.len()])),
            workers: match index % 5 {
                4 => Vec::new(),
                0 => vec![WORKERS[0].to_owned(), WORKERS[2].to_owned()],
                other => vec![WORKERS[other % WORKERS.len()].to_owned()],
            },
            risk: (index % 7 != 2)
                .then(|| self.catalogue.option_label("tier", tier).unwrap().clone()),
            last_contact: (index != 0).then(|| NOW - Span::from_days(60 - days)),
            next_due: (index % 6 != 5).then(|| NOW + Span::from_hours(days * 9 - 70)),
            open_tasks: count % 4,
            to_review: count % 3,
            conflicts: u64::from(index % 9 == 1),
            consent_until: match index % 4 {
                0 => None,
                1 => Some(NOW - Span::from_days(3)),
                _ => Some(NOW + Span::from_days(days * 5)),
            },
            unsent: if index % 8 == 2 { 14 } else { 0 },
        }
    }

    fn task(&self, index: usize) -> TaskRow {
        let days = i64::try_from(index).unwrap();
        let due = NOW + Span::from_hours(days * 11 - 75);
        TaskRow {
            name: None,
            record: handle("record", index),
            case: (index % 7 != 6)
                .then(|| (handle("case", index), Label::same(PEOPLE[index % PEOPLE.len()]))),
            record_type: "mediation".parse().unwrap(),
            task: [
                Label::both("Check in after 72 hours", "Volver a hablar a las 72 horas"),
                Label::both("Call the family", "Llamar a la familia"),
                Label::both(
                    "Ask the hospital social worker for the discharge date and who picks up",
                    "Preguntar al personal de trabajo social del hospital la fecha de salida y quién va a recoger",
                ),
            ][index % 3]
                .clone(),
            program: program(&self.catalogue, index),
            due,
            overdue: due < NOW,
            flagged: index == 0,
            paused: index == 5,
            attempts: u32::try_from(index % 3).unwrap(),
            owners: vec![WORKERS[index % WORKERS.len()].to_owned()],
            returned: None,
        }
    }

    /// Returns a record that opens a case.
    pub(crate) fn person_row(&self, index: usize) -> RecordRow {
        let record_type: TypeName = "person".parse().unwrap();
        let compartment: CompartmentCode = "IDN".parse().unwrap();
        RecordRow {
            record: handle("record", index),
            case: Some(handle("case", index)),
            record_type,
            compartment,
            program: program(&self.catalogue, index),
            title: Label::same(PEOPLE[index % PEOPLE.len()]),
            occurred_at: NOW - Span::from_days(i64::try_from(index).unwrap() * 40),
            created_at: NOW - Span::from_days(i64::try_from(index).unwrap() * 40),
            received_at: Some(NOW - Span::from_days(1)),
            author: WORKERS[index % WORKERS.len()].to_owned(),
            fields: std::collections::BTreeMap::new(),
            conflicts: 0,
            amendments: 0,
            whereabouts: None,
        }
    }
}

pub(crate) const PEOPLE: [&str; 8] = [
    "Reynaldo Castañeda-Villalobos de la Fuente",
    "Marcus T.",
    "“Lil Pepper”",
    "Jo",
    "Anne-Marie O’Shaughnessy",
    "Nguyễn Thị Minh Khai",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren",
    "Terrence Boyd",
];

pub(crate) const WORKERS: [&str; 4] =
    ["Amal Duwane", "Dana Whitfield", "Christopher Montgomery-Washington", "Luz Ortega"];

/// Returns an address of its kind.
pub(crate) fn handle(kind: &str, index: usize) -> Handle {
    Handle::read(&format!("{kind}-{index}")).unwrap()
}

fn program(catalogue: &Catalogue, index: usize) -> ProgramCode {
    catalogue.programs.keys().nth(index % catalogue.programs.len()).unwrap().clone()
}

fn session(number: &str, hours: i64, this: bool) -> SessionRow {
    SessionRow {
        number: number.to_owned(),
        begun_at: NOW - Span::from_hours(hours + 3),
        used_at: NOW - Span::from_hours(hours),
        this,
    }
}

/// A page that was answered.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    /// HTML, or where to go.
    pub(crate) body: String,
}

impl Page {
    /// Returns an answer as a page.
    pub(crate) fn of(response: Response) -> Self {
        match response {
            Response::Page { status, body } => Self { status, body },
            Response::SeeOther(path) => Self { status: 303, body: path },
            Response::AuditFile => Self { status: 200, body: "the audit".to_owned() },
            Response::File { body, .. } => {
                Self { status: 200, body: String::from_utf8(body).unwrap() }
            }
        }
    }
}

impl Source for Fake {
    fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    fn case(&mut self, _case: &Handle, _before: Option<u64>) -> Result<CaseView, Refusal> {
        self.case.as_ref().map(|(case, _)| case.clone()).ok_or(Refusal::NotFound)
    }

    fn notes(
        &mut self,
        _case: &Handle,
        _find: &str,
    ) -> Result<(CaseView, Vec<RecordRow>), Refusal> {
        self.case.clone().ok_or(Refusal::NotFound)
    }

    fn record(
        &mut self,
        _record: &Handle,
        _history_before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal> {
        self.record.clone().ok_or(Refusal::NotFound)
    }

    fn find(&mut self, text: &str, _skip: usize) -> Result<Found, Refusal> {
        self.asked.push(text.to_owned());
        self.found.clone()
    }

    fn forms(&mut self) -> &mut dyn FormSource {
        &mut *self.forms
    }

    fn console(&mut self) -> Option<&mut dyn ConsoleSource> {
        Some(self)
    }
}

impl ConsoleSource for Fake {
    fn administration(&mut self) -> &mut dyn AdministrationSource {
        &mut self.office
    }

    fn home(&mut self) -> Result<HomeView, Refusal> {
        Ok(self.home.clone())
    }

    fn counts(&mut self) -> Result<Counts, Refusal> {
        Ok(self.home.counts)
    }

    fn out_now(&mut self) -> Result<Vec<OutRow>, Refusal> {
        Ok(self.out.clone())
    }

    fn board(&mut self, skip: u64) -> Result<BoardView, Refusal> {
        Ok(BoardView { skipped: skip, ..self.board.clone() })
    }

    fn keep_board_filter(&mut self, filter: &BoardFilter) -> Result<(), Refusal> {
        self.kept = Some(filter.clone());
        Ok(())
    }

    fn tasks(&mut self, _of: TasksOf, _before: Option<u64>) -> Result<TasksView, Refusal> {
        Ok(self.tasks.clone())
    }

    fn conflicts(&mut self, _skip: u64) -> Result<Found, Refusal> {
        Ok(self.conflicts.clone())
    }

    fn review(&mut self, _skip: u64) -> Result<ReviewView, Refusal> {
        Ok(self.review.clone())
    }

    fn approve(&mut self, record: &Handle, _seen: Seen) -> Result<Approval, Refusal> {
        self.review.rows.retain(|waits| waits.row.record != *record || waits.row.conflicts > 0);
        let waits = self.review.rows.iter().any(|waits| waits.row.record == *record);
        Ok(if waits { Approval::Disputed } else { Approval::Done })
    }

    fn begin_return(&mut self, record: &Handle) -> Result<Handle, Refusal> {
        Ok(record.clone())
    }

    fn settle(
        &mut self,
        _record: &Handle,
        _field: &FieldName,
        _change: ChangeHash,
    ) -> Result<bool, Refusal> {
        Ok(true)
    }

    fn disputes(&mut self) -> &mut dyn ui::DisputeSource {
        self
    }

    fn show_contact(&mut self, record: &Handle) -> Result<(), Refusal> {
        self.asked.push(format!("contact of {record}"));
        Ok(())
    }

    fn hand_off(&mut self, case: &Handle, purpose: &str) -> Result<CaseView, Refusal> {
        self.asked.push(purpose.to_owned());
        self.case(case, None)
    }

    fn late(&mut self) -> &mut dyn LateSource {
        &mut self.late
    }

    fn assigning(&mut self) -> &mut dyn AssignSource {
        &mut self.assigning
    }

    fn sessions(&mut self) -> Result<Vec<SessionRow>, Refusal> {
        Ok(self.sessions.clone())
    }

    fn end_session(&mut self, number: Option<&str>) -> Result<(), Refusal> {
        self.ended.push(number.map(str::to_owned));
        Ok(())
    }

    fn recovery(&mut self) -> &mut dyn RecoverySource {
        &mut self.recovery
    }

    fn seeing(&mut self) -> &mut dyn SeersSource {
        &mut self.seeing
    }

    fn privacy(&mut self) -> &mut dyn PrivacySource {
        &mut self.privacy
    }
}

/// Forms of a department that has none.
struct NoForms;

impl FormSource for NoForms {
    fn new_types(&mut self, _case: Option<&Handle>) -> Result<Vec<NewType>, Refusal> {
        Ok(Vec::new())
    }

    fn begin(&mut self, _type: &TypeName, _case: Option<&Handle>) -> Result<Handle, Refusal> {
        Err(Refusal::NotFound)
    }

    fn begin_edit(&mut self, _record: &Handle) -> Result<Handle, Refusal> {
        Err(Refusal::NotFound)
    }

    fn drafts(&mut self) -> Result<Vec<DraftView>, Refusal> {
        Ok(Vec::new())
    }

    fn form(&mut self, _draft: &Handle) -> Result<DraftView, Refusal> {
        Err(Refusal::NotFound)
    }

    fn answer(
        &mut self,
        _draft: &Handle,
        _answers: Vec<(FieldName, Answered)>,
    ) -> Result<DraftView, Refusal> {
        Err(Refusal::NotFound)
    }

    fn submit(&mut self, _draft: &Handle, _anyway: bool) -> Result<Submitted, Refusal> {
        Err(Refusal::NotFound)
    }

    fn discard(&mut self, _draft: &Handle) -> Result<(), Refusal> {
        Err(Refusal::NotFound)
    }
}
