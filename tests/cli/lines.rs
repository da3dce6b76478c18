//! The line as such: mistakes in it, `--json` anywhere, exit codes, closed pipes.

use std::process::{Command, Stdio};

use fieldbook_tests::binary::fieldbook;
use serde_json::Value as Json;

use crate::sandbox::{Sandbox, text};

#[test]
fn mistakes_in_a_line_name_the_option_and_end_with_2() {
    let sandbox = Sandbox::new();
    let mut shown = String::new();
    for line in [
        "sevre --data data",
        "serve",
        "serve --data data --listen nowhere",
        "serve --data data --tls-cert cert.pem",
        "demo --port many",
        "admin init --department D",
        "admin --data data backup",
        "admin --data data assign Ana alder",
        "admin --data data revoke phone",
        "device show 1",
        "device list",
        "device --dir d new",
        "device --dir d new person alder",
        "device --dir d set 0190c0de-0000-7000-8000-000000000001",
        "device --dir d note 0190c0de-0000-7000-8000-000000000001 safety_plan",
        "device --dir d --lang french list",
        "device --dir d list --limit few",
    ] {
        let done = sandbox.run(line);
        assert_eq!((done.code, done.stdout.as_str()), (2, ""), "{line}");
        shown.push_str(&done.shown());
        shown.push('\n');
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn with_json_a_mistake_is_an_object_on_stderr() {
    let sandbox = Sandbox::new();
    for (line, code, name) in [
        ("--json sevre", 2, "usage"),
        ("device list --json", 2, "usage"),
        ("--json device --dir d set", 2, "usage"),
        ("--json device --dir d list", 4, "no_device"),
        ("--json admin --data d devices", 4, "not_initialised"),
        ("--json serve --data d --listen 127.0.0.1:0", 4, "not_initialised"),
    ] {
        let done = sandbox.run(line);
        assert_eq!((done.code, done.stdout.as_str()), (code, ""), "{line}: {}", done.stderr);
        let error: Json = serde_json::from_str(&done.stderr).unwrap();
        assert_eq!(text(&error["error"], "code"), name, "{line}");
        assert!(!text(&error["error"], "message").is_empty(), "{line}");
    }
}

#[test]
fn a_command_on_a_folder_that_holds_nothing_makes_nothing() {
    let sandbox = Sandbox::new();
    let mut shown = String::new();
    for line in [
        "device --dir empty list",
        "device --dir empty sync",
        "admin --data empty devices",
        "admin --data empty invite Ana",
        "serve --data empty --listen 127.0.0.1:0",
    ] {
        let done = sandbox.run(line);
        assert_eq!(done.code, 4, "{line}: {}", done.stderr);
        shown.push_str(&done.shown());
        shown.push('\n');
    }
    assert!(!sandbox.path().join("empty").exists());
    insta::assert_snapshot!(shown);
}

#[test]
fn the_version_is_the_one_that_was_built() {
    let sandbox = Sandbox::new();
    let version = format!("fieldbook {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(sandbox.ok("--version").stdout, version);
}

#[cfg(unix)]
#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut help = Command::new(fieldbook())
        .args(["device", "--help"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(help.stdout.take());
    let done = help.wait_with_output().unwrap();
    assert_eq!((done.status.code(), done.stderr), (Some(0), Vec::new()));
}
