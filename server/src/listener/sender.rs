//! Where a request comes from, when a proxy of ours stands in between.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

/// Returns the address that a request comes from: its connection's, or what proxies of ours say.
///
/// Each proxy writes whom it saw behind what it was told, so the last that is not ours was seen by
/// ours; what stands before it, anybody may have written.
pub(super) fn sender(peer: SocketAddr, headers: &HeaderMap, ours: &[IpAddr]) -> SocketAddr {
    if !is_ours(peer.ip(), ours) {
        return peer;
    }
    let lists = headers.get_all(X_FORWARDED_FOR).iter();
    let seen: Vec<&str> =
        lists.flat_map(|list| list.to_str().unwrap_or("?").split(',')).map(str::trim).collect();
    for address in seen.iter().rev() {
        match address.parse::<IpAddr>() {
            Ok(address) if is_ours(address, ours) => {}
            Ok(address) => return SocketAddr::new(address, 0),
            Err(_) => break,
        }
    }
    peer
}

/// Returns whether this is the address of a proxy of ours.
pub(super) fn is_ours(address: IpAddr, ours: &[IpAddr]) -> bool {
    ours.iter().any(|known| known.to_canonical() == address.to_canonical())
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, lists: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(X_FORWARDED_FOR, list.parse().unwrap());
        }
        let ours = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        sender(peer, &headers, &ours).ip().to_string()
    }

    #[test]
    fn only_a_proxy_of_ours_is_believed() {
        assert_eq!(seen("192.0.2.9", &["198.51.100.7"]), "192.0.2.9");
        assert_eq!(seen("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("::ffff:10.0.0.1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_a_sender_wrote_before_the_proxys_word_counts_for_nothing() {
        assert_eq!(seen("10.0.0.1", &["203.0.113.5, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["203.0.113.5", "198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(seen("10.0.0.1", &["198.51.100.7, unknown"]), "10.0.0.1");
    }
}
