//! Phone numbers, as people write them down.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::words::{Explained, Message, explained_error};

/// A phone number: its digits, with `+` before them where it is international, and `x` before an
/// extension. However it was typed, one number is kept, compared and found as one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// Fewest digits: 311, 911.
const DIGITS_MIN: usize = 3;

/// Most digits: E.164 has 15, and some are dialed with a prefix.
const DIGITS_MAX: usize = 20;

/// Most digits of an extension.
const EXTENSION_DIGITS_MAX: usize = 8;

/// Longest text that is read.
const TEXT_BYTES_MAX: usize = 64;

impl PhoneNumber {
    /// Returns what a document keeps: `+16155550134`, `6155550134x12`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number that a document holds; `None` if the text is not written as a document
    /// keeps it.
    pub fn of_document(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number: &Self| number.0 == text)
    }
}

/// A text that is no phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPhone;

impl Explained for InvalidPhone {
    fn message(&self) -> Message {
        Message::new("not_a_phone")
    }
}

explained_error!(InvalidPhone);

impl FromStr for PhoneNumber {
    type Err = InvalidPhone;

    /// Reads digits with blanks, hyphens, points, slashes and brackets between them, `+` before
    /// them, and an extension behind `x`, `ext` or `ext.`.
    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let text = text.trim();
        if text.len() > TEXT_BYTES_MAX {
            return Err(InvalidPhone);
        }
        let (text, plus) = match text.strip_prefix('+') {
            Some(rest) => (rest, "+"),
            None => (text, ""),
        };
        let (number, extension) = match text.find(['x', 'X', 'e', 'E']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let mut digits = String::new();
        for sign in number.chars() {
            match sign {
                '0'..='9' => digits.push(sign),
                ' ' | '\u{a0}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '/' | '(' | ')' => {}
                _ => return Err(InvalidPhone),
            }
        }
        if !(DIGITS_MIN..=DIGITS_MAX).contains(&digits.len()) {
            return Err(InvalidPhone);
        }
        let mut kept = format!("{plus}{digits}");
        if !extension.is_empty() {
            let lower = extension.to_ascii_lowercase();
            let inner = ["ext.", "ext", "x"].iter().find_map(|mark| lower.strip_prefix(mark));
            let inner = inner.ok_or(InvalidPhone)?.trim();
            let is_number = inner.bytes().all(|digit| digit.is_ascii_digit());
            if !is_number || !(1..=EXTENSION_DIGITS_MAX).contains(&inner.len()) {
                return Err(InvalidPhone);
            }
            kept.push('x');
            kept.push_str(inner);
        }
        Ok(Self(kept))
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhone;

    fn try_from(text: String) -> Result<Self, InvalidPhone> {
        text.parse()
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl fmt::Display for PhoneNumber {
    /// The number in groups, where it is one of North America: `615-555-0134 x12`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, extension) = self.0.split_once('x').unwrap_or((&self.0, ""));
        let (country, local) = match number.strip_prefix("+1") {
            Some(local) => ("+1 ", local),
            None => ("", number),
        };
        match (local.len(), local.get(..3), local.get(3..6), local.get(6..)) {
            (10, Some(area), Some(office), Some(line)) => {
                write!(f, "{country}{area}-{office}-{line}")?;
            }
            _ => f.write_str(number)?,
        }
        if extension.is_empty() { Ok(()) } else { write!(f, " x{extension}") }
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_one_however_it_was_typed() {
        for (typed, kept, shown) in [
            ("615-555-0134", "6155550134", "615-555-0134"),
            ("(615) 555.0134", "6155550134", "615-555-0134"),
            ("615 555 0134 ext. 12", "6155550134x12", "615-555-0134 x12"),
            ("6155550134 X12", "6155550134x12", "615-555-0134 x12"),
            ("+1 615 555-0134", "+16155550134", "+1 615-555-0134"),
            ("+252 61 5550134", "+252615550134", "+252615550134"),
            ("911", "911", "911"),
            ("555-0134", "5550134", "5550134"),
        ] {
            let number: PhoneNumber = typed.parse().unwrap();
            assert_eq!((number.as_str(), number.to_string().as_str()), (kept, shown), "{typed}");
            assert_eq!(number.to_string().parse(), Ok(number.clone()));
            assert_eq!(PhoneNumber::of_document(kept), Some(number));
        }
    }

    #[test]
    fn what_is_no_phone_number_is_not_read() {
        for text in [
            "",
            "12",
            "call my aunt",
            "555-CALL",
            "615+5550134",
            "6155550134x",
            "6155550134 ext",
            "6155550134x123456789",
            "123456789012345678901",
            "6155550134x1x2",
            "#31#",
        ] {
            assert_eq!(text.parse::<PhoneNumber>(), Err(InvalidPhone), "{text}");
        }
        assert!("(".repeat(100).parse::<PhoneNumber>().is_err());
        assert_eq!(PhoneNumber::of_document("615-555-0134"), None);
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same_number(text in any::<String>(), digits in "[+]?[0-9]{3,15}(x[0-9]{1,8})?") {
            for text in [text, digits] {
                if let Ok(number) = text.parse::<PhoneNumber>() {
                    prop_assert_eq!(number.to_string().parse(), Ok(number.clone()));
                    prop_assert_eq!(PhoneNumber::of_document(number.as_str()), Some(number));
                }
            }
        }
    }
}
