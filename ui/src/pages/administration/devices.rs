//! Devices: which of them did not come for long, as a page and as a file, and taking one out of use.

use askama::Template;

use super::administration;
use super::lines::{DeviceLine, device};
use crate::csv::Csv;
use crate::frame::{Frame, Place};
use crate::pages::frame::{PAGE_ROWS, counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};

#[derive(Template)]
#[template(path = "administration/devices.html")]
struct Devices<'a> {
    frame: Frame<'a>,
    count: String,
    /// Only those that did not come for so many days; `None` for all.
    days: Option<u32>,
    rows: Vec<DeviceLine>,
    range: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    /// Where the same list is as a file.
    file: String,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let (days, skip) = (days(screen), screen.number("skip").unwrap_or(0));
    let view = administration(source)?.devices(days, Some(skip))?;
    let counts = counts(source);
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Devices, counts);
    let (words, clock) = (frame.words, frame.clock);
    let rows: Vec<_> = view.rows.into_iter().map(|row| device(row, words, clock)).collect();
    let last = skip.saturating_add(u64::try_from(rows.len()).unwrap_or(0));
    page(&Devices {
        count: words.device_count(view.total),
        range: (view.total > PAGE_ROWS && !rows.is_empty())
            .then(|| words.range_shown(skip + 1, last, view.total)),
        previous: (skip > 0).then(|| at(days, skip.saturating_sub(PAGE_ROWS))),
        next: (last < view.total && !rows.is_empty()).then(|| at(days, last)),
        file: match days {
            Some(days) => format!("/devices.csv?days={days}"),
            None => "/devices.csv".to_owned(),
        },
        rows,
        days,
        frame,
    })
}

/// Answers with the same list as a file.
pub(crate) fn file(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = administration(source)?.devices(days(screen), None)?;
    let (catalogue, viewer) = (source.catalogue(), source.viewer());
    let frame = Frame::of(screen, catalogue, viewer, Place::Devices, None);
    let (words, clock) = (frame.words, frame.clock);
    let mut csv = Csv::new([
        words.device_owner(),
        words.device_kind(),
        words.device_since(),
        words.staff_seen(),
        words.col_unsent(),
        words.device_app(),
        words.device_catalogue(),
        words.device_records(),
        words.device_size(),
        words.device_free(),
        words.device_clock(),
        words.device_state(),
    ]);
    for row in view.rows {
        let (seen, enrolled) = (row.seen, row.enrolled);
        let line = device(row, words, clock);
        csv.row([
            line.owner,
            line.platform,
            clock.machine(enrolled),
            seen.map(|at| clock.machine(at)).unwrap_or_default(),
            line.unsent.to_string(),
            line.app,
            line.catalogue,
            line.records,
            line.size.unwrap_or_default(),
            line.free.unwrap_or_default(),
            line.clock_off.unwrap_or_default(),
            line.state.words,
        ]);
    }
    Ok(Response::File { name: "devices.csv", media_type: CSV, body: csv.into_bytes() })
}

/// Returns for how many days a device must not have come.
fn days(screen: &Screen<'_>) -> Option<u32> {
    let days: u32 = screen.request.form.text("days").parse().ok()?;
    (1..=DAYS_MAX).contains(&days).then_some(days)
}

fn at(days: Option<u32>, skip: u64) -> String {
    match (days, skip) {
        (None, 0) => "/devices".to_owned(),
        (None, skip) => format!("/devices?skip={skip}"),
        (Some(days), 0) => format!("/devices?days={days}"),
        (Some(days), skip) => format!("/devices?days={days}&skip={skip}"),
    }
}

/// Ten years.
const DAYS_MAX: u32 = 3_660;

const CSV: &str = "text/csv; charset=utf-8";
