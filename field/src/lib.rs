//! The pages of a worker's phone, answered over the device's own store.
//!
//! [`respond`] takes what was asked and answers with a page. It opens no socket and reads no clock; what
//! only its caller can do (begin a sync, change the language) comes back beside the page in [`Asked`].
//! The pages themselves are `ui`'s; here is what they show: start reading at `source`.

mod around;
mod conflicts;
mod day;
mod draft_view;
mod drafts;
mod handles;
mod not_now;
mod people;
mod phone;
mod quick;
mod revoke;
mod rows;
mod shift;
mod source;
mod sync;
mod tasks;

use std::sync::Arc;

use client_core::device::Device;
use rand::Rng;

use source::DeviceSource;

pub use around::{Around, Asked, SyncNow};

/// A page that was asked for, and what its caller is asked to do.
#[derive(Debug)]
pub struct Answer {
    /// What is shown.
    pub response: ui::Response,
    /// What whoever answers is asked to do when it is shown.
    pub asked: Asked,
}

/// Answers a request over the device's store. Whoever calls it has told the device the time
/// ([`Device::notice_time`]).
pub fn respond(
    request: &ui::Request<'_>,
    device: &mut Device,
    rng: &mut dyn Rng,
    around: &Around<'_>,
) -> Answer {
    let catalogue = Arc::clone(device.catalogue());
    match DeviceSource::new(request, device, rng, around) {
        Ok(mut source) => {
            let response = ui::respond(request, &mut source);
            Answer { response, asked: source.asked }
        }
        // Without its profile nothing of the store can be read: it says so, and shows nothing.
        Err(failure) => {
            let department = ui::Department { name: &catalogue.department };
            let reason = failure.to_string();
            let response = ui::refused(request.language, &department, &reason, 503);
            Answer { response, asked: Asked::default() }
        }
    }
}
