//! Reads our own HTML as far as tests ask about it, and writes pages for looking at.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// A tag that opens an element, with its attributes in their order.
#[derive(Debug)]
pub(crate) struct Tag<'h> {
    pub(crate) name: &'h str,
    pub(crate) attributes: Vec<(&'h str, &'h str)>,
}

impl<'h> Tag<'h> {
    /// Returns the value of an attribute; an empty text if it has none.
    pub(crate) fn get(&self, name: &str) -> Option<&'h str> {
        self.attributes.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
    }
}

/// Returns every tag that opens an element. Our pages quote every value and escape every `<`.
pub(crate) fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        if piece.starts_with(['/', '!']) {
            continue;
        }
        let mut rest = piece;
        let name = word(&mut rest);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let key = word(&mut rest);
            assert!(!key.is_empty(), "an attribute without a name: <{piece}");
            let value = match rest.strip_prefix('=') {
                Some(quoted) => {
                    let quote = quoted.chars().next().unwrap();
                    assert!(matches!(quote, '"' | '\''), "a value without quotes: <{piece}");
                    let (value, after) = quoted[1..].split_once(quote).unwrap();
                    rest = after;
                    value
                }
                None => "",
            };
            attributes.push((key, value));
        }
        tags.push(Tag { name, attributes });
    }
    tags
}

fn word<'h>(rest: &mut &'h str) -> &'h str {
    let end =
        rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>')).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    word
}

/// Writes a page for looking at, where somebody asks for that.
pub(crate) fn keep(name: &str, html: &str) {
    let Some(folder) = env::var_os("FIELDBOOK_PAGES").map(PathBuf::from) else { return };
    for asset in ui::ASSETS {
        write(&folder.join(asset.path.trim_start_matches('/')), asset.bytes);
    }
    let relative = html.replace("\"/assets/", "\"assets/");
    write(&folder.join(format!("{name}.html")), relative.as_bytes());
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
