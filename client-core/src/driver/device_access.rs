//! The device while a run is under way: lent for each step, free in between.

use crate::device::Device;

/// Lends the device to a driver for one step at a time.
///
/// A driver needs it to build a request, to prove whose it is and to take the answer: milliseconds
/// each. While a request is on its way it is not lent, so that whoever shares the device between a
/// screen and a run behind a lock never makes the screen wait for the network. What is saved
/// between two steps goes with the next request.
pub trait DeviceAccess: Send {
    /// Runs `work`, once, with the device.
    ///
    /// # Errors
    /// When the device is not to be had any more; `work` has not run then.
    fn lend(&mut self, work: &mut dyn FnMut(&mut Device)) -> Result<(), Withdrawn>;
}

/// The device was taken away: locked by its owner, or wiped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device was taken away while it was in use")]
pub struct Withdrawn;

impl DeviceAccess for Device {
    fn lend(&mut self, work: &mut dyn FnMut(&mut Device)) -> Result<(), Withdrawn> {
        work(self);
        Ok(())
    }
}

/// [`DeviceAccess::lend`] with a result.
pub(super) fn with<T>(
    device: &mut dyn DeviceAccess,
    work: impl FnOnce(&mut Device) -> T,
) -> Result<T, Withdrawn> {
    let (mut work, mut done) = (Some(work), None);
    device.lend(&mut |device| done = work.take().map(|work| work(device)))?;
    done.ok_or(Withdrawn)
}
