//! Invitations as QR codes on a terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// Returns what the QR code of an invitation holds: what a device is to do, `enroll` or `reconnect`,
/// and all that it needs for it.
pub fn payload(verb: &str, url: &str, code: &str, fingerprint: Option<&str>) -> String {
    let (url, code) = (percent_encoded(url), percent_encoded(code));
    let mut payload = format!("fieldbook:{verb}?url={url}&code={code}");
    if let Some(fingerprint) = fingerprint {
        payload.push_str("&fingerprint=");
        payload.push_str(&percent_encoded(fingerprint));
    }
    payload
}

/// Returns the text as a QR code of half-block characters, for a dark terminal, or `None` if the
/// text is too long.
pub fn for_terminal(text: &str) -> Option<String> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    // On a dark terminal the letters are light, so what is printed must be the light modules.
    Some(code.render().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_in_the_payload() {
        assert_eq!(
            payload("enroll", "https://10.0.0.7:8443", "AB2C-DE3F", Some("00ff")),
            "fieldbook:enroll?url=https%3A%2F%2F10.0.0.7%3A8443&code=AB2C-DE3F&fingerprint=00ff"
        );
    }

    #[test]
    fn a_payload_fits_a_terminal() {
        let payload =
            payload("reconnect", "https://10.0.0.7:8443", "AB2C-DE3F", Some(&"0f".repeat(32)));
        let code = for_terminal(&payload).unwrap();
        let widest = code.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 80 && code.lines().count() <= 40, "{widest}");
        assert!(for_terminal(&"x".repeat(10_000)).is_none());
    }
}
