//! `fieldbook device sync`

use std::fmt::Display;
use std::sync::Arc;

use clap::Args;
use client_core::driver::{Cancel, Driver, DriverError};
use client_core::engine::{Progress, Reason, Stage, SyncOutcome, SyncReport, TransportFailure};
use client_core::sync::SyncError;
use client_core::transport::{HttpsTransport, Transport};
use indicatif::ProgressBar;
use model::words::{Language, LanguageTag};
use serde_json::json;

use super::Session;
use super::lender::Lender;
use super::session::{key_failure, record_failure, store_failure};
use crate::commands::runtime;
use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::said::with_causes;
use crate::signals;
use crate::words;

/// Send recorded changes and receive those of other people
#[derive(Debug, Args)]
#[command(
    long_about = "Send recorded changes and receive those of other people. The command exits \
    with 5 if the server cannot be reached, and with 3 if the server has another key than this \
    device trusts; everything stays on this device then. A sync is idempotent: repeating it \
    records nothing twice.\n\n    \
    fieldbook device --dir ~/field sync\n\n\
    With --json: \
    {\"sent\",\"received\",\"refused\",\"stuck\",\"requests\",\"bytes_up\",\"bytes_down\"}; the \
    first three count changes; `stuck` counts records with a change too large for a proxy on the \
    way; the bytes are those of the request and response bodies."
)]
pub(super) struct Sync;

impl Sync {
    pub(super) fn run(self, session: Session, json: bool) -> Result<Report, Failure> {
        let mut driver = Driver::new(transport(&session)?);
        let waiting = session.device.store().read().outbox_size();
        let bar = match waiting.map_err(|error| store_failure(&error))? {
            0 => progress::spinner(session.say("synchronizing"), json),
            changes => progress::bar(session.say("synchronizing"), changes, json),
        };
        let cancel = Cancel::new();
        let language = session.language;
        let mut lender = Lender::of(session);
        let done = runtime()?.block_on(async {
            let shown = bar.clone();
            let mut on_progress = move |progress: &Progress| show(&shown, progress, language);
            let sync = driver.sync(&mut lender, Reason::Person, &cancel, &mut on_progress);
            tokio::pin!(sync);
            tokio::select! {
                done = &mut sync => done,
                () = signals::asked_to_end() => {
                    cancel.cancel();
                    sync.await
                }
            }
        });
        bar.finish_and_clear();
        lender.check()?;
        let (outcome, report) = done.map_err(driver_failure)?;
        match outcome {
            SyncOutcome::Done => Ok(reported(&report, language)),
            other => Err(outcome_failure(other)),
        }
    }
}

/// Returns the transport to the device's server.
pub(super) fn transport(session: &Session) -> Result<Arc<dyn Transport>, Failure> {
    let read = session.device.store().read();
    let enrollment = read.enrollment().map_err(|error| store_failure(&error))?;
    let transport = HttpsTransport::new(&enrollment.server_url, enrollment.fingerprint.as_deref())
        .map_err(|error| Failure::failed("transport", with_causes(&error)))?;
    Ok(Arc::new(transport))
}

/// Returns the report of a sync, for `sync` and `watch`.
pub(super) fn reported(report: &SyncReport, language: LanguageTag) -> Report {
    let json = json!({
        "sent": report.sent,
        "received": report.received,
        "refused": report.refused,
        "stuck": report.stuck,
        "requests": report.requests,
        "bytes_up": report.bytes_up,
        "bytes_down": report.bytes_down,
    });
    let say = |key: &str, parts: &[(&str, &dyn Display)]| words::say(language, key, parts);
    let requests = match report.requests {
        1 => say("one_request", &[]),
        many => say("many_requests", &[("count", &many)]),
    };
    let parts: [(&str, &dyn Display); 5] = [
        ("sent", &report.sent),
        ("received", &report.received),
        ("requests", &requests),
        ("up", &report.bytes_up),
        ("down", &report.bytes_down),
    ];
    let mut text = say("synced", &parts);
    if 0 < report.refused {
        text.push('\n');
        text.push_str(&say("server_refused", &[("count", &report.refused)]));
    }
    if 0 < report.stuck {
        text.push('\n');
        text.push_str(&match report.stuck {
            1 => say("one_record_stuck", &[]),
            many => say("records_stuck", &[("count", &many)]),
        });
    }
    Report::new(json, text)
}

/// Returns the failure of a sync that did not finish.
pub(crate) fn outcome_failure(outcome: SyncOutcome) -> Failure {
    match outcome {
        SyncOutcome::Unreachable(failure) | SyncOutcome::Refused(failure) => {
            transport_failure(&failure)
        }
        SyncOutcome::Stalled => Failure::failed("stalled", "the server keeps asking without end")
            .hint("everything is kept on this device; tell the server's administrator"),
        SyncOutcome::StoreFailed => {
            Failure::failed("store", "the store failed").hint("`fieldbook device verify` shows details")
        }
        SyncOutcome::Wiped => {
            Failure::refused("wiped", "this device was revoked; its records and keys are destroyed")
        }
        SyncOutcome::Locked => {
            Failure::refused("locked", "the server locked this device")
        }
        SyncOutcome::Done | SyncOutcome::Cancelled => Failure::failed("cancelled", "interrupted")
            .hint("everything that the server acknowledged stays acknowledged; the next sync continues from there"),
    }
}

/// Returns the failure of a request without a usable answer.
pub(crate) fn transport_failure(failure: &TransportFailure) -> Failure {
    let message = failure.to_string();
    match failure {
        TransportFailure::Unauthorized { .. } => Failure::refused("unauthorized", message).hint(
            "the records stay on this device; if the server was restored, ask its administrator for \
                 a code (`fieldbook admin invite NAME --reconnect`) and use it with `reconnect`",
        ),
        TransportFailure::Rejected { .. } => Failure::refused("rejected", message),
        TransportFailure::NotSent { .. } | TransportFailure::TooLarge => {
            Failure::failed("not_sent", message)
        }
        TransportFailure::Certificate => Failure::refused("certificate", message).hint(
            "everything is kept on this device; is this the log-in page of a Wi-Fi network? If \
                 the server has a new key, reconnect this device: `fieldbook device reconnect`",
        ),
        _ => Failure::unreachable(message).hint(
            "everything is kept on this device; try again when there is a network. If the \
             server has a new address, reconnect this device: `fieldbook device reconnect`",
        ),
    }
}

/// Returns the failure of the device or of its driver.
pub(crate) fn driver_failure(error: DriverError) -> Failure {
    match error {
        DriverError::Sync(SyncError::Store(error)) => store_failure(&error),
        DriverError::Sync(SyncError::Key(error)) => key_failure(&error),
        DriverError::Sync(SyncError::NotWiped(error)) => record_failure(error),
        other => Failure::failed("sync", with_causes(&other)),
    }
}

fn show(bar: &ProgressBar, progress: &Progress, language: LanguageTag) {
    let so_far = progress.so_far;
    let say = |key: &str, parts: &[(&str, &dyn Display)]| words::say(language, key, parts);
    bar.set_position(so_far.sent);
    bar.set_message(match &progress.stage {
        Stage::Sending { changes: 0, .. } => say("receiving", &[("count", &so_far.received)]),
        Stage::Sending { changes, .. } => say("sending", &[("count", changes)]),
        Stage::Applying => say("saving", &[("count", &so_far.received)]),
        Stage::Waiting { failure, .. } => say("waiting", &[("why", &why(failure, language))]),
    });
}

/// Returns in a few words why a request has no usable answer.
pub(super) fn why(failure: &TransportFailure, language: LanguageTag) -> String {
    match Language::from(language) {
        Language::English => failure.to_string(),
        language => transport_failure(failure).in_language(language).message,
    }
}

#[cfg(test)]
mod tests {
    use client_core::device::RecordError;
    use client_core::keys::KeyError;
    use client_core::store::StoreError;
    use client_core::vault::VaultError;

    use super::*;

    #[test]
    fn a_full_disk_is_told_as_one_however_a_sync_met_it() {
        let full = || VaultError::from(std::io::Error::from(std::io::ErrorKind::StorageFull));
        for met in [
            SyncError::Store(StoreError::DiskFull),
            SyncError::Key(KeyError::Vault(full())),
            SyncError::NotWiped(RecordError::Vault(full())),
        ] {
            let failure = driver_failure(DriverError::Sync(met));
            assert_eq!((failure.code, failure.message.as_str()), ("disk_full", "the disk is full"));
            assert!(failure.hint.is_some());
        }
    }
}
