//! Nothing opens a database file but SQLite.
//!
//! On POSIX systems a process that closes a file lets go of every lock that it has on it, SQLite's
//! too: one harmless look at the first bytes of an open database, and the next writer damages it.

use super::Complaint;
use crate::rust_source::{Source, ends_word, line_of, starts_word};
use crate::tree::Tree;

/// Checks that the product opens files only in the places below, none of which is a database.
///
/// Tests are left out: they damage files on purpose.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for (path, text) in tree.texts() {
        let is_product =
            PRODUCT.iter().any(|folder| path.starts_with(folder)) && !path.ends_with("/tests.rs");
        if !is_product || !path.ends_with(".rs") || OPENERS.iter().any(|(file, _)| *file == path) {
            continue;
        }
        let code = Source::new(text).product_code();
        for word in WORDS {
            let is_whole = |at: usize| starts_word(&code, at) && ends_word(&code, at + word.len());
            for (at, _) in code.match_indices(word).filter(|&(at, _)| is_whole(at)) {
                let what = format!("`{word}` opens a file; only SQLite opens a database");
                complaints.push(Complaint::at(path, line_of(&code, at), what));
            }
        }
    }
    for (file, _) in OPENERS.iter().filter(|(file, _)| !tree.has(file)) {
        complaints.push(Complaint::in_file(file, "is missing"));
    }
    complaints.sort();
    complaints
}

const PRODUCT: [&str; 5] =
    ["cli/src/", "client-core/src/", "ffi/src/", "server/src/", "xlsform/src/"];

/// Where files are opened, and what is in them.
const OPENERS: &[(&str, &str)] = &[
    ("cli/src/commands/admin/audit.rs", "exports of the audit"),
    ("cli/src/commands/admin/user/import.rs", "lists of people"),
    ("cli/src/commands/catalogue/export.rs", "the built-in catalogue, and forms"),
    ("cli/src/commands/catalogue/import.rs", "forms, and a type of a catalogue"),
    ("client-core/src/driver/clock/system.rs", "the machine's start"),
    ("client-core/src/store/place.rs", "the guard"),
    ("client-core/src/transport/roots.rs", "the system's certificates"),
    ("client-core/src/vault/file.rs", "secrets"),
    ("server/src/context.rs", "the master key"),
    ("server/src/config.rs", "a catalogue"),
    ("server/src/data_folder.rs", "locks and marks"),
    ("server/src/listener/server_info.rs", "where a server is"),
    ("server/src/listener/tls.rs", "certificates"),
    ("server/src/listener/tls/own.rs", "certificates"),
];

const WORDS: [&str; 9] = [
    "File::open",
    "File::create",
    "File::create_new",
    "File::options",
    "OpenOptions",
    "fs::read",
    "fs::read_to_string",
    "fs::write",
    "fs::copy",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says, printed};

    #[test]
    fn nothing_opens_a_database_of_this_project_but_sqlite() {
        assert_holds_here(check);
    }

    #[test]
    fn a_look_into_a_database_is_told() {
        let mut files: Vec<_> =
            OPENERS.iter().map(|(file, _)| (*file, "use std::fs::File;")).collect();
        files.push((
            "client-core/src/store/open.rs",
            "use std::fs;\nfn salt() { fs::File::open(path) }\nfn all() { fs::read(path) }\n\
             fn names() { fs::read_dir(path) }\n#[cfg(test)]\nmod tests { fn f() { fs::read(p) } }\n",
        ));
        files.push(("tests/src/lib.rs", "fn f() { std::fs::read(p) }"));
        assert_says(
            check,
            &files,
            &[
                "client-core/src/store/open.rs:2: `File::open` opens a file; only SQLite opens a database",
                "client-core/src/store/open.rs:3: `fs::read` opens a file; only SQLite opens a database",
            ],
        );
    }

    #[test]
    fn a_place_that_is_gone_is_told() {
        let said = printed(&check(&Tree::of(&[])));
        assert_eq!(said.lines().count(), OPENERS.len(), "{said}");
    }
}
