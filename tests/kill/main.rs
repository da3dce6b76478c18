//! `kill -9` of the device's and the server's processes while they write and synchronize. Whatever
//! a command had printed as done is there afterwards: on the device, on the server, and on another
//! device.
//!
//! `cargo xtask kill --rounds N` plays more rounds than `ci` does. A round kills one process at a
//! moment that the dice choose; when exactly that is, the machine decides.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod beside;
mod claims;
mod department;
mod drafts;

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::claims::Claims;
use crate::department::{TestDepartment, moment};

/// How many processes are killed in `ci`.
const ROUNDS: u64 = 100;

#[test]
fn what_a_killed_process_had_acknowledged_is_there() {
    let rounds = std::env::var("FIELDBOOK_KILL_ROUNDS").map_or(ROUNDS, |text| {
        text.parse().unwrap_or_else(|_| panic!("FIELDBOOK_KILL_ROUNDS={text} is not a number"))
    });
    let mut rng = ChaCha8Rng::seed_from_u64(rounds);
    let mut department = TestDepartment::found();
    department.enroll("Ana", "ana");
    let mut claims = Claims::default();
    let mut killed = [0_u64; 5];
    // A process that ends before its moment comes is not killed, and does not count.
    for round in 0..2 * rounds {
        let kind = round_kind(&mut rng);
        killed[kind] += u64::from(play(&mut department, &mut claims, &mut rng, kind, round));
        if killed.iter().sum::<u64>() >= rounds {
            break;
        }
    }
    let total: u64 = killed.iter().sum();
    department::say(&format!(
        "{total} processes were killed: {} that wrote on and on, {} at `new`, {} at `set`, {} at \
         `sync`, {} servers at a sync; {} records were acknowledged",
        killed[0],
        killed[1],
        killed[2],
        killed[3],
        killed[4],
        claims.len()
    ));
    assert!(total >= rounds, "only {total} of {rounds} processes could be killed at work");
    assert!(killed.iter().all(|killed| *killed > 0 || rounds < 50), "{killed:?}");

    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["device", "--dir", "ana", "verify"]);
    department.ok(&["admin", "--data", "data", "verify"]);
    claims.check(&department, "ana");
    department.enroll("Sol", "sol");
    department.ok(&["device", "--dir", "sol", "sync"]);
    claims.check(&department, "sol");
}

/// Writers most often: there the window is smallest.
fn round_kind(rng: &mut ChaCha8Rng) -> usize {
    match rng.random_range(0..100) {
        0..40 => 0,
        40..52 => 1,
        52..64 => 2,
        64..82 => 3,
        _ => 4,
    }
}

/// Plays one round, and says whether a process was killed at work.
fn play(
    department: &mut TestDepartment,
    claims: &mut Claims,
    rng: &mut ChaCha8Rng,
    kind: usize,
    round: u64,
) -> bool {
    match kind {
        0 => {
            let lines = rng.random_range(1..12);
            let wait = Duration::from_micros(rng.random_range(0..4_000));
            let scribe = department.scribe("ana", round);
            let (was_killed, said) = scribe.kill_after(lines, wait);
            claims.read(&said);
            // The word that was not heard may have been done.
            claims.attempted_by_scribe(&said);
            was_killed
        }
        1 => {
            let name = format!("Person {round}");
            let value = format!("name={name}");
            let new =
                department.start(&["--json", "device", "--dir", "ana", "new", "person", &value]);
            let (was_killed, said) = new.kill_after(1, moment(rng));
            if let Some(id) = said.iter().find_map(|line| department::id_in(line)) {
                claims.made(id, &name);
            }
            was_killed
        }
        2 => {
            let Some(id) = claims.pick(rng) else { return false };
            let name = format!("Renamed {round}");
            let value = format!("name={name}");
            let text = id.to_string();
            let set = department.start(&["--json", "device", "--dir", "ana", "set", &text, &value]);
            claims.attempted(id, &name);
            let (was_killed, said) = set.kill_after(1, moment(rng));
            if said.iter().any(|line| department::id_in(line) == Some(id)) {
                claims.set(id, &name);
            }
            was_killed
        }
        3 => {
            let sync = department.start(&["--json", "device", "--dir", "ana", "sync"]);
            sync.kill_after(1, moment(rng)).0
        }
        _ => {
            let sync = department.start(&["--json", "device", "--dir", "ana", "sync"]);
            let said = sync.lines_within(moment(rng));
            let at_work = said.is_empty();
            department.kill_server();
            // It gives up by itself, or goes on once the server is back.
            department.serve();
            sync.end();
            at_work
        }
    }
}
