//! A department in one process, from one seed: phones, the server's core and the line between them,
//! with everything going wrong that may. Then all faults end, everybody synchronizes, and what the
//! product promises is checked (DESIGN §9).
//!
//! `cargo xtask sim --seeds N` plays more worlds than `ci` does, `--seed S` replays one aloud.
//! A world takes its clock and its dice from its seed alone, so that it replays exactly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail here")]

mod checks;
mod department;
mod edits;
mod ledger;
mod line;
mod link;
mod office;
mod people;
mod phone;
mod releases;
mod rubbish;
mod server;
mod tally;
mod trace;
mod trouble;
mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once};

use crate::tally::Tally;
use crate::world::World;

/// How many worlds `ci` plays.
const SEEDS: u64 = 300;

#[test]
fn whatever_goes_wrong_nothing_saved_is_lost_and_all_agree() {
    if let Some(seed) = number("FIELDBOOK_SIM_SEED") {
        let tally = play(seed, true).unwrap_or_else(|failure| panic!("{failure}"));
        say(&tally.to_string());
        return;
    }
    let worlds = number("FIELDBOOK_SIM_SEEDS").unwrap_or(SEEDS);
    let tally = play_all(worlds);
    say(&format!("{worlds} worlds:\n{tally}"));
    let missing = tally.missing(worlds);
    assert!(missing.is_empty(), "these did not happen often enough:\n{}", missing.join("\n"));
}

#[test]
fn a_seed_replays_exactly() {
    keep_guarded_panics_quiet();
    for seed in [1, 2, 3] {
        let [once, twice] = [(); 2].map(|()| {
            let mut world = World::new(seed, false);
            world.run();
            world.trace.digest()
        });
        assert_eq!(once, twice, "seed {seed} went another way the second time");
    }
}

/// Plays the worlds of the seeds from 1 on two threads, and fails with every seed that failed.
fn play_all(worlds: u64) -> Tally {
    let next = AtomicU64::new(1);
    let failures = Mutex::new(Vec::new());
    let total = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, std::num::NonZero::get) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > worlds || failures.lock().unwrap().len() >= FAILURES_MAX {
                        return;
                    }
                    match play(seed, false) {
                        Ok(tally) => total.lock().unwrap().join(&tally),
                        Err(failure) => failures.lock().unwrap().push(failure),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    total.into_inner().unwrap()
}

/// Plays one world to its end. What failed comes with the newest lines of its trace.
fn play(seed: u64, aloud: bool) -> Result<Tally, String> {
    keep_guarded_panics_quiet();
    let mut world = World::new(seed, aloud);
    catch_unwind(AssertUnwindSafe(|| world.run())).map_err(|panic| {
        let what = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("it panicked");
        format!(
            "seed {seed} failed; `cargo xtask sim --seed {seed}` replays it.\n{}{what}\n",
            world.trace.tail()
        )
    })?;
    Ok(world.tally)
}

/// Silences the panics of the server's guarded trials, which sometimes panic over rubbish and then
/// refuse it.
fn keep_guarded_panics_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let aloud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !model::admission::is_guarded() {
                aloud(panic);
            }
        }));
    });
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

#[expect(clippy::print_stderr, reason = "`cargo xtask sim` is read on a terminal")]
fn say(what: &str) {
    eprintln!("{what}");
}

/// Worlds that may fail before the rest are left unplayed.
const FAILURES_MAX: usize = 5;
