//! The end of a shift: how the day went, what is left, and one button that sends it.

use askama::Template;

use crate::frame::{Frame, Place, StateLine};
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::phone::EndView;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/end.html")]
struct End<'a> {
    frame: Frame<'a>,
    words: Words,
    view: EndView,
    unsent: u64,
    state: StateLine,
    running: bool,
    /// What is said to somebody who has pressed the button.
    ended: Option<(String, &'static str)>,
    /// What is left to do before the phone is put away.
    left: Option<String>,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let phone = super::of(source)?;
    let (view, line) = (phone.end()?, phone.line());
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Home, None);
    let words = screen.words;
    let pressed = screen.request.form.get("sent").is_some();
    let ended = match (line.running, line.refused, line.unsent) {
        (true, ..) => None,
        (_, 0, 0) => Some((words.end_all_sent(), "notice")),
        (_, 0, waiting) => Some((words.end_not_sent(waiting), "warning")),
        (_, refused, _) => Some((words.line_refused(refused), "problem")),
    };
    let unfinished = view.drafts + view.to_finish;
    page(&End {
        words,
        view,
        unsent: line.unsent,
        state: StateLine::of(&line, words, frame.clock),
        running: line.running,
        ended: ended.filter(|_| pressed),
        left: (unfinished > 0).then(|| words.end_unfinished(unfinished)),
        frame,
    })
}

/// Sends what waits. The page that follows says whether it went.
pub(crate) fn send(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.ask_for_sync();
    Ok(Response::SeeOther("/end?sent=1".to_owned()))
}
