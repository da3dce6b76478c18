//! Folders that hold no device or department, or cannot be read, and a disk that is full.

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::Sandbox;

#[test]
fn a_folder_that_cannot_be_looked_into_is_not_called_empty() {
    let sandbox = Sandbox::new();
    symlink("loop", sandbox.path().join("loop")).unwrap();
    let shown = sandbox.failures(&[
        "device --dir nowhere list",
        "device --dir loop list",
        "admin --data nowhere devices",
        "admin --data loop devices",
        "admin --data loop init --department Department",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn an_enrollment_that_fails_leaves_no_empty_folder_of_keys() {
    let sandbox = Sandbox::with_server();
    let short = sandbox.run_with(
        "device --dir ana enroll --server https://127.0.0.1:1 --code ABCD-EFGH",
        &[("FIELDBOOK_PIN", "1")],
    );
    assert_eq!(short.code, 2, "{}", short.stderr);
    assert!(!sandbox.path().join("ana").exists());
    assert_eq!(sandbox.run("device --dir bea list").code, 4);
    assert!(!sandbox.path().join("bea").exists());
}

#[test]
fn an_interrupted_init_is_said_to_be_one_and_the_next_begins_anew() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path().join("data")).unwrap();
    for name in ["init.unfinished", "master.key", "server.db"] {
        fs::write(sandbox.path().join("data").join(name), "").unwrap();
    }
    let shown = sandbox.transcript(&[
        "admin --data data devices",
        "admin --data data init --department Department",
        "admin --data data devices",
    ]);
    insta::assert_snapshot!(shown);
}

#[test]
fn each_file_of_a_data_folder_has_words_of_its_own() {
    let sandbox = Sandbox::new();
    let mut shown = String::new();
    for name in ["keys.db", "master.key", "server.db"] {
        for fault in ["missing", "empty", "damaged"] {
            sandbox.ok("admin --data data init --department Department");
            let file = sandbox.path().join("data").join(name);
            match fault {
                "missing" => fs::remove_file(file).unwrap(),
                "empty" => fs::write(file, "").unwrap(),
                _ => fs::write(file, "damaged").unwrap(),
            }
            shown.push_str(&sandbox.failures(&["admin --data data devices"]));
            fs::remove_dir_all(sandbox.path().join("data")).unwrap();
        }
    }
    insta::assert_snapshot!(shown);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_one_when_a_key_does_not_fit() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let half = sandbox.path().join("ana/keys/install.new");
    symlink("/dev/full", &half).unwrap();
    let full = sandbox.run("--json device --dir ana new person name='Case Alder'");
    assert_eq!(full.code, 1, "{}", full.stderr);
    assert!(full.stderr.contains(r#""code":"disk_full""#), "{}", full.stderr);
    drop(fs::remove_file(half));
    sandbox.ok("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana verify");
}
