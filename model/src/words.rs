//! What people are told, in their language: a stable code, what fills it, and the words for both.
//!
//! Problems, refusals and errors say a [`Message`]. It travels, is stored and is handed to apps as
//! its code and its parts; words are made of it where somebody reads them: at the command line, in
//! the server's JSON, in an app. Which words, stands in one table.

mod table;
mod tag;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use table::verify::Finding;
pub use tag::{InvalidLanguage, LanguageTag};

/// A language that programs speak. The department's labels may be in others: see [`LanguageTag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// Returns the language of a tag such as `es-MX` or `es_US.UTF-8`; English for any that is not
    /// Spanish.
    pub fn of_tag(tag: &str) -> Self {
        let name = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if name.eq_ignore_ascii_case("es") { Self::Spanish } else { Self::English }
    }

    /// Returns the first language of an `Accept-Language` header that is spoken here; English when
    /// none is.
    pub fn of_accept_language(header: &str) -> Self {
        let mut best = (Self::English, 0.0);
        for part in header.split(',') {
            let mut parts = part.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
            let weight = weight.unwrap_or(1.0);
            let name = tag.split('-').next().unwrap_or_default();
            let is_spoken = name.eq_ignore_ascii_case("es") || name.eq_ignore_ascii_case("en");
            if is_spoken && weight > best.1 {
                best = (Self::of_tag(tag), weight);
            }
        }
        best.0
    }

    /// Returns its tag: `en` or `es`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }
}

/// Something to be told: a stable code and what fills its words.
///
/// The parts are flat, so that any language and any format can hold them. What stands inside another
/// message, or in a list of it, has its parts under its name: `problem`, `problem.min`,
/// `problems.0`, `problems.0.field`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Message {
    code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parts: BTreeMap<String, String>,
}

impl Message {
    /// Returns the message of a code, with nothing to fill it yet.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), parts: BTreeMap::new() }
    }

    /// Returns a message as it was taken apart by [`Message::code`] and [`Message::parts`].
    pub fn from_parts(code: impl Into<String>, parts: BTreeMap<String, String>) -> Self {
        Self { code: code.into(), parts }
    }

    /// Adds a part.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.parts.insert(name.to_owned(), value.to_string());
        self
    }

    /// Adds a message that stands inside this one.
    #[must_use]
    pub fn inside(mut self, name: &str, message: Self) -> Self {
        let parts =
            message.parts.into_iter().map(|(part, value)| (format!("{name}.{part}"), value));
        self.parts.extend(parts);
        self.parts.insert(name.to_owned(), message.code);
        self
    }

    /// Adds a list of messages.
    #[must_use]
    pub fn listing(self, name: &str, messages: impl IntoIterator<Item = Self>) -> Self {
        let numbered = messages.into_iter().enumerate();
        numbered.fold(self, |all, (at, message)| all.inside(&format!("{name}.{at}"), message))
    }

    /// Returns the stable code.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Returns what fills the words.
    pub fn parts(&self) -> &BTreeMap<String, String> {
        &self.parts
    }

    /// Returns the words in a language; none when this version has none for the code, or when parts
    /// are missing that every wording of it needs.
    pub fn in_language(&self, language: impl Into<LanguageTag>) -> Option<String> {
        self.inner("", &self.code, language.into())
    }

    /// Returns the words in English, or the bare code of a message that has none.
    pub fn english(&self) -> String {
        self.told(Language::English)
    }

    /// Returns the words in a language, or the bare code of a message that has none.
    pub fn told(&self, language: impl Into<LanguageTag>) -> String {
        self.in_language(language).unwrap_or_else(|| self.code.clone())
    }

    fn inner(&self, prefix: &str, code: &str, reader: LanguageTag) -> Option<String> {
        let language = Language::from(reader);
        let mut known = table::wordings().filter(|row| row.code == code);
        known.find_map(|row| {
            fill(row.in_language(language), |hole| {
                let path = |name: &str| match prefix {
                    "" => name.to_owned(),
                    prefix => format!("{prefix}.{name}"),
                };
                if let Some(name) = hole.strip_suffix('!') {
                    let path = path(name);
                    return self.inner(&path, self.parts.get(&path)?, reader);
                }
                if let Some(name) = hole.strip_suffix('*') {
                    let list = (0..).map_while(|at| {
                        let path = path(&format!("{name}.{at}"));
                        self.parts.get(&path).map(|code| self.inner(&path, code, reader))
                    });
                    let all = list.collect::<Option<Vec<_>>>()?;
                    return (!all.is_empty()).then(|| all.join("; "));
                }
                if hole == language.tag() {
                    // What the department has written, in the reader's own language.
                    let own = |tag: LanguageTag| self.parts.get(&path(tag.as_str()));
                    return reader
                        .and_wider()
                        .find_map(own)
                        .or_else(|| own(language.into()))
                        .cloned();
                }
                self.parts.get(&path(hole)).cloned()
            })
        })
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english())
    }
}

/// Returns a wording with its holes, `{name}`, filled; none when one of them stays empty.
pub fn fill(wording: &str, part: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut text = String::with_capacity(wording.len());
    let mut rest = wording;
    while let Some((before, after)) = rest.split_once('{') {
        let (hole, behind) = after.split_once('}')?;
        text.push_str(before);
        text.push_str(&part(hole)?);
        rest = behind;
    }
    text.push_str(rest);
    Some(text)
}

/// Returns whether this version has words for a code.
#[cfg(test)]
pub(crate) fn has_words(code: &str) -> bool {
    table::wordings().any(|row| row.code == code)
}

/// Returns the codes of what is said of a catalogue's mistakes.
#[cfg(test)]
pub(crate) fn codes_of_mistakes() -> impl Iterator<Item = &'static str> {
    table::MISTAKES.iter().map(|row| row.code)
}

/// Returns the codes of what is said of the differences between catalogues.
#[cfg(test)]
pub(crate) fn codes_of_differences() -> impl Iterator<Item = &'static str> {
    table::DIFFERENCES.iter().map(|row| row.code)
}

/// Implemented by whatever a person may have to be told of.
pub trait Explained {
    /// Returns what to tell.
    fn message(&self) -> Message;
}

/// Implements `Display` and `Error` by the English words of what is told.
macro_rules! explained_error {
    ($($name:ty),+ $(,)?) => {
        $(
            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Display::fmt(&$crate::words::Explained::message(self), f)
                }
            }

            impl std::error::Error for $name {}
        )+
    };
}
pub(crate) use explained_error;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_words_in_both_languages_with_the_same_holes() {
        for row in table::wordings() {
            // What the department has written is a part for each language.
            let own = |text, language| {
                let mut holes = holes(text);
                holes.remove(language);
                holes
            };
            let (en, es) = (own(row.en, "en"), own(row.es, "es"));
            assert!(!row.en.trim().is_empty() && !row.es.trim().is_empty(), "{}", row.code);
            assert_eq!(en, es, "{}", row.code);
            assert!(!row.es.contains("(a)"), "{}", row.code);
        }
    }

    #[test]
    fn of_several_wordings_of_a_code_the_one_that_needs_most_comes_first() {
        for (at, row) in table::wordings().enumerate() {
            for other in table::wordings().take(at).filter(|other| other.code == row.code) {
                let (more, fewer) = (holes(other.en), holes(row.en));
                assert!(fewer.is_subset(&more) && fewer != more, "{}", row.code);
            }
        }
    }

    #[test]
    fn the_wordings_of_a_code_stand_one_after_the_other() {
        let mut codes: Vec<_> = table::wordings().map(|row| row.code).collect();
        codes.dedup();
        let different: BTreeSet<_> = codes.iter().copied().collect();
        assert_eq!(different.len(), codes.len());
    }

    #[test]
    fn a_message_within_a_list_within_a_message_is_told_whole() {
        let bounds = Message::new("out_of_bounds").with("min", 1).with("max", 5);
        let entry = Message::new("entry").with("key", "risk").inside("problem", bounds);
        let field = Message::new("field").with("field", "goals").inside("problem", entry);
        let other =
            Message::new("field").with("field", "mode").inside("problem", Message::new("required"));
        let all = Message::new("invalid_fields").listing("problems", [field, other]);
        assert_eq!(
            all.in_language(Language::English).unwrap(),
            "`goals` entry: `risk` must lie between 1 and 5; `mode` is required"
        );
        assert_eq!(
            all.in_language(Language::Spanish).unwrap(),
            "`goals` entrada: `risk` debe estar entre 1 y 5; `mode` es obligatorio"
        );
        let json = serde_json::to_string(&all).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&json).unwrap(), all);
    }

    #[test]
    fn a_part_that_looks_like_a_hole_is_only_a_part() {
        let message = Message::new("unknown_type").with("type", "{type} `x`");
        assert_eq!(message.to_string(), "there is no record type `{type} `x``");
    }

    #[test]
    fn a_code_of_a_later_version_has_no_words_and_the_bare_code_is_told() {
        let message = Message::new("of_a_later_version").with("x", 1);
        assert_eq!(message.in_language(Language::Spanish), None);
        assert_eq!(message.to_string(), "of_a_later_version");
    }

    #[test]
    fn the_language_is_that_of_the_tag_or_the_header() {
        for (tag, language) in [
            ("es", Language::Spanish),
            ("es-MX", Language::Spanish),
            ("ES_US.UTF-8", Language::Spanish),
            ("est", Language::English),
            ("C.UTF-8", Language::English),
            ("", Language::English),
        ] {
            assert_eq!(Language::of_tag(tag), language, "{tag}");
        }
        for (header, language) in [
            ("es-MX,es;q=0.9,en;q=0.5", Language::Spanish),
            ("fr, en;q=0.3, es;q=0.7", Language::Spanish),
            ("en-US, es;q=0.5", Language::English),
            ("es;q=0", Language::English),
            ("*", Language::English),
        ] {
            assert_eq!(Language::of_accept_language(header), language, "{header}");
        }
    }

    fn holes(wording: &str) -> BTreeSet<&str> {
        wording.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }
}
