//! Expressions of a form as the conditions and expressions of the catalogue.
//!
//! XPath turns any value into any other where it meets one; here each has its kind. What comes out
//! says what the expression says for every answer, or it is not taken.

use std::collections::BTreeMap;

use model::catalogue::{Condition, Datum, DatumKind, Expression, Number, Pattern, Relation};
use model::ids::{FieldName, OptionCode};
use model::time::Date;
use model::words::Message;

use crate::xpath::{Ast, Join, Operator};

/// The options by their codes in the form. A form may have one code for several, which a filter tells
/// apart: here each has its own.
pub(crate) type Codes = BTreeMap<String, Vec<OptionCode>>;

/// A question as expressions see it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) name: FieldName,
    /// `None` while it is not known: what it is computed from is not known yet.
    pub(crate) kind: Option<DatumKind>,
    /// The options by their codes in the form, where it is a choice.
    pub(crate) options: Option<Codes>,
}

/// What an expression may speak of.
pub(crate) struct Scope<'a> {
    pub(crate) questions: &'a BTreeMap<String, Asked>,
    /// The question that `.` means.
    pub(crate) me: Option<&'a Asked>,
    /// The columns of the choices that it filters, each with its property.
    pub(crate) columns: Option<&'a BTreeMap<String, String>>,
    /// The codes of options that are called otherwise here.
    pub(crate) recoded: &'a BTreeMap<String, String>,
}

/// An expression cannot be taken.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Refusal {
    /// For good.
    For(Message),
    /// It reads a question whose kind is not known yet.
    NotYetKnown,
}

impl From<Message> for Refusal {
    fn from(message: Message) -> Self {
        Self::For(message)
    }
}

fn refuse<T>(code: &str) -> Result<T, Refusal> {
    Err(Refusal::For(Message::new(code)))
}

/// A value with its kind, and whose options its text is one of.
struct Typed {
    expression: Expression,
    kind: DatumKind,
}

impl Scope<'_> {
    /// Returns the condition.
    pub(crate) fn condition(&self, ast: &Ast) -> Result<Condition, Refusal> {
        match ast {
            Ast::Many(join, parts) => {
                let parts = parts.iter().map(|part| self.condition(part));
                let parts = parts.collect::<Result<Vec<_>, _>>()?;
                Ok(match join {
                    Join::And => Condition::All(parts),
                    Join::Or => Condition::Any(parts),
                })
            }
            Ast::Two(operator, pair) => {
                let [left, right] = &**pair;
                self.comparison(left, *operator, right)
            }
            Ast::Call(name, arguments) => self.condition_of_call(name, arguments),
            Ast::Reference(_) | Ast::Myself | Ast::Path { .. } => {
                let value = self.value(ast)?;
                match value.kind {
                    // `true` if there is a text; for a number it depends on who evaluates it.
                    DatumKind::Text | DatumKind::Options => {
                        Ok(Condition::Answered(value.expression))
                    }
                    DatumKind::Bool => Ok(Condition::Answered(value.expression)),
                    _ => refuse("xls_needs_a_condition"),
                }
            }
            Ast::Text(_) | Ast::Number(_) | Ast::Negative(_) => refuse("xls_needs_a_condition"),
        }
    }

    fn condition_of_call(&self, name: &str, arguments: &[Ast]) -> Result<Condition, Refusal> {
        match (name, arguments) {
            ("true", []) => Ok(always(true)),
            ("false", []) => Ok(always(false)),
            ("not", [inner]) => Ok(negated(self.condition(inner)?)),
            ("boolean", [inner]) => self.condition(inner),
            ("selected", [value, Ast::Text(option)]) => self.selected(value, option),
            ("selected", [value, Ast::Number(number)]) => self.selected(value, &number.to_string()),
            ("regex", [value, Ast::Text(pattern)]) => {
                // The whole text has to match, so the brackets that say so say nothing.
                let inner = pattern.strip_prefix("^(?:").and_then(|it| it.strip_suffix(")$"));
                let inner = inner.and_then(|inner| inner.parse::<Pattern>().ok());
                match inner {
                    Some(inner) => self.matches(value, inner),
                    None => self.matches(value, self::pattern(pattern)?),
                }
            }
            ("contains", [value, Ast::Text(part)]) if !part.is_empty() => {
                self.matches(value, pattern(&format!("(?s).*{}.*", escaped(part)))?)
            }
            ("starts-with", [value, Ast::Text(part)]) if !part.is_empty() => {
                self.matches(value, pattern(&format!("(?s){}.*", escaped(part)))?)
            }
            ("ends-with", [value, Ast::Text(part)]) if !part.is_empty() => {
                self.matches(value, pattern(&format!("(?s).*{}", escaped(part)))?)
            }
            ("if", [condition, then, otherwise]) => {
                let when = self.condition(condition)?;
                let (then, otherwise) = (self.condition(then)?, self.condition(otherwise)?);
                Ok(Condition::Any(vec![
                    Condition::All(vec![when.clone(), then]),
                    Condition::All(vec![negated(when), otherwise]),
                ]))
            }
            _ if VALUES.contains(&name) => refuse("xls_needs_a_condition"),
            _ => Err(no_function(name)),
        }
    }

    fn selected(&self, value: &Ast, option: &str) -> Result<Condition, Refusal> {
        let asked = self.asked(value)?;
        let Some(options) = &asked.options else { return refuse("xls_selected_of_no_choice") };
        let of = Expression::Field(asked.name.clone());
        let codes = known_option(options, option)?;
        Ok(match asked.kind {
            Some(DatumKind::Options) => {
                Condition::Includes { value: of, options: codes.iter().cloned().collect() }
            }
            Some(DatumKind::Bool) => is(of, Expression::Constant(Datum::Bool(option == "true"))),
            _ => one_of(&of, codes),
        })
    }

    fn matches(&self, value: &Ast, pattern: Pattern) -> Result<Condition, Refusal> {
        let value = self.text(value)?;
        let of_nothing = is_met_by_nothing(&pattern);
        let matches = Condition::Matches { value: value.clone(), pattern };
        // To XPath what is missing is an empty text.
        Ok(match of_nothing {
            true => Condition::Any(vec![negated(Condition::Answered(value)), matches]),
            false => matches,
        })
    }

    fn comparison(&self, left: &Ast, sign: Operator, right: &Ast) -> Result<Condition, Refusal> {
        let (relation, is_negative) = match sign {
            Operator::Is => (Relation::Is, false),
            Operator::IsNot => (Relation::Is, true),
            Operator::Less => (Relation::LessThan, false),
            Operator::AtMost => (Relation::AtMost, false),
            Operator::More => (Relation::MoreThan, false),
            Operator::AtLeast => (Relation::AtLeast, false),
            Operator::Plus | Operator::Minus | Operator::Times | Operator::Div | Operator::Mod => {
                return refuse("xls_needs_a_condition");
            }
        };
        // What is constant stands on the right.
        if is_constant(left) && !is_constant(right) {
            return self.comparison(right, turned(sign), left);
        }
        let condition = match right {
            Ast::Text(text) if relation == Relation::Is => self.is_text(left, text)?,
            Ast::Text(_) => return refuse("xls_orders_texts"),
            Ast::Number(number) => self.is_number(left, relation, *number)?,
            Ast::Call(name, arguments)
                if arguments.is_empty() && matches!(name.as_str(), "true" | "false") =>
            {
                let holds = self.condition(left)?;
                match (relation, name.as_str()) {
                    (Relation::Is, "true") => holds,
                    (Relation::Is, _) => negated(holds),
                    _ => return refuse("xls_orders_texts"),
                }
            }
            _ => self.compared(left, relation, right)?,
        };
        if !is_negative {
            return Ok(condition);
        }
        if matches!(right, Ast::Text(text) if text.is_empty()) {
            return Ok(Condition::Answered(self.value(left)?.expression));
        }
        // An option without a value in the column is neither like nor unlike anything.
        let columns = [left, right].into_iter().filter(|ast| self.is_column(ast));
        let there = columns.map(|ast| self.value(ast).map(|it| Condition::Answered(it.expression)));
        let mut all = there.collect::<Result<Vec<_>, _>>()?;
        if all.is_empty() {
            return Ok(negated(condition));
        }
        all.push(negated(condition));
        Ok(Condition::All(all))
    }

    fn is_column(&self, ast: &Ast) -> bool {
        self.columns.is_some() && matches!(ast, Ast::Path { bare: true, .. })
    }

    fn is_text(&self, left: &Ast, text: &str) -> Result<Condition, Refusal> {
        if text.is_empty() && self.is_column(left) {
            return Ok(always(false));
        }
        if text.is_empty() {
            return Ok(negated(Condition::Answered(self.value(left)?.expression)));
        }
        if let Ok(asked) = self.asked(left) {
            let of = Expression::Field(asked.name.clone());
            match (&asked.options, asked.kind) {
                (Some(_), Some(DatumKind::Bool)) => return self.selected(left, text),
                (Some(options), Some(DatumKind::Text)) => {
                    return Ok(one_of(&of, known_option(options, text)?));
                }
                // That this is chosen, and nothing else.
                (Some(options), Some(DatumKind::Options)) => {
                    let codes = known_option(options, text)?.iter().cloned().collect();
                    let one = is(Expression::Count(Box::new(of.clone())), Expression::number(1));
                    let chosen = Condition::Includes { value: of, options: codes };
                    return Ok(Condition::All(vec![chosen, one]));
                }
                (None, Some(DatumKind::Bool)) => {
                    // What an `acknowledge` says when it was given.
                    return match text {
                        "OK" => Ok(is(of, Expression::Constant(Datum::Bool(true)))),
                        _ => refuse("xls_compares_kinds"),
                    };
                }
                _ => {}
            }
        }
        let value = self.value(left)?;
        let constant = match value.kind {
            DatumKind::Text if matches!(value.expression, Expression::Property(_)) => {
                Datum::Text(self.recoded.get(text).map_or(text, String::as_str).to_owned())
            }
            DatumKind::Text => Datum::Text(text.to_owned()),
            DatumKind::Number => match text.parse().ok().and_then(Number::new) {
                // As text they are the same only if both are written in the same way.
                Some(number) if number.to_string() == text => Datum::Number(number),
                _ => return refuse("xls_compares_kinds"),
            },
            DatumKind::Day => match text.parse() {
                Ok(day) => Datum::Day(day),
                Err(_) => return refuse("xls_compares_kinds"),
            },
            DatumKind::Bool | DatumKind::Time | DatumKind::Instant | DatumKind::Options => {
                return refuse("xls_compares_kinds");
            }
        };
        Ok(is(value.expression, Expression::Constant(constant)))
    }

    fn is_number(&self, left: &Ast, relation: Relation, number: f64) -> Result<Condition, Refusal> {
        if relation == Relation::Is
            && let Ok(asked) = self.asked(left)
            && asked.options.is_some()
        {
            return self.is_text(left, &number.to_string());
        }
        if let Ast::Path { bare: true, .. } = left
            && self.columns.is_some()
            && relation == Relation::Is
        {
            return self.is_text(left, &number.to_string());
        }
        let value = self.value(left)?;
        let DatumKind::Number = value.kind else { return refuse("xls_compares_kinds") };
        Ok(Condition::Compare { left: value.expression, relation, right: constant_number(number)? })
    }

    fn compared(&self, left: &Ast, relation: Relation, right: &Ast) -> Result<Condition, Refusal> {
        if let Some(condition) = self.days_apart(left, relation, right)? {
            return Ok(condition);
        }
        let (one, other) = (self.value(left)?, self.value(right)?);
        let compare = |left, relation, right| Condition::Compare { left, relation, right };
        match (one.kind, other.kind, relation) {
            // A day against this instant: midnight has passed.
            (DatumKind::Day, DatumKind::Instant, relation)
                if other.expression == Expression::Now =>
            {
                let relation = match relation {
                    Relation::LessThan | Relation::AtMost => Relation::AtMost,
                    Relation::MoreThan | Relation::AtLeast => Relation::MoreThan,
                    Relation::Is => return refuse("xls_compares_kinds"),
                };
                Ok(compare(one.expression, relation, Expression::Today))
            }
            (kind, other_kind, _) if kind != other_kind => refuse("xls_compares_kinds"),
            (_, _, Relation::Is) => {
                // Which of the options of one code is chosen, no answer says.
                if [left, right].into_iter().any(|ast| self.is_ambiguous(ast)) {
                    return refuse("xls_option_twice");
                }
                // Two answers that are missing are the same empty text; a number never is.
                let (one, other) = (one.expression, other.expression);
                let same = is(one.clone(), other.clone());
                let may_miss = |of: &Expression| matches!(of, Expression::Field(_));
                if !may_miss(&one) || !may_miss(&other) {
                    return Ok(same);
                }
                let missing = |of| negated(Condition::Answered(of));
                let both = Condition::All(vec![missing(one), missing(other)]);
                Ok(Condition::Any(vec![same, both]))
            }
            (DatumKind::Number | DatumKind::Day | DatumKind::Instant, _, relation) => {
                Ok(compare(one.expression, relation, other.expression))
            }
            // Bare times have no order there.
            (DatumKind::Time, _, relation) if [left, right].into_iter().all(is_decimal_time) => {
                Ok(compare(one.expression, relation, other.expression))
            }
            _ => refuse("xls_orders_texts"),
        }
    }

    /// Compares days where one of them is so many days from another: `. > today() - 30`.
    fn days_apart(
        &self,
        left: &Ast,
        relation: Relation,
        right: &Ast,
    ) -> Result<Option<Condition>, Refusal> {
        let Ast::Two(sign @ (Operator::Plus | Operator::Minus), pair) = right else {
            return Ok(None);
        };
        let [base, days] = &**pair;
        let (Ok(day), Ok(base)) = (self.value(left), self.value(base)) else { return Ok(None) };
        if (day.kind, base.kind) != (DatumKind::Day, DatumKind::Day) {
            return Ok(None);
        }
        let days = self.value(days)?;
        if days.kind != DatumKind::Number {
            return Ok(None);
        }
        let apart = Expression::DaysBetween(Box::new([base.expression, day.expression]));
        let days = match (sign, days.expression) {
            (Operator::Plus, days) => days,
            (_, Expression::Constant(Datum::Number(number))) => constant_number(-number.get())?,
            (_, days) => Expression::Difference(Box::new([Expression::number(0), days])),
        };
        Ok(Some(Condition::Compare { left: apart, relation, right: days }))
    }

    /// Returns the value of an expression of whatever kind.
    pub(crate) fn calculated(&self, ast: &Ast) -> Result<(Expression, DatumKind), Refusal> {
        self.value(ast).map(|value| (value.expression, value.kind))
    }

    fn value(&self, ast: &Ast) -> Result<Typed, Refusal> {
        let typed = |expression, kind| Ok(Typed { expression, kind });
        match ast {
            Ast::Text(text) => {
                typed(Expression::Constant(Datum::Text(text.clone())), DatumKind::Text)
            }
            Ast::Number(number) => typed(constant_number(*number)?, DatumKind::Number),
            Ast::Path { steps, bare: true } if self.columns.is_some() => {
                let column = steps.first().map(|step| step.to_lowercase()).unwrap_or_default();
                match self.columns.and_then(|columns| columns.get(&column)) {
                    Some(name) => typed(Expression::Property(name.clone()), DatumKind::Text),
                    None => Err(Message::new("xls_no_column").with("name", column).into()),
                }
            }
            Ast::Reference(_) | Ast::Myself | Ast::Path { .. } => {
                let asked = self.asked(ast)?;
                match asked.kind {
                    Some(kind) => typed(Expression::Field(asked.name.clone()), kind),
                    None => Err(Refusal::NotYetKnown),
                }
            }
            Ast::Many(..) => refuse("xls_needs_a_value"),
            Ast::Negative(inner) => {
                let pair = Box::new([Expression::number(0), self.number(inner)?]);
                typed(Expression::Difference(pair), DatumKind::Number)
            }
            Ast::Two(operator, pair) => {
                let [left, right] = &**pair;
                self.computed(left, *operator, right)
            }
            Ast::Call(name, arguments) => self.value_of_call(name, arguments),
        }
    }

    fn computed(&self, left: &Ast, operator: Operator, right: &Ast) -> Result<Typed, Refusal> {
        if operator == Operator::Minus
            && let (Ok(one), Ok(other)) = (self.value(left), self.value(right))
            && (one.kind, other.kind) == (DatumKind::Day, DatumKind::Day)
        {
            let pair = Box::new([other.expression, one.expression]);
            let expression = Expression::DaysBetween(pair);
            return Ok(Typed { expression, kind: DatumKind::Number });
        }
        let pair = || Ok::<_, Refusal>(Box::new([self.number(left)?, self.number(right)?]));
        let expression = match operator {
            Operator::Plus => Expression::Sum((*pair()?).into()),
            Operator::Times => Expression::Product((*pair()?).into()),
            Operator::Minus => Expression::Difference(pair()?),
            Operator::Div => Expression::Quotient(pair()?),
            Operator::Mod => Expression::Remainder(pair()?),
            Operator::Is
            | Operator::IsNot
            | Operator::Less
            | Operator::AtMost
            | Operator::More
            | Operator::AtLeast => return refuse("xls_needs_a_value"),
        };
        Ok(Typed { expression, kind: DatumKind::Number })
    }

    fn value_of_call(&self, name: &str, arguments: &[Ast]) -> Result<Typed, Refusal> {
        let typed = |expression, kind| Ok(Typed { expression, kind });
        match (name, arguments) {
            ("today", []) => typed(Expression::Today, DatumKind::Day),
            ("now", []) => typed(Expression::Now, DatumKind::Instant),
            ("date", [Ast::Text(text)]) => match text.parse::<Date>() {
                Ok(day) => typed(Expression::Constant(Datum::Day(day)), DatumKind::Day),
                Err(_) => refuse("xls_compares_kinds"),
            },
            ("date", [inner]) => match self.value(inner)? {
                day if day.kind == DatumKind::Day => Ok(day),
                _ => refuse("xls_compares_kinds"),
            },
            (DECIMAL_TIME, [inner]) => match self.value(inner)? {
                time if time.kind == DatumKind::Time => Ok(time),
                _ => refuse("xls_compares_kinds"),
            },
            ("number", [inner]) => typed(self.number(inner)?, DatumKind::Number),
            ("string", [inner]) => typed(self.text(inner)?, DatumKind::Text),
            ("int", [inner]) => {
                typed(Expression::Whole(Box::new(self.number(inner)?)), DatumKind::Number)
            }
            ("round", [inner, rest @ ..]) => {
                let places = match rest {
                    [] => Some(0),
                    [Ast::Number(places)] => (0..=9).find(|few| f64::from(*few) == *places),
                    _ => None,
                };
                let places = places.ok_or_else(|| no_function("round"))?;
                let value = Box::new(self.number(inner)?);
                typed(Expression::Rounded { value, places }, DatumKind::Number)
            }
            ("min" | "max", parts) if parts.len() > 1 => {
                let parts = parts.iter().map(|part| self.number(part));
                let parts = parts.collect::<Result<Vec<_>, _>>()?;
                // Of numbers of which one is missing there is no greatest.
                let all = parts.iter().cloned().map(Condition::Answered).collect();
                let of_all = match name {
                    "min" => Expression::Least(parts),
                    _ => Expression::Greatest(parts),
                };
                let expression = Expression::If {
                    condition: Box::new(Condition::All(all)),
                    then: Box::new(of_all),
                    otherwise: None,
                };
                typed(expression, DatumKind::Number)
            }
            ("count-selected", [inner]) => {
                let asked = self.asked(inner)?;
                if asked.options.is_none() {
                    return refuse("xls_selected_of_no_choice");
                }
                let of = Box::new(Expression::Field(asked.name.clone()));
                typed(Expression::Count(of), DatumKind::Number)
            }
            ("string-length", [inner]) => {
                typed(Expression::Length(Box::new(self.text(inner)?)), DatumKind::Number)
            }
            ("concat", parts) if !parts.is_empty() => self.joined(parts, String::new()),
            ("join", [Ast::Text(with), parts @ ..]) if !parts.is_empty() => {
                self.joined(parts, with.clone())
            }
            ("coalesce", [one, other]) => {
                let (one, other) = (self.value(one)?, self.value(other)?);
                if one.kind != other.kind {
                    return refuse("xls_compares_kinds");
                }
                let parts = vec![one.expression, other.expression];
                typed(Expression::FirstAnswered(parts), one.kind)
            }
            ("if", [condition, then, otherwise]) => self.one_of_two(condition, then, otherwise),
            ("once", [_]) => refuse("xls_once"),
            _ if CONDITIONS.contains(&name) => refuse("xls_needs_a_value"),
            _ => Err(no_function(name)),
        }
    }

    fn one_of_two(&self, condition: &Ast, then: &Ast, other: &Ast) -> Result<Typed, Refusal> {
        let when = self.condition(condition)?;
        let is_nothing = |ast: &Ast| matches!(ast, Ast::Text(text) if text.is_empty());
        let (when, then, otherwise) = match (is_nothing(then), is_nothing(other)) {
            (true, true) => return refuse("xls_needs_a_value"),
            (true, false) => (negated(when), self.value(other)?, None),
            (false, true) => (when, self.value(then)?, None),
            (false, false) => (when, self.value(then)?, Some(self.value(other)?)),
        };
        if otherwise.as_ref().is_some_and(|otherwise| otherwise.kind != then.kind) {
            return refuse("xls_compares_kinds");
        }
        let kind = then.kind;
        let expression = Expression::If {
            condition: Box::new(when),
            then: Box::new(then.expression),
            otherwise: otherwise.map(|otherwise| Box::new(otherwise.expression)),
        };
        Ok(Typed { expression, kind })
    }

    fn joined(&self, parts: &[Ast], with: String) -> Result<Typed, Refusal> {
        let parts = parts.iter().map(|part| match part {
            Ast::Text(text) => Ok(Expression::Constant(Datum::Text(text.clone()))),
            part => self.text(part),
        });
        let parts = parts.collect::<Result<_, _>>()?;
        Ok(Typed { expression: Expression::Joined { parts, with }, kind: DatumKind::Text })
    }

    fn number(&self, ast: &Ast) -> Result<Expression, Refusal> {
        match self.value(ast)? {
            Typed { expression, kind: DatumKind::Number } => Ok(expression),
            _ => refuse("xls_needs_a_number"),
        }
    }

    /// Returns a value as a text that reads alike in both worlds.
    fn text(&self, ast: &Ast) -> Result<Expression, Refusal> {
        let value = self.value(ast)?;
        match value.kind {
            DatumKind::Text => Ok(value.expression),
            DatumKind::Number | DatumKind::Day => {
                Ok(Expression::Joined { parts: vec![value.expression], with: String::new() })
            }
            // The order of what is chosen, the words for true and the form of an instant differ.
            DatumKind::Bool | DatumKind::Time | DatumKind::Instant | DatumKind::Options => {
                refuse("xls_needs_a_text")
            }
        }
    }

    fn is_ambiguous(&self, ast: &Ast) -> bool {
        let options = self.asked(ast).ok().and_then(|asked| asked.options.as_ref());
        options.is_some_and(|options| options.values().any(|codes| codes.len() > 1))
    }

    /// Returns the question that a reference means.
    fn asked(&self, ast: &Ast) -> Result<&Asked, Refusal> {
        let name = match ast {
            Ast::Myself => {
                return self.me.ok_or_else(|| Message::new("xls_refers_to_itself").into());
            }
            Ast::Reference(name) => name,
            Ast::Path { steps, bare: false } => match steps.last() {
                Some(name) => name,
                None => return refuse("xls_no_path"),
            },
            _ => return refuse("xls_needs_a_question"),
        };
        let unknown = || Message::new("xls_refers_to_nothing").with("name", name).into();
        self.questions.get(name).ok_or_else(unknown)
    }
}

/// The functions that are values, and those that are conditions.
const VALUES: [&str; 14] = [
    "today",
    "now",
    "date",
    "number",
    "string",
    "int",
    "round",
    "min",
    "max",
    "count-selected",
    "string-length",
    "concat",
    "join",
    "coalesce",
];
const CONDITIONS: [&str; 8] =
    ["true", "false", "not", "boolean", "selected", "regex", "contains", "starts-with"];

fn no_function(name: &str) -> Refusal {
    Message::new("xls_no_function").with("name", name).into()
}

fn known_option<'o>(options: &'o Codes, code: &str) -> Result<&'o [OptionCode], Refusal> {
    let unknown = || Message::new("xls_no_option").with("name", code).into();
    options.get(code).map(Vec::as_slice).ok_or_else(unknown)
}

fn one_of(of: &Expression, codes: &[OptionCode]) -> Condition {
    let each = codes
        .iter()
        .map(|code| is(of.clone(), Expression::Constant(Datum::Text(code.to_string()))));
    let mut each: Vec<Condition> = each.collect();
    match (each.pop(), each.is_empty()) {
        (Some(one), true) => one,
        (last, _) => Condition::Any(each.into_iter().chain(last).collect()),
    }
}

fn constant_number(number: f64) -> Result<Expression, Refusal> {
    match Number::new(number) {
        Some(number) => Ok(Expression::Constant(Datum::Number(number))),
        None => refuse("xls_needs_a_number"),
    }
}

fn is_constant(ast: &Ast) -> bool {
    match ast {
        Ast::Text(_) | Ast::Number(_) => true,
        Ast::Call(name, arguments) => {
            arguments.is_empty() && matches!(name.as_str(), "true" | "false" | "today" | "now")
        }
        _ => false,
    }
}

fn turned(sign: Operator) -> Operator {
    match sign {
        Operator::Less => Operator::More,
        Operator::AtMost => Operator::AtLeast,
        Operator::More => Operator::Less,
        Operator::AtLeast => Operator::AtMost,
        other => other,
    }
}

fn is(left: Expression, right: Expression) -> Condition {
    Condition::Compare { left, relation: Relation::Is, right }
}

pub(crate) fn negated(condition: Condition) -> Condition {
    match condition {
        Condition::Not(inner) => *inner,
        other => Condition::Not(Box::new(other)),
    }
}

/// Returns the condition that always or never holds.
pub(crate) fn always(holds: bool) -> Condition {
    let constant = |value| Expression::Constant(Datum::Bool(value));
    is(constant(true), constant(holds))
}

fn pattern(text: &str) -> Result<Pattern, Refusal> {
    text.parse().map_err(|_| Message::new("xls_pattern_unreadable").into())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Returns whether an empty text is of this form.
fn is_met_by_nothing(pattern: &Pattern) -> bool {
    let whole = regex_lite::Regex::new(&format!("^(?:{})$", pattern.as_str()));
    whole.is_ok_and(|whole| whole.is_match(""))
}

fn is_decimal_time(ast: &Ast) -> bool {
    matches!(ast, Ast::Call(name, _) if name == DECIMAL_TIME)
}

/// A time of day as a part of a day.
const DECIMAL_TIME: &str = "decimal-time";
