//! Decisions are numbered without gaps, so that "decision 7" means one page for ever.

use std::collections::BTreeMap;

use super::Complaint;
use crate::tree::Tree;

/// Checks that every file of `docs/decisions` is named `NNNN-title.md`, with consecutive numbers.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut numbered: BTreeMap<u32, &str> = BTreeMap::new();
    for path in tree.paths() {
        let Some(name) = path.strip_prefix(FOLDER) else { continue };
        match number(name) {
            None => complaints.push(Complaint::in_file(path, "is not named NNNN-title.md")),
            Some(number) => {
                if let Some(other) = numbered.insert(number, path) {
                    complaints.push(Complaint::in_file(path, format!("has the number of {other}")));
                }
            }
        }
    }
    for (expected, (&number, path)) in (1..).zip(&numbered) {
        if number != expected {
            complaints.push(Complaint::in_file(path, format!("{expected:04} comes before it")));
            break;
        }
    }
    complaints
}

fn number(name: &str) -> Option<u32> {
    let (digits, title) = name.strip_suffix(".md")?.split_once('-')?;
    let is_title = !title.is_empty()
        && title.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_title && is_number { digits.parse().ok() } else { None }
}

const FOLDER: &str = "docs/decisions/";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn decisions_of_this_project_are_numbered() {
        assert_holds_here(check);
    }

    #[test]
    fn consecutive_numbers_pass() {
        let files = [("docs/decisions/0001-a.md", ""), ("docs/decisions/0002-b-2.md", "")];
        assert_says(check, &files, &[]);
    }

    #[test]
    fn a_gap_a_repetition_and_a_wrong_name_are_told() {
        let files = [
            ("docs/decisions/0001-a.md", ""),
            ("docs/decisions/0001-b.md", ""),
            ("docs/decisions/0003-c.md", ""),
            ("docs/decisions/04-d.md", ""),
            ("docs/decisions/0005-Title.md", ""),
        ];
        assert_says(
            check,
            &files,
            &[
                "docs/decisions/0001-b.md: has the number of docs/decisions/0001-a.md",
                "docs/decisions/0005-Title.md: is not named NNNN-title.md",
                "docs/decisions/04-d.md: is not named NNNN-title.md",
                "docs/decisions/0003-c.md: 0002 comes before it",
            ],
        );
    }
}
