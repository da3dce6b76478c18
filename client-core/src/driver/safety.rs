//! Tells the server of the owner's shift, before anything else is sent.

use super::{Run, device_access, exchange};
use crate::engine::TransportFailure;
use crate::sync;

impl Run<'_> {
    /// Sends what waits. What cannot be sent now waits on, and keeps nothing else from being tried.
    pub(super) async fn say_safety(&mut self) {
        for _ in 0..MESSAGES_MAX {
            let now = self.clock.now();
            let next = device_access::with(self.device, |device| sync::next_safety(now, device));
            let Ok(Ok(Some(message))) = next else { return };
            let Ok(body) = message.body() else { return };
            let exchange = exchange::Exchange {
                transport: self.transport,
                clock: self.clock,
                rng: &mut self.rng,
                device: self.device,
                at: None,
            };
            let answered = tokio::select! {
                biased;
                () = self.cancel.cancelled() => return,
                answered = exchange.safety(message.path, &body) => answered,
            };
            let kept = device_access::with(self.device, |device| match &answered {
                Ok(answer) => sync::safety_taken(device, &message, answer).is_ok(),
                Err(TransportFailure::Rejected { status, .. }) => {
                    sync::safety_refused(device, &message, *status).is_ok()
                }
                // A queue of a device that is not believed, or that does not get through.
                Err(_) => false,
            });
            if !matches!(kept, Ok(true)) {
                return;
            }
        }
    }
}

/// Messages in one go: a shift that is begun, with its taps, extended and ended, are four.
const MESSAGES_MAX: usize = 64;
