//! A server that changes its key or its address, from the command line.

use std::io;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use serde_json::Value as Json;

use crate::sandbox::{Sandbox, text};

#[test]
fn a_key_is_renewed_in_two_steps_and_no_phone_notices() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.ok("admin --data data tls renew");
    sandbox.ok("device --dir ana sync");
    let before = text(&sandbox.json("admin --data data tls show"), "fingerprint");
    assert_eq!(sandbox.run("admin --data data tls renew --switch").code, 4, "there is no next key");
    let announced = sandbox.json("admin --data data tls renew --new-key");
    let next = text(&announced, "next_fingerprint");
    assert_ne!(before, next);
    assert_eq!(announced["devices_not_told"], 1);
    let early = sandbox.run("admin --data data tls renew --switch");
    assert_eq!(early.code, 3);
    assert!(early.stderr.contains("has not received the next key yet"), "{}", early.stderr);

    until_told(&sandbox, "admin --data data tls show");
    sandbox.ok("admin --data data tls renew --switch");
    sandbox.ok("device --dir ana new person name='Case Alder'");
    sandbox.ok("device --dir ana sync");
    let shown = sandbox.json("admin --data data tls show");
    assert_eq!(sandbox.run("device --dir ana sync").code, 0);
    assert!([before, next].contains(&text(&shown, "fingerprint")));
}

#[cfg(unix)]
#[test]
fn an_announced_address_is_found_and_another_one_needs_a_code() {
    let mut sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    sandbox.ok("device --dir ana sync");
    let planned = sandbox.json("admin --data data move --url https://127.0.0.1:1");
    assert_eq!(text(&planned, "next_url"), "https://127.0.0.1:1");
    assert_eq!(sandbox.run("admin --data data move --url somewhere").code, 2);
    assert!(sandbox.json("admin --data data move --cancel")["next_url"].is_null());

    // The machine is another one: a port and a key that nobody announced.
    sandbox.ok("device --dir ana new person name='Case Alder'");
    sandbox.stop();
    std::fs::remove_dir_all(sandbox.path().join("data/tls")).unwrap();
    sandbox.serve_again();
    let refused = sandbox.run("device --dir ana sync");
    assert_eq!(refused.code, 3, "a script must not try for ever");
    assert!(refused.stderr.contains("device reconnect"), "{}", refused.stderr);
    sandbox.stop();
    assert_eq!(sandbox.run("device --dir ana sync").code, 5);
    sandbox.serve();

    let invitation = sandbox.json("admin --data data invite Ana --reconnect");
    let (url, code) = (text(&invitation, "url"), text(&invitation, "code"));
    let fingerprint = text(&invitation, "fingerprint");
    let bound = |verb: &str| {
        format!("device --dir ana {verb} --server {url} --code {code} --fingerprint {fingerprint}")
    };
    let enrolled = sandbox.run(&bound("enroll"));
    assert_eq!(enrolled.code, 2);
    assert!(enrolled.stderr.contains("`reconnect`"), "{}", enrolled.stderr);
    let wrong = sandbox.run(&bound("reconnect").replace(&code, "AAAA-AAAA-AAAA"));
    assert_eq!(wrong.code, 3, "{}", wrong.stderr);
    assert_eq!(text(&sandbox.json(&bound("reconnect")), "server"), url);
    assert_eq!(sandbox.json("device --dir ana sync")["sent"], 1);
}

#[test]
fn a_command_gets_its_turn_while_a_reconnect_waits_for_its_server() {
    let sandbox = Sandbox::with_server();
    sandbox.enroll("Ana");
    let invitation = sandbox.json("admin --data data invite Ana --reconnect");
    let (url, code) = (text(&invitation, "url"), text(&invitation, "code"));
    let fingerprint = text(&invitation, "fingerprint");
    let gate = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = gate.local_addr().unwrap();
    let mut binding = sandbox.start(&format!(
        "--json device --dir ana reconnect --server https://{at} --code {code} \
         --fingerprint {fingerprint}"
    ));
    let (first, _) = gate.accept().unwrap();
    // Nothing is answered before this has succeeded.
    sandbox.ok("device --dir ana new person name='Case Alder'");
    let server = url.strip_prefix("https://").unwrap().to_owned();
    thread::spawn(move || {
        carry(&first, &server);
        gate.incoming().for_each(|line| carry(&line.unwrap(), &server));
    });
    let said: Json = serde_json::from_str(&binding.next_line()).unwrap();
    assert!(said["device"].is_string(), "{said}");
    assert_eq!(sandbox.json("device --dir ana sync")["sent"], 1);
}

/// Carries whatever a device and its server say to each other.
fn carry(device: &TcpStream, server: &str) {
    let server = TcpStream::connect(server).unwrap();
    for (mut from, mut to) in [(device, &server), (&server, device)]
        .map(|(from, to)| (from.try_clone().unwrap(), to.try_clone().unwrap()))
    {
        // One side that is gone ends the other.
        thread::spawn(move || {
            drop(io::copy(&mut from, &mut to));
            drop(to.shutdown(Shutdown::Both));
        });
    }
}

/// Synchronizes until the server knows that every device took what it announced.
fn until_told(sandbox: &Sandbox, line: &str) {
    for _ in 0..500 {
        sandbox.ok("device --dir ana sync");
        if sandbox.json(line)["devices_not_told"] == 0 {
            return;
        }
    }
    panic!("the device never takes what is announced");
}
