//! Reconnects a device to its department with a code of an administrator.

use std::sync::Arc;

use client_core::driver::{self, Cancel, ReconnectError};

use model::words::Message;

use crate::device::Device;
use crate::error::FieldbookError;
use crate::https;
use crate::invitation::Invitation;
use crate::run::Run;
use crate::shared::{Lender, guarded};

#[uniffi::export]
impl Device {
    /// Starts to reconnect this device to its department with the code of `fieldbook admin invite
    /// NAME --reconnect`, after the server moved, has another key, or was restored from a backup
    /// that does not know the device.
    ///
    /// Nothing on the device is lost; synchronize afterwards. Another department's server is
    /// refused, and nothing is changed then. `platform` is shown in the administrator's list.
    pub fn reconnect(
        &self,
        invitation: Invitation,
        platform: String,
    ) -> Result<Arc<Reconnecting>, FieldbookError> {
        guarded(|| {
            let shared = self.shared.clone();
            shared.with(|_, _, _| Ok(()))?;
            let invitation = driver::Invitation::from(invitation);
            let fingerprint = invitation.fingerprint.as_deref();
            let line = https::transport(shared.transport.as_ref(), &invitation.url, fingerprint)?;
            let cancel = Cancel::new();
            let cancelled = cancel.clone();
            let number = shared.runs.add(&cancel);
            let ended = shared.clone();
            let work = async move {
                let mut lender = Lender(shared);
                tokio::select! {
                    biased;
                    () = cancelled.cancelled() => Err(FieldbookError::Cancelled),
                    bound = driver::reconnect(&*line, &invitation, &mut lender, &platform) => {
                        bound.map_err(FieldbookError::from)
                    }
                }
            };
            let run = Run::start(cancel, work, move || ended.runs.remove(number))?;
            Ok(Arc::new(Reconnecting { run }))
        })
    }
}

/// A reconnection in progress. Releasing it cancels it.
#[derive(uniffi::Object)]
pub struct Reconnecting {
    run: Run<()>,
}

#[uniffi::export]
impl Reconnecting {
    /// Returns once the device is reconnected.
    pub async fn finished(&self) -> Result<(), FieldbookError> {
        self.run.finished().await
    }

    /// Blocks until the device is reconnected.
    pub fn join(&self) -> Result<(), FieldbookError> {
        guarded(|| self.run.wait())
    }

    /// Cancels it soon.
    pub fn cancel(&self) {
        self.run.cancel();
    }
}

impl From<ReconnectError> for FieldbookError {
    fn from(error: ReconnectError) -> Self {
        match error {
            ReconnectError::Transport(failure) => {
                crate::network::NetworkProblem::from(failure).into()
            }
            ReconnectError::OtherDepartment => Self::not_allowed(&Message::new("other_department")),
            ReconnectError::OtherOwner => Self::not_allowed(&Message::new("other_owner")),
            ReconnectError::Store(error) => error.into(),
            ReconnectError::Key(error) => error.into(),
            _ => Self::Cancelled,
        }
    }
}
