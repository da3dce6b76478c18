//! A catalogue's files as a department writes them, read by `model::catalogue`.

use model::catalogue::{Catalogue, CatalogueSource};
use model::words::Language;

use crate::ACCEPTED;

/// Puts the text after the first line in the place of the file that this line names, in the
/// catalogue that is compiled in.
pub(crate) fn run(input: &[u8]) -> String {
    let Ok(text) = std::str::from_utf8(input) else { return "not_text".to_owned() };
    let Some((file, content)) = text.split_once('\n') else { return "one_line".to_owned() };
    let mut source = CatalogueSource::builtin();
    source.files.insert(file.to_owned(), content.to_owned());
    match Catalogue::load(&source) {
        Ok(_) => ACCEPTED.to_owned(),
        Err(mistakes) => {
            assert!(!mistakes.is_empty(), "refused and no mistake told");
            for mistake in &mistakes {
                for language in [Language::English, Language::Spanish] {
                    let words = mistake.problem.in_language(language);
                    assert!(words.is_some(), "a mistake without words: {mistake:?}");
                }
            }
            "mistaken".to_owned()
        }
    }
}
