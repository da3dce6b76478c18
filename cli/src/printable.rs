//! Removes control characters from text that other people wrote before it reaches a terminal.
//!
//! A terminal obeys control characters: a colleague's note could clear the screen, change the
//! clipboard or print a line that the program never said. [`text`] is for people and [`json`] for
//! scripts; everything that the program prints goes through one of them.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Returns the text with a sign in place of each control character but line ends and tabs.
pub fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n");
    Cow::Owned(lines.chars().map(|letter| if is_control(letter) { SIGN } else { letter }).collect())
}

/// Returns JSON that means the same and holds no control character: they stand in strings only,
/// where each can be written as its number.
pub fn json(json: &str) -> Cow<'_, str> {
    if !json.contains(is_control) {
        return Cow::Borrowed(json);
    }
    let mut plain = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_control(letter) {
            // Writing to a string cannot fail.
            let _ = write!(plain, "\\u{:04x}", u32::from(letter));
        } else {
            plain.push(letter);
        }
    }
    Cow::Owned(plain)
}

/// Returns whether a character is a control character of either set, or changes the direction of
/// the text around it.
fn is_control(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        other => other.is_control(),
    }
}

/// Says that something stood here.
const SIGN: char = '\u{fffd}';

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(text("plain, tab\tand\nlines"), "plain, tab\tand\nlines");
        assert_eq!(text("one\r\ntwo\rthree"), "one\ntwo\u{fffd}three");
        let hostile = "\u{1b}[2J\u{7}\u{1b}]0;title\u{7} \u{9b}31m \u{7f}\u{8}\u{0} \u{202e}gnol";
        let shown = text(hostile);
        assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'), "{shown:?}");
        assert!(shown.ends_with("gnol") && shown.contains("[2J"), "nothing else is lost");
    }

    #[test]
    fn json_means_the_same_without_them() {
        let value =
            serde_json::json!({"note": "\u{1b}[2J \u{9b}1m \u{202e}x\u{7f}", "n": [1, "é"]});
        let printed = value.to_string();
        let plain = json(&printed);
        assert!(!plain.contains(is_control), "{plain:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&plain).unwrap(), value);
    }
}
