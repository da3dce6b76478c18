//! No Rust file that nothing compiles: a forgotten test file passes for ever.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Complaint;
use crate::rust_source::{Part, reachable};
use crate::tree::{self, Tree};

/// Checks that every Rust file is reachable from a target of its crate, and that none is called
/// `mod.rs`.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut compiled = BTreeSet::new();
    let mut crates = Vec::new();
    for (path, text) in tree.texts() {
        if let Some(folder) = path.strip_suffix("/Cargo.toml")
            && let Ok(manifest) = text.parse::<Table>()
        {
            for root in roots(tree, folder, &manifest) {
                compiled.extend(reachable(tree, &root, Part::All));
            }
            crates.push(format!("{folder}/"));
        }
    }
    let mut complaints = Vec::new();
    for path in tree.paths().filter(|path| path.ends_with(".rs")) {
        if path.ends_with("/mod.rs") {
            let beside = format!("{}.rs", tree::folder_of(path));
            complaints.push(Complaint::in_file(path, format!("belongs into {beside}")));
        } else if !crates.iter().any(|folder| path.starts_with(folder)) {
            complaints.push(Complaint::in_file(path, "belongs to no crate"));
        } else if !compiled.contains(path) {
            let what = "is not compiled: no `mod` and no target of its crate leads to it";
            complaints.push(Complaint::in_file(path, what));
        }
    }
    complaints
}

/// Returns the files that cargo hands to the compiler for the crate in `folder`.
fn roots(tree: &Tree, folder: &str, manifest: &Table) -> Vec<String> {
    let mut roots: Vec<Option<String>> = ["src/lib.rs", "src/main.rs", "build.rs"]
        .into_iter()
        .map(|relative| tree::resolve(folder, relative))
        .collect();
    for (key, automatic, place) in TARGETS {
        let listed = manifest.get(key);
        let one = listed.into_iter().filter(|value| value.is_table());
        let many = listed.and_then(Value::as_array).into_iter().flatten();
        for path in one.chain(many).filter_map(|target| target.get("path")?.as_str()) {
            roots.push(tree::resolve(folder, path));
        }
        let switched_off = manifest
            .get("package")
            .and_then(|package| package.get(automatic)?.as_bool())
            .is_some_and(|on| !on);
        if !place.is_empty() && !switched_off {
            let place = format!("{folder}/{place}/");
            roots.extend(
                tree.paths()
                    .filter(|path| is_automatic(path, &place))
                    .map(|path| Some(path.to_owned())),
            );
        }
    }
    roots.into_iter().flatten().filter(|path| tree.text(path).is_some()).collect()
}

/// Returns whether cargo finds the target by itself, as it does `tests/name.rs` and
/// `tests/name/main.rs`.
fn is_automatic(path: &str, place: &str) -> bool {
    path.strip_prefix(place).is_some_and(|name| match name.split_once('/') {
        None => name.ends_with(".rs"),
        Some((_, file)) => file == "main.rs",
    })
}

/// A manifest's key for a kind of target, the key that stops cargo from finding them by itself,
/// and where it looks.
const TARGETS: [(&str, &str, &str); 5] = [
    ("lib", "autolib", ""),
    ("bin", "autobins", "src/bin"),
    ("test", "autotests", "tests"),
    ("example", "autoexamples", "examples"),
    ("bench", "autobenches", "benches"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn every_file_of_this_project_is_compiled() {
        assert_holds_here(check);
    }

    #[test]
    fn targets_that_cargo_finds_and_targets_listed_by_hand_both_lead_on() {
        let manifest = "[lib]\npath = \"lib.rs\"\n[[test]]\nname = \"s\"\npath = \"s/main.rs\"\n";
        let files = [
            ("a/Cargo.toml", manifest),
            ("a/lib.rs", "mod m;"),
            ("a/m.rs", ""),
            ("a/s/main.rs", "mod harness;"),
            ("a/s/harness.rs", ""),
            ("a/src/bin/tool.rs", ""),
            ("a/tests/end_to_end.rs", ""),
            ("a/tests/api/main.rs", ""),
        ];
        assert_says(check, &files, &[]);
    }

    #[test]
    fn a_forgotten_test_file_is_told() {
        let manifest = "[package]\nautotests = false\n[[test]]\npath = \"sim/main.rs\"\n";
        let files = [
            ("tests/Cargo.toml", manifest),
            ("tests/sim/main.rs", "mod world; // mod faults;"),
            ("tests/sim/world.rs", ""),
            ("tests/sim/faults.rs", ""),
            ("tests/tests/late.rs", ""),
        ];
        let what = "is not compiled: no `mod` and no target of its crate leads to it";
        assert_says(
            check,
            &files,
            &[&format!("tests/sim/faults.rs: {what}"), &format!("tests/tests/late.rs: {what}")],
        );
    }

    #[test]
    fn folders_are_named_by_the_file_beside_them() {
        let files = [
            ("a/Cargo.toml", ""),
            ("a/src/lib.rs", "mod store;"),
            ("a/src/store/mod.rs", ""),
            ("loose.rs", ""),
        ];
        assert_says(
            check,
            &files,
            &["a/src/store/mod.rs: belongs into a/src/store.rs", "loose.rs: belongs to no crate"],
        );
    }
}
