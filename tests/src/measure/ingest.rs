//! The server taking changes in, beside bare inserts of the same changes.

use std::fs;
use std::time::Duration;

use model::change::RawChange;
use model::ids::CaseId;
use model::wire::PushV1;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use server::config::Durability;
use server::service::Service;

use super::department::{self, Department};
use super::figures::{Part, grouped, length, per_second, ratio, rounded, timed};
use super::floor::Bare;
use super::{NOW, Options};
use crate::raw::RawDevice;

/// Several devices push at the same time, round after round.
pub(crate) fn measure(options: &Options) -> Vec<String> {
    let rounds = (options.changes / (SENDERS * PUSH)).max(2);
    let mut part = Part::new(
        "The server takes changes in",
        &format!(
            "{SENDERS} devices at a time push {PUSH} new encounters each, {rounds} rounds; every \
             answer waits until its changes are on the disk. Bare inserts put the same changes into \
             one table of an otherwise empty SQLCipher database, all of a round in one durable \
             transaction: the largest group the server could make. Making the changes is not \
             counted."
        ),
    );
    let mut town = Department::open(Durability::Full);
    let mut senders: Vec<_> = (0..SENDERS).map(|at| Sender::new(&mut town, at)).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut bare = Bare::create(&folder.path().join("bare.db"));
    let (mut ours, mut least) = (Duration::ZERO, Duration::ZERO);
    let mut resident = Vec::new();
    for _ in 0..rounds {
        let pushes: Vec<_> = senders.iter_mut().map(Sender::write).collect();
        let rows: Vec<_> = pushes.iter().flatten().map(row).collect();
        let ((), took) = timed(|| {
            bare.insert(rows.iter().map(|(hash, record, bytes)| (hash, record, &bytes[..])));
        });
        least += took;
        ours += timed(|| push_all(&town.service, &mut senders, pushes)).1;
        resident.extend(resident_kib());
    }
    let changes = length(rounds * SENDERS * PUSH);
    part.row("changes", grouped(changes));
    part.row("bare inserts, changes a second", rounded(per_second(changes, least)));
    part.row("the server, changes a second", rounded(per_second(changes, ours)));
    part.at_least("the server ÷ bare inserts", ratio(least, ours), 0.5);
    if let [first, .., last] = &resident[..] {
        let marks = [resident[rounds / 4], resident[rounds / 2], resident[rounds * 3 / 4]];
        let way = [&[*first], &marks[..], &[*last]].concat();
        let way: Vec<_> = way.into_iter().map(grouped).collect();
        part.row("memory on the way, KiB", way.join(" · "));
    }
    vec![part.into_text()]
}

/// A device that writes much.
struct Sender {
    device: RawDevice,
    rng: ChaCha8Rng,
    cases: Vec<CaseId>,
}

impl Sender {
    fn new(town: &mut Department, at: usize) -> Self {
        let name = format!("Worker {at}");
        town.worker(&name);
        let mut device = town.raw(&name);
        let mut rng = ChaCha8Rng::seed_from_u64(length(at));
        let cases = (0..CASES)
            .map(|_| department::open_case(&town.service, &mut device, &mut rng))
            .collect();
        Self { device, rng, cases }
    }

    fn write(&mut self) -> Vec<PushV1> {
        let Self { device, rng, cases } = self;
        (0..PUSH).map(|at| department::encounter(device, rng, cases[at % CASES])).collect()
    }
}

fn push_all(service: &Service, senders: &mut [Sender], pushes: Vec<Vec<PushV1>>) {
    std::thread::scope(|scope| {
        for (sender, push) in senders.iter_mut().zip(pushes) {
            scope.spawn(|| department::taken(&sender.device.push(service, NOW, push)));
        }
    });
}

fn row(push: &PushV1) -> ([u8; 32], [u8; 16], Vec<u8>) {
    let hash = RawChange::inspect(&push.change).expect("our own change").hash();
    (hash.0, *push.record.as_bytes(), push.change.clone())
}

/// Returns this process's resident memory, or `None` if the system does not tell.
fn resident_kib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

const SENDERS: usize = 4;
const PUSH: usize = 250;
const CASES: usize = 10;
