//! Which crate may use which: dependencies point down, and the two products never meet.

use std::collections::BTreeSet;

use super::Complaint;
use crate::metadata::Package;

/// Checks that each edge between crates of the workspace, for building or for testing, is in the
/// table below, and that only the crates which combine the two products reach both.
pub(crate) fn check(workspace: &[Package]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for package in workspace {
        let name = &package.name;
        let mut say = |what: String| complaints.push(Complaint::in_file(name, what));
        match MAY_USE.iter().find(|(user, _)| user == name) {
            None => say("is not in the table of crates: decide what it may use".into()),
            Some((_, used)) => {
                for dependency in &package.dependencies {
                    let ours = workspace.iter().any(|other| other.name == *dependency);
                    if ours && !used.contains(&dependency.as_str()) {
                        say(format!("may not use {dependency}"));
                    }
                }
            }
        }
        let reached = reached(workspace, name);
        if !MEETING_PLACES.contains(&name.as_str())
            && PRODUCTS.iter().all(|product| reached.contains(product))
        {
            say("brings the two products together".into());
        }
        for (user, banned) in NEVER_DIRECTLY {
            if user == name && package.dependencies.iter().any(|used| used == banned) {
                say(format!("may not use {banned}"));
            }
        }
    }
    for (name, _) in MAY_USE.iter().filter(|(name, _)| workspace.iter().all(|p| p.name != *name)) {
        complaints.push(Complaint::in_file(name, "is in the table of crates and nowhere else"));
    }
    complaints
}

/// Something that a crate must not need, with or without its features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Closure {
    /// Arguments of `cargo tree` that select the crate and its features.
    pub(crate) selection: &'static str,
    /// What must not be among the packages it builds with.
    pub(crate) without: &'static [&'static str],
}

/// What the crates that must stay free of the outside world are built with.
pub(crate) const CLOSURES: &[Closure] = &[
    Closure { selection: "--package model", without: OUTSIDE_WORLD },
    Closure { selection: "--package xlsform", without: OUTSIDE_WORLD },
    // Its pages are those of phones too, where they run as WebAssembly.
    Closure { selection: "--package ui", without: OUTSIDE_WORLD },
    Closure { selection: "--package client-core --no-default-features", without: NETWORK },
    Closure { selection: "--package field", without: NETWORK },
    Closure { selection: "--package client-core", without: &["server", "axum", "axum-server"] },
    Closure {
        selection: "--package fieldbook-ffi",
        without: &["server", "axum", "uniffi_bindgen"],
    },
    Closure { selection: "--package server", without: &["client-core", "reqwest"] },
];

/// Reads the answer of `cargo tree --prefix none` and tells what should not be in it.
pub(crate) fn check_closure(closure: Closure, tree: &str) -> Vec<Complaint> {
    let packages: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    if packages.len() < 2 {
        return vec![Complaint::in_file(closure.selection, "has no dependencies at all")];
    }
    let found = closure.without.iter().filter(|name| packages.contains(*name));
    found
        .map(|name| Complaint::in_file(closure.selection, format!("is built with {name}")))
        .collect()
}

/// Returns all crates of the workspace that `name` uses, directly or through others.
fn reached<'a>(workspace: &'a [Package], name: &'a str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![name];
    while let Some(name) = waiting.pop() {
        if reached.insert(name)
            && let Some(package) = workspace.iter().find(|package| package.name == name)
        {
            waiting.extend(package.dependencies.iter().map(String::as_str));
        }
    }
    reached
}

/// Who may use whom. A new crate gets a row here, and ARCHITECTURE.md a paragraph.
const MAY_USE: &[(&str, &[&str])] = &[
    ("fieldbook-catalogue", &[]),
    ("model", &["fieldbook-catalogue"]),
    ("fieldbook-sqlcipher", &[]),
    ("client-core", &["model", "fieldbook-sqlcipher"]),
    ("fieldbook-app", &["client-core", "field", "model", "ui"]),
    ("fieldbook-app-bindgen", &[]),
    // The pages of a phone: `ui` over a device.
    ("field", &["client-core", "model", "ui"]),
    ("fieldbook-ffi", &["client-core", "model"]),
    ("uniffi-bindgen", &[]),
    ("server", &["model", "ui", "fieldbook-sqlcipher"]),
    ("ui", &["model", "fieldbook-catalogue"]),
    ("xlsform", &["model"]),
    ("fieldbook", &["client-core", "server", "model", "xlsform"]),
    (
        "fieldbook-tests",
        &["fieldbook-catalogue", "model", "client-core", "server", "ui", "fieldbook"],
    ),
    ("fieldbook-fuzz", &["model", "server"]),
    ("xtask", &[]),
];

/// The device and the server share what `model` says, and nothing else.
const PRODUCTS: [&str; 2] = ["client-core", "server"];
const MEETING_PLACES: [&str; 2] = ["fieldbook", "fieldbook-tests"];

/// The random generator comes in as an argument; Automerge's own use of one is its own affair.
const NEVER_DIRECTLY: [(&str, &str); 1] = [("model", "getrandom")];

const NETWORK: &[&str] = &[
    "axum",
    "axum-server",
    "h2",
    "hyper",
    "hyper-util",
    "mio",
    "reqwest",
    "rustls",
    "server",
    "socket2",
    "tokio",
    "tower",
    "tower-http",
];

const OUTSIDE_WORLD: &[&str] = &[
    "axum",
    "axum-server",
    "clap",
    "client-core",
    "h2",
    "hyper",
    "hyper-util",
    "libsqlite3-sys",
    "metrics",
    "mio",
    "openssl-sys",
    "reqwest",
    "rusqlite",
    "rustls",
    "server",
    "socket2",
    "tempfile",
    "tokio",
    "tower",
    "tower-http",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::printed;

    #[test]
    fn crates_of_this_project_use_what_they_may() {
        let root = crate::cargo::workspace_root().unwrap();
        assert_eq!(printed(&crate::commands::layering::complaints(&root).unwrap()), "");
    }

    #[test]
    fn the_layout_as_designed_passes() {
        assert_eq!(printed(&check(&designed())), "");
    }

    #[test]
    fn an_edge_that_points_upward_is_told() {
        let mut workspace = designed();
        uses(&mut workspace, "model", "client-core");
        uses(&mut workspace, "model", "getrandom");
        uses(&mut workspace, "xtask", "model");
        assert_eq!(
            printed(&check(&workspace)),
            "model: may not use client-core\nmodel: may not use getrandom\n\
             server: brings the two products together\n\
             fieldbook-fuzz: brings the two products together\nxtask: may not use model\n"
        );
    }

    #[test]
    fn products_that_meet_are_told_even_through_others() {
        let mut workspace = designed();
        uses(&mut workspace, "client-core", "server");
        assert_eq!(
            printed(&check(&workspace)),
            "client-core: may not use server\nclient-core: brings the two products together\n\
             fieldbook-app: brings the two products together\n\
             field: brings the two products together\n\
             fieldbook-ffi: brings the two products together\n"
        );
    }

    #[test]
    fn a_crate_that_nobody_decided_on_is_told_and_so_is_one_that_is_gone() {
        let mut workspace = designed();
        workspace.retain(|package| package.name != "xtask");
        workspace.push(package("ffi", &["client-core"]));
        assert_eq!(
            printed(&check(&workspace)),
            "ffi: is not in the table of crates: decide what it may use\n\
             xtask: is in the table of crates and nowhere else\n"
        );
    }

    #[test]
    fn a_runtime_deep_in_the_model_is_told() {
        let tree = "model v0.1.0 (model)\nautomerge v0.12.0\ntokio v1.54.0\nsha2 v0.11.0 (*)\n";
        assert_eq!(
            printed(&check_closure(CLOSURES[0], tree)),
            "--package model: is built with tokio\n"
        );
    }

    #[test]
    fn an_answer_without_packages_does_not_pass_for_a_clean_one() {
        assert_eq!(check_closure(CLOSURES[0], "\n").len(), 1);
    }

    fn designed() -> Vec<Package> {
        MAY_USE.iter().map(|(name, used)| package(name, used)).collect()
    }

    fn package(name: &str, used: &[&str]) -> Package {
        let outside = ["serde"].iter().chain(used);
        Package {
            name: name.into(),
            dependencies: outside.map(|name| (*name).to_owned()).collect(),
        }
    }

    fn uses(workspace: &mut [Package], user: &str, used: &str) {
        let package = workspace.iter_mut().find(|package| package.name == user).unwrap();
        package.dependencies.push(used.to_owned());
    }
}
