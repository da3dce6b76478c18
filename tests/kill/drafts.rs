//! A process that fills in drafts is killed at any moment: what it had said is there, and what it was
//! about is there or is not. Each draft becomes one record.

use std::time::Duration;

use fieldbook_tests::drafts;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::department::{self, TestDepartment};

/// How often the process is killed.
const ROUNDS: u64 = 30;

#[test]
fn a_draft_goes_on_from_the_last_answer_of_a_killed_process_and_becomes_one_record() {
    let department = TestDepartment::found();
    department.enroll("Ana", "ana");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut before, mut killed) = ((0, 0), 0);
    for round in 0..ROUNDS {
        let lines = rng.random_range(1..16);
        let wait = Duration::from_micros(rng.random_range(0..4_000));
        let (was_killed, said) = department.drafter("ana", round).kill_after(lines, wait);
        killed += u64::from(was_killed);
        let said = said.iter().filter_map(|line| drafts::place(line)).next_back().unwrap_or(before);
        let device = department.open("ana");
        let open = drafts::open(&device).unwrap().map_or(0, |(_, answers)| answers);
        let found = (drafts::submitted(&device).unwrap(), open);
        assert!(found == said || found == next(said), "round {round}: {found:?} after {said:?}");
        before = found;
    }
    department::say(&format!("{killed} processes were killed, {} drafts submitted", before.0));
    assert!(killed > ROUNDS / 2, "only {killed} could be killed at work");
    let status = department.ok(&["--json", "device", "--dir", "ana", "status"]);
    assert!(status.contains(&format!("\"outbox\":{}", before.0)), "{status}");
    department.ok(&["device", "--dir", "ana", "sync"]);
    department.ok(&["device", "--dir", "ana", "verify"]);
    department.ok(&["admin", "--data", "data", "verify"]);
}

/// Where the process is after its next save.
fn next((submitted, answers): (u64, u64)) -> (u64, u64) {
    match answers {
        drafts::ANSWERS => (submitted + 1, 0),
        answers => (submitted, answers + 1),
    }
}
