//! Asking whether there is something new, on a small server and on a large one.

use model::time::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;

use super::department::{self, Department};
use super::figures::{Part, Times, grouped, length, millis, ratio, timed};
use super::{NOW, Options};
use crate::raw::RawDevice;

/// The same device's question to both, in turn.
pub(crate) fn measure(options: &Options) -> Vec<String> {
    let mut part = Part::new(
        "A synchronization without news, on the server",
        &format!(
            "A worker with {CASES} cases of {} records asks; the other records are other people's. \
             The same to a server with {} and to one with {} records, in turn; the medians of \
             {ASKED} times.",
            grouped(OWN),
            grouped(SMALL),
            grouped(options.records)
        ),
    );
    let (mut small, mut large) = (Asker::new(SMALL), Asker::new(options.records));
    let (mut of_small, mut of_large) = (Times::default(), Times::default());
    for _ in 0..ASKED {
        of_small.add(timed(|| small.ask()).1);
        of_large.add(timed(|| large.ask()).1);
    }
    part.row(&format!("with {} records", grouped(SMALL)), millis(of_small.median()));
    part.row(&format!("with {} records", grouped(options.records)), millis(of_large.median()));
    part.at_most("large ÷ small", ratio(of_large.median(), of_small.median()), 1.2);
    vec![part.into_text()]
}

/// A device that has everything, and its server.
struct Asker {
    town: Department,
    device: RawDevice,
}

impl Asker {
    fn new(records: usize) -> Self {
        let mut town = Department::open(Durability::Process);
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        town.worker("Ana Alder");
        let mut device = town.raw("Ana Alder");
        let cases: Vec<_> = (0..CASES)
            .map(|_| department::open_case(&town.service, &mut device, &mut rng))
            .collect();
        department::fill(&town.service, &mut device, &mut rng, &cases, OWN - CASES);
        let others = (records - OWN).div_ceil(OTHERS);
        let raw: Vec<_> = (0..OTHERS)
            .map(|at| {
                let name = format!("Worker {at}");
                town.worker(&name);
                (at, town.raw(&name))
            })
            .collect();
        std::thread::scope(|scope| {
            for (at, mut other) in raw {
                let service = &town.service;
                scope.spawn(move || {
                    let mut rng = ChaCha8Rng::seed_from_u64(length(at));
                    let cases: Vec<_> = (0..(others / RECORDS_PER_CASE).max(1))
                        .map(|_| department::open_case(service, &mut other, &mut rng))
                        .collect();
                    let left = others.saturating_sub(cases.len());
                    department::fill(service, &mut other, &mut rng, &cases, left);
                });
            }
        });
        device.pull(&town.service, NOW);
        Self { town, device }
    }

    fn ask(&mut self) {
        let request = self.device.request();
        let answer = self.device.send(&self.town.service, LATER, request);
        assert!(answer.pull.is_empty() && !answer.more);
    }
}

/// Soon enough that asking writes nothing.
const LATER: Timestamp = NOW;

const SMALL: usize = 1_000;
/// Records of the worker who asks.
const OWN: usize = 200;
const CASES: usize = 10;
/// The other workers.
const OTHERS: usize = 4;
const RECORDS_PER_CASE: usize = 50;
const ASKED: usize = 1_000;
