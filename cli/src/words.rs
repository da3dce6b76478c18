//! The command line's own words, in the language of who reads.
//!
//! What the model, the device or the server explain has its words in [`model::words`]; here stands
//! what only the command line says: states, heads of lists, reports, and what its failures mean.
//! Help and mistakes in the line itself are in English.

mod failures;
mod phrases;

use std::fmt::Display;

use model::words::{Language, fill};

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

/// What a failure of this code means, in Spanish.
pub fn failure(code: &str) -> Option<&'static FailureWords> {
    failures::FAILURES.iter().find(|known| known.code == code)
}

/// A phrase in a language, with its parts filled in.
pub fn say(language: Language, key: &str, parts: &[(&str, &dyn Display)]) -> String {
    let Some((_, en, es)) = PHRASES.iter().find(|(known, ..)| *known == key) else {
        return key.to_owned();
    };
    let wording = match language {
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

/// The language of the environment: `LC_ALL`, `LC_MESSAGES` or `LANG`, whichever stands first.
pub fn language_of_environment() -> Language {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    set.map_or(Language::English, |tag| Language::of_tag(&tag))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_phrase_has_both_languages_and_the_same_holes() {
        let mut keys = BTreeSet::new();
        for (key, en, es) in PHRASES {
            assert!(keys.insert(key), "{key} stands twice");
            assert_eq!(holes(en), holes(es), "{key}");
            assert!(!es.contains("(a)"), "{key}");
        }
    }

    #[test]
    fn every_phrase_that_a_command_says_is_there() {
        let source = device_commands();
        let mut said = 0;
        for call in ["say(\"", "say_with(\""] {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(PHRASES.iter().any(|(known, ..)| *known == key), "no phrase {key}");
                said += 1;
            }
        }
        assert!(said > 40, "{said}");
    }

    #[test]
    fn every_failure_of_a_device_has_spanish_words() {
        let source = device_commands();
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

    /// The source of the device's commands, without their tests.
    fn device_commands() -> String {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/commands/device");
        let mut all = String::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            all.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
        }
        all
    }
}
