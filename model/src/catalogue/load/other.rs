//! The text that says what else it is, where "other" is chosen.

use std::collections::BTreeSet;

use super::fields::{Fields, Named};
use super::problem::{Need, Thing, only_for, unknown, wrong_kind};
use super::question::SAYS_WHAT;
use super::section::Section;
use crate::catalogue::form::{Condition, Datum, Expression, Relation};
use crate::catalogue::{CodeList, Field, FieldKind, Meaning};
use crate::ids::{FieldName, OptionCode};
use crate::words::Message;

/// Has the text field that says what, where "other" is chosen, be asked there and nowhere else.
pub(super) fn ask_what(
    file: &Section<'_>,
    fields: &mut Fields,
    lists: impl Fn(&str) -> Option<CodeList>,
) {
    let asking: Vec<(Field, FieldName)> = fields
        .read
        .iter()
        .filter_map(|field| Some((field.clone(), field.question.says_what.clone()?)))
        .collect();
    for (field, what) in asking {
        let key = format!("field.{}.{SAYS_WHAT}", field.name);
        let Some(list) = field.kind.list() else {
            file.mistake(&key, only_for(Need::ChoiceOrChoices, field.kind.name()));
            continue;
        };
        let Some(list) = lists(list) else { continue };
        let others: BTreeSet<OptionCode> = list.meaning(Meaning::Other).cloned().collect();
        if others.is_empty() {
            file.mistake(&key, Message::new("no_other_option"));
            continue;
        }
        match fields.named(&what) {
            Named::Field(text) if text.kind != FieldKind::Text => {
                file.mistake(&key, wrong_kind(text, Need::TextField));
                continue;
            }
            Named::Field(_) => {}
            Named::Mistaken => continue,
            Named::Nothing => {
                file.mistake(&key, unknown(Thing::Field, &what, fields.names()));
                continue;
            }
        }
        let Some(text) = fields.read.iter_mut().find(|text| text.name == what) else { continue };
        let chosen = is_chosen(&field, others);
        text.question.shown_when = Some(match text.question.shown_when.take() {
            Some(shown) if shown != chosen => Condition::All(vec![chosen, shown]),
            // It may say so itself, as a form does that was written for other programs.
            _ => chosen,
        });
        text.required = !text.retired;
    }
}

/// Returns the condition that one of these options is chosen.
fn is_chosen(field: &Field, options: BTreeSet<OptionCode>) -> Condition {
    let value = Expression::Field(field.name.clone());
    if let FieldKind::Choices { .. } = field.kind {
        return Condition::Includes { value, options };
    }
    let is = |option: OptionCode| Condition::Compare {
        left: value.clone(),
        relation: Relation::Is,
        right: Expression::Constant(Datum::Text(option.to_string())),
    };
    let mut any: Vec<Condition> = options.into_iter().map(is).collect();
    match any.len() {
        1 => any.remove(0),
        _ => Condition::Any(any),
    }
}
