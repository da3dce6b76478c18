//! Which files a file names as modules, and which those name.

use std::collections::BTreeSet;

use super::{Source, starts_word};
use crate::tree::{self, Tree};

/// Which part of the code counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    All,
    /// What goes into the product: no tests.
    Product,
}

impl Part {
    pub(crate) fn of(self, source: &Source<'_>) -> String {
        match self {
            Self::All => source.code(),
            Self::Product => source.product_code(),
        }
    }
}

/// Returns the files that `root` names as modules, directly or through others, itself included.
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

/// A module kept in a file of its own.
#[derive(Debug, PartialEq, Eq)]
struct Module {
    /// With the names of the inline modules around it: `outer/inner`.
    name: String,
    /// What its `path` attribute says.
    path: Option<String>,
}

/// Returns the modules that `code`, some of `text`'s code, keeps in files of their own.
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

/// Returns where the modules of the file at `path` are kept.
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
