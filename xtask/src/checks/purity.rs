//! What has a room of its own is named nowhere else: the core knows no clock, no random source, no
//! files and no sockets; in the server, only the store knows the database.

use super::Complaint;
use crate::rust_source::{self, Part, Source};
use crate::tree::Tree;

/// Checks that the product code of each crate below uses none of its forbidden words.
///
/// The core's tests are left out: they may read a file. Comments and literals are, everywhere.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for rule in RULES {
        for path in rust_source::reachable(tree, rule.root, rule.part) {
            let name = path.strip_prefix(rule.folder).unwrap_or(&path);
            if rule.except.iter().any(|exception| name.starts_with(exception)) {
                continue;
            }
            let code = rule.part.of(&Source::new(tree.text(&path).unwrap_or_default()));
            for (line, word) in words_in(&code, rule.words) {
                complaints.push(Complaint::at(&path, line, format!("uses `{word}`")));
            }
        }
        if tree.text(rule.root).is_none() {
            complaints.push(Complaint::in_file(rule.root, "is missing"));
        }
    }
    complaints.sort();
    complaints.dedup();
    complaints
}

fn words_in<'a>(code: &str, words: &[&'a str]) -> Vec<(usize, &'a str)> {
    let imports = rust_source::imports(code);
    let mut found = Vec::new();
    for word in words {
        let is_name = word.ends_with(char::is_alphanumeric);
        let is_whole = |text: &str, at: usize| {
            rust_source::starts_word(text, at)
                && (!is_name || rust_source::ends_word(text, at + word.len()))
        };
        let spelled_out = code.match_indices(word).filter(|&(at, _)| is_whole(code, at));
        found.extend(spelled_out.map(|(at, _)| (rust_source::line_of(code, at), *word)));
        for (line, path) in &imports {
            if path.match_indices(word).any(|(at, _)| is_whole(path, at)) {
                found.push((*line, *word));
            }
        }
    }
    found
}

struct Rule {
    root: &'static str,
    folder: &'static str,
    /// Of which code it speaks.
    part: Part,
    /// What a file's name begins with if the rule is not for it.
    except: &'static [&'static str],
    words: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        root: "model/src/lib.rs",
        folder: "model/src/",
        part: Part::Product,
        except: &[],
        words: &[
            "SystemTime::now",
            "Instant::now",
            "Zoned::now",
            "Timestamp::now",
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
            "std::process",
            "rand::rng",
            "rand::random",
            "thread_rng",
            "OsRng",
            "SysRng",
            "from_os_rng",
        ],
    },
    Rule {
        root: "client-core/src/lib.rs",
        folder: "client-core/src/",
        part: Part::Product,
        // These hold the clock, the threads and the sockets; WebAssembly leaves them out.
        except: &["driver", "transport"],
        words: &[
            "SystemTime::now",
            "Instant::now",
            "Zoned::now",
            "Timestamp::now",
            "std::net",
            "std::thread",
            "tokio::",
            "reqwest::",
            "rustls::",
            "rand::rng",
            "rand::random",
            "thread_rng",
            "OsRng",
            "SysRng",
            "from_os_rng",
        ],
    },
    Rule {
        root: "ui/src/lib.rs",
        folder: "ui/src/",
        part: Part::Product,
        except: &[],
        words: &[
            "SystemTime::now",
            "Instant::now",
            "Zoned::now",
            "Timestamp::now",
            "std::fs",
            "std::net",
            "std::env",
            "std::thread",
            "std::process",
            "rand::rng",
        ],
    },
    Rule {
        root: "server/src/lib.rs",
        folder: "server/src/",
        part: Part::All,
        // `store.rs` and what stands below it.
        except: &["store.rs", "store/"],
        words: &["rusqlite"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks::testing::{assert_holds_here, assert_says};

    #[test]
    fn the_core_of_this_project_is_free_of_the_outside_world() {
        assert_holds_here(check);
    }

    #[test]
    fn talk_about_clocks_and_tests_with_files_pass() {
        assert_says(
            check,
            &[
                (
                    "model/src/lib.rs",
                    "//! No `SystemTime::now` here.\nmod time;\n\
                     #[cfg(test)]\nmod tests { use std::fs; }\n",
                ),
                ("model/src/time.rs", "const WHY: &str = \"Instant::now\"; // std::env\n"),
                ("client-core/src/lib.rs", "mod driver; mod store;"),
                ("client-core/src/driver.rs", "mod clock; use tokio::sync::mpsc;"),
                ("client-core/src/driver/clock.rs", "fn now() { SystemTime::now() }"),
                ("client-core/src/store.rs", "use std::fs;"),
                ("ui/src/lib.rs", "//! Reads no `SystemTime::now`."),
                ("server/src/lib.rs", "//! No `rusqlite` but in the store.\nmod store;"),
                ("server/src/store.rs", "mod grants; use rusqlite::Row;"),
                ("server/src/store/grants.rs", "use rusqlite::{Connection, params};"),
            ],
            &[],
        );
    }

    #[test]
    fn a_clock_in_the_model_is_told_however_it_is_spelled() {
        let files = [
            ("model/src/lib.rs", "mod a;\nuse std::{fmt, env, net::{self, IpAddr}};\n"),
            ("model/src/a.rs", "fn f() { std::time::SystemTime::now() }\nfn g() { rand::rng() }\n"),
            ("client-core/src/lib.rs", ""),
            ("server/src/lib.rs", ""),
            ("ui/src/lib.rs", ""),
        ];
        assert_says(
            check,
            &files,
            &[
                "model/src/a.rs:1: uses `SystemTime::now`",
                "model/src/a.rs:2: uses `rand::rng`",
                "model/src/lib.rs:2: uses `std::env`",
                "model/src/lib.rs:2: uses `std::net`",
            ],
        );
    }

    #[test]
    fn a_runtime_outside_the_driver_is_told() {
        let files = [
            ("model/src/lib.rs", "use rand::rngs::StdRng;"),
            ("client-core/src/lib.rs", "mod engine;"),
            (
                "client-core/src/engine.rs",
                "async fn f() { tokio::spawn(g); std::thread::spawn(h); }",
            ),
            ("server/src/lib.rs", ""),
            ("ui/src/lib.rs", ""),
        ];
        assert_says(
            check,
            &files,
            &[
                "client-core/src/engine.rs:1: uses `std::thread`",
                "client-core/src/engine.rs:1: uses `tokio::`",
            ],
        );
    }

    #[test]
    fn a_database_outside_the_servers_store_is_told_in_tests_too() {
        let files = [
            ("model/src/lib.rs", ""),
            ("client-core/src/lib.rs", ""),
            ("ui/src/lib.rs", ""),
            ("server/src/lib.rs", "mod admin;\nmod store;\nmod storehouse;"),
            (
                "server/src/admin.rs",
                "fn f(db: &rusqlite::Connection) {}\n\
                 #[cfg(test)]\nmod tests { use rusqlite::types::ValueRef; }\n",
            ),
            ("server/src/store.rs", "use rusqlite::Row;"),
            ("server/src/storehouse.rs", "use rusqlite::{Connection, params};"),
        ];
        assert_says(
            check,
            &files,
            &[
                "server/src/admin.rs:1: uses `rusqlite`",
                "server/src/admin.rs:3: uses `rusqlite`",
                "server/src/storehouse.rs:1: uses `rusqlite`",
            ],
        );
    }

    #[test]
    fn a_room_that_moved_away_is_told() {
        let files = [("model/src/lib.rs", ""), ("ui/src/lib.rs", ""), ("server/src/lib.rs", "")];
        assert_says(check, &files, &["client-core/src/lib.rs: is missing"]);
    }
}
