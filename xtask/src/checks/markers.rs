//! Nothing is left open in the source: an open end belongs into an issue.

use super::Complaint;
use crate::rust_source::{Source, ends_word, line_of, starts_word};
use crate::tree::Tree;

/// Rejects reminders to oneself, debugging output and tests that are switched off.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts() {
        match path.rsplit('.').next() {
            Some("rs") => {
                let source = Source::new(text);
                find(path, &source.code_and_comments(), &REMINDERS, &mut complaints);
                find(path, &source.code(), &OPEN_CODE, &mut complaints);
            }
            Some("md" | "toml" | "sh" | "yml" | "yaml" | "sql" | "js" | "html" | "css") => {
                find(path, text, &REMINDERS, &mut complaints);
            }
            _ => {}
        }
    }
    complaints.sort();
    complaints
}

fn find(path: &str, text: &str, marks: &[&str], complaints: &mut Vec<Complaint>) {
    for mark in marks {
        let is_whole = |at: usize| {
            let is_word = mark.ends_with(char::is_alphanumeric);
            starts_word(text, at) && (!is_word || ends_word(text, at + mark.len()))
        };
        for (at, _) in text.match_indices(mark).filter(|&(at, _)| is_whole(at)) {
            complaints.push(Complaint::at(path, line_of(text, at), format!("`{mark}` left in")));
        }
    }
}

const REMINDERS: [&str; 3] = ["TODO", "FIXME", "XXX"];
const OPEN_CODE: [&str; 4] = ["dbg!", "todo!", "unimplemented!", "#[ignore"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn nothing_is_left_open_in_this_project() {
        assert_holds_here(check);
    }

    #[test]
    fn open_ends_are_told_with_their_line() {
        let source = "// TODO: later\nfn f() {\n    dbg!(1);\n    todo!()\n}\n\
                      #[ignore = \"slow\"]\nfn g() { /* FIXME */ }\n";
        assert_says(
            check,
            &[("a/src/lib.rs", source), ("docs/a.md", "XXX: check\n")],
            &[
                "a/src/lib.rs:1: `TODO` left in",
                "a/src/lib.rs:3: `dbg!` left in",
                "a/src/lib.rs:4: `todo!` left in",
                "a/src/lib.rs:6: `#[ignore` left in",
                "a/src/lib.rs:7: `FIXME` left in",
                "docs/a.md:1: `XXX` left in",
            ],
        );
    }

    #[test]
    fn words_in_strings_and_longer_words_pass() {
        let source = "const A: &str = \"TODO dbg!\"; // dbg! is named, METODO is Spanish\n";
        assert_says(check, &[("a/src/lib.rs", source)], &[]);
    }
}
