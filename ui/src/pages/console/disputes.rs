//! Disputed values for which keeping one will not do: somebody writes what is right, or sends the record
//! back to those who wrote them.

use model::ids::FieldName;

use crate::form;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;

/// Begins the form in which what is right is written.
pub(crate) fn combine(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (record, field) = disputed(screen)?;
    let console = source.console().ok_or(Refusal::NotFound)?;
    match console.disputes().begin_combining(record, &field)? {
        Some(draft) => {
            Ok(Response::SeeOther(format!("/drafts/{draft}#{}-field", form::id_of(&field))))
        }
        None => Err(settled(screen)),
    }
}

/// Sends the record back to everybody who wrote one of the values.
pub(crate) fn send_back(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (record, field) = disputed(screen)?;
    let note = screen.request.form.text("note").trim();
    if note.is_empty() {
        return Err(Refusal::Invalid(vec![screen.words.conflict_back_needs_note()]));
    }
    let console = source.console().ok_or(Refusal::NotFound)?;
    match console.disputes().send_back(record, &field, note)? {
        Some(_) => Ok(Response::SeeOther(format!("/records/{record}"))),
        None => Err(settled(screen)),
    }
}

fn disputed<'s>(screen: &'s Screen<'_>) -> Result<(&'s Handle, FieldName), Refusal> {
    let field = screen.request.form.text("field").parse().map_err(|_| Refusal::NotFound)?;
    Ok((screen.handle()?, field))
}

fn settled(screen: &Screen<'_>) -> Refusal {
    Refusal::Invalid(vec![screen.words.conflict_settled()])
}
