//! One member of staff: what they hold, whether they can sign in, their devices.

use askama::Template;
use model::ids::{ProgramCode, RoleCode};
use model::time::{Span, Timestamp};

use super::administration;
use super::invitation::{self, For};
use super::lines::{
    Badge, DeviceLine, RoleGroup, account, chosen, device, role_groups, role_name, sent,
};
use super::sure::{self, Asked, is_sure};
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::{Moment, program_name};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{AccountState, Handle, RoleTerm};
use crate::words::Words;

#[derive(Template)]
#[template(path = "administration/member.html")]
struct Member<'a> {
    frame: Frame<'a>,
    member: Handle,
    name: String,
    own: bool,
    inactive: bool,
    roles: Vec<RoleLine>,
    groups: Vec<RoleGroup>,
    account: Badge,
    /// Since when or until when that is so.
    account_when: Option<Moment>,
    can_close: bool,
    sessions: u64,
    signed_in: Option<Moment>,
    seen: Option<Moment>,
    added: Moment,
    devices: Vec<DeviceLine>,
    absences: Vec<AbsenceLine>,
}

struct AbsenceLine {
    /// What a form sends to name it.
    from: i64,
    /// Its first and last day, in words.
    days: String,
    /// Whether it is now.
    now: bool,
}

struct RoleLine {
    role: String,
    program: String,
    sent: String,
    /// Its first and last day, in words; `None` if it has neither.
    days: Option<String>,
    /// Whether it has not begun.
    planned: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let member = screen.handle()?;
    let view = administration(source)?.member(member)?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::People, counts);
    let (words, clock) = (frame.words, frame.clock);
    let row = view.row;
    let terms = &view.terms;
    let line = |(role, program): &(RoleCode, ProgramCode)| {
        let term = terms.iter().find(|term| (&term.role, &term.program) == (role, program));
        RoleLine {
            role: role_name(role, words, catalogue),
            program: program_name(program, words, catalogue),
            sent: sent(role, program),
            days: term.and_then(|term| days(term, words, clock)),
            planned: term.is_some_and(|term| term.from.is_some()),
        }
    };
    let planned = terms.iter().filter(|term| term.from.is_some());
    let planned = planned.map(|term| (term.role.clone(), term.program.clone()));
    let held: Vec<_> = row.roles.iter().cloned().chain(planned).collect();
    let account_when = match row.account {
        AccountState::Invited(until) => Some(until),
        AccountState::Closed(at) => Some(at),
        AccountState::None | AccountState::Active => None,
    };
    let is_open = matches!(row.account, AccountState::Active | AccountState::Invited(_));
    page(&Member {
        member: member.clone(),
        name: row.name,
        own: view.own,
        inactive: row.inactive,
        roles: held.iter().map(line).collect(),
        groups: role_groups(&view.roles, words, catalogue),
        account: account(row.account, words),
        account_when: account_when.map(|at| Moment::at(clock, at)),
        can_close: is_open && !view.own,
        sessions: view.sessions,
        signed_in: row.signed_in.map(|at| Moment::at(clock, at)),
        seen: row.seen.map(|at| Moment::at(clock, at)),
        added: Moment::said(clock, view.added, clock.day(view.added)),
        absences: view
            .absences
            .iter()
            .map(|(from, until)| AbsenceLine {
                from: from.as_millis(),
                days: words
                    .staff_from_until(clock.day(*from), clock.day(*until - Span::from_millis(1))),
                now: *from <= clock.now(),
            })
            .collect(),
        devices: view.devices.into_iter().map(|row| device(row, words, clock)).collect(),
        frame,
    })
}

/// Gives a role.
pub(crate) fn give(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (member, form) = (screen.handle()?, &screen.request.form);
    let Some((role, program)) = chosen(form.text("role")) else {
        return Err(Refusal::Invalid(vec![screen.words.staff_role_missing()]));
    };
    let days = (form.text("from"), form.text("until"));
    administration(source)?.give_role(member, &role, &program, days)?;
    back_to(member)
}

/// Notes when somebody is away.
pub(crate) fn away(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (member, form) = (screen.handle()?, &screen.request.form);
    let days = (form.text("from"), form.text("until"));
    administration(source)?.add_absence(member, days)?;
    back_to(member)
}

/// Forgets that somebody is away.
pub(crate) fn there(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let member = screen.handle()?;
    let from = screen.request.form.text("from").parse().map_err(|_| Refusal::NotFound)?;
    administration(source)?.remove_absence(member, Timestamp::from_millis(from))?;
    back_to(member)
}

/// Says what taking a role away would do, or does it.
pub(crate) fn take(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (member, form) = (screen.handle()?, &screen.request.form);
    let (role, program) = chosen(form.text("role")).ok_or(Refusal::NotFound)?;
    if is_sure(screen) {
        administration(source)?.take_role(member, &role, &program)?;
        return back_to(member);
    }
    let loses = administration(source)?.loses(member, &role, &program)?;
    let name = administration(source)?.member(member)?.row.name;
    let (words, catalogue) = (screen.words, source.catalogue());
    let named = words.staff_role_in(
        program_name(&program, words, catalogue),
        role_name(&role, words, catalogue),
    );
    let asked = Asked {
        title: words.staff_take_title(name),
        what: vec![named, words.staff_take_loses(loses), words.staff_take_kept()],
        path: format!("/people/{member}/take"),
        field: Some(("role", sent(&role, &program))),
        button: words.staff_take_go(),
        back: format!("/people/{member}"),
    };
    sure::show(screen, source, Place::People, asked)
}

/// Makes a code, and shows it once.
pub(crate) fn invite(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let member = screen.handle()?;
    let (purpose, view) = match screen.request.form.text("what") {
        "account" => (For::Account, administration(source)?.invite_to_account(member)?),
        "device" => (For::Device, administration(source)?.invite_device(member)?),
        _ => return Err(Refusal::NotFound),
    };
    invitation::show(screen, source, (member, purpose), view)
}

/// Ends every session of somebody.
pub(crate) fn sign_out(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let member = screen.handle()?;
    administration(source)?.sign_out(member)?;
    back_to(member)
}

/// Says what closing an account would do, or does it.
pub(crate) fn close(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let member = screen.handle()?;
    if is_sure(screen) {
        administration(source)?.close_account(member)?;
        return back_to(member);
    }
    let view = administration(source)?.member(member)?;
    let words = screen.words;
    let asked = Asked {
        title: words.staff_close_title(view.row.name),
        what: vec![
            words.staff_close_sessions(view.sessions),
            words.staff_close_devices(view.row.devices),
            words.staff_close_again(),
        ],
        path: format!("/people/{member}/close"),
        field: None,
        button: words.staff_close_go(),
        back: format!("/people/{member}"),
    };
    sure::show(screen, source, Place::People, asked)
}

/// Says the first and the last day of a role.
fn days(term: &RoleTerm, words: Words, clock: Clock<'_>) -> Option<String> {
    let last = term.until.map(|end| clock.day(end - Span::from_millis(1)));
    let first = term.from.map(|from| clock.day(from));
    match (first, last) {
        (Some(first), Some(last)) => Some(words.staff_from_until(first, last)),
        (Some(first), None) => Some(words.staff_from(first)),
        (None, last) => last.map(|last| words.staff_until(last)),
    }
}

fn back_to(member: &Handle) -> Result<Response, Refusal> {
    Ok(Response::SeeOther(format!("/people/{member}")))
}
