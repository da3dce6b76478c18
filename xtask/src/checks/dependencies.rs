//! No dependency that nothing uses.

use toml::{Table, Value};

use super::{Complaint, manifests};
use crate::rust_source::{ends_word, starts_word};
use crate::tree::{self, Tree};

/// Checks that a crate's source names each dependency it declares, and that a crate uses each
/// version in the root.
///
/// A dependency that is there for its features alone is listed under
/// `[package.metadata.tidy] only-for-features` of its crate.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut shared = Vec::new();
    let mut taken = Vec::new();
    for (path, text) in tree.texts() {
        // A manifest that cannot be read is the business of another check.
        let Ok(manifest) = text.parse::<Table>() else { continue };
        if path == manifests::ROOT {
            let table = manifest.get("workspace").and_then(|own| own.get("dependencies"));
            let names = table.and_then(Value::as_table).into_iter().flat_map(Table::keys);
            shared.extend(names.cloned());
        } else if manifests::is_manifest(path) {
            let folder = format!("{}/", tree::folder_of(path));
            let sources: Vec<&str> = tree
                .texts()
                .filter(|(file, _)| file.starts_with(&folder) && file.ends_with(".rs"))
                .map(|(_, source)| source)
                .collect();
            for (name, _) in manifests::declared(&manifest) {
                taken.push(name.to_owned());
                if !only_for_features(&manifest, name) && !is_used(&sources, name) {
                    let what = format!("declares `{name}` and does not use it");
                    complaints.push(Complaint::in_file(path, what));
                }
            }
        }
    }
    for name in shared.iter().filter(|name| !taken.contains(name)) {
        let what = format!("holds a version of `{name}`, which no crate takes");
        complaints.push(Complaint::in_file(manifests::ROOT, what));
    }
    complaints
}

fn only_for_features(manifest: &Table, name: &str) -> bool {
    let list = manifest
        .get("package")
        .and_then(|package| package.get("metadata")?.get("tidy")?.get("only-for-features"))
        .and_then(Value::as_array);
    list.is_some_and(|names| names.iter().any(|listed| listed.as_str() == Some(name)))
}

/// Looks for `name::`, `use name` and `"name"` (as serde's attributes spell it). Comments count
/// too, which may hide an unused dependency and never invents one.
fn is_used(sources: &[&str], name: &str) -> bool {
    let name = name.replace('-', "_");
    let path = format!("{name}::");
    let import = format!("use {name}");
    let quoted = format!("\"{name}\"");
    sources.iter().any(|source| {
        source.contains(&quoted)
            || source.match_indices(&path).any(|(at, _)| starts_word(source, at))
            || source
                .match_indices(&import)
                .any(|(at, _)| starts_word(source, at) && ends_word(source, at + import.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn this_project_uses_what_it_declares() {
        assert_holds_here(check);
    }

    #[test]
    fn every_way_of_naming_a_dependency_counts() {
        let manifest = "[dependencies]\na-b = {}\nc = {}\nd = {}\ne = {}\n";
        let source = "use c;\nfn f() { a_b::g() }\n#[serde(with = \"d\")]\nstruct S(e::T);";
        assert_says(check, &[("x/Cargo.toml", manifest), ("x/src/lib.rs", source)], &[]);
    }

    #[test]
    fn a_dependency_that_nothing_names_is_told() {
        let manifest = "[dependencies]\nbytes = {}\n[dev-dependencies]\nhttp = {}\n";
        let source = "fn f(bytes: &[u8]) { too_many_bytes::g() }";
        let elsewhere = "use http;";
        assert_says(
            check,
            &[("x/Cargo.toml", manifest), ("x/src/lib.rs", source), ("y/src/lib.rs", elsewhere)],
            &[
                "x/Cargo.toml: declares `bytes` and does not use it",
                "x/Cargo.toml: declares `http` and does not use it",
            ],
        );
    }

    #[test]
    fn one_that_is_there_for_its_features_says_so() {
        let manifest =
            "[package.metadata.tidy]\nonly-for-features = [\"a\"]\n[dependencies]\na = {}\n";
        assert_says(check, &[("x/Cargo.toml", manifest)], &[]);
    }

    #[test]
    fn a_version_that_no_crate_takes_is_told() {
        assert_says(
            check,
            &[("Cargo.toml", "[workspace.dependencies]\na = \"1\"\n")],
            &["Cargo.toml: holds a version of `a`, which no crate takes"],
        );
    }
}
