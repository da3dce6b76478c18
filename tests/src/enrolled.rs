//! Devices with a store, made known to a server.

#![expect(clippy::unwrap_used, reason = "a harness: what fails here is what a test is about")]

use std::path::Path;
use std::sync::Arc;

use client_core::device::Device;
use client_core::driver::{EnrollError, EnrollPlace, Invitation, enroll_with_clock};
use client_core::store::StoreOptions;
use client_core::transport::Transport;
use client_core::vault::MemoryVault;
use client_core::{keys, sync};
use model::time::Timestamp;
use rand::Rng;
use server::identity::device::Authenticated;
use server::service::Service;

use crate::clock::TestClock;

/// Returns how stores are opened in most tests: nobody cuts the power there.
pub fn quick() -> StoreOptions {
    StoreOptions { durable: false, ..StoreOptions::default() }
}

/// A device with its store, known to a server in this process. Its folder goes when this is
/// dropped.
pub struct Enrolled {
    /// The device.
    pub device: Device,
    /// Who the server takes it for.
    pub who: Authenticated,
    /// Its key store.
    pub vault: Arc<MemoryVault>,
    /// Where the store is, as `store.db`.
    pub folder: tempfile::TempDir,
}

impl Enrolled {
    /// Enrolls a device with this code, without a network.
    pub fn new(
        service: &Service,
        now: Timestamp,
        rng: &mut dyn Rng,
        code: &str,
        options: StoreOptions,
    ) -> Self {
        let vault = Arc::new(MemoryVault::default());
        let key = keys::device_key(rng, &*vault).unwrap();
        let answer = service.enroll(now, rng, &sync::enroll_request(code, &key, "test")).unwrap();
        let who = service.authenticate(&answer.token).unwrap().unwrap();
        let facts = sync::first_facts("https://server.invalid", None, answer);
        let folder = tempfile::tempdir().unwrap();
        let (path, keys) = (folder.path().join("store.db"), Arc::clone(&vault) as _);
        let device = Device::create(&path, keys, None, now, rng, &facts, options).unwrap();
        Self { device, who, vault, folder }
    }
}

/// Enrolls a device over a transport, at this time.
///
/// # Errors
/// As [`client_core::driver::enroll`].
pub async fn enroll_over(
    transport: &dyn Transport,
    invitation: &Invitation,
    now: Timestamp,
    path: &Path,
    vault: &Arc<MemoryVault>,
) -> Result<Device, EnrollError> {
    let place = EnrollPlace {
        path: path.to_owned(),
        vault: Arc::clone(vault) as _,
        pin: None,
        platform: "test".into(),
        options: quick(),
    };
    enroll_with_clock(transport, invitation, place, &TestClock::at(now)).await
}
