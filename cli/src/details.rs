//! What a failure has several of: the mistakes of a catalogue, or what another one would change.
//!
//! A person reads them one per line; a script gets each as its code, its place and its words.

use model::catalogue::compare::Difference;
use model::catalogue::{Label, Mistake};
use model::words::{Language, LanguageTag};
use serde_json::{Value as Json, json};

use crate::words::both;

/// What is listed with a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Details {
    /// What is wrong in a catalogue.
    Mistakes(Vec<Mistake>),
    /// What another catalogue would change.
    Changes(Vec<Difference>),
}

impl Details {
    /// Returns them one per line.
    pub(crate) fn lines(&self) -> Label {
        let lines = |language| match self {
            Self::Mistakes(all) => joined(all.iter().map(|mistake| mistake.in_language(language))),
            Self::Changes(all) => joined(all.iter().map(|change| change.in_language(language))),
        };
        both(lines(Language::English), lines(Language::Spanish))
    }

    /// Returns the key and the list that JSON has of them.
    pub(crate) fn json(&self, language: Language) -> (&'static str, Json) {
        match self {
            Self::Mistakes(all) => {
                let all = all.iter().map(|mistake| {
                    json!({
                        "code": mistake.problem.code(),
                        "file": mistake.file,
                        "key": mistake.key,
                        "problem": mistake.problem.told(language),
                    })
                });
                ("mistakes", all.collect())
            }
            Self::Changes(all) => ("changes", changes(all, language)),
        }
    }
}

/// Returns what another catalogue would change, for a script.
pub(crate) fn changes(differences: &[Difference], language: impl Into<LanguageTag>) -> Json {
    let language = language.into();
    let changes = differences.iter().map(|found| {
        json!({
            "code": found.code,
            "at": found.at,
            "what": found.what.told(language),
            "instead": found.instead.as_ref().map(|instead| instead.told(language)),
        })
    });
    changes.collect()
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}
