//! How somebody is reached: the instruction in full, before anything can be tapped.

use askama::Template;

use crate::frame::{Frame, Place};
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::Values;
use crate::views::{Handle, Names};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/reach.html")]
struct Reach<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    about: String,
    instruction: Option<&'a str>,
    besides: Vec<(String, String)>,
    numbers: Vec<Number>,
}

struct Number {
    number: String,
    shown: String,
    whose: Option<String>,
    rules: Vec<String>,
    may_call: bool,
    may_text: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let case = screen.handle()?;
    let view = super::of(source)?.reach(case)?;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::People, None);
    let words = screen.words;
    let label = |label| words.label(label).to_owned();
    let numbers = view.numbers.iter().map(|number| Number {
        number: number.number.clone(),
        shown: number.shown.clone(),
        whose: number.whose.clone(),
        rules: number.rules.iter().map(label).collect(),
        may_call: number.may_call,
        may_text: number.may_text,
    });
    let nobody = Names::default();
    let values = Values { words, clock: frame.clock, catalogue, names: &nobody };
    let known = view.record_type.as_ref().and_then(|name| catalogue.record_type(name));
    let besides = view.besides.iter().map(|(name, value)| {
        let field = known.and_then(|known| known.field(name.as_str()));
        (values.field(known, name.as_str()), values.value(field, value).plain())
    });
    page(&Reach {
        words,
        case,
        about: view.about.as_ref().map_or_else(|| words.person_hidden(), label),
        instruction: view.instruction.as_deref(),
        besides: besides.collect(),
        numbers: numbers.collect(),
        frame,
    })
}
