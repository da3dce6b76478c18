//! Names of people who use the system: one person, however their name is typed.

use unicode_normalization::UnicodeNormalization;

/// Returns what two spellings of one name have in common: the Unicode form, the case of letters,
/// the width and number of blanks, and signs that nobody sees make no difference.
pub fn key(name: &str) -> String {
    let plain: String = name.nfkc().filter(|letter| !is_unseen(*letter)).collect();
    // Up and down again is as good as case folding: `ß` is `ss`, and every sigma is one.
    let folded: String =
        plain.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().collect();
    one_blank(&folded)
}

/// Returns the name as it is kept and shown: composed, with single blanks, and without signs that
/// nobody sees but for the two that join letters.
pub fn tidy(name: &str) -> String {
    let seen = name
        .nfc()
        .filter(|letter| !is_unseen(*letter) || matches!(letter, '\u{200c}' | '\u{200d}'));
    one_blank(&seen.collect::<String>())
}

fn one_blank(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Signs that only say how others are shown: two names that differ in them look alike.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_key_in_every_form() {
        for (one, other) in [
            ("José Ejemplo", "Jose\u{301} Ejemplo"),
            ("José Ejemplo", "JOSÉ  ejemplo"),
            ("José Ejemplo", " José\u{a0}Ejemplo\u{2003}"),
            ("Ana Straßer", "ana STRASSER"),
            ("Ana Ejemplo", "Ａｎａ Ejemplo"),
            ("Ana Ejemplo", "Ana\u{200b} Ej\u{200d}emplo"),
            ("ΣΟΦΟΣ", "σοφος"),
            ("Đặng", "đa\u{323}\u{306}ng"),
        ] {
            assert_eq!(key(one), key(other), "{one:?} {other:?}");
        }
        // The accent is part of the name.
        assert_ne!(key("José"), key("Jose"));
        assert_ne!(key("Ana Ejemplo"), key("AnaEjemplo"));
        assert_eq!(key(" \u{200b}\u{a0} "), "");
    }

    #[test]
    fn a_name_is_kept_composed_and_with_single_blanks() {
        assert_eq!(tidy("  Jose\u{301} \t Ejemplo "), "José Ejemplo");
        assert_eq!(tidy("Ana\u{202e} Ejemplo"), "Ana Ejemplo");
    }
}
