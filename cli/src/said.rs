//! A message to a person, in both languages where both exist.

use model::catalogue::Label;
use model::words::{Explained, Language, Message};

/// What is said of a failure: in English, and in Spanish where that is known with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub(crate) en: String,
    pub(crate) es: Option<String>,
}

impl From<&str> for Said {
    fn from(en: &str) -> Self {
        Self { en: en.to_owned(), es: None }
    }
}

impl From<String> for Said {
    fn from(en: String) -> Self {
        Self { en, es: None }
    }
}

impl From<Message> for Said {
    fn from(message: Message) -> Self {
        Self { es: message.in_language(Language::Spanish), en: message.english() }
    }
}

impl From<Label> for Said {
    fn from(label: Label) -> Self {
        Self { es: Some(label.in_language(Language::Spanish).to_owned()), en: label.en }
    }
}

impl Said {
    /// Says what an error explains of itself.
    pub fn of(error: &dyn Explained) -> Self {
        error.message().into()
    }
}

/// Returns an error and everything that caused it, as one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
