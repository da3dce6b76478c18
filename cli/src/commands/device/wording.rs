//! The content of a record in the reader's language.

use std::fmt::Display;

use model::catalogue::{Catalogue, Field, FieldKind, Label, RecordType};
use model::ids::{TypeName, UserId};
use model::people::People;
use model::phone::PhoneNumber;
use model::record::Edit;
use model::time::{Minutes, Timestamp};
use model::title::shown_amount;
use model::words::LanguageTag;
use serde_json::Value as Json;

use crate::words;

/// The catalogue in one language.
pub(crate) struct Words<'a> {
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) language: LanguageTag,
    pub(crate) people: &'a People,
}

impl Words<'_> {
    /// Returns a phrase of the command line.
    pub(crate) fn say(&self, key: &str) -> String {
        words::say(self.language, key, &[])
    }

    /// Returns a phrase of the command line, with its parts filled in.
    pub(crate) fn say_with(&self, key: &str, parts: &[(&str, &dyn Display)]) -> String {
        words::say(self.language, key, parts)
    }

    /// Returns a label in the language.
    pub(crate) fn label<'l>(&self, label: &'l Label) -> &'l str {
        label.in_language(self.language)
    }

    /// Returns an instant by the department's clocks.
    pub(crate) fn time(&self, time: Timestamp) -> String {
        self.catalogue.zone.show(time)
    }

    /// Returns a user's name, or the user's id if the device does not know the name.
    pub(crate) fn person(&self, user: UserId) -> String {
        self.people.name_of(user).map_or_else(|| user.to_string(), str::to_owned)
    }

    /// Returns a type's label, or its name if the catalogue does not know it.
    pub(crate) fn record_type(&self, name: &TypeName) -> String {
        let known = self.catalogue.record_type(name);
        known.map_or_else(|| name.to_string(), |known| self.of(&known.label))
    }

    /// Returns a field's label with the name that commands take: `Risk level (risk_level)`.
    pub(crate) fn field(&self, record_type: Option<&RecordType>, name: &str) -> String {
        match record_type.and_then(|known| known.field(name)) {
            Some(field) => format!("{} ({name})", self.of(&field.label)),
            None => name.to_owned(),
        }
    }

    /// Returns the value of a field.
    pub(crate) fn value(&self, field: Option<&Field>, value: &Json) -> String {
        let Some(field) = field else { return plain(value) };
        match (&field.kind, value) {
            (FieldKind::Choice { list }, Json::String(code)) => self.option(list, code),
            (FieldKind::Choices { list }, Json::Array(codes)) => {
                let options = codes.iter().map(|code| self.option(list, &plain(code)));
                options.collect::<Vec<_>>().join(", ")
            }
            (FieldKind::Refs { .. }, Json::Array(records)) => {
                records.iter().map(plain).collect::<Vec<_>>().join(", ")
            }
            (FieldKind::DateTime, Json::String(text)) => {
                text.parse().map_or_else(|_| text.clone(), |time| self.time(time))
            }
            (FieldKind::Decimal { unit, .. }, Json::String(number)) => {
                let shown = |number| shown_amount(number, unit.as_ref(), self.language);
                number.parse().map_or_else(|_| number.clone(), shown)
            }
            (FieldKind::Duration { .. }, Json::Number(minutes)) => {
                let words = |minutes| Minutes::new(minutes).in_words();
                minutes.as_i64().map_or_else(|| minutes.to_string(), words)
            }
            (FieldKind::Phone, Json::String(number)) => {
                number.parse::<PhoneNumber>().map_or_else(|_| number.clone(), |it| it.to_string())
            }
            (FieldKind::User, Json::String(id)) => {
                id.parse().map_or_else(|_| id.clone(), |user| self.person(user))
            }
            (FieldKind::Bool, Json::Bool(value)) => {
                if *value {
                    self.say("yes")
                } else {
                    self.say("no")
                }
            }
            (FieldKind::Log { entry }, Json::Array(entries)) => {
                let lines = entries.iter().map(|one| self.entry(entry, one));
                lines.collect::<Vec<_>>().join("\n")
            }
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
                | FieldKind::Counter
                | FieldKind::Log { .. }
                | FieldKind::SharedNote,
                value,
            ) => plain(value),
        }
    }

    /// Returns in words how an edit changes a field.
    pub(crate) fn edit(&self, record_type: Option<&RecordType>, edit: &Edit) -> String {
        let field = record_type.and_then(|known| known.field(edit.field().as_str()));
        let option = |code: &str| match field.and_then(|field| field.kind.list()) {
            Some(list) => self.option(list, code),
            None => code.to_owned(),
        };
        match edit {
            Edit::Set { value, .. } => self.value(field, &value.to_json()),
            Edit::Clear { .. } => self.say("emptied"),
            Edit::Add { option: code, .. } => format!("+ {}", option(code.as_str())),
            Edit::Remove { option: code, .. } => format!("- {}", option(code.as_str())),
            Edit::AddRef { record, .. } => format!("+ {record}"),
            Edit::RemoveRef { record, .. } => format!("- {record}"),
            Edit::Log { entry, .. } => {
                let parts = entry.iter().map(|(name, value)| (name.to_string(), value.to_json()));
                let entry = Json::Object(parts.collect());
                self.value(field, &Json::Array(vec![entry]))
            }
            Edit::Increment { by, .. } => format!("{by:+}"),
            Edit::Note { insert, delete: 0, .. } => insert.clone(),
            Edit::Note { insert, delete, .. } => {
                self.say_with("letters_removed", &[("text", insert), ("count", delete)])
            }
        }
    }

    fn entry(&self, parts: &[Field], entry: &Json) -> String {
        let filled = parts.iter().filter_map(|part| {
            let value = entry.get(part.name.as_str())?;
            Some(self.value(Some(part), value))
        });
        filled.collect::<Vec<_>>().join(" · ")
    }

    fn option(&self, list: &str, code: &str) -> String {
        let label = self.catalogue.option_label(list, code);
        label.map_or_else(|| code.to_owned(), |label| self.of(label))
    }

    fn of(&self, label: &Label) -> String {
        self.label(label).to_owned()
    }
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_in_the_language_of_who_reads() {
        let catalogue = Catalogue::builtin().unwrap();
        let intake = catalogue.record_type(&"outreach_intake".parse().unwrap()).unwrap();
        let read = |tag, name, value| {
            let people = People::new(UserId::from_bytes([1; 16]), []);
            let language = LanguageTag::of_locale(tag);
            let words = Words { catalogue: &catalogue, language, people: &people };
            words.value(intake.field(name), &value)
        };
        assert_eq!(read("en", "risk_level", json!("high")), "High");
        assert_eq!(read("es", "risk_level", json!("high")), "Alto");
        assert_eq!(read("en", "risk", json!(["weapon"])), "Access to a weapon");
        assert_eq!(read("en", "reassessed", json!("2026-11-25T14:30:00Z")), "2026-11-25 08:30 CST");
        let goals = json!([{"id": "x", "goal": "a job", "status": "done"}, {"goal": "a home"}]);
        assert_eq!(read("en", "goals", goals), "a job · Done\na home");
        assert_eq!(read("en", "of_a_newer_catalogue", json!(7)), "7");
    }
}
