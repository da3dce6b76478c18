//! `cargo xtask tidy`: rules about this tree that no lint can check.

use std::path::Path;

use super::report;
use crate::checks::{TIDY, licences};
use crate::failure::Failure;
use crate::metadata;
use crate::tree::Tree;

/// Runs every check on the tree and on the packages, and prints all that they found.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let tree = Tree::read(root)?;
    let mut complaints: Vec<_> = TIDY.iter().flat_map(|check| check(&tree)).collect();
    complaints.extend(licences::check(&metadata::everything(root)?));
    report("tidy", &complaints)
}
