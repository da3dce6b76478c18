//! A worker's phone without a store: it says what a test gave it.

use model::catalogue::{Catalogue, Label};
use model::ids::{ChangeHash, FieldName, TypeName};
use model::time::{Span, Timestamp};
use model::value::{FieldValue, Scalar};
use model::words::Language;
use ui::views::phone::{
    Again, ConflictCard, EndView, HurriedRecord, NotNow, NotNowForm, Noted, PersonRow,
    PositionView, ReachNumber, ReachView, RefusedRow, RevokeView, SavedView, ShortAnswer,
    ShortForm, ShortOf, Storage, SyncEnd, SyncLine, SyncView, TodayTask, TodayView, Undone,
    UnfinishedForm, Whereabouts,
};
use ui::views::safety::{OwnShift, ShiftPlan, ShiftView};
use ui::views::{CaseView, Found, Handle, Names, RecordRow, RecordView, Viewer};
use ui::{ConsoleSource, Form, FormSource, Method, PhoneSource, Refusal, Request, Source, respond};

use crate::drafts::Drafts;
use crate::fake::{Fake, NOW, PEOPLE, Page, WORKERS, handle};

/// The phone of one worker.
pub(crate) struct Phone {
    pub(crate) fake: Fake,
    pub(crate) drafts: Drafts,
    pub(crate) line: SyncLine,
    pub(crate) today: TodayView,
    pub(crate) people: Vec<PersonRow>,
    pub(crate) short: Option<ShortForm>,
    pub(crate) noted: Vec<(ShortOf, ShortAnswer)>,
    pub(crate) conflicts: Vec<ConflictCard>,
    pub(crate) reach: ReachView,
    pub(crate) sync: SyncView,
    pub(crate) end: EndView,
    pub(crate) shift: ShiftView,
    /// What was asked of whoever answers, and done.
    pub(crate) done: Vec<String>,
}

impl Phone {
    /// Returns a phone on which nobody is.
    pub(crate) fn empty() -> Self {
        let fake = Fake::empty();
        let drafts = Drafts::of(&fake.catalogue, "outreach_contact");
        let line = SyncLine { last: Some(NOW - Span::from_minutes(78)), ..SyncLine::default() };
        Self {
            drafts,
            line,
            today: TodayView::default(),
            people: Vec::new(),
            short: None,
            noted: Vec::new(),
            conflicts: Vec::new(),
            reach: ReachView::default(),
            sync: SyncView { line, ..SyncView::default() },
            end: EndView::default(),
            shift: ShiftView::default(),
            done: Vec::new(),
            fake,
        }
    }

    /// Returns a phone in the middle of a day.
    pub(crate) fn busy() -> Self {
        let mut phone = Self::empty();
        phone.fake = Fake::busy();
        phone.fake.case = Some(crate::cases::eventful(&phone.fake));
        if let Some((case, _)) = &mut phone.fake.case {
            let places = [
                Whereabouts::OnPhone,
                Whereabouts::Sent,
                Whereabouts::OnServer,
                Whereabouts::Refused,
            ];
            case.may_assign = false;
            case.consents[0].may_revoke = true;
            for (row, place) in case.records.iter_mut().zip(places.into_iter().cycle()) {
                row.whereabouts = Some(place);
                row.received_at = None;
            }
        }
        phone.fake.record = Some(crate::cases::disputed(&phone.fake));
        if let Some(record) = &mut phone.fake.record {
            (record.may_send_back, record.review) = (false, None);
        }
        phone.shift = ShiftView {
            out: Some(OwnShift {
                partner: WORKERS[0].to_owned(),
                partner_phone: "+15550100199".to_owned(),
                zone: Some(Label::same("North")),
                back_by: NOW + Span::from_minutes(47),
                armed: false,
                unsent_plan: true,
                safe: Some((NOW - Span::from_minutes(20), false)),
                help: Some((NOW - Span::from_minutes(1), false)),
            }),
            supervisor: "+15550100142".to_owned(),
            colleagues: vec![WORKERS[0].to_owned(), WORKERS[1].to_owned()],
            zones: vec![("north".to_owned(), Label::same("North"))],
        };
        phone.line = SyncLine { unsent: 4, refused: 0, overdue: 3, ..phone.line };
        phone.today = TodayView {
            tasks: (0..6).map(task).collect(),
            unfinished: vec![unfinished(1, Some(PEOPLE[0]), 2, 0), unfinished(2, None, 0, 3)],
            to_finish: vec![HurriedRecord {
                record: handle("record", 9),
                record_type: "outreach_contact".parse().unwrap(),
                about: Some(Label::same(PEOPLE[1])),
                occurred_at: NOW - Span::from_minutes(50),
            }],
            conflicts: 1,
            refused: 1,
            has_people: true,
            taken: vec![2],
        };
        phone.people = (0..5).map(person).collect();
        phone.short = Some(short(&phone.fake.catalogue));
        phone.end = EndView { contacts: 7, people: 11, drafts: 2, to_finish: 1, due_tomorrow: 3 };
        phone.conflicts = vec![conflict(true), conflict(false)];
        phone.reach = reach();
        phone.sync = SyncView {
            line: phone.line,
            so_far: None,
            ended: Some(SyncEnd::Unreachable),
            ended_at: Some(NOW - Span::from_minutes(9)),
            stuck: 1,
            drafts: 2,
            refused: vec![refused(1, true), refused(2, false)],
            shown_until: Some(NOW + Span::from_hours(60)),
            server: "https://fieldbook.example:8443".to_owned(),
            version: "0.1.0".to_owned(),
            catalogue: "0a1b2c3d".to_owned(),
            storage: Some(Storage { used: 85_000_000, quota: 100_000_000, kept: true }),
        };
        phone
    }

    pub(crate) fn get(&mut self, address: &str) -> Page {
        self.ask(Method::Get, address, &[], Language::English)
    }

    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask(Method::Post, path, fields, Language::English)
    }

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
}

fn task(index: usize) -> TodayTask {
    let hours = [-74, -50, -3, 2, 50, 120][index];
    let labels = [
        Label::both("Next contact", "Próximo contacto"),
        Label::both("Check in after 72 hours", "Volver a hablar a las 72 horas"),
        Label::both("Reassess risk", "Reevaluar el riesgo"),
    ];
    let person = [0, 0, 2, 1, 3, 0][index];
    let due = NOW + Span::from_hours(hours);
    TodayTask {
        task: handle("task", index),
        case: Some(handle("case", person)),
        about: Label::same(PEOPLE[person]),
        label: labels[index % 3].clone(),
        due,
        overdue: due < NOW,
        paused: index == 4,
        attempts: u32::try_from(index % 3).unwrap(),
        returned: None,
        may_put_off: index != 2,
    }
}

fn unfinished(index: usize, about: Option<&str>, problems: usize, days: i64) -> UnfinishedForm {
    UnfinishedForm {
        draft: handle("draft", index),
        record_type: "mediation".parse().unwrap(),
        edits: false,
        about: about.map(Label::same),
        touched_at: NOW - Span::from_minutes(20) - Span::from_days(days),
        problems,
        is_old: days > 0,
    }
}

fn person(index: usize) -> PersonRow {
    PersonRow {
        case: handle("case", index),
        title: Label::same(PEOPLE[index]),
        age: (index % 2 == 1).then(|| Label::both("18 to 24", "De 18 a 24")),
        last_contact: (index != 3).then(|| NOW - Span::from_days(i64::try_from(index).unwrap())),
        next_due: index.is_multiple_of(2).then(|| NOW - Span::from_days(1)),
    }
}

fn short(catalogue: &Catalogue) -> ShortForm {
    let known = catalogue.record_type(&"outreach_contact".parse().unwrap()).unwrap();
    let result = known.field("result").unwrap();
    let list = &catalogue.code_lists[result.kind.list().unwrap()];
    let option = |code| (ToString::to_string(code), list.options[code].clone());
    ShortForm {
        case: Some(handle("case", 1)),
        about: Some(Label::same(PEOPLE[1])),
        task: Some((Label::both("Next contact", "Próximo contacto"), NOW - Span::from_days(3))),
        attempts: 2,
        returned: None,
        question: Some((result.label.clone(), list.order.iter().map(option).collect())),
        forms: vec![(known.name.clone(), known.label.clone())],
        edits: None,
        besides: vec![Label::both("In the street", "En la calle"), Label::same("North")],
        just_now: false,
        may_put_off: true,
        others: (2..5).map(|other| (handle("case", other), Label::same(PEOPLE[other]))).collect(),
    }
}

fn conflict(may_decide: bool) -> ConflictCard {
    let position = |code: &str, by: &str, mine: bool, hours: i64| PositionView {
        change: ChangeHash::from_slice(&[u8::from(mine); 32]).unwrap(),
        value: FieldValue::Scalar(Scalar::Choice(code.parse().unwrap())),
        by: by.to_owned(),
        mine,
        at: NOW - Span::from_hours(hours),
    };
    ConflictCard {
        record: handle("record", 1),
        record_type: "outreach_intake".parse().unwrap(),
        about: Label::same(PEOPLE[1]),
        field: "risk_level".parse().unwrap(),
        positions: vec![
            position("high", WORKERS[0], true, 3),
            position("medium", WORKERS[3], false, 5),
        ],
        may_decide,
        names: Names::default(),
    }
}

fn reach() -> ReachView {
    ReachView {
        about: Some(Label::same(PEOPLE[1])),
        instruction: Some("Text only, before 5. Don't say who you are.".to_owned()),
        record_type: Some("person".parse().unwrap()),
        besides: vec![(
            "preferred_times".parse().unwrap(),
            FieldValue::Choices(["morning".parse().unwrap()].into()),
        )],
        numbers: vec![
            ReachNumber {
                number: "+16155550134".to_owned(),
                shown: "(615) 555-0134".to_owned(),
                whose: None,
                rules: vec![Label::both("Texts are safe", "Es seguro enviar mensajes")],
                may_call: true,
                may_text: true,
            },
            ReachNumber {
                number: "+16155550199".to_owned(),
                shown: "(615) 555-0199".to_owned(),
                whose: Some("an aunt".to_owned()),
                rules: vec![Label::both("Does not work any more", "Ya no funciona")],
                may_call: false,
                may_text: false,
            },
        ],
    }
}

fn refused(index: usize, may_help: bool) -> RefusedRow {
    RefusedRow {
        entry: handle("1", index),
        record: may_help.then(|| handle("record", index)),
        record_type: Some("outreach_contact".parse().unwrap()),
        about: Some(Label::same(PEOPLE[1])),
        reason: "this case is no longer yours".to_owned(),
        at: NOW - Span::from_hours(2),
        may_help,
        may_mend: may_help,
    }
}

impl Source for Phone {
    fn catalogue(&self) -> &Catalogue {
        &self.fake.catalogue
    }

    fn viewer(&self) -> &Viewer {
        &self.fake.viewer
    }

    fn case(&mut self, case: &Handle, before: Option<u64>) -> Result<CaseView, Refusal> {
        self.fake.case(case, before)
    }

    fn notes(&mut self, case: &Handle, find: &str) -> Result<(CaseView, Vec<RecordRow>), Refusal> {
        self.fake.notes(case, find)
    }

    fn record(
        &mut self,
        record: &Handle,
        before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal> {
        self.fake.record(record, before)
    }

    fn find(&mut self, _: &str, _: usize) -> Result<Found, Refusal> {
        Err(Refusal::NotFound)
    }

    fn forms(&mut self) -> &mut dyn FormSource {
        &mut self.drafts
    }

    fn console(&mut self) -> Option<&mut dyn ConsoleSource> {
        None
    }

    fn phone(&mut self) -> Option<&mut dyn PhoneSource> {
        Some(self)
    }
}

impl PhoneSource for Phone {
    fn line(&mut self) -> SyncLine {
        self.line
    }

    fn today(&mut self) -> Result<TodayView, Refusal> {
        Ok(self.today.clone())
    }

    fn shift(&mut self) -> Result<ShiftView, Refusal> {
        Ok(self.shift.clone())
    }

    fn start_shift(&mut self, plan: &ShiftPlan) -> Result<(), Refusal> {
        self.done.push(format!("out with {} for {}", plan.partner, plan.minutes));
        Ok(())
    }

    fn extend_shift(&mut self, minutes: u32) -> Result<(), Refusal> {
        self.done.push(format!("{minutes} longer"));
        Ok(())
    }

    fn end_shift(&mut self) -> Result<(), Refusal> {
        self.done.push("back".to_owned());
        Ok(())
    }

    fn say_safe(&mut self, locked_at: Option<Timestamp>) -> Result<(), Refusal> {
        let when = locked_at.map(|at| format!(" at {at}"));
        self.done.push(format!("safe{}", when.unwrap_or_default()));
        Ok(())
    }

    fn call_for_help(&mut self) -> Result<(), Refusal> {
        self.done.push("help".to_owned());
        Ok(())
    }

    fn people(&mut self) -> Result<Vec<PersonRow>, Refusal> {
        Ok(self.people.clone())
    }

    fn people_like(&mut self, text: &str) -> Result<Vec<PersonRow>, Refusal> {
        self.done.push(format!("looked for {text}"));
        Ok(self.people.iter().skip(3).cloned().collect())
    }

    fn add_person(&mut self, name: &str) -> Result<Option<Handle>, Refusal> {
        self.done.push(format!("added {name}"));
        Ok(Some(handle("draft", 1)))
    }

    fn short_form(&mut self, of: &ShortOf) -> Result<Option<ShortForm>, Refusal> {
        let short = self.short.clone();
        Ok(short.map(|short| match of {
            ShortOf::Task(_) => short,
            ShortOf::Case(_) => ShortForm { task: None, attempts: 0, forms: Vec::new(), ..short },
            ShortOf::Nobody => ShortForm {
                task: None,
                attempts: 0,
                forms: Vec::new(),
                case: None,
                about: None,
                ..short
            },
        }))
    }

    fn note(&mut self, of: &ShortOf, answer: &ShortAnswer) -> Result<Noted, Refusal> {
        self.noted.push((of.clone(), answer.clone()));
        Ok(Noted::Saved(handle("draft", 1)))
    }

    fn not_now(&mut self, _: &Handle, says: NotNow) -> Result<Option<NotNowForm>, Refusal> {
        let Some(short) = &self.short else { return Ok(None) };
        let known = &self.fake.catalogue.types["put_off"];
        let why = if says == NotNow::Later { "why_later" } else { "why_not" };
        let list = &self.fake.catalogue.code_lists[known.field(why).unwrap().kind.list().unwrap()];
        let option = |code| (ToString::to_string(code), list.options[code].clone());
        Ok(short.task.clone().map(|(task, due)| NotNowForm {
            case: short.case.clone(),
            about: Label::same(PEOPLE[1]),
            task,
            due,
            reasons: list.order.iter().map(option).collect(),
        }))
    }

    fn put_off(
        &mut self,
        task: &Handle,
        says: NotNow,
        reason: &str,
        days: u32,
    ) -> Result<Noted, Refusal> {
        self.done.push(format!("{task} {says:?} {reason} {days}"));
        Ok(Noted::Saved(handle("draft", 1)))
    }

    fn last_contact(&mut self) -> Result<Option<Again>, Refusal> {
        Ok(self.short.as_ref().map(|_| Again {
            about: Some(Label::same(PEOPLE[0])),
            others: 2,
            result: Label::both("Engaged", "Hubo conversación"),
        }))
    }

    fn note_again(&mut self) -> Result<Noted, Refusal> {
        self.done.push("again".to_owned());
        Ok(Noted::Saved(handle("draft", 1)))
    }

    fn stamp(&mut self, draft: &Handle, time: &FieldName) -> Result<(), Refusal> {
        self.done.push(format!("stamped {time} in {draft}"));
        Ok(())
    }

    fn to_revoke(&mut self, _: &Handle) -> Result<RevokeView, Refusal> {
        Ok(RevokeView {
            case: handle("case", 1),
            about: Some(Label::same(PEOPLE[1])),
            title: Label::same("Release to the hospital team"),
            opens: vec![Label::both("Outreach", "Alcance")],
            programs: vec![Label::both("Hospital response", "Respuesta en hospitales")],
        })
    }

    fn revoke(&mut self, consent: &Handle) -> Result<Noted, Refusal> {
        self.done.push(format!("revoked {consent}"));
        Ok(Noted::Saved(handle("draft", 1)))
    }

    fn seen_taken(&mut self) -> Result<(), Refusal> {
        self.today.taken.clear();
        Ok(())
    }

    fn end(&mut self) -> Result<EndView, Refusal> {
        Ok(self.end)
    }

    fn begin_for_task(&mut self, task: &Handle, of: &TypeName) -> Result<Handle, Refusal> {
        self.done.push(format!("began {of} for {task}"));
        Ok(handle("draft", 1))
    }

    fn finish(&mut self, record: &Handle) -> Result<(), Refusal> {
        self.done.push(format!("finished {record}"));
        Ok(())
    }

    fn saved(&mut self, draft: &Handle) -> Result<SavedView, Refusal> {
        Ok(SavedView {
            draft: draft.clone(),
            record: (draft.as_str() != "draft-2").then(|| handle("record", 1)),
            record_type: "outreach_contact".parse().unwrap(),
            case: Some((handle("case", 1), Label::same(PEOPLE[1]))),
            may_undo: true,
            hurried: true,
        })
    }

    fn undo(&mut self, draft: &Handle) -> Result<Undone, Refusal> {
        match draft.as_str() {
            "draft-2" => Ok(Undone::TooLate("It is on its way already.".to_owned())),
            _ => Ok(Undone::Open(draft.clone())),
        }
    }

    fn conflicts(&mut self) -> Result<Vec<ConflictCard>, Refusal> {
        Ok(self.conflicts.clone())
    }

    fn keep(&mut self, _: &Handle, field: &FieldName, _: ChangeHash) -> Result<bool, Refusal> {
        self.done.push(format!("kept {field}"));
        self.conflicts.pop();
        Ok(true)
    }

    fn reach(&mut self, _: &Handle) -> Result<ReachView, Refusal> {
        Ok(self.reach.clone())
    }

    fn sync(&mut self) -> Result<SyncView, Refusal> {
        Ok(self.sync.clone())
    }

    fn ask_for_sync(&mut self) {
        self.done.push("sync".to_owned());
    }

    fn ask_for_language(&mut self, language: Language) {
        self.done.push(language.tag().to_owned());
    }

    fn try_again(&mut self, entry: &Handle) -> Result<usize, Refusal> {
        self.done.push(format!("again {entry}"));
        Ok(1)
    }

    fn mend(&mut self, entry: &Handle) -> Result<Handle, Refusal> {
        self.done.push(format!("mended {entry}"));
        Ok(handle("draft", 1))
    }

    fn put_aside(&mut self, entry: &Handle) -> Result<(), Refusal> {
        self.done.push(format!("left {entry}"));
        Ok(())
    }
}
