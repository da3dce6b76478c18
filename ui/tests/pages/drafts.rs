//! Forms as a source keeps them, with what both sides keep them by; and a browser that sends them.

use std::collections::BTreeMap;

use model::answers::{self, Answer, KeptAnswer, KeptAnswers};
use model::catalogue::{Catalogue, Field, FieldKind, Label, RecordType};
use model::forms::{Facts, Filling, FormState};
use model::ids::{ChangeHash, FieldName, RecordId, TypeName, UserId};
use model::input;
use model::people::People;
use model::record::FieldProblem;
use model::value::{FieldValue, LogEntry, Scalar};
use model::words::Language;
use ui::views::{
    Answered, CaseView, DraftView, Found, Handle, Names, NewType, RecordRow, RecordView, Submitted,
    Viewer,
};
use ui::{ConsoleSource, FormSource, Method, Refusal, Request, Source, respond};

use crate::fake::{Fake, NOW, PEOPLE, Page, WORKERS, handle};

/// One form, and what was done with it.
pub(crate) struct Drafts {
    pub(crate) catalogue: Catalogue,
    pub(crate) record_type: TypeName,
    pub(crate) view: DraftView,
    kept: KeptAnswers,
    /// Every answer that was kept, in its order.
    pub(crate) answered: Vec<(FieldName, Answered)>,
    pub(crate) submitted: Vec<bool>,
    pub(crate) discarded: bool,
    /// Whether what is submitted is only doubtful.
    pub(crate) doubtful: bool,
    pub(crate) types: Vec<NewType>,
    pub(crate) begun: Vec<(TypeName, bool)>,
}

impl Drafts {
    /// Returns an empty form of a type.
    pub(crate) fn of(catalogue: &Catalogue, record_type: &str) -> Self {
        let record_type: TypeName = record_type.parse().unwrap();
        let form = FormState { sections: BTreeMap::new(), questions: Vec::new() };
        let people = [
            (UserId::from_bytes([7; 16]), WORKERS[0].to_owned()),
            (UserId::from_bytes([8; 16]), WORKERS[2].to_owned()),
        ];
        let records = (1..4_u8).map(|index| {
            let title = Label::same(PEOPLE[usize::from(index)]);
            (RecordId::from_bytes([index; 16]), "person".parse().unwrap(), title)
        });
        let mut drafts = Self {
            catalogue: catalogue.clone(),
            view: DraftView {
                draft: handle("draft", 1),
                record_type: record_type.clone(),
                case: Some((handle("case", 1), Label::same(PEOPLE[1]))),
                edits: None,
                begun_at: NOW - model::time::Span::from_minutes(4),
                answers: BTreeMap::new(),
                typed: BTreeMap::new(),
                form,
                problems: Vec::new(),
                changed_since: Vec::new(),
                not_asked: ["approval", "amends"].map(|name| name.parse().unwrap()).into(),
                stands: BTreeMap::new(),
                names: Names::default(),
                people: people.into(),
                records: records.collect(),
                returned: Vec::new(),
                markable: None,
                repairs: None,
            },
            record_type,
            kept: KeptAnswers::new(),
            answered: Vec::new(),
            submitted: Vec::new(),
            discarded: false,
            doubtful: false,
            types: Vec::new(),
            begun: Vec::new(),
        };
        drafts.refresh();
        drafts
    }

    /// Returns it with what stands in the record that it changes.
    pub(crate) fn over(mut self, stands: BTreeMap<FieldName, FieldValue>) -> Self {
        self.view.edits = Some(handle("record", 1));
        self.view.stands = stands;
        self.refresh();
        self
    }

    /// Puts a value there, as it was typed.
    pub(crate) fn with(mut self, field: &str, text: &str) -> Self {
        self.keep(&field.parse().unwrap(), Answered::Typed(text.to_owned())).unwrap();
        self.refresh();
        self
    }

    fn of_type(&self) -> &RecordType {
        self.catalogue.record_type(&self.record_type).unwrap()
    }

    fn keep(&mut self, field: &FieldName, answered: Answered) -> Result<(), Refusal> {
        let known = self.of_type().field(field.as_str()).ok_or(Refusal::NotFound)?.clone();
        let typed = |text: &str| {
            let typed = [(field.as_str(), text)];
            let read = input::answers(NOW, &self.catalogue, &people(), self.of_type(), typed);
            read.map(|answers| answers.into_iter().next().unwrap().1)
                .map_err(|error| Refusal::Invalid(vec![error.to_string()]))
        };
        let answer = match &answered {
            Answered::Typed(text) => typed(text)?,
            Answered::Chosen(codes) if codes.is_empty() => Answer::Nothing,
            Answered::Chosen(codes) => typed(&codes.join(","))?,
            Answered::Entry(parts) => self.with_entry(&known, parts)?,
            Answered::WithoutEntry(entry) => {
                let kept = self.kept.get(field).cloned().ok_or(Refusal::NotFound)?;
                kept.without_entry(entry).ok_or(Refusal::NotFound)?
            }
        };
        let base = match self.kept.get(field) {
            Some(kept) => kept.base.clone(),
            None => self.view.stands.get(field).cloned(),
        };
        self.kept.insert(field.clone(), KeptAnswer { answer, base });
        Ok(())
    }

    fn with_entry(&self, log: &Field, parts: &[(FieldName, String)]) -> Result<Answer, Refusal> {
        let mut entries = match self.view.answers.get(&log.name) {
            Some(FieldValue::Log(entries)) => entries.clone(),
            _ => BTreeMap::new(),
        };
        let mut entry = LogEntry::new();
        for part in log.kind.entry().unwrap() {
            match parts.iter().find(|(name, _)| *name == part.name) {
                Some((name, text)) => {
                    let value = Scalar::parse_in_entry(NOW, &self.catalogue, part, text)
                        .map_err(|problem| Refusal::Invalid(vec![problem.to_string()]))?;
                    entry.insert(name.to_string(), value);
                }
                None if part.required => {
                    return Err(Refusal::Invalid(vec![format!("`{}` is required", part.name)]));
                }
                None => {}
            }
        }
        entries.insert(format!("01KB{:022}", entries.len()), entry);
        Ok(Answer::Value(FieldValue::Log(entries)))
    }

    pub(crate) fn refresh(&mut self) {
        let facts = Facts::default();
        let filled = answers::filled(self.view.stands.clone(), &self.kept);
        let filling = Filling { now: NOW, answers: &filled, facts: &facts };
        let form = FormState::of(&self.catalogue, self.of_type(), filling);
        let people = people();
        let unread =
            input::unread(NOW, &self.catalogue, &people, self.of_type(), &form, &self.kept);
        let problems: Vec<FieldProblem> =
            answers::in_order(self.of_type(), unread, form.problems());
        let typed = self.kept.iter();
        self.view.typed = typed
            .filter_map(|(field, kept)| Some((field.clone(), kept.answer.typed()?.to_owned())))
            .collect();
        self.view.problems = problems;
        self.view.form = form;
        self.view.answers = filled;
    }
}

fn people() -> People {
    People::new(UserId::from_bytes([1; 16]), [])
}

impl FormSource for Drafts {
    fn new_types(&mut self, _case: Option<&Handle>) -> Result<Vec<NewType>, Refusal> {
        Ok(self.types.clone())
    }

    fn begin(&mut self, name: &TypeName, case: Option<&Handle>) -> Result<Handle, Refusal> {
        self.begun.push((name.clone(), case.is_some()));
        Ok(self.view.draft.clone())
    }

    fn begin_edit(&mut self, _record: &Handle) -> Result<Handle, Refusal> {
        Ok(self.view.draft.clone())
    }

    fn drafts(&mut self) -> Result<Vec<DraftView>, Refusal> {
        Ok(vec![self.view.clone()])
    }

    fn form(&mut self, _draft: &Handle) -> Result<DraftView, Refusal> {
        Ok(self.view.clone())
    }

    fn answer(
        &mut self,
        _draft: &Handle,
        answers: Vec<(FieldName, Answered)>,
    ) -> Result<DraftView, Refusal> {
        for (field, answered) in answers {
            self.keep(&field, answered.clone())?;
            self.answered.push((field, answered));
        }
        self.refresh();
        Ok(self.view.clone())
    }

    fn submit(&mut self, _draft: &Handle, anyway: bool) -> Result<Submitted, Refusal> {
        self.submitted.push(anyway);
        if self.view.problems.is_empty() && (anyway || !self.doubtful) {
            return Ok(Submitted::Record(handle("record", 9)));
        }
        let (draft, doubtful) = (Box::new(self.view.clone()), self.doubtful);
        Ok(Submitted::Refused { draft, reason: None, doubtful })
    }

    fn discard(&mut self, _draft: &Handle) -> Result<(), Refusal> {
        self.discarded = true;
        Ok(())
    }
}

/// Returns the built-in catalogue with a type that has a field of every kind.
pub(crate) fn with_every_kind() -> Catalogue {
    let mut catalogue = Catalogue::builtin().unwrap();
    let like = catalogue.record_type(&"person".parse().unwrap()).unwrap();
    let mut all = like.clone();
    let template = like.field("aliases").unwrap();
    let field = |name: &str, kind: FieldKind| Field {
        name: name.parse().unwrap(),
        label: Label::both(format!("A {name}"), format!("Una {name}")),
        kind,
        required: false,
        searched: false,
        review: false,
        ..template.clone()
    };
    let number = |text: &str| text.parse().unwrap();
    let minutes = model::time::Minutes::new;
    let to = || ["person".parse().unwrap()].into();
    let list = "language".to_owned();
    let of = |name: &str| {
        let list = catalogue.types.values().flat_map(|known| &known.fields);
        list.filter_map(|field| field.kind.list())
            .find(|list| list.ends_with(name))
            .unwrap_or_else(|| panic!("no list {name}"))
            .to_owned()
    };
    let scalars = vec![
        field("text", FieldKind::Text),
        field("note", FieldKind::Text),
        field("date", FieldKind::Date),
        field("datetime", FieldKind::DateTime),
        field("bool", FieldKind::Bool),
        field("integer", FieldKind::Integer { min: 0, max: 99 }),
        field(
            "decimal",
            FieldKind::Decimal {
                min: number("0"),
                max: number("1000"),
                places: 2,
                unit: Some(Label::same("km")),
            },
        ),
        field("time", FieldKind::Time),
        field("duration", FieldKind::Duration { min: minutes(0), max: minutes(600) }),
        field("phone", FieldKind::Phone),
        field("few", FieldKind::Choice { list: "approval".to_owned() }),
        field("many", FieldKind::Choice { list: list.clone() }),
        field("ref", FieldKind::Ref { to: to() }),
        field("user", FieldKind::User),
    ];
    let times = of("preferred_times");
    let mut parts = scalars.clone();
    parts.push(field("choices", FieldKind::Choices { list: times.clone() }));
    all.fields = scalars;
    all.fields.push(field("choices", FieldKind::Choices { list: times }));
    all.fields.push(field("refs", FieldKind::Refs { to: to() }));
    all.fields.push(field("counter", FieldKind::Counter));
    all.fields.push(field("log", FieldKind::Log { entry: parts }));
    all.fields.push(field("shared_note", FieldKind::SharedNote));
    all.name = "every_kind".parse().unwrap();
    all.sections = Vec::new();
    catalogue.types.insert(all.name.clone(), all);
    catalogue
}

/// Returns what a browser sends of the form on a page when nobody touches it: in the order of the page, without
/// its buttons.
pub(crate) fn untouched(html: &str) -> Vec<(String, String)> {
    let form = html
        .split("id=\"draft\"")
        .nth(1)
        .map_or(html, |rest| rest.split("</form>").next().unwrap());
    let mut sent = Vec::new();
    let mut select: Option<(String, bool)> = None;
    for piece in form.split('<').skip(1) {
        let (tag, after) = piece.split_once('>').unwrap();
        let get = |name: &str| {
            let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
            Some(unescaped(rest.split('"').next().unwrap()))
        };
        let is = |name: &str| tag.split(' ').any(|word| word == name);
        if tag.starts_with("input") {
            let kind = get("type").unwrap();
            if matches!(&*kind, "radio" | "checkbox") && !is("checked") {
                continue;
            }
            sent.push((get("name").unwrap(), get("value").unwrap()));
        } else if tag.starts_with("textarea") {
            // The first line break after the tag is not part of the text.
            let text = after.strip_prefix('\n').unwrap_or(after);
            sent.push((get("name").unwrap(), unescaped(text)));
        } else if tag.starts_with("select") {
            select = Some((get("name").unwrap(), false));
        } else if tag.starts_with("option") && is("selected") {
            let (name, chosen) = select.as_mut().unwrap();
            assert!(!*chosen, "two options of {name}");
            *chosen = true;
            sent.push((name.clone(), get("value").unwrap()));
        } else if tag.starts_with("/select") {
            assert!(select.take().unwrap().1, "no option is selected");
        }
    }
    sent
}

fn unescaped(text: &str) -> String {
    [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter))
}

/// Returns what is sent with another answer to a question; none of them if there are no values.
pub(crate) fn answered(
    sent: &[(String, String)],
    name: &str,
    values: &[&str],
) -> Vec<(String, String)> {
    let mut sent: Vec<_> = sent.iter().filter(|(of, _)| of != name).cloned().collect();
    sent.extend(values.iter().map(|value| (name.to_owned(), (*value).to_owned())));
    sent
}

/// A department with one form, at which somebody sits.
pub(crate) struct Desk {
    pub(crate) fake: Fake,
    pub(crate) drafts: Drafts,
    pub(crate) language: Language,
}

impl Desk {
    /// Returns a desk with this form.
    pub(crate) fn with(drafts: Drafts) -> Self {
        let mut fake = Fake::empty();
        fake.catalogue = drafts.catalogue.clone();
        Self { fake, drafts, language: Language::English }
    }

    /// Opens the form.
    pub(crate) fn open(&mut self) -> Page {
        self.ask(Method::Get, "/drafts/draft-1", &[], false)
    }

    /// Sends the form with a button.
    pub(crate) fn press(&mut self, action: &str, sent: &[(String, String)]) -> Page {
        let sent = answered(sent, "action", &[action]);
        self.ask(Method::Post, "/drafts/draft-1", &sent, false)
    }

    /// Asks for a page.
    pub(crate) fn ask(
        &mut self,
        method: Method,
        path: &str,
        sent: &[(String, String)],
        wants_part: bool,
    ) -> Page {
        let form = sent.iter().cloned().collect();
        let language = self.language;
        let request = Request { method, path, form, language, wants_part, now: NOW };
        Page::of(respond(&request, self))
    }
}

impl Source for Desk {
    fn catalogue(&self) -> &Catalogue {
        self.fake.catalogue()
    }

    fn viewer(&self) -> &Viewer {
        self.fake.viewer()
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
        history_before: Option<ChangeHash>,
    ) -> Result<RecordView, Refusal> {
        self.fake.record(record, history_before)
    }

    fn find(&mut self, text: &str, skip: usize) -> Result<Found, Refusal> {
        self.fake.find(text, skip)
    }

    fn forms(&mut self) -> &mut dyn FormSource {
        &mut self.drafts
    }

    fn console(&mut self) -> Option<&mut dyn ConsoleSource> {
        None
    }
}
