//! What an answer has to be: required, fixed, within bounds, one of what is offered.

use model::catalogue::{Condition, Datum, DatumKind, Expression, Label, Number};
use model::words::Message;

use super::{Writer, all_of, put};
use crate::finding::{Kind, Place};
use crate::lists::List;
use crate::survey::{Item, What, is_no, is_yes};
use crate::translate::{Refusal, Scope, always};
use crate::xpath::{self, Ast, Join, Operator};
use crate::{number, write};

impl Writer<'_, '_> {
    pub(super) fn required(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "required") else { return };
        if is_no(cell.text) {
            self.table.texts(item.row, "required_message");
            return;
        }
        if is_yes(cell.text) {
            put(line, "required", "true");
        } else {
            match self.condition_of(cell.text, None, None) {
                Ok(condition) => put(line, "required_when", &write::condition(&condition)),
                Err(problem) => {
                    return self.say(Kind::NotYet, cell.place, Some(&item.original), problem);
                }
            }
        }
        if let Some(message) = self.labels.of(self.table, item.row, "required_message", self.found)
        {
            put(line, "required_message", &write::label(&message));
        }
    }

    pub(super) fn read_only(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "read_only") else { return };
        if is_no(cell.text) {
            return;
        }
        let condition = match is_yes(cell.text) {
            true => Ok(always(true)),
            false => self.condition_of(cell.text, None, None),
        };
        match condition {
            Ok(condition) => put(line, "read_only_when", &write::condition(&condition)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    pub(super) fn default(&mut self, line: &mut String, number: usize, item: &Item) {
        let Some(cell) = self.table.take(item.row, "default") else { return };
        let wanted = self.asked.get(&item.original).and_then(|asked| asked.kind);
        let default = match wanted {
            _ if self.calculated.contains_key(&number) => {
                Err(Message::new("xls_default_of_computed"))
            }
            Some(wanted) => self.default_value(item, wanted, cell.text),
            None => Err(Message::new("xls_default")),
        };
        match default {
            Ok(expression) => put(line, "default", &write::expression(&expression)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    fn default_value(
        &self,
        item: &Item,
        wanted: DatumKind,
        text: &str,
    ) -> Result<Expression, Message> {
        let other = || Message::new("xls_default");
        let constant = match wanted {
            DatumKind::Text => {
                match self.asked.get(&item.original).and_then(|it| it.options.as_ref()) {
                    Some(options) => {
                        let code =
                            options.get(text).and_then(|codes| codes.first()).ok_or_else(other)?;
                        Some(Datum::Text(code.to_string()))
                    }
                    None if text.contains("${") || text.contains('(') => None,
                    None => Some(Datum::Text(text.to_owned())),
                }
            }
            DatumKind::Number => text.parse().ok().and_then(Number::new).map(Datum::Number),
            DatumKind::Day => text.parse().ok().map(Datum::Day),
            DatumKind::Time => text.parse().ok().map(Datum::Time),
            DatumKind::Instant => text.parse().ok().map(Datum::Instant),
            DatumKind::Bool => match text {
                "OK" | "true" => Some(Datum::Bool(true)),
                "false" => Some(Datum::Bool(false)),
                _ => None,
            },
            DatumKind::Options => return Err(other()),
        };
        if let Some(constant) = constant {
            return Ok(Expression::Constant(constant));
        }
        let ast = xpath::read(text)?;
        let recoded = &self.lists.recoded;
        let scope = Scope { questions: &self.asked, me: None, columns: None, recoded };
        match scope.calculated(&ast) {
            Ok((expression, kind)) if kind == wanted => Ok(expression),
            Ok(_) => Err(other()),
            Err(Refusal::For(problem)) => Err(problem),
            Err(Refusal::NotYetKnown) => Err(other()),
        }
    }

    /// Returns between which numbers an answer lies, as far as its constraint or its range say.
    pub(super) fn bounds(&mut self, item: &Item) -> (i64, i64) {
        let widest = (i64::from(i32::MIN), i64::from(i32::MAX));
        if item.what == What::Range {
            return self.range(item);
        }
        if item.repeat.is_some() {
            return widest;
        }
        let cell = self.table.take(item.row, "constraint");
        let Some(ast) = cell.and_then(|cell| xpath::read(cell.text).ok()) else { return widest };
        let parts = conjuncts(&ast);
        let bounds = parts.iter().filter_map(|part| bound(part));
        let (min, max) = bounds.fold(widest, |(min, max), bound| match bound {
            Bound::AtLeast(least) => (min.max(least), max),
            Bound::AtMost(most) => (min, max.min(most)),
        });
        if min > max { widest } else { (min, max) }
    }

    fn range(&mut self, item: &Item) -> (i64, i64) {
        let cell = self.table.take(item.row, "parameters");
        let text = cell.map(|cell| cell.text).unwrap_or_default();
        let (mut start, mut end, mut step) = (Some(1), Some(10), Some(1));
        let mut is_strange = false;
        for part in text.split([' ', ';', ',']).filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let value = value.trim().parse::<i64>().ok();
            match name.trim() {
                "start" => start = value,
                "end" => end = value,
                "step" => step = value,
                _ => is_strange = true,
            }
        }
        match (start, end, step) {
            (Some(start), Some(end), Some(1)) if start <= end && !is_strange => (start, end),
            _ => {
                let place = cell.map_or(Place::Sheet, |cell| cell.place);
                let problem = Message::new("xls_range");
                self.say(Kind::NotYet, place, Some(&item.original), problem);
                (start.unwrap_or(i64::from(i32::MIN)), end.unwrap_or(i64::from(i32::MAX)))
            }
        }
    }

    pub(super) fn limits(&mut self, line: &mut String, item: &Item) {
        let Some(cell) = self.table.take(item.row, "constraint") else { return };
        let message = self.labels.of(self.table, item.row, "constraint_message", self.found);
        let me = self.asked.get(&item.original);
        let condition = xpath::read(cell.text).and_then(|ast| {
            // What is said by the bounds is not said again, unless it is all that the words are of.
            let all = conjuncts(&ast);
            let is_more = all.iter().any(|part| bound(part).is_none());
            let is_said = item.what == What::Integer && (message.is_none() || is_more);
            let rest = all.into_iter().filter(|part| !is_said || bound(part).is_none());
            let rest: Vec<Condition> =
                rest.map(|part| self.condition_of_ast(part, me, None)).collect::<Result<_, _>>()?;
            Ok(all_of(rest))
        });
        match condition {
            Ok(Some(condition)) => {
                let message = message.unwrap_or_else(|| {
                    let text = cell.text;
                    Label::both(format!("does not meet: {text}"), format!("no cumple: {text}"))
                });
                let limit = write::keys(&condition);
                let limit = format!("[{{ {limit}, message = {} }}]", write::label(&message));
                put(line, "limits", &limit);
            }
            Ok(None) => {}
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }

    pub(super) fn filter(&mut self, line: &mut String, item: &Item) {
        let (What::One(choosing) | What::Several(choosing)) = &item.what else { return };
        let Some(cell) = self.table.take(item.row, "choice_filter") else { return };
        let columns = self.lists.columns_of(&choosing.list);
        let is_bool = self.lists.all.get(&choosing.list).is_some_and(List::is_bool);
        let condition = match is_bool && matches!(item.what, What::One(_)) {
            true => Err(Message::new("xls_needs_a_question")),
            false => self.condition_of(cell.text, None, Some(&columns)),
        };
        match condition {
            Ok(condition) => put(line, "choices_when", &write::condition(&condition)),
            Err(problem) => self.say(Kind::NotYet, cell.place, Some(&item.original), problem),
        }
    }
}

fn conjuncts(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Many(Join::And, parts) => parts.iter().collect(),
        other => vec![other],
    }
}

enum Bound {
    AtLeast(i64),
    AtMost(i64),
}

/// Returns the bound that a part of a constraint is: `. >= 5`.
fn bound(part: &Ast) -> Option<Bound> {
    let Ast::Two(operator, pair) = part else { return None };
    let (operator, number) = match &**pair {
        [Ast::Myself, Ast::Number(number)] => (*operator, *number),
        [Ast::Number(number), Ast::Myself] => (
            match operator {
                Operator::Less => Operator::More,
                Operator::AtMost => Operator::AtLeast,
                Operator::More => Operator::Less,
                Operator::AtLeast => Operator::AtMost,
                other => *other,
            },
            *number,
        ),
        _ => return None,
    };
    let whole = number::whole(number)?;
    match operator {
        Operator::AtLeast => Some(Bound::AtLeast(whole)),
        Operator::More => Some(Bound::AtLeast(whole.saturating_add(1))),
        Operator::AtMost => Some(Bound::AtMost(whole)),
        Operator::Less => Some(Bound::AtMost(whole.saturating_sub(1))),
        _ => None,
    }
}
