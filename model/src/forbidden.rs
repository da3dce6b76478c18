//! What is never recorded, and what a text looks like that holds it all the same.
//!
//! A note that names somebody's Social Security number or criminal record is worth stealing, and can
//! be ordered to be handed over. Whoever writes one is asked before it is saved; nothing of it is noted
//! anywhere.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::words::{Explained, Message};

/// Something that is never recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// A Social Security number.
    SocialSecurityNumber,
    /// A number by which the police know somebody: SID, FBI or NCIC.
    CriminalRecordNumber,
}

impl Forbidden {
    /// Returns what a text looks as if it held; `None` if it looks like nothing of the kind.
    pub fn find(text: &str) -> Option<Self> {
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if holds(&NUMBERED, text) || holds(&NAMED, text) {
            return Some(Self::SocialSecurityNumber);
        }
        holds(&RECORD, text).then_some(Self::CriminalRecordNumber)
    }

    /// Returns whether a message tells of something that is never recorded.
    pub fn is_told_by(message: &Message) -> bool {
        [Self::SocialSecurityNumber, Self::CriminalRecordNumber]
            .iter()
            .any(|forbidden| forbidden.code() == message.code())
    }

    fn code(self) -> &'static str {
        match self {
            Self::SocialSecurityNumber => "looks_like_ssn",
            Self::CriminalRecordNumber => "looks_like_criminal_record",
        }
    }
}

impl Explained for Forbidden {
    fn message(&self) -> Message {
        Message::new(self.code())
    }
}

fn holds(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Three, two and four digits, but for those that are given to nobody: areas 000, 666 and 900 to 999,
/// group 00, serial 0000 (20 CFR 422.103; SSA, Social Security Number Randomization, 2011).
static NUMBERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let area = "(?:00[1-9]|0[1-9][0-9]|[1-578][0-9][0-9]|6[0-57-9][0-9]|66[0-57-9])";
    let group = "(?:0[1-9]|[1-9][0-9])";
    let serial = "(?:000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})";
    Regex::new(&format!("(?:^|[^0-9-]){area}[-. ]{group}[-. ]{serial}(?:$|[^0-9-])")).ok()
});

/// Nine digits beside the name of the number.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = "(?:ssn|social security|seguro social)";
    Regex::new(&format!("(?i){name}[^0-9]{{0,16}}[0-9]{{3}}[-. ]?[0-9]{{2}}[-. ]?[0-9]{{4}}")).ok()
});

static RECORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let sign = "(?: ?(?:number|no\\.?|num\\.?|n[uú]mero))?[ :#]{1,3}";
    let number = "[a-z]{0,2}[0-9]{4}[0-9a-z]{1,6}";
    Regex::new(&format!("(?i)(?:^|[^a-z])(?:sid|fbi|ncic){sign}{number}")).ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_never_recorded_is_seen_in_a_note_and_others_are_left_alone() {
        for (text, found) in [
            ("his number is 123-45-6789.", Some(Forbidden::SocialSecurityNumber)),
            ("123 45 6789", Some(Forbidden::SocialSecurityNumber)),
            ("SSN: 123456789", Some(Forbidden::SocialSecurityNumber)),
            ("seguro social 123-45-6789", Some(Forbidden::SocialSecurityNumber)),
            ("SID 1234567", Some(Forbidden::CriminalRecordNumber)),
            ("FBI no. 123456AB7", Some(Forbidden::CriminalRecordNumber)),
            ("known as sid#MO123456", Some(Forbidden::CriminalRecordNumber)),
            // Given to nobody.
            ("000-12-3456", None),
            ("666-12-3456", None),
            ("912-12-3456", None),
            ("123-00-4567", None),
            ("123-45-0000", None),
            // A phone, a day, an address, an amount, a name.
            ("816-555-0123", None),
            ("+1 (816) 555 0123", None),
            ("2026-11-28 14:30", None),
            ("4512 Prospect Ave, 64130", None),
            ("1-123-45-6789-0", None),
            ("Sid came at 12345", None),
            ("x/sid4f8Rq2z", None),
            ("the residence at 12345", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(Forbidden::find(text), found, "{text}");
        }
    }
}
