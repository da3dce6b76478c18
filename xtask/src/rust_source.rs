//! A light reading of Rust source: what is code, what is comment, what is a literal, which files a
//! file names as modules and which functions it has. Enough for the checks, without a parser.

use std::collections::BTreeSet;

use crate::tree::{self, Tree};

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

    /// The text with comments and literals blanked. Every offset and line stays where it was.
    pub(crate) fn code(&self) -> String {
        self.keeping(&[Kind::Code])
    }

    /// The text with literals blanked: what a person wrote to the compiler and to the reader.
    pub(crate) fn code_and_comments(&self) -> String {
        self.keeping(&[Kind::Code, Kind::Comment])
    }

    /// The text with every byte of a literal made visible, spaces included.
    pub(crate) fn literals_marked(&self) -> String {
        let bytes =
            self.text.bytes().zip(&self.kinds).map(|(byte, &kind)| {
                if byte == b'\n' || kind != Kind::Literal { byte } else { b'"' }
            });
        String::from_utf8(bytes.collect()).unwrap_or_default()
    }

    /// The code that goes into the product: without items under `#[cfg(test)]`.
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

    /// Whether a function of this name is defined here.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        !functions(&self.code(), name).is_empty()
    }

    /// Whether a test of this name is defined here.
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

/// Which part of the code counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    /// What goes into the product: no tests.
    Product,
}

impl Part {
    fn of(self, source: &Source<'_>) -> String {
        match self {
            Self::All => source.code(),
            Self::Product => source.product_code(),
        }
    }
}

/// The files that `root` names as modules, directly or through others, itself included.
///
/// Only modules named by the given part of the code are followed.
pub(crate) fn reachable(tree: &Tree, root: &str, part: Part) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(path) = waiting.pop() {
        let Some(text) = tree.text(&path) else { continue };
        if !found.insert(path.clone()) {
            continue;
        }
        let folder = module_folder(&path, path == root);
        for module in modules(text, &part.of(&Source::new(text))) {
            let candidates = match module.path {
                Some(relative) => vec![tree::resolve(tree::folder_of(&path), &relative)],
                None => ["rs", "mod"].map(|form| module_file(&folder, &module.name, form)).into(),
            };
            waiting.extend(candidates.into_iter().flatten().filter(|path| tree.has(path)));
        }
    }
    found
}

/// Every path that the `use` declarations of `code` bring in, with its line; braces are expanded.
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

/// The line of an offset, counted from one.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Whether the word at `offset` begins there, and is not the end of a longer one.
pub(crate) fn starts_word(text: &str, offset: usize) -> bool {
    !text[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Whether the word that ends before `offset` ends there.
pub(crate) fn ends_word(text: &str, offset: usize) -> bool {
    !text[offset..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Literal,
}

fn kinds(bytes: &[u8]) -> Vec<Kind> {
    let mut kinds = Vec::with_capacity(bytes.len());
    while kinds.len() < bytes.len() {
        let at = kinds.len();
        let rest = &bytes[at..];
        let (kind, length) = if rest.starts_with(b"//") {
            (Kind::Comment, find(rest, b"\n").unwrap_or(rest.len()))
        } else if rest.starts_with(b"/*") {
            (Kind::Comment, block_comment(rest))
        } else if let Some(length) = raw_string(bytes, at) {
            (Kind::Literal, length)
        } else if rest[0] == b'"' {
            (Kind::Literal, quoted(rest, b'"'))
        } else if rest[0] == b'\'' && is_character(rest) {
            (Kind::Literal, quoted(rest, b'\''))
        } else {
            (Kind::Code, 1)
        };
        kinds.resize(at + length.min(rest.len()), kind);
    }
    kinds
}

/// Block comments nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// The length of the raw string that starts at `at`, if one does. The letters before a raw
/// string's `r` stay code, which harms nobody.
fn raw_string(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = &bytes[at..];
    let prefixed = rest[0] == b'r';
    let inside_word = at > 0
        && is_word(bytes[at - 1])
        && !(matches!(bytes[at - 1], b'b' | b'c') && (at == 1 || !is_word(bytes[at - 2])));
    if !prefixed || inside_word {
        return None;
    }
    let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let end = [b"\"".as_slice(), &vec![b'#'; hashes]].concat();
    let body = 1 + hashes + 1;
    Some(find(&rest[body..], &end).map_or(rest.len(), |found| body + found + end.len()))
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Tells `'a'` from the lifetime `'a`: a character closes after one character or an escape.
fn is_character(rest: &[u8]) -> bool {
    match rest.get(1) {
        None => false,
        Some(b'\\') => true,
        Some(&first) => {
            let length = if first < 0x80 {
                1
            } else {
                1 + rest[2..].iter().take_while(|&&byte| byte & 0xC0 == 0x80).count()
            };
            rest.get(1 + length) == Some(&b'\'')
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn blanked(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

/// Where the item ends whose attributes begin at `start`: after its `;`, or its closing brace.
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

/// A module kept in a file of its own.
#[derive(Debug, PartialEq, Eq)]
struct Module {
    /// With the names of the inline modules around it: `outer/inner`.
    name: String,
    /// What its `path` attribute says.
    path: Option<String>,
}

/// The modules that `code`, some of `text`'s code, keeps in files of their own.
fn modules(text: &str, code: &str) -> Vec<Module> {
    let mut found = Vec::new();
    let mut around: Vec<(usize, &str)> = Vec::new();
    let mut depth = 0_usize;
    let mut statement = 0;
    for (at, c) in code.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                around.retain(|&(outer, _)| outer < depth);
            }
            'm' if code[at..].starts_with("mod ") && starts_word(code, at) => {
                let rest = code[at + "mod ".len()..].trim_start();
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
                if after.trim_start().starts_with('{') {
                    around.push((depth, name));
                } else if after.trim_start().starts_with(';') {
                    let outer = around.iter().map(|(_, outer)| *outer);
                    let name = outer.chain([name]).collect::<Vec<_>>().join("/");
                    found.push(Module { name, path: path_attribute(text, code, statement..at) });
                }
            }
            _ => {}
        }
        if matches!(c, '{' | '}' | ';') {
            statement = at + 1;
        }
    }
    found
}

fn path_attribute(text: &str, code: &str, range: std::ops::Range<usize>) -> Option<String> {
    let at = range.start + code[range.clone()].find("#[path")?;
    let mut quotes = text[at..range.end].split('"');
    quotes.nth(1).map(str::to_owned)
}

/// Where the modules of the file at `path` are kept.
fn module_folder(path: &str, is_root: bool) -> String {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    if is_root || stem.ends_with("/mod") {
        tree::folder_of(path).to_owned()
    } else {
        stem.to_owned()
    }
}

fn module_file(folder: &str, name: &str, form: &str) -> Option<String> {
    match form {
        "mod" => tree::resolve(folder, &format!("{name}/mod.rs")),
        _ => tree::resolve(folder, &format!("{name}.rs")),
    }
}

/// `std::{fs, io::{self, Read}}` as `std::fs`, `std::io::self`, `std::io::Read`.
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
    fn modules_are_followed_into_their_files() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", "mod one;\nmod inline { mod two; }\n#[path = \"odd.rs\"]\nmod three;"),
            ("a/src/one.rs", "pub(crate) mod deep;\n#[cfg(test)]\nmod tests;"),
            ("a/src/one/deep.rs", "// mod lost;"),
            ("a/src/one/tests.rs", ""),
            ("a/src/inline/two.rs", ""),
            ("a/src/odd.rs", ""),
            ("a/src/one/deep/lost.rs", ""),
        ]);
        let all: Vec<String> = reachable(&tree, "a/src/lib.rs", Part::All).into_iter().collect();
        assert_eq!(
            all,
            [
                "a/src/inline/two.rs",
                "a/src/lib.rs",
                "a/src/odd.rs",
                "a/src/one.rs",
                "a/src/one/deep.rs",
                "a/src/one/tests.rs"
            ]
        );
        let product = reachable(&tree, "a/src/lib.rs", Part::Product);
        assert!(!product.contains("a/src/one/tests.rs") && product.contains("a/src/one.rs"));
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
