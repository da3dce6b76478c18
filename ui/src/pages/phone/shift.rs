//! A worker's shift: going out, "I'm safe", staying longer, being back, and calling for help.

use askama::Template;
use model::time::{Span, Timestamp};

use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::safety::{OwnShift, ShiftPlan, ShiftView};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/shift.html")]
struct Shift<'a> {
    frame: Frame<'a>,
    words: Words,
    out: Option<Out>,
    supervisor: &'a str,
    colleagues: &'a [String],
    zones: Vec<(&'a str, &'a str)>,
    lengths: Vec<(u32, String)>,
}

#[derive(Template)]
#[template(path = "phone/help.html")]
struct Help<'a> {
    frame: Frame<'a>,
    words: Words,
    /// What became of the call, in words; `None` before it was made.
    called: Option<(String, &'static str)>,
    people: Vec<Reached>,
}

/// The shift that somebody is on, as Today and its own page show it.
pub(crate) struct Out {
    pub(crate) partner: Option<String>,
    pub(crate) zone: Option<String>,
    pub(crate) back: Moment,
    /// The same instant in milliseconds, for what counts down to it.
    pub(crate) until: i64,
    pub(crate) late: bool,
    /// Whether the server watches, in words, with the class of the line.
    pub(crate) state: (String, &'static str),
    pub(crate) armed: bool,
    /// When they said last that they are safe, and whether that was sent.
    pub(crate) safe: Option<String>,
    /// What opens a text to the partner, ready to be sent.
    pub(crate) text: String,
}

/// Somebody who can be called.
struct Reached {
    who: String,
    call: String,
    text: Option<String>,
}

/// Shows the shift, or the form in which one begins.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = super::of(source)?.shift()?;
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Shift, None);
    let (words, clock) = (screen.words, frame.clock);
    let zones = view.zones.iter().map(|(code, label)| (code.as_str(), words.label(label)));
    let lengths = LENGTHS.map(|minutes| {
        let span = Span::from_minutes(minutes.into());
        (minutes, words.shift_length(clock.span(span), clock.time(clock.now() + span)))
    });
    page(&Shift {
        words,
        out: out(&view, words, &frame),
        supervisor: &view.supervisor,
        colleagues: &view.colleagues,
        zones: zones.collect(),
        lengths: lengths.into(),
        frame,
    })
}

/// Begins a shift.
pub(crate) fn start(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let plan = ShiftPlan {
        partner: form.text("partner").to_owned(),
        partner_phone: number(form.text("partner_phone")),
        supervisor: number(form.text("supervisor")),
        zone: form.text("zone").to_owned(),
        minutes: form.text("minutes").parse().unwrap_or(0),
    };
    super::of(source)?.start_shift(&plan)?;
    sent(source, "/shift")
}

/// Stays out longer.
pub(crate) fn extend(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let minutes = screen.request.form.text("minutes").parse().map_err(|_| Refusal::NotFound)?;
    super::of(source)?.extend_shift(minutes)?;
    sent(source, "/shift")
}

/// Is back.
pub(crate) fn back(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.end_shift()?;
    sent(source, "/")
}

/// Says that they are safe: now, or at the times that were tapped while the phone was locked.
pub(crate) fn safe(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let times: Vec<i64> =
        screen.request.form.all("at").filter_map(|at| at.parse().ok()).take(TAPS_MAX).collect();
    let phone = super::of(source)?;
    match times.is_empty() {
        true => phone.say_safe(None)?,
        false => {
            for at in times {
                phone.say_safe(Some(Timestamp::from_millis(at)))?;
            }
        }
    }
    sent(source, "/")
}

/// Shows how to call for help, and whom to call once that was done.
pub(crate) fn help(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = super::of(source)?.shift()?;
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Shift, None);
    let (words, clock) = (screen.words, frame.clock);
    let called = view.out.as_ref().and_then(|out| out.help).map(|(at, received)| match received {
        true => (words.help_received(clock.time(at)), "notice"),
        false => (words.help_waiting(), "problem"),
    });
    let body = words.help_text();
    let mut people = Vec::new();
    let mut add = |who: String, number: &str, may_text: bool| {
        if !number.is_empty() {
            let text = may_text.then(|| text_to(number, &body));
            people.push(Reached { who, call: number.to_owned(), text });
        }
    };
    if let Some(out) = &view.out {
        add(words.help_partner(out.partner.clone()), &out.partner_phone, true);
    }
    add(words.help_supervisor(), &view.supervisor, true);
    add(EMERGENCY.to_owned(), EMERGENCY, true);
    page(&Help { words, called, people, frame })
}

/// Calls for help.
pub(crate) fn call(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.call_for_help()?;
    sent(source, "/shift/help")
}

/// Has it sent at once, and goes on.
fn sent(source: &mut dyn Source, to: &str) -> Result<Response, Refusal> {
    super::of(source)?.ask_for_sync();
    Ok(Response::SeeOther(to.to_owned()))
}

/// Returns the shift that they are on, in words.
pub(crate) fn out(view: &ShiftView, words: Words, frame: &Frame<'_>) -> Option<Out> {
    let out = view.out.as_ref()?;
    let clock = frame.clock;
    let back = Moment::said(clock, out.back_by, clock.time(out.back_by));
    Some(Out {
        partner: (!out.partner.is_empty()).then(|| out.partner.clone()),
        zone: out.zone.as_ref().map(|zone| words.label(zone).to_owned()),
        until: out.back_by.as_millis(),
        late: out.back_by < clock.now(),
        state: state(out, words),
        armed: out.armed,
        safe: out.safe.map(|(at, received)| match received {
            true => words.shift_safe_received(clock.time(at)),
            false => words.shift_safe_waiting(clock.time(at)),
        }),
        // It says nothing of the work: a phone lies open on a table.
        text: text_to(&out.partner_phone, &words.shift_text(clock.time(out.back_by))),
        back,
    })
}

fn state(out: &OwnShift, words: Words) -> (String, &'static str) {
    match (out.armed, out.unsent_plan) {
        (true, false) => (words.shift_armed(), "notice"),
        (true, true) => (words.shift_armed_before(), "warning"),
        (false, _) => (words.shift_not_armed(), "warning"),
    }
}

/// Returns the address that opens a text to a number (RFC 5724).
fn text_to(number: &str, body: &str) -> String {
    let body: String = body.bytes().fold(String::new(), |mut text, byte| {
        match byte.is_ascii_alphanumeric() {
            true => text.push(byte.into()),
            false => text.push_str(&format!("%{byte:02X}")),
        }
        text
    });
    format!("sms:{number}?body={body}")
}

/// Returns a number as it is dialled: its digits, with a plus in front if there is one.
fn number(text: &str) -> String {
    let plus = text.trim_start().starts_with('+').then_some('+');
    plus.into_iter().chain(text.chars().filter(char::is_ascii_digit)).collect()
}

/// How long somebody may mean to be out, in minutes.
const LENGTHS: [u32; 7] = [30, 60, 120, 180, 240, 360, 480];

/// Taps that are taken at once: more than anybody makes before they unlock.
const TAPS_MAX: usize = 50;

const EMERGENCY: &str = "911";
