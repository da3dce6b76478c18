//! Which records a rule speaks of: `{ type = "outreach_contact", result = ["engaged"] }`, or only the
//! name of a type.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use toml::Value;

use super::Known;
use super::problem::{Need, Shape, Thing, named_twice, unknown, wrong_kind};
use super::section::{Mistakes, Section};
use crate::catalogue::{CodeList, Conditions, FieldKind, Like, RecordType};
use crate::ids::{FieldName, OptionCode, TypeName};
use crate::words::{Explained, Message};

/// Reads a list of them.
pub(super) fn read_likes(
    section: &mut Section<'_>,
    key: &'static str,
    known: &Known<'_>,
) -> Vec<Like> {
    let mut likes: Vec<Like> = Vec::new();
    for item in section.items(key).unwrap_or_default() {
        let like = match item {
            Value::String(text) => section.parse(key, text).map(|record_type| Like {
                record_type,
                fields: Conditions::new(),
                same: BTreeSet::new(),
                since: None,
            }),
            Value::Table(table) => read_like(&section.item(key, table)),
            other => section.expected(key, Shape::Like, other),
        };
        let Some(like) = like else { continue };
        known.check_types(section, key, std::slice::from_ref(&like.record_type));
        if likes.iter().any(|other| other.record_type == like.record_type) {
            section.mistake(key, named_twice(like.record_type.as_str()));
        }
        likes.push(like);
    }
    likes
}

fn read_like(section: &Section<'_>) -> Option<Like> {
    let mut record_type = None;
    let mut same = BTreeSet::new();
    let mut since = None;
    for (key, value) in section.entries() {
        match (key, value) {
            (TYPE, Value::String(text)) => record_type = section.parse(TYPE, text),
            (SINCE, Value::String(text)) => since = section.parse(SINCE, text),
            (TYPE | SINCE, other) => drop(section.expected::<()>(key, Shape::Text, other)),
            (SAME, value) => same = read_list(section, SAME, value),
            _ => {}
        }
    }
    let record_type = section.required(TYPE, record_type)?;
    Some(Like { record_type, fields: read_conditions(section, &[TYPE, SAME, SINCE]), same, since })
}

/// Reads the keys of a table, but for `others`, as fields with the values that are meant.
pub(super) fn read_conditions(section: &Section<'_>, others: &[&str]) -> Conditions {
    let mut conditions = Conditions::new();
    for (key, value) in section.entries().filter(|(key, _)| !others.contains(key)) {
        match key.parse::<FieldName>() {
            Ok(field) => drop(conditions.insert(field, read_list(section, key, value))),
            Err(error) => section.mistake(key, error.message()),
        }
    }
    conditions
}

fn read_list<T: FromStr<Err: Explained> + Ord>(
    section: &Section<'_>,
    key: &str,
    value: &Value,
) -> BTreeSet<T> {
    let Value::Array(values) = value else {
        section.expected::<()>(key, Shape::Texts, value);
        return BTreeSet::new();
    };
    let mut list = BTreeSet::new();
    for value in values {
        match value {
            Value::String(text) => list.extend(section.parse::<T>(key, text)),
            other => drop(section.expected::<()>(key, Shape::Texts, other)),
        }
    }
    list
}

/// Compares what all rules and types say of records with the types that they speak of.
pub(super) fn check_all(
    mistakes: &Mistakes,
    types: &BTreeMap<TypeName, RecordType>,
    lists: &BTreeMap<String, CodeList>,
) {
    for record_type in types.values() {
        let file = format!("types/{}.toml", record_type.name);
        if let Some(contact) = &record_type.contact {
            check_conditions(lists, record_type, contact).for_each(|(key, problem)| {
                mistakes.add(&file, &format!("type.contact.{key}"), problem);
            });
        }
        if let Some(puts_off) = &record_type.puts_off {
            check_conditions(lists, record_type, &puts_off.ends).for_each(|(key, problem)| {
                mistakes.add(&file, &format!("type.puts_off.ends.{key}"), problem);
            });
        }
        for rule in &record_type.follow_ups {
            let lists_of = [
                ("answered_by", &rule.answered_by),
                ("closed_by", &rule.closed_by),
                ("paused_by", &rule.paused_by),
            ];
            for (key, like) in lists_of
                .into_iter()
                .flat_map(|(key, likes)| likes.iter().map(move |like| (key, like)))
            {
                let Some(meant) = types.get(&like.record_type) else { continue };
                let at = |field: &FieldName| format!("follow_up.{}.{key}.{field}", rule.name);
                for (field, problem) in check_conditions(lists, meant, &like.fields) {
                    mistakes.add(&file, &at(field), problem);
                }
                let dated = |field: &&FieldName| {
                    let known = meant.field(field.as_str());
                    !known.is_some_and(|field| field.kind.is_dated())
                };
                if let Some(field) = like.since.as_ref().filter(dated) {
                    let problem = Message::new("has_no_dated_field").with("type", &meant.name);
                    mistakes.add(&file, &at(field), problem);
                }
                for field in &like.same {
                    for of in [meant, record_type]
                        .into_iter()
                        .filter(|of| of.field(field.as_str()).is_none())
                    {
                        let problem = Message::new("has_no_field").with("type", &of.name);
                        mistakes.add(&file, &at(field), problem);
                    }
                }
            }
        }
    }
}

fn check_conditions<'c>(
    lists: &'c BTreeMap<String, CodeList>,
    meant: &'c RecordType,
    conditions: &'c Conditions,
) -> impl Iterator<Item = (&'c FieldName, Message)> {
    conditions.iter().flat_map(|(name, values)| {
        let Some(field) = meant.field(name.as_str()) else {
            let fields = meant.fields.iter().map(|field| &field.name);
            return vec![(name, unknown(Thing::Field, name, fields))];
        };
        let wrong = |value: &OptionCode| match &field.kind {
            FieldKind::Choice { list } | FieldKind::Choices { list } => {
                let list = lists.get(list)?;
                let is_known = list.options.contains_key(value);
                (!is_known).then(|| unknown(Thing::Option, value, &list.order))
            }
            FieldKind::Bool => {
                (!BOOLS.contains(&value.as_str())).then(|| unknown(Thing::Value, value, BOOLS))
            }
            _ => Some(wrong_kind(field, Need::Chosen)),
        };
        values.iter().filter_map(wrong).map(|problem| (name, problem)).collect()
    })
}

/// The values of a bool, as conditions name them.
pub(super) const BOOLS: [&str; 2] = ["true", "false"];

const TYPE: &str = "type";
const SAME: &str = "same";
const SINCE: &str = "since";
