//! A time that was noted with one tap, and was wrong: it is corrected with a reason, and what stood there
//! is kept.

use askama::Template;
use model::catalogue::Stamps;
use model::ids::FieldName;
use model::time::Timestamp;
use model::value::{FieldValue, Scalar};

use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{page, page_with};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Answered, DraftView, Handle};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/stamp.html")]
struct Page<'a> {
    frame: Frame<'a>,
    words: Words,
    draft: &'a Handle,
    time: FieldName,
    label: String,
    stands: Moment,
    /// What is in the input: as it stands, or as it was sent.
    typed: String,
    why: String,
    problems: Vec<String>,
}

/// Shows the time that is corrected.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = source.forms().form(screen.handle()?)?;
    shown(screen, source, &view, Vec::new())
}

/// Corrects it.
pub(crate) fn correct(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let draft = screen.handle()?;
    let view = source.forms().form(draft)?;
    let (time, stands, corrections) = stamped(screen, source, &view)?;
    let form = &screen.request.form;
    let why = form.text("why").trim();
    if why.is_empty() {
        let problems = vec![screen.words.stamp_why_missing()];
        return shown(screen, source, &view, problems);
    }
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Elsewhere, None);
    let part = |name: &str, text: String| Some((name.parse::<FieldName>().ok()?, text));
    let entry = [
        part(Stamps::TIME, time.to_string()),
        part(Stamps::WAS, frame.clock.local(stands)),
        part(Stamps::WHY, why.to_owned()),
    ];
    let entry = entry.into_iter().flatten().collect();
    let typed = Answered::Typed(form.text("at").to_owned());
    if form.text("at").trim().is_empty() {
        return shown(screen, source, &view, vec![screen.words.stamp_at_missing()]);
    }
    let answers = vec![(time, typed), (corrections, Answered::Entry(entry))];
    match source.forms().answer(draft, answers) {
        Ok(_) => Ok(Response::SeeOther(format!("/drafts/{draft}"))),
        Err(Refusal::Invalid(problems)) => shown(screen, source, &view, problems),
        Err(refusal) => Err(refusal),
    }
}

/// Returns which time is meant, what stands there, and the log of corrections.
fn stamped(
    screen: &Screen<'_>,
    source: &dyn Source,
    view: &DraftView,
) -> Result<(FieldName, Timestamp, FieldName), Refusal> {
    let known = source.catalogue().record_type(&view.record_type).ok_or(Refusal::NotFound)?;
    let stamps = known.stamps.as_ref().ok_or(Refusal::NotFound)?;
    let asked = screen.request.form.text("time");
    let time = stamps.times.iter().find(|time| time.as_str() == asked).ok_or(Refusal::NotFound)?;
    match view.answers.get(time).and_then(FieldValue::scalar) {
        Some(Scalar::DateTime(at)) => Ok((time.clone(), *at, stamps.corrections.clone())),
        _ => Err(Refusal::NotFound),
    }
}

fn shown(
    screen: &Screen<'_>,
    source: &dyn Source,
    view: &DraftView,
    problems: Vec<String>,
) -> Result<Response, Refusal> {
    let (time, stands, _) = stamped(screen, source, view)?;
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Elsewhere, None);
    let (words, clock) = (screen.words, frame.clock);
    let field = catalogue.record_type(&view.record_type).and_then(|it| it.field(time.as_str()));
    let form = &screen.request.form;
    let template = Page {
        words,
        draft: &view.draft,
        label: field.map_or_else(|| time.to_string(), |it| words.label(&it.label).to_owned()),
        time,
        stands: Moment::at(clock, stands),
        typed: form.get("at").map_or_else(|| clock.local(stands), str::to_owned),
        why: form.text("why").to_owned(),
        problems,
        frame,
    };
    match template.problems.is_empty() {
        true => page(&template),
        false => Ok(page_with(422, &template)),
    }
}
