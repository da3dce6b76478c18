//! The transport to the server: the app's, or the built-in one.

use std::sync::{Arc, Mutex};

use client_core::transport::{Endpoint, HttpsTransport, Transport as CoreTransport};

use crate::error::FieldbookError;
use crate::network::NetworkProblem;
use crate::transport::{Adapter, Transport};

/// Returns the transport to the server at `url`.
pub(crate) fn transport(
    own: Option<&Arc<dyn Transport>>,
    url: &str,
    fingerprint: Option<&str>,
) -> Result<Arc<dyn CoreTransport>, FieldbookError> {
    Ok(match own {
        Some(transport) => Arc::new(Adapter {
            transport: transport.clone(),
            server: Mutex::new(Endpoint {
                url: url.to_owned(),
                pins: fingerprint.map(|text| vec![text.to_owned()]),
            }),
        }),
        None => Arc::new(HttpsTransport::new(url, fingerprint).map_err(NetworkProblem::from)?),
    })
}
