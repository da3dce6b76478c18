//! The command line's own words, in the reader's language.
//!
//! Messages of the model, the device and the server have their words in [`model::words`]. This
//! module has the words that only the command line uses: states, heads of lists, reports, failures,
//! and translations of clap's help.

mod demo;
mod failures;
pub(crate) mod help;
pub(crate) mod office;
mod phrases;

use std::ffi::OsString;
use std::fmt::Display;

use model::catalogue::Label;
use model::words::{Language, LanguageTag, fill};

use demo::OF_THE_DEMO;
use office::OF_THE_OFFICE;
use phrases::PHRASES;

/// What a failure's code means, in Spanish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureWords {
    /// The code.
    pub code: &'static str,
    /// What happened; none where only the error itself can say it.
    pub message: &'static str,
    /// What to do about it.
    pub hint: Option<&'static str>,
}

/// Returns the Spanish words of a failure's code, or `None` if there are none.
pub fn failure(code: &str) -> Option<&'static FailureWords> {
    failures::FAILURES.iter().find(|known| known.code == code)
}

/// Returns a text in both languages.
pub fn both(en: impl Into<String>, es: impl Into<String>) -> Label {
    Label::both(en, es)
}

/// Returns a phrase in both languages.
pub fn label(key: &str, parts: &[(&str, &dyn Display)]) -> Label {
    both(say(Language::English, key, parts), say(Language::Spanish, key, parts))
}

/// Returns a phrase in a language, with its parts filled in.
pub fn say(language: impl Into<Language>, key: &str, parts: &[(&str, &dyn Display)]) -> String {
    let Some((_, en, es)) = phrases().find(|(known, ..)| *known == key) else {
        return key.to_owned();
    };
    let wording = match language.into() {
        Language::English => en,
        Language::Spanish => es,
    };
    let part = |hole: &str| {
        let value =
            parts.iter().find(|(name, _)| *name == hole).map(|(_, value)| value.to_string());
        Some(value.unwrap_or_default())
    };
    fill(wording, part).unwrap_or_default()
}

fn phrases() -> impl Iterator<Item = &'static (&'static str, &'static str, &'static str)> {
    PHRASES.iter().chain(OF_THE_OFFICE).chain(OF_THE_DEMO)
}

/// Returns the language of a command line that is not parsed yet: from `--lang`, or from the
/// environment.
pub fn language_of_line(line: &[OsString]) -> LanguageTag {
    let mut parts = line.iter().map(|part| part.to_string_lossy()).take_while(|part| part != "--");
    let mut named = None;
    while let Some(part) = parts.next() {
        match part.strip_prefix("--lang=") {
            Some(tag) => named = Some(tag.to_owned()),
            None if part == "--lang" => named = parts.next().map(|tag| tag.into_owned()),
            None => {}
        }
    }
    named.map_or_else(language_of_environment, |tag| LanguageTag::of_locale(&tag))
}

/// Returns the language of the environment: of the first variable that is set out of `LC_ALL`,
/// `LC_MESSAGES` and `LANG`.
pub fn language_of_environment() -> LanguageTag {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.map_or(LanguageTag::ENGLISH, |tag| LanguageTag::of_locale(&tag))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_phrase_has_both_languages_and_the_same_holes() {
        let mut keys = BTreeSet::new();
        for (key, en, es) in phrases() {
            assert!(keys.insert(key), "{key} stands twice");
            assert_eq!(holes(en), holes(es), "{key}");
            assert!(!es.contains("(a)"), "{key}");
        }
    }

    #[test]
    fn every_phrase_that_a_command_says_is_there() {
        let source = commands("device") + &commands("admin") + &commands("catalogue");
        let mut said = BTreeSet::new();
        for call in ["say(", "say(language, ", "say_with(", "label(", "heads(["] {
            for rest in source.split(call).skip(1) {
                let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
                let key = rest.split('"').next().unwrap().trim_start_matches(['>', '~']);
                assert!(phrases().any(|(known, ..)| *known == key), "no phrase {key}");
                said.insert(key);
            }
        }
        assert!(said.len() > 80, "{said:?}");
    }

    #[test]
    fn the_demo_says_every_phrase_of_its_own_and_no_other() {
        let source = commands("demo") + include_str!("commands/demo.rs");
        let said: BTreeSet<_> = source
            .split('"')
            .filter(|part| part.strip_prefix("demo_").is_some_and(|rest| !rest.contains(' ')))
            .collect();
        let known: BTreeSet<_> = OF_THE_DEMO.iter().map(|(key, ..)| *key).collect();
        assert_eq!(said, known);
        for call in ["tell(", "part("] {
            for rest in source.split(&format!("story.{call}")).skip(1) {
                assert!(rest.starts_with("\"demo_"), "{call}{}", &rest[..rest.len().min(90)]);
            }
        }
    }

    #[test]
    fn what_fails_in_the_office_and_the_demo_is_told_in_both_languages() {
        let source = commands("admin") + &commands("demo") + include_str!("commands/demo.rs");
        let mut failures = 0;
        for call in [
            "Failure::failed(",
            "Failure::invalid(",
            "Failure::refused(",
            ".hint(",
            "Failure::not_found(",
        ] {
            for rest in source.split(call).skip(1) {
                let argument = match call {
                    ".hint(" => rest.trim_start(),
                    _ => rest.split_once(',').unwrap().1.trim_start(),
                };
                let is_english = argument.starts_with('"') || argument.starts_with("format!");
                assert!(!is_english, "{call}{}", &rest[..rest.len().min(90)]);
                failures += 1;
            }
        }
        assert!(failures > 40, "{failures}");
    }

    #[test]
    fn every_failure_of_a_device_has_spanish_words() {
        let source = commands("device");
        let mut found = BTreeSet::new();
        for kind in ["failed", "invalid", "refused", "not_found"] {
            for rest in source.split(&format!("Failure::{kind}(")).skip(1) {
                let code = rest.trim_start().strip_prefix('"');
                found.extend(code.and_then(|rest| rest.split('"').next()));
            }
        }
        assert!(found.len() > 30, "{found:?}");
        let mut missing = found;
        missing.retain(|code| failure(code).is_none());
        assert!(missing.is_empty(), "no Spanish for {missing:?}");
    }

    fn holes(wording: &str) -> BTreeSet<&str> {
        wording.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
    }

    /// Returns the source of a group of commands, without their tests.
    fn commands(group: &str) -> String {
        let mut folders =
            vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands").join(group)];
        let mut all = String::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(path).unwrap();
                all.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
            }
        }
        all
    }
}
