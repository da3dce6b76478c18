//! What the department calls things, in its languages.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::LanguageTag;

/// A text in English, and in whichever other languages the department has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// English.
    pub en: String,
    /// The other languages. Who reads one that is missing reads English.
    pub others: BTreeMap<LanguageTag, String>,
}

impl Label {
    /// Returns a text that is the same in every language, such as a name.
    pub fn same(text: impl Into<String>) -> Self {
        Self { en: text.into(), others: BTreeMap::new() }
    }

    /// Returns a text in English and in Spanish.
    pub fn both(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { en: en.into(), others: BTreeMap::from([(LanguageTag::SPANISH, es.into())]) }
    }

    /// Returns the text for who reads a language: in a wider language, or in English, where there is
    /// none in that.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> &str {
        let in_own = |tag| self.others.get(&tag);
        language.into().and_wider().find_map(in_own).unwrap_or(&self.en)
    }

    /// Returns it with its text once, if that is the same in all of its languages.
    #[must_use]
    pub fn shortest(mut self) -> Self {
        if self.others.values().all(|text| *text == self.en) {
            self.others.clear();
        }
        self
    }

    /// Returns the text that a text of each language makes.
    #[must_use]
    pub fn map(&self, make: impl Fn(LanguageTag, &str) -> String) -> Self {
        Self {
            en: make(LanguageTag::ENGLISH, &self.en),
            others: self.others.iter().map(|(tag, text)| (*tag, make(*tag, text))).collect(),
        }
    }
}

impl Serialize for Label {
    /// A map from each language to its text. Spanish is always there, so that who has read `es`
    /// since the first version goes on finding it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rest = self.others.iter().filter(|(tag, _)| **tag != LanguageTag::SPANISH);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&LanguageTag::ENGLISH, &self.en)?;
        map.serialize_entry(&LanguageTag::SPANISH, self.in_language(LanguageTag::SPANISH))?;
        rest.into_iter().try_for_each(|(tag, text)| map.serialize_entry(tag, text))?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut others = BTreeMap::<LanguageTag, String>::deserialize(deserializer)?;
        let en = others.remove(&LanguageTag::ENGLISH);
        Ok(Self { en: en.ok_or_else(|| D::Error::missing_field("en"))?, others })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> LanguageTag {
        text.parse().unwrap()
    }

    fn label() -> Label {
        let mut label = Label::both("Street", "Calle");
        label.others.insert(tag("vi"), "Đường".into());
        label.others.insert(tag("es-MX"), "Calle (MX)".into());
        label
    }

    #[test]
    fn a_label_is_read_in_the_readers_language_or_a_wider_one_or_in_english() {
        for (reader, text) in [
            ("vi", "Đường"),
            ("vi-VN", "Đường"),
            ("es-MX", "Calle (MX)"),
            ("es-AR", "Calle"),
            ("so", "Street"),
            ("en-GB", "Street"),
        ] {
            assert_eq!(label().in_language(tag(reader)), text, "{reader}");
        }
    }

    #[test]
    fn json_has_spanish_whether_the_department_does_or_not() {
        let json = serde_json::to_string(&Label::same("Elm")).unwrap();
        assert_eq!(json, r#"{"en":"Elm","es":"Elm"}"#);
        let json = serde_json::to_string(&Label::both("Street", "Calle")).unwrap();
        assert_eq!(json, r#"{"en":"Street","es":"Calle"}"#);
        let json = serde_json::to_string(&label()).unwrap();
        assert_eq!(json, r#"{"en":"Street","es":"Calle","es-MX":"Calle (MX)","vi":"Đường"}"#);
        assert_eq!(serde_json::from_str::<Label>(&json).unwrap(), label());
    }

    #[test]
    fn json_without_english_or_with_what_is_no_language_is_refused() {
        for json in [r#"{"es":"Calle"}"#, r#"{"en":"Street","spanish":"Calle"}"#] {
            assert!(serde_json::from_str::<Label>(json).is_err(), "{json}");
        }
    }
}
