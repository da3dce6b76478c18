//! Short texts as QR codes that a page draws: no picture is loaded, and no script runs.

use qrcode::{Color, QrCode};

/// A QR code with the white around it that cameras need.
pub(crate) struct Qr {
    /// How many modules it is wide and high.
    pub(crate) size: usize,
    /// Its dark modules, as the `d` of an SVG path.
    pub(crate) path: String,
}

impl Qr {
    /// Returns a text as a QR code; `None` if it is too long for one.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code = QrCode::new(text.as_bytes()).ok()?;
        let width = code.width();
        let mut path = String::new();
        for (y, row) in code.to_colors().chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|color| **color == Color::Dark).count();
                if run > 0 {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
                }
                x += run.max(1);
            }
        }
        Some(Self { size: width + 2 * QUIET, path })
    }
}

/// Light modules around it (ISO/IEC 18004).
const QUIET: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_from_its_corner_and_a_long_text_is_none() {
        let qr = Qr::of("fieldbook:enroll?code=AB2C").unwrap();
        // The pattern in the corner is seven modules wide.
        assert!(qr.path.starts_with("M4 4h7v1h-7z"), "{}", qr.path);
        assert_eq!(qr.size, 33);
        assert!(Qr::of(&"x".repeat(10_000)).is_none());
    }
}
