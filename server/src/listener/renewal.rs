//! Notices that the certificate was renewed while the server runs, and tells devices what they must
//! know of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval};

use super::shown::{Certificate, Shown, Source};
use super::{ServeError, Served, server_info};
use crate::clock::Clock;
use crate::service::Service;

/// What is served where, and how devices know it.
#[derive(Clone)]
pub(super) struct Renewal(Arc<Parts>);

struct Parts {
    service: Service,
    clock: Arc<dyn Clock>,
    data_dir: PathBuf,
    url: String,
    source: Source,
    shown: Arc<Shown>,
}

impl Renewal {
    pub(super) fn new(
        service: Service,
        clock: Arc<dyn Clock>,
        data_dir: &Path,
        url: String,
        source: Source,
        shown: Arc<Shown>,
    ) -> Self {
        let data_dir = data_dir.to_owned();
        Self(Arc::new(Parts { service, clock, data_dir, url, source, shown }))
    }

    pub(super) fn url(&self) -> &str {
        &self.0.url
    }

    /// Notes where the server is and how devices know it: for devices, and for `admin invite`.
    pub(super) fn note(&self, certificate: &Certificate) -> Result<(), ServeError> {
        let Parts { service, clock, data_dir, url, .. } = &*self.0;
        let pin = certificate.pin.as_deref();
        if let Some((before, pin)) = service.reach().zip(pin)
            && before.pin.is_some()
            && !before.has_announced(pin)
        {
            tracing::warn!(
                "the certificate's key was not announced: devices that pinned another refuse this \
                 server, until it shows that one again or they are bound with `device reconnect`"
            );
        }
        service.set_served(clock.now(), url, pin, certificate.next_pin.as_deref())?;
        let served = Served { url: url.clone(), fingerprint: certificate.pin.clone() };
        server_info::write(data_dir, &served)
            .map_err(|source| ServeError::Served { path: server_info::path(data_dir), source })
    }

    /// Looks for another certificate whenever an administrator's command wrote something, and from
    /// time to time, for those whose files are replaced by other programs.
    pub(super) async fn run(self, mut written: watch::Receiver<u64>, every: Duration) {
        let mut ticks = interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut refused = None;
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                changed = written.changed() => if changed.is_err() { return },
            }
            let looking = self.clone();
            let Ok(found) = spawn_blocking(move || looking.look()).await else {
                return tracing::error!("a renewed certificate is not noticed any more");
            };
            if let Err(problem) = &found
                && refused.as_ref() != Some(problem)
            {
                // Said once, not every minute.
                tracing::error!("the certificate stays as it was: {problem}");
            }
            refused = found.err();
        }
    }

    fn look(&self) -> Result<(), String> {
        let Parts { service, source, shown, .. } = &*self.0;
        let found = source.read_again().map_err(|error| error.to_string())?;
        let Some(reach) = service.reach() else { return Ok(()) };
        let is_same_next = found.next_pin.is_none() || found.next_pin == reach.next_pin;
        if shown.is(&found) && found.pin == reach.pin && is_same_next {
            return Ok(());
        }
        let strands_devices = match (&found.pin, &reach.pin) {
            (Some(pin), Some(_)) => !source.is_own() && !reach.has_announced(pin),
            _ => false,
        };
        if strands_devices {
            return Err("its key was not announced; `fieldbook admin tls announce FILE` \
                        announces it, and a restart shows it all the same"
                .to_owned());
        }
        shown.show(&found).map_err(|error| error.to_string())?;
        self.note(&found).map_err(|error| error.to_string())?;
        tracing::info!("the certificate was renewed");
        Ok(())
    }
}
