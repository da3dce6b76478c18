//! Everybody who works with the department. A name that is looked for travels in a body, never in an
//! address.

use askama::Template;

use super::administration;
use super::lines::{Badge, RoleGroup, account, chosen, role_groups, role_name};
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, program_name};
use crate::pages::frame::{PAGE_ROWS, counts, page, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Handle, MemberRow, PeopleFilter};

#[derive(Template)]
#[template(path = "administration/people.html")]
struct People<'a> {
    frame: Frame<'a>,
    count: String,
    filter: PeopleFilter,
    /// How many were not here for long, in words; `None` if nobody.
    inactive: Option<String>,
    rows: Vec<Line>,
    range: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    /// How many come before what follows of those that were looked for.
    more: Option<u64>,
    groups: Vec<RoleGroup>,
    adding: Adding,
}

struct Line {
    member: Handle,
    name: String,
    roles: Vec<String>,
    account: Badge,
    signed_in: Option<Moment>,
    devices: u64,
    seen: Option<Moment>,
    inactive: bool,
}

/// What was typed to add somebody, and what is wrong with it.
#[derive(Default)]
struct Adding {
    open: bool,
    name: String,
    role: String,
    /// Words beside the name.
    name_problems: Vec<String>,
    /// Words beside the role.
    role_problem: Option<String>,
}

/// Shows everybody, or only those who were not here for long.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let inactive = screen.request.form.get("inactive").is_some();
    let skip = screen.number("skip").unwrap_or(0);
    let filter = PeopleFilter { name: String::new(), inactive, skip };
    page(&shown(screen, source, filter, Adding::default())?)
}

/// Shows those of a name.
pub(crate) fn find(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let name = screen.request.form.text("q").trim().to_owned();
    let skip = screen.number("skip").unwrap_or(0);
    let filter = PeopleFilter { name, inactive: false, skip };
    page(&shown(screen, source, filter, Adding::default())?)
}

/// Adds somebody, and shows their page.
pub(crate) fn add(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let (name, role) = (form.text("name").to_owned(), form.text("role").to_owned());
    let mut adding = Adding { open: true, name, role, ..Adding::default() };
    match chosen(&adding.role) {
        None => adding.role_problem = Some(screen.words.staff_role_missing()),
        Some((role, program)) => {
            match administration(source)?.add_member(&adding.name, &role, &program) {
                Ok(member) => return Ok(Response::SeeOther(format!("/people/{member}"))),
                Err(Refusal::Invalid(problems)) => adding.name_problems = problems,
                Err(other) => return Err(other),
            }
        }
    }
    Ok(page_with(422, &shown(screen, source, PeopleFilter::default(), adding)?))
}

fn shown<'a>(
    screen: &Screen<'a>,
    source: &'a mut dyn Source,
    filter: PeopleFilter,
    adding: Adding,
) -> Result<People<'a>, Refusal> {
    let view = administration(source)?.people(&filter)?;
    let counts = counts(source);
    let source: &'a dyn Source = source;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::People, counts);
    let (words, clock) = (frame.words, frame.clock);
    let line = |row: MemberRow| Line {
        roles: row
            .roles
            .iter()
            .map(|(role, program)| {
                let role = role_name(role, words, catalogue);
                words.staff_role_in(program_name(program, words, catalogue), role)
            })
            .collect(),
        account: account(row.account, words),
        signed_in: row.signed_in.map(|at| Moment::said(clock, at, clock.ago(at))),
        seen: row.seen.map(|at| Moment::said(clock, at, clock.ago(at))),
        member: row.member,
        name: row.name,
        devices: row.devices,
        inactive: row.inactive,
    };
    let rows: Vec<Line> = view.rows.into_iter().map(line).collect();
    let last = filter.skip.saturating_add(u64::try_from(rows.len()).unwrap_or(0));
    let goes_on = last < view.total && !rows.is_empty();
    let is_page = filter.name.is_empty();
    let at = |skip: u64| match (filter.inactive, skip) {
        (false, 0) => "/people".to_owned(),
        (false, skip) => format!("/people?skip={skip}"),
        (true, 0) => "/people?inactive=1".to_owned(),
        (true, skip) => format!("/people?inactive=1&skip={skip}"),
    };
    Ok(People {
        count: words.staff_count(view.total),
        inactive: (view.inactive > 0).then(|| words.staff_inactive_count(view.inactive)),
        range: (view.total > PAGE_ROWS && !rows.is_empty())
            .then(|| words.range_shown(filter.skip + 1, last, view.total)),
        previous: (is_page && filter.skip > 0).then(|| at(filter.skip.saturating_sub(PAGE_ROWS))),
        next: (is_page && goes_on).then(|| at(last)),
        more: (!is_page && goes_on).then_some(last),
        groups: role_groups(&view.roles, words, catalogue),
        rows,
        filter,
        adding,
        frame,
    })
}
