//! Languages by their BCP 47 codes: those of a department's labels, and of who reads them.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Explained, Language, Message, explained_error};

/// A language by its BCP 47 code: the language, and where it matters its script and its region, in
/// their usual letters (`vi`, `zh-Hant`, `es-MX`).
///
/// Programs' own words are in the [`Language`]s only: for who reads another, they are in English.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageTag {
    /// The letters, and nothing behind them.
    letters: [u8; LETTERS_MAX],
}

/// `zh-Hant-419`: three letters at most, and behind hyphens four and three.
const LETTERS_MAX: usize = 3 + 1 + 4 + 1 + 3;

impl LanguageTag {
    /// English, which every label has.
    pub const ENGLISH: Self = Self::of_letters(b"en");

    /// Spanish.
    pub const SPANISH: Self = Self::of_letters(b"es");

    /// Returns the language of a tag or of an environment's locale, such as `es_US.UTF-8`; English
    /// for a text that is neither.
    pub fn of_locale(text: &str) -> Self {
        let tag = text.split(['.', '@']).next().unwrap_or_default();
        tag.replace('_', "-").parse().unwrap_or(Self::ENGLISH)
    }

    /// Returns its code.
    pub fn as_str(&self) -> &str {
        let end = self.letters.iter().position(|letter| *letter == 0);
        let letters = self.letters.get(..end.unwrap_or(LETTERS_MAX)).unwrap_or_default();
        std::str::from_utf8(letters).unwrap_or_default()
    }

    /// Returns this language and those that stand for it where there is nothing in it: the same
    /// without its region, then without its script.
    pub fn and_wider(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |narrow| {
            let (wider, _) = narrow.as_str().rsplit_once('-')?;
            wider.parse().ok()
        })
    }

    /// Returns what stands before the fraction of a number: a point, or a comma in the languages and
    /// regions that write one (CLDR).
    pub fn decimal_mark(self) -> char {
        let mut parts = self.as_str().split('-');
        let language = parts.next().unwrap_or_default();
        let region = parts.next_back().unwrap_or_default();
        let writes_point = language == "es" && SPANISH_WITH_POINT.contains(&region);
        if WRITE_COMMA.contains(&language) && !writes_point { ',' } else { '.' }
    }

    const fn of_letters(text: &[u8]) -> Self {
        let mut letters = [0; LETTERS_MAX];
        let (head, _) = letters.split_at_mut(text.len());
        head.copy_from_slice(text);
        Self { letters }
    }
}

impl From<Language> for LanguageTag {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::ENGLISH,
            Language::Spanish => Self::SPANISH,
        }
    }
}

impl From<LanguageTag> for Language {
    /// Returns the language that programs speak to who reads this one.
    fn from(tag: LanguageTag) -> Self {
        Self::of_tag(tag.as_str())
    }
}

/// The languages that write a comma before a fraction.
const WRITE_COMMA: [&str; 28] = [
    "bg", "bs", "cs", "da", "de", "el", "es", "fi", "fr", "hr", "hu", "hy", "id", "it", "ka", "kk",
    "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sq", "sr", "sv", "tr", "vi",
];

/// Where Spanish is written with a point.
const SPANISH_WITH_POINT: [&str; 10] =
    ["419", "DO", "GT", "HN", "MX", "NI", "PA", "PE", "PR", "US"];

/// A text that is no code of a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLanguage;

impl Explained for InvalidLanguage {
    fn message(&self) -> Message {
        Message::new("invalid_language")
    }
}

explained_error!(InvalidLanguage);

impl FromStr for LanguageTag {
    type Err = InvalidLanguage;

    /// Reads a code, whatever its letters' case.
    fn from_str(text: &str) -> Result<Self, InvalidLanguage> {
        if text.len() > LETTERS_MAX {
            return Err(InvalidLanguage);
        }
        let mut parts = text.split('-').peekable();
        let is_letters = |part: &str| part.bytes().all(|letter| letter.is_ascii_alphabetic());
        let language =
            parts.next().filter(|part| is_letters(part) && (2..=3).contains(&part.len()));
        let mut code = language.ok_or(InvalidLanguage)?.to_ascii_lowercase();
        if let Some(script) = parts.next_if(|part| is_letters(part) && part.len() == 4) {
            let (first, rest) = script.split_at(1);
            code.push('-');
            code.push_str(&first.to_ascii_uppercase());
            code.push_str(&rest.to_ascii_lowercase());
        }
        let is_digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
        let is_region = |part: &&str| match part.len() {
            2 => is_letters(part),
            3 => is_digits(part),
            _ => false,
        };
        if let Some(region) = parts.next_if(is_region) {
            code.push('-');
            code.push_str(&region.to_ascii_uppercase());
        }
        match parts.next() {
            None => Ok(Self::of_letters(code.as_bytes())),
            Some(_) => Err(InvalidLanguage),
        }
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for LanguageTag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for LanguageTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_whatever_its_letters_case_and_told_in_the_usual_ones() {
        for (typed, told) in [
            ("vi", "vi"),
            ("SO", "so"),
            ("zh-hant", "zh-Hant"),
            ("zh-Hant-TW", "zh-Hant-TW"),
            ("ES-mx", "es-MX"),
            ("es-419", "es-419"),
            ("hmn", "hmn"),
            ("zha-hant-419", "zha-Hant-419"),
        ] {
            assert_eq!(typed.parse::<LanguageTag>().unwrap().as_str(), told);
        }
    }

    #[test]
    fn what_is_no_code_of_a_language_is_not_read() {
        for text in [
            "",
            "v",
            "viet",
            "vietnamese",
            "vi-",
            "-vi",
            "vi-V",
            "zh-Hant-TW-x",
            "zh-TW-Hant",
            "e\u{301}",
            "es_MX",
            "12",
            "vi vi",
            "x-klingon",
            "es-12",
        ] {
            assert_eq!(text.parse::<LanguageTag>(), Err(InvalidLanguage), "{text}");
        }
    }

    #[test]
    fn a_locale_of_an_environment_is_a_language() {
        for (locale, tag) in [
            ("es_US.UTF-8", "es-US"),
            ("vi_VN@dong", "vi-VN"),
            ("C.UTF-8", "en"),
            ("POSIX", "en"),
            ("", "en"),
        ] {
            assert_eq!(LanguageTag::of_locale(locale).as_str(), tag, "{locale}");
        }
    }

    #[test]
    fn a_language_is_stood_in_for_by_a_wider_one() {
        let wider = |tag: &str| {
            let tag: LanguageTag = tag.parse().unwrap();
            tag.and_wider().map(|tag| tag.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(wider("zh-Hant-TW"), "zh-Hant-TW zh-Hant zh");
        assert_eq!(wider("vi"), "vi");
    }

    #[test]
    fn programs_speak_spanish_to_who_reads_it_and_english_to_all_others() {
        for (tag, language) in
            [("es-MX", Language::Spanish), ("vi", Language::English), ("en-GB", Language::English)]
        {
            assert_eq!(Language::from(tag.parse::<LanguageTag>().unwrap()), language);
        }
    }

    #[test]
    fn a_fraction_follows_a_point_or_a_comma_as_the_language_has_it() {
        for (tag, mark) in [
            ("en", '.'),
            ("es", ','),
            ("es-MX", '.'),
            ("es-ES", ','),
            ("vi", ','),
            ("so", '.'),
            ("zh-Hant", '.'),
        ] {
            assert_eq!(LanguageTag::of_locale(tag).decimal_mark(), mark, "{tag}");
        }
    }

    proptest! {
        #[test]
        fn a_code_that_is_told_is_read_again(text in any::<String>()) {
            if let Ok(tag) = text.parse::<LanguageTag>() {
                prop_assert_eq!(tag.as_str().parse::<LanguageTag>(), Ok(tag));
                prop_assert!(tag.as_str().eq_ignore_ascii_case(&text));
            }
        }
    }
}
