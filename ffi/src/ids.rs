//! Identifiers as newtypes: transferred as text, a type of its own in each language; and values
//! that are transferred as text.

use model::decimal::Decimal;
use model::ids::{
    CaseId, DeviceId, DraftId, FieldName, OptionCode, ProgramCode, RecordId, TypeName, UserId,
};
use model::phone::PhoneNumber;
use model::time::TimeOfDay;

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

id!(RecordId, "id_record_id");
id!(CaseId, "id_case_id");
id!(DraftId, "id_draft_id");
id!(UserId, "id_user_id");
id!(DeviceId, "id_device_id");
id!(TypeName, "id_type_name");
id!(FieldName, "id_field_name");
id!(OptionCode, "id_option_code");
id!(ProgramCode, "id_program_code");

// Values that have no type of their own in every language: text, checked when it arrives.
id!(Decimal, "not_a_decimal");
id!(TimeOfDay, "not_a_time");
id!(PhoneNumber, "not_a_phone");

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
        text.parse().ok().and_then(Day::new).ok_or_else(|| FieldbookError::not_an_id("id_day").into())
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

    #[test]
    fn what_is_no_identifier_is_told_in_both_languages() {
        for kind in [
            "id_record_id",
            "id_case_id",
            "id_user_id",
            "id_device_id",
            "id_type_name",
            "id_field_name",
            "id_option_code",
            "id_program_code",
            "id_day",
        ] {
            let FieldbookError::Invalid { problems } = FieldbookError::not_an_id(kind) else {
                panic!("{kind}");
            };
            let [problem] = &problems[..] else { panic!("{kind}") };
            assert!(problem.problem.starts_with("not a valid "), "{}", problem.problem);
            let parameters = problem.parameters.clone();
            let spanish = crate::error::explain(problem.code.clone(), parameters, "es".into());
            assert!(spanish.is_some_and(|text| text.starts_with("no es un ")), "{kind}");
        }
    }
}
