//! Every promise that the README makes has a test behind it.

use super::{Complaint, links};
use crate::markdown;
use crate::rust_source::Source;
use crate::tree::Tree;

/// Checks that each row, or list item, of the README's section on promises links to a test, written
/// `` [`test_name`](path/to/file.rs) ``.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let Some(text) = tree.text(README) else {
        return vec![Complaint::in_file(README, "is missing")];
    };
    let promises = promises(text);
    if promises.is_empty() {
        return vec![Complaint::in_file(README, "has no table or list under a heading `Promises`")];
    }
    let mut complaints = Vec::new();
    for (line, promise) in promises {
        let links = markdown::links(&promise);
        let tests: Vec<_> = links.iter().filter(|link| link.function().is_some()).collect();
        if tests.is_empty() {
            complaints.push(Complaint::at(README, line, "is a promise without a link to its test"));
        }
        for link in tests {
            if let Some((file, _)) = links::target(README, link)
                && let Some(name) = link.function()
                && !tree.text(&file).is_some_and(|text| Source::new(text).has_test(name))
            {
                let what = format!("links to `{name}`, which is no test in {file}");
                complaints.push(Complaint::at(README, line, what));
            }
        }
    }
    complaints
}

/// Returns the rows and items between the heading that speaks of promises and the next one like it,
/// each with its first line.
fn promises(text: &str) -> Vec<(usize, String)> {
    let headings = markdown::headings(text);
    let Some(&(start, level, _)) =
        headings.iter().find(|(_, _, title)| title.to_lowercase().contains("promise"))
    else {
        return Vec::new();
    };
    let end = headings.iter().find(|&&(line, other, _)| start < line && other <= level);
    let end = end.map_or(usize::MAX, |&(line, ..)| line);
    let lines = markdown::prose(text).into_iter().filter(|&(line, _)| start < line && line < end);

    let mut promises: Vec<(usize, String)> = Vec::new();
    let (mut in_item, mut rows) = (false, 0);
    for (number, line) in lines {
        if line.trim_start().starts_with('|') {
            // The first row is the table's head.
            let is_row = markdown::cells(line).is_some();
            rows += usize::from(is_row);
            if is_row && 1 < rows {
                promises.push((number, line.to_owned()));
            }
            in_item = false;
        } else if is_item(line) {
            promises.push((number, line.to_owned()));
            in_item = true;
        } else if line.trim().is_empty() {
            in_item = false;
        } else if in_item && let Some((_, promise)) = promises.last_mut() {
            promise.push('\n');
            promise.push_str(line);
        }
    }
    promises
}

/// Returns whether a line begins a list item at the margin: `- `, `* ` or `1. `.
fn is_item(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (after_number.len() < line.len() && after_number.starts_with(". "))
}

const README: &str = "README.md";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    const SUITE: (&str, &str) = (
        "tests/kill/main.rs",
        "#[test]\nfn nothing_acknowledged_is_missing() {}\nfn helper() {}\n",
    );

    #[test]
    fn every_promise_of_this_project_has_its_test() {
        assert_holds_here(check);
    }

    #[test]
    fn a_table_and_a_list_of_tested_promises_pass() {
        let table = "# Fieldbook\n## Promises\n\n| Promise | Test |\n|---|---|\n\
            | Saved | [`nothing_acknowledged_is_missing`](tests/kill/main.rs) |\n\n## More\n- a\n";
        assert_says(check, &[(README, table), SUITE], &[]);
        let list = "# The promises\n1. *Saved* means saved.\n   \
            See [`nothing_acknowledged_is_missing`](tests/kill/main.rs).\n";
        assert_says(check, &[(README, list), SUITE], &[]);
    }

    #[test]
    fn a_promise_without_a_test_is_told() {
        let readme = "## What it promises\n| Promise | Test |\n|---|---|\n| Saved | soon |\n\
            | Synced | [`helper`](tests/kill/main.rs) |\n| Agreed | [`gone`](tests/sim/main.rs) |\n";
        assert_says(
            check,
            &[(README, readme), SUITE],
            &[
                "README.md:4: is a promise without a link to its test",
                "README.md:5: links to `helper`, which is no test in tests/kill/main.rs",
                "README.md:6: links to `gone`, which is no test in tests/sim/main.rs",
            ],
        );
    }

    #[test]
    fn a_readme_without_promises_is_told() {
        let told = "README.md: has no table or list under a heading `Promises`";
        assert_says(check, &[(README, "# Fieldbook\n- fast\n")], &[told]);
        assert_says(check, &[], &["README.md: is missing"]);
    }
}
