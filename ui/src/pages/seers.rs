//! Who can see a case, and why.

use askama::Template;
use model::catalogue::Label;
use model::ids::CompartmentCode;

use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::seers::{SeersView, Why};
use crate::words::Words;

#[derive(Template)]
#[template(path = "seers/seers.html")]
struct Seers<'a> {
    frame: Frame<'a>,
    words: Words,
    case: &'a Handle,
    person: String,
    rows: Vec<Line>,
}

struct Line {
    name: String,
    roles: Vec<String>,
    whys: Vec<(String, String)>,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (case, words) = (screen.handle()?, screen.words);
    let view = source.console().ok_or(Refusal::NotFound)?.seeing().seers(case)?;
    let counts = counts(source);
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Cases, counts);
    let rows = view.rows.iter().map(|row| {
        let roles = row.roles.iter().map(|(role, program)| {
            let named = |label: Option<&Label>| {
                label.map(|label| words.label(label).to_owned()).unwrap_or_default()
            };
            let role = named(catalogue.roles.get(role).map(|known| &known.label));
            let program = named(catalogue.programs.get(program).map(|known| &known.label));
            words.seers_role(role, program)
        });
        let whys = row.whys.iter();
        let whys = whys.map(|(why, parts)| (said(*why, words), named(&view, parts, words)));
        Line { name: row.name.clone(), roles: roles.collect(), whys: whys.collect() }
    });
    let person = view.person.as_ref().map(|person| words.label(person).to_owned());
    let person = person.unwrap_or_else(|| words.person_hidden());
    page(&Seers { words, case, person, rows: rows.collect(), frame })
}

fn said(why: Why, words: Words) -> String {
    match why {
        Why::Works => words.seers_works(),
        Why::Supervises => words.seers_supervises(),
        Why::Consent => words.seers_consent(),
        Why::Office => words.seers_office(),
        Why::WithReason => words.seers_with_reason(),
        Why::Emergency => words.seers_emergency(),
    }
}

fn named(view: &SeersView, parts: &[CompartmentCode], words: Words) -> String {
    let label = |part: &CompartmentCode| {
        let known = view.parts.iter().find(|(code, _)| code == part);
        known.map_or(part.as_str(), |(_, label)| words.label(label)).to_owned()
    };
    parts.iter().map(label).collect::<Vec<_>>().join(", ")
}
