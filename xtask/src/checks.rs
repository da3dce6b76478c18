//! Rules about this tree that no compiler and no lint can see.
//!
//! A check is a plain function from a [`Tree`] (or from what cargo says of the packages) to
//! complaints, so each is tested on a small bad example. Each also runs on this very project as an
//! ordinary test: nobody has to wait for CI to hear of a mistake.

pub(crate) mod bundle;
pub(crate) mod circles;
pub(crate) mod decisions;
pub(crate) mod dependencies;
pub(crate) mod edges;
pub(crate) mod limits;
pub(crate) mod links;
pub(crate) mod manifests;
pub(crate) mod markers;
pub(crate) mod modules;
pub(crate) mod openers;
pub(crate) mod packages;
pub(crate) mod promises;
pub(crate) mod purity;
pub(crate) mod summaries;
pub(crate) mod templates;
pub(crate) mod whitespace;

use std::fmt;

use crate::tree::Tree;

/// One mistake, and where it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Complaint {
    file: String,
    /// Counted from one; zero for the file as a whole.
    line: usize,
    what: String,
}

impl Complaint {
    /// Creates a complaint about one line.
    pub(crate) fn at(file: &str, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, what: what.into() }
    }

    /// Creates a complaint about a file as a whole.
    pub(crate) fn in_file(file: &str, what: impl Into<String>) -> Self {
        Self::at(file, 0, what)
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// What `tidy` checks in the files.
pub(crate) const TIDY: &[fn(&Tree) -> Vec<Complaint>] = &[
    bundle::check,
    decisions::check,
    dependencies::check,
    limits::check,
    links::check,
    manifests::check,
    markers::check,
    modules::check,
    openers::check,
    packages::check,
    promises::check,
    summaries::check,
    templates::check,
    whitespace::check,
];

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// Runs a check on this project, as it lies on disk.
    #[track_caller]
    pub(crate) fn assert_holds_here(check: fn(&Tree) -> Vec<Complaint>) {
        let tree = Tree::read(&crate::cargo::workspace_root().unwrap()).unwrap();
        assert_eq!(printed(&check(&tree)), "");
    }

    /// Runs a check on a small tree and compares what it says, line by line.
    #[track_caller]
    pub(crate) fn assert_says(
        check: fn(&Tree) -> Vec<Complaint>,
        files: &[(&str, &str)],
        expected: &[&str],
    ) {
        let complaints: Vec<String> =
            check(&Tree::of(files)).iter().map(ToString::to_string).collect();
        assert_eq!(complaints, expected);
    }

    /// Complaints as `tidy` prints them.
    pub(crate) fn printed(complaints: &[Complaint]) -> String {
        complaints.iter().map(|complaint| format!("{complaint}\n")).collect()
    }
}
