//! What two people wrote without knowing of each other, and which of it stands.

use askama::Template;
use model::ids::{ChangeHash, FieldName};

use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::page;
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::values::{Shown, Values};
use crate::views::Handle;
use crate::views::phone::ConflictCard;
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/conflicts.html")]
struct Conflicts<'a> {
    frame: Frame<'a>,
    words: Words,
    cards: Vec<Card>,
}

struct Card {
    record: Handle,
    field: FieldName,
    label: String,
    about: String,
    record_type: String,
    positions: Vec<Position>,
    may_decide: bool,
}

struct Position {
    change: ChangeHash,
    shown: Shown,
    who: String,
    at: Moment,
    keep: String,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let cards = super::of(source)?.conflicts()?;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Home, None);
    let words = screen.words;
    let card = |card: &ConflictCard| {
        let values = Values { words, clock: frame.clock, catalogue, names: &card.names };
        let record_type = catalogue.record_type(&card.record_type);
        let field = record_type.and_then(|known| known.field(card.field.as_str()));
        let positions = card.positions.iter().map(|position| Position {
            change: position.change,
            shown: values.value(field, &position.value),
            who: if position.mine { words.conflict_you() } else { position.by.clone() },
            at: Moment::at(frame.clock, position.at),
            keep: match position.mine {
                true => words.conflict_keep_mine(),
                false => words.conflict_keep_theirs(position.by.clone()),
            },
        });
        Card {
            record: card.record.clone(),
            field: card.field.clone(),
            label: values.field(record_type, card.field.as_str()),
            about: words.label(&card.about).to_owned(),
            record_type: values.record_type(&card.record_type),
            positions: positions.collect(),
            may_decide: card.may_decide,
        }
    };
    let cards = cards.iter().map(card).collect();
    page(&Conflicts { words, cards, frame })
}

/// Decides that one of the values stands.
pub(crate) fn keep(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let field: FieldName = form.text("field").parse().map_err(|_| Refusal::NotFound)?;
    let change: ChangeHash = form.text("keep").parse().map_err(|_| Refusal::NotFound)?;
    let record = screen.handle()?.clone();
    let phone = super::of(source)?;
    phone.keep(&record, &field, change)?;
    // Who decides the last one sees what it was about; before that, the next one waits.
    let more = !phone.conflicts()?.is_empty();
    Ok(Response::SeeOther(match more {
        true => "/conflicts".to_owned(),
        false => format!("/records/{record}"),
    }))
}
