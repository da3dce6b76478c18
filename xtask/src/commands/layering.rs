//! `cargo xtask layering`: which crate may use what, that nothing leans on what leans on it, and
//! what the core must not name.

use std::path::Path;

use super::report;
use crate::cargo::Cargo;
use crate::checks::{Complaint, circles, edges, purity};
use crate::failure::Failure;
use crate::metadata;
use crate::tree::Tree;

/// Checks the edges between our crates and inside them, what the core is built with, and what its
/// source names.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let mut found = complaints(root)?;
    let tree = Tree::read(root)?;
    found.extend(circles::check(&tree));
    found.extend(purity::check(&tree));
    report("layering", &found)
}

/// Checks the crates and their dependencies as cargo reports them.
pub(crate) fn complaints(root: &Path) -> Result<Vec<Complaint>, Failure> {
    let mut found = edges::check(&metadata::workspace(root)?);
    for closure in edges::CLOSURES {
        // Of all platforms: a runtime that only another one would need is a runtime.
        let call = Cargo::new("tree --locked --edges normal --target all --prefix none");
        let selection = closure.selection.split_whitespace().map(str::to_owned);
        let tree = call.arguments(&selection.collect::<Vec<_>>()).read(root)?;
        found.extend(edges::check_closure(*closure, &tree));
    }
    Ok(found)
}
