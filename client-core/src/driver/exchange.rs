//! One request with its proof, and the answer to it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::SigningKey;
use model::proof::{self, DpopClaims};
use model::wire::{ShiftAnswerV1, SyncRequestV1, SyncResponseV1};
use rand::{Rng, rngs::StdRng};
use serde::de::DeserializeOwned;
use url::Url;

use super::clock::Clock;
use super::device_access::{self, DeviceAccess};
use super::reply;
use crate::device::Device;
use crate::engine::{Traffic, TransportFailure};
use crate::store::Enrollment;
use crate::sync::encode_body;
use crate::transport::{Events, HttpRequest, HttpResponse, Method, Transport, find};

/// What a device's own requests need.
pub(super) struct Exchange<'a> {
    pub(super) transport: &'a dyn Transport,
    pub(super) clock: &'a dyn Clock,
    pub(super) rng: &'a mut StdRng,
    pub(super) device: &'a mut dyn DeviceAccess,
    /// The address to try in place of the present one.
    pub(super) at: Option<String>,
}

impl Exchange<'_> {
    /// Sends a sync request. `traffic` counts what travelled, also when it fails.
    ///
    /// Where the server is not found at its address, the others that it announced are tried; the
    /// one where it answers is the present one from then on.
    pub(super) async fn sync(
        mut self,
        request: &SyncRequestV1,
        traffic: &mut Traffic,
    ) -> Result<SyncResponseV1, TransportFailure> {
        let body = encode_body(request).map_err(|_| TransportFailure::TooLarge)?;
        let mut failed = self.post_here(SYNC, &body, traffic).await;
        for url in self.elsewhere(&failed) {
            self.at = Some(url);
            match self.post_here(SYNC, &body, traffic).await {
                Err(failure) if failure.never_left() => {}
                Err(failure) if is_elsewhere(&failure) => failed = Err(failure),
                answered => {
                    self.stay();
                    return answered;
                }
            }
        }
        failed
    }

    /// Sends what is said of a shift. It is so little that it is not counted as traffic of a run.
    ///
    /// As with [`Exchange::sync`], the server is looked for at its other addresses.
    pub(super) async fn safety(
        mut self,
        path: &'static str,
        body: &[u8],
    ) -> Result<ShiftAnswerV1, TransportFailure> {
        let mut failed = self.post_here(path, body, &mut Traffic::default()).await;
        for url in self.elsewhere(&failed) {
            self.at = Some(url);
            match self.post_here(path, body, &mut Traffic::default()).await {
                Err(failure) if failure.never_left() => {}
                Err(failure) if is_elsewhere(&failure) => failed = Err(failure),
                answered => {
                    self.stay();
                    return answered;
                }
            }
        }
        failed
    }

    /// Opens the stream of events.
    pub(super) async fn events(&mut self) -> Result<Events, TransportFailure> {
        let mut failed = self.events_here().await;
        for url in self.elsewhere(&failed) {
            self.at = Some(url);
            match self.events_here().await {
                Err(failure) if is_elsewhere(&failure) => failed = Err(failure),
                opened => {
                    self.stay();
                    return opened;
                }
            }
        }
        failed
    }

    async fn post_here<T: DeserializeOwned>(
        &mut self,
        path: &'static str,
        body: &[u8],
        traffic: &mut Traffic,
    ) -> Result<T, TransportFailure> {
        let mut response = self.post(path, body, traffic).await?;
        if reply::wants_nonce(&response) {
            // The nonce that was kept is used up or too old; the answer brought another.
            response = self.post(path, body, traffic).await?;
        }
        reply::message(&response)
    }

    async fn events_here(&mut self) -> Result<Events, TransportFailure> {
        let events = self.open_events().await?;
        match &events {
            Events::Refused(response) if reply::wants_nonce(response) => self.open_events().await,
            Events::Refused(_) | Events::Open { .. } => Ok(events),
        }
    }

    /// The announced addresses to try after this came of the present one.
    fn elsewhere<T>(&mut self, came: &Result<T, TransportFailure>) -> Vec<String> {
        match came {
            Err(failure) if is_elsewhere(failure) => {}
            _ => return Vec::new(),
        }
        let endpoints = device_access::with(self.device, |device| {
            device.store().read().enrollment().map(|enrollment| enrollment.endpoints())
        });
        let endpoints = endpoints.ok().and_then(Result::ok).unwrap_or_default();
        endpoints.into_iter().skip(1).map(|endpoint| endpoint.url).collect()
    }

    /// The server is where it was tried last.
    fn stay(&mut self) {
        let Some(url) = self.at.take() else { return };
        let kept = device_access::with(self.device, |device| {
            let mut enrollment = device.store().read().enrollment()?;
            enrollment.server_url = url;
            device.store_mut().write(|writer| writer.set_enrollment(&enrollment))
        });
        if !matches!(kept, Ok(Ok(()))) {
            tracing::warn!("where the server is now could not be kept");
        }
    }

    async fn post(
        &mut self,
        path: &'static str,
        body: &[u8],
        traffic: &mut Traffic,
    ) -> Result<HttpResponse, TransportFailure> {
        let mut headers = self.proof(Method::Post, path)?;
        headers.extend(reply::body_headers());
        traffic.requests += 1;
        traffic.bytes_up += body.len() as u64;
        let request = HttpRequest { method: Method::Post, path, headers, body: body.to_vec() };
        let response = self.transport.send(request).await?;
        traffic.bytes_down += response.body.len() as u64;
        self.keep_nonce(&response.headers);
        Ok(response)
    }

    async fn open_events(&mut self) -> Result<Events, TransportFailure> {
        let mut headers = self.proof(Method::Get, EVENTS)?;
        headers.push(("accept".into(), "text/event-stream".into()));
        let request = HttpRequest { method: Method::Get, path: EVENTS, headers, body: vec![] };
        let events = self.transport.events(request).await?;
        match &events {
            Events::Open { headers, .. } => self.keep_nonce(headers),
            Events::Refused(response) => self.keep_nonce(&response.headers),
        }
        Ok(events)
    }

    /// The headers that show that this request is this device's, made now.
    fn proof(
        &mut self,
        method: Method,
        path: &'static str,
    ) -> Result<Vec<(String, String)>, TransportFailure> {
        let not = |what| TransportFailure::NotSent { what };
        let identity = device_access::with(self.device, Identity::of)
            .map_err(|_| not("the device was taken away meanwhile"))??;
        let mut endpoints = identity.enrollment.endpoints().into_iter();
        let endpoint = match &self.at {
            Some(url) => endpoints.find(|endpoint| endpoint.url == *url),
            None => endpoints.next(),
        };
        let endpoint = endpoint.ok_or(not("the server's address is not known"))?;
        self.transport.direct_to(&endpoint)?;
        identity.proof(self.clock, self.rng, &endpoint.url, (method, path))
    }

    fn keep_nonce(&mut self, headers: &[(String, String)]) {
        let Some(nonce) = find(headers, "dpop-nonce") else { return };
        let kept = device_access::with(self.device, |device| {
            device.store_mut().write(|writer| writer.set_server_nonce(nonce))
        });
        if let Ok(Err(error)) = kept {
            // The next request costs one more; a store that fails will be noticed otherwise.
            tracing::warn!(%error, "the server's nonce could not be kept");
        }
    }
}

/// What a proof is made of.
pub(super) struct Identity {
    pub(super) enrollment: Enrollment,
    pub(super) nonce: Option<String>,
    key: SigningKey,
}

impl Identity {
    pub(super) fn of(device: &mut Device) -> Result<Self, TransportFailure> {
        let not = |what| TransportFailure::NotSent { what };
        let read = device.store().read();
        let enrollment = read.enrollment().map_err(|_| not("the enrollment cannot be read"))?;
        let nonce = read.server_nonce().map_err(|_| not("the enrollment cannot be read"))?;
        let key = device.signing_key().map_err(|_| not("the device's key is not to be had"))?;
        Ok(Self { enrollment, nonce, key })
    }

    /// The headers that show that a request to this server is the device's, made now.
    pub(super) fn proof(
        &self,
        clock: &dyn Clock,
        rng: &mut StdRng,
        server_url: &str,
        (method, path): (Method, &str),
    ) -> Result<Vec<(String, String)>, TransportFailure> {
        let not = |what| TransportFailure::NotSent { what };
        let mut jti = [0; 16];
        rng.fill_bytes(&mut jti);
        let claims = DpopClaims {
            jti: URL_SAFE_NO_PAD.encode(jti),
            htm: method.as_str().into(),
            htu: address(server_url, path).ok_or(not("the server's address is not a URL"))?,
            iat: clock.now().as_millis().div_euclid(1_000),
            ath: proof::token_hash(&self.enrollment.token),
            nonce: self.nonce.clone().filter(|nonce| !nonce.is_empty()),
        };
        let proof = proof::dpop_proof(&self.key, &claims)
            .map_err(|_| not("the proof cannot be written"))?;
        Ok(vec![
            ("authorization".into(), format!("DPoP {}", self.enrollment.token)),
            ("dpop".into(), proof),
        ])
    }
}

/// Returns whether another address of the server may answer where this one did not: nobody is
/// there, or somebody else, such as a proxy that has lost it.
fn is_elsewhere(failure: &TransportFailure) -> bool {
    match failure {
        TransportFailure::Unreachable
        | TransportFailure::Certificate
        | TransportFailure::Server { .. }
        | TransportFailure::Unreadable => true,
        TransportFailure::Rejected { status, .. } => matches!(status, 404 | 421),
        _ => false,
    }
}

pub(super) const SYNC: &str = "/v1/sync";
const EVENTS: &str = "/v1/events";

/// The address of a request as the transport addresses it.
fn address(server_url: &str, path: &str) -> Option<String> {
    let mut url = Url::parse(server_url).ok()?;
    url.set_path(path);
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}
