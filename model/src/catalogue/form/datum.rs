//! A value while a form is evaluated. Nothing of it is stored.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;

use crate::catalogue::kind::FieldKind;
use crate::ids::OptionCode;
use crate::time::{Date, Minutes, TimeOfDay, Timestamp};
use crate::value::{FieldValue, Scalar};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// A number.
    Number(Number),
    /// A text, or the code of a chosen option.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A day.
    Day(Date),
    /// A time of day.
    Time(TimeOfDay),
    /// An instant.
    Instant(Timestamp),
    /// The options chosen in a field that takes several.
    Options(BTreeSet<OptionCode>),
}

/// What a value is, as the catalogue's loader checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatumKind {
    /// See [`Datum::Number`].
    Number,
    /// See [`Datum::Text`].
    Text,
    /// See [`Datum::Bool`].
    Bool,
    /// See [`Datum::Day`].
    Day,
    /// See [`Datum::Time`].
    Time,
    /// See [`Datum::Instant`].
    Instant,
    /// See [`Datum::Options`].
    Options,
}

impl DatumKind {
    /// Returns what the answers in a field of this kind are; `None` if they are no one value.
    pub fn of(kind: &FieldKind) -> Option<Self> {
        Some(match kind {
            FieldKind::Text
            | FieldKind::SharedNote
            | FieldKind::Phone
            | FieldKind::Choice { .. }
            | FieldKind::Ref { .. }
            | FieldKind::User => Self::Text,
            FieldKind::Date => Self::Day,
            FieldKind::DateTime => Self::Instant,
            FieldKind::Bool => Self::Bool,
            FieldKind::Time => Self::Time,
            FieldKind::Integer { .. }
            | FieldKind::Decimal { .. }
            | FieldKind::Duration { .. }
            | FieldKind::Counter => Self::Number,
            FieldKind::Choices { .. } => Self::Options,
            FieldKind::Refs { .. } | FieldKind::Log { .. } => return None,
        })
    }

    /// Returns its name in the catalogue's messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Text => "text",
            Self::Bool => "bool",
            Self::Day => "date",
            Self::Time => "time",
            Self::Instant => "datetime",
            Self::Options => "choices",
        }
    }
}

impl Datum {
    /// Returns what stands in a field; `None` if nothing does, or nothing that a form can compare.
    pub fn of(value: &FieldValue) -> Option<Self> {
        if value.is_empty() {
            return None;
        }
        Some(match value {
            FieldValue::Scalar(scalar) => match scalar {
                Scalar::Text(text) => Self::Text(text.clone()),
                Scalar::Date(day) => Self::Day(*day),
                Scalar::DateTime(instant) => Self::Instant(*instant),
                Scalar::Bool(value) => Self::Bool(*value),
                Scalar::Integer(number) => Self::Number(Number::from(*number)),
                Scalar::Decimal(number) => Self::Number(Number::new(number.to_f64())?),
                Scalar::Duration(length) => Self::Number(Number::from(length.get())),
                Scalar::Time(time) => Self::Time(*time),
                Scalar::Options(options) => Self::Options(options.clone()),
                Scalar::Phone(number) => Self::Text(number.as_str().to_owned()),
                Scalar::Choice(_) | Scalar::Ref(_) | Scalar::User(_) => {
                    Self::Text(scalar.to_string())
                }
            },
            FieldValue::Choices(options) => Self::Options(options.clone()),
            FieldValue::Counter(sum) => Self::Number(Number::from(*sum)),
            FieldValue::SharedNote(text) => Self::Text(text.clone()),
            FieldValue::Refs(_) | FieldValue::Log(_) | FieldValue::Unknown(_) => return None,
        })
    }

    /// Returns it as the answer in a field of this kind; `None` if such a field does not take it.
    pub fn as_answer(&self, kind: &FieldKind) -> Option<FieldValue> {
        let scalar = match (kind, self) {
            (FieldKind::Text, Self::Text(text)) => Scalar::Text(text.clone()),
            (FieldKind::Date, Self::Day(day)) => Scalar::Date(*day),
            (FieldKind::DateTime, Self::Instant(instant)) => Scalar::DateTime(*instant),
            (FieldKind::Bool, Self::Bool(value)) => Scalar::Bool(*value),
            (FieldKind::Integer { .. }, Self::Number(number)) => Scalar::Integer(number.integer()?),
            (FieldKind::Decimal { .. }, Self::Number(number)) => {
                Scalar::Decimal(number.to_string().parse().ok()?)
            }
            (FieldKind::Time, Self::Time(time)) => Scalar::Time(*time),
            (FieldKind::Duration { .. }, Self::Number(number)) => {
                Scalar::Duration(Minutes::new(number.integer()?))
            }
            (FieldKind::Phone, Self::Text(text)) => Scalar::Phone(text.parse().ok()?),
            (FieldKind::Choice { .. }, Self::Text(code)) => Scalar::Choice(code.parse().ok()?),
            (FieldKind::Ref { .. }, Self::Text(id)) => Scalar::Ref(id.parse().ok()?),
            (FieldKind::User, Self::Text(id)) => Scalar::User(id.parse().ok()?),
            (FieldKind::SharedNote, Self::Text(text)) => {
                return Some(FieldValue::SharedNote(text.clone()));
            }
            (FieldKind::Counter, Self::Number(number)) => {
                return number.integer().map(FieldValue::Counter);
            }
            (FieldKind::Choices { .. }, Self::Options(options)) => {
                return Some(FieldValue::Choices(options.clone()));
            }
            (
                FieldKind::Text
                | FieldKind::Date
                | FieldKind::DateTime
                | FieldKind::Bool
                | FieldKind::Integer { .. }
                | FieldKind::Decimal { .. }
                | FieldKind::Time
                | FieldKind::Duration { .. }
                | FieldKind::Phone
                | FieldKind::Choice { .. }
                | FieldKind::Ref { .. }
                | FieldKind::User
                | FieldKind::SharedNote
                | FieldKind::Counter
                | FieldKind::Choices { .. }
                | FieldKind::Refs { .. }
                | FieldKind::Log { .. },
                _,
            ) => return None,
        };
        Some(FieldValue::Scalar(scalar))
    }

    /// Returns what it is.
    pub fn kind(&self) -> DatumKind {
        match self {
            Self::Number(_) => DatumKind::Number,
            Self::Text(_) => DatumKind::Text,
            Self::Bool(_) => DatumKind::Bool,
            Self::Day(_) => DatumKind::Day,
            Self::Time(_) => DatumKind::Time,
            Self::Instant(_) => DatumKind::Instant,
            Self::Options(_) => DatumKind::Options,
        }
    }

    /// Returns how it compares with another; `None` if they are not of one kind.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => Some(one.cmp(other)),
            (Self::Text(one), Self::Text(other)) => Some(one.cmp(other)),
            (Self::Bool(one), Self::Bool(other)) => Some(one.cmp(other)),
            (Self::Day(one), Self::Day(other)) => Some(one.cmp(other)),
            (Self::Time(one), Self::Time(other)) => Some(one.cmp(other)),
            (Self::Instant(one), Self::Instant(other)) => Some(one.cmp(other)),
            (Self::Options(one), Self::Options(other)) => Some(one.cmp(other)),
            (
                Self::Number(_)
                | Self::Text(_)
                | Self::Bool(_)
                | Self::Day(_)
                | Self::Time(_)
                | Self::Instant(_)
                | Self::Options(_),
                _,
            ) => None,
        }
    }
}

impl fmt::Display for Datum {
    /// The text that people read; of several options, their codes with spaces between.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Bool(value) => value.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
            Self::Options(options) => {
                for (at, option) in options.iter().enumerate() {
                    if at > 0 {
                        f.write_str(" ")?;
                    }
                    option.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}

/// A finite number, in the arithmetic of XForms: IEEE 754 of double precision, which gives the same
/// on every machine.
#[derive(Debug, Clone, Copy)]
pub struct Number(f64);

impl Number {
    /// Returns the number; `None` if it is infinite or none.
    pub fn new(number: f64) -> Option<Self> {
        // Zero has one sign, so that what is equal prints equal.
        number.is_finite().then_some(Self(if number == 0.0 { 0.0 } else { number }))
    }

    /// Returns its value.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns it as a whole number; `None` if it has a fraction, or is too large.
    fn integer(self) -> Option<i64> {
        self.to_string().parse().ok()
    }

    /// Returns it rounded to so many decimal places, a half upward.
    pub(super) fn rounded(self, places: u8) -> Option<Self> {
        let scale = 10_f64.powi(places.into());
        Self::new((self.0 * scale + 0.5).floor() / scale)
    }

    /// Returns it without its fraction.
    pub(super) fn whole(self) -> Option<Self> {
        Self::new(self.0.trunc())
    }
}

impl From<i64> for Number {
    /// Numbers past 2^53 lose their last digits.
    #[expect(clippy::cast_precision_loss, reason = "said above")]
    fn from(number: i64) -> Self {
        Self(number as f64)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
