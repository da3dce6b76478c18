//! Conditions and expressions as they stand in a file: tables, lists and constants.

use toml::Value;

use super::problem::{Shape, listed};
use super::section::Section;
use crate::catalogue::form::{Condition, Datum, Expression, Number, Pattern, Relation};
use crate::ids::{FieldName, OptionCode, TypeName};
use crate::time::{Date, TimeOfDay, Timestamp};
use crate::words::Message;

/// Reads the condition under a key; `None` if there is none, or it has mistakes.
pub(super) fn read_condition(section: &mut Section<'_>, key: &'static str) -> Option<Condition> {
    condition(section.table(key)?)
}

/// Reads the expression under a key; `None` if there is none, or it has mistakes.
pub(super) fn read_expression(section: &mut Section<'_>, key: &'static str) -> Option<Expression> {
    let value = section.any(key)?;
    expression(section, key, value)
}

/// Reads a condition whose other keys are read already.
pub(super) fn condition(mut section: Section<'_>) -> Option<Condition> {
    let read = read_whole(&mut section);
    section.finish();
    read
}

fn read_whole(section: &mut Section<'_>) -> Option<Condition> {
    for (key, make) in [
        (ALL, Condition::All as fn(Vec<Condition>) -> Condition),
        (ANY, Condition::Any as fn(Vec<Condition>) -> Condition),
    ] {
        if section.has(key) {
            let of = section.tables(key, "").into_iter().map(condition);
            let of: Vec<Option<Condition>> = of.collect();
            if of.is_empty() {
                section.mistake(key, Message::new("names_no_condition"));
            }
            return of.into_iter().collect::<Option<_>>().map(make);
        }
    }
    if section.has(NOT) {
        let inner = condition(section.table(NOT)?)?;
        return Some(Condition::Not(Box::new(inner)));
    }
    let value = read_operand(section);
    let tests: Vec<&str> = TESTS.into_iter().filter(|test| section.has(test)).collect();
    let [test] = tests[..] else {
        // What the keys mean is not known: each is let pass.
        section.let_pass(&TESTS);
        section.mistake("", needs_one_of(&TESTS));
        return None;
    };
    read_test(section, test, value)
}

fn read_test(
    section: &mut Section<'_>,
    test: &'static str,
    value: Option<Expression>,
) -> Option<Condition> {
    let compare = |relation, right| {
        let left = value.clone()?;
        Some(Condition::Compare { left, relation, right })
    };
    match test {
        ANSWERED => {
            let answered = section.bool(test)?;
            let condition = Condition::Answered(value?);
            Some(if answered { condition } else { Condition::Not(Box::new(condition)) })
        }
        INCLUDES => {
            let options = match section.any(test)? {
                Value::String(_) => section.parsed::<OptionCode>(test).into_iter().collect(),
                _ => section.parsed_list::<OptionCode>(test)?.into_iter().collect(),
            };
            Some(Condition::Includes { value: value?, options })
        }
        MATCHES => {
            let pattern = section.parsed::<Pattern>(test)?;
            Some(Condition::Matches { value: value?, pattern })
        }
        IS | IS_NOT => {
            let found = section.any(test)?;
            let condition = match found {
                Value::Array(values) => {
                    let each = values.iter().map(|of| {
                        let right = expression(section, test, of)?;
                        compare(Relation::Is, right)
                    });
                    Condition::Any(each.collect::<Option<_>>()?)
                }
                of => {
                    let right = expression(section, test, of)?;
                    compare(Relation::Is, right)?
                }
            };
            Some(if test == IS { condition } else { Condition::Not(Box::new(condition)) })
        }
        _ => {
            let relation = match test {
                LESS_THAN | BEFORE => Relation::LessThan,
                AT_MOST | NOT_AFTER => Relation::AtMost,
                AT_LEAST | NOT_BEFORE => Relation::AtLeast,
                _ => Relation::MoreThan,
            };
            let right = read_expression(section, test)?;
            compare(relation, right)
        }
    }
}

/// Reads what a condition speaks of.
fn read_operand(section: &mut Section<'_>) -> Option<Expression> {
    if section.has(VALUE) {
        return read_expression(section, VALUE);
    }
    if section.has(PROPERTY) {
        return section.text(PROPERTY).map(|name| Expression::Property(name.to_owned()));
    }
    let latest = section.has(LATEST).then(|| section.parsed::<TypeName>(LATEST));
    let field = section.parsed::<FieldName>(FIELD);
    let field = section.required(FIELD, field)?;
    Some(match latest {
        Some(record_type) => Expression::Latest { record_type: record_type?, field },
        None => Expression::Field(field),
    })
}

/// Reads an expression: a constant, or a table that says how it is computed.
fn expression(section: &Section<'_>, key: &str, value: &Value) -> Option<Expression> {
    let constant = match value {
        Value::Table(table) => {
            let mut inner = section.item(key, table);
            let read = computed(&mut inner);
            inner.finish();
            return read;
        }
        Value::String(text) => Datum::Text(text.clone()),
        Value::Boolean(value) => Datum::Bool(*value),
        Value::Integer(number) => Datum::Number(Number::from(*number)),
        Value::Float(number) => match Number::new(*number) {
            Some(number) => Datum::Number(number),
            None => return section.expected(key, Shape::Number, value),
        },
        Value::Datetime(time) => {
            let text = time.to_string();
            let day = text.parse::<Date>().map(Datum::Day);
            let instant = text.parse::<Timestamp>().map(Datum::Instant);
            let time = || text.strip_suffix(":00").and_then(TimeOfDay::of_document);
            match day.or(instant).or_else(|_| time().map(Datum::Time).ok_or(())) {
                Ok(datum) => datum,
                Err(_) => {
                    return section.expected(key, Shape::Moment, value);
                }
            }
        }
        Value::Array(_) => return section.expected(key, Shape::OneValue, value),
    };
    Some(Expression::Constant(constant))
}

fn computed(section: &mut Section<'_>) -> Option<Expression> {
    let keys: Vec<&str> = COMPUTED.into_iter().filter(|key| section.has(key)).collect();
    // `latest` goes with `field`.
    let is_latest = keys[..] == [LATEST, FIELD];
    let key = match keys[..] {
        [key] => key,
        _ if is_latest => FIELD,
        _ => {
            section.let_pass(&COMPUTED);
            section.mistake("", needs_one_of(&COMPUTED));
            return None;
        }
    };
    let boxed = |section: &mut Section<'_>| read_expression(section, key).map(Box::new);
    Some(match key {
        FIELD | PROPERTY | LATEST => return read_operand(section),
        OWN_LAST => Expression::OwnLast(section.parsed(key)?),
        NOW => flag(section, key, Expression::Now)?,
        TODAY => flag(section, key, Expression::Today)?,
        SUM => Expression::Sum(list(section, key)?),
        PRODUCT => Expression::Product(list(section, key)?),
        LEAST => Expression::Least(list(section, key)?),
        GREATEST => Expression::Greatest(list(section, key)?),
        FIRST_OF => Expression::FirstAnswered(list(section, key)?),
        DIFFERENCE => Expression::Difference(pair(section, key)?),
        QUOTIENT => Expression::Quotient(pair(section, key)?),
        REMAINDER => Expression::Remainder(pair(section, key)?),
        DAYS_BETWEEN => Expression::DaysBetween(pair(section, key)?),
        YEARS_BETWEEN => Expression::YearsBetween(pair(section, key)?),
        ROUND => {
            let places = section.integer(PLACES).unwrap_or(0);
            let places = u8::try_from(places).ok().filter(|places| *places <= PLACES_MAX);
            if places.is_none() {
                section.mistake(PLACES, Message::new("places_range").with("most", PLACES_MAX));
            }
            Expression::Rounded { value: boxed(section)?, places: places? }
        }
        WHOLE => Expression::Whole(boxed(section)?),
        COUNT => Expression::Count(boxed(section)?),
        LENGTH => Expression::Length(boxed(section)?),
        JOIN => {
            let with = section.text(WITH).unwrap_or_default().to_owned();
            Expression::Joined { parts: list(section, key)?, with }
        }
        _ => {
            let condition = read_condition(section, IF);
            let then = read_expression(section, THEN);
            let then = section.required(THEN, then);
            let otherwise = match section.has(ELSE) {
                true => Some(Box::new(read_expression(section, ELSE)?)),
                false => None,
            };
            let (condition, then) = (Box::new(condition?), Box::new(then?));
            Expression::If { condition, then, otherwise }
        }
    })
}

fn flag(section: &mut Section<'_>, key: &'static str, means: Expression) -> Option<Expression> {
    match section.bool(key)? {
        true => Some(means),
        false => {
            section.mistake(key, Message::new("true_or_nothing"));
            None
        }
    }
}

fn list(section: &mut Section<'_>, key: &'static str) -> Option<Vec<Expression>> {
    let values = section.items(key)?;
    if values.is_empty() {
        section.mistake(key, Message::new("names_no_value"));
        return None;
    }
    let read: Vec<Option<Expression>> =
        values.iter().map(|value| expression(section, key, value)).collect();
    read.into_iter().collect()
}

fn pair(section: &mut Section<'_>, key: &'static str) -> Option<Box<[Expression; 2]>> {
    match <[Expression; 2]>::try_from(list(section, key)?) {
        Ok(pair) => Some(Box::new(pair)),
        Err(_) => {
            section.mistake(key, Message::new("needs_two_values"));
            None
        }
    }
}

fn needs_one_of(keys: &[&str]) -> Message {
    Message::new("needs_one_of").with("known", listed(keys))
}

/// Most decimal places of a rounded number.
const PLACES_MAX: u8 = 9;

const ALL: &str = "all";
const ANY: &str = "any";
const NOT: &str = "not";
const FIELD: &str = "field";
const LATEST: &str = "latest";
const OWN_LAST: &str = "own_last";
const PROPERTY: &str = "property";
const VALUE: &str = "value";
const ANSWERED: &str = "answered";
const IS: &str = "is";
const IS_NOT: &str = "is_not";
const INCLUDES: &str = "includes";
const MATCHES: &str = "matches";
const LESS_THAN: &str = "less_than";
const AT_MOST: &str = "at_most";
const AT_LEAST: &str = "at_least";
const BEFORE: &str = "before";
const NOT_AFTER: &str = "not_after";
const NOT_BEFORE: &str = "not_before";

/// What a condition may ask of its value.
const TESTS: [&str; 13] = [
    ANSWERED,
    IS,
    IS_NOT,
    INCLUDES,
    MATCHES,
    LESS_THAN,
    AT_MOST,
    AT_LEAST,
    "more_than",
    BEFORE,
    NOT_AFTER,
    NOT_BEFORE,
    "after",
];

const NOW: &str = "now";
const TODAY: &str = "today";
const SUM: &str = "sum";
const DIFFERENCE: &str = "difference";
const PRODUCT: &str = "product";
const QUOTIENT: &str = "quotient";
const REMAINDER: &str = "remainder";
const LEAST: &str = "least";
const GREATEST: &str = "greatest";
const ROUND: &str = "round";
const PLACES: &str = "places";
const WHOLE: &str = "whole";
const FIRST_OF: &str = "first_of";
const IF: &str = "if";
const THEN: &str = "then";
const ELSE: &str = "else";
const COUNT: &str = "count";
const LENGTH: &str = "length";
const JOIN: &str = "join";
const WITH: &str = "with";
const DAYS_BETWEEN: &str = "days_between";
const YEARS_BETWEEN: &str = "years_between";

/// What an expression may be.
const COMPUTED: [&str; 22] = [
    LATEST,
    OWN_LAST,
    FIELD,
    PROPERTY,
    NOW,
    TODAY,
    SUM,
    DIFFERENCE,
    PRODUCT,
    QUOTIENT,
    REMAINDER,
    LEAST,
    GREATEST,
    ROUND,
    WHOLE,
    FIRST_OF,
    IF,
    COUNT,
    LENGTH,
    JOIN,
    DAYS_BETWEEN,
    YEARS_BETWEEN,
];
