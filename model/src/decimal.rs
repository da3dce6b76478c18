//! Decimal numbers as people write them, exactly: a weight, a distance, a temperature.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::words::{Explained, Message, explained_error};

/// A decimal number of at most 15 digits, at most 9 of them after the point: every program holds it
/// exactly, and as a double it is the nearest one.
///
/// A document keeps its text and not a number of tenths or hundredths: how many digits a field takes
/// may change with the catalogue, and what stands there must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    /// The number without its point.
    digits: i64,
    /// How many digits stand after it; the last of them is not zero.
    places: u8,
}

/// Most digits after the point.
pub const PLACES_MAX: u8 = 9;

/// Most digits in all: 10^15 is less than 2^53.
const DIGITS_MAX: usize = 15;

impl Decimal {
    /// Returns how many digits stand after the point.
    pub fn places(self) -> u8 {
        self.places
    }

    /// Returns the nearest double.
    #[expect(clippy::cast_precision_loss, reason = "at most fifteen digits")]
    pub fn to_f64(self) -> f64 {
        // Both are exact, so the quotient is the nearest double.
        self.digits as f64 / 10_f64.powi(self.places.into())
    }

    /// Returns the number that a document holds; `None` if the text is not written as [`Display`]
    /// writes it: one number has one text.
    ///
    /// [`Display`]: fmt::Display
    pub fn of_document(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.to_string() == text)
    }

    /// Returns its text with the mark of a language.
    pub fn with_mark(self, mark: char) -> String {
        self.to_string().replace('.', mark.encode_utf8(&mut [0; 4]))
    }

    fn scaled(self) -> i128 {
        let missing = u32::from(PLACES_MAX.saturating_sub(self.places));
        i128::from(self.digits) * 10_i128.pow(missing)
    }
}

impl From<i64> for Decimal {
    /// A number of more than 15 digits is taken as the largest of 15.
    fn from(number: i64) -> Self {
        let most = 10_i64.pow(15) - 1;
        Self { digits: number.clamp(-most, most), places: 0 }
    }
}

/// A text that is no decimal number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDecimal;

impl Explained for InvalidDecimal {
    fn message(&self) -> Message {
        Message::new("not_a_decimal")
    }
}

explained_error!(InvalidDecimal);

impl FromStr for Decimal {
    type Err = InvalidDecimal;

    /// Reads a number with a point or a comma before its fraction, and no other mark.
    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        let text = text.trim();
        let (negative, plain) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(plain) => (true, plain),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = plain.split_once(['.', ',']).unwrap_or((plain, "0"));
        let is_number =
            |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) {
            return Err(InvalidDecimal);
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        let places = u8::try_from(fraction.len()).map_err(|_| InvalidDecimal)?;
        if whole.len() + fraction.len() > DIGITS_MAX || places > PLACES_MAX {
            return Err(InvalidDecimal);
        }
        let digits = format!("0{whole}{fraction}");
        let digits: i64 = digits.parse().map_err(|_| InvalidDecimal)?;
        Ok(Self { digits: if negative { -digits } else { digits }, places })
    }
}

impl TryFrom<String> for Decimal {
    type Error = InvalidDecimal;

    fn try_from(text: String) -> Result<Self, InvalidDecimal> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl fmt::Display for Decimal {
    /// Digits, a point where there is a fraction, and no zero that says nothing: `-0.5`, `12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let places = usize::from(self.places);
        let digits = format!("{:0width$}", self.digits.unsigned_abs(), width = places + 1);
        match digits.split_at_checked(digits.len() - places) {
            Some((whole, fraction)) if places > 0 => write!(f, "{sign}{whole}.{fraction}"),
            _ => write!(f, "{sign}{digits}"),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        self.scaled().cmp(&other.scaled())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_typed_with_a_point_or_a_comma_and_has_one_text() {
        for (typed, text) in [
            ("12.5", "12.5"),
            ("12,50", "12.5"),
            (" 007 ", "7"),
            ("-0,5", "-0.5"),
            ("\u{2212}3", "-3"),
            ("+3.0", "3"),
            ("-0", "0"),
            ("0.000000001", "0.000000001"),
            ("999999.999999999", "999999.999999999"),
        ] {
            let number: Decimal = typed.parse().unwrap();
            assert_eq!(number.to_string(), text, "{typed}");
            assert_eq!(Decimal::of_document(text), Some(number));
        }
    }

    #[test]
    fn what_is_no_decimal_number_is_not_read() {
        for text in [
            "",
            ".",
            ",",
            "5.",
            ".5",
            "1,234.5",
            "1 000",
            "1e3",
            "0x1",
            "--1",
            "½",
            "١٢",
            "1234567890123456",
            "0.0000000001",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(InvalidDecimal), "{text}");
        }
        for text in ["12,5", "12.50", "+1", "01", "-0", " 1"] {
            assert_eq!(Decimal::of_document(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_compare_by_what_they_are_worth() {
        let sorted = ["-12.5", "-3", "-0.5", "0", "0.05", "0.5", "2", "10", "10.000000001"];
        let numbers: Vec<Decimal> = sorted.iter().map(|text| text.parse().unwrap()).collect();
        assert!(numbers.is_sorted());
        assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_and_read_again(text in "[-+]?[0-9]{1,9}([.,][0-9]{1,6})?") {
            let number: Decimal = text.parse().unwrap();
            prop_assert_eq!(Decimal::of_document(&number.to_string()), Some(number));
            let double: f64 = text.replace(',', ".").parse().unwrap();
            prop_assert_eq!(number.to_f64() + 0.0, double + 0.0);
        }

        #[test]
        fn no_text_breaks_the_reader(text in any::<String>()) {
            if let Ok(number) = text.parse::<Decimal>() {
                prop_assert!(number.places() <= PLACES_MAX);
            }
        }
    }
}
