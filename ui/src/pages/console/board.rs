//! The caseload: every case its reader may see, filtered and sorted as they left it.
//!
//! The filter is kept by the source, for the reader: it names people, so it stands in no address.

use askama::Template;

use super::rows::{CaseLine, case_lines, program_name};
use crate::frame::{Frame, Place};
use crate::pages::frame::{PAGE_ROWS, counts, page};
use crate::request::{Form, Response};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{BoardFilter, BoardSort};
use crate::words::Words;

#[derive(Template)]
#[template(path = "console/board.html")]
struct Board<'a> {
    frame: Frame<'a>,
    /// How many cases there are, in words.
    total: String,
    /// Which of them are on this page, in words; `None` when all are.
    range: Option<String>,
    rows: Vec<CaseLine>,
    columns: Vec<Column>,
    /// The filter as fields of a form, for what changes one part of it.
    kept: Vec<(&'static str, String)>,
    chips: Vec<Chip>,
    selects: Vec<Select>,
    checks: Vec<Check>,
    sorts: Vec<(&'static str, String, bool)>,
    descending: bool,
    previous: Option<String>,
    next: Option<String>,
}

/// A column's head.
struct Column {
    label: String,
    /// What a click sorts by; `None` where nothing can be sorted.
    sort: Option<&'static str>,
    /// How it is sorted now, as `aria-sort` says it.
    sorted: Option<&'static str>,
    figure: bool,
}

/// A part of the filter that can be taken off.
struct Chip {
    drop: &'static str,
    label: String,
}

struct Select {
    name: &'static str,
    label: String,
    /// What stands for no choice.
    any: String,
    options: Vec<(String, String, bool)>,
}

struct Check {
    name: &'static str,
    label: String,
    set: bool,
}

/// Shows the caseload by the filter that was kept.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let skip = screen.number("skip").unwrap_or(0);
    let view = source.console().ok_or(Refusal::NotFound)?.board(skip)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Cases, counts);
    let words = frame.words;
    let shown = u64::try_from(view.rows.len()).unwrap_or(u64::MAX);
    let last = view.skipped.saturating_add(shown);
    let programs =
        view.programs.iter().map(|code| (code.to_string(), program_name(code, words, catalogue)));
    let choices = Choices {
        workers: view.workers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect(),
        programs: programs.collect(),
        risks: view
            .risks
            .iter()
            .map(|(code, label)| (code.clone(), words.label(label).to_owned()))
            .collect(),
    };
    page(&Board {
        total: words.count_cases(view.total),
        range: (shown < view.total && shown > 0)
            .then(|| words.range_shown(view.skipped + 1, last, view.total)),
        rows: case_lines(&view.rows, words, frame.clock),
        columns: columns(&view.filter, words),
        kept: kept(&view.filter),
        chips: chips(&view.filter, &choices, words),
        selects: choices.selects(&view.filter, words),
        checks: checks(&view.filter, words),
        sorts: sorts(&view.filter, words),
        descending: view.filter.descending,
        previous: (view.skipped > 0).then(|| at(view.skipped.saturating_sub(PAGE_ROWS))),
        next: (last < view.total && shown > 0).then(|| at(last)),
        frame,
    })
}

/// Keeps a filter, and shows what it leaves.
pub(crate) fn filter(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let filter = read(&screen.request.form);
    source.console().ok_or(Refusal::NotFound)?.keep_board_filter(&filter)?;
    Ok(Response::SeeOther("/cases".to_owned()))
}

fn at(skip: u64) -> String {
    if skip == 0 { "/cases".to_owned() } else { format!("/cases?skip={skip}") }
}

/// What can be chosen, each by what the form sends and its name.
struct Choices {
    workers: Vec<(String, String)>,
    programs: Vec<(String, String)>,
    risks: Vec<(String, String)>,
}

impl Choices {
    fn selects(&self, filter: &BoardFilter, words: Words) -> Vec<Select> {
        let select = |name, label, any, options: &[(String, String)], chosen: Option<String>| {
            let option = |(value, shown): &(String, String)| {
                (value.clone(), shown.clone(), chosen.as_ref() == Some(value))
            };
            Select { name, label, any, options: options.iter().map(option).collect() }
        };
        let worker = filter.worker.map(|worker| worker.to_string());
        let program = filter.program.as_ref().map(ToString::to_string);
        let gaps = GAPS.map(|days| (days.to_string(), words.gap_over(days)));
        let gap = filter.gap_days.map(|days| days.to_string());
        vec![
            select("worker", words.col_worker(), words.any_worker(), &self.workers, worker),
            select("program", words.col_program(), words.any_program(), &self.programs, program),
            select("risk", words.col_risk(), words.any_risk(), &self.risks, filter.risk.clone()),
            select("gap", words.gap(), words.any_gap(), &gaps, gap),
        ]
    }
}

/// The gaps that can be asked for, in days.
const GAPS: [u32; 2] = [14, 30];

fn named<'n>(options: &'n [(String, String)], value: &'n str) -> &'n str {
    options.iter().find(|(own, _)| own == value).map_or(value, |(_, name)| name)
}

fn chips(filter: &BoardFilter, choices: &Choices, words: Words) -> Vec<Chip> {
    let chip = |drop, label| Chip { drop, label };
    let of = |label: String, value: &str| format!("{label}: {value}");
    let worker = filter.worker.map(|worker| worker.to_string());
    let mut chips = Vec::new();
    if let Some(worker) = &worker {
        chips.push(chip("worker", of(words.col_worker(), named(&choices.workers, worker))));
    }
    if let Some(program) = &filter.program {
        let name = named(&choices.programs, program.as_str());
        chips.push(chip("program", of(words.col_program(), name)));
    }
    if let Some(risk) = &filter.risk {
        chips.push(chip("risk", of(words.col_risk(), named(&choices.risks, risk))));
    }
    if let Some(days) = filter.gap_days {
        chips.push(chip("gap", of(words.gap(), &words.gap_over(days))));
    }
    let set = checks(filter, words).into_iter().filter(|check| check.set);
    chips.extend(set.map(|check| chip(check.name, check.label)));
    chips
}

fn checks(filter: &BoardFilter, words: Words) -> Vec<Check> {
    let check = |name, label, set| Check { name, label, set };
    vec![
        check("overdue", words.with_overdue(), filter.overdue),
        check("unreviewed", words.with_unreviewed(), filter.unreviewed),
        check("conflicts", words.with_conflicts(), filter.conflicts),
        check("consent", words.with_expired_consent(), filter.expired_consent),
    ]
}

/// Returns the filter as the fields that say it, without its order.
fn kept(filter: &BoardFilter) -> Vec<(&'static str, String)> {
    let set = |name, set: bool| set.then(|| (name, "1".to_owned()));
    let fields = [
        filter.worker.map(|worker| ("worker", worker.to_string())),
        filter.program.as_ref().map(|program| ("program", program.to_string())),
        filter.risk.clone().map(|risk| ("risk", risk)),
        filter.gap_days.map(|days| ("gap", days.to_string())),
        set("overdue", filter.overdue),
        set("unreviewed", filter.unreviewed),
        set("conflicts", filter.conflicts),
        set("consent", filter.expired_consent),
        Some(("sort", sort_name(filter.sort).to_owned())),
        set("descending", filter.descending),
    ];
    fields.into_iter().flatten().collect()
}

/// Reads a filter: all its fields, then what one button changes of it.
fn read(form: &Form) -> BoardFilter {
    let chosen = |name| form.get(name).filter(|value| !value.is_empty());
    let mut filter = BoardFilter {
        worker: chosen("worker").and_then(|text| text.parse().ok()),
        program: chosen("program").and_then(|text| text.parse().ok()),
        risk: chosen("risk").map(str::to_owned),
        overdue: chosen("overdue").is_some(),
        gap_days: chosen("gap").and_then(|text| text.parse().ok()),
        unreviewed: chosen("unreviewed").is_some(),
        conflicts: chosen("conflicts").is_some(),
        expired_consent: chosen("consent").is_some(),
        sort: chosen("sort").and_then(sort_named).unwrap_or_default(),
        descending: chosen("descending").is_some(),
    };
    if let Some(sort) = chosen("by").and_then(sort_named) {
        filter.descending = filter.sort == sort && !filter.descending;
        filter.sort = sort;
    }
    if let Some(part) = chosen("drop") {
        without(&mut filter, part);
    }
    filter
}

fn without(filter: &mut BoardFilter, part: &str) {
    let (sort, descending) = (filter.sort, filter.descending);
    match part {
        "worker" => filter.worker = None,
        "program" => filter.program = None,
        "risk" => filter.risk = None,
        "gap" => filter.gap_days = None,
        "overdue" => filter.overdue = false,
        "unreviewed" => filter.unreviewed = false,
        "conflicts" => filter.conflicts = false,
        "consent" => filter.expired_consent = false,
        "all" => *filter = BoardFilter { sort, descending, ..BoardFilter::default() },
        _ => {}
    }
}

const SORTS: [(BoardSort, &str); 7] = [
    (BoardSort::Person, "person"),
    (BoardSort::Worker, "worker"),
    (BoardSort::Risk, "risk"),
    (BoardSort::Contact, "contact"),
    (BoardSort::Due, "due"),
    (BoardSort::Tasks, "tasks"),
    (BoardSort::Consent, "consent"),
];

fn sort_named(name: &str) -> Option<BoardSort> {
    SORTS.iter().find(|(_, own)| *own == name).map(|(sort, _)| *sort)
}

fn sort_name(sort: BoardSort) -> &'static str {
    SORTS.iter().find(|(own, _)| *own == sort).map_or("due", |(_, name)| name)
}

fn sort_label(sort: BoardSort, words: Words) -> String {
    match sort {
        BoardSort::Person => words.col_person(),
        BoardSort::Worker => words.col_worker(),
        BoardSort::Risk => words.col_risk(),
        BoardSort::Contact => words.col_contact(),
        BoardSort::Due => words.col_next_due(),
        BoardSort::Tasks => words.col_tasks(),
        BoardSort::Consent => words.col_consent(),
    }
}

fn sorts(filter: &BoardFilter, words: Words) -> Vec<(&'static str, String, bool)> {
    let sort = |(sort, name): (BoardSort, _)| (name, sort_label(sort, words), sort == filter.sort);
    SORTS.into_iter().map(sort).collect()
}

fn columns(filter: &BoardFilter, words: Words) -> Vec<Column> {
    let direction = if filter.descending { "descending" } else { "ascending" };
    let sorted = |(sort, name): (BoardSort, &'static str)| Column {
        label: sort_label(sort, words),
        sort: Some(name),
        sorted: (sort == filter.sort).then_some(direction),
        figure: sort == BoardSort::Tasks,
    };
    let plain = |label| Column { label, sort: None, sorted: None, figure: false };
    let [person, worker, risk, contact, due, tasks, consent] = SORTS.map(sorted);
    let attention = plain(words.col_attention());
    vec![person, worker, risk, contact, due, tasks, attention, consent, plain(words.col_unsent())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(fields: &[(&str, &str)]) -> Form {
        fields.iter().copied().collect()
    }

    #[test]
    fn a_filter_is_read_back_from_the_fields_that_say_it() {
        let filter = BoardFilter {
            program: "street_outreach".parse().ok(),
            risk: Some("high".to_owned()),
            overdue: true,
            gap_days: Some(30),
            expired_consent: true,
            sort: BoardSort::Contact,
            descending: true,
            ..BoardFilter::default()
        };
        assert_eq!(read(&kept(&filter).into_iter().collect()), filter);
    }

    #[test]
    fn the_same_column_again_turns_the_order_and_another_one_begins_upwards() {
        let again = read(&form(&[("sort", "risk"), ("by", "risk")]));
        assert_eq!((again.sort, again.descending), (BoardSort::Risk, true));
        let back = read(&form(&[("sort", "risk"), ("descending", "1"), ("by", "risk")]));
        assert_eq!((back.sort, back.descending), (BoardSort::Risk, false));
        let other = read(&form(&[("sort", "risk"), ("descending", "1"), ("by", "person")]));
        assert_eq!((other.sort, other.descending), (BoardSort::Person, false));
    }

    #[test]
    fn one_part_of_a_filter_is_taken_off_or_all_but_its_order() {
        let fields = [("gap", "14"), ("overdue", "1"), ("sort", "risk")];
        let one = read(&form(&[&fields[..], &[("drop", "gap")]].concat()));
        assert_eq!((one.gap_days, one.overdue), (None, true));
        let all = read(&form(&[&fields[..], &[("drop", "all")]].concat()));
        assert_eq!(all, BoardFilter { sort: BoardSort::Risk, ..BoardFilter::default() });
    }

    #[test]
    fn what_is_no_filter_filters_nothing() {
        let nonsense = form(&[("worker", "x"), ("gap", "-1"), ("sort", "?"), ("drop", "?")]);
        assert_eq!(read(&nonsense), BoardFilter::default());
    }
}
