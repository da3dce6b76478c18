//! What a record is called in a list, in each language.
//!
//! A title may name people who use the system. Whoever stores titles stores them with [`mark`] in
//! the place of each name, and fills the names in with [`with_names`] when a title is read.

use serde_json::{Map, Value as Json};

use crate::catalogue::{Catalogue, Field, FieldKind, Label, Meaning, RecordType};
use crate::decimal::Decimal;
use crate::ids::{FieldName, TypeName, UserId};
use crate::phone::PhoneNumber;
use crate::time::Minutes;
use crate::words::{Language, LanguageTag};

/// Returns what a record of this type is called that holds these fields: the values of the fields
/// that its type names, or the type where they are empty. `name_of` has the name of a user; a user
/// without one is left out.
pub fn of(
    catalogue: &Catalogue,
    name: &TypeName,
    fields: &Map<String, Json>,
    name_of: &dyn Fn(UserId) -> Option<String>,
) -> Label {
    let Some(record_type) = catalogue.record_type(name) else {
        return Label::same(name.as_str());
    };
    let in_language = |language| title(catalogue, record_type, fields, name_of, language);
    let en = in_language(LanguageTag::ENGLISH);
    let others = catalogue.languages.iter().map(|tag| (*tag, in_language(*tag)));
    Label { en, others: others.collect() }.shortest()
}

/// Returns a decimal number with its unit, as who reads a language writes it.
pub fn shown_amount(
    number: Decimal,
    unit: Option<&Label>,
    language: impl Into<LanguageTag>,
) -> String {
    let language = language.into();
    let number = number.with_mark(language.decimal_mark());
    match unit {
        Some(unit) => format!("{number} {}", unit.in_language(language)),
        None => number,
    }
}

/// Returns what stands for a user's name in a title that is stored.
pub fn mark(user: UserId) -> String {
    format!("{MARK}{user}{MARK}")
}

/// Returns whether a stored title names users.
pub fn is_marked(title: &Label) -> bool {
    title.en.contains(MARK) || title.others.values().any(|text| text.contains(MARK))
}

/// Returns a stored title with the users' names in it. A user without a name is called "someone".
pub fn with_names(title: &Label, name_of: &dyn Fn(UserId) -> Option<String>) -> Label {
    let filled = |language: LanguageTag, text: &str| {
        let someone = match Language::from(language) {
            Language::English => "someone",
            Language::Spanish => "alguien",
        };
        // Every second piece stands between two marks.
        let pieces = text.split(MARK).enumerate().map(|(number, piece)| match number % 2 {
            0 => piece.to_owned(),
            _ => piece.parse().ok().and_then(name_of).unwrap_or_else(|| someone.to_owned()),
        });
        pieces.collect::<String>()
    };
    // In every language that has a word of its own for them.
    let spanish = (LanguageTag::SPANISH, title.in_language(LanguageTag::SPANISH).to_owned());
    let mut title = title.clone();
    title.others.entry(spanish.0).or_insert(spanish.1);
    title.map(filled).shortest()
}

fn title(
    catalogue: &Catalogue,
    record_type: &RecordType,
    fields: &Map<String, Json>,
    name_of: &dyn Fn(UserId) -> Option<String>,
    language: LanguageTag,
) -> String {
    let parts: Vec<_> = record_type
        .title
        .iter()
        .filter_map(|name| {
            let field = record_type.field(name.as_str())?;
            let value = fields.get(name.as_str())?;
            let what = said_instead(catalogue, field, value).and_then(|what| fields.get(what));
            let what = what.and_then(Json::as_str).filter(|what| !what.trim().is_empty());
            match what {
                Some(what) => shortened(what),
                None => part(catalogue, field, value, name_of, language),
            }
        })
        .collect();
    match parts.is_empty() {
        true => record_type.label.in_language(language).to_owned(),
        false => parts.join(" · "),
    }
}

fn part(
    catalogue: &Catalogue,
    field: &Field,
    value: &Json,
    name_of: &dyn Fn(UserId) -> Option<String>,
    language: LanguageTag,
) -> Option<String> {
    let option = |list: &str, code: &str| {
        let label = catalogue.option_label(list, code);
        label.map_or_else(|| code.to_owned(), |label| label.in_language(language).to_owned())
    };
    if field.kind == FieldKind::User {
        return value.as_str()?.parse().ok().and_then(name_of);
    }
    let text = match (&field.kind, value) {
        (FieldKind::Choice { list }, Json::String(code)) => option(list, code),
        (FieldKind::Choices { list }, Json::Array(codes)) => {
            let codes = codes.iter().filter_map(Json::as_str);
            codes.map(|code| option(list, code)).collect::<Vec<_>>().join(", ")
        }
        (FieldKind::DateTime, Json::String(time)) => {
            catalogue.zone.day(time.parse().ok()?)?.to_string()
        }
        (FieldKind::Decimal { unit, .. }, Json::String(number)) => number.parse().map_or_else(
            |_| number.clone(),
            |number: Decimal| shown_amount(number, unit.as_ref(), language),
        ),
        (FieldKind::Duration { .. }, Json::Number(minutes)) => {
            Minutes::new(minutes.as_i64()?).in_words()
        }
        (FieldKind::Phone, Json::String(number)) => {
            number.parse().map_or_else(|_| number.clone(), |number: PhoneNumber| number.to_string())
        }
        (FieldKind::Log { .. } | FieldKind::SharedNote, _) => return None,
        (
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
            | FieldKind::User
            | FieldKind::Choices { .. }
            | FieldKind::Refs { .. }
            | FieldKind::Counter,
            value,
        ) => match value {
            Json::String(text) => text.clone(),
            Json::Bool(_) | Json::Number(_) => value.to_string(),
            Json::Null | Json::Array(_) | Json::Object(_) => return None,
        },
    };
    shortened(&text)
}

fn shortened(text: &str) -> Option<String> {
    let text = text.replace(MARK, " ");
    let text: String = text.trim().chars().take(PART_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

/// Returns the field that says what, where "other" stands in a choice.
fn said_instead<'f>(catalogue: &Catalogue, field: &'f Field, value: &Json) -> Option<&'f str> {
    let list = catalogue.code_lists.get(field.kind.list()?)?;
    let other = list.meanings.get(value.as_str()?)? == &Meaning::Other;
    field.question.says_what.as_ref().map(FieldName::as_str).filter(|_| other)
}

/// A line of a list holds about two of them.
const PART_CHARS_MAX: usize = 80;

/// The record separator, which no title has a use for.
const MARK: char = '\u{1e}';

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
    fn what_was_said_stands_in_the_title_in_place_of_other() {
        let fields = |which: &str| json!({"kind": "other", "which": which, "name": "Ash"});
        let said = titled("relation", fields(" Godmother "));
        assert_eq!(said, label("Godmother · Ash", "Godmother · Ash"));
        assert_eq!(titled("relation", fields(" ")), label("Other · Ash", "Otra relación · Ash"));
        let kept = json!({"kind": "friend", "which": "Godmother"});
        assert_eq!(titled("relation", kept), label("Friend", "Una amistad"));
    }

    #[test]
    fn a_record_that_says_nothing_is_called_by_its_type() {
        assert_eq!(titled("person", json!({"name": " "})), label("Person", "Persona"));
        assert_eq!(
            titled("of_a_later_version", json!({})).in_language(Language::Spanish),
            "of_a_later_version"
        );
    }

    #[test]
    fn an_option_that_the_catalogue_does_not_know_stands_as_its_code() {
        let fields = json!({"mode": "by_drone", "result": "brief"});
        assert_eq!(
            titled("outreach_contact", fields).in_language(Language::Spanish),
            "by_drone · Breve"
        );
    }

    #[test]
    fn a_title_names_people_as_they_are_called_now_and_leaves_out_whom_nobody_can_name() {
        let of_shift =
            |user: UserId| json!({"start": "2026-11-28T15:00:00Z", "staff_member": user});
        assert_eq!(titled("shift", of_shift(ana())).en, "2026-11-28 · Ana Ejemplo");
        let other = UserId::from_bytes([2; 16]);
        assert_eq!(titled("shift", of_shift(other)).en, "2026-11-28");
        // What was written in words before still stands there.
        let earlier = json!({"start": "2026-11-28T15:00:00Z", "worker": "Ana E."});
        assert_eq!(titled("shift", earlier).en, "2026-11-28 · Ana E.");
    }

    #[test]
    fn a_stored_title_is_filled_with_names_when_it_is_read() {
        let catalogue = Catalogue::builtin().unwrap();
        let stored = |user: UserId| {
            let fields = json!({"staff_member": user, "worker": "\u{1e}x\u{1e}"});
            let Json::Object(fields) = fields else { panic!("no object") };
            of(&catalogue, &"shift".parse().unwrap(), &fields, &|user| Some(mark(user)))
        };
        assert!(is_marked(&stored(ana())));
        assert!(!is_marked(&titled("shift", json!({"staff_member": ana()}))));
        let filled = with_names(&stored(ana()), &name_of);
        assert_eq!(filled, label("Ana Ejemplo · x", "Ana Ejemplo · x"));
        let filled = with_names(&stored(UserId::from_bytes([2; 16])), &name_of);
        assert_eq!(filled, label("someone · x", "alguien · x"));
    }

    fn titled(name: &str, fields: Json) -> Label {
        let Json::Object(fields) = fields else { panic!("no object") };
        of(&Catalogue::builtin().unwrap(), &name.parse().unwrap(), &fields, &name_of)
    }

    fn name_of(user: UserId) -> Option<String> {
        (user == ana()).then(|| "Ana Ejemplo".to_owned())
    }

    fn ana() -> UserId {
        UserId::from_bytes([1; 16])
    }

    fn label(en: &str, es: &str) -> Label {
        if en == es { Label::same(en) } else { Label::both(en, es) }
    }
}
