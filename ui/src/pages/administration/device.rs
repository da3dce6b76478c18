//! One device: how it is, what it was ordered, and ordering it to show nothing or to wipe itself.

use askama::Template;

use super::administration;
use super::lines::{DeviceLine, device};
use super::sure::{self, Asked, is_sure};
use crate::clock::Clock;
use crate::frame::{Frame, Place};
use crate::pages::console::rows::Moment;
use crate::pages::frame::{counts, page};
use crate::request::Response;
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::OrderSteps;
use crate::words::Words;

#[derive(Template)]
#[template(path = "administration/device.html")]
struct Device<'a> {
    frame: Frame<'a>,
    line: DeviceLine,
    waiting: Option<u64>,
    drafts: u64,
    orders: Vec<Order>,
    may_revoke: bool,
}

/// An order, and how far it got.
struct Order {
    name: String,
    /// What happened, and when; `None` while it has not.
    steps: [(String, Option<Moment>); 3],
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = administration(source)?.device(screen.handle()?)?;
    let counts = counts(source);
    let frame = Frame::of(screen, source.catalogue(), source.viewer(), Place::Devices, counts);
    let (words, clock, row) = (frame.words, frame.clock, view.row);
    let (lock, wipe) = (row.lock, row.wipe);
    let lock = lock.map(|steps| order(words.device_lock(), steps, words, clock));
    let wipe = wipe.map(|steps| order(words.device_revoke(), steps, words, clock));
    page(&Device {
        orders: lock.into_iter().chain(wipe).collect(),
        waiting: row.report.as_ref().map(|report| report.waiting),
        drafts: row.drafts,
        line: device(row, words, clock),
        may_revoke: view.may_revoke,
        frame,
    })
}

/// Orders a device to show nothing: at once, because it may be in wrong hands, and can be taken back.
pub(crate) fn lock(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let handle = screen.handle()?;
    administration(source)?.lock_device(handle, true)?;
    Ok(Response::SeeOther(format!("/devices/{handle}")))
}

/// Takes that order back.
pub(crate) fn unlock(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let handle = screen.handle()?;
    administration(source)?.lock_device(handle, false)?;
    Ok(Response::SeeOther(format!("/devices/{handle}")))
}

/// Says what revoking a device would do, or does it.
pub(crate) fn revoke(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let handle = screen.handle()?;
    if is_sure(screen) {
        administration(source)?.revoke_device(handle)?;
        return Ok(Response::SeeOther(format!("/devices/{handle}")));
    }
    let row = administration(source)?.device(handle)?.row;
    let words = screen.words;
    let mut what = vec![words.device_revoke_what(), words.device_revoke_late()];
    if row.drafts > 0 {
        what.push(words.device_revoke_unsent(row.drafts));
    }
    if let Some(waiting) = row.report.map(|report| report.waiting).filter(|waiting| *waiting > 0) {
        what.push(words.device_revoke_waiting(waiting));
    }
    let asked = Asked {
        title: words.device_revoke_title(row.owner),
        what,
        path: format!("/devices/{handle}/revoke"),
        field: None,
        button: words.device_revoke_go(),
        back: format!("/devices/{handle}"),
    };
    sure::show(screen, source, Place::Devices, asked)
}

fn order(name: String, steps: OrderSteps, words: Words, clock: Clock<'_>) -> Order {
    let at = |at| Moment::at(clock, at);
    Order {
        name,
        steps: [
            (words.order_given(), Some(at(steps.ordered))),
            (words.order_told(), steps.told.map(at)),
            (words.order_confirmed(), steps.confirmed.map(at)),
        ],
    }
}
