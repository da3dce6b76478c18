//! Invitations as QR codes on a terminal.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// Returns the text as a QR code of half-block characters, for a dark terminal, or `None` if the
/// text is too long.
pub fn for_terminal(text: &str) -> Option<String> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    // On a dark terminal the letters are light, so what is printed must be the light modules.
    Some(code.render().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use server::admin::payload;

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
