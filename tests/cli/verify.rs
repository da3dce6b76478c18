//! `admin verify`, `admin audit verify` and `device verify` of data that is damaged.

use std::fs;
use std::path::Path;

use client_core::vault::{FileVault, KeyVault as _};
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::sandbox::{Done, Sandbox, text};

#[test]
fn a_damaged_store_of_a_device_is_told_of_in_the_language_of_who_asks() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    let folder = sandbox.path().join("ana");
    let store = open_store(&folder);
    store
        .execute_batch(
            "UPDATE records SET check_count = check_count + 1;
             DELETE FROM search;
             CREATE TABLE spare (room BLOB);
             INSERT INTO spare VALUES (zeroblob(200000));
             DROP TABLE spare;",
        )
        .unwrap();
    store.close().unwrap();
    // A page that nothing stands in: only SQLCipher's check looks at it.
    let file = folder.join("fieldbook.db");
    let mut bytes = fs::read(&file).unwrap();
    let last = bytes.len() - 2_000;
    bytes[last] ^= 1;
    fs::write(&file, bytes).unwrap();

    let english = sandbox.run("device --dir ana verify");
    let spanish = sandbox.run("--lang es device --dir ana verify");
    assert_eq!((english.code, spanish.code), (1, 1), "{}{}", english.stderr, spanish.stderr);
    for (told, lines) in [
        (
            &english,
            [
                "there are problems",
                "the database's own check found: HMAC",
                "the full text does not find it",
                "its acknowledged changes are not those that were noted",
            ],
        ),
        (
            &spanish,
            [
                "hay problemas",
                "la comprobación propia de la base de datos encontró: HMAC",
                "la búsqueda de texto no lo encuentra",
                "sus cambios confirmados no son los que se anotaron",
            ],
        ),
    ] {
        for line in lines {
            assert!(told.stdout.contains(line), "{line}\n{}", told.stdout);
        }
    }
    let found = json_of(&sandbox.run("--json --lang es device --dir ana verify"));
    let problems = found["problems"].as_array().unwrap();
    let problem = |code: &str| problems.iter().find(|problem| problem["code"] == code).unwrap();
    assert_eq!(
        *problem("acknowledged_differ"),
        json!({
            "id": case,
            "code": "acknowledged_differ",
            "problem": "sus cambios confirmados no son los que se anotaron",
        })
    );
    assert_eq!(problem("database_check")["id"], Json::Null);
}

#[cfg(unix)]
#[test]
fn data_whose_keys_are_gone_is_told_of_in_the_language_of_who_asks() {
    let mut sandbox = Sandbox::with_server();
    assert_eq!(sandbox.stop(), Some(0));
    let keys = sandbox.path().join("data/keys.db");
    let older = fs::read(&keys).unwrap();
    sandbox.serve();
    sandbox.enroll("Ana");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    assert_eq!(sandbox.stop(), Some(0));
    fs::write(&keys, older).unwrap();

    let english = sandbox.run("admin --data data verify");
    assert_eq!(english.code, 1, "{}", english.stderr);
    let told = format!("record {case}: the key of its scope is missing");
    assert!(english.stdout.contains(&told), "{}", english.stdout);
    let spanish = sandbox.run("--lang es admin --data data verify");
    let told = format!("registro {case}: falta la clave de su ámbito");
    assert!(spanish.stdout.contains(&told), "{}", spanish.stdout);
    let found = json_of(&sandbox.run("--json --lang es admin --data data verify"));
    assert_eq!(
        found["problems"],
        json!([{
            "record": case,
            "refused": null,
            "code": "scope_key_missing",
            "problem": told,
        }])
    );
}

#[test]
fn an_audit_that_was_edited_is_told_of_in_the_language_of_who_asks() {
    let sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    sandbox.ok("admin --data data user add Ana --role OW --program street_outreach");
    sandbox.ok("admin --data data audit export audit.jsonl");
    let file = sandbox.path().join("audit.jsonl");
    let edited = fs::read_to_string(&file).unwrap().replacen("administrator", "administrat0r", 1);
    fs::write(&file, edited).unwrap();
    let line = "admin --data data audit verify --file audit.jsonl";
    let english = sandbox.run(line);
    assert_eq!(english.code, 1);
    assert!(english.stdout.contains("is not what was written"), "{}", english.stdout);
    let spanish = sandbox.run(&format!("--lang es {line}"));
    assert!(spanish.stdout.contains("no es la que se escribió"), "{}", spanish.stdout);
    let found = json_of(&sandbox.run(&format!("--json {line}")));
    assert_eq!(text(&found["problems"][0], "code"), "export_altered");
}

fn json_of(done: &Done) -> Json {
    serde_json::from_str(&done.stdout).unwrap()
}

/// Opens the database of a device, with the key that lies beside it.
fn open_store(folder: &Path) -> Connection {
    let stored = FileVault::new(folder.join("keys")).load("store-key").unwrap().unwrap();
    let key: String = stored[1..].iter().map(|byte| format!("{byte:02x}")).collect();
    let store = Connection::open(folder.join("fieldbook.db")).unwrap();
    store.pragma_update(None, "key", format!("x'{key}'")).unwrap();
    store
}
