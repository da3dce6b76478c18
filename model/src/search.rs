//! What full-text search finds: names, aliases and notes, whatever the accents and the case.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::catalogue::RecordType;
use crate::record::Record;
use crate::value::FieldValue;

/// The text of a record's searched fields, folded, for the full-text index.
pub fn searched_text(record_type: &RecordType, record: &Record) -> String {
    let mut text = String::new();
    for field in record_type.fields.iter().filter(|field| field.searched) {
        let Some(value) = record.fields.get(&field.name) else { continue };
        match value {
            FieldValue::Scalar(scalar) => push_folded(&mut text, &scalar.to_string()),
            FieldValue::SharedNote(note) => push_folded(&mut text, note),
            FieldValue::Log(entries) => {
                for value in entries.values().flat_map(|entry| entry.values()) {
                    push_folded(&mut text, &value.to_string());
                }
            }
            FieldValue::Choices(_) | FieldValue::Counter(_) | FieldValue::Unknown(_) => {}
        }
        // Values that a conflict holds back are found too: the other name may be the right one.
        for conflict in record.conflicts.iter().filter(|conflict| conflict.field == field.name) {
            for other in conflict.values.iter().skip(1) {
                if let FieldValue::Scalar(scalar) = &other.value {
                    push_folded(&mut text, &scalar.to_string());
                }
            }
        }
    }
    text
}

/// The words of a query, folded like the index.
pub fn query_words(query: &str) -> Vec<String> {
    fold(query)
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Lower case without accents: `José Ñuñez` becomes `jose nunez`.
pub fn fold(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

fn push_folded(text: &mut String, part: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&fold(part));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("José ÑUÑEZ"), "jose nunez");
        assert_eq!(fold("Łódź"), "łodz");
        assert_eq!(query_words("  O'Neil, josé-luis "), ["o", "neil", "jose", "luis"]);
        assert!(query_words(" \"*' ").is_empty());
    }
}
