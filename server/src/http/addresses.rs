//! The addresses that are the server's own: what proofs and pages of ours may name.

use http::Uri;
use http::uri::Authority;

use crate::service::Service;

/// By which addresses the server is asked.
pub(crate) enum Addresses {
    /// By whichever a request's `Host` says.
    OfHost,
    /// By these, and by those that it had or announced.
    Known { fixed: Vec<Place>, service: Service },
}

/// Host and port, however they are spelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place(String, u16);

impl Addresses {
    /// A server with a public address is known by it, by the one it listens on, and by those that
    /// it had or announced. A proxy may write what it likes into `Host` then.
    pub(crate) fn new(service: &Service, public: Option<&str>, listening: &str) -> Self {
        let Some(public) = public else { return Self::OfHost };
        let fixed = [public, listening].into_iter().filter_map(place_of).collect();
        Self::Known { fixed, service: service.clone() }
    }

    /// Returns whether somebody who named this address, in a request that came by `host`, means us.
    pub(super) fn are_ours(&self, named: &Authority, host: Option<&Authority>) -> bool {
        let named = place(named);
        match self {
            Self::OfHost => host.map(place) == Some(named),
            Self::Known { fixed, service } => {
                let reach = service.reach().unwrap_or_default();
                let mut others = reach.every_url().filter_map(place_of);
                fixed.contains(&named) || others.any(|place| place == named)
            }
        }
    }
}

fn place_of(url: &str) -> Option<Place> {
    url.parse::<Uri>().ok()?.authority().map(place)
}

fn place(authority: &Authority) -> Place {
    Place(authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(HTTPS_PORT))
}

const HTTPS_PORT: u16 = 443;
