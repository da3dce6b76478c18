//! Values by the catalogue: how a field's text is read, and whether a value fits its field.

use std::collections::BTreeMap;

use super::{Catalogue, CodeList, Field, FieldKind};
use crate::decimal::Decimal;
use crate::ids::OptionCode;
use crate::limits::TEXT_BYTES_MAX;
use crate::time::{Minutes, Timestamp};
use crate::value::{Scalar, ValueProblem};

impl Scalar {
    /// Reads a value of `field` as a person types it, and checks it against the catalogue. A time
    /// without an offset is one of the department's clocks, and without a day one of today.
    ///
    /// # Errors
    /// When the text is no value of the field's kind; the problem says what would be.
    pub fn parse(
        now: Timestamp,
        catalogue: &Catalogue,
        field: &Field,
        text: &str,
    ) -> Result<Self, ValueProblem> {
        match &field.kind {
            FieldKind::Text => {
                let bytes = text.len();
                if bytes > TEXT_BYTES_MAX {
                    return Err(ValueProblem::TooLong { bytes });
                }
                Ok(Self::Text(text.to_owned()))
            }
            FieldKind::Date => text.parse().map(Self::Date).map_err(no("date")),
            FieldKind::DateTime => catalogue.zone.read(now, text).map(Self::DateTime),
            FieldKind::Bool => match text {
                "true" | "yes" | "y" | "sí" | "si" | "1" => Ok(Self::Bool(true)),
                "false" | "no" | "n" | "0" => Ok(Self::Bool(false)),
                _ => Err(ValueProblem::Not { kind: "bool" }),
            },
            FieldKind::Integer { min, max } => {
                let value = text.parse().map_err(|_| ValueProblem::Not { kind: "integer" })?;
                check_bounds(value, *min, *max).map(Self::Integer)
            }
            kind @ FieldKind::Decimal { .. } => {
                let value = text.parse().map_err(no("decimal"))?;
                check_decimal(value, kind).map(|()| Self::Decimal(value))
            }
            FieldKind::Time => text.parse().map(Self::Time).map_err(no("time")),
            kind @ FieldKind::Duration { .. } => {
                let value = text.parse().map_err(no("duration"))?;
                check_duration(value, kind).map(|()| Self::Duration(value))
            }
            FieldKind::Phone => text.parse().map(Self::Phone).map_err(no("phone")),
            FieldKind::Choice { list } => check_option(catalogue, list, text).map(Self::Choice),
            FieldKind::Ref { .. } => text.parse().map(Self::Ref).map_err(no("ref")),
            FieldKind::User => text.parse().map(Self::User).map_err(no("user")),
            kind @ (FieldKind::Choices { .. }
            | FieldKind::Refs { .. }
            | FieldKind::Counter
            | FieldKind::Log { .. }
            | FieldKind::SharedNote) => Err(ValueProblem::NotScalar { kind: kind.name() }),
        }
    }

    /// Reads a value of a part of a log's entry, which may be several options with commas between
    /// them.
    ///
    /// # Errors
    /// When the text is no value of the part's kind.
    pub fn parse_in_entry(
        now: Timestamp,
        catalogue: &Catalogue,
        part: &Field,
        text: &str,
    ) -> Result<Self, ValueProblem> {
        let FieldKind::Choices { list } = &part.kind else {
            return Self::parse(now, catalogue, part, text);
        };
        let codes = text.split(',').map(str::trim).filter(|code| !code.is_empty());
        let options = codes.map(|code| check_option(catalogue, list, code));
        options.collect::<Result<_, _>>().map(Self::Options)
    }

    /// Checks a value that is already typed: its kind, bounds, length and code.
    ///
    /// # Errors
    /// When it is no value of this field.
    pub fn check(&self, catalogue: &Catalogue, field: &Field) -> Result<(), ValueProblem> {
        self.check_by(&catalogue.code_lists, field)
    }

    /// Checks it with these code lists.
    pub(crate) fn check_by(&self, lists: &CodeLists, field: &Field) -> Result<(), ValueProblem> {
        match (&field.kind, self) {
            (FieldKind::Text, Self::Text(text)) if text.len() > TEXT_BYTES_MAX => {
                Err(ValueProblem::TooLong { bytes: text.len() })
            }
            (FieldKind::Integer { min, max }, Self::Integer(value)) => {
                check_bounds(*value, *min, *max).map(drop)
            }
            (kind @ FieldKind::Decimal { .. }, Self::Decimal(value)) => check_decimal(*value, kind),
            (kind @ FieldKind::Duration { .. }, Self::Duration(value)) => {
                check_duration(*value, kind)
            }
            (FieldKind::Choice { list }, Self::Choice(option)) => {
                check_option_by(lists, list, option.as_str()).map(drop)
            }
            (FieldKind::Text, Self::Text(_))
            | (FieldKind::Date, Self::Date(_))
            | (FieldKind::DateTime, Self::DateTime(_))
            | (FieldKind::Bool, Self::Bool(_))
            | (FieldKind::Time, Self::Time(_))
            | (FieldKind::Phone, Self::Phone(_))
            | (FieldKind::Ref { .. }, Self::Ref(_))
            | (FieldKind::User, Self::User(_)) => Ok(()),
            (kind, _) if kind.is_scalar() => Err(ValueProblem::Not { kind: kind.name() }),
            (kind, _) => Err(ValueProblem::NotScalar { kind: kind.name() }),
        }
    }

    /// Checks it as a part of a log's entry.
    pub(crate) fn check_in_entry(
        &self,
        lists: &CodeLists,
        part: &Field,
    ) -> Result<(), ValueProblem> {
        match (&part.kind, self) {
            (FieldKind::Choices { list }, Self::Options(options)) => options
                .iter()
                .try_for_each(|option| check_option_by(lists, list, option.as_str()).map(drop)),
            _ => self.check_by(lists, part),
        }
    }
}

/// Code lists by their names.
pub(crate) type CodeLists = BTreeMap<String, CodeList>;

/// Checks that `text` is an option of the code list `list`, be it retired.
///
/// # Errors
/// When it is not; the problem lists what is offered.
pub fn check_option(
    catalogue: &Catalogue,
    list: &str,
    text: &str,
) -> Result<OptionCode, ValueProblem> {
    check_option_by(&catalogue.code_lists, list, text)
}

/// Checks it with these code lists.
pub(crate) fn check_option_by(
    lists: &CodeLists,
    list: &str,
    text: &str,
) -> Result<OptionCode, ValueProblem> {
    let Some(list) = lists.get(list) else {
        return Err(ValueProblem::NotAnOption { options: Vec::new() });
    };
    match text.parse::<OptionCode>() {
        Ok(option) if list.options.contains_key(&option) => Ok(option),
        _ => Err(ValueProblem::NotAnOption {
            options: list.order.iter().map(ToString::to_string).collect(),
        }),
    }
}

fn check_bounds(value: i64, min: i64, max: i64) -> Result<i64, ValueProblem> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(ValueProblem::OutOfBounds { min, max })
    }
}

fn check_decimal(value: Decimal, kind: &FieldKind) -> Result<(), ValueProblem> {
    let FieldKind::Decimal { min, max, places, .. } = kind else { return Ok(()) };
    if value.places() > *places {
        return Err(ValueProblem::TooManyPlaces { most: *places });
    }
    if (*min..=*max).contains(&value) {
        return Ok(());
    }
    Err(ValueProblem::OutOfRange { min: min.to_string(), max: max.to_string() })
}

fn check_duration(value: Minutes, kind: &FieldKind) -> Result<(), ValueProblem> {
    let FieldKind::Duration { min, max } = kind else { return Ok(()) };
    if (*min..=*max).contains(&value) {
        return Ok(());
    }
    Err(ValueProblem::OutOfRange { min: min.in_words(), max: max.in_words() })
}

fn no<E>(kind: &'static str) -> impl Fn(E) -> ValueProblem {
    move |_| ValueProblem::Not { kind }
}
