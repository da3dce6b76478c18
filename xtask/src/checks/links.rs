//! Documents lead somewhere: every link inside the project resolves.

use super::Complaint;
use crate::markdown;
use crate::rust_source::Source;
use crate::tree::{self, Tree};

/// Links to files, to headings and to functions all find what they name.
///
/// A link of the form `` [`function_name`](path/to/file.rs) `` promises that the file has a
/// function of this name. Links to lines of source are refused: they are wrong by tomorrow.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        for link in markdown::links(text) {
            if !is_elsewhere(&link.target)
                && let Err(what) = follow(tree, path, &link)
            {
                complaints.push(Complaint::at(path, link.line, what));
            }
        }
    }
    complaints
}

/// Returns the file of this tree that a link leads to, with the anchor it names.
pub(crate) fn target<'a>(path: &str, link: &'a markdown::Link) -> Option<(String, &'a str)> {
    let (file, anchor) = link.target.split_once('#').unwrap_or((&link.target, ""));
    let file = match file {
        "" => path.to_owned(),
        _ => tree::resolve(tree::folder_of(path), &file.replace("%20", " "))?,
    };
    Some((file, anchor))
}

fn follow(tree: &Tree, path: &str, link: &markdown::Link) -> Result<(), String> {
    let Some((file, anchor)) = target(path, link) else {
        return Err(format!("`{}` leads out of the project", link.target));
    };
    if !tree.has(&file) {
        return Err(format!("`{}` leads to no file", link.target));
    }
    let text = tree.text(&file).unwrap_or_default();
    if !anchor.is_empty() {
        if !file.ends_with(".md") {
            return Err(format!("`{}` leads into a file that has no headings", link.target));
        }
        if !markdown::anchors(text).iter().any(|known| known == anchor) {
            return Err(format!("`{}` leads to no heading of {file}", link.target));
        }
    }
    match link.function() {
        Some(name) if !Source::new(text).has_function(name) => {
            Err(format!("{file} has no function `{name}`"))
        }
        _ => Ok(()),
    }
}

/// Returns whether a link leads to another site. Such links are not checked, because that would
/// need a network.
fn is_elsewhere(target: &str) -> bool {
    target.starts_with("//") || target.contains("://") || target.starts_with("mailto:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn links_of_this_project_resolve() {
        assert_holds_here(check);
    }

    #[test]
    fn links_to_files_folders_headings_and_functions_pass() {
        let files = [
            (
                "README.md",
                "# Name\n[a](docs/a.md) [b](docs/a.md#the-heading) [c](docs) [d](#name) \
                 [`works`](tests/e2e/main.rs) [`Type`](tests/e2e/main.rs) \
                 [e](https://example.org/x#y)\n",
            ),
            ("docs/a.md", "## The heading\n[up](../README.md)\n"),
            ("tests/e2e/main.rs", "fn works() {}"),
        ];
        assert_says(check, &files, &[]);
    }

    #[test]
    fn links_to_nowhere_are_told() {
        let files = [
            (
                "docs/a.md",
                "[a](b.md)\n[b](../../c.md)\n[c](#gone)\n[`gone`](../x.rs)\n[d](../x.rs#L10)\n\
                 ![e](e.png)\n\n[f]: f.md\n",
            ),
            ("x.rs", "fn other() {} // fn gone()"),
        ];
        assert_says(
            check,
            &files,
            &[
                "docs/a.md:1: `b.md` leads to no file",
                "docs/a.md:2: `../../c.md` leads out of the project",
                "docs/a.md:3: `#gone` leads to no heading of docs/a.md",
                "docs/a.md:4: x.rs has no function `gone`",
                "docs/a.md:5: `../x.rs#L10` leads into a file that has no headings",
                "docs/a.md:6: `e.png` leads to no file",
                "docs/a.md:8: `f.md` leads to no file",
            ],
        );
    }
}
