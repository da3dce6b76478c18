//! Every crate takes its lints, its version and its dependencies' versions from the root.

use toml::{Table, Value};

use super::Complaint;
use crate::tree::Tree;

/// Checks that each crate says `workspace = true` for settings of the root, and that only the root
/// names versions.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let profiles = tree.text(ROOT).and_then(|text| text.parse::<Table>().ok()).unwrap_or_default();
    for (path, text) in tree.texts() {
        if is_manifest(path) {
            match text.parse::<Table>() {
                Err(error) => complaints.push(Complaint::in_file(path, error.to_string())),
                Ok(manifest) if path == ROOT => root(&manifest, &mut complaints),
                Ok(manifest) => {
                    member(path, &manifest, &mut complaints);
                    profile(path, &manifest, &profiles, &mut complaints);
                }
            }
        }
    }
    complaints
}

/// Checks that the root says how a crate of ours is compiled for tests: what it says of none is meant for
/// packages of others, which are optimized and cannot be debugged.
fn profile(path: &str, manifest: &Table, root: &Table, complaints: &mut Vec<Complaint>) {
    let Some(dev) = root.get("profile").and_then(|profiles| profiles.get("dev")) else { return };
    let name = manifest.get("package").and_then(|package| package.get("name")?.as_str());
    let is_told = |name: &str| dev.get("package").is_some_and(|told| told.get(name).is_some());
    if let Some(name) = name.filter(|name| !is_told(name)) {
        let what = format!("`[profile.dev.package.{name}]` does not stand in the root");
        complaints.push(Complaint::in_file(path, what));
    }
}

/// The manifest of the workspace.
pub(crate) const ROOT: &str = "Cargo.toml";

/// Returns whether a file says what a crate, or the workspace, is made of.
pub(crate) fn is_manifest(path: &str) -> bool {
    path == ROOT || path.ends_with("/Cargo.toml")
}

/// Returns the dependencies that a crate declares, of every kind and for every platform.
pub(crate) fn declared(manifest: &Table) -> Vec<(&str, &Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(Table::values).filter_map(Value::as_table);
    [manifest]
        .into_iter()
        .chain(platforms)
        .flat_map(|table| SECTIONS.iter().filter_map(|section| table.get(*section)?.as_table()))
        .flat_map(|entries| entries.iter().map(|(name, value)| (name.as_str(), value)))
        .collect()
}

fn member(path: &str, manifest: &Table, complaints: &mut Vec<Complaint>) {
    let mut say = |what: String| complaints.push(Complaint::in_file(path, what));
    if !from_workspace(manifest.get("lints")) {
        say("does not say `[lints] workspace = true`".into());
    }
    for key in PACKAGE_KEYS {
        if !from_workspace(manifest.get("package").and_then(|package| package.get(key))) {
            say(format!("does not say `{key}.workspace = true`"));
        }
    }
    for (name, value) in declared(manifest) {
        let is_path = value.get("path").is_some()
            && ["version", "git", "registry"].iter().all(|key| value.get(key).is_none());
        if !from_workspace(Some(value)) && !is_path {
            say(format!("does not take `{name}` from the workspace"));
        }
    }
}

fn root(manifest: &Table, complaints: &mut Vec<Complaint>) {
    let Some(shared) = manifest
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"))
        .and_then(Value::as_table)
    else {
        return;
    };
    for (name, value) in shared {
        let version = value.as_str().or_else(|| value.get("version")?.as_str());
        if version.is_some_and(|version| version.contains('*')) {
            complaints.push(Complaint::in_file(ROOT, format!("`{name}` takes any version")));
        }
        if value.get("git").is_some() {
            let what = format!("`{name}` comes from a git repository, not from crates.io");
            complaints.push(Complaint::in_file(ROOT, what));
        }
    }
}

fn from_workspace(value: Option<&Value>) -> bool {
    value.and_then(|value| value.get("workspace")).and_then(Value::as_bool) == Some(true)
}

const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
const PACKAGE_KEYS: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    const PACKAGE: &str = "[package]\nname = \"a\"\nversion.workspace = true\n\
        edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\n\
        publish.workspace = true\n";

    #[test]
    fn manifests_of_this_project_follow_the_root() {
        assert_holds_here(check);
    }

    #[test]
    fn a_crate_that_follows_the_root_passes() {
        let manifest = format!(
            "{PACKAGE}[dependencies]\nserde.workspace = true\nb = {{ path = \"../b\" }}\n\
             c = {{ workspace = true, optional = true }}\n[lints]\nworkspace = true\n"
        );
        assert_says(check, &[("a/Cargo.toml", &manifest)], &[]);
    }

    #[test]
    fn forgotten_lints_and_an_edition_of_its_own_are_told() {
        let manifest = PACKAGE.replace("edition.workspace = true", "edition = \"2021\"");
        assert_says(
            check,
            &[("a/Cargo.toml", &manifest)],
            &[
                "a/Cargo.toml: does not say `[lints] workspace = true`",
                "a/Cargo.toml: does not say `edition.workspace = true`",
            ],
        );
    }

    #[test]
    fn a_version_outside_the_root_is_told_wherever_it_hides() {
        let manifest = format!(
            "{PACKAGE}[dependencies]\nserde = \"1\"\n[dev-dependencies]\n\
             b = {{ path = \"../b\", version = \"1\" }}\n\
             [target.'cfg(unix)'.dependencies]\nlibc = {{ version = \"0.2\" }}\n\
             [lints]\nworkspace = true\n"
        );
        assert_says(
            check,
            &[("a/Cargo.toml", &manifest)],
            &[
                "a/Cargo.toml: does not take `serde` from the workspace",
                "a/Cargo.toml: does not take `b` from the workspace",
                "a/Cargo.toml: does not take `libc` from the workspace",
            ],
        );
    }

    #[test]
    fn the_root_takes_no_wildcards_and_no_repositories() {
        let manifest =
            "[workspace.dependencies]\na = \"*\"\nb = { git = \"https://example.org\" }\n";
        assert_says(
            check,
            &[(ROOT, manifest)],
            &[
                "Cargo.toml: `a` takes any version",
                "Cargo.toml: `b` comes from a git repository, not from crates.io",
            ],
        );
    }

    #[test]
    fn a_crate_whose_profile_the_root_forgot_is_told() {
        let manifest = format!("{PACKAGE}[lints]\nworkspace = true\n");
        let root = "[profile.dev.package.b]\nopt-level = 1\n";
        assert_says(
            check,
            &[("a/Cargo.toml", &manifest), (ROOT, root)],
            &["a/Cargo.toml: `[profile.dev.package.a]` does not stand in the root"],
        );
    }

    #[test]
    fn a_manifest_that_cannot_be_read_is_told() {
        let complaints = check(&Tree::of(&[("a/Cargo.toml", "[package")]));
        assert_eq!(complaints.len(), 1);
    }
}
