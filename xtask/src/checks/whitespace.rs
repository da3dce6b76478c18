//! Text ends its lines cleanly, so that a difference shows only what somebody meant.

use super::Complaint;
use crate::rust_source::Source;
use crate::tree::Tree;

/// Rejects trailing whitespace, carriage returns, and files that do not end with one newline.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| is_written_by_hand(path)) {
        if text.is_empty() {
            continue;
        }
        if text.contains('\r') {
            complaints.push(Complaint::in_file(path, "has carriage returns"));
        }
        // A snapshot in a string may well have lines that end in spaces: mark what is inside
        // literals before looking.
        let literals = path.ends_with(".rs").then(|| Source::new(text).literals_marked());
        let marked = literals.as_deref().unwrap_or(text);
        for (index, line) in marked.split('\n').enumerate() {
            if line.ends_with([' ', '\t']) {
                complaints.push(Complaint::at(path, index + 1, "ends in whitespace"));
            }
        }
        if !text.ends_with('\n') {
            complaints.push(Complaint::in_file(path, "does not end with a newline"));
        } else if text.ends_with("\n\n") {
            complaints.push(Complaint::in_file(path, "ends with an empty line"));
        }
    }
    complaints
}

/// Returns whether a person wrote the file. Programs write golden files and snapshots, and no one
/// tidies them.
fn is_written_by_hand(path: &str) -> bool {
    // What others published is served as they did.
    if path.contains("/vendor/") {
        return false;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let known = ["rs", "md", "toml", "lock", "sh", "yml", "yaml", "sql", "html", "css", "js"];
    path.starts_with(".ci/") || ending.is_some_and(|ending| known.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn lines_of_this_project_end_cleanly() {
        assert_holds_here(check);
    }

    #[test]
    fn loose_ends_are_told() {
        assert_says(
            check,
            &[
                ("a.md", "one \ntwo\t\nthree"),
                ("b.toml", "a = 1\n\n"),
                ("c.sh", "true\r\n"),
                (".ci/run", "true "),
            ],
            &[
                ".ci/run:1: ends in whitespace",
                ".ci/run: does not end with a newline",
                "a.md:1: ends in whitespace",
                "a.md:2: ends in whitespace",
                "a.md: does not end with a newline",
                "b.toml: ends with an empty line",
                "c.sh: has carriage returns",
            ],
        );
    }

    #[test]
    fn snapshots_may_hold_what_a_program_printed() {
        let source = "const HELP: &str = \"usage  \n  \n\";\nfn f() {} \n";
        assert_says(
            check,
            &[("a.rs", source), ("snapshots/help.snap", "usage \n\n"), ("empty.rs", "")],
            &["a.rs:4: ends in whitespace"],
        );
    }
}
