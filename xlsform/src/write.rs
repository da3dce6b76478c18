//! Conditions and expressions as the catalogue's files have them.

use std::fmt::Write as _;

use model::catalogue::{Condition, Datum, Expression, Label, Relation};

/// Returns a text in quotes.
pub(crate) fn text(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Returns a text in its languages.
pub(crate) fn label(label: &Label) -> String {
    format!("{{ {} }}", languages(label))
}

/// Returns the same without the braces.
pub(crate) fn languages(label: &Label) -> String {
    let mut keys = format!("en = {}", text(&label.en));
    for (tag, of_tag) in &label.others {
        // Writing to a string cannot fail.
        let _ = write!(keys, ", {tag} = {}", text(of_tag));
    }
    keys
}

/// Returns a condition as a table in one line.
pub(crate) fn condition(condition: &Condition) -> String {
    format!("{{ {} }}", keys(condition))
}

/// Returns the keys of a condition, without the braces.
pub(crate) fn keys(of: &Condition) -> String {
    match of {
        Condition::All(parts) if parts.is_empty() => "value = true, is = true".to_owned(),
        Condition::Any(parts) if parts.is_empty() => "value = true, is = false".to_owned(),
        Condition::All(parts) => format!("all = {}", list(parts.iter().map(condition))),
        Condition::Any(parts) => format!("any = {}", list(parts.iter().map(condition))),
        Condition::Answered(value) => format!("{}, answered = true", operand(value)),
        Condition::Compare { left, relation, right } => {
            format!("{}, {} = {}", operand(left), test(*relation), expression(right))
        }
        Condition::Includes { value, options } => {
            let options: Vec<String> = options.iter().map(|option| text(option.as_str())).collect();
            let options = match &options[..] {
                [one] => one.clone(),
                _ => list(options.into_iter()),
            };
            format!("{}, includes = {options}", operand(value))
        }
        Condition::Matches { value, pattern } => {
            format!("{}, matches = {}", operand(value), text(pattern.as_str()))
        }
        Condition::Not(inner) => match &**inner {
            Condition::Answered(value) => format!("{}, answered = false", operand(value)),
            Condition::Compare { left, relation: Relation::Is, right } => {
                format!("{}, is_not = {}", operand(left), expression(right))
            }
            other => format!("not = {}", condition(other)),
        },
    }
}

fn test(relation: Relation) -> &'static str {
    match relation {
        Relation::Is => "is",
        Relation::LessThan => "less_than",
        Relation::AtMost => "at_most",
        Relation::AtLeast => "at_least",
        Relation::MoreThan => "more_than",
    }
}

fn operand(of: &Expression) -> String {
    match of {
        Expression::Field(name) => format!("field = {}", text(name.as_str())),
        Expression::Latest { record_type, field } => {
            format!("latest = {}, field = {}", text(record_type.as_str()), text(field.as_str()))
        }
        Expression::Property(name) => format!("property = {}", text(name)),
        other => format!("value = {}", expression(other)),
    }
}

/// Returns an expression.
pub(crate) fn expression(of: &Expression) -> String {
    let each = |parts: &[Expression]| list(parts.iter().map(expression));
    let keys = match of {
        Expression::Constant(datum) => return constant(datum),
        Expression::Field(_) | Expression::Latest { .. } | Expression::Property(_) => operand(of),
        Expression::OwnLast(field) => format!("own_last = {}", text(field.as_str())),
        Expression::Now => "now = true".to_owned(),
        Expression::Today => "today = true".to_owned(),
        Expression::Sum(parts) => format!("sum = {}", each(parts)),
        Expression::Product(parts) => format!("product = {}", each(parts)),
        Expression::Least(parts) => format!("least = {}", each(parts)),
        Expression::Greatest(parts) => format!("greatest = {}", each(parts)),
        Expression::FirstAnswered(parts) => format!("first_of = {}", each(parts)),
        Expression::Difference(pair) => format!("difference = {}", each(&pair[..])),
        Expression::Quotient(pair) => format!("quotient = {}", each(&pair[..])),
        Expression::Remainder(pair) => format!("remainder = {}", each(&pair[..])),
        Expression::DaysBetween(pair) => format!("days_between = {}", each(&pair[..])),
        Expression::YearsBetween(pair) => format!("years_between = {}", each(&pair[..])),
        Expression::Rounded { value, places } => {
            format!("round = {}, places = {places}", expression(value))
        }
        Expression::Whole(value) => format!("whole = {}", expression(value)),
        Expression::Count(value) => format!("count = {}", expression(value)),
        Expression::Length(value) => format!("length = {}", expression(value)),
        Expression::If { condition: when, then, otherwise } => {
            let mut keys = format!("if = {}, then = {}", condition(when), expression(then));
            if let Some(otherwise) = otherwise {
                // Writing to a string cannot fail.
                let _ = write!(keys, ", else = {}", expression(otherwise));
            }
            keys
        }
        Expression::Joined { parts, with } => {
            format!("join = {}, with = {}", each(parts), text(with))
        }
    };
    format!("{{ {keys} }}")
}

fn constant(datum: &Datum) -> String {
    match datum {
        // A number without a fraction prints without a point, and reads as the same number.
        Datum::Number(number) => {
            let number = number.get();
            if number.fract() == 0.0 && number.abs() < WHOLE_MAX {
                format!("{number:.0}")
            } else {
                format!("{number:?}")
            }
        }
        Datum::Text(of) => text(of),
        Datum::Bool(value) => value.to_string(),
        Datum::Day(day) => day.to_string(),
        Datum::Time(time) => format!("{time}:00"),
        Datum::Instant(instant) => instant.to_string(),
        Datum::Options(options) => list(options.iter().map(|option| text(option.as_str()))),
    }
}

/// Up to here every whole number is exactly a double.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

fn list(parts: impl Iterator<Item = String>) -> String {
    format!("[{}]", parts.collect::<Vec<_>>().join(", "))
}
