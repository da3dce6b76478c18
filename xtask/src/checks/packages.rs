//! What `Cargo.lock` may hold: packages of crates.io, and not many more than today.

use super::Complaint;
use crate::tree::Tree;

/// Every locked package is ours or comes from crates.io with a checksum, and their number stays
/// under a ceiling.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let Some(text) = tree.text(LOCK) else {
        return vec![Complaint::in_file(LOCK, "is missing; commit it")];
    };
    let lock: toml::Table = match text.parse() {
        Ok(lock) => lock,
        Err(error) => return vec![Complaint::in_file(LOCK, error.to_string())],
    };
    let none = Vec::new();
    let packages = lock.get("package").and_then(toml::Value::as_array).unwrap_or(&none);
    let mut complaints = Vec::new();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        let name = text("name").unwrap_or("a package without a name");
        match text("source") {
            None => {}
            Some(CRATES_IO) if text("checksum").is_some() => {}
            Some(CRATES_IO) => {
                complaints.push(Complaint::in_file(LOCK, format!("{name} has no checksum")));
            }
            Some(other) => {
                complaints.push(Complaint::in_file(LOCK, format!("{name} comes from {other}")));
            }
        }
    }
    if PACKAGES_MAX < packages.len() {
        let what = format!(
            "holds {} packages, over the ceiling of {PACKAGES_MAX}; raise it knowingly",
            packages.len()
        );
        complaints.push(Complaint::in_file(LOCK, what));
    }
    complaints
}

/// 367 packages when the ceiling was set, and room for 40 more. Each is code that somebody
/// else may change, and seconds of every cold build.
const PACKAGES_MAX: usize = 420;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";
const LOCK: &str = "Cargo.lock";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn packages_of_this_project_are_few_and_known() {
        assert_holds_here(check);
    }

    #[test]
    fn other_sources_and_missing_checksums_are_told() {
        let lock = format!(
            "[[package]]\nname = \"ours\"\n\
             [[package]]\nname = \"fine\"\nsource = \"{CRATES_IO}\"\nchecksum = \"00\"\n\
             [[package]]\nname = \"bare\"\nsource = \"{CRATES_IO}\"\n\
             [[package]]\nname = \"forked\"\nsource = \"git+https://example.org/forked\"\n"
        );
        assert_says(
            check,
            &[(LOCK, &lock)],
            &[
                "Cargo.lock: bare has no checksum",
                "Cargo.lock: forked comes from git+https://example.org/forked",
            ],
        );
    }

    #[test]
    fn the_ceiling_holds_exactly() {
        let packages = "[[package]]\nname = \"ours\"\n";
        assert_says(check, &[(LOCK, &packages.repeat(PACKAGES_MAX))], &[]);
        let told = format!(
            "Cargo.lock: holds {} packages, over the ceiling of {PACKAGES_MAX}; raise it knowingly",
            PACKAGES_MAX + 1
        );
        assert_says(check, &[(LOCK, &packages.repeat(PACKAGES_MAX + 1))], &[&told]);
    }

    #[test]
    fn a_tree_without_a_lock_file_is_told() {
        assert_says(check, &[], &["Cargo.lock: is missing; commit it"]);
    }
}
