//! The device of a command that waits for the network. It is open only during each step, so that
//! other commands can use the store in between.

use client_core::device::{Device, Opener};
use client_core::driver::{DeviceAccess, Withdrawn, in_turn};
use client_core::store::OpenError;
use rand::rngs::StdRng;

use super::Session;
use super::session::open_failure;
use crate::clock;
use crate::failure::Failure;

/// Opens the store for each step. The PIN is not asked for again.
pub(super) struct Lender {
    opener: Opener,
    rng: StdRng,
    failed: Option<OpenError>,
}

impl Lender {
    /// Closes the session's device, and lends it from then on.
    pub(super) fn of(session: Session) -> Self {
        Self { opener: session.device.opener(), rng: session.rng, failed: None }
    }

    /// Opens the device for a step of the command's own.
    pub(super) fn with<T>(&mut self, work: impl FnOnce(&mut Device) -> T) -> Result<T, Failure> {
        let Self { opener, rng, .. } = self;
        let mut device = in_turn(|| opener.open(clock::now(), rng)).map_err(open_failure)?;
        Ok(work(&mut device))
    }

    /// Tells why a step could not be lent the device, if that was so: it is why all that came after
    /// failed.
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        self.failed.take().map_or(Ok(()), |error| Err(open_failure(error)))
    }
}

impl DeviceAccess for Lender {
    fn lend(&mut self, work: &mut dyn FnMut(&mut Device)) -> Result<(), Withdrawn> {
        let Self { opener, rng, failed } = self;
        match in_turn(|| opener.open(clock::now(), rng)) {
            Ok(mut device) => {
                work(&mut device);
                Ok(())
            }
            Err(error) => {
                *failed = Some(error);
                Err(Withdrawn)
            }
        }
    }
}
