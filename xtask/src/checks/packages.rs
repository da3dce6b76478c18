//! How many packages `Cargo.lock` may hold. Where they come from and under which licences is asked
//! by `cargo xtask deny`.

use super::Complaint;
use crate::tree::Tree;

/// Checks that the number of locked packages stays under a ceiling.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let Some(text) = tree.text(LOCK) else {
        return vec![Complaint::in_file(LOCK, "is missing; commit it")];
    };
    let lock: toml::Table = match text.parse() {
        Ok(lock) => lock,
        Err(error) => return vec![Complaint::in_file(LOCK, error.to_string())],
    };
    let count = lock.get("package").and_then(toml::Value::as_array).map_or(0, Vec::len);
    if count <= PACKAGES_MAX {
        return Vec::new();
    }
    let what =
        format!("holds {count} packages, over the ceiling of {PACKAGES_MAX}; raise it knowingly");
    vec![Complaint::in_file(LOCK, what)]
}

/// 464 packages when the ceiling was set, 13 of them for the generator of the field app's JavaScript, which
/// only `cargo xtask app` compiles, and room for 16 more. Each is code that somebody else may change, and
/// most are seconds of every cold build.
const PACKAGES_MAX: usize = 480;

const LOCK: &str = "Cargo.lock";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn packages_of_this_project_are_few() {
        assert_holds_here(check);
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
