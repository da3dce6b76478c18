//! "Did you mean …?": the name that is most similar to a mistyped one.

use model::catalogue::Label;
use model::words::Language;

use crate::words;

/// Returns the candidate nearest to `typed`, if one is near enough to be meant.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let enough = (typed.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&typed, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= enough || is_part(&typed, candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns a hint that names the nearest candidate and lists all, in both languages.
pub fn hint<'a>(what: Names, typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Label {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let near = nearest(typed, candidates.iter().copied());
    let list = candidates.join(", ");
    let in_language = |language| {
        let what = words::say(language, what.key(), &[]);
        let all = match candidates.is_empty() {
            true => words::say(language, "near_none", &[("what", &what)]),
            false => format!("{what}: {list}"),
        };
        match near {
            Some(near) => format!("{}\n{all}", words::say(language, "near", &[("name", &near)])),
            None => all,
        }
    };
    words::both(in_language(Language::English), in_language(Language::Spanish))
}

/// The names that a hint lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Of record types.
    Types,
    /// Of fields.
    Fields,
    /// Of programs.
    Programs,
    /// Of people.
    People,
    /// Of what is done, in the audit.
    Acts,
}

impl Names {
    fn key(self) -> &'static str {
        match self {
            Self::Types => "near_types",
            Self::Fields => "near_fields",
            Self::Programs => "near_programs",
            Self::People => "near_people",
            Self::Acts => "near_acts",
        }
    }
}

fn is_part(typed: &str, candidate: &str) -> bool {
    3 <= typed.len() && candidate.split('_').any(|part| part == typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [&str; 5] = ["risk", "risk_level", "tier", "owner", "safety_plan"];

    #[test]
    fn a_typing_mistake_finds_the_name_that_was_meant() {
        assert_eq!(nearest("riks_level", FIELDS), Some("risk_level"));
        assert_eq!(nearest("Tier", FIELDS), Some("tier"));
        assert_eq!(nearest("plan", FIELDS), Some("safety_plan"));
    }

    #[test]
    fn something_else_altogether_finds_nothing() {
        assert_eq!(nearest("birthday", FIELDS), None);
        assert_eq!(nearest("x", []), None);
        let hint = hint(Names::Fields, "birthday", ["a", "b"]);
        assert_eq!(
            (hint.en.as_str(), hint.in_language(Language::Spanish)),
            ("fields: a, b", "campos: a, b")
        );
    }
}
