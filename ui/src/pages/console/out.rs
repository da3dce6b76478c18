//! Who is out now: those who called for help first, then those who are late.

use askama::Template;

use super::rows::Moment;
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::safety::{OutRow, Tap};
use crate::words::Words;

#[derive(Template)]
#[template(path = "console/out.html")]
struct Out<'a> {
    frame: Frame<'a>,
    rows: Vec<Line>,
}

struct Line {
    name: String,
    partner: String,
    zone: String,
    back: Moment,
    /// How long they are late, in words.
    late: Option<String>,
    safe: Option<Said>,
    help: Option<Said>,
}

/// Something that was tapped: when, and when it came, where that is another time.
struct Said {
    tapped: Moment,
    received: Option<Moment>,
    locked: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let rows = source.console().ok_or(Refusal::NotFound)?.out_now()?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Out, counts);
    let (words, clock) = (screen.words, frame.clock);
    let rows = rows.into_iter().map(|row| line(row, words, clock));
    page(&Out { rows: rows.collect(), frame })
}

fn line(row: OutRow, words: Words, clock: Clock<'_>) -> Line {
    let late = clock.now().since(row.back_by);
    Line {
        name: row.name,
        partner: match row.partner.is_empty() {
            true => words.out_alone(),
            false => row.partner,
        },
        zone: row.zone.map_or_else(|| words.out_no_zone(), |zone| words.label(&zone).to_owned()),
        back: Moment::said(clock, row.back_by, clock.at(row.back_by)),
        late: (late.as_millis() > 0).then(|| words.out_late(clock.span(late))),
        safe: row.safe.map(|tap| said(tap, clock)),
        help: row.help.map(|tap| said(tap, clock)),
    }
}

fn said(tap: Tap, clock: Clock<'_>) -> Said {
    let apart = tap.received.since(tap.tapped).as_millis() >= APART_MILLIS;
    Said {
        tapped: Moment::at(clock, tap.tapped),
        received: apart.then(|| Moment::at(clock, tap.received)),
        locked: tap.locked,
    }
}

/// From when on a tap and its coming are two times: what is sent at once takes seconds.
const APART_MILLIS: i64 = 60_000;
