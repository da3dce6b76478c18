//! What synchronizations carry and how long a first one takes, beside one compressed blob.

use std::time::Duration;

use model::catalogue::Catalogue;
use model::change::RawChange;
use model::document::Document;
use model::search;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::Value as Json;
use server::config::Durability;

use super::department::{self, Department};
use super::figures::{Part, Times, grouped, length, millis, ratio, size_ratio, timed};
use super::floor::{self, Bare, Shown};
use super::phone::Trip;
use super::{NOW, Options};
use crate::content;

/// A day's work, a synchronization without news, and a first one.
pub(crate) fn measure(options: &Options) -> Vec<String> {
    vec![day(), first(options.first)]
}

fn day() -> String {
    let mut part = Part::new(
        "A day's work",
        &format!(
            "{NEW} new encounters and {EDITS} edits in {CASES} cases by one worker, then the same \
             arriving on a colleague's phone. Bytes are those of bodies as they travel. The floor \
             is one zstd blob (level 3) of the raw changes and nothing else."
        ),
    );
    let mut town = Department::open(Durability::Process);
    town.worker("Ana Alder");
    town.worker("Ben Birch");
    let (mut ana, mut ben) = (town.phone("Ana Alder"), town.phone("Ben Birch"));
    let cases: Vec<_> = (0..CASES)
        .map(|_| {
            let person = content::person(&mut ana.rng);
            ana.make("person", None, person)
        })
        .collect();
    let mut earlier = Vec::new();
    for at in 0..EDITS {
        let edits = department::past_encounter(&mut ana.rng);
        earlier.push(ana.make("outreach_contact", Some(cases[at % CASES].into()), edits));
    }
    ana.sync(&town.service);
    cases.iter().for_each(|case| town.assign("Ben Birch", (*case).into()));
    ben.sync(&town.service);
    ana.sync(&town.service);

    for at in 0..NEW {
        let edits = content::encounter(NOW, &mut ana.rng);
        ana.make("outreach_contact", Some(cases[at % CASES].into()), edits);
    }
    for record in earlier {
        loop {
            let edits = content::correction(NOW, &mut ana.rng);
            if ana.edit(record, edits) {
                break;
            }
        }
    }
    let up = ana.sync(&town.service);
    let down = ben.sync(&town.service);
    let nothing = ben.sync(&town.service);
    assert_eq!((up.pushed.len(), down.pulled.len()), (NEW + EDITS, NEW + EDITS));

    let floor = floor::zstd_bytes(&up.pushed);
    part.row("the floor, bytes", grouped(floor));
    part.row("up: bytes sent, received", both(&up));
    part.exactly("up: requests", up.requests, 1);
    part.at_most("up: bytes sent ÷ the floor", size_ratio(up.up_bytes, floor), 1.15);
    part.row("down: bytes sent, received", both(&down));
    part.exactly("down: requests", down.requests, 1);
    let floor = floor::zstd_bytes(&down.pulled);
    part.at_most("down: bytes received ÷ the floor", size_ratio(down.down_bytes, floor), 1.15);
    part.row("without news: bytes sent, received", both(&nothing));
    part.exactly("without news: requests", nothing.requests, 1);
    part.into_text()
}

fn both(trip: &Trip) -> String {
    format!("{}, {}", grouped(trip.up_bytes), grouped(trip.down_bytes))
}

fn first(records: usize) -> String {
    let cases = (records / RECORDS_PER_CASE).max(1);
    let mut part = Part::new(
        &format!("A first synchronization of {} records", grouped(records)),
        &format!(
            "{} cases. The floor in bytes is one zstd blob (level 3) of all raw changes. The floor \
             in time inflates that blob, loads each record's document once to read it, and inserts \
             the change, what is shown and what is searched into bare SQLCipher tables, in as many \
             durable transactions as there are pages. Medians of {RUNS} runs in turn.",
            grouped(cases)
        ),
    );
    let mut town = Department::open(Durability::Process);
    town.worker("Ana Alder");
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut raw = town.raw("Ana Alder");
    let opened: Vec<_> =
        (0..cases).map(|_| department::open_case(&town.service, &mut raw, &mut rng)).collect();
    department::fill(&town.service, &mut raw, &mut rng, &opened, records - cases);

    let mut last = None;
    let (mut whole, mut on_device, mut on_server) =
        (Times::default(), Times::default(), Times::default());
    let mut least = Times::default();
    for _ in 0..RUNS {
        let mut phone = town.phone("Ana Alder");
        let trip = phone.sync(&town.service);
        assert_eq!(trip.pulled.len(), records);
        whole.add(trip.on_device + trip.on_server);
        on_device.add(trip.on_device);
        on_server.add(trip.on_server);
        least.add(time_floor(&raw.catalogue, &trip));
        last = Some(trip);
    }
    let trip = last.expect("there was a run");
    let floor = floor::zstd_bytes(&trip.pulled);
    let changes = trip.pulled.iter().map(|change| length(change.len())).sum::<u64>();
    part.row("raw changes, bytes", grouped(changes));
    part.row("the floor, bytes", grouped(floor));
    part.row("bytes sent, received", both(&trip));
    part.at_most("bytes received ÷ the floor", size_ratio(trip.down_bytes, floor), 1.15);
    part.row("requests", grouped(trip.requests));
    part.row("the floor, time", millis(least.median()));
    part.row("on the phone", millis(on_device.median()));
    part.row("on the server", millis(on_server.median()));
    let floor = least.median();
    part.at_most("phone and server ÷ the floor", ratio(whole.median(), floor), 2.0);
    part.row("the phone ÷ the floor", format!("{:.2} ×", ratio(on_device.median(), floor)));
    part.into_text()
}

/// How long the least takes that a device must do with what came.
fn time_floor(catalogue: &Catalogue, trip: &Trip) -> Duration {
    let blob = floor::blob(&trip.pulled);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut bare = Bare::create(&folder.path().join("bare.db"));
    let page = trip.pulled.len().div_ceil(usize::try_from(trip.requests).unwrap_or(1));
    let ((), took) = timed(|| {
        let changes = floor::unblob(&blob, 1 << 30);
        for page in changes.chunks(page) {
            let seen: Vec<_> = page.iter().map(|bytes| Seen::of(catalogue, bytes)).collect();
            bare.insert_shown(page.iter().zip(&seen).map(|(bytes, seen)| Shown {
                hash: &seen.hash,
                record: &seen.record,
                bytes,
                view: seen.view.clone(),
                text: seen.text.clone(),
            }));
        }
    });
    took
}

/// What is shown of a record, out of its only change.
struct Seen {
    hash: [u8; 32],
    record: [u8; 16],
    view: String,
    text: String,
}

impl Seen {
    fn of(catalogue: &Catalogue, bytes: &[u8]) -> Self {
        let hash = RawChange::inspect(bytes).expect("the server gave it").hash().0;
        let document = Document::from_changes([bytes]).expect("a first change is a document");
        let record = document.record(catalogue).expect("it is a record");
        let known = catalogue.record_type(&record.envelope.record_type).expect("a known type");
        Self {
            hash,
            record: *record.envelope.record.as_bytes(),
            view: Json::Object(record.fields_json()).to_string(),
            text: search::searched_text(known, &record),
        }
    }
}

const NEW: usize = 50;
const EDITS: usize = 20;
const CASES: usize = 20;
const RECORDS_PER_CASE: usize = 100;
const RUNS: usize = 5;
