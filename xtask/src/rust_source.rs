//! A light reading of Rust source: what is code, what is comment, what is a literal, which files a
//! file names as modules and which functions it has. Enough for the checks, without a parser.

mod kinds;
mod modules;

pub(crate) use modules::{Part, reachable};

use kinds::{Kind, kinds};

/// One file's text with each byte's kind.
pub(crate) struct Source<'a> {
    text: &'a str,
    kinds: Vec<Kind>,
}

impl<'a> Source<'a> {
    /// Takes `text` apart.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, kinds: kinds(text.as_bytes()) }
    }

    /// Returns the text with comments and literals blanked. Every offset and line stays where it
    /// was.
    pub(crate) fn code(&self) -> String {
        self.keeping(&[Kind::Code])
    }

    /// Returns the text with literals blanked: what a person wrote to the compiler and to the
    /// reader.
    pub(crate) fn code_and_comments(&self) -> String {
        self.keeping(&[Kind::Code, Kind::Comment])
    }

    /// Returns the text with every byte of a literal made visible, spaces included.
    pub(crate) fn literals_marked(&self) -> String {
        let bytes =
            self.text.bytes().zip(&self.kinds).map(|(byte, &kind)| {
                if byte == b'\n' || kind != Kind::Literal { byte } else { b'"' }
            });
        String::from_utf8(bytes.collect()).unwrap_or_default()
    }

    /// Returns the code that goes into the product: without items under `#[cfg(test)]`.
    pub(crate) fn product_code(&self) -> String {
        let code = self.code();
        let mut kept = code.clone();
        for (start, _) in code.match_indices("#[cfg(test)]") {
            let end = item_end(&code, start);
            let blank: String = code[start..end].chars().map(blanked).collect();
            kept.replace_range(start..end, &blank);
        }
        kept
    }

    /// Returns whether a function of this name is defined here.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        !functions(&self.code(), name).is_empty()
    }

    /// Returns whether a test of this name is defined here.
    pub(crate) fn has_test(&self, name: &str) -> bool {
        let code = self.code();
        functions(&code, name).iter().any(|&at| {
            let before = &code[..at];
            let attributes = &before[before.rfind([';', '{', '}']).map_or(0, |end| end + 1)..];
            ["#[test]", "::test]", "::test("].iter().any(|mark| attributes.contains(mark))
        })
    }

    fn keeping(&self, kept: &[Kind]) -> String {
        let bytes = self
            .text
            .bytes()
            .zip(&self.kinds)
            .map(|(byte, kind)| if byte == b'\n' || kept.contains(kind) { byte } else { b' ' });
        // A character is of one kind as a whole, so what is kept is still UTF-8.
        String::from_utf8(bytes.collect()).unwrap_or_default()
    }
}

/// Returns every path that the `use` declarations of `code` bring in, with its line; braces are
/// expanded.
pub(crate) fn imports(code: &str) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    for (start, _) in code.match_indices("use ") {
        if !starts_word(code, start) {
            continue;
        }
        let rest = &code[start + "use ".len()..];
        let tree: String =
            rest[..rest.find(';').unwrap_or(rest.len())].split_whitespace().collect();
        let mut expanded = Vec::new();
        expand_use(&tree, &mut expanded);
        let line = line_of(code, start);
        paths.extend(expanded.into_iter().map(|path| (line, path)));
    }
    paths
}

/// Returns the line of an offset, counted from one.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Returns whether the word at `offset` begins there, and is not the end of a longer one.
pub(crate) fn starts_word(text: &str, offset: usize) -> bool {
    !text[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Returns whether the word that ends before `offset` ends there.
pub(crate) fn ends_word(text: &str, offset: usize) -> bool {
    !text[offset..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn blanked(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

/// Returns where the item ends whose attributes begin at `start`: after its `;`, or its closing
/// brace.
fn item_end(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[start..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return start + offset + 1;
                }
            }
            ';' if depth == 0 => return start + offset + 1,
            _ => {}
        }
    }
    code.len()
}

/// Offsets of `fn name`.
fn functions(code: &str, name: &str) -> Vec<usize> {
    let wanted = format!("fn {name}");
    code.match_indices(&wanted)
        .map(|(at, _)| at)
        .filter(|&at| starts_word(code, at) && ends_word(code, at + wanted.len()))
        .collect()
}

/// Expands `std::{fs, io::{self, Read}}` to `std::fs`, `std::io::self`, `std::io::Read`.
fn expand_use(tree: &str, into: &mut Vec<String>) {
    let Some(open) = tree.find('{') else {
        into.push(tree.to_owned());
        return;
    };
    let close = tree.rfind('}').unwrap_or(tree.len());
    let (prefix, inner) = (&tree[..open], &tree[(open + 1).min(close)..close]);
    let mut depth = 0_usize;
    let parts = inner.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    for part in parts.filter(|part| !part.is_empty()) {
        expand_use(&format!("{prefix}{part}"), into);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_not_code() {
        check_code("let a = 1; // b", "let a = 1;     ");
        check_code("/* a /* b */ c */ d", "                  d");
        check_code(r#"f("a\"b", 'c')"#, r"f(      ,    )");
        check_code(r##"f(r#"a"b"#, br"c")"##, "f(        , b    )");
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        check_code("fn f<'a>(r#type: &'a str)", "fn f<'a>(r#type: &'a str)");
        check_code("('\\'', 'ñ', b'x')", "(    ,     , b   )");
    }

    #[test]
    fn lines_stay_where_they_were() {
        let source = "a\n/* b\n c */\nlet d = \"\n\n\";\nend";
        let code = Source::new(source).code();
        assert_eq!(code.len(), source.len());
        assert_eq!(code.lines().last(), Some("end"));
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn what_only_tests_use_is_not_the_product() {
        let source =
            "fn a() {}\n#[cfg(test)]\n#[rustfmt::skip]\nmod tests { fn b() { c } }\nfn d() {}";
        let code = Source::new(source).product_code();
        assert!(code.contains("fn a") && code.contains("fn d"));
        assert!(!code.contains("fn b") && !code.contains("mod tests"));
    }

    #[test]
    fn functions_are_found_by_their_whole_name() {
        let source = Source::new("fn saved() {}\n// fn lost()\nfn kept<T>() {}\n\"fn said()\"");
        assert!(source.has_function("saved") && source.has_function("kept"));
        assert!(!source.has_function("save") && !source.has_function("lost"));
        assert!(!source.has_function("said"));
    }

    #[test]
    fn a_test_is_a_function_with_the_attribute() {
        let source = Source::new(
            "fn helper() {}\n#[test]\nfn a() {}\n\
             #[tokio::test(flavor = \"multi_thread\")]\nasync fn b() {}\nfn c() {}",
        );
        assert!(source.has_test("a") && source.has_test("b"));
        assert!(!source.has_test("c") && !source.has_test("helper"));
    }

    #[test]
    fn grouped_imports_are_expanded() {
        let paths = imports("use std::{fs, io::{self, Read}};\nuse rand::Rng as _;");
        let paths: Vec<(usize, &str)> = paths.iter().map(|(line, path)| (*line, &**path)).collect();
        assert_eq!(
            paths,
            [(1, "std::fs"), (1, "std::io::self"), (1, "std::io::Read"), (2, "rand::Rngas_")]
        );
    }

    #[track_caller]
    fn check_code(text: &str, expected: &str) {
        assert_eq!(Source::new(text).code(), expected);
    }
}
