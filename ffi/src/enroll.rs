//! Enrolls a device with an invitation.

use std::path::PathBuf;
use std::sync::Arc;

use client_core::driver::{self, Cancel, EnrollPlace};
use client_core::store::StoreOptions;

use crate::device::Device;
use crate::error::FieldbookError;
use crate::https;
use crate::invitation::Invitation;
use crate::run::Run;
use crate::shared::guarded;
use crate::transport::Transport;
use crate::vault::{Adapter, KeyVault};

/// Where and how to create the new device's store.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct EnrollOptions {
    /// The store's file. Its folder is created if it does not exist. Keep it out of backups.
    pub path: String,
    /// A PIN for the store's key, or nothing if the platform's key store is enough.
    #[uniffi(default = None)]
    pub pin: Option<String>,
    /// The kind of installation, for the administrator's list, such as `Android 16`.
    pub platform: String,
}

/// Starts to enroll this device: creates its key, registers the key at the server with the
/// invitation's code, and creates the store.
///
/// If the enrollment is cancelled or the answer is lost, a retry with the same code and key store
/// succeeds while the code is valid. The store's file appears only when it is complete.
#[uniffi::export(default(transport = None))]
pub fn enroll(
    invitation: Invitation,
    options: EnrollOptions,
    vault: Arc<dyn KeyVault>,
    transport: Option<Arc<dyn Transport>>,
) -> Result<Arc<Enrolling>, FieldbookError> {
    guarded(|| {
        let invitation = driver::Invitation::from(invitation);
        let fingerprint = invitation.fingerprint.as_deref();
        let line = https::transport(transport.as_ref(), &invitation.url, fingerprint)?;
        let cancel = Cancel::new();
        let cancelled = cancel.clone();
        let work = async move {
            let adapter = Arc::new(Adapter(vault));
            let place = EnrollPlace {
                path: PathBuf::from(&options.path),
                vault: adapter.clone(),
                pin: options.pin,
                platform: options.platform,
                options: StoreOptions::default(),
            };
            let enrolled = tokio::select! {
                biased;
                () = cancelled.cancelled() => return Err(FieldbookError::Cancelled),
                enrolled = driver::enroll(&*line, &invitation, place) => enrolled?,
            };
            Ok(Device::enrolled(enrolled, options.path.into(), adapter, transport))
        };
        Ok(Arc::new(Enrolling { run: Run::start(cancel, work, || {})? }))
    })
}

/// An enrollment in progress. Releasing it cancels it.
#[derive(uniffi::Object)]
pub struct Enrolling {
    run: Run<Arc<Device>>,
}

#[uniffi::export]
impl Enrolling {
    /// Returns the device once it is enrolled.
    pub async fn finished(&self) -> Result<Arc<Device>, FieldbookError> {
        self.run.finished().await
    }

    /// Blocks until the device is enrolled.
    pub fn wait(&self) -> Result<Arc<Device>, FieldbookError> {
        guarded(|| self.run.wait())
    }

    /// Cancels it soon.
    pub fn cancel(&self) {
        self.run.cancel();
    }
}
