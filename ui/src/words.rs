//! The words of pages, in both languages: one method for each message of `words/en.ftl`.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use model::catalogue::Label;
use model::words::Language;
use unic_langid::LanguageIdentifier;

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The words of pages in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) language: Language,
}

type Bundle = FluentBundle<FluentResource>;

impl Words {
    /// Returns the words of a language.
    pub(crate) fn of(language: Language) -> Self {
        Self { language }
    }

    /// Returns what the catalogue calls something.
    pub(crate) fn label<'l>(&self, label: &'l Label) -> &'l str {
        label.in_language(self.language)
    }

    /// Returns the language's code, for `lang`.
    pub(crate) fn tag(&self) -> &'static str {
        self.language.tag()
    }

    fn said<const N: usize>(
        &self,
        key: &'static str,
        arguments: [(&'static str, FluentValue<'static>); N],
    ) -> String {
        let bundle = self.bundle();
        // The build makes sure that every key has a text in both languages.
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let arguments: FluentArgs<'_> = arguments.into_iter().collect();
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    fn bundle(&self) -> &'static Bundle {
        static ENGLISH: OnceLock<Bundle> = OnceLock::new();
        static SPANISH: OnceLock<Bundle> = OnceLock::new();
        match self.language {
            Language::English => {
                ENGLISH.get_or_init(|| read("en-US", include_str!("../words/en.ftl")))
            }
            Language::Spanish => {
                SPANISH.get_or_init(|| read("es-US", include_str!("../words/es.ftl")))
            }
        }
    }
}

fn read(language: &str, source: &str) -> Bundle {
    let language: LanguageIdentifier = language.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![language]);
    // Marks of direction around what is filled in would come along into inputs and titles.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(read, _)| read);
    // The build has read it, and knows each key once.
    bundle.add_resource_overriding(resource);
    bundle
}

/// Returns a text with a capital in front: messages are written to stand inside a sentence, too.
pub(crate) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_said_in_the_language_of_its_reader() {
        assert_eq!(Words::of(Language::English).nav_cases(), "Cases");
        assert_eq!(Words::of(Language::Spanish).nav_cases(), "Casos");
    }

    #[test]
    fn one_is_not_said_as_many() {
        let words = Words::of(Language::English);
        assert_eq!(words.count_cases(1_u64), "1 case");
        assert_eq!(words.count_cases(3_u64), "3 cases");
    }
}
