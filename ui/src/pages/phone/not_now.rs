//! Why a task is not done now: put off to a later day, or not to be done at all. One tap says the reason.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::phone::NotNow;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/not_now.html")]
struct Page<'a> {
    frame: Frame<'a>,
    words: Words,
    task: &'a Handle,
    about: String,
    label: String,
    due: Moment,
    late: bool,
    /// Days that it can be put off by, in words; none when it cannot be done.
    days: Vec<(u32, String)>,
    is_later: bool,
    reasons: Vec<(String, String)>,
}

/// Shows to which day a task can be put off, and for which reasons.
pub(crate) fn later(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    show(screen, source, NotNow::Later)
}

/// Puts it off.
pub(crate) fn put_off(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    say(screen, source, NotNow::Later)
}

/// Shows for which reasons a task cannot be done.
pub(crate) fn cannot(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    show(screen, source, NotNow::Cannot)
}

/// Says that it cannot be done.
pub(crate) fn give_up(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    say(screen, source, NotNow::Cannot)
}

fn show(screen: &Screen<'_>, source: &mut dyn Source, says: NotNow) -> Result<Response, Refusal> {
    let task = screen.handle()?;
    let view = super::of(source)?.not_now(task, says)?.ok_or(Refusal::NotFound)?;
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Home, None);
    let (words, clock) = (screen.words, frame.clock);
    let days = DAYS.map(|days| match days {
        1 => (days, words.tomorrow()),
        days => (days, words.in_days(i64::from(days))),
    });
    let is_later = says == NotNow::Later;
    let reasons = view.reasons.iter();
    page(&Page {
        words,
        task,
        about: words.label(&view.about).to_owned(),
        label: words.label(&view.task).to_owned(),
        due: Moment::due(clock, view.due),
        late: view.due < clock.now(),
        days: if is_later { days.to_vec() } else { Vec::new() },
        is_later,
        reasons: reasons.map(|(code, it)| (code.clone(), words.label(it).to_owned())).collect(),
        frame,
    })
}

fn say(screen: &Screen<'_>, source: &mut dyn Source, says: NotNow) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let days = form.text("days").parse().ok().filter(|days| DAYS.contains(days));
    let days = match (says, days) {
        (NotNow::Later, days) => days.ok_or(Refusal::NotFound)?,
        (NotNow::Cannot, _) => 0,
    };
    let noted = super::of(source)?.put_off(screen.handle()?, says, form.text("reason"), days)?;
    Ok(super::quick::noted(noted))
}

/// By how many days a task can be put off with one tap.
const DAYS: [u32; 5] = [1, 2, 3, 7, 14];
