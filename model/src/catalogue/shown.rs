//! Values by what read models show of them in JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde_json::{Map, Value as Json};

use super::{FieldKind, RecordType};
use crate::ids::FieldName;
use crate::time::Minutes;
use crate::value::{FieldValue, LogEntry, Scalar};

impl FieldValue {
    /// Reads the value of a field of this kind from the JSON that [`FieldValue::to_json`] writes.
    /// [`FieldValue::Unknown`] where it is nothing of the kind.
    pub fn from_json(kind: &FieldKind, json: &Json) -> Self {
        value(kind, json).unwrap_or_else(|| Self::Unknown(json.clone()))
    }
}

/// Reads the fields of a record of this type from their JSON.
pub fn fields_from_json(
    record_type: Option<&RecordType>,
    fields: &Map<String, Json>,
) -> BTreeMap<FieldName, FieldValue> {
    let read = fields.iter().filter_map(|(name, json)| {
        let field = record_type.and_then(|known| known.field(name));
        let value = match field {
            Some(field) => FieldValue::from_json(&field.kind, json),
            None => FieldValue::Unknown(json.clone()),
        };
        Some((name.parse().ok()?, value))
    });
    read.collect()
}

fn value(kind: &FieldKind, json: &Json) -> Option<FieldValue> {
    Some(match kind {
        FieldKind::Choices { .. } => FieldValue::Choices(texts(json)?),
        FieldKind::Refs { .. } => FieldValue::Refs(texts(json)?),
        FieldKind::Counter => FieldValue::Counter(json.as_i64()?),
        FieldKind::SharedNote => FieldValue::SharedNote(json.as_str()?.to_owned()),
        FieldKind::Log { entry } => {
            let entries = json.as_array()?.iter().filter_map(|given| {
                let given = given.as_object()?;
                let id = given.get("id")?.as_str()?.to_owned();
                let parts = entry.iter().filter_map(|part| {
                    let name = part.name.as_str();
                    Some((name.to_owned(), scalar(&part.kind, given.get(name)?)?))
                });
                Some((id, parts.collect::<LogEntry>()))
            });
            FieldValue::Log(entries.collect())
        }
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
        | FieldKind::User => FieldValue::Scalar(scalar(kind, json)?),
    })
}

/// Reads a single value, or the options of a part of a log's entry.
fn scalar(kind: &FieldKind, json: &Json) -> Option<Scalar> {
    Some(match kind {
        FieldKind::Text => Scalar::Text(json.as_str()?.to_owned()),
        FieldKind::Date => Scalar::Date(text(json)?),
        FieldKind::DateTime => Scalar::DateTime(text(json)?),
        FieldKind::Bool => Scalar::Bool(json.as_bool()?),
        FieldKind::Integer { .. } => Scalar::Integer(json.as_i64()?),
        FieldKind::Decimal { .. } => Scalar::Decimal(text(json)?),
        FieldKind::Time => Scalar::Time(text(json)?),
        FieldKind::Duration { .. } => Scalar::Duration(Minutes::new(json.as_i64()?)),
        FieldKind::Phone => Scalar::Phone(text(json)?),
        FieldKind::Choice { .. } => Scalar::Choice(text(json)?),
        FieldKind::Choices { .. } => Scalar::Options(texts(json)?),
        FieldKind::Ref { .. } => Scalar::Ref(text(json)?),
        FieldKind::User => Scalar::User(text(json)?),
        FieldKind::Refs { .. }
        | FieldKind::Counter
        | FieldKind::Log { .. }
        | FieldKind::SharedNote => return None,
    })
}

fn text<T: FromStr>(json: &Json) -> Option<T> {
    json.as_str()?.parse().ok()
}

fn texts<T: FromStr + Ord>(json: &Json) -> Option<BTreeSet<T>> {
    json.as_array()?.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn what_is_shown_of_a_value_is_read_as_that_value() {
        let catalogue = Catalogue::builtin().unwrap();
        let values: [(&str, Json); 10] = [
            ("text", json!("a word")),
            ("date", json!("2026-11-28")),
            ("datetime", json!("2026-11-28T14:30:00Z")),
            ("bool", json!(true)),
            ("integer", json!(1)),
            ("duration", json!(90)),
            ("time", json!("14:30")),
            ("counter", json!(3)),
            ("shared_note", json!("together")),
            ("choices", json!(["a", "b"])),
        ];
        for (name, shown) in values {
            let mut fields = catalogue.types.values().flat_map(|known| &known.fields);
            let field = fields.find(|field| field.kind.name() == name).unwrap();
            let value = FieldValue::from_json(&field.kind, &shown);
            assert_eq!(value.to_json(), shown, "{name}");
            assert!(!matches!(value, FieldValue::Unknown(_)), "{name}");
        }
    }

    #[test]
    fn what_is_nothing_of_its_kind_is_kept_as_it_stands() {
        let unknown = FieldValue::from_json(&FieldKind::Counter, &json!("three"));
        assert_eq!(unknown, FieldValue::Unknown(json!("three")));
    }
}
