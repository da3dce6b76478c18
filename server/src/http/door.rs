//! The door by which a request came: the network's, or the one that only this machine has.
//!
//! The second one speaks plain HTTP on loopback addresses, which browsers trust as much as HTTPS, so that
//! a console and the field app can be looked at without a certificate. It opens only by the name `localhost`
//! or a loopback address: a page of another site whose name leads to 127.0.0.1 (DNS rebinding) would
//! otherwise be taken for ours.

use axum::extract::Request;
use http::header::{FORWARDED, HOST};
use http::uri::{Authority, Scheme};
use http::{Extensions, HeaderMap, HeaderName};

use super::error::ApiError;

/// The door by which a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Door {
    /// HTTPS, from anywhere.
    #[default]
    Network,
    /// Plain HTTP from this machine, at this port.
    Local(u16),
}

impl Door {
    /// Returns the door of a request. The router marks each one.
    pub(super) fn of(request: &Request) -> Self {
        Self::marked(request.extensions())
    }

    /// Returns the door that these extensions of a request are marked with.
    pub(super) fn marked(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or_default()
    }

    /// Refuses a request that does not name this machine, or that a proxy passed on from another one.
    pub(super) fn check(self, request: &Request) -> Result<(), ApiError> {
        let Self::Local(port) = self else { return Ok(()) };
        let headers = request.headers();
        let is_named = host(headers).is_some_and(|host| is_local(&host, port));
        let asked = request.uri().authority();
        let is_passed_on = PASSED_ON.iter().any(|name| headers.contains_key(name));
        let is_here = is_named && asked.is_none_or(|asked| is_local(asked, port)) && !is_passed_on;
        if is_here { Ok(()) } else { Err(ApiError::OtherHost) }
    }

    /// Returns the scheme of the addresses that lead to the door.
    pub(super) fn scheme(self) -> Scheme {
        match self {
            Self::Network => Scheme::HTTPS,
            Self::Local(_) => Scheme::HTTP,
        }
    }

    /// Returns the name under which a browser keeps a cookie. Not every browser keeps a `__Host-` cookie
    /// for plain HTTP, and one jar serves all ports of `localhost`.
    pub(super) fn cookie_name(self, name: &'static str) -> &'static str {
        match self {
            Self::Network => name,
            Self::Local(_) => name.strip_prefix("__Host-").unwrap_or(name),
        }
    }

    /// Returns what a browser keeps a cookie for.
    pub(super) fn cookie_attributes(self) -> &'static str {
        match self {
            Self::Network => "Path=/; Secure; HttpOnly; SameSite=Strict",
            Self::Local(_) => "Path=/; HttpOnly; SameSite=Strict",
        }
    }
}

/// Returns the host that the request names, or `None` if it names none or several.
pub(super) fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut named = headers.get_all(HOST).iter();
    let host = named.next()?.to_str().ok()?.parse().ok();
    if named.next().is_some() { None } else { host }
}

fn is_local(authority: &Authority, port: u16) -> bool {
    let host = authority.host();
    let is_name = LOCAL_NAMES.iter().any(|local| host.eq_ignore_ascii_case(local));
    is_name
        && authority.port_u16().unwrap_or(HTTP_PORT) == port
        && !authority.as_str().contains('@')
}

const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

const HTTP_PORT: u16 = 80;

/// Headers that only proxies write.
const PASSED_ON: [HeaderName; 4] = [
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(uri: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = http::Request::get(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Door::Local(8080).check(&request.body(Body::empty()).unwrap()).is_ok()
    }

    #[test]
    fn the_local_door_opens_to_this_machine_by_its_own_names_alone() {
        for host in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(asked("/", &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example:8080",
            "localhost.evil.example:8080",
            "localhost:8081",
            "localhost",
            "127.0.0.1.nip.example:8080",
            "127.0.0.2:8080",
            "10.0.0.1:8080",
            "[::]:8080",
            "somebody@localhost:8080",
            "",
        ] {
            assert!(!asked("/", &[("host", host)]), "{host}");
        }
        assert!(!asked("/", &[]));
        assert!(!asked("/", &[("host", "localhost:8080"), ("host", "evil.example:8080")]));
        assert!(!asked("http://evil.example:8080/", &[("host", "localhost:8080")]));
        for header in PASSED_ON {
            let passed_on = [("host", "localhost:8080"), (header.as_str(), "203.0.113.9")];
            assert!(!asked("/", &passed_on), "{header}");
        }
    }
}
