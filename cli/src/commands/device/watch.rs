//! `fieldbook device watch`

use std::io::Write as _;

use clap::Args;
use client_core::driver::{Cancel, Driver, WatchEvent};
use client_core::engine::SyncOutcome;
use model::words::LanguageTag;

use super::Session;
use super::lender::Lender;
use super::sync::{driver_failure, outcome_failure, reported, transport, why};
use crate::commands::runtime;
use crate::failure::Failure;
use crate::printable;
use crate::report::Report;
use crate::signals;
use crate::words;

/// Stay connected, and synchronize as soon as there is something new
#[derive(Debug, Args)]
#[command(long_about = "Stay connected, and synchronize as soon as there is something new on the \
    server or on this device. The command runs until it is interrupted (Ctrl-C) and reconnects \
    after a lost connection.\n\n    \
    fieldbook device --dir ~/field watch\n\n\
    With --json: one line, as `sync` prints it, for each sync that sent or received a change.")]
pub(super) struct Watch;

impl Watch {
    pub(super) fn run(self, session: Session, json: bool) -> Result<Report, Failure> {
        let language = session.language;
        let mut driver = Driver::new(transport(&session)?);
        let mut lender = Lender::of(session);
        let cancel = Cancel::new();
        let mut ordered = None;
        let mut on_event = |event: WatchEvent| {
            ordered = ordered_end(&event).or(ordered.take());
            if ordered.is_none() {
                tell(&event, json, language);
            }
        };
        let done = runtime()?.block_on(async {
            let watch = driver.watch(&mut lender, &cancel, &mut on_event);
            tokio::pin!(watch);
            tokio::select! {
                done = &mut watch => done,
                () = signals::asked_to_end() => {
                    cancel.cancel();
                    watch.await
                }
            }
        });
        lender.check()?;
        done.map_err(driver_failure)?;
        ordered.map_or(Ok(Report::silent()), |outcome| Err(outcome_failure(outcome)))
    }
}

/// Prints what happened, as it happens: syncs on stdout, the state of the connection on stderr.
fn tell(event: &WatchEvent, json: bool, language: LanguageTag) {
    // Nobody may be reading; the device stays connected all the same.
    let _ = match event {
        WatchEvent::Synced(SyncOutcome::Done, report) => {
            // What moved nothing is no news.
            let moved = report.sent + report.received + report.refused;
            if moved == 0 {
                return;
            }
            std::io::stdout().lock().write_all(reported(report, language).render(json).as_bytes())
        }
        WatchEvent::Synced(SyncOutcome::Cancelled, _) | WatchEvent::Progress(_) => return,
        WatchEvent::Synced(outcome, _) => {
            let failure = outcome_failure(outcome.clone()).in_language(language);
            std::io::stderr().lock().write_all(failure.render(json).as_bytes())
        }
        WatchEvent::Connected if !json => {
            writeln!(std::io::stderr().lock(), "{}", words::say(language, "connected", &[]))
        }
        WatchEvent::Disconnected(failure) if !json => {
            let why = why(failure, language);
            let text = words::say(language, "not_connected", &[("why", &why)]);
            writeln!(std::io::stderr().lock(), "{}", printable::text(&text))
        }
        _ => return,
    };
}

/// Returns the outcome of a device that the server ordered to wipe or lock itself, or `None` if
/// there is no order.
fn ordered_end(event: &WatchEvent) -> Option<SyncOutcome> {
    match event {
        WatchEvent::Synced(outcome @ (SyncOutcome::Wiped | SyncOutcome::Locked), _) => {
            Some(outcome.clone())
        }
        _ => None,
    }
}
