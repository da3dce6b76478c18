//! The end of a shift: every device hands in its work at the same moment.

use std::sync::{Barrier, mpsc};

use model::wire::{OutcomeV1, PushV1};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;

use super::department::{self, Department};
use super::figures::{Part, Stopwatch, Times, grouped, length, millis, per_second, ratio, rounded};
use super::{NOW, Options};
use crate::raw::RawDevice;

/// A thread for each device; all start at once.
pub(crate) fn measure(options: &Options) -> Vec<String> {
    let devices = options.devices;
    let mut part = Part::new(
        "The end of a shift",
        &format!(
            "{} devices hand in {CHANGES} new encounters each, all at the same moment, each in one \
             request. The time of a device is from that moment until its answer, which waits until \
             its changes are on the disk.",
            grouped(devices)
        ),
    );
    let mut town = Department::open(Durability::Process);
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let raw: Vec<_> = (0..devices)
        .map(|at| {
            let name = format!("Worker {at}");
            town.worker(&name);
            town.raw(&name)
        })
        .collect();
    let days: Vec<_> = raw
        .into_iter()
        .map(|mut device| {
            let case = department::open_case(&town.service, &mut device, &mut rng);
            let day =
                (0..CHANGES).map(|_| department::encounter(&mut device, &mut rng, case)).collect();
            (device, day)
        })
        .collect();
    let town = town.reopened(Durability::Full);

    let (times, refused, whole) = all_at_once(&town, days);
    let changes = length(devices * CHANGES);
    part.exactly("changes refused", refused, 0);
    part.row("all of them, seconds", format!("{:.1}", whole.as_secs_f64()));
    part.row("changes a second", rounded(per_second(changes, whole)));
    part.row("a device, mean", millis(times.mean()));
    part.row("a device, p99", millis(times.percentile(99)));
    part.at_most("p99 ÷ mean", ratio(times.percentile(99), times.mean()), 3.0);
    vec![part.into_text()]
}

fn all_at_once(
    town: &Department,
    days: Vec<(RawDevice, Vec<PushV1>)>,
) -> (Times, u64, std::time::Duration) {
    let start = Barrier::new(days.len() + 1);
    let (done, answers) = mpsc::channel();
    let mut times = Times::default();
    let mut refused = 0;
    let whole = std::thread::scope(|scope| {
        for (mut device, day) in days {
            let (done, start, service) = (done.clone(), &start, &town.service);
            scope.spawn(move || {
                start.wait();
                let watch = Stopwatch::start();
                let answer = device.push(service, NOW, day);
                let took = watch.elapsed();
                let bad = answer.results.iter().filter(|r| r.outcome != OutcomeV1::Accepted);
                // Whoever counts is there until the last answer.
                let _ = done.send((took, length(bad.count())));
            });
        }
        drop(done);
        start.wait();
        let watch = Stopwatch::start();
        for (took, bad) in answers {
            times.add(took);
            refused += bad;
        }
        watch.elapsed()
    });
    (times, refused, whole)
}

const CHANGES: usize = 50;
