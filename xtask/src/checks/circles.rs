//! No file of a crate leans on one that leans on it, and no room on one that leans on it: what stands
//! below can be read, tested and replaced without what stands above.
//!
//! A file and what lies in its folder may lean on each other: the file is the folder's door. A room
//! is a door of the crate with its folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Complaint;
use crate::rust_source::{self, Part, Source};
use crate::tree::Tree;

/// Looks for circles in every crate. Tests are left out: they may lean on anything.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for root in roots(tree) {
        let edges = edges(tree, root);
        let between_rooms = edges.iter().filter_map(|edge| {
            let (from, to) = (room(&edge.from), room(&edge.to));
            (from != to).then(|| Edge { from: from.to_owned(), to: to.to_owned(), ..edge.clone() })
        });
        complaints.extend(circular(&edges, "file"));
        complaints.extend(circular(&between_rooms.collect::<Vec<_>>(), "room"));
    }
    complaints.sort();
    complaints.dedup();
    complaints
}

/// Every crate's root: `lib.rs` and `main.rs`, beside its manifest or in `src` beside it.
fn roots(tree: &Tree) -> Vec<&str> {
    let is_root = |path: &&str| {
        let Some((folder, "lib.rs" | "main.rs")) = path.rsplit_once('/') else { return false };
        tree.has(&format!("{}/Cargo.toml", folder.strip_suffix("/src").unwrap_or(folder)))
    };
    tree.paths().filter(is_root).collect()
}

/// One module names another.
#[derive(Clone, Debug)]
struct Edge {
    from: String,
    to: String,
    path: String,
    line: usize,
}

fn edges(tree: &Tree, root: &str) -> Vec<Edge> {
    let folder = root.rfind('/').map_or("", |end| &root[..=end]);
    let files = rust_source::reachable(tree, root, Part::Product);
    let module_of = |path: &str| {
        let inner = path.strip_prefix(folder).unwrap_or(path).trim_end_matches(".rs");
        if path == root { String::new() } else { inner.replace('/', "::") }
    };
    let modules: BTreeSet<String> = files.iter().map(|path| module_of(path)).collect();
    let mut edges = Vec::new();
    // The root names every room to declare it.
    for path in files.iter().filter(|path| *path != root) {
        let from = module_of(path);
        let code = Source::new(tree.text(path).unwrap_or_default()).product_code();
        for (line, named) in named_in(&code) {
            let Some(to) = nearest(&modules, &absolute(&from, &named)) else { continue };
            let is_door = |inner: &str, door: &str| inner.starts_with(&format!("{door}::"));
            if to != from && !is_door(&from, &to) && !is_door(&to, &from) {
                edges.push(Edge { from: from.clone(), to, path: path.clone(), line });
            }
        }
    }
    edges
}

/// Every path into the crate itself that the code names, with its line.
fn named_in(code: &str) -> Vec<(usize, String)> {
    const STARTS: [&str; 3] = ["crate::", "super::", "self::"];
    let mut named = rust_source::imports(code);
    named.retain(|(_, path)| STARTS.iter().any(|start| path.starts_with(start)));
    for start in STARTS {
        for (at, _) in code.match_indices(start) {
            if rust_source::starts_word(code, at) && !code[..at].ends_with("::") {
                let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
                let end = code[at..].find(|c| !is_path(c)).unwrap_or(code.len() - at);
                let path = code[at..at + end].trim_end_matches(':').to_owned();
                named.push((rust_source::line_of(code, at), path));
            }
        }
    }
    named
}

/// The path from the crate's root of what the module `from` calls `named`.
fn absolute(from: &str, named: &str) -> Vec<String> {
    let mut base: Vec<String> = match named.starts_with("crate::") {
        true => Vec::new(),
        false => from.split("::").map(str::to_owned).collect(),
    };
    for part in named.split("::") {
        match part {
            "crate" | "self" => {}
            "super" => drop(base.pop()),
            part => base.push(part.to_owned()),
        }
    }
    base
}

/// The innermost module on a path.
fn nearest(modules: &BTreeSet<String>, path: &[String]) -> Option<String> {
    (1..=path.len()).rev().map(|length| path[..length].join("::")).find(|m| modules.contains(m))
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// A complaint for every edge that lies on a circle.
fn circular(edges: &[Edge], kind: &str) -> Vec<Complaint> {
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    let closed = edges.iter().filter_map(|edge| {
        let back = path_between(&next, &edge.to, &edge.from)?;
        let what = format!("a circle of {kind}s: {} → {}", edge.from, back.join(" → "));
        Some(Complaint::at(&edge.path, edge.line, what))
    });
    closed.collect()
}

/// The shortest way from one module to another.
fn path_between<'e>(
    next: &BTreeMap<&'e str, BTreeSet<&'e str>>,
    from: &'e str,
    to: &'e str,
) -> Option<Vec<&'e str>> {
    let mut seen = BTreeSet::from([from]);
    let mut waiting = std::collections::VecDeque::from([vec![from]]);
    while let Some(way) = waiting.pop_front() {
        let here = *way.last()?;
        if here == to {
            return Some(way);
        }
        for &there in next.get(here).into_iter().flatten() {
            if seen.insert(there) {
                waiting.push_back([way.as_slice(), &[there]].concat());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn a_circle_of_files_is_found_wherever_it_is_closed() {
        assert_says(
            check,
            &[
                ("server/Cargo.toml", ""),
                ("server/src/lib.rs", "mod console;"),
                ("server/src/console.rs", "mod read; mod write;"),
                ("server/src/console/read.rs", "use super::write::Write;"),
                ("server/src/console/write.rs", "fn write() -> super::read::Read {}"),
            ],
            &[
                "server/src/console/read.rs:1: a circle of files: console::read → console::write → console::read",
                "server/src/console/write.rs:1: a circle of files: console::write → console::read → console::write",
            ],
        );
    }

    #[test]
    fn a_circle_of_rooms_is_found_where_no_two_files_make_one() {
        assert_says(
            check,
            &[
                ("server/Cargo.toml", ""),
                ("server/src/lib.rs", "mod store; mod keys;"),
                ("server/src/store.rs", "mod records; mod open;"),
                ("server/src/store/open.rs", "fn open() {}"),
                ("server/src/store/records.rs", "use crate::keys::{Keys, NewKeys};"),
                ("server/src/keys.rs", "use crate::store::open;"),
            ],
            &[
                "server/src/keys.rs:1: a circle of rooms: keys → store → keys",
                "server/src/store/records.rs:1: a circle of rooms: store → keys → store",
            ],
        );
    }

    #[test]
    fn a_door_and_its_folder_may_lean_on_each_other_and_tests_on_anything() {
        assert_says(
            check,
            &[
                ("server/Cargo.toml", ""),
                ("server/src/lib.rs", "mod store; mod core;"),
                ("server/src/store.rs", "mod open; use self::open::Open; struct Store;"),
                (
                    "server/src/store/open.rs",
                    "use super::Store; #[cfg(test)] mod t { use crate::core; }",
                ),
                ("server/src/core.rs", "use crate::store::Store;"),
            ],
            &[],
        );
    }

    #[test]
    fn every_crate_of_this_project_is_looked_at() {
        let root = crate::cargo::workspace_root().unwrap();
        let tree = Tree::read(&root).unwrap();
        let looked_at: BTreeSet<&str> = roots(&tree)
            .iter()
            .map(|root| root.rsplit_once('/').unwrap().0.trim_end_matches("/src"))
            .collect();
        let mut crates = BTreeSet::new();
        for (path, text) in tree.texts() {
            if let Some(folder) = path.strip_suffix("/Cargo.toml")
                && text.contains("[package]")
            {
                crates.insert(folder);
            }
        }
        assert_eq!(looked_at, crates);
    }

    #[test]
    fn this_project_has_no_circle() {
        assert_holds_here(check);
    }
}
