//! Where devices find the server.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use http::Uri;

/// Returns the address as devices write it, when it is one: scheme, host, and nothing behind the
/// port.
pub fn parse(url: &str) -> Option<String> {
    let uri: Uri = url.parse().ok()?;
    let authority = uri.authority().filter(|authority| !authority.host().is_empty())?;
    let plain = uri.scheme_str() == Some("https")
        && matches!(uri.path(), "" | "/")
        && uri.query().is_none()
        && !authority.as_str().contains('@');
    plain.then(|| format!("https://{authority}"))
}

/// The address of a server that listens here. Listening on every address is not one that anybody
/// can ask: then it is that of the interface which leads outside, or else this machine's own.
pub(super) fn of(listening: SocketAddr) -> String {
    let ip = match listening.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => outward(Ipv4Addr::UNSPECIFIED.into(), DOCUMENTATION_V4.into())
            .unwrap_or(Ipv4Addr::LOCALHOST.into()),
        // A socket for all of version 6 takes version 4 as well, which more networks have.
        IpAddr::V6(_) => outward(Ipv4Addr::UNSPECIFIED.into(), DOCUMENTATION_V4.into())
            .or_else(|| outward(Ipv6Addr::UNSPECIFIED.into(), DOCUMENTATION_V6.into()))
            .unwrap_or(Ipv6Addr::LOCALHOST.into()),
    };
    format!("https://{}", SocketAddr::new(ip, listening.port()))
}

/// The address from which this machine would send something outside. Nothing is sent.
fn outward(any: IpAddr, outside: IpAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect((outside, 9)).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified()).then_some(ip)
}

/// Addresses that are nobody's (RFC 5737, RFC 3849), so that only the route to them is asked for.
const DOCUMENTATION_V4: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);
const DOCUMENTATION_V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_listened_on_is_where_the_server_is() {
        assert_eq!(of("127.0.0.1:8443".parse().unwrap()), "https://127.0.0.1:8443");
        assert_eq!(of("[::1]:8443".parse().unwrap()), "https://[::1]:8443");
    }

    #[test]
    fn listening_on_every_address_leads_to_one_that_can_be_asked() {
        for any in ["0.0.0.0:8443", "[::]:8443"] {
            let url = of(any.parse().unwrap());
            let address: SocketAddr = url.strip_prefix("https://").unwrap().parse().unwrap();
            assert!(!address.ip().is_unspecified(), "{url}");
            assert_eq!(address.port(), 8443);
        }
    }

    #[test]
    fn a_public_address_is_scheme_host_and_port() {
        for (given, read) in [
            ("https://field.example:8443", Some("https://field.example:8443")),
            ("https://field.example/", Some("https://field.example")),
            ("https://[2001:db8::1]:443", Some("https://[2001:db8::1]:443")),
            ("http://field.example", None),
            ("field.example", None),
            ("https://", None),
            ("https://field.example/path", None),
            ("https://field.example/?a=b", None),
            ("https://somebody@field.example", None),
            ("", None),
        ] {
            assert_eq!(parse(given).as_deref(), read, "{given}");
        }
    }
}
