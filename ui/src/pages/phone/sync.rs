//! Sending and getting: what waits, what was refused and what to do about it, what a helper asks for.

use askama::Template;
use model::words::Language;

use crate::frame::{Frame, Place, StateLine};
use crate::pages::console::rows::{Moment, type_name};
use crate::pages::frame::page;
use crate::request::{Response, way_back};
use crate::route::Screen;
use crate::source::{Refusal, Source};
use crate::views::Handle;
use crate::views::phone::{Storage, SyncEnd, SyncView};
use crate::words::Words;

#[derive(Template)]
#[template(path = "phone/sync.html")]
struct Sync<'a> {
    frame: Frame<'a>,
    words: Words,
    state: StateLine,
    /// What the running sync has done so far.
    so_far: Option<String>,
    running: bool,
    /// How the last one ended.
    ended: Option<(String, &'static str)>,
    last: String,
    waiting: u64,
    drafts: u64,
    stuck: Option<String>,
    refused: Vec<Refused>,
    shown_until: Option<Moment>,
    storage: Option<String>,
    storage_low: Option<String>,
    view: &'a SyncView,
}

struct Refused {
    entry: Handle,
    record: Option<Handle>,
    title: String,
    about: Option<String>,
    reason: String,
    at: Moment,
    may_help: bool,
    may_mend: bool,
}

/// Shows the page.
pub(crate) fn show(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let view = super::of(source)?.sync()?;
    shown(screen, source, &view)
}

/// Asks for a sync. The page that follows shows how it goes.
pub(crate) fn begin(_: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.ask_for_sync();
    Ok(Response::SeeOther("/sync".to_owned()))
}

/// Tries refused work once more.
pub(crate) fn try_again(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let entry = screen.handle()?;
    let phone = super::of(source)?;
    phone.try_again(entry)?;
    phone.ask_for_sync();
    Ok(Response::SeeOther("/sync".to_owned()))
}

/// Begins a form in which it is mended.
pub(crate) fn mend(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let draft = super::of(source)?.mend(screen.handle()?)?;
    Ok(Response::SeeOther(format!("/drafts/{draft}")))
}

/// Puts refused work aside.
pub(crate) fn put_aside(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    super::of(source)?.put_aside(screen.handle()?)?;
    Ok(Response::SeeOther("/sync".to_owned()))
}

/// Goes on in another language.
pub(crate) fn language(screen: &Screen<'_>, source: &mut dyn Source) -> Result<Response, Refusal> {
    let form = &screen.request.form;
    let known = [Language::English, Language::Spanish];
    let language = known.into_iter().find(|it| it.tag() == form.text("language"));
    super::of(source)?.ask_for_language(language.ok_or(Refusal::NotFound)?);
    Ok(Response::SeeOther(way_back(form.text("back")).to_owned()))
}

fn shown(screen: &Screen<'_>, source: &dyn Source, view: &SyncView) -> Result<Response, Refusal> {
    let catalogue = source.catalogue();
    let frame = Frame::of(screen, catalogue, source.viewer(), Place::Sync, None);
    let (words, clock) = (screen.words, frame.clock);
    let refused = view.refused.iter().map(|row| Refused {
        entry: row.entry.clone(),
        record: row.record.clone(),
        title: match &row.record_type {
            Some(record_type) => type_name(record_type, words, catalogue),
            None => words.sync_refused_unknown(),
        },
        about: row.about.as_ref().map(|about| words.label(about).to_owned()),
        reason: crate::words::capitalized(&row.reason),
        at: Moment::at(clock, row.at),
        may_help: row.may_help,
        may_mend: row.may_mend,
    });
    let ended = view.ended.map(|end| {
        let when = view.ended_at.map(|at| clock.at(at)).unwrap_or_default();
        match end {
            SyncEnd::Done => (words.sync_ended_done(when), "notice"),
            SyncEnd::Stopped => (words.sync_ended_stopped(when), "notice"),
            SyncEnd::Unreachable => (words.sync_ended_unreachable(when), "warning"),
            SyncEnd::Portal => (words.sync_ended_portal(when), "warning"),
            SyncEnd::Failed => (words.sync_ended_failed(when), "problem"),
        }
    });
    page(&Sync {
        words,
        state: StateLine::of(&view.line, words, clock),
        so_far: view.so_far.map(|(sent, received)| words.sync_so_far(received, sent)),
        running: view.line.running,
        ended: ended.filter(|_| !view.line.running),
        last: view.line.last.map_or_else(|| words.sync_never(), |last| clock.at(last)),
        waiting: view.line.unsent,
        drafts: view.drafts,
        stuck: (view.stuck > 0).then(|| words.sync_stuck(view.stuck)),
        refused: refused.collect(),
        shown_until: view.shown_until.map(|until| Moment::at(clock, until)),
        storage: view.storage.map(|storage| {
            words.sync_storage_used(megabytes(storage.quota), megabytes(storage.used))
        }),
        storage_low: view.storage.and_then(|storage| storage_warning(storage, words)),
        view,
        frame,
    })
}

/// Warns of storage that is nearly full, or that the platform may clear.
fn storage_warning(storage: Storage, words: Words) -> Option<String> {
    match (storage.is_low(), storage.kept) {
        (true, _) => Some(words.sync_storage_full()),
        (false, false) => Some(words.sync_storage_not_kept()),
        (false, true) => None,
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
