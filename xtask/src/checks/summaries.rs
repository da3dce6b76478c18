//! A function's documentation begins with a verb: "Returns…", "Opens…", "Rejects…".
//!
//! A first line that begins with "What", "Who" or "Whether" names no actor and no act, and has to
//! be read twice. Only the first word is looked at; the rest of a sentence is for the reviewer.

use super::Complaint;
use crate::rust_source::Source;
use crate::tree::Tree;

/// Rejects first lines that begin with one of [`WORDS`].
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".rs")) {
        for (line, word) in poor_summaries(text) {
            let what = format!(
                "a function's documentation begins with `{word}`: begin with a verb, such as \
                 `Returns`"
            );
            complaints.push(Complaint::at(path, line, what));
        }
    }
    complaints
}

const WORDS: [&str; 6] = ["What", "Who", "Whoever", "Whether", "That", "None"];

/// Returns the line and the first word of every such documentation of a function in `text`.
fn poor_summaries(text: &str) -> Vec<(usize, &'static str)> {
    let source = Source::new(text).code_and_comments();
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let mut found = Vec::new();
    let mut was_doc = false;
    for (at, line) in lines.iter().enumerate() {
        let is_doc = is_doc(line);
        let begins = is_doc && !was_doc;
        was_doc = is_doc;
        let Some(word) = first_word(line).filter(|_| begins) else { continue };
        if documents_function(lines.get(at..).unwrap_or_default()) {
            found.push((at + 1, word));
        }
    }
    found
}

fn is_doc(line: &str) -> bool {
    line.starts_with("///") && !line.starts_with("////")
}

/// Returns the word of [`WORDS`] with which a line of documentation begins, or `None` if it begins
/// with another.
fn first_word(line: &str) -> Option<&'static str> {
    let said = line.strip_prefix("///")?.trim_start();
    let first = said.split(|c: char| !c.is_alphanumeric()).next()?;
    WORDS.into_iter().find(|word| *word == first)
}

/// Returns whether the item after the documentation at the head of `lines` is a function.
fn documents_function(lines: &[&str]) -> bool {
    let mut depth = 0_usize;
    for line in lines {
        let is_between = line.is_empty() || line.starts_with("//");
        if depth == 0 && !is_between && !line.starts_with("#[") {
            let mut words = line.split_whitespace().skip_while(|word| is_modifier(word));
            return words.next() == Some("fn");
        }
        if !is_between {
            // An attribute may run over several lines.
            depth += line.matches(['[', '(']).count();
            depth = depth.saturating_sub(line.matches([']', ')']).count());
        }
    }
    false
}

/// Returns whether a word may stand before `fn`. The name of an ABI is a literal, and blank here.
fn is_modifier(word: &str) -> bool {
    word.starts_with("pub")
        || matches!(word, "super)" | "crate)" | "const" | "async" | "unsafe" | "extern")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn functions_of_this_project_say_what_they_do() {
        assert_holds_here(check);
    }

    #[test]
    fn a_function_whose_documentation_names_no_act_is_found() {
        let source = "/// Whether it is empty.\npub fn is_empty() {}\n\
                      impl A {\n    /// What it holds,\n    /// and more.\n    #[must_use = \"a\"]\n    \
                      #[expect(\n        dead_code,\n        reason = \"b\"\n    )]\n    \
                      pub(crate) const fn held() {}\n}\n\
                      /// None if absent.\nunsafe extern \"C\" fn found() {}\n";
        assert_says(
            check,
            &[("cli/src/a.rs", source)],
            &[
                "cli/src/a.rs:1: a function's documentation begins with `Whether`: begin with a \
                 verb, such as `Returns`",
                "cli/src/a.rs:4: a function's documentation begins with `What`: begin with a verb, \
                 such as `Returns`",
                "cli/src/a.rs:13: a function's documentation begins with `None`: begin with a verb, \
                 such as `Returns`",
            ],
        );
    }

    #[test]
    fn verbs_types_fields_comments_and_literals_pass() {
        let source = "/// Returns whether it is empty.\nfn a() {}\n/// What it holds.\nstruct A {\n    \
                      /// Whether it is empty.\n    empty: bool,\n}\n/// Whatever comes.\nfn b() {}\n\
                      // What follows is short.\nfn c() {}\n/// Opens.\n/// What is there stays.\n\
                      fn d() {}\nconst B: &str = \"\n/// What it is.\nfn e() {}\n\";\n";
        assert_says(check, &[("cli/src/a.rs", source)], &[]);
    }
}
