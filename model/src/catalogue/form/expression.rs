//! Expressions: values that are computed from answers.

use std::cmp::Ordering;

use super::{Condition, Datum, Number, Reads};
use crate::ids::{FieldName, TypeName};
use crate::time::{Date, Timestamp};
use crate::zone::Zone;

/// An expression. Where a value that it needs is missing, it has none itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// This value.
    Constant(Datum),
    /// The answer to another question; none where that is hidden.
    Field(FieldName),
    /// What stands in a field of the newest record of a type in the same case.
    Latest {
        /// The type.
        record_type: TypeName,
        /// The field.
        field: FieldName,
    },
    /// What the person who fills the form in answered last in this field, in a record of this type.
    OwnLast(FieldName),
    /// A property of the option in question.
    Property(String),
    /// The present instant.
    Now,
    /// The present day by the department's clocks.
    Today,
    /// All of these added up.
    Sum(Vec<Self>),
    /// The first less the second.
    Difference(Box<[Self; 2]>),
    /// All of these multiplied.
    Product(Vec<Self>),
    /// The first divided by the second; none where that is zero.
    Quotient(Box<[Self; 2]>),
    /// What is left of dividing the first by the second, with the first one's sign.
    Remainder(Box<[Self; 2]>),
    /// The least of those that have a value.
    Least(Vec<Self>),
    /// The greatest of those that have a value.
    Greatest(Vec<Self>),
    /// Rounded to so many decimal places, a half upward.
    Rounded {
        /// What.
        value: Box<Self>,
        /// How many.
        places: u8,
    },
    /// Without its fraction.
    Whole(Box<Self>),
    /// The first of these that has a value.
    FirstAnswered(Vec<Self>),
    /// One of two values.
    If {
        /// Decides which.
        condition: Box<Condition>,
        /// Where it holds.
        then: Box<Self>,
        /// Where it does not; none there when missing.
        otherwise: Option<Box<Self>>,
    },
    /// How many options are chosen; zero where none is.
    Count(Box<Self>),
    /// How many characters a text has; zero where there is none.
    Length(Box<Self>),
    /// Texts one after the other. What is missing is empty.
    Joined {
        /// The texts.
        parts: Vec<Self>,
        /// What stands between them.
        with: String,
    },
    /// How many days lie between two days: from the first to the second.
    DaysBetween(Box<[Self; 2]>),
    /// How many whole years lie between two days: somebody's age, from birth to today.
    YearsBetween(Box<[Self; 2]>),
}

/// What conditions and expressions are asked about.
pub trait Lookup {
    /// Returns the answer to a question; `None` if there is none, or it is hidden.
    fn answer(&self, field: &FieldName) -> Option<Datum>;
    /// Returns what stands in a field of the newest record of a type in the same case.
    fn latest(&self, record_type: &TypeName, field: &FieldName) -> Option<Datum>;
    /// Returns what the person who fills the form in answered last in a field of such a record.
    fn own_last(&self, field: &FieldName) -> Option<Datum>;
    /// Returns a property of the option in question.
    fn property(&self, name: &str) -> Option<Datum>;
    /// Returns the present instant.
    fn now(&self) -> Timestamp;
    /// Returns the department's clocks.
    fn zone(&self) -> &Zone;
}

impl Expression {
    /// Returns the number.
    pub fn number(number: i64) -> Self {
        Self::Constant(Datum::Number(number.into()))
    }

    /// Returns its value.
    pub fn value(&self, lookup: &dyn Lookup) -> Option<Datum> {
        match self {
            Self::Constant(value) => Some(value.clone()),
            Self::Field(field) => lookup.answer(field),
            Self::Latest { record_type, field } => lookup.latest(record_type, field),
            Self::OwnLast(field) => lookup.own_last(field),
            Self::Property(name) => lookup.property(name),
            Self::Now => Some(Datum::Instant(lookup.now())),
            Self::Today => lookup.zone().day(lookup.now()).map(Datum::Day),
            Self::Sum(parts) => folded(parts, lookup, 0.0, |sum, part| sum + part),
            Self::Product(parts) => folded(parts, lookup, 1.0, |product, part| product * part),
            Self::Difference(pair) => of_two(pair, lookup, |one, other| one - other),
            Self::Quotient(pair) => of_two(pair, lookup, |one, other| one / other),
            Self::Remainder(pair) => of_two(pair, lookup, |one, other| one % other),
            Self::Least(parts) => outermost(parts, lookup, Ordering::Less),
            Self::Greatest(parts) => outermost(parts, lookup, Ordering::Greater),
            Self::Rounded { value, places } => {
                number(value, lookup)?.rounded(*places).map(Datum::Number)
            }
            Self::Whole(value) => number(value, lookup)?.whole().map(Datum::Number),
            Self::FirstAnswered(parts) => parts.iter().find_map(|part| part.value(lookup)),
            Self::If { condition, then, otherwise } => match condition.holds(lookup) {
                true => then.value(lookup),
                false => otherwise.as_ref()?.value(lookup),
            },
            Self::Count(of) => Some(counted(match of.value(lookup) {
                Some(Datum::Options(options)) => options.len(),
                Some(_) => 1,
                None => 0,
            })),
            Self::Length(of) => {
                let text = of.value(lookup).map(|value| value.to_string());
                Some(counted(text.map_or(0, |text| text.chars().count())))
            }
            Self::Joined { parts, with } => {
                let texts = parts.iter().map(|part| part.value(lookup));
                let texts: Vec<String> = texts
                    .map(|text| text.map(|text| text.to_string()).unwrap_or_default())
                    .collect();
                Some(Datum::Text(texts.join(with)))
                    .filter(|text| *text != Datum::Text(String::new()))
            }
            Self::DaysBetween(pair) => {
                let (from, to) = days(pair, lookup)?;
                Some(Datum::Number(from.days_until(to).into()))
            }
            Self::YearsBetween(pair) => {
                let (from, to) = days(pair, lookup)?;
                Some(Datum::Number(from.years_until(to).into()))
            }
        }
    }

    /// Notes what it reads.
    pub fn note_reads(&self, reads: &mut Reads) {
        match self {
            Self::Constant(_) | Self::Now | Self::Today => {}
            Self::Field(field) => drop(reads.fields.insert(field.clone())),
            Self::Latest { record_type, field } => {
                reads.latest.insert((record_type.clone(), field.clone()));
            }
            Self::OwnLast(field) => drop(reads.own.insert(field.clone())),
            Self::Property(name) => drop(reads.properties.insert(name.clone())),
            Self::Sum(parts)
            | Self::Product(parts)
            | Self::Least(parts)
            | Self::Greatest(parts)
            | Self::FirstAnswered(parts)
            | Self::Joined { parts, .. } => parts.iter().for_each(|part| part.note_reads(reads)),
            Self::Difference(pair)
            | Self::Quotient(pair)
            | Self::Remainder(pair)
            | Self::DaysBetween(pair)
            | Self::YearsBetween(pair) => pair.iter().for_each(|part| part.note_reads(reads)),
            Self::Rounded { value, .. }
            | Self::Whole(value)
            | Self::Count(value)
            | Self::Length(value) => value.note_reads(reads),
            Self::If { condition, then, otherwise } => {
                condition.note_reads(reads);
                then.note_reads(reads);
                if let Some(otherwise) = otherwise {
                    otherwise.note_reads(reads);
                }
            }
        }
    }
}

fn number(of: &Expression, lookup: &dyn Lookup) -> Option<Number> {
    match of.value(lookup) {
        Some(Datum::Number(number)) => Some(number),
        _ => None,
    }
}

fn counted(count: usize) -> Datum {
    Datum::Number(i64::try_from(count).unwrap_or(i64::MAX).into())
}

fn folded(
    parts: &[Expression],
    lookup: &dyn Lookup,
    start: f64,
    step: impl Fn(f64, f64) -> f64,
) -> Option<Datum> {
    let folded = parts
        .iter()
        .try_fold(start, |so_far, part| Some(step(so_far, number(part, lookup)?.get())));
    Number::new(folded?).map(Datum::Number)
}

fn of_two(
    pair: &[Expression; 2],
    lookup: &dyn Lookup,
    compute: impl Fn(f64, f64) -> f64,
) -> Option<Datum> {
    let [one, other] = pair;
    let computed = compute(number(one, lookup)?.get(), number(other, lookup)?.get());
    Number::new(computed).map(Datum::Number)
}

fn outermost(parts: &[Expression], lookup: &dyn Lookup, wanted: Ordering) -> Option<Datum> {
    parts.iter().filter_map(|part| part.value(lookup)).reduce(|found, next| {
        match next.compare(&found) {
            Some(ordering) if ordering == wanted => next,
            _ => found,
        }
    })
}

fn days(pair: &[Expression; 2], lookup: &dyn Lookup) -> Option<(Date, Date)> {
    let day = |of: &Expression| match of.value(lookup)? {
        Datum::Day(day) => Some(day),
        Datum::Instant(instant) => lookup.zone().day(instant),
        _ => None,
    };
    let [from, to] = pair;
    Some((day(from)?, day(to)?))
}
