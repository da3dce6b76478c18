//! The last word of a device that has wiped itself: an administrator waits for it.

use model::ids::DeviceId;
use model::time::Timestamp;
use rand::rngs::StdRng;

use super::clock::Clock;
use super::device_access::{self, DeviceAccess};
use super::exchange::{Identity, SYNC};
use super::reply;
use crate::engine::TransportFailure;
use crate::sync::{self, encode_body};
use crate::transport::{HttpRequest, Method, Transport, find};

/// What the last request needs. It is kept in memory alone, from before the keys go.
pub(super) struct Farewell {
    identity: Identity,
    device: DeviceId,
    ordered_at: Timestamp,
}

impl Farewell {
    /// Takes what is needed out of a device that is about to carry out an order of this instant.
    pub(super) fn prepare(device: &mut dyn DeviceAccess, ordered_at: Timestamp) -> Option<Self> {
        let prepared = device_access::with(device, |device| {
            let id = device.store().device();
            Identity::of(device).map(|identity| Self { identity, device: id, ordered_at })
        });
        prepared.ok()?.ok()
    }

    /// Sends the last request; once more, where the server wants another nonce.
    pub(super) async fn send(
        mut self,
        transport: &dyn Transport,
        clock: &dyn Clock,
        rng: &mut StdRng,
    ) -> Result<(), TransportFailure> {
        let request = sync::farewell(self.device, self.ordered_at);
        let body = encode_body(&request).map_err(|_| TransportFailure::TooLarge)?;
        for _ in 0..2 {
            let url = self.identity.enrollment.server_url.clone();
            let mut headers = self.identity.proof(clock, rng, &url, (Method::Post, SYNC))?;
            headers.extend(reply::body_headers());
            let body = body.clone();
            let sent = HttpRequest { method: Method::Post, path: SYNC, headers, body };
            let response = transport.send(sent).await?;
            if !reply::wants_nonce(&response) {
                return Ok(());
            }
            self.identity.nonce = find(&response.headers, "dpop-nonce").map(str::to_owned);
        }
        Ok(())
    }
}
