//! `cargo xtask tidy`: rules about this tree that no lint can check.

use std::path::Path;

use super::report;
use crate::checks::TIDY;
use crate::failure::Failure;
use crate::tree::Tree;

/// Runs every check on the tree, and prints all that they found.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let tree = Tree::read(root)?;
    let complaints: Vec<_> = TIDY.iter().flat_map(|check| check(&tree)).collect();
    report("tidy", &complaints)
}
