//! What record to make: the types that somebody may write, and the form that begins with one.

use askama::Template;
use model::ids::TypeName;

use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::{Handle, NewType};
use crate::words::Words;

#[derive(Template)]
#[template(path = "draft/new.html")]
struct New<'a> {
    frame: Frame<'a>,
    words: Words,
    /// Where the choice is sent.
    path: String,
    in_case: bool,
    back: String,
    groups: Vec<Group>,
}

/// The types whose records are kept in one compartment.
struct Group {
    compartment: String,
    types: Vec<(TypeName, String)>,
}

/// Shows what may be made in a case.
pub(crate) fn in_case(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let case = screen.handle()?.clone();
    choose(screen, source, Some(case))
}

/// Shows what may be made that opens a case, or stands alone.
pub(crate) fn alone(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    choose(screen, source, None)
}

/// Begins a form in a case.
pub(crate) fn begin_in_case(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    let case = screen.handle()?.clone();
    begin(screen, source, Some(&case))
}

/// Begins a form of a record that opens a case, or stands alone.
pub(crate) fn begin_alone(
    screen: &Screen<'_>,
    source: &mut dyn Source,
) -> Result<Response, Refusal> {
    begin(screen, source, None)
}

fn begin(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    case: Option<&Handle>,
) -> Result<Response, Refusal> {
    let record_type = screen.request.form.text("type").parse().map_err(|_| Refusal::NotFound)?;
    let draft = source.forms().begin(&record_type, case)?;
    Ok(Response::SeeOther(format!("/drafts/{draft}")))
}

fn choose(
    screen: &Screen<'_>,
    source: &mut dyn Source,
    case: Option<Handle>,
) -> Result<Response, Refusal> {
    let types = source.forms().new_types(case.as_ref())?;
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Cases, counts);
    let words = screen.words;
    let back = case.as_ref().map(|case| format!("/cases/{case}")).unwrap_or_default();
    page(&New {
        path: format!("{back}/new"),
        in_case: case.is_some(),
        back,
        groups: groups(&types, words),
        words,
        frame,
    })
}

/// Puts types together by where their records are kept, both in the order in which they come.
fn groups(types: &[NewType], words: Words) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for new in types {
        let compartment = words.label(&new.compartment);
        let one = (new.record_type.clone(), words.label(&new.label).to_owned());
        match groups.iter_mut().find(|group| group.compartment == compartment) {
            Some(group) => group.types.push(one),
            None => groups.push(Group { compartment: compartment.to_owned(), types: vec![one] }),
        }
    }
    groups
}
