//! Which records a rule speaks of: `{ type = "outreach_contact", result = ["engaged"] }`, or only the
//! name of a type.

use std::collections::{BTreeMap, BTreeSet};

use toml::Value;

use super::Known;
use super::section::{Mistakes, Section, unknown};
use crate::catalogue::{CodeList, Conditions, FieldKind, Like, RecordType};
use crate::ids::{FieldName, OptionCode, TypeName};

/// Reads a list of them.
pub(super) fn read_likes(
    section: &mut Section<'_>,
    key: &'static str,
    known: &Known<'_>,
) -> Vec<Like> {
    let mut likes: Vec<Like> = Vec::new();
    for item in section.items(key).unwrap_or_default() {
        let like = match item {
            Value::String(text) => read_type(section, key, text).map(|record_type| Like {
                record_type,
                fields: Conditions::new(),
                same: BTreeSet::new(),
                since: None,
            }),
            Value::Table(table) => read_like(&section.item(key, table)),
            other => section.expected(key, "a type, or { type = \"…\", FIELD = [\"…\"] }", other),
        };
        let Some(like) = like else { continue };
        known.check_types(section, key, std::slice::from_ref(&like.record_type));
        if likes.iter().any(|other| other.record_type == like.record_type) {
            section.mistake(key, format!("names {:?} twice", like.record_type.as_str()));
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
            (TYPE, Value::String(text)) => record_type = read_type(section, TYPE, text),
            (SINCE, Value::String(text)) => match text.parse() {
                Ok(field) => since = Some(field),
                Err(error) => section.mistake(SINCE, format!("{text:?} is {error}")),
            },
            (TYPE | SINCE, other) => drop(section.expected::<()>(key, "a text", other)),
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
            Err(error) => section.mistake(key, error),
        }
    }
    conditions
}

fn read_type(section: &Section<'_>, key: &str, text: &str) -> Option<TypeName> {
    text.parse().map_err(|error| section.mistake(key, format!("{text:?} is {error}"))).ok()
}

fn read_list<T: std::str::FromStr<Err: std::fmt::Display> + Ord>(
    section: &Section<'_>,
    key: &str,
    value: &Value,
) -> BTreeSet<T> {
    let Value::Array(values) = value else {
        section.expected::<()>(key, "a list of texts", value);
        return BTreeSet::new();
    };
    let mut list = BTreeSet::new();
    for value in values {
        match value {
            Value::String(text) => match text.parse() {
                Ok(parsed) => drop(list.insert(parsed)),
                Err(error) => section.mistake(key, format!("{text:?} is {error}")),
            },
            other => drop(section.expected::<()>(key, "a list of texts", other)),
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
                    let problem = format!("{} has no such date or datetime field", meant.name);
                    mistakes.add(&file, &at(field), problem);
                }
                for field in &like.same {
                    for of in [meant, record_type]
                        .into_iter()
                        .filter(|of| of.field(field.as_str()).is_none())
                    {
                        mistakes.add(&file, &at(field), format!("{} has no such field", of.name));
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
) -> impl Iterator<Item = (&'c FieldName, String)> {
    conditions.iter().flat_map(|(name, values)| {
        let Some(field) = meant.field(name.as_str()) else {
            let fields = meant.fields.iter().map(|field| &field.name);
            return vec![(name, unknown("field", name, fields))];
        };
        let wrong = |value: &OptionCode| match &field.kind {
            FieldKind::Choice { list } | FieldKind::Choices { list } => {
                let list = lists.get(list)?;
                (!list.options.contains_key(value)).then(|| unknown("option", value, &list.order))
            }
            FieldKind::Bool => {
                (!BOOLS.contains(&value.as_str())).then(|| unknown("value", value, BOOLS))
            }
            kind => Some(format!(
                "\"{name}\" is a {} field; a choice, choices or bool is needed",
                kind.name()
            )),
        };
        values.iter().filter_map(wrong).map(|problem| (name, problem)).collect()
    })
}

/// The values of a bool, as conditions name them.
pub(super) const BOOLS: [&str; 2] = ["true", "false"];

const TYPE: &str = "type";
const SAME: &str = "same";
const SINCE: &str = "since";
