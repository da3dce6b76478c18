//! The audit: who did what, to what, and when.

use askama::Template;
use model::ids::CaseId;
use model::time::Date;

use super::acts;
use super::purpose::{Gate, gate, watch};
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, type_name};
use crate::pages::frame::{counts, page_with};
use crate::request::{Form, Response};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{
    AuditActor, AuditBy, AuditCase, AuditLine, AuditObject, AuditSearch, AuditView, Handle,
};
use crate::words::Words;

#[derive(Template)]
#[template(path = "privacy/audit.html")]
struct Audit<'a> {
    frame: Frame<'a>,
    purpose: String,
    search: Fields,
    /// What is wrong with a field, by its id.
    problems: Vec<(&'static str, String)>,
    rows: Vec<Line>,
    /// Before which row the next page begins.
    next: Option<u64>,
    /// Whether it is not the first page.
    is_later: bool,
}

impl Audit<'_> {
    fn is_wrong(&self, field: &str) -> bool {
        self.problems.iter().any(|(wrong, _)| *wrong == field)
    }
}

/// What the form shows.
struct Fields {
    people: Vec<(String, String, bool)>,
    acts: Vec<(&'static str, String, bool)>,
    days: [Day; 2],
    case: Option<Handle>,
    typed: String,
    /// Whether anything is searched for.
    is_set: bool,
}

struct Day {
    name: &'static str,
    label: String,
    value: String,
}

impl Fields {
    /// Returns what is searched for, as the next page is asked for it.
    fn hidden(&self) -> Vec<(&'static str, String)> {
        let chosen = |people: &[(String, String, bool)]| {
            people.iter().find(|(.., chosen)| *chosen).map(|(value, ..)| value.clone())
        };
        let act = self.acts.iter().find(|(.., chosen)| *chosen).map(|(act, ..)| (*act).to_owned());
        let case = self.case.as_ref().map(ToString::to_string);
        let days = self.days.iter().map(|day| (day.name, Some(day.value.clone())));
        let all = [("by", chosen(&self.people)), ("act", act), ("case", case)];
        let set = all.into_iter().chain(days).filter_map(|(name, value)| Some((name, value?)));
        set.filter(|(_, value)| !value.is_empty()).collect()
    }
}

struct Line {
    number: u64,
    at: Moment,
    actor: String,
    way: Option<String>,
    act: String,
    object: String,
    /// What it was done to in the audit's own words, where there are no others.
    raw: Option<String>,
    case: Option<Handle>,
    /// The result, in words of the page's language.
    outcome: Option<String>,
    /// What the audit has of it in its own words.
    rest: Option<String>,
    stated: Option<String>,
}

/// Shows the newest rows, or those that are searched for.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let purpose = match gate(screen, source)? {
        Gate::Open(purpose) => purpose,
        Gate::Asked(instead) => return Ok(instead),
    };
    let words = screen.words;
    let (search, problems) = read(&screen.request.form, words);
    let view = watch(source)?.audit(&search)?;
    let counts = counts(source);
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Audit, counts);
    let clock = frame.clock;
    let is_wrong = !problems.is_empty();
    let line = |row: AuditLine| {
        let (outcome, rest) = acts::outcome(&row.outcome, words);
        let (actor, way) = actor(row.actor, words);
        let raw = match &row.object {
            AuditObject::Other(text) if acts::object(text, words).is_none() => Some(text.clone()),
            _ => None,
        };
        Line {
            number: row.number,
            at: Moment::at(clock, row.at),
            actor,
            way,
            act: acts::said(&row.act, words),
            object: match row.object {
                AuditObject::Nothing => String::new(),
                AuditObject::Case => words.audit_case(),
                AuditObject::Record(Some(kind)) => type_name(&kind, words, catalogue),
                AuditObject::Record(None) => words.audit_record(),
                AuditObject::User(name) => name,
                AuditObject::Device(owner) => words.audit_device(owner),
                AuditObject::Emergency(number) => words.audit_emergency(number),
                AuditObject::Audit => words.nav_audit(),
                AuditObject::Other(text) => acts::object(&text, words).unwrap_or_default(),
            },
            raw,
            case: row.case,
            outcome,
            rest,
            stated: row.stated,
        }
    };
    let fields = fields(&search, &view, screen.request.form.text("number"), is_wrong, words);
    let rows = view.rows.into_iter().filter(|_| !is_wrong).map(line).collect();
    let page = Audit {
        purpose,
        search: fields,
        problems,
        rows,
        next: view.next.filter(|_| !is_wrong),
        is_later: search.before.is_some(),
        frame: Frame { path: "/audit", ..frame },
    };
    Ok(page_with(if is_wrong { 422 } else { 200 }, &page))
}

/// Reads what is searched for, and what of it cannot be.
fn read(form: &Form, words: Words) -> (AuditSearch, Vec<(&'static str, String)>) {
    let mut problems = Vec::new();
    let mut day = |name: &'static str| -> Option<Date> {
        let text = form.text(name).trim();
        let day = text.parse().ok();
        if day.is_none() && !text.is_empty() {
            problems.push((name, words.audit_no_day()));
        }
        day
    };
    let (from, until) = (day("from"), day("until"));
    if from.zip(until).is_some_and(|(from, until)| from > until) {
        problems.push(("until", words.audit_days_reversed()));
    }
    let typed = form.text("number").trim();
    let case = match (typed.parse::<CaseId>(), typed.is_empty()) {
        (Ok(case), _) => Some(AuditCase::Typed(case)),
        (Err(_), true) => Handle::read(form.text("case")).map(AuditCase::Named),
        (Err(_), false) => {
            problems.push(("number", words.audit_no_number()));
            None
        }
    };
    let by = match form.text("by") {
        "stranger" => Some(AuditBy::Stranger),
        "administrator" => Some(AuditBy::Administrator),
        "server" => Some(AuditBy::Server),
        other => other.parse().ok().map(AuditBy::User),
    };
    let act = Some(form.text("act")).filter(|act| !act.is_empty()).map(str::to_owned);
    let before = form.text("before").parse().ok();
    (AuditSearch { by, case, act, from, until, before }, problems)
}

fn fields(
    search: &AuditSearch,
    view: &AuditView,
    typed: &str,
    is_wrong: bool,
    words: Words,
) -> Fields {
    let others = [
        ("stranger", AuditBy::Stranger, words.audit_stranger()),
        ("administrator", AuditBy::Administrator, words.audit_administrator()),
        ("server", AuditBy::Server, words.audit_server()),
    ];
    let people = view.people.iter().map(|(user, name)| {
        (user.to_string(), name.clone(), search.by == Some(AuditBy::User(*user)))
    });
    let others = others.into_iter();
    let others = others.map(|(value, by, said)| (value.to_owned(), said, search.by == Some(by)));
    let act =
        |act: &&'static str| (*act, acts::said(act, words), search.act.as_deref() == Some(*act));
    let mut acts: Vec<_> = view.acts.iter().map(act).collect();
    acts.sort_by_key(|(_, said, _)| model::search::plain(said));
    let day = |name, label, day: Option<Date>| {
        let value = day.map(|day| day.to_string()).unwrap_or_default();
        Day { name, label, value }
    };
    Fields {
        people: people.chain(others).collect(),
        acts,
        days: [
            day("from", words.audit_from(), search.from),
            day("until", words.audit_until(), search.until),
        ],
        case: view.case.clone(),
        typed: if is_wrong { typed.to_owned() } else { String::new() },
        is_set: AuditSearch { before: None, ..search.clone() } != AuditSearch::default(),
    }
}

/// Says who acted, and with what.
fn actor(actor: AuditActor, words: Words) -> (String, Option<String>) {
    match actor {
        AuditActor::AtConsole(name) => (name, Some(words.audit_at_console())),
        AuditActor::WithPhone(name) => (name, Some(words.audit_with_phone())),
        AuditActor::Stranger => (words.audit_stranger(), None),
        AuditActor::Administrator => (words.audit_administrator(), None),
        AuditActor::Server => (words.audit_server(), None),
    }
}
