//! Identifiers as newtypes: transferred as text, a type of its own in each language.

use model::ids::{
    CaseId, DeviceId, FieldName, OptionCode, ProgramCode, RecordId, TypeName, UserId,
};

use crate::error::FieldbookError;

macro_rules! id {
    ($name:ident, $kind:literal) => {
        uniffi::custom_type!($name, String, {
            remote,
            try_lift: |text| text.parse().map_err(|_| FieldbookError::not_an_id($kind).into()),
            lower: |id| id.to_string(),
        });
    };
}

id!(RecordId, "record id");
id!(CaseId, "case id");
id!(UserId, "user id");
id!(DeviceId, "device id");
id!(TypeName, "type name");
id!(FieldName, "field name");
id!(OptionCode, "option code");
id!(ProgramCode, "program code");

/// A calendar day between the years 1 and 9999, which is what every language can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(model::time::Date);

impl Day {
    /// Returns the date, or `None` if it is outside the years 1 to 9999.
    pub(crate) fn new(date: model::time::Date) -> Option<Self> {
        let text = date.to_string();
        (text.len() == "2026-11-25".len() && text.as_str() > "0001").then_some(Self(date))
    }

    pub(crate) fn date(self) -> model::time::Date {
        self.0
    }
}

uniffi::custom_type!(Day, String, {
    try_lift: |text| {
        text.parse().ok().and_then(Day::new).ok_or_else(|| FieldbookError::not_an_id("day").into())
    },
    lower: |day| day.0.to_string(),
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_outside_of_what_languages_hold_is_none() {
        for (text, good) in [
            ("0001-01-01", true),
            ("2026-11-25", true),
            ("9999-12-31", true),
            ("0000-12-31", false),
            ("-000044-03-15", false),
        ] {
            let day = text.parse().ok().and_then(Day::new);
            assert_eq!(day.is_some(), good, "{text}");
        }
    }
}
