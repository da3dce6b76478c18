//! The field app that is served is the one whose sources stand here.

use std::fmt::Write as _;

use super::Complaint;
use crate::tree::Tree;

/// Checks that the bundle was made of these very sources. Nobody can see it in what was compiled: an app that
/// lags behind its sources looks like one that works.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let Some(kept) = tree.text(MADE_OF) else {
        return vec![Complaint::in_file(MADE_OF, "is missing; `cargo xtask app` writes it")];
    };
    let now = made_of(tree);
    let changed: Vec<&str> = now
        .lines()
        .filter(|line| !kept.lines().any(|other| other == *line))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    if changed.is_empty() && kept.lines().count() == now.lines().count() {
        return Vec::new();
    }
    let what = format!(
        "is of other sources ({} changed); run `cargo xtask app` and commit what it writes",
        changed.join(", ")
    );
    vec![Complaint::in_file(MADE_OF, what)]
}

/// Returns a line for each part of the sources, with its fingerprint (FNV-1a, 64 bits): it tells versions
/// apart, and vouches for nothing.
pub(crate) fn made_of(tree: &Tree) -> String {
    let mut text = String::new();
    for part in PARTS {
        let files = tree.texts().filter(|(path, _)| is_of(part, path));
        let bytes = files.flat_map(|(path, text)| path.bytes().chain(text.bytes()));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{part} {hash:016x}");
    }
    text
}

/// Returns whether a file belongs to a part of the sources, and is no test.
fn is_of(part: &str, path: &str) -> bool {
    let inside =
        path.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
    inside && !is_test && !path.starts_with("app/bundle/") && !path.ends_with(".md")
}

/// Where it is written.
pub(crate) const MADE_OF: &str = "app/bundle/made-of.txt";

/// All that the app is compiled from, and the versions of what others wrote.
const PARTS: [&str; 8] =
    ["Cargo.lock", "Cargo.toml", "app", "catalogue", "client-core", "field", "model", "ui"];

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCES: [(&str, &str); 3] =
        [("app/web/app.js", "one"), ("ui/src/lib.rs", "two"), ("ui/src/lib/tests.rs", "three")];

    fn complaints(kept: &str, sources: &[(&str, &str)]) -> usize {
        let mut files = sources.to_vec();
        files.push((MADE_OF, kept));
        check(&Tree::of(&files)).len()
    }

    #[test]
    fn a_bundle_is_of_its_sources_until_one_of_them_changes() {
        let kept = made_of(&Tree::of(&SOURCES));
        assert_eq!(complaints(&kept, &SOURCES), 0);
        let changed = [SOURCES[0], ("ui/src/lib.rs", "two!"), SOURCES[2]];
        assert_eq!(complaints(&kept, &changed), 1);
        assert_eq!(complaints(&kept, &SOURCES[1..]), 1);
    }

    #[test]
    fn a_test_and_a_page_for_people_change_no_bundle() {
        let kept = made_of(&Tree::of(&SOURCES));
        let changed =
            [SOURCES[0], SOURCES[1], ("ui/src/lib/tests.rs", "four"), ("app/README.md", "x")];
        assert_eq!(complaints(&kept, &changed), 0);
    }

    #[test]
    fn a_bundle_that_does_not_say_what_it_is_of_is_a_complaint() {
        assert_eq!(check(&Tree::of(&SOURCES)).len(), 1);
    }
}
