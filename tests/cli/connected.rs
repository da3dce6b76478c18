//! The long-running commands `serve` and `watch`.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

#[cfg(unix)]
#[test]
fn a_device_that_watches_has_what_others_send_as_soon_as_they_do() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Sol");
    let mut watching = sandbox.start("device --dir sol watch --json");
    sandbox.ok("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let synced: Json = serde_json::from_str(&watching.next_line()).unwrap();
    assert_eq!(synced["received"], 1, "{synced}");
    assert_eq!(watching.interrupt(), Some(0));
    let cases = sandbox.json("device --dir sol list --type person");
    assert_eq!(cases[0]["title"], "Case Alder");
}

#[cfg(unix)]
#[test]
fn an_administrators_command_reaches_a_watching_device_at_once() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.enroll("Ben");
    let case = sandbox.id("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let mut watching = sandbox.start("device --dir ben watch --json");
    sandbox.ok(&format!("admin --data data assign Ben {case}"));
    let synced: Json = serde_json::from_str(&watching.next_line()).unwrap();
    assert_eq!(synced["received"], 1, "{synced}");
    assert_eq!(watching.interrupt(), Some(0));
}

#[cfg(unix)]
#[test]
fn what_the_server_logs_is_json_and_holds_nothing_that_anybody_recorded() {
    let mut sandbox = Sandbox::with_server();
    sandbox.stop();
    let mut server =
        sandbox.start_with("serve --data data --listen 127.0.0.1:0", &[("FIELDBOOK_LOG", "trace")]);
    while !server.next_error().contains("Ctrl-C") {}
    sandbox.enroll("Ana");
    sandbox.ok("device --dir ana new person name='Case Alder' notes='call the aunt'");
    sandbox.ok("device --dir ana sync");
    assert_eq!(server.interrupt(), Some(0), "what is under way is answered, and that is all");
    let log = server.rest_of_errors();
    assert!(log.lines().count() > 2, "{log}");
    for line in log.lines() {
        let line: Json = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(line["level"].is_string(), "{line}");
    }
    for secret in ["Alder", "aunt", "Ana"] {
        assert!(!log.contains(secret), "{log}");
    }
}

#[test]
fn with_json_a_server_says_where_it_is_on_stdout() {
    let sandbox = Sandbox::with_server();
    sandbox.ok("admin --data other init --department Other");
    let mut server = sandbox.start("--json serve --data other --listen 127.0.0.1:0");
    let said: Json = serde_json::from_str(&server.next_line()).unwrap();
    assert!(said["url"].as_str().is_some_and(|url| url.starts_with("https://127.0.0.1:")));
    assert_eq!(said["fingerprint"].as_str().map(str::len), Some(64));
}

#[cfg(unix)]
#[test]
fn a_server_ends_well_when_it_is_told_to_terminate() {
    let sandbox = Sandbox::new();
    sandbox.ok("admin --data data init --department Department");
    let mut server = sandbox.start("--json serve --data data --listen 127.0.0.1:0");
    server.next_line();
    assert_eq!(server.signal("TERM"), Some(0));
}

#[test]
fn an_address_that_is_taken_is_named() {
    let sandbox = Sandbox::with_server();
    sandbox.ok("admin --data other init --department Other");
    let served = std::fs::read_to_string(sandbox.path().join("data/server.json")).unwrap();
    let served: Json = serde_json::from_str(&served).unwrap();
    let address = served["url"].as_str().unwrap().replace("https://", "");
    let refused = sandbox.run(&format!("serve --data other --listen {address}"));
    assert_eq!(refused.code, 1, "{}", refused.stderr);
    let shown = refused.shown();
    insta::assert_snapshot!(shown);
}
