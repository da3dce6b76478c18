//! What a record is called in a list, in each language.

use serde_json::{Map, Value as Json};

use crate::catalogue::{Catalogue, Field, FieldKind, Label, RecordType};
use crate::ids::TypeName;
use crate::words::Language;

/// Returns what a record of this type is called that holds these fields: the values of the fields
/// that its type names, or the type where they are empty.
pub fn of(catalogue: &Catalogue, name: &TypeName, fields: &Map<String, Json>) -> Label {
    let Some(record_type) = catalogue.record_type(name) else {
        return Label { en: name.to_string(), es: name.to_string() };
    };
    let in_language = |language| title(catalogue, record_type, fields, language);
    Label { en: in_language(Language::English), es: in_language(Language::Spanish) }
}

fn title(
    catalogue: &Catalogue,
    record_type: &RecordType,
    fields: &Map<String, Json>,
    language: Language,
) -> String {
    let parts: Vec<_> = record_type
        .title
        .iter()
        .filter_map(|name| {
            let field = record_type.field(name.as_str())?;
            part(catalogue, field, fields.get(name.as_str())?, language)
        })
        .collect();
    match parts.is_empty() {
        true => record_type.label.in_language(language).to_owned(),
        false => parts.join(" · "),
    }
}

fn part(catalogue: &Catalogue, field: &Field, value: &Json, language: Language) -> Option<String> {
    let option = |list: &str, code: &str| {
        let label = catalogue.option_label(list, code);
        label.map_or_else(|| code.to_owned(), |label| label.in_language(language).to_owned())
    };
    let text = match (value, &field.kind) {
        (Json::String(code), FieldKind::Choice { list }) => option(list, code),
        (Json::Array(codes), FieldKind::Choices { list }) => {
            let codes = codes.iter().filter_map(Json::as_str);
            codes.map(|code| option(list, code)).collect::<Vec<_>>().join(", ")
        }
        (Json::String(time), FieldKind::DateTime) => {
            catalogue.zone.day(time.parse().ok()?)?.to_string()
        }
        (_, FieldKind::Log { .. } | FieldKind::SharedNote) => return None,
        (Json::String(text), _) => text.clone(),
        (Json::Bool(_) | Json::Number(_), _) => value.to_string(),
        _ => return None,
    };
    let text: String = text.trim().chars().take(PART_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

/// A line of a list holds about two of them.
const PART_CHARS_MAX: usize = 80;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_called_by_its_first_fields_in_the_language_of_who_reads() {
        let fields = json!({
            "occurred_at": "2026-11-28T01:30:00Z", "mode": "street", "result": "engaged",
        });
        assert_eq!(
            titled("outreach_contact", fields),
            label(
                "2026-11-27 · In the street · Engaged",
                "2026-11-27 · En la calle · Hubo conversación"
            )
        );
        assert_eq!(
            titled("person", json!({"name": " Rosa Cedro "})),
            label("Rosa Cedro", "Rosa Cedro")
        );
    }

    #[test]
    fn a_record_that_says_nothing_is_called_by_its_type() {
        assert_eq!(titled("person", json!({"name": " "})), label("Person", "Persona"));
        assert_eq!(titled("of_a_later_version", json!({})).es, "of_a_later_version");
    }

    #[test]
    fn an_option_that_the_catalogue_does_not_know_stands_as_its_code() {
        let fields = json!({"mode": "by_drone", "result": "brief"});
        assert_eq!(titled("outreach_contact", fields).es, "by_drone · Breve");
    }

    fn titled(name: &str, fields: Json) -> Label {
        let Json::Object(fields) = fields else { panic!("no object") };
        of(&Catalogue::builtin().unwrap(), &name.parse().unwrap(), &fields)
    }

    fn label(en: &str, es: &str) -> Label {
        Label { en: en.into(), es: es.into() }
    }
}
