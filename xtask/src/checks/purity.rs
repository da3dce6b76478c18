//! The core is free of the outside world: no clock, no random source, no files, no sockets.

use super::Complaint;
use crate::rust_source::{self, Part, Source};
use crate::tree::Tree;

/// Checks that the product code of each crate below uses none of its forbidden words.
///
/// Tests are left out: they may read a file. Comments and literals are, too.
pub(crate) fn check(tree: &Tree) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for rule in RULES {
        for path in rust_source::reachable(tree, rule.root, Part::Product) {
            let name = path.strip_prefix(rule.folder).unwrap_or(&path);
            if rule.except.iter().any(|exception| name.starts_with(exception)) {
                continue;
            }
            let code = Source::new(tree.text(&path).unwrap_or_default()).product_code();
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
    /// What a file's name begins with if the rule is not for it.
    except: &'static [&'static str],
    words: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        root: "model/src/lib.rs",
        folder: "model/src/",
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
    fn a_core_that_moved_away_is_told() {
        assert_says(check, &[("model/src/lib.rs", "")], &["client-core/src/lib.rs: is missing"]);
    }
}
