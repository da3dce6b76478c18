//! Conditions and expressions of the catalogue as XPath.

use model::catalogue::{Condition, Datum, Expression, Relation};
use model::ids::FieldName;
use model::words::Message;

/// Writes what is asked of one question.
pub(crate) struct Writer<'a> {
    /// The question that `.` means; `None` if it is referred to by its name.
    pub(crate) me: Option<&'a FieldName>,
    /// Returns whether a field is a question of the form.
    pub(crate) knows: &'a dyn Fn(&FieldName) -> bool,
    /// Returns whether a field is true or false, and chosen from a list there.
    pub(crate) is_bool: &'a dyn Fn(&FieldName) -> bool,
    /// Returns whether a field is a time of day, which is compared as part of a day there.
    pub(crate) is_time: &'a dyn Fn(&FieldName) -> bool,
}

fn unsayable(what: &str) -> Message {
    Message::new("xls_unsayable").with("what", what)
}

impl Writer<'_> {
    /// Returns the condition.
    ///
    /// # Errors
    /// Says what of it XLSForm cannot say.
    pub(crate) fn condition(&self, of: &Condition) -> Result<String, Message> {
        Ok(match of {
            Condition::All(parts) if parts.is_empty() => "true()".to_owned(),
            Condition::Any(parts) if parts.is_empty() => "false()".to_owned(),
            Condition::All(parts) => match &parts[..] {
                // What is unlike something is there: so it is with the columns of choices.
                [Condition::Answered(column @ Expression::Property(_)), Condition::Not(is)] => {
                    match &**is {
                        Condition::Compare { left, relation: Relation::Is, right }
                            if left == column =>
                        {
                            self.compared(left, "!=", right)?
                        }
                        _ => self.joined(parts, " and ")?,
                    }
                }
                _ => self.joined(parts, " and ")?,
            },
            Condition::Any(parts) => match &parts[..] {
                // Two answers that are missing are the same empty text there.
                [
                    Condition::Compare { left, relation: Relation::Is, right },
                    Condition::All(both),
                ] if *both == [left, right].map(missing) => self.compared(left, "=", right)?,
                _ => self.joined(parts, " or ")?,
            },
            Condition::Not(inner) => match &**inner {
                Condition::Answered(value) => format!("{} = ''", self.expression(value)?),
                Condition::Compare { left, relation: Relation::Is, right } => {
                    self.compared(left, "!=", right)?
                }
                other => format!("not({})", self.condition(other)?),
            },
            Condition::Answered(value) => format!("{} != ''", self.expression(value)?),
            Condition::Compare { left, relation, right } => {
                if let (Expression::Constant(Datum::Bool(left)), Expression::Constant(right)) =
                    (left, right)
                {
                    let holds = *right == Datum::Bool(*left);
                    return Ok(if holds { "true()" } else { "false()" }.to_owned());
                }
                let are_fields = [left, right].iter().all(|of| matches!(of, Expression::Field(_)));
                if *relation == Relation::Is && are_fields {
                    let same = self.compared(left, "=", right)?;
                    return Ok(format!("({same} and {} != '')", self.expression(left)?));
                }
                let sign = match relation {
                    Relation::Is => "=",
                    Relation::LessThan => "<",
                    Relation::AtMost => "<=",
                    Relation::AtLeast => ">=",
                    Relation::MoreThan => ">",
                };
                self.compared(left, sign, right)?
            }
            Condition::Includes { value, options } => {
                let value = self.expression(value)?;
                let each = options.iter().map(|option| format!("selected({value}, '{option}')"));
                let each: Vec<String> = each.collect();
                match &each[..] {
                    [one] => one.clone(),
                    _ => format!("({})", each.join(" or ")),
                }
            }
            Condition::Matches { value, pattern } => {
                let value = self.expression(value)?;
                // Other programs look for it anywhere in the text.
                let pattern = pattern.as_str();
                let whole = match pattern.starts_with('^') && pattern.ends_with('$') {
                    true => pattern.to_owned(),
                    false => format!("^(?:{pattern})$"),
                };
                format!("regex({value}, {})", quoted(&whole)?)
            }
        })
    }

    fn joined(&self, parts: &[Condition], with: &str) -> Result<String, Message> {
        let parts = parts.iter().map(|part| self.condition(part));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(match &parts[..] {
            [one] => one.clone(),
            _ => format!("({})", parts.join(with)),
        })
    }

    fn compared(
        &self,
        left: &Expression,
        sign: &str,
        right: &Expression,
    ) -> Result<String, Message> {
        let right = match (left, right) {
            (Expression::Field(name), Expression::Constant(Datum::Bool(value)))
                if (self.is_bool)(name) =>
            {
                format!("'{value}'")
            }
            _ => self.ordered(sign, right)?,
        };
        Ok(format!("{} {sign} {right}", self.ordered(sign, left)?))
    }

    fn ordered(&self, sign: &str, of: &Expression) -> Result<String, Message> {
        let written = self.expression(of)?;
        Ok(match of {
            Expression::Field(name) if sign.contains(['<', '>']) && (self.is_time)(name) => {
                format!("decimal-time({written})")
            }
            _ => written,
        })
    }

    /// Returns the expression.
    ///
    /// # Errors
    /// Says what of it XLSForm cannot say.
    pub(crate) fn expression(&self, of: &Expression) -> Result<String, Message> {
        Ok(match of {
            Expression::Constant(datum) => match datum {
                Datum::Number(number) => number.to_string(),
                Datum::Text(text) => quoted(text)?,
                Datum::Day(day) => format!("date('{day}')"),
                Datum::Bool(_) | Datum::Time(_) | Datum::Instant(_) | Datum::Options(_) => {
                    return Err(unsayable(&datum.to_string()));
                }
            },
            Expression::Field(name) if self.me == Some(name) => ".".to_owned(),
            Expression::Field(name) if (self.knows)(name) => format!("${{{name}}}"),
            Expression::Field(name) => return Err(unsayable(name.as_str())),
            Expression::Latest { record_type, field } => {
                return Err(unsayable(&format!("latest {record_type} {field}")));
            }
            Expression::OwnLast(field) => return Err(unsayable(&format!("own_last {field}"))),
            Expression::Property(name) => name.clone(),
            Expression::Now => "now()".to_owned(),
            Expression::Today => "today()".to_owned(),
            Expression::Sum(parts) => self.each(parts, "(", " + ", ")")?,
            Expression::Product(parts) => self.each(parts, "(", " * ", ")")?,
            Expression::Difference(pair) => self.each(&pair[..], "(", " - ", ")")?,
            Expression::Quotient(pair) => self.each(&pair[..], "(", " div ", ")")?,
            Expression::Remainder(pair) => self.each(&pair[..], "(", " mod ", ")")?,
            Expression::FirstAnswered(parts) if parts.len() == 2 => {
                self.each(parts, "coalesce(", ", ", ")")?
            }
            Expression::Rounded { value, places } => {
                format!("round({}, {places})", self.expression(value)?)
            }
            Expression::Whole(value) => format!("int({})", self.expression(value)?),
            Expression::Count(value) => format!("count-selected({})", self.expression(value)?),
            Expression::Length(value) => format!("string-length({})", self.expression(value)?),
            Expression::Joined { parts, with } if with.is_empty() => {
                let head = if parts.len() == 1 { "string(" } else { "concat(" };
                self.each(parts, head, ", ", ")")?
            }
            Expression::Joined { parts, with } => {
                let head = format!("join({}, ", quoted(with)?);
                self.each(parts, &head, ", ", ")")?
            }
            Expression::If { condition, then, otherwise } => {
                return self.one_of_two(condition, then, otherwise.as_deref());
            }
            Expression::DaysBetween(pair) => {
                let [from, to] = &**pair;
                format!("({} - {})", self.expression(to)?, self.expression(from)?)
            }
            // Missing numbers count for nothing here, and spoil all there; a year is no number of days.
            Expression::Least(_) => return Err(unsayable("least")),
            Expression::Greatest(_) => return Err(unsayable("greatest")),
            Expression::FirstAnswered(_) => return Err(unsayable("first_of")),
            Expression::YearsBetween(_) => return Err(unsayable("years_between")),
        })
    }

    fn one_of_two(
        &self,
        condition: &Condition,
        then: &Expression,
        otherwise: Option<&Expression>,
    ) -> Result<String, Message> {
        let truth = |of: &Expression| *of == Expression::Constant(Datum::Bool(true));
        let untruth = |of: &Expression| *of == Expression::Constant(Datum::Bool(false));
        if truth(then) && otherwise.is_some_and(untruth) {
            return self.condition(condition);
        }
        let all_are_there = |parts: &[Expression]| {
            let each = parts.iter().cloned().map(Condition::Answered);
            *condition == Condition::All(each.collect())
        };
        match (then, otherwise) {
            (Expression::Least(parts), None) if all_are_there(parts) => {
                return self.each(parts, "min(", ", ", ")");
            }
            (Expression::Greatest(parts), None) if all_are_there(parts) => {
                return self.each(parts, "max(", ", ", ")");
            }
            _ => {}
        }
        let otherwise = match otherwise {
            Some(otherwise) => self.expression(otherwise)?,
            None => "''".to_owned(),
        };
        Ok(format!("if({}, {}, {otherwise})", self.condition(condition)?, self.expression(then)?))
    }

    fn each(
        &self,
        parts: &[Expression],
        head: &str,
        between: &str,
        tail: &str,
    ) -> Result<String, Message> {
        let parts = parts.iter().map(|part| self.expression(part));
        let parts = parts.collect::<Result<Vec<_>, _>>()?;
        Ok(format!("{head}{}{tail}", parts.join(between)))
    }
}

fn missing(of: &Expression) -> Condition {
    Condition::Not(Box::new(Condition::Answered(of.clone())))
}

fn quoted(text: &str) -> Result<String, Message> {
    match (text.contains('\''), text.contains('"')) {
        (false, _) => Ok(format!("'{text}'")),
        (true, false) => Ok(format!("\"{text}\"")),
        (true, true) => Err(unsayable(text)),
    }
}
