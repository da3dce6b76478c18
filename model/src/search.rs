//! What full-text search finds: names, aliases and notes, however they are written and typed.
//!
//! A text becomes words of plain letters: accents, capitals and foreign letters do not matter
//! (`Đặng` is `dang`, `Straßer` is `strasser`). What an apostrophe or a hyphen joins stands in the
//! index as one word and as its parts, and so do the words of a short text, which is a name: each is
//! found whichever way it is typed. [`words`] makes the index, [`Query`] looks in it.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::catalogue::RecordType;
use crate::record::Record;
use crate::value::{FieldValue, Scalar};

/// Which way texts become words. An index that another version made is made anew.
pub const FOLD_VERSION: u32 = 3;

/// Returns the words of a record's searched fields, for the full-text index.
pub fn searched_text(record_type: &RecordType, record: &Record) -> String {
    let mut all = String::new();
    for field in record_type.fields.iter().filter(|field| field.searched) {
        let Some(value) = record.fields.get(&field.name) else { continue };
        push_value(&mut all, value);
        // Values that a conflict holds back are found too: the other name may be the right one.
        for conflict in record.conflicts.iter().filter(|conflict| conflict.field == field.name) {
            for other in conflict.values.iter().skip(1) {
                if let FieldValue::Scalar(scalar) = &other.value {
                    push_scalar(&mut all, scalar);
                }
            }
        }
    }
    all
}

/// Returns the words of what a read model shows of a record's searched fields: those of
/// [`searched_text`], but for values that a conflict holds back.
pub fn searched_shown(record_type: &RecordType, fields: &Map<String, Json>) -> String {
    let mut all = String::new();
    for field in record_type.fields.iter().filter(|field| field.searched) {
        if let Some(json) = fields.get(field.name.as_str()) {
            push_value(&mut all, &FieldValue::from_json(&field.kind, json));
        }
    }
    all
}

/// Returns the words that a text is found by, with a blank between them.
pub fn words(text: &str) -> String {
    let parts = parts_of(text);
    let mut words: Vec<String> = Vec::new();
    for word in &parts {
        words.extend(word.iter().cloned());
        if word.len() > 1 {
            words.push(word.concat());
        }
    }
    // `De la Cruz` is typed `delacruz` too. Of long texts, each run would be noise.
    if parts.len() <= NAME_WORDS_MAX {
        for run in 2..=JOINED_MAX {
            words.extend(parts.windows(run).map(|run| run.concat().concat()));
        }
    }
    words.join(" ")
}

/// Returns a name in plain letters, with a blank between its words: two that are spelt with other
/// accents or capitals are one.
pub fn plain(name: &str) -> String {
    parts_of(name).iter().map(|word| word.concat()).collect::<Vec<_>>().join(" ")
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    ways: BTreeSet<Vec<String>>,
}

impl Query {
    /// Reads what was typed.
    pub fn read(typed: &str) -> Self {
        let parts = parts_of(typed);
        let joined: Vec<String> = parts.iter().map(|word| word.concat()).collect();
        let mut ways = BTreeSet::from([parts.concat(), joined.clone()]);
        if joined.len() <= NAME_WORDS_MAX {
            for run in 2..=JOINED_MAX.min(joined.len()) {
                for start in 0..=joined.len() - run {
                    let (before, rest) = joined.split_at(start);
                    let (together, after) = rest.split_at(run);
                    ways.insert([before, &[together.concat()], after].concat());
                }
            }
        }
        ways.remove(&Vec::new());
        Self { ways }
    }

    /// Returns whether there is no word in it.
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// Returns the ways to read it: a text is found if it has, for each word of one of them, a word
    /// that begins with it. The words hold lower-case letters and digits only.
    pub fn ways(&self) -> impl Iterator<Item = &[String]> {
        self.ways.iter().map(Vec::as_slice)
    }

    /// Returns whether it finds a text of these [`words`].
    pub fn finds(&self, words: &str) -> bool {
        let has = |word: &String| words.split(' ').any(|other| other.starts_with(word.as_str()));
        self.ways().any(|way| way.iter().all(has))
    }
}

/// A short text is a name, and people disagree on where its words end.
const NAME_WORDS_MAX: usize = 6;

/// How many words are tried as one.
const JOINED_MAX: usize = 3;

/// The words of a text, each as the parts that apostrophes and hyphens join.
fn parts_of(text: &str) -> Vec<Vec<String>> {
    let folded = fold(text);
    folded
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != JOINS)
        .map(|word| word.split(JOINS).filter(|part| !part.is_empty()).map(str::to_owned).collect())
        .filter(|word: &Vec<String>| !word.is_empty())
        .collect()
}

/// Lower-case ASCII, with one sign for all that joins two parts of a word.
fn fold(text: &str) -> String {
    let signs = text.chars().map(|letter| if joins(letter) { JOINS } else { letter });
    let plain = signs.nfkd().filter(|letter| !is_combining_mark(*letter));
    let mut folded = String::with_capacity(text.len());
    for letter in plain {
        match letter {
            JOINS => folded.push(JOINS),
            ascii if ascii.is_ascii() => folded.push(ascii.to_ascii_lowercase()),
            other => {
                // What it sounds like is never a sign that joins.
                let sound = any_ascii::any_ascii_char(other).chars();
                folded.extend(sound.map(|l| if l == JOINS { ' ' } else { l.to_ascii_lowercase() }));
            }
        }
    }
    folded
}

const JOINS: char = '\'';

/// Apostrophes, the letters that are written like them, and hyphens.
fn joins(letter: char) -> bool {
    matches!(
        letter,
        '\'' | '`' | '´' | '-' | '\u{ad}' | '·'
            | '\u{2b9}'..='\u{2bf}' | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{2ee}'
            | '\u{55a}' | '\u{58a}' | '\u{5be}' | '\u{5f3}'
            | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2035}'
            | '\u{2212}' | '\u{a78b}' | '\u{a78c}' | '\u{fe63}' | '\u{ff07}' | '\u{ff0d}'
    )
}

fn push_value(all: &mut String, value: &FieldValue) {
    match value {
        FieldValue::Scalar(scalar) => push_scalar(all, scalar),
        FieldValue::SharedNote(note) => push(all, note),
        FieldValue::Log(entries) => {
            for value in entries.values().flat_map(|entry| entry.values()) {
                push_scalar(all, value);
            }
        }
        FieldValue::Choices(_)
        | FieldValue::Refs(_)
        | FieldValue::Counter(_)
        | FieldValue::Unknown(_) => {}
    }
}

fn push_scalar(all: &mut String, value: &Scalar) {
    match value {
        Scalar::Bool(_) => {}
        Scalar::Phone(number) => {
            push(all, &number.to_string());
            // People leave out the area code, or remember how a number ends.
            let local = number.as_str().split('x').next().unwrap_or_default();
            for digits in [LOCAL_DIGITS, LAST_DIGITS] {
                let from = local.len().saturating_sub(digits);
                push(all, local.get(from..).unwrap_or_default());
            }
        }
        Scalar::Date(date) => {
            // The year alone, or all of it: a month alone would find a twelfth of everybody.
            let date = date.to_string();
            push(all, date.split('-').next().unwrap_or_default());
            push(all, &date.replace('-', ""));
        }
        Scalar::Text(_)
        | Scalar::DateTime(_)
        | Scalar::Integer(_)
        | Scalar::Decimal(_)
        | Scalar::Time(_)
        | Scalar::Duration(_)
        | Scalar::Choice(_)
        | Scalar::Options(_)
        | Scalar::Ref(_)
        | Scalar::User(_) => push(all, &value.to_string()),
    }
}

/// Digits of a number within its area.
const LOCAL_DIGITS: usize = 7;

/// Digits by which people tell numbers apart.
const LAST_DIGITS: usize = 4;

fn push(all: &mut String, part: &str) {
    let words = words(part);
    if !all.is_empty() && !words.is_empty() {
        all.push(' ');
    }
    all.push_str(&words);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_capitals_and_foreign_letters_do_not_matter() {
        for (written, folded) in [
            ("José ÑUÑEZ", "jose nunez"),
            ("Łódź", "lodz"),
            ("Đặng", "dang"),
            ("Işıl İnce", "isil ince"),
            ("Straßer", "strasser"),
            ("Sæther", "saether"),
            ("Юсуф", "yusuf"),
        ] {
            assert_eq!(fold(written), folded);
        }
        assert!(Query::read(" \"*' ").is_empty());
        assert!(Query::read("").is_empty());
    }

    #[test]
    fn a_word_is_found_by_its_beginning_and_not_by_its_middle() {
        let indexed = words("Met Case Alder near the bus stop; José-Luis was there too");
        for found in ["ald", "CASE bus", "jose luis", "joséluis", "Jose-Lu", "luis"] {
            assert!(Query::read(found).finds(&indexed), "{found}");
        }
        for not in ["lder", "case birch", "nearthe", "uis"] {
            assert!(!Query::read(not).finds(&indexed), "{not}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_found_as_it_is_written(text in "\\PC{0,40}") {
            let query = Query::read(&text);
            prop_assert!(query.is_empty() || query.finds(&words(&text)), "{query:?}");
        }

        #[test]
        fn words_are_plain_whatever_is_typed(text in any::<String>()) {
            let query = Query::read(&text);
            for word in query.ways().flatten() {
                prop_assert!(!word.is_empty());
                prop_assert!(word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()));
            }
        }
    }
}
